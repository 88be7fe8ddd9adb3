/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue's hot path: what each DPC passes through once on its way in and once
 * on its way out.  Why it is right stands in queue.c.
 */
#ifndef _DPC_QUEUE_H
#define _DPC_QUEUE_H

#include "core.h"

#include <linux/spinlock.h>

/*
 * The queue's lock, for callers with interrupts off.  raw_spin_lock() would
 * count preemption as well, which can't happen here, out of line, twice for each
 * DPC: a quarter of all that a DPC costs.  Kernels that check locks get that one.
 */
#if defined(CONFIG_DEBUG_SPINLOCK) || defined(CONFIG_LOCKDEP)
static __always_inline void dpc_queue_lock(struct dpc_cpu_queue *q)
	__acquires(&q->lock)
{
	raw_spin_lock(&q->lock);
}

static __always_inline void dpc_queue_unlock(struct dpc_cpu_queue *q)
	__releases(&q->lock)
{
	raw_spin_unlock(&q->lock);
}
#else
static __always_inline void dpc_queue_lock(struct dpc_cpu_queue *q)
	__acquires(&q->lock)
{
	__acquire(&q->lock);
	arch_spin_lock(&q->lock.raw_lock);
}

static __always_inline void dpc_queue_unlock(struct dpc_cpu_queue *q)
	__releases(&q->lock)
{
	arch_spin_unlock(&q->lock.raw_lock);
	__release(&q->lock);
}
#endif

/*
 * Make @dpc one that belongs on @q, unless it is on some queue already (Q2) or
 * must not be queued for now (dpc_cancel_sync()).
 * Return: true if the caller may and must put it there.
 */
static __always_inline bool dpc_claim_locked(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	lockdep_assert_held(&q->lock);

	while (unlikely(cmpxchg(&dpc->queued_on, 0, q->id))) { /* [D] */
		/* [A]: a cmpxchg() that fails orders nothing. */
		smp_mb();
		if (READ_ONCE(dpc->queued_on))
			return false;
	}
	return true;
}

/*
 * Where the next High object goes: to the head (Q3), but behind all that a
 * flush waits for.  It could hold them up for ever if it queues itself.
 */
static inline struct list_head *dpc_head_locked(struct dpc_cpu_queue *q)
{
	return unlikely(q->flushing) ? dpc_head_flushing_locked(q) : &q->list;
}

/* Put @dpc, which was claimed, on @q, at the place that @importance gives it. */
static __always_inline void dpc_enqueue_locked(struct dpc_cpu_queue *q, struct dpc *dpc,
					       enum dpc_importance importance,
					       void *arg1, void *arg2)
{
	lockdep_assert_held(&q->lock);

	dpc->arg1 = arg1;
	dpc->arg2 = arg2;
	dpc->colour = q->colour;
	q->pending[q->colour]++;
	q->thresholds.count++;
	/* Q3 */
	if (importance == DPC_IMPORTANCE_HIGH)
		list_add(&dpc->node, dpc_head_locked(q));
	else
		list_add_tail(&dpc->node, &q->list);
}

/*
 * Take @dpc off @q.  @next: 0, and from here on it may be queued again or be
 * freed; or DPC_CANCELLING.
 */
static __always_inline void dpc_release_locked(struct dpc_cpu_queue *q, struct dpc *dpc,
					       unsigned int next)
{
	lockdep_assert_held(&q->lock);

	/* Nobody follows its pointers until it is queued again. */
	__list_del_entry(&dpc->node);
	/* [C]; also pairs with the cmpxchg() under another queue's lock. */
	smp_store_release(&dpc->queued_on, next);
}

/*
 * Account for one object of generation @colour that has run or was cancelled.
 * Return: true if a flush was waiting for just this one; the caller then calls
 * dpc_flush_done() after it has dropped the lock.
 */
static __always_inline bool dpc_finish_locked(struct dpc_cpu_queue *q, u8 colour)
{
	lockdep_assert_held(&q->lock);

	q->pending[colour]--;
	if (likely(!q->flushing) || q->pending[colour] || colour == q->colour)
		return false;
	q->flushing = false;
	return true;
}

#endif /* _DPC_QUEUE_H */
