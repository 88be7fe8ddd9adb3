// SPDX-License-Identifier: GPL-2.0-only
/*
 * What dpcmon top knows and shows: rates and averages from two readings of the
 * counters, and what a key changes.  It has no input or output of its own.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hist.h"
#include "measured.h"
#include "top.h"
#include "util.h"

/* What was set to zero in between, or is another object, has no rate yet. */
static bool top_view_comparable(const struct top_sample *before, const struct top_sample *now)
{
	return before->ns && before->object.id == now->object.id &&
	       before->stats.epoch == now->stats.epoch &&
	       now->stats.stage[DPC_STAGE_ISR].count >= before->stats.stage[DPC_STAGE_ISR].count;
}

void top_view_sample(struct top_view *v, const struct top_sample *s)
{
	if (top_view_comparable(&v->now, s))
		v->before = v->now;
	else
		v->before.ns = 0;
	v->now = *s;
	choose_label(&s->object, v->label);
}

/* Objects come and go: the reading before is found by the id. */
void top_view_rows(struct top_view *v, const struct top_sample *s, unsigned int nr)
{
	struct top_row rows[TOP_OBJECTS];
	unsigned int i, j;

	memcpy(rows, v->rows, sizeof(rows));
	if (nr > TOP_OBJECTS)
		nr = TOP_OBJECTS;
	for (i = 0; i < nr; i++) {
		v->rows[i] = (struct top_row){ .now = s[i] };
		for (j = 0; j < v->nr_rows; j++)
			if (top_view_comparable(&rows[j].now, &s[i]))
				v->rows[i].before = rows[j].now;
	}
	v->nr_rows = nr;
	if (v->row_at >= nr)
		v->row_at = nr ? nr - 1 : 0;
}

/* How much of @field came since the reading before. */
static uint64_t top_view_came(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

double top_view_rate(const struct top_view *v, unsigned int stage)
{
	uint64_t ns = v->now.ns - v->before.ns;

	if (!v->before.ns || !ns)
		return NOT_MEASURED;
	return top_view_came(v->now.stats.stage[stage].count, v->before.stats.stage[stage].count) *
	       1e9 / ns;
}

/* Of the stage that each object has: ISR, and DPC where there is no interrupt. */
double top_view_row_rate(const struct top_row *row)
{
	unsigned int stage = row->now.object.kind == DPC_OBJECT_INTERRUPT ? DPC_STAGE_ISR
									 : DPC_STAGE_DPC;
	uint64_t ns = row->now.ns - row->before.ns;

	if (!row->before.ns || !ns)
		return NOT_MEASURED;
	return top_view_came(row->now.stats.stage[stage].count,
			     row->before.stats.stage[stage].count) * 1e9 / ns;
}

double top_view_now_ns(const struct top_view *v, unsigned int stage)
{
	const struct dpc_stage_stats *now = &v->now.stats.stage[stage];
	const struct dpc_stage_stats *before = &v->before.stats.stage[stage];
	uint64_t count;

	if (!v->before.ns)
		return NOT_MEASURED;
	count = top_view_came(now->count, before->count);
	if (!count)
		return NOT_MEASURED;
	return (double)top_view_came(now->total_ns, before->total_ns) / count;
}

double top_view_avg_ns(const struct top_view *v, unsigned int stage)
{
	const struct dpc_stage_stats *s = &v->now.stats.stage[stage];

	return s->count ? (double)s->total_ns / s->count : NOT_MEASURED;
}

double top_view_max_ns(const struct top_view *v, unsigned int stage)
{
	const struct dpc_stage_stats *s = &v->now.stats.stage[stage];

	return s->count ? s->max_ns : NOT_MEASURED;
}

/*
 * The driver counts buckets only.  The median is in the bucket in which half of the times
 * are reached; within it, times are taken to be spread evenly.  The longest time bounds the
 * last bucket, which has no end, and any other that it falls into.
 */
double top_view_median_ns(const struct dpc_stage_stats *s)
{
	uint64_t total = 0, below = 0, from, to;
	unsigned int i;

	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		total += s->hist[i];
	if (total < hist_percentile_needs(50, 100))
		return NOT_MEASURED;
	for (i = 0; i < DPC_HIST_BUCKETS - 1 && (below + s->hist[i]) * 2 < total; i++)
		below += s->hist[i];
	from = hist_bounds_us[i] * NSEC_PER_USEC;
	to = i + 1 < DPC_HIST_BUCKETS ? hist_bounds_us[i + 1] * NSEC_PER_USEC : s->max_ns;
	if (to > s->max_ns)
		to = s->max_ns;
	if (to < from || !s->hist[i])
		return from;
	return from + (to - from) * (total / 2.0 - below) / s->hist[i];
}

static bool top_view_any_budget(const struct counters *stats)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (stats->budget_us[i])
			return true;
	return false;
}

bool top_view_has_budget(const struct top_view *v)
{
	unsigned int i;

	if (!top_view_is_overview(v))
		return top_view_any_budget(&v->now.stats);
	for (i = 0; i < v->nr_rows; i++)
		if (top_view_any_budget(&v->rows[i].now.stats))
			return true;
	return false;
}

/* The stage whose longest time is nearest to its budget, or the furthest over it. */
unsigned int top_view_nearest(const struct counters *stats)
{
	unsigned int i, best = DPC_STAGE_ISR;
	double share, most = -1;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		uint32_t us = stats->budget_us[i];

		share = us ? stats->stage[i].max_ns / (us * 1e3) : 0;
		/* the way to the completion is the sum of the others */
		if (i == DPC_STAGE_COMPLETE)
			share /= 1e6;
		if (share <= most)
			continue;
		most = share;
		best = i;
	}
	return best;
}

unsigned int top_view_stage(const struct top_view *v)
{
	return v->stage < DPC_STAGE_NR ? v->stage : top_view_nearest(&v->now.stats);
}

void top_view_status(struct top_view *v, uint64_t now, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v->status, sizeof(v->status), fmt, ap);
	va_end(ap);
	v->status_ns = now + TOP_STATUS_NS;
}

static enum top_action top_view_menu_key(struct top_view *v, int key)
{
	switch (key) {
	case TOP_KEY_UP:
	case 'k':
		v->menu_at = (v->menu_at + DPC_MODEL_NR - 1) % DPC_MODEL_NR;
		return TOP_NOTHING;
	case TOP_KEY_DOWN:
	case 'j':
		v->menu_at = (v->menu_at + 1) % DPC_MODEL_NR;
		return TOP_NOTHING;
	case TOP_KEY_ENTER:
		v->overlay = TOP_OVERLAY_NONE;
		return TOP_SET_MODEL;
	case 'q':
	case 'm':
	case TOP_KEY_ESCAPE:
		v->overlay = TOP_OVERLAY_NONE;
		return TOP_NOTHING;
	default:
		return TOP_NOTHING;
	}
}

/* Shows the stage above or below the one that is shown. */
static void top_view_move(struct top_view *v, unsigned int by)
{
	v->stage = (top_view_stage(v) + by) % DPC_STAGE_NR;
}

/* Chooses the object above or below in the overview. */
static enum top_action top_view_overview_key(struct top_view *v, int key)
{
	switch (key) {
	case TOP_KEY_UP:
	case 'k':
		if (v->nr_rows)
			v->row_at = (v->row_at + v->nr_rows - 1) % v->nr_rows;
		return TOP_NOTHING;
	case TOP_KEY_DOWN:
	case 'j':
		if (v->nr_rows)
			v->row_at = (v->row_at + 1) % v->nr_rows;
		return TOP_NOTHING;
	case TOP_KEY_ENTER:
		return v->nr_rows ? TOP_SHOW_ROW : TOP_NOTHING;
	default:
		return TOP_NOTHING;
	}
}

enum top_action top_view_key(struct top_view *v, int key)
{
	if (v->overlay == TOP_OVERLAY_MENU)
		return top_view_menu_key(v, key);
	if (v->overlay == TOP_OVERLAY_HELP && key != TOP_KEY_NONE && key != TOP_KEY_RESIZE) {
		v->overlay = TOP_OVERLAY_NONE;
		return TOP_NOTHING;
	}
	switch (key) {
	case 'q':
		return TOP_QUIT;
	case 'r':
		return TOP_RESET;
	case 'd':
		return TOP_NEXT_DEVICE;
	case 'p':
		v->paused = !v->paused;
		return TOP_NOTHING;
	case '?':
	case 'h':
		v->overlay = TOP_OVERLAY_HELP;
		return TOP_NOTHING;
	}
	if (top_view_is_overview(v))
		return top_view_overview_key(v, key);
	switch (key) {
	case 'm':
		return TOP_OPEN_MENU;
	case 'o':
	case TOP_KEY_ESCAPE:
		return TOP_SHOW_ALL;
	case 'a':
		v->stage = DPC_STAGE_NR;
		return TOP_NOTHING;
	case TOP_KEY_UP:
	case 'k':
		top_view_move(v, DPC_STAGE_NR - 1);
		return TOP_NOTHING;
	case TOP_KEY_DOWN:
	case 'j':
		top_view_move(v, 1);
		return TOP_NOTHING;
	default:
		return TOP_NOTHING;
	}
}
