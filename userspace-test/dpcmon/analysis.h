/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes numbers of events, in the same way for live and for recorded traces.
 *
 * live.c and trace_file.c feed it; report*.c, check.c, measure.c and verdict.c read it.
 * What belongs to one CPU is kept by cpu.c, what belongs to one interrupt by worst.c, the
 * halves of calls by pairs.c, the sums of interrupts by books.c, device errors by errors.c.
 *
 * Memory does not depend on the length of the trace: histograms, a bounded table of open
 * calls, and a window of the last interrupts of each object.  Events of one CPU come in
 * order; events of different CPUs need not.
 */
#ifndef DPCMON_ANALYSIS_H
#define DPCMON_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "books.h"
#include "budgets.h"
#include "cpu.h"
#include "event.h"
#include "object.h"
#include "pairs.h"

/**
 * struct analysis - all that was learned from a trace
 * @budgets: those of the user
 * @objects: one for each interrupt object and each DPC routine without one, in the order in
 *	which they were seen; owned by the analysis
 * @nr_objects: length of @objects; at most OBJECT_MAX
 * @objects_left_out: events of objects beyond OBJECT_MAX, which were not counted
 * @cpus: state of each CPU, by its number; NULL for a CPU without an event
 * @nr_cpus: length of @cpus
 * @pairs: calls of which one half was seen
 * @overrun: the dpc_overrun event with the smallest time stamp; --stop-on-overrun stops
 *	the trace at it
 * @stop_on_overrun: the trace ends at @overrun; set by the caller after analysis_new()
 * @errors: errors of devices without an interrupt object
 * @disturbed: what others did to the trace, as a sentence; NULL if nothing
 * @hardirqs: the trace has hard interrupts of others, so what hit a DPC is known
 * @warming: events that the warm-up has left out
 * @events: events that were counted, hard interrupts included
 * @first_ts: smallest time stamp of these events, ns of the trace's clock; 0 for none
 * @last_ts: largest time stamp
 */
struct analysis {
	struct budgets	budgets;
	struct object	**objects;
	unsigned int	nr_objects;
	uint64_t	objects_left_out;
	struct cpu	**cpus;
	unsigned int	nr_cpus;
	struct pairs	pairs;
	struct overrun	overrun;
	bool		stop_on_overrun;
	struct errors	errors;
	char		*disturbed;
	bool		hardirqs;
	uint64_t	warming;
	uint64_t	events;
	uint64_t	first_ts;
	uint64_t	last_ts;
};

/* Copies @budgets; NULL for none.  analysis_free() frees what it returns; NULL is allowed. */
struct analysis *analysis_new(const struct budgets *budgets);
void analysis_free(struct analysis *a);

/* Counts one event.  The strings of @e are copied. */
void analysis_event(struct analysis *a, const struct dpcmon_event *e);

/*
 * Names an interrupt object before the trace does: @e is like an EV_INTERRUPT event, but
 * does not come from the trace and is not counted as an event.
 */
void analysis_introduce(struct analysis *a, const struct dpcmon_event *e);

/* @lost events of @cpu are missing here; -1 if their number is not known. */
void analysis_lost(struct analysis *a, int cpu, long long lost);

/* Adds @what, a sentence, to what others did to the trace.  Copies it. */
void analysis_disturbed(struct analysis *a, const char *what);

/*
 * The trace was found stopped, and --stop-on-overrun was on.  If the trace has an overrun,
 * the kernel stopped it there; if it has none, somebody else has.
 */
void analysis_trace_stopped(struct analysis *a);

/* There are no more events: calls that are still open count as halves without a partner. */
void analysis_finish(struct analysis *a);

/* The state of CPU @nr, which becomes known by that. */
struct cpu *analysis_cpu(struct analysis *a, int nr);

/* Number of interrupts that the ISR of @o has handled. */
uint64_t analysis_interrupts(const struct object *o);

/* Number of interrupt numbers between the first and the last that no ISR event had. */
uint64_t analysis_missing(const struct object *o);

/* What became of the interrupts of @o. */
struct balance analysis_balance(const struct analysis *a, const struct object *o);

/*
 * Return: number of events that were lost on all CPUs; a gap of unknown size counts as one
 * event, and *@exact is false then.
 */
uint64_t analysis_lost_total(const struct analysis *a, bool *exact);

/* Whether --stop-on-overrun ended the trace: it has no events after the overrun. */
bool analysis_stopped(const struct analysis *a);

/* Whether there is a time of any stage. */
bool analysis_measured(const struct analysis *a);

/*
 * Number of times, of all stages of all objects, that were over the budget, also if they may
 * be; judge.h has the judgement.
 */
uint64_t analysis_over_budget(const struct analysis *a);

#endif /* DPCMON_ANALYSIS_H */
