/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting, the part that every interrupt and every DPC passes through.
 */
#ifndef _DPC_CORE_STATS_H
#define _DPC_CORE_STATS_H

#include <linux/dpc_stats.h>
#include <linux/seqlock.h>

struct dpc_served;

unsigned int dpc_hist_bucket_above(u64 ns);
void dpc_stats_clear(struct dpc_stats_block *block, u32 epoch);
void dpc_overrun(struct dpc_stats *stats, enum dpc_stage stage, u64 ns,
		 const struct dpc_served *served, void *function);

/* Bucket of DPC_HIST_BOUNDS_US for a time: up to 5 us they are one microsecond wide. */
static __always_inline unsigned int dpc_hist_bucket(u64 ns)
{
	if (likely(ns < 5 * NSEC_PER_USEC))
		return (u32)ns / NSEC_PER_USEC;
	return dpc_hist_bucket_above(ns);
}

/* Where this CPU counts @stage; preemption is off. */
static __always_inline struct dpc_stats_block *dpc_stats_here(const struct dpc_stats *stats,
							      enum dpc_stage stage)
{
	return &raw_cpu_ptr(stats->cpu)->stage[stage];
}

/*
 * Count one time for @stage in @block, which is dpc_stats_here().  @coalesced:
 * interrupts served beyond the first.  One caller at a time per CPU and stage.
 */
static __always_inline void dpc_stats_count(struct dpc_stats *stats,
					    struct dpc_stats_block *block,
					    enum dpc_stage stage, u64 ns, u32 coalesced,
					    const struct dpc_served *served, void *function)
{
	/* 0 is no budget: looked at where it seems to be exceeded. */
	u32 budget_ns = READ_ONCE(stats->budget_ns[stage]);
	u32 epoch = atomic_read(&stats->epoch);

	raw_write_seqcount_begin(&block->seq);
	if (unlikely(block->epoch != epoch))
		dpc_stats_clear(block, epoch);
	block->total_ns += ns;
	if (unlikely(ns > block->max_ns))
		block->max_ns = ns;
	block->coalesced += coalesced;
	block->hist[dpc_hist_bucket(ns)]++;
	if (unlikely(ns > budget_ns))
		block->over_budget += !!budget_ns;
	raw_write_seqcount_end(&block->seq);

	if (unlikely(ns > budget_ns) && budget_ns)
		dpc_overrun(stats, stage, ns, served, function);
}

#endif /* _DPC_CORE_STATS_H */
