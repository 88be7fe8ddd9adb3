// SPDX-License-Identifier: GPL-2.0-only
/* Objects that never run on two CPUs at once: the option of Q10. */
#include "fixture.h"

enum { SERIAL_A, SERIAL_B, SERIAL_C };

static const struct serial_kind {
	const char	*name;
	bool		threaded;
} serial_kinds[] = {
	{ "ordinary", false },
	{ "threaded", true },
};

static void serial_kind_name(const struct serial_kind *kind, char *desc)
{
	strscpy(desc, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(serial, serial_kinds, serial_kind_name);

static void serial_setup(struct kunit *test, struct dpc *dpc, dpc_routine_t routine)
{
	const struct serial_kind *kind = test->param_value;

	if (kind && kind->threaded)
		dpc_init_threaded(dpc, routine, test->priv);
	else
		dpc_init(dpc, routine, test->priv);
	dpc_set_serialised(dpc, true);
}

/* The routine of object 0 stands at gate 0 on CPU 1. */
static bool serial_block(struct kunit *test)
{
	struct fixture *fix = test->priv;

	serial_setup(test, &fix->dpc[0], fixture_gated);
	return fixture_queue(fix, ctx_cpu(1), &fix->dpc[0], TAG(SERIAL_A), TAG(0)) &&
	       gate_wait_arrived(&fix->gate[0], 1);
}

/*
 * Without the option B would have run on this CPU when dpc_queue() returns.
 *
 *   CPU 1:  A begins ........... A ends | B
 *   CPU 0:           queues B
 */
static void serial_runs_after_its_other_call(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued, waits;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, serial_block(test));
	gate_open(&fix->gate[1]);
	queued = dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(1));
	waits = dpc_is_queued(&fix->dpc[0]);
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_TRUE(test, waits);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, fix->rec.entry[1].tag, SERIAL_B);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2);
}

static void serial_runs_where_it_runs_already(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, serial_block(test));
	dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, ctx_cpu(1));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[1].cpu, ctx_cpu(1));
}

/* A target set meanwhile, and High, change nothing about it. */
static void serial_goes_before_target_and_importance(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, serial_block(test));
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(2));
	dpc_set_importance(&fix->dpc[0], DPC_IMPORTANCE_HIGH);
	dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[1].cpu, ctx_cpu(1));
}

static void serial_idle_object_goes_to_its_target(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, serial_block(test));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(0));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[1].cpu, ctx_cpu(0));
}

static void serial_refused_while_queued_behind_itself(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool first, second;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, serial_block(test));
	first = dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(0));
	second = dpc_queue(&fix->dpc[0], TAG(SERIAL_C), TAG(0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, first);
	KUNIT_EXPECT_FALSE(test, second);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, SERIAL_C), 0);
}

static void serial_can_be_cancelled_behind_itself(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled, queued;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, serial_block(test));
	dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(0));
	cancelled = dpc_cancel(&fix->dpc[0]);
	queued = dpc_queue(&fix->dpc[0], TAG(SERIAL_C), TAG(0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, cancelled);
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, SERIAL_B), 0);
}

/* Q10: the object is its own again when the option is taken back. */
static void serial_option_can_be_taken_back(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int ran;

	ctx_need_cpus(test, 2);
	serial_setup(test, &fix->dpc[0], fixture_gated);
	dpc_set_serialised(&fix->dpc[0], false);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(1), &fix->dpc[0], TAG(SERIAL_A),
					      TAG(0)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	gate_open(&fix->gate[1]);
	dpc_queue(&fix->dpc[0], TAG(SERIAL_B), TAG(1));
	KUNIT_EXPECT_TRUE(test, recorder_wait(&fix->rec, 2));
	ran = READ_ONCE(fix->seen);
	KUNIT_EXPECT_EQ(test, ran, 1);
}

static atomic_t serial_inside;

static void serial_enter(struct fixture *fix)
{
	if (atomic_inc_return(&serial_inside) != 1)
		atomic_inc(&fix->wrong);
}

static void serial_leave(void)
{
	atomic_dec(&serial_inside);
}

static void serial_requeue(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	serial_enter(fix);
	recorder_note(&fix->rec, SERIAL_A);
	if (recorder_count(&fix->rec) < 10 && !dpc_queue(dpc, NULL, NULL))
		atomic_inc(&fix->wrong);
	serial_leave();
}

static void serial_routine_may_queue_its_own_object(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i, last = ctx_cpu(num_online_cpus() - 1);

	serial_setup(test, &fix->dpc[0], serial_requeue);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, last, &fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 10));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 10);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, fix->rec.entry[i].cpu, last);
}

/* Long enough for another CPU to queue it meanwhile, and be wrong about it. */
static void serial_count(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;
	int i;

	serial_enter(fix);
	for (i = atomic_inc_return(&fix->ran) % 64; i > 0; i--)
		cpu_relax();
	serial_leave();
}

static void serial_queueing_worker(void *arg)
{
	struct fixture *fix = arg;

	while (!READ_ONCE(fix->stop)) {
		if (dpc_queue(&fix->dpc[0], NULL, NULL))
			atomic_inc(&fix->queued);
		cond_resched();
	}
}

static void serial_cancelling_worker(void *arg)
{
	struct fixture *fix = arg;
	unsigned int i = 0;

	while (!READ_ONCE(fix->stop)) {
		if (dpc_queue(&fix->dpc[0], NULL, NULL))
			atomic_inc(&fix->queued);
		if (dpc_cancel(&fix->dpc[0]))
			atomic_inc(&fix->cancelled);
		dpc_set_cpu(&fix->dpc[0], ctx_cpu(i++ % num_online_cpus()));
		cond_resched();
	}
}

static void serial_stress(struct kunit *test, void (*last)(void *arg))
{
	struct fixture *fix = test->priv;
	unsigned int i, cpus = min_t(unsigned int, num_online_cpus(), FIX_WORKERS);

	ctx_need_cpus(test, 2);
	serial_setup(test, &fix->dpc[0], serial_count);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i], ctx_cpu(i),
						     i == cpus - 1 ? last :
						     serial_queueing_worker, fix));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->ran, 1000));
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued),
			atomic_read(&fix->ran) + atomic_read(&fix->cancelled));
}

static void serial_never_on_two_cpus_at_once(struct kunit *test)
{
	serial_stress(test, serial_queueing_worker);
}

static void serial_cancelled_and_moved_loses_nothing(struct kunit *test)
{
	serial_stress(test, serial_cancelling_worker);
}

static struct kunit_case serial_cases[] = {
	KUNIT_CASE_PARAM(serial_runs_after_its_other_call, serial_gen_params), /* Q10 */
	KUNIT_CASE_PARAM(serial_runs_where_it_runs_already, serial_gen_params), /* Q10 */
	KUNIT_CASE_PARAM(serial_goes_before_target_and_importance, serial_gen_params), /* Q6 Q10 */
	KUNIT_CASE_PARAM(serial_idle_object_goes_to_its_target, serial_gen_params), /* Q6 Q10 */
	KUNIT_CASE_PARAM(serial_refused_while_queued_behind_itself, serial_gen_params), /* Q2 Q10 */
	KUNIT_CASE_PARAM(serial_can_be_cancelled_behind_itself, serial_gen_params), /* Q7 Q10 */
	KUNIT_CASE_PARAM(serial_option_can_be_taken_back, serial_gen_params), /* Q10 */
	KUNIT_CASE_PARAM(serial_routine_may_queue_its_own_object, serial_gen_params), /* Q9 Q10 */
	KUNIT_CASE_PARAM(serial_never_on_two_cpus_at_once, serial_gen_params), /* Q10 */
	KUNIT_CASE_PARAM(serial_cancelled_and_moved_loses_nothing, serial_gen_params), /* Q7 Q10 */
	{ }
};

static struct kunit_suite serial_suite = {
	.name = "dpc_serialised",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = serial_cases,
};

kunit_test_suite(serial_suite);
