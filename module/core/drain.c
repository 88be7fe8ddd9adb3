// SPDX-License-Identifier: GPL-2.0
/*
 * The drain: calls the routines of one queue, one at a time.  Whoever carries
 * it (kick.c) calls dpc_drain() again as long as that says that there is more.
 */
#include "core.h"

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
static void dpc_slept(const struct dpc_call *call)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		dpc_misuse((unsigned long)call->routine, "slept: a threaded DPC must not");
}

/* Call one routine and account for it. */
static void dpc_call(struct dpc_run *run, struct dpc_stats *stats, const struct dpc_call *call)
{
	bool threaded = stats == &dpc_threaded_stats;
	unsigned long sleeps = threaded ? current->nvcsw : 0;
	struct dpc_level level;
	u64 start, duration;

	if (call->flags & DPC_F_UNACCOUNTED) {
		call->routine(call->dpc, call->context, call->arg1, call->arg2);
		return;
	}

	trace_dpc_entry(stats, 0, 0, call->routine, 0, 0);
	dpc_level_save(&level);
	start = local_clock();
	dpc_run_call(run, stats, call->routine, start);
	call->routine(call->dpc, call->context, call->arg1, call->arg2);
	dpc_run_return(run);
	duration = local_clock() - start;
	dpc_level_check(&level, stats->name, "DPC", call->routine);
	if (threaded && unlikely(current->nvcsw != sleeps))
		dpc_slept(call);
	trace_dpc_exit(stats, 0, 0, call->routine, duration);
	dpc_stats_add(stats, DPC_STAGE_DPC, duration, 0, NULL, call->routine);
}

/*
 * The routine of the object that @call was made from has returned.
 * Return: as dpc_finish_locked().
 */
static bool dpc_drained_locked(struct dpc_cpu_queue *q, const struct dpc_call *call)
{
	q->executing = NULL;
	/* The one thing that is done to an object that has run; see dpc_set_serialised(). */
	if (unlikely(call->flags & DPC_F_SERIALISED)) {
		/* Its effects come first for who claims it next; see [D] in queue.c. */
		smp_store_release(&call->dpc->running_on, 0);
	}
	return dpc_finish_locked(q, call->colour);
}

/**
 * dpc_drain - run a queue until it is empty or the pass is over
 * @q: the queue, of this CPU or of one that is offline
 *
 * Context: DISPATCH, or for threaded DPCs the thread of this CPU.
 * Return: true if there is more to do; the queue then stays marked as kicked.
 */
bool dpc_drain(struct dpc_cpu_queue *q)
{
	struct dpc_stats *stats = q->kind == DPC_QUEUE_THREADED ? &dpc_threaded_stats :
								  &dpc_unbound_stats;
	unsigned long end = jiffies + msecs_to_jiffies(DPC_DRAIN_PASS_MS);
	struct dpc_run *run;
	struct dpc_call call;
	bool more;

	raw_spin_lock_irq(&q->lock);
	if (unlikely(q->draining)) {
		/* Preempted by us; it will see the queue empty, or come again. */
		raw_spin_unlock_irq(&q->lock);
		return false;
	}
	q->draining = true;
	run = dpc_run_enter(q->kind);
	dpc_thresholds_advance(&q->thresholds, jiffies);
	/* At least one: a tick may come at any time, and Q12 promises a call. */
	while (!list_empty(&q->list)) {
		bool flushed;

		dpc_dequeue_locked(q, &call);
		raw_spin_unlock_irq(&q->lock);

		/* [B] in queue.c: a refused dpc_queue() may have been too late. */
		smp_mb();

		dpc_call(run, stats, &call);

		raw_spin_lock_irq(&q->lock);
		flushed = dpc_drained_locked(q, &call);
		if (flushed) {
			raw_spin_unlock_irq(&q->lock);
			dpc_flush_done();
			raw_spin_lock_irq(&q->lock);
		}
		if (time_after_eq(jiffies, end))
			break;
	}
	more = !list_empty(&q->list);
	/* Under the lock that the next dpc_queue() needs: no wake-up is lost. */
	q->kicked = more;
	q->draining = false;
	raw_spin_unlock_irq(&q->lock);

	dpc_run_leave(run, more);
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
