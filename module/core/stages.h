/* SPDX-License-Identifier: GPL-2.0-only */
/* The stages of an interrupt object, as the models and exchange.c call them. */
#ifndef _DPC_CORE_STAGES_H
#define _DPC_CORE_STAGES_H

#include "run.h"

#include <linux/dpc_interrupt.h>
#include <linux/dpc_work.h>
#include <linux/irqreturn.h>

/* dpc_interrupt.flags, beyond DPC_INTERRUPT_* */
#define DPC_INTERRUPT_NO_DPC	0x80	/* ops.dpc is NULL */

irqreturn_t dpc_interrupt_isr(int irq, void *data);
irqreturn_t dpc_interrupt_passive(int irq, void *data);
u64 dpc_interrupt_drained(struct dpc *dpc, struct dpc_run *run, u64 now);
void dpc_interrupt_call_irqoff(struct dpc_interrupt *intr, struct dpc_run *run);
void dpc_model_run(struct dpc_interrupt *intr);
void dpc_model_run_in_thread(struct dpc_interrupt *intr);
void dpc_interrupt_run_work(struct dpc_work *work);

#endif /* _DPC_CORE_STAGES_H */
