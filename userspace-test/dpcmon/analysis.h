/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From events to numbers: the same for live and for recorded traces.
 *
 * Memory does not depend on the length of the trace: histograms, a bounded
 * table of open calls, and a window of the last interrupts of each object.
 * Events of one CPU come in order; events of different CPUs need not.
 */
#ifndef DPCMON_ANALYSIS_H
#define DPCMON_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "books.h"
#include "cpu.h"
#include "event.h"
#include "object.h"
#include "pairs.h"

/* The budgets that the user gave; they win over the trace's. */
struct budgets {
	bool		given[DPC_STAGE_NR];
	uint32_t	us[DPC_STAGE_NR];
};

struct analysis {
	struct budgets	budgets;
	struct object	**objects;
	unsigned int	nr_objects;
	uint64_t	objects_left_out;	/* events of more than OBJECT_MAX */
	struct cpu	**cpus;			/* by number; NULL if unseen */
	unsigned int	nr_cpus;
	struct pairs	pairs;
	struct overrun	overrun;		/* the first: --stop-on-overrun stops at it */
	bool		stop_on_overrun;	/* the trace ends at @overrun */
	char		*disturbed;		/* what others did to the trace, or NULL */
	bool		hardirqs;		/* hard interrupts of others are in the trace */
	uint64_t	events;			/* of ours, hard interrupts too */
	uint64_t	first_ts;
	uint64_t	last_ts;
};

struct analysis *analysis_new(const struct budgets *budgets);
void analysis_free(struct analysis *a);
void analysis_event(struct analysis *a, const struct dpcmon_event *e);
void analysis_introduce(struct analysis *a, const struct dpcmon_event *e);
void analysis_lost(struct analysis *a, int cpu, long long lost);
void analysis_disturbed(struct analysis *a, const char *what);
/* The kernel stopped the trace by --stop-on-overrun, or somebody else did. */
void analysis_trace_stopped(struct analysis *a);
void analysis_finish(struct analysis *a);

struct cpu *analysis_cpu(struct analysis *a, int nr);
uint64_t analysis_interrupts(const struct object *o);
uint64_t analysis_missing(const struct object *o);
struct balance analysis_balance(const struct analysis *a, const struct object *o);
uint64_t analysis_lost_total(const struct analysis *a, bool *exact);
bool analysis_stopped(const struct analysis *a);
bool analysis_measured(const struct analysis *a);
bool analysis_judged(const struct analysis *a);
uint64_t analysis_over_budget(const struct analysis *a);

#endif /* DPCMON_ANALYSIS_H */
