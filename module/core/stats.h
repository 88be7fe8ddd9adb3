/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accounting, the part that every interrupt and every DPC passes through.
 */
#ifndef _DPC_CORE_STATS_H
#define _DPC_CORE_STATS_H

#include "clock.h"
#include "trace.h"

#include <linux/dpc_interrupt.h>
#include <linux/dpc_stats.h>
#include <linux/seqlock.h>

/* For DPCs that belong to no interrupt object: ordinary and threaded ones. */
extern struct dpc_stats dpc_unbound_stats;
extern struct dpc_stats dpc_threaded_stats;
extern u32 dpc_default_budget_us[DPC_STAGE_NR];

/*
 * Whether stages are timed, counted and judged by their budgets.  What begins while this
 * is false is not counted; dpc_served.isr_start is 0 if the ISR was not timed.
 */
static __always_inline bool dpc_accounts(void)
{
	return static_branch_likely(&dpc_accounting);
}

void dpc_accounting_set(bool on);
bool dpc_accounting_get(void);
int dpc_stats_setup(void);
void dpc_stats_teardown(void);
void dpc_stats_add(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks, u32 coalesced,
		   const struct dpc_served *served, void *function, bool traced);
void dpc_stats_fold(struct dpc_stats_block *block);
void dpc_stats_count_slow(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks,
			  u32 coalesced, u64 first, u64 seq, void *function);

/* Where this CPU counts @stage; preemption is off. */
static __always_inline struct dpc_stats_block *
dpc_stats_this_cpu(const struct dpc_stats *stats, enum dpc_stage stage)
{
	return &raw_cpu_ptr(stats->cpu)->stage[stage];
}

/* Whether a time is one that dpc_stats_fast() can count. */
static __always_inline bool dpc_stats_is_fast(const struct dpc_stats_block *block, u64 ticks)
{
	/* data_race(): see dpc_stats_arm() for who else writes it. */
	return likely(ticks < data_race(block->fast));
}

/* Count @n of those, @ticks in all.  Preemption is off. */
static __always_inline void dpc_stats_fast(struct dpc_stats_block *block, u32 n, u64 ticks)
{
	block->fast_sum += (ticks << 32) + n;
	/* There are fewer than ticks, unless the clock is a coarse one, and then others come. */
	if (unlikely((s64)block->fast_sum < 0))
		dpc_stats_fold(block);
}

/*
 * Count one time for @stage in @block, which is dpc_stats_this_cpu().  @coalesced:
 * interrupts served beyond the first, which is @first; @seq is the last.  @traced:
 * what is traced adds up to what is counted, to the nanosecond.  One caller at a
 * time per CPU and stage; preemption is off.
 * Return: true if it was not the fast way.
 */
static __always_inline bool dpc_stats_count(struct dpc_stats *stats,
					    struct dpc_stats_block *block,
					    enum dpc_stage stage, u64 ticks, u32 coalesced,
					    u64 first, u64 seq, void *function, bool traced)
{
	if (traced || unlikely(coalesced) || !dpc_stats_is_fast(block, ticks)) {
		dpc_stats_count_slow(stats, stage, ticks, coalesced, first, seq, function);
		return true;
	}
	dpc_stats_fast(block, 1, ticks);
	return false;
}

#endif /* _DPC_CORE_STATS_H */
