// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "bh_wq": the second stage is a work item on the kernel's high priority
 * BH workqueue, which is drained in HI_SOFTIRQ.
 *
 * The kernel clears the item's pending mark before it calls it.  An item that is
 * queued while it runs on another CPU is queued there: so it is serialised, and
 * runs on that CPU once more.
 */
#include "model.h"
#include "stages.h"

#include <linux/workqueue.h>

#ifdef DPC_HAVE_BH_WQ	/* Kbuild looked */
static void dpc_model_bh_wq_routine(struct work_struct *work)
{
	dpc_model_run(dpc_model_interrupt(work));
}

static void dpc_model_bh_wq_init(struct dpc_interrupt *intr)
{
	INIT_WORK(dpc_model_state(intr, struct work_struct), dpc_model_bh_wq_routine);
}

static bool dpc_model_bh_wq_kick(struct dpc_interrupt *intr, bool in_isr)
{
	queue_work(system_bh_highpri_wq, dpc_model_state(intr, struct work_struct));
	return true;
}

static void dpc_model_bh_wq_flush(struct dpc_interrupt *intr)
{
	flush_work(dpc_model_state(intr, struct work_struct));
}
#endif

const struct dpc_model dpc_model_bh_wq = {
	.name		= "bh_wq",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU | DPC_MODEL_PREEMPTIBLE,
#ifdef DPC_HAVE_BH_WQ
	.handler	= dpc_interrupt_isr,
	.init		= dpc_model_bh_wq_init,
	.kick		= dpc_model_bh_wq_kick,
	.flush		= dpc_model_bh_wq_flush,
#else
	.needs		= "Linux 6.9 or newer, which has BH workqueues",
#endif
};
