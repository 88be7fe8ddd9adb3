// SPDX-License-Identifier: GPL-2.0
/* Cancelling: Q7. */
#include "fixture.h"

#include <linux/slab.h>

enum { CANCEL_A, CANCEL_B, CANCEL_C };

/* Q7 */
static void cancel_queued_object_returns_true(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	cancelled = dpc_cancel(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, cancelled);
}

/* Q7 */
static void cancel_true_means_never_runs(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	cancelled = dpc_cancel(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_TRUE(test, cancelled);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 0);
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(&fix->dpc[0]));
}

/* Q7 */
static void cancel_idle_object_returns_false(struct kunit *test)
{
	struct fixture *fix = test->priv;

	KUNIT_EXPECT_FALSE(test, dpc_cancel(&fix->dpc[0]));
}

/* Q7 */
static void cancel_twice_returns_true_once(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool first, second;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	first = dpc_cancel(&fix->dpc[0]);
	second = dpc_cancel(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, first);
	KUNIT_EXPECT_FALSE(test, second);
}

/* Q7 */
static void cancel_done_object_returns_false(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_FALSE(test, dpc_cancel(&fix->dpc[0]));
}

static void cancel_itself(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;
	struct rec_entry *entry = recorder_begin(&fix->rec, CANCEL_A);

	entry->answer = dpc_cancel(dpc);
	recorder_end(&fix->rec, entry);
}

/* Q7 */
static void cancel_inside_its_routine_returns_false(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], cancel_itself, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_FALSE(test, fix->rec.entry[0].answer);
}

static void cancel_requeued(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;
	struct rec_entry *entry = recorder_begin(&fix->rec, CANCEL_A);

	dpc_queue(dpc, NULL, NULL);
	entry->answer = dpc_cancel(dpc);
	recorder_end(&fix->rec, entry);
}

/* Q7, Q9 */
static void cancel_takes_back_what_the_routine_queued_again(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], cancel_requeued, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, fix->rec.entry[0].answer);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
}

/* Q7: the routine stands at a gate over there and still does when we are back. */
static void cancel_does_not_wait_for_a_routine_on_another_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled;
	u64 done;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, CANCEL_A));
	cancelled = dpc_cancel(&fix->dpc[0]);
	/* Pairs with fixture_gated(). */
	done = smp_load_acquire(&fix->seen);
	KUNIT_EXPECT_FALSE(test, cancelled);
	KUNIT_EXPECT_EQ(test, done, 0);
}

/* Q7 */
static void cancel_reaches_the_queue_of_another_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], NULL, NULL));
	KUNIT_EXPECT_TRUE(test, dpc_cancel(&fix->dpc[0]));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 0);
}

/* Q2, Q7 */
static void cancel_lets_the_object_be_queued_anew(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], TAG(CANCEL_A), NULL);
	dpc_cancel(&fix->dpc[0]);
	queued = dpc_queue(&fix->dpc[0], TAG(CANCEL_B), NULL);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].tag, CANCEL_B);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
}

/* Q3, Q7: A B C, without B. */
static void cancel_keeps_the_order_of_the_others(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	local_bh_disable();
	for (i = CANCEL_A; i <= CANCEL_C; i++)
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	dpc_cancel(&fix->dpc[CANCEL_B]);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, CANCEL_A), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, CANCEL_C), 1);
}

/* Q7: after true the memory is the caller's; KASAN watches the drain. */
static void cancel_true_lets_the_object_be_freed(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = kmalloc(sizeof(*dpc), GFP_KERNEL);
	bool cancelled;

	KUNIT_ASSERT_NOT_NULL(test, dpc);
	dpc_init(dpc, fixture_note, fix);
	local_bh_disable();
	dpc_queue(dpc, NULL, NULL);
	dpc_queue(&fix->dpc[0], TAG(CANCEL_B), NULL);
	cancelled = dpc_cancel(dpc);
	kfree(dpc);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, cancelled);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].tag, CANCEL_B);
}

static void cancel_call(void *arg)
{
	struct fixture *fix = arg;

	if (dpc_cancel(&fix->dpc[0]))
		atomic_inc(&fix->cancelled);
}

KUNIT_ARRAY_PARAM(cancel_ctx, ctx_params, ctx_param_name);

/* Q7: on an object that another CPU has queued. */
static void cancel_is_legal_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, cancel_call, fix));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->cancelled), 1);
}

static void cancel_queueing_worker(void *arg)
{
	struct fixture *fix = arg;
	int i, count = 0;

	while (!READ_ONCE(fix->stop)) {
		/* With bottom halves off, so that there is something to cancel. */
		local_bh_disable();
		for (i = 0; i < FIX_DPCS; i++)
			if (dpc_queue(&fix->dpc[i], NULL, NULL))
				count++;
		local_bh_enable();
		cond_resched();
	}
	atomic_add(count, &fix->queued);
}

static void cancel_cancelling_worker(void *arg)
{
	struct fixture *fix = arg;
	int i;

	while (!READ_ONCE(fix->stop)) {
		for (i = FIX_DPCS - 1; i >= 0; i--)
			if (dpc_cancel(&fix->dpc[i]))
				atomic_inc(&fix->cancelled);
		cond_resched();
	}
}

static void cancel_stress(struct kunit *test, unsigned int queueing, unsigned int cancelling)
{
	struct fixture *fix = test->priv;
	unsigned int i;

	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&fix->dpc[i], fixture_count, fix);
	for (i = 0; i < queueing + cancelling; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i], ctx_cpu(i),
						     i < queueing ? cancel_queueing_worker :
						     cancel_cancelling_worker, fix));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) >= 20000 &&
					       atomic_read(&fix->cancelled) >= 1000));
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < queueing + cancelling; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued),
			atomic_read(&fix->ran) + atomic_read(&fix->cancelled));
}

/*
 * Operations that meet: cancel and the drain on another CPU.  Trap (ReactOS):
 * answered from a read made before the lock was taken.
 */
static void cancel_meets_drain(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	cancel_stress(test, 1, 1);
}

/* Q2, Q7: each queueing that was accepted ran once or was cancelled once. */
static void cancel_queue_and_drain_lose_nothing(struct kunit *test)
{
	unsigned int cpus = min_t(unsigned int, num_online_cpus(), 4);

	ctx_need_cpus(test, 3);
	cancel_stress(test, cpus - 1, 1);
}

static struct kunit_case cancel_cases[] = {
	KUNIT_CASE(cancel_queued_object_returns_true), /* Q7 */
	KUNIT_CASE(cancel_true_means_never_runs), /* Q7 */
	KUNIT_CASE(cancel_idle_object_returns_false), /* Q7 */
	KUNIT_CASE(cancel_twice_returns_true_once), /* Q7 */
	KUNIT_CASE(cancel_done_object_returns_false), /* Q7 */
	KUNIT_CASE(cancel_inside_its_routine_returns_false), /* Q7 */
	KUNIT_CASE(cancel_takes_back_what_the_routine_queued_again), /* Q7 Q9 */
	KUNIT_CASE(cancel_does_not_wait_for_a_routine_on_another_cpu), /* Q7 */
	KUNIT_CASE(cancel_reaches_the_queue_of_another_cpu), /* Q7 */
	KUNIT_CASE(cancel_lets_the_object_be_queued_anew), /* Q2 Q7 */
	KUNIT_CASE(cancel_keeps_the_order_of_the_others), /* Q3 Q7 */
	KUNIT_CASE(cancel_true_lets_the_object_be_freed), /* Q7 */
	KUNIT_CASE_PARAM(cancel_is_legal_from, cancel_ctx_gen_params), /* Q7 */
	KUNIT_CASE(cancel_meets_drain), /* Q7 */
	KUNIT_CASE(cancel_queue_and_drain_lose_nothing), /* Q2 Q7 */
	{ }
};

static struct kunit_suite cancel_suite = {
	.name = "dpc_cancel",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cancel_cases,
};

kunit_test_suite(cancel_suite);
