// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work items: the stage that may sleep.
 *
 * The kernel's workqueues keep W1 (an item is off its queue before its routine
 * runs) and W2 (queueing a queued item is refused) by themselves.  What is
 * added here is the device reference (W3) and the level check (W4).
 */
#include "check.h"
#include "wait.h"
#include "work.h"

#include "../compat.h"

#include <linux/completion.h>
#include <linux/device.h>
#include <linux/module.h>

static struct workqueue_struct *dpc_wq;
/* For the core's own work, because an item of the other queue may wait for that. */
struct workqueue_struct *dpc_call_wq;

static void dpc_work_run(struct work_struct *work_struct)
{
	struct dpc_work *work = container_of(work_struct, struct dpc_work, work);
	struct device *dev = work->dev;

	/* The routine may free @work (W1); @dev is held for it until then. */
	work->routine(work);
	put_device(dev);
}

void dpc_work_init(struct dpc_work *work, struct device *dev, dpc_work_routine_t routine)
{
	INIT_WORK(&work->work, dpc_work_run);
	work->dev = dev;
	work->routine = routine;
}
EXPORT_SYMBOL_GPL(dpc_work_init);

/* dpc_work_queue() from any context, for the DPC routines of model "hardirq". */
bool dpc_work_queue_any(struct dpc_work *work)
{
	struct device *dev = work->dev;

	/* Take the reference first: once the item is queued, it may be gone. */
	get_device(dev);
	if (queue_work(dpc_wq, &work->work))
		return true;
	/* This is never the last reference: the queued item has one. */
	put_device(dev);
	return false;
}

/* dpc_work_queue() in the name of the code at @ip. */
bool dpc_work_queue_ip(struct dpc_work *work, unsigned long ip)
{
	if (in_hardirq()) {
		dpc_misuse(ip, "queues a work item in a hard interrupt, not in its DPC (rule W4)");
		return false;
	}
	return dpc_work_queue_any(work);
}
EXPORT_SYMBOL_GPL(dpc_work_queue_ip);

/* dpc_work_flush() in the name of the code at @ip. */
bool dpc_work_flush_ip(struct dpc_work *work, unsigned long ip)
{
	if (!dpc_work_may_wait(work, ip, "dpc_work_flush"))
		return false;
	return flush_work(&work->work);
}
EXPORT_SYMBOL_GPL(dpc_work_flush_ip);

struct dpc_work_call {
	struct work_struct	work;
	struct completion	done;
	void (*function)(void *arg);
	void			*arg;
};

static void dpc_work_call_run(struct work_struct *work)
{
	struct dpc_work_call *call = container_of(work, struct dpc_work_call, work);

	call->function(call->arg);
	complete(&call->done);
}

/*
 * Call @function in a kernel worker, and wait for it.  A process that is being killed
 * can't make kernel threads; the worker can.  May sleep.
 */
void dpc_work_call(void (*function)(void *arg), void *arg)
{
	struct dpc_work_call call = { .function = function, .arg = arg };

	INIT_WORK_ONSTACK(&call.work, dpc_work_call_run);
	init_completion(&call.done);
	queue_work(dpc_call_wq, &call.work);
	wait_for_completion(&call.done);
	destroy_work_on_stack(&call.work);
}

int dpc_work_setup(void)
{
	/*
	 * Bound: the item runs on the CPU of the DPC that queued it, whose
	 * cache has the data.  High priority: nobody waits for a nice level.
	 */
	dpc_wq = alloc_workqueue("dpc_work", WQ_HIGHPRI | WQ_MEM_RECLAIM | WQ_PERCPU, 0);
	if (!dpc_wq)
		return -ENOMEM;
	dpc_call_wq = alloc_workqueue("dpc_call", WQ_UNBOUND, 0);
	if (!dpc_call_wq) {
		destroy_workqueue(dpc_wq);
		return -ENOMEM;
	}
	return 0;
}

void dpc_work_teardown(void)
{
	destroy_workqueue(dpc_call_wq);
	destroy_workqueue(dpc_wq);
}
