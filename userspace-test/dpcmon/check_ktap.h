/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a check as KTAP.
 */
#ifndef DPCMON_CHECK_KTAP_H
#define DPCMON_CHECK_KTAP_H

#include <stdio.h>

#include "check.h"

void check_ktap(const struct check *c, FILE *out);

/* Instead of results, when there are none. */
void check_ktap_bail_out(FILE *out);

#endif /* DPCMON_CHECK_KTAP_H */
