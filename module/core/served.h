/* SPDX-License-Identifier: GPL-2.0-only */
/* Adding up the interrupts that a call will serve (M3, Q14). */
#ifndef _DPC_CORE_SERVED_H
#define _DPC_CORE_SERVED_H

#include <linux/dpc_interrupt.h>
#include <linux/minmax.h>

/* Add what @more serves to what @sum already waits for. */
static inline void dpc_served_merge(struct dpc_served *sum, const struct dpc_served *more)
{
	if (!more->count)
		return;
	if (!sum->count) {
		sum->stage_end = 0;
		sum->last = 0;
	}
	/* Two calls on two CPUs may come in either order (Q10). */
	if (!sum->count || more->first < sum->first) {
		sum->first = more->first;
		sum->isr_start = more->isr_start;
	}
	sum->last = max(sum->last, more->last);
	sum->count += more->count;
}

/* Add the interrupt whose ISR is running, unless it has asked before. */
static inline void dpc_served_add_running(struct dpc_served *sum,
					  const struct dpc_interrupt *intr)
{
	const struct dpc_served running = {
		.first = intr->seq,
		.last = intr->seq,
		.count = !sum->count || sum->last != intr->seq,
		.isr_start = intr->isr_start,
	};

	dpc_served_merge(sum, &running);
}

#endif /* _DPC_CORE_SERVED_H */
