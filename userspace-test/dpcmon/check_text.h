/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is said of each test, in words: the same in KTAP and in JUnit's XML.
 */
#ifndef DPCMON_CHECK_TEXT_H
#define DPCMON_CHECK_TEXT_H

#include <stdbool.h>

#include "check.h"

#define CHECK_TEXT_ENDS	3	/* tests that stand behind those of the stages */

/**
 * struct check_end - a test of the measurement as a whole
 * @name: its name
 * @passed: the result
 * @why: lines that say why not, each with its newline; for free()
 */
struct check_end {
	const char	*name;
	bool		passed;
	char		*why;
};

/* Name of a test, OBJECT.STAGE; for free(), as the others. */
char *check_text_name(const struct check_test *t);

/* The numbers of a stage and its budgets; NULL if it did not happen. */
char *check_text_numbers(const struct check_test *t);

/* Why a test was skipped, not for free(); NULL if it was not. */
const char *check_text_skip(const struct check_test *t);

/* The tests of the whole. */
void check_text_ends(const struct check *c, struct check_end ends[CHECK_TEXT_ENDS]);

#endif /* DPCMON_CHECK_TEXT_H */
