/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The per-CPU queues, and their hot path: what each DPC passes through once on its way
 * in and once on its way out.  Why it is right stands in queue.c.
 */
#ifndef _DPC_CORE_QUEUE_H
#define _DPC_CORE_QUEUE_H

#include "policy.h"
#include "queue_kind.h"
#include "raw_lock.h"

#include <linux/dpc.h>
#include <linux/interrupt.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/timer.h>

struct module;

/* dpc_cpu_queue.executing */
#define DPC_BETWEEN	((struct dpc *)1)

/* dpc_cpu_queue.kicked; all but the first are true */
enum {
	DPC_NOT_KICKED,
	DPC_KICKED,
	DPC_BEHIND,		/* and a pass has ended before the queue was empty */
};

/*
 * A CPU's queue.
 *
 * Field legend:
 *   L  under @lock
 *   C  constant after dpc_queues_init()
 *   K  by whoever has set @kicked, until the drain that this led to ends;
 *	@by_thread also by dpc_kick_rt_thread(), with WRITE_ONCE()
 *   H  written while the CPU is offline, by the one thread that changes its
 *	state; read with READ_ONCE()
 *
 * @list: the objects, in the order in which they will run
 * @tail: where the next one is linked: the pointer that ends @list
 * @mark: what a flush puts on @list, behind all that it waits for; never on an
 *	empty one, unless a drain runs, which will look again
 * @flushing: @mark is on @list
 * @kicked: a drain has been requested and has not yet seen the queue empty;
 *	whoever makes the queue non-empty while it is clear sets it and kicks,
 *	or leaves that to the tick; what is DPC_BEHIND goes on as an ordinary thread
 * @ticking: @tick is armed, for objects that may wait
 * @executing: the object whose routine was called last, or DPC_BETWEEN after a mark,
 *	while a drain runs; NULL if none does; compared, never followed
 * @waiting: while @kicked is clear, how many objects are on @list
 * @id: what dpc->queued_on is for objects on this list
 * @home: the CPU that drains it, which is @cpu unless that is offline
 * @by_thread: an ordinary queue: the thread has been asked, not the tasklet
 */
struct dpc_cpu_queue {
	raw_spinlock_t		lock;
	u8			kicked;		/* L */
	bool			ticking;	/* L */
	bool			flushing;	/* L */
	struct hlist_head	list;		/* L */
	struct hlist_node	**tail;		/* L */
	struct dpc		*executing;	/* L */
	struct dpc_thresholds	thresholds;	/* L */
	u32			waiting;	/* L */
	u32			id;		/* C */
	unsigned int		cpu;		/* C */
	enum dpc_queue_kind	kind;		/* C */
	unsigned int		home;		/* H */
	bool			by_thread;	/* K */
	struct tasklet_struct	tasklet;	/* K, see kick.c */
	call_single_data_t	csd;		/* K */
	struct timer_list	tick;		/* armed by whoever sets @ticking */
	struct dpc		mark;		/* L */
} ____cacheline_aligned_in_smp;

DECLARE_PER_CPU(struct dpc_cpu_queue [DPC_QUEUE_KINDS], dpc_cpu_queues);
void dpc_queues_init(void);
int dpc_claim_serialised_locked(struct dpc_cpu_queue *q, struct dpc *dpc, u32 running_on);
void dpc_flush_done(void);
bool dpc_queues_have(const struct dpc *dpc);
struct dpc *dpc_queues_find(const struct module *mod, void **routine);

static inline struct dpc_cpu_queue *dpc_queue_of(unsigned int cpu, enum dpc_queue_kind kind)
{
	return &per_cpu(dpc_cpu_queues, cpu)[kind];
}

/* The other way round: what dpc->queued_on and dpc->running_on mean. */
static inline struct dpc_cpu_queue *dpc_queue_by_id(unsigned int id)
{
	return dpc_queue_of((id - 1) / DPC_QUEUE_KINDS, (id - 1) % DPC_QUEUE_KINDS);
}

/* For debugobjects: it is set up; it is on a queue, and no more, under the queue's lock. */
#ifdef CONFIG_DEBUG_OBJECTS
void dpc_debug_init(struct dpc *dpc);
void dpc_debug_queued(struct dpc *dpc);
void dpc_debug_taken(struct dpc *dpc);
#else
static inline void dpc_debug_init(struct dpc *dpc) { }
static inline void dpc_debug_queued(struct dpc *dpc) { }
static inline void dpc_debug_taken(struct dpc *dpc) { }
#endif

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

/*
 * The routine that is named for @dpc (M5).  Either its queue is locked, or the caller is
 * about to queue it.
 */
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

/* Put @dpc, which was claimed, on @q, at the place that @importance gives it (Q3). */
static __always_inline void dpc_list_add_locked(struct dpc_cpu_queue *q, struct dpc *dpc,
						enum dpc_importance importance)
{
	lockdep_assert_held(&q->lock);

	dpc_debug_queued(dpc);
	q->thresholds.count++;
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

#endif /* _DPC_CORE_QUEUE_H */
