// SPDX-License-Identifier: GPL-2.0
/*
 * The time before the ISR.  All stages are measured from the start of the ISR: when
 * the device asked for it, only a driver that told it to can know.
 */
#include "clock.h"

#include <linux/dpc_interrupt.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

/**
 * dpc_interrupt_stamp - when a device is told to interrupt
 *
 * Read it right before the register is written that makes the device interrupt,
 * and hand it to dpc_interrupt_raised() in the ISR.
 *
 * Context: any.
 * Return: now, by the clock that the stages are measured with, in its own unit.
 */
u64 dpc_interrupt_stamp(void)
{
	return dpc_clock();
}
EXPORT_SYMBOL_GPL(dpc_interrupt_stamp);

/**
 * dpc_interrupt_raised - this is the interrupt that a device was told to raise
 * @intr: the interrupt object
 * @stamp: dpc_interrupt_stamp() of the first raise that this interrupt tells of
 * @raises: how many there are: a device merges those that come before its ISR
 *
 * Fires the event dpc_raised.  The time ends where that of the ISR and of
 * dpc_interrupt_complete() begins, so that they add up.
 *
 * Context: the ISR only.
 * Return: nanoseconds from @stamp to the start of the ISR; 0 if another CPU's
 * clock is that much behind.
 */
u64 dpc_interrupt_raised(struct dpc_interrupt *intr, u64 stamp, u64 raises)
{
	u64 ns = dpc_clock_ns(dpc_clock_between(stamp, intr->isr_start));

	trace_dpc_raised(&intr->stats, intr->seq, intr->ops.isr, ns,
			 min_t(u64, raises, U32_MAX));
	return ns;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_raised);
