/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of how the times of one stage are distributed, a curve for each model: part of
 * the page of compare_html.c.
 */
#ifndef DPCMON_COMPARE_CDF_H
#define DPCMON_COMPARE_CDF_H

#include <stdio.h>

#include "compare.h"

/* Writes the picture of @stage under @load as SVG. */
void compare_cdf(FILE *out, const struct compare *c, unsigned int load, unsigned int stage);

#endif /* DPCMON_COMPARE_CDF_H */
