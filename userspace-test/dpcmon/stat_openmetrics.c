// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of objects as OpenMetrics text.  Where each CPU is asked for, the sum is not written
 * beside it: a scraper that adds up would count twice.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "hist.h"
#include "model.h"
#include "object.h"
#include "openmetrics.h"
#include "output.h"
#include "params.h"
#include "stat_openmetrics.h"
#include "util.h"

#define COUNTER(_name, _help)	{ "dpc_" _name, "counter", NULL, _help }

struct stat_metrics_set *stat_openmetrics_add(struct stat_metrics *m, const struct dpc_object *o,
					      const struct counters *counters)
{
	struct stat_metrics_set *set;

	m->list = xrealloc(m->list, (m->nr + 1) * sizeof(*m->list));
	set = &m->list[m->nr++];
	*set = (struct stat_metrics_set){ .o = *o, .counters = *counters };
	return set;
}

void stat_openmetrics_free(struct stat_metrics *m)
{
	free(m->list);
	*m = (struct stat_metrics){ 0 };
}

static void stat_openmetrics_label_number(char **labels, const char *name, unsigned int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	openmetrics_label(labels, name, text);
}

/* What tells an object apart; @stage: DPC_STAGE_NR for none.  For free(). */
static char *stat_openmetrics_labels(const struct stat_metrics_set *s, unsigned int stage)
{
	char *labels = NULL;

	stat_openmetrics_label_number(&labels, "id", s->o.id);
	openmetrics_label(&labels, "object", s->o.name);
	openmetrics_label(&labels, "device", s->o.device);
	if (s->counters.cpu != DPC_SNAPSHOT_CPU_ALL)
		stat_openmetrics_label_number(&labels, "cpu", s->counters.cpu);
	if (stage < DPC_STAGE_NR)
		openmetrics_label(&labels, "stage", stage_keys[stage]);
	return labels;
}

static void stat_openmetrics_tool(FILE *out)
{
	static const struct openmetrics_family f = {
		"dpcmon", "info", NULL, "What wrote this, on which kernel.",
	};
	struct utsname name;
	char *labels = NULL;

	uname(&name);
	openmetrics_label(&labels, "version", DPCMON_VERSION);
	openmetrics_label(&labels, "kernel", name.release);
	openmetrics_label(&labels, "architecture", name.machine);
	openmetrics_begin(out, &f);
	openmetrics_number(out, &f, "_info", labels, 1);
	free(labels);
}

static void stat_openmetrics_objects(const struct stat_metrics *m, FILE *out)
{
	static const struct openmetrics_family f = {
		"dpc_object", "info", NULL, "What an object is.",
	};
	const struct stat_metrics_set *s;
	const char *model;
	unsigned int i;
	char *labels;

	openmetrics_begin(out, &f);
	for (i = 0; i < m->nr; i++) {
		s = &m->list[i];
		if (s->part)
			continue;
		labels = NULL;
		model = s->o.kind == DPC_OBJECT_INTERRUPT ? model_name(s->o.model) : NULL;
		stat_openmetrics_label_number(&labels, "id", s->o.id);
		openmetrics_label(&labels, "object", s->o.name);
		openmetrics_label(&labels, "device", s->o.device);
		openmetrics_label(&labels, "driver", s->o.driver);
		openmetrics_label(&labels, "model", model ? model : "");
		stat_openmetrics_label_number(&labels, "irq", s->o.irq);
		openmetrics_number(out, &f, "_info", labels, 1);
		free(labels);
	}
}

/* Counters of an object that no CPU has of its own. */
static const struct {
	struct openmetrics_family	family;
	bool				of_raises;
} stat_openmetrics_counters[] = {
	{ COUNTER("interrupts", "Interrupts handled since the object was connected."), false },
	{ COUNTER("unhandled", "Calls of the ISR that were not for this device."), false },
	{ COUNTER("while_disabled", "Calls that came while the object was disabled."), false },
	{ COUNTER("raises", "Interrupts that the driver had its device raise."), true },
	{ COUNTER("raises_merged", "Raises that the device made one interrupt of."), true },
	{ COUNTER("raises_dropped", "Raises undone because the interrupt was disabled."), true },
};

static uint64_t stat_openmetrics_counter(const struct stat_metrics_set *s, unsigned int i)
{
	const uint64_t values[] = {
		s->counters.interrupts, s->counters.unhandled, s->counters.while_disabled,
		s->raises.raised, s->raises.merged, s->raises.dropped,
	};

	return values[i];
}

static void stat_openmetrics_of_objects(const struct stat_metrics *m, FILE *out)
{
	const struct stat_metrics_set *s;
	struct stat_metrics_set whole;
	unsigned int c, i;
	char *labels;

	for (c = 0; c < ARRAY_SIZE(stat_openmetrics_counters); c++) {
		openmetrics_begin(out, &stat_openmetrics_counters[c].family);
		for (i = 0; i < m->nr; i++) {
			s = &m->list[i];
			if (s->part || (stat_openmetrics_counters[c].of_raises && !s->has_raises))
				continue;
			/* they are those of all CPUs, whichever CPU's stages were asked for */
			whole = *s;
			whole.counters.cpu = DPC_SNAPSHOT_CPU_ALL;
			labels = stat_openmetrics_labels(&whole, DPC_STAGE_NR);
			openmetrics_number(out, &stat_openmetrics_counters[c].family, "_total",
					   labels, stat_openmetrics_counter(s, c));
			free(labels);
		}
	}
}

static void stat_openmetrics_times(FILE *out, const struct openmetrics_family *f,
				   const char *labels, const struct dpc_stage_stats *s)
{
	uint64_t buckets[DPC_HIST_BUCKETS];
	struct openmetrics_times t = {
		.bounds_us = hist_bounds_us, .buckets = buckets, .nr = DPC_HIST_BUCKETS,
		.total_ns = s->total_ns,
	};
	unsigned int i;

	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		buckets[i] = s->hist[i];
	openmetrics_histogram(out, f, labels, &t);
}

enum stat_family {
	FAMILY_TIMES, FAMILY_LONGEST, FAMILY_BUDGET, FAMILY_OVER, FAMILY_COALESCED, FAMILY_NR,
};

static const struct openmetrics_family stat_openmetrics_stages[FAMILY_NR] = {
	[FAMILY_TIMES] = {
		"dpc_stage_seconds", "histogram", "seconds",
		"How long a stage of an interrupt took, since the last reset.",
	},
	[FAMILY_LONGEST] = {
		"dpc_stage_longest_seconds", "gauge", "seconds",
		"The longest time since the last reset.",
	},
	[FAMILY_BUDGET] = {
		"dpc_stage_budget_seconds", "gauge", "seconds",
		"The budget that is in force; a stage that has none is not there.",
	},
	[FAMILY_OVER] = COUNTER("stage_over_budget", "Times over the budget then in force."),
	[FAMILY_COALESCED] = COUNTER("stage_coalesced",
				     "Interrupts served beyond the first of each call."),
};

static void stat_openmetrics_stage(const struct stat_metrics_set *s, unsigned int stage,
				   enum stat_family family, FILE *out)
{
	const struct openmetrics_family *f = &stat_openmetrics_stages[family];
	const struct dpc_stage_stats *stats = &s->counters.stage[stage];
	char *labels = stat_openmetrics_labels(s, stage);
	uint32_t budget_us = s->counters.budget_us[stage];

	switch (family) {
	case FAMILY_TIMES:
		stat_openmetrics_times(out, f, labels, stats);
		break;
	case FAMILY_LONGEST:
		if (stats->count)
			openmetrics_seconds(out, f, "", labels, stats->max_ns);
		break;
	case FAMILY_BUDGET:
		if (budget_us)
			openmetrics_seconds(out, f, "", labels, budget_us * NSEC_PER_USEC);
		break;
	case FAMILY_OVER:
		openmetrics_number(out, f, "_total", labels, stats->over_budget);
		break;
	default:
		openmetrics_number(out, f, "_total", labels, stats->coalesced);
		break;
	}
	free(labels);
}

static void stat_openmetrics_of_stages(const struct stat_metrics *m, FILE *out)
{
	unsigned int f, i, stage;

	for (f = 0; f < FAMILY_NR; f++) {
		openmetrics_begin(out, &stat_openmetrics_stages[f]);
		for (i = 0; i < m->nr; i++)
			for (stage = 0; stage < DPC_STAGE_NR && !m->list[i].split; stage++)
				stat_openmetrics_stage(&m->list[i], stage, f, out);
	}
}

static void stat_openmetrics_raises(const struct stat_metrics *m, FILE *out)
{
	static const struct openmetrics_family f = {
		"dpc_raise_to_isr_seconds", "histogram", "seconds",
		"From a raise to the start of its ISR, since the last reset.",
	};
	unsigned int i;
	char *labels;

	openmetrics_begin(out, &f);
	for (i = 0; i < m->nr; i++) {
		if (!m->list[i].has_raises)
			continue;
		labels = stat_openmetrics_labels(&m->list[i], DPC_STAGE_NR);
		stat_openmetrics_times(out, &f, labels, &m->list[i].raises.wait);
		free(labels);
	}
}

static void stat_openmetrics_violations(const struct stat_metrics *m, FILE *out)
{
	static const struct openmetrics_family f =
		COUNTER("violations", "How often any driver has broken a rule.");

	openmetrics_begin(out, &f);
	if (m->nr)
		openmetrics_number(out, &f, "_total", NULL, m->list[0].counters.violations);
}

int stat_openmetrics_write(const struct stat_metrics *m, const char *path)
{
	struct output out;

	if (output_open(&out, path))
		return -1;
	stat_openmetrics_tool(out.file);
	stat_openmetrics_objects(m, out.file);
	stat_openmetrics_of_objects(m, out.file);
	stat_openmetrics_of_stages(m, out.file);
	stat_openmetrics_raises(m, out.file);
	stat_openmetrics_violations(m, out.file);
	openmetrics_end(out.file);
	return output_close(&out, true);
}
