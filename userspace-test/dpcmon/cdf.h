/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame of a picture of cumulative distributions, for compare_cdf.c and diff_cdf.c: time to
 * the right on a logarithmic scale, and upwards equal steps for 90, 99 and 99.9 %, because tails
 * are what differs.
 */
#ifndef DPCMON_CDF_H
#define DPCMON_CDF_H

#include <stdio.h>

#include "svg.h"

#define CDF_WIDTH	460
#define CDF_HEIGHT	230
#define CDF_LEFT	50
#define CDF_RIGHT	16
#define CDF_TOP		28
#define CDF_BOTTOM	30
#define CDF_NINES_MAX	4.5

/**
 * struct cdf - the scales of a picture
 * @axis: time, to the right
 * @nines: height of the topmost line; the vertical scale goes up to 1 - 10^-nines
 */
struct cdf {
	struct svg_axis	axis;
	double		nines;
};

/* Where a time, ns, and a share, 0 to 1, are. */
double cdf_x(const struct cdf *cdf, double ns);
double cdf_y(const struct cdf *cdf, double share);

/* Writes the lines behind the curves, and what they mean. */
void cdf_grid(FILE *out, const struct cdf *cdf);

#endif /* DPCMON_CDF_H */
