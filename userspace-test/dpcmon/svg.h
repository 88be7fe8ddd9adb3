/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pictures of all pages share: axes, and the text at their lines.  Used by
 * distribution.c, timeline.c, compare_cdf.c and compare_cost.c.  Colours are classes of the
 * style sheet, html.css.
 */
#ifndef DPCMON_SVG_H
#define DPCMON_SVG_H

#include <stdio.h>

/**
 * struct svg_axis - logarithmic time axis
 * @low: smallest power of ten, log10 of ns
 * @high: largest power of ten
 */
struct svg_axis {
	int	low;
	int	high;
};

/* Prints 10^@power ns to @text: "1 ns", "100 us", "1 s". */
void svg_power_label(char *text, size_t size, int power);

/* A step of 1, 2 or 5 times a power of ten, of which @range has 4 to 10. */
double svg_step(double range);

#endif /* DPCMON_SVG_H */
