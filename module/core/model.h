/* SPDX-License-Identifier: GPL-2.0-only */
/* A model is one way to carry the second stage of an interrupt object. */
#ifndef _DPC_CORE_MODEL_H
#define _DPC_CORE_MODEL_H

#include <linux/dpc_interrupt.h>
#include <linux/interrupt.h>

/**
 * struct dpc_model - one way to carry the second stage
 * @name: as in sysfs, module parameters and tools
 * @needs: what the kernel lacks for it, NULL if it is available; then nothing
 *	below is used
 * @traits: guarantees to the DPC routine, DPC_MODEL_*
 * @traits_rt: the same on PREEMPT_RT
 * @handler: hard IRQ handler; a thread on PREEMPT_RT
 * @thread_fn: thread function, or NULL
 * @create: make an object that can't be in dpc_model_state(), a thread for example,
 *	or NULL.  Called before the model in force is stopped.  May sleep.
 *	Returns the future intr->carrier, or an ERR_PTR().
 * @destroy: undo that; nothing uses it any more, whatever model is in force
 * @init: prepare dpc_model_state() before the interrupt is requested, or while it is
 *	disabled; or NULL
 * @kick: have the routine called, dpc_model_run(); interrupt lock held.  @in_isr
 *	tells that the ISR asks, after which @handler or @after_passive goes on.
 *	Returns true, so that callers can end with it
 * @after_passive: called by a passive interrupt's thread after its ISR, or
 *	NULL; no lock held, may sleep
 * @flush: return when no call requested before is queued or running; the
 *	interrupt is quiet and nothing new is requested.  May sleep.
 *
 * A further model is one file with one of these, a number in enum dpc_model_id
 * and a line in DPC_MODELS.  The order is: @create, @init, @kick and @flush many
 * times, @destroy.
 */
struct dpc_model {
	const char	*name;
	const char	*needs;
	u32		traits;
	u32		traits_rt;
	irq_handler_t	handler;
	irq_handler_t	thread_fn;
	void *(*create)(struct dpc_interrupt *intr);
	void (*destroy)(void *carrier);
	void (*init)(struct dpc_interrupt *intr);
	bool (*kick)(struct dpc_interrupt *intr, bool in_isr);
	void (*after_passive)(struct dpc_interrupt *intr);
	void (*flush)(struct dpc_interrupt *intr);
};

/* The models, as in enum dpc_model_id and as in dpc_model_*. */
#define DPC_MODELS(_model)			\
	_model(DPC,		dpc)		\
	_model(THREADED,	threaded)	\
	_model(TASKLET,		tasklet)	\
	_model(BH_WQ,		bh_wq)		\
	_model(IRQ_POLL,	irq_poll)	\
	_model(WQ,		wq)		\
	_model(WQ_UNBOUND,	wq_unbound)	\
	_model(KTHREAD,		kthread)	\
	_model(HARDIRQ,		hardirq)

#define DPC_MODEL_EXTERN(_id, _name)	extern const struct dpc_model dpc_model_##_name;
DPC_MODELS(DPC_MODEL_EXTERN)
#undef DPC_MODEL_EXTERN

/* A model's own part of the interrupt object, as a @_type. */
#define dpc_model_state(_intr, _type)						\
({										\
	static_assert(sizeof(_type) <= sizeof((_intr)->model_state));		\
	static_assert(__alignof__(_type) <= __alignof__((_intr)->model_state));	\
	(_type *)(_intr)->model_state;						\
})

/* The interrupt object that has @state as its model_state. */
static inline struct dpc_interrupt *dpc_model_interrupt(void *state)
{
	return container_of(state, struct dpc_interrupt, model_state);
}

#endif /* _DPC_CORE_MODEL_H */
