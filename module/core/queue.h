/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue's hot path: what each DPC passes through once on its way in and once
 * on its way out.  Why it is right stands in queue.c.
 */
#ifndef _DPC_QUEUE_H
#define _DPC_QUEUE_H

#include "core.h"
#include "debug.h"
#include "raw_lock.h"

static __always_inline void dpc_queue_lock(struct dpc_cpu_queue *q)
	__acquires(&q->lock)
{
	dpc_raw_lock(&q->lock);
}

static __always_inline bool dpc_queue_trylock(struct dpc_cpu_queue *q)
{
	return dpc_raw_trylock(&q->lock);
}

static __always_inline void dpc_queue_unlock(struct dpc_cpu_queue *q)
	__releases(&q->lock)
{
	dpc_raw_unlock(&q->lock);
}

/*
 * Make @dpc one that belongs on @q, unless it is on some queue already (Q2) or
 * must not be queued for now (dpc_cancel_sync()).
 * Return: true if the caller may and must put it there.
 */
static __always_inline bool dpc_claim_locked(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	lockdep_assert_held(&q->lock);

	while (cmpxchg(&dpc->queued_on, 0, q->id)) { /* [D] */
		/* [A]: a cmpxchg() that fails orders nothing. */
		smp_mb();
		if (READ_ONCE(dpc->queued_on))
			return false;
	}
	return true;
}

/* Who is named for @dpc; it is queued and its queue locked, or the caller's to queue. */
static inline void *dpc_function(const struct dpc *dpc)
{
	return unlikely(dpc->flags & DPC_F_NAMED) ? *(void **)dpc->context : dpc->routine;
}

/*
 * The list of a queue.  With one pointer to each end, and without the checks of
 * list.h that some kernels have out of line: an object is on the list of the queue
 * whose lock is held if queued_on says so, and not otherwise.  Of the first one,
 * pprev means nothing.
 */
static inline bool dpc_list_empty(const struct dpc_cpu_queue *q)
{
	return hlist_empty(&q->list);
}

/* Whether @dpc, which is on @q, is all that is there. */
static inline bool dpc_list_is_only(const struct dpc_cpu_queue *q, const struct dpc *dpc)
{
	return q->list.first == &dpc->node && !dpc->node.next;
}

static __always_inline void dpc_list_add_tail(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	dpc->node.next = NULL;
	dpc->node.pprev = q->tail;
	*q->tail = &dpc->node;
	q->tail = &dpc->node.next;
}

/* Link @dpc where @at points now. */
static inline void dpc_list_add_at(struct dpc_cpu_queue *q, struct dpc *dpc,
				   struct hlist_node **at)
{
	dpc->node.next = *at;
	dpc->node.pprev = at;
	*at = &dpc->node;
	if (dpc->node.next)
		dpc->node.next->pprev = &dpc->node.next;
	else
		q->tail = &dpc->node.next;
}

/* Take the first one off.  What its successor has as pprev is not looked at any more. */
static __always_inline void dpc_list_del_first(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	struct hlist_node *next = dpc->node.next;

	q->list.first = next;
	if (!next)
		q->tail = &q->list.first;
}

static inline void dpc_list_del(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	struct hlist_node *next = dpc->node.next;
	struct hlist_node **pprev = dpc->node.pprev;

	if (q->list.first == &dpc->node) {
		dpc_list_del_first(q, dpc);
		return;
	}
	*pprev = next;
	if (next)
		next->pprev = pprev;
	else
		q->tail = pprev;
}

/*
 * Where the next High object goes: to the head (Q3), but behind all that a
 * flush waits for.  It could hold them up for ever if it queues itself.
 */
static inline struct hlist_node **dpc_head_locked(struct dpc_cpu_queue *q)
{
	return unlikely(q->flushing) ? &q->mark.node.next : &q->list.first;
}

/* The mark on @q was reached; the caller owes a dpc_flush_done() without the lock. */
static inline void dpc_unmark_locked(struct dpc_cpu_queue *q)
{
	lockdep_assert_held(&q->lock);

	dpc_list_del(q, &q->mark);
	q->flushing = false;
}

/* Put @dpc, which was claimed, on @q, at the place that @importance gives it. */
static __always_inline void dpc_enqueue_locked(struct dpc_cpu_queue *q, struct dpc *dpc,
					       enum dpc_importance importance,
					       void *arg1, void *arg2)
{
	lockdep_assert_held(&q->lock);

	dpc_debug_queued(dpc);
	dpc->arg1 = arg1;
	dpc->arg2 = arg2;
	q->thresholds.count++;
	/* Q3 */
	if (importance == DPC_IMPORTANCE_HIGH)
		dpc_list_add_at(q, dpc, dpc_head_locked(q));
	else
		dpc_list_add_tail(q, dpc);
}

/* Take @dpc off @q, the first one there, to run it: it may be queued again, or freed. */
static __always_inline void dpc_take_locked(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	lockdep_assert_held(&q->lock);

	dpc_list_del_first(q, dpc);
	dpc_debug_taken(dpc);
	/* [C]; also pairs with the cmpxchg() under another queue's lock. */
	smp_store_release(&dpc->queued_on, 0);
}

/*
 * Take @dpc off @q, not to run it.  @next: 0, and from here on it may be queued
 * again or be freed; or DPC_CANCELLING.
 */
static inline void dpc_release_locked(struct dpc_cpu_queue *q, struct dpc *dpc,
				      u32 next)
{
	lockdep_assert_held(&q->lock);

	dpc_list_del(q, dpc);
	dpc_debug_taken(dpc);
	if (!q->kicked)
		q->waiting--;
	/* Pairs with the cmpxchg() under another queue's lock. */
	smp_store_release(&dpc->queued_on, next);
}

#endif /* _DPC_QUEUE_H */
