// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws the longest call of a row as SVG: a strip of its parts, and below it, in their order,
 * what its CPU did.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "svg.h"
#include "system_timeline.h"
#include "util.h"

#define TIME_WIDTH	960
#define TIME_LEFT	70
#define TIME_RIGHT	16
#define TIME_TOP	10
#define TIME_STRIP	34	/* height of the strip of parts, and of the lane */
#define TIME_GAP	14
#define TIME_AXIS	40
#define TIME_LETTER	7.2	/* width of a letter, to see whether a text fits */

#define TIME_LANE_Y	(TIME_TOP + TIME_STRIP + TIME_GAP)
#define TIME_BOTTOM	(TIME_LANE_Y + TIME_STRIP)

/* What the colours mean. */
static const struct {
	const char	*class;
	const char	*text;
} timeline_keys[] = {
	{ "c-dpc", "the routine itself" },
	{ "c-hard", "hard interrupts" },
	{ "c-isr", "softirqs" },
	{ "c-work", "interrupt threads, work items" },
	{ "c-other", "other threads" },
	{ "c-wait", "idle" },
	{ "c-rest", "shorter ones, and what is not known" },
};

const char *system_timeline_class(const struct system_row *row, const struct system_row *part,
				  int pid)
{
	if (!row)
		return "c-rest";
	if (!part)
		return pid ? "c-other" : "c-wait";
	if (part == row)
		return "c-dpc";
	switch (part->kind) {
	case SYSTEM_ISR:
	case SYSTEM_VECTOR:
	case SYSTEM_HRTIMER:
		return "c-hard";
	case SYSTEM_THREAD:
	case SYSTEM_WORK:
	case SYSTEM_KTHREAD_WORK:
		return "c-work";
	default:
		return "c-isr";
	}
}

void system_timeline_legend(FILE *out)
{
	unsigned int i;

	fputs("<p class=\"legend\">", out);
	for (i = 0; i < ARRAY_SIZE(timeline_keys); i++)
		fprintf(out, "<span><i class=\"key %s\"></i>%s</span>\n", timeline_keys[i].class,
			timeline_keys[i].text);
	fputs("</p>\n", out);
}

static double system_timeline_x(const struct system_worst *w, uint64_t ns)
{
	return TIME_LEFT + (double)(TIME_WIDTH - TIME_LEFT - TIME_RIGHT) * ns / w->ns;
}

/* A box from @from to @to, ns since the request; its name is shown if there is room. */
static void system_timeline_box(FILE *out, const struct system_worst *w, const char *class, int y,
				uint64_t from, uint64_t to, const char *name)
{
	double x = system_timeline_x(w, from), width = system_timeline_x(w, to) - x;

	/* what is too short to be seen gets a line */
	if (width < 1)
		width = 1;
	fprintf(out, "<g><rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/><title>",
		class, x, y, width, TIME_STRIP);
	html_text(out, name);
	fprintf(out, ": %.1f us, %.1f %%</title>", (to - from) / 1000.0,
		100.0 * (to - from) / w->ns);
	if (strlen(name) * TIME_LETTER + 6 <= width) {
		fprintf(out, "<text class=\"in\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
			x + width / 2, y + TIME_STRIP / 2 + 4);
		html_text(out, name);
		fputs("</text>", out);
	}
	fputs("</g>\n", out);
}

/* Sorted by length, and so without a place in time; together they are the whole. */
static void system_timeline_strip(FILE *out, const struct system_report *r,
				  const struct system_row *row)
{
	const struct system_worst *w = &row->worst;
	uint64_t at = 0;
	unsigned int i;
	char *name;

	for (i = 0; i < w->nr_parts; i++) {
		name = system_report_part(r, &w->parts[i]);
		system_timeline_box(out, w,
				    system_timeline_class(row, w->parts[i].row, w->parts[i].pid),
				    TIME_TOP, at, at + w->parts[i].ns, name);
		free(name);
		at += w->parts[i].ns;
	}
	if (w->rest_ns)
		system_timeline_box(out, w, system_timeline_class(NULL, NULL, 0), TIME_TOP, at,
				    at + w->rest_ns, "rest");
}

static void system_timeline_lane(FILE *out, const struct system_report *r,
				 const struct system_row *row)
{
	const struct system_worst *w = &row->worst;
	uint64_t begin = w->end - w->ns;
	struct system_part part;
	unsigned int i;
	char *name;

	fprintf(out, "<rect class=\"lane-bg\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
		TIME_LEFT, TIME_LANE_Y, TIME_WIDTH - TIME_LEFT - TIME_RIGHT, TIME_STRIP);
	for (i = 0; i < w->nr_steps; i++) {
		part = (struct system_part){ w->steps[i].row, w->steps[i].pid, 0 };
		name = system_report_part(r, &part);
		system_timeline_box(out, w, system_timeline_class(row, part.row, part.pid),
				    TIME_LANE_Y, w->steps[i].from - begin,
				    w->steps[i].to - begin, name);
		free(name);
	}
}

static void system_timeline_name(FILE *out, int y, const char *name)
{
	fprintf(out, "<text class=\"lane\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
		TIME_LEFT - 8, y + TIME_STRIP / 2 + 4, name);
}

static void system_timeline_axis(FILE *out, const struct system_worst *w)
{
	double us = w->ns / 1000.0, step = svg_step(us), at, x;

	for (at = 0; at <= us * 1.0001; at += step) {
		x = TIME_LEFT + (TIME_WIDTH - TIME_LEFT - TIME_RIGHT) * at / us;
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			x, TIME_LANE_Y - 4, x, TIME_BOTTOM + 3);
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
			x, TIME_BOTTOM + 16, at);
	}
	fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">us since %s</text>\n",
		TIME_LEFT + (TIME_WIDTH - TIME_LEFT - TIME_RIGHT) / 2, TIME_BOTTOM + 32,
		w->wait_ns ? "its request; the broken line is where it began" : "it began");
}

void system_timeline_svg(FILE *out, const struct system_report *r, const struct system_row *row)
{
	const struct system_worst *w = &row->worst;
	double x = w->ns ? system_timeline_x(w, w->wait_ns) : 0;
	char cpu[16];

	if (!w->ns)
		return;
	snprintf(cpu, sizeof(cpu), "CPU %d", w->cpu);
	fprintf(out, "<svg class=\"timeline\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Timeline of the longest call\">\n",
		TIME_WIDTH, TIME_BOTTOM + TIME_AXIS);
	system_timeline_name(out, TIME_TOP, "shares");
	system_timeline_name(out, TIME_LANE_Y, cpu);
	system_timeline_axis(out, w);
	system_timeline_strip(out, r, row);
	system_timeline_lane(out, r, row);
	if (w->wait_ns)
		fprintf(out, "<g><line class=\"done\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/><title>began after %.1f us</title></g>\n",
			x, TIME_LANE_Y - 4, x, TIME_BOTTOM + 3, w->wait_ns / 1000.0);
	fputs("</svg>\n", out);
}
