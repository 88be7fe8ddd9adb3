// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws the histogram of one stage as SVG, time and count both on logarithmic scales,
 * so that one outlier among thousands can be seen.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "hist.h"
#include "html.h"
#include "svg.h"

#define DIST_WIDTH	460
#define DIST_HEIGHT	170
#define DIST_LEFT	44
#define DIST_RIGHT	12
#define DIST_TOP	30
#define DIST_BOTTOM	34
#define DIST_BINS	8	/* per power of ten */

#define DIST_PLOT_WIDTH		(DIST_WIDTH - DIST_LEFT - DIST_RIGHT)
#define DIST_PLOT_HEIGHT	(DIST_HEIGHT - DIST_TOP - DIST_BOTTOM)

void distribution_fit(struct svg_axis *axis, const struct hist *h, uint64_t budget_ns)
{
	if (!h->count)
		return;
	while (axis->low > 1 && hist_min(h) < pow(10, axis->low))
		axis->low--;
	while (h->max >= pow(10, axis->high) || budget_ns >= pow(10, axis->high))
		axis->high++;
}

static double distribution_x(struct svg_axis axis, double log_ns)
{
	if (log_ns < axis.low)
		log_ns = axis.low;
	return DIST_LEFT + DIST_PLOT_WIDTH * (log_ns - axis.low) / (axis.high - axis.low);
}

/*
 * Counts are on a logarithmic scale, too.  0 has no logarithm, so a scale begins below 1, by a
 * third of a power of ten: a bar of a single outlier can be seen.
 */
static double distribution_y(uint64_t n, unsigned int decades)
{
	double part = n ? (log10(n) + 0.35) / (decades + 0.35) : 0;

	return DIST_HEIGHT - DIST_BOTTOM - DIST_PLOT_HEIGHT * part;
}

static void distribution_time_axis(FILE *out, struct svg_axis axis)
{
	char label[32];
	double x;
	int power;

	for (power = axis.low; power <= axis.high; power++) {
		x = distribution_x(axis, power);
		svg_power_label(label, sizeof(label), power);
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			x, DIST_TOP, x, DIST_HEIGHT - DIST_BOTTOM);
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			x, DIST_HEIGHT - DIST_BOTTOM + 15,
			power == axis.high ? "end" : "middle", label);
	}
}

static void distribution_count_axis(FILE *out, unsigned int decades)
{
	unsigned int step = decades > 4 ? 2 : 1, i;
	uint64_t n = 1;
	double y;

	for (i = 0; i <= decades; i++, n *= 10) {
		if (i % step)
			continue;
		y = distribution_y(n, decades);
		fprintf(out, "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
			DIST_LEFT, y, DIST_WIDTH - DIST_RIGHT, y);
		fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
			DIST_LEFT - 6, y + 4);
		if (n < 10000)
			fprintf(out, "%" PRIu64 "</text>\n", n);
		else
			fprintf(out, "10<tspan class=\"power\" dy=\"-4\">%u</tspan></text>\n", i);
	}
}

/* A power of ten beyond all times stands for the longest. */
static uint64_t distribution_ns(double log_ns)
{
	double ns = pow(10, log_ns);

	return ns < (double)UINT64_MAX ? (uint64_t)ns : UINT64_MAX;
}

static void distribution_bars(FILE *out, const struct hist *h, uint64_t budget_ns,
			      struct svg_axis axis, unsigned int decades)
{
	unsigned int bins = (axis.high - axis.low) * DIST_BINS, i;
	double from, to, x, y;
	uint64_t n;

	for (i = 0; i < bins; i++) {
		from = axis.low + (double)i / DIST_BINS;
		to = axis.low + (double)(i + 1) / DIST_BINS;
		/* what is shorter than the axis is in the first bar */
		n = hist_between(h, i ? distribution_ns(from) : 0, distribution_ns(to));
		if (!n)
			continue;
		x = distribution_x(axis, from);
		y = distribution_y(n, decades);
		fprintf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
			budget_ns && pow(10, from) >= budget_ns ? "bar over" : "bar",
			x + 0.5, y, distribution_x(axis, to) - x - 1,
			DIST_HEIGHT - DIST_BOTTOM - y);
		fprintf(out, "<title>%.2f to %.2f us: %" PRIu64 " times</title></rect>\n",
			pow(10, from) / 1000, pow(10, to) / 1000, n);
	}
}

static void distribution_budget(FILE *out, uint64_t budget_ns, struct svg_axis axis)
{
	double x = distribution_x(axis, log10(budget_ns));
	bool left = x > DIST_WIDTH - 130;

	fprintf(out, "<line class=\"budget\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x,
		DIST_TOP - 6, x, DIST_HEIGHT - DIST_BOTTOM);
	fprintf(out, "<text class=\"budget-text\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">budget %.0f us</text>\n",
		left ? x - 5 : x + 5, DIST_TOP - 1, left ? "end" : "start",
		budget_ns / 1000.0);
}

void distribution_svg(FILE *out, const struct hist *h, uint64_t budget_ns, const char *title,
		      struct svg_axis axis)
{
	unsigned int decades = 1;
	uint64_t n = 10;

	/* the fullest bar has at most all of them */
	while (n < h->count) {
		n *= 10;
		decades++;
	}
	fprintf(out, "<svg class=\"dist\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Distribution: ",
		DIST_WIDTH, DIST_HEIGHT);
	html_text(out, title);
	fprintf(out, "\">\n<text class=\"title\" x=\"%d\" y=\"14\">", DIST_LEFT);
	html_text(out, title);
	fputs("</text>\n", out);
	distribution_time_axis(out, axis);
	distribution_count_axis(out, decades);
	distribution_bars(out, h, budget_ns, axis, decades);
	if (budget_ns)
		distribution_budget(out, budget_ns, axis);
	fprintf(out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n</svg>\n",
		DIST_LEFT, DIST_HEIGHT - DIST_BOTTOM, DIST_WIDTH - DIST_RIGHT,
		DIST_HEIGHT - DIST_BOTTOM);
}
