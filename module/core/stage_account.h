/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How stages.c accounts for a stage, and traces it.  The short time that nobody traces
 * is counted in line; the functions for everything else are out of line, where they cost
 * nothing as long as they are not called.
 */
#ifndef _DPC_CORE_STAGE_ACCOUNT_H
#define _DPC_CORE_STAGE_ACCOUNT_H

#include "clock.h"
#include "stats.h"
#include "trace.h"

#include <linux/dpc_interrupt.h>
#include <trace/events/dpc.h>

/* How many interrupts a call serves beyond the first. */
static inline u32 dpc_coalesced(const struct dpc_served *served)
{
	return served->count ? served->count - 1 : 0;
}

/* dpc_account() where dpc_stats_fast() does not do. */
static noinline void dpc_account_slow(struct dpc_interrupt *intr, enum dpc_stage stage,
				      u64 ticks, const struct dpc_served *served)
{
	if (served)
		dpc_stats_count_slow(&intr->stats, stage, ticks, dpc_coalesced(served),
				     served->first, served->last, intr->named.dpc);
	else
		dpc_stats_count_slow(&intr->stats, stage, ticks, 0, intr->seq, intr->seq,
				     intr->named.isr);
}

/*
 * Count a time for @stage.  @served is NULL for the ISR; @one says that the call serves
 * one interrupt; @traced is that of dpc_stats_count().  Preemption is off.
 * Return: true if the counting took time, which belongs to no stage.
 */
static __always_inline bool dpc_account(struct dpc_interrupt *intr, enum dpc_stage stage,
					u64 ticks, const struct dpc_served *served, bool one,
					bool traced)
{
	struct dpc_stats_block *block = dpc_stats_this_cpu(&intr->stats, stage);

	if (traced || unlikely(!one) || !dpc_stats_is_fast(block, ticks)) {
		dpc_account_slow(intr, stage, ticks, served);
		return true;
	}
	dpc_stats_fast(block, 1, ticks);
	return false;
}

static noinline void dpc_isr_trace_entry(struct dpc_interrupt *intr)
{
	if (trace_dpc_interrupt_enabled() && dpc_announce_due(intr))
		dpc_announce(intr);
	trace_dpc_isr_entry(&intr->stats, intr->seq, intr->named.isr);
}

static noinline void dpc_isr_trace_exit(struct dpc_interrupt *intr, u64 duration, bool handled)
{
	trace_dpc_isr_exit(&intr->stats, intr->seq, intr->named.isr, dpc_clock_ns(duration),
			   handled);
}

/* An ISR has returned: if the interrupt is not ours, its number goes to the next one that is. */
static __always_inline irqreturn_t dpc_isr_number(struct dpc_interrupt *intr, bool handled)
{
	if (likely(handled))
		return IRQ_HANDLED;
	intr->seq--;
	intr->unhandled++;
	return IRQ_NONE;
}

static __always_inline irqreturn_t dpc_isr_account(struct dpc_interrupt *intr, u64 duration,
						   bool handled)
{
	bool traced = trace_dpc_isr_exit_enabled();

	if (traced)
		dpc_isr_trace_exit(intr, duration, handled);
	if (unlikely(!handled))
		return dpc_isr_number(intr, handled);
	dpc_account(intr, DPC_STAGE_ISR, duration, NULL, true, traced);
	return IRQ_HANDLED;
}

/* dpc_call_account_wait() where dpc_stats_fast() does not do, and the event. */
static noinline void dpc_call_account_wait_slow(struct dpc_interrupt *intr,
						const struct dpc_served *served, u64 isr_end,
						u64 start)
{
	u64 wait = 0;

	/* Not timed, nor is the wait. */
	if (served->count && !served->isr_start)
		return;
	/* An ISR that has ended since @start was read, here or on another CPU. */
	if (isr_end > start)
		start = dpc_clock();
	if (isr_end)
		wait = dpc_clock_between(isr_end, start);
	trace_dpc_entry(&intr->stats, served->last, served->first, intr->named.dpc,
			dpc_clock_ns(wait), served->count);
	if (served->count)
		dpc_stats_count_slow(&intr->stats, DPC_STAGE_ISR_TO_DPC, wait, served->count - 1,
				     served->first, served->last, intr->named.dpc);
}

/*
 * Count the wait of the interrupts in @served, from @isr_end to @start.  Where @isr_end
 * is not known (0), or is after @start, the difference is no short time.
 * Return: true as with dpc_account().
 */
static __always_inline bool dpc_call_account_wait(struct dpc_interrupt *intr,
						  const struct dpc_served *served, u64 isr_end,
						  u64 start)
{
	struct dpc_stats_block *block = dpc_stats_this_cpu(&intr->stats, DPC_STAGE_ISR_TO_DPC);

	if (trace_dpc_entry_enabled() || unlikely(served->count != 1) ||
	    !dpc_stats_is_fast(block, start - isr_end)) {
		dpc_call_account_wait_slow(intr, served, isr_end, start);
		return true;
	}
	dpc_stats_fast(block, 1, start - isr_end);
	return false;
}

static noinline void dpc_call_trace_exit(const struct dpc_interrupt *intr,
					 const struct dpc_served *served, u64 duration)
{
	trace_dpc_exit(&intr->stats, served->last, served->first, intr->named.dpc,
		       dpc_clock_ns(duration));
}

/* Count the call.  Return: true as with dpc_account(). */
static __always_inline bool dpc_call_account(struct dpc_interrupt *intr,
					     const struct dpc_served *served, u64 duration)
{
	bool traced = trace_dpc_exit_enabled();

	if (traced)
		dpc_call_trace_exit(intr, served, duration);
	return dpc_account(intr, DPC_STAGE_DPC, duration, served, served->count == 1, traced);
}

#endif /* _DPC_CORE_STAGE_ACCOUNT_H */
