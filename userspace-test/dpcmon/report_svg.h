/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pictures of the HTML report.  Colours are classes of its style sheet.
 */
#ifndef DPCMON_REPORT_SVG_H
#define DPCMON_REPORT_SVG_H

#include <stdio.h>

#include "report.h"

/**
 * struct svg_axis - logarithmic time axis that all stages of an object share
 * @low: smallest power of ten, log10 of ns
 * @high: largest power of ten
 */
struct svg_axis {
	int	low;
	int	high;
};

void html_text(FILE *out, const char *text);

/* "1 ns", "100 us", "1 s": a power of ten of ns. */
void svg_power_label(char *text, size_t size, int power);

/* One, two or five times a power of ten; about ten of them in @range. */
double svg_step(double range);

struct svg_axis svg_axis_of(const struct object *o);
void svg_distribution(FILE *out, const struct stage *s, const char *title,
		      struct svg_axis axis);
void svg_worst(FILE *out, struct report *r, const struct object *o);

#endif /* DPCMON_REPORT_SVG_H */
