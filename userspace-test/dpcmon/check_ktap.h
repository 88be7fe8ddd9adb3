/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a check as KTAP, the form in which kernel tests report.
 */
#ifndef DPCMON_CHECK_KTAP_H
#define DPCMON_CHECK_KTAP_H

#include <stdio.h>

#include "check.h"

/* Prints the plan, the tests of stages, and those of the measurement as a whole. */
void check_ktap(const struct check *c, FILE *out);

/* Instead of results, when there are none. */
void check_ktap_bail_out(FILE *out);

#endif /* DPCMON_CHECK_KTAP_H */
