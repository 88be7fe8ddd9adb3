/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Enqueueing: the one place where an object gets on a queue and a drain is requested
 * for it.  Constant arguments decide what is left of it in line.
 *
 *	lock the queue, claim the object
 *	request = dpc_enqueue_unlock(...)
 *	dpc_request(q, request)
 */
#ifndef _DPC_CORE_ENQUEUE_H
#define _DPC_CORE_ENQUEUE_H

#include "kick.h"
#include "policy.h"
#include "queue.h"

#include <linux/jiffies.h>

/* What remains to be done for an object that was enqueued. */
enum dpc_request {
	DPC_REQUEST_NONE,	/* a drain, or a tick, has been requested already */
	DPC_REQUEST_DRAIN,
	DPC_REQUEST_TICK,	/* the object may wait (Q4) */
	DPC_REQUEST_HELP,	/* on PREEMPT_RT, where a drain has been requested */
};

/* The object is not one that always starts a drain: does it start one now? */
static inline enum dpc_request dpc_request_by_policy(struct dpc_cpu_queue *q,
						     const struct dpc *dpc,
						     enum dpc_importance importance, bool local)
{
	q->waiting = dpc_list_is_only(q, dpc) ? 1 : q->waiting + 1;
	dpc_thresholds_advance(&q->thresholds, jiffies);
	if (dpc_policy_immediate(&q->thresholds, importance, local, q->waiting)) {
		q->kicked = DPC_KICKED;
		return DPC_REQUEST_DRAIN;
	}
	if (q->ticking)
		return DPC_REQUEST_NONE;
	q->ticking = true;
	return DPC_REQUEST_TICK;
}

/*
 * Put @dpc, which the caller has claimed, on @q, and give the lock back: at each end by
 * itself, so that what is constant there needs no register.  @kind is that of @q;
 * @local says that @q is this CPU's.  Interrupts are off.
 * Return: what the caller owes.
 */
static __always_inline enum dpc_request dpc_enqueue_unlock(struct dpc_cpu_queue *q,
							   struct dpc *dpc,
							   enum dpc_importance importance,
							   enum dpc_queue_kind kind, bool local)
	__releases(&q->lock)
{
	enum dpc_request request;

	dpc_list_add_locked(q, dpc, importance);
	if (q->kicked) {
		dpc_queue_unlock(q);
		return IS_ENABLED(CONFIG_PREEMPT_RT) ? DPC_REQUEST_HELP : DPC_REQUEST_NONE;
	}
	if ((local && importance == DPC_IMPORTANCE_MEDIUM) || kind == DPC_QUEUE_THREADED) {
		q->kicked = DPC_KICKED;
		dpc_queue_unlock(q);
		return DPC_REQUEST_DRAIN;
	}
	request = dpc_request_by_policy(q, dpc, importance, local);
	dpc_queue_unlock(q);
	return request;
}

/* Do what dpc_enqueue_unlock() has said.  Interrupts are off, and no queue is locked. */
static inline void dpc_request(struct dpc_cpu_queue *q, enum dpc_request request)
{
	switch (request) {
	case DPC_REQUEST_NONE:
		break;
	case DPC_REQUEST_DRAIN:
		dpc_kick(q);
		break;
	case DPC_REQUEST_TICK:
		dpc_kick_by_tick(q);
		break;
	case DPC_REQUEST_HELP:
		dpc_kick_rt_thread(q);
		break;
	}
}

#endif /* _DPC_CORE_ENQUEUE_H */
