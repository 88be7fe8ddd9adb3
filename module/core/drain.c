// SPDX-License-Identifier: GPL-2.0-only
/*
 * The drain: calls the routines of one queue, one at a time.  Whoever carries
 * it (kick.c) calls again as long as that says that there is more.
 */
#include "call.h"
#include "check.h"
#include "clock.h"
#include "drain.h"
#include "queue.h"
#include "run.h"
#include "stats.h"
#include "trace.h"
#include "watchdog.h"

#include <linux/jiffies.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

/*
 * One pass hands back after this time, even when a routine keeps queueing itself:
 * to the softirq loop, so that its limit (the same one, then ksoftirqd) and other
 * softirqs get their turn; or to the thread, which goes on as an ordinary one.
 */
#define DPC_DRAIN_PASS_NS	(2 * NSEC_PER_MSEC)

/* The fewest ticks that are DPC_DRAIN_PASS_NS. */
static u64 dpc_drain_pass __ro_after_init;

/* The first object on @q is the flush's mark: take it off.  Interrupts are off. */
static noinline void dpc_drain_mark(struct dpc_cpu_queue *q)
	__must_hold(&q->lock)
{
	dpc_unmark_locked(q);
	q->executing = DPC_BETWEEN;
	dpc_queue_unlock(q);
	dpc_flush_done();
	dpc_queue_lock(q);
}

/*
 * Run @dpc, the first on @q, which is serialised, named, traced, or of the other kind than
 * @q.  Interrupts are off and the lock is held, before and after.
 */
static noinline void dpc_drain_special(struct dpc_cpu_queue *q, struct dpc *dpc,
				       struct dpc_run *run, struct dpc_stats *stats)
	__must_hold(&q->lock)
{
	const struct dpc_call call = {
		.stats = stats,
		.function = dpc_function(dpc),
		.routine = dpc->routine,
		.dpc = dpc,
		.context = dpc->context,
		.arg1 = dpc->arg1,
		.arg2 = dpc->arg2,
	};
	u8 flags = dpc->flags;

	q->executing = dpc;
	if (flags & DPC_F_SERIALISED)
		/* Not @q if that belongs to a CPU that is offline. */
		dpc->running_on = raw_cpu_ptr(dpc_cpu_queues)[q->kind].id;
	dpc_take_locked(q, dpc);
	dpc_queue_unlock(q);
	local_irq_enable();
	smp_mb();	/* [B] */

	if (flags & DPC_F_ACCOUNTS)
		call.routine(dpc, call.context, call.arg1, call.arg2);
	else
		dpc_call(run, &call);

	local_irq_disable();
	dpc_queue_lock(q);
	/* Only a serialised object is touched after its call; see dpc_set_serialised(). */
	if (flags & DPC_F_SERIALISED) {
		/* The CPU that claims it next sees the effects of this call: [D] in queue.c. */
		smp_store_release(&dpc->running_on, 0);
	}
}

/*
 * Run @dpc, the first on @q, which an interrupt object owns.  The interrupt object does
 * all that is needed around the routine, and queues the DPC under its own lock.  So no
 * request is ever refused, and [B] is not needed.  Interrupts are off before and after,
 * and on while the routine runs.
 * Return: the time at which the routine had returned.
 */
static __always_inline u64 dpc_drain_owned(struct dpc_cpu_queue *q, struct dpc *dpc,
					   struct dpc_run *run, u64 now)
	__must_hold(&q->lock)
{
	dpc_owned_t owned = dpc->owned;

	q->executing = dpc;
	dpc_take_locked(q, dpc);
	dpc_queue_unlock(q);
	now = owned(dpc, run, now);
	dpc_queue_lock(q);
	return now;
}

/*
 * Number of fast calls that are counted at once, and after which a drain looks whether
 * its pass is over.  A fast call takes less than a microsecond.
 */
#define DPC_DRAIN_FAST		64

/*
 * The fast calls that have not been counted yet.  A call begins when the one before it
 * has returned, so their times add up to the time since the first one began.  Readers
 * of the accounting may miss up to DPC_DRAIN_FAST calls; a reader that flushed first
 * sees them all.
 *
 * @from: time at which the first one began
 * @room: number of calls that still fit, negated
 */
struct dpc_drain_fast {
	u64	from;
	int	room;
};

static __always_inline void dpc_drain_restart(struct dpc_drain_fast *fast, u64 now)
{
	fast->from = now;
	fast->room = -DPC_DRAIN_FAST;
}

/* Count what @fast has up to @to. */
static __always_inline void dpc_drain_count(struct dpc_run *run,
					    const struct dpc_drain_fast *fast, u64 to)
{
	dpc_stats_fast(run->block, fast->room + DPC_DRAIN_FAST, to - fast->from);
}

/*
 * A call was not fast: count it, and the fast ones before it.  Returns with interrupts
 * off and @q locked.
 * Return: the time after the counting, which is not part of the next call.
 */
static noinline u64 dpc_drain_count_slow(struct dpc_cpu_queue *q, struct dpc_run *run,
					 struct dpc_drain_fast fast, u64 start, u64 end,
					 void *routine)
	__acquires(&q->lock)
{
	preempt_disable();
	dpc_drain_count(run, &fast, start);
	dpc_stats_slow(run->stats, DPC_STAGE_DPC, end - start, dpc_clock_ns(end - start), NULL,
		       routine);
	preempt_enable();
	end = dpc_clock();
	local_irq_disable();
	dpc_queue_lock(q);
	return end;
}

/*
 * Run @dpc, the first on @q, which is of the kind of @q, has no other flags, and is not
 * traced.  This is the hot path of dpc_drain_special().
 * @level: the level of routines
 * @kind, @accounts: see dpc_drain_queue()
 * @now: in: the time at which the call before returned, which is taken as the start of
 *	this one; out: the time at which this one has returned
 * Return: true if the call was fast and is not counted yet; false if it was counted,
 * or if the accounting is off.
 */
static __always_inline bool dpc_drain_one(struct dpc_cpu_queue *q, struct dpc *dpc,
					  struct dpc_run *run, struct dpc_stats *stats,
					  struct dpc_level *level, enum dpc_queue_kind kind,
					  bool accounts, const struct dpc_drain_fast *fast,
					  u64 *now)
	__must_hold(&q->lock)
{
	/* Read all that the call needs: from its removal on, the object may be freed (Q9). */
	dpc_routine_t routine = dpc->routine;
	void *context = dpc->context;
	void *arg1 = dpc->arg1;
	void *arg2 = dpc->arg2;
	const bool threaded = kind == DPC_QUEUE_THREADED;
	unsigned long sleeps = threaded ? current->nvcsw : 0;
	u64 start = *now, end;

	q->executing = dpc;
	dpc_take_locked(q, dpc);
	dpc_run_note(run, routine, start);
	dpc_queue_unlock(q);
	local_irq_enable();

	/* [B] in queue.c: a refused dpc_queue() may have been too late. */
	smp_mb();
	end = dpc_level_call(level, stats, "DPC", routine, true,
			     routine(dpc, context, arg1, arg2));
	if (threaded && unlikely(current->nvcsw != sleeps))
		dpc_slept(routine);
	if (!accounts || !dpc_accounts()) {
		local_irq_disable();
		/* Those before it, if the accounting was on until now. */
		if (accounts)
			dpc_drain_count(run, fast, start);
		dpc_queue_lock(q);
		*now = end;
		return false;
	}
	if (unlikely(!dpc_stats_is_fast(run->block, end - start))) {
		*now = dpc_drain_count_slow(q, run, *fast, start, end, routine);
		return false;
	}
	local_irq_disable();
	dpc_queue_lock(q);
	*now = end;
	return true;
}

/* @q is empty.  The next dpc_queue() needs the lock that is held, so no wake-up is lost. */
static __always_inline bool dpc_drain_done(struct dpc_cpu_queue *q, struct dpc_run *run,
					   enum dpc_queue_kind kind)
	__releases(&q->lock)
{
	q->executing = NULL;
	q->kicked = DPC_NOT_KICKED;
	dpc_queue_unlock(q);
	dpc_run_leave(run, kind);
	local_irq_enable();
	return false;
}

/* The pass is over.  @q stays marked as kicked, if it is not empty. */
static noinline bool dpc_drain_suspend(struct dpc_cpu_queue *q, struct dpc_run *run,
				       enum dpc_queue_kind kind)
	__releases(&q->lock)
{
	if (dpc_list_empty(q))
		return dpc_drain_done(q, run, kind);
	/* It may be unkicked: on PREEMPT_RT, thread and softirq may serve the same request. */
	q->kicked = DPC_BEHIND;
	q->executing = NULL;
	dpc_queue_unlock(q);
	dpc_run_suspend(run, kind);
	local_irq_enable();
	return true;
}

/*
 * See dpc_drain_ordinary() and dpc_drain_threaded().  @kind is that of @q.  @accounts: the
 * accounting is on; if it is not, and goes on meanwhile, the pass ends.  Both are constants.
 */
static __always_inline bool dpc_drain_queue(struct dpc_cpu_queue *q, enum dpc_queue_kind kind,
					    bool accounts)
{
	struct dpc_stats *stats = kind == DPC_QUEUE_THREADED ? &dpc_threaded_stats :
							       &dpc_unbound_stats;
	const u8 plain = kind == DPC_QUEUE_THREADED ? DPC_F_THREADED : 0;
	struct dpc_drain_fast fast;
	struct hlist_node *first;
	struct dpc_level level;
	struct dpc_run *run;
	u64 now, end;

	dpc_level_save(&level, false);
	local_irq_disable();
	dpc_queue_lock(q);
	if (unlikely(q->executing)) {
		/* Another drain, preempted by us; it will see the queue empty, or come again. */
		dpc_queue_unlock(q);
		local_irq_enable();
		return false;
	}
	now = dpc_clock();
	run = dpc_run_enter(kind, now);
	dpc_watchdog_see(run - kind);
	dpc_drain_restart(&fast, now);
	while ((first = q->list.first)) {
		struct dpc *dpc = hlist_entry(first, struct dpc, node);

		/* With the lock held: what is queued once it is on is counted. */
		if (!accounts && dpc_accounts())
			break;
		if (likely(dpc->flags == plain && !static_branch_unlikely(&dpc_calls_traced))) {
			if (likely(dpc_drain_one(q, dpc, run, stats, &level, kind, accounts,
						 &fast, &now))) {
				if (likely(++fast.room))
					continue;
				dpc_drain_count(run, &fast, now);
			}
			dpc_drain_restart(&fast, now);
		} else if (READ_ONCE(dpc->flags) == DPC_F_OWNED) {
			end = dpc_drain_owned(q, dpc, run, now);
			fast.from += end - now;
			now = end;
		} else {
			/* Count before a mark: whoever waits for it may read the counters. */
			if (accounts)
				dpc_drain_count(run, &fast, now);
			if (READ_ONCE(dpc->flags) == DPC_F_MARK)
				dpc_drain_mark(q);
			else
				dpc_drain_special(q, dpc, run, stats);
			now = dpc_clock();
			dpc_drain_restart(&fast, now);
		}
		/* After at least one call, which Q12 promises. */
		if (unlikely(now - run->drain_start >= dpc_drain_pass))
			break;
	}
	if (accounts)
		dpc_drain_count(run, &fast, now);
	if (unlikely(first))
		return dpc_drain_suspend(q, run, kind);
	return dpc_drain_done(q, run, kind);
}

/* dpc_drain_ordinary(): each keeps in registers what the other does not need. */
bool dpc_drain_accounted(struct dpc_cpu_queue *q)
{
	return dpc_drain_queue(q, DPC_QUEUE_ORDINARY, true);
}

bool dpc_drain_unaccounted(struct dpc_cpu_queue *q)
{
	return dpc_drain_queue(q, DPC_QUEUE_ORDINARY, false);
}

/**
 * dpc_drain_threaded - run a queue of threaded DPCs until it is empty or the pass is over
 * @q: the queue, of this CPU or of one that is offline
 *
 * Context: the thread of this CPU, interrupts on.
 * Return: true if there is more to do; the queue then stays marked as kicked.
 */
bool dpc_drain_threaded(struct dpc_cpu_queue *q)
{
	return dpc_drain_queue(q, DPC_QUEUE_THREADED, true);
}

static void dpc_drain_prepare(unsigned int cpu, enum dpc_queue_kind kind,
			      struct dpc_stats *stats)
{
	struct dpc_run *run = &per_cpu(dpc_runs, cpu)[kind];

	run->stats = stats;
	run->block = &per_cpu_ptr(stats->cpu, cpu)->stage[DPC_STAGE_DPC];
}

void dpc_drain_init(void)
{
	unsigned int cpu;

	dpc_drain_pass = dpc_clock_ticks(DPC_DRAIN_PASS_NS);
	dpc_queues_init();
	for_each_possible_cpu(cpu) {
		dpc_drain_prepare(cpu, DPC_QUEUE_ORDINARY, &dpc_unbound_stats);
		dpc_drain_prepare(cpu, DPC_QUEUE_THREADED, &dpc_threaded_stats);
	}
}
