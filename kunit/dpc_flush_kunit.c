// SPDX-License-Identifier: GPL-2.0-only
/* Flushing: Q8. */
#include "fixture.h"

enum { FLUSH_A, FLUSH_B, FLUSH_C, FLUSH_D };

/*
 * A flush in a thread of its own, with what it found when it returned: how
 * many of the gated routines had gone through.
 */
struct flusher {
	struct worker	worker;
	struct fixture	*fix;
	struct dpc	*dpc;		/* to flush; NULL for all */
	bool		waited;		/* what dpc_flush() said */
	u64		seen;
};

struct flush_test {
	struct fixture	fix;	/* first: fixture_exit() knows nothing else */
	struct flusher	flusher[2];
};

static int flush_init(struct kunit *test)
{
	struct flush_test *ft = kunit_kzalloc(test, sizeof(*ft), GFP_KERNEL);

	return ft ? fixture_setup(test, &ft->fix) : -ENOMEM;
}

static void flush_exit(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	int i;

	fixture_exit(test);
	for (i = 0; ft && i < ARRAY_SIZE(ft->flusher); i++)
		KUNIT_EXPECT_TRUE(test, worker_join(&ft->flusher[i].worker));
}

static void flusher_thread(void *arg)
{
	struct flusher *flusher = arg;

	if (flusher->dpc)
		flusher->waited = dpc_flush(flusher->dpc);
	else
		dpc_flush_all();
	/* Pairs with fixture_gated(). */
	flusher->seen = smp_load_acquire(&flusher->fix->seen);
}

/* Start flusher @nth and let it come as far as it gets. */
static bool flush_start(struct flush_test *ft, unsigned int nth)
{
	struct flusher *flusher = &ft->flusher[nth];

	flusher->fix = &ft->fix;
	return worker_start(&flusher->worker, ctx_cpu(0), flusher_thread, flusher) &&
	       worker_wait_blocked(&flusher->worker);
}

/* Q8 */
static void flush_with_nothing_queued_returns(struct kunit *test)
{
	struct flush_test *ft = test->priv;

	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_EXPECT_TRUE(test, worker_join(&ft->flusher[0].worker));
}

/* Q8 */
static void flush_waits_for_a_queued_object(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], fixture_gated, fix);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], TAG(FLUSH_A), TAG(0)));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
}

/*
 * Q8, trap (ReactOS looks at the depth, which is 0; ndiswrapper misses what
 * runs elsewhere).  Operations that meet: flush and a running routine.
 */
static void flush_waits_for_a_routine_running_on_another_cpu(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
}

/* Q8: each of three CPUs holds the flush up. */
static void flush_waits_for_every_cpu(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;
	int i;

	ctx_need_cpus(test, 4);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(i + 1), &fix->dpc[i], i, i));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_TRUE(test, rec_wait_until(READ_ONCE(fix->seen) == i));
		KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
		gate_open(&fix->gate[i]);
	}
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 3);
}

/*
 * Q8: A runs when the flush begins, B is queued later on a CPU of its own and
 * stays at its gate; the flush ends with A.
 */
static void flush_does_not_wait_for_later_objects(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(2), &fix->dpc[1], 1, FLUSH_B));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->gate[1]));
}

static void flush_chain(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	/* B, behind A on A's own CPU, while the flush is already waiting for A. */
	fixture_gated(dpc, context, arg1, arg2);
	dpc_queue(&fix->dpc[1], TAG(FLUSH_B), TAG(1));
}

static void flush_meets_a_chain(struct kunit *test, enum dpc_importance importance)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], flush_chain, fix);
	dpc_init(&fix->dpc[1], fixture_gated, fix);
	dpc_set_importance(&fix->dpc[1], importance);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(1), &fix->dpc[0], TAG(FLUSH_A), TAG(0)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[1], 1));
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->gate[1]));
}

/* Q8: the same when the later one is on the same CPU. */
static void flush_does_not_wait_for_later_objects_on_its_cpu(struct kunit *test)
{
	flush_meets_a_chain(test, DPC_IMPORTANCE_MEDIUM);
}

/* Q3, Q8: a High one goes to the head, but not ahead of the flush. */
static void flush_does_not_wait_for_later_high_objects(struct kunit *test)
{
	flush_meets_a_chain(test, DPC_IMPORTANCE_HIGH);
}

static void flush_requeue(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	atomic_inc(&fix->ran);
	if (!READ_ONCE(fix->stop))
		dpc_queue(dpc, NULL, NULL);
}

/* Q8, Q9 */
static void flush_is_not_held_up_by_a_routine_that_queues_itself(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;
	unsigned int last = num_online_cpus() - 1;

	dpc_init(&fix->dpc[0], flush_requeue, fix);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(last), &fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) > 1));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_EXPECT_TRUE(test, worker_join(&ft->flusher[0].worker));
	/* It still does. */
	KUNIT_EXPECT_TRUE(test, dpc_is_queued(&fix->dpc[0]) || atomic_read(&fix->ran) > 2);
}

/* Q8, trap (NDISulator, FreeBSD): the completion of an earlier flush is left over. */
static void flush_is_not_satisfied_by_the_one_before(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;
	int i;

	ctx_need_cpus(test, 2);
	/* Earlier flushes of all kinds: with nothing, and with something, to wait for. */
	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		dpc_queue(&fix->dpc[1], TAG(FLUSH_B), NULL);
		KUNIT_ASSERT_TRUE(test, ctx_flush());
	}
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));

	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[2], 2, FLUSH_C));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 1));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[1].worker));
	gate_open(&fix->gate[2]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[1].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_EXPECT_EQ(test, ft->flusher[1].seen, 2);
}

/* Q8 */
static void flush_twice_at_once_both_wait(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;
	int i;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_TRUE(test, flush_start(ft, i));
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[i].worker));
	gate_open(&fix->gate[0]);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[i].worker));
		KUNIT_EXPECT_EQ(test, ft->flusher[i].seen, 1);
	}
}

/* Q7, Q8: what is cancelled will not finish, and is not waited for. */
static void flush_ends_when_the_last_object_is_cancelled(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	KUNIT_ASSERT_TRUE(test, dpc_cancel(&fix->dpc[0]));
	KUNIT_EXPECT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->hold));
}

/* Q7, Q8: the same behind a routine that runs, which is waited for. */
static void flush_waits_for_what_runs_when_the_last_is_cancelled(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	dpc_init(&fix->dpc[1], fixture_note, fix);
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&fix->dpc[1], ctx_cpu(1)), 0);
	KUNIT_ASSERT_TRUE(test, dpc_queue(&fix->dpc[1], TAG(FLUSH_B), NULL));
	KUNIT_ASSERT_TRUE(test, flush_start(ft, 0));
	KUNIT_EXPECT_TRUE(test, dpc_cancel(&fix->dpc[1]));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&ft->flusher[0].worker));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
}

struct flush_lane {
	struct fixture	*fix;
	struct dpc	dpc;
	u64		accepted;	/* written by the worker */
	u64		finished;	/* written by the routine */
	struct worker	worker;
};

static void flush_lane_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct flush_lane *lane = context;

	WRITE_ONCE(lane->finished, (unsigned long)arg1);
}

static void flush_lane_hardirq(void *arg)
{
	struct flush_lane *lane = arg;
	u64 next = lane->accepted + 1;

	if (dpc_queue(&lane->dpc, (void *)next, NULL))
		/* Accepted first: pairs with flush_meets_queue_and_drain(). */
		smp_store_release(&lane->accepted, next);
}

/* From interrupts, so that the routine runs beside the next queueing. */
static void flush_lane_worker(void *arg)
{
	struct flush_lane *lane = arg;

	while (!READ_ONCE(lane->fix->stop)) {
		local_bh_disable();
		if (!ctx_hardirq_here(flush_lane_hardirq, lane))
			atomic_inc(&lane->fix->wrong);
		local_bh_enable();
		cond_resched();
	}
}

/* Of a CPU that the host has not let run yet nothing can be late. */
static bool flush_lanes_work(const struct flush_lane *lane, unsigned int cpus)
{
	while (cpus)
		if (!READ_ONCE(lane[--cpus].accepted))
			return false;
	return true;
}

/* Q8: under load on all CPUs, everything accepted before a flush is finished after it. */
static void flush_meets_queue_and_drain(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;
	unsigned int cpus = min_t(unsigned int, num_online_cpus(), 4);
	struct flush_lane *lane = kunit_kcalloc(test, cpus, sizeof(*lane), GFP_KERNEL);
	unsigned int i, round, early = 0;
	bool joined = true;
	u64 accepted[4];

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_NOT_NULL(test, lane);
	for (i = 0; i < cpus; i++) {
		lane[i].fix = fix;
		dpc_init(&lane[i].dpc, flush_lane_routine, &lane[i]);
		if (!worker_start(&lane[i].worker, ctx_cpu(i), flush_lane_worker, &lane[i]))
			atomic_inc(&fix->wrong);
	}
	for_rounds_until_met(round, 1, 60, flush_lanes_work(lane, cpus)) {
		for (i = 0; i < cpus; i++)
			/* Pairs with flush_lane_hardirq(). */
			accepted[i] = smp_load_acquire(&lane[i].accepted);
		if (!ctx_flush())
			atomic_inc(&fix->wrong);
		for (i = 0; i < cpus; i++)
			early += READ_ONCE(lane[i].finished) < accepted[i];
	}
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < cpus; i++)
		joined &= worker_join(&lane[i].worker);
	/* Only now, when nothing uses what is freed after a failed assertion. */
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_TRUE(test, joined);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_TRUE(test, flush_lanes_work(lane, cpus));
}

/* ---- One object ---------------------------------------------------------- */

/* Flusher @nth waits for object 0 alone. */
static bool flush_start_one(struct flush_test *ft, unsigned int nth)
{
	ft->flusher[nth].dpc = &ft->fix.dpc[0];
	return flush_start(ft, nth);
}

static void flush_one_that_is_idle_returns_false(struct kunit *test)
{
	struct flush_test *ft = test->priv;

	KUNIT_EXPECT_FALSE(test, dpc_flush(&ft->fix.dpc[0]));
	dpc_queue(&ft->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_FALSE(test, dpc_flush(&ft->fix.dpc[0]));
}

static void flush_one_waits_for_it_queued(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], fixture_gated, fix);
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], TAG(FLUSH_A), TAG(0)));
	KUNIT_ASSERT_TRUE(test, flush_start_one(ft, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_EXPECT_TRUE(test, ft->flusher[0].waited);
}

static void flush_one_waits_for_it_running(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	KUNIT_ASSERT_TRUE(test, flush_start_one(ft, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_EXPECT_TRUE(test, ft->flusher[0].waited);
}

static void flush_one_waits_for_it_in_the_thread(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 2);
	dpc_init_threaded(&fix->dpc[0], fixture_gated, fix);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(1), &fix->dpc[0], TAG(FLUSH_A), TAG(0)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, flush_start_one(ft, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_EXPECT_TRUE(test, ft->flusher[0].waited);
}

/* Q10: it runs on CPU 1 and is queued on CPU 2. */
static void flush_one_waits_for_it_on_every_cpu(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 3);
	gate_open(&fix->gate[1]);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(2), &fix->dpc[0], TAG(FLUSH_B), TAG(1)));
	KUNIT_ASSERT_TRUE(test, flush_start_one(ft, 0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(READ_ONCE(fix->seen) == 1));
	KUNIT_EXPECT_FALSE(test, worker_finished(&ft->flusher[0].worker));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 2);
}

/* B runs on CPU 1, C is queued on CPU 2; A is neither. */
static void flush_one_does_not_wait_for_others(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[1], 0, FLUSH_B));
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(2), &fix->dpc[2], TAG(FLUSH_C), NULL));
	KUNIT_ASSERT_TRUE(test, flush_start_one(ft, 0));
	KUNIT_EXPECT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_FALSE(test, ft->flusher[0].waited);
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->gate[0]));
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->hold));
}

/* A runs when the flush begins; queued again meanwhile, it stays at the next gate. */
static void flush_one_does_not_wait_for_later_queueings(struct kunit *test)
{
	struct flush_test *ft = test->priv;
	struct fixture *fix = &ft->fix;

	ctx_need_cpus(test, 3);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, FLUSH_A));
	KUNIT_ASSERT_TRUE(test, flush_start_one(ft, 0));
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(2), &fix->dpc[0], TAG(FLUSH_B), TAG(1)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[1], 1));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&ft->flusher[0].worker));
	KUNIT_EXPECT_EQ(test, ft->flusher[0].seen, 1);
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->gate[1]));
}

static struct kunit_case flush_cases[] = {
	KUNIT_CASE(flush_with_nothing_queued_returns), /* Q8 */
	KUNIT_CASE(flush_waits_for_a_queued_object), /* Q8 */
	KUNIT_CASE(flush_waits_for_a_routine_running_on_another_cpu), /* Q8 */
	KUNIT_CASE(flush_waits_for_every_cpu), /* Q8 */
	KUNIT_CASE(flush_does_not_wait_for_later_objects), /* Q8 */
	KUNIT_CASE(flush_does_not_wait_for_later_objects_on_its_cpu), /* Q8 */
	KUNIT_CASE(flush_does_not_wait_for_later_high_objects), /* Q3 Q8 */
	KUNIT_CASE(flush_is_not_held_up_by_a_routine_that_queues_itself), /* Q8 Q9 */
	KUNIT_CASE(flush_is_not_satisfied_by_the_one_before), /* Q8 */
	KUNIT_CASE(flush_twice_at_once_both_wait), /* Q8 */
	KUNIT_CASE(flush_ends_when_the_last_object_is_cancelled), /* Q7 Q8 */
	KUNIT_CASE(flush_waits_for_what_runs_when_the_last_is_cancelled), /* Q7 Q8 */
	KUNIT_CASE(flush_meets_queue_and_drain), /* Q8 */
	KUNIT_CASE(flush_one_that_is_idle_returns_false), /* Q8 */
	KUNIT_CASE(flush_one_waits_for_it_queued), /* Q8 */
	KUNIT_CASE(flush_one_waits_for_it_running), /* Q8 */
	KUNIT_CASE(flush_one_waits_for_it_in_the_thread), /* Q8 */
	KUNIT_CASE(flush_one_waits_for_it_on_every_cpu), /* Q8 Q10 */
	KUNIT_CASE(flush_one_does_not_wait_for_others), /* Q8 */
	KUNIT_CASE(flush_one_does_not_wait_for_later_queueings), /* Q8 */
	{ }
};

static struct kunit_suite flush_suite = {
	.name = "dpc_flush",
	.init = flush_init,
	.exit = flush_exit,
	.test_cases = flush_cases,
};

kunit_test_suite(flush_suite);
