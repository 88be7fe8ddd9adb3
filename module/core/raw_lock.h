/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spinlocks for callers with interrupts off.  raw_spin_lock() is out of line and counts
 * preemption, which can't happen there: it would add 11 to 39 % to the cost of a DPC
 * (docs/performance.md).  Kernels with lock debugging use it; the KUnit run on
 * 6.12-kunit tests the code below that ships.
 */
#ifndef _DPC_CORE_RAW_LOCK_H
#define _DPC_CORE_RAW_LOCK_H

#include <linux/spinlock.h>

#if defined(CONFIG_DEBUG_SPINLOCK) || defined(CONFIG_LOCKDEP)
static __always_inline void dpc_raw_lock(raw_spinlock_t *lock)
	__acquires(lock)
{
	raw_spin_lock(lock);
}

static __always_inline bool dpc_raw_trylock(raw_spinlock_t *lock)
{
	return raw_spin_trylock(lock);
}

static __always_inline void dpc_raw_unlock(raw_spinlock_t *lock)
	__releases(lock)
{
	raw_spin_unlock(lock);
}
#else
static __always_inline void dpc_raw_lock(raw_spinlock_t *lock)
	__acquires(lock)
{
	__acquire(lock);
	arch_spin_lock(&lock->raw_lock);
}

/* A caller that has got the lock tells sparse so: __acquire(lock). */
static __always_inline bool dpc_raw_trylock(raw_spinlock_t *lock)
{
#ifdef CONFIG_QUEUED_SPINLOCKS
	int free = 0;

	/* Without the look that queued_spin_trylock() takes before: nearly always it is. */
	return atomic_try_cmpxchg_acquire(&lock->raw_lock.val, &free, _Q_LOCKED_VAL);
#else
	return arch_spin_trylock(&lock->raw_lock);
#endif
}

static __always_inline void dpc_raw_unlock(raw_spinlock_t *lock)
	__releases(lock)
{
	arch_spin_unlock(&lock->raw_lock);
	__release(lock);
}
#endif

#endif /* _DPC_CORE_RAW_LOCK_H */
