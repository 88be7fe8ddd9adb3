/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How ISRs and calls of DPC routines are accounted for and traced, for stages.c and the drain.
 * The short time that nobody traces is counted in line; everything else is in call.c, where it
 * costs nothing as long as it is not called.
 */
#ifndef _DPC_CORE_CALL_H
#define _DPC_CORE_CALL_H

#include "clock.h"
#include "stats.h"

#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/irqreturn.h>
#include <trace/events/dpc.h>

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

struct dpc_run;

void dpc_call(struct dpc_run *run, const struct dpc_call *call);
void dpc_slept(void *function);

irqreturn_t dpc_account_isr_slow(struct dpc_interrupt *intr, u64 ticks, bool handled);
void dpc_account_wait_slow(struct dpc_stats *stats, const struct dpc_served *served, u64 isr_end,
			   u64 start, void *function);
void dpc_account_call_slow(struct dpc_stats *stats, const struct dpc_served *served, u64 ticks,
			   void *function);

/* An ISR has returned: if the interrupt is not ours, its number goes to the next one that is. */
static __always_inline irqreturn_t dpc_isr_number(struct dpc_interrupt *intr, bool handled)
{
	if (likely(handled))
		return IRQ_HANDLED;
	intr->seq--;
	intr->unhandled++;
	return IRQ_NONE;
}

/* The same, and it has taken @ticks.  Preemption is off. */
static __always_inline irqreturn_t dpc_account_isr(struct dpc_interrupt *intr, u64 ticks,
						   bool handled)
{
	struct dpc_stats_block *block;

	if (trace_dpc_isr_exit_enabled() || unlikely(!handled))
		return dpc_account_isr_slow(intr, ticks, handled);
	block = dpc_stats_this_cpu(&intr->stats, DPC_STAGE_ISR);
	if (!dpc_stats_is_fast(block, ticks))
		return dpc_account_isr_slow(intr, ticks, handled);
	dpc_stats_fast(block, 1, ticks);
	return IRQ_HANDLED;
}

/*
 * A call is about to begin: count the wait of the interrupts in @served, from @isr_end to
 * @start.  Where @isr_end is not known (0), or is after @start, the difference is no short
 * time.  Preemption is off.
 * Return: false if that is for dpc_account_wait_slow(), the time of which belongs to no stage.
 */
static __always_inline bool dpc_account_wait(struct dpc_stats *stats,
					     const struct dpc_served *served, u64 isr_end,
					     u64 start)
{
	struct dpc_stats_block *block;

	if (trace_dpc_entry_enabled() || unlikely(served->count != 1))
		return false;
	block = dpc_stats_this_cpu(stats, DPC_STAGE_ISR_TO_DPC);
	if (!dpc_stats_is_fast(block, start - isr_end))
		return false;
	dpc_stats_fast(block, 1, start - isr_end);
	return true;
}

/* A call has taken @ticks.  The same with dpc_account_call_slow(). */
static __always_inline bool dpc_account_call(struct dpc_stats *stats,
					     const struct dpc_served *served, u64 ticks)
{
	struct dpc_stats_block *block;

	if (trace_dpc_exit_enabled() || unlikely(served->count > 1))
		return false;
	block = dpc_stats_this_cpu(stats, DPC_STAGE_DPC);
	if (!dpc_stats_is_fast(block, ticks))
		return false;
	dpc_stats_fast(block, 1, ticks);
	return true;
}

#endif /* _DPC_CORE_CALL_H */
