// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device queues (P3): one request is served, the others wait here.
 *
 * The table of states stands above struct dpc_device_queue.  Each operation holds the
 * queue's lock for its whole length, so each pair of them has an order, and "busy"
 * and the list always agree.  Either an insert sees that the device is busy, and the
 * next remove finds the entry; or the remove came first, and the insert is told to
 * start the request.  No request is left lying.
 *
 * An insert writes the entry's @inserted, whatever it returns, and depends on
 * nothing that was in the entry before: an entry may lie over other data of the
 * request, which nobody clears for it.  So @inserted is only a hint.  If it says
 * "no", the entry is in no queue, because each insert and each removal writes it.
 * If it says "yes", the list decides.
 */
#include "../core/internal.h"

#include <linux/dpc_device_queue.h>
#include <linux/module.h>

void dpc_device_queue_init(struct dpc_device_queue *q)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->list);
	q->busy = false;
}
EXPORT_SYMBOL_GPL(dpc_device_queue_init);

/* Where an entry with @key goes: behind all with a key that is not greater. */
static struct list_head *dpc_device_queue_place(struct dpc_device_queue *q, u32 key)
{
	struct dpc_device_queue_entry *e;

	lockdep_assert_held(&q->lock);

	/* Keys mostly come in rising order, and then this is short. */
	list_for_each_entry_reverse(e, &q->list, node)
		if (e->key <= key)
			return &e->node;
	return &q->list;
}

/* Whether @e is in @q.  @e may have any content, which is no more than a hint here. */
static bool dpc_device_queue_has(struct dpc_device_queue *q, struct dpc_device_queue_entry *e)
{
	struct dpc_device_queue_entry *other;

	lockdep_assert_held(&q->lock);

	if (list_empty(&q->list) || e->inserted != DPC_DEVICE_QUEUE_INSERTED)
		return false;
	list_for_each_entry(other, &q->list, node)
		if (other == e)
			return true;
	return false;
}

/*
 * Queue @e, with @key if there is one, unless the device is idle.
 * Return: true if it is in the queue.
 */
static bool dpc_device_queue_add(struct dpc_device_queue *q, struct dpc_device_queue_entry *e,
				 const u32 *key, unsigned long ip)
{
	bool queued, twice;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	queued = q->busy;
	twice = queued && dpc_device_queue_has(q, e);
	if (!twice) {
		if (key)
			e->key = *key;
		/* However it was inserted: it must be possible to remove it. */
		e->inserted = queued ? DPC_DEVICE_QUEUE_INSERTED : 0;
		if (queued)
			list_add(&e->node, key ? dpc_device_queue_place(q, *key) : q->list.prev);
		WRITE_ONCE(q->busy, true);
	}
	spin_unlock_irqrestore(&q->lock, flags);

	if (unlikely(twice))
		dpc_misuse(ip, "inserts an entry that is in a device queue already");
	return queued;
}

/* dpc_device_queue_insert() in the name of the code at @ip. */
bool dpc_device_queue_insert_ip(struct dpc_device_queue *q, struct dpc_device_queue_entry *e,
				unsigned long ip)
{
	return dpc_device_queue_add(q, e, NULL, ip);
}
EXPORT_SYMBOL_GPL(dpc_device_queue_insert_ip);

/* dpc_device_queue_insert_by_key() in the name of the code at @ip. */
bool dpc_device_queue_insert_by_key_ip(struct dpc_device_queue *q,
				       struct dpc_device_queue_entry *e, u32 key, unsigned long ip)
{
	return dpc_device_queue_add(q, e, &key, ip);
}
EXPORT_SYMBOL_GPL(dpc_device_queue_insert_by_key_ip);

static void dpc_device_queue_del(struct dpc_device_queue *q, struct dpc_device_queue_entry *e)
{
	lockdep_assert_held(&q->lock);

	list_del(&e->node);
	e->inserted = 0;
}

struct dpc_device_queue_entry *dpc_device_queue_remove(struct dpc_device_queue *q)
{
	struct dpc_device_queue_entry *e;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	e = list_first_entry_or_null(&q->list, struct dpc_device_queue_entry, node);
	if (e)
		dpc_device_queue_del(q, e);
	else
		WRITE_ONCE(q->busy, false);
	spin_unlock_irqrestore(&q->lock, flags);
	return e;
}
EXPORT_SYMBOL_GPL(dpc_device_queue_remove);

/* The first entry with a key of @key or more, else the first, else NULL. */
static struct dpc_device_queue_entry *dpc_device_queue_find(struct dpc_device_queue *q, u32 key)
{
	struct dpc_device_queue_entry *e;

	lockdep_assert_held(&q->lock);

	list_for_each_entry(e, &q->list, node)
		if (e->key >= key)
			return e;
	return list_first_entry_or_null(&q->list, struct dpc_device_queue_entry, node);
}

struct dpc_device_queue_entry *dpc_device_queue_remove_by_key(struct dpc_device_queue *q, u32 key)
{
	struct dpc_device_queue_entry *e;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	e = dpc_device_queue_find(q, key);
	if (e)
		dpc_device_queue_del(q, e);
	else
		WRITE_ONCE(q->busy, false);
	spin_unlock_irqrestore(&q->lock, flags);
	return e;
}
EXPORT_SYMBOL_GPL(dpc_device_queue_remove_by_key);

bool dpc_device_queue_remove_entry(struct dpc_device_queue *q, struct dpc_device_queue_entry *e)
{
	unsigned long flags;
	bool inserted;

	spin_lock_irqsave(&q->lock, flags);
	inserted = dpc_device_queue_has(q, e);
	if (inserted)
		dpc_device_queue_del(q, e);
	spin_unlock_irqrestore(&q->lock, flags);
	return inserted;
}
EXPORT_SYMBOL_GPL(dpc_device_queue_remove_entry);

bool dpc_device_queue_busy(struct dpc_device_queue *q)
{
	return READ_ONCE(q->busy);
}
EXPORT_SYMBOL_GPL(dpc_device_queue_busy);
