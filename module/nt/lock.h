/* SPDX-License-Identifier: GPL-2.0-only */
/* The kinds of locks, and the check that a lock is used as one kind only (S3). */
#ifndef _DPC_NT_LOCK_H
#define _DPC_NT_LOCK_H

#include <linux/compiler.h>
#include <linux/dpc_sync.h>

enum dpc_lock_kind {
	DPC_LOCK_NONE,		/* zero memory */
	DPC_LOCK_EXECUTIVE,
	DPC_LOCK_QUEUED,
	DPC_LOCK_INTERLOCKED,
};

void dpc_lock_use_slow(struct dpc_lock *lock, enum dpc_lock_kind kind, unsigned long caller);

/* The lock is about to be taken as one of @kind: is it one (S3)? */
static __always_inline void dpc_lock_use(struct dpc_lock *lock, enum dpc_lock_kind kind,
					 unsigned long caller)
{
	if (unlikely(READ_ONCE(lock->kind) != kind))
		dpc_lock_use_slow(lock, kind, caller);
}

#endif /* _DPC_NT_LOCK_H */
