// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "tasklet": the second stage is a tasklet of the interrupt's own.
 *
 * It has high priority, HI_SOFTIRQ, as the queue of model "dpc" and the BH workqueue
 * of model "bh_wq" have.  So the three differ in the cost of the mechanism, not in
 * the order of softirqs.
 *
 * The kernel clears the tasklet's queued mark before it calls it, so a kick
 * meanwhile leads to a further call, on the CPU of that kick as soon as this one
 * has returned.
 */
#include "model.h"
#include "stages.h"

static void dpc_model_tasklet_routine(struct tasklet_struct *tasklet)
{
	dpc_model_run(dpc_model_interrupt(tasklet));
}

static void dpc_model_tasklet_init(struct dpc_interrupt *intr)
{
	tasklet_setup(dpc_model_state(intr, struct tasklet_struct), dpc_model_tasklet_routine);
}

static bool dpc_model_tasklet_kick(struct dpc_interrupt *intr, bool in_isr)
{
	tasklet_hi_schedule(dpc_model_state(intr, struct tasklet_struct));
	return true;
}

/* Despite its name, tasklet_kill() waits for a queued call, and allows further ones. */
static void dpc_model_tasklet_flush(struct dpc_interrupt *intr)
{
	tasklet_kill(dpc_model_state(intr, struct tasklet_struct));
}

const struct dpc_model dpc_model_tasklet = {
	.name		= "tasklet",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU | DPC_MODEL_PREEMPTIBLE,
	.handler	= dpc_interrupt_isr,
	.init		= dpc_model_tasklet_init,
	.kick		= dpc_model_tasklet_kick,
	.flush		= dpc_model_tasklet_flush,
};
