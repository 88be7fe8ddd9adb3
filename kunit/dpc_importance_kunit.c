// SPDX-License-Identifier: GPL-2.0-only
/* Where in the queue, and how soon: importance and thresholds, Q3 to Q5. */
#include "../module/core/policy.h"

#include "fixture.h"
#include "inside.h"

#define LOW		DPC_IMPORTANCE_LOW
#define MEDIUM		DPC_IMPORTANCE_MEDIUM
#define MEDIUM_HIGH	DPC_IMPORTANCE_MEDIUM_HIGH
#define HIGH		DPC_IMPORTANCE_HIGH

/* A drain that has not ended would take the next object along. */
static bool importance_wait_no_drain(int cpu)
{
	return rec_wait_until(!inside_kicked(cpu));
}

static int importance_init(struct kunit *test)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (!importance_wait_no_drain(cpu))
			return -EBUSY;
	inside_save();
	return fixture_init(test);
}

static void importance_exit(struct kunit *test)
{
	fixture_exit(test);
	inside_restore();
}

/* ---- Order (Q3) ---------------------------------------------------------- */

/* Queue object i with importance[i] on @cpu, all before the first of them can run. */
static void importance_queue_all(struct fixture *fix, int cpu,
				 const enum dpc_importance *importance, int n)
{
	int i;

	local_bh_disable();
	for (i = 0; i < n; i++) {
		dpc_set_importance(&fix->dpc[i], importance[i]);
		dpc_set_cpu(&fix->dpc[i], cpu);
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	}
	local_bh_enable();
}

/* They have run in the order of @tag, after the first @skip calls. */
static void importance_expect_order(struct kunit *test, int skip, const int *tag, int n)
{
	struct fixture *fix = test->priv;
	int i;

	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, skip + n));
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, fix->rec.entry[skip + i].tag, tag[i]);
}

static void importance_high_goes_to_the_head(struct kunit *test)
{
	static const enum dpc_importance queued[] = { MEDIUM, HIGH };
	static const int order[] = { 1, 0 };

	importance_queue_all(test->priv, DPC_CPU_QUEUEING, queued, 2);
	importance_expect_order(test, 0, order, 2);
}

static void importance_high_is_last_in_first_out(struct kunit *test)
{
	static const enum dpc_importance queued[] = { HIGH, HIGH, HIGH };
	static const int order[] = { 2, 1, 0 };

	importance_queue_all(test->priv, DPC_CPU_QUEUEING, queued, 3);
	importance_expect_order(test, 0, order, 3);
}

/* The first one of a queue is High: the next one goes behind it. */
static void importance_high_may_be_the_first(struct kunit *test)
{
	static const enum dpc_importance queued[] = { HIGH, MEDIUM, MEDIUM };
	static const int order[] = { 0, 1, 2 };

	importance_queue_all(test->priv, DPC_CPU_QUEUEING, queued, 3);
	importance_expect_order(test, 0, order, 3);
}

static void importance_others_are_first_in_first_out(struct kunit *test)
{
	static const enum dpc_importance queued[] = {
		MEDIUM_HIGH, LOW, MEDIUM, LOW, MEDIUM_HIGH, MEDIUM
	};
	static const int order[] = { 0, 1, 2, 3, 4, 5 };

	importance_queue_all(test->priv, DPC_CPU_QUEUEING, queued, 6);
	importance_expect_order(test, 0, order, 6);
}

/*
 * queued:  M0 H1 L2 H3 MH4 M5 H6
 * runs:    H6 H3 H1 M0 L2 MH4 M5
 */
static const enum dpc_importance importance_mixed[] = {
	MEDIUM, HIGH, LOW, HIGH, MEDIUM_HIGH, MEDIUM, HIGH
};

static const int importance_mixed_order[] = { 6, 3, 1, 0, 2, 4, 5 };

static void importance_mixed_order_is_kept(struct kunit *test)
{
	importance_queue_all(test->priv, DPC_CPU_QUEUEING, importance_mixed, 7);
	importance_expect_order(test, 0, importance_mixed_order, 7);
}

/* The same in the queue of a CPU that A keeps busy meanwhile. */
static void importance_mixed_order_is_kept_on_another_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[7], 0, 7));
	importance_queue_all(fix, ctx_cpu(1), importance_mixed, 7);
	gate_open(&fix->gate[0]);
	importance_expect_order(test, 1, importance_mixed_order, 7);
}

static void importance_of_no_such_kind_is_refused(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];

	dpc_set_importance(dpc, LOW);
	KUNIT_EXPECT_EQ(test, dpc_set_importance(dpc, HIGH + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_set_importance(dpc, (enum dpc_importance)-1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc->importance, LOW);
}

/* ---- At once, or by the next tick (Q4) ----------------------------------- */

/* A cell of the table, with what it says about each state of the queue. */
struct importance_cell {
	const char		*name;
	enum dpc_importance	importance;
	bool			local;
	bool			neither;	/* the depth limit is not exceeded, the rate high */
	bool			few;		/* the rate is under the minimum */
	bool			deep;		/* the depth limit is exceeded */
	bool			both;
};

static const struct importance_cell importance_cells[] = {
	{ "LOW here",			LOW,		true,	0, 1, 1, 1 },
	{ "LOW elsewhere",		LOW,		false,	0, 0, 1, 1 },
	{ "MEDIUM here",		MEDIUM,		true,	1, 1, 1, 1 },
	{ "MEDIUM elsewhere",		MEDIUM,		false,	0, 0, 1, 1 },
	{ "MEDIUM_HIGH here",		MEDIUM_HIGH,	true,	1, 1, 1, 1 },
	{ "MEDIUM_HIGH elsewhere",	MEDIUM_HIGH,	false,	1, 1, 1, 1 },
	{ "HIGH here",			HIGH,		true,	1, 1, 1, 1 },
	{ "HIGH elsewhere",		HIGH,		false,	1, 1, 1, 1 },
};

static void importance_cell_name(const struct importance_cell *cell, char *desc)
{
	strscpy(desc, cell->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cell, importance_cells, importance_cell_name);

/*
 * Behind a Low object that waits, on a CPU that keeps bottom halves off, so that
 * neither drain nor tick comes in between.
 */
static void importance_check_cell(struct kunit *test, bool deep, bool few, bool at_once)
{
	const struct importance_cell *cell = test->param_value;
	struct fixture *fix = test->priv;
	int cpu = ctx_cpu(!cell->local);
	struct dpc *dpc = &fix->dpc[1];
	bool before, after;

	if (!cell->local)
		ctx_need_cpus(test, 2);
	inside_low_waits(true);
	dpc_set_importance(&fix->dpc[0], LOW);
	dpc_set_importance(dpc, cell->importance);
	dpc_set_cpu(dpc, cpu);
	if (!cell->local)
		KUNIT_ASSERT_TRUE(test, fixture_hold(fix, cpu, &fix->dpc[0], TAG(0), NULL));

	local_bh_disable();
	if (cell->local)
		dpc_queue(&fix->dpc[0], TAG(0), NULL);
	before = inside_kicked(cpu);
	inside_set_limit(cpu, deep ? 1 : 4);
	inside_low_waits(!few);
	dpc_queue(dpc, TAG(1), NULL);
	after = inside_kicked(cpu);
	local_bh_enable();

	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_FALSE(test, before);
	KUNIT_EXPECT_EQ(test, after, at_once);
}

static void importance_starts_the_drain(struct kunit *test)
{
	const struct importance_cell *cell = test->param_value;

	importance_check_cell(test, false, false, cell->neither);
}

static void importance_starts_it_at_a_low_rate(struct kunit *test)
{
	const struct importance_cell *cell = test->param_value;

	importance_check_cell(test, false, true, cell->few);
}

static void importance_starts_it_for_a_deep_queue(struct kunit *test)
{
	const struct importance_cell *cell = test->param_value;

	importance_check_cell(test, true, false, cell->deep);
}

static void importance_starts_it_for_both(struct kunit *test)
{
	const struct importance_cell *cell = test->param_value;

	importance_check_cell(test, true, true, cell->both);
}

/* The decision alone, and exactly where it turns. */
static void importance_depth_limit_is_exceeded_by_one_more(struct kunit *test)
{
	struct dpc_thresholds t = { .limit = 3, .rate = 100 };

	KUNIT_EXPECT_FALSE(test, dpc_policy_immediate(&t, LOW, true, 3));
	KUNIT_EXPECT_TRUE(test, dpc_policy_immediate(&t, LOW, true, 4));
	KUNIT_EXPECT_FALSE(test, dpc_policy_immediate(&t, LOW, false, 3));
	KUNIT_EXPECT_TRUE(test, dpc_policy_immediate(&t, LOW, false, 4));
	KUNIT_EXPECT_FALSE(test, dpc_policy_immediate(&t, MEDIUM, false, 3));
	KUNIT_EXPECT_TRUE(test, dpc_policy_immediate(&t, MEDIUM, false, 4));
}

static void importance_rate_is_under_the_minimum_by_one(struct kunit *test)
{
	struct dpc_thresholds t = { .limit = 4, .rate = 3 };

	KUNIT_EXPECT_FALSE(test, dpc_policy_immediate(&t, LOW, true, 1));
	t.rate = 2;
	KUNIT_EXPECT_TRUE(test, dpc_policy_immediate(&t, LOW, true, 1));
	KUNIT_EXPECT_FALSE(test, dpc_policy_immediate(&t, LOW, false, 1));
}

/* ---- Thresholds (Q5), nothing but arithmetic ----------------------------- */

#define T0	1000UL	/* some time */

static void importance_thresholds_begin_as_documented(struct kunit *test)
{
	struct dpc_thresholds t;

	memset(&t, 0xa5, sizeof(t));
	dpc_thresholds_init(&t, T0);
	KUNIT_EXPECT_EQ(test, dpc_policy.depth_limit, 4);
	KUNIT_EXPECT_EQ(test, dpc_policy.rate_min, 3);
	KUNIT_EXPECT_EQ(test, dpc_policy.rate_ideal, 20);
	KUNIT_EXPECT_EQ(test, dpc_policy.adjust_ticks, 20);
	KUNIT_EXPECT_EQ(test, t.limit, 4);
	KUNIT_EXPECT_EQ(test, t.rate, 0);
	KUNIT_EXPECT_EQ(test, t.count - t.last, 0);
	KUNIT_EXPECT_EQ(test, t.tick, T0);
}

/* rate = ((count - last) + rate) / 2 */
static void importance_rate_is_a_decaying_average(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.count += 10;
	dpc_thresholds_advance(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.rate, 5);
	t.count += 10;
	dpc_thresholds_advance(&t, T0 + 2);
	KUNIT_EXPECT_EQ(test, t.rate, 7);
	dpc_thresholds_advance(&t, T0 + 3);
	KUNIT_EXPECT_EQ(test, t.rate, 3);
}

static void importance_rate_at_a_waiting_tick_is_the_same(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.count += 10;
	dpc_thresholds_waiting(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.rate, 5);
	t.count += 11;
	dpc_thresholds_waiting(&t, T0 + 2);
	KUNIT_EXPECT_EQ(test, t.rate, 8);
}

/* The counter of requests may wrap. */
static void importance_rate_survives_a_wrapping_count(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.last = U32_MAX - 3;
	t.count = t.last + 10;
	dpc_thresholds_advance(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.rate, 5);
}

static void importance_nothing_changes_within_a_tick(struct kunit *test)
{
	struct dpc_thresholds t, before;

	dpc_thresholds_init(&t, T0);
	t.count = 7;
	t.adjust = 19;
	before = t;
	dpc_thresholds_advance(&t, T0);
	KUNIT_EXPECT_EQ(test, memcmp(&t, &before, sizeof(t)), 0);
}

/*
 * Nobody looks while nothing waits: to look once must be to look each time, if the
 * requests come evenly.
 */
static void importance_ticks_that_nobody_saw_count(struct kunit *test)
{
	struct dpc_thresholds one, each;
	unsigned long n, i;

	for (n = 1; n <= 70; n++) {
		dpc_thresholds_init(&one, T0);
		one.rate = 0x7ffffff0;
		one.limit = 1;
		each = one;
		one.count += n * 37;
		dpc_thresholds_advance(&one, T0 + n);
		for (i = 1; i <= n; i++) {
			each.count += 37;
			dpc_thresholds_advance(&each, T0 + i);
		}
		KUNIT_EXPECT_EQ_MSG(test, one.rate, each.rate, "%lu ticks", n);
		KUNIT_EXPECT_EQ_MSG(test, one.limit, each.limit, "%lu ticks", n);
		KUNIT_EXPECT_EQ_MSG(test, one.adjust, each.adjust, "%lu ticks", n);
	}
}

static void importance_waiting_after_ticks_that_nobody_saw(struct kunit *test)
{
	struct dpc_thresholds one, each;

	dpc_thresholds_init(&one, T0);
	one.rate = 4000;
	each = one;
	one.count = 1000;
	each.count = 1000;
	dpc_thresholds_waiting(&one, T0 + 5);
	dpc_thresholds_advance(&each, T0 + 4);
	dpc_thresholds_waiting(&each, T0 + 5);
	KUNIT_EXPECT_EQ(test, memcmp(&one, &each, sizeof(one)), 0);
}

/* jiffies wraps five minutes after the boot, for just this. */
/* The last tick is that of the wait; the one before nobody saw. */
static void importance_waiting_after_one_tick_that_nobody_saw(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, 1000);
	t.count = 8;
	dpc_thresholds_waiting(&t, 1002);
	KUNIT_EXPECT_EQ(test, t.rate, (8 / 2 + 0) / 2);
	KUNIT_EXPECT_EQ(test, t.last, 8);
}

static void importance_time_may_wrap(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, -1UL);
	t.limit = 1;
	t.rate = 8;
	dpc_thresholds_advance(&t, 1);
	KUNIT_EXPECT_EQ(test, t.rate, 2);
	KUNIT_EXPECT_EQ(test, t.adjust, 2);
	KUNIT_EXPECT_EQ(test, t.limit, 1);
}

static void importance_wait_at_a_low_rate_lowers_the_limit(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.rate = 39;
	dpc_thresholds_waiting(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.rate, 19);
	KUNIT_EXPECT_EQ(test, t.limit, 3);
}

static void importance_wait_at_the_ideal_rate_does_not(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.rate = 40;
	dpc_thresholds_waiting(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.rate, 20);
	KUNIT_EXPECT_EQ(test, t.limit, 4);
}

static void importance_limit_is_at_least_one(struct kunit *test)
{
	struct dpc_thresholds t;
	unsigned long i;

	dpc_thresholds_init(&t, T0);
	for (i = 1; i <= 10; i++)
		dpc_thresholds_waiting(&t, T0 + i);
	KUNIT_EXPECT_EQ(test, t.limit, 1);
}

static void importance_limit_rises_each_twentieth_tick(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.limit = 1;
	dpc_thresholds_advance(&t, T0 + 19);
	KUNIT_EXPECT_EQ(test, t.limit, 1);
	dpc_thresholds_advance(&t, T0 + 20);
	KUNIT_EXPECT_EQ(test, t.limit, 2);
	dpc_thresholds_advance(&t, T0 + 39);
	KUNIT_EXPECT_EQ(test, t.limit, 2);
	dpc_thresholds_advance(&t, T0 + 40);
	KUNIT_EXPECT_EQ(test, t.limit, 3);
}

static void importance_limit_rises_up_to_the_parameter(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.limit = 1;
	dpc_thresholds_advance(&t, T0 + 60);
	KUNIT_EXPECT_EQ(test, t.limit, 4);
	dpc_thresholds_advance(&t, T0 + 1000000);
	KUNIT_EXPECT_EQ(test, t.limit, 4);
}

static void importance_wait_starts_the_twenty_ticks_anew(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.limit = 1;
	dpc_thresholds_advance(&t, T0 + 18);
	dpc_thresholds_waiting(&t, T0 + 19);
	dpc_thresholds_advance(&t, T0 + 38);
	KUNIT_EXPECT_EQ(test, t.limit, 1);
	dpc_thresholds_advance(&t, T0 + 39);
	KUNIT_EXPECT_EQ(test, t.limit, 2);
}

static void importance_depth_limit_is_a_parameter(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_policy.depth_limit = 9;
	dpc_thresholds_init(&t, T0);
	KUNIT_EXPECT_EQ(test, t.limit, 9);
	/* Lowered later: holds from the next tick on. */
	dpc_policy.depth_limit = 2;
	dpc_thresholds_advance(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.limit, 2);
}

static void importance_rate_min_is_a_parameter(struct kunit *test)
{
	struct dpc_thresholds t = { .limit = 4, .rate = 50 };

	dpc_policy.rate_min = 51;
	KUNIT_EXPECT_TRUE(test, dpc_policy_immediate(&t, LOW, true, 1));
	dpc_policy.rate_min = 50;
	KUNIT_EXPECT_FALSE(test, dpc_policy_immediate(&t, LOW, true, 1));
}

static void importance_rate_ideal_is_a_parameter(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	dpc_policy.rate_ideal = 0;
	dpc_thresholds_waiting(&t, T0 + 1);
	KUNIT_EXPECT_EQ(test, t.limit, 4);
	dpc_policy.rate_ideal = 1;
	dpc_thresholds_waiting(&t, T0 + 2);
	KUNIT_EXPECT_EQ(test, t.limit, 3);
}

static void importance_adjust_ticks_is_a_parameter(struct kunit *test)
{
	struct dpc_thresholds t;

	dpc_thresholds_init(&t, T0);
	t.limit = 1;
	dpc_policy.adjust_ticks = 5;
	dpc_thresholds_advance(&t, T0 + 4);
	KUNIT_EXPECT_EQ(test, t.limit, 1);
	dpc_thresholds_advance(&t, T0 + 5);
	KUNIT_EXPECT_EQ(test, t.limit, 2);
}

/* ---- Thresholds (Q5) at work --------------------------------------------- */

#define IMPORTANCE_TRIES	50

static void importance_note_ticks(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	/* Pairs with importance_ticks_waited(). */
	smp_store_release(&fix->number, jiffies - (unsigned long)arg1 + 1);
}

/* Queue object 0 and wait for it.  Return: the ticks that it waited; -1 at the limit. */
static long importance_ticks_waited(struct fixture *fix)
{
	WRITE_ONCE(fix->number, 0);
	dpc_queue(&fix->dpc[0], (void *)jiffies, NULL);
	/* Pairs with importance_note_ticks(). */
	return rec_wait_until(smp_load_acquire(&fix->number)) ? fix->number - 1 : -1;
}

static const struct importance_cell importance_waiters[] = {
	{ "LOW here", LOW, true },
	{ "LOW elsewhere", LOW, false },
	{ "MEDIUM elsewhere", MEDIUM, false },
};

KUNIT_ARRAY_PARAM(waiter, importance_waiters, importance_cell_name);

/*
 * It always runs, and never in the tick in which it was queued.  This machine
 * may lose ticks, but it can't lose one each time for ever.
 */
static void importance_waiting_one_runs_by_next_tick(struct kunit *test)
{
	const struct importance_cell *cell = test->param_value;
	struct fixture *fix = test->priv;
	unsigned int i, early = 0, in_time = 0;
	long waited;

	if (!cell->local)
		ctx_need_cpus(test, 2);
	inside_low_waits(true);
	dpc_init(&fix->dpc[0], importance_note_ticks, fix);
	dpc_set_importance(&fix->dpc[0], cell->importance);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(!cell->local));
	for_rounds_until_met(i, 1, IMPORTANCE_TRIES, in_time) {
		KUNIT_ASSERT_TRUE(test, importance_wait_no_drain(ctx_cpu(!cell->local)));
		waited = importance_ticks_waited(fix);
		KUNIT_ASSERT_GE(test, waited, 0);
		early += !waited;
		in_time += waited == 1;
	}
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_GT(test, in_time, 0);
}

static const struct importance_cell importance_hasty[] = {
	{ "MEDIUM_HIGH elsewhere", MEDIUM_HIGH, false },
	{ "HIGH elsewhere", HIGH, false },
};

KUNIT_ARRAY_PARAM(importance_urgent, importance_hasty, importance_cell_name);

/* In the tick in which they were queued; one that waits never does, see above. */
static void importance_urgent_needs_no_tick(struct kunit *test)
{
	const struct importance_cell *cell = test->param_value;
	struct fixture *fix = test->priv;
	unsigned int i, at_once = 0;
	long waited;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], importance_note_ticks, fix);
	dpc_set_importance(&fix->dpc[0], cell->importance);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(1));
	for_rounds_until_met(i, 1, IMPORTANCE_TRIES, at_once) {
		waited = importance_ticks_waited(fix);
		KUNIT_ASSERT_GE(test, waited, 0);
		at_once += !waited;
	}
	KUNIT_EXPECT_GT(test, at_once, 0);
}

static void importance_queue_first(void *arg)
{
	struct fixture *fix = arg;

	dpc_queue(&fix->dpc[0], TAG(0), NULL);
}

KUNIT_ARRAY_PARAM(importance_ctx, ctx_params, ctx_param_name);

static void importance_low_runs_queued_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;

	inside_low_waits(true);
	dpc_set_importance(&fix->dpc[0], LOW);
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, importance_queue_first, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, fix->rec.entry[0].softirq);
}

static void importance_waiting_objects_keep_their_order(struct kunit *test)
{
	static const enum dpc_importance queued[] = { LOW, MEDIUM, LOW, MEDIUM };
	static const int order[] = { 0, 1, 2, 3 };

	ctx_need_cpus(test, 2);
	inside_low_waits(true);
	importance_queue_all(test->priv, ctx_cpu(1), queued, 4);
	importance_expect_order(test, 0, order, 4);
}

/*
 * Whether @n Low objects start the drain.  Bottom halves are off meanwhile, so
 * neither that nor a tick comes in between.
 */
static bool importance_low_start_the_drain(struct fixture *fix, int n)
{
	bool kicked;
	int i;

	inside_low_waits(true);
	local_bh_disable();
	inside_set_limit(ctx_cpu(0), 4);
	for (i = 0; i < n; i++) {
		dpc_set_importance(&fix->dpc[i], LOW);
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	}
	kicked = inside_kicked(ctx_cpu(0));
	local_bh_enable();
	return kicked;
}

static void importance_four_low_objects_wait(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, importance_low_start_the_drain(test->priv, 4));
}

static void importance_fifth_low_object_takes_the_others_along(struct kunit *test)
{
	static const int order[] = { 0, 1, 2, 3, 4 };

	KUNIT_EXPECT_TRUE(test, importance_low_start_the_drain(test->priv, 5));
	importance_expect_order(test, 0, order, 5);
}

/* The depth is what is in the queue, not what was put there. */
static void importance_cancelled_object_is_not_deep(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool fourth, fifth;
	int i;

	inside_low_waits(true);
	local_bh_disable();
	inside_set_limit(ctx_cpu(0), 4);
	for (i = 0; i < 6; i++) {
		dpc_set_importance(&fix->dpc[i], LOW);
		if (i == 4) {
			dpc_cancel(&fix->dpc[0]);
			dpc_cancel(&fix->dpc[1]);
		}
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	}
	fourth = inside_kicked(ctx_cpu(0));
	dpc_set_importance(&fix->dpc[0], LOW);
	dpc_queue(&fix->dpc[0], TAG(0), NULL);
	fifth = inside_kicked(ctx_cpu(0));
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, fourth);
	KUNIT_EXPECT_TRUE(test, fifth);
}

/* L0 waits; M1 starts the drain: L0 M1. */
static void importance_medium_takes_a_waiting_low_along(struct kunit *test)
{
	static const enum dpc_importance queued[] = { LOW, MEDIUM };
	static const int order[] = { 0, 1 };

	inside_low_waits(true);
	importance_queue_all(test->priv, DPC_CPU_QUEUEING, queued, 2);
	importance_expect_order(test, 0, order, 2);
}

static void importance_waiting_tick_lowers_the_queues_limit(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, importance_wait_no_drain(ctx_cpu(1)));
	inside_set_limit(ctx_cpu(1), 4);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(1));
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, inside_limit(ctx_cpu(1)), 3);
}

/* Queueing looks at the time: ticks in which nobody waited raise a limit that was low. */
static void importance_ticks_raise_the_queues_limit(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned long start = jiffies;

	inside_set_limit(ctx_cpu(0), 1);
	WRITE_ONCE(dpc_policy.adjust_ticks, 1);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(time_after(jiffies, start + 3)));
	dpc_set_importance(&fix->dpc[0], LOW);
	/* There are few requests, so it starts the drain, and no tick finds it waiting. */
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_GT(test, inside_limit(ctx_cpu(0)), 1);
}

/* Whatever its importance; what was refused is no request. */
static void importance_each_request_counts(struct kunit *test)
{
	struct fixture *fix = test->priv;
	u32 before, after;
	int i;

	for (i = 0; i < 3; i++)
		dpc_set_importance(&fix->dpc[i], i + 1);
	local_bh_disable();
	before = inside_requests(ctx_cpu(0));
	for (i = 0; i < 6; i++)
		dpc_queue(&fix->dpc[i % 3], NULL, NULL);
	after = inside_requests(ctx_cpu(0));
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, after - before, 3);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&fix->rec, 3));
}

static void importance_linger(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	fixture_note(dpc, context, arg1, arg2);
	ctx_busy_wait_us(10000);
}

/*
 * The tick that object 0 has asked for comes when it has run: between two passes of a
 * drain that is not over.  Nobody waits for a drain to begin.
 */
static void importance_tick_in_a_drain_leaves_the_limit(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	inside_low_waits(true);
	inside_set_limit(ctx_cpu(0), 4);
	dpc_init(&fix->dpc[1], importance_linger, fix);
	dpc_init(&fix->dpc[2], importance_linger, fix);
	dpc_set_importance(&fix->dpc[0], LOW);
	local_bh_disable();
	for (i = 0; i < 4; i++)
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 4));
	KUNIT_EXPECT_EQ(test, inside_limit(ctx_cpu(0)), 4);
}

static void importance_drain_without_a_wait_leaves_the_limit(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, importance_wait_no_drain(ctx_cpu(1)));
	inside_set_limit(ctx_cpu(1), 4);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(1));
	dpc_set_importance(&fix->dpc[0], HIGH);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, inside_limit(ctx_cpu(1)), 4);
}

static void importance_waiting_object_can_be_cancelled(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled;

	inside_low_waits(true);
	dpc_set_importance(&fix->dpc[0], LOW);
	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	cancelled = dpc_cancel(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, cancelled);
	/* The next one that waits: the tick must still be there for it. */
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
}

static void importance_flush_waits_for_what_waits(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int last = num_online_cpus() - 1;
	int i;

	inside_low_waits(true);
	for (i = 0; i < 3; i++) {
		dpc_set_importance(&fix->dpc[i], LOW);
		dpc_set_cpu(&fix->dpc[i], ctx_cpu(last));
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	}
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 3);
}

static struct kunit_case importance_cases[] = {
	KUNIT_CASE(importance_high_goes_to_the_head), /* Q3 */
	KUNIT_CASE(importance_high_is_last_in_first_out), /* Q3 */
	KUNIT_CASE(importance_high_may_be_the_first), /* Q3 */
	KUNIT_CASE(importance_others_are_first_in_first_out), /* Q3 */
	KUNIT_CASE(importance_mixed_order_is_kept), /* Q3 */
	KUNIT_CASE(importance_mixed_order_is_kept_on_another_cpu), /* Q3 Q6 */
	KUNIT_CASE(importance_of_no_such_kind_is_refused), /* Q3 */
	KUNIT_CASE_PARAM(importance_starts_the_drain, cell_gen_params), /* Q4 */
	KUNIT_CASE_PARAM(importance_starts_it_at_a_low_rate, cell_gen_params), /* Q4 */
	KUNIT_CASE_PARAM(importance_starts_it_for_a_deep_queue, cell_gen_params), /* Q4 */
	KUNIT_CASE_PARAM(importance_starts_it_for_both, cell_gen_params), /* Q4 */
	KUNIT_CASE(importance_depth_limit_is_exceeded_by_one_more), /* Q4 */
	KUNIT_CASE(importance_rate_is_under_the_minimum_by_one), /* Q4 */
	KUNIT_CASE(importance_thresholds_begin_as_documented), /* Q5 */
	KUNIT_CASE(importance_rate_is_a_decaying_average), /* Q5 */
	KUNIT_CASE(importance_rate_at_a_waiting_tick_is_the_same), /* Q5 */
	KUNIT_CASE(importance_rate_survives_a_wrapping_count), /* Q5 */
	KUNIT_CASE(importance_nothing_changes_within_a_tick), /* Q5 */
	KUNIT_CASE(importance_ticks_that_nobody_saw_count), /* Q5 */
	KUNIT_CASE(importance_waiting_after_ticks_that_nobody_saw), /* Q5 */
	KUNIT_CASE(importance_waiting_after_one_tick_that_nobody_saw), /* Q5 */
	KUNIT_CASE(importance_time_may_wrap), /* Q5 */
	KUNIT_CASE(importance_wait_at_a_low_rate_lowers_the_limit), /* Q5 */
	KUNIT_CASE(importance_wait_at_the_ideal_rate_does_not), /* Q5 */
	KUNIT_CASE(importance_limit_is_at_least_one), /* Q5 */
	KUNIT_CASE(importance_limit_rises_each_twentieth_tick), /* Q5 */
	KUNIT_CASE(importance_limit_rises_up_to_the_parameter), /* Q5 */
	KUNIT_CASE(importance_wait_starts_the_twenty_ticks_anew), /* Q5 */
	KUNIT_CASE(importance_depth_limit_is_a_parameter), /* Q5 */
	KUNIT_CASE(importance_rate_min_is_a_parameter), /* Q5 */
	KUNIT_CASE(importance_rate_ideal_is_a_parameter), /* Q5 */
	KUNIT_CASE(importance_adjust_ticks_is_a_parameter), /* Q5 */
	KUNIT_CASE_PARAM(importance_waiting_one_runs_by_next_tick, waiter_gen_params), /* Q4 Q5 */
	KUNIT_CASE_PARAM(importance_urgent_needs_no_tick, importance_urgent_gen_params), /* Q4 Q6 */
	KUNIT_CASE_PARAM(importance_low_runs_queued_from, importance_ctx_gen_params), /* Q2 Q5 */
	KUNIT_CASE(importance_waiting_objects_keep_their_order), /* Q3 Q5 */
	KUNIT_CASE(importance_four_low_objects_wait), /* Q4 Q5 */
	KUNIT_CASE(importance_fifth_low_object_takes_the_others_along), /* Q4 Q5 */
	KUNIT_CASE(importance_cancelled_object_is_not_deep), /* Q4 Q7 */
	KUNIT_CASE(importance_medium_takes_a_waiting_low_along), /* Q3 Q4 */
	KUNIT_CASE(importance_waiting_tick_lowers_the_queues_limit), /* Q5 */
	KUNIT_CASE(importance_ticks_raise_the_queues_limit), /* Q5 */
	KUNIT_CASE(importance_each_request_counts), /* Q5 */
	KUNIT_CASE(importance_tick_in_a_drain_leaves_the_limit), /* Q5 */
	KUNIT_CASE(importance_drain_without_a_wait_leaves_the_limit), /* Q5 */
	KUNIT_CASE(importance_waiting_object_can_be_cancelled), /* Q5 Q7 */
	KUNIT_CASE(importance_flush_waits_for_what_waits), /* Q5 Q8 */
	{ }
};

static struct kunit_suite importance_suite = {
	.name = "dpc_importance",
	.init = importance_init,
	.exit = importance_exit,
	.test_cases = importance_cases,
};

kunit_test_suite(importance_suite);
