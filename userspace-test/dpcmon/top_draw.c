// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws the view of dpcmon top on a canvas: as much as fits, in the order of what
 * matters most.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "analysis.h"
#include "measured.h"
#include "top.h"
#include "util.h"

#define BLOCK_FULL	0x2588
#define BLOCK_LOWER	0x2581	/* one eighth of a line from below, up to BLOCK_FULL */
#define BLOCK_LEFT	0x258f	/* one eighth of a column from the left, down to BLOCK_FULL */

/* The columns of the table. */
enum draw_column {
	COLUMN_COUNT,
	COLUMN_RATE,
	COLUMN_NOW,
	COLUMN_AVG,
	COLUMN_MEDIAN,
	COLUMN_MAX,
	COLUMN_BUDGET,
	COLUMN_OVER,
	COLUMN_BARS,
	COLUMN_NR,
};

/*
 * @width: with the space before it
 * @keep: on a narrow screen, columns with the smallest go first
 */
static const struct {
	const char	*head;
	int		width;
	int		keep;
} draw_columns[COLUMN_NR] = {
	[COLUMN_COUNT]	= { "count", 11, 4 },
	[COLUMN_RATE]	= { "per s", 8, 3 },
	[COLUMN_NOW]	= { "now", 10, 2 },
	[COLUMN_AVG]	= { "avg", 10, 5 },
	[COLUMN_MEDIAN]	= { "~p50", 10, 1 },
	[COLUMN_MAX]	= { "max", 11, 8 },
	[COLUMN_BUDGET]	= { "budget", 8, 6 },
	[COLUMN_OVER]	= { "over", 9, 7 },
	[COLUMN_BARS]	= { "0..250 us", DPC_HIST_BUCKETS + 2, 0 },
};

#define TITLE_WIDTH	18

static double draw_us(double ns)
{
	return ns / 1000.0;
}

static void draw_number(struct canvas *c, int row, int col, enum canvas_look look, int width,
			double value, int digits)
{
	char text[MEASURED_LEN];

	canvas_text(c, row, col, look, "%*s", width, measured_text(text, value, digits));
}

/* Which columns there is room for, a bit each. */
static unsigned int draw_fitting(int cols)
{
	unsigned int shown = (1u << COLUMN_NR) - 1, i, worst;
	int width = TITLE_WIDTH;

	for (i = 0; i < COLUMN_NR; i++)
		width += draw_columns[i].width;
	while (width > cols && shown) {
		worst = COLUMN_NR;
		for (i = 0; i < COLUMN_NR; i++)
			if (shown & 1u << i && (worst == COLUMN_NR ||
						draw_columns[i].keep < draw_columns[worst].keep))
				worst = i;
		shown &= ~(1u << worst);
		width -= draw_columns[worst].width;
	}
	return shown;
}

/* A count in at most 9 characters. */
static const char *draw_count(uint64_t n, char text[24])
{
	if (n < 1000000000)
		snprintf(text, 24, "%llu", (unsigned long long)n);
	else
		snprintf(text, 24, "%.3gG", n / 1e9);
	return text;
}

static bool draw_is_over(const struct top_view *v, unsigned int stage)
{
	return v->now.stats.stage[stage].over_budget;
}

/* ---- Head ---------------------------------------------------------------------------- */

/* The first line: which device, how often it is read, and when it was. */
static void draw_head(const struct top_view *v, struct canvas *c)
{
	const struct dpc_object *o = &v->now.object;
	const char *model = "?";
	int col;

	if (o->model < DPC_MODEL_NR && *v->models[o->model].name)
		model = v->models[o->model].name;
	canvas_fill(c, 0, 0, c->cols, LOOK_HEAD, ' ');
	if (top_view_is_overview(v))
		col = canvas_text(c, 0, 0, LOOK_HEAD, "%u objects", v->nr_rows);
	else
		col = canvas_text(c, 0, 0, LOOK_HEAD, "%s", *v->label ? v->label : v->which);
	if (!top_view_is_overview(v) && o->kind == DPC_OBJECT_INTERRUPT)
		col = canvas_text(c, 0, col, LOOK_HEAD, "  irq %u%s  model %s", o->irq,
				  v->now.msi ? " MSI" : "", model);
	col = canvas_text(c, 0, col, LOOK_HEAD, "  every %g s  %s", v->interval_ns / 1e9, v->clock);
	if (v->gone)
		canvas_text(c, 0, col, LOOK_OVER, "  GONE");
	else if (v->paused)
		canvas_text(c, 0, col, LOOK_HEAD, "  PAUSED");
}

static void draw_violations(struct canvas *c, int col, uint64_t violations)
{
	canvas_text(c, 1, col, violations ? LOOK_OVER : LOOK_PLAIN, ", %llu violations",
		    (unsigned long long)violations);
}

/* The second line of the overview: the sum of all objects. */
static void draw_all_interrupts(const struct top_view *v, struct canvas *c)
{
	uint64_t sum = 0;
	unsigned int i;

	if (v->gone) {
		canvas_text(c, 1, 0, LOOK_OVER, "/dev/dpc can't be read (%s)", strerror(v->gone));
		return;
	}
	for (i = 0; i < v->nr_rows; i++)
		sum += v->rows[i].now.stats.interrupts;
	draw_violations(c, canvas_text(c, 1, 0, LOOK_PLAIN, "%llu interrupts",
				       (unsigned long long)sum),
			v->nr_rows ? v->rows[0].now.stats.violations : 0);
}

/* The second line: counters of the object, or that it is gone. */
static void draw_interrupts(const struct top_view *v, struct canvas *c)
{
	const struct counters *s = &v->now.stats;
	int col;

	if (top_view_is_overview(v)) {
		draw_all_interrupts(v, c);
		return;
	}
	if (v->gone) {
		canvas_text(c, 1, 0, LOOK_OVER,
			    "%s is gone (%s): looking for it; the numbers are the last ones",
			    *v->label ? v->label : v->which, strerror(v->gone));
		return;
	}
	col = canvas_text(c, 1, 0, LOOK_PLAIN, "%llu interrupts",
			  (unsigned long long)s->interrupts);
	if (is_measured(top_view_rate(v, DPC_STAGE_ISR)))
		col = canvas_text(c, 1, col, LOOK_PLAIN, ", %.0f per s",
				  top_view_rate(v, DPC_STAGE_ISR));
	col = canvas_text(c, 1, col, LOOK_PLAIN, ", %llu not ours",
			  (unsigned long long)s->unhandled);
	draw_violations(c, col, s->violations);
}

/* The third line: the routine that was the furthest over its budget. */
static void draw_worst(const struct top_view *v, struct canvas *c)
{
	const struct top_worst *w = &v->worst;

	switch (w->state) {
	case TOP_WORST_UNKNOWN:
		canvas_text(c, 2, 0, LOOK_DIM, "worst routine: not known, %s", w->why);
		break;
	case TOP_WORST_NONE:
		canvas_text(c, 2, 0, LOOK_PLAIN, "worst routine: %s",
			    top_view_has_budget(v) ? "none over budget since we look"
						   : "not known, no stage has a budget");
		break;
	case TOP_WORST_KNOWN:
		canvas_text(c, 2, 0, LOOK_OVER,
			    "worst routine: %s, %s %.1f us of %.0f, interrupt %llu, CPU %d",
			    w->routine, w->stage < DPC_STAGE_NR ? stage_titles[w->stage] : "?",
			    draw_us(w->ns), draw_us(w->budget_ns), (unsigned long long)w->seq,
			    w->cpu);
		break;
	}
}

/* ---- Table ---------------------------------------------------------------------------- */

/* A line of bars, one per bucket, each as high as its share of the fullest one. */
static void draw_bars(const struct top_view *v, struct canvas *c, int row, int col,
		      unsigned int stage)
{
	static const char ascii[] = " .:-=+*#@";
	const struct dpc_stage_stats *s = &v->now.stats.stage[stage];
	uint64_t most = 0, level;
	unsigned int i;

	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		if (s->hist[i] > most)
			most = s->hist[i];
	for (i = 0; i < DPC_HIST_BUCKETS && most; i++) {
		/* anything at all is at least the lowest bar */
		level = s->hist[i] ? 1 + s->hist[i] * 7 / most : 0;
		if (!level)
			continue;
		canvas_put(c, row, col + i, LOOK_BAR,
			   v->utf8 ? BLOCK_LOWER + level - 1 : (uint32_t)ascii[level]);
	}
}

static void draw_cell(const struct top_view *v, struct canvas *c, int row, int col,
		      unsigned int stage, enum draw_column column, enum canvas_look look)
{
	const struct dpc_stage_stats *s = &v->now.stats.stage[stage];
	uint32_t budget = v->now.stats.budget_us[stage];
	int width = draw_columns[column].width;
	char text[24];

	switch (column) {
	case COLUMN_COUNT:
		canvas_text(c, row, col, look, "%*s", width, draw_count(s->count, text));
		break;
	case COLUMN_RATE:
		draw_number(c, row, col, look, width, top_view_rate(v, stage), 0);
		break;
	case COLUMN_NOW:
		draw_number(c, row, col, look, width, draw_us(top_view_now_ns(v, stage)), 1);
		break;
	case COLUMN_AVG:
		draw_number(c, row, col, look, width, draw_us(top_view_avg_ns(v, stage)), 1);
		break;
	case COLUMN_MEDIAN:
		draw_number(c, row, col, look, width, draw_us(top_view_median_ns(s)), 1);
		break;
	case COLUMN_MAX:
		draw_number(c, row, col, look, width, draw_us(top_view_max_ns(v, stage)), 1);
		break;
	case COLUMN_BUDGET:
		draw_number(c, row, col, look, width, budget ? budget : NOT_MEASURED, 0);
		break;
	case COLUMN_OVER:
		canvas_text(c, row, col, draw_is_over(v, stage) ? LOOK_OVER : look, "%*s", width,
			    budget || s->over_budget ? draw_count(s->over_budget, text) : "-");
		break;
	case COLUMN_BARS:
		draw_bars(v, c, row, col + 2, stage);
		break;
	case COLUMN_NR:
		break;
	}
}

/* A row for each stage, with the columns for which there is room. */
static void draw_table(const struct top_view *v, struct canvas *c, int row)
{
	unsigned int shown = draw_fitting(c->cols), chosen = top_view_stage(v), stage, i;
	enum canvas_look look;
	int col = TITLE_WIDTH;

	canvas_text(c, row, 0, LOOK_BOLD, "%-*s", TITLE_WIDTH, "time in us");
	for (i = 0; i < COLUMN_NR; i++) {
		if (!(shown & 1u << i))
			continue;
		if (i == COLUMN_BARS)
			canvas_text(c, row, col + 2, LOOK_BOLD, "%s", draw_columns[i].head);
		else
			canvas_text(c, row, col, LOOK_BOLD, "%*s", draw_columns[i].width,
				    draw_columns[i].head);
		col += draw_columns[i].width;
	}
	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		row++;
		col = TITLE_WIDTH;
		look = v->gone || !v->now.stats.stage[stage].count ? LOOK_DIM : LOOK_PLAIN;
		canvas_text(c, row, 0, stage == chosen && !v->batch ? LOOK_CHOSEN : look, "%-*s",
			    TITLE_WIDTH - 1, stage_titles[stage]);
		for (i = 0; i < COLUMN_NR; i++) {
			if (!(shown & 1u << i))
				continue;
			draw_cell(v, c, row, col, stage, i, look);
			col += draw_columns[i].width;
		}
	}
}

/* ---- Histogram -------------------------------------------------------------------------- */

/* A bar of @eighths of a column. */
static void draw_bar(const struct top_view *v, struct canvas *c, int row, int col,
		     uint64_t eighths, enum canvas_look look)
{
	canvas_fill(c, row, col, eighths / 8, look, v->utf8 ? BLOCK_FULL : '#');
	if (v->utf8 && eighths % 8)
		canvas_put(c, row, col + eighths / 8, look, BLOCK_LEFT - (eighths % 8 - 1));
}

#define HISTOGRAM_BAR_COL	26

/*
 * A bucket: its smallest time, count, share and bar.  The fullest bucket of the stage fills
 * the line; a bucket with any time at all has the smallest bar that can be drawn.
 */
static void draw_histogram_row(const struct top_view *v, struct canvas *c, int row,
			       unsigned int stage, unsigned int bucket, uint64_t total,
			       uint64_t most)
{
	const struct dpc_stage_stats *s = &v->now.stats.stage[stage];
	uint64_t n = s->hist[bucket], width = c->cols - HISTOGRAM_BAR_COL - 1, eighths;
	uint64_t least = v->utf8 ? 1 : 8;
	uint32_t budget = v->now.stats.budget_us[stage];
	bool over = budget && hist_bounds_us[bucket] >= budget;
	enum canvas_look look = over ? LOOK_OVER : LOOK_BAR;
	char text[24], share[MEASURED_LEN];

	canvas_text(c, row, 0, n ? LOOK_PLAIN : LOOK_DIM, "%4u us %9s %5s %%",
		    hist_bounds_us[bucket], draw_count(n, text),
		    measured_text(share, total ? 100.0 * n / total : NOT_MEASURED, 1));
	if (!n)
		return;
	eighths = n * 8.0 * width / most;
	draw_bar(v, c, row, HISTOGRAM_BAR_COL, eighths > least ? eighths : least, look);
}

/* The buckets of the chosen stage, in the rows from @row to before @end. */
static void draw_histogram(const struct top_view *v, struct canvas *c, int row, int end)
{
	unsigned int stage = top_view_stage(v), bucket, first = 0;
	const struct dpc_stage_stats *s = &v->now.stats.stage[stage];
	uint32_t budget = v->now.stats.budget_us[stage];
	uint64_t total = 0, most = 0;
	int col;

	if (end - row < 3)
		return;
	for (bucket = 0; bucket < DPC_HIST_BUCKETS; bucket++) {
		total += s->hist[bucket];
		if (s->hist[bucket] > most)
			most = s->hist[bucket];
	}
	col = canvas_text(c, row, 0, LOOK_BOLD, "%s", stage_titles[stage]);
	if (!s->count)
		canvas_text(c, row, col, LOOK_BOLD, ": not measured yet");
	else if (budget)
		canvas_text(c, row, col, LOOK_BOLD, ": longest %.1f us, %.0f %% of its budget",
			    draw_us(s->max_ns), s->max_ns / (budget * 10.0));
	else
		canvas_text(c, row, col, LOOK_BOLD, ": longest %.1f us, no budget",
			    draw_us(s->max_ns));
	/* too low a screen: the longest times are those that matter */
	if (end - row - 1 < DPC_HIST_BUCKETS)
		first = DPC_HIST_BUCKETS - (end - row - 1);
	for (bucket = first; bucket < DPC_HIST_BUCKETS; bucket++)
		draw_histogram_row(v, c, ++row, stage, bucket, total, most);
}

/* ---- Overview ---------------------------------------------------------------------------- */

/* The columns of the overview; on a narrow screen, those at the right are cut off. */
#define OVERVIEW_HEAD	"   id name              device               model          count   per s  nearest to its budget"

/* "DPC, 330.3 of 100 us, 7 over": the stage that is nearest to its budget. */
static int draw_row_stage(struct canvas *c, int row, int col, enum canvas_look look,
			  const struct counters *stats)
{
	unsigned int stage = top_view_nearest(stats);
	const struct dpc_stage_stats *s = &stats->stage[stage];

	if (!stats->budget_us[stage] || !s->count)
		return canvas_text(c, row, col, look, "  -");
	col = canvas_text(c, row, col, look, "  %s, %.1f of %u us", stage_titles[stage],
			  draw_us(s->max_ns), stats->budget_us[stage]);
	if (!s->over_budget)
		return col;
	return canvas_text(c, row, col, LOOK_OVER, ", %llu over",
			   (unsigned long long)s->over_budget);
}

static void draw_row(const struct top_view *v, struct canvas *c, int row, unsigned int nr)
{
	const struct top_row *r = &v->rows[nr];
	const struct dpc_object *o = &r->now.object;
	bool interrupt = o->kind == DPC_OBJECT_INTERRUPT;
	const struct dpc_stage_stats *s =
		&r->now.stats.stage[interrupt ? DPC_STAGE_ISR : DPC_STAGE_DPC];
	enum canvas_look look = nr == v->row_at && !v->batch ? LOOK_CHOSEN :
				s->count ? LOOK_PLAIN : LOOK_DIM;
	char device[DPC_OBJECT_DEVICE_LEN + 16] = "-", id[16] = "-", text[24];
	const char *model = "-";
	int col;

	if (*o->device)
		snprintf(device, sizeof(device), o->vector ? "%s/%u" : "%s", o->device, o->vector);
	if (interrupt)
		snprintf(id, sizeof(id), "%u", o->id);
	if (interrupt && o->model < DPC_MODEL_NR && *v->models[o->model].name)
		model = v->models[o->model].name;
	col = canvas_text(c, row, 0, look, "%5s %-17.17s %-20.20s %-10.10s", id, o->name, device,
			  model);
	col = canvas_text(c, row, col, look, "%10s", draw_count(s->count, text));
	draw_number(c, row, col, look, 8, top_view_row_rate(r), 0);
	draw_row_stage(c, row, col + 8, look, &r->now.stats);
}

/* A row for each object; the chosen one is in sight. */
static void draw_overview(const struct top_view *v, struct canvas *c, int row, int end)
{
	unsigned int room = end > row + 1 ? end - row - 1 : 0, first = 0, i;

	canvas_text(c, row++, 0, LOOK_BOLD, "%s", OVERVIEW_HEAD);
	if (!v->nr_rows)
		canvas_text(c, row, 0, LOOK_DIM, "there is no object: no driver on dpc_core.ko is loaded");
	if (room && v->row_at >= room)
		first = v->row_at - room + 1;
	for (i = first; i < v->nr_rows && i - first < room; i++)
		draw_row(v, c, row++, i);
}

/* ---- What lies over it ------------------------------------------------------------------- */

static void draw_box(struct canvas *c, int row, int col, int rows, int cols, const char *title)
{
	int i;

	for (i = 0; i < rows; i++)
		canvas_fill(c, row + i, col, cols, LOOK_PLAIN, ' ');
	canvas_fill(c, row, col, cols, LOOK_HEAD, ' ');
	canvas_text(c, row, col + 1, LOOK_HEAD, "%s", title);
}

static void draw_traits(uint32_t traits, char *text, size_t size)
{
	static const struct {
		uint32_t	bit;
		const char	*text;
	} words[] = {
		{ DPC_MODEL_IRQS_OFF, "interrupts off" }, { DPC_MODEL_THREAD, "thread" },
		{ DPC_MODEL_PREEMPTIBLE, "preemptible" }, { DPC_MODEL_SERIALISED, "serialised" },
		{ DPC_MODEL_SAME_CPU, "same CPU" },
	};
	size_t len = 0;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (traits & words[i].bit && len < size)
			len += snprintf(text + len, size - len, "%s%s", len ? ", " : "",
					words[i].text);
}

/* All models: the running one has a star, absent ones say what they need. */
static void draw_menu(const struct top_view *v, struct canvas *c)
{
	int cols = c->cols < 76 ? c->cols : 76, row = 2, i;
	const struct dpc_model_info *m;
	char text[80];

	/* a low screen: the menu goes over the head as well */
	if (c->rows < DPC_MODEL_NR + 4)
		row = 0;
	draw_box(c, row, 0, DPC_MODEL_NR + 2, cols, "switch model: up, down, Enter, Esc");
	for (i = 0; i < DPC_MODEL_NR; i++) {
		m = &v->models[i];
		if (m->available)
			draw_traits(m->traits, text, sizeof(text));
		else
			snprintf(text, sizeof(text), "needs %.*s", (int)sizeof(m->needs), m->needs);
		canvas_text(c, row + 1 + i, 1,
			    i == (int)v->menu_at ? LOOK_CHOSEN :
			    m->available ? LOOK_PLAIN : LOOK_DIM,
			    "%c %-11.*s %.*s", v->now.object.model == (uint32_t)i ? '*' : ' ',
			    DPC_MODEL_NAME_LEN, m->name, cols > 18 ? cols - 18 : 0, text);
	}
}

static void draw_help(struct canvas *c)
{
	static const char * const lines[] = {
		"m          switch the model that carries the second stage",
		"r          set the counters to zero",
		"p          pause, and go on",
		"d          next object; o, Esc  all of them",
		"up, down   choose the stage whose histogram is shown; of all, the object",
		"Enter      show the chosen object",
		"a          choose the stage automatically: the one nearest to its budget",
		"q          quit",
		"",
		"now: average of the last interval; avg, max: since the counters",
		"were set to zero.  ~p50: estimated from the histogram.",
	};
	unsigned int i;

	draw_box(c, 2, 0, ARRAY_SIZE(lines) + 2, c->cols < 70 ? c->cols : 70,
		 "keys; any key closes this");
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		canvas_text(c, 3 + i, 1, LOOK_PLAIN, "%s", lines[i]);
}

/* The last line: a message, or which keys there are. */
static void draw_status(const struct top_view *v, struct canvas *c)
{
	int row = c->rows - 1;

	canvas_fill(c, row, 0, c->cols, LOOK_PLAIN, ' ');
	if (*v->status)
		canvas_text(c, row, 0, LOOK_BOLD, "%s", v->status);
	else
		canvas_text(c, row, 0, LOOK_DIM,
			    "%s", top_view_is_overview(v) ?
			    "arrows, Enter show  r reset  p pause  d next  ? help  q quit" :
			    "m model  r reset  p pause  d next  o all  arrows stage  ? help  q quit");
}

void top_draw(const struct top_view *v, struct canvas *c)
{
	int end = v->batch ? c->rows : c->rows - 1, row;

	canvas_clear(c);
	if (c->rows < TOP_ROWS_MIN || c->cols < TOP_COLS_MIN) {
		canvas_text(c, 0, 0, LOOK_OVER, "%dx%d needed", TOP_COLS_MIN, TOP_ROWS_MIN);
		return;
	}
	draw_head(v, c);
	draw_interrupts(v, c);
	draw_worst(v, c);
	if (top_view_is_overview(v)) {
		draw_overview(v, c, 4, end);
	} else {
		draw_table(v, c, 4);
		/* a line between them, where there is one to spare */
		row = 4 + DPC_STAGE_NR + 1;
		if (end - row > DPC_HIST_BUCKETS + 1)
			row++;
		draw_histogram(v, c, row, end);
	}
	if (v->batch)
		return;
	if (v->overlay == TOP_OVERLAY_MENU)
		draw_menu(v, c);
	else if (v->overlay == TOP_OVERLAY_HELP)
		draw_help(c);
	draw_status(v, c);
}
