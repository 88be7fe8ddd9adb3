// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "kthread": the second stage is a work item of a kthread worker of the
 * interrupt's own, SCHED_FIFO with the priority that interrupt threads have.
 *
 * There is one thread, so the model is serialised.  The thread runs where the
 * scheduler puts it and does not follow the interrupt's affinity.  The worker takes
 * an item off its list before it calls it.
 */
#include "model.h"
#include "stages.h"

#include "../compat.h"

#include <linux/sched.h>

static void dpc_model_kthread_routine(struct kthread_work *work)
{
	dpc_model_run_in_thread(dpc_model_interrupt(work));
}

static void *dpc_model_kthread_create(struct dpc_interrupt *intr)
{
	struct kthread_worker *worker = kthread_run_worker(0, "dpc_kt/%s", intr->stats.name);

	if (!IS_ERR(worker))
		sched_set_fifo(worker->task);
	return worker;
}

static void dpc_model_kthread_destroy(void *carrier)
{
	kthread_destroy_worker(carrier);
}

static void dpc_model_kthread_init(struct dpc_interrupt *intr)
{
	kthread_init_work(dpc_model_state(intr, struct kthread_work), dpc_model_kthread_routine);
}

static bool dpc_model_kthread_kick(struct dpc_interrupt *intr, bool in_isr)
{
	kthread_queue_work(intr->carrier, dpc_model_state(intr, struct kthread_work));
	return true;
}

static void dpc_model_kthread_flush(struct dpc_interrupt *intr)
{
	kthread_flush_work(dpc_model_state(intr, struct kthread_work));
}

const struct dpc_model dpc_model_kthread = {
	.name		= "kthread",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE,
	.handler	= dpc_interrupt_isr,
	.create		= dpc_model_kthread_create,
	.destroy	= dpc_model_kthread_destroy,
	.init		= dpc_model_kthread_init,
	.kick		= dpc_model_kthread_kick,
	.flush		= dpc_model_kthread_flush,
};
