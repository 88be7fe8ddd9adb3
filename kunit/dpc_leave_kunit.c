// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is set up anew while it is in use, and what a module leaves behind.  This
 * module stands in for the one that leaves.
 */
#include "../module/core/leave.h"
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_timer.h>
#include <linux/module.h>

struct leave_test {
	struct fixture		fix;	/* first: fixture_exit() knows nothing else */
	struct kdev_test	kt;
	struct dpc_timer	timer;
	unsigned int		left;
	atomic_t		ended;
};

static int leave_init(struct kunit *test)
{
	struct leave_test *lt = kunit_kzalloc(test, sizeof(*lt), GFP_KERNEL);
	int err;

	if (!lt)
		return -ENOMEM;
	err = kdev_setup(test, &lt->kt);
	if (err)
		return err;
	dpc_timer_init(&lt->timer, DPC_TIMER_NOTIFICATION);
	return fixture_setup(test, &lt->fix);
}

static void leave_exit(struct kunit *test)
{
	struct leave_test *lt = test->priv;

	if (!lt)
		return;
	dpc_timer_destroy(&lt->timer);
	fixture_exit(test);
	test->priv = &lt->kt;
	kdev_exit(test);
}

static void leave_thread(void *arg)
{
	struct leave_test *lt = arg;

	lt->left = dpc_leave(THIS_MODULE);
	atomic_inc(&lt->ended);
}

/* In a thread of its own, with a limit. */
static bool leave_start(struct leave_test *lt)
{
	return worker_start(&lt->fix.worker[FIX_WORKERS - 1], ctx_cpu(0), leave_thread, lt);
}

static bool leave(struct leave_test *lt)
{
	return leave_start(lt) && worker_join(&lt->fix.worker[FIX_WORKERS - 1]);
}

/* ---- A module that leaves ------------------------------------------------------- */

static void leave_nothing_is_no_violation(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	u64 before = dpc_violations();

	ctx_need_module(test);
	KUNIT_ASSERT_TRUE(test, leave(lt));
	KUNIT_EXPECT_EQ(test, lt->left, 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 0);
}

static void leave_cancels_a_queued_dpc(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	u64 before = dpc_violations();

	ctx_need_module(test);
	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], TAG(1), NULL));
	KUNIT_ASSERT_TRUE(test, leave(lt));
	KUNIT_EXPECT_EQ(test, lt->left, 1);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->ran), 0);
}

/*
 * Its memory is this module's, its routine another one's: a function of the core stands
 * in for it, and is never called.
 */
static struct dpc leave_dpc;

static void leave_cancels_a_dpc_in_its_memory(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	u64 before = dpc_violations();

	ctx_need_module(test);
	ctx_need_cpus(test, 2);
	dpc_init(&leave_dpc, (dpc_routine_t)(void *)dpc_violations, NULL);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &leave_dpc, NULL, NULL));
	KUNIT_EXPECT_TRUE(test, leave(lt));
	KUNIT_EXPECT_EQ(test, lt->left, 1);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
	KUNIT_EXPECT_FALSE(test, dpc_cancel(&leave_dpc));
	gate_open(&fix->hold);
}

static struct dpc_timer leave_timer;

static void leave_stops_a_timer_in_its_memory(struct kunit *test)
{
	struct leave_test *lt = test->priv;

	ctx_need_module(test);
	dpc_timer_init(&leave_timer, DPC_TIMER_NOTIFICATION);
	dpc_timer_set(&leave_timer, 3600 * NSEC_PER_SEC, NSEC_PER_SEC, 0, NULL);
	KUNIT_EXPECT_TRUE(test, leave(lt));
	KUNIT_EXPECT_EQ(test, lt->left, 1);
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&leave_timer));
	dpc_timer_destroy(&leave_timer);
}

/* Another module, one that has nothing; a kernel without modules does not know what one is. */
static struct module *leave_other(struct kunit *test)
{
#ifdef CONFIG_MODULES
	return kunit_kzalloc(test, sizeof(struct module), GFP_KERNEL);
#else
	return NULL;
#endif
}

static void leave_does_not_touch_what_others_have(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	struct module *other;

	ctx_need_module(test);
	ctx_need_cpus(test, 2);
	other = leave_other(test);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_ASSERT_EQ(test, kdev_connect(&lt->kt, DPC_MODEL_DPC, 0), 0);
	dpc_timer_set(&lt->timer, 3600 * NSEC_PER_SEC, NSEC_PER_SEC, 0, &fix->dpc[1]);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], TAG(1), NULL));
	KUNIT_EXPECT_EQ(test, dpc_leave(other), 0);
	KUNIT_EXPECT_TRUE(test, dpc_is_queued(&fix->dpc[0]));
	/* On PREEMPT_RT the ISR is a thread, and may have to wait for that CPU. */
	gate_open(&fix->hold);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&lt->timer));
	KUNIT_EXPECT_TRUE(test, kdev_fire(&lt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&lt->kt.dpcs, 1));
}

static void leave_waits_for_a_routine_that_runs(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	u64 before = dpc_violations();

	ctx_need_module(test);
	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, 1));
	KUNIT_ASSERT_TRUE(test, leave_start(lt));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(dpc_violations() - before == 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&lt->ended), 0);
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[FIX_WORKERS - 1]));
	KUNIT_EXPECT_EQ(test, lt->left, 1);
}

static void leave_again(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct leave_test *lt = context;

	atomic_inc(&lt->fix.ran);
	if (!READ_ONCE(lt->fix.stop))
		dpc_queue(dpc, NULL, NULL);
}

static void leave_ends(struct kunit *test, struct dpc *dpc)
{
	struct leave_test *lt = test->priv;
	u64 before = dpc_violations();
	int ran;

	KUNIT_ASSERT_EQ(test, dpc_set_cpu(dpc, ctx_cpu(num_online_cpus() - 1)), 0);
	dpc_queue(dpc, NULL, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&lt->fix.ran) > 2));
	KUNIT_ASSERT_TRUE(test, leave(lt));
	ran = atomic_read(&lt->fix.ran);
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(dpc));
	KUNIT_EXPECT_GE(test, lt->left, 1);
	KUNIT_EXPECT_GE(test, dpc_violations() - before, 1);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&lt->fix.ran), ran);
}

static void leave_ends_a_routine_that_queues_itself(struct kunit *test)
{
	struct leave_test *lt = test->priv;

	ctx_need_module(test);
	dpc_init(&lt->fix.dpc[0], leave_again, lt);
	leave_ends(test, &lt->fix.dpc[0]);
}

static void leave_ends_a_threaded_routine_that_queues_itself(struct kunit *test)
{
	struct leave_test *lt = test->priv;

	ctx_need_module(test);
	dpc_init_threaded(&lt->fix.dpc[0], leave_again, lt);
	leave_ends(test, &lt->fix.dpc[0]);
}

static void leave_stops_a_periodic_timer(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	u64 before = dpc_violations();

	ctx_need_module(test);
	dpc_init(&fix->dpc[0], fixture_count, fix);
	dpc_timer_set(&lt->timer, NSEC_PER_MSEC, NSEC_PER_MSEC, 0, &fix->dpc[0]);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) > 1));
	KUNIT_ASSERT_TRUE(test, leave(lt));
	KUNIT_EXPECT_GE(test, lt->left, 1);
	KUNIT_EXPECT_GE(test, dpc_violations() - before, 1);
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&lt->timer));
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(&fix->dpc[0]));
}

static void leave_disconnects_an_interrupt(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	u64 before = dpc_violations();
	int isrs;

	ctx_need_module(test);
	KUNIT_ASSERT_EQ(test, kdev_connect(&lt->kt, DPC_MODEL_DPC, 0), 0);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&lt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&lt->kt.dpcs, 1));
	KUNIT_ASSERT_TRUE(test, leave(lt));
	lt->kt.connected = false;
	WRITE_ONCE(lt->kt.gone, true);
	KUNIT_EXPECT_EQ(test, lt->left, 1);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
	/* Its callback might touch a device that is out of reach. */
	KUNIT_EXPECT_LT(test, recorder_position(&lt->kt.rec, KDEV_DISABLE), 0);
	isrs = atomic_read(&lt->kt.isrs);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&lt->kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&lt->kt.isrs), isrs);
}

/* ---- Set up anew while in use ------------------------------------------------------ */

/* Queued: 0, 1, 2.  1 is initialised again; 0 and 2 run. */
static void leave_init_of_a_queued_dpc_cancels_it(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	u64 before = dpc_violations(), after;
	int i;

	local_bh_disable();
	for (i = 0; i < 3; i++)
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	dpc_init(&fix->dpc[1], fixture_note, fix);
	after = dpc_violations();
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, after - before, 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, 0), 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, 2), 1);
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[1], TAG(1), NULL));
	KUNIT_EXPECT_TRUE(test, recorder_wait_tag(&fix->rec, 1, 1));
}

/* Memory that looks as if it were queued, on each queue in turn. */
static void leave_init_of_any_memory_is_no_violation(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct dpc *dpc = &lt->fix.dpc[0];
	u64 before = dpc_violations();
	u32 id;

	for (id = 0; id < 2 * nr_cpu_ids + 4; id++) {
		memset(dpc, 0xa5, sizeof(*dpc));
		dpc->queued_on = id;
		dpc_init(dpc, fixture_note, &lt->fix);
	}
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 0);
	KUNIT_EXPECT_TRUE(test, dpc_queue(dpc, TAG(1), NULL));
	KUNIT_EXPECT_TRUE(test, recorder_wait_tag(&lt->fix.rec, 1, 1));
}

static void leave_init_of_a_pending_timer_stops_it(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct fixture *fix = &lt->fix;
	u64 before = dpc_violations();
	int ran;

	dpc_init(&fix->dpc[0], fixture_count, fix);
	dpc_timer_set(&lt->timer, NSEC_PER_MSEC, NSEC_PER_MSEC, 0, &fix->dpc[0]);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) > 1));
	dpc_timer_init(&lt->timer, DPC_TIMER_NOTIFICATION);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	/* Of the other clock as well. */
	dpc_timer_set_at(&lt->timer, ktime_add_ns(ktime_get_real(), 3600ULL * NSEC_PER_SEC), 0, 0,
			 NULL);
	dpc_timer_init(&lt->timer, DPC_TIMER_NOTIFICATION);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 2);
	ran = atomic_read(&fix->ran);
	KUNIT_EXPECT_FALSE(test, dpc_timer_set(&lt->timer, NSEC_PER_MSEC, 0, 0, &fix->dpc[0]));
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(&lt->timer, REC_LIMIT_NS), 0);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->ran), ran + 1);
}

static void leave_connect_twice_is_refused(struct kunit *test)
{
	struct leave_test *lt = test->priv;
	struct dpc_interrupt_params params = kdev_params(&lt->kt);
	u64 before = dpc_violations();

	KUNIT_ASSERT_EQ(test, kdev_connect(&lt->kt, DPC_MODEL_DPC, 0), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_connect(&lt->kt.kdev->intr, &params), -EBUSY);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&lt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&lt->kt.dpcs, 1));
}

static struct kunit_case leave_cases[] = {
	KUNIT_CASE(leave_nothing_is_no_violation),
	KUNIT_CASE(leave_cancels_a_queued_dpc), /* Q7 */
	KUNIT_CASE(leave_cancels_a_dpc_in_its_memory), /* Q7 */
	KUNIT_CASE(leave_stops_a_timer_in_its_memory), /* T2 */
	KUNIT_CASE(leave_does_not_touch_what_others_have),
	KUNIT_CASE(leave_waits_for_a_routine_that_runs), /* Q8 */
	KUNIT_CASE(leave_ends_a_routine_that_queues_itself), /* Q9 */
	KUNIT_CASE(leave_ends_a_threaded_routine_that_queues_itself), /* Q9 R1 */
	KUNIT_CASE(leave_stops_a_periodic_timer), /* T2 */
	KUNIT_CASE(leave_disconnects_an_interrupt), /* I6 */
	KUNIT_CASE(leave_init_of_a_queued_dpc_cancels_it), /* Q1 */
	KUNIT_CASE(leave_init_of_any_memory_is_no_violation), /* Q1 */
	KUNIT_CASE(leave_init_of_a_pending_timer_stops_it), /* T1 */
	KUNIT_CASE(leave_connect_twice_is_refused), /* I6 */
	{ }
};

static struct kunit_suite leave_suite = {
	.name = "dpc_leave",
	.init = leave_init,
	.exit = leave_exit,
	.test_cases = leave_cases,
};

kunit_test_suite(leave_suite);
