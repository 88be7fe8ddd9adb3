/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges what was measured by the budgets: the one place that says what is over budget.
 */
#ifndef DPCMON_JUDGE_H
#define DPCMON_JUDGE_H

#include "analysis.h"

/* What became of a stage, or of all. */
enum judge {
	JUDGE_NOTHING,		/* it did not happen */
	JUDGE_NO_BUDGET,	/* it was measured, but there is no budget to judge it by */
	JUDGE_TOO_FEW,		/* too few times for the percentile that has a budget */
	JUDGE_WITHIN,
	JUDGE_OVER,
};

/*
 * Judges a stage (below DPC_STAGE_NR) of @o.  Over is worse than too few, and that worse
 * than within: of several budgets the worst counts.
 */
enum judge judge_stage(const struct analysis *a, const struct object *o, unsigned int stage);

/* The same in words, if something other than single times has a budget, or some may be over. */
char *judge_words(const struct analysis *a, const struct object *o, unsigned int stage);

/* Whether any stage of any object is over, and whether any was judged at all. */
bool judge_is_over(const struct analysis *a);
bool judge_is_judged(const struct analysis *a);

#endif /* DPCMON_JUDGE_H */
