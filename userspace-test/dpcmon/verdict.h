/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a measurement says in the end: the exit status, and a sentence for people.
 */
#ifndef DPCMON_VERDICT_H
#define DPCMON_VERDICT_H

#include "report.h"

/* Exit statuses of dpcmon, as of rtla: an overrun is 2. */
#define EXIT_WITHIN_BUDGET	0
#define EXIT_ERROR		1
#define EXIT_OVER_BUDGET	2

/* The exit status of the program after this measurement, one of EXIT_*. */
int verdict_exit_status(const struct analysis *a);

/* The same in a word, for JSON. */
const char *verdict_status(const struct analysis *a);

/*
 * The same as one or two sentences, with the slowest stage and routine.
 * Return: a text that the caller frees.
 */
char *verdict_sentence(struct report *r);

#endif /* DPCMON_VERDICT_H */
