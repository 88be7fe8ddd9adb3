/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A DPC that ISRs ask for and that is not an interrupt object's own: one for several
 * interrupts, or one with arguments.  What a Windows driver calls its DpcForIsr.
 *
 * Module: dpc_core.ko.
 */
#ifndef _LINUX_DPC_FOR_ISR_H
#define _LINUX_DPC_FOR_ISR_H

#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/spinlock_types.h>

/**
 * struct dpc_for_isr - a DPC with the numbers of the interrupts that it serves
 * @dpc: the object, for the calls of <linux/dpc.h>
 *
 * Must not be freed while an ISR that may ask for it is connected.
 */
struct dpc_for_isr {
	struct dpc		dpc;
	/* private: */
	void			*function;	/* to be named; @dpc.context points here */
	dpc_routine_t		routine;
	void			*context;
	raw_spinlock_t		lock;		/* of all below, and innermost */
	u32			id;		/* of the interrupt object in @pending */
	struct dpc_served	pending;	/* interrupts that wait for the call */
	struct dpc_interrupt	*asked_by;	/* on the list of this one's running ISR */
	struct dpc_for_isr	*next;		/* there */
};

void dpc_for_isr_init_ip(struct dpc_for_isr *f, dpc_routine_t routine, void *context,
			 void *function, unsigned long ip);

/**
 * dpc_for_isr_init - initialise a DPC that ISRs ask for
 * @f: the object; must not be queued, as with dpc_init()
 * @routine: what to call
 * @context: given to @routine
 * @function: the function that traces, budgets and the log name (M5): @routine, or
 *	the driver's routine that this calls
 *
 * Context: any but NMI.
 */
static __always_inline void dpc_for_isr_init(struct dpc_for_isr *f, dpc_routine_t routine,
					     void *context, void *function)
{
	dpc_for_isr_init_ip(f, routine, context, function, _THIS_IP_);
}

/**
 * dpc_for_isr_request - ask for a DPC
 * @f: the object
 * @arg1: first argument for the routine
 * @arg2: second argument for the routine
 *
 * This queues @f->dpc as dpc_queue() does.  If the caller is the ISR of an interrupt
 * object that is not passive, events and accounting of the call carry that object and
 * the numbers of its interrupts (M3), and its budgets hold for the call.
 *
 * Context: any but NMI.
 * Return: true if it was not queued and now is, as dpc_queue() (Q2).
 */
bool dpc_for_isr_request(struct dpc_for_isr *f, void *arg1, void *arg2);

#endif /* _LINUX_DPC_FOR_ISR_H */
