/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events: a signal that threads wait for.
 *
 * Module: dpc_nt.ko.
 *
 * For code that comes from Windows.  Where a signal is never taken back, a struct
 * completion does the same.
 */
#ifndef _LINUX_DPC_EVENT_H
#define _LINUX_DPC_EVENT_H

#include <linux/compiler.h>
#include <linux/dpc_timer.h>
#include <linux/instruction_pointer.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * enum dpc_event_kind - what a signal does to waiting threads
 * @DPC_EVENT_NOTIFICATION: releases all; satisfies each wait until it is reset
 * @DPC_EVENT_SYNCHRONIZATION: releases one, or satisfies the next wait
 */
enum dpc_event_kind {
	DPC_EVENT_NOTIFICATION,
	DPC_EVENT_SYNCHRONIZATION,
};

/*
 * struct dpc_event - an event; may be on a stack
 *
 *   signalled  what may move it on
 *   ---------  ----------------------------------------------------------------
 *   no         dpc_event_set(): -> yes, except of a synchronization event for which
 *              threads wait: then the first of these is released instead
 *   yes        dpc_event_reset(): -> no
 *              dpc_event_wait() on a synchronization event: -> no
 *
 * Field legend:
 *   C  set by dpc_event_init()
 *   L  written under @lock; @signalled is also read without it, as a hint
 */
struct dpc_event {
	/* private: */
	raw_spinlock_t		lock;		/* hard interrupts take it on PREEMPT_RT too */
	u8			kind;		/* C, enum dpc_event_kind */
	bool			signalled;	/* L */
	struct list_head	waiters;	/* L, oldest first; none while it is signalled */
};

/**
 * dpc_event_init - initialise an event
 * @e: the event; no thread may wait for it
 * @kind: what a signal does
 * @signalled: whether it is signalled at once
 *
 * Context: any.
 */
void dpc_event_init(struct dpc_event *e, enum dpc_event_kind kind, bool signalled);

/**
 * dpc_event_set - signal an event
 * @e: the event
 *
 * Threads that wait now are released even if somebody resets the event at once.  A thread
 * that has been released may free the event.
 *
 * Context: any but NMI.
 * Return: whether it was signalled before.
 */
bool dpc_event_set(struct dpc_event *e);

/**
 * dpc_event_reset - take the signal of an event back
 * @e: the event
 *
 * Context: any but NMI.
 * Return: whether it was signalled before.
 */
bool dpc_event_reset(struct dpc_event *e);

/**
 * dpc_event_is_signalled - whether a wait would have been satisfied a moment ago
 * @e: the event
 *
 * Context: any.
 * Return: true if it is signalled.
 */
static inline bool dpc_event_is_signalled(const struct dpc_event *e)
{
	return READ_ONCE(e->signalled);
}

int dpc_event_wait_ip(struct dpc_event *e, u64 timeout_ns, unsigned long ip);

/**
 * dpc_event_wait - wait until an event is signalled
 * @e: the event
 * @timeout_ns: the longest wait, ns of the monotonic clock; 0 = only look;
 *	DPC_WAIT_FOREVER = without limit
 *
 * A signal that comes just as the time is up counts: a synchronization event does not lose
 * it on a thread that then returns -ETIMEDOUT.  Signals to the process don't end the wait.
 *
 * Context: a thread that may sleep; with @timeout_ns of 0, any but NMI.
 * Return: 0 if the wait was satisfied; -ETIMEDOUT if the time is up; -EDEADLK at once if
 * @timeout_ns is not 0 and the caller may not sleep.  Then the caller is reported and
 * counted in dpc_violations().
 */
static __always_inline int dpc_event_wait(struct dpc_event *e, u64 timeout_ns)
{
	return dpc_event_wait_ip(e, timeout_ns, _THIS_IP_);
}

#endif /* _LINUX_DPC_EVENT_H */
