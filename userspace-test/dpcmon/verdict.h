/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a measurement says in the end.
 */
#ifndef DPCMON_VERDICT_H
#define DPCMON_VERDICT_H

#include "report.h"

#define EXIT_WITHIN_BUDGET	0
#define EXIT_ERROR		1
#define EXIT_OVER_BUDGET	2

/* Of the program: one of EXIT_*. */
int verdict_exit_status(const struct analysis *a);
/* In a word, for JSON. */
const char *verdict_status(const struct analysis *a);
/* For people; to be freed. */
char *verdict_sentence(struct report *r);

#endif /* DPCMON_VERDICT_H */
