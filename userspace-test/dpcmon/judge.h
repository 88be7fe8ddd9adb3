/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges what was measured by the budgets: the one place that says what is over budget.
 */
#ifndef DPCMON_JUDGE_H
#define DPCMON_JUDGE_H

#include "analysis.h"

/* What became of a stage, or of all. */
enum judge {
	JUDGE_NOTHING,		/* it did not happen */
	JUDGE_NO_BUDGET,	/* it was measured, but there is no budget to judge it by */
	JUDGE_TOO_FEW,		/* too few times for the percentile that has a budget */
	JUDGE_WITHIN,
	JUDGE_OVER,
};

/* For @id: what has a name only. */
#define JUDGE_NO_ID	UINT32_MAX

/**
 * struct judge_times - times that are judged by themselves
 * @budgets: what the user gave
 * @id: of the object
 * @name: of the object, or whatever else a budget can be of
 * @stage: enum dpc_stage
 * @hist: the times
 * @budget_ns: budget of each; 0 for none
 * @over_budget: how many were over that
 */
struct judge_times {
	const struct budgets	*budgets;
	uint32_t		id;
	const char		*name;
	unsigned int		stage;
	const struct hist	*hist;
	uint64_t		budget_ns;
	uint64_t		over_budget;
};

/* The next two for times that are of no object. */
enum judge judge_times(const struct judge_times *t);
char *judge_times_words(const struct judge_times *t);

/*
 * Judges a stage (below DPC_STAGE_NR) of @o.  Over is worse than too few, and that worse
 * than within: of several budgets the worst counts.
 */
enum judge judge_stage(const struct analysis *a, const struct object *o, unsigned int stage);

/* The same in words, if something other than single times has a budget, or some may be over. */
char *judge_words(const struct analysis *a, const struct object *o, unsigned int stage);

/* Whether any stage of any object is over, and whether any was judged at all. */
bool judge_is_over(const struct analysis *a);
bool judge_is_judged(const struct analysis *a);

#endif /* DPCMON_JUDGE_H */
