/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What runs on each CPU, learned from the kernel's events: which call is inside of which, how
 * long each took, and what it was that waited.
 *
 * A call belongs to a CPU and a context there, not to a thread's number: an idle CPU's
 * interrupts are all of thread 0.  So each CPU has a stack of calls.  Interrupts and
 * softirqs are put on it and taken off in turn.  What a thread does, a work item or, on
 * PREEMPT_RT, a softirq, goes with the thread when the CPU switches to another one.
 *
 * Memory does not depend on the length of the trace.
 */
#ifndef DPCMON_SYSTEM_H
#define DPCMON_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "system_event.h"
#include "system_row.h"

struct system_cpu;
struct system_thread;
struct system_request;
struct tasks;

#define SYSTEM_DEPTH		32	/* calls inside of each other */
#define SYSTEM_REQUESTS		4096	/* of work items */
#define SYSTEM_THREADS		1024	/* that have calls open, or wait to run */

/**
 * struct system - all that was learned
 * @rows: times of each routine
 * @cpus: by number; NULL for one without an event
 * @nr_cpus: length of @cpus
 * @threads: those that are switched out, by a hash of their number
 * @requests: of work items, by a hash of their address
 * @tasks: names of threads that no event has named; belongs to the trace; NULL for none
 * @switches: the trace has switches, so what a thread does can be told from what others do
 * @events: number of events
 * @seen: the same by enum system_event_type
 * @lost: number of events that were lost, of those gaps whose size is known
 * @gaps: number of gaps whose size is not known
 * @calls: number of calls that have begun
 * @cut: calls that are not counted because their beginning or end is missing
 * @first_ts: smallest time stamp, 0 for none
 * @last_ts: largest one
 */
struct system {
	struct system_rows	rows;
	struct system_cpu	**cpus;
	unsigned int		nr_cpus;
	struct system_thread	*threads;
	struct system_request	*requests;
	const struct tasks	*tasks;
	bool			switches;
	uint64_t		events;
	uint64_t		seen[SYSTEM_EVENT_NR];
	uint64_t		lost;
	uint64_t		gaps;
	uint64_t		calls;
	uint64_t		cut;
	uint64_t		first_ts;
	uint64_t		last_ts;
};

/* @budget_ns: by enum dpc_stage, 0 for none.  @tasks must stay. */
struct system *system_new(const uint64_t *budget_ns, const struct tasks *tasks);
void system_free(struct system *s);

/* Takes the next event; the events of one CPU come in order. */
void system_event(struct system *s, const struct system_event *e);

/*
 * What CPU @cpu did from @from to @to, as far as it is remembered, into @w.
 * Return: whether an event from @to or later has said what it did until then.
 */
bool system_look_back(const struct system *s, int cpu, uint64_t from, uint64_t to,
		      struct system_worst *w);

/**
 * struct system_open - a call that has not returned
 * @row: what it is; that of the library's ISRs is known when they end
 * @id: its number
 * @start: when it began
 * @wait_ns: time from its request to @start; 0 if that is not known
 * @from: CPU of that request
 */
struct system_open {
	const struct system_row	*row;
	uint64_t		id;
	uint64_t		start;
	uint64_t		wait_ns;
	int			from;
};

/*
 * The calls that are open on @cpu, the outermost one first; *@pid is the thread that has the
 * CPU, -1 if that is not known.  Return: how many.
 */
unsigned int system_open_calls(const struct system *s, int cpu,
			       struct system_open open[SYSTEM_DEPTH], int *pid);

/* The action of an interrupt's thread, by the thread's name. */
const char *system_thread_action(const char *name);

/* There are no more: what is still open is cut, and counted as far as it is too long already. */
void system_finish(struct system *s);

#endif /* DPCMON_SYSTEM_H */
