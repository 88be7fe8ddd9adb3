// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results of a check in words.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "check_text.h"
#include "hist.h"
#include "measured.h"
#include "util.h"

char *check_text_name(const struct check_test *t)
{
	return xasprintf("%s.%s", t->object, t->stage);
}

char *check_text_numbers(const struct check_test *t)
{
	const struct hist *h = t->hist;
	char *budget, *text;

	if (!h->count)
		return NULL;
	budget = t->budget_ns ? xasprintf("; budget %.0f us, over it %" PRIu64,
					  t->budget_ns / 1000.0, t->over_budget) : xstrdup("");
	text = xasprintf("count %" PRIu64 ", avg %s, p50 %s, p99 %s, p99.9 %s, max %s us%s%s",
			 h->count, MEASURED_US(hist_avg(h)),
			 MEASURED_US(hist_percentile(h, 50, 100)),
			 MEASURED_US(hist_percentile(h, 99, 100)),
			 MEASURED_US(hist_percentile(h, 999, 1000)), MEASURED_US(hist_max(h)),
			 budget, t->budgets);
	free(budget);
	return text;
}

const char *check_text_skip(const struct check_test *t)
{
	switch (t->status) {
	case CHECK_SKIP:
		return "it did not happen";
	case CHECK_DONE:
		return "no budget";
	case CHECK_FEW:
		return "too few times for the percentile";
	case CHECK_UNTIMED:
		return "no event says how long it took";
	case CHECK_PASS:
	case CHECK_FAIL:
		break;
	}
	return NULL;
}

void check_text_ends(const struct check *c, struct check_end ends[CHECK_TEXT_ENDS])
{
	const char *disturbed = c->disturbed;
	char *lost, *others;

	ends[0] = (struct check_end){ .name = "load.completed", .passed = !c->load_failed };
	ends[0].why = xstrdup(ends[0].passed ? "" : "the load failed: see the messages on stderr\n");

	lost = c->lost ? xasprintf("%s%" PRIu64 " events are missing: a larger --buffer helps\n",
				   c->lost_more ? "at least " : "", c->lost) : xstrdup("");
	others = disturbed ? xasprintf("others disturbed the trace: %s\n", disturbed) : xstrdup("");
	ends[1] = (struct check_end){ .name = "trace.complete", .passed = !c->lost && !disturbed };
	ends[1].why = xasprintf("%s%s", lost, others);
	free(lost);
	free(others);

	ends[2] = (struct check_end){ .name = "budget.applied", .passed = c->judged };
	ends[2].why = xstrdup(c->judged ? "" :
		"no stage that was measured has a budget: --budget STAGE=US gives one\n");
}
