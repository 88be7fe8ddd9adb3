// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model "hardirq": there is no second stage.  The interrupt handler calls the DPC
 * routine itself, after the ISR has returned and the interrupt's lock was dropped.
 *
 *   asked for by          stock kernels              PREEMPT_RT
 *   --------------------  -------------------------  --------------------------
 *   the ISR               the handler, in the hard   the handler, in the
 *                         interrupt                  interrupt's thread
 *   a passive ISR         the interrupt's thread,    the interrupt's thread
 *                         interrupts off
 *   other code            an irq_work: in a hard     the interrupt's thread,
 *                         interrupt on this CPU as   which is woken and finds
 *                         soon as they are on        its ISR nothing to do
 *
 * On PREEMPT_RT the interrupt's lock sleeps, so none of this can be in a true hard
 * interrupt; there the model only saves one thread switch against model "threaded".
 *
 * Handler and irq_work may run on two CPUs at once (Q10).  The one that takes
 * dpc_waiting calls the routine, the other finds nothing to do.  The irq_work itself
 * may also run on two CPUs; irq_work_sync() then returns when the first of them is
 * done, so queued and running ones are counted here.
 *
 * The watchdog (B4) is a hard interrupt too: it can't hit this routine.
 */
#include "clock.h"
#include "model.h"
#include "run.h"
#include "stages.h"

#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/rcupdate.h>

struct dpc_model_hardirq {
	struct irq_work	work;
	atomic_t	running;	/* irq_works queued or running */
};

static struct dpc_model_hardirq *dpc_model_hardirq_of(struct dpc_interrupt *intr)
{
	return dpc_model_state(intr, struct dpc_model_hardirq);
}

/*
 * Interrupts are off.  A drain on this CPU may have been hit in the middle of a
 * routine: what it notes about itself is put back.
 */
static void dpc_model_hardirq_run_irqoff(struct dpc_interrupt *intr)
{
	struct dpc_run *run = this_cpu_ptr(&dpc_runs[DPC_QUEUE_ORDINARY]);
	struct dpc_run hit = *run;

	lockdep_assert_irqs_disabled();

	run->in_hardirq = true;
	run->series_start = 0;
	run->drain_start = dpc_clock();
	dpc_interrupt_call_irqoff(intr, run);
	run->in_hardirq = false;
	run->stats = hit.stats;
	run->function = hit.function;
	run->series_start = hit.series_start;
	run->drain_start = hit.drain_start;
	run->call_start = hit.call_start;
}

/* In the handler; on PREEMPT_RT that is a thread with bottom halves off. */
static void dpc_model_hardirq_run(struct dpc_interrupt *intr)
{
	if (!READ_ONCE(intr->dpc_waiting))
		return;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		dpc_model_run(intr);
	else
		dpc_model_hardirq_run_irqoff(intr);
}

static irqreturn_t dpc_model_hardirq_handler(int irq, void *data)
{
	irqreturn_t ret = dpc_interrupt_isr(irq, data);

	/* Also if this interrupt was not ours: somebody else's irq_work comes later. */
	dpc_model_hardirq_run(data);
	return ret;
}

static void dpc_model_hardirq_after_passive(struct dpc_interrupt *intr)
{
	local_bh_disable();
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_disable();
	dpc_model_hardirq_run(intr);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_enable();
	local_bh_enable();
}

static void dpc_model_hardirq_irq_work(struct irq_work *work)
{
	struct dpc_model_hardirq *state = container_of(work, struct dpc_model_hardirq, work);

	dpc_model_hardirq_run(dpc_model_interrupt(state));
	/* Pairs with the flush, which then sees the effects of the routine. */
	atomic_dec_return_release(&state->running);
}

static void dpc_model_hardirq_init(struct dpc_interrupt *intr)
{
	struct dpc_model_hardirq *state = dpc_model_hardirq_of(intr);

	/* The HARD form would be hard on PREEMPT_RT, too, and may take no such lock there. */
	init_irq_work(&state->work, dpc_model_hardirq_irq_work);
	atomic_set(&state->running, 0);
}

static bool dpc_model_hardirq_kick(struct dpc_interrupt *intr, bool in_isr)
{
	struct dpc_model_hardirq *state = dpc_model_hardirq_of(intr);

	if (in_isr)
		return true;
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		irq_wake_thread(intr->stats.irq, intr);
		return true;
	}
	atomic_inc(&state->running);
	/* An irq_work that is still queued serves this request as well. */
	if (!irq_work_queue(&state->work))
		atomic_dec(&state->running);
	return true;
}

static void dpc_model_hardirq_flush(struct dpc_interrupt *intr)
{
	struct dpc_model_hardirq *state = dpc_model_hardirq_of(intr);

	while (atomic_read_acquire(&state->running))
		usleep_range(10, 100);
	/* The kernel looks at the irq_work once more after its function has returned. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		synchronize_rcu();
	/* This comes last: a handler may have taken the call from the irq_work. */
	synchronize_irq(intr->stats.irq);
}

const struct dpc_model dpc_model_hardirq = {
	.name		= "hardirq",
	.traits		= DPC_MODEL_SAME_CPU | DPC_MODEL_IRQS_OFF,
	.traits_rt	= DPC_MODEL_SERIALISED | DPC_MODEL_THREAD | DPC_MODEL_PREEMPTIBLE |
			  DPC_MODEL_SAME_CPU,
	.handler	= dpc_model_hardirq_handler,
	.init		= dpc_model_hardirq_init,
	.kick		= dpc_model_hardirq_kick,
	.after_passive	= dpc_model_hardirq_after_passive,
	.flush		= dpc_model_hardirq_flush,
};
