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

void top_view_sample(struct top_view *v, const struct top_sample *s)
{
	bool same = v->now.ns && v->now.info.interrupt_id == s->info.interrupt_id &&
		    s->stats.stage[DPC_STAGE_ISR].count >= v->now.stats.stage[DPC_STAGE_ISR].count;

	/* what was set to zero in between, or is another device, has no rate yet */
	if (same)
		v->before = v->now;
	else
		v->before.ns = 0;
	v->now = *s;
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
	from = hist_m1_bounds_us[i] * NSEC_PER_USEC;
	to = i + 1 < DPC_HIST_BUCKETS ? hist_m1_bounds_us[i + 1] * NSEC_PER_USEC : s->max_ns;
	if (to > s->max_ns)
		to = s->max_ns;
	if (to < from || !s->hist[i])
		return from;
	return from + (to - from) * (total / 2.0 - below) / s->hist[i];
}

bool top_view_has_budget(const struct top_view *v)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (v->now.stats.budget_us[i])
			return true;
	return false;
}

/*
 * Unless the user has chosen one, the stage whose longest time is nearest to its budget, or
 * the furthest over it.
 */
unsigned int top_view_stage(const struct top_view *v)
{
	unsigned int i, best = DPC_STAGE_ISR;
	double share, most = -1;

	if (v->stage < DPC_STAGE_NR)
		return v->stage;
	for (i = 0; i < DPC_STAGE_NR; i++) {
		uint32_t us = v->now.stats.budget_us[i];

		share = us ? v->now.stats.stage[i].max_ns / (us * 1e3) : 0;
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
	case 'm':
		return TOP_OPEN_MENU;
	case 'p':
		v->paused = !v->paused;
		return TOP_NOTHING;
	case '?':
	case 'h':
		v->overlay = TOP_OVERLAY_HELP;
		return TOP_NOTHING;
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
