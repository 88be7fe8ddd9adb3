// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "irq_poll": the second stage is a poll handler, as block drivers have.
 *
 * The kernel calls a scheduled handler again and again, until one call does less than
 * the handler's weight; before that call returns, the handler must call
 * irq_poll_complete().  A unit of work is one call of the DPC routine.
 *
 * While the handler is scheduled, irq_poll_sched() does nothing, even if the routine
 * that runs has taken all requests so far.  So the handler looks for new requests, and
 * completes, under one hold of the interrupt's lock, under which requests are made.
 *
 * It is serialised, and runs on the CPU that scheduled it.  Its softirq comes
 * after those of timers, network and block devices.
 */
#include "model.h"
#include "stages.h"

#include <linux/delay.h>
#include <linux/irq_poll.h>

/*
 * Number of calls of the routine before other handlers of this CPU get their turn: a
 * quarter of the kernel's budget for one softirq.
 */
#define DPC_MODEL_IRQ_POLL_WEIGHT	64

#if IS_ENABLED(CONFIG_IRQ_POLL)
/* Return: false if it has completed, and may be scheduled anew. */
static bool dpc_model_irq_poll_more(struct dpc_interrupt *intr, struct irq_poll *poll)
{
	unsigned long flags;
	bool more;

	spin_lock_irqsave(&intr->lock, flags);
	more = intr->dpc_waiting;
	if (!more)
		irq_poll_complete(poll);
	spin_unlock_irqrestore(&intr->lock, flags);
	return more;
}

static int dpc_model_irq_poll_routine(struct irq_poll *poll, int budget)
{
	struct dpc_interrupt *intr = dpc_model_interrupt(poll);
	int done;

	/* After the last unit it must not complete, because this returns @budget. */
	for (done = 1; done < budget; done++) {
		dpc_model_run(intr);
		if (!dpc_model_irq_poll_more(intr, poll))
			return 0;
	}
	dpc_model_run(intr);
	return budget;
}

static void dpc_model_irq_poll_init(struct dpc_interrupt *intr)
{
	irq_poll_init(dpc_model_state(intr, struct irq_poll), DPC_MODEL_IRQ_POLL_WEIGHT,
		      dpc_model_irq_poll_routine);
}

static bool dpc_model_irq_poll_kick(struct dpc_interrupt *intr, bool in_isr)
{
	irq_poll_sched(dpc_model_state(intr, struct irq_poll));
	return true;
}

static void dpc_model_irq_poll_flush(struct dpc_interrupt *intr)
{
	struct irq_poll *poll = dpc_model_state(intr, struct irq_poll);

	/* irq_poll_disable() would drop a handler that has used its weight, and is not done. */
	while (READ_ONCE(intr->dpc_waiting))
		usleep_range(10, 100);
	irq_poll_disable(poll);
	irq_poll_enable(poll);
	/* It completes under this lock, and must have let it go. */
	spin_lock_irq(&intr->lock);
	spin_unlock_irq(&intr->lock);
}
#endif

const struct dpc_model dpc_model_irq_poll = {
	.name		= "irq_poll",
	.traits		= DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU | DPC_MODEL_PREEMPTIBLE,
#if IS_ENABLED(CONFIG_IRQ_POLL)
	.handler	= dpc_interrupt_isr,
	.init		= dpc_model_irq_poll_init,
	.kick		= dpc_model_irq_poll_kick,
	.flush		= dpc_model_irq_poll_flush,
#else
	.needs		= "a kernel with CONFIG_IRQ_POLL",
#endif
};
