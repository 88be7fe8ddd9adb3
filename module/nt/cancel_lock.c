// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cancel locks (P5): what decides between a cancellation and its opposite.
 *
 * A queue of packets has one of its own, or shares one with other queues; all queues of
 * drivers from Windows share the one here.
 */
#include "cancel_lock.h"

#include <linux/dpc_packet.h>
#include <linux/module.h>
#include <linux/sched.h>

static DEFINE_DPC_CANCEL_LOCK(dpc_cancel_lock_of_all);

struct dpc_cancel_lock *dpc_cancel_lock_system(void)
{
	return &dpc_cancel_lock_of_all;
}
EXPORT_SYMBOL_GPL(dpc_cancel_lock_system);

void dpc_cancel_lock_init(struct dpc_cancel_lock *lock)
{
	dpc_lock_init(&lock->lock);
	lock->owner = NULL;
}
EXPORT_SYMBOL_GPL(dpc_cancel_lock_init);

/* dpc_cancel_lock_acquire() in the name of the code at @ip. */
enum dpc_irql dpc_cancel_lock_acquire_ip(struct dpc_cancel_lock *lock, unsigned long ip)
{
	enum dpc_irql old = dpc_lock_acquire_ip(&lock->lock, ip);

	WRITE_ONCE(lock->owner, current);
	lock->level = old;
	return old;
}
EXPORT_SYMBOL_GPL(dpc_cancel_lock_acquire_ip);

/* Release the lock, and stay at DISPATCH. */
void dpc_cancel_lock_release_at_dispatch(struct dpc_cancel_lock *lock, unsigned long ip)
{
	WRITE_ONCE(lock->owner, NULL);
	dpc_lock_release_at_dispatch_ip(&lock->lock, ip);
}

/*
 * dpc_cancel_lock_release() in the name of the code at @ip.  One that came from PASSIVE and
 * releases to DISPATCH lowers the level later.
 */
void dpc_cancel_lock_release_ip(struct dpc_cancel_lock *lock, enum dpc_irql old, unsigned long ip)
{
	if (old == DPC_DISPATCH_LEVEL && lock->level == DPC_PASSIVE_LEVEL) {
		dpc_cancel_lock_release_at_dispatch(lock, ip);
		return;
	}
	WRITE_ONCE(lock->owner, NULL);
	dpc_lock_release_ip(&lock->lock, old, ip);
}
EXPORT_SYMBOL_GPL(dpc_cancel_lock_release_ip);

/*
 * Does the caller hold it?  A thread that holds it is the only code on its CPU that could
 * ask: bottom halves are off.  On PREEMPT_RT other threads have another "current".
 */
bool dpc_cancel_lock_is_mine(struct dpc_cancel_lock *lock)
{
	return READ_ONCE(lock->owner) == current;
}
