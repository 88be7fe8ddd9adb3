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

/**
 * dpc_timer_set - have a timer expire after a time
 * @t: the timer
 * @delay_ns: from now, ns of the monotonic clock, which stands while the machine
 *	is suspended; 0 = it expires within this call
 * @period_ns: from then on it expires again every so many ns, until it is
 *	cancelled; 0 = it expires once.  Less than DPC_TIMER_PERIOD_MIN_NS is
 *	taken as that.
 * @tolerance_ns: how much later the system may let it expire each time, ns, in
 *	order to do so together with others (T5); 0 = as soon as it can.  Never
 *	earlier.
 * @dpc: queued at each expiry, with @t as its first argument and NULL as its
 *	second (T6: what the driver wants to hand over goes into the object's
 *	context); NULL = none
 *
 * If it is pending, that setting is cancelled (T1); a DPC that an earlier expiry
 * has queued stays queued.  The signal is cleared; threads that wait go on
 * waiting, for the new expiry.
 *
 * On expiry the timer is signalled (T4), a one-shot one is not pending any
 * more, a periodic one is pending again at once, and its DPC is queued (T2) by
 * dpc_queue(): refused if it is still queued from an expiry before, but not if
 * it runs, so the routine of a periodic timer can run on two CPUs at once, and
 * one call can stand for several expiries.  The due times of a periodic timer
 * don't drift; those that have passed entirely are left out.  The CPU whose
 * interrupt queues the DPC is the one that set the timer, unless it went
 * offline or the timer was just expiring on another one.
 *
 * With a delay of 0 all that happens within this call: on return the timer is
 * signalled, and the DPC is queued by dpc_queue() in the caller's place, so for a
 * thread it has run (Q12).  A DPC that goes on by such a setting of its own timer
 * leaves no time for threads; dpc_continue() does.
 *
 * A time so far away that it can't be expressed, 292 years, never comes: the
 * timer is pending until it is cancelled.  After dpc_timer_destroy() the call
 * has no effect.
 *
 * Context: any but NMI.
 * Return: true if it was pending, and then the DPC won't be queued because of
 * that earlier setting (if it was periodic: not again) (T1).
 */
bool dpc_timer_set(struct dpc_timer *t, u64 delay_ns, u64 period_ns, u64 tolerance_ns,
		   struct dpc *dpc);

/**
 * dpc_timer_set_at - have a timer expire at a time of day
 * @t: the timer
 * @when: ns since 1970, CLOCK_REALTIME, as from ktime_get_real().  If somebody
 *	sets that clock, the expiry follows.  A time that has passed: it expires
 *	within this call, as with a delay of 0 (T1).
 * @period_ns: as with dpc_timer_set(); counted from the expiry by the
 *	monotonic clock, nobody sets that
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
 * Never waits.  A DPC that is queued stays queued, one that runs completes, and
 * the signal stays (T3): to be rid of the DPC, too, call dpc_cancel() and
 * dpc_flush_all() afterwards.  To be rid of the timer, dpc_timer_destroy().
 *
 * Context: any but NMI.
 * Return: true if it was pending: a one-shot timer's DPC won't be queued because
 * of that setting, a periodic one's not again.  Always true for a periodic timer
 * that is set.  False if it was not set or has expired, and then its DPC is
 * queued, running or done when this returns (T3).
 */
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

/**
 * dpc_continue - end a DPC call and go on in another one shortly
 * @t: a timer of the driver's for this purpose, initialised; of either kind
 * @dpc: the object whose routine is to be called, normally the calling one
 *
 * For jobs that take longer than a DPC should (B1, B2).  Has the routine
 * called again from a high-resolution timer, DPC_CONTINUE_GAP_NS from now, on
 * this CPU.  DPCs that are queued now run before, and threads in between; were
 * the DPC queued again at once, the drain would go on with it and no thread
 * would run.
 *
 * The new call gets the timer's arguments, not those of the first call (T6),
 * so the state of the job has to be in what the context points to.  A job of
 * 5 ms in slices of at most 100 us, with blocks of work that take less than
 * 10 us each::
 *
 *	static void crunch(struct dpc *dpc, void *context, void *arg1, void *arg2)
 *	{
 *		struct job *job = context;
 *		u64 end = local_clock() + 90 * NSEC_PER_USEC;
 *
 *		while (job->blocks_left) {
 *			if (local_clock() >= end) {
 *				dpc_continue(&job->timer, dpc);
 *				return;
 *			}
 *			crunch_block(job);
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
 * While a job is between two slices its DPC is idle: somebody else who queues
 * it starts a slice that the timer knows nothing of, and jobs like this one
 * want a flag "busy" of their own against that.  dpc_timer_destroy() ends the
 * job after the slice that runs.
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
