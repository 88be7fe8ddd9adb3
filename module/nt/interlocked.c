// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interlocked lists and counters (S4).
 *
 * Each is one step under the lock's raw part with interrupts off: nothing that
 * runs at any level, on any CPU, can get between, on PREEMPT_RT neither.  The
 * lock is for these functions alone (see struct dpc_lock).
 */
#include "lock.h"

#include <linux/dpc_sync.h>
#include <linux/module.h>

/* Return: the interrupt state to restore. */
static unsigned long dpc_interlocked_lock(struct dpc_lock *lock, unsigned long ip)
	__acquires(&lock->raw)
{
	unsigned long flags;

	dpc_lock_use(lock, DPC_LOCK_INTERLOCKED, ip);
	raw_spin_lock_irqsave(&lock->raw, flags);
	return flags;
}

static void dpc_interlocked_unlock(struct dpc_lock *lock, unsigned long flags)
	__releases(&lock->raw)
{
	raw_spin_unlock_irqrestore(&lock->raw, flags);
}

/* dpc_interlocked_insert_head() in the name of the code at @ip. */
struct list_head *dpc_interlocked_insert_head_ip(struct list_head *head, struct list_head *entry,
						 struct dpc_lock *lock, unsigned long ip)
{
	struct list_head *first;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, ip);
	first = list_empty(head) ? NULL : head->next;
	list_add(entry, head);
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_insert_head_ip);

/* dpc_interlocked_insert_tail() in the name of the code at @ip. */
struct list_head *dpc_interlocked_insert_tail_ip(struct list_head *head, struct list_head *entry,
						 struct dpc_lock *lock, unsigned long ip)
{
	struct list_head *last;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, ip);
	last = list_empty(head) ? NULL : head->prev;
	list_add_tail(entry, head);
	dpc_interlocked_unlock(lock, flags);
	return last;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_insert_tail_ip);

/* dpc_interlocked_remove_head() in the name of the code at @ip. */
struct list_head *dpc_interlocked_remove_head_ip(struct list_head *head, struct dpc_lock *lock,
						 unsigned long ip)
{
	struct list_head *first = NULL;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, ip);
	if (!list_empty(head)) {
		first = head->next;
		list_del(first);
	}
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_remove_head_ip);

/* dpc_interlocked_push() in the name of the code at @ip. */
struct dpc_slist_entry *dpc_interlocked_push_ip(struct dpc_slist_entry *head,
						struct dpc_slist_entry *entry,
						struct dpc_lock *lock, unsigned long ip)
{
	struct dpc_slist_entry *first;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, ip);
	first = head->next;
	entry->next = first;
	head->next = entry;
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_push_ip);

/* dpc_interlocked_pop() in the name of the code at @ip. */
struct dpc_slist_entry *dpc_interlocked_pop_ip(struct dpc_slist_entry *head, struct dpc_lock *lock,
					       unsigned long ip)
{
	struct dpc_slist_entry *first;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, ip);
	first = head->next;
	if (first)
		head->next = first->next;
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_pop_ip);

/* dpc_interlocked_add() in the name of the code at @ip. */
u32 dpc_interlocked_add_ip(u32 *addend, u32 inc, struct dpc_lock *lock, unsigned long ip)
{
	unsigned long flags;
	u32 old;

	flags = dpc_interlocked_lock(lock, ip);
	old = *addend;
	WRITE_ONCE(*addend, old + inc);
	dpc_interlocked_unlock(lock, flags);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_add_ip);

/* dpc_interlocked_add_large() in the name of the code at @ip. */
u64 dpc_interlocked_add_large_ip(u64 *addend, u64 inc, struct dpc_lock *lock, unsigned long ip)
{
	unsigned long flags;
	u64 old;

	flags = dpc_interlocked_lock(lock, ip);
	old = *addend;
	*addend = old + inc;
	dpc_interlocked_unlock(lock, flags);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_add_large_ip);
