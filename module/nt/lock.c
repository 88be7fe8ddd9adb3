// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks at DISPATCH: the executive spin lock and the queued one.
 *
 * Both end in the same spinlock, @spin.  The queued form stands in line for it
 * first: the CPU at the head of the line takes @spin, and leaves the line when it
 * has released @spin.  If the lock is used as it should be, @spin of a queued lock is
 * free whenever the head comes for it.
 *
 *   state of a queued lock  tail             holder  spin
 *   ----------------------  ---------------  ------  ------
 *   free                    NULL             NULL    free
 *   taken                   last comer       head    locked
 *   handed over             last comer       NULL    free
 *
 * So @spin alone orders one holder's writes before the next holder's reads; the line
 * needs order only for its own fields:
 *
 *   joining                       leaving
 *   -------                       -------
 *   WRITE me->next, me->waiting   READ me->next
 *   before = xchg(tail, me) [A]   cmpxchg(tail, me, NULL) [B] if there is none
 *   WRITE before->next = me       wait for me->next
 *   wait for !me->waiting   [C]   RELEASE next->waiting = false [D]
 *
 * [A] is fully ordered, so the next comer finds our fields set.  [A] and [B] are
 * atomic on one word: either the leaving CPU empties the line, or it sees that
 * another one follows and waits for the link, so a handle is never written to
 * after its owner has left.  [C] pairs with the release [D]: the handle behind us was
 * read for the last time before its owner can go on and reuse it.
 *
 * For the same reason a mix of the kinds (S3), which is reported, does no other harm:
 * the forms still exclude each other, and no CPU waits for one that won't come.  Only
 * the order "first come, first served" is lost.  The interlocked kind has to work in
 * hard interrupts, and has a lock of its own, @raw.
 *
 * On PREEMPT_RT there is no line.  @spin sleeps there, and a thread that spins in line
 * while the one before it is preempted may spin for ever.  @spin goes to the highest
 * priority; among real-time threads of one priority it is first come, first
 * served; an ordinary thread that runs may get ahead of ordinary ones that wait.
 */
#include "lock.h"

#include "../core/internal.h"

#include <linux/dpc.h>
#include <linux/dpc_sync.h>
#include <linux/module.h>

void dpc_lock_init_key(struct dpc_lock *lock, const char *name, struct dpc_lock_key *key)
{
	spin_lock_init(&lock->spin);
	lockdep_set_class_and_name(&lock->spin, &key->spin, name);
	raw_spin_lock_init(&lock->raw);
	lockdep_set_class_and_name(&lock->raw, &key->raw, name);
	lock->kind = DPC_LOCK_NONE;
	lock->raised = false;
	lock->holder = NULL;
	lock->tail = NULL;
}
EXPORT_SYMBOL_GPL(dpc_lock_init_key);

/* The first use decides the kind of the lock; a use as another kind is reported. */
void dpc_lock_use_slow(struct dpc_lock *lock, enum dpc_lock_kind kind, unsigned long ip)
{
	u32 was = cmpxchg(&lock->kind, DPC_LOCK_NONE, kind);

	if (was != DPC_LOCK_NONE && was != kind)
		dpc_misuse(ip, "takes a lock as of another kind than it is");
}

/*
 * The caller claims to be at DISPATCH or above (S2).  If it is in a thread, raise it to
 * DISPATCH.  Above DISPATCH on PREEMPT_RT that is impossible, because @spin sleeps.
 * Return: true if the level was raised, and the release has to lower it.
 */
static bool dpc_lock_enter_dispatch(unsigned long ip)
{
	enum dpc_irql level = dpc_level();

	if (likely(level == DPC_DISPATCH_LEVEL))
		return false;
	if (level == DPC_DEVICE_LEVEL) {
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			dpc_misuse(ip, "takes a lock that sleeps, with interrupts off");
		return false;
	}
	dpc_misuse(ip, "takes a lock as if it were at DISPATCH");
	dpc_level_raise_ip(ip);
	return dpc_level() == DPC_DISPATCH_LEVEL;
}

/*
 * The same when it releases.  Nothing to put right: a level that was lowered
 * under the lock is where the caller wants to be.
 */
static void dpc_lock_check_dispatch(unsigned long ip)
{
	if (unlikely(dpc_level() < DPC_DISPATCH_LEVEL))
		dpc_misuse(ip, "releases a lock as if it were at DISPATCH");
}

/* Give @spin back, and tell whether the level has to be lowered for it. */
static bool dpc_lock_unlock(struct dpc_lock *lock)
	__releases(&lock->spin)
{
	bool raised = lock->raised;

	if (unlikely(raised))
		lock->raised = false;
	spin_unlock(&lock->spin);
	return raised;
}

/* ---- The line ------------------------------------------------------------ */

/* Return when @handle is the first in line. */
static void dpc_lock_join(struct dpc_lock *lock, struct dpc_lock_handle *handle)
{
	struct dpc_lock_handle *before;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return;

	/* A deadlock would show here; lockdep watches @spin only. */
	might_lock(&lock->spin);

	handle->next = NULL;
	handle->waiting = true;
	before = xchg(&lock->tail, handle);	/* [A] */
	if (!before)
		return;
	WRITE_ONCE(before->next, handle);
	smp_cond_load_acquire(&handle->waiting, !VAL);	/* [C] */
}

/* The first in line goes; the next one, if there is one, becomes the first. */
static void dpc_lock_leave(struct dpc_lock *lock, struct dpc_lock_handle *handle)
{
	struct dpc_lock_handle *next;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return;

	next = READ_ONCE(handle->next);
	if (!next) {
		if (cmpxchg(&lock->tail, handle, NULL) == handle)	/* [B] */
			return;
		/* Bottom halves are off where that link is still to be written. */
		while (!(next = READ_ONCE(handle->next)))
			cpu_relax();
	}
	smp_store_release(&next->waiting, false);	/* [D] */
}

/* ---- The executive spin lock ---------------------------------------------- */

/*
 * If the executive form releases a queued lock, the waiters in line must not wait for
 * ever.
 */
static bool dpc_lock_release_executive(struct dpc_lock *lock, unsigned long ip)
	__releases(&lock->spin)
{
	struct dpc_lock_handle *handle = lock->holder;
	bool raised;

	if (likely(!handle))
		return dpc_lock_unlock(lock);

	dpc_misuse(ip, "releases a queued lock without its handle");
	WRITE_ONCE(lock->holder, NULL);
	handle->lock = NULL;
	raised = dpc_lock_unlock(lock);
	dpc_lock_leave(lock, handle);
	return raised;
}

/* dpc_lock_acquire() in the name of the code at @ip. */
enum dpc_irql dpc_lock_acquire_ip(struct dpc_lock *lock, unsigned long ip)
	__acquires(&lock->spin)
{
	enum dpc_irql old = dpc_level_raise_ip(ip);

	dpc_lock_use(lock, DPC_LOCK_EXECUTIVE, ip);
	spin_lock(&lock->spin);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_ip);

/* dpc_lock_release() in the name of the code at @ip. */
void dpc_lock_release_ip(struct dpc_lock *lock, enum dpc_irql old, unsigned long ip)
	__releases(&lock->spin)
{
	/* A level that was raised in passing is the one that gets lowered here. */
	dpc_lock_release_executive(lock, ip);
	dpc_level_lower_ip(old, ip);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_ip);

/* dpc_lock_acquire_at_dispatch() in the name of the code at @ip. */
void dpc_lock_acquire_at_dispatch_ip(struct dpc_lock *lock, unsigned long ip)
	__acquires(&lock->spin)
{
	bool raised = dpc_lock_enter_dispatch(ip);

	dpc_lock_use(lock, DPC_LOCK_EXECUTIVE, ip);
	spin_lock(&lock->spin);
	if (unlikely(raised))
		lock->raised = true;
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_at_dispatch_ip);

/* dpc_lock_try_at_dispatch() in the name of the code at @ip. */
bool dpc_lock_try_at_dispatch_ip(struct dpc_lock *lock, unsigned long ip)
{
	bool raised = dpc_lock_enter_dispatch(ip);

	dpc_lock_use(lock, DPC_LOCK_EXECUTIVE, ip);
	if (spin_trylock(&lock->spin)) {
		if (unlikely(raised))
			lock->raised = true;
		__release(&lock->spin);
		return true;
	}
	if (unlikely(raised))
		dpc_level_lower_ip(DPC_PASSIVE_LEVEL, ip);
	return false;
}
EXPORT_SYMBOL_GPL(dpc_lock_try_at_dispatch_ip);

/* dpc_lock_release_at_dispatch() in the name of the code at @ip. */
void dpc_lock_release_at_dispatch_ip(struct dpc_lock *lock, unsigned long ip)
	__releases(&lock->spin)
{
	dpc_lock_check_dispatch(ip);
	if (unlikely(dpc_lock_release_executive(lock, ip)))
		dpc_level_lower_ip(DPC_PASSIVE_LEVEL, ip);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_at_dispatch_ip);

/* ---- The queued spin lock -------------------------------------------------- */

static void dpc_lock_take_queued(struct dpc_lock *lock, struct dpc_lock_handle *handle,
				 unsigned long ip)
	__acquires(&lock->spin)
{
	dpc_lock_use(lock, DPC_LOCK_QUEUED, ip);
	dpc_lock_join(lock, handle);
	spin_lock(&lock->spin);
	handle->lock = lock;
	WRITE_ONCE(lock->holder, handle);
}

/* @lower: the form that restores the level */
static void dpc_lock_put_queued(struct dpc_lock_handle *handle, bool lower, unsigned long ip)
{
	struct dpc_lock *lock = handle->lock;
	bool raised;

	if (unlikely(!lock || READ_ONCE(lock->holder) != handle)) {
		dpc_misuse(ip, "releases by a handle that holds no lock");
		return;
	}
	/* The other way round nothing is wrong: the caller means to lower the level itself. */
	if (unlikely(lower && !handle->lower))
		dpc_misuse(ip, "restores a level that was not raised with the lock");

	WRITE_ONCE(lock->holder, NULL);
	handle->lock = NULL;
	__acquire(&lock->spin);
	raised = dpc_lock_unlock(lock);
	dpc_lock_leave(lock, handle);

	if (lower && handle->lower)
		dpc_level_lower_ip(handle->old, ip);
	else if (unlikely(raised))
		dpc_level_lower_ip(DPC_PASSIVE_LEVEL, ip);
}

/* dpc_lock_acquire_queued() in the name of the code at @ip. */
void dpc_lock_acquire_queued_ip(struct dpc_lock *lock, struct dpc_lock_handle *handle,
				unsigned long ip)
	__acquires(&lock->spin)
{
	handle->old = dpc_level_raise_ip(ip);
	handle->lower = true;
	dpc_lock_take_queued(lock, handle, ip);
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_queued_ip);

/* dpc_lock_release_queued() in the name of the code at @ip. */
void dpc_lock_release_queued_ip(struct dpc_lock_handle *handle, unsigned long ip)
{
	dpc_lock_put_queued(handle, true, ip);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_queued_ip);

/* dpc_lock_acquire_queued_at_dispatch() in the name of the code at @ip. */
void dpc_lock_acquire_queued_at_dispatch_ip(struct dpc_lock *lock, struct dpc_lock_handle *handle,
					    unsigned long ip)
	__acquires(&lock->spin)
{
	bool raised = dpc_lock_enter_dispatch(ip);

	handle->lower = false;
	dpc_lock_take_queued(lock, handle, ip);
	if (unlikely(raised))
		lock->raised = true;
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_queued_at_dispatch_ip);

/* dpc_lock_release_queued_at_dispatch() in the name of the code at @ip. */
void dpc_lock_release_queued_at_dispatch_ip(struct dpc_lock_handle *handle, unsigned long ip)
{
	dpc_lock_check_dispatch(ip);
	dpc_lock_put_queued(handle, false, ip);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_queued_at_dispatch_ip);
