// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sentence at the end of a report: the stage and the routine that are the slowest,
 * and whether all were within budget.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>

#include "analysis.h"
#include "hist.h"
#include "judge.h"
#include "measured.h"
#include "report.h"
#include "symbols.h"
#include "util.h"
#include "verdict.h"

/* Sentences for people who know what a driver is, but not this program. */
static const char * const verdict_stages[DPC_STAGE_NR] = {
	[DPC_STAGE_ISR]		= "the interrupt service routine %s",
	[DPC_STAGE_ISR_TO_DPC]	= "the wait for the DPC routine %s",
	[DPC_STAGE_DPC]		= "the DPC routine %s",
	[DPC_STAGE_DPC_TO_WORK]	= "the wait for the work routine %s",
	[DPC_STAGE_WORK]	= "the work routine %s",
	[DPC_STAGE_COMPLETE]	= "the way from the start of the ISR to the completion in %s",
};

int verdict_exit_status(const struct analysis *a)
{
	/* the numbers of the culprit may not have come into the trace any more */
	if (analysis_stopped(a))
		return EXIT_OVER_BUDGET;
	if (!analysis_measured(a))
		return EXIT_ERROR;
	if (judge_is_over(a))
		return EXIT_OVER_BUDGET;
	/* what is missing may have been over budget */
	return a->disturbed ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}

const char *verdict_status(const struct analysis *a)
{
	switch (verdict_exit_status(a)) {
	case EXIT_WITHIN_BUDGET:
		return judge_is_judged(a) ? "within_budget" : "not_judged";
	case EXIT_OVER_BUDGET:
		return "over_budget";
	default:
		return analysis_measured(a) ? "disturbed" : "nothing_measured";
	}
}

/* The stage that is named in the sentence; @object is NULL if there is none. */
struct verdict_worst {
	const struct object	*object;
	unsigned int		stage;
};

/*
 * How near to its budget a stage came; without one, its time breaks the tie.
 * The way from the start of the ISR to the completion is the sum of the others: it is
 * named only when no other stage is to blame.
 */
static double verdict_rank(const struct stage *s, unsigned int stage)
{
	double rank = s->budget_ns ? 1.0 + s->hist.max / (double)s->budget_ns
				   : s->hist.max / 1e18;

	return stage == DPC_STAGE_COMPLETE ? rank / 1e18 : rank;
}

/* @over: only those that were over budget (by the budget then in force). */
static struct verdict_worst verdict_find(const struct analysis *a, bool over)
{
	struct verdict_worst worst = { NULL, 0 };
	double rank, best = -1;
	unsigned int i, j;

	for (i = 0; i < a->nr_objects; i++) {
		for (j = 0; j < DPC_STAGE_NR; j++) {
			const struct stage *s = &a->objects[i]->stage[j];

			if (!s->hist.count ||
			    (over && judge_stage(a, a->objects[i], j) != JUDGE_OVER))
				continue;
			rank = verdict_rank(s, j);
			if (rank <= best)
				continue;
			best = rank;
			worst.object = a->objects[i];
			worst.stage = j;
		}
	}
	return worst;
}

static char *verdict_stage(struct report *r, unsigned int stage, uint64_t function)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return xasprintf(verdict_stages[stage], symbols_routine(r->symbols, function));
#pragma GCC diagnostic pop
}

static char *verdict_what(struct report *r, const struct verdict_worst *w)
{
	return verdict_stage(r, w->stage, w->object->stage[w->stage].function);
}

/* --stop-on-overrun: the trace ends at the culprit. */
static char *verdict_culprit(struct report *r)
{
	const struct overrun *v = &r->a->overrun;
	char *what, *text;

	what = v->stage < DPC_STAGE_NR ? verdict_stage(r, v->stage, v->function)
				       : xstrdup("an unknown stage");
	text = xasprintf("Stopped at the first overrun, of interrupt %" PRIu64
			 ": %s took %.1f us where %.0f us are allowed, on CPU %d in task %s.",
			 v->first, what, report_us(v->ns), report_us(v->budget_ns), v->cpu,
			 symbols_task(r->symbols, v->pid));
	free(what);
	return text;
}

static const char *verdict_times(uint64_t n)
{
	return n == 1 ? "time" : "times";
}

static char *verdict_over(struct report *r, const struct verdict_worst *w)
{
	const struct stage *s = &w->object->stage[w->stage];
	uint64_t all = analysis_over_budget(r->a), others = all - s->over_budget;
	char *what = verdict_what(r, w);
	char *name = report_object_name(r, w->object);
	char *more = others ? xasprintf(" The other stages were over budget %" PRIu64 " %s.",
					  others, verdict_times(others))
			    : xstrdup("");
	char *allowed, *share, *text;

	if (!s->over_budget) {
		/* none of its times was, but a percentile */
		allowed = judge_words(r->a, w->object, w->stage);
		text = xasprintf("Over budget: %s of %s%s.%s", what, name, allowed, more);
		goto out;
	}
	/* it may have had a budget for a while only */
	if (s->budget_ns) {
		allowed = xasprintf("%.0f us", report_us(s->budget_ns));
		share = xasprintf(", %.1f times the budget", s->hist.max / (double)s->budget_ns);
	} else {
		allowed = xstrdup("budget of then");
		share = xstrdup("");
	}
	text = xasprintf("Over budget: %s of %s took longer than its %s %" PRIu64
			 " %s in %" PRIu64 "; the longest took %.1f us (interrupt %" PRIu64
			 ")%s.%s",
			 what, name, allowed, s->over_budget, verdict_times(s->over_budget),
			 s->hist.count, report_us(s->hist.max), s->max_seq, share, more);
	free(share);
out:
	free(allowed);
	free(what);
	free(name);
	free(more);
	return text;
}

#define VERDICT_UNJUDGED "Not judged, because no stage that was measured has a budget: "

static const char *verdict_unit(uint64_t interrupts, uint64_t n)
{
	if (interrupts)
		return n == 1 ? "interrupt" : "interrupts";
	return n == 1 ? "DPC call" : "DPC calls";
}

/* ", and in 99.9 % of the times no more than 7.3 us", of as many as it takes. */
static char *verdict_mostly(const struct hist *h)
{
	static const struct { const char *percent; unsigned int permille; } steps[] = {
		{ "99.9", 999 }, { "99", 990 },
	};
	unsigned int i;
	double ns;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		ns = hist_percentile(h, steps[i].permille, 1000);
		if (is_measured(ns))
			return xasprintf(", and in %s %% of the times no more than %s us",
					 steps[i].percent, MEASURED_US(ns));
	}
	return xstrdup("");
}

static char *verdict_within(struct report *r, const struct verdict_worst *w)
{
	const struct stage *s = &w->object->stage[w->stage];
	uint64_t interrupts = 0, calls = 0, over, n;
	char *what, *allowed, *mostly, *but, *text;
	unsigned int i;

	for (i = 0; i < r->a->nr_objects; i++) {
		interrupts += analysis_interrupts(r->a->objects[i]);
		calls += r->a->objects[i]->stage[DPC_STAGE_DPC].hist.count;
	}
	n = interrupts ? interrupts : calls;
	what = verdict_what(r, w);
	allowed = s->budget_ns ? xasprintf("of the %.0f us allowed (%.0f %%)",
					   report_us(s->budget_ns),
					   100.0 * s->hist.max / s->budget_ns)
			       : xstrdup("(no limit is set)");
	mostly = verdict_mostly(&s->hist);
	over = analysis_over_budget(r->a);
	but = over ? xasprintf(", but for %" PRIu64 " %s that may be over", over,
			       verdict_times(over)) : xstrdup("");
	text = xasprintf("%s%" PRIu64 " %s%s%s; the slowest stage was %s: at most %.1f us %s%s.",
			 !judge_is_judged(r->a) ? VERDICT_UNJUDGED : n == 1 ? "The " : "All ",
			 n, verdict_unit(interrupts, n),
			 judge_is_judged(r->a) ? " stayed within budget" : "",
			 but, what, report_us(s->hist.max), allowed, mostly);
	free(but);
	free(what);
	free(allowed);
	free(mostly);
	return text;
}

static char *verdict_bare(struct report *r)
{
	struct verdict_worst over = verdict_find(r->a, true);
	struct verdict_worst any = verdict_find(r->a, false);

	if (analysis_stopped(r->a))
		return verdict_culprit(r);
	if (over.object)
		return verdict_over(r, &over);
	if (any.object)
		return verdict_within(r, &any);
	return xstrdup("Nothing was measured.");
}

static char *verdict_disturbed(struct report *r, char *text)
{
	char *both;

	if (!r->a->disturbed)
		return text;
	both = xasprintf("%s But others disturbed the trace, and events are missing: %s.", text,
			 r->a->disturbed);
	free(text);
	return both;
}

char *verdict_sentence(struct report *r)
{
	char *text = verdict_disturbed(r, verdict_bare(r)), *with_lost;
	uint64_t lost;
	bool exact;

	lost = analysis_lost_total(r->a, &exact);
	if (!lost)
		return text;
	with_lost = xasprintf("%s But %s%" PRIu64 " events were lost: this is not the whole picture.",
			      text, exact ? "" : "at least ", lost);
	free(text);
	return with_lost;
}
