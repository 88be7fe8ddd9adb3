/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Levels, locks at DISPATCH, and interlocked lists and counters.
 *
 * The rule numbers (S2 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_SYNC_H
#define _LINUX_DPC_SYNC_H

#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * enum dpc_irql - what may interrupt the code that runs now
 * @DPC_PASSIVE_LEVEL: a thread; DPCs and interrupts may
 * @DPC_DISPATCH_LEVEL: bottom halves are off, or a softirq or DPC runs; hard
 *	interrupts may
 * @DPC_DEVICE_LEVEL: a hard interrupt runs, or interrupts are off; nothing may
 *
 * Only the order means anything; the numbers are those of Windows on x86-64.
 */
enum dpc_irql {
	DPC_PASSIVE_LEVEL	= 0,
	DPC_DISPATCH_LEVEL	= 2,
	DPC_DEVICE_LEVEL	= 12,
};

enum dpc_irql dpc_level(void);
enum dpc_irql dpc_level_raise(void);
void dpc_level_lower(enum dpc_irql old);

struct dpc_lock_handle;

/*
 * struct dpc_lock - a lock of one of three kinds; its first use says which
 *
 *   kind         taken by                     inside       level
 *   -----------  ---------------------------  -----------  ---------------
 *   none         nobody yet
 *   executive    dpc_lock_acquire(),          @spin        DISPATCH
 *                ..._at_dispatch()
 *   queued       dpc_lock_acquire_queued(),   @tail, then  DISPATCH
 *                ..._queued_at_dispatch()     @spin
 *   interlocked  dpc_interlocked_*()          @raw         any, hard IRQ too
 *
 * Field legend:
 *   K  none -> another by cmpxchg; stays until the next dpc_lock_init()
 *   X  by xchg and cmpxchg
 *   H  written by the holder of @spin only
 *
 * What a holder writes stands beside the lock word: whoever gets the lock
 * needs that cache line anyway.  Waiters for a queued lock spin on their own
 * handles.  A lock that is contended wants no neighbours; it is not aligned
 * here because most are not.
 */
struct dpc_lock {
	/* private: */
	spinlock_t		spin;
	u32			kind;		/* K, enum dpc_lock_kind */
	struct dpc_lock_handle	*holder;	/* H, if taken by the queued form */
	struct dpc_lock_handle	*tail;		/* X, last in the queue, the holder's if alone */
	raw_spinlock_t		raw;
	bool			raised;		/* H, the release has to lower the level */
};

/**
 * struct dpc_lock_handle - one acquisition of a queued lock
 *
 * On the stack of whoever acquires the lock, until it is released.  Needs no
 * initialisation.
 */
struct dpc_lock_handle {
	/* private: */
	struct dpc_lock_handle	*next;		/* who waits behind us */
	struct dpc_lock		*lock;		/* NULL once it is released */
	enum dpc_irql		old;		/* level to restore, if @lower */
	bool			lower;		/* not taken by the at-DISPATCH form */
	bool			waiting;	/* cleared by who was before us */
};

/**
 * struct dpc_lock_key - a class of locks, for lockdep
 *
 * Two in truth: the interlocked part of a lock has a context of its own.
 */
struct dpc_lock_key {
	/* private: */
	struct lock_class_key	spin;
	struct lock_class_key	raw;
};

#define DPC_LOCK_INITIALIZER(_name) {					\
	.spin	= __SPIN_LOCK_UNLOCKED((_name).spin),			\
	.raw	= __RAW_SPIN_LOCK_UNLOCKED((_name).raw),		\
}

/**
 * DEFINE_DPC_LOCK - define and initialise a lock
 * @_name: name of the variable
 */
#define DEFINE_DPC_LOCK(_name)						\
	struct dpc_lock _name = DPC_LOCK_INITIALIZER(_name)

/**
 * dpc_lock_init - initialise a lock
 * @lock: the &struct dpc_lock; must not be held
 *
 * Its kind is open again: the next use decides.  A macro, so that lockdep
 * tells apart the locks that different lines initialise; a wrapper around it
 * has to be a macro for the same reason.
 *
 * Context: any.
 */
#define dpc_lock_init(lock)						\
do {									\
	static struct dpc_lock_key __key;				\
									\
	dpc_lock_init_key((lock), #lock, &__key);			\
} while (0)

void dpc_lock_init_key(struct dpc_lock *lock, const char *name, struct dpc_lock_key *key);

/* The executive spin lock (S2). */
enum dpc_irql dpc_lock_acquire(struct dpc_lock *lock);
void dpc_lock_release(struct dpc_lock *lock, enum dpc_irql old);
void dpc_lock_acquire_at_dispatch(struct dpc_lock *lock);
bool dpc_lock_try_at_dispatch(struct dpc_lock *lock);
void dpc_lock_release_at_dispatch(struct dpc_lock *lock);

/* The queued spin lock: first come, first served (S3). */
void dpc_lock_acquire_queued(struct dpc_lock *lock, struct dpc_lock_handle *handle);
void dpc_lock_release_queued(struct dpc_lock_handle *handle);
void dpc_lock_acquire_queued_at_dispatch(struct dpc_lock *lock, struct dpc_lock_handle *handle);
void dpc_lock_release_queued_at_dispatch(struct dpc_lock_handle *handle);

/**
 * struct dpc_slist_entry - entry, and also head, of a singly linked list
 * @next: the one behind; NULL at the end, and in the head of an empty list
 */
struct dpc_slist_entry {
	struct dpc_slist_entry	*next;
};

/* Lists and counters at any level (S4). */
struct list_head *dpc_interlocked_insert_head(struct list_head *head, struct list_head *entry,
					      struct dpc_lock *lock);
struct list_head *dpc_interlocked_insert_tail(struct list_head *head, struct list_head *entry,
					      struct dpc_lock *lock);
struct list_head *dpc_interlocked_remove_head(struct list_head *head, struct dpc_lock *lock);
struct dpc_slist_entry *dpc_interlocked_push(struct dpc_slist_entry *head,
					     struct dpc_slist_entry *entry, struct dpc_lock *lock);
struct dpc_slist_entry *dpc_interlocked_pop(struct dpc_slist_entry *head, struct dpc_lock *lock);
u32 dpc_interlocked_add(u32 *addend, u32 inc, struct dpc_lock *lock);
u64 dpc_interlocked_add_large(u64 *addend, u64 inc, struct dpc_lock *lock);

#endif /* _LINUX_DPC_SYNC_H */
