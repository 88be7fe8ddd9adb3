// SPDX-License-Identifier: GPL-2.0-only
/* One call on every online CPU, with a barrier: Q17. */
#include "fixture.h"
#include "unplug.h"

#include <linux/timekeeping.h>

#define CALL_ALL_ROUNDS		5
#define CALL_ALL_REPEATS	20

struct call_all_test {
	struct fixture	fix;	/* first: fixture_exit() knows nothing else */
	dpc_routine_t	routine;
	unsigned int	cpus;
	atomic_t	came[CALL_ALL_ROUNDS];
	atomic_t	early[CALL_ALL_ROUNDS];	/* passed before all had come */
	atomic_t	last[CALL_ALL_ROUNDS];
	atomic_t	ended;
	atomic_t	inside;
	int		ended_on_return;
};

static int call_all_init(struct kunit *test)
{
	struct call_all_test *ct = kunit_kzalloc(test, sizeof(*ct), GFP_KERNEL);

	if (!ct)
		return -ENOMEM;
	ct->cpus = num_online_cpus();
	return fixture_setup(test, &ct->fix);
}

static void call_all_exit(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, unplug_restore());
	fixture_exit(test);
}

static void call_all_thread(void *arg)
{
	struct call_all_test *ct = arg;

	dpc_call_all(ct->routine, ct);
	ct->ended_on_return = atomic_read(&ct->ended);
}

static bool call_all_start(struct call_all_test *ct, dpc_routine_t routine)
{
	ct->routine = routine;
	return worker_start(&ct->fix.worker[FIX_WORKERS - 1], ctx_cpu(0), call_all_thread, ct);
}

static bool call_all_join(struct call_all_test *ct)
{
	return worker_join(&ct->fix.worker[FIX_WORKERS - 1]);
}

/* In a thread of its own: a barrier that nobody leaves would take the test's. */
static bool call_all(struct call_all_test *ct, dpc_routine_t routine)
{
	return call_all_start(ct, routine) && call_all_join(ct);
}

static void call_all_note(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;

	recorder_note(&ct->fix.rec, raw_smp_processor_id());
	atomic_inc(&ct->ended);
}

static void call_all_is_once_on_each_cpu(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	int cpu;

	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_note));
	KUNIT_EXPECT_EQ(test, recorder_count(&ct->fix.rec), ct->cpus);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, recorder_count_tag(&ct->fix.rec, cpu), 1);
}

static void call_all_is_at_dispatch(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_note));
	for (i = 0; i < ct->cpus; i++) {
		KUNIT_EXPECT_TRUE(test, rec_at_dispatch(&ct->fix.rec.entry[i]));
		KUNIT_EXPECT_TRUE(test, ct->fix.rec.entry[i].executing);
		KUNIT_EXPECT_FALSE(test, ct->fix.rec.entry[i].irqs_off);
	}
}

static void call_all_slow_end(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;

	ctx_busy_wait_us(1000 * raw_smp_processor_id());
	atomic_inc(&ct->ended);
}

static void call_all_returns_when_all_have_returned(struct kunit *test)
{
	struct call_all_test *ct = test->priv;

	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_slow_end));
	KUNIT_EXPECT_EQ(test, ct->ended_on_return, ct->cpus);
}

/* A round: come, not all at once; nobody goes on before all came. */
static void call_all_round(struct call_all_test *ct, unsigned int round, unsigned int expected,
			   void *arg2)
{
	unsigned int cpu = raw_smp_processor_id();

	/* Each is the slowest once. */
	ctx_busy_wait_us(200 * ((cpu + round) % ct->cpus));
	atomic_inc(&ct->came[round]);
	if (dpc_call_all_synchronize(arg2))
		atomic_inc(&ct->last[round]);
	if (atomic_read(&ct->came[round]) < expected)
		atomic_inc(&ct->early[round]);
}

static void call_all_rounds(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;
	unsigned int i;

	for (i = 0; i < CALL_ALL_ROUNDS; i++)
		call_all_round(ct, i, ct->cpus, arg2);
	dpc_call_all_done(arg1);
	atomic_inc(&ct->ended);
}

static void call_all_barrier_holds_everybody(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	int i;

	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_rounds));
	for (i = 0; i < CALL_ALL_ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->early[i]), 0);
	KUNIT_EXPECT_EQ(test, ct->ended_on_return, ct->cpus);
}

static void call_all_tells_one_that_it_was_last(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	int i;

	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_rounds));
	for (i = 0; i < CALL_ALL_ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->last[i]), 1);
}

static void call_all_some(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;
	unsigned int i;

	/* The first CPU never comes, and is the last to return. */
	if (raw_smp_processor_id() == ctx_cpu(0))
		ctx_busy_wait_us(5000);
	else
		for (i = 0; i < CALL_ALL_ROUNDS; i++)
			call_all_round(ct, i, ct->cpus - 1, arg2);
	atomic_inc(&ct->ended);
}

/* Returning is leaving: the others go on, in each round one of them is "last". */
static void call_all_does_not_wait_for_who_has_returned(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	int i;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_some));
	for (i = 0; i < CALL_ALL_ROUNDS; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->came[i]), ct->cpus - 1);
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->early[i]), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->last[i]), 1);
	}
	KUNIT_EXPECT_EQ(test, ct->ended_on_return, ct->cpus);
}

static void call_all_say_done(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;

	if (raw_smp_processor_id() == ctx_cpu(0)) {
		/* Twice: the second changes nothing. */
		dpc_call_all_done(arg1);
		dpc_call_all_done(arg1);
		gate_pass(&ct->fix.gate[0]);
	} else {
		call_all_round(ct, 0, ct->cpus - 1, arg2);
		call_all_round(ct, 1, ct->cpus - 1, arg2);
		/* All others have passed two rounds; now the first may return. */
		if (atomic_inc_return(&ct->inside) == ct->cpus - 1)
			gate_open(&ct->fix.gate[0]);
	}
	atomic_inc(&ct->ended);
}

/* The first says "done", and returns only when the others have passed. */
static void call_all_does_not_wait_for_who_is_done(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	int i;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_say_done));
	KUNIT_EXPECT_FALSE(test, gate_expired(&ct->fix.gate[0]));
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->early[i]), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->last[i]), 1);
	}
	KUNIT_EXPECT_EQ(test, ct->ended_on_return, ct->cpus);
}

/* Where no thread can run: the other CPUs stand at the barrier. */
static void call_all_spin_until_others_came(struct call_all_test *ct)
{
	u64 end = ktime_get_mono_fast_ns() + REC_LIMIT_NS;

	while (atomic_read(&ct->came[0]) < ct->cpus - 1) {
		if (ktime_get_mono_fast_ns() > end) {
			atomic_inc(&ct->fix.wrong);
			return;
		}
		cpu_relax();
	}
	/* And were they to go on now, they would. */
	ctx_busy_wait_us(2000);
}

static void call_all_leave_late(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;

	if (raw_smp_processor_id() != ctx_cpu(0)) {
		call_all_round(ct, 0, ct->cpus - 1, arg2);
		return;
	}
	call_all_spin_until_others_came(ct);
	/* At least one would have been told by now. */
	ct->fix.seen = atomic_read(&ct->last[0]);
}

/* Of those that wait one is told "last" when the one that is waited for leaves. */
static void call_all_leaving_releases_the_barrier(struct kunit *test)
{
	struct call_all_test *ct = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_leave_late));
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, ct->fix.seen, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->last[0]), 1);
}

/* Keeps bottom halves off until the others stand at the barrier. */
static void call_all_busy(void *arg)
{
	struct call_all_test *ct = arg;

	local_bh_disable();
	gate_open(&ct->fix.gate[0]);
	call_all_spin_until_others_came(ct);
	ct->fix.seen = atomic_read(&ct->last[0]);
	local_bh_enable();
}

static void call_all_waits_for_a_busy_cpu(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	struct fixture *fix = &ct->fix;
	int i;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], ctx_cpu(1), call_all_busy, ct));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->gate[0].open)));
	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_rounds));
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, fix->seen, 0);
	for (i = 0; i < CALL_ALL_ROUNDS; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->early[i]), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->last[i]), 1);
	}
}

/* What is queued on CPU 1 already comes afterwards. */
static void call_all_goes_ahead_of_what_is_queued(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	struct fixture *fix = &ct->fix;
	int cpu = ctx_cpu(1);

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, cpu, &fix->dpc[0], TAG(1000), NULL));
	KUNIT_ASSERT_TRUE(test, call_all_start(ct, call_all_note));
	/* Its own CPU has been called: the others were asked before. */
	KUNIT_ASSERT_TRUE(test, recorder_wait_tag(&fix->rec, ctx_cpu(0), 1));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, call_all_join(ct));
	KUNIT_ASSERT_TRUE(test, recorder_wait_tag(&fix->rec, 1000, 1));
	KUNIT_EXPECT_LT(test, recorder_position(&fix->rec, cpu),
			recorder_position(&fix->rec, 1000));
}

static void call_all_exclusive(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;
	bool first = dpc_call_all_synchronize(arg2);

	/* All CPUs are in this call: none can be in another. */
	if (first && atomic_inc_return(&ct->inside) != 1)
		atomic_inc(&ct->fix.wrong);
	dpc_call_all_synchronize(arg2);
	if (first)
		atomic_dec(&ct->inside);
	atomic_inc(&ct->ended);
}

static void call_all_repeat(void *arg)
{
	struct call_all_test *ct = arg;
	int i;

	for (i = 0; i < CALL_ALL_REPEATS; i++)
		dpc_call_all(call_all_exclusive, ct);
}

static void call_all_twice_at_once_is_one_after_the_other(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	struct fixture *fix = &ct->fix;
	int i;

	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i], ctx_cpu(i % ct->cpus),
						     call_all_repeat, ct));
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->ended), 2 * CALL_ALL_REPEATS * ct->cpus);
}

static void call_all_leaves_offline_cpus_out(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	int i, cpu = unplug_cpu();

	unplug_need(test, 2);
	KUNIT_ASSERT_TRUE(test, unplug_off(cpu));
	ct->cpus = num_online_cpus();
	KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_rounds));
	for (i = 0; i < CALL_ALL_ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&ct->last[i]), 1);
	KUNIT_EXPECT_EQ(test, ct->ended_on_return, ct->cpus);
}

static void call_all_unplugger(void *arg)
{
	struct call_all_test *ct = arg;
	int cpu = unplug_cpu();

	while (!READ_ONCE(ct->fix.stop)) {
		if (!unplug_off(cpu) || !unplug_on(cpu))
			atomic_inc(&ct->fix.wrong);
		WRITE_ONCE(ct->fix.seen, ct->fix.seen + 1);
	}
}

static void call_all_count_cpus(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct call_all_test *ct = context;

	atomic_inc(&ct->came[0]);
	dpc_call_all_synchronize(arg2);
	if (atomic_read(&ct->came[0]) != num_online_cpus())
		atomic_inc(&ct->fix.wrong);
	dpc_call_all_synchronize(arg2);
	atomic_set(&ct->came[0], 0);
}

/* Operations that meet: the call, and a CPU that comes and goes all the time. */
static void call_all_meets_hotplug(struct kunit *test)
{
	struct call_all_test *ct = test->priv;
	struct fixture *fix = &ct->fix;

	unplug_need(test, 2);
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], ctx_cpu(0), call_all_unplugger, ct));
	while (READ_ONCE(fix->seen) < 2 && !atomic_read(&fix->wrong))
		KUNIT_ASSERT_TRUE(test, call_all(ct, call_all_count_cpus));
	WRITE_ONCE(fix->stop, true);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
}

static struct kunit_case call_all_cases[] = {
	KUNIT_CASE(call_all_is_once_on_each_cpu), /* Q17 */
	KUNIT_CASE(call_all_is_at_dispatch), /* Q17 */
	KUNIT_CASE(call_all_returns_when_all_have_returned), /* Q17 */
	KUNIT_CASE(call_all_barrier_holds_everybody), /* Q17 */
	KUNIT_CASE(call_all_tells_one_that_it_was_last), /* Q17 */
	KUNIT_CASE(call_all_does_not_wait_for_who_has_returned), /* Q17 */
	KUNIT_CASE(call_all_does_not_wait_for_who_is_done), /* Q17 */
	KUNIT_CASE(call_all_leaving_releases_the_barrier), /* Q17 */
	KUNIT_CASE(call_all_waits_for_a_busy_cpu), /* Q17 */
	KUNIT_CASE(call_all_goes_ahead_of_what_is_queued), /* Q3 Q17 */
	KUNIT_CASE(call_all_twice_at_once_is_one_after_the_other), /* Q17 */
	KUNIT_CASE(call_all_leaves_offline_cpus_out), /* Q16 Q17 */
	KUNIT_CASE(call_all_meets_hotplug), /* Q16 Q17 */
	{ }
};

static struct kunit_suite call_all_suite = {
	.name = "dpc_call_all",
	.init = call_all_init,
	.exit = call_all_exit,
	.test_cases = call_all_cases,
};

kunit_test_suite(call_all_suite);
