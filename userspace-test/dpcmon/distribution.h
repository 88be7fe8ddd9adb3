/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of how long a stage took: a histogram on two logarithmic scales, for the page
 * of report_html.c and system_html.c.
 */
#ifndef DPCMON_DISTRIBUTION_H
#define DPCMON_DISTRIBUTION_H

#include <stdio.h>

#include "hist.h"
#include "svg.h"

/* An axis that no time has been fitted into. */
#define DISTRIBUTION_AXIS	((struct svg_axis){ .low = 3, .high = 5 })

/* Widens @axis for the times of @h and the budget, so that pictures can be compared. */
void distribution_fit(struct svg_axis *axis, const struct hist *h, uint64_t budget_ns);

/* Writes the picture of @h as SVG, with the budget (0: none) as a line.  @title is escaped. */
void distribution_svg(FILE *out, const struct hist *h, uint64_t budget_ns, const char *title,
		      struct svg_axis axis);

#endif /* DPCMON_DISTRIBUTION_H */
