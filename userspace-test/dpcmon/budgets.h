/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The budgets that the user gives: of a stage, of a stage of one object, of a percentile;
 * how many times may be over one; and what is left out before.
 *
 * value.c fills them, analysis.c and device.c look up those of an object, judge.c judges by
 * them.
 */
#ifndef DPCMON_BUDGETS_H
#define DPCMON_BUDGETS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

#define BUDGETS_RULES	64	/* that one command line can have */
#define BUDGETS_NAME	48

/* What a budget is for. */
enum budgets_of {
	BUDGETS_MAX,		/* every single time: what the kernel checks, too */
	BUDGETS_P50,
	BUDGETS_P99,
	BUDGETS_P999,
	BUDGETS_OF_NR,
};

extern const char * const budgets_of_names[BUDGETS_OF_NR];

/**
 * struct budgets_rule - a budget that is not simply of a stage, or what may be over one
 * @object: id or name of the object; empty for all
 * @stage: enum dpc_stage
 * @of: what the budget is for
 * @us: the budget, 0 for none
 * @allows: this is no budget but an allowance: @count or @percent of the times may be over
 * @count: how many
 * @percent: how many of a hundred; 0 if @count is given
 */
struct budgets_rule {
	char		object[BUDGETS_NAME];
	unsigned int	stage;
	enum budgets_of	of;
	uint32_t	us;
	bool		allows;
	uint64_t	count;
	double		percent;
};

/**
 * struct budgets - the budgets that the user gave; they win over those of the trace
 * @given: whether there is one for the stage of all objects, by enum dpc_stage
 * @us: microseconds, 0 for no limit; valid where @given
 * @rules: others; a later one wins over an earlier one, and one of an object over one of all
 * @nr_rules: how many
 * @warmup: interrupts of each object that are left out at its beginning
 * @warmup_ns: time at the beginning of the trace that is left out
 */
struct budgets {
	bool			given[DPC_STAGE_NR];
	uint32_t		us[DPC_STAGE_NR];
	struct budgets_rule	rules[BUDGETS_RULES];
	unsigned int		nr_rules;
	uint64_t		warmup;
	uint64_t		warmup_ns;
};

/*
 * Takes "[OBJECT.]STAGE[.PERCENTILE]=US" or, to @allow, "[OBJECT.]STAGE=N" and "=N%".  Writes
 * to @text.
 * Return: 0; -1 with *@why, a sentence.
 */
int budgets_add(struct budgets *b, char *text, uint32_t max_us, const char **why);
int budgets_allow(struct budgets *b, char *text, const char **why);

/* Whether there is a budget of single times: one that the kernel can check. */
bool budgets_of_times(const struct budgets *b);

/* Whether there is anything but a budget for a stage of all objects. */
bool budgets_has_rules(const struct budgets *b);

/*
 * The budget of a stage of the object with @id and @name: of every single time, or of a
 * percentile.
 * Return: whether the user gave one; then it is in *@us.
 */
bool budgets_find(const struct budgets *b, uint32_t id, const char *name, unsigned int stage,
		  enum budgets_of of, uint32_t *us);

/* How many of @times may be over the budget of a stage of that object. */
uint64_t budgets_allowed(const struct budgets *b, uint32_t id, const char *name,
			 unsigned int stage, uint64_t times);

#endif /* DPCMON_BUDGETS_H */
