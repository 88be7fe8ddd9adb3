// SPDX-License-Identifier: GPL-2.0-only
/*
 * The allocation queue (A1, A2): a resource, the devices that wait for it, and the loop
 * that grants it.
 *
 * The tables of states stand in linux/dpc_allocation.h.  Each operation holds the queue's
 * lock, which is given up only while a control routine runs.  This is what happens when
 * two operations meet:
 *
 *   request, request   the lock decides about the order, and grants keep it
 *   request, loop      if the loop still runs, it finds the request before it ends;
 *                      else the request runs the loop itself.  @granter says which,
 *                      and changes under the lock, so no request is left lying.
 *   request, routine   by another device: it waits.  By the same one: see "again" in
 *                      the table.
 *   free, loop         as request and loop
 *   free, routine      on another CPU, by the DPC of what the routine has started: @call
 *                      tells the loop, which does not touch the allocation afterwards
 *   free, free         one of them is misuse: the second finds that nothing is held
 *   withdraw, grant    the lock decides: true and no routine, or false and the routine
 *   withdraw, request  the first request can be waiting for units that the next one
 *   that is next       does not need: withdraw runs the loop, too
 *   withdraw, routine  false at once; the _sync form waits until it has returned
 *   destroy, others    refused as long as a request waits or something is held; it waits
 *                      for the end of the loop, and requests that come later are refused
 */
#include "allocation.h"
#include "../core/internal.h"

#include <linux/bug.h>
#include <linux/dpc_sync.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/sched.h>

/* Of an allocation. */
enum {
	DPC_ALLOCATION_IDLE,
	DPC_ALLOCATION_WAITING,
	DPC_ALLOCATION_CALLED,
	DPC_ALLOCATION_AGAIN,
	DPC_ALLOCATION_KEPT,
	DPC_ALLOCATION_REGISTERS,
};

/* Of a queue. */
enum {
	DPC_CALL_INTACT,
	DPC_CALL_FREED,
	DPC_CALL_REGISTERS_FREED,
};

void dpc_allocation_init(struct dpc_allocation *allocation, dpc_control_t control, void *context)
{
	*allocation = (struct dpc_allocation){
		.control = control,
		.context = context,
	};
	INIT_LIST_HEAD(&allocation->node);
	INIT_LIST_HEAD(&allocation->pieces);
}
EXPORT_SYMBOL_GPL(dpc_allocation_init);

void dpc_allocation_queue_init(struct dpc_allocation_queue *q, unsigned int units)
{
	*q = (struct dpc_allocation_queue){
		.units = units,
		.unused = units,
	};
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->waiting);
	init_waitqueue_head(&q->done);
}

/* Go up to DISPATCH, where control routines run; false if the caller is above. */
static bool dpc_allocation_raise(enum dpc_irql *old, unsigned long ip)
{
	*old = dpc_level();
	if (unlikely(*old == DPC_DEVICE_LEVEL)) {
		dpc_misuse(ip, "uses an adapter or a controller at device level");
		return false;
	}
	dpc_level_raise_ip(ip);
	return likely(dpc_level() == DPC_DISPATCH_LEVEL);
}

/* What the allocation was granted is no longer its own. */
static void dpc_allocation_release(struct dpc_allocation_queue *q, struct dpc_allocation *a)
{
	lockdep_assert_held(&q->lock);

	q->unused += a->units;
	a->units = 0;
	if (a->state == DPC_ALLOCATION_AGAIN) {
		a->state = DPC_ALLOCATION_WAITING;
	} else {
		a->state = DPC_ALLOCATION_IDLE;
		WRITE_ONCE(a->queue, NULL);
	}
}

/* The answer of a routine that has freed nothing; what is wrong with it, or NULL. */
static const char *dpc_allocation_answer(struct dpc_allocation_queue *q, struct dpc_allocation *a,
					 enum dpc_allocation_answer answer)
{
	bool again = a->state == DPC_ALLOCATION_AGAIN;
	const char *wrong = NULL;

	lockdep_assert_held(&q->lock);

	if (answer == DPC_ALLOCATION_FREE && !a->used) {
		q->busy = false;
		dpc_allocation_release(q, a);
		return NULL;
	}
	if (answer == DPC_ALLOCATION_KEEP_REGISTERS && q->units) {
		q->busy = false;
		a->state = DPC_ALLOCATION_REGISTERS;
	} else {
		a->state = DPC_ALLOCATION_KEPT;
		if (answer == DPC_ALLOCATION_FREE)
			wrong = "frees map registers before the last flush";
		else if (answer != DPC_ALLOCATION_KEEP)
			wrong = "is a control routine with an answer that is none";
	}
	if (unlikely(again)) {
		list_del_init(&a->node);
		wrong = "keeps what the device has requested again";
	}
	return wrong;
}

/* The same for a routine that may have freed something. */
static const char *dpc_allocation_answered(struct dpc_allocation_queue *q,
					   struct dpc_allocation *a,
					   enum dpc_allocation_answer answer)
{
	lockdep_assert_held(&q->lock);

	switch (q->call) {
	case DPC_CALL_INTACT:
		return dpc_allocation_answer(q, a, answer);
	case DPC_CALL_REGISTERS_FREED:
		q->busy = false;
		return answer == DPC_ALLOCATION_KEEP_REGISTERS ?
			NULL : "does not answer that it keeps map registers, which were freed";
	default:
		return answer == DPC_ALLOCATION_KEEP ?
			NULL : "frees by its answer what was freed already";
	}
}

static void dpc_allocation_wake(struct dpc_allocation_queue *q)
{
	lockdep_assert_held(&q->lock);

	/*
	 * Threads that wait get in line first, and then look at @called and @granter under
	 * the lock: so either they are seen here, or they see what was changed.
	 */
	if (waitqueue_active(&q->done))
		wake_up_all(&q->done);
}

/* Grant the resource to @a, which waits first, and call its routine. */
static void dpc_allocation_call(struct dpc_allocation_queue *q, struct dpc_allocation *a)
	__must_hold(&q->lock)
{
	dpc_control_t control = a->control;
	struct dpc_packet *packet = a->packet;
	enum dpc_allocation_answer answer;
	void *context = a->context;
	const char *wrong;

	lockdep_assert_held(&q->lock);

	list_del_init(&a->node);
	a->state = DPC_ALLOCATION_CALLED;
	a->units = a->wanted;
	q->unused -= a->units;
	q->busy = true;
	q->call = DPC_CALL_INTACT;
	q->called = a;
	spin_unlock(&q->lock);

	answer = control(a, packet, context);

	spin_lock(&q->lock);
	wrong = dpc_allocation_answered(q, a, answer);
	q->called = NULL;
	dpc_allocation_wake(q);
	if (unlikely(wrong)) {
		spin_unlock(&q->lock);
		dpc_misuse((unsigned long)control, wrong);
		spin_lock(&q->lock);
	}
}

/* The request that can be granted now, or NULL. */
static struct dpc_allocation *dpc_allocation_next(struct dpc_allocation_queue *q)
{
	struct dpc_allocation *a;

	lockdep_assert_held(&q->lock);

	a = list_first_entry_or_null(&q->waiting, struct dpc_allocation, node);
	return a && !q->busy && a->wanted <= q->unused ? a : NULL;
}

/* Grant what can be granted, unless the loop runs already: then it looks again. */
static void dpc_allocation_grant(struct dpc_allocation_queue *q)
	__must_hold(&q->lock)
{
	struct dpc_allocation *a;

	lockdep_assert_held(&q->lock);

	if (q->granter)
		return;
	q->granter = current;
	while ((a = dpc_allocation_next(q)))
		dpc_allocation_call(q, a);
	q->granter = NULL;
	dpc_allocation_wake(q);
}

/*
 * Whether the caller is inside of a control routine that has freed nothing.  At DISPATCH
 * the thread that the granter runs in, or has interrupted, runs nothing else.
 */
static bool dpc_allocation_inside(struct dpc_allocation_queue *q)
{
	lockdep_assert_held(&q->lock);

	return q->granter == current && q->called && q->call == DPC_CALL_INTACT;
}

static const char dpc_allocation_waits[] = "requests with what waits or holds something already";

void dpc_allocation_refuse(unsigned long ip)
{
	dpc_misuse(ip, dpc_allocation_waits);
}
EXPORT_SYMBOL_GPL(dpc_allocation_refuse);

/* Whether a request is in order, and what is said about it if not. */
static int dpc_allocation_check(struct dpc_allocation_queue *q, struct dpc_allocation *a,
				const char **wrong)
{
	struct dpc_allocation_queue *other = READ_ONCE(a->queue);

	lockdep_assert_held(&q->lock);

	if (unlikely(q->closed)) {
		*wrong = "requests an adapter or a controller that was destroyed";
		return -ESHUTDOWN;
	}
	if (unlikely(dpc_allocation_inside(q))) {
		*wrong = "requests inside of a control routine";
		return -EDEADLK;
	}
	if (unlikely(other && (other != q || a->state != DPC_ALLOCATION_CALLED))) {
		*wrong = dpc_allocation_waits;
		return -EBUSY;
	}
	return 0;
}

int dpc_allocation_request(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			   struct dpc_packet *packet, unsigned int units, unsigned long ip)
{
	const char *wrong;
	enum dpc_irql old;
	int err;

	if (units > q->units)
		return -E2BIG;
	if (!dpc_allocation_raise(&old, ip))
		return -EPERM;
	spin_lock(&q->lock);
	err = dpc_allocation_check(q, a, &wrong);
	if (!err) {
		a->state = a->queue ? DPC_ALLOCATION_AGAIN : DPC_ALLOCATION_WAITING;
		WRITE_ONCE(a->queue, q);
		a->packet = packet;
		a->wanted = units;
		list_add_tail(&a->node, &q->waiting);
		dpc_allocation_grant(q);
	}
	spin_unlock(&q->lock);
	dpc_level_lower_ip(old, ip);
	if (unlikely(err))
		dpc_misuse(ip, wrong);
	return err;
}

/* Whether the allocation has the channel. */
static bool dpc_allocation_has_channel(struct dpc_allocation_queue *q, struct dpc_allocation *a)
{
	lockdep_assert_held(&q->lock);

	return READ_ONCE(a->queue) == q &&
	       (a->state == DPC_ALLOCATION_CALLED || a->state == DPC_ALLOCATION_AGAIN ||
		a->state == DPC_ALLOCATION_KEPT);
}

/* Whether the allocation has units, be it none of them. */
bool dpc_allocation_has_units(struct dpc_allocation_queue *q, struct dpc_allocation *a)
{
	lockdep_assert_held(&q->lock);

	return dpc_allocation_has_channel(q, a) ||
	       (READ_ONCE(a->queue) == q && a->state == DPC_ALLOCATION_REGISTERS);
}

/* Free all that @a has, if that is right; else what is wrong. */
static const char *dpc_allocation_do_free(struct dpc_allocation_queue *q, struct dpc_allocation *a)
{
	lockdep_assert_held(&q->lock);

	if (unlikely(!dpc_allocation_has_channel(q, a)))
		return "frees an adapter or a controller that it does not have";
	if (unlikely(a->used))
		return "frees map registers before the last flush";
	if (a->state != DPC_ALLOCATION_KEPT)
		q->call = DPC_CALL_FREED;
	q->busy = false;
	dpc_allocation_release(q, a);
	return NULL;
}

/* The same for the units, when the routine has answered or will answer that it keeps them. */
static const char *dpc_allocation_do_free_units(struct dpc_allocation_queue *q,
						struct dpc_allocation *a, unsigned int units)
{
	lockdep_assert_held(&q->lock);

	if (unlikely(!dpc_allocation_has_units(q, a)))
		return "frees map registers that it does not have";
	if (unlikely(a->state == DPC_ALLOCATION_KEPT))
		return "frees map registers without the channel";
	if (unlikely(a->units != units))
		return "frees another number of map registers than it has";
	if (unlikely(a->used))
		return "frees map registers before the last flush";
	if (a->state != DPC_ALLOCATION_REGISTERS)
		q->call = DPC_CALL_REGISTERS_FREED;
	dpc_allocation_release(q, a);
	return NULL;
}

/* What was freed is granted to the next; returns whether it was freed. */
static bool dpc_allocation_freed(struct dpc_allocation_queue *q, enum dpc_irql old,
				 const char *wrong, unsigned long ip)
	__releases(&q->lock)
{
	if (likely(!wrong))
		dpc_allocation_grant(q);
	spin_unlock(&q->lock);
	dpc_level_lower_ip(old, ip);
	if (unlikely(wrong))
		dpc_misuse(ip, wrong);
	return !wrong;
}

bool dpc_allocation_free(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			 unsigned long ip)
{
	enum dpc_irql old;

	if (!dpc_allocation_raise(&old, ip))
		return false;
	spin_lock(&q->lock);
	return dpc_allocation_freed(q, old, dpc_allocation_do_free(q, a), ip);
}

bool dpc_allocation_free_units(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			       unsigned int units, unsigned long ip)
{
	enum dpc_irql old;

	if (!dpc_allocation_raise(&old, ip))
		return false;
	spin_lock(&q->lock);
	return dpc_allocation_freed(q, old, dpc_allocation_do_free_units(q, a, units), ip);
}

/* Take a request back; true if its routine will not be called. */
bool dpc_allocation_cancel(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			   unsigned long ip)
{
	enum dpc_irql old;
	bool waited;

	if (!dpc_allocation_raise(&old, ip))
		return false;
	spin_lock(&q->lock);
	waited = READ_ONCE(a->queue) == q && !list_empty(&a->node);
	if (waited) {
		list_del_init(&a->node);
		if (a->state == DPC_ALLOCATION_AGAIN) {
			a->state = DPC_ALLOCATION_CALLED;
		} else {
			a->state = DPC_ALLOCATION_IDLE;
			WRITE_ONCE(a->queue, NULL);
		}
		dpc_allocation_grant(q);
	}
	spin_unlock(&q->lock);
	dpc_level_lower_ip(old, ip);
	return waited;
}

static bool dpc_allocation_is_called(struct dpc_allocation_queue *q, struct dpc_allocation *a)
{
	bool called;

	spin_lock_bh(&q->lock);
	called = q->called == a;
	spin_unlock_bh(&q->lock);
	return called;
}

/* The same, and wait until its routine runs nowhere. */
bool dpc_allocation_cancel_sync(struct dpc_allocation_queue *q, struct dpc_allocation *a,
				unsigned long ip)
{
	bool waited;

	if (unlikely(dpc_level() != DPC_PASSIVE_LEVEL)) {
		dpc_misuse(ip, "waits for a control routine where it may not sleep");
		return false;
	}
	might_sleep();
	waited = dpc_allocation_cancel(q, a, ip);
	wait_event(q->done, !dpc_allocation_is_called(q, a));
	return waited;
}

static bool dpc_allocation_is_granting(struct dpc_allocation_queue *q)
{
	bool granting;

	spin_lock_bh(&q->lock);
	granting = q->granter;
	spin_unlock_bh(&q->lock);
	return granting;
}

int dpc_allocation_queue_destroy(struct dpc_allocation_queue *q, unsigned long ip)
{
	bool closed;

	if (unlikely(dpc_level() != DPC_PASSIVE_LEVEL)) {
		dpc_misuse(ip, "destroys an adapter or a controller where it may not sleep");
		return -EDEADLK;
	}
	might_sleep();
	wait_event(q->done, !dpc_allocation_is_granting(q));

	spin_lock_bh(&q->lock);
	closed = !q->closed && !q->granter && !q->busy && q->unused == q->units &&
		 list_empty(&q->waiting);
	q->closed |= closed;
	spin_unlock_bh(&q->lock);
	if (likely(closed))
		return 0;
	dpc_misuse(ip, "destroys an adapter or a controller that is in use or was destroyed");
	return -EBUSY;
}
