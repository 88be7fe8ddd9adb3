/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pictures of all pages share: axes, and the text at their lines.  Colours
 * are classes of the style sheet, html.css.
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

/* "1 ns", "100 us", "1 s": a power of ten of ns. */
void svg_power_label(char *text, size_t size, int power);

/* One, two or five times a power of ten; about ten of them in @range. */
double svg_step(double range);

#endif /* DPCMON_SVG_H */
