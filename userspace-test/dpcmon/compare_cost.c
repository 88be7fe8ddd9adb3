// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of CPU time per interrupt against the highest rate that a model holds, a
 * point with whiskers for each model.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>

#include "compare.h"
#include "compare_cost.h"
#include "load.h"
#include "series.h"
#include "svg.h"
#include "util.h"

#define COST_WIDTH	700
#define COST_HEIGHT	360
#define COST_LEFT	64
#define COST_RIGHT	120	/* names stand there */
#define COST_TOP	30
#define COST_BOTTOM	46
#define COST_LABEL	17	/* between two names */
#define COST_LOG	6	/* from this ratio on, the scale is logarithmic */

/**
 * struct scale - an axis
 * @log: logarithmic; else linear
 * @low: value at its beginning
 * @high: value at its end
 * @from: pixel of its beginning
 * @to: pixel of its end; smaller than @from for an axis that goes up
 */
struct scale {
	bool	log;
	double	low;
	double	high;
	double	from;
	double	to;
};

/**
 * struct cost_point - the point of a model
 * @model: enum dpc_model_id
 * @cost: CPU time per interrupt, ns, each round
 * @rate: highest rate without loss, each round
 * @label: pixel (y) of its name, which stands beside the picture
 */
struct cost_point {
	unsigned int		model;
	const struct series	*cost;
	const struct series	*rate;
	double			label;
};

static double cost_scale_at(const struct scale *s, double value)
{
	double at = s->log ? log(value / s->low) / log(s->high / s->low) :
			     (value - s->low) / (s->high - s->low);

	return s->from + (s->to - s->from) * fmin(fmax(at, 0), 1);
}

/*
 * Chooses the scale for values from @low to @high, with a margin: linear and from 0, or, if
 * they differ by more than COST_LOG, logarithmic.
 */
static void cost_scale_fit(struct scale *s, double low, double high)
{
	s->log = low > 0 && high / low > COST_LOG;
	s->low = s->log ? low / 1.2 : fmin(0, low * 1.1);
	s->high = s->log ? high * 1.2 : fmax(high * 1.08, s->low + 1);
}

static void cost_scale_line(FILE *out, const struct scale *s, double value, bool vertical)
{
	double at = cost_scale_at(s, value);

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

static void cost_scale_grid(FILE *out, const struct scale *s, bool vertical)
{
	static const double steps[] = { 1, 2, 5 };
	double step, value;
	unsigned int i;
	int power;

	if (!s->log) {
		step = svg_step(s->high - s->low);
		for (value = ceil(s->low / step) * step; value <= s->high; value += step)
			cost_scale_line(out, s, value, vertical);
		return;
	}
	for (power = floor(log10(s->low)); power <= log10(s->high); power++) {
		for (i = 0; i < ARRAY_SIZE(steps); i++) {
			value = steps[i] * pow(10, power);
			if (value >= s->low && value <= s->high)
				cost_scale_line(out, s, value, vertical);
		}
	}
}

static unsigned int cost_points(const struct compare *c, unsigned int load,
				struct cost_point *points)
{
	unsigned int i, nr = 0;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct compare_cell *cell = &c->cell[load][i];

		if (compare_has_model(c, i) && compare_cost_has_point(cell))
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

/*
 * Puts the names in a column, in the order of their points, so that none overlaps another:
 * each begins at the height of its point, is pushed down by the one above it, and then, if
 * the last ones have left the picture, pushed up by the one below it.
 */
static void cost_place_labels(struct cost_point *points, unsigned int nr,
			      const struct scale *y)
{
	double bottom = COST_HEIGHT - COST_BOTTOM, most;
	unsigned int i;

	for (i = 0; i < nr; i++)
		points[i].label = cost_scale_at(y, series_median(points[i].cost) / 1000);
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
	double px = cost_scale_at(x, series_median(p->rate));
	double py = cost_scale_at(y, series_median(p->cost) / 1000);
	const char *name = c->model[p->model].info.name;

	fprintf(out, "<g class=\"m%u\"><line class=\"whisker\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
		p->model, cost_scale_at(x, series_low(p->rate)), py,
		cost_scale_at(x, series_high(p->rate)), py);
	fprintf(out, "<line class=\"whisker\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
		px, cost_scale_at(y, series_low(p->cost) / 1000), px,
		cost_scale_at(y, series_high(p->cost) / 1000));
	fprintf(out, "<line class=\"leader\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", px,
		py, COST_WIDTH - COST_RIGHT + 10, p->label);
	fprintf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", px, py);
	fprintf(out, "<text x=\"%d\" y=\"%.1f\">%s</text>", COST_WIDTH - COST_RIGHT + 14,
		p->label + 4, name);
	fprintf(out, "<title>%s: %.0f interrupts a second, %.1f us of CPU each</title></g>\n",
		name, series_median(p->rate), series_median(p->cost) / 1000);
}

void compare_cost(FILE *out, const struct compare *c, unsigned int load)
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
	cost_scale_fit(&x, low[0], high[0]);
	cost_scale_fit(&y, low[1], high[1]);
	cost_place_labels(points, nr, &y);
	fprintf(out, "<svg class=\"cost\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Cost against rate, load %s\">\n",
		COST_WIDTH, COST_HEIGHT, load_names[load]);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"16\">CPU time per interrupt, us</text>\n",
		COST_LEFT);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"%d\" text-anchor=\"end\">highest rate without loss, interrupts per second</text>\n",
		COST_WIDTH - COST_RIGHT, COST_HEIGHT - 8);
	cost_scale_grid(out, &x, true);
	cost_scale_grid(out, &y, false);
	for (i = 0; i < nr; i++)
		cost_point(out, c, &points[i], &x, &y);
	fputs("</svg>\n", out);
}
