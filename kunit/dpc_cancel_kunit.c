// SPDX-License-Identifier: GPL-2.0-only
/* Cancelling, with and without waiting: Q7, Q8. */
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
/* A High object goes ahead of the one that is then cancelled: the links are right both ways. */
static void cancel_keeps_one_that_went_ahead(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled;

	dpc_set_importance(&fix->dpc[1], DPC_IMPORTANCE_HIGH);
	local_bh_disable();
	dpc_queue(&fix->dpc[0], TAG(CANCEL_A), NULL);
	dpc_queue(&fix->dpc[1], TAG(CANCEL_B), NULL);
	cancelled = dpc_cancel(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, cancelled);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
	KUNIT_EXPECT_EQ(test, fix->rec.entry[0].tag, CANCEL_B);
}

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
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->ran, 5000));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->cancelled, 300));
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

/* ---- Cancel and wait ----------------------------------------------------- */

/* The last two workers; fixture_queue() and its like take the first ones. */
#define CANCEL_SYNC(fix, nth)	(&(fix)->worker[FIX_WORKERS - 1 - (nth)])

static void cancel_sync_thread(void *arg)
{
	struct fixture *fix = arg;

	if (dpc_cancel_sync(&fix->dpc[0]))
		atomic_inc(&fix->cancelled);
	/* Pairs with fixture_gated(): what had ended when it returned. */
	if (smp_load_acquire(&fix->seen) == 0)
		atomic_inc(&fix->wrong);
}

static bool cancel_sync_start(struct fixture *fix, unsigned int nth)
{
	return worker_start(CANCEL_SYNC(fix, nth), ctx_cpu(0), cancel_sync_thread, fix) &&
	       worker_wait_blocked(CANCEL_SYNC(fix, nth));
}

static void cancel_sync_queued_object_returns_true(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_hold(fix, ctx_cpu(1), &fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	/* Nothing runs: there is nothing to wait for. */
	KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->hold));
	gate_open(&fix->hold);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->cancelled), 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 0);
}

static void cancel_sync_idle_object_returns_false(struct kunit *test)
{
	struct fixture *fix = test->priv;

	KUNIT_EXPECT_FALSE(test, dpc_cancel_sync(&fix->dpc[0]));
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(&fix->dpc[0]));
}

static void cancel_sync_lets_the_object_be_queued_anew(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_cancel_sync(&fix->dpc[0]);
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_FALSE(test, dpc_cancel_sync(&fix->dpc[0]));
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], NULL, NULL));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
}

/* Operations that meet: cancel_sync and a running routine. */
static void cancel_sync_waits_for_a_routine_on_another_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, CANCEL_A));
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(CANCEL_SYNC(fix, 0)));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->cancelled), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
}

static void cancel_sync_waits_for_a_threaded_routine(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	dpc_init_threaded(&fix->dpc[0], fixture_gated, fix);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(1), &fix->dpc[0], TAG(CANCEL_A),
					      TAG(0)));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(CANCEL_SYNC(fix, 0)));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
}

/* It runs on CPU 1 and is queued there behind itself: true, and still a wait. */
static void cancel_sync_running_and_queued_does_both(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, CANCEL_A));
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(1));
	KUNIT_ASSERT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(CANCEL_B), TAG(0)));
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	KUNIT_EXPECT_FALSE(test, worker_finished(CANCEL_SYNC(fix, 0)));
	/* No second one comes in between. */
	KUNIT_EXPECT_FALSE(test, dpc_queue(&fix->dpc[0], TAG(CANCEL_C), TAG(0)));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->cancelled), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
}

/* Q10: on CPU 1 and on CPU 2 at once. */
static void cancel_sync_waits_for_every_cpu_that_runs_it(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	ctx_need_cpus(test, 3);
	dpc_init(&fix->dpc[0], fixture_gated, fix);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(i + 1), &fix->dpc[0], TAG(i),
						      TAG(i)));
		KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&fix->gate[i], 1));
	}
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(READ_ONCE(fix->seen) == 1));
	KUNIT_EXPECT_FALSE(test, worker_finished(CANCEL_SYNC(fix, 0)));
	gate_open(&fix->gate[1]);
	KUNIT_EXPECT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
}

static void cancel_sync_refuses_queueing_meanwhile(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued, marked, cancelled;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, CANCEL_A));
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	queued = dpc_queue(&fix->dpc[0], TAG(CANCEL_B), TAG(0));
	marked = dpc_is_queued(&fix->dpc[0]);
	cancelled = dpc_cancel(&fix->dpc[0]);
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
	KUNIT_EXPECT_FALSE(test, queued);
	KUNIT_EXPECT_FALSE(test, marked);
	KUNIT_EXPECT_FALSE(test, cancelled);
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(CANCEL_C), TAG(0)));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, CANCEL_B), 0);
}

static void cancel_sync_twice_at_once_both_wait(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, CANCEL_A));
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, i));
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_FALSE(test, worker_finished(CANCEL_SYNC(fix, i)));
	gate_open(&fix->gate[0]);
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, i)));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(CANCEL_B), TAG(0)));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
}

static void cancel_requeue_for_ever(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	atomic_inc(&fix->ran);
	/* Pairs with cancel_sync_thread(). */
	smp_store_release(&fix->seen, 1);
	if (!READ_ONCE(fix->stop))
		dpc_queue(dpc, NULL, NULL);
}

/* Q9 */
static void cancel_sync_ends_a_routine_that_queues_itself(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int ran;

	dpc_init(&fix->dpc[0], cancel_requeue_for_ever, fix);
	KUNIT_ASSERT_TRUE(test, fixture_queue(fix, ctx_cpu(num_online_cpus() - 1), &fix->dpc[0],
					      NULL, NULL));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) > 10));
	KUNIT_ASSERT_TRUE(test, cancel_sync_start(fix, 0));
	KUNIT_ASSERT_TRUE(test, worker_join(CANCEL_SYNC(fix, 0)));
	ran = atomic_read(&fix->ran);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->ran), ran);
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(&fix->dpc[0]));
}

static void cancel_sync_freed_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	int i;

	/* Freed by cancel_sync_round() when this is over; KASAN watches. */
	WRITE_ONCE(*(u64 *)arg1, 1);
	atomic_inc(&fix->ran);
	for (i = 0; i < 2000; i++)
		cpu_relax();
	WRITE_ONCE(*(u64 *)arg1, 2);
}

static void cancel_sync_queue_rounds(void *arg)
{
	struct fixture *fix = arg;
	void *memory;

	while (!READ_ONCE(fix->stop)) {
		local_bh_disable();
		/* Pairs with cancel_sync_round(). */
		memory = smp_load_acquire(&fix->memory);
		if (memory && dpc_queue(&fix->dpc[0], memory, NULL))
			atomic_inc(&fix->queued);
		/* Until here @memory is used by this thread as well. */
		WRITE_ONCE(fix->number, fix->number + 1);
		local_bh_enable();
		cond_resched();
	}
}

/* Take back what the routine uses, as a driver does when it is removed. */
static bool cancel_sync_round(struct fixture *fix)
{
	u64 *memory = kzalloc(sizeof(*memory), GFP_KERNEL);
	unsigned long end = jiffies + 2 * REC_LIMIT;
	int before = atomic_read(&fix->queued);
	u64 turn;
	bool ok;

	if (!memory)
		return false;
	/* Pairs with cancel_sync_queue_rounds(). */
	smp_store_release(&fix->memory, (void *)memory);
	ok = rec_wait_until(atomic_read(&fix->queued) > before);
	WRITE_ONCE(fix->memory, NULL);
	/*
	 * Once its turn is over, nobody queues it any more; then its routine
	 * begins.  Awake, so as not to come too late for that.
	 */
	turn = READ_ONCE(fix->number);
	while (READ_ONCE(fix->number) == turn && time_before(jiffies, end))
		cpu_relax();
	if (dpc_cancel_sync(&fix->dpc[0]))
		atomic_inc(&fix->cancelled);
	kfree(memory);
	return ok && time_before(jiffies, end);
}

/* Operations that meet: cancel_sync, queue and drain; afterwards nothing uses the memory. */
static void cancel_sync_true_end_of_all_calls(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], cancel_sync_freed_routine, fix);
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], ctx_cpu(1),
					     cancel_sync_queue_rounds, fix));
	for (i = 0; i < 100; i++)
		KUNIT_ASSERT_TRUE(test, cancel_sync_round(fix));
	WRITE_ONCE(fix->stop, true);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued),
			atomic_read(&fix->ran) + atomic_read(&fix->cancelled));
}

static void cancel_sync_worker(void *arg)
{
	struct fixture *fix = arg;
	int i;

	while (!READ_ONCE(fix->stop)) {
		for (i = 0; i < FIX_DPCS; i++)
			if (dpc_cancel_sync(&fix->dpc[i]))
				atomic_inc(&fix->cancelled);
		atomic_inc(&fix->refused);
		cond_resched();
	}
}

/* Two that cancel and wait, two that queue, one that only cancels: nothing gets lost. */
static void cancel_sync_meets_everything(struct kunit *test)
{
	static void (* const fn[])(void *arg) = {
		cancel_queueing_worker, cancel_sync_worker, cancel_queueing_worker,
		cancel_sync_worker, cancel_cancelling_worker,
	};
	struct fixture *fix = test->priv;
	unsigned int i;

	/* On one, what is queued has run before anybody could cancel it. */
	ctx_need_cpus(test, 2);
	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&fix->dpc[i], fixture_count, fix);
	for (i = 0; i < ARRAY_SIZE(fn); i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[i],
						     ctx_cpu(i % num_online_cpus()), fn[i], fix));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->ran, 500));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->cancelled, 50));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&fix->refused, 10));
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < ARRAY_SIZE(fn); i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued),
			atomic_read(&fix->ran) + atomic_read(&fix->cancelled));
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
	KUNIT_CASE(cancel_keeps_one_that_went_ahead), /* Q3 Q7 */
	KUNIT_CASE(cancel_true_lets_the_object_be_freed), /* Q7 */
	KUNIT_CASE_PARAM(cancel_is_legal_from, cancel_ctx_gen_params), /* Q7 */
	KUNIT_CASE(cancel_meets_drain), /* Q7 */
	KUNIT_CASE(cancel_queue_and_drain_lose_nothing), /* Q2 Q7 */
	KUNIT_CASE(cancel_sync_queued_object_returns_true), /* Q7 */
	KUNIT_CASE(cancel_sync_idle_object_returns_false), /* Q7 */
	KUNIT_CASE(cancel_sync_lets_the_object_be_queued_anew), /* Q2 Q7 */
	KUNIT_CASE(cancel_sync_waits_for_a_routine_on_another_cpu), /* Q7 Q8 */
	KUNIT_CASE(cancel_sync_waits_for_a_threaded_routine), /* Q7 Q8 */
	KUNIT_CASE(cancel_sync_running_and_queued_does_both), /* Q7 Q8 */
	KUNIT_CASE(cancel_sync_waits_for_every_cpu_that_runs_it), /* Q8 Q10 */
	KUNIT_CASE(cancel_sync_refuses_queueing_meanwhile), /* Q2 Q7 */
	KUNIT_CASE(cancel_sync_twice_at_once_both_wait), /* Q8 */
	KUNIT_CASE(cancel_sync_ends_a_routine_that_queues_itself), /* Q8 Q9 */
	KUNIT_CASE(cancel_sync_true_end_of_all_calls), /* Q8 */
	KUNIT_CASE(cancel_sync_meets_everything), /* Q7 Q8 */
	{ }
};

static struct kunit_suite cancel_suite = {
	.name = "dpc_cancel",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cancel_cases,
};

kunit_test_suite(cancel_suite);
