// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time before the ISR.  All stages are measured from the start of the ISR: when
 * the device asked for it, only a driver that told it to can know.
 */
#include "clock.h"

#include <linux/dpc_interrupt.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

u64 dpc_interrupt_stamp(void)
{
	return dpc_clock();
}
EXPORT_SYMBOL_GPL(dpc_interrupt_stamp);

u64 dpc_interrupt_raised(struct dpc_interrupt *intr, u64 stamp, u64 raises)
{
	u64 ns = dpc_clock_ns(dpc_clock_between(stamp, intr->isr_start ?: dpc_clock()));

	trace_dpc_raised(&intr->stats, intr->seq, intr->ops.isr, ns,
			 min_t(u64, raises, U32_MAX));
	return ns;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_raised);
