// SPDX-License-Identifier: GPL-2.0-only
/*
 * What dpcmon top --system knows and shows: rates and averages from two readings, the order
 * of the drivers, and what a key changes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measured.h"
#include "system_view.h"
#include "text.h"
#include "top.h"
#include "util.h"

const char * const system_sort_names[SYSTEM_SORT_NR] = {
	[SYSTEM_SORT_HURTS]	= "what hurts",
	[SYSTEM_SORT_CPU]	= "CPU time",
	[SYSTEM_SORT_NAME]	= "name",
};

/* ---- Two readings ------------------------------------------------------------------ */

static struct system_seen system_view_seen(const struct system_row *row)
{
	return (struct system_seen){
		.row = row, .calls = row->calls, .self_ns = row->self_ns,
		.run_count = row->run.hist.count, .run_total = row->run.hist.total,
		.run_over = row->run.over, .wait_count = row->wait.hist.count,
		.wait_total = row->wait.hist.total, .wait_over = row->wait.over,
	};
}

/* The row at the reading before: rows only come, in the same order. */
static struct system_seen system_view_before(const struct system_view *v,
					     const struct system_row *row)
{
	unsigned int i;

	for (i = 0; i < v->nr_seen; i++)
		if (v->seen[i].row == row)
			return v->seen[i];
	return (struct system_seen){ .row = row };
}

static void system_view_remember(struct system_view *v, const struct system *s)
{
	unsigned int i;

	v->seen = xrealloc(v->seen, (s->rows.nr + 1) * sizeof(*v->seen));
	for (i = 0; i < s->rows.nr; i++)
		v->seen[i] = system_view_seen(s->rows.list[i]);
	v->nr_seen = s->rows.nr;
	v->seen_ts = s->last_ts;
	v->seen_events = s->events;
}

/* NOT_MEASURED at the first reading. */
static double system_view_per_second(const struct system_view *v, const struct system *s,
				     uint64_t came)
{
	uint64_t ns = s->last_ts - v->seen_ts;

	return v->seen_ts && ns ? came * (double)NSEC_PER_SEC / ns : NOT_MEASURED;
}

static double system_view_percent(const struct system_view *v, const struct system *s,
				  uint64_t self_ns)
{
	return 100.0 * system_view_per_second(v, s, self_ns) / NSEC_PER_SEC;
}

static double system_view_average(uint64_t total, uint64_t count)
{
	return count ? (double)total / count : NOT_MEASURED;
}

/* ---- Lines --------------------------------------------------------------------------- */

static struct system_line *system_view_line(struct system_view *v, enum system_line_kind kind,
					    const char *driver)
{
	struct system_line *line;

	v->lines = xrealloc(v->lines, (v->nr_lines + 1) * sizeof(*v->lines));
	line = &v->lines[v->nr_lines++];
	*line = (struct system_line){
		.kind = kind, .rate = NOT_MEASURED, .percent = NOT_MEASURED,
		.now_ns = NOT_MEASURED, .p99_ns = NOT_MEASURED, .max_ns = NOT_MEASURED,
		.budget_ns = NOT_MEASURED, .over = NOT_MEASURED,
	};
	text_copy(line->driver, sizeof(line->driver), driver, strlen(driver));
	return line;
}

/* Takes @title. */
static void system_view_title(struct system_line *line, const char *before, char *title)
{
	snprintf(line->title, sizeof(line->title), "%s%s", before, title);
	free(title);
}

static void system_view_times(struct system_line *line, const struct system_times *t)
{
	line->p99_ns = hist_percentile(&t->hist, 99, 100);
	line->max_ns = hist_max(&t->hist);
	if (!t->budget_ns)
		return;
	line->budget_ns = t->budget_ns;
	line->over = t->over;
	line->is_over = t->over;
}

static void system_view_routine(struct system_view *v, const struct system_report *r,
				const char *driver, const struct system_row *row)
{
	struct system_seen before = system_view_before(v, row);
	struct system_line *line = system_view_line(v, SYSTEM_LINE_ROUTINE, driver);
	char kind[32];

	snprintf(kind, sizeof(kind), "%-12s ", system_kind_names[row->kind]);
	system_view_title(line, kind, system_report_title(r, row));
	line->rate = system_view_per_second(v, r->s, row->calls - before.calls);
	line->percent = system_view_percent(v, r->s, row->self_ns - before.self_ns);
	line->now_ns = system_view_average(row->run.hist.total - before.run_total,
					   row->run.hist.count - before.run_count);
	line->is_over_now = row->run.over > before.run_over;
	system_view_times(line, &row->run);
	if (!row->wait.hist.count)
		return;
	line = system_view_line(v, SYSTEM_LINE_WAIT, driver);
	system_view_title(line, kind, xstrdup("  waited"));
	memset(line->title, ' ', strlen(system_kind_names[row->kind]));
	line->now_ns = system_view_average(row->wait.hist.total - before.wait_total,
					   row->wait.hist.count - before.wait_count);
	line->is_over_now = row->wait.over > before.wait_over;
	system_view_times(line, &row->wait);
}

static void system_view_part(struct system_view *v, const char *driver, char *title, uint64_t ns,
			     uint64_t of)
{
	struct system_line *line = system_view_line(v, SYSTEM_LINE_PART, driver);

	system_view_title(line, "", title);
	line->percent = 100.0 * ns / of;
	line->max_ns = ns;
}

static void system_view_worst(struct system_view *v, const struct system_report *r,
			      const struct system_driver *d)
{
	const struct system_row *row = system_report_worst(d);
	const struct system_worst *w;
	struct system_line *line;
	unsigned int i;
	char *title;

	if (!row)
		return;
	w = &row->worst;
	title = system_report_title(r, row);
	line = system_view_line(v, SYSTEM_LINE_WORST, d->name);
	system_view_title(line, "", xasprintf("worst: %s %s, on CPU %d",
					      system_kind_names[row->kind], title, w->cpu));
	line->max_ns = w->ns;
	free(title);
	for (i = 0; i < w->nr_parts; i++)
		system_view_part(v, d->name, system_report_part(r, &w->parts[i]), w->parts[i].ns,
				 w->ns);
	if (w->rest_ns)
		system_view_part(v, d->name, xstrdup(system_report_rest(w)), w->rest_ns, w->ns);
}

/* How near the line is to its budget, or how far over it. */
static double system_view_rank(const struct system_line *line)
{
	return is_measured(line->budget_ns) ? line->max_ns / line->budget_ns : 0;
}

/* What the driver's line says is the sum of its routines', and the one that is worst. */
static void system_view_sum(struct system_view *v, unsigned int at)
{
	struct system_line *sum = &v->lines[at], *line;
	struct system_line worst = *sum;
	unsigned int i;

	for (i = at + 1; i < v->nr_lines; i++) {
		line = &v->lines[i];
		if (line->kind != SYSTEM_LINE_ROUTINE && line->kind != SYSTEM_LINE_WAIT)
			continue;
		sum->is_over |= line->is_over;
		sum->is_over_now |= line->is_over_now;
		if (is_measured(line->over))
			sum->over = line->over + (is_measured(sum->over) ? sum->over : 0);
		if (system_view_rank(line) > system_view_rank(&worst))
			worst = *line;
	}
	sum->max_ns = worst.max_ns;
	sum->budget_ns = worst.budget_ns;
}

static bool system_view_is_open(const struct system_view *v, const char *driver)
{
	unsigned int i;

	if (v->all_open || v->batch)
		return true;
	for (i = 0; i < v->nr_open; i++)
		if (!strcmp(v->open[i], driver))
			return true;
	return false;
}

static void system_view_driver(struct system_view *v, const struct system_report *r,
			       const struct system_driver *d)
{
	bool open = system_view_is_open(v, d->name);
	unsigned int at = v->nr_lines, i;
	uint64_t came_ns = 0, came = 0;
	struct system_line *line;

	system_view_line(v, SYSTEM_LINE_DRIVER, d->name);
	for (i = 0; i < d->nr_rows; i++) {
		const struct system_row *row = d->rows[i];
		struct system_seen before = system_view_before(v, row);

		came_ns += row->self_ns - before.self_ns;
		if (!system_row_is_pass(row))
			came += row->calls - before.calls;
		system_view_routine(v, r, d->name, row);
	}
	system_view_worst(v, r, d);
	line = &v->lines[at];
	system_view_title(line, "", xstrdup(d->name));
	line->rate = system_view_per_second(v, r->s, came);
	line->percent = system_view_percent(v, r->s, came_ns);
	system_view_sum(v, at);
	for (i = at; i < v->nr_lines; i++)
		v->lines[i].open = open;
}

/* ---- Order ----------------------------------------------------------------------------- */

/* A driver's lines, for sorting. */
struct system_block {
	const struct system_line	*first;
	unsigned int			nr;
	enum system_sort		sort;
};

static int system_view_compare_percent(const struct system_line *a, const struct system_line *b)
{
	/* what is not measured is not more than anything */
	if (a->percent > b->percent || (is_measured(a->percent) && !is_measured(b->percent)))
		return -1;
	return a->percent < b->percent || (!is_measured(a->percent) && is_measured(b->percent));
}

static int system_view_compare(const void *left, const void *right)
{
	const struct system_block *x = left, *y = right;
	const struct system_line *a = x->first, *b = y->first;
	int order = 0;

	if (x->sort == SYSTEM_SORT_HURTS)
		order = (b->is_over_now - a->is_over_now) * 2 + b->is_over - a->is_over;
	if (!order && x->sort != SYSTEM_SORT_NAME)
		order = system_view_compare_percent(a, b);
	return order ? order : strcmp(a->driver, b->driver);
}

static void system_view_order(struct system_view *v)
{
	struct system_line *lines = xcalloc(v->nr_lines + 1, sizeof(*lines));
	struct system_block *blocks = NULL;
	unsigned int nr = 0, i, done = 0;

	for (i = 0; i < v->nr_lines; i++) {
		if (v->lines[i].kind == SYSTEM_LINE_DRIVER) {
			blocks = xrealloc(blocks, (nr + 1) * sizeof(*blocks));
			blocks[nr++] = (struct system_block){ &v->lines[i], 0, v->sort };
		}
		blocks[nr - 1].nr++;
	}
	if (nr)
		qsort(blocks, nr, sizeof(*blocks), system_view_compare);
	for (i = 0; i < nr; i++) {
		memcpy(&lines[done], blocks[i].first, blocks[i].nr * sizeof(*lines));
		done += blocks[i].nr;
	}
	free(blocks);
	free(v->lines);
	v->lines = lines;
}

/* The cursor stays with the line that it was on; if that is gone, with its driver. */
static void system_view_find(struct system_view *v, const struct system_line *chosen)
{
	unsigned int i;

	v->at = 0;
	for (i = 0; i < v->nr_lines; i++) {
		const struct system_line *line = &v->lines[i];

		if (strcmp(line->driver, chosen->driver))
			continue;
		if (line->kind == SYSTEM_LINE_DRIVER)
			v->at = i;
		if (line->kind == chosen->kind && !strcmp(line->title, chosen->title)) {
			v->at = i;
			return;
		}
	}
}

void system_view_reading(struct system_view *v, const struct system_report *r)
{
	struct system_line chosen = { 0 };
	unsigned int i;

	if (v->at < v->nr_lines)
		chosen = v->lines[v->at];
	v->nr_lines = 0;
	for (i = 0; i < r->nr_drivers; i++)
		if (r->drivers[i].nr_rows)
			system_view_driver(v, r, &r->drivers[i]);
	system_view_order(v);
	system_view_find(v, &chosen);
	text_copy(v->kernel, sizeof(v->kernel), r->kernel, strlen(r->kernel));
	v->cpus = r->cpus;
	v->events_rate = system_view_per_second(v, r->s, r->s->events - v->seen_events);
	v->lost = r->s->lost;
	v->lost_more = r->s->gaps;
	free(v->verdict);
	v->verdict = system_report_verdict(r);
	v->status = system_report_status(r);
	system_view_remember(v, r->s);
}

void system_view_forget(struct system_view *v)
{
	v->nr_seen = 0;
	v->seen_ts = 0;
	v->seen_events = 0;
}

void system_view_free(struct system_view *v)
{
	free(v->lines);
	free(v->open);
	free(v->seen);
	free(v->verdict);
}

/* ---- Keys ------------------------------------------------------------------------------ */

/* The next line that is shown, upwards or downwards; the same if there is none. */
static void system_view_move(struct system_view *v, int by)
{
	int i;

	for (i = (int)v->at + by; i >= 0 && i < (int)v->nr_lines; i += by) {
		if (system_view_shows(v, i)) {
			v->at = i;
			return;
		}
	}
}

/* The line of the driver that line @at belongs to. */
static unsigned int system_view_driver_of(const struct system_view *v, unsigned int at)
{
	while (v->lines[at].kind != SYSTEM_LINE_DRIVER)
		at--;
	return at;
}

static void system_view_set_open(struct system_view *v, const char *driver, bool open)
{
	unsigned int i;

	for (i = 0; i < v->nr_open; i++)
		if (!strcmp(v->open[i], driver))
			break;
	if (open && i == v->nr_open) {
		v->open = xrealloc(v->open, (v->nr_open + 1) * sizeof(*v->open));
		text_copy(v->open[v->nr_open++], SYSTEM_OWNER_LEN, driver, strlen(driver));
	} else if (!open && i < v->nr_open) {
		memmove(v->open[i], v->open[--v->nr_open], SYSTEM_OWNER_LEN);
	}
}

/* Opens or closes the driver of line @at. */
static void system_view_toggle(struct system_view *v, unsigned int at)
{
	unsigned int i = system_view_driver_of(v, at);
	const char *driver = v->lines[i].driver;
	bool open = !v->lines[i].open;

	system_view_set_open(v, driver, open);
	v->at = i;
	for (; i < v->nr_lines && !strcmp(v->lines[i].driver, driver); i++)
		v->lines[i].open = open;
}

/* Opens all drivers; closes all if all are open. */
static void system_view_toggle_all(struct system_view *v)
{
	unsigned int i;

	v->all_open = !v->all_open;
	v->nr_open = 0;
	for (i = 0; i < v->nr_lines; i++)
		v->lines[i].open = v->all_open;
	if (v->nr_lines)
		v->at = system_view_driver_of(v, v->at);
}

/* One driver closed among all that are open: from now on it counts which are open. */
static void system_view_single_out(struct system_view *v)
{
	unsigned int i;

	if (!v->all_open)
		return;
	v->all_open = false;
	for (i = 0; i < v->nr_lines; i++)
		if (v->lines[i].kind == SYSTEM_LINE_DRIVER)
			system_view_set_open(v, v->lines[i].driver, true);
}

static void system_view_sort(struct system_view *v)
{
	struct system_line chosen = { 0 };

	if (v->at < v->nr_lines)
		chosen = v->lines[v->at];
	v->sort = (v->sort + 1) % SYSTEM_SORT_NR;
	system_view_order(v);
	system_view_find(v, &chosen);
}

enum system_action system_view_key(struct system_view *v, int key)
{
	if (v->help) {
		v->help = key == TOP_KEY_NONE || key == TOP_KEY_RESIZE;
		return SYSTEM_NOTHING;
	}
	switch (key) {
	case 'q':
		return SYSTEM_QUIT;
	case 'r':
		return SYSTEM_RESET;
	case 'p':
		v->paused = !v->paused;
		break;
	case 's':
		system_view_sort(v);
		break;
	case 'a':
		system_view_toggle_all(v);
		break;
	case '?':
	case 'h':
		v->help = true;
		break;
	case TOP_KEY_UP:
	case 'k':
		system_view_move(v, -1);
		break;
	case TOP_KEY_DOWN:
	case 'j':
		system_view_move(v, 1);
		break;
	case TOP_KEY_ENTER:
	case ' ':
		if (!v->nr_lines)
			break;
		system_view_single_out(v);
		system_view_toggle(v, v->at);
		break;
	default:
		break;
	}
	return SYSTEM_NOTHING;
}
