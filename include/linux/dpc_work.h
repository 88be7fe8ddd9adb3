/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work items bound to a device: what may sleep.
 *
 * The rule numbers (W1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_WORK_H
#define _LINUX_DPC_WORK_H

#include <linux/workqueue.h>

struct device;
struct dpc_work;

/**
 * typedef dpc_work_routine_t - a work routine
 * @work: the item; it is off its queue, so the routine may queue it again or
 *	free it (W1)
 *
 * Context: a kernel thread; may sleep.
 */
typedef void (*dpc_work_routine_t)(struct dpc_work *work);

/**
 * struct dpc_work - a work item
 *
 * While it is queued or running it holds a reference to its device (W3).
 */
struct dpc_work {
	/* private: */
	struct work_struct	work;
	struct device		*dev;
	dpc_work_routine_t	routine;
};

void dpc_work_init(struct dpc_work *work, struct device *dev, dpc_work_routine_t routine);
bool dpc_work_queue(struct dpc_work *work);
bool dpc_work_flush(struct dpc_work *work);

#endif /* _LINUX_DPC_WORK_H */
