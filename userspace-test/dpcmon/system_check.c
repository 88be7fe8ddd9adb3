// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges what dpcmon system has found: all routines of a kind that a driver has are one test,
 * because which of them run differs from one run to the next, and a CI compares runs by the
 * names of tests.
 */
#include <stdlib.h>
#include <string.h>

#include "check_write.h"
#include "judge.h"
#include "params.h"
#include "system_check.h"
#include "system_preset.h"
#include "system_write.h"
#include "util.h"
#include "verdict.h"

#define CHECK_SYSTEM_ROOT	"dpc.system"
#define CHECK_OTHERS		3	/* routines that are named beside the worst one */
#define CHECK_PARTS		3	/* of the longest call */

/* Names of what waits; NULL for a kind that does not. */
static const char * const system_check_waits[SYSTEM_KIND_NR] = {
	[SYSTEM_DPC]		= "dpc_wait",
	[SYSTEM_SOFTIRQ]	= "softirq_wait",
	[SYSTEM_BH_WORK]	= "bh_work_wait",
	[SYSTEM_THREAD]		= "thread_wait",
	[SYSTEM_WORK]		= "work_wait",
	[SYSTEM_KTHREAD_WORK]	= "kthread_work_wait",
};

/**
 * struct system_check - what one test is about
 * @d: the driver
 * @kind: of its rows
 * @waits: their waits and not their runs
 * @judged: some can be judged, and those that can't are left out
 */
struct system_check {
	const struct system_driver	*d;
	enum system_kind		kind;
	bool				waits;
	bool				judged;
};

static const struct system_times *system_check_times(const struct system_check *sc,
						     const struct system_row *row)
{
	return sc->waits ? &row->wait : &row->run;
}

/* The next row of the test behind @row, or the first one if that is NULL. */
static const struct system_row *system_check_next(const struct system_check *sc, unsigned int *i)
{
	const struct system_row *row;

	while (*i < sc->d->nr_rows) {
		row = sc->d->rows[(*i)++];
		if (row->kind == sc->kind &&
		    (!sc->judged || sc->waits || system_row_is_judged(row)))
			return row;
	}
	return NULL;
}

/* The row with the longest time; NULL if there is no row. */
static const struct system_row *system_check_longest(const struct system_check *sc)
{
	const struct system_row *row, *longest = NULL;
	unsigned int i = 0;

	while ((row = system_check_next(sc, &i)))
		if (!longest || system_check_times(sc, row)->hist.max >
				system_check_times(sc, longest)->hist.max)
			longest = row;
	return longest;
}

/* @a and @b in one text; both are freed. */
static char *system_check_join(char *a, char *b)
{
	char *text = xasprintf("%s%s", a, b);

	free(a);
	free(b);
	return text;
}

/* ", in which ran on CPU 1: ..."; empty if the parts are not known, or are of another call. */
static char *system_check_parts(const struct system_report *r, const struct system_check *sc,
				const struct system_row *row)
{
	const struct system_worst *w = &row->worst;
	uint64_t ns = sc->waits ? w->wait_ns : w->ns - w->wait_ns;
	char *text, *part;
	unsigned int i;

	if (!w->nr_parts || ns != system_check_times(sc, row)->hist.max)
		return xstrdup("");
	text = xasprintf("; from its request to its end, %.1f us, CPU %d ran", w->ns / 1000.0,
			 w->cpu);
	for (i = 0; i < w->nr_parts && i < CHECK_PARTS; i++) {
		part = system_report_part(r, &w->parts[i]);
		text = system_check_join(text, xasprintf("%s %s for %.1f us", i ? "," : "", part,
							 w->parts[i].ns / 1000.0));
		free(part);
	}
	return text;
}

/* "; also over: a, b and 2 more" */
static char *system_check_others(const struct system_report *r, const struct system_check *sc,
				 const struct system_row *longest)
{
	char *text = xstrdup(""), *title;
	const struct system_row *row;
	unsigned int i = 0, nr = 0;

	while ((row = system_check_next(sc, &i))) {
		if (row == longest || !system_check_times(sc, row)->over || nr++ >= CHECK_OTHERS)
			continue;
		title = system_report_title(r, row);
		text = system_check_join(text, xasprintf("%s %s", nr == 1 ? "; also over:" : ",",
							 title));
		free(title);
	}
	if (nr > CHECK_OTHERS)
		text = system_check_join(text, xasprintf(" and %u more", nr - CHECK_OTHERS));
	return text;
}

static char *system_check_culprit(const struct system_report *r, const struct system_check *sc,
				  const struct system_row *longest)
{
	char *title = system_report_title(r, longest);
	char *text = xasprintf("the longest was that of %s", title);

	free(title);
	text = system_check_join(text, system_check_parts(r, sc, longest));
	return system_check_join(text, system_check_others(r, sc, longest));
}

static unsigned int system_check_stage(const struct system_check *sc)
{
	if (sc->waits)
		return system_kind_wait[sc->kind];
	/* those softirqs that are judged do the work themselves */
	return sc->kind == SYSTEM_SOFTIRQ ? DPC_STAGE_DPC : system_kind_run[sc->kind];
}

static enum check_status system_check_status(const struct judge_times *t)
{
	switch (judge_times(t)) {
	case JUDGE_NOTHING:
		return CHECK_UNTIMED;
	case JUDGE_OVER:
		return CHECK_FAIL;
	case JUDGE_TOO_FEW:
		return CHECK_FEW;
	case JUDGE_WITHIN:
		return CHECK_PASS;
	case JUDGE_NO_BUDGET:
		break;
	}
	return CHECK_DONE;
}

static void system_check_test(struct check *c, const struct system_report *r,
			      struct system_check *sc, const char *object)
{
	struct check_test *t = &c->tests[c->nr];
	struct hist *hist = &c->hists[c->nr];
	const struct system_row *row, *longest;
	struct judge_times times;
	unsigned int i = 0;

	sc->judged = false;
	while (!sc->judged && (row = system_check_next(sc, &i)))
		sc->judged = sc->waits || system_row_is_judged(row);
	longest = system_check_longest(sc);
	if (!longest || (sc->waits && !system_check_times(sc, longest)->hist.count))
		return;
	*t = (struct check_test){
		.object = xstrdup(object),
		.stage = sc->waits ? system_check_waits[sc->kind] : system_kind_names[sc->kind],
		.hist = hist,
		.budget_ns = system_check_times(sc, longest)->budget_ns,
		.routine = system_report_title(r, longest),
	};
	if (sc->kind == SYSTEM_ISR && !longest->function)
		t->irq = longest->key;
	for (i = 0; (row = system_check_next(sc, &i)); ) {
		hist_merge(hist, &system_check_times(sc, row)->hist);
		t->over_budget += system_check_times(sc, row)->over;
	}
	times = (struct judge_times){
		.budgets = &r->params->budgets, .id = JUDGE_NO_ID, .name = sc->d->name,
		.stage = system_check_stage(sc), .hist = hist, .budget_ns = t->budget_ns,
		.over_budget = t->over_budget,
	};
	t->status = sc->judged ? system_check_status(&times) : CHECK_DONE;
	t->budgets = sc->judged ? judge_times_words(&times) : xstrdup("");
	if (t->status == CHECK_FAIL)
		t->culprit = system_check_culprit(r, sc, longest);
	c->nr++;
}

static void system_check_driver(struct check *c, const struct system_report *r,
				const struct system_driver *d, const char *object)
{
	struct system_check sc = { .d = d };

	for (sc.kind = 0; sc.kind < SYSTEM_KIND_NR; sc.kind++) {
		sc.waits = false;
		system_check_test(c, r, &sc, object);
		sc.waits = true;
		if (system_check_waits[sc.kind])
			system_check_test(c, r, &sc, object);
	}
}

static int system_check_compare(const void *left, const void *right)
{
	const struct system_driver *a = *(const struct system_driver * const *)left;
	const struct system_driver *b = *(const struct system_driver * const *)right;

	return strcmp(a->name, b->name);
}

/* The drivers by name: the same order in each run.  For free(). */
static const struct system_driver **system_check_sorted(const struct system_report *r)
{
	const struct system_driver **list = xcalloc(r->nr_drivers + 1, sizeof(*list));
	unsigned int i;

	for (i = 0; i < r->nr_drivers; i++)
		list[i] = &r->drivers[i];
	if (i)
		qsort(list, r->nr_drivers, sizeof(*list), system_check_compare);
	return list;
}

/* A name that no test has yet: two names may differ only in what becomes "_". */
static char *system_check_object(const struct check *c, const char *name)
{
	char *object = xstrdup(*name ? name : "_");
	unsigned int i, again = 1;

	check_clean_name(object);
	for (i = 0; i < c->nr; i++) {
		if (strcmp(c->tests[i].object, object))
			continue;
		free(object);
		object = xasprintf("%s-%u", *name ? name : "_", ++again);
		check_clean_name(object);
		i = -1;
	}
	return object;
}

/* "budgets of windows: isr 25 us, dpc 100 us" */
static char *system_check_budgets(const struct system_report *r)
{
	const char *name = system_preset_name(r->params->preset);
	char *text = xasprintf("budgets of %s%s:", name,
			       budgets_of_times(&r->params->budgets) ? ", changed" : "");
	bool first = true;
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		uint64_t us = r->s->rows.budget_ns[i] / NSEC_PER_USEC;

		if (!us)
			continue;
		text = system_check_join(text, xasprintf("%s %s %llu us", first ? "" : ",",
							 stage_keys[i], (unsigned long long)us));
		first = false;
	}
	return system_check_join(text, xstrdup(first ? " none" : ""));
}

void system_check_judge(struct check *c, const struct system_report *r)
{
	const struct system_driver **drivers = system_check_sorted(r);
	unsigned int i;
	char *object;

	c->params = r->params;
	c->root = CHECK_SYSTEM_ROOT;
	c->kernel = *r->kernel ? r->kernel : "unknown";
	c->cpus = r->cpus;
	c->date = r->date;
	c->load_failed = r->load_failed;
	c->lost = r->s->lost + r->s->gaps;
	c->lost_more = r->s->gaps;
	c->disturbed = *r->disturbed ? r->disturbed : NULL;
	check_add_about(c, system_check_budgets(r));
	c->tests = xcalloc(2 * SYSTEM_KIND_NR * r->nr_drivers + 1, sizeof(*c->tests));
	c->hists = xcalloc(2 * SYSTEM_KIND_NR * r->nr_drivers + 1, sizeof(*c->hists));
	for (i = 0; i < r->nr_drivers; i++) {
		object = system_check_object(c, drivers[i]->name);
		system_check_driver(c, r, drivers[i], object);
		free(object);
	}
	check_finish(c);
	free(drivers);
}

static int system_check_write(struct system_writer *w, const struct system_report *r)
{
	struct system_checker *checker = (struct system_checker *)w;
	struct check c = { 0 };
	int status;

	system_check_judge(&c, r);
	if (!c.nr) {
		fail("nothing was measured: no interrupt, softirq, timer or work item is in the trace");
		check_free(&c);
		return EXIT_ERROR;
	}
	status = check_write_results(&c);
	checker->written = true;
	if (system_write_files(r))
		status = EXIT_ERROR;
	check_free(&c);
	return status;
}

void system_check_init(struct system_checker *checker)
{
	*checker = (struct system_checker){ .writer.write = system_check_write };
}
