/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device queues: what waits while a device serves one request at a time.
 *
 * Module: dpc_nt.ko.  The rule number (P3) is that of docs/semantics.md.
 */
#ifndef _LINUX_DPC_DEVICE_QUEUE_H
#define _LINUX_DPC_DEVICE_QUEUE_H

#include <linux/instruction_pointer.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * struct dpc_device_queue - the states
 *
 *   state   busy   list       insert             remove
 *   ------  -----  ---------  -----------------  ---------------------
 *   idle    false  empty      -> served, false   -> idle, NULL
 *   served  true   empty      -> waited, true    -> idle, NULL
 *   waited  true   not empty  stays, true        -> served or waited, entry
 *
 * "insert" answers whether the entry was queued; false means that the device was
 * idle, and the caller has to start the request.  The removal of one entry by its
 * address never makes the queue idle.
 *
 * Field legend:
 *   L  under @lock
 */
struct dpc_device_queue {
	/* private: */
	spinlock_t		lock;
	bool			busy;		/* L */
	struct list_head	list;		/* L */
};

/**
 * struct dpc_device_queue_entry - an entry of a device queue; part of a request
 * @node: position in the queue
 * @key: as given to dpc_device_queue_insert_by_key(); a plain insert leaves it
 *	as it is
 * @inserted: DPC_DEVICE_QUEUE_INSERTED while it is in the queue, else 0; every
 *	insert and removal writes it
 *
 * An entry needs no initialisation.  While it is in no queue, its memory may hold
 * other data of the request: no insert depends on its content.
 */
struct dpc_device_queue_entry {
	struct list_head	node;		/* L */
	u32			key;		/* L */
	u8			inserted;	/* L */
};

/* A value that other data seldom has there; 1 would be the most frequent one. */
#define DPC_DEVICE_QUEUE_INSERTED	0xd9

/**
 * dpc_device_queue_init - initialise a device queue
 * @q: the queue
 *
 * Afterwards it is empty, and the device counts as idle (P3).
 *
 * Context: any.
 */
void dpc_device_queue_init(struct dpc_device_queue *q);

bool dpc_device_queue_insert_ip(struct dpc_device_queue *q, struct dpc_device_queue_entry *e,
				unsigned long ip);

/**
 * dpc_device_queue_insert - queue an entry at the tail, or say that the device is idle
 * @q: the queue
 * @e: the entry, with any content; must be in no queue.  If it is in @q, nothing
 *	changes, and the caller is reported and counted in dpc_violations().
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true if the device was busy and @e is queued; false if it was idle, @e
 * is not queued, and the device counts as busy now: the caller starts the request
 * (P3).
 */
static __always_inline bool dpc_device_queue_insert(struct dpc_device_queue *q,
						    struct dpc_device_queue_entry *e)
{
	return dpc_device_queue_insert_ip(q, e, _THIS_IP_);
}

bool dpc_device_queue_insert_by_key_ip(struct dpc_device_queue *q,
				       struct dpc_device_queue_entry *e, u32 key, unsigned long ip);

/**
 * dpc_device_queue_insert_by_key - queue an entry in the order of keys
 * @q: the queue
 * @e: the entry, as for dpc_device_queue_insert()
 * @key: @e goes behind all entries whose key is not greater
 *
 * The time of the call, with interrupts off, grows with the number of entries that
 * have a greater key.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: as dpc_device_queue_insert() (P3).
 */
static __always_inline bool dpc_device_queue_insert_by_key(struct dpc_device_queue *q,
							   struct dpc_device_queue_entry *e,
							   u32 key)
{
	return dpc_device_queue_insert_by_key_ip(q, e, key, _THIS_IP_);
}

/**
 * dpc_device_queue_remove - take the first entry, or have the device idle
 * @q: the queue
 *
 * Context: PASSIVE or DISPATCH.
 * Return: the entry, and the device stays busy; NULL if there was none, and then the
 * device counts as idle (P3).
 */
struct dpc_device_queue_entry *dpc_device_queue_remove(struct dpc_device_queue *q);

/**
 * dpc_device_queue_remove_by_key - take the next entry by key, or have the device idle
 * @q: the queue
 * @key: this takes the first entry whose key is not smaller, or, if there is none,
 *	the first of all
 *
 * A driver that gives the key of the request that was served last sweeps over the keys
 * and starts again, as an elevator does.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: the entry, and the device stays busy; NULL if there was none, and then the
 * device counts as idle (P3).
 */
struct dpc_device_queue_entry *dpc_device_queue_remove_by_key(struct dpc_device_queue *q, u32 key);

/**
 * dpc_device_queue_remove_entry - take one entry, wherever in the queue it is
 * @q: the queue
 * @e: the entry, with any content if it is not in @q
 *
 * The device stays busy or idle as it is.  If @e is in the queue, the time of the
 * call, with interrupts off, grows with the number of entries before it.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true if it was in the queue; it no longer is (P3).
 */
bool dpc_device_queue_remove_entry(struct dpc_device_queue *q, struct dpc_device_queue_entry *e);

/**
 * dpc_device_queue_busy - whether the device serves a request
 * @q: the queue
 *
 * The answer can be outdated when it arrives; for anything but diagnostics use the
 * return values of insert and remove.
 *
 * Context: any.
 * Return: true if it is busy.
 */
bool dpc_device_queue_busy(struct dpc_device_queue *q);

#endif /* _LINUX_DPC_DEVICE_QUEUE_H */
