// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers that queue a DPC on expiry, and that threads can wait for.
 *
 * A timer has an hrtimer for each clock, and at most one of them is armed.
 * Both fire in hard interrupt context, on PREEMPT_RT too, so that the interrupt
 * itself queues the DPC and no thread stands in between.
 *
 * There is one exception: a timer that is set to a time that has passed expires
 * under the lock at once, inside the call that sets it (T1).
 *
 * A firing by itself means nothing.  It may be late: while its handler waits
 * for the lock, the timer can be cancelled or set anew, and an hrtimer that is
 * in its handler can't be stopped without waiting.  So the handler looks under the
 * lock whether this is the hrtimer that is armed, and whether its due time has
 * come.  If not, another firing is on its way or none is wanted.  Each setting of
 * a one-shot timer thus ends under the lock in exactly one way: the timer expired,
 * dpc_timer_cancel() returned true, the next dpc_timer_set() returned true, or
 * dpc_timer_destroy() ended it.
 *
 * The DPC is queued under the same lock.  So if dpc_timer_cancel() says that the
 * timer is not pending, its DPC is queued already, and dpc_cancel() or a flush
 * covers it.
 *
 * Which operations can meet, and why that is right:
 *
 *            set              cancel          expiry           wait           destroy
 *   set      same lock: the   same lock:      same lock:       same lock: it  same lock: set
 *            second returns   the later one   true for what    clears the     first: undone;
 *            true             decides         didn't expire,   signal or      destroy first:
 *                                             and then a late  comes after a  refused
 *                                             firing is none   wait took it;
 *                                                              waiters stay
 *   cancel                    same lock: one  same lock:       leaves the     same lock
 *                             returns true    one-shot either  signal and
 *                                             expires or is    the waiters
 *                                             cancelled
 *   expiry                                    one handler per  same lock: a   waits for the
 *                                             clock at a time; limit that is  handlers; they
 *                                             only the armed   reached loses  arm nothing
 *                                             one does a thing to an expiry   when dead
 *   wait                                                       oldest first   not allowed,
 *                                                                             reported
 *
 * Lock order: the caller's locks, @lock, then those of the hrtimer core, of
 * the DPC queues and of the scheduler.  Nothing calls back under @lock.
 */
#include "check.h"
#include "dispatch.h"
#include "timer.h"
#include "wait.h"

#include <linux/debugobjects.h>
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "../compat.h"

/*
 * Pinned: it expires on the CPU that set it, and there its DPC is queued, as
 * with dpc_queue().  Timers of a CPU that goes offline move.
 */
#define DPC_TIMER_MODE	HRTIMER_MODE_ABS_PINNED_HARD

/* For debugobjects: it is set up; it is pending, and no more, under the timer's lock. */
#ifdef CONFIG_DEBUG_OBJECTS
static bool dpc_timer_debug_is_static(void *addr)
{
	return true;	/* as in queue.c */
}

static const struct debug_obj_descr dpc_timer_debug_descr;

static void *dpc_timer_debug_hint(void *addr)
{
	const struct dpc_timer *t = addr;

	return t->dpc ? (void *)t->dpc->routine : NULL;
}

static bool dpc_timer_debug_fixup_free(void *addr, enum debug_obj_state state)
{
	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	dpc_timer_stop(addr);
	debug_object_free(addr, &dpc_timer_debug_descr);
	return true;
}

static const struct debug_obj_descr dpc_timer_debug_descr = {
	.name			= "dpc_timer",
	.debug_hint		= dpc_timer_debug_hint,
	.is_static_object	= dpc_timer_debug_is_static,
	.fixup_free		= dpc_timer_debug_fixup_free,
};

static void dpc_timer_debug_init(struct dpc_timer *t)
{
	debug_object_init(t, &dpc_timer_debug_descr);
}

static void dpc_timer_debug_set(struct dpc_timer *t)
{
	debug_object_activate(t, &dpc_timer_debug_descr);
}

static void dpc_timer_debug_done(struct dpc_timer *t)
{
	debug_object_deactivate(t, &dpc_timer_debug_descr);
}
#else
static void dpc_timer_debug_init(struct dpc_timer *t) { }
static void dpc_timer_debug_set(struct dpc_timer *t) { }
static void dpc_timer_debug_done(struct dpc_timer *t) { }
#endif

/*
 * One thread in dpc_timer_wait(), on its stack.  It leaves that stack only
 * after it has taken the timer's lock and found @satisfied, or has taken
 * itself off the list.  By then the code that releases it is done with it.
 */
struct dpc_timer_waiter {
	struct list_head	node;		/* in dpc_timer.waiters, under its lock */
	struct task_struct	*task;
	bool			satisfied;	/* written under the lock */
};

/*
 * The periodic timers that are set, for dpc_leave(): such a timer goes on for ever.
 * Others are on no list, which would cost at each setting and expiry.  Inside a
 * timer's lock.
 */
static DEFINE_RAW_SPINLOCK(dpc_timers_lock);
static LIST_HEAD(dpc_timers_periodic);

/* @t is set and periodic, or not. */
static void dpc_timer_list_locked(struct dpc_timer *t, bool periodic)
{
	lockdep_assert_held(&t->lock);

	if (likely(t->listed == periodic))
		return;
	raw_spin_lock(&dpc_timers_lock);
	if (periodic)
		list_add(&t->periodic, &dpc_timers_periodic);
	else
		list_del(&t->periodic);
	raw_spin_unlock(&dpc_timers_lock);
	t->listed = periodic;
}

/**
 * dpc_timer_find - find a periodic timer that is set for a module
 * @mod: the module
 * @routine: set to the routine of its DPC
 *
 * Context: a thread; nobody of the module is active any more.
 * Return: one whose DPC's routine or memory is the module's, or NULL.
 */
struct dpc_timer *dpc_timer_find(const struct module *mod, void **routine)
{
	struct dpc_timer *t, *found = NULL;

	raw_spin_lock_irq(&dpc_timers_lock);
	list_for_each_entry(t, &dpc_timers_periodic, periodic) {
		struct dpc *dpc = READ_ONCE(t->dpc);

		if (within_module((unsigned long)t, mod) ||
		    (dpc && within_module((unsigned long)dpc->routine, mod))) {
			found = t;
			*routine = dpc ? (void *)dpc->routine : t;
			break;
		}
	}
	raw_spin_unlock_irq(&dpc_timers_lock);
	return found;
}

/* @ns after @when, or never. */
static ktime_t dpc_timer_after(ktime_t when, u64 ns)
{
	return ns > (u64)(KTIME_MAX - when) ? KTIME_MAX : ktime_add_ns(when, ns);
}

static ktime_t dpc_timer_now(const struct dpc_timer *t, const struct hrtimer *hrtimer)
{
	return hrtimer == &t->absolute ? ktime_get_real() : ktime_get();
}

/* Have @hrtimer fire when @due has come; true is the state before. */
static bool dpc_timer_arm_locked(struct dpc_timer *t, struct hrtimer *hrtimer, ktime_t due)
{
	struct hrtimer *before = t->armed;

	lockdep_assert_held(&t->lock);

	if (before && before != hrtimer)
		hrtimer_try_to_cancel(before);
	if (!before)
		dpc_timer_debug_set(t);
	t->armed = hrtimer;
	t->due = due;
	hrtimer_start_range_ns(hrtimer, due, t->tolerance_ns, DPC_TIMER_MODE);
	return before;
}

/* Return: whether it was pending. */
static bool dpc_timer_disarm_locked(struct dpc_timer *t)
{
	struct hrtimer *before = t->armed;

	lockdep_assert_held(&t->lock);

	if (!before)
		return false;
	t->armed = NULL;
	dpc_timer_debug_done(t);
	dpc_timer_list_locked(t, false);
	/* If its handler waits for the lock, it will find that it isn't armed. */
	hrtimer_try_to_cancel(before);
	return true;
}

static void dpc_timer_release_locked(struct dpc_timer_waiter *waiter)
{
	list_del(&waiter->node);
	WRITE_ONCE(waiter->satisfied, true);
	wake_up_process(waiter->task);
}

/* T4.  A timer that is signalled has no waiters, of either kind. */
static void dpc_timer_signal_locked(struct dpc_timer *t)
{
	struct dpc_timer_waiter *waiter, *next;

	lockdep_assert_held(&t->lock);

	if (t->kind == DPC_TIMER_SYNCHRONIZATION) {
		waiter = list_first_entry_or_null(&t->waiters, struct dpc_timer_waiter, node);
		if (waiter)
			dpc_timer_release_locked(waiter);
		else
			WRITE_ONCE(t->signalled, true);
		return;
	}
	WRITE_ONCE(t->signalled, true);
	list_for_each_entry_safe(waiter, next, &t->waiters, node)
		dpc_timer_release_locked(waiter);
}

/*
 * When a periodic timer that expired at @now is due again, by the monotonic
 * clock.  Counted from when it was due, not from when its interrupt came, so
 * that it doesn't drift; periods that were missed altogether are left out.
 */
static ktime_t dpc_timer_next_due(const struct dpc_timer *t, ktime_t now)
{
	u64 periods;

	/* The period after an absolute time is relative: to its expiry. */
	if (t->armed == &t->absolute)
		return dpc_timer_after(ktime_get(), t->period_ns);

	periods = div64_u64(ktime_to_ns(ktime_sub(now, t->due)), t->period_ns);
	return dpc_timer_after(t->due + periods * t->period_ns, t->period_ns);
}

static void dpc_timer_expired_locked(struct dpc_timer *t)
{
	t->armed = NULL;
	dpc_timer_debug_done(t);
}

/* T2 */
static void dpc_timer_expire_locked(struct dpc_timer *t, ktime_t now)
{
	if (t->period_ns)
		dpc_timer_arm_locked(t, &t->relative, dpc_timer_next_due(t, now));
	else
		dpc_timer_expired_locked(t);
	dpc_timer_signal_locked(t);
	/* Refused if it is still queued; if it only runs, it will run again. */
	if (t->dpc)
		dpc_queue(t->dpc, t, NULL);
}

static enum hrtimer_restart dpc_timer_fired(struct dpc_timer *t, struct hrtimer *hrtimer)
{
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	unsigned long flags;

	raw_spin_lock_irqsave(&t->lock, flags);
	/* Otherwise it was cancelled, or set anew by the other clock. */
	if (t->armed == hrtimer) {
		ktime_t now = dpc_timer_now(t, hrtimer);

		/*
		 * It is not due if it was set anew, and is started already, so that
		 * this changes nothing, or if the clock was set back since the
		 * interrupt.
		 */
		if (ktime_before(now, t->due))
			restart = HRTIMER_RESTART;
		else
			dpc_timer_expire_locked(t, now);
	}
	raw_spin_unlock_irqrestore(&t->lock, flags);
	return restart;
}

static enum hrtimer_restart dpc_timer_fired_relative(struct hrtimer *hrtimer)
{
	return dpc_timer_fired(container_of(hrtimer, struct dpc_timer, relative), hrtimer);
}

static enum hrtimer_restart dpc_timer_fired_absolute(struct hrtimer *hrtimer)
{
	return dpc_timer_fired(container_of(hrtimer, struct dpc_timer, absolute), hrtimer);
}

/**
 * dpc_timer_stop - what dpc_timer_destroy() does
 * @t: the timer
 *
 * Context: any but NMI and the timer's own interrupt; no lock is held that a DPC's
 * queueing takes.  Spins while its handler runs on another CPU.
 * Return: true if threads wait for it.
 */
bool dpc_timer_stop(struct dpc_timer *t)
{
	unsigned long flags;
	bool waiters;

	raw_spin_lock_irqsave(&t->lock, flags);
	t->dead = true;
	dpc_timer_disarm_locked(t);
	waiters = !list_empty(&t->waiters);
	raw_spin_unlock_irqrestore(&t->lock, flags);

	/* Nothing starts them any more; a late firing may still be there. */
	hrtimer_cancel(&t->absolute);
	hrtimer_cancel(&t->relative);
	return waiters;
}

/* dpc_timer_init() in the name of the code at @ip. */
void dpc_timer_init_ip(struct dpc_timer *t, enum dpc_timer_kind kind, unsigned long ip)
{
	/*
	 * The memory may hold anything, but hardly a pointer into itself.  If the timer
	 * is pending, its handler would go on with state that is overwritten here.
	 */
	if (unlikely(t->armed == &t->relative || t->armed == &t->absolute)) {
		dpc_misuse(ip, "initialises a timer that is pending: stopped");
		dpc_timer_stop(t);
	}
	dpc_timer_debug_init(t);
	*t = (struct dpc_timer){ .kind = kind };
	raw_spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->waiters);
	hrtimer_setup(&t->relative, dpc_timer_fired_relative, CLOCK_MONOTONIC, DPC_TIMER_MODE);
	hrtimer_setup(&t->absolute, dpc_timer_fired_absolute, CLOCK_REALTIME, DPC_TIMER_MODE);
}
EXPORT_SYMBOL_GPL(dpc_timer_init_ip);

/*
 * The due time has come before the timer was set (T1): no interrupt has to be waited
 * for.  A firing of the setting before may still come; it is none.
 */
static bool dpc_timer_expire_now_locked(struct dpc_timer *t, struct hrtimer *hrtimer,
					ktime_t due, ktime_t now)
{
	bool pending = dpc_timer_disarm_locked(t);

	dpc_timer_debug_set(t);
	t->armed = hrtimer;
	t->due = due;
	dpc_timer_expire_locked(t, now);
	return pending;
}

static bool dpc_timer_start(struct dpc_timer *t, struct hrtimer *hrtimer, ktime_t due,
			    u64 period_ns, u64 tolerance_ns, struct dpc *dpc)
{
	ktime_t now = dpc_timer_now(t, hrtimer);
	bool past = due <= now;
	bool pending = false;
	unsigned long flags;
	bool raised = false;

	/* So that the DPC of one that expires now has run on return (Q12). */
	if (past && dpc)
		raised = dpc_raise_level();
	raw_spin_lock_irqsave(&t->lock, flags);
	if (!t->dead) {
		WRITE_ONCE(t->signalled, false);
		t->period_ns = period_ns ? max_t(u64, period_ns, DPC_TIMER_PERIOD_MIN_NS) : 0;
		t->tolerance_ns = min_t(u64, tolerance_ns, KTIME_MAX);
		t->dpc = dpc;
		if (past)
			pending = dpc_timer_expire_now_locked(t, hrtimer, due, now);
		else
			pending = dpc_timer_arm_locked(t, hrtimer, due);
		dpc_timer_list_locked(t, period_ns);
	}
	raw_spin_unlock_irqrestore(&t->lock, flags);
	dpc_lower_level(raised);
	return pending;
}

bool dpc_timer_set(struct dpc_timer *t, u64 delay_ns, u64 period_ns, u64 tolerance_ns,
		   struct dpc *dpc)
{
	return dpc_timer_start(t, &t->relative, dpc_timer_after(ktime_get(), delay_ns), period_ns,
			       tolerance_ns, dpc);
}
EXPORT_SYMBOL_GPL(dpc_timer_set);

bool dpc_timer_set_at(struct dpc_timer *t, ktime_t when, u64 period_ns, u64 tolerance_ns,
		      struct dpc *dpc)
{
	/* The hrtimer core has no time before 1970. */
	return dpc_timer_start(t, &t->absolute, max_t(ktime_t, when, 0), period_ns, tolerance_ns,
			       dpc);
}
EXPORT_SYMBOL_GPL(dpc_timer_set_at);

bool dpc_timer_cancel(struct dpc_timer *t)
{
	unsigned long flags;
	bool pending;

	raw_spin_lock_irqsave(&t->lock, flags);
	pending = dpc_timer_disarm_locked(t);
	raw_spin_unlock_irqrestore(&t->lock, flags);
	return pending;
}
EXPORT_SYMBOL_GPL(dpc_timer_cancel);

/* dpc_timer_destroy() in the name of the code at @ip. */
int dpc_timer_destroy_ip(struct dpc_timer *t, unsigned long ip)
{
	if (!dpc_may_wait(ip, "dpc_timer_destroy"))
		return -EDEADLK;
	might_sleep();

	if (dpc_timer_stop(t))
		dpc_misuse(ip, "destroys a timer that threads wait for");
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_timer_destroy_ip);

/* Return: whether it is signalled; that satisfies one wait (T4). */
static bool dpc_timer_take_locked(struct dpc_timer *t)
{
	lockdep_assert_held(&t->lock);

	if (!t->signalled)
		return false;
	if (t->kind == DPC_TIMER_SYNCHRONIZATION)
		WRITE_ONCE(t->signalled, false);
	return true;
}

/* Sleep until somebody satisfies @waiter, or @end has come; NULL = no limit. */
static void dpc_timer_sleep(const struct dpc_timer_waiter *waiter, ktime_t *end)
{
	for (;;) {
		/* Idle: waiting for a timer is neither load nor a hung task. */
		set_current_state(TASK_IDLE);
		if (READ_ONCE(waiter->satisfied))
			break;
		if (!schedule_hrtimeout_range(end, 0, HRTIMER_MODE_ABS))
			break;
	}
	__set_current_state(TASK_RUNNING);
}

/* dpc_timer_wait() in the name of the code at @ip. */
int dpc_timer_wait_ip(struct dpc_timer *t, u64 timeout_ns, unsigned long ip)
{
	struct dpc_timer_waiter waiter = { .task = current };
	unsigned long flags;
	ktime_t end;

	if (timeout_ns && !dpc_may_wait(ip, "dpc_timer_wait"))
		return -EDEADLK;
	might_sleep_if(timeout_ns);

	raw_spin_lock_irqsave(&t->lock, flags);
	waiter.satisfied = dpc_timer_take_locked(t);
	if (waiter.satisfied || !timeout_ns) {
		raw_spin_unlock_irqrestore(&t->lock, flags);
		return waiter.satisfied ? 0 : -ETIMEDOUT;
	}
	list_add_tail(&waiter.node, &t->waiters);
	raw_spin_unlock_irqrestore(&t->lock, flags);

	end = dpc_timer_after(ktime_get(), timeout_ns);
	dpc_timer_sleep(&waiter, end == KTIME_MAX ? NULL : &end);

	/* Once we have the lock, the code that satisfied us no longer uses @waiter. */
	raw_spin_lock_irqsave(&t->lock, flags);
	if (!waiter.satisfied)
		list_del(&waiter.node);
	raw_spin_unlock_irqrestore(&t->lock, flags);
	return waiter.satisfied ? 0 : -ETIMEDOUT;
}
EXPORT_SYMBOL_GPL(dpc_timer_wait_ip);
