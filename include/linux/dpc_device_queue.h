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
 * "insert" answers whether the entry was queued: false means that the device
 * was idle and the caller is the one to start the request.  Removing one entry
 * by its address never makes the queue idle.
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
 * struct dpc_device_queue_entry - what is queued; part of a request
 * @node: position in the queue
 * @key: as given to dpc_device_queue_insert_by_key(); a plain insert leaves it
 *	as it is
 * @inserted: DPC_DEVICE_QUEUE_INSERTED while it is in the queue, else 0; every
 *	insert and removal writes it
 *
 * Needs no initialisation, and may share its memory with what the request needs
 * while it is in no queue: inserting it depends on nothing that is in it.
 */
struct dpc_device_queue_entry {
	struct list_head	node;		/* L */
	u32			key;		/* L */
	u8			inserted;	/* L */
};

/* Not 1, which is what chance leaves most often. */
#define DPC_DEVICE_QUEUE_INSERTED	0xd9

void dpc_device_queue_init(struct dpc_device_queue *q);

bool dpc_device_queue_insert_ip(struct dpc_device_queue *q, struct dpc_device_queue_entry *e,
				unsigned long ip);

/**
 * dpc_device_queue_insert - queue an entry at the tail, or say that the device is idle
 * @q: the queue
 * @e: the entry, with any content; must be in no queue.  If it is in @q, that is
 *	reported and changes nothing.
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
 * @key: @e goes behind all entries with a key that is not greater
 *
 * Time and interrupts-off time grow with the number of entries that have a
 * greater key.
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

struct dpc_device_queue_entry *dpc_device_queue_remove(struct dpc_device_queue *q);
struct dpc_device_queue_entry *dpc_device_queue_remove_by_key(struct dpc_device_queue *q, u32 key);
bool dpc_device_queue_remove_entry(struct dpc_device_queue *q, struct dpc_device_queue_entry *e);
bool dpc_device_queue_busy(struct dpc_device_queue *q);

#endif /* _LINUX_DPC_DEVICE_QUEUE_H */
