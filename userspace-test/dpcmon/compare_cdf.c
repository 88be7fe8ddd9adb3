// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of how the times of one stage are distributed, a curve for each model.
 * The vertical scale has equal steps for 90, 99 and 99.9 %, because the models differ
 * in their tails.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "cdf.h"
#include "compare.h"
#include "compare_cdf.h"
#include "hist.h"
#include "load.h"
#include "measured.h"
#include "util.h"

#define CDF_PIXEL	0.4	/* a smaller step is not drawn */

/* One for all loads, so that their pictures can be compared. */
static struct svg_axis compare_cdf_axis(const struct compare *c, unsigned int stage)
{
	struct svg_axis axis = { .low = 9, .high = 1 };
	unsigned int load, model;

	for (load = 0; load < LOAD_NR; load++) {
		for (model = 0; model < DPC_MODEL_NR; model++) {
			const struct hist *h = &c->cell[load][model].stage[stage].hist;
			int low = h->count ? floor(log10(fmax(hist_min(h), 10))) : 9;
			int high = h->count ? ceil(log10(fmax(h->max, 10))) : 1;

			axis.low = low < axis.low ? low : axis.low;
			axis.high = high > axis.high ? high : axis.high;
		}
	}
	if (axis.high <= axis.low)
		axis.high = axis.low + 1;
	return axis;
}

/*
 * Draws the distribution as a stair.  A step that moves the curve by less than CDF_PIXEL is
 * left out: a histogram can have thousands of cells.
 */
static void compare_cdf_curve(FILE *out, const struct cdf *cdf, const struct hist *h,
			      unsigned int model, const char *name)
{
	struct hist_step *steps = xcalloc(HIST_CELLS, sizeof(*steps));
	unsigned int nr = hist_steps(h, steps), i;
	double x = cdf_x(cdf, hist_min(h)), y = cdf_y(cdf, 0), new_x, new_y;

	fprintf(out, "<g class=\"m%u\"><path class=\"curve\" d=\"M%.1f %.1f", model, x, y);
	for (i = 0; i < nr; i++) {
		new_x = cdf_x(cdf, steps[i].ns);
		new_y = cdf_y(cdf, (double)steps[i].count / h->count);
		if (i + 1 < nr && fabs(new_x - x) < CDF_PIXEL && fabs(new_y - y) < CDF_PIXEL)
			continue;
		x = new_x;
		y = new_y;
		fprintf(out, "H%.1fV%.1f", x, y);
	}
	fprintf(out, "\"/><title>%s: p50 %s us, p99 %s us, max %s us</title></g>\n", name,
		MEASURED_US(hist_percentile(h, 50, 100)),
		MEASURED_US(hist_percentile(h, 99, 100)), MEASURED_US(hist_max(h)));
	free(steps);
}

/* Draws the budget as a line, if it lies within the picture. */
static void compare_cdf_budget(FILE *out, const struct cdf *cdf, uint32_t budget_us)
{
	double ns = (double)budget_us * NSEC_PER_USEC, x = cdf_x(cdf, ns);
	bool left = x > CDF_WIDTH - 120;

	if (!budget_us || log10(ns) < cdf->axis.low || log10(ns) > cdf->axis.high)
		return;
	fprintf(out, "<line class=\"budget\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x,
		CDF_TOP - 8, x, CDF_HEIGHT - CDF_BOTTOM);
	fprintf(out, "<text class=\"budget-text\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">budget %u us</text>\n",
		left ? x - 5 : x + 5, CDF_TOP - 2, left ? "end" : "start", budget_us);
}

void compare_cdf(FILE *out, const struct compare *c, unsigned int load, unsigned int stage)
{
	struct cdf cdf = { .axis = compare_cdf_axis(c, stage), .nines = 1 };
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		uint64_t count = c->cell[load][i].stage[stage].hist.count;

		if (count)
			cdf.nines = fmax(cdf.nines, fmin(log10(count) + 0.3, CDF_NINES_MAX));
	}
	fprintf(out, "<svg class=\"dist\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Cumulative distribution: %s, load %s\">\n",
		CDF_WIDTH, CDF_HEIGHT, stage_titles[stage], load_names[load]);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"15\">%s</text>\n", CDF_LEFT,
		stage_titles[stage]);
	cdf_grid(out, &cdf);
	compare_cdf_budget(out, &cdf, c->budget_us[stage]);
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i) && c->cell[load][i].stage[stage].hist.count)
			compare_cdf_curve(out, &cdf, &c->cell[load][i].stage[stage].hist, i,
					  c->model[i].info.name);
	fputs("</svg>\n", out);
}
