/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each CPU notes about the drain and the routine that it runs.  All functions
 * that write to it are here; they are on the path of every DPC.
 */
#ifndef _DPC_CORE_RUN_H
#define _DPC_CORE_RUN_H

#include "clock.h"
#include "queue_kind.h"

#include <linux/dpc_interrupt.h>
#include <linux/dpc_stats.h>
#include <linux/percpu.h>
#include <linux/sched.h>

/* dpc_run.watched */
enum dpc_watched {
	DPC_UNWATCHED,		/* the next drain or raise arms the watchdog's timer */
	DPC_WATCHED,		/* that is armed, or the watchdog is off */
	DPC_WATCHED_IDLE,	/* armed, and no drain or raise has come since it fired */
};

/*
 * What this CPU is in, per kind of queue.  Written and read by this CPU alone:
 * by the drain, by the routines that it calls, and by the watchdog's timer,
 * which is a hard interrupt on the same CPU.  Only @watched is written by others.
 *
 * @function: the running routine, NULL outside of drains; between two routines of
 *	one drain it may be the first
 * @call_start: when that was entered, in ticks of dpc_clock()
 * @stats: the accounting that it belongs to; that of the queue, unless an interrupt
 *	object has set its own
 * @block: where the queue counts its routines on this CPU; constant
 * @served: what the running routine of an interrupt object serves, where no other
 *	can come between (not dpc_run_has_task())
 * @drain_start: when the drain began
 * @series_start: when the first drain began since a thread last ran, 0 if that is
 *	the one that runs, or if none does
 * @watched: enum dpc_watched, of the ordinary queue for both; a change of limits sets
 *	DPC_UNWATCHED from another CPU
 * @in_hardirq: a routine runs with hard interrupts off, on top of what the
 *	other fields describe (model_hardirq.c)
 * @task: whose context the drain runs in, where that can be preempted
 *	(dpc_run_has_task()); else whatever runs on the CPU
 * @series_task: in whose context the last drain was suspended
 * @series_switches: how often that task had been switched out by then; of a drain
 *	that can be preempted and is at work: when it began
 * @raised_by: code that raised a thread to DISPATCH (dpc_level_raise()) and has
 *	not lowered it again, 0 if none has
 * @raises: how many raises there were
 */
struct dpc_run {
	void			*function;
	u64			call_start;
	struct dpc_stats	*stats;
	struct dpc_stats_block	*block;
	u64			drain_start;
	u64			series_start;
	u8			watched;
	bool			in_hardirq;
	struct task_struct	*task;
	struct task_struct	*series_task;
	unsigned long		series_switches;
	unsigned long		raised_by;
	u32			raises;
	struct dpc_served	served;
};

DECLARE_PER_CPU(struct dpc_run [DPC_QUEUE_KINDS], dpc_runs);

struct dpc_run *dpc_running(void);

/* Whether threads can preempt drains of that kind. */
static __always_inline bool dpc_run_has_task(enum dpc_queue_kind kind)
{
	return kind == DPC_QUEUE_THREADED || IS_ENABLED(CONFIG_PREEMPT_RT);
}

static inline unsigned long dpc_run_switches(const struct task_struct *task)
{
	return task->nvcsw + task->nivcsw;
}

/* Whether a thread has got the CPU since a drain suspended its series. */
static inline bool dpc_run_is_over(const struct dpc_run *run)
{
	return run->series_task != current ||
	       run->series_switches != dpc_run_switches(current);
}

/*
 * A drain begins at @now.  Bottom halves are off, or (threaded) this is a thread
 * that belongs to this CPU.  The caller tells the watchdog: dpc_watchdog_see().
 */
static __always_inline struct dpc_run *dpc_run_enter(enum dpc_queue_kind kind, u64 now)
{
	struct dpc_run *run = raw_cpu_ptr(&dpc_runs[kind]);

	/* Keeps gcc from computing the address twice (docs/performance.md). */
	OPTIMIZER_HIDE_VAR(run);
	run->drain_start = now;
	if (dpc_run_has_task(kind)) {
		if (run->series_start && dpc_run_is_over(run))
			run->series_start = 0;
		run->series_switches = dpc_run_switches(current);
		WRITE_ONCE(run->task, current);
	}
	return run;
}

/*
 * When the series began that the drain at work, if any, is part of; else 0.  A drain
 * that was preempted counts from its own beginning: what came before ended there.
 */
static inline u64 dpc_run_series_start(const struct dpc_run *run)
{
	const struct task_struct *task = run->task;
	bool over;

	if (task && run->function)
		over = run->series_switches != dpc_run_switches(task);
	else
		over = dpc_run_is_over(run);
	if (run->series_start && !over)
		return run->series_start;
	return run->function ? run->drain_start : 0;
}

static __always_inline void dpc_run_leave(struct dpc_run *run, enum dpc_queue_kind kind)
{
	WRITE_ONCE(run->function, NULL);
	if (dpc_run_has_task(kind))
		WRITE_ONCE(run->task, NULL);
	run->series_start = 0;
}

/* dpc_run_leave() with work left: the next drain belongs to the same series. */
static inline void dpc_run_suspend(struct dpc_run *run, enum dpc_queue_kind kind)
{
	u64 series_start = dpc_run_series_start(run) ?: run->drain_start;

	/* Where the drain was preempted, a thread has had its turn: begin anew. */
	if (dpc_run_has_task(kind) && run->series_switches != dpc_run_switches(current))
		series_start = dpc_clock();
	dpc_run_leave(run, kind);
	run->series_start = series_start;
	run->series_task = current;
	run->series_switches = dpc_run_switches(current);
}

/*
 * A thread goes up to DISPATCH, in the name of the code at @ip.  This reads no clock:
 * the watchdog reads its own when it finds the thread there.
 */
static inline struct dpc_run *dpc_run_raise(unsigned long ip)
{
	struct dpc_run *run = &raw_cpu_ptr(dpc_runs)[DPC_QUEUE_ORDINARY];

	WRITE_ONCE(run->raises, run->raises + 1);
	WRITE_ONCE(run->raised_by, ip);
	return run;
}

static inline void dpc_run_lower(void)
{
	WRITE_ONCE(raw_cpu_ptr(dpc_runs)[DPC_QUEUE_ORDINARY].raised_by, 0);
}

/* A routine begins at @start; see struct dpc_run.  It ends with the drain or the next one. */
static __always_inline void dpc_run_note(struct dpc_run *run, void *function, u64 start)
{
	WRITE_ONCE(run->call_start, start);
	barrier();	/* the watchdog's interrupt finds the start of this routine */
	WRITE_ONCE(run->function, function);
}

/* The same of a routine that @stats accounts for, which may not be that of the queue. */
static __always_inline void dpc_run_call(struct dpc_run *run, struct dpc_stats *stats,
					 void *function, u64 start)
{
	run->stats = stats;
	dpc_run_note(run, function, start);
}

#endif /* _DPC_CORE_RUN_H */
