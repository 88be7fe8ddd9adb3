// SPDX-License-Identifier: GPL-2.0
/*
 * The per-CPU queues, and what may happen to an object while it is on one.
 *
 * Which operations can meet, and why that is right.  "Same lock" is the lock
 * of the queue that the object is on.
 *
 *             queue             drain             cancel            flush
 *   queue     cmpxchg: one      same lock         same lock         same lock:
 *             wins, the other                                       before or after
 *             changes nothing                                       the turn-over
 *   drain                       one per queue     same lock: either same lock for
 *                               (tasklet)         runs or is        the counts
 *                                                 cancelled
 *   cancel                                        same lock: one    same lock for
 *                                                 returns true      the counts
 *   flush                                                           flush_mutex
 *
 * A refused dpc_queue() may have seen the object on *another* CPU's queue,
 * whose lock it does not hold.  What its caller wrote before must be visible
 * to the call that is still to come, so both sides are fully ordered:
 *
 *   refused dpc_queue()                 drain
 *   -------------------                 -----
 *   caller: WRITE data                  WRITE dpc->queued_on = 0
 *   smp_mb()             [A]            smp_mb()            [B]
 *   READ dpc->queued_on != 0            routine: READ data
 *
 * If the read on the left misses the write on the right, the read on the
 * right sees the write on the left.
 */
#include "core.h"

#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/module.h>

DEFINE_PER_CPU(struct dpc_cpu_queue, dpc_cpu_queues);

/*
 * A flush: its queues each hold one of @refs until their old generation is
 * gone, the caller holds one more while it counts them.  The last one out
 * completes @done, so nothing stale is ever left in it.
 */
static DEFINE_MUTEX(dpc_flush_mutex);
static struct {
	atomic_t		refs;
	struct completion	done;
} dpc_flush;

/* Prepare the queue of every possible CPU. */
void dpc_queues_init(void)
{
	unsigned int cpu;

	init_completion(&dpc_flush.done);
	for_each_possible_cpu(cpu) {
		struct dpc_cpu_queue *q = per_cpu_ptr(&dpc_cpu_queues, cpu);

		raw_spin_lock_init(&q->lock);
		INIT_LIST_HEAD(&q->list);
		q->cpu = cpu;
	}
}

/**
 * dpc_init - initialise a DPC object
 * @dpc: the object; must not be queued
 * @routine: what to call
 * @context: given to @routine
 *
 * Importance is Medium, the target is the CPU that queues it, it is not
 * queued.  Touches nothing but the object (Q1).
 *
 * Context: any.
 */
void dpc_init(struct dpc *dpc, dpc_routine_t routine, void *context)
{
	/* Q18: the size of the NT object on 64 bits, one cache line. */
	BUILD_BUG_ON(sizeof(struct dpc) > 64);

	*dpc = (struct dpc)DPC_INITIALIZER(*dpc, routine, context);
}
EXPORT_SYMBOL_GPL(dpc_init);

/*
 * Put @dpc on @q unless it is on some queue already.
 * Return: true if it was put there (Q2).
 */
bool dpc_enqueue_locked(struct dpc_cpu_queue *q, struct dpc *dpc, void *arg1, void *arg2)
{
	lockdep_assert_held(&q->lock);

	while (cmpxchg(&dpc->queued_on, 0, q->cpu + 1)) {
		/* [A]: a cmpxchg() that fails orders nothing. */
		smp_mb();
		if (READ_ONCE(dpc->queued_on))
			return false;
	}

	/* Not before the test: a refused call must not touch these. */
	dpc->arg1 = arg1;
	dpc->arg2 = arg2;
	dpc->colour = q->colour;
	q->pending[q->colour]++;
	list_add_tail(&dpc->node, &q->list);
	return true;
}

/* Take @dpc off @q; from here on it may be queued again or be freed. */
static void dpc_release_locked(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	lockdep_assert_held(&q->lock);

	list_del(&dpc->node);
	/* Pairs with cmpxchg() in dpc_enqueue_locked() under another lock. */
	smp_store_release(&dpc->queued_on, 0);
}

/*
 * Take the first object off @q, which is not empty, and copy what its call
 * needs (Q9).  The caller owes an smp_mb() [B] before that call and a
 * dpc_finish_locked() after it.
 */
void dpc_dequeue_locked(struct dpc_cpu_queue *q, struct dpc_call *call)
{
	struct dpc *dpc = list_first_entry(&q->list, struct dpc, node);

	lockdep_assert_held(&q->lock);

	call->dpc	= dpc;
	call->routine	= dpc->routine;
	call->context	= dpc->context;
	call->arg1	= dpc->arg1;
	call->arg2	= dpc->arg2;
	call->colour	= dpc->colour;
	call->flags	= dpc->flags;
	dpc_release_locked(q, dpc);
}

/*
 * Account for one object of generation @colour that has run or was cancelled.
 * Return: true if a flush was waiting for just this one; the caller then calls
 * dpc_flush_done() after it has dropped the lock.
 */
bool dpc_finish_locked(struct dpc_cpu_queue *q, u8 colour)
{
	lockdep_assert_held(&q->lock);

	if (--q->pending[colour] || !q->flushing || colour == q->colour)
		return false;
	q->flushing = false;
	return true;
}

/* One queue less to wait for.  Any context, but not under a queue's lock. */
void dpc_flush_done(void)
{
	if (atomic_dec_and_test(&dpc_flush.refs))
		complete(&dpc_flush.done);
}

/**
 * dpc_cancel - take a DPC off its queue
 * @dpc: the object
 *
 * Never waits.  After false the routine may be running, on this CPU or
 * another; use dpc_flush_all() before freeing what it uses.
 *
 * Context: any but NMI.
 * Return: true if it was queued **and** its routine will not be called because
 * of that queueing; false if it was not queued, is running, or is done (Q7).
 */
bool dpc_cancel(struct dpc *dpc)
{
	unsigned int queued_on;

	/*
	 * The object may be run and queued elsewhere between the look at
	 * queued_on and the lock: decide under the lock only, and look again
	 * if it has moved.  Each turn means that somebody made progress.
	 */
	while ((queued_on = READ_ONCE(dpc->queued_on))) {
		struct dpc_cpu_queue *q = per_cpu_ptr(&dpc_cpu_queues, queued_on - 1);
		bool cancelled, flushed = false;
		unsigned long flags;

		raw_spin_lock_irqsave(&q->lock, flags);
		cancelled = READ_ONCE(dpc->queued_on) == queued_on;
		if (cancelled) {
			u8 colour = dpc->colour;

			dpc_release_locked(q, dpc);
			flushed = dpc_finish_locked(q, colour);
		}
		raw_spin_unlock_irqrestore(&q->lock, flags);

		if (flushed)
			dpc_flush_done();
		if (cancelled)
			return true;
	}
	return false;
}
EXPORT_SYMBOL_GPL(dpc_cancel);

/* Start a new generation on @q and count it if the old one is not empty. */
static void dpc_flush_turn_over(struct dpc_cpu_queue *q)
{
	u8 old;

	raw_spin_lock_irq(&q->lock);
	old = q->colour;
	if (q->pending[old]) {
		WARN_ON_ONCE(q->pending[!old] || q->flushing);
		q->colour = !old;
		q->flushing = true;
		atomic_inc(&dpc_flush.refs);
	}
	raw_spin_unlock_irq(&q->lock);
}

/**
 * dpc_flush_all - wait for every DPC that is queued or running now
 *
 * Returns when each DPC that was queued on any CPU before the call has
 * finished or was cancelled, running ones included.  DPCs queued later are
 * not waited for, so routines that queue themselves don't hold it up (Q8).
 *
 * Context: may sleep; not from a DPC.
 */
void dpc_flush_all(void)
{
	unsigned int cpu;

	might_sleep();

	mutex_lock(&dpc_flush_mutex);
	reinit_completion(&dpc_flush.done);
	atomic_set(&dpc_flush.refs, 1);
	for_each_possible_cpu(cpu)
		dpc_flush_turn_over(per_cpu_ptr(&dpc_cpu_queues, cpu));
	dpc_flush_done();
	wait_for_completion(&dpc_flush.done);
	mutex_unlock(&dpc_flush_mutex);
}
EXPORT_SYMBOL_GPL(dpc_flush_all);
