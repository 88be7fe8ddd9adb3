// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: a signal that threads wait for.
 *
 * The table of states stands above struct dpc_event.  The thread that waits has its entry on
 * its stack, and mostly the event, too.  It leaves only after it has taken the event's lock
 * and found that it is satisfied, or has taken itself off the list; by then the code that
 * has released it is done with both.
 */
#include "../core/internal.h"

#include <linux/dpc_event.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>

struct dpc_event_waiter {
	struct list_head	node;		/* in dpc_event.waiters, under its lock */
	struct task_struct	*task;
	bool			satisfied;	/* written under the lock */
};

void dpc_event_init(struct dpc_event *e, enum dpc_event_kind kind, bool signalled)
{
	raw_spin_lock_init(&e->lock);
	e->kind = kind;
	e->signalled = signalled;
	INIT_LIST_HEAD(&e->waiters);
}
EXPORT_SYMBOL_GPL(dpc_event_init);

static void dpc_event_release_locked(struct dpc_event_waiter *waiter)
{
	list_del(&waiter->node);
	WRITE_ONCE(waiter->satisfied, true);
	wake_up_process(waiter->task);
}

bool dpc_event_set(struct dpc_event *e)
{
	struct dpc_event_waiter *waiter, *next;
	unsigned long flags;
	bool before, one;

	raw_spin_lock_irqsave(&e->lock, flags);
	before = e->signalled;
	one = e->kind == DPC_EVENT_SYNCHRONIZATION;
	if (!one || list_empty(&e->waiters))
		WRITE_ONCE(e->signalled, true);
	list_for_each_entry_safe(waiter, next, &e->waiters, node) {
		dpc_event_release_locked(waiter);
		if (one)
			break;
	}
	raw_spin_unlock_irqrestore(&e->lock, flags);
	return before;
}
EXPORT_SYMBOL_GPL(dpc_event_set);

bool dpc_event_reset(struct dpc_event *e)
{
	unsigned long flags;
	bool before;

	raw_spin_lock_irqsave(&e->lock, flags);
	before = e->signalled;
	WRITE_ONCE(e->signalled, false);
	raw_spin_unlock_irqrestore(&e->lock, flags);
	return before;
}
EXPORT_SYMBOL_GPL(dpc_event_reset);

/* Return: whether it is signalled; that satisfies one wait. */
static bool dpc_event_take_locked(struct dpc_event *e)
{
	lockdep_assert_held(&e->lock);

	if (!e->signalled)
		return false;
	if (e->kind == DPC_EVENT_SYNCHRONIZATION)
		WRITE_ONCE(e->signalled, false);
	return true;
}

/* Sleep until somebody satisfies @waiter, or @end has come; NULL = no limit. */
static void dpc_event_sleep(const struct dpc_event_waiter *waiter, ktime_t *end)
{
	for (;;) {
		/* Idle: waiting for a device is neither load nor a hung task. */
		set_current_state(TASK_IDLE);
		if (READ_ONCE(waiter->satisfied))
			break;
		if (!schedule_hrtimeout_range(end, 0, HRTIMER_MODE_ABS))
			break;
	}
	__set_current_state(TASK_RUNNING);
}

/* dpc_event_wait() in the name of the code at @ip. */
int dpc_event_wait_ip(struct dpc_event *e, u64 timeout_ns, unsigned long ip)
{
	struct dpc_event_waiter waiter = { .task = current };
	unsigned long flags;
	ktime_t end;

	if (timeout_ns && !dpc_may_wait(ip, "dpc_event_wait"))
		return -EDEADLK;
	might_sleep_if(timeout_ns);

	raw_spin_lock_irqsave(&e->lock, flags);
	waiter.satisfied = dpc_event_take_locked(e);
	if (waiter.satisfied || !timeout_ns) {
		raw_spin_unlock_irqrestore(&e->lock, flags);
		return waiter.satisfied ? 0 : -ETIMEDOUT;
	}
	list_add_tail(&waiter.node, &e->waiters);
	raw_spin_unlock_irqrestore(&e->lock, flags);

	end = ktime_add_safe(ktime_get(), min_t(u64, timeout_ns, KTIME_MAX));
	dpc_event_sleep(&waiter, end == KTIME_MAX ? NULL : &end);

	/* Once we have the lock, the code that satisfied us no longer uses @waiter or @e. */
	raw_spin_lock_irqsave(&e->lock, flags);
	if (!waiter.satisfied)
		list_del(&waiter.node);
	raw_spin_unlock_irqrestore(&e->lock, flags);
	return waiter.satisfied ? 0 : -ETIMEDOUT;
}
EXPORT_SYMBOL_GPL(dpc_event_wait_ip);
