// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws the view of dpcmon top --system on a canvas.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "measured.h"
#include "system_draw.h"
#include "top.h"
#include "util.h"

#define DRAW_HEAD	5	/* rows above the first line */
#define DRAW_TITLE_MIN	24

enum draw_column {
	COLUMN_RATE,
	COLUMN_PERCENT,
	COLUMN_NOW,
	COLUMN_P99,
	COLUMN_MAX,
	COLUMN_BUDGET,
	COLUMN_OVER,
	COLUMN_NR,
};

/*
 * @width: with the space before it
 * @keep: on a narrow screen, columns with the smallest go first
 */
static const struct {
	const char	*head;
	int		width;
	int		digits;
	int		keep;
} draw_columns[COLUMN_NR] = {
	[COLUMN_RATE]		= { "per s", 9, 0, 3 },
	[COLUMN_PERCENT]	= { "CPU %", 7, 2, 4 },
	[COLUMN_NOW]		= { "now", 9, 1, 2 },
	[COLUMN_P99]		= { "p99", 9, 1, 1 },
	[COLUMN_MAX]		= { "max", 10, 1, 6 },
	[COLUMN_BUDGET]		= { "budget", 8, 0, 5 },
	[COLUMN_OVER]		= { "over", 8, 0, 7 },
};

/* Which columns there is room for, a bit each; *@title is what is left for the title. */
static unsigned int system_draw_columns(int cols, int *title)
{
	unsigned int shown = (1u << COLUMN_NR) - 1, i, worst;

	for (*title = cols, i = 0; i < COLUMN_NR; i++)
		*title -= draw_columns[i].width;
	while (*title < DRAW_TITLE_MIN && shown) {
		for (worst = COLUMN_NR, i = 0; i < COLUMN_NR; i++)
			if (shown & 1u << i && (worst == COLUMN_NR ||
						draw_columns[i].keep < draw_columns[worst].keep))
				worst = i;
		shown &= ~(1u << worst);
		*title += draw_columns[worst].width;
	}
	return shown;
}

static void system_draw_head(const struct system_view *v, struct canvas *c)
{
	char percent[MEASURED_LEN], rate[MEASURED_LEN];
	int col;

	canvas_fill(c, 0, 0, c->cols, LOOK_HEAD, ' ');
	col = canvas_text(c, 0, 0, LOOK_HEAD, "kernel %s, %d CPUs  every %g s  %s  by %s",
			  v->kernel, v->cpus, v->interval_ns / (double)NSEC_PER_SEC, v->clock,
			  system_sort_names[v->sort]);
	if (v->paused)
		canvas_text(c, 0, col, LOOK_HEAD, "  PAUSED");
	col = canvas_text(c, 1, 0, LOOK_PLAIN, "%s events per s; reading them takes %s %% of a CPU",
			  measured_text(rate, v->events_rate, 0),
			  measured_text(percent, v->own_percent, 1));
	if (v->lost || v->lost_more)
		canvas_text(c, 1, col, LOOK_OVER, "; %s%" PRIu64 " events lost: --buffer",
			    v->lost_more ? "more than " : "", v->lost);
	/* that it is fit, or which one is not */
	canvas_text(c, 2, 0, v->status == 0 ? LOOK_PLAIN : LOOK_OVER, "%s",
		    v->verdict ? v->verdict : "");
}

static void system_draw_table_head(const struct system_view *v, struct canvas *c)
{
	int title, col;
	unsigned int shown = system_draw_columns(c->cols, &title), i;

	canvas_text(c, DRAW_HEAD - 1, 0, LOOK_BOLD, "times in us");
	for (col = title, i = 0; i < COLUMN_NR; i++)
		if (shown & 1u << i)
			col = canvas_text(c, DRAW_HEAD - 1, col, LOOK_BOLD, "%*s",
					  draw_columns[i].width, draw_columns[i].head);
}

static double system_draw_value(const struct system_line *line, enum draw_column column)
{
	switch (column) {
	case COLUMN_RATE:
		return line->rate;
	case COLUMN_PERCENT:
		return line->percent;
	case COLUMN_NOW:
		return line->now_ns / NSEC_PER_USEC;
	case COLUMN_P99:
		return line->p99_ns / NSEC_PER_USEC;
	case COLUMN_MAX:
		return line->max_ns / NSEC_PER_USEC;
	case COLUMN_BUDGET:
		return line->budget_ns / NSEC_PER_USEC;
	case COLUMN_OVER:
		return line->over;
	case COLUMN_NR:
		break;
	}
	return NOT_MEASURED;
}

/* "-" stands where a number could be; the lines below a call have two only. */
static bool system_draw_has(const struct system_line *line, enum draw_column column)
{
	switch (line->kind) {
	case SYSTEM_LINE_DRIVER:
		return column != COLUMN_NOW && column != COLUMN_P99;
	case SYSTEM_LINE_ROUTINE:
		return true;
	case SYSTEM_LINE_WAIT:
		return column != COLUMN_RATE && column != COLUMN_PERCENT;
	case SYSTEM_LINE_WORST:
		return column == COLUMN_MAX;
	case SYSTEM_LINE_PART:
		return column == COLUMN_MAX || column == COLUMN_PERCENT;
	}
	return false;
}

static const int draw_indent[] = {
	[SYSTEM_LINE_DRIVER]	= 2,
	[SYSTEM_LINE_ROUTINE]	= 4,
	[SYSTEM_LINE_WAIT]	= 4,
	[SYSTEM_LINE_WORST]	= 4,
	[SYSTEM_LINE_PART]	= 6,
};

static enum canvas_look system_draw_look(const struct system_view *v, unsigned int nr)
{
	const struct system_line *line = &v->lines[nr];

	if (nr == v->at && !v->batch)
		return LOOK_CHOSEN;
	if (line->kind == SYSTEM_LINE_DRIVER)
		return line->is_over_now ? LOOK_OVER : LOOK_BOLD;
	/* nothing of it came in the last interval */
	return line->kind == SYSTEM_LINE_ROUTINE && line->rate <= 0 ? LOOK_DIM : LOOK_PLAIN;
}

/* Where the title has to end: before the first number that the line has. */
static int system_draw_title_end(const struct system_line *line, unsigned int shown, int title)
{
	unsigned int i;

	for (i = 0; i < COLUMN_NR && !(shown & 1u << i && system_draw_has(line, i)); i++)
		if (shown & 1u << i)
			title += draw_columns[i].width;
	return title;
}

static void system_draw_line(const struct system_view *v, struct canvas *c, int row,
			     unsigned int nr)
{
	const struct system_line *line = &v->lines[nr];
	enum canvas_look look = system_draw_look(v, nr), at;
	int title, col, end;
	unsigned int shown = system_draw_columns(c->cols, &title), i;
	int indent = draw_indent[line->kind];
	char text[MEASURED_LEN];

	if (look == LOOK_CHOSEN)
		canvas_fill(c, row, 0, c->cols, look, ' ');
	if (line->kind == SYSTEM_LINE_DRIVER)
		canvas_text(c, row, 0, look, line->open ? "-" : "+");
	end = system_draw_title_end(line, shown, title);
	canvas_text(c, row, indent, look, "%.*s", end - indent, line->title);
	for (col = title, i = 0; i < COLUMN_NR; i++) {
		if (!(shown & 1u << i))
			continue;
		/* the chosen line is reversed as a whole */
		at = i == COLUMN_OVER && line->is_over && look != LOOK_CHOSEN ? LOOK_OVER : look;
		if (system_draw_has(line, i))
			canvas_text(c, row, col, at, "%*s", draw_columns[i].width,
				    measured_text(text, system_draw_value(line, i),
						  draw_columns[i].digits));
		col += draw_columns[i].width;
	}
}

/* The first line that is shown, so that the chosen one is among @room of them. */
static unsigned int system_draw_first(const struct system_view *v, unsigned int room)
{
	unsigned int first = 0, between = 0, i;

	for (i = 0; i < v->at && i < v->nr_lines; i++)
		between += system_view_shows(v, i);
	while (between >= room && first < v->at) {
		between -= system_view_shows(v, first);
		first++;
	}
	return first;
}

static void system_draw_lines(const struct system_view *v, struct canvas *c, int end)
{
	int row = DRAW_HEAD;
	unsigned int i;

	if (!v->nr_lines)
		canvas_text(c, row, 0, LOOK_DIM, "nothing has come yet");
	for (i = system_draw_first(v, end - row); i < v->nr_lines && row < end; i++)
		if (system_view_shows(v, i))
			system_draw_line(v, c, row++, i);
}

static void system_draw_help(struct canvas *c)
{
	static const char * const lines[] = {
		"up, down   choose a line",
		"Enter      open or close its driver: routines, and its worst call",
		"a          open or close all of them",
		"s          sort by what hurts, by CPU time, by name",
		"r          begin the numbers anew",
		"p          pause, and go on",
		"q          quit",
		"",
		"per s, CPU %, now: of the last interval; p99, max, over: since the",
		"numbers began.  max and budget of a driver are those of what is the",
		"furthest over its budget.",
	};
	unsigned int i;
	int cols = c->cols < 72 ? c->cols : 72;

	for (i = 0; i < ARRAY_SIZE(lines) + 2; i++)
		canvas_fill(c, 2 + i, 0, cols, i ? LOOK_PLAIN : LOOK_HEAD, ' ');
	canvas_text(c, 2, 1, LOOK_HEAD, "keys; any key closes this");
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		canvas_text(c, 3 + i, 1, LOOK_PLAIN, "%s", lines[i]);
}

int system_draw_rows(const struct system_view *v)
{
	unsigned int i;
	int rows = DRAW_HEAD + !v->nr_lines;

	for (i = 0; i < v->nr_lines; i++)
		rows += system_view_shows(v, i);
	return rows > TOP_ROWS_MIN ? rows : TOP_ROWS_MIN;
}

void system_draw(const struct system_view *v, struct canvas *c)
{
	canvas_clear(c);
	if (c->rows < TOP_ROWS_MIN || c->cols < TOP_COLS_MIN) {
		canvas_text(c, 0, 0, LOOK_OVER, "%dx%d needed", TOP_COLS_MIN, TOP_ROWS_MIN);
		return;
	}
	system_draw_head(v, c);
	system_draw_table_head(v, c);
	system_draw_lines(v, c, v->batch ? c->rows : c->rows - 1);
	if (v->batch)
		return;
	if (v->help)
		system_draw_help(c);
	canvas_text(c, c->rows - 1, 0, LOOK_DIM,
		    "arrows, Enter open  a all  s sort  r reset  p pause  ? help  q quit");
}
