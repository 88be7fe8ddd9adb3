// SPDX-License-Identifier: GPL-2.0-only
/*
 * Models "wq" and "wq_unbound": the second stage is a work item on a high
 * priority workqueue, of the CPU that queues it or of any.
 *
 * Each interrupt object has a queue of its own, so that no other items come first.
 * The queue has a rescuer, which storage drivers need when memory is short.  The
 * kernel clears an item's pending mark before it calls it, and never calls it twice
 * at once: an item that is queued while it runs is queued where it runs.
 */
#include "model.h"
#include "stages.h"

#include "../compat.h"

#include <linux/err.h>

static void dpc_model_wq_routine(struct work_struct *work)
{
	dpc_model_run_in_thread(dpc_model_interrupt(work));
}

static void *dpc_model_wq_create(struct dpc_interrupt *intr)
{
	return alloc_workqueue("dpc_wq/%s", WQ_HIGHPRI | WQ_MEM_RECLAIM | WQ_PERCPU, 1,
			       intr->stats.name) ?: ERR_PTR(-ENOMEM);
}

static void *dpc_model_wq_create_unbound(struct dpc_interrupt *intr)
{
	return alloc_workqueue("dpc_wq/%s", WQ_HIGHPRI | WQ_MEM_RECLAIM | WQ_UNBOUND, 1,
			       intr->stats.name) ?: ERR_PTR(-ENOMEM);
}

static void dpc_model_wq_destroy(void *carrier)
{
	destroy_workqueue(carrier);
}

static void dpc_model_wq_init(struct dpc_interrupt *intr)
{
	INIT_WORK(dpc_model_state(intr, struct work_struct), dpc_model_wq_routine);
}

static bool dpc_model_wq_kick(struct dpc_interrupt *intr, bool in_isr)
{
	queue_work(intr->carrier, dpc_model_state(intr, struct work_struct));
	return true;
}

static void dpc_model_wq_flush(struct dpc_interrupt *intr)
{
	flush_work(dpc_model_state(intr, struct work_struct));
}

const struct dpc_model dpc_model_wq = {
	.name		= "wq",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE |
			  DPC_MODEL_SAME_CPU,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE |
			  DPC_MODEL_SAME_CPU,
	.handler	= dpc_interrupt_isr,
	.create		= dpc_model_wq_create,
	.destroy	= dpc_model_wq_destroy,
	.init		= dpc_model_wq_init,
	.kick		= dpc_model_wq_kick,
	.flush		= dpc_model_wq_flush,
};

const struct dpc_model dpc_model_wq_unbound = {
	.name		= "wq_unbound",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE,
	.handler	= dpc_interrupt_isr,
	.create		= dpc_model_wq_create_unbound,
	.destroy	= dpc_model_wq_destroy,
	.init		= dpc_model_wq_init,
	.kick		= dpc_model_wq_kick,
	.flush		= dpc_model_wq_flush,
};
