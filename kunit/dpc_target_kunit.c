// SPDX-License-Identifier: GPL-2.0-only
/* On which CPU a DPC runs: Q6. */
#include "fixture.h"
#include "unplug.h"

enum { TARGET_A, TARGET_B, TARGET_C };

static void target_exit(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, unplug_restore());
	fixture_exit(test);
}

static void target_queue(void *arg)
{
	struct fixture *fix = arg;

	if (dpc_queue(&fix->dpc[0], TAG(TARGET_A), NULL))
		atomic_inc(&fix->queued);
	else
		atomic_inc(&fix->refused);
}

KUNIT_ARRAY_PARAM(target_ctx, ctx_params, ctx_param_name);

static void target_default_is_the_queueing_cpu_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;
	int last = ctx_cpu(num_online_cpus() - 1);

	KUNIT_ASSERT_TRUE(test, ctx_call_on(last, param->ctx, target_queue, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, last);
}

static void target_is_where_it_runs_queued_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;
	int last = ctx_cpu(num_online_cpus() - 1);

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&fix->dpc[0], last), 0);
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, target_queue, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), 1);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, last);
	KUNIT_EXPECT_TRUE(test, fix->rec.entry[0].softirq);
}

static const struct target_importance {
	const char		*name;
	enum dpc_importance	importance;
} target_importances[] = {
	{ "low", DPC_IMPORTANCE_LOW },
	{ "medium", DPC_IMPORTANCE_MEDIUM },
	{ "medium_high", DPC_IMPORTANCE_MEDIUM_HIGH },
	{ "high", DPC_IMPORTANCE_HIGH },
};

static void target_importance_name(const struct target_importance *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(target_importance, target_importances, target_importance_name);

/* From a hard interrupt, to every CPU in turn. */
static void target_can_be_every_cpu(struct kunit *test)
{
	const struct target_importance *param = test->param_value;
	struct fixture *fix = test->priv;
	unsigned int i, cpus = num_online_cpus();

	dpc_set_importance(&fix->dpc[0], param->importance);
	for (i = 0; i < cpus; i++) {
		KUNIT_ASSERT_EQ(test, dpc_set_cpu(&fix->dpc[0], ctx_cpu(i)), 0);
		KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, target_queue, fix));
		KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, i + 1));
		KUNIT_EXPECT_EQ(test, fix->rec.entry[i].cpu, ctx_cpu(i));
	}
}

/*
 * Set as a target, this CPU is as good as the default.  The kernel may have
 * handed softirqs to ksoftirqd, but that can't be the rule.
 */
static void target_this_cpu_has_run_on_return(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, in_time = 0;

	dpc_init(&fix->dpc[0], fixture_count, fix);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(0));
	for_rounds_until_met(i, 1, 20, in_time > 10) {
		dpc_queue(&fix->dpc[0], NULL, NULL);
		in_time += atomic_read(&fix->ran) == i;
		KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->ran, i));
	}
	KUNIT_EXPECT_GT(test, in_time, 10);
}

static const int target_wrong[] = { -2, INT_MIN, INT_MAX };

static void target_that_does_not_exist_is_refused(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];
	int i;

	dpc_set_cpu(dpc, ctx_cpu(0));
	for (i = 0; i < ARRAY_SIZE(target_wrong); i++)
		KUNIT_EXPECT_EQ(test, dpc_set_cpu(dpc, target_wrong[i]), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_set_cpu(dpc, nr_cpu_ids), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc->cpu, ctx_cpu(0));
}

static void target_that_is_offline_is_refused(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	dpc_set_cpu(dpc, ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, unplug_off(cpu));
	KUNIT_EXPECT_EQ(test, dpc_set_cpu(dpc, cpu), -ENXIO);
	KUNIT_EXPECT_EQ(test, dpc->cpu, ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
	KUNIT_EXPECT_EQ(test, dpc_set_cpu(dpc, cpu), 0);
}

static void target_can_be_the_queueing_cpu_again(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(1));
	KUNIT_EXPECT_EQ(test, dpc_set_cpu(&fix->dpc[0], DPC_CPU_QUEUEING), 0);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, ctx_cpu(0));
}

/* Queued for CPU 1, then set to CPU 0: this time CPU 1, next time CPU 0. */
static void target_changed_while_queued_holds_from_the_next_time(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];

	ctx_need_cpus(test, 2);
	dpc_set_cpu(dpc, ctx_cpu(1));
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), dpc, TAG(TARGET_A), NULL));
	dpc_set_cpu(dpc, ctx_cpu(0));
	KUNIT_EXPECT_TRUE(test, dpc_is_queued(dpc));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	dpc_queue(dpc, TAG(TARGET_B), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, TARGET_A, 0)->cpu, ctx_cpu(1));
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, TARGET_B, 0)->cpu, ctx_cpu(0));
}

/* A B, B made High while queued: A B, and the next time B A. */
static void target_importance_changed_while_queued_holds_from_the_next_time(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int round;

	for (round = 0; round < 2; round++) {
		local_bh_disable();
		dpc_queue(&fix->dpc[0], TAG(TARGET_A), NULL);
		dpc_queue(&fix->dpc[1], TAG(TARGET_B), NULL);
		dpc_set_importance(&fix->dpc[1], DPC_IMPORTANCE_HIGH);
		local_bh_enable();
		KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2 * (round + 1)));
	}
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].tag, TARGET_A);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[1].tag, TARGET_B);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[2].tag, TARGET_B);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[3].tag, TARGET_A);
}

/* Queued by CPU 0 for CPU 1, refused there and on CPU 2, runs on CPU 1 once. */
static void target_is_kept_when_others_are_refused(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];

	ctx_need_cpus(test, 3);
	dpc_set_cpu(dpc, ctx_cpu(1));
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[1], 0, TARGET_B));
	KUNIT_EXPECT_TRUE(test, dpc_queue(dpc, TAG(TARGET_A), NULL));
	dpc_set_cpu(dpc, DPC_CPU_QUEUEING);
	KUNIT_ASSERT_TRUE(test, ctx_call_on(ctx_cpu(2), CTX_HARDIRQ, target_queue, fix));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->refused), 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2);
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, TARGET_A, 0)->cpu, ctx_cpu(1));
}

static void target_offline_later_is_the_queueing_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *counts = &fix->dpc[1];
	struct dpc *dpc = &fix->dpc[0];
	int i, in_time = 0;
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	dpc_init(counts, fixture_count, fix);
	dpc_set_cpu(counts, cpu);
	dpc_set_cpu(dpc, cpu);
	KUNIT_ASSERT_TRUE(test, unplug_off(cpu));
	dpc_queue(dpc, TAG(TARGET_A), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, ctx_cpu(0));
	/* As its own, not by way of the other's queue: it has run on return. */
	for_rounds_until_met(i, 2, 21, in_time > 10) {
		dpc_queue(counts, NULL, NULL);
		in_time += atomic_read(&fix->ran) == i;
		KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->ran, i));
	}
	KUNIT_EXPECT_GT(test, in_time, 10);
	/* The target was not forgotten. */
	KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
	dpc_queue(dpc, TAG(TARGET_B), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[1].cpu, cpu);
}

static void target_queue_and_move(void *arg)
{
	struct fixture *fix = arg;
	unsigned int i = 0;

	while (!READ_ONCE(fix->stop)) {
		if (dpc_queue(&fix->dpc[0], NULL, NULL))
			atomic_inc(&fix->queued);
		dpc_set_cpu(&fix->dpc[0], ctx_cpu(i++ % num_online_cpus()));
		dpc_set_importance(&fix->dpc[0], i % (DPC_IMPORTANCE_HIGH + 1));
		cond_resched();
	}
}

/* Operations that meet: the setters, queue and drain, on all CPUs, one object. */
static void target_changes_lose_nothing(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, cpus = min_t(unsigned int, num_online_cpus(), FIX_WORKERS);

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], fixture_count, fix);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i], ctx_cpu(i),
						     target_queue_and_move, fix));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->queued, 100));
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), atomic_read(&fix->ran));
}

static struct kunit_case target_cases[] = {
	KUNIT_CASE_PARAM(target_default_is_the_queueing_cpu_from, target_ctx_gen_params), /* Q6 */
	KUNIT_CASE_PARAM(target_is_where_it_runs_queued_from, target_ctx_gen_params), /* Q6 */
	KUNIT_CASE_PARAM(target_can_be_every_cpu, target_importance_gen_params), /* Q6 */
	KUNIT_CASE(target_this_cpu_has_run_on_return), /* Q6 Q12 */
	KUNIT_CASE(target_that_does_not_exist_is_refused), /* Q6 */
	KUNIT_CASE(target_that_is_offline_is_refused), /* Q6 */
	KUNIT_CASE(target_can_be_the_queueing_cpu_again), /* Q6 */
	KUNIT_CASE(target_changed_while_queued_holds_from_the_next_time), /* Q6 */
	KUNIT_CASE(target_importance_changed_while_queued_holds_from_the_next_time), /* Q6 */
	KUNIT_CASE(target_is_kept_when_others_are_refused), /* Q2 Q6 */
	KUNIT_CASE(target_offline_later_is_the_queueing_cpu), /* Q6 Q16 */
	KUNIT_CASE(target_changes_lose_nothing), /* Q6 */
	{ }
};

static struct kunit_suite target_suite = {
	.name = "dpc_target",
	.init = fixture_init,
	.exit = target_exit,
	.test_cases = target_cases,
};

kunit_test_suite(target_suite);
