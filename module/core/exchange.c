// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requesting the interrupt, and exchanging the model that carries its second stage.
 *
 *   old and new model                   the exchange
 *   ----------------------------------  --------------------------------------------
 *   look the same to the kernel         in place: nothing is requested, so nothing
 *                                       can fail.  That holds for all models but
 *                                       "threaded" and "hardirq"; with a passive
 *                                       ISR, for all
 *   have other handlers                 the interrupt is freed and requested anew,
 *                                       in a kernel worker
 *
 * A worker does it, because most interrupts have a thread (on PREEMPT_RT and with
 * threadirqs all that aren't per CPU), and a process with a pending SIGKILL can't make
 * one: its request would fail, and the way back as well.
 *
 * An exclusive line can't be requested a second time before it is freed, so the way
 * back is a request, too.  It can still fail, if memory has run out, if the interrupt
 * controller has no free vector, or if another driver has taken the line meanwhile.  It
 * is tried again for more than a second, and after that each time the driver enables
 * the interrupt or sets a model.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "exchange.h"
#include "held.h"
#include "mask.h"
#include "stages.h"
#include "work.h"

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/printk.h>

#define DPC_EXCHANGE_PATIENCE_MS	512	/* the longest wait for the way back */

/* The arguments of request_threaded_irq() that depend on the model. */
struct dpc_shape {
	irq_handler_t	handler;
	irq_handler_t	thread_fn;
	unsigned long	flags;
};

static struct dpc_shape dpc_exchange_shape(const struct dpc_interrupt *intr,
					   const struct dpc_model *model)
{
	struct dpc_shape shape = {
		.handler	= model->handler,
		.thread_fn	= model->thread_fn,
		.flags		= dpc_mask_request_flags(intr),
	};

	if (dpc_is_passive(intr)) {
		/* Masked until the thread is done: nobody else quiets the device. */
		shape.handler = NULL;
		shape.thread_fn = dpc_interrupt_passive;
		shape.flags |= IRQF_ONESHOT;
	}
	return shape;
}

static bool dpc_exchange_is_like(const struct dpc_interrupt *intr, const struct dpc_model *a,
				 const struct dpc_model *b)
{
	struct dpc_shape one = dpc_exchange_shape(intr, a);
	struct dpc_shape other = dpc_exchange_shape(intr, b);

	return one.handler == other.handler && one.thread_fn == other.thread_fn;
}

/* Put @model, which has made @carrier, in force.  The interrupt is disabled. */
static void dpc_exchange_use(struct dpc_interrupt *intr, const struct dpc_model *model,
			     void *carrier)
{
	WRITE_ONCE(intr->model, model);
	intr->kick = model->kick;
	intr->carrier = carrier;
	if (model->init)
		model->init(intr);
}

/*
 * Tell the kernel the hint, if the interrupt is there (I9).  intr->mutex is held, by the
 * caller or on its behalf.  The affinity is set only when the hint is a new one: an
 * interrupt that is requested again still has the one that it had, which may be the choice
 * of user space.
 */
void dpc_exchange_hint(struct dpc_interrupt *intr)
{
	if (!intr->connected)
		return;
	/* A hint is no more than that: nothing is lost if the interrupt can't be moved. */
	if (intr->affinity_owed)
		irq_set_affinity_and_hint(intr->stats.irq, intr->affinity_hint);
	else
		irq_update_affinity_hint(intr->stats.irq, intr->affinity_hint);
	intr->affinity_owed = false;
}

/*
 * Request the interrupt with @model, which has made @carrier.  intr->mutex is held, by
 * the caller or on its behalf.
 */
int dpc_exchange_request(struct dpc_interrupt *intr, const struct dpc_model *model,
			 void *carrier)
{
	struct dpc_shape shape = dpc_exchange_shape(intr, model);
	int err;

	dpc_exchange_use(intr, model, carrier);
	dpc_mask_requested(intr);
	err = request_threaded_irq(intr->stats.irq, shape.handler, shape.thread_fn, shape.flags,
				   intr->stats.name, intr);
	intr->connected = !err;
	if (intr->affinity_hint)
		dpc_exchange_hint(intr);
	return err;
}

/* Give the interrupt back, if it could be had. */
void dpc_exchange_free(struct dpc_interrupt *intr)
{
	if (!intr->connected)
		return;
	dpc_mask_free(intr);
	/* free_irq() warns of a hint, whose mask may be gone soon. */
	if (intr->affinity_hint)
		irq_update_affinity_hint(intr->stats.irq, NULL);
	free_irq(intr->stats.irq, intr);
	intr->connected = false;
}

struct dpc_exchange_job {
	struct dpc_interrupt	*intr;
	const struct dpc_model	*model;
	void			*carrier;
	int			err;
};

/* Request it with the model that it had. */
static void dpc_exchange_back(struct dpc_interrupt *intr, const struct dpc_model *old,
			      void *old_carrier)
{
	unsigned int wait_ms = 1;
	int err;

	while ((err = dpc_exchange_request(intr, old, old_carrier)) &&
	       wait_ms <= DPC_EXCHANGE_PATIENCE_MS) {
		msleep(wait_ms);
		wait_ms *= 2;
	}
	if (err)
		pr_err("%s: interrupt %u could not be requested again (%d); the device is without interrupt until dpc_interrupt_enable() or dpc_interrupt_set_model() succeeds\n",
		       intr->stats.name, intr->stats.irq, err);
}

static void dpc_exchange_anew(void *arg)
{
	struct dpc_exchange_job *job = arg;
	struct dpc_interrupt *intr = job->intr;
	const struct dpc_model *old = intr->model;
	void *old_carrier = intr->carrier;

	dpc_exchange_free(intr);
	job->err = dpc_exchange_request(intr, job->model, job->carrier);
	if (job->err)
		dpc_exchange_back(intr, old, old_carrier);
}

static void dpc_exchange_request_job(void *arg)
{
	struct dpc_exchange_job *job = arg;

	job->err = dpc_exchange_request(job->intr, job->model, job->carrier);
}

/*
 * Request the interrupt that a failed exchange has left the object without.
 * Return: 0 if it is there; else -ENXIO.
 */
int dpc_exchange_reconnect(struct dpc_interrupt *intr)
{
	struct dpc_exchange_job job = {
		.intr = intr, .model = intr->model, .carrier = intr->carrier,
	};

	lockdep_assert_held(&intr->mutex);

	if (!intr->connected)
		dpc_work_call(dpc_exchange_request_job, &job);
	return intr->connected ? 0 : -ENXIO;
}

/*
 * Exchange the model of a disabled interrupt for @model, which has made @carrier.
 * Afterwards the carrier of the model before, or, after an error, @carrier is unused.
 */
int dpc_exchange(struct dpc_interrupt *intr, const struct dpc_model *model, void *carrier)
{
	struct dpc_exchange_job job = { .intr = intr, .model = model, .carrier = carrier };

	lockdep_assert_held(&intr->mutex);

	if (!dpc_exchange_is_like(intr, intr->model, model)) {
		dpc_work_call(dpc_exchange_anew, &job);
		return job.err;
	}
	dpc_exchange_use(intr, model, carrier);
	/* A passive interrupt's thread may be about to call after_passive of the old model. */
	synchronize_irq(intr->stats.irq);
	return 0;
}
