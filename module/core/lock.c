// SPDX-License-Identifier: GPL-2.0
/*
 * Locks at DISPATCH: the executive spin lock and the queued one.
 *
 * Both end in the same spinlock, @spin.  The queued form stands in line for it
 * first: whoever is at the head of the line takes @spin, and leaves the line
 * when it has given @spin back.  Used as it should be, @spin of a queued lock is
 * free whenever the head comes for it.
 *
 *   state of a queued lock  tail             holder  spin
 *   ----------------------  ---------------  ------  ------
 *   free                    NULL             NULL    free
 *   taken                   who came last    head    locked
 *   handed over             who came last    NULL    free
 *
 * So what orders one holder's writes before the next one's reads is @spin alone;
 * the line has to be right only about itself:
 *
 *   joining                       leaving
 *   -------                       -------
 *   WRITE me->next, me->waiting   READ me->next
 *   before = xchg(tail, me) [A]   cmpxchg(tail, me, NULL) [B] if there is none
 *   WRITE before->next = me       wait for me->next
 *   wait for !me->waiting   [C]   RELEASE next->waiting = false [D]
 *
 * [A] is fully ordered: who follows finds our fields set.  [A] and [B] are
 * atomic on one word: either the one who leaves empties the line, or it sees
 * that someone follows and waits for the link, so a handle is never written to
 * after its owner has left.  [C] acquires what [D] releases: the handle behind
 * us was read for the last time before its owner can go on and reuse it.
 *
 * And it is why mixing the kinds (S3), which is reported, does no other harm: the
 * forms still exclude each other, and nobody waits for somebody who won't come.
 * What is lost is first come, first served.  Only the interlocked kind, which has
 * to work in hard interrupts, has a lock of its own, @raw.
 *
 * On PREEMPT_RT nobody stands in line: @spin sleeps there, and who spins in line
 * while the one before is preempted may spin for ever.  @spin goes to the highest
 * priority; among real-time threads of one priority it is first come, first
 * served; an ordinary thread that runs may get ahead of ordinary ones that wait.
 */
#include "core.h"

#include <linux/module.h>

/**
 * dpc_lock_init_key - initialise a lock that belongs to a given lockdep class
 * @lock: the lock; must not be held
 * @name: of the class; must outlive the lock
 * @key: static; locks with the same key are one class
 *
 * What dpc_lock_init() calls.  For wrappers that pass on a key of their callers.
 *
 * Context: any.
 */
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

/* The first use decides what the lock is; the others are held to it. */
void dpc_lock_use_slow(struct dpc_lock *lock, enum dpc_lock_kind kind, unsigned long caller)
{
	u32 was = cmpxchg(&lock->kind, DPC_LOCK_NONE, kind);

	if (was != DPC_LOCK_NONE && was != kind)
		dpc_misuse(caller, "takes a lock as of another kind than it is");
}

/*
 * The caller says that it is at DISPATCH or above (S2).  If it is in a thread, have it
 * so.  Above, on PREEMPT_RT, there is no way: @spin sleeps.
 * Return: true if the level was raised, and the release has to lower it.
 */
static bool dpc_lock_enter_dispatch(unsigned long caller)
{
	enum dpc_irql level = dpc_level();

	if (likely(level == DPC_DISPATCH_LEVEL))
		return false;
	if (level == DPC_DEVICE_LEVEL) {
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			dpc_misuse(caller, "takes a lock that sleeps, with interrupts off");
		return false;
	}
	dpc_misuse(caller, "takes a lock as if it were at DISPATCH");
	dpc_level_raise_from(caller);
	return dpc_level() == DPC_DISPATCH_LEVEL;
}

/*
 * The same when it releases.  Nothing to put right: a level that was lowered
 * under the lock is where the caller wants to be.
 */
static void dpc_lock_check_dispatch(unsigned long caller)
{
	if (unlikely(dpc_level() < DPC_DISPATCH_LEVEL))
		dpc_misuse(caller, "releases a lock as if it were at DISPATCH");
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
 * A queued lock that is released by the executive form: whoever stands in line
 * must not wait for ever.
 */
static bool dpc_lock_release_executive(struct dpc_lock *lock, unsigned long caller)
	__releases(&lock->spin)
{
	struct dpc_lock_handle *handle = lock->holder;
	bool raised;

	if (likely(!handle))
		return dpc_lock_unlock(lock);

	dpc_misuse(caller, "releases a queued lock without its handle");
	WRITE_ONCE(lock->holder, NULL);
	handle->lock = NULL;
	raised = dpc_lock_unlock(lock);
	dpc_lock_leave(lock, handle);
	return raised;
}

/**
 * dpc_lock_acquire - raise to DISPATCH and acquire an executive spin lock
 * @lock: the lock
 *
 * Which of several waiters is the next is not defined; see
 * dpc_lock_acquire_queued().
 *
 * Context: thread or softirq, interrupts on; spins, or on PREEMPT_RT sleeps,
 * until the lock is free.  What acquires it at device level is reported, and
 * can deadlock with what it has interrupted.
 * Return: the level before, for dpc_lock_release() (S2).
 */
enum dpc_irql dpc_lock_acquire(struct dpc_lock *lock)
	__acquires(&lock->spin)
{
	enum dpc_irql old = dpc_level_raise_from(_RET_IP_);

	dpc_lock_use(lock, DPC_LOCK_EXECUTIVE, _RET_IP_);
	spin_lock(&lock->spin);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire);

/**
 * dpc_lock_release - release an executive spin lock and restore the level
 * @lock: the lock, held by the caller
 * @old: what dpc_lock_acquire() returned
 *
 * If that leaves DISPATCH, DPCs that were queued meanwhile run before it returns,
 * as with dpc_level_lower() (S2, S5).
 *
 * Context: as it was for dpc_lock_acquire().
 */
void dpc_lock_release(struct dpc_lock *lock, enum dpc_irql old)
	__releases(&lock->spin)
{
	/* A level that was raised in passing is the one that gets lowered here. */
	dpc_lock_release_executive(lock, _RET_IP_);
	dpc_level_lower_from(old, _RET_IP_);
}
EXPORT_SYMBOL_GPL(dpc_lock_release);

/**
 * dpc_lock_acquire_at_dispatch - acquire an executive spin lock at DISPATCH
 * @lock: the lock
 *
 * Cheaper than dpc_lock_acquire() in a DPC routine.  A caller below DISPATCH is
 * reported, by name, and counted in dpc_violations(), and is then taken to DISPATCH
 * until it releases the lock (S2).
 *
 * Above DISPATCH, the caller's own rule has to keep the lock from being taken where
 * the interrupt could come: interrupts off wherever it is held, or code that runs
 * under one interrupt's lock alone.  lockdep watches that.
 *
 * Context: DISPATCH or above: softirq, bottom halves off, interrupts off, hard
 * interrupt.  On PREEMPT_RT not with interrupts off, where the lock would sleep: that
 * is reported.
 */
void dpc_lock_acquire_at_dispatch(struct dpc_lock *lock)
	__acquires(&lock->spin)
{
	bool raised = dpc_lock_enter_dispatch(_RET_IP_);

	dpc_lock_use(lock, DPC_LOCK_EXECUTIVE, _RET_IP_);
	spin_lock(&lock->spin);
	if (unlikely(raised))
		lock->raised = true;
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_at_dispatch);

/**
 * dpc_lock_try_at_dispatch - acquire an executive spin lock if it is free
 * @lock: the lock
 *
 * The level is checked as by dpc_lock_acquire_at_dispatch() (S2).
 *
 * Context: as for dpc_lock_acquire_at_dispatch().  Doesn't wait.
 * Return: true if the caller now holds the lock.
 */
bool dpc_lock_try_at_dispatch(struct dpc_lock *lock)
{
	bool raised = dpc_lock_enter_dispatch(_RET_IP_);

	dpc_lock_use(lock, DPC_LOCK_EXECUTIVE, _RET_IP_);
	if (spin_trylock(&lock->spin)) {
		if (unlikely(raised))
			lock->raised = true;
		__release(&lock->spin);
		return true;
	}
	if (unlikely(raised))
		dpc_level_lower_from(DPC_PASSIVE_LEVEL, _RET_IP_);
	return false;
}
EXPORT_SYMBOL_GPL(dpc_lock_try_at_dispatch);

/**
 * dpc_lock_release_at_dispatch - release an executive spin lock, stay at DISPATCH
 * @lock: the lock, held by the caller
 *
 * The level is checked again (S2).  Releases what dpc_lock_acquire() has taken, too:
 * then lowering the level is left to the caller.
 *
 * Context: as for dpc_lock_acquire_at_dispatch().
 */
void dpc_lock_release_at_dispatch(struct dpc_lock *lock)
	__releases(&lock->spin)
{
	dpc_lock_check_dispatch(_RET_IP_);
	if (unlikely(dpc_lock_release_executive(lock, _RET_IP_)))
		dpc_level_lower_from(DPC_PASSIVE_LEVEL, _RET_IP_);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_at_dispatch);

/* ---- The queued spin lock -------------------------------------------------- */

static void dpc_lock_take_queued(struct dpc_lock *lock, struct dpc_lock_handle *handle,
				 unsigned long caller)
	__acquires(&lock->spin)
{
	dpc_lock_use(lock, DPC_LOCK_QUEUED, caller);
	dpc_lock_join(lock, handle);
	spin_lock(&lock->spin);
	handle->lock = lock;
	WRITE_ONCE(lock->holder, handle);
}

/* @lower: the form that restores the level */
static void dpc_lock_put_queued(struct dpc_lock_handle *handle, bool lower, unsigned long caller)
{
	struct dpc_lock *lock = handle->lock;
	bool raised;

	if (unlikely(!lock || READ_ONCE(lock->holder) != handle)) {
		dpc_misuse(caller, "releases by a handle that holds no lock");
		return;
	}
	/* The other way round nothing is wrong: the caller means to lower the level itself. */
	if (unlikely(lower && !handle->lower))
		dpc_misuse(caller, "restores a level that was not raised with the lock");

	WRITE_ONCE(lock->holder, NULL);
	handle->lock = NULL;
	__acquire(&lock->spin);
	raised = dpc_lock_unlock(lock);
	dpc_lock_leave(lock, handle);

	if (lower && handle->lower)
		dpc_level_lower_from(handle->old, caller);
	else if (unlikely(raised))
		dpc_level_lower_from(DPC_PASSIVE_LEVEL, caller);
}

/**
 * dpc_lock_acquire_queued - raise to DISPATCH and acquire a queued spin lock
 * @lock: the lock
 * @handle: belongs to the lock until it is released; on the stack
 *
 * First come, first served, and each waiter spins on its own @handle (S3).  On
 * PREEMPT_RT it is a lock that sleeps: the highest priority first, and first come,
 * first served only among real-time threads of one priority.
 *
 * In a virtual machine whose CPUs wait for real ones, the whole line waits for the
 * one that comes next.
 *
 * All who use the lock have to use this form.  What mixes it with the executive
 * one is reported and counted in dpc_violations(); they still exclude each other.
 *
 * Context: as for dpc_lock_acquire().
 */
void dpc_lock_acquire_queued(struct dpc_lock *lock, struct dpc_lock_handle *handle)
	__acquires(&lock->spin)
{
	handle->old = dpc_level_raise_from(_RET_IP_);
	handle->lower = true;
	dpc_lock_take_queued(lock, handle, _RET_IP_);
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_queued);

/**
 * dpc_lock_release_queued - release a queued spin lock and restore the level
 * @handle: as given to dpc_lock_acquire_queued()
 *
 * If that leaves DISPATCH, DPCs that were queued meanwhile run before it returns,
 * as with dpc_level_lower() (S3, S5).
 *
 * Context: as it was for dpc_lock_acquire_queued().
 */
void dpc_lock_release_queued(struct dpc_lock_handle *handle)
{
	dpc_lock_put_queued(handle, true, _RET_IP_);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_queued);

/**
 * dpc_lock_acquire_queued_at_dispatch - acquire a queued spin lock at DISPATCH
 * @lock: the lock
 * @handle: belongs to the lock until it is released; on the stack
 *
 * As dpc_lock_acquire_queued() (S3); the level is checked as by
 * dpc_lock_acquire_at_dispatch() (S2).
 *
 * Context: as for dpc_lock_acquire_at_dispatch().
 */
void dpc_lock_acquire_queued_at_dispatch(struct dpc_lock *lock, struct dpc_lock_handle *handle)
	__acquires(&lock->spin)
{
	bool raised = dpc_lock_enter_dispatch(_RET_IP_);

	handle->lower = false;
	dpc_lock_take_queued(lock, handle, _RET_IP_);
	if (unlikely(raised))
		lock->raised = true;
}
EXPORT_SYMBOL_GPL(dpc_lock_acquire_queued_at_dispatch);

/**
 * dpc_lock_release_queued_at_dispatch - release a queued spin lock, stay at DISPATCH
 * @handle: as given to dpc_lock_acquire_queued_at_dispatch()
 *
 * The level is checked again (S2, S3).  Releases what dpc_lock_acquire_queued() has
 * taken, too: then lowering the level is left to the caller.
 *
 * Context: as for dpc_lock_acquire_at_dispatch().
 */
void dpc_lock_release_queued_at_dispatch(struct dpc_lock_handle *handle)
{
	dpc_lock_check_dispatch(_RET_IP_);
	dpc_lock_put_queued(handle, false, _RET_IP_);
}
EXPORT_SYMBOL_GPL(dpc_lock_release_queued_at_dispatch);
