/* SPDX-License-Identifier: GPL-2.0-only */
/* The drain, for kick.c, which has it called; and one call of a routine, for for_isr.c. */
#ifndef _DPC_CORE_DRAIN_H
#define _DPC_CORE_DRAIN_H

#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/types.h>

struct dpc_cpu_queue;
struct dpc_run;

/*
 * One call of a DPC's routine, and what is said of it.
 *
 * @stats: where it is accounted for
 * @function: the routine that is named (M5)
 * @served: the interrupts that it serves; all zero if there are none
 */
struct dpc_call {
	struct dpc_stats	*stats;
	void			*function;
	dpc_routine_t		routine;
	struct dpc		*dpc;
	void			*context;
	void			*arg1;
	void			*arg2;
	struct dpc_served	served;
};

void dpc_call(struct dpc_run *run, const struct dpc_call *call);
bool dpc_drain(struct dpc_cpu_queue *q);
void dpc_drain_init(void);

#endif /* _DPC_CORE_DRAIN_H */
