/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A measurement as tests that pass or fail, for CI: a test for each stage of each interrupt
 * object.  check.c judges, check_ktap.c, check_junit.c and check_kcidb.c print the results,
 * check_write.c calls them when dpcmon check has measured.
 */
#ifndef DPCMON_CHECK_H
#define DPCMON_CHECK_H

#include "report.h"

/* The result of one test. */
enum check_status {
	CHECK_PASS,		/* no time was over budget */
	CHECK_FAIL,		/* at least one time was over budget */
	CHECK_DONE,		/* measured, but there is no budget to judge it by */
	CHECK_SKIP,		/* it did not happen */
	CHECK_FEW,		/* too few times for the percentile that has a budget */
};

/**
 * struct check_test - one stage of one interrupt object
 * @object: name of the object, in letters that KTAP and KCIDB both accept; owned by the
 *	test
 * @budgets: its budgets of percentiles, and how many times may be over, in words; owned by
 *	the test
 * @stage: enum dpc_stage
 * @numbers: the times of this stage; part of the report's analysis
 * @status: the result
 */
struct check_test {
	char			*object;
	char			*budgets;
	unsigned int		stage;
	const struct stage	*numbers;
	enum check_status	status;
};

/**
 * struct check - all tests of a measurement
 * @report: what was measured; must stay as long as the check
 * @tests: the tests, by object and then by stage; owned by the check
 * @nr: length of @tests
 * @lost: number of events that are missing in the trace; if it is not 0, the times are not
 *	all, and the test trace.complete fails
 * @judged: a stage that was measured has a budget; if none has, to pass means nothing, and
 *	the test budget.applied fails
 */
struct check {
	struct report		*report;
	struct check_test	*tests;
	unsigned int		nr;
	uint64_t		lost;
	bool			judged;
};

/* Fills @c with the tests of @r.  check_free() frees them. */
void check_judge(struct check *c, struct report *r);
void check_free(struct check *c);

/* Return: the exit status that the program has with these results, one of EXIT_*. */
int check_exit_status(const struct check *c);

#endif /* DPCMON_CHECK_H */
