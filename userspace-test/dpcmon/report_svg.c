// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measured.h"
#include "report_svg.h"
#include "util.h"

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

double svg_step(double range)
{
	double step = pow(10, floor(log10(range / 10)));

	if (range / step > 50)
		return step * 10;
	if (range / step > 20)
		return step * 5;
	return range / step > 10 ? step * 2 : step;
}

/* ---- Distribution of one stage ------------------------------------------ */

#define DIST_WIDTH	460
#define DIST_HEIGHT	170
#define DIST_LEFT	44
#define DIST_RIGHT	12
#define DIST_TOP	30
#define DIST_BOTTOM	34
#define DIST_BINS	8	/* per power of ten */

#define DIST_PLOT_WIDTH		(DIST_WIDTH - DIST_LEFT - DIST_RIGHT)
#define DIST_PLOT_HEIGHT	(DIST_HEIGHT - DIST_TOP - DIST_BOTTOM)

struct svg_axis svg_axis_of(const struct object *o)
{
	struct svg_axis axis = { .low = 3, .high = 5 };
	unsigned int i;

	for (i = 0; i < STAGE_NR; i++) {
		const struct stage *s = &o->stage[i];

		if (!s->hist.count)
			continue;
		while (axis.low > 1 && hist_min(&s->hist) < pow(10, axis.low))
			axis.low--;
		while (s->hist.max >= pow(10, axis.high) || s->budget_ns >= pow(10, axis.high))
			axis.high++;
	}
	return axis;
}

static double dist_x(struct svg_axis axis, double log_ns)
{
	if (log_ns < axis.low)
		log_ns = axis.low;
	return DIST_LEFT + DIST_PLOT_WIDTH * (log_ns - axis.low) / (axis.high - axis.low);
}

/* Counts are on a logarithmic scale too, so that a single outlier can be seen. */
static double dist_y(uint64_t n, unsigned int decades)
{
	double part = n ? (log10(n) + 0.35) / (decades + 0.35) : 0;

	return DIST_HEIGHT - DIST_BOTTOM - DIST_PLOT_HEIGHT * part;
}

void svg_power_label(char *text, size_t size, int power)
{
	static const char * const units[] = { "ns", "us", "ms", "s" };
	int unit = power / 3 < 3 ? power / 3 : 3;

	snprintf(text, size, "%.0f %s", pow(10, power - unit * 3), units[unit]);
}

static void dist_time_axis(FILE *out, struct svg_axis axis)
{
	char label[32];
	double x;
	int power;

	for (power = axis.low; power <= axis.high; power++) {
		x = dist_x(axis, power);
		svg_power_label(label, sizeof(label), power);
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			x, DIST_TOP, x, DIST_HEIGHT - DIST_BOTTOM);
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			x, DIST_HEIGHT - DIST_BOTTOM + 15,
			power == axis.high ? "end" : "middle", label);
	}
}

static void dist_count_axis(FILE *out, unsigned int decades)
{
	unsigned int step = decades > 4 ? 2 : 1, i;
	uint64_t n = 1;
	double y;

	for (i = 0; i <= decades; i++, n *= 10) {
		if (i % step)
			continue;
		y = dist_y(n, decades);
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
static uint64_t dist_ns(double log_ns)
{
	double ns = pow(10, log_ns);

	return ns < (double)UINT64_MAX ? (uint64_t)ns : UINT64_MAX;
}

static void dist_bars(FILE *out, const struct stage *s, struct svg_axis axis,
		      unsigned int decades)
{
	unsigned int bins = (axis.high - axis.low) * DIST_BINS, i;
	double from, to, x, y;
	uint64_t n;

	for (i = 0; i < bins; i++) {
		from = axis.low + (double)i / DIST_BINS;
		to = axis.low + (double)(i + 1) / DIST_BINS;
		/* what is shorter than the axis is in the first bar */
		n = hist_between(&s->hist, i ? dist_ns(from) : 0, dist_ns(to));
		if (!n)
			continue;
		x = dist_x(axis, from);
		y = dist_y(n, decades);
		fprintf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
			s->budget_ns && pow(10, from) >= s->budget_ns ? "bar over" : "bar",
			x + 0.5, y, dist_x(axis, to) - x - 1, DIST_HEIGHT - DIST_BOTTOM - y);
		fprintf(out, "<title>%.2f to %.2f us: %" PRIu64 " times</title></rect>\n",
			pow(10, from) / 1000, pow(10, to) / 1000, n);
	}
}

static void dist_budget(FILE *out, const struct stage *s, struct svg_axis axis)
{
	double x = dist_x(axis, log10(s->budget_ns));
	bool left = x > DIST_WIDTH - 130;

	fprintf(out, "<line class=\"budget\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x,
		DIST_TOP - 6, x, DIST_HEIGHT - DIST_BOTTOM);
	fprintf(out, "<text class=\"budget-text\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">budget %.0f us</text>\n",
		left ? x - 5 : x + 5, DIST_TOP - 1, left ? "end" : "start",
		report_us(s->budget_ns));
}

void svg_distribution(FILE *out, const struct stage *s, const char *title,
		      struct svg_axis axis)
{
	unsigned int decades = 1;
	uint64_t n = 10;

	/* the fullest bar has at most all of them */
	while (n < s->hist.count) {
		n *= 10;
		decades++;
	}
	fprintf(out, "<svg class=\"dist\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Distribution: %s\">\n",
		DIST_WIDTH, DIST_HEIGHT, title);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"14\">%s</text>\n", DIST_LEFT, title);
	dist_time_axis(out, axis);
	dist_count_axis(out, decades);
	dist_bars(out, s, axis, decades);
	if (s->budget_ns)
		dist_budget(out, s, axis);
	fprintf(out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n</svg>\n",
		DIST_LEFT, DIST_HEIGHT - DIST_BOTTOM, DIST_WIDTH - DIST_RIGHT,
		DIST_HEIGHT - DIST_BOTTOM);
}

/* ---- The worst interrupt: its parts, and the CPUs below ------------------ */

#define TIME_WIDTH	960
#define TIME_LEFT	70
#define TIME_RIGHT	16
#define TIME_TOP	10
#define TIME_STRIP	34	/* height of the strip of parts */
#define TIME_LANE	40	/* height of a CPU's lane */
#define TIME_GAP	14
#define TIME_AXIS	40
#define TIME_LANES	16	/* CPUs shown */
#define TIME_PER_CHAR	7.2	/* width of a letter, to see whether a text fits */

static const char * const part_classes[PART_NR] = {
	[PART_ISR]		= "c-isr",
	[PART_ISR_TO_DPC]	= "c-wait",
	[PART_DPC_EXCLUSIVE]	= "c-dpc",
	[PART_HARDIRQ]		= "c-hard",
	[PART_DPC]		= "c-dpc",
	[PART_DPC_TO_WORK]	= "c-wait",
	[PART_WORK]		= "c-work",
	[PART_REST]		= "c-rest",
};

static const char * const part_short[PART_NR] = {
	[PART_ISR]		= "ISR",
	[PART_ISR_TO_DPC]	= "wait",
	[PART_DPC_EXCLUSIVE]	= "DPC",
	[PART_HARDIRQ]		= "irqs",
	[PART_DPC]		= "DPC",
	[PART_DPC_TO_WORK]	= "wait",
	[PART_WORK]		= "work",
	[PART_REST]		= "rest",
};

/* @lanes: the CPUs, in the order of their lanes. */
struct timeline {
	FILE			*out;
	struct report		*r;
	const struct worst	*w;
	uint64_t		start;
	uint64_t		end;
	int			lanes[TIME_LANES];
	unsigned int		nr_lanes;
};

static double time_x(const struct timeline *t, uint64_t ts)
{
	double width = TIME_WIDTH - TIME_LEFT - TIME_RIGHT;

	if (ts < t->start)
		ts = t->start;
	if (ts > t->end)
		ts = t->end;
	return TIME_LEFT + width * (ts - t->start) / (t->end - t->start);
}

static int time_lane_y(const struct timeline *t, int cpu)
{
	unsigned int i;

	for (i = 0; i < t->nr_lanes; i++)
		if (t->lanes[i] == cpu)
			return TIME_TOP + TIME_STRIP + TIME_GAP + i * TIME_LANE;
	return -1;
}

static int time_bottom(const struct timeline *t)
{
	return TIME_TOP + TIME_STRIP + TIME_GAP + t->nr_lanes * TIME_LANE;
}

static void time_add_lane(struct timeline *t, int cpu)
{
	unsigned int i = t->nr_lanes;

	if (time_lane_y(t, cpu) >= 0 || t->nr_lanes == TIME_LANES)
		return;
	for (; i && t->lanes[i - 1] > cpu; i--)
		t->lanes[i] = t->lanes[i - 1];
	t->lanes[i] = cpu;
	t->nr_lanes++;
}

static void time_find_lanes(struct timeline *t)
{
	const struct chain *ch = &t->w->chain;
	const struct stage_run *runs[] = { &ch->isr, &ch->dpc, &ch->work };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(runs); i++)
		if (runs[i]->entered)
			time_add_lane(t, runs[i]->cpu);
	for (i = 0; i < t->w->nr_runs; i++)
		time_add_lane(t, t->w->runs[i].cpu);
	if (ch->completed)
		time_add_lane(t, ch->complete_cpu);
}

/* A label inside a box, only if it fits. */
static void time_label(const struct timeline *t, double x, double width, int y,
		       const char *label)
{
	if (strlen(label) * TIME_PER_CHAR + 6 > width)
		return;
	fprintf(t->out, "<text class=\"in\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
		x + width / 2, y);
	html_text(t->out, label);
	fputs("</text>", t->out);
}

static void time_strip(const struct timeline *t)
{
	const struct chain *ch = &t->w->chain;
	double x = TIME_LEFT, width, all;
	struct part parts[PART_NR];
	unsigned int i, nr = worst_breakdown(t->w, parts);

	/* above the time that it shares out */
	all = time_x(t, ch->completed ? ch->complete_ts : t->end) - x;
	fprintf(t->out, "<text class=\"lane\" x=\"%d\" y=\"%d\" text-anchor=\"end\">shares</text>\n",
		TIME_LEFT - 8, TIME_TOP + TIME_STRIP / 2 + 4);
	for (i = 0; i < nr; i++) {
		if (!parts[i].ns)
			continue;
		width = all * parts[i].ns / t->w->total;
		fprintf(t->out, "<g><rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
			part_classes[parts[i].kind], x, TIME_TOP, width, TIME_STRIP);
		fprintf(t->out, "<title>%s: %.1f us, %.1f %%</title>", part_titles[parts[i].kind],
			report_us(parts[i].ns), parts[i].tenths / 10.0);
		time_label(t, x, width, TIME_TOP + TIME_STRIP / 2 + 4, part_short[parts[i].kind]);
		fputs("</g>\n", t->out);
		x += width;
	}
}

/* The label of a box; it keeps away from the mark of the completion. */
static void time_box_label(const struct timeline *t, uint64_t start, uint64_t end, int y,
			   const char *label)
{
	const struct chain *ch = &t->w->chain;

	if (ch->completed && ch->complete_ts > start && ch->complete_ts < end) {
		if (ch->complete_ts - start > end - ch->complete_ts)
			end = ch->complete_ts;
		else
			start = ch->complete_ts;
	}
	time_label(t, time_x(t, start), time_x(t, end) - time_x(t, start), y, label);
}

static void time_box(const struct timeline *t, const char *class, int cpu, uint64_t start,
		     uint64_t end, int inset, const char *label, const char *title)
{
	int y = time_lane_y(t, cpu);
	double x = time_x(t, start), width = time_x(t, end) - x;

	if (y < 0)
		return;
	/* what is too short to be seen gets a line */
	if (width < 1)
		width = 1;
	fprintf(t->out, "<g><rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/><title>",
		class, x, y + inset, width, TIME_LANE - 6 - 2 * inset);
	html_text(t->out, title);
	fputs("</title>", t->out);
	time_box_label(t, start, end, y + TIME_LANE / 2 + 1, label);
	fputs("</g>\n", t->out);
}

static void time_stage(const struct timeline *t, const struct stage_run *run,
		       const char *class, const char *label)
{
	char *title;

	if (!run->entered)
		return;
	title = xasprintf("%s %s, %s us, task %s (%d), CPU %d", label,
			  symbols_routine(t->r->symbols, run->function),
			  MEASURED_US(run->exited ? run->duration : NOT_MEASURED),
			  symbols_task(t->r->symbols, run->pid), run->pid, run->cpu);
	time_box(t, class, run->cpu, run->start, run->exited ? run->end : t->end, 0, label, title);
	free(title);
}

static bool time_is_own(const struct timeline *t, const struct run *run)
{
	const struct chain *ch = &t->w->chain;

	switch (run->kind) {
	case RUN_ISR:
		return run->seq == ch->first;
	case RUN_DPC:
	case RUN_WORK:
		return run->first == ch->first;
	default:
		return false;
	}
}

static void time_other_runs(const struct timeline *t, bool hardirqs)
{
	static const char * const kinds[] = {
		[RUN_ISR] = "ISR", [RUN_DPC] = "DPC", [RUN_WORK] = "work item",
	};
	unsigned int i;
	char *title;

	for (i = 0; i < t->w->nr_runs; i++) {
		const struct run *run = &t->w->runs[i];

		bool hardirq = run->kind == RUN_HARDIRQ;

		if (hardirq != hardirqs || time_is_own(t, run))
			continue;
		if (hardirqs)
			title = xasprintf("hard interrupt %s, %.1f us", run->name,
					  report_us(run->end - run->start));
		else
			title = xasprintf("another %s: %s, interrupts %" PRIu64 " to %" PRIu64 ", %.1f us",
					  kinds[run->kind],
					  symbols_routine(t->r->symbols, run->function),
					  run->first, run->seq, report_us(run->end - run->start));
		time_box(t, hardirqs ? "c-hard" : "c-other", run->cpu, run->start, run->end,
			 hardirqs ? 11 : 5, "", title);
		free(title);
	}
}

static void time_axis(const struct timeline *t)
{
	double us = report_us(t->end - t->start), step = svg_step(us), at, x;
	int bottom = time_bottom(t);

	for (at = 0; at <= us * 1.0001; at += step) {
		x = TIME_LEFT + (TIME_WIDTH - TIME_LEFT - TIME_RIGHT) * at / us;
		fprintf(t->out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			x, TIME_TOP + TIME_STRIP + TIME_GAP - 4, x, bottom);
		fprintf(t->out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
			x, bottom + 14, at);
	}
	fprintf(t->out, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">us since the ISR began</text>\n",
		TIME_LEFT + (TIME_WIDTH - TIME_LEFT - TIME_RIGHT) / 2, bottom + 31);
}

static void time_lanes(const struct timeline *t)
{
	unsigned int i;
	int y;

	for (i = 0; i < t->nr_lanes; i++) {
		y = time_lane_y(t, t->lanes[i]);
		fprintf(t->out, "<rect class=\"lane-bg\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
			TIME_LEFT, y, TIME_WIDTH - TIME_LEFT - TIME_RIGHT, TIME_LANE - 6);
		fprintf(t->out, "<text class=\"lane\" x=\"%d\" y=\"%d\" text-anchor=\"end\">CPU %d</text>\n",
			TIME_LEFT - 8, y + TIME_LANE / 2 + 1, t->lanes[i]);
	}
}

static void time_completion(const struct timeline *t)
{
	const struct chain *ch = &t->w->chain;
	double x = time_x(t, ch->complete_ts);

	if (!ch->completed)
		return;
	fprintf(t->out, "<g><line class=\"done\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/><title>request completed: %.1f us after the ISR began</title></g>\n",
		x, TIME_TOP + TIME_STRIP + 4, x, time_bottom(t), report_us(ch->complete_ns));
}

void svg_worst(FILE *out, struct report *r, const struct object *o)
{
	struct timeline t = { .out = out, .r = r, .w = &o->worst };
	const struct chain *ch = &o->worst.chain;

	if (!o->worst.valid)
		return;
	worst_span(ch, &t.start, &t.end);
	if (t.end == t.start)
		t.end++;
	time_find_lanes(&t);
	fprintf(out, "<svg class=\"timeline\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Timeline of the worst interrupt\">\n",
		TIME_WIDTH, time_bottom(&t) + TIME_AXIS);
	time_strip(&t);
	time_lanes(&t);
	time_axis(&t);
	time_other_runs(&t, false);
	time_stage(&t, &ch->dpc, "c-dpc", "DPC");
	time_stage(&t, &ch->work, "c-work", "work");
	time_other_runs(&t, true);
	time_stage(&t, &ch->isr, "c-isr", "ISR");
	time_completion(&t);
	fputs("</svg>\n", out);
}
