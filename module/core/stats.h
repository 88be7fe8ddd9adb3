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

/* A default that is the sum of the other stages' (DPC_STAGE_COMPLETE only). */
#define DPC_BUDGET_SUM	U32_MAX

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
u32 dpc_stats_default_budget_us(enum dpc_stage stage);
int dpc_stats_setup(void);
void dpc_stats_teardown(void);
void dpc_stats_add(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks,
		   const struct dpc_served *served, void *function, bool traced);
void dpc_stats_tell_overruns(struct dpc_stats *stats, u32 id);
int dpc_stats_snapshot(const struct dpc_stats *stats, int cpu,
		       struct dpc_stage_stats out[DPC_STAGE_NR], u32 *epoch,
		       void (*between)(void *context), void *context);
void dpc_stats_fold(struct dpc_stats_block *block);
void dpc_stats_slow(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks, u64 ns,
		    const struct dpc_served *served, void *function);

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
	u64 sum = block->fast_sum + (ticks << 32) + n;

	WRITE_ONCE(block->fast_sum, sum);	/* Partner: dpc_stats_read_block() */
	/* There are fewer than ticks, unless the clock is a coarse one, and then others come. */
	if (unlikely((s64)sum < 0))
		dpc_stats_fold(block);
}

/*
 * Count one of those, which is @ns.  It is traced, and what is traced adds up to what is counted:
 * many times that are converted together can come out as some nanoseconds more.
 */
static inline void dpc_stats_exact(struct dpc_stats_block *block, u64 ns)
{
	raw_write_seqcount_begin(&block->seq);
	block->total_ns += ns;
	block->hist[0]++;
	raw_write_seqcount_end(&block->seq);
}

/* Count one time for @stage, @ticks or @ns, exactly; see dpc_stats_slow(). */
static inline void dpc_stats_count(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks, u64 ns,
				   const struct dpc_served *served, void *function)
{
	struct dpc_stats_block *block = dpc_stats_this_cpu(stats, stage);

	if (unlikely(served->count > 1) || !dpc_stats_is_fast(block, ticks))
		dpc_stats_slow(stats, stage, ticks, ns, served, function);
	else
		dpc_stats_exact(block, ns);
}

#endif /* _DPC_CORE_STATS_H */
