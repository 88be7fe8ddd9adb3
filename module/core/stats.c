// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting (M1), budgets and overruns (M4); on unless the parameter "accounting" is N.
 *
 * A block is written by the CPU that it belongs to, in the one context that its stage
 * runs in and with preemption off, so no two writers meet.  Any thread may read it, with
 * the block's sequence count.  A reset does not clear blocks: it changes stats->epoch,
 * and each owner clears its block when it next counts.  To make the owner look, a reset
 * or a new budget writes to one word of each block.  A second CPU writes to nothing
 * else, so the hot path has no lock and no atomic, and its cache lines are its own.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "notices.h"
#include "stats.h"
#include "wait.h"

#include "../compat.h"

#include <linux/dpc_stats.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <trace/events/dpc.h>

/* At most one line in the log per interrupt object and second, and one notice in so long. */
#define DPC_REPORT_INTERVAL	HZ
#define DPC_TELL_INTERVAL	msecs_to_jiffies(10)

/* A snapshot is tried so often, because a reset may come between. */
#define DPC_SNAPSHOT_TRIES	4

struct dpc_stats dpc_unbound_stats;
EXPORT_SYMBOL_IF_KUNIT(dpc_unbound_stats);

/* Apart, because an ordinary DPC may preempt a threaded one (R1). */
struct dpc_stats dpc_threaded_stats;
EXPORT_SYMBOL_IF_KUNIT(dpc_threaded_stats);

u32 dpc_default_budget_us[DPC_STAGE_NR] = {
	[0 ... DPC_STAGE_COMPLETE - 1] = DPC_BUDGET_DEFAULT_US,
	[DPC_STAGE_COMPLETE] = DPC_BUDGET_SUM,
};
EXPORT_SYMBOL_IF_KUNIT(dpc_default_budget_us);

static const char * const dpc_stage_names[DPC_STAGE_NR] = {
	DPC_STAGES(DPC_STAGE_NAME)
};

const char *dpc_stage_name(enum dpc_stage stage)
{
	return (u32)stage < DPC_STAGE_NR ? dpc_stage_names[stage] : NULL;
}
EXPORT_SYMBOL_GPL(dpc_stage_name);

static DEFINE_MUTEX(dpc_accounting_mutex);
static bool dpc_accounting_wanted = true;

/* The parameter "accounting". */
void dpc_accounting_set(bool on)
{
	mutex_lock(&dpc_accounting_mutex);
	if (on && !dpc_accounting_wanted)
		static_branch_inc(&dpc_accounting);
	if (!on && dpc_accounting_wanted)
		static_branch_dec(&dpc_accounting);
	WRITE_ONCE(dpc_accounting_wanted, on);
	mutex_unlock(&dpc_accounting_mutex);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_accounting_set);

bool dpc_accounting_get(void)
{
	return READ_ONCE(dpc_accounting_wanted);
}

/* Bucket of DPC_HIST_BOUNDS_US. */
static unsigned int dpc_hist_bucket(u64 ns)
{
	static const u32 bounds_us[DPC_HIST_BUCKETS] = DPC_HIST_BOUNDS_US;
	unsigned int i = 0;

	while (i < DPC_HIST_BUCKETS - 1 && ns >= bounds_us[i + 1] * NSEC_PER_USEC)
		i++;
	return i;
}

static void dpc_overrun_note(struct dpc_overrun *overrun, const struct dpc_stats *stats,
			     enum dpc_stage stage, u64 ns, u64 seq)
{
	overrun->seq = seq;
	overrun->duration_ns = ns;
	overrun->budget_ns = READ_ONCE(stats->budget_ns[stage]);
	overrun->stage = stage;
}

/* How long something has to wait that is not to happen before @next. */
static unsigned long dpc_overrun_delay(unsigned long next)
{
	return time_before(jiffies, next) ? next - jiffies : 0;
}

static noinline void dpc_overrun(struct dpc_stats *stats, enum dpc_stage stage, u64 ns,
				 const struct dpc_served *served, void *function)
{
	u64 first = served ? served->first : 0, seq = served ? served->last : 0;
	struct dpc_overrun_report *report = &stats->report;
	unsigned long flags, delay, tell_delay;
	bool is_first, tell = false;

	trace_dpc_overrun(stats, seq, first, function, stage, ns);

	raw_spin_lock_irqsave(&report->lock, flags);
	is_first = !report->unreported++;
	/* Only the first is named: to look up a name takes time, and a line has room for one. */
	if (is_first) {
		dpc_overrun_note(&report->first, stats, stage, ns, seq);
		snprintf(report->first.routine, DPC_ROUTINE_LEN, "%ps", function);
	}
	delay = dpc_overrun_delay(report->next);
	if (report->tell_id && dpc_notices_wanted())
		tell = !report->untold++;
	if (tell)
		dpc_overrun_note(&report->first_untold, stats, stage, ns, seq);
	tell_delay = dpc_overrun_delay(report->tell_next);
	raw_spin_unlock_irqrestore(&report->lock, flags);

	if (is_first)
		queue_delayed_work(system_unbound_wq, &report->work, delay);
	if (tell)
		queue_delayed_work(system_unbound_wq, &report->tell, tell_delay);
}

static void dpc_overrun_tell(struct work_struct *work)
{
	struct dpc_overrun_report *report =
		container_of(to_delayed_work(work), struct dpc_overrun_report, tell);
	struct dpc_stats *stats = container_of(report, struct dpc_stats, report);
	struct dpc_notice notice = { .type = DPC_NOTICE_OVERRUN };

	raw_spin_lock_irq(&report->lock);
	notice.id = report->tell_id;
	notice.value = report->first_untold.stage;
	notice.interrupt = report->first_untold.seq;
	notice.duration_ns = report->first_untold.duration_ns;
	notice.budget_ns = report->first_untold.budget_ns;
	notice.count = report->untold;
	report->untold = 0;
	report->tell_next = jiffies + DPC_TELL_INTERVAL;
	raw_spin_unlock_irq(&report->lock);

	if (!notice.id)
		return;
	dpc_notice_post(&notice, stats->name);
}

/**
 * dpc_stats_tell_overruns - post notices of overruns
 * @stats: the accounting
 * @id: of the object that they tell of; 0: post none, and when this returns there will
 *	be no further one
 *
 * Context: a thread that may sleep.
 */
void dpc_stats_tell_overruns(struct dpc_stats *stats, u32 id)
{
	struct dpc_overrun_report *report = &stats->report;

	raw_spin_lock_irq(&report->lock);
	report->tell_id = id;
	raw_spin_unlock_irq(&report->lock);
	if (!id)
		cancel_delayed_work_sync(&report->tell);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_stats_tell_overruns);

static void dpc_overrun_print(struct work_struct *work)
{
	struct dpc_overrun_report *report =
		container_of(to_delayed_work(work), struct dpc_overrun_report, work);
	struct dpc_stats *stats = container_of(report, struct dpc_stats, report);
	struct dpc_overrun first;
	u64 count;

	raw_spin_lock_irq(&report->lock);
	first = report->first;
	count = report->unreported;
	report->unreported = 0;
	report->next = jiffies + DPC_REPORT_INTERVAL;
	raw_spin_unlock_irq(&report->lock);

	if (!count)
		return;
	pr_warn("%s: stage %s took %llu us, budget %llu us: routine %s, interrupt %llu (%llu overruns since the last line)\n",
		stats->name, dpc_stage_names[first.stage],
		div_u64(first.duration_ns, NSEC_PER_USEC),
		div_u64(first.budget_ns, NSEC_PER_USEC), first.routine, first.seq, count);
}

/*
 * There was a reset, or a budget was set: take note of it.  In the block's write
 * section.
 */
static noinline void dpc_stats_renew(const struct dpc_stats *stats,
				     struct dpc_stats_block *block, enum dpc_stage stage)
{
	u32 epoch = atomic_read(&stats->epoch);
	u32 budgets = atomic_read(&stats->budgets);
	u32 budget_ns;

	/* Partner: dpc_stats_set_budget(). */
	smp_rmb();
	budget_ns = READ_ONCE(stats->budget_ns[stage]);
	if (block->epoch != epoch) {
		WRITE_ONCE(block->fast_sum, 0);
		block->total_ns = 0;
		block->max = 0;
		block->coalesced = 0;
		block->over_budget = 0;
		memset(block->hist, 0, sizeof(block->hist));
		block->epoch = epoch;
	}
	/* Upper bound of a time within budget, inclusive. */
	block->budget = budget_ns ? dpc_clock_ticks(budget_ns + 1) - 1 : U64_MAX;
	block->budgets = budgets;
}

/*
 * Decide anew which times are counted the fast way.  Somebody may forbid it just now:
 *
 *   here                                     dpc_stats_disarm()
 *   ----                                     ------------------
 *   WRITE block->fast = n                    WRITE stats->settings or ->disarming
 *   smp_mb()                                 smp_mb()
 *   READ stats->settings and ->disarming     WRITE block->fast = 0
 *
 * If n is what is left in block->fast, the read sees what was written first.
 */
static void dpc_stats_arm(const struct dpc_stats *stats, struct dpc_stats_block *block)
{
	/* Less than a microsecond, which is the least budget. */
	WRITE_ONCE(block->fast, min(block->max, dpc_clock_rate.us - 1) + 1);
	smp_mb(); /* partner: dpc_stats_disarm() */
	if (unlikely(READ_ONCE(stats->settings) != block->settings ||
		     atomic_read(&stats->disarming)))
		WRITE_ONCE(block->fast, 0);
}

/* After a write to @stats: no stage counts the fast way until its owner has seen that. */
static void dpc_stats_disarm(struct dpc_stats *stats)
{
	int cpu, stage;

	smp_mb(); /* partner: dpc_stats_arm() */
	for_each_possible_cpu(cpu)
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			WRITE_ONCE(per_cpu_ptr(stats->cpu, cpu)->stage[stage].fast, 0);
}

static void dpc_stats_fold_locked(struct dpc_stats_block *block)
{
	block->total_ns += dpc_clock_ns(block->fast_sum >> 32);
	block->hist[0] += (u32)block->fast_sum;
	WRITE_ONCE(block->fast_sum, 0);
}

/* Make room for more fast ones. */
void dpc_stats_fold(struct dpc_stats_block *block)
{
	raw_write_seqcount_begin(&block->seq);
	dpc_stats_fold_locked(block);
	raw_write_seqcount_end(&block->seq);
}

/* How many interrupts a call serves beyond the first. */
static u32 dpc_coalesced(const struct dpc_served *served)
{
	return served && served->count ? served->count - 1 : 0;
}

/*
 * Count one time for @stage, which is @ticks or @ns, whatever it may be.  @served: what the call
 * serves; NULL or nothing for a call that serves no interrupt.  One caller at a time per CPU and
 * stage; preemption is off.
 */
void dpc_stats_slow(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks, u64 ns,
		    const struct dpc_served *served, void *function)
{
	struct dpc_stats_block *block = dpc_stats_this_cpu(stats, stage);
	bool over, arm;

	raw_write_seqcount_begin(&block->seq);
	if (unlikely(block->settings != READ_ONCE(stats->settings)))
		dpc_stats_renew(stats, block, stage);
	over = ticks > block->budget;
	/* Unless one of these has changed, the same times as before are fast. */
	arm = ticks > block->max || !READ_ONCE(block->fast);
	block->total_ns += ns;
	block->coalesced += dpc_coalesced(served);
	block->hist[dpc_hist_bucket(ns)]++;
	block->over_budget += over;
	block->max = max(block->max, ticks);
	raw_write_seqcount_end(&block->seq);

	if (arm)
		dpc_stats_arm(stats, block);
	if (unlikely(over))
		dpc_overrun(stats, stage, ns, served, function);
}

/* Count a time on this CPU, wherever that is; a call more does not matter. */
void dpc_stats_add(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks,
		   const struct dpc_served *served, void *function, bool traced)
{
	struct dpc_stats_block *block;

	preempt_disable();
	block = dpc_stats_this_cpu(stats, stage);
	if (dpc_coalesced(served) || !dpc_stats_is_fast(block, ticks))
		dpc_stats_slow(stats, stage, ticks, dpc_clock_ns(ticks), served, function);
	else if (traced)
		dpc_stats_exact(block, dpc_clock_ns(ticks));
	else
		dpc_stats_fast(block, 1, ticks);
	preempt_enable();
}
EXPORT_SYMBOL_IF_KUNIT(dpc_stats_add);

/* Add one CPU's block to @out, unless it is from before the last reset. */
static void dpc_stats_read_block(const struct dpc_stats_block *block, u32 epoch,
				 struct dpc_stage_stats *out)
{
	struct dpc_stats_block copy;
	unsigned int start, i;

	do {
		start = read_seqcount_begin(&block->seq);
		copy.epoch	 = block->epoch;
		copy.fast_sum	 = READ_ONCE(block->fast_sum);
		copy.total_ns	 = block->total_ns;
		copy.max	 = block->max;
		copy.coalesced	 = block->coalesced;
		copy.over_budget = block->over_budget;
		memcpy(copy.hist, block->hist, sizeof(copy.hist));
	} while (read_seqcount_retry(&block->seq, start));

	if (copy.epoch != epoch)
		return;
	dpc_stats_fold_locked(&copy);
	out->total_ns += copy.total_ns;
	out->max_ns = max(out->max_ns, dpc_clock_ns(copy.max));
	out->coalesced += copy.coalesced;
	out->over_budget += copy.over_budget;
	for (i = 0; i < DPC_HIST_BUCKETS; i++) {
		out->hist[i] += copy.hist[i];
		out->count += copy.hist[i];
	}
}

/* Add up what counts for @epoch; the arguments are those of dpc_stats_read(). */
static void dpc_stats_read_epoch(const struct dpc_stats *stats, u32 epoch, int cpu,
				 struct dpc_stage_stats out[DPC_STAGE_NR])
{
	int stage, i;

	memset(out, 0, sizeof(*out) * DPC_STAGE_NR);
	for (stage = DPC_STAGE_NR - 1; stage >= 0; stage--) {
		for_each_possible_cpu(i) {
			if (cpu != DPC_CPU_ALL && i != cpu)
				continue;
			dpc_stats_read_block(&per_cpu_ptr(stats->cpu, i)->stage[stage],
					     epoch, &out[stage]);
		}
		/* Partner: the order in which the stages themselves run. */
		smp_rmb();
	}
}

/**
 * dpc_stats_snapshot - dpc_stats_read(), for a caller that may do it
 * @stats: the accounting
 * @cpu: as for dpc_stats_read()
 * @out: one entry per stage
 * @epoch: the epoch that @out is of
 * @between: called after each try, for tests; NULL: nothing is
 * @context: its argument
 *
 * If a reset comes between, there is another try, but not for ever.  After a last one
 * that met a reset, @out is zero: that was the state at the moment of the last reset, which
 * is a moment of this call.
 *
 * Context: a thread.
 * Return: 0; -EINVAL if there is no such CPU.
 */
int dpc_stats_snapshot(const struct dpc_stats *stats, int cpu,
		       struct dpc_stage_stats out[DPC_STAGE_NR], u32 *epoch,
		       void (*between)(void *context), void *context)
{
	unsigned int tries;
	u32 now;

	if (cpu != DPC_CPU_ALL && (cpu < 0 || cpu >= nr_cpu_ids || !cpu_possible(cpu)))
		return -EINVAL;

	now = atomic_read(&stats->epoch);
	for (tries = 0; tries < DPC_SNAPSHOT_TRIES; tries++) {
		*epoch = now;
		dpc_stats_read_epoch(stats, *epoch, cpu, out);
		if (between)
			between(context);
		now = atomic_read(&stats->epoch);
		if (now == *epoch)
			return 0;
	}
	*epoch = now;
	memset(out, 0, sizeof(*out) * DPC_STAGE_NR);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_stats_snapshot);

/* dpc_stats_read() in the name of the code at @ip. */
int dpc_stats_read_ip(const struct dpc_stats *stats, int cpu,
		      struct dpc_stage_stats out[DPC_STAGE_NR], unsigned long ip)
{
	u32 epoch;

	if ((in_nmi() || in_hardirq() || in_serving_softirq()) &&
	    !dpc_may_wait(ip, "dpc_stats_read"))
		return -EDEADLK;
	return dpc_stats_snapshot(stats, cpu, out, &epoch, NULL, NULL);
}
EXPORT_SYMBOL_GPL(dpc_stats_read_ip);

void dpc_stats_reset(struct dpc_stats *stats)
{
	/*
	 * All stages of all CPUs look at the epoch for each time that they count, and
	 * then it moves on.  Else one of them would count for the new one, and for as
	 * long as this is held up the one before it for the old.  Once more afterwards:
	 * no owner is left with an epoch that has passed, whatever it has missed.
	 */
	atomic_inc(&stats->disarming);
	dpc_stats_disarm(stats);
	smp_mb__before_atomic(); /* all are disarmed */
	atomic_inc(&stats->epoch);
	dpc_stats_disarm(stats);
	smp_mb__before_atomic(); /* partner: dpc_stats_arm(), which sees one of both */
	atomic_dec(&stats->disarming);
}
EXPORT_SYMBOL_GPL(dpc_stats_reset);

int dpc_stats_set_budget(struct dpc_stats *stats, u32 stage, u32 budget_us)
{
	if (stage >= DPC_STAGE_NR || budget_us > DPC_BUDGET_MAX_US)
		return -EINVAL;
	WRITE_ONCE(stats->budget_ns[stage], budget_us * NSEC_PER_USEC);
	/* Partner: dpc_stats_renew(). */
	smp_mb__before_atomic();
	/* Who counts the fast way goes on: such times are within any budget. */
	atomic_inc(&stats->budgets);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_stats_set_budget);

/* Budget of @stage for what is connected from now on. */
u32 dpc_stats_default_budget_us(enum dpc_stage stage)
{
	u32 us = READ_ONCE(dpc_default_budget_us[stage]), sum = 0;
	int i;

	if (us != DPC_BUDGET_SUM)
		return us;
	for (i = 0; i < DPC_STAGE_COMPLETE; i++) {
		us = READ_ONCE(dpc_default_budget_us[i]);
		if (!us)
			return 0;
		sum += us;
	}
	return min_t(u32, sum, DPC_BUDGET_MAX_US);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_stats_default_budget_us);

/* dpc_stats_init() in the name of the code at @ip. */
int dpc_stats_init_ip(struct dpc_stats *stats, const char *name, u32 id, u32 irq, unsigned long ip)
{
	struct dpc_stats_block *block;
	int cpu, stage;

	if (!dpc_may_wait(ip, "dpc_stats_init"))
		return -EDEADLK;
	stats->cpu = alloc_percpu(struct dpc_stats_cpu);
	if (!stats->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		for (stage = 0; stage < DPC_STAGE_NR; stage++) {
			block = &per_cpu_ptr(stats->cpu, cpu)->stage[stage];
			seqcount_init(&block->seq);
			block->epoch = ~0;	/* and fast is 0: dpc_stats_renew() comes first */
		}
	}

	atomic_set(&stats->epoch, 0);
	atomic_set(&stats->disarming, 0);
	atomic_set(&stats->budgets, 0);
	stats->name = name;
	stats->id = id;
	stats->irq = irq;
	stats->named = NULL;
	stats->published = NULL;
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		stats->budget_ns[stage] = dpc_stats_default_budget_us(stage) * NSEC_PER_USEC;

	memset(&stats->report, 0, sizeof(stats->report));
	raw_spin_lock_init(&stats->report.lock);
	INIT_DELAYED_WORK(&stats->report.work, dpc_overrun_print);
	INIT_DELAYED_WORK(&stats->report.tell, dpc_overrun_tell);
	stats->report.next = jiffies;
	stats->report.tell_next = jiffies;
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_stats_init_ip);

/* dpc_stats_destroy() in the name of the code at @ip. */
int dpc_stats_destroy_ip(struct dpc_stats *stats, unsigned long ip)
{
	if (!dpc_may_wait(ip, "dpc_stats_destroy"))
		return -EDEADLK;
	/* Now, not when the interval is over. */
	flush_delayed_work(&stats->report.work);
	/* An overrun may have asked for it beside dpc_stats_tell_overruns(). */
	cancel_delayed_work_sync(&stats->report.tell);
	free_percpu(stats->cpu);
	stats->cpu = NULL;
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_stats_destroy_ip);

int dpc_stats_setup(void)
{
	int err;

	err = dpc_stats_init(&dpc_unbound_stats, "unbound", 0, 0);
	if (err)
		return err;
	err = dpc_stats_init(&dpc_threaded_stats, "threaded", 0, 0);
	if (err)
		dpc_stats_destroy(&dpc_unbound_stats);
	return err;
}

void dpc_stats_teardown(void)
{
	dpc_stats_destroy(&dpc_threaded_stats);
	dpc_stats_destroy(&dpc_unbound_stats);
}
