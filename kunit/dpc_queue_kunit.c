// SPDX-License-Identifier: GPL-2.0-only
/* The DPC object and queueing it: Q1, Q2, Q3, Q18. */
#include "fixture.h"
#include "inside.h"

#include <linux/string.h>

#define POISON	0xa5

/* Q1 */
static void queue_init_sets_the_documented_values(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];

	memset(dpc, POISON, sizeof(*dpc));
	dpc_init(dpc, fixture_note, fix);

	KUNIT_EXPECT_PTR_EQ(test, (void *)dpc->routine, (void *)fixture_note);
	KUNIT_EXPECT_PTR_EQ(test, dpc->context, (void *)fix);
	KUNIT_EXPECT_EQ(test, dpc->importance, DPC_IMPORTANCE_MEDIUM);
	KUNIT_EXPECT_EQ(test, dpc->cpu, DPC_CPU_QUEUEING);
	KUNIT_EXPECT_EQ(test, dpc->flags, 0);
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(dpc));
}

struct queue_fenced {
	u8		before[64];
	struct dpc	dpc;
	u8		after[64];
};

/* Q1 */
static void queue_init_touches_nothing_but_the_object(struct kunit *test)
{
	struct queue_fenced *fenced = kunit_kzalloc(test, sizeof(*fenced), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fenced);
	memset(fenced, POISON, sizeof(*fenced));
	dpc_init(&fenced->dpc, fixture_note, NULL);

	KUNIT_EXPECT_NULL(test, memchr_inv(fenced->before, POISON, sizeof(fenced->before)));
	KUNIT_EXPECT_NULL(test, memchr_inv(fenced->after, POISON, sizeof(fenced->after)));
}

static DEFINE_DPC(queue_defined, fixture_note, &queue_defined);

/* Q1 */
static void queue_define_equals_init(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];

	memset(dpc, POISON, sizeof(*dpc));
	dpc_init(dpc, fixture_note, &queue_defined);

	KUNIT_EXPECT_PTR_EQ(test, (void *)dpc->routine, (void *)queue_defined.routine);
	KUNIT_EXPECT_PTR_EQ(test, dpc->context, queue_defined.context);
	KUNIT_EXPECT_EQ(test, dpc->importance, queue_defined.importance);
	KUNIT_EXPECT_EQ(test, dpc->cpu, queue_defined.cpu);
	KUNIT_EXPECT_EQ(test, dpc->queued_on, queue_defined.queued_on);
	KUNIT_EXPECT_EQ(test, dpc->flags, queue_defined.flags);
}

/* Q18 */
static void queue_object_fits_in_64_bytes(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, sizeof(struct dpc), (size_t)64);
}

/* Q2 */
static void queue_idle_object_returns_true(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued;

	local_bh_disable();
	queued = dpc_queue(&fix->dpc[0], NULL, NULL);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, queued);
}

/* Q2 */
static void queue_queued_object_returns_false(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool again;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	again = dpc_queue(&fix->dpc[0], NULL, NULL);
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, again);
}

/* Q2 */
static void queue_marks_the_object_until_it_runs(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool marked;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	marked = dpc_is_queued(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, marked);
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(&fix->dpc[0]));
}

/* Q2, trap (ndiswrapper): arguments written before the queued test. */
static void queue_refused_call_keeps_the_first_arguments(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], TAG(1), TAG(2));
	dpc_queue(&fix->dpc[0], TAG(3), TAG(4));
	local_bh_enable();

	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	call = recorder_find(&fix->rec, 1, 0);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_PTR_EQ(test, call->arg2, TAG(2));
}

static void queue_count_answer(void *arg)
{
	struct fixture *fix = arg;

	if (dpc_queue(&fix->dpc[0], TAG(3), TAG(4)))
		atomic_inc(&fix->queued);
	else
		atomic_inc(&fix->refused);
}

/* Q2, the same from a CPU whose queue lock does not cover the object. */
static void queue_refused_on_another_cpu_keeps_the_first_arguments(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], TAG(1), TAG(2)));
	queue_count_answer(fix);
	gate_open(&fix->hold);

	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	call = recorder_find(&fix->rec, 1, 0);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_PTR_EQ(test, call->arg2, TAG(2));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->refused), 1);
}

/* Q2 */
static void queue_after_a_run_returns_true(struct kunit *test)
{
	struct fixture *fix = test->priv;

	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(1), NULL));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(2), NULL));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
}

KUNIT_ARRAY_PARAM(queue_ctx, ctx_params, ctx_param_name);

/* Q2: legal at any level but NMI. */
static void queue_is_legal_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, queue_count_answer, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
	KUNIT_EXPECT_TRUE(test, rec_at_dispatch(&fix->rec.entry[0]));
}

/* Q6: the default target is the CPU that queues it. */
static void queue_default_target_is_the_queueing_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int last = ctx_cpu(num_online_cpus() - 1);

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, ctx_call_on(last, CTX_HARDIRQ, queue_count_answer, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, last);
}

/* Q3: Medium goes to the tail. */
static void queue_is_first_in_first_out(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	local_bh_disable();
	for (i = 0; i < FIX_DPCS; i++)
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	local_bh_enable();

	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, FIX_DPCS));
	for (i = 0; i < FIX_DPCS; i++)
		KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, i), i);
}

static void queue_see_number(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;
	u64 number = READ_ONCE(fix->number);

	atomic_inc(&fix->ran);
	if (number > READ_ONCE(fix->seen))
		WRITE_ONCE(fix->seen, number);
}

static void queue_worker(void *arg)
{
	struct fixture *fix = arg;

	while (!READ_ONCE(fix->stop)) {
		if (dpc_queue(&fix->dpc[0], NULL, NULL))
			atomic_inc(&fix->queued);
		cond_resched();
	}
}

/* Q2: what was written before a refused call is seen by the call to come. */
static void queue_refused_call_still_delivers_its_data(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned long missed = 0, refused = 0;
	u64 i;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], queue_see_number, fix);
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], ctx_cpu(1), queue_worker, fix));

	for_rounds_until_met(i, 1, 500, refused) {
		WRITE_ONCE(fix->number, i);
		if (dpc_queue(&fix->dpc[0], NULL, NULL))
			continue;
		refused++;
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		missed += READ_ONCE(fix->seen) < i;
	}
	KUNIT_EXPECT_EQ(test, missed, 0);
	KUNIT_EXPECT_GT(test, refused, 0);
}

/* Operations that meet: queue and drain, on all CPUs, one object. */
static void queue_meets_drain(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, cpus = min_t(unsigned int, num_online_cpus(), FIX_WORKERS);

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], fixture_count, fix);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i], ctx_cpu(i), queue_worker,
						     fix));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->queued, 10000));
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), atomic_read(&fix->ran));
}

/* The holder may outlive a test that has failed. */
static bool queue_lock_held, queue_lock_wanted;

static void queue_lock_holder(void *arg)
{
	inside_hold_lock(ctx_cpu(0), &queue_lock_held, &queue_lock_wanted, 100);
}

/* Q2: another CPU that has the queue's lock, to cancel for one, makes nobody refuse. */
static void queue_waits_for_the_lock(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct worker *holder = &fix->worker[0];
	unsigned int i, met = 0;
	bool queued;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], fixture_count, fix);
	for_rounds_until_met(i, 1, 5, met >= 5) {
		WRITE_ONCE(queue_lock_held, false);
		WRITE_ONCE(queue_lock_wanted, false);
		KUNIT_ASSERT_TRUE(test, worker_start(holder, ctx_cpu(1), queue_lock_holder, NULL));
		local_bh_disable();
		while (!READ_ONCE(queue_lock_held) && !worker_finished(holder))
			cpu_relax();
		WRITE_ONCE(queue_lock_wanted, true);
		/* Else this CPU comes late. */
		met += !worker_finished(holder);
		queued = dpc_queue(&fix->dpc[0], NULL, NULL);
		local_bh_enable();
		KUNIT_ASSERT_TRUE(test, worker_join(holder));
		KUNIT_ASSERT_TRUE(test, queued);
		KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->ran, i));
	}
	KUNIT_EXPECT_GE(test, met, 5);
}

static void queue_in_storm(void *arg)
{
	struct fixture *fix = arg;
	int i;

	for (i = 0; i < FIX_DPCS; i++)
		if (dpc_queue(&fix->dpc[i], NULL, NULL))
			atomic_inc(&fix->queued);
}

/* Operations that meet: hard interrupts that queue, and the drains they hit. */
static void queue_from_hardirq_meets_drain(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&fix->dpc[i], fixture_count, fix);
	KUNIT_ASSERT_TRUE(test, storm_start(&fix->storm, queue_in_storm, fix));
	KUNIT_ASSERT_TRUE(test, storm_wait(&fix->storm, 500));
	KUNIT_ASSERT_TRUE(test, storm_stop(&fix->storm));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GT(test, atomic_read(&fix->queued), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), atomic_read(&fix->ran));
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE(queue_init_sets_the_documented_values), /* Q1 */
	KUNIT_CASE(queue_init_touches_nothing_but_the_object), /* Q1 */
	KUNIT_CASE(queue_define_equals_init), /* Q1 */
	KUNIT_CASE(queue_object_fits_in_64_bytes), /* Q18 */
	KUNIT_CASE(queue_idle_object_returns_true), /* Q2 */
	KUNIT_CASE(queue_queued_object_returns_false), /* Q2 */
	KUNIT_CASE(queue_marks_the_object_until_it_runs), /* Q2 */
	KUNIT_CASE(queue_refused_call_keeps_the_first_arguments), /* Q2 */
	KUNIT_CASE(queue_refused_on_another_cpu_keeps_the_first_arguments), /* Q2 */
	KUNIT_CASE(queue_after_a_run_returns_true), /* Q2 */
	KUNIT_CASE_PARAM(queue_is_legal_from, queue_ctx_gen_params), /* Q2 */
	KUNIT_CASE(queue_default_target_is_the_queueing_cpu), /* Q1 Q6 */
	KUNIT_CASE(queue_is_first_in_first_out), /* Q3 */
	KUNIT_CASE(queue_refused_call_still_delivers_its_data), /* Q2 */
	KUNIT_CASE(queue_waits_for_the_lock), /* Q2 */
	KUNIT_CASE(queue_meets_drain), /* Q2 */
	KUNIT_CASE(queue_from_hardirq_meets_drain), /* Q2 */
	{ }
};

static struct kunit_suite queue_suite = {
	.name = "dpc_queue",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = queue_cases,
};

kunit_test_suite(queue_suite);
