/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of how long a stage took: a histogram on two logarithmic scales.
 */
#ifndef DPCMON_DISTRIBUTION_H
#define DPCMON_DISTRIBUTION_H

#include <stdio.h>

#include "analysis.h"
#include "svg.h"

/* The time axis that all stages of an object share, so that one can compare them. */
struct svg_axis distribution_axis(const struct object *o);

void distribution_svg(FILE *out, const struct stage *s, const char *title,
		      struct svg_axis axis);

#endif /* DPCMON_DISTRIBUTION_H */
