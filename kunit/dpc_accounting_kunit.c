// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is counted: M1, and the accounting of M3 and Q14.  First the counters
 * by themselves, fed by hand, then those of an interrupt object.
 */
#include "../module/core/clock.h"
#include "../module/core/served.h"
#include "../module/core/stats.h"
#include "kdev.h"

struct acct_time;

struct acct_test {
	struct kdev_test	kt;	/* first: kdev_exit() knows nothing else */
	struct dpc_stats	stats;
	const struct acct_time	*time;	/* what the workers count */
	int			enough;	/* counts for a reader to meet */
	struct dpc_stage_stats	out[DPC_STAGE_NR];
};

static int acct_init(struct kunit *test)
{
	struct acct_test *at = kunit_kzalloc(test, sizeof(*at), GFP_KERNEL);
	int err, stage;

	if (!at)
		return -ENOMEM;
	err = dpc_stats_init(&at->stats, "acct", 0, 0);
	if (err)
		return err;
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		dpc_stats_set_budget(&at->stats, stage, 0);
	memset(at->out, 0xa5, sizeof(at->out));
	err = kdev_setup(test, &at->kt);
	if (err)
		dpc_stats_destroy(&at->stats);
	return err;
}

static void acct_exit(struct kunit *test)
{
	struct acct_test *at = test->priv;

	kdev_exit(test);
	if (at)
		dpc_stats_destroy(&at->stats);
}

/* What a call that serves @_count interrupts is counted with. */
#define acct_served(_count)	((struct dpc_served){ .first = 1, .last = _count, .count = _count })

static void acct_add(struct acct_test *at, enum dpc_stage stage, u64 ns)
{
	dpc_stats_add(&at->stats, stage, dpc_clock_ticks(ns), NULL, NULL, false);
}

/* What @ns nanoseconds are when they have been ticks of the clock. */
static u64 acct_ns(u64 ns)
{
	return dpc_clock_ns(dpc_clock_ticks(ns));
}

/* Read into @out; the sum over all CPUs. */
static void acct_read(struct kunit *test)
{
	struct acct_test *at = test->priv;

	KUNIT_ASSERT_EQ(test, dpc_stats_read(&at->stats, DPC_CPU_ALL, at->out), 0);
}

/* ---- counters --------------------------------------------------------------- */

static const u32 acct_bounds_us[DPC_HIST_BUCKETS] = { 0, 1, 2, 3, 4, 5, 10, 25, 50, 100, 250 };

static void acct_bound_name(const u32 *bound_us, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u_us", *bound_us);
}

KUNIT_ARRAY_PARAM(acct_bound, acct_bounds_us, acct_bound_name);

/* All but the first: there is no time below 0. */
KUNIT_ARRAY_PARAM(acct_upper_bound, PARAM_SLICE(acct_bounds_us, 1, DPC_HIST_BUCKETS - 1),
		  acct_bound_name);

static void acct_expect_in_bucket(struct kunit *test, u64 ticks, int bucket)
{
	struct acct_test *at = test->priv;
	int i;

	dpc_stats_add(&at->stats, DPC_STAGE_DPC, ticks, NULL, NULL, false);
	acct_read(test);
	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		KUNIT_EXPECT_EQ_MSG(test, at->out[DPC_STAGE_DPC].hist[i], i == bucket,
				    "%llu ticks, bucket %d", ticks, i);
}

/* M1 */
static void acct_time_at_a_bound_is_in_the_one_above(struct kunit *test)
{
	const u32 *bound_us = test->param_value;

	acct_expect_in_bucket(test, dpc_clock_ticks(*bound_us * NSEC_PER_USEC),
			      bound_us - acct_bounds_us);
}

/* M1: by one tick, which may be more than a nanosecond. */
static void acct_time_just_below_a_bound_is_in_the_bucket_below(struct kunit *test)
{
	const u32 *bound_us = test->param_value;

	acct_expect_in_bucket(test, dpc_clock_ticks(*bound_us * NSEC_PER_USEC) - 1,
			      bound_us - acct_bounds_us - 1);
}

/* M1 */
static void acct_time_of_an_hour_is_in_the_last_bucket(struct kunit *test)
{
	acct_expect_in_bucket(test, dpc_clock_ticks(3600 * NSEC_PER_SEC), DPC_HIST_BUCKETS - 1);
}

/* Several are turned into nanoseconds at once: of each, less than one may be lost alone. */
static void acct_expect_total(struct kunit *test, const struct dpc_stage_stats *out, u64 sum)
{
	KUNIT_EXPECT_GE(test, out->total_ns, sum);
	KUNIT_EXPECT_LT(test, out->total_ns, sum + out->count);
}

/* M1 */
static void acct_count_total_and_longest_are_exact(struct kunit *test)
{
	struct acct_test *at = test->priv;
	const struct dpc_stage_stats *dpc = &at->out[DPC_STAGE_DPC];

	acct_add(at, DPC_STAGE_DPC, 700);
	acct_add(at, DPC_STAGE_DPC, 90000);
	acct_add(at, DPC_STAGE_DPC, 1);
	acct_read(test);
	KUNIT_EXPECT_EQ(test, dpc->count, 3);
	acct_expect_total(test, dpc, acct_ns(700) + acct_ns(90000) + acct_ns(1));
	KUNIT_EXPECT_EQ(test, dpc->max_ns, acct_ns(90000));
}

/* M1: of those that are counted fast, too, and of long ones that get shorter. */
static void acct_longest_is_kept(struct kunit *test)
{
	struct acct_test *at = test->priv;
	const struct dpc_stage_stats *isr = &at->out[DPC_STAGE_ISR], *dpc = &at->out[DPC_STAGE_DPC];

	acct_add(at, DPC_STAGE_ISR, 300);
	acct_add(at, DPC_STAGE_ISR, 500);
	acct_add(at, DPC_STAGE_ISR, 400);
	acct_add(at, DPC_STAGE_DPC, 90000);
	acct_add(at, DPC_STAGE_DPC, 5000);
	acct_read(test);
	KUNIT_EXPECT_EQ(test, isr->max_ns, acct_ns(500));
	KUNIT_EXPECT_EQ(test, dpc->max_ns, acct_ns(90000));
}

/*
 * M1: short ones are summed up apart, in half a word each for their time and their
 * number, which is full after a while.
 */
static void acct_any_number_of_short_times_is_counted(struct kunit *test)
{
	struct acct_test *at = test->priv;
	const struct dpc_stage_stats *dpc = &at->out[DPC_STAGE_DPC];
	u64 i, n = div64_u64(5ULL << 30, dpc_clock_ticks(990));

	for (i = 0; i < n; i++) {
		acct_add(at, DPC_STAGE_DPC, 990);
		if (i % 10000 == 0)
			cond_resched();
	}
	acct_read(test);
	KUNIT_EXPECT_EQ(test, dpc->count, n);
	KUNIT_EXPECT_EQ(test, dpc->hist[0], n);
	acct_expect_total(test, dpc, n * acct_ns(990));
}

/* M1 */
static void acct_stages_are_counted_apart(struct kunit *test)
{
	struct acct_test *at = test->priv;
	int stage, i;

	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		for (i = 0; i <= stage; i++)
			acct_add(at, stage, 10);
	acct_read(test);
	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		KUNIT_EXPECT_EQ(test, at->out[stage].count, stage + 1);
		acct_expect_total(test, &at->out[stage], (stage + 1) * acct_ns(10));
	}
}

/* Q14 */
static void acct_coalesced_interrupts_add_up(struct kunit *test)
{
	struct acct_test *at = test->priv;

	dpc_stats_add(&at->stats, DPC_STAGE_DPC, dpc_clock_ticks(10), &acct_served(4), NULL, false);
	dpc_stats_add(&at->stats, DPC_STAGE_DPC, dpc_clock_ticks(10), NULL, NULL, false);
	dpc_stats_add(&at->stats, DPC_STAGE_DPC, dpc_clock_ticks(10), &acct_served(5), NULL, false);
	acct_read(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].coalesced, 7);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].count, 3);
}

/* Q14, M3: what was served is forgotten when the next call is asked for. */
static void acct_served_begins_anew(struct kunit *test)
{
	struct dpc_served sum = { .first = 8, .last = 9, .count = 0, .stage_end = 7 };
	const struct dpc_served one = { .first = 4, .last = 5, .count = 2, .isr_start = 6 };

	dpc_served_merge(&sum, &one);
	KUNIT_EXPECT_EQ(test, sum.first, 4);
	KUNIT_EXPECT_EQ(test, sum.last, 5);
	KUNIT_EXPECT_EQ(test, sum.count, 2);
	KUNIT_EXPECT_EQ(test, sum.isr_start, 6);
	KUNIT_EXPECT_EQ(test, sum.stage_end, 0);
}

static void acct_add_one(void *arg)
{
	acct_add(arg, DPC_STAGE_DPC, 10);
}

/* M1 */
static void acct_cpus_are_counted_apart_and_summed(struct kunit *test)
{
	struct acct_test *at = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, ctx_call_on(ctx_cpu(0), CTX_THREAD, acct_add_one, at));
	KUNIT_ASSERT_TRUE(test, ctx_call_on(ctx_cpu(1), CTX_THREAD, acct_add_one, at));
	KUNIT_ASSERT_TRUE(test, ctx_call_on(ctx_cpu(1), CTX_THREAD, acct_add_one, at));
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&at->stats, ctx_cpu(0), at->out), 0);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].count, 1);
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&at->stats, ctx_cpu(1), at->out), 0);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].count, 2);
	acct_read(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].count, 3);
}

/* M1 */
static void acct_read_refuses_cpus_that_are_not_there(struct kunit *test)
{
	struct acct_test *at = test->priv;

	KUNIT_EXPECT_EQ(test, dpc_stats_read(&at->stats, -2, at->out), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_stats_read(&at->stats, nr_cpu_ids, at->out), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_stats_read(&at->stats, INT_MAX, at->out), -EINVAL);
	KUNIT_EXPECT_NULL(test, memchr_inv(at->out, 0xa5, sizeof(at->out)));
}

/* M1 */
static void acct_reset_empties_everything(struct kunit *test)
{
	struct acct_test *at = test->priv;
	unsigned int i;
	int stage;

	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		dpc_stats_add(&at->stats, stage, dpc_clock_ticks(10), &acct_served(2), NULL, false);
	for (i = 0; i < num_online_cpus(); i++)
		KUNIT_ASSERT_TRUE(test, ctx_call_on(ctx_cpu(i), CTX_THREAD, acct_add_one, at));
	dpc_stats_reset(&at->stats);
	acct_read(test);
	KUNIT_EXPECT_NULL(test, memchr_inv(at->out, 0, sizeof(at->out)));
}

/* M1 */
static void acct_after_a_reset_only_new_times_count(struct kunit *test)
{
	struct acct_test *at = test->priv;
	const struct dpc_stage_stats *dpc = &at->out[DPC_STAGE_DPC];

	dpc_stats_add(&at->stats, DPC_STAGE_DPC, dpc_clock_ticks(90000), &acct_served(6), NULL,
		      false);
	dpc_stats_reset(&at->stats);
	dpc_stats_add(&at->stats, DPC_STAGE_DPC, dpc_clock_ticks(20), &acct_served(2), NULL, false);
	acct_read(test);
	KUNIT_EXPECT_EQ(test, dpc->count, 1);
	KUNIT_EXPECT_EQ(test, dpc->total_ns, acct_ns(20));
	KUNIT_EXPECT_EQ(test, dpc->max_ns, acct_ns(20));
	KUNIT_EXPECT_EQ(test, dpc->coalesced, 1);
	KUNIT_EXPECT_EQ(test, dpc->hist[0], 1);
}

/* M1: nothing is looked at for a short time, unless somebody has said so. */
static void acct_short_time_after_a_reset_counts(struct kunit *test)
{
	struct acct_test *at = test->priv;
	const struct dpc_stage_stats *dpc = &at->out[DPC_STAGE_DPC];
	int i;

	for (i = 0; i < 10; i++)
		acct_add(at, DPC_STAGE_DPC, 30);
	dpc_stats_reset(&at->stats);
	acct_add(at, DPC_STAGE_DPC, 20);
	acct_read(test);
	KUNIT_EXPECT_EQ(test, dpc->count, 1);
	KUNIT_EXPECT_EQ(test, dpc->total_ns, acct_ns(20));
	KUNIT_EXPECT_EQ(test, dpc->max_ns, acct_ns(20));
}

/*
 * Every time is this long, so that sums can be checked.  Short ones are counted
 * another way than long ones, or those that serve several interrupts.
 */
static const struct acct_time {
	const char	*name;
	u32		ns;
	u32		coalesced;
	int		bucket;
} acct_times[] = {
	{ "long", 1500, 1, 1 },
	{ "short", 500, 0, 0 },
};

static void acct_time_name(const struct acct_time *time, char *desc)
{
	strscpy(desc, time->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(acct_time, acct_times, acct_time_name);
/* The first: short ones may be told by the old epoch for as long as a reset takes. */
KUNIT_ARRAY_PARAM(acct_long_time, PARAM_SLICE(acct_times, 0, 1), acct_time_name);

static void acct_worker(void *arg)
{
	struct acct_test *at = arg;
	const struct acct_time *time = at->time;
	int stage;

	while (!READ_ONCE(at->kt.stop)) {
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			dpc_stats_add(&at->stats, stage, dpc_clock_ticks(time->ns),
				      &acct_served(time->coalesced + 1), NULL, false);
		atomic_inc(&at->kt.isrs);
		cond_resched();
	}
}

static bool acct_start_workers(struct kunit *test)
{
	struct acct_test *at = test->priv;
	unsigned int i;

	at->time = test->param_value;
	/* CPU 0 is the test's, as reader. */
	for (i = 1; i < min_t(unsigned int, num_online_cpus(), CTX_CPUS_MAX); i++)
		if (!worker_start(&at->kt.worker[i], ctx_cpu(i), acct_worker, at))
			return false;
	if (!kdev_wait(&at->kt.isrs, 100))
		return false;
	at->enough = atomic_read(&at->kt.isrs) + 1000;
	return true;
}

/* Readers go on until the workers have counted that often beside them. */
static bool acct_met(struct acct_test *at)
{
	return atomic_read(&at->kt.isrs) >= at->enough;
}

static bool acct_stop_workers(struct acct_test *at)
{
	bool ok = true;
	int i;

	WRITE_ONCE(at->kt.stop, true);
	for (i = 0; i < CTX_CPUS_MAX; i++)
		ok &= worker_join(&at->kt.worker[i]);
	return ok;
}

/* Do the fields of each stage belong together?  For the total see acct_expect_total(). */
static bool acct_is_torn(const struct acct_test *at)
{
	const struct acct_time *time = at->time;
	int stage;

	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		const struct dpc_stage_stats *out = &at->out[stage];
		u64 more = out->total_ns - out->count * acct_ns(time->ns);

		if (more > out->count || out->coalesced != out->count * time->coalesced ||
		    out->hist[time->bucket] != out->count)
			return true;
	}
	return false;
}

/* By how much a later stage is ahead of the one before; at most 0 is right. */
static s64 acct_ahead(const struct dpc_stage_stats out[DPC_STAGE_NR])
{
	s64 ahead = S64_MIN;
	int stage;

	for (stage = 1; stage < DPC_STAGE_NR; stage++)
		ahead = max(ahead, (s64)(out[stage].count - out[stage - 1].count));
	return ahead;
}

/* M1: each stage of a snapshot is a whole. */
static void acct_snapshot_is_whole_while_others_count(struct kunit *test)
{
	struct acct_test *at = test->priv;
	int i, torn = 0;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, acct_start_workers(test));
	for_rounds_until_met(i, 1, 2000, acct_met(at)) {
		dpc_stats_read(&at->stats, DPC_CPU_ALL, at->out);
		torn += acct_is_torn(at);
	}
	KUNIT_EXPECT_TRUE(test, acct_met(at));
	KUNIT_EXPECT_EQ(test, torn, 0);
}

/* M1: no effect without its cause. */
static void acct_snapshot_never_shows_a_later_stage_ahead(struct kunit *test)
{
	struct acct_test *at = test->priv;
	s64 ahead = S64_MIN;
	int i;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, acct_start_workers(test));
	for_rounds_until_met(i, 1, 2000, acct_met(at)) {
		dpc_stats_read(&at->stats, DPC_CPU_ALL, at->out);
		ahead = max(ahead, acct_ahead(at->out));
	}
	KUNIT_EXPECT_TRUE(test, acct_met(at));
	KUNIT_EXPECT_LE(test, ahead, (s64)0);
}

/* M1 */
static void acct_counts_never_go_back(struct kunit *test)
{
	struct acct_test *at = test->priv;
	u64 last[DPC_STAGE_NR] = { };
	int i, stage, back = 0;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, acct_start_workers(test));
	for_rounds_until_met(i, 1, 2000, acct_met(at)) {
		dpc_stats_read(&at->stats, DPC_CPU_ALL, at->out);
		for (stage = 0; stage < DPC_STAGE_NR; stage++) {
			back += at->out[stage].count < last[stage];
			last[stage] = at->out[stage].count;
		}
	}
	KUNIT_EXPECT_TRUE(test, acct_met(at));
	KUNIT_EXPECT_EQ(test, back, 0);
}

/* M1 */
static void acct_nothing_is_lost(struct kunit *test)
{
	struct acct_test *at = test->priv;
	int stage;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, acct_start_workers(test));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&at->kt.isrs, 5000));
	KUNIT_ASSERT_TRUE(test, acct_stop_workers(at));
	acct_read(test);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		KUNIT_EXPECT_EQ(test, at->out[stage].count, atomic_read(&at->kt.isrs));
}

static void acct_reset_worker(void *arg)
{
	struct acct_test *at = arg;

	while (!READ_ONCE(at->kt.stop)) {
		dpc_stats_reset(&at->stats);
		usleep_range(100, 200);
	}
}

/* Operations that meet: reset and writers; a time falls before or after, never half. */
static void acct_reset_tears_no_stage(struct kunit *test)
{
	struct acct_test *at = test->priv;
	int i, torn = 0;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, acct_start_workers(test));
	KUNIT_ASSERT_TRUE(test, worker_start(&at->kt.worker[0], ctx_cpu(0), acct_reset_worker,
					     at));
	for_rounds_until_met(i, 1, 2000, acct_met(at)) {
		dpc_stats_read(&at->stats, DPC_CPU_ALL, at->out);
		torn += acct_is_torn(at);
		cond_resched();
	}
	KUNIT_EXPECT_TRUE(test, acct_met(at));
	KUNIT_EXPECT_EQ(test, torn, 0);
}

/*
 * The same for the order of the stages.  What was between two stages when the
 * reset came, one per CPU at most, is all that a later stage may be ahead by.
 */
static void acct_reset_splits_no_snapshot(struct kunit *test)
{
	struct acct_test *at = test->priv;
	s64 ahead = S64_MIN;
	int i;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, acct_start_workers(test));
	/* On another CPU than the reader, so that it can come in between. */
	KUNIT_ASSERT_TRUE(test, worker_start(&at->kt.worker[0], ctx_cpu(1), acct_reset_worker,
					     at));
	for_rounds_until_met(i, 1, 3000, acct_met(at)) {
		dpc_stats_read(&at->stats, DPC_CPU_ALL, at->out);
		ahead = max(ahead, acct_ahead(at->out));
	}
	KUNIT_EXPECT_TRUE(test, acct_met(at));
	KUNIT_EXPECT_LE(test, ahead, (s64)num_online_cpus());
}

/* ---- DPCs without an interrupt object ------------------------------------------------- */

static void acct_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	unsigned int us = (unsigned long)context;

	if (us)
		udelay(us);
}

/* More than a drain counts at once, and every so many of them too long for that. */
#define ACCT_DPCS	400
#define ACCT_DPC_LONG	150

/* M1 */
static void acct_every_dpc_of_a_pass_is_counted(struct kunit *test)
{
	struct dpc *dpc = kunit_kcalloc(test, ACCT_DPCS, sizeof(*dpc), GFP_KERNEL);
	struct dpc_stage_stats before[DPC_STAGE_NR], after[DPC_STAGE_NR];
	const struct dpc_stage_stats *was = &before[DPC_STAGE_DPC], *is = &after[DPC_STAGE_DPC];
	unsigned int i, longs = 0;
	u64 in_buckets = 0;

	KUNIT_ASSERT_NOT_NULL(test, dpc);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&dpc_unbound_stats, DPC_CPU_ALL, before), 0);
	local_bh_disable();
	for (i = 0; i < ACCT_DPCS; i++) {
		bool is_long = i % ACCT_DPC_LONG == ACCT_DPC_LONG - 1;

		longs += is_long;
		dpc_init(&dpc[i], acct_routine, (void *)(is_long ? 20UL : 0UL));
		dpc_queue(&dpc[i], NULL, NULL);
	}
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&dpc_unbound_stats, DPC_CPU_ALL, after), 0);
	KUNIT_EXPECT_EQ(test, is->count - was->count, ACCT_DPCS);
	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		in_buckets += is->hist[i] - was->hist[i];
	KUNIT_EXPECT_EQ(test, in_buckets, ACCT_DPCS);
	/* At least: who emulates the CPU may stop it at any time. */
	KUNIT_EXPECT_LE(test, is->hist[0] - was->hist[0], ACCT_DPCS - longs);
	KUNIT_EXPECT_GE(test, is->total_ns - was->total_ns, longs * 20 * NSEC_PER_USEC);
}

static u64 acct_unbound(struct kunit *test, int cpu, u64 *total_ns)
{
	struct acct_test *at = test->priv;

	KUNIT_ASSERT_EQ(test, dpc_stats_read(&dpc_unbound_stats, cpu, at->out), 0);
	if (total_ns)
		*total_ns = at->out[DPC_STAGE_DPC].total_ns;
	return at->out[DPC_STAGE_DPC].count;
}

/* Enough that some of them are short, and are counted together. */
#define ACCT_BEFORE	50

struct acct_mark {
	struct dpc	before[ACCT_BEFORE];
	struct dpc	behind;
	struct gate	queued;
};

static void acct_at_gate(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	gate_pass(context);
}

static void acct_queue_before(void *arg)
{
	struct acct_mark *mark = arg;
	int i;

	local_bh_disable();
	for (i = 0; i < ACCT_BEFORE; i++)
		dpc_queue(&mark->before[i], NULL, NULL);
	gate_pass(&mark->queued);
	local_bh_enable();
}

static void acct_flush(void *arg)
{
	dpc_flush_all();
}

/* M1: when a flush ends, what it waited for is counted, once, although the drain goes on. */
static void acct_flushed_calls_are_counted(struct kunit *test)
{
	struct acct_mark *mark = kunit_kzalloc(test, sizeof(*mark), GFP_KERNEL);
	struct acct_test *at = test->priv;
	struct kdev_test *kt = &at->kt;
	struct worker *flusher = &kt->worker[1];
	int i, cpu = ctx_cpu(1);
	u64 before;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_NOT_NULL(test, mark);
	gate_init(&mark->queued);
	for (i = 0; i < ACCT_BEFORE; i++)
		dpc_init(&mark->before[i], acct_routine, NULL);
	dpc_init(&mark->behind, acct_at_gate, &kt->gate[0]);
	dpc_set_cpu(&mark->behind, cpu);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	before = acct_unbound(test, cpu, NULL);
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], cpu, acct_queue_before, mark));
	KUNIT_EXPECT_TRUE(test, gate_wait_arrived(&mark->queued, 1));
	KUNIT_EXPECT_TRUE(test, worker_start(flusher, ctx_cpu(0), acct_flush, NULL));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(flusher));
	KUNIT_EXPECT_TRUE(test, dpc_queue(&mark->behind, NULL, NULL));
	gate_open(&mark->queued);
	KUNIT_EXPECT_TRUE(test, worker_join(flusher));
	KUNIT_EXPECT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_EXPECT_EQ(test, acct_unbound(test, cpu, NULL), before + ACCT_BEFORE);
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, acct_unbound(test, cpu, NULL), before + ACCT_BEFORE + 1);
}

/* ---- an interrupt object -------------------------------------------------------- */

KUNIT_ARRAY_PARAM(acct_any, kdev_two_models, kdev_model_name);
KUNIT_ARRAY_PARAM(acct_hard, kdev_two_hard_models, kdev_model_name);

static struct kdev_test *acct_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct acct_test *at = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(&at->kt, model->model, model->flags), 0);
	return &at->kt;
}

/* Let all stages end, and read. */
static void acct_settle(struct kunit *test)
{
	struct acct_test *at = test->priv;

	dpc_interrupt_disable(&at->kt.kdev->intr);
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&at->kt.kdev->intr.stats, DPC_CPU_ALL, at->out), 0);
}

static void acct_complete(struct kdev_test *kt, const struct dpc_served *served)
{
	dpc_interrupt_complete(&kt->kdev->intr, served);
}

/* M1, M3 */
static void acct_each_stage_of_each_interrupt_is_counted(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;
	int i, stage;

	kt->ask_work = true;
	kt->in_work = acct_complete;
	for (i = 1; i <= 5; i++) {
		KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, i));
	}
	acct_settle(test);
	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		KUNIT_EXPECT_EQ(test, at->out[stage].count, 5);
		KUNIT_EXPECT_EQ(test, at->out[stage].coalesced, 0);
	}
}

/* I1, M1 */
static void acct_unhandled_interrupt_is_not_counted(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;

	kt->not_ours = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_interrupt_unhandled(&kt->kdev->intr)));
	acct_settle(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR].count, 0);
}

/* I2: a call that serves no interrupt waited for none. */
static void acct_request_by_a_thread_is_no_hand_over(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;

	dpc_interrupt_request_dpc(&kt->kdev->intr);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	acct_settle(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR_TO_DPC].count, 0);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].count, 1);
}

/* M1: nor does a work item complete one, although there was one before. */
static void acct_request_by_a_thread_completes_nothing(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;

	kt->ask_work = true;
	kt->in_work = acct_complete;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	dpc_interrupt_request_work(&kt->kdev->intr, NULL);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 2));
	acct_settle(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_COMPLETE].count, 1);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_WORK].count, 2);
}

static void acct_hit_first_call(struct kdev_test *kt, struct dpc_served *served)
{
	int i;

	for (i = 0; served->last == 1 && i < 3; i++)
		if (!kdev_fire_here(kt))
			atomic_inc(&kt->overlaps);
}

/* Q14: interrupt 1, then 2 to 4 in one call: two beyond the first. */
static void acct_coalesced_interrupts_are_counted(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;

	kdev_need_hits(test, test->param_value);
	kt->in_dpc = acct_hit_first_call;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	acct_settle(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR].count, 4);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR_TO_DPC].count, 2);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR_TO_DPC].coalesced, 2);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].coalesced, 2);
}

static void acct_linger_in_isr(struct kdev_test *kt)
{
	ctx_busy_wait_us(300);
}

static void acct_linger_in_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	ctx_busy_wait_us(2000);
}

static void acct_linger_in_work(struct kdev_test *kt, const struct dpc_served *served)
{
	ctx_busy_wait_us(20000);
	acct_complete(kt, served);
}

/* M1: a stage's time holds what its routine took. */
static void acct_times_are_those_of_the_routines(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;

	kt->ask_work = true;
	kt->in_isr = acct_linger_in_isr;
	kt->in_dpc = acct_linger_in_dpc;
	kt->in_work = acct_linger_in_work;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	acct_settle(test);
	KUNIT_EXPECT_GE(test, at->out[DPC_STAGE_ISR].max_ns, 300 * NSEC_PER_USEC);
	KUNIT_EXPECT_GE(test, at->out[DPC_STAGE_DPC].max_ns, 2000 * NSEC_PER_USEC);
	KUNIT_EXPECT_GE(test, at->out[DPC_STAGE_WORK].max_ns, 20 * NSEC_PER_MSEC);
	/* From the start of the ISR to the end of all that; a passive ISR may contain its DPC. */
	KUNIT_EXPECT_GE(test, at->out[DPC_STAGE_COMPLETE].max_ns,
			at->out[DPC_STAGE_DPC].max_ns + 20 * NSEC_PER_MSEC);
}

/* M1: what the hand-over took is in its own stage; of a call for two, that of the first. */
static void acct_time_with_bh_off_is_hand_over_time(struct kunit *test)
{
	struct acct_test *at = test->priv;
	struct kdev_test *kt = &at->kt;
	bool hit;

	kdev_need_hits(test, &kdev_models[0]);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	local_bh_disable();
	hit = kdev_fire_here(kt);
	ctx_busy_wait_us(2000);
	hit &= kdev_fire_here(kt);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, hit);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	acct_settle(test);
	KUNIT_EXPECT_GE(test, at->out[DPC_STAGE_ISR_TO_DPC].max_ns, 2000 * NSEC_PER_USEC);
}

/* M1: what the DPC of an interrupt object takes is not the time of those around it. */
static void acct_time_of_an_object_is_its_own(struct kunit *test)
{
	struct acct_test *at = test->priv;
	struct kdev_test *kt = &at->kt;
	u64 before, after, least = U64_MAX;
	struct dpc *dpc;
	bool hit;
	int i;

	kdev_need_hits(test, &kdev_models[0]);
	dpc = kunit_kcalloc(test, 2, sizeof(*dpc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dpc);
	dpc_init(&dpc[0], acct_routine, NULL);
	dpc_init(&dpc[1], acct_routine, NULL);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	kt->in_dpc = acct_linger_in_dpc;
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	/* Once is enough; others are for those who emulate the CPU and stop it meanwhile. */
	for_rounds_until_met(i, 1, 1, least < NSEC_PER_MSEC) {
		acct_unbound(test, DPC_CPU_ALL, &before);
		local_bh_disable();
		dpc_queue(&dpc[0], NULL, NULL);
		hit = kdev_fire_here(kt);
		dpc_queue(&dpc[1], NULL, NULL);
		local_bh_enable();
		KUNIT_ASSERT_TRUE(test, hit);
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, i));
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		acct_unbound(test, DPC_CPU_ALL, &after);
		least = min(least, after - before);
	}
	KUNIT_EXPECT_LT(test, least, NSEC_PER_MSEC);
}

/* M3, Q14: the counters of a storm agree with what the stages saw. */
static void acct_storm_is_counted_exactly(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 100));
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	acct_settle(test);
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR].count, atomic_read(&kt->isrs));
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_DPC].count, atomic_read(&kt->dpcs));
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_WORK].count, atomic_read(&kt->works));
	KUNIT_EXPECT_EQ(test, at->out[DPC_STAGE_ISR_TO_DPC].count +
			at->out[DPC_STAGE_ISR_TO_DPC].coalesced, atomic_read(&kt->asked));
}

/* M1: under traffic no DPC shows before its ISR, no work item before its DPC. */
static void acct_traffic_never_shows_a_later_stage_ahead(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;
	int i, ahead = 0;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for_rounds_until_met(i, 1, 2000, atomic_read(&kt->works) >= 50) {
		dpc_stats_read(&kt->kdev->intr.stats, DPC_CPU_ALL, at->out);
		ahead += at->out[DPC_STAGE_ISR_TO_DPC].count > at->out[DPC_STAGE_ISR].count ||
			 at->out[DPC_STAGE_DPC].count > at->out[DPC_STAGE_ISR_TO_DPC].count ||
			 at->out[DPC_STAGE_DPC_TO_WORK].count > at->out[DPC_STAGE_DPC].count ||
			 at->out[DPC_STAGE_WORK].count > at->out[DPC_STAGE_DPC_TO_WORK].count;
		cond_resched();
	}
	KUNIT_EXPECT_GE(test, atomic_read(&kt->works), 50);
	KUNIT_EXPECT_EQ(test, ahead, 0);
}

/* Operations that meet: reset and traffic. */
static void acct_reset_meets_traffic(struct kunit *test)
{
	struct kdev_test *kt = acct_connect(test);
	struct acct_test *at = test->priv;
	int i, stage, wrong = 0;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for_rounds_until_met(i, 1, 200, atomic_read(&kt->works) >= 50) {
		dpc_stats_reset(&kt->kdev->intr.stats);
		dpc_stats_read(&kt->kdev->intr.stats, DPC_CPU_ALL, at->out);
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			wrong += at->out[stage].max_ns > at->out[stage].total_ns;
		usleep_range(50, 100);
	}
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	dpc_interrupt_disable(&kt->kdev->intr);
	dpc_stats_reset(&kt->kdev->intr.stats);
	acct_settle(test);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(at->out, 0, sizeof(at->out)));
}

#define ACCT_ANY(_case)		KUNIT_CASE_PARAM(_case, acct_any_gen_params)
#define ACCT_HARD(_case)	KUNIT_CASE_PARAM(_case, acct_hard_gen_params)

static struct kunit_case acct_cases[] = {
	KUNIT_CASE_PARAM(acct_time_at_a_bound_is_in_the_one_above, acct_bound_gen_params), /* M1 */
	KUNIT_CASE_PARAM(acct_time_just_below_a_bound_is_in_the_bucket_below,
			 acct_upper_bound_gen_params), /* M1 */
	KUNIT_CASE(acct_time_of_an_hour_is_in_the_last_bucket), /* M1 */
	KUNIT_CASE(acct_count_total_and_longest_are_exact), /* M1 */
	KUNIT_CASE(acct_longest_is_kept), /* M1 */
	KUNIT_CASE(acct_any_number_of_short_times_is_counted), /* M1 */
	KUNIT_CASE(acct_stages_are_counted_apart), /* M1 */
	KUNIT_CASE(acct_coalesced_interrupts_add_up), /* Q14 M1 */
	KUNIT_CASE(acct_served_begins_anew), /* Q14 M3 */
	KUNIT_CASE(acct_cpus_are_counted_apart_and_summed), /* M1 */
	KUNIT_CASE(acct_read_refuses_cpus_that_are_not_there), /* M1 */
	KUNIT_CASE(acct_reset_empties_everything), /* M1 */
	KUNIT_CASE(acct_after_a_reset_only_new_times_count), /* M1 */
	KUNIT_CASE(acct_short_time_after_a_reset_counts), /* M1 */
	KUNIT_CASE_PARAM(acct_snapshot_is_whole_while_others_count, acct_time_gen_params), /* M1 */
	KUNIT_CASE_PARAM(acct_snapshot_never_shows_a_later_stage_ahead,
			 acct_time_gen_params), /* M1 */
	KUNIT_CASE_PARAM(acct_counts_never_go_back, acct_time_gen_params), /* M1 */
	KUNIT_CASE_PARAM(acct_nothing_is_lost, acct_time_gen_params), /* M1 */
	KUNIT_CASE_PARAM(acct_reset_tears_no_stage, acct_time_gen_params), /* M1 */
	KUNIT_CASE_PARAM(acct_reset_splits_no_snapshot, acct_long_time_gen_params), /* M1 */
	KUNIT_CASE(acct_every_dpc_of_a_pass_is_counted), /* M1 */
	KUNIT_CASE(acct_flushed_calls_are_counted), /* M1 */
	ACCT_ANY(acct_each_stage_of_each_interrupt_is_counted), /* M1 M3 */
	ACCT_ANY(acct_unhandled_interrupt_is_not_counted), /* I1 M1 */
	ACCT_ANY(acct_request_by_a_thread_is_no_hand_over), /* I2 M1 */
	ACCT_ANY(acct_request_by_a_thread_completes_nothing), /* I2 M1 */
	ACCT_HARD(acct_coalesced_interrupts_are_counted), /* Q14 M1 */
	ACCT_ANY(acct_times_are_those_of_the_routines), /* M1 */
	KUNIT_CASE(acct_time_with_bh_off_is_hand_over_time), /* M1 */
	KUNIT_CASE(acct_time_of_an_object_is_its_own), /* M1 */
	ACCT_ANY(acct_storm_is_counted_exactly), /* Q14 M1 M3 */
	ACCT_HARD(acct_traffic_never_shows_a_later_stage_ahead), /* M1 */
	ACCT_ANY(acct_reset_meets_traffic), /* M1 */
	{ }
};

static struct kunit_suite acct_suite = {
	.name = "dpc_accounting",
	.init = acct_init,
	.exit = acct_exit,
	.test_cases = acct_cases,
};

kunit_test_suite(acct_suite);
