// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges what was measured by the budgets of single times, of percentiles, and by how many
 * times may be over.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis.h"
#include "budgets.h"
#include "hist.h"
#include "judge.h"
#include "measured.h"
#include "object.h"
#include "util.h"

static const struct { uint64_t num, den; } judge_percentiles[BUDGETS_OF_NR] = {
	[BUDGETS_P50]	= { 50, 100 },
	[BUDGETS_P99]	= { 99, 100 },
	[BUDGETS_P999]	= { 999, 1000 },
};

static double judge_value(const struct hist *h, enum budgets_of of)
{
	if (of == BUDGETS_MAX)
		return hist_max(h);
	return hist_percentile(h, judge_percentiles[of].num, judge_percentiles[of].den);
}

static uint64_t judge_allowed(const struct judge_times *t)
{
	return budgets_allowed(t->budgets, t->id, t->name, t->stage, t->hist->count);
}

/* Single times are judged as they come, by the budget that is in force then. */
static enum judge judge_singles(const struct judge_times *t)
{
	if (t->over_budget > judge_allowed(t))
		return JUDGE_OVER;
	return t->budget_ns || t->over_budget ? JUDGE_WITHIN : JUDGE_NO_BUDGET;
}

static enum judge judge_percentile(const struct judge_times *t, enum budgets_of of)
{
	uint32_t us;
	double ns;

	if (!budgets_find(t->budgets, t->id, t->name, t->stage, of, &us) || !us)
		return JUDGE_NO_BUDGET;
	ns = judge_value(t->hist, of);
	if (!is_measured(ns))
		return JUDGE_TOO_FEW;
	return ns > us * (double)NSEC_PER_USEC ? JUDGE_OVER : JUDGE_WITHIN;
}

enum judge judge_times(const struct judge_times *t)
{
	enum judge worst = JUDGE_NOTHING, one;
	unsigned int of;

	if (!t->hist->count)
		return JUDGE_NOTHING;
	for (of = 0; of < BUDGETS_OF_NR; of++) {
		one = of == BUDGETS_MAX ? judge_singles(t) : judge_percentile(t, of);
		/* too few for a percentile is worse than to be within another budget */
		if (worst == JUDGE_NOTHING || one == JUDGE_OVER ||
		    (worst != JUDGE_OVER && one == JUDGE_TOO_FEW) ||
		    (worst == JUDGE_NO_BUDGET && one != JUDGE_NO_BUDGET))
			worst = one;
	}
	return worst;
}

char *judge_times_words(const struct judge_times *t)
{
	uint64_t allowed = judge_allowed(t);
	char *text = xstrdup(""), *longer;
	unsigned int of;
	uint32_t us;

	if (allowed) {
		free(text);
		text = xasprintf("; %" PRIu64 " may be over", allowed);
	}
	for (of = BUDGETS_MAX + 1; of < BUDGETS_OF_NR; of++) {
		if (!budgets_find(t->budgets, t->id, t->name, t->stage, of, &us) || !us)
			continue;
		longer = xasprintf("%s; %s %s of %u us", text, budgets_of_names[of],
				   MEASURED_US(judge_value(t->hist, of)), us);
		free(text);
		text = longer;
	}
	return text;
}

static struct judge_times judge_of_stage(const struct analysis *a, const struct object *o,
					 unsigned int stage)
{
	const struct stage *s = &o->stage[stage];

	return (struct judge_times){
		.budgets = &a->budgets, .id = o->id, .name = o->name, .stage = stage,
		.hist = &s->hist, .budget_ns = s->budget_ns, .over_budget = s->over_budget,
	};
}

enum judge judge_stage(const struct analysis *a, const struct object *o, unsigned int stage)
{
	struct judge_times t = judge_of_stage(a, o, stage);

	return judge_times(&t);
}

char *judge_words(const struct analysis *a, const struct object *o, unsigned int stage)
{
	struct judge_times t = judge_of_stage(a, o, stage);

	return judge_times_words(&t);
}

bool judge_is_over(const struct analysis *a)
{
	unsigned int i, j;

	for (i = 0; i < a->nr_objects; i++)
		for (j = 0; j < DPC_STAGE_NR; j++)
			if (judge_stage(a, a->objects[i], j) == JUDGE_OVER)
				return true;
	return false;
}

bool judge_is_judged(const struct analysis *a)
{
	unsigned int i, j;
	enum judge one;

	for (i = 0; i < a->nr_objects; i++) {
		for (j = 0; j < DPC_STAGE_NR; j++) {
			one = judge_stage(a, a->objects[i], j);
			if (one == JUDGE_OVER || one == JUDGE_WITHIN)
				return true;
		}
	}
	return false;
}
