// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks of KMDF: spin locks, wait locks, and what serialises callbacks (I3, S2).
 *
 * A lock knows its holder, because callbacks nest: one that holds the callback lock may
 * complete a request, and that calls another one.
 */
#include "wdf_lock.h"

#include "../core/internal.h"

#include <linux/dpc_wdm_wdf_object.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>

void dpc_wdf_lock_init_key(struct dpc_wdf_lock *lock, enum dpc_wdf_lock_kind kind,
			   bool recursive, struct lock_class_key *key)
{
	*lock = (struct dpc_wdf_lock){
		.kind = kind, .recursive = recursive, .key = key,
	};
	spin_lock_init(&lock->spin);
	lockdep_set_class(&lock->spin, key);
	sema_init(&lock->sem, 1);
}
EXPORT_SYMBOL_GPL(dpc_wdf_lock_init_key);

/*
 * The caller, as a holder: its thread, or a softirq on top of that.  An ISR can't take a lock
 * of threads and softirqs, and is the same as what it has interrupted; so that is reported.
 */
static unsigned long dpc_wdf_lock_me(void)
{
	return (unsigned long)current + (in_serving_softirq() ? 1 : 0);
}

static bool dpc_wdf_lock_is_mine(const struct dpc_wdf_lock *lock)
{
	return READ_ONCE(lock->owner) == dpc_wdf_lock_me();
}

static void dpc_wdf_lock_take_device(struct dpc_wdf_lock *lock)
{
	unsigned long flags;

	spin_lock_irqsave(&lock->spin, flags);
	lock->flags = flags;
	__release(&lock->spin);
}

static void dpc_wdf_lock_take_dispatch(struct dpc_wdf_lock *lock, unsigned long ip)
{
	enum dpc_irql level = dpc_level_raise_ip(ip);

	spin_lock(&lock->spin);
	lock->level = level;
	__release(&lock->spin);
}

/* Return: 0, or -ETIMEDOUT. */
static int dpc_wdf_lock_take_passive(struct dpc_wdf_lock *lock, long timeout)
{
	if (!timeout)
		return down_trylock(&lock->sem) ? -ETIMEDOUT : 0;
	return down_timeout(&lock->sem, timeout) ? -ETIMEDOUT : 0;
}

static int dpc_wdf_lock_take(struct dpc_wdf_lock *lock, long timeout, unsigned long ip)
{
	int err = 0;

	switch (lock->kind) {
	case DPC_WDF_LOCK_DISPATCH:
		dpc_wdf_lock_take_dispatch(lock, ip);
		break;
	case DPC_WDF_LOCK_DEVICE:
		dpc_wdf_lock_take_device(lock);
		break;
	case DPC_WDF_LOCK_PASSIVE:
		err = dpc_wdf_lock_take_passive(lock, timeout);
		break;
	}
	if (!err)
		WRITE_ONCE(lock->owner, dpc_wdf_lock_me());
	return err;
}

void dpc_wdf_lock_enter(struct dpc_wdf_lock *lock, unsigned long ip)
{
	if (dpc_wdf_lock_is_mine(lock))
		lock->nested++;
	else
		dpc_wdf_lock_take(lock, MAX_SCHEDULE_TIMEOUT, ip);
}
EXPORT_SYMBOL_GPL(dpc_wdf_lock_enter);

/*
 * If the caller holds @lock, have @deferred called by whoever releases it, at DISPATCH and
 * outside of it.
 * Return: false if it does not.
 */
bool dpc_wdf_lock_defer(struct dpc_wdf_lock *lock, struct dpc_wdf_deferred *deferred)
{
	if (!dpc_wdf_lock_is_mine(lock))
		return false;
	deferred->next = lock->deferred;
	lock->deferred = deferred;
	return true;
}

static void dpc_wdf_lock_call_deferred(struct dpc_wdf_deferred *deferred)
{
	struct dpc_wdf_deferred *next;

	for (; deferred; deferred = next) {
		next = deferred->next;
		deferred->call(deferred);
	}
}

void dpc_wdf_lock_leave(struct dpc_wdf_lock *lock, unsigned long ip)
{
	struct dpc_wdf_deferred *deferred = lock->deferred;
	enum dpc_irql level = lock->level;

	if (lock->nested) {
		lock->nested--;
		return;
	}
	lock->deferred = NULL;
	WRITE_ONCE(lock->owner, 0);
	switch (lock->kind) {
	case DPC_WDF_LOCK_DISPATCH:
		__acquire(&lock->spin);
		spin_unlock(&lock->spin);
		dpc_wdf_lock_call_deferred(deferred);
		dpc_level_lower_ip(level, ip);
		break;
	case DPC_WDF_LOCK_DEVICE:
		__acquire(&lock->spin);
		spin_unlock_irqrestore(&lock->spin, lock->flags);
		break;
	case DPC_WDF_LOCK_PASSIVE:
		up(&lock->sem);
		break;
	}
}
EXPORT_SYMBOL_GPL(dpc_wdf_lock_leave);

/* dpc_wdf_lock_acquire() in the name of the code at @ip. */
int dpc_wdf_lock_acquire_ip(struct dpc_wdf_lock *lock, long timeout, unsigned long ip)
{
	if (dpc_wdf_lock_is_mine(lock)) {
		/* An ISR has hit the holder, and has no business with it. */
		if (!lock->recursive || in_hardirq())
			dpc_misuse(ip, "takes a lock that it holds already, or has interrupted");
		lock->nested++;
		return 0;
	}
	if (lock->kind == DPC_WDF_LOCK_DEVICE)
		dpc_misuse(ip, "takes a lock of interrupts, not by WdfInterruptAcquireLock()");
	if (lock->kind == DPC_WDF_LOCK_PASSIVE && timeout &&
	    !dpc_may_wait(ip, "dpc_wdf_lock_acquire"))
		return -EDEADLK;
	return dpc_wdf_lock_take(lock, timeout, ip);
}
EXPORT_SYMBOL_GPL(dpc_wdf_lock_acquire_ip);

/* dpc_wdf_lock_release() in the name of the code at @ip. */
void dpc_wdf_lock_release_ip(struct dpc_wdf_lock *lock, unsigned long ip)
{
	if (dpc_wdf_lock_is_mine(lock))
		dpc_wdf_lock_leave(lock, ip);
	else
		dpc_misuse(ip, "releases a lock that it does not hold");
}
EXPORT_SYMBOL_GPL(dpc_wdf_lock_release_ip);

bool dpc_wdf_may_wait(const struct dpc_wdf_lock *serial, struct dpc_work *work, unsigned long ip,
		      const char *function)
{
	/* One at DISPATCH is refused below. */
	if (serial && serial->kind == DPC_WDF_LOCK_PASSIVE && dpc_wdf_lock_is_mine(serial)) {
		dpc_misuse(ip, "waits for a callback that needs the lock that the caller holds");
		return false;
	}
	return work ? dpc_work_may_wait(work, ip, function) : dpc_may_wait(ip, function);
}
EXPORT_SYMBOL_GPL(dpc_wdf_may_wait);
