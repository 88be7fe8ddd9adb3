// SPDX-License-Identifier: GPL-2.0-only
/*
 * The per-CPU queues, and the operations on an object while it is on one.
 *
 * This table shows which operations can meet, and why that is right.  "Same lock" is
 * the lock of the queue that the object is on.
 *
 *             queue            drain            cancel           flush
 *   queue     cmpxchg: one     same lock        same lock        same lock:
 *             wins, the other                                    before or behind
 *             changes nothing                                    the mark
 *   drain                      one per queue    same lock:       same lock: done
 *                              (executing)      either runs or   before the mark
 *                                               is cancelled     is reached
 *   cancel                                      same lock: one   same lock: see
 *                                               returns true     below
 *   flush                                                        flush_mutex
 *
 *   cancel_sync   claims the idle object by the same cmpxchg, or the queued one
 *                 under the lock of its queue: at most one queueing; so queueing
 *                 is refused until the claim ends.  A second caller finds the
 *                 object claimed: it only waits, and does not end the claim
 *   set_*         one word each, looked at once, before the object is claimed
 *   offline       hotplug.c: nobody queues to a CPU that is not online, since
 *                 that is tested with interrupts off, which holds it up; the
 *                 queue is then drained in place by another CPU
 *
 * A flush puts a mark at the tail of each queue where something is queued or runs,
 * and waits until all marks are reached.  Earlier objects are then done, because a
 * queue is drained in order, one object at a time.  Later objects go behind the mark,
 * High ones too, and the flush does not wait for them.
 *
 * Each mark is reached.  As long as a list is not empty there is a drain to come,
 * now (kicked) or with the tick (ticking); tick, drain and hotplug look at the list
 * and not at what is on it: where a pass ended, the mark may be all that is left.
 * An empty list gets the mark only while a drain runs, which looks again before it
 * ends: executing tells that one runs, and is cleared in the same step as kicked.  The
 * drain may be long in coming.  So if the last object before a mark is cancelled while
 * no routine runs, the cancelling code takes the mark off as the drain would.
 *
 * A refused dpc_queue() may have seen the object on *another* CPU's queue,
 * whose lock it does not hold.  The call that is still to come must see the data that
 * the caller wrote before, so both sides are fully ordered:
 *
 *   refused dpc_queue()                 drain
 *   -------------------                 -----
 *   caller: WRITE data                  WRITE dpc->queued_on = 0
 *   smp_mb()             [A]            smp_mb()            [B]
 *   READ dpc->queued_on != 0            routine: READ data
 *
 * If the read on the left misses the write on the right, the read on the
 * right sees the write on the left.
 *
 * A serialised object notes in running_on where it runs, before it is released.
 * It is enough to queue it there again, because a queue is drained one object at a
 * time.  Looking and claiming are one cmpxchg of both words:
 *
 *   dpc_queue()                          drain
 *   -----------                          -----
 *                                        WRITE dpc->running_on = id
 *                                        WRITE dpc->queued_on = 0 (release) [C]
 *   cmpxchg { queued_on 0 -> id,   [D]
 *             running_on id or 0 }
 *                                        WRITE dpc->running_on = 0 (release)
 *
 * Two steps would not do.  Between a look and a claim the object may begin to run
 * elsewhere.  A claim that is taken back may have refused another caller, whose flush
 * would then not wait for the call that it relies on.
 * kunit/model has both as a model and as litmus tests.
 */
#include "queue.h"
#include "wait.h"

#include "../compat.h"

#include <linux/completion.h>
#include <linux/debugobjects.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched/task_stack.h>

DEFINE_PER_CPU(struct dpc_cpu_queue [DPC_QUEUE_KINDS], dpc_cpu_queues);
EXPORT_SYMBOL_IF_KUNIT(dpc_cpu_queues);

/*
 * A flush: its queues each hold one of @refs until their mark is reached, the
 * caller holds one more while it counts them.  The last one out
 * completes @done, so nothing stale is ever left in it.
 */
static DEFINE_MUTEX(dpc_flush_mutex);
static struct {
	atomic_t		refs;
	struct completion	done;
} dpc_flushing;

static void dpc_queue_init(struct dpc_cpu_queue *q, unsigned int cpu, enum dpc_queue_kind kind)
{
	raw_spin_lock_init(&q->lock);
	INIT_HLIST_HEAD(&q->list);
	q->tail = &q->list.first;
	q->mark.flags = DPC_F_MARK;
	dpc_thresholds_init(&q->thresholds, jiffies);
	q->id = cpu * DPC_QUEUE_KINDS + kind + 1;
	q->cpu = cpu;
	q->kind = kind;
	q->home = cpu;
}

/* Prepare the queues of every possible CPU. */
void dpc_queues_init(void)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	init_completion(&dpc_flushing.done);
	for_each_possible_cpu(cpu)
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++)
			dpc_queue_init(dpc_queue_of(cpu, kind), cpu, kind);
}

/*
 * dpc_claim_locked() for a serialised object, which was seen to run from the queue
 * @running_on, or from none.
 * Return: 1 if it was claimed; 0 if that is refused; -EAGAIN if it runs elsewhere.
 */
int dpc_claim_serialised_locked(struct dpc_cpu_queue *q, struct dpc *dpc, u32 running_on)
{
	struct dpc old = { .queued_on = 0, .running_on = running_on };
	struct dpc new = { .queued_on = q->id, .running_on = running_on };

	lockdep_assert_held(&q->lock);

	if (cmpxchg64(&dpc->where, old.where, new.where) == old.where) /* [D] */
		return 1;
	/* [A] */
	smp_mb();
	return READ_ONCE(dpc->queued_on) ? 0 : -EAGAIN;
}

/* One queue less to wait for.  Any context, but not under a queue's lock. */
void dpc_flush_done(void)
{
	if (atomic_dec_and_test(&dpc_flushing.refs))
		complete(&dpc_flushing.done);
}

/* dpc_cancel(), with a choice of what the object is then: see dpc_release_locked(). */
static bool dpc_cancel_to(struct dpc *dpc, unsigned int next)
{
	unsigned int queued_on;

	/*
	 * The object may be run and queued elsewhere between the look at
	 * queued_on and the lock: decide under the lock only, and look again
	 * if it has moved.  Each turn means that somebody made progress.
	 */
	while ((queued_on = READ_ONCE(dpc->queued_on)) && queued_on != DPC_CANCELLING) {
		struct dpc_cpu_queue *q = dpc_queue_by_id(queued_on);
		bool cancelled, flushed = false;
		unsigned long flags;

		raw_spin_lock_irqsave(&q->lock, flags);
		cancelled = READ_ONCE(dpc->queued_on) == queued_on;
		if (cancelled) {
			dpc_release_locked(q, dpc, next);
			/* Nothing is left to wait for, and the drain may be long in coming. */
			flushed = q->list.first == &q->mark.node && !q->executing;
			if (flushed)
				dpc_unmark_locked(q);
		}
		raw_spin_unlock_irqrestore(&q->lock, flags);

		if (flushed)
			dpc_flush_done();
		if (cancelled)
			return true;
	}
	return false;
}

bool dpc_cancel(struct dpc *dpc)
{
	return dpc_cancel_to(dpc, 0);
}
EXPORT_SYMBOL_GPL(dpc_cancel);

static struct dpc *dpc_list_find_locked(struct dpc_cpu_queue *q, const struct dpc *dpc)
{
	struct dpc *each;

	lockdep_assert_held(&q->lock);

	hlist_for_each_entry(each, &q->list, node)
		if (each == dpc)
			return each;
	return NULL;
}

/**
 * dpc_queues_have - whether an object is on a queue
 * @dpc: the object; its memory may hold anything
 *
 * Context: any but NMI.  Takes its time if it looks as if it were queued.
 * Return: true if so.
 */
bool dpc_queues_have(const struct dpc *dpc)
{
	u32 queued_on = READ_ONCE(dpc->queued_on);
	u32 cpu = (queued_on - 1) / DPC_QUEUE_KINDS;
	struct dpc_cpu_queue *q;
	unsigned long flags;
	bool have;

	if (likely(!queued_on) || cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return false;
	q = dpc_queue_by_id(queued_on);
	raw_spin_lock_irqsave(&q->lock, flags);
	have = dpc_list_find_locked(q, dpc);
	raw_spin_unlock_irqrestore(&q->lock, flags);
	return have;
}

/* A DPC of @mod on @q, and its @routine; those of interrupt objects go with these. */
static struct dpc *dpc_queue_find(struct dpc_cpu_queue *q, const struct module *mod,
				  void **routine)
{
	struct dpc *dpc, *found = NULL;

	raw_spin_lock_irq(&q->lock);
	hlist_for_each_entry(dpc, &q->list, node) {
		if (dpc->flags & (DPC_F_OWNED | DPC_F_MARK))
			continue;
		if (within_module((unsigned long)dpc->routine, mod) ||
		    within_module((unsigned long)dpc, mod)) {
			found = dpc;
			*routine = dpc->routine;
			break;
		}
	}
	raw_spin_unlock_irq(&q->lock);
	return found;
}

/**
 * dpc_queues_find - find a DPC of a module on a queue
 * @mod: the module
 * @routine: set to its routine
 *
 * Context: a thread that may sleep.
 * Return: one whose routine or memory is the module's, or NULL.
 */
struct dpc *dpc_queues_find(const struct module *mod, void **routine)
{
	enum dpc_queue_kind kind;
	struct dpc *dpc = NULL;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		for (kind = 0; !dpc && kind < DPC_QUEUE_KINDS; kind++)
			dpc = dpc_queue_find(dpc_queue_of(cpu, kind), mod, routine);
	return dpc;
}

/*
 * Put the mark on @q if there is something to wait for.  With @dpc, only if that is
 * queued there or runs from there.
 */
static void dpc_flush_mark(struct dpc_cpu_queue *q, const struct dpc *dpc)
{
	raw_spin_lock_irq(&q->lock);
	if (dpc ? q->executing == dpc || READ_ONCE(dpc->queued_on) == q->id :
		  q->executing || !dpc_list_empty(q)) {
		WARN_ON_ONCE(q->flushing);
		/* There is a drain to come, or one that will look again. */
		dpc_list_add_tail(q, &q->mark);
		q->flushing = true;
		atomic_inc(&dpc_flushing.refs);
	}
	raw_spin_unlock_irq(&q->lock);
}

/* In a thread that may sleep.  Return: true if there was something to wait for. */
static bool dpc_flush_queues(const struct dpc *dpc)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;
	bool waited;

	might_sleep();

	mutex_lock(&dpc_flush_mutex);
	reinit_completion(&dpc_flushing.done);
	atomic_set(&dpc_flushing.refs, 1);
	for_each_possible_cpu(cpu)
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++)
			dpc_flush_mark(dpc_queue_of(cpu, kind), dpc);
	waited = !atomic_dec_and_test(&dpc_flushing.refs);
	if (waited)
		wait_for_completion(&dpc_flushing.done);
	mutex_unlock(&dpc_flush_mutex);
	return waited;
}

/* dpc_flush() in the name of the code at @ip. */
bool dpc_flush_ip(struct dpc *dpc, unsigned long ip)
{
	if (!dpc_may_wait(ip, "dpc_flush"))
		return false;
	return dpc_flush_queues(dpc);
}
EXPORT_SYMBOL_GPL(dpc_flush_ip);

/* dpc_flush_all() in the name of the code at @ip. */
int dpc_flush_all_ip(unsigned long ip)
{
	if (!dpc_may_wait(ip, "dpc_flush_all"))
		return -EDEADLK;
	dpc_flush_queues(NULL);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_flush_all_ip);

/* dpc_cancel_sync() in the name of the code at @ip. */
bool dpc_cancel_sync_ip(struct dpc *dpc, unsigned long ip)
{
	unsigned int queued_on;
	bool cancelled;

	if (!dpc_may_wait(ip, "dpc_cancel_sync"))
		return false;
	might_sleep();

	/* One step, so that no second queueing comes in between and is cancelled, too. */
	do {
		cancelled = dpc_cancel_to(dpc, DPC_CANCELLING);
		queued_on = cancelled ? 0 : cmpxchg(&dpc->queued_on, 0, DPC_CANCELLING);
	} while (queued_on && queued_on != DPC_CANCELLING);

	dpc_flush_queues(dpc);
	if (!queued_on) {
		/* The next caller of dpc_queue() sees the routine's effects. */
		smp_store_release(&dpc->queued_on, 0);
	}
	return cancelled;
}
EXPORT_SYMBOL_GPL(dpc_cancel_sync_ip);

/* ---- debugobjects --------------------------------------------------------- */

#ifdef CONFIG_DEBUG_OBJECTS
/*
 * A DPC that is freed while it is queued is reported with its routine, and cancelled.
 *
 * debugobjects gets to know an object at its first use, because DEFINE_DPC()
 * initialises one without a call, and others are on a stack.  So each object that it
 * does not know yet passes for a static one.  The DPCs of interrupt objects are left
 * out: only teardown ends them, and another model may use their memory.
 */
static bool dpc_debug_is_static(void *addr)
{
	return true;
}

static const struct debug_obj_descr dpc_debug_descr;

static void *dpc_debug_hint(void *addr)
{
	return ((struct dpc *)addr)->routine;
}

/* Its memory goes away: nobody else may find it on a queue. */
static bool dpc_debug_fixup_free(void *addr, enum debug_obj_state state)
{
	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	dpc_cancel(addr);
	debug_object_free(addr, &dpc_debug_descr);
	return true;
}

static const struct debug_obj_descr dpc_debug_descr = {
	.name			= "dpc",
	.debug_hint		= dpc_debug_hint,
	.is_static_object	= dpc_debug_is_static,
	.fixup_free		= dpc_debug_fixup_free,
};

void dpc_debug_init(struct dpc *dpc)
{
	if (object_is_on_stack(dpc))
		debug_object_init_on_stack(dpc, &dpc_debug_descr);
	else
		debug_object_init(dpc, &dpc_debug_descr);
}

void dpc_debug_queued(struct dpc *dpc)
{
	if (!(dpc->flags & DPC_F_OWNED))
		debug_object_activate(dpc, &dpc_debug_descr);
}

void dpc_debug_taken(struct dpc *dpc)
{
	if (!(dpc->flags & DPC_F_OWNED))
		debug_object_deactivate(dpc, &dpc_debug_descr);
}
#endif
