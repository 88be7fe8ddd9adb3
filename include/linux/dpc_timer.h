/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timers that queue a DPC, and that threads can wait for.
 *
 * The rule numbers (T1 ..., B2) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_TIMER_H
#define _LINUX_DPC_TIMER_H

#include <linux/dpc.h>
#include <linux/hrtimer.h>
#include <linux/instruction_pointer.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/time64.h>
#include <linux/types.h>

/**
 * enum dpc_timer_kind - what an expiry does to those who wait (T4)
 * @DPC_TIMER_NOTIFICATION: all waits are satisfied, those that come later too,
 *	until the timer is set anew
 * @DPC_TIMER_SYNCHRONIZATION: one wait is satisfied, first come first served,
 *	and the timer is not signalled any more
 */
enum dpc_timer_kind {
	DPC_TIMER_NOTIFICATION,
	DPC_TIMER_SYNCHRONIZATION,
};

/* dpc_timer_wait(): no limit, ns. */
#define DPC_WAIT_FOREVER	U64_MAX

/*
 * A shorter period is taken as this one: a DPC may take 100 us (B1), so one
 * that comes more often could never be served, and a period of a few ns would
 * be all that its CPU does.
 */
#define DPC_TIMER_PERIOD_MIN_NS	(100 * NSEC_PER_USEC)

/*
 * dpc_continue(): from the call to the next slice.  It must be long enough for
 * the CPU to leave the interrupt and the softirq and to switch to a thread (2
 * to 5 us), or nothing but DPCs would run in between.  It must be short
 * against a slice of 100 us (B2), or the job takes for ever: with 20 us, 5 ms
 * of work are done after 6 ms, and threads have a sixth of the CPU.  Windows
 * waits for its clock tick, 1 to 15.6 ms.
 */
#define DPC_CONTINUE_GAP_NS	(20 * NSEC_PER_USEC)

/*
 * struct dpc_timer - the life of the object
 *
 *   state     armed      dead   who may move it on
 *   --------  ---------  -----  -----------------------------------------------
 *   idle      NULL       false  dpc_timer_destroy(): -> dead
 *                               dpc_timer_set(): -> pending
 *   pending   hrtimer    false  expiry, one-shot: -> idle, signals, queues DPC
 *                               expiry, periodic: stays, signals, queues DPC
 *                               dpc_timer_set(): stays, with the new due time
 *                               dpc_timer_destroy(): -> dead
 *                               dpc_timer_cancel(): -> idle
 *   dead      NULL       true   dpc_timer_init(): -> idle
 *
 * Whether it is signalled is independent of that:
 *
 *   signalled  who may move it on
 *   ---------  ----------------------------------------------------------------
 *   no         expiry: -> yes; not if it is a synchronization timer and somebody
 *              waits: the first of these is released instead
 *   yes        dpc_timer_set(): -> no
 *              dpc_timer_wait() on a synchronization timer: -> no
 *
 * Field legend:
 *   C  set by dpc_timer_init()
 *   L  written under @lock; @signalled is also read without it, as a hint
 *   H  started and stopped under @lock, otherwise the hrtimer core's
 */
struct dpc_timer {
	/* private: */
	raw_spinlock_t		lock;		/* hard interrupts take it on PREEMPT_RT too */
	u8			kind;		/* C, enum dpc_timer_kind */
	bool			signalled;	/* L */
	bool			dead;		/* L */
	bool			listed;		/* L, in the list of periodic ones */
	struct hrtimer		*armed;		/* L, which of the two is to expire, or NULL */
	ktime_t			due;		/* L, by the clock of @armed */
	u64			period_ns;	/* L, 0 = one-shot */
	u64			tolerance_ns;	/* L */
	struct dpc		*dpc;		/* L, queued on expiry, or NULL */
	struct list_head	waiters;	/* L, struct dpc_timer_waiter, oldest first */
	struct list_head	periodic;	/* of those that are set; see timer.c */
	struct hrtimer		relative;	/* H, CLOCK_MONOTONIC */
	struct hrtimer		absolute;	/* H, CLOCK_REALTIME */
};

void dpc_timer_init_ip(struct dpc_timer *t, enum dpc_timer_kind kind, unsigned long ip);

/**
 * dpc_timer_init - initialise a timer
 * @t: the timer; must not be pending: one that is gets stopped, and the caller is
 *	reported and counted in dpc_violations().  Not on a stack.
 * @kind: what an expiry does to those who wait (T4)
 *
 * It is not pending and not signalled.
 *
 * Context: any but NMI.
 */
static __always_inline void dpc_timer_init(struct dpc_timer *t, enum dpc_timer_kind kind)
{
	dpc_timer_init_ip(t, kind, _THIS_IP_);
}

bool dpc_timer_set(struct dpc_timer *t, u64 delay_ns, u64 period_ns, u64 tolerance_ns,
		   struct dpc *dpc);
bool dpc_timer_set_at(struct dpc_timer *t, ktime_t when, u64 period_ns, u64 tolerance_ns,
		      struct dpc *dpc);
bool dpc_timer_cancel(struct dpc_timer *t);

int dpc_timer_destroy_ip(struct dpc_timer *t, unsigned long ip);

/**
 * dpc_timer_destroy - be done with a timer
 * @t: the timer; nobody may wait for it
 *
 * When this returns, the timer is not pending, its interrupt handler doesn't
 * run on any CPU, and it can't be set: dpc_timer_set(), dpc_timer_set_at() and
 * dpc_continue() have no effect, so a DPC that sets its timer again is no
 * trouble.  The DPC may still be queued or running; the whole teardown is::
 *
 *	dpc_timer_destroy(&job->timer);
 *	dpc_cancel(&job->dpc);
 *	dpc_flush_all();
 *	kfree(job);
 *
 * dpc_timer_init() makes it usable again.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK if it is refused, in a DPC for one: then the timer is what it
 * was; see dpc_violations().
 */
static __always_inline int dpc_timer_destroy(struct dpc_timer *t)
{
	return dpc_timer_destroy_ip(t, _THIS_IP_);
}

int dpc_timer_wait_ip(struct dpc_timer *t, u64 timeout_ns, unsigned long ip);

/**
 * dpc_timer_wait - wait until a timer is signalled
 * @t: the timer; must not be destroyed meanwhile
 * @timeout_ns: at most so long, ns of the monotonic clock; 0 = only look;
 *	DPC_WAIT_FOREVER = without limit
 *
 * A notification timer satisfies every wait from its expiry until it is set
 * anew.  A synchronization timer satisfies exactly one wait per expiry, that
 * of the thread that has waited longest; if nobody waits, it satisfies the
 * next wait, one, however often it has expired (T4).  An expiry that comes as
 * the time is up counts: no expiry is lost on a thread that then returns
 * -ETIMEDOUT.
 *
 * Signals to the process don't end the wait.  The interrupt of a notification
 * timer wakes all who wait, with interrupts off: this is not meant for crowds.
 *
 * Context: a thread that may sleep; with @timeout_ns of 0, any but NMI.
 * Return: 0 if the wait was satisfied, -ETIMEDOUT if the time is up; -EDEADLK at
 * once, with @timeout_ns of more than 0, where nobody may sleep, and then the
 * signal is not taken; see dpc_violations().
 */
static __always_inline int dpc_timer_wait(struct dpc_timer *t, u64 timeout_ns)
{
	return dpc_timer_wait_ip(t, timeout_ns, _THIS_IP_);
}

void dpc_continue(struct dpc_timer *t, struct dpc *dpc);

/**
 * dpc_timer_is_signalled - whether a wait would have been satisfied a moment ago
 * @t: the timer
 *
 * Changes nothing.  A synchronization timer that is signalled now may have
 * satisfied another thread's wait when this returns; to take the signal, use
 * dpc_timer_wait() with a timeout of 0.
 *
 * Context: any.
 * Return: true if it is signalled (T2, T4).
 */
static inline bool dpc_timer_is_signalled(const struct dpc_timer *t)
{
	return READ_ONCE(t->signalled);
}

#endif /* _LINUX_DPC_TIMER_H */
