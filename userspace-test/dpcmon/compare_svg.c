// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "compare.h"
#include "measured.h"
#include "report_svg.h"
#include "util.h"

/* ---- Distribution of one stage, all models ---------------------------------- */

#define CDF_WIDTH	460
#define CDF_HEIGHT	230
#define CDF_LEFT	50
#define CDF_RIGHT	16
#define CDF_TOP		28
#define CDF_BOTTOM	30
#define CDF_NINES_MAX	4.5
#define CDF_PIXEL	0.4	/* a smaller step is not drawn */

/* @nines: of the topmost line; the scale shows 1 - 10^-nines. */
struct cdf {
	struct svg_axis	axis;
	double		nines;
};

/* One for all loads, so that their pictures can be compared. */
static struct svg_axis cdf_axis(const struct compare *c, unsigned int stage)
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

static double cdf_x(const struct cdf *cdf, double ns)
{
	double at = (log10(fmax(ns, 1)) - cdf->axis.low) / (cdf->axis.high - cdf->axis.low);

	return CDF_LEFT + (CDF_WIDTH - CDF_LEFT - CDF_RIGHT) * fmin(fmax(at, 0), 1);
}

/* Equal steps for 90, 99, 99.9 %: the tail is what the models differ in. */
static double cdf_y(const struct cdf *cdf, double share)
{
	double nines = share < 1 ? -log10(1 - share) : cdf->nines;

	return CDF_HEIGHT - CDF_BOTTOM -
	       (CDF_HEIGHT - CDF_TOP - CDF_BOTTOM) * fmin(nines / cdf->nines, 1);
}

static void cdf_grid(FILE *out, const struct cdf *cdf)
{
	static const struct { double share; const char *text; } lines[] = {
		{ 0, "0 %" }, { 0.5, "50 %" }, { 0.9, "90 %" }, { 0.99, "99 %" },
		{ 0.999, "99.9 %" }, { 0.9999, "99.99 %" },
	};
	char label[32];
	unsigned int i;
	double at;
	int power;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i].share && -log10(1 - lines[i].share) > cdf->nines)
			continue;
		at = cdf_y(cdf, lines[i].share);
		fprintf(out, "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
			CDF_LEFT, at, CDF_WIDTH - CDF_RIGHT, at);
		fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			CDF_LEFT - 6, at + 4, lines[i].text);
	}
	for (power = cdf->axis.low; power <= cdf->axis.high; power++) {
		at = cdf_x(cdf, pow(10, power));
		svg_power_label(label, sizeof(label), power);
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			at, CDF_TOP, at, CDF_HEIGHT - CDF_BOTTOM);
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			power == cdf->axis.high ? at + 6 : at, CDF_HEIGHT - CDF_BOTTOM + 16,
			power == cdf->axis.high ? "end" : "middle", label);
	}
}

static void cdf_curve(FILE *out, const struct cdf *cdf, const struct hist *h,
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

static void cdf_budget(FILE *out, const struct cdf *cdf, uint32_t budget_us)
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

void compare_svg_cdf(FILE *out, const struct compare *c, unsigned int load, unsigned int stage)
{
	struct cdf cdf = { .axis = cdf_axis(c, stage), .nines = 1 };
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
	cdf_budget(out, &cdf, c->budget_us[stage]);
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i) && c->cell[load][i].stage[stage].hist.count)
			cdf_curve(out, &cdf, &c->cell[load][i].stage[stage].hist, i,
				  c->model[i].info.name);
	fputs("</svg>\n", out);
}

/* ---- Cost against rate --------------------------------------------------------- */

#define COST_WIDTH	700
#define COST_HEIGHT	360
#define COST_LEFT	64
#define COST_RIGHT	120	/* names stand there */
#define COST_TOP	30
#define COST_BOTTOM	46
#define COST_LABEL	17	/* between two names */
#define COST_LOG	6	/* from this ratio on, the scale is logarithmic */

struct scale {
	bool	log;
	double	low;
	double	high;
	double	from;	/* pixels */
	double	to;
};

struct cost_point {
	unsigned int		model;
	const struct series	*cost;
	const struct series	*rate;
	double			label;	/* y of its name */
};

static double scale_at(const struct scale *s, double value)
{
	double at = s->log ? log(value / s->low) / log(s->high / s->low) :
			     (value - s->low) / (s->high - s->low);

	return s->from + (s->to - s->from) * fmin(fmax(at, 0), 1);
}

static void scale_fit(struct scale *s, double low, double high)
{
	s->log = low > 0 && high / low > COST_LOG;
	s->low = s->log ? low / 1.2 : fmin(0, low * 1.1);
	s->high = s->log ? high * 1.2 : fmax(high * 1.08, s->low + 1);
}

static void scale_line(FILE *out, const struct scale *s, double value, bool vertical)
{
	double at = scale_at(s, value);

	if (vertical) {
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			at, COST_TOP, at, COST_HEIGHT - COST_BOTTOM);
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
			at, COST_HEIGHT - COST_BOTTOM + 16, value);
	} else {
		fprintf(out, "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
			COST_LEFT, at, COST_WIDTH - COST_RIGHT, at);
		fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
			COST_LEFT - 6, at + 4, value);
	}
}

static void scale_grid(FILE *out, const struct scale *s, bool vertical)
{
	static const double steps[] = { 1, 2, 5 };
	double step, value;
	unsigned int i;
	int power;

	if (!s->log) {
		step = svg_step(s->high - s->low);
		for (value = ceil(s->low / step) * step; value <= s->high; value += step)
			scale_line(out, s, value, vertical);
		return;
	}
	for (power = floor(log10(s->low)); power <= log10(s->high); power++) {
		for (i = 0; i < ARRAY_SIZE(steps); i++) {
			value = steps[i] * pow(10, power);
			if (value >= s->low && value <= s->high)
				scale_line(out, s, value, vertical);
		}
	}
}

static unsigned int cost_points(const struct compare *c, unsigned int load,
				struct cost_point *points)
{
	unsigned int i, nr = 0;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct compare_cell *cell = &c->cell[load][i];

		if (compare_has_model(c, i) && compare_has_point(cell))
			points[nr++] = (struct cost_point){ i, &cell->cost_ns, &cell->rate, 0 };
	}
	return nr;
}

static int cost_compare(const void *a, const void *b)
{
	double x = ((const struct cost_point *)a)->label;
	double y = ((const struct cost_point *)b)->label;

	return x < y ? -1 : x > y;
}

/* Names in a column, in the order of their points, with room for each. */
static void cost_place_labels(struct cost_point *points, unsigned int nr,
			      const struct scale *y)
{
	double bottom = COST_HEIGHT - COST_BOTTOM, most;
	unsigned int i;

	for (i = 0; i < nr; i++)
		points[i].label = scale_at(y, series_median(points[i].cost) / 1000);
	qsort(points, nr, sizeof(*points), cost_compare);
	for (i = 0; i < nr; i++)
		if (i && points[i].label < points[i - 1].label + COST_LABEL)
			points[i].label = points[i - 1].label + COST_LABEL;
	for (i = nr; i-- > 0; ) {
		most = i + 1 < nr ? points[i + 1].label - COST_LABEL : bottom;
		if (points[i].label > most)
			points[i].label = most;
	}
}

static void cost_point(FILE *out, const struct compare *c, const struct cost_point *p,
		       const struct scale *x, const struct scale *y)
{
	double px = scale_at(x, series_median(p->rate));
	double py = scale_at(y, series_median(p->cost) / 1000);
	const char *name = c->model[p->model].info.name;

	fprintf(out, "<g class=\"m%u\"><line class=\"whisker\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
		p->model, scale_at(x, series_low(p->rate)), py,
		scale_at(x, series_high(p->rate)), py);
	fprintf(out, "<line class=\"whisker\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
		px, scale_at(y, series_low(p->cost) / 1000), px,
		scale_at(y, series_high(p->cost) / 1000));
	fprintf(out, "<line class=\"leader\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", px,
		py, COST_WIDTH - COST_RIGHT + 10, p->label);
	fprintf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", px, py);
	fprintf(out, "<text x=\"%d\" y=\"%.1f\">%s</text>", COST_WIDTH - COST_RIGHT + 14,
		p->label + 4, name);
	fprintf(out, "<title>%s: %.0f interrupts a second, %.1f us of CPU each</title></g>\n",
		name, series_median(p->rate), series_median(p->cost) / 1000);
}

void compare_svg_cost(FILE *out, const struct compare *c, unsigned int load)
{
	struct scale x = { .from = COST_LEFT, .to = COST_WIDTH - COST_RIGHT };
	struct scale y = { .from = COST_HEIGHT - COST_BOTTOM, .to = COST_TOP };
	double low[2] = { INFINITY, INFINITY }, high[2] = { 0, 0 };
	struct cost_point points[DPC_MODEL_NR];
	unsigned int nr = cost_points(c, load, points), i;

	if (!nr)
		return;
	for (i = 0; i < nr; i++) {
		low[0] = fmin(low[0], series_low(points[i].rate));
		high[0] = fmax(high[0], series_high(points[i].rate));
		low[1] = fmin(low[1], series_low(points[i].cost) / 1000);
		high[1] = fmax(high[1], series_high(points[i].cost) / 1000);
	}
	scale_fit(&x, low[0], high[0]);
	scale_fit(&y, low[1], high[1]);
	cost_place_labels(points, nr, &y);
	fprintf(out, "<svg class=\"cost\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Cost against rate, load %s\">\n",
		COST_WIDTH, COST_HEIGHT, load_names[load]);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"16\">CPU time per interrupt, us</text>\n",
		COST_LEFT);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"%d\" text-anchor=\"end\">highest rate without loss, interrupts per second</text>\n",
		COST_WIDTH - COST_RIGHT, COST_HEIGHT - 8);
	scale_grid(out, &x, true);
	scale_grid(out, &y, false);
	for (i = 0; i < nr; i++)
		cost_point(out, c, &points[i], &x, &y);
	fputs("</svg>\n", out);
}
