// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what dpcmon system has found as OpenMetrics text.  A sample is told apart by its
 * labels alone: of two routines of one driver that have the same name, the second gets a
 * number.
 */
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "openmetrics.h"
#include "output.h"
#include "params.h"
#include "system_openmetrics.h"
#include "util.h"

/**
 * struct system_metrics - while it is written
 * @r: the report
 * @rows: rows of all drivers
 * @labels: of each of them
 * @nr: how many
 * @out: the file
 */
struct system_metrics {
	const struct system_report	*r;
	const struct system_row		**rows;
	char				**labels;
	unsigned int			nr;
	FILE				*out;
};

static const struct openmetrics_family system_openmetrics_tool = {
	"dpcmon", "info", NULL, "What wrote this, and the kernel that was recorded.",
};

static const struct openmetrics_family system_openmetrics_duration = {
	"dpcmon_system_duration_seconds", "gauge", "seconds", "How long the recording is.",
};

static const struct openmetrics_family system_openmetrics_lost = {
	"dpcmon_system_lost_events", "counter", NULL,
	"Events that are known to be lost: what is missing is not counted.",
};

static const struct openmetrics_family system_openmetrics_complete = {
	"dpcmon_system_complete", "gauge", NULL,
	"1 if no event was lost, and nobody disturbed the recording.",
};

static const struct openmetrics_family system_openmetrics_budget = {
	"dpcmon_system_budget_seconds", "gauge", "seconds",
	"Budgets; a stage that has none is not there.",
};

/* What a row has. */
enum system_family {
	FAMILY_RUN, FAMILY_WAIT, FAMILY_AFTER_ISR, FAMILY_RUN_LONGEST, FAMILY_WAIT_LONGEST,
	FAMILY_RUN_OVER, FAMILY_WAIT_OVER, FAMILY_CALLS, FAMILY_CPU, FAMILY_DEFERRED, FAMILY_NR,
};

#define FAMILY(_name, _type, _unit, _help) \
	{ "dpcmon_system_" _name, _type, _unit, _help }

static const struct openmetrics_family system_openmetrics_families[FAMILY_NR] = {
	[FAMILY_RUN] = FAMILY("run_seconds", "histogram", "seconds",
			      "From begin to end of a routine, whatever came in between."),
	[FAMILY_WAIT] = FAMILY("wait_seconds", "histogram", "seconds",
			       "From the request to the begin."),
	[FAMILY_AFTER_ISR] = FAMILY("after_isr_seconds", "histogram", "seconds",
				    "From the end of an interrupt to the softirq that it raised."),
	[FAMILY_RUN_LONGEST] = FAMILY("run_longest_seconds", "gauge", "seconds",
				      "The longest run."),
	[FAMILY_WAIT_LONGEST] = FAMILY("wait_longest_seconds", "gauge", "seconds",
				       "The longest wait."),
	[FAMILY_RUN_OVER] = FAMILY("run_over_budget", "counter", NULL,
				   "Runs that were over their budget."),
	[FAMILY_WAIT_OVER] = FAMILY("wait_over_budget", "counter", NULL,
				    "Waits that were over their budget."),
	[FAMILY_CALLS] = FAMILY("calls", "counter", NULL, "How often it ran."),
	[FAMILY_CPU] = FAMILY("cpu_seconds", "counter", "seconds",
			      "Time that it had a CPU itself."),
	[FAMILY_DEFERRED] = FAMILY("in_ksoftirqd", "counter", NULL,
				   "How often a softirq ran in ksoftirqd."),
};

static void system_openmetrics_times(const struct system_metrics *m, enum system_family family,
				     const char *labels, const struct system_times *t)
{
	const struct openmetrics_times times = {
		.bounds_us = hist_bounds_us, .buckets = t->hist.buckets, .nr = HIST_BUCKETS,
		.total_ns = t->hist.total, .created_ns = m->r->began_ns,
	};

	if (t->hist.count)
		openmetrics_histogram(m->out, &system_openmetrics_families[family], labels,
				      &times);
}

static void system_openmetrics_longest(const struct system_metrics *m, enum system_family family,
				       const char *labels, const struct system_times *t)
{
	if (t->hist.count)
		openmetrics_seconds(m->out, &system_openmetrics_families[family], "", labels,
				    t->hist.max);
}

/* What has no budget is not over it. */
static void system_openmetrics_over(const struct system_metrics *m, enum system_family family,
				    const char *labels, const struct system_times *t)
{
	if (t->hist.count && t->budget_ns)
		openmetrics_number(m->out, &system_openmetrics_families[family], "_total",
				   labels, t->over);
}

static void system_openmetrics_row(const struct system_metrics *m, enum system_family family,
				   const struct system_row *row, const char *labels)
{
	const struct openmetrics_family *f = &system_openmetrics_families[family];

	switch (family) {
	case FAMILY_RUN:
		system_openmetrics_times(m, family, labels, &row->run);
		break;
	case FAMILY_WAIT:
		system_openmetrics_times(m, family, labels, &row->wait);
		break;
	case FAMILY_AFTER_ISR:
		system_openmetrics_times(m, family, labels, &row->after_isr);
		break;
	case FAMILY_RUN_LONGEST:
		system_openmetrics_longest(m, family, labels, &row->run);
		break;
	case FAMILY_WAIT_LONGEST:
		system_openmetrics_longest(m, family, labels, &row->wait);
		break;
	case FAMILY_RUN_OVER:
		system_openmetrics_over(m, family, labels, &row->run);
		break;
	case FAMILY_WAIT_OVER:
		system_openmetrics_over(m, family, labels, &row->wait);
		break;
	case FAMILY_CALLS:
		openmetrics_number(m->out, f, "_total", labels, row->calls);
		break;
	case FAMILY_CPU:
		openmetrics_seconds(m->out, f, "_total", labels, row->self_ns);
		break;
	default:
		if (row->kind == SYSTEM_SOFTIRQ)
			openmetrics_number(m->out, f, "_total", labels, row->deferred);
		break;
	}
}

/* ---- Labels ----------------------------------------------------------------------------- */

static char *system_openmetrics_labels(const char *driver, const struct system_row *row,
				       const char *routine)
{
	char *labels = NULL;

	openmetrics_label(&labels, "driver", driver);
	openmetrics_label(&labels, "kind", system_kind_names[row->kind]);
	openmetrics_label(&labels, "routine", routine);
	return labels;
}

static bool system_openmetrics_is_new(const struct system_metrics *m, const char *labels)
{
	unsigned int i;

	for (i = 0; i < m->nr; i++)
		if (!strcmp(m->labels[i], labels))
			return false;
	return true;
}

static void system_openmetrics_add(struct system_metrics *m, const char *driver,
				   const struct system_row *row)
{
	char *title = system_report_title(m->r, row), *labels, *numbered;
	unsigned int again = 1;

	labels = system_openmetrics_labels(driver, row, title);
	while (!system_openmetrics_is_new(m, labels)) {
		free(labels);
		numbered = xasprintf("%s #%u", title, ++again);
		labels = system_openmetrics_labels(driver, row, numbered);
		free(numbered);
	}
	free(title);
	m->rows = xrealloc(m->rows, (m->nr + 1) * sizeof(*m->rows));
	m->labels = xrealloc(m->labels, (m->nr + 1) * sizeof(*m->labels));
	m->rows[m->nr] = row;
	m->labels[m->nr++] = labels;
}

/* ---- The file ---------------------------------------------------------------------------- */

static void system_openmetrics_info(const struct system_metrics *m)
{
	char *labels = NULL;

	openmetrics_label(&labels, "version", DPCMON_VERSION);
	openmetrics_label(&labels, "kernel", m->r->kernel);
	openmetrics_label(&labels, "architecture", m->r->architecture);
	openmetrics_begin(m->out, &system_openmetrics_tool);
	openmetrics_number(m->out, &system_openmetrics_tool, "_info", labels, 1);
	free(labels);
}

static void system_openmetrics_whole(const struct system_metrics *m)
{
	const struct system *s = m->r->s;
	char *labels = NULL;
	unsigned int i;

	openmetrics_begin(m->out, &system_openmetrics_duration);
	openmetrics_seconds(m->out, &system_openmetrics_duration, "", NULL,
			    s->last_ts - s->first_ts);
	openmetrics_begin(m->out, &system_openmetrics_lost);
	openmetrics_number(m->out, &system_openmetrics_lost, "_total", NULL, s->lost);
	openmetrics_begin(m->out, &system_openmetrics_complete);
	openmetrics_number(m->out, &system_openmetrics_complete, "", NULL,
			   !s->lost && !s->gaps && !*m->r->disturbed);
	openmetrics_begin(m->out, &system_openmetrics_budget);
	for (i = 0; i < DPC_STAGE_NR; i++) {
		if (!s->rows.budget_ns[i])
			continue;
		openmetrics_label(&labels, "stage", stage_keys[i]);
		openmetrics_seconds(m->out, &system_openmetrics_budget, "", labels,
				    s->rows.budget_ns[i]);
		free(labels);
		labels = NULL;
	}
}

int system_openmetrics(const struct system_report *r, const char *path)
{
	struct system_metrics m = { .r = r };
	struct output out;
	unsigned int f, i, j;

	if (output_open(&out, path))
		return -1;
	m.out = out.file;
	for (i = 0; i < r->nr_drivers; i++)
		for (j = 0; j < r->drivers[i].nr_rows; j++)
			system_openmetrics_add(&m, r->drivers[i].name, r->drivers[i].rows[j]);
	system_openmetrics_info(&m);
	system_openmetrics_whole(&m);
	for (f = 0; f < FAMILY_NR; f++) {
		openmetrics_begin(m.out, &system_openmetrics_families[f]);
		for (i = 0; i < m.nr; i++)
			system_openmetrics_row(&m, f, m.rows[i], m.labels[i]);
	}
	openmetrics_end(m.out);
	for (i = 0; i < m.nr; i++)
		free(m.labels[i]);
	free(m.labels);
	free(m.rows);
	return output_close(&out, true);
}
