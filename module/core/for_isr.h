/* SPDX-License-Identifier: GPL-2.0-only */
/* What the stages of an interrupt object tell for_isr.c. */
#ifndef _DPC_CORE_FOR_ISR_H
#define _DPC_CORE_FOR_ISR_H

#include <linux/dpc_interrupt.h>
#include <linux/percpu.h>

/*
 * The interrupt object whose ISR runs on this CPU; passive ones are not noted.  On
 * PREEMPT_RT the ISR is a thread that stays on its CPU; another ISR may preempt it, and
 * is the one that is noted then.  So the ISR of the object that is noted has not ended.
 */
DECLARE_PER_CPU(struct dpc_interrupt *, dpc_isr_here);

static __always_inline void dpc_isr_enter(struct dpc_interrupt *intr)
{
	raw_cpu_write(dpc_isr_here, intr);
}

static __always_inline void dpc_isr_leave(struct dpc_interrupt *intr)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		this_cpu_cmpxchg(dpc_isr_here, intr, NULL);
	else
		raw_cpu_write(dpc_isr_here, NULL);
}

void dpc_for_isr_ended(struct dpc_interrupt *intr, u64 end);
void dpc_for_isr_forget(struct dpc_interrupt *intr);

#endif /* _DPC_CORE_FOR_ISR_H */
