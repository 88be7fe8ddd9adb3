/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work items bound to a device: what may sleep.
 *
 * Module: dpc_core.ko.  The rule numbers (W1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_WORK_H
#define _LINUX_DPC_WORK_H

#include <linux/instruction_pointer.h>
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

/**
 * dpc_work_init - initialise a work item
 * @work: the item; must not be queued
 * @dev: the device that it works for
 * @routine: what to call
 *
 * Context: any.
 */
void dpc_work_init(struct dpc_work *work, struct device *dev, dpc_work_routine_t routine);

bool dpc_work_queue_ip(struct dpc_work *work, unsigned long ip);

/**
 * dpc_work_queue - queue a work item
 * @work: the item
 *
 * The device stays alive until the routine has returned (W3).
 *
 * Context: thread or softirq (W4).  In a hard interrupt the call is refused, and the
 * caller is reported and counted in dpc_violations(); an ISR asks for its DPC, which
 * queues the item.
 * Return: true if it was not queued and now is; false if it was queued
 * already, and then nothing has changed (W2).
 */
static __always_inline bool dpc_work_queue(struct dpc_work *work)
{
	return dpc_work_queue_ip(work, _THIS_IP_);
}

bool dpc_work_flush_ip(struct dpc_work *work, unsigned long ip);

/**
 * dpc_work_flush - wait until a work item is neither queued nor running
 * @work: the item
 *
 * Context: a thread that may sleep, except the item's own routine.
 * Return: true if there was something to wait for.  In any other context false at
 * once, and the caller is reported and counted in dpc_violations().
 */
static __always_inline bool dpc_work_flush(struct dpc_work *work)
{
	return dpc_work_flush_ip(work, _THIS_IP_);
}

#endif /* _LINUX_DPC_WORK_H */
