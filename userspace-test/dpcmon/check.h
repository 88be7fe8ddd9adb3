/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A measurement as tests that pass or fail: for CI.
 */
#ifndef DPCMON_CHECK_H
#define DPCMON_CHECK_H

#include "report.h"

enum check_status {
	CHECK_PASS,
	CHECK_FAIL,		/* over budget */
	CHECK_DONE,		/* measured, but there is no budget to judge it by */
	CHECK_SKIP,		/* it did not happen */
};

/**
 * struct check_test - one stage of one interrupt object
 * @object: its name, in letters that KTAP and KCIDB both take
 * @stage: which
 * @numbers: what was measured
 * @status: the judgement
 */
struct check_test {
	char			*object;
	unsigned int		stage;
	const struct stage	*numbers;
	enum check_status	status;
};

/**
 * struct check - all of a measurement
 * @report: where it comes from
 * @tests: by object and stage
 * @nr: how many
 * @lost: events that are missing in the trace: the numbers are not all
 * @judged: something that was measured has a budget
 */
struct check {
	struct report		*report;
	struct check_test	*tests;
	unsigned int		nr;
	uint64_t		lost;
	bool			judged;
};

/* Makes the tests of what @r has; check_free() ends their life. */
void check_judge(struct check *c, struct report *r);
void check_free(struct check *c);

/* Of the program, when these are the results. */
int check_exit_status(const struct check *c);

#endif /* DPCMON_CHECK_H */
