// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "dpc": the second stage is a DPC on the CPU that took the interrupt.
 */
#include "enqueue.h"
#include "model.h"
#include "stages.h"

static void dpc_model_dpc_init(struct dpc_interrupt *intr)
{
	/* Not dpc_init(): this may hold what another model has left. */
	intr->dpc = (struct dpc)DPC_INITIALIZER(NULL, NULL);
	intr->dpc.owned = dpc_interrupt_drained;
	intr->dpc.flags = DPC_F_OWNED;
}

/* With @q locked, which it unlocks. */
static __always_inline bool dpc_model_dpc_queue(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	enum dpc_request request;

	WRITE_ONCE(dpc->queued_on, q->id);
	request = dpc_enqueue_unlock(q, dpc, DPC_IMPORTANCE_MEDIUM, DPC_QUEUE_ORDINARY, true);
	if (request == DPC_REQUEST_DRAIN)
		dpc_kick_fast(q);
	return true;
}

static noinline bool dpc_model_dpc_queue_slow(struct dpc_cpu_queue *q, struct dpc *dpc)
{
	dpc_queue_lock(q);
	return dpc_model_dpc_queue(q, dpc);
}

/*
 * The one before has begun, or dpc_waiting would be set; so the object is idle.  Under
 * the interrupt's lock nobody else queues it, and nobody cancels it ever: there is
 * nothing to claim.  Interrupts are off, but for PREEMPT_RT.
 */
static bool dpc_model_dpc_kick(struct dpc_interrupt *intr, bool in_isr)
{
	struct dpc_cpu_queue *q = raw_cpu_ptr(&dpc_cpu_queues[DPC_QUEUE_ORDINARY]);

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return dpc_queue(&intr->dpc, NULL, NULL);

	lockdep_assert_irqs_disabled();

	/* The wait for the lock elsewhere: it needs registers, which have to be saved. */
	if (unlikely(!dpc_queue_trylock(q)))
		return dpc_model_dpc_queue_slow(q, &intr->dpc);
	__acquire(&q->lock);
	return dpc_model_dpc_queue(q, &intr->dpc);
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
