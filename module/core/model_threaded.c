// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "threaded": the second stage runs in the interrupt's own thread.
 *
 * A SCHED_FIFO thread per interrupt.  Bottom halves are off around the DPC
 * routine, so that it finds the level that its contract promises.  Unlike a
 * DPC it may have to wait for other threads, never runs twice at once, and
 * follows the interrupt's affinity.
 */
#include "model.h"
#include "stages.h"

static irqreturn_t dpc_model_threaded_handler(int irq, void *data)
{
	struct dpc_interrupt *intr = data;
	irqreturn_t ret = dpc_interrupt_isr(irq, intr);

	/*
	 * No lock is needed: the handler sees the request of its own ISR, unless the
	 * thread has taken it meanwhile.  To wake the thread once too often does no harm.
	 */
	return READ_ONCE(intr->dpc_waiting) ? IRQ_WAKE_THREAD : ret;
}

static irqreturn_t dpc_model_threaded_thread(int irq, void *data)
{
	dpc_model_run_in_thread(data);
	return IRQ_HANDLED;
}

static bool dpc_model_threaded_kick(struct dpc_interrupt *intr, bool in_isr)
{
	/*
	 * The ISR's return value wakes the thread; elsewhere there is none.
	 * Where the ISR runs in a thread as well (passive, or all ISRs on
	 * PREEMPT_RT), it is that thread that wakes: its ISR finds nothing,
	 * and then sees that a call is waiting.
	 */
	if (!in_isr)
		irq_wake_thread(intr->stats.irq, intr);
	return true;
}

static void dpc_model_threaded_flush(struct dpc_interrupt *intr)
{
	synchronize_irq(intr->stats.irq);
}

const struct dpc_model dpc_model_threaded = {
	.name		= "threaded",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE |
			  DPC_MODEL_SAME_CPU,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE |
			  DPC_MODEL_SAME_CPU,
	.handler	= dpc_model_threaded_handler,
	.thread_fn	= dpc_model_threaded_thread,
	.kick		= dpc_model_threaded_kick,
	.after_passive	= dpc_model_run_in_thread,
	.flush		= dpc_model_threaded_flush,
};
