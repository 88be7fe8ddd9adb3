/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of how long a stage took: a histogram on two logarithmic scales, for the page
 * of report_html.c.
 */
#ifndef DPCMON_DISTRIBUTION_H
#define DPCMON_DISTRIBUTION_H

#include <stdio.h>

#include "analysis.h"
#include "svg.h"

/* The time axis that all stages of @o share, so that their pictures can be compared. */
struct svg_axis distribution_axis(const struct object *o);

/* Writes the picture of @s as SVG, with its budget as a line. */
void distribution_svg(FILE *out, const struct stage *s, const char *title,
		      struct svg_axis axis);

#endif /* DPCMON_DISTRIBUTION_H */
