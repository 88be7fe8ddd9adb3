// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws two cumulative distributions.  A dot is what is known; the lines between dots only lead
 * the eye.
 */
#include <inttypes.h>
#include <math.h>

#include "cdf.h"
#include "diff_cdf.h"
#include "html.h"
#include "util.h"

/* Up to the first bound below which all times are. */
static unsigned int diff_cdf_points(const struct diff_times *t)
{
	unsigned int i;

	for (i = 0; i < t->nr_points; i++)
		if (t->points[i].below >= t->count)
			return i + 1;
	return t->nr_points;
}

static struct cdf diff_cdf_scales(const struct diff_times * const t[2])
{
	struct cdf cdf = { .axis = { .low = 9, .high = 4 }, .nines = 1 };
	unsigned int i, nr;

	for (i = 0; i < 2; i++) {
		nr = diff_cdf_points(t[i]);
		if (!nr)
			continue;
		cdf.axis.low = fmin(cdf.axis.low, floor(log10(t[i]->points[0].ns)));
		cdf.axis.high = fmax(cdf.axis.high, ceil(log10(t[i]->points[nr - 1].ns)));
		cdf.nines = fmax(cdf.nines, fmin(log10(t[i]->count) + 0.3, CDF_NINES_MAX));
	}
	if (cdf.axis.low >= cdf.axis.high)
		cdf.axis.low = cdf.axis.high - 1;
	return cdf;
}

static void diff_cdf_curve(FILE *out, const struct cdf *cdf, const struct diff_times *t,
			   const char *title, unsigned int file)
{
	unsigned int nr = diff_cdf_points(t), i;

	fprintf(out, "<g class=\"m%u\"><path class=\"curve\" d=\"", file);
	for (i = 0; i < nr; i++)
		fprintf(out, "%c%.1f %.1f", i ? 'L' : 'M', cdf_x(cdf, t->points[i].ns),
			cdf_y(cdf, (double)t->points[i].below / t->count));
	fputs("\"/>", out);
	for (i = 0; i < nr; i++)
		fprintf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.2\"/>",
			cdf_x(cdf, t->points[i].ns),
			cdf_y(cdf, (double)t->points[i].below / t->count));
	fputs("<title>", out);
	html_text(out, title);
	fprintf(out, ": %" PRIu64 " times</title></g>\n", t->count);
}

void diff_cdf(FILE *out, const char *title, const char * const titles[2],
	      const struct diff_times * const t[2])
{
	struct cdf cdf = diff_cdf_scales(t);
	unsigned int i;

	fprintf(out, "<svg class=\"dist\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Cumulative distribution: ",
		CDF_WIDTH, CDF_HEIGHT);
	html_text(out, title);
	fprintf(out, "\">\n<text class=\"title\" x=\"%d\" y=\"15\">", CDF_LEFT);
	html_text(out, title);
	fputs("</text>\n", out);
	cdf_grid(out, &cdf);
	for (i = 0; i < 2; i++)
		if (t[i]->nr_points && t[i]->count)
			diff_cdf_curve(out, &cdf, t[i], titles[i], i);
	fputs("</svg>\n", out);
}
