// SPDX-License-Identifier: GPL-2.0
/*
 * The drain: calls the routines of one CPU's queue, one at a time.
 *
 * How a drain is requested is known to this file alone: one high-priority
 * tasklet per CPU, run in softirq context when the CPU leaves its interrupt
 * handler or enables bottom halves, before any thread runs there (Q11).
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

/* The object whose routine this CPU is in.  Own CPU only; never followed. */
static DEFINE_PER_CPU(struct dpc *, dpc_executing);

/* Accounting of objects that no interrupt object does the accounting for. */
struct dpc_stats dpc_unbound_stats;

/* Call one routine and account for it. */
static void dpc_call(const struct dpc_call *call)
{
	struct dpc_level level;
	u64 start, duration;

	if (call->flags & DPC_F_UNACCOUNTED) {
		call->routine(call->dpc, call->context, call->arg1, call->arg2);
		return;
	}

	trace_dpc_entry(&dpc_unbound_stats, 0, 0, call->routine, 0, 0);
	dpc_level_save(&level);
	start = local_clock();
	call->routine(call->dpc, call->context, call->arg1, call->arg2);
	duration = local_clock() - start;
	dpc_level_check(&level, dpc_unbound_stats.name, "DPC", call->routine);
	trace_dpc_exit(&dpc_unbound_stats, 0, 0, call->routine, duration);
	dpc_stats_add(&dpc_unbound_stats, DPC_STAGE_DPC, duration, 0, NULL, call->routine);
}

/*
 * Run the queue until it is empty or the pass is over.
 * Return: true if there is more to do; the queue then stays marked as kicked.
 */
static bool dpc_drain(struct dpc_cpu_queue *q)
{
	unsigned long end = jiffies + msecs_to_jiffies(DPC_DRAIN_PASS_MS);
	struct dpc_call call;
	bool more;

	lockdep_assert_in_softirq();

	raw_spin_lock_irq(&q->lock);
	for (;;) {
		bool flushed;

		more = !list_empty(&q->list);
		if (!more || time_after_eq(jiffies, end))
			break;
		dpc_dequeue_locked(q, &call);
		raw_spin_unlock_irq(&q->lock);

		/* [B] in queue.c: a refused dpc_queue() may have been too late. */
		smp_mb();

		__this_cpu_write(dpc_executing, call.dpc);
		dpc_call(&call);
		__this_cpu_write(dpc_executing, NULL);

		raw_spin_lock_irq(&q->lock);
		flushed = dpc_finish_locked(q, call.colour);
		if (flushed) {
			raw_spin_unlock_irq(&q->lock);
			dpc_flush_done();
			raw_spin_lock_irq(&q->lock);
		}
	}
	/* Under the lock that the next dpc_queue() needs: no wake-up is lost. */
	q->kicked = more;
	raw_spin_unlock_irq(&q->lock);

	return more;
}

/*
 * Not this CPU's queue when the CPU that was kicked has gone offline since:
 * the kernel has then moved its tasklets here, and the queue with them.
 */
static void dpc_drain_tasklet(struct tasklet_struct *tasklet)
{
	struct dpc_cpu_queue *q = container_of(tasklet, struct dpc_cpu_queue, tasklet);

	if (dpc_drain(q))
		tasklet_hi_schedule(tasklet);
}

static bool dpc_queue_here(struct dpc *dpc, void *arg1, void *arg2)
{
	/* Once queued, the object may be cancelled and freed by another CPU. */
	bool accounted = !(dpc->flags & DPC_F_UNACCOUNTED);
	void *routine = dpc->routine;
	struct dpc_cpu_queue *q;
	unsigned long flags;
	bool queued, kick;

	local_irq_save(flags);
	q = this_cpu_ptr(&dpc_cpu_queues);
	raw_spin_lock(&q->lock);
	queued = dpc_enqueue_locked(q, dpc, arg1, arg2);
	kick = queued && !q->kicked;
	if (kick)
		q->kicked = true;
	raw_spin_unlock(&q->lock);

	if (accounted)
		trace_dpc_queue(&dpc_unbound_stats, 0, 0, routine, queued);
	if (kick)
		tasklet_hi_schedule(&q->tasklet);
	local_irq_restore(flags);
	return queued;
}

/**
 * dpc_queue - queue a DPC on this CPU
 * @dpc: the object
 * @arg1: first argument for the routine
 * @arg2: second argument for the routine
 *
 * Called from a thread with bottom halves on, the routine has run when this
 * returns true, unless the drain was handed to ksoftirqd (Q12).  Called with
 * bottom halves off, from a softirq or from an ISR, it runs when the CPU
 * leaves that.  Called from a thread with interrupts off (on PREEMPT_RT: with
 * preemption off), it runs at the next interrupt, or in ksoftirqd.
 *
 * While the routine runs, the object is not queued: queueing it then, on
 * another CPU, makes the routine run on two CPUs at once (Q10).
 *
 * Context: any but NMI.
 * Return: true if it was not queued and now is; false if it was queued
 * already, and then nothing has changed and the first arguments stand (Q2).
 */
bool dpc_queue(struct dpc *dpc, void *arg1, void *arg2)
{
	bool raised = dpc_raise_level();
	bool queued;

	queued = dpc_queue_here(dpc, arg1, arg2);
	dpc_lower_level(raised);
	return queued;
}
EXPORT_SYMBOL_GPL(dpc_queue);

/**
 * dpc_is_executing - whether the caller is inside a DPC routine
 *
 * Context: any.
 * Return: true inside a routine that the drain called, and what it calls;
 * false in code that merely has bottom halves off, and in an interrupt that
 * hit a routine (Q13).
 */
bool dpc_is_executing(void)
{
	return in_serving_softirq() && !in_hardirq() && raw_cpu_read(dpc_executing);
}
EXPORT_SYMBOL_GPL(dpc_is_executing);

int dpc_drain_init(void)
{
	unsigned int cpu;
	int err;

	err = dpc_stats_init(&dpc_unbound_stats, "unbound", 0, 0);
	if (err)
		return err;
	dpc_queues_init();
	for_each_possible_cpu(cpu)
		tasklet_setup(&per_cpu_ptr(&dpc_cpu_queues, cpu)->tasklet, dpc_drain_tasklet);
	return 0;
}

/* The module's users are gone: what they queued must have been flushed. */
void dpc_drain_exit(void)
{
	unsigned int cpu;

	dpc_flush_all();
	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&dpc_cpu_queues, cpu)->tasklet);
	dpc_stats_destroy(&dpc_unbound_stats);
}
