// SPDX-License-Identifier: GPL-2.0
/*
 * Model "dpc": the second stage is a DPC on the CPU that took the interrupt.
 */
#include "core.h"

static void dpc_model_dpc_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	dpc_interrupt_run_dpc(context);
}

static void dpc_model_dpc_init(struct dpc_interrupt *intr)
{
	dpc_init(&intr->dpc, dpc_model_dpc_routine, intr);
	/* dpc_interrupt_run_dpc() knows which interrupts it serves. */
	intr->dpc.flags |= DPC_F_UNACCOUNTED;
}

static void dpc_model_dpc_kick(struct dpc_interrupt *intr, bool in_isr)
{
	dpc_queue(&intr->dpc, NULL, NULL);
}

static void dpc_model_dpc_flush(struct dpc_interrupt *intr)
{
	dpc_flush(&intr->dpc);
}

const struct dpc_model dpc_model_dpc = {
	.name		= "dpc",
	.traits		= DPC_MODEL_SAME_CPU,
	.traits_rt	= DPC_MODEL_SAME_CPU | DPC_MODEL_PREEMPTIBLE,
	.handler	= dpc_interrupt_isr,
	.init		= dpc_model_dpc_init,
	.kick		= dpc_model_dpc_kick,
	.flush		= dpc_model_dpc_flush,
};
