/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the caller in the ISR of an interrupt object, or does it hold its lock (S1)? */
#ifndef _DPC_CORE_HELD_H
#define _DPC_CORE_HELD_H

#include <linux/compiler.h>
#include <linux/dpc_interrupt.h>
#include <linux/preempt.h>
#include <linux/sched.h>

static inline bool dpc_is_passive(const struct dpc_interrupt *intr)
{
	return intr->flags & DPC_INTERRUPT_PASSIVE;
}

/*
 * Whether the caller runs inside this interrupt's ISR.  Exact without a lock:
 * in an ISR, current is what it interrupted (or the interrupt's thread), and
 * that does not go on before the ISR is done.  A passive ISR can itself be
 * interrupted, by its own DPC for one.
 */
static inline bool dpc_in_isr(const struct dpc_interrupt *intr)
{
	return READ_ONCE(intr->isr_task) == current && (!dpc_is_passive(intr) || in_task());
}

/*
 * Whether the caller holds @lock: by dpc_interrupt_lock(), in the enable or disable
 * callback, or in an ISR.  The lock of a passive interrupt's ISR is another one.
 * On PREEMPT_RT a hard interrupt may have hit the holder, and does not hold it.
 */
static inline bool dpc_holds_lock(const struct dpc_interrupt *intr)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && in_hardirq())
		return false;
	return READ_ONCE(intr->lock_task) == current ||
	       (!dpc_is_passive(intr) && dpc_in_isr(intr));
}

#endif /* _DPC_CORE_HELD_H */
