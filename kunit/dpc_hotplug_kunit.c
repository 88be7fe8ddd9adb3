// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that go offline and come back: Q16.  What a CPU leaves behind is queued
 * there when its thread is parked and it takes no softirq any more: nobody but
 * another CPU can run it.
 */
#include "fixture.h"
#include "inside.h"
#include "speed.h"
#include "unplug.h"

static int hotplug_init(struct kunit *test)
{
	inside_save();
	return fixture_init(test);
}

static void hotplug_exit(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, unplug_restore());
	fixture_exit(test);
	inside_restore();
}

static const struct hotplug_kind {
	const char		*name;
	bool			threaded;
	enum dpc_importance	importance;
} hotplug_kinds[] = {
	{ "ordinary", false, DPC_IMPORTANCE_MEDIUM },
	{ "waiting for a tick", false, DPC_IMPORTANCE_LOW },
	{ "threaded", true, DPC_IMPORTANCE_MEDIUM },
};

static void hotplug_kind_name(const struct hotplug_kind *kind, char *desc)
{
	strscpy(desc, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(hotplug, hotplug_kinds, hotplug_kind_name);

#define HOTPLUG_LEFT	4	/* few enough to wait for a tick */

static void hotplug_setup(struct kunit *test)
{
	const struct hotplug_kind *kind = test->param_value;
	struct fixture *fix = test->priv;
	int i;

	inside_low_waits(true);
	for (i = 0; i < FIX_DPCS; i++) {
		if (kind->threaded)
			dpc_init_threaded(&fix->dpc[i], fixture_note, fix);
		dpc_set_importance(&fix->dpc[i], kind->importance);
	}
}

/* On the dying CPU. */
static void hotplug_leave(void *arg)
{
	struct fixture *fix = arg;
	int i;

	for (i = 0; i < HOTPLUG_LEFT; i++)
		if (dpc_queue(&fix->dpc[i], TAG(i), NULL))
			atomic_inc(&fix->queued);
	/* Pairs with hotplug_flush_late(). */
	smp_store_release(&fix->number, 1);
}

/* Objects 0 to HOTPLUG_LEFT - 1 have been left behind, and each has run elsewhere. */
static void hotplug_expect_rehomed(struct kunit *test, int cpu)
{
	struct fixture *fix = test->priv;
	int i;

	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, HOTPLUG_LEFT));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), HOTPLUG_LEFT);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), HOTPLUG_LEFT);
	for (i = 0; i < HOTPLUG_LEFT; i++)
		KUNIT_EXPECT_NE(test, fix->rec.entry[i].cpu, cpu);
}

static void hotplug_live_cpu_runs_what_is_left_behind(struct kunit *test)
{
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, test->priv));
	hotplug_expect_rehomed(test, cpu);
}

/* Their place is looked for in a loop, which must end there as well. */
static void hotplug_serialised_left_behind_run(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i, cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	for (i = 0; i < HOTPLUG_LEFT; i++)
		dpc_set_serialised(&fix->dpc[i], true);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	hotplug_expect_rehomed(test, cpu);
}

static void hotplug_queue_itself(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	fixture_note(dpc, context, arg1, arg2);
	if (!arg2)
		dpc_queue(dpc, TAG(HOTPLUG_LEFT), TAG(1));
}

/* It goes to where it runs, which is not the CPU that it was left behind by. */
static void hotplug_serialised_left_behind_queues_itself(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	dpc_set_serialised(&fix->dpc[0], true);
	fix->dpc[0].routine = hotplug_queue_itself;
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, HOTPLUG_LEFT + 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), HOTPLUG_LEFT + 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, HOTPLUG_LEFT), 1);
}

static void hotplug_order_is_kept(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i, cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	hotplug_expect_rehomed(test, cpu);
	for (i = 0; i < HOTPLUG_LEFT; i++)
		KUNIT_EXPECT_EQ(test, fix->rec.entry[i].tag, i);
}

/* Queued: M0 H1 M2 H3; runs: H3 H1 M0 M2. */
static void hotplug_high_stays_at_the_head(struct kunit *test)
{
	static const int order[HOTPLUG_LEFT] = { 3, 1, 0, 2 };
	struct fixture *fix = test->priv;
	int i, cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	dpc_set_importance(&fix->dpc[1], DPC_IMPORTANCE_HIGH);
	dpc_set_importance(&fix->dpc[3], DPC_IMPORTANCE_HIGH);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	hotplug_expect_rehomed(test, cpu);
	for (i = 0; i < HOTPLUG_LEFT; i++)
		KUNIT_EXPECT_EQ(test, fix->rec.entry[i].tag, order[i]);
}

static void hotplug_leave_and_cancel(void *arg)
{
	struct fixture *fix = arg;

	hotplug_leave(fix);
	if (dpc_cancel(&fix->dpc[1]))
		atomic_inc(&fix->cancelled);
}

static void hotplug_left_behind_can_be_cancelled(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave_and_cancel, fix));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->cancelled), 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), HOTPLUG_LEFT - 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, 1), 0);
}

/* Starts when the objects are left behind, and is not fast enough to be too early. */
static void hotplug_flush_late(void *arg)
{
	struct fixture *fix = arg;

	/* Pairs with hotplug_leave(). */
	while (!smp_load_acquire(&fix->number) && !READ_ONCE(fix->stop))
		cond_resched();
	dpc_flush_all();
	WRITE_ONCE(fix->seen, recorder_count(&fix->rec));
}

/* A flush from between the death and whatever the core does about it. */
static void hotplug_flush_covers_what_is_left_behind(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], ctx_cpu(num_online_cpus() > 2),
					     hotplug_flush_late, fix));
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	KUNIT_EXPECT_EQ(test, READ_ONCE(fix->seen), HOTPLUG_LEFT);
}

static void hotplug_flush_across(void *arg)
{
	dpc_flush_all();
}

/*
 * A flush waits for A on CPU 1 while CPU 2 goes and leaves B to E behind: it
 * still waits for A, and does not wait for ever.  A is threaded: no CPU can go
 * as long as a softirq keeps another from stopping.
 */
static void hotplug_flush_that_waits_survives_it(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int cpu = unplug_cpu();

	unplug_need(test, 3);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "a real-time thread that spins holds up RCU there");
	hotplug_setup(test);
	dpc_init_threaded(&fix->dpc[7], fixture_gated, fix);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(1), &fix->dpc[7], TAG(7), TAG(0)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[1], ctx_cpu(0), hotplug_flush_across,
					     fix));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&fix->worker[1]));
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	KUNIT_EXPECT_FALSE(test, worker_finished(&fix->worker[1]));
	gate_open(&fix->gate[0]);
	KUNIT_EXPECT_TRUE(test, worker_join(&fix->worker[1]));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1 + HOTPLUG_LEFT));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1 + HOTPLUG_LEFT);
}

/* What was left behind and has run can be queued anew, here and there. */
static void hotplug_objects_can_be_queued_afterwards(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i, cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	hotplug_expect_rehomed(test, cpu);
	for (i = 0; i < HOTPLUG_LEFT; i++)
		KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[i], TAG(i), NULL));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 2 * HOTPLUG_LEFT);
}

static void hotplug_queue_first(void *arg)
{
	struct fixture *fix = arg;

	dpc_queue(&fix->dpc[0], TAG(7), NULL);
}

/* From itself, and as a target. */
static void hotplug_cpu_that_comes_back_runs_its_own(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	hotplug_expect_rehomed(test, cpu);
	KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
	KUNIT_ASSERT_TRUE(test, ctx_call_on(cpu, CTX_HARDIRQ, hotplug_queue_first, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, HOTPLUG_LEFT + 1));
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&fix->dpc[1], cpu), 0);
	dpc_queue(&fix->dpc[1], TAG(8), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, HOTPLUG_LEFT + 2));
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, 7, 0)->cpu, cpu);
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, 8, 0)->cpu, cpu);
}

static int hotplug_gone;	/* the CPU that hotplug_on_thread() brings back */

static void hotplug_on_thread(void *arg)
{
	struct fixture *fix = arg;

	if (!unplug_on(hotplug_gone))
		atomic_inc(&fix->wrong);
	/* Pairs with fixture_gated(). */
	fix->number = smp_load_acquire(&fix->seen);
}

/* A CPU does not get its queue back while what it has left behind runs elsewhere. */
static void hotplug_what_was_left_behind_ends_first(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct worker *plugger = &fix->worker[1];
	int cpu = unplug_cpu();
	unsigned long end;

	unplug_need(test, 2);
	hotplug_gone = cpu;
	/* Threaded, as the other CPU, which may be the last one, is needed meanwhile. */
	dpc_init_threaded(&fix->dpc[0], fixture_gated, fix);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(plugger, ctx_cpu(0), hotplug_on_thread, fix));
	/* Time enough to get it back, if nobody waited. */
	end = jiffies + HZ / 2;
	while (time_before(jiffies, end) && inside_threaded_home(cpu) != cpu)
		usleep_range(1000, 2000);
	KUNIT_EXPECT_NE(test, inside_threaded_home(cpu), cpu);
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(plugger));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, fix->number, 1);
	hotplug_expect_rehomed(test, cpu);
}

/* Several times: the CPU that is home for them gives everything back. */
static void hotplug_works_again_and_again(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int round, cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_setup(test);
	for (round = 1; round <= 2; round++) {
		KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, hotplug_leave, fix));
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), round * HOTPLUG_LEFT);
		KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
	}
}

static void hotplug_refuses_an_offline_target(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	KUNIT_ASSERT_TRUE(test, unplug_off(cpu));
	KUNIT_EXPECT_EQ(test, dpc_set_cpu(&fix->dpc[0], cpu), -ENXIO);
	KUNIT_EXPECT_EQ(test, fix->dpc[0].cpu, DPC_CPU_QUEUEING);
}

static void hotplug_off_thread(void *arg)
{
	struct fixture *fix = arg;

	if (!unplug_off(unplug_cpu()))
		atomic_inc(&fix->wrong);
	/* Pairs with fixture_gated(). */
	fix->number = smp_load_acquire(&fix->seen);
}

/* A CPU does not go while a routine runs there. */
static void hotplug_routine_that_runs_ends_first(struct kunit *test)
{
	const struct hotplug_kind *kind = test->param_value;
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	if (kind->threaded)
		dpc_init_threaded(dpc, fixture_gated, fix);
	else
		dpc_init(dpc, fixture_gated, fix);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, cpu, dpc, TAG(0), TAG(0)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[1], ctx_cpu(0), hotplug_off_thread, fix));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&fix->worker[1]));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[1]));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, fix->number, 1);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].cpu, cpu);
}

/* What is queued to the CPU that goes, or by it, of every kind. */
static void hotplug_load_setup(struct fixture *fix, int cpu)
{
	int i;

	inside_low_waits(true);
	for (i = 0; i < FIX_DPCS; i++) {
		if (i % 4 < 2)
			dpc_init(&fix->dpc[i], fixture_count, fix);
		else
			dpc_init_threaded(&fix->dpc[i], fixture_count, fix);
		if (i % 2)
			dpc_set_cpu(&fix->dpc[i], cpu);
		dpc_set_serialised(&fix->dpc[i], i >= 4);
	}
	dpc_set_importance(&fix->dpc[0], DPC_IMPORTANCE_LOW);
	dpc_set_importance(&fix->dpc[4], DPC_IMPORTANCE_HIGH);
	dpc_set_importance(&fix->dpc[5], DPC_IMPORTANCE_HIGH);
}

static void hotplug_load(void *arg)
{
	struct fixture *fix = arg;
	unsigned int i, round = 0;

	while (!READ_ONCE(fix->stop)) {
		local_bh_disable();
		for (i = 0; i < FIX_DPCS; i++)
			if (dpc_queue(&fix->dpc[i], NULL, NULL))
				atomic_inc(&fix->queued);
		if (dpc_cancel(&fix->dpc[round++ % FIX_DPCS]))
			atomic_inc(&fix->cancelled);
		local_bh_enable();
		cond_resched();
	}
}

static void hotplug_under_load_loses_nothing(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, round, cpus = min_t(unsigned int, num_online_cpus(), FIX_WORKERS);
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	hotplug_load_setup(fix, cpu);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i], ctx_cpu(i), hotplug_load,
						     fix));
	for (round = 0; round < 2; round++) {
		KUNIT_ASSERT_TRUE(test, unplug_off(cpu));
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
		KUNIT_ASSERT_TRUE(test, ctx_flush());
	}
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued),
			atomic_read(&fix->ran) + atomic_read(&fix->cancelled));
	for (i = 0; i < FIX_DPCS; i++)
		KUNIT_EXPECT_FALSE(test, dpc_is_queued(&fix->dpc[i]));
}

static struct kunit_case hotplug_cases[] = {
	KUNIT_CASE_PARAM(hotplug_live_cpu_runs_what_is_left_behind, hotplug_gen_params), /* Q16 */
	KUNIT_CASE_PARAM(hotplug_serialised_left_behind_run, hotplug_gen_params), /* Q10 Q16 */
	KUNIT_CASE_PARAM(hotplug_serialised_left_behind_queues_itself, /* Q10 Q16 */
			 hotplug_gen_params),
	KUNIT_CASE_PARAM(hotplug_order_is_kept, hotplug_gen_params), /* Q3 Q16 */
	KUNIT_CASE_PARAM(hotplug_high_stays_at_the_head, hotplug_gen_params), /* Q3 Q16 */
	KUNIT_CASE_PARAM(hotplug_left_behind_can_be_cancelled, hotplug_gen_params), /* Q7 Q16 */
	KUNIT_CASE_PARAM(hotplug_flush_covers_what_is_left_behind, hotplug_gen_params), /* Q8 Q16 */
	KUNIT_CASE_PARAM(hotplug_flush_that_waits_survives_it, hotplug_gen_params), /* Q8 Q16 */
	KUNIT_CASE_PARAM(hotplug_objects_can_be_queued_afterwards, hotplug_gen_params), /* Q16 */
	KUNIT_CASE_PARAM(hotplug_cpu_that_comes_back_runs_its_own, hotplug_gen_params), /* Q6 Q16 */
	KUNIT_CASE(hotplug_what_was_left_behind_ends_first), /* Q16 */
	KUNIT_CASE_PARAM(hotplug_works_again_and_again, hotplug_gen_params), /* Q16 */
	KUNIT_CASE(hotplug_refuses_an_offline_target), /* Q6 Q16 */
	KUNIT_CASE_PARAM(hotplug_routine_that_runs_ends_first, hotplug_gen_params), /* Q16 */
	KUNIT_CASE_SLOW(hotplug_under_load_loses_nothing), /* Q16 */
	{ }
};

static struct kunit_suite hotplug_suite = {
	.name = "dpc_hotplug",
	.init = hotplug_init,
	.exit = hotplug_exit,
	.test_cases = hotplug_cases,
};

kunit_test_suite(hotplug_suite);
