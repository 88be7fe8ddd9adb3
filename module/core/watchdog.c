// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watchdog: calls and series of calls that take too long at DISPATCH (B3, B4).
 *
 * It is one hard timer per CPU, and is not armed per call.  When it fires, it reads
 * when the running call and series began, and sets itself to the moment at which
 * these would reach their limits.  If nothing runs, that is one limit from now,
 * because a call that begins later can't reach its limit sooner.  So a violation is
 * seen when it happens, at a cost of one interrupt per limit.  If no drain has run
 * since the last interrupt, the timer stops, and the next drain starts it again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "clock.h"
#include "run.h"
#include "stats.h"
#include "watchdog.h"

#include "../compat.h"

#include <linux/atomic.h>
#include <linux/dpc_watchdog.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched/debug.h>
#include <trace/events/dpc.h>

/*
 * Module parameters; 0 is off.  A change is followed by dpc_watchdog_changed().  The
 * defaults are 1000 and 10000 times the time that a call may take (B1).
 */
u32 dpc_watchdog_limit_us[DPC_WATCHDOG_NR] = {
	[DPC_WATCHDOG_CALL]	= 100000,
	[DPC_WATCHDOG_SERIES]	= 1000000,
};

bool dpc_watchdog_panic;

static const char * const dpc_watchdog_what[DPC_WATCHDOG_NR] = {
	[DPC_WATCHDOG_CALL]	= "call",
	[DPC_WATCHDOG_SERIES]	= "series of calls",
};

static atomic64_t dpc_watchdog_count[DPC_WATCHDOG_NR];

/*
 * @reported: the start that was reported last, for each queue and kind, so that each
 *	is reported once
 * @raise: dpc_run.raises of the raise that was found last
 * @raise_found: the time at which it was found
 * @raise_reported: whether it was reported
 */
struct dpc_watchdog {
	struct hrtimer	timer;
	u64		reported[DPC_QUEUE_KINDS][DPC_WATCHDOG_NR];
	u32		raise;
	u64		raise_found;
	bool		raise_reported;
};

/* Own CPU only. */
static DEFINE_PER_CPU(struct dpc_watchdog, dpc_watchdogs);

/* The shortest wait, in case two clocks disagree about the time that has passed. */
#define DPC_WATCHDOG_MIN_NS	(10 * NSEC_PER_USEC)

/* A series is over its limit, but the timer hit no routine that could be named. */
#define DPC_WATCHDOG_RETRY_NS	(50 * NSEC_PER_USEC)

/* ---- Seen while it happens (B4) ------------------------------------------ */

static u64 dpc_watchdog_limit_ns(enum dpc_watchdog_kind kind)
{
	return READ_ONCE(dpc_watchdog_limit_us[kind]) * (u64)NSEC_PER_USEC;
}

/* The stack of the culprit; on PREEMPT_RT it may have been preempted. */
static void dpc_watchdog_stack(struct task_struct *task)
{
	if (likely(!task || task == current))
		dump_stack();
	else
		sched_show_task(task);
}

/* @task: whose stack is to be shown, NULL for the one that was interrupted */
static void dpc_watchdog_report(const struct dpc_stats *stats, void *function,
				struct task_struct *task, enum dpc_watchdog_kind kind,
				u64 used, u64 allowed)
{
	atomic64_inc(&dpc_watchdog_count[kind]);
	trace_dpc_watchdog(stats, function, kind, used, allowed);
	pr_err("watchdog: %s: %s at DISPATCH has taken %llu us, allowed %llu us; in routine %ps, CPU %d:\n",
	       stats->name, dpc_watchdog_what[kind], div_u64(used, NSEC_PER_USEC),
	       div_u64(allowed, NSEC_PER_USEC), function, smp_processor_id());
	dpc_watchdog_stack(task);
	if (READ_ONCE(dpc_watchdog_panic))
		panic("dpc watchdog: %s at DISPATCH too long in %ps",
		      dpc_watchdog_what[kind], function);
}

/* Whether no thread has run since the series in @run went on last. */
static bool dpc_watchdog_unbroken(const struct dpc_run *run)
{
	return run->function || !dpc_run_is_over(run);
}

/*
 * Look for one kind of violation by the drain that @run belongs to.
 * @reported: the start that was reported last
 * Return: ns until it has to be looked at again, U64_MAX if it is off.
 */
static u64 dpc_watchdog_look(u64 *reported, const struct dpc_run *run,
			     enum dpc_watchdog_kind kind, u64 start)
{
	u64 limit = dpc_watchdog_limit_ns(kind);
	u64 used;

	if (!limit)
		return U64_MAX;
	/* Nothing to report, or nothing that has not been reported. */
	if (!start || *reported == start)
		return limit;

	used = dpc_clock_since(start);
	if (used < limit)
		return limit - used;
	/* Between two routines of a series: the next one gets named. */
	if (!READ_ONCE(run->function))
		return dpc_watchdog_unbroken(run) ? DPC_WATCHDOG_RETRY_NS : limit;
	*reported = start;
	dpc_watchdog_report(run->stats, run->stats->named ?: run->function, run->task, kind,
			    used, limit);
	return limit;
}

/* Both kinds, @reported[DPC_WATCHDOG_NR].  The threaded one may be preempted by now. */
static u64 dpc_watchdog_look_queue(u64 *reported, const struct dpc_run *run)
{
	u64 call = dpc_watchdog_look(&reported[DPC_WATCHDOG_CALL], run, DPC_WATCHDOG_CALL,
				     READ_ONCE(run->function) ? run->call_start : 0);
	u64 series = dpc_watchdog_look(&reported[DPC_WATCHDOG_SERIES], run,
				       DPC_WATCHDOG_SERIES, dpc_run_series_start(run));

	return min(call, series);
}

/*
 * Look at a thread that went up to DISPATCH.  Its time counts from when it was
 * found there, so it is reported after one limit at the earliest and two at the
 * latest.
 */
static u64 dpc_watchdog_look_raised(struct dpc_watchdog *wd, const struct dpc_run *run)
{
	u64 limit = dpc_watchdog_limit_ns(DPC_WATCHDOG_SERIES);
	u64 used;

	if (!limit)
		return U64_MAX;
	/* Gone down by other means than dpc_level_lower()? */
	if (!READ_ONCE(run->raised_by) || !softirq_count())
		return limit;
	if (wd->raise != run->raises) {
		wd->raise = run->raises;
		wd->raise_found = dpc_clock();
		wd->raise_reported = false;
	}
	used = dpc_clock_since(wd->raise_found);
	if (wd->raise_reported)
		return limit;
	if (used < limit)
		return limit - used;
	wd->raise_reported = true;
	dpc_watchdog_report(&dpc_unbound_stats, (void *)run->raised_by, NULL,
			    DPC_WATCHDOG_SERIES, used, limit);
	return limit;
}

static enum hrtimer_restart dpc_watchdog_expired(struct hrtimer *timer)
{
	struct dpc_watchdog *wd = container_of(timer, struct dpc_watchdog, timer);
	struct dpc_run *runs = raw_cpu_ptr(dpc_runs);
	struct dpc_run *run = &runs[DPC_QUEUE_ORDINARY];
	u8 watched;
	u64 next;

	/* The timer of a CPU that has gone offline; dpc_watchdog_prepare() restarts it. */
	if (wd != this_cpu_ptr(&dpc_watchdogs))
		return HRTIMER_NORESTART;

	/* Unless the limits have changed: then the next drain sees to it. */
	watched = cmpxchg(&run->watched, DPC_WATCHED, DPC_WATCHED_IDLE);

	next = dpc_watchdog_look_raised(wd, run);
	next = min(next, dpc_watchdog_look_queue(wd->reported[DPC_QUEUE_ORDINARY], run));
	next = min(next, dpc_watchdog_look_queue(wd->reported[DPC_QUEUE_THREADED],
						 &runs[DPC_QUEUE_THREADED]));

	/* Off: as good as armed, until dpc_watchdog_changed(). */
	if (next == U64_MAX)
		return HRTIMER_NORESTART;
	if (watched == DPC_WATCHED_IDLE && !run->function && !run->raised_by &&
	    !runs[DPC_QUEUE_THREADED].function) {
		WRITE_ONCE(run->watched, DPC_UNWATCHED);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(timer, ns_to_ktime(max_t(u64, next, DPC_WATCHDOG_MIN_NS)));
	return HRTIMER_RESTART;
}

/* The shorter of the limits that are on, U64_MAX if none is. */
static u64 dpc_watchdog_shortest(void)
{
	enum dpc_watchdog_kind kind;
	u64 shortest = U64_MAX;

	for (kind = 0; kind < DPC_WATCHDOG_NR; kind++) {
		u64 limit = dpc_watchdog_limit_ns(kind);

		if (limit)
			shortest = min(shortest, limit);
	}
	return shortest;
}

/*
 * The first drain or raise since the timer fired or stopped, on this CPU: at DISPATCH,
 * or with interrupts off.
 */
void dpc_watchdog_watch(void)
{
	struct dpc_run *run = &raw_cpu_ptr(dpc_runs)[DPC_QUEUE_ORDINARY];
	u64 shortest;

	/* The first since the timer fired. */
	if (cmpxchg(&run->watched, DPC_WATCHED_IDLE, DPC_WATCHED) == DPC_WATCHED_IDLE)
		return;
	WRITE_ONCE(run->watched, DPC_WATCHED);
	/* Partner: dpc_watchdog_changed(), which may come between. */
	smp_mb();
	shortest = dpc_watchdog_shortest();
	if (shortest == U64_MAX)
		return;
	hrtimer_start(&raw_cpu_ptr(&dpc_watchdogs)->timer, ns_to_ktime(shortest),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

/**
 * dpc_watchdog_raised - a thread has gone up to DISPATCH
 * @ip: an address in the code that raised it, which is named if it stays there too long
 *
 * Context: that thread, bottom halves off since then.
 */
void dpc_watchdog_raised(unsigned long ip)
{
	dpc_watchdog_see(dpc_run_raise(ip));
}
EXPORT_SYMBOL_NS_GPL(dpc_watchdog_raised, DPC_CORE_INTERNAL_NS);

/**
 * dpc_watchdog_lowered - a thread is about to leave DISPATCH
 *
 * Context: that thread, bottom halves still off.
 */
void dpc_watchdog_lowered(void)
{
	dpc_run_lower();
}
EXPORT_SYMBOL_NS_GPL(dpc_watchdog_lowered, DPC_CORE_INTERNAL_NS);

/* A limit was set: the next drain of each CPU takes note. */
void dpc_watchdog_changed(void)
{
	unsigned int cpu;

	smp_mb();	/* pairs with dpc_watchdog_watch() */
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(dpc_runs, cpu)[DPC_QUEUE_ORDINARY].watched, DPC_UNWATCHED);
}

/* Does the same as the module parameter, for tests. */
void dpc_watchdog_set_limit(enum dpc_watchdog_kind kind, u32 limit_us)
{
	WRITE_ONCE(dpc_watchdog_limit_us[kind], limit_us);
	dpc_watchdog_changed();
}
EXPORT_SYMBOL_IF_KUNIT(dpc_watchdog_set_limit);

/* @cpu is about to come online.  Its timer went elsewhere when it left. */
void dpc_watchdog_prepare(unsigned int cpu)
{
	hrtimer_cancel(&per_cpu(dpc_watchdogs, cpu).timer);
	WRITE_ONCE(per_cpu(dpc_runs, cpu)[DPC_QUEUE_ORDINARY].watched, DPC_UNWATCHED);
}

void dpc_watchdog_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		hrtimer_setup(&per_cpu(dpc_watchdogs, cpu).timer, dpc_watchdog_expired,
			      CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
}

void dpc_watchdog_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		hrtimer_cancel(&per_cpu(dpc_watchdogs, cpu).timer);
}

/* ---- Questions ----------------------------------------------------------- */

/* Time left of @limit for a call or series that began at @start; 0 is "not begun". */
static u64 dpc_watchdog_left(u64 limit, u64 start, u64 now)
{
	u64 used = start ? dpc_clock_ns(dpc_clock_between(start, now)) : 0;

	return used < limit ? limit - used : 0;
}

int dpc_watchdog_query(struct dpc_watchdog_info *info)
{
	const struct dpc_watchdog *wd = raw_cpu_ptr(&dpc_watchdogs);
	const struct dpc_run *ordinary = &raw_cpu_ptr(dpc_runs)[DPC_QUEUE_ORDINARY];
	const struct dpc_run *run = dpc_running();
	u64 call = dpc_watchdog_limit_ns(DPC_WATCHDOG_CALL);
	u64 series = dpc_watchdog_limit_ns(DPC_WATCHDOG_SERIES);
	u64 now = dpc_clock(), series_start = 0;

	if (!run && (!in_softirq() || in_hardirq()))
		return -EPERM;
	if (run)
		series_start = dpc_run_series_start(run);
	else if (ordinary->raised_by && wd->raise == ordinary->raises)
		series_start = wd->raise_found;
	*info = (struct dpc_watchdog_info){
		.call_limit_ns	 = call,
		.call_left_ns	 = dpc_watchdog_left(call, run ? run->call_start : 0, now),
		.series_limit_ns = series,
		.series_left_ns	 = dpc_watchdog_left(series, series_start, now),
	};
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_watchdog_query);

u64 dpc_watchdog_violations(enum dpc_watchdog_kind kind)
{
	return (u32)kind < DPC_WATCHDOG_NR ? atomic64_read(&dpc_watchdog_count[kind]) : 0;
}
EXPORT_SYMBOL_GPL(dpc_watchdog_violations);
