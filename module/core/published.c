// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects that user space can see: each connected interrupt object, and the DPCs that
 * belong to none.  Here they come and go, and are found by id; control.c has what can be
 * done with them, chardev.c and sysfs.c how user space asks for it.
 *
 * A file of user space never keeps a driver from leaving: what it refers to is the
 * struct dpc_published, which outlives the driver's object.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "notices.h"
#include "published.h"
#include "stats.h"

#include "../compat.h"

#include <linux/atomic.h>
#include <linux/dpc_interrupt.h>
#include <linux/irq.h>
#include <linux/module.h>
#include <linux/msi.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/wait.h>

/* The list is in ascending order of ids. */
static DEFINE_MUTEX(dpc_published_mutex);
static LIST_HEAD(dpc_published);	/* struct dpc_published.entry */
static unsigned int dpc_published_nr;	/* under dpc_published_mutex */

/* Objects whose memory is not given back yet; the last one wakes dpc_published_exit(). */
static atomic_t dpc_published_left = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(dpc_published_wait);

static const struct dpc_published_ops *dpc_published_ops;
static struct class dpc_class = { .name = "dpc" };

static void dpc_published_release(struct device *device)
{
	kfree(dpc_published_of(device));
	if (atomic_dec_and_test(&dpc_published_left))
		wake_up_all(&dpc_published_wait);
}

/* Which of its device's message-signalled interrupts @irq is; 0 for a line. */
static u32 dpc_published_vector(u32 irq)
{
	struct msi_desc *desc = irq_get_msi_desc(irq);

	return desc ? desc->msi_index + irq - desc->irq : 0;
}

static void dpc_published_describe_device(struct dpc_object *what, struct device *dev)
{
	if (dev->bus)
		strscpy(what->bus, dev->bus->name, sizeof(what->bus));
	strscpy(what->device, dev_name(dev), sizeof(what->device));
	if (dev->driver)
		strscpy(what->driver, dev->driver->name, sizeof(what->driver));
}

/* What does not change while the object is published. */
static void dpc_published_describe(struct dpc_object *what, const struct dpc_stats *stats,
				   const struct dpc_interrupt *intr, struct device *dev)
{
	strscpy(what->name, stats->name, sizeof(what->name));
	if (!intr) {
		what->kind = what->id == DPC_ID_UNBOUND ? DPC_OBJECT_UNBOUND :
							  DPC_OBJECT_THREADED;
		return;
	}
	what->kind = DPC_OBJECT_INTERRUPT;
	what->irq = stats->irq;
	what->vector = dpc_published_vector(stats->irq);
	if (intr->flags & DPC_INTERRUPT_PASSIVE)
		what->flags |= DPC_OBJECT_PASSIVE;
	if (intr->flags & DPC_INTERRUPT_SHARED)
		what->flags |= DPC_OBJECT_SHARED;
	if (!intr->ops.dpc)
		what->flags |= DPC_OBJECT_NO_DPC;
	if (!intr->ops.work)
		what->flags |= DPC_OBJECT_NO_WORK;
	if (intr->flags & DPC_INTERRUPT_NO_HARDIRQ)
		what->flags |= DPC_OBJECT_NO_HARDIRQ;
	if (dev)
		dpc_published_describe_device(what, dev);
}

static int dpc_published_set_name(struct dpc_published *published)
{
	if (published->what.kind == DPC_OBJECT_INTERRUPT)
		return dev_set_name(&published->device, "interrupt%u", published->what.id);
	return dev_set_name(&published->device, "%s", published->what.name);
}

static void dpc_published_enlist(struct dpc_published *published)
{
	struct dpc_published *last;

	mutex_lock(&dpc_published_mutex);
	/* An id is given before its object is connected: a later one may be here already. */
	list_for_each_entry_reverse(last, &dpc_published, entry)
		if (last->what.id < published->what.id)
			break;
	list_add(&published->entry, &last->entry);
	dpc_published_nr++;
	mutex_unlock(&dpc_published_mutex);
}

/**
 * dpc_publish - show an object to user space
 * @stats: its accounting
 * @id: its id
 * @intr: the interrupt object, connected; NULL for an object of another kind
 * @dev: the interrupt's device, or NULL
 *
 * Context: a thread that may sleep.
 * Return: 0, -ENOMEM, or the error of device_add().
 */
int dpc_publish(struct dpc_stats *stats, u32 id, struct dpc_interrupt *intr, struct device *dev)
{
	struct dpc_published *published = kzalloc(sizeof(*published), GFP_KERNEL);
	int err;

	if (!published)
		return -ENOMEM;
	init_rwsem(&published->sem);
	published->stats = stats;
	published->intr = intr;
	published->what.id = id;
	dpc_published_describe(&published->what, stats, intr, dev);
	dpc_published_ops->prepare(published);

	atomic_inc(&dpc_published_left);
	device_initialize(&published->device);
	published->device.class = &dpc_class;
	published->device.groups = dpc_published_ops->groups;
	published->device.release = dpc_published_release;
	if (dev && device_is_registered(dev))
		published->device.parent = dev;
	err = dpc_published_set_name(published) ?: device_add(&published->device);
	if (err) {
		put_device(&published->device);
		return err;
	}
	stats->published = published;
	dpc_published_enlist(published);
	dpc_notice_tell(DPC_NOTICE_CAME, id, 0, published->what.name);
	dpc_stats_tell_overruns(stats, id);
	return 0;
}

/**
 * dpc_unpublish - take an object away from user space
 * @stats: its accounting; if it is not published, nothing happens
 *
 * When this returns, no call of user space uses the object, and none will.
 *
 * Context: a thread that may sleep, and that holds no lock which the driver's
 * switch_begin() takes.
 */
void dpc_unpublish(struct dpc_stats *stats)
{
	struct dpc_published *published = stats->published;

	if (!published)
		return;
	dpc_stats_tell_overruns(stats, 0);
	mutex_lock(&dpc_published_mutex);
	list_del(&published->entry);
	dpc_published_nr--;
	mutex_unlock(&dpc_published_mutex);
	device_del(&published->device);

	down_write(&published->sem);
	published->stats = NULL;
	published->intr = NULL;
	dpc_published_ops->leave(published);
	up_write(&published->sem);
	stats->published = NULL;
	dpc_notice_tell(DPC_NOTICE_GONE, published->what.id, 0, published->what.name);
	put_device(&published->device);
}

/**
 * dpc_published_get - find an object
 * @id: its id
 *
 * Context: a thread that may sleep.
 * Return: the object, for dpc_published_put(); NULL if there is none of that id.
 */
struct dpc_published *dpc_published_get(u32 id)
{
	struct dpc_published *each, *found = NULL;

	mutex_lock(&dpc_published_mutex);
	list_for_each_entry(each, &dpc_published, entry) {
		if (each->what.id == id) {
			get_device(&each->device);
			found = each;
			break;
		}
	}
	mutex_unlock(&dpc_published_mutex);
	return found;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_published_get);

/**
 * dpc_published_next - go through all objects
 * @after: the one before, which is put; NULL at the beginning
 *
 * An object that comes or goes meanwhile may or may not be seen; no other is left out.
 *
 * Context: a thread that may sleep.
 * Return: the next one, for dpc_published_put() or the next call; NULL at the end.
 */
struct dpc_published *dpc_published_next(struct dpc_published *after)
{
	struct dpc_published *each, *found = NULL;

	mutex_lock(&dpc_published_mutex);
	list_for_each_entry(each, &dpc_published, entry) {
		if (!after || each->what.id > after->what.id) {
			get_device(&each->device);
			found = each;
			break;
		}
	}
	mutex_unlock(&dpc_published_mutex);
	dpc_published_put(after);
	return found;
}

/* NULL is allowed. */
void dpc_published_put(struct dpc_published *published)
{
	if (published)
		put_device(&published->device);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_published_put);

/* Write the ids of at most @room objects to @ids.  Return: how many objects there are. */
unsigned int dpc_published_ids(u32 *ids, unsigned int room)
{
	struct dpc_published *each;
	unsigned int nr;

	mutex_lock(&dpc_published_mutex);
	list_for_each_entry(each, &dpc_published, entry) {
		if (!room)
			break;
		*ids++ = each->what.id;
		room--;
	}
	nr = dpc_published_nr;
	mutex_unlock(&dpc_published_mutex);
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_published_ids);

int dpc_published_init(const struct dpc_published_ops *ops)
{
	dpc_published_ops = ops;
	return class_register(&dpc_class);
}

/* Nothing is published any more.  Waits for those who still refer to what was. */
void dpc_published_exit(void)
{
	wait_event(dpc_published_wait, !atomic_read(&dpc_published_left));
	class_unregister(&dpc_class);
}
