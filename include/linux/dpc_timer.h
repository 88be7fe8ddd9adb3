/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Timers that queue a DPC, and that threads can wait for.
 *
 * Module: dpc_core.ko.  The rule numbers (T1 ..., B2) are those of docs/semantics.md.
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
 * enum dpc_timer_kind - what an expiry does to waiting threads (T4)
 * @DPC_TIMER_NOTIFICATION: it satisfies all waits, later ones too, until the timer is
 *	set anew
 * @DPC_TIMER_SYNCHRONIZATION: it satisfies one wait, first come first served, which
 *	resets the signal
 */
enum dpc_timer_kind {
	DPC_TIMER_NOTIFICATION,
	DPC_TIMER_SYNCHRONIZATION,
};

/* Timeout of dpc_timer_wait() for a wait without limit, ns. */
#define DPC_WAIT_FOREVER	U64_MAX

/*
 * Shorter periods are lengthened to this one.  A DPC may take 100 us (B1), so calls
 * that come more often could never be served, and a period of a few ns would keep its
 * CPU busy with nothing else.
 */
#define DPC_TIMER_PERIOD_MIN_NS	(100 * NSEC_PER_USEC)

/*
 * Time from dpc_continue() to the next slice.  It must be long enough for the CPU to
 * leave the interrupt and the softirq and to switch to a thread (2 to 5 us); if not,
 * only DPCs would run in between.  It must be short compared with a slice of 100 us
 * (B2), or jobs would take for ever: with 20 us, 5 ms of work are done after 6 ms, and
 * threads have a sixth of the CPU.  Windows waits for its clock tick, 1 to 15.6 ms.
 */
#define DPC_CONTINUE_GAP_NS	(20 * NSEC_PER_USEC)

/*
 * struct dpc_timer - the life of the object
 *
 *   state     armed      dead   what may move it on
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
 *   signalled  what may move it on
 *   ---------  ----------------------------------------------------------------
 *   no         expiry: -> yes, except of a synchronization timer for which threads
 *              wait: then the first of these is released instead
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
 * @t: the timer, with any content; must not be pending, nor on a stack
 * @kind: what an expiry does to waiting threads (T4)
 *
 * Afterwards it is not pending and not signalled.  A timer that is pending is stopped
 * first, and the caller is reported and counted in dpc_violations() (T6).
 *
 * Context: any but NMI.
 */
static __always_inline void dpc_timer_init(struct dpc_timer *t, enum dpc_timer_kind kind)
{
	dpc_timer_init_ip(t, kind, _THIS_IP_);
}

/**
 * dpc_timer_set - have a timer expire after a time
 * @t: the timer
 * @delay_ns: time from now, ns of the monotonic clock, which stands still while the
 *	machine is suspended; 0 = the timer expires within this call
 * @period_ns: time from each expiry to the next, ns; 0 = it expires once.  A value
 *	below DPC_TIMER_PERIOD_MIN_NS is raised to that.
 * @tolerance_ns: how much later the kernel may let it expire each time, ns, in
 *	order to do so together with other timers (T5); 0 = as soon as it can.  It
 *	never expires earlier.
 * @dpc: queued at each expiry, with @t as its first argument and NULL as its
 *	second (T6; the driver's own data belongs in the object's context);
 *	NULL = none
 *
 * A timer that is pending is set anew, and the earlier setting is cancelled (T1); a
 * DPC that an earlier expiry has queued stays queued.  The signal is cleared.  Waiting
 * threads go on waiting, for the new expiry.
 *
 * On expiry the timer is signalled (T4), and dpc_queue() queues its DPC (T2).  A
 * one-shot timer is then no longer pending; a periodic one is pending again at once.
 * If the DPC is still queued from an earlier expiry, dpc_queue() refuses it, and one
 * call stands for several expiries.  If its routine runs, dpc_queue() accepts it, so
 * the routine of a periodic timer can run on two CPUs at once.  The due times of a
 * periodic timer don't drift; those that were missed entirely are left out.  The DPC
 * is queued by the CPU that set the timer, unless that went offline or the timer was
 * just expiring on another one.
 *
 * With a delay of 0 all that happens within this call: on return the timer is
 * signalled, and the DPC was queued as if the caller had called dpc_queue(), so for a
 * thread it has run (Q12).  A DPC that sets its own timer so leaves no time for
 * threads; dpc_continue() does.
 *
 * A time too far away to be expressed, 292 years, never comes: the timer is pending
 * until it is cancelled.  After dpc_timer_destroy() the call has no effect.
 *
 * Context: any but NMI.
 * Return: true if the timer was pending.  Then its DPC won't be queued because of that
 * earlier setting, or, if it was periodic, not again (T1).
 */
bool dpc_timer_set(struct dpc_timer *t, u64 delay_ns, u64 period_ns, u64 tolerance_ns,
		   struct dpc *dpc);

/**
 * dpc_timer_set_at - have a timer expire at a time of day
 * @t: the timer
 * @when: ns since 1970, CLOCK_REALTIME, as from ktime_get_real().  If that clock is
 *	set, the expiry follows.  If the time has passed, the timer expires within
 *	this call, as with a delay of 0 (T1).
 * @period_ns: as with dpc_timer_set(); counted from the expiry by the
 *	monotonic clock, which nobody sets
 * @tolerance_ns: as with dpc_timer_set()
 * @dpc: as with dpc_timer_set()
 *
 * In everything else like dpc_timer_set().
 *
 * Context: any but NMI.
 * Return: true if it was pending (T1).
 */
bool dpc_timer_set_at(struct dpc_timer *t, ktime_t when, u64 period_ns, u64 tolerance_ns,
		      struct dpc *dpc);

/**
 * dpc_timer_cancel - have a timer not expire
 * @t: the timer
 *
 * This never waits.  A DPC that is queued stays queued, one that runs completes, and
 * the signal stays (T3).  To end the DPC as well, call dpc_cancel() and
 * dpc_flush_all() afterwards.  To end the timer for good, call dpc_timer_destroy().
 *
 * Context: any but NMI.
 * Return: true if it was pending: then a one-shot timer's DPC won't be queued because
 * of that setting, and a periodic timer's not again.  Always true for a periodic timer
 * that is set.  False if it was not set or has expired; then its DPC, if there was a
 * setting, is queued, running or done when this returns (T3).
 */
bool dpc_timer_cancel(struct dpc_timer *t);

int dpc_timer_destroy_ip(struct dpc_timer *t, unsigned long ip);

/**
 * dpc_timer_destroy - end a timer before its memory is freed
 * @t: the timer; no thread may wait for it
 *
 * When this returns, the timer is not pending, its interrupt handler doesn't
 * run on any CPU, and it can't be set: dpc_timer_set(), dpc_timer_set_at() and
 * dpc_continue() have no effect, so a DPC may go on trying to set its timer.  The DPC
 * may still be queued or running; the whole teardown is::
 *
 *	dpc_timer_destroy(&job->timer);
 *	dpc_cancel(&job->dpc);
 *	dpc_flush_all();
 *	kfree(job);
 *
 * dpc_timer_init() makes it usable again.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK elsewhere, in a DPC for example.  Then the timer is as it was,
 * and the caller is reported and counted in dpc_violations().
 */
static __always_inline int dpc_timer_destroy(struct dpc_timer *t)
{
	return dpc_timer_destroy_ip(t, _THIS_IP_);
}

int dpc_timer_wait_ip(struct dpc_timer *t, u64 timeout_ns, unsigned long ip);

/**
 * dpc_timer_wait - wait until a timer is signalled
 * @t: the timer; must not be destroyed meanwhile
 * @timeout_ns: the longest wait, ns of the monotonic clock; 0 = only look;
 *	DPC_WAIT_FOREVER = without limit
 *
 * A notification timer satisfies every wait from its expiry until it is set
 * anew.  A synchronization timer satisfies exactly one wait per expiry, that
 * of the thread that has waited longest; if no thread waits, it satisfies the
 * next wait, and only that one, however often it has expired (T4).  An expiry that
 * comes just as the time is up counts: it is not lost on a thread that then returns
 * -ETIMEDOUT.
 *
 * Signals to the process don't end the wait.  The interrupt of a notification
 * timer wakes all waiting threads with interrupts off, so keep them few.
 *
 * Context: a thread that may sleep; with @timeout_ns of 0, any but NMI.
 * Return: 0 if the wait was satisfied; -ETIMEDOUT if the time is up; -EDEADLK at
 * once if @timeout_ns is not 0 and the caller may not sleep.  The signal is not taken
 * then, and the caller is reported and counted in dpc_violations().
 */
static __always_inline int dpc_timer_wait(struct dpc_timer *t, u64 timeout_ns)
{
	return dpc_timer_wait_ip(t, timeout_ns, _THIS_IP_);
}

/**
 * dpc_continue - have a DPC routine called again shortly, after others have run
 * @t: a timer that the driver keeps for this purpose, initialised; of either kind
 * @dpc: the object whose routine is to be called, normally the calling one
 *
 * A routine whose work takes longer than a DPC should (B1) does a slice of it, calls
 * this, and returns (B2).  A high-resolution timer queues @dpc on this CPU,
 * DPC_CONTINUE_GAP_NS from now.  DPCs that are queued now run before, and threads run
 * in between.  If the routine queued its object itself, the drain would go on with it
 * at once, and no thread would run.
 *
 * The new call gets the timer's arguments and not those of the first call (T6), so
 * the context has to hold the state of the job.  A job of 5 ms in slices of at most
 * DPC_SLICE_US, with dpc_should_yield() to tell when a slice is over::
 *
 *	static void crunch(struct dpc *dpc, void *context, void *arg1, void *arg2)
 *	{
 *		struct job *job = context;
 *
 *		while (job->blocks_left) {
 *			if (dpc_should_yield()) {
 *				dpc_continue(&job->timer, dpc);
 *				return;
 *			}
 *			crunch_block(job);	// takes at most 20 us
 *			job->blocks_left--;
 *		}
 *		complete(&job->done);
 *	}
 *
 *	dpc_timer_init(&job->timer, DPC_TIMER_NOTIFICATION);
 *	dpc_init(&job->dpc, crunch, job);
 *	...
 *	dpc_queue(&job->dpc, NULL, NULL);
 *
 * Between two slices the DPC is idle.  Another dpc_queue() then starts a slice that
 * the timer knows nothing of; a driver in which that can happen needs a flag "busy" of
 * its own.  dpc_timer_destroy() ends the job after the slice that runs.
 *
 * Context: a DPC routine.
 */
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
