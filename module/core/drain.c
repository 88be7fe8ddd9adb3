// SPDX-License-Identifier: GPL-2.0
/*
 * The drain: calls the routines of one queue, one at a time.  Whoever carries
 * it (kick.c) calls dpc_drain() again as long as that says that there is more.
 */
#include "queue.h"

#include <linux/jiffies.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

/*
 * One pass hands back to the softirq loop after this time, so that its limit
 * (the same one, then ksoftirqd) and other softirqs get their turn even when a
 * routine keeps queueing itself.  Jiffies, as there: one call, as an interrupt
 * needs it, should not pay for a clock.
 */
#define DPC_DRAIN_PASS_MS	2

/* Accounting of objects that no interrupt object does the accounting for. */
struct dpc_stats dpc_unbound_stats;

/* Apart, because an ordinary DPC may preempt a threaded one (R1). */
struct dpc_stats dpc_threaded_stats;

/*
 * A threaded routine has slept (Q15, R1).  Nothing else notices: where it runs,
 * sleeping is possible.  On PREEMPT_RT it may: spinlocks sleep there.
 */
static void dpc_slept(dpc_routine_t routine)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		dpc_misuse((unsigned long)routine, "slept: a threaded DPC must not");
}

/*
 * One drain of one queue.
 *
 * @level: what each routine is entered at, and has to return at
 * @start: when the next routine is entered: when the one before returned; 0 if
 *	no clock was read
 */
struct dpc_drain {
	struct dpc_run		*run;
	struct dpc_stats	*stats;
	struct dpc_stats_block	*block;
	struct dpc_level	level;
	u64			start;
};

/* Account for a routine that has returned. */
static __always_inline void dpc_called(struct dpc_drain *drain, dpc_routine_t routine)
{
	struct dpc_stats *stats = drain->stats;
	u64 end = dpc_clock();
	u64 duration = dpc_clock_between(drain->start, end);

	drain->start = end;
	dpc_level_check(&drain->level, stats->name, "DPC", routine);
	trace_dpc_exit(stats, 0, 0, routine, duration);
	dpc_stats_count(stats, drain->block, DPC_STAGE_DPC, duration, 0, NULL, routine);
}

/* Call the routine of one that its owner accounts for: an interrupt's. */
static noinline void dpc_call_unaccounted(struct dpc_drain *drain, struct dpc *dpc,
					  dpc_routine_t routine, void *context,
					  void *arg1, void *arg2)
{
	routine(dpc, context, arg1, arg2);
	drain->start = 0;
}

/* Call one of those that run in a thread. */
static noinline void dpc_call_threaded(struct dpc_drain *drain, struct dpc *dpc,
				       dpc_routine_t routine, void *context,
				       void *arg1, void *arg2)
{
	unsigned long sleeps = current->nvcsw;

	routine(dpc, context, arg1, arg2);
	if (unlikely(current->nvcsw != sleeps))
		dpc_slept(routine);
}

/*
 * Take the first object off @q, which is not empty, and call its routine.
 * Interrupts are off, and the lock is held, before and after.
 * Return: as dpc_finish_locked().
 */
static __always_inline bool dpc_run_first(struct dpc_cpu_queue *q, struct dpc_drain *drain)
{
	struct dpc *dpc = list_first_entry(&q->list, struct dpc, node);
	struct dpc_run *run = drain->run;
	/* All that the call needs: the object is let go first (Q9). */
	dpc_routine_t routine = dpc->routine;
	void *context = dpc->context;
	void *arg1 = dpc->arg1;
	void *arg2 = dpc->arg2;
	u8 colour = dpc->colour;
	u8 flags = dpc->flags;

	q->executing = dpc;
	if (unlikely(flags & DPC_F_SERIALISED))
		/* Not @q if that belongs to a CPU that is offline. */
		dpc->running_on = raw_cpu_ptr(dpc_cpu_queues)[q->kind].id;
	dpc_release_locked(q, dpc, 0);
	dpc_queue_unlock(q);

	if (unlikely(flags & DPC_F_UNACCOUNTED)) {
		local_irq_enable();
		/* [B] in queue.c: a refused dpc_queue() may have been too late. */
		smp_mb();
		dpc_call_unaccounted(drain, dpc, routine, context, arg1, arg2);
	} else {
		if (trace_dpc_entry_enabled()) {
			trace_dpc_entry(drain->stats, 0, 0, routine, 0, 0);
			drain->start = 0;
		}
		if (!drain->start)
			drain->start = dpc_clock();
		dpc_run_call(run, drain->stats, routine, drain->start);
		local_irq_enable();
		smp_mb();	/* [B] */
		if (unlikely(drain->stats == &dpc_threaded_stats))
			dpc_call_threaded(drain, dpc, routine, context, arg1, arg2);
		else
			routine(dpc, context, arg1, arg2);
		dpc_called(drain, routine);
	}

	local_irq_disable();
	dpc_queue_lock(q);
	/* The one thing that is done to an object that has run; see dpc_set_serialised(). */
	if (unlikely(flags & DPC_F_SERIALISED)) {
		/* Its effects come first for who claims it next; see [D] in queue.c. */
		smp_store_release(&dpc->running_on, 0);
	}
	return dpc_finish_locked(q, colour);
}

/* A flush waited for the object that has run last. */
static noinline void dpc_flushed_locked(struct dpc_cpu_queue *q)
{
	q->executing = NULL;
	dpc_queue_unlock(q);
	dpc_flush_done();
	dpc_queue_lock(q);
}

/**
 * dpc_drain - run a queue until it is empty or the pass is over
 * @q: the queue, of this CPU or of one that is offline
 *
 * Context: DISPATCH, or for threaded DPCs the thread of this CPU; interrupts on.
 * Return: true if there is more to do; the queue then stays marked as kicked.
 */
bool dpc_drain(struct dpc_cpu_queue *q)
{
	unsigned long end = jiffies + msecs_to_jiffies(DPC_DRAIN_PASS_MS);
	struct dpc_drain drain;
	bool more;

	drain.stats = q->kind == DPC_QUEUE_THREADED ? &dpc_threaded_stats : &dpc_unbound_stats;
	drain.block = dpc_stats_here(drain.stats, DPC_STAGE_DPC);
	drain.start = 0;
	dpc_level_save(&drain.level);

	local_irq_disable();
	dpc_queue_lock(q);
	if (unlikely(q->draining)) {
		/* Preempted by us; it will see the queue empty, or come again. */
		dpc_queue_unlock(q);
		local_irq_enable();
		return false;
	}
	q->draining = true;
	drain.run = dpc_run_enter(q->kind);
	dpc_thresholds_advance(&q->thresholds, jiffies);
	/* At least one: a tick may come at any time, and Q12 promises a call. */
	while (!list_empty(&q->list)) {
		if (unlikely(dpc_run_first(q, &drain)))
			dpc_flushed_locked(q);
		if (unlikely(time_after_eq(jiffies, end)))
			break;
	}
	q->executing = NULL;
	more = !list_empty(&q->list);
	/* Under the lock that the next dpc_queue() needs: no wake-up is lost. */
	q->kicked = more;
	q->draining = false;
	dpc_queue_unlock(q);
	local_irq_enable();

	dpc_run_leave(drain.run, more);
	return more;
}

int dpc_drain_init(void)
{
	int err;

	err = dpc_stats_init(&dpc_unbound_stats, "unbound", 0, 0);
	if (err)
		return err;
	err = dpc_stats_init(&dpc_threaded_stats, "threaded", 0, 0);
	if (err) {
		dpc_stats_destroy(&dpc_unbound_stats);
		return err;
	}
	dpc_queues_init();
	return 0;
}

void dpc_drain_exit(void)
{
	dpc_stats_destroy(&dpc_threaded_stats);
	dpc_stats_destroy(&dpc_unbound_stats);
}
