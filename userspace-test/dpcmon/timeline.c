// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws the worst interrupt as SVG: a strip of its parts, and below it a lane for each
 * CPU with what ran there meanwhile.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "errors.h"
#include "html.h"
#include "measured.h"
#include "report.h"
#include "svg.h"
#include "symbols.h"
#include "timeline.h"
#include "util.h"
#include "worst.h"

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

/**
 * struct timeline - a picture
 * @out: where it goes
 * @r: the report, for names
 * @w: the interrupt
 * @start: time stamp at the left edge
 * @end: time stamp at the right edge
 * @lanes: the CPUs, in the order of their lanes
 * @nr_lanes: number of lanes
 */
struct timeline {
	FILE			*out;
	struct report		*r;
	const struct worst	*w;
	uint64_t		start;
	uint64_t		end;
	int			lanes[TIME_LANES];
	unsigned int		nr_lanes;
};

/* Pixel of a time stamp; one outside of the picture is at its edge. */
static double timeline_x(const struct timeline *t, uint64_t ts)
{
	double width = TIME_WIDTH - TIME_LEFT - TIME_RIGHT;

	if (ts < t->start)
		ts = t->start;
	if (ts > t->end)
		ts = t->end;
	return TIME_LEFT + width * (ts - t->start) / (t->end - t->start);
}

/* Pixel of the lane of a CPU; -1 if it has none. */
static int timeline_lane_y(const struct timeline *t, int cpu)
{
	unsigned int i;

	for (i = 0; i < t->nr_lanes; i++)
		if (t->lanes[i] == cpu)
			return TIME_TOP + TIME_STRIP + TIME_GAP + i * TIME_LANE;
	return -1;
}

static int timeline_bottom(const struct timeline *t)
{
	return TIME_TOP + TIME_STRIP + TIME_GAP + t->nr_lanes * TIME_LANE;
}

static void timeline_add_lane(struct timeline *t, int cpu)
{
	unsigned int i = t->nr_lanes;

	if (timeline_lane_y(t, cpu) >= 0 || t->nr_lanes == TIME_LANES)
		return;
	for (; i && t->lanes[i - 1] > cpu; i--)
		t->lanes[i] = t->lanes[i - 1];
	t->lanes[i] = cpu;
	t->nr_lanes++;
}

/* The CPUs on which the interrupt or something beside it ran, up to TIME_LANES. */
static void timeline_find_lanes(struct timeline *t)
{
	const struct chain *ch = &t->w->chain;
	const struct stage_run *runs[] = { &ch->isr, &ch->dpc, &ch->work };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(runs); i++)
		if (runs[i]->entered)
			timeline_add_lane(t, runs[i]->cpu);
	for (i = 0; i < t->w->nr_runs; i++)
		timeline_add_lane(t, t->w->runs[i].cpu);
	if (ch->completed)
		timeline_add_lane(t, ch->complete_cpu);
}

/* A label inside a box, only if it fits. */
static void timeline_label(const struct timeline *t, double x, double width, int y,
			   const char *label)
{
	if (strlen(label) * TIME_PER_CHAR + 6 > width)
		return;
	fprintf(t->out, "<text class=\"in\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
		x + width / 2, y);
	html_text(t->out, label);
	fputs("</text>", t->out);
}

/*
 * The strip of parts stands above the time that it divides, from the start of the ISR to the
 * completion, so that a part lies roughly above what happened then.
 */
static void timeline_strip(const struct timeline *t)
{
	const struct chain *ch = &t->w->chain;
	double x = TIME_LEFT, width, all;
	struct part parts[PART_NR];
	unsigned int i, nr = worst_breakdown(t->w, parts);

	all = timeline_x(t, ch->completed ? ch->complete_ts : t->end) - x;
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
		timeline_label(t, x, width, TIME_TOP + TIME_STRIP / 2 + 4,
			       part_short[parts[i].kind]);
		fputs("</g>\n", t->out);
		x += width;
	}
}

/* The label of a box; it keeps away from the mark of the completion. */
static void timeline_box_label(const struct timeline *t, uint64_t start, uint64_t end, int y,
			       const char *label)
{
	const struct chain *ch = &t->w->chain;

	if (ch->completed && ch->complete_ts > start && ch->complete_ts < end) {
		if (ch->complete_ts - start > end - ch->complete_ts)
			end = ch->complete_ts;
		else
			start = ch->complete_ts;
	}
	timeline_label(t, timeline_x(t, start), timeline_x(t, end) - timeline_x(t, start), y,
		       label);
}

static void timeline_box(const struct timeline *t, const char *class, int cpu, uint64_t start,
			 uint64_t end, int inset, const char *label, const char *title)
{
	int y = timeline_lane_y(t, cpu);
	double x = timeline_x(t, start), width = timeline_x(t, end) - x;

	if (y < 0)
		return;
	/* what is too short to be seen gets a line */
	if (width < 1)
		width = 1;
	fprintf(t->out, "<g><rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/><title>",
		class, x, y + inset, width, TIME_LANE - 6 - 2 * inset);
	html_text(t->out, title);
	fputs("</title>", t->out);
	timeline_box_label(t, start, end, y + TIME_LANE / 2 + 1, label);
	fputs("</g>\n", t->out);
}

static void timeline_stage(const struct timeline *t, const struct stage_run *run,
			   const char *class, const char *label)
{
	char *title;

	if (!run->entered)
		return;
	title = xasprintf("%s %s, %s us, task %s (%d), CPU %d", label,
			  symbols_routine(t->r->symbols, run->function),
			  MEASURED_US(run->exited ? run->duration : NOT_MEASURED),
			  symbols_task(t->r->symbols, run->pid), run->pid, run->cpu);
	timeline_box(t, class, run->cpu, run->start, run->exited ? run->end : t->end, 0, label,
		     title);
	free(title);
}

/* Whether the run belongs to the interrupt itself, which timeline_stage() draws. */
static bool timeline_is_own(const struct timeline *t, const struct run *run)
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

static void timeline_other_runs(const struct timeline *t, bool hardirqs)
{
	static const char * const kinds[] = {
		[RUN_ISR] = "ISR", [RUN_DPC] = "DPC", [RUN_WORK] = "work item",
	};
	unsigned int i;
	char *title;

	for (i = 0; i < t->w->nr_runs; i++) {
		const struct run *run = &t->w->runs[i];

		bool hardirq = run->kind == RUN_HARDIRQ;

		if (hardirq != hardirqs || timeline_is_own(t, run))
			continue;
		if (hardirqs)
			title = xasprintf("hard interrupt %s, %.1f us", run->name,
					  report_us(run->end - run->start));
		else
			title = xasprintf("another %s: %s, interrupts %" PRIu64 " to %" PRIu64 ", %.1f us",
					  kinds[run->kind],
					  symbols_routine(t->r->symbols, run->function),
					  run->first, run->seq, report_us(run->end - run->start));
		timeline_box(t, hardirqs ? "c-hard" : "c-other", run->cpu, run->start, run->end,
			     hardirqs ? 11 : 5, "", title);
		free(title);
	}
}

static void timeline_axis(const struct timeline *t)
{
	double us = report_us(t->end - t->start), step = svg_step(us), at, x;
	int bottom = timeline_bottom(t);

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

static void timeline_lanes(const struct timeline *t)
{
	unsigned int i;
	int y;

	for (i = 0; i < t->nr_lanes; i++) {
		y = timeline_lane_y(t, t->lanes[i]);
		fprintf(t->out, "<rect class=\"lane-bg\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
			TIME_LEFT, y, TIME_WIDTH - TIME_LEFT - TIME_RIGHT, TIME_LANE - 6);
		fprintf(t->out, "<text class=\"lane\" x=\"%d\" y=\"%d\" text-anchor=\"end\">CPU %d</text>\n",
			TIME_LEFT - 8, y + TIME_LANE / 2 + 1, t->lanes[i]);
	}
}

static void timeline_completion(const struct timeline *t)
{
	const struct chain *ch = &t->w->chain;
	double x = timeline_x(t, ch->complete_ts);

	if (!ch->completed)
		return;
	fprintf(t->out, "<g><line class=\"done\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/><title>request completed: %.1f us after the ISR began</title></g>\n",
		x, TIME_TOP + TIME_STRIP + 4, x, timeline_bottom(t), report_us(ch->complete_ns));
}

/* A mark for each error that was told of this interrupt. */
static void timeline_errors(const struct timeline *t, const struct errors *errors)
{
	const struct device_error *e;
	unsigned int i;
	char *what;
	double x;
	int y;

	for (i = 0; i < errors_kept(errors); i++) {
		e = &errors->list[i];
		y = timeline_lane_y(t, e->cpu);
		if (e->first != t->w->chain.first || y < 0)
			continue;
		x = timeline_x(t, e->ts);
		what = report_error(e);
		fprintf(t->out, "<g><line class=\"error\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/><title>",
			x, y - 3, x, y + TIME_LANE - 3);
		html_text(t->out, what);
		fputs("</title></g>\n", t->out);
		free(what);
	}
}

void timeline_svg(FILE *out, struct report *r, const struct object *o)
{
	struct timeline t = { .out = out, .r = r, .w = &o->worst };
	const struct chain *ch = &o->worst.chain;

	if (!o->worst.valid)
		return;
	worst_span(ch, &t.start, &t.end);
	if (t.end == t.start)
		t.end++;
	timeline_find_lanes(&t);
	fprintf(out, "<svg class=\"timeline\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Timeline of the worst interrupt\">\n",
		TIME_WIDTH, timeline_bottom(&t) + TIME_AXIS);
	timeline_strip(&t);
	timeline_lanes(&t);
	timeline_axis(&t);
	timeline_other_runs(&t, false);
	timeline_stage(&t, &ch->dpc, "c-dpc", "DPC");
	timeline_stage(&t, &ch->work, "c-work", "work");
	timeline_other_runs(&t, true);
	timeline_stage(&t, &ch->isr, "c-isr", "ISR");
	timeline_completion(&t);
	timeline_errors(&t, &o->errors);
	fputs("</svg>\n", out);
}
