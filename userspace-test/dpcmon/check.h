/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A measurement as tests that pass or fail, for CI: a test for each stage of each interrupt
 * object, or for each kind of routine of each driver.  check.c judges the former,
 * system_check.c the latter; check_ktap.c, check_junit.c and check_kcidb.c print the results.
 */
#ifndef DPCMON_CHECK_H
#define DPCMON_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"

struct params;
struct report;

/* The result of one test. */
enum check_status {
	CHECK_PASS,		/* no time was over budget */
	CHECK_FAIL,		/* at least one time was over budget */
	CHECK_DONE,		/* measured, but there is no budget to judge it by */
	CHECK_SKIP,		/* it did not happen */
	CHECK_FEW,		/* too few times for the percentile that has a budget */
	CHECK_UNTIMED,		/* it happened, but no event says how long it took */
};

/**
 * struct check_test - one stage of one interrupt object, or one kind of one driver
 * @object: name of the object or driver, in letters that KTAP and KCIDB both accept
 * @stage: name of the stage or kind; not owned
 * @budgets: its budgets of percentiles, and how many times may be over, in words
 * @culprit: which routine was over the budget, as a sentence; NULL if none was
 * @routine: the one that took the longest; NULL if nothing ran
 * @model: what carries the second stage; not owned; NULL for none
 * @irq: number of the interrupt, of several that of the longest time; 0 if it is not known
 * @hist: its times; not owned
 * @budget_ns: budget of each time; 0 for none
 * @over_budget: number of times over that
 * @status: the result
 */
struct check_test {
	char			*object;
	const char		*stage;
	char			*budgets;
	char			*culprit;
	char			*routine;
	const char		*model;
	unsigned int		irq;
	const struct hist	*hist;
	uint64_t		budget_ns;
	uint64_t		over_budget;
	enum check_status	status;
};

/**
 * struct check - all tests of a measurement
 * @params: the command line
 * @root: what names begin with where results of several suites meet
 * @kernel: release of the kernel that was measured
 * @cpus: number of its CPUs
 * @date: when that was
 * @about: lines on what was measured; owned by the check, as are the next two
 * @nr_about: how many
 * @tests: the tests, by object or driver
 * @nr: length of @tests
 * @hists: what tests of several rows have as @hist; NULL if none has
 * @load_failed: the load did not run to its end
 * @lost: number of events that are missing in the trace; if it is not 0, the times are not
 *	all, and the test trace.complete fails
 * @lost_more: @lost is the least that it can be
 * @disturbed: what somebody did to the trace, as a sentence; NULL for nothing
 * @judged: a stage that was measured has a budget; if none has, to pass means nothing, and
 *	the test budget.applied fails
 */
struct check {
	const struct params	*params;
	const char		*root;
	const char		*kernel;
	int			cpus;
	const char		*date;
	char			**about;
	unsigned int		nr_about;
	struct check_test	*tests;
	unsigned int		nr;
	struct hist		*hists;
	bool			load_failed;
	uint64_t		lost;
	bool			lost_more;
	const char		*disturbed;
	bool			judged;
};

/* Fills @c with the tests of @r, which must stay.  check_free() frees them. */
void check_judge(struct check *c, struct report *r);
void check_free(struct check *c);

/* Adds a line on what was measured, which is the check's from then on. */
void check_add_about(struct check *c, char *line);

/* Sets @judged by the tests: to be called when they are complete. */
void check_finish(struct check *c);

/* Makes each character of @name "_" that KTAP or KCIDB does not accept. */
void check_clean_name(char *name);

/* Return: the exit status that the program has with these results, one of EXIT_*. */
int check_exit_status(const struct check *c);

#endif /* DPCMON_CHECK_H */
