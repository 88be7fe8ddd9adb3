/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accounting: budgets, histograms and overruns, per stage and CPU; on unless the module
 * parameter "accounting" is N.
 *
 * Module: dpc_core.ko.
 */
#ifndef _LINUX_DPC_STATS_H
#define _LINUX_DPC_STATS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/instruction_pointer.h>
#include <linux/percpu.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <uapi/linux/dpc.h>

struct dpc_published;

#define DPC_NAME_LEN	32

#define DPC_CPU_ALL	(-1)

/*
 * One stage on one CPU, which alone writes it, but for @fast.  @fast, @max and
 * @budget are in ticks of the core's clock.
 *
 * @seq: odd while the block is being written, but for @fast and @fast_sum;
 *	partner is the loop in dpc_stats_read_block()
 * @fast: a time that is shorter is in the first bucket, is not the longest so far, is
 *	within @budget, and counts for @settings, so nothing else need be looked at.  A
 *	change of dpc_stats.settings, on any CPU, zeroes it
 * @fast_sum: such times that are not in @total_ns and @hist yet: their sum in the
 *	upper half, their number in the lower one; so one addition counts one, and a
 *	reader sees both or neither
 * @epoch: the block counts for this value of dpc_stats.epoch; any other value
 *	means "reset", and its owner clears it before it counts again
 * @budgets: @budget is that of this value of dpc_stats.budgets
 * @settings: both
 */
struct dpc_stats_block {
	seqcount_t	seq;
	u64		fast;		/* W */
	u64		fast_sum;
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

/* A routine's name and its module's, as the log has them; longer ones are cut. */
#define DPC_ROUTINE_LEN		64

/* One overrun. */
struct dpc_overrun {
	u64	seq;
	u64	duration_ns;
	u64	budget_ns;
	u32	stage;
	char	routine[DPC_ROUTINE_LEN];
};

/*
 * Overruns that the log and the readers of /dev/dpc will be told of, at limited rates and
 * from work items: printing to a slow console inside an ISR or a DPC would itself take
 * thousands of microseconds.
 * The name is looked up when the overrun happens, because the routine's module may be
 * unloaded before the work item runs.
 */
struct dpc_overrun_report {
	raw_spinlock_t		lock;
	struct delayed_work	work;
	unsigned long		next;		/* R, jiffies of the next line */
	u64			unreported;	/* R, overruns since the last line */
	struct dpc_overrun	first;		/* R, of these; @work will report it */
	struct delayed_work	tell;
	unsigned long		tell_next;	/* R, jiffies of the next event */
	u32			tell_id;	/* R, of whom events tell; 0: none are wanted */
	u32			untold;		/* R, overruns since the last event */
	struct dpc_overrun	first_untold;	/* R, of these, without its routine */
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
	atomic_t		disarming;		/* W, resets that are at work */
	u32			budget_ns[DPC_STAGE_NR];/* W */
	u32			id;			/* C */
	u32			irq;			/* C */
	const char		*name;			/* C */
	void			*named;			/* C, for a DPC; NULL: its routine */
	struct dpc_published	*published;		/* C while it is; see published.c */
	struct dpc_overrun_report report;		/* R */
};

/**
 * dpc_stage_name - name of a stage, as in sysfs, parameters and tools
 * @stage: the stage
 *
 * Context: any.
 * Return: the name, or NULL if there is no such stage.
 */
const char *dpc_stage_name(enum dpc_stage stage);

int dpc_stats_init_ip(struct dpc_stats *stats, const char *name, u32 id, u32 irq, unsigned long ip);

/**
 * dpc_stats_init - prepare accounting
 * @stats: the accounting
 * @name: for messages; must stay valid until dpc_stats_destroy()
 * @id: number in trace events
 * @irq: Linux interrupt number in trace events
 *
 * Budgets start from the module parameters budget_<stage>_us.  The stage "complete"
 * without such a parameter has the sum of the others, or none if one of them has none.
 *
 * Context: a thread that may sleep.
 * Return: 0; -ENOMEM; -EDEADLK in any other context, and then the caller is reported
 * and counted in dpc_violations().
 */
static __always_inline int dpc_stats_init(struct dpc_stats *stats, const char *name, u32 id,
					  u32 irq)
{
	return dpc_stats_init_ip(stats, name, id, irq, _THIS_IP_);
}

int dpc_stats_destroy_ip(struct dpc_stats *stats, unsigned long ip);

/**
 * dpc_stats_destroy - end accounting
 * @stats: the accounting; nothing may count any more
 *
 * The log reports the overruns that it has not reported yet.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK in any other context.  Then nothing has ended, and the caller is
 * reported and counted in dpc_violations().
 */
static __always_inline int dpc_stats_destroy(struct dpc_stats *stats)
{
	return dpc_stats_destroy_ip(stats, _THIS_IP_);
}

/**
 * dpc_stats_reset - start counting from zero
 * @stats: the accounting
 *
 * A time that is being counted on another CPU at this moment falls before or
 * after the reset, never half.
 *
 * Context: any.
 */
void dpc_stats_reset(struct dpc_stats *stats);

int dpc_stats_read_ip(const struct dpc_stats *stats, int cpu,
		      struct dpc_stage_stats out[DPC_STAGE_NR], unsigned long ip);

/**
 * dpc_stats_read - take a snapshot
 * @stats: the accounting
 * @cpu: a possible CPU, or DPC_CPU_ALL for the sum over all
 * @out: one entry per stage
 *
 * Each CPU's share of a stage is read as a whole, and all stages are of one epoch.
 * Later stages are read before earlier ones, so that a stage is not seen to have run
 * more often than the one that led to it.  (With a passive ISR the DPC may be counted
 * first.)  The call takes a bounded time, however often somebody resets meanwhile.
 *
 * Context: a thread.  An interrupt or a softirq may have hit the code that writes, and
 * would wait for it for ever, so the call is refused there, reported, and counted in
 * dpc_violations().
 * Return: 0; -EINVAL if there is no such CPU; -EDEADLK if it is refused.
 */
static __always_inline int dpc_stats_read(const struct dpc_stats *stats, int cpu,
					  struct dpc_stage_stats out[DPC_STAGE_NR])
{
	return dpc_stats_read_ip(stats, cpu, out, _THIS_IP_);
}

/**
 * dpc_stats_set_budget - set the budget of a stage
 * @stats: the accounting
 * @stage: enum dpc_stage
 * @budget_us: microseconds, 0 (none) to DPC_BUDGET_MAX_US
 *
 * The budget holds from the next call of the stage on.
 *
 * Context: any.
 * Return: 0; -EINVAL if @stage or @budget_us is out of range.
 */
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

/**
 * dpc_stats_epoch - number of the period that is being counted
 * @stats: the accounting
 *
 * A reader that remembers an earlier snapshot compares this number: if it has changed
 * since, the accounting was reset.
 *
 * Context: any.
 * Return: the number, which moves on with each dpc_stats_reset().
 */
static inline u32 dpc_stats_epoch(const struct dpc_stats *stats)
{
	return atomic_read(&stats->epoch);
}

#endif /* _LINUX_DPC_STATS_H */
