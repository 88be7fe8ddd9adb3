/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of what an interrupt costs against the highest rate, a point for each model:
 * part of the page of compare_html.c.
 */
#ifndef DPCMON_COMPARE_COST_H
#define DPCMON_COMPARE_COST_H

#include <stdio.h>

#include "compare.h"

/* Whether a model has a point: both of its numbers were measured in every round. */
static inline bool compare_cost_has_point(const struct compare_cell *cell)
{
	return series_measured(&cell->cost_ns) && series_measured(&cell->rate);
}

/* Writes the picture under @load as SVG; nothing if no model has a point. */
void compare_cost(FILE *out, const struct compare *c, unsigned int load);

#endif /* DPCMON_COMPARE_COST_H */
