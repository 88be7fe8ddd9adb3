/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Always-on accounting: budgets, histograms and overruns, per stage and CPU.
 */
#ifndef _LINUX_DPC_STATS_H
#define _LINUX_DPC_STATS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <uapi/linux/dpc.h>

#define DPC_NAME_LEN	32

#define DPC_CPU_ALL	(-1)

/*
 * One stage on one CPU, which alone writes it, but for @quick.  @quick, @max and
 * @budget are in ticks of the core's clock.
 *
 * @seq: odd while the block is being written, but for @quick and @quick_sum;
 *	partner is the loop in dpc_stats_read_block()
 * @quick: what is shorter is in the first bucket, not the longest so far, within
 *	@budget, and counts for @settings: nothing else need be looked at.  Zeroed
 *	by who changes dpc_stats.settings, on any CPU
 * @quick_sum: such times that are not in @total_ns and @hist yet: their sum in the
 *	upper half, their number in the lower one; so one addition counts one, and a
 *	reader sees both or neither
 * @epoch: the block counts for this value of dpc_stats.epoch; any other value
 *	means "reset", and its owner clears it before it counts again
 * @budgets: @budget is that of this value of dpc_stats.budgets
 * @settings: both
 */
struct dpc_stats_block {
	seqcount_t	seq;
	u64		quick;		/* W */
	u64		quick_sum;
	u64		total_ns;
	u64		hist[DPC_HIST_BUCKETS];
	u64		coalesced;
	u64		max;
	u64		budget;
	u64		over_budget;
	union {
		struct {
			u32	epoch;
			u32	budgets;
		};
		u64	settings;
	};
};

struct dpc_stats_cpu {
	struct dpc_stats_block stage[DPC_STAGE_NR];
} ____cacheline_aligned;

/*
 * What will be said in the log about overruns, at a limited rate and from a
 * work item: printing to a slow console inside an ISR or a DPC would itself
 * take thousands of microseconds there.
 */
struct dpc_overrun_report {
	raw_spinlock_t		lock;
	struct delayed_work	work;
	bool			scheduled;	/* R, @work will say it */
	unsigned long		next;		/* R, jiffies of the next line */
	u64			unreported;	/* R, overruns since the last line */
	u64			seq;		/* R, the latest overrun ... */
	u64			duration_ns;	/* R */
	u64			budget_ns;	/* R */
	void			*function;	/* R */
	u32			stage;		/* R */
};

/*
 * struct dpc_stats - the accounting of one interrupt object
 *
 * Field legend:
 *   C  constant between dpc_stats_init() and dpc_stats_destroy()
 *   W  read on the hot path, written only by settings calls
 *   R  under @report.lock
 */
struct dpc_stats {
	struct dpc_stats_cpu __percpu *cpu;		/* C */
	union {
		struct {
			atomic_t	epoch;		/* W, resets so far */
			atomic_t	budgets;	/* W, changes of @budget_ns so far */
		};
		u64		settings;		/* both */
	};
	atomic_t		closing;		/* W, resets that are at work */
	u32			budget_ns[DPC_STAGE_NR];/* W */
	u32			id;			/* C */
	u32			irq;			/* C */
	const char		*name;			/* C */
	struct dpc_overrun_report report;		/* R */
};

const char *dpc_stage_name(enum dpc_stage stage);

int dpc_stats_init(struct dpc_stats *stats, const char *name, u32 id, u32 irq);
int dpc_stats_destroy(struct dpc_stats *stats);
void dpc_stats_reset(struct dpc_stats *stats);
int dpc_stats_read(const struct dpc_stats *stats, int cpu,
		   struct dpc_stage_stats out[DPC_STAGE_NR]);
int dpc_stats_set_budget(struct dpc_stats *stats, u32 stage, u32 budget_us);

/**
 * dpc_stats_budget_us - budget of a stage
 * @stats: the accounting
 * @stage: below DPC_STAGE_NR
 *
 * Context: any.
 * Return: microseconds, 0 for none.
 */
static inline u32 dpc_stats_budget_us(const struct dpc_stats *stats, enum dpc_stage stage)
{
	return READ_ONCE(stats->budget_ns[stage]) / NSEC_PER_USEC;
}

#endif /* _LINUX_DPC_STATS_H */
