/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects that user space can see, by id. */
#ifndef _DPC_CORE_PUBLISHED_H
#define _DPC_CORE_PUBLISHED_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <uapi/linux/dpc.h>

struct dpc_file;
struct dpc_interrupt;
struct dpc_stats;
struct pid;

/* The settings of an object. */
struct dpc_settings {
	u32			model;
	u32			budget_us[DPC_STAGE_NR];
};

/*
 * struct dpc_holder - the file that holds the settings; see control.c
 * @held: a file has taken them; cleared when they are restored
 * @ended: number of holds that have ended; close() reads it without the lock
 * @file: that file, NULL once it was closed
 * @pid: of the process that took the hold
 * @comm: its name
 * @saved: the settings as they were then
 * @restore: puts them back; has a reference to the object while it is scheduled
 */
struct dpc_holder {
	bool			held;		/* G */
	unsigned int		ended;		/* G */
	const struct dpc_file	*file;		/* G */
	struct pid		*pid;		/* G */
	char			comm[TASK_COMM_LEN];	/* G */
	struct dpc_settings	saved;		/* G */
	struct delayed_work	restore;	/* C */
};

/*
 * struct dpc_published - what user space sees of an object
 *
 * It lives on for as long as somebody refers to it, but the object itself does not.
 *
 *   state      on the list  @stats  @device           who gets there
 *   ---------  -----------  ------  ----------------  ---------------------------------
 *   published  yes          set     in sysfs          dpc_publish()
 *   leaving    no           set     being removed     dpc_unpublish(); calls that have found
 *                                                     it before go on
 *   gone       no           NULL    removed           dpc_unpublish(); calls get -ENODEV
 *
 * Field legend:
 *   C  constant
 *   L  under the list's lock, see published.c
 *   G  written with @sem held for writing, read with it held for reading
 *
 * Lock order: sysfs's own lock on a file in use, @sem, the locks of the driver's
 * switch_begin(), the interrupt object's.
 */
struct dpc_published {
	struct device		device;		/* its references are the object's, too */
	struct list_head	entry;		/* L */
	struct rw_semaphore	sem;
	struct dpc_stats	*stats;		/* G, NULL: gone */
	struct dpc_interrupt	*intr;		/* G, NULL: gone, or none */
	struct dpc_holder	holder;
	struct dpc_object	what;		/* C, what does not change */
};

static inline struct dpc_published *dpc_published_of(struct device *device)
{
	return container_of(device, struct dpc_published, device);
}

/*
 * struct dpc_published_ops - what a higher file adds to each object
 * @groups: files in sysfs
 * @prepare: the object will be published
 * @leave: the object is gone; @sem is held for writing
 */
struct dpc_published_ops {
	const struct attribute_group **groups;
	void (*prepare)(struct dpc_published *published);
	void (*leave)(struct dpc_published *published);
};

int dpc_publish(struct dpc_stats *stats, u32 id, struct dpc_interrupt *intr, struct device *dev);
void dpc_unpublish(struct dpc_stats *stats);
struct dpc_published *dpc_published_get(u32 id);
struct dpc_published *dpc_published_next(struct dpc_published *after);
void dpc_published_put(struct dpc_published *published);
unsigned int dpc_published_ids(u32 *ids, unsigned int room);
int dpc_published_init(const struct dpc_published_ops *ops);
void dpc_published_exit(void);

#endif /* _DPC_CORE_PUBLISHED_H */
