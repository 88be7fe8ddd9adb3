// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switching the model when that is hard: by a thread that is being killed, and with a
 * line that can't be requested again.  After an error the old model is in force.
 */
#include "kdev.h"

#include <linux/sched/signal.h>

KUNIT_ARRAY_PARAM(exchange_any, kdev_models, kdev_model_name);
KUNIT_ARRAY_PARAM(exchange_passive, kdev_two_passive_models, kdev_model_name);

static struct dpc_interrupt *exchange_intr(struct kdev_test *kt)
{
	return &kt->kdev->intr;
}

static struct kdev_test *exchange_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = test->priv;

	kdev_need(test, model);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, model->model, model->flags), 0);
	return kt;
}

/* The interrupt comes, and its DPC is called. */
static void exchange_expect_works(struct kunit *test, enum dpc_model_id model)
{
	struct kdev_test *kt = test->priv;
	int dpcs = atomic_read(&kt->dpcs);

	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(exchange_intr(kt)), model);
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->dpcs, dpcs + 1));
}

static bool exchange_makes_a_thread(int model)
{
	return model == DPC_MODEL_WQ || model == DPC_MODEL_WQ_UNBOUND ||
	       model == DPC_MODEL_KTHREAD;
}

/* As a process does that somebody has sent SIGKILL. */
static int exchange_while_killed(struct kdev_test *kt, int model)
{
	int err;

	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
	err = dpc_interrupt_set_model(exchange_intr(kt), model);
	flush_signals(current);
	disallow_signal(SIGKILL);
	return err;
}

static void exchange_by_a_killed_thread_works(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = exchange_connect(test);
	int to;

	for (to = 0; to < DPC_MODEL_NR; to++) {
		if (!dpc_model_available(to) || exchange_makes_a_thread(to))
			continue;
		KUNIT_EXPECT_EQ(test, exchange_while_killed(kt, to), 0);
		exchange_expect_works(test, to);
		if (exchange_makes_a_thread(model->model))
			continue;
		KUNIT_EXPECT_EQ(test, exchange_while_killed(kt, model->model), 0);
		exchange_expect_works(test, model->model);
	}
}

/* Between models that look alike to the kernel nothing is there that could fail. */
static void exchange_of_like_models_requests_nothing(struct kunit *test)
{
	struct kdev_test *kt = test->priv;
	int to, before;

	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	before = atomic_read(&kt->requests);
	atomic_set(&kt->refuse, INT_MAX);
	for (to = DPC_MODEL_NR - 1; to >= 0; to--) {
		if (!dpc_model_available(to) || to == DPC_MODEL_THREADED || to == DPC_MODEL_HARDIRQ)
			continue;
		KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), to), 0);
		exchange_expect_works(test, to);
	}
	atomic_set(&kt->refuse, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->requests), before);
}

static void exchange_with_a_passive_isr_requests_nothing(struct kunit *test)
{
	struct kdev_test *kt = exchange_connect(test);
	int to, before = atomic_read(&kt->requests);

	atomic_set(&kt->refuse, INT_MAX);
	for (to = 0; to < DPC_MODEL_NR; to++) {
		if (!dpc_model_available(to))
			continue;
		KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), to), 0);
		exchange_expect_works(test, to);
	}
	atomic_set(&kt->refuse, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->requests), before);
}

static void exchange_refused(struct kunit *test, enum dpc_model_id from, enum dpc_model_id to,
			     int times)
{
	struct kdev_test *kt = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(kt, from, 0), 0);
	atomic_set(&kt->refuse, times);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), to), -ENOSPC);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->refuse), 0);
	exchange_expect_works(test, from);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), to), 0);
	exchange_expect_works(test, to);
	kdev_disconnect(kt);
}

static void exchange_that_fails_leaves_the_old_model(struct kunit *test)
{
	exchange_refused(test, DPC_MODEL_DPC, DPC_MODEL_THREADED, 1);
	exchange_refused(test, DPC_MODEL_THREADED, DPC_MODEL_DPC, 1);
	exchange_refused(test, DPC_MODEL_HARDIRQ, DPC_MODEL_WQ, 1);
	exchange_refused(test, DPC_MODEL_KTHREAD, DPC_MODEL_HARDIRQ, 1);
}

/* The new model, and five times the old one. */
static void exchange_goes_back_even_if_that_fails_at_first(struct kunit *test)
{
	exchange_refused(test, DPC_MODEL_DPC, DPC_MODEL_THREADED, 6);
	exchange_refused(test, DPC_MODEL_KTHREAD, DPC_MODEL_THREADED, 6);
}

static void exchange_without_a_way_back(struct kunit *test)
{
	struct kdev_test *kt = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_KTHREAD, 0), 0);
	atomic_set(&kt->refuse, INT_MAX);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), DPC_MODEL_THREADED),
			-ENOSPC);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(exchange_intr(kt)), -ENXIO);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), DPC_MODEL_DPC), -ENXIO);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(exchange_intr(kt)));
	atomic_set(&kt->refuse, 0);
}

static void exchange_without_a_way_back_is_made_up_for_by_enable(struct kunit *test)
{
	struct kdev_test *kt = test->priv;

	exchange_without_a_way_back(test);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(exchange_intr(kt)), 0);
	exchange_expect_works(test, DPC_MODEL_KTHREAD);
}

static void exchange_without_a_way_back_is_made_up_for_by_set_model(struct kunit *test)
{
	struct kdev_test *kt = test->priv;

	exchange_without_a_way_back(test);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), DPC_MODEL_DPC), 0);
	exchange_expect_works(test, DPC_MODEL_DPC);
}

/* The model that is in force: nothing is exchanged, but the interrupt comes back. */
static void exchange_without_a_way_back_is_made_up_for_by_the_same_model(struct kunit *test)
{
	struct kdev_test *kt = test->priv;

	exchange_without_a_way_back(test);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), DPC_MODEL_KTHREAD), 0);
	exchange_expect_works(test, DPC_MODEL_KTHREAD);
}

static void exchange_without_a_way_back_disabled_meanwhile_stays_so(struct kunit *test)
{
	struct kdev_test *kt = test->priv;

	exchange_without_a_way_back(test);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_disable(exchange_intr(kt)), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(exchange_intr(kt), DPC_MODEL_DPC), 0);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(exchange_intr(kt)));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(exchange_intr(kt)), 0);
	exchange_expect_works(test, DPC_MODEL_DPC);
}

static void exchange_without_a_way_back_can_be_disconnected(struct kunit *test)
{
	struct kdev_test *kt = test->priv;

	exchange_without_a_way_back(test);
	kdev_disconnect(kt);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	exchange_expect_works(test, DPC_MODEL_DPC);
}

static struct kunit_case exchange_cases[] = {
	KUNIT_CASE_PARAM(exchange_by_a_killed_thread_works, exchange_any_gen_params), /* I5 */
	KUNIT_CASE(exchange_of_like_models_requests_nothing), /* I5 */
	KUNIT_CASE_PARAM(exchange_with_a_passive_isr_requests_nothing,
			 exchange_passive_gen_params), /* I5 */
	KUNIT_CASE(exchange_that_fails_leaves_the_old_model), /* I5 */
	KUNIT_CASE(exchange_goes_back_even_if_that_fails_at_first), /* I5 */
	KUNIT_CASE(exchange_without_a_way_back_is_made_up_for_by_enable), /* I5 */
	KUNIT_CASE(exchange_without_a_way_back_is_made_up_for_by_set_model), /* I5 */
	KUNIT_CASE(exchange_without_a_way_back_is_made_up_for_by_the_same_model), /* I5 */
	KUNIT_CASE(exchange_without_a_way_back_disabled_meanwhile_stays_so), /* I5 */
	KUNIT_CASE(exchange_without_a_way_back_can_be_disconnected), /* I6 */
	{ }
};

static struct kunit_suite exchange_suite = {
	.name = "dpc_exchange",
	.init = kdev_init,
	.exit = kdev_exit,
	.test_cases = exchange_cases,
};

kunit_test_suite(exchange_suite);
