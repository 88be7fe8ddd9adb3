// SPDX-License-Identifier: GPL-2.0
/*
 * Interlocked lists and counters (S4).
 *
 * Each is one step under the lock's raw part with interrupts off: nothing that
 * runs at any level, on any CPU, can get between, on PREEMPT_RT neither.  The
 * lock is for these functions alone (see struct dpc_lock).
 */
#include "core.h"

#include <linux/module.h>

/* Return: the interrupt state to restore. */
static unsigned long dpc_interlocked_lock(struct dpc_lock *lock, unsigned long caller)
	__acquires(&lock->raw)
{
	unsigned long flags;

	dpc_lock_use(lock, DPC_LOCK_INTERLOCKED, caller);
	raw_spin_lock_irqsave(&lock->raw, flags);
	return flags;
}

static void dpc_interlocked_unlock(struct dpc_lock *lock, unsigned long flags)
	__releases(&lock->raw)
{
	raw_spin_unlock_irqrestore(&lock->raw, flags);
}

/**
 * dpc_interlocked_insert_head - put an entry at the head of a list
 * @head: the list
 * @entry: what to insert; in no list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: what was the first entry before, or NULL if the list was empty (S4).
 */
struct list_head *dpc_interlocked_insert_head(struct list_head *head, struct list_head *entry,
					      struct dpc_lock *lock)
{
	struct list_head *first;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	first = list_empty(head) ? NULL : head->next;
	list_add(entry, head);
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_insert_head);

/**
 * dpc_interlocked_insert_tail - put an entry at the tail of a list
 * @head: the list
 * @entry: what to insert; in no list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: what was the last entry before, or NULL if the list was empty (S4).
 */
struct list_head *dpc_interlocked_insert_tail(struct list_head *head, struct list_head *entry,
					      struct dpc_lock *lock)
{
	struct list_head *last;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	last = list_empty(head) ? NULL : head->prev;
	list_add_tail(entry, head);
	dpc_interlocked_unlock(lock, flags);
	return last;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_insert_tail);

/**
 * dpc_interlocked_remove_head - take the first entry off a list
 * @head: the list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry, or NULL if the list is empty (S4).
 */
struct list_head *dpc_interlocked_remove_head(struct list_head *head, struct dpc_lock *lock)
{
	struct list_head *first = NULL;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	if (!list_empty(head)) {
		first = head->next;
		list_del(first);
	}
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_remove_head);

/**
 * dpc_interlocked_push - put an entry at the head of a singly linked list
 * @head: the list; its @next is the first entry
 * @entry: what to insert; in no list
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: what was the first entry before, or NULL if the list was empty (S4).
 */
struct dpc_slist_entry *dpc_interlocked_push(struct dpc_slist_entry *head,
					     struct dpc_slist_entry *entry, struct dpc_lock *lock)
{
	struct dpc_slist_entry *first;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	first = head->next;
	entry->next = first;
	head->next = entry;
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_push);

/**
 * dpc_interlocked_pop - take the first entry off a singly linked list
 * @head: the list; its @next is the first entry
 * @lock: guards @head; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the entry, or NULL if the list is empty (S4).
 */
struct dpc_slist_entry *dpc_interlocked_pop(struct dpc_slist_entry *head, struct dpc_lock *lock)
{
	struct dpc_slist_entry *first;
	unsigned long flags;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	first = head->next;
	if (first)
		head->next = first->next;
	dpc_interlocked_unlock(lock, flags);
	return first;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_pop);

/**
 * dpc_interlocked_add - add to a counter of 32 bits
 * @addend: the counter
 * @inc: what to add; the sum wraps
 * @lock: guards @addend; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the value before (S4).
 */
u32 dpc_interlocked_add(u32 *addend, u32 inc, struct dpc_lock *lock)
{
	unsigned long flags;
	u32 old;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	old = *addend;
	WRITE_ONCE(*addend, old + inc);
	dpc_interlocked_unlock(lock, flags);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_add);

/**
 * dpc_interlocked_add_large - add to a counter of 64 bits
 * @addend: the counter
 * @inc: what to add; the sum wraps
 * @lock: guards @addend; for interlocked operations only
 *
 * Context: any but NMI.
 * Return: the value before (S4).
 */
u64 dpc_interlocked_add_large(u64 *addend, u64 inc, struct dpc_lock *lock)
{
	unsigned long flags;
	u64 old;

	flags = dpc_interlocked_lock(lock, _RET_IP_);
	old = *addend;
	*addend = old + inc;
	dpc_interlocked_unlock(lock, flags);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_interlocked_add_large);
