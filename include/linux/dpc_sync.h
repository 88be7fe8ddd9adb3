/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Levels, locks at DISPATCH, and interlocked lists and counters.
 *
 * Module: dpc_nt.ko.  The rule numbers (S2 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_SYNC_H
#define _LINUX_DPC_SYNC_H

#include <linux/instruction_pointer.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * enum dpc_irql - what may interrupt the running code
 * @DPC_PASSIVE_LEVEL: a thread; DPCs and hard interrupts may interrupt it
 * @DPC_DISPATCH_LEVEL: bottom halves are off, or a softirq or DPC runs; hard
 *	interrupts may interrupt it
 * @DPC_DEVICE_LEVEL: a hard interrupt runs, or interrupts are off; nothing may
 *	interrupt it
 *
 * Only the order means anything; the numbers are those of Windows on x86-64.
 */
enum dpc_irql {
	DPC_PASSIVE_LEVEL	= 0,
	DPC_DISPATCH_LEVEL	= 2,
	DPC_DEVICE_LEVEL	= 12,
};

/**
 * dpc_level - level of the running code
 *
 * Disabled preemption alone is no level.  On PREEMPT_RT spin_lock_irqsave() leaves
 * interrupts on, and most interrupt handlers are threads with bottom halves off, so
 * their level is DISPATCH.
 *
 * Context: any.
 * Return: DEVICE in a hard interrupt and with interrupts off, else DISPATCH in a
 * softirq, in a DPC routine and with bottom halves off, else PASSIVE (S5).
 */
enum dpc_irql dpc_level(void);

enum dpc_irql dpc_level_raise_ip(unsigned long ip);

/**
 * dpc_level_raise - go up to DISPATCH
 *
 * No DPC and no other thread runs on this CPU until the caller lowers the level
 * again; on PREEMPT_RT threads of higher priority still do.  Calls nest: each needs
 * its dpc_level_lower().
 *
 * Device level is above DISPATCH.  A caller at device level is reported and counted in
 * dpc_violations(), and nothing changes.
 *
 * Context: thread or softirq, interrupts on; on PREEMPT_RT not with preemption off
 * unless bottom halves are off already.
 * Return: the level before, for dpc_level_lower() (S5).
 */
static __always_inline enum dpc_irql dpc_level_raise(void)
{
	return dpc_level_raise_ip(_THIS_IP_);
}

void dpc_level_lower_ip(enum dpc_irql old, unsigned long ip);

/**
 * dpc_level_lower - restore the level
 * @old: what the matching dpc_level_raise() returned
 *
 * If that leaves DISPATCH, the DPCs that were queued meanwhile on this CPU run
 * here and now, before it returns (S5, Q12), unless the kernel hands them to
 * ksoftirqd.
 *
 * Levels have to be lowered in the opposite order of raising.  A caller that breaks
 * the order is reported and counted in dpc_violations(); one raise is still undone, if
 * there was one.
 *
 * Context: as it was for dpc_level_raise().
 */
static __always_inline void dpc_level_lower(enum dpc_irql old)
{
	dpc_level_lower_ip(old, _THIS_IP_);
}

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
 * The fields that a holder writes stand beside the lock word, because a CPU that gets
 * the lock needs that cache line anyway.  Waiters for a queued lock spin on their own
 * handles.  A contended lock would do better alone in its cache line; locks are not
 * aligned here because most are not contended.
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
 * It stands on the stack of the function that acquires the lock, until the lock is
 * released.  It needs no initialisation.
 */
struct dpc_lock_handle {
	/* private: */
	struct dpc_lock_handle	*next;		/* the next waiter behind us */
	struct dpc_lock		*lock;		/* NULL once it is released */
	enum dpc_irql		old;		/* level to restore, if @lower */
	bool			lower;		/* not taken by the at-DISPATCH form */
	bool			waiting;	/* cleared by the holder before us */
};

/**
 * struct dpc_lock_key - a class of locks, for lockdep
 *
 * In fact it is two classes, because the interlocked part of a lock is used at other
 * levels.
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
 * The kind of the lock is open again; the next use decides.  This is a macro so that
 * lockdep tells apart the locks that different lines initialise; a wrapper around it
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

/**
 * dpc_lock_init_key - initialise a lock that belongs to a given lockdep class
 * @lock: the lock; must not be held
 * @name: name of the class; must outlive the lock
 * @key: must be static; locks with the same key are one class
 *
 * dpc_lock_init() calls this.  It also serves wrappers that pass on the key of their
 * callers.
 *
 * Context: any.
 */
void dpc_lock_init_key(struct dpc_lock *lock, const char *name, struct dpc_lock_key *key);

/* The executive spin lock (S2). */
enum dpc_irql dpc_lock_acquire_ip(struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_lock_acquire - raise to DISPATCH and acquire an executive spin lock
 * @lock: the lock
 *
 * The order in which several waiters get the lock is not defined;
 * dpc_lock_acquire_queued() keeps one.
 *
 * Context: thread or softirq, interrupts on; spins, or on PREEMPT_RT sleeps,
 * until the lock is free.  A caller at device level is reported, and can deadlock with
 * the code that it has interrupted.
 * Return: the level before, for dpc_lock_release() (S2).
 */
static __always_inline enum dpc_irql dpc_lock_acquire(struct dpc_lock *lock)
{
	return dpc_lock_acquire_ip(lock, _THIS_IP_);
}

void dpc_lock_release_ip(struct dpc_lock *lock, enum dpc_irql old, unsigned long ip);

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
static __always_inline void dpc_lock_release(struct dpc_lock *lock, enum dpc_irql old)
{
	dpc_lock_release_ip(lock, old, _THIS_IP_);
}

void dpc_lock_acquire_at_dispatch_ip(struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_lock_acquire_at_dispatch - acquire an executive spin lock at DISPATCH
 * @lock: the lock
 *
 * This is cheaper than dpc_lock_acquire() in a DPC routine.  A caller below DISPATCH
 * is reported by name and counted in dpc_violations(), and is then taken to DISPATCH
 * until it releases the lock (S2).
 *
 * A driver that takes the lock above DISPATCH has to make sure that its interrupt
 * never hits a holder: it holds the lock with interrupts off everywhere, or takes it
 * only in code that runs under one interrupt's lock.  lockdep watches that.
 *
 * Context: DISPATCH or above: softirq, bottom halves off, interrupts off, hard
 * interrupt.  On PREEMPT_RT the lock sleeps, so a caller there with interrupts off is
 * reported.
 */
static __always_inline void dpc_lock_acquire_at_dispatch(struct dpc_lock *lock)
{
	dpc_lock_acquire_at_dispatch_ip(lock, _THIS_IP_);
}

bool dpc_lock_try_at_dispatch_ip(struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_lock_try_at_dispatch - acquire an executive spin lock if it is free
 * @lock: the lock
 *
 * The level is checked as by dpc_lock_acquire_at_dispatch() (S2).
 *
 * Context: as for dpc_lock_acquire_at_dispatch().  Doesn't wait.
 * Return: true if the caller now holds the lock.
 */
static __always_inline bool dpc_lock_try_at_dispatch(struct dpc_lock *lock)
{
	return dpc_lock_try_at_dispatch_ip(lock, _THIS_IP_);
}

void dpc_lock_release_at_dispatch_ip(struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_lock_release_at_dispatch - release an executive spin lock, stay at DISPATCH
 * @lock: the lock, held by the caller
 *
 * The level is checked again (S2).  This also releases a lock that dpc_lock_acquire()
 * has taken; the caller then has to lower the level itself.
 *
 * Context: as for dpc_lock_acquire_at_dispatch().
 */
static __always_inline void dpc_lock_release_at_dispatch(struct dpc_lock *lock)
{
	dpc_lock_release_at_dispatch_ip(lock, _THIS_IP_);
}

/* The queued spin lock: first come, first served (S3). */
void dpc_lock_acquire_queued_ip(struct dpc_lock *lock, struct dpc_lock_handle *handle,
				unsigned long ip);

/**
 * dpc_lock_acquire_queued - raise to DISPATCH and acquire a queued spin lock
 * @lock: the lock
 * @handle: belongs to the lock until it is released; on the stack
 *
 * Waiters are served in the order in which they came, and each spins on its own
 * @handle (S3).  On PREEMPT_RT the lock sleeps: the waiter of the highest priority is
 * served first, and the order of coming counts only among real-time threads of one
 * priority.
 *
 * In a virtual machine with more CPUs than the host can run at once, all waiters wait
 * for the next one's CPU to run.
 *
 * All users of the lock have to use this form.  A caller that mixes it with the
 * executive form is reported and counted in dpc_violations(); the two still exclude
 * each other.
 *
 * Context: as for dpc_lock_acquire().
 */
static __always_inline void dpc_lock_acquire_queued(struct dpc_lock *lock,
						    struct dpc_lock_handle *handle)
{
	dpc_lock_acquire_queued_ip(lock, handle, _THIS_IP_);
}

void dpc_lock_release_queued_ip(struct dpc_lock_handle *handle, unsigned long ip);

/**
 * dpc_lock_release_queued - release a queued spin lock and restore the level
 * @handle: as given to dpc_lock_acquire_queued()
 *
 * If that leaves DISPATCH, DPCs that were queued meanwhile run before it returns,
 * as with dpc_level_lower() (S3, S5).
 *
 * Context: as it was for dpc_lock_acquire_queued().
 */
static __always_inline void dpc_lock_release_queued(struct dpc_lock_handle *handle)
{
	dpc_lock_release_queued_ip(handle, _THIS_IP_);
}

void dpc_lock_acquire_queued_at_dispatch_ip(struct dpc_lock *lock, struct dpc_lock_handle *handle,
					    unsigned long ip);

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
static __always_inline void dpc_lock_acquire_queued_at_dispatch(struct dpc_lock *lock,
								struct dpc_lock_handle *handle)
{
	dpc_lock_acquire_queued_at_dispatch_ip(lock, handle, _THIS_IP_);
}

void dpc_lock_release_queued_at_dispatch_ip(struct dpc_lock_handle *handle, unsigned long ip);

/**
 * dpc_lock_release_queued_at_dispatch - release a queued spin lock, stay at DISPATCH
 * @handle: as given to dpc_lock_acquire_queued_at_dispatch()
 *
 * The level is checked again (S2, S3).  This also releases a lock that
 * dpc_lock_acquire_queued() has taken; the caller then has to lower the level itself.
 *
 * Context: as for dpc_lock_acquire_at_dispatch().
 */
static __always_inline void dpc_lock_release_queued_at_dispatch(struct dpc_lock_handle *handle)
{
	dpc_lock_release_queued_at_dispatch_ip(handle, _THIS_IP_);
}

/**
 * struct dpc_slist_entry - entry, and also head, of a singly linked list
 * @next: the next entry; NULL at the end, and in the head of an empty list
 */
struct dpc_slist_entry {
	struct dpc_slist_entry	*next;
};

/* Lists and counters at any level (S4). */
struct list_head *dpc_interlocked_insert_head_ip(struct list_head *head, struct list_head *entry,
						 struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_interlocked_insert_head - put an entry at the head of a list
 * @head: the list
 * @entry: the entry to insert; must be in no list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry that was first before, or NULL if the list was empty (S4).
 */
static __always_inline struct list_head *dpc_interlocked_insert_head(struct list_head *head,
								     struct list_head *entry,
								     struct dpc_lock *lock)
{
	return dpc_interlocked_insert_head_ip(head, entry, lock, _THIS_IP_);
}

struct list_head *dpc_interlocked_insert_tail_ip(struct list_head *head, struct list_head *entry,
						 struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_interlocked_insert_tail - put an entry at the tail of a list
 * @head: the list
 * @entry: the entry to insert; must be in no list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry that was last before, or NULL if the list was empty (S4).
 */
static __always_inline struct list_head *dpc_interlocked_insert_tail(struct list_head *head,
								     struct list_head *entry,
								     struct dpc_lock *lock)
{
	return dpc_interlocked_insert_tail_ip(head, entry, lock, _THIS_IP_);
}

struct list_head *dpc_interlocked_remove_head_ip(struct list_head *head, struct dpc_lock *lock,
						 unsigned long ip);

/**
 * dpc_interlocked_remove_head - take the first entry off a list
 * @head: the list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry, or NULL if the list is empty (S4).
 */
static __always_inline struct list_head *dpc_interlocked_remove_head(struct list_head *head,
								     struct dpc_lock *lock)
{
	return dpc_interlocked_remove_head_ip(head, lock, _THIS_IP_);
}

struct dpc_slist_entry *dpc_interlocked_push_ip(struct dpc_slist_entry *head,
						struct dpc_slist_entry *entry,
						struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_interlocked_push - put an entry at the head of a singly linked list
 * @head: the list; its @next is the first entry
 * @entry: the entry to insert; must be in no list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry that was first before, or NULL if the list was empty (S4).
 */
static __always_inline struct dpc_slist_entry *dpc_interlocked_push(struct dpc_slist_entry *head,
								    struct dpc_slist_entry *entry,
								    struct dpc_lock *lock)
{
	return dpc_interlocked_push_ip(head, entry, lock, _THIS_IP_);
}

struct dpc_slist_entry *dpc_interlocked_pop_ip(struct dpc_slist_entry *head, struct dpc_lock *lock,
					       unsigned long ip);

/**
 * dpc_interlocked_pop - take the first entry off a singly linked list
 * @head: the list; its @next is the first entry
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry, or NULL if the list is empty (S4).
 */
static __always_inline struct dpc_slist_entry *dpc_interlocked_pop(struct dpc_slist_entry *head,
								   struct dpc_lock *lock)
{
	return dpc_interlocked_pop_ip(head, lock, _THIS_IP_);
}

u32 dpc_interlocked_add_ip(u32 *addend, u32 inc, struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_interlocked_add - add to a counter of 32 bits
 * @addend: the counter
 * @inc: the number to add; the sum wraps
 * @lock: guards @addend; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the value before (S4).
 */
static __always_inline u32 dpc_interlocked_add(u32 *addend, u32 inc, struct dpc_lock *lock)
{
	return dpc_interlocked_add_ip(addend, inc, lock, _THIS_IP_);
}

u64 dpc_interlocked_add_large_ip(u64 *addend, u64 inc, struct dpc_lock *lock, unsigned long ip);

/**
 * dpc_interlocked_add_large - add to a counter of 64 bits
 * @addend: the counter
 * @inc: the number to add; the sum wraps
 * @lock: guards @addend; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the value before (S4).
 */
static __always_inline u64 dpc_interlocked_add_large(u64 *addend, u64 inc, struct dpc_lock *lock)
{
	return dpc_interlocked_add_large_ip(addend, inc, lock, _THIS_IP_);
}

#endif /* _LINUX_DPC_SYNC_H */
