// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts the rows of dpcmon system together by driver, and judges them.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measured.h"
#include "object.h"
#include "params.h"
#include "symbols.h"
#include "system_decoder.h"
#include "system_report.h"
#include "tasks.h"
#include "text.h"
#include "util.h"
#include "verdict.h"

#define SYSTEM_KERNEL	"kernel"
#define SYSTEM_UNKNOWN	"unknown"
#define SYSTEM_BACKLOG	"(no_device)"	/* packets of loopback, or of another CPU */

#define REMEDY_HARD \
	"Move work out of the hard interrupt: into a DPC, a threaded handler or a work item."
#define REMEDY_SOFT \
	"Do less in one call, or move what may sleep to a work item."
#define REMEDY_NAPI \
	"Lower net.core.netdev_budget_usecs or the device's NAPI weight, or have its interrupts come on several CPUs."
#define REMEDY_THREAD \
	"Split it up, or let it sleep in between: others wait behind it."
#define REMEDY_DEFERRED \
	"The softirq was left to ksoftirqd: look for what keeps softirqs busy, or give that thread a real-time priority."
#define REMEDY_INTRUDER \
	"Look at that first."
#define REMEDY_WAIT \
	"Look for what ran on that CPU before it: the rows with the longest times."

/* include/linux/interrupt.h; the order has been the same since 2.6.28 */
static const char * const system_softirqs[] = {
	"hi", "timer", "net_tx", "net_rx", "block", "irq_poll", "tasklet", "sched", "hrtimer",
	"rcu",
};

/* ---- Whose a row is --------------------------------------------------------------- */

static const char *system_report_module(const struct system_report *r, uint64_t function)
{
	const char *module = symbols_module(r->symbols, function);

	if (!module)
		return SYSTEM_UNKNOWN;
	return *module ? module : SYSTEM_KERNEL;
}

/* The driver of the interrupt that the text begins with; else @other. */
static const char *system_report_irq_owner(const struct system_report *r, const char *number,
					   const char *other)
{
	char irq[16];
	const char *owner;

	text_copy(irq, sizeof(irq), number, strspn(number, "0123456789"));
	owner = system_owners_find(r->owners, SYSTEM_OWNED_IRQ, irq);
	return owner ? owner : other;
}

/* Where nothing is known of an interrupt, its action's name stands for the driver. */
const char *system_report_owner(const struct system_report *r, const struct system_row *row)
{
	char irq[24];
	const char *owner;

	if (row->function)
		return system_report_module(r, row->function);
	switch (row->kind) {
	case SYSTEM_ISR:
		snprintf(irq, sizeof(irq), "%" PRIu64, row->key);
		return system_report_irq_owner(r, irq, row->name);
	case SYSTEM_THREAD:
		return system_report_irq_owner(r, row->name + strlen("irq/"),
					system_thread_action(row->name));
	case SYSTEM_NAPI:
		if (!strcmp(row->name, SYSTEM_BACKLOG))
			return SYSTEM_KERNEL;
		owner = system_owners_find(r->owners, SYSTEM_OWNED_NET, row->name);
		return owner ? owner : row->name;
	case SYSTEM_VECTOR:
	case SYSTEM_SOFTIRQ:
		return SYSTEM_KERNEL;
	default:
		return SYSTEM_UNKNOWN;
	}
}

char *system_report_title(const struct system_report *r, const struct system_row *row)
{
	if (row->function && row->kind == SYSTEM_ISR)
		return xasprintf("%s (%s)", symbols_routine(r->symbols, row->function), row->name);
	if (row->function)
		return xstrdup(symbols_routine(r->symbols, row->function));
	switch (row->kind) {
	case SYSTEM_ISR:
		return xasprintf("%s (irq %" PRIu64 ")", row->name, row->key);
	case SYSTEM_VECTOR:
		if (row->key < system_nr_vectors)
			return xstrdup(system_vectors[row->key]);
		break;
	case SYSTEM_SOFTIRQ:
		if (row->key < ARRAY_SIZE(system_softirqs))
			return xstrdup(system_softirqs[row->key]);
		break;
	default:
		break;
	}
	return *row->name ? xstrdup(row->name) : xasprintf("%" PRIu64, row->key);
}

char *system_report_part(const struct system_report *r, const struct system_part *part)
{
	const char *task = part->pid && r->s->tasks ? tasks_name(r->s->tasks, part->pid) : NULL;
	char *title, *text;

	if (!part->row && !part->pid)
		return xstrdup("idle");
	if (!part->row)
		return task ? xasprintf("thread %s", task) : xasprintf("thread %d", part->pid);
	title = system_report_title(r, part->row);
	text = xasprintf("%s %s of %s", system_kind_names[part->row->kind], title,
			 system_report_owner(r, part->row));
	free(title);
	return text;
}

const char *system_report_rest(const struct system_worst *w)
{
	return w->nr_parts ? "shorter ones, and what is not known"
			   : "not known: it was on several CPUs, or events were lost";
}

/* ---- Drivers ------------------------------------------------------------------------ */

static struct system_driver *system_report_driver(struct system_report *r, const char *name)
{
	struct system_driver *d;
	unsigned int i;

	for (i = 0; i < r->nr_drivers; i++)
		if (!strcmp(r->drivers[i].name, name))
			return &r->drivers[i];
	r->drivers = xrealloc(r->drivers, (r->nr_drivers + 1) * sizeof(*r->drivers));
	d = &r->drivers[r->nr_drivers++];
	memset(d, 0, sizeof(*d));
	text_copy(d->name, sizeof(d->name), name, strlen(name));
	return d;
}

static int system_report_compare_rows(const void *left, const void *right)
{
	const struct system_row *a = *(struct system_row * const *)left;
	const struct system_row *b = *(struct system_row * const *)right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->self_ns < b->self_ns) - (a->self_ns > b->self_ns);
}

static int system_report_compare_drivers(const void *left, const void *right)
{
	const struct system_driver *a = left, *b = right;

	if (!a->over != !b->over)
		return a->over ? -1 : 1;
	return (a->self_ns < b->self_ns) - (a->self_ns > b->self_ns);
}

/* A carrier of the library's stages has no time of its own to show. */
static bool system_report_is_shown(const struct system_row *row)
{
	return row->calls || row->wait.hist.count;
}

void system_report_make(struct system_report *r)
{
	const struct system_rows *rows = &r->s->rows;
	unsigned int i;

	for (i = 0; i < rows->nr; i++) {
		struct system_row *row = rows->list[i];
		struct system_driver *d = system_report_driver(r, system_report_owner(r, row));

		d->self_ns += row->self_ns;
		if (!system_report_is_shown(row))
			continue;
		d->rows = xrealloc(d->rows, (d->nr_rows + 1) * sizeof(*d->rows));
		d->rows[d->nr_rows++] = row;
		d->over += row->run.over + row->wait.over;
	}
	/* one whose only rows are carriers has none to show */
	for (i = 0; i < r->nr_drivers; i++)
		if (r->drivers[i].nr_rows)
			qsort(r->drivers[i].rows, r->drivers[i].nr_rows,
			      sizeof(*r->drivers[i].rows), system_report_compare_rows);
	if (!r->nr_drivers)
		return;
	qsort(r->drivers, r->nr_drivers, sizeof(*r->drivers), system_report_compare_drivers);
}

void system_report_free(struct system_report *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_drivers; i++)
		free(r->drivers[i].rows);
	free(r->drivers);
	r->drivers = NULL;
	r->nr_drivers = 0;
}

const char * const system_column_names[SYSTEM_COLUMN_NR] = {
	[SYSTEM_COLUMN_ISR]		= "ISR",
	[SYSTEM_COLUMN_AFTER_ISR]	= "to BH",
	[SYSTEM_COLUMN_DPC]		= "BH",
	[SYSTEM_COLUMN_WORK_WAIT]	= "to work",
	[SYSTEM_COLUMN_WORK]		= "work",
};

const struct system_times *system_report_column(const struct system_row *row,
						enum system_column column)
{
	unsigned int stage = system_kind_run[row->kind];

	/* those that only run routines would count these twice */
	if (row->kind == SYSTEM_SOFTIRQ && !system_row_is_pass(row))
		stage = DPC_STAGE_DPC;
	switch (column) {
	case SYSTEM_COLUMN_ISR:
		return stage == DPC_STAGE_ISR ? &row->run : NULL;
	case SYSTEM_COLUMN_AFTER_ISR:
		return row->kind == SYSTEM_SOFTIRQ ? &row->after_isr : NULL;
	case SYSTEM_COLUMN_DPC:
		return stage == DPC_STAGE_DPC ? &row->run : NULL;
	case SYSTEM_COLUMN_WORK_WAIT:
		return stage == DPC_STAGE_WORK ? &row->wait : NULL;
	case SYSTEM_COLUMN_WORK:
		return stage == DPC_STAGE_WORK ? &row->run : NULL;
	default:
		return NULL;
	}
}

double system_report_seconds(const struct system_report *r)
{
	return (r->s->last_ts - r->s->first_ts) / (double)NSEC_PER_SEC;
}

double system_report_percent(const struct system_report *r, uint64_t ns)
{
	uint64_t all = r->s->last_ts - r->s->first_ts;

	return all ? 100.0 * ns / all : NOT_MEASURED;
}

/* ---- The verdict ----------------------------------------------------------------------- */

/* The time that is furthest over its budget, as a multiple of that; else the one nearest to it. */
struct system_culprit {
	const struct system_driver	*driver;
	const struct system_row		*row;
	const struct system_times	*times;
	double				rank;
};

static void system_report_suspect(struct system_culprit *c, const struct system_driver *d,
				  const struct system_row *row, const struct system_times *t)
{
	double rank;

	if (!t->budget_ns || !t->hist.count)
		return;
	rank = (double)t->hist.max / t->budget_ns;
	if (rank > c->rank)
		*c = (struct system_culprit){ d, row, t, rank };
}

static struct system_culprit system_report_find_culprit(const struct system_report *r)
{
	struct system_culprit c = { NULL, NULL, NULL, -1 };
	unsigned int i, j;

	for (i = 0; i < r->nr_drivers; i++) {
		for (j = 0; j < r->drivers[i].nr_rows; j++) {
			const struct system_row *row = r->drivers[i].rows[j];

			system_report_suspect(&c, &r->drivers[i], row, &row->run);
			system_report_suspect(&c, &r->drivers[i], row, &row->wait);
		}
	}
	return c;
}

static bool system_report_is_incomplete(const struct system_report *r)
{
	return r->s->lost || r->s->gaps || *r->disturbed;
}

/* How far a call is over what is allowed; without a budget, its length breaks the tie. */
static double system_report_rank(const struct system_row *row)
{
	const struct system_worst *w = &row->worst;
	double run = row->run.budget_ns ? (w->ns - w->wait_ns) / (double)row->run.budget_ns : 0;
	double wait = row->wait.budget_ns ? w->wait_ns / (double)row->wait.budget_ns : 0;

	return (run > wait ? run : wait) + w->ns / 1e18;
}

const struct system_row *system_report_worst(const struct system_driver *d)
{
	const struct system_row *worst = NULL;
	unsigned int i;

	for (i = 0; i < d->nr_rows; i++)
		if (d->rows[i]->worst.ns && (!worst || system_report_rank(d->rows[i]) >
						      system_report_rank(worst)))
			worst = d->rows[i];
	return worst;
}

int system_report_status(const struct system_report *r)
{
	struct system_culprit c = system_report_find_culprit(r);

	if (c.rank > 1)
		return EXIT_OVER_BUDGET;
	/* what is missing may have been over budget */
	return c.row && !system_report_is_incomplete(r) ? EXIT_WITHIN_BUDGET : EXIT_ERROR;
}

/* What to do about a routine that takes too long. */
static const char * const system_report_remedies[SYSTEM_KIND_NR] = {
	[SYSTEM_ISR] = REMEDY_HARD,
	[SYSTEM_VECTOR] = REMEDY_HARD,
	[SYSTEM_HRTIMER] = REMEDY_HARD,
	[SYSTEM_DPC] = REMEDY_SOFT,
	[SYSTEM_SOFTIRQ] = REMEDY_SOFT,
	[SYSTEM_TASKLET] = REMEDY_SOFT,
	[SYSTEM_TIMER] = REMEDY_SOFT,
	[SYSTEM_SOFT_HRTIMER] = REMEDY_SOFT,
	[SYSTEM_NAPI] = REMEDY_NAPI,
	[SYSTEM_BH_WORK] = REMEDY_SOFT,
	[SYSTEM_THREAD] = REMEDY_THREAD,
	[SYSTEM_WORK] = REMEDY_THREAD,
	[SYSTEM_KTHREAD_WORK] = REMEDY_THREAD,
};

static const char *system_report_remedy(const struct system_culprit *c)
{
	if (c->times == &c->row->run)
		return system_report_remedies[c->row->kind];
	return c->row->deferred ? REMEDY_DEFERRED : REMEDY_WAIT;
}

/* "tasklet tx_done of e1000e took 130.0 us at most, where 100 us are allowed" */
static char *system_report_culprit_text(const struct system_report *r,
					const struct system_culprit *c)
{
	char *title = system_report_title(r, c->row), *text;

	text = xasprintf("%s%s %s of %s took %.1f us at most, where %.0f us are allowed",
			 c->times == &c->row->wait ? "the wait for " : "",
			 system_kind_names[c->row->kind], title, c->driver->name,
			 c->times->hist.max / 1000.0, c->times->budget_ns / 1000.0);
	free(title);
	return text;
}

#define VERDICT_NOTHING \
	"Nothing was measured that has a budget. Let the machine work meanwhile, or give budgets by --budget."
#define VERDICT_DISTURBED \
	"Not known: the trace was disturbed, and what is missing may have been too long. Record again."
#define VERDICT_LOST \
	"Not known: events were lost, and what is missing may have been too long. Record with a larger --buffer."

/* What else had the CPU for the most of a time that is too long; NULL for the routine itself. */
static char *system_report_intruder(const struct system_report *r, const struct system_culprit *c)
{
	const struct system_worst *w = &c->row->worst;
	uint64_t ns = c->times == &c->row->wait ? w->wait_ns : w->ns - w->wait_ns;
	char *part, *text;

	/* of another call than the one whose parts are known, or of more than that time */
	if (!w->nr_parts || ns != c->times->hist.max || w->parts[0].row == c->row ||
	    w->parts[0].ns > ns)
		return NULL;
	part = system_report_part(r, &w->parts[0]);
	text = xasprintf(" In that time, %s had the CPU for %.1f us.", part,
			 w->parts[0].ns / 1000.0);
	free(part);
	return text;
}

static char *system_report_over(const struct system_report *r, const struct system_culprit *c)
{
	char *what = system_report_culprit_text(r, c), *intruder = system_report_intruder(r, c);
	char *text;

	text = xasprintf("Not fit: %s, %" PRIu64 " of %" PRIu64 " times too long.%s %s", what,
			 c->times->over, c->times->hist.count, intruder ? intruder : "",
			 intruder ? REMEDY_INTRUDER : system_report_remedy(c));
	free(intruder);
	free(what);
	return text;
}

char *system_report_verdict(const struct system_report *r)
{
	struct system_culprit c = system_report_find_culprit(r);
	char *what, *text;

	if (!c.row)
		return xstrdup(VERDICT_NOTHING);
	if (c.rank > 1)
		return system_report_over(r, &c);
	if (system_report_is_incomplete(r))
		return xstrdup(*r->disturbed ? VERDICT_DISTURBED : VERDICT_LOST);
	what = system_report_culprit_text(r, &c);
	text = xasprintf("Fit: all times that have a budget are within it. The nearest to its own is %s.",
			 what);
	free(what);
	return text;
}

/* Adds a line to @text, which is freed, as is @line. */
static char *system_report_add_line(char *text, char *line)
{
	char *both;

	if (!text)
		return line;
	both = xasprintf("%s\n%s", text, line);
	free(text);
	free(line);
	return both;
}

#define GAP_SWITCHES \
	"the trace has no task switches (sched_switch): what a thread's work was interrupted by is not known"

/* What is not measured if the trace has none of it. */
static const struct {
	enum system_event_type	type;
	const char		*what;
} system_report_classes[] = {
	{ SYSTEM_IRQ_ENTRY,	"interrupts" },
	{ SYSTEM_VECTOR_ENTRY,	"CPU vectors" },
	{ SYSTEM_SOFTIRQ_ENTRY,	"softirqs" },
	{ SYSTEM_TASKLET_ENTRY,	"tasklets" },
	{ SYSTEM_TIMER_ENTRY,	"timers" },
	{ SYSTEM_HRTIMER_ENTRY,	"hrtimers" },
	{ SYSTEM_NAPI_POLL,	"network polls" },
	{ SYSTEM_WORK_ENTRY,	"work items" },
	{ SYSTEM_KTHREAD_WORK_ENTRY, "kthread work" },
};

/* NULL if there is some of each. */
static char *system_report_unseen(const struct system *s)
{
	char *list = NULL, *longer;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(system_report_classes); i++) {
		if (s->seen[system_report_classes[i].type])
			continue;
		longer = xasprintf("%s%s%s", list ? list : "none came, or they were not recorded: ",
				   list ? ", " : "", system_report_classes[i].what);
		free(list);
		list = longer;
	}
	return list;
}

char *system_report_gaps(const struct system_report *r)
{
	const struct system *s = r->s;
	char *text = NULL, *unseen;

	if (s->lost || s->gaps)
		text = xasprintf("%s%" PRIu64 " events were lost: calls that they cut are left out; --buffer makes room for more",
				 s->gaps ? "more than " : "", s->lost);
	if (*r->disturbed)
		text = system_report_add_line(text, xasprintf("the trace was disturbed: %s",
							      r->disturbed));
	if (s->cut)
		text = system_report_add_line(text, xasprintf("%" PRIu64 " calls are not counted: their beginning or end is not in the trace",
							      s->cut));
	unseen = system_report_unseen(s);
	if (unseen)
		text = system_report_add_line(text, unseen);
	if (!s->switches)
		text = system_report_add_line(text, xstrdup(GAP_SWITCHES));
	return text;
}
