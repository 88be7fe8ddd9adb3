/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting, the part that every interrupt and every DPC passes through.
 */
#ifndef _DPC_CORE_STATS_H
#define _DPC_CORE_STATS_H

#include <linux/dpc_stats.h>
#include <linux/seqlock.h>

#include "clock.h"

struct dpc_served;

unsigned int dpc_hist_bucket(u64 ticks);
void dpc_stats_renew(struct dpc_stats *stats, struct dpc_stats_block *block,
		     enum dpc_stage stage);
void dpc_stats_above(struct dpc_stats *stats, struct dpc_stats_block *block,
		     enum dpc_stage stage, u64 ticks, const struct dpc_served *served,
		     void *function);

/* Where this CPU counts @stage; preemption is off. */
static __always_inline struct dpc_stats_block *dpc_stats_here(const struct dpc_stats *stats,
							      enum dpc_stage stage)
{
	return &raw_cpu_ptr(stats->cpu)->stage[stage];
}

/*
 * Count one time for @stage in @block, which is dpc_stats_here().  @coalesced:
 * interrupts served beyond the first.  One caller at a time per CPU and stage.
 * Return: true if it was a long one, and that took time.
 */
static __always_inline bool dpc_stats_count(struct dpc_stats *stats,
					    struct dpc_stats_block *block,
					    enum dpc_stage stage, u64 ticks, u32 coalesced,
					    const struct dpc_served *served, void *function)
{
	raw_write_seqcount_begin(&block->seq);
	if (unlikely(block->settings != READ_ONCE(stats->settings)))
		dpc_stats_renew(stats, block, stage);
	/* As traced, so that what is traced adds up to what is counted. */
	block->total_ns += dpc_clock_ns(ticks);
	block->coalesced += coalesced;
	/* Bucket of DPC_HIST_BOUNDS_US. */
	if (likely(ticks < dpc_clock_rate.us))
		block->hist[0]++;
	else
		block->hist[dpc_hist_bucket(ticks)]++;
	if (unlikely(ticks > block->limit)) {
		dpc_stats_above(stats, block, stage, ticks, served, function);
		return true;
	}
	raw_write_seqcount_end(&block->seq);
	return false;
}

/* dpc_stats_count() on this CPU, wherever that is, for the stages of an interrupt. */
static __always_inline void dpc_stats_count_here(struct dpc_stats *stats, enum dpc_stage stage,
						 u64 ticks, u32 coalesced,
						 const struct dpc_served *served, void *function)
{
	preempt_disable();
	dpc_stats_count(stats, dpc_stats_here(stats, stage), stage, ticks, coalesced, served,
			function);
	preempt_enable();
}

#endif /* _DPC_CORE_STATS_H */
