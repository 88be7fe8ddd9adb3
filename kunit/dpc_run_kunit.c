// SPDX-License-Identifier: GPL-2.0-only
/* Running routines: Q9 to Q15. */
#include "fixture.h"
#include "speed.h"

#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>

enum { RUN_A, RUN_B, RUN_A_END, RUN_HARDIRQ, RUN_SOFTIRQ };

/* Q11 */
static void run_is_in_softirq_with_interrupts_on(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	dpc_queue(&fix->dpc[0], TAG(RUN_A), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	call = recorder_find(&fix->rec, RUN_A, 0);
	KUNIT_EXPECT_TRUE(test, call->softirq);
	KUNIT_EXPECT_FALSE(test, call->hardirq);
	KUNIT_EXPECT_FALSE(test, call->irqs_off);
}

/* Q1, Q2 */
static void run_gets_the_object_its_context_and_arguments(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	dpc_queue(&fix->dpc[1], TAG(5), TAG(6));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	call = recorder_find(&fix->rec, 5, 0);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_PTR_EQ(test, call->object, (const void *)&fix->dpc[1]);
	KUNIT_EXPECT_PTR_EQ(test, call->context, (void *)fix);
	KUNIT_EXPECT_PTR_EQ(test, call->arg1, TAG(5));
	KUNIT_EXPECT_PTR_EQ(test, call->arg2, TAG(6));
}

static void run_queue_b(void *arg)
{
	struct fixture *fix = arg;

	dpc_queue(&fix->dpc[1], TAG(RUN_B), NULL);
}

static void run_hit_by_queueing_irq(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	recorder_note(&fix->rec, RUN_A);
	if (!ctx_hardirq_here(run_queue_b, fix))
		atomic_inc(&fix->wrong);
	recorder_note(&fix->rec, RUN_A_END);
}

/*
 * Q11:   A begins .. interrupt queues B .. A ends | B
 */
static void run_is_one_at_a_time_per_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], run_hit_by_queueing_irq, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 3));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, RUN_A), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, RUN_A_END), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, RUN_B), 2);
}

static void run_note_task(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	fix->memory = current;
	/* Pairs with run_precedes_the_interrupted_thread(). */
	smp_store_release(&fix->seen, fix->seen + 1);
}

/*
 * Q11: queued by an interrupt that hits this thread, it has run before the
 * thread goes on.  The kernel may have handed softirqs to ksoftirqd, then it
 * runs in that thread: such tries don't count, but they can't be the rule.  On
 * PREEMPT_RT it always runs in a thread, a real-time one, which comes first.
 */
static void run_precedes_the_interrupted_thread(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, in_time = 0, handed_over = 0;

	dpc_init(&fix->dpc[1], run_note_task, fix);
	for_rounds_until_met(i, 1, 50, in_time > 25) {
		bool ran;

		KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, run_queue_b, fix));
		ran = READ_ONCE(fix->seen) == i;
		/* Pairs with run_note_task(). */
		KUNIT_ASSERT_TRUE(test, rec_wait_until(smp_load_acquire(&fix->seen) == i));
		if (!IS_ENABLED(CONFIG_PREEMPT_RT) && fix->memory != current)
			handed_over++;
		else
			in_time += ran;
	}
	KUNIT_EXPECT_EQ(test, in_time + handed_over, i - 1);
	KUNIT_EXPECT_GT(test, in_time, 25);
}

/* Q12 */
static void run_queued_by_a_thread_has_run_on_return(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int after[20], i;

	for (i = 0; i < ARRAY_SIZE(after); i++) {
		dpc_queue(&fix->dpc[0], NULL, NULL);
		after[i] = recorder_count(&fix->rec);
	}
	for (i = 0; i < ARRAY_SIZE(after); i++)
		KUNIT_EXPECT_EQ(test, after[i], i + 1);
}

/* Q12 */
static void run_queued_with_bh_off_waits_for_bh_on(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int before, after;

	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	before = recorder_count(&fix->rec);
	local_bh_enable();
	after = recorder_count(&fix->rec);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
}

/* Q12: DISPATCH is left when the outermost section ends. */
static void run_waits_for_the_outermost_bh_on(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int inner, outer;

	local_bh_disable();
	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	local_bh_enable();
	inner = recorder_count(&fix->rec);
	local_bh_enable();
	outer = recorder_count(&fix->rec);
	KUNIT_EXPECT_EQ(test, inner, 0);
	KUNIT_EXPECT_EQ(test, outer, 1);
}

/* Q12 */
static void run_once_however_often_refused(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, queued = 0;

	local_bh_disable();
	for (i = 0; i < 100; i++)
		queued += dpc_queue(&fix->dpc[0], NULL, NULL);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, queued, 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
}

/* Q11, Q12: an interrupt that hits a section with bottom halves off. */
static void run_queued_by_an_interrupt_waits_for_bh_on(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int before, after;
	bool hit;

	local_bh_disable();
	hit = ctx_hardirq_here(run_queue_b, fix);
	before = recorder_count(&fix->rec);
	local_bh_enable();
	after = recorder_count(&fix->rec);
	KUNIT_ASSERT_TRUE(test, hit);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
}

static void run_requeue_once(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;
	struct rec_entry *entry = recorder_begin(&fix->rec, (long)arg1);

	entry->answer = dpc_is_queued(dpc);
	if (arg1 == TAG(1) && dpc_queue(dpc, TAG(2), NULL))
		atomic_inc(&fix->queued);
	recorder_end(&fix->rec, entry);
}

/* Q9 */
static void run_routine_may_queue_its_own_object(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], run_requeue_once, fix);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, 1), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, 2), 1);
}

/* Q9 */
static void run_object_is_idle_inside_its_routine(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], run_requeue_once, fix);
	dpc_queue(&fix->dpc[0], TAG(3), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_FALSE(test, fix->rec.entry[0].answer);
}

static void run_free_object(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	kfree(dpc);
	recorder_note(&fix->rec, RUN_A);
}

/* Q9: KASAN watches the drain. */
static void run_routine_may_free_its_own_object(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = kmalloc(sizeof(*dpc), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dpc);
	dpc_init(dpc, run_free_object, fix);
	dpc_queue(dpc, NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
}

static void run_overwrite_object(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	memset(dpc, 0xa5, sizeof(*dpc));
	recorder_note(&fix->rec, RUN_A);
}

/* Q9: the same without KASAN: the memory belongs to somebody else now. */
static void run_object_is_not_touched_after_its_call_begins(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], run_overwrite_object, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_NULL(test, memchr_inv(&fix->dpc[0], 0xa5, sizeof(fix->dpc[0])));
}

/* Q10: unlike a tasklet. */
static void run_same_object_on_two_cpus_at_once(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(fix, ctx_cpu(1), &fix->dpc[0], 0, RUN_A));
	gate_open(&fix->gate[1]);
	queued = dpc_queue(&fix->dpc[0], TAG(RUN_B), TAG(1));
	KUNIT_ASSERT_TRUE(test, recorder_wait_tag(&fix->rec, RUN_B, 1));
	KUNIT_EXPECT_TRUE(test, queued);
	/* The call on this CPU is over, the one over there is not. */
	KUNIT_EXPECT_EQ(test, READ_ONCE(fix->seen), 1);
	KUNIT_EXPECT_NE(test, recorder_find(&fix->rec, RUN_A, 0)->cpu,
			recorder_find(&fix->rec, RUN_B, 0)->cpu);
}

static void run_requeue_until_stopped(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	atomic_inc(&fix->ran);
	if (!READ_ONCE(fix->stop) && time_before(jiffies, (unsigned long)arg1))
		dpc_queue(dpc, arg1, NULL);
}

/* Q9, Q11: a routine that queues itself for ever does not take the CPU for ever. */
static void run_self_queueing_routine_lets_threads_run(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned long end = jiffies + REC_LIMIT;

	dpc_init(&fix->dpc[0], run_requeue_until_stopped, fix);
	dpc_queue(&fix->dpc[0], (void *)end, NULL);
	WRITE_ONCE(fix->stop, true);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, end));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GT(test, atomic_read(&fix->ran), 1);
}

/* A: tell the test's CPU that this drain is about to end. */
static void run_tell_round(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	WRITE_ONCE(fix->seen, (unsigned long)arg1);
}

static void run_rounds_worker(void *arg)
{
	struct fixture *fix = arg;
	unsigned long round;

	for (round = 1; !READ_ONCE(fix->stop); round++) {
		while (READ_ONCE(fix->number) < round && !READ_ONCE(fix->stop))
			cpu_relax();
		dpc_queue(&fix->dpc[0], (void *)round, NULL);
	}
}

static void run_queue_counted(void *arg)
{
	struct fixture *fix = arg;

	dpc_queue(&fix->dpc[1], NULL, NULL);
}

/* One round; false when B did not run. */
static bool run_round(struct fixture *fix, int cpu, unsigned long round)
{
	unsigned long i;

	WRITE_ONCE(fix->number, round);
	if (!rec_spin_until(READ_ONCE(fix->seen) == round))
		return false;
	for (i = 0; i < round % 256; i++)
		cpu_relax();
	smp_call_function_single(cpu, run_queue_counted, fix, 0);
	return rec_spin_until(atomic_read(&fix->ran) == round);
}

/*
 * Q11: no request is lost between the drain's last look at the queue and
 * its end.  In each round A runs on another CPU, and an interrupt there queues
 * B, a little later after A's call each time.  Nothing else is queued there
 * that would take B along.  By time as well: on a busy host a round may take
 * a tenth of a second.
 */
static void run_interrupt_at_the_end_of_a_drain_is_not_lost(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned long round = 1, end = jiffies + REC_MEET_LIMIT;
	int cpu = ctx_cpu(1);
	bool ran = true;

	ctx_need_cpus(test, 2);
	dpc_init(&fix->dpc[0], run_tell_round, fix);
	dpc_init(&fix->dpc[1], fixture_count, fix);
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], cpu, run_rounds_worker, fix));
	for (; ran && round <= 2000 && time_before(jiffies, end); round++)
		ran = run_round(fix, cpu, round);
	KUNIT_EXPECT_TRUE(test, ran);

	/* Or the clean-up would wait for B for ever. */
	WRITE_ONCE(fix->stop, true);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	ctx_call_on(cpu, CTX_THREAD, run_queue_b, fix);
}

/* Q13 */
static void run_is_executing_inside_a_routine(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_queue(&fix->dpc[0], TAG(RUN_A), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, fix->rec.entry[0].executing);
}

static void run_note_softirq(void *arg)
{
	struct fixture *fix = arg;

	recorder_note(&fix->rec, RUN_SOFTIRQ);
}

KUNIT_ARRAY_PARAM(run_ctx, ctx_params, ctx_param_name);

/* Q13: not at DISPATCH or above by other means, also right after a routine. */
static void run_is_not_executing_in(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;

	dpc_queue(&fix->dpc[0], TAG(RUN_A), NULL);
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, run_note_softirq, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_FALSE(test, recorder_find(&fix->rec, RUN_SOFTIRQ, 0)->executing);
}

static void run_note_hardirq(void *arg)
{
	struct fixture *fix = arg;

	recorder_note(&fix->rec, RUN_HARDIRQ);
}

static void run_hit_by_noting_irq(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	if (!ctx_hardirq_here(run_note_hardirq, fix))
		atomic_inc(&fix->wrong);
	recorder_note(&fix->rec, RUN_A_END);
}

/* Q13 */
static void run_is_not_executing_in_an_interrupt_that_hits_a_routine(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *hit;

	dpc_init(&fix->dpc[0], run_hit_by_noting_irq, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	hit = recorder_find(&fix->rec, RUN_HARDIRQ, 0);
	KUNIT_ASSERT_NOT_NULL(test, hit);
	KUNIT_EXPECT_TRUE(test, hit->hardirq);
	KUNIT_EXPECT_FALSE(test, hit->executing);
}

/* Q13 */
static void run_is_executing_again_after_an_interrupt(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[0], run_hit_by_noting_irq, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_TRUE(test, recorder_find(&fix->rec, RUN_A_END, 0)->executing);
}

/*
 * Q15: run a routine that breaks its contract between two good ones in one
 * drain, @undo what the core can't, and see that it was counted once and that
 * the routine behind it found what the one before it had found.
 */
static void run_violation(struct kunit *test, dpc_routine_t routine, void (*undo)(void))
{
	struct fixture *fix = test->priv;
	const struct rec_entry *before, *behind;
	int preempt = preempt_count();
	u64 count = dpc_violations();
	bool irqs_off;

	dpc_init(&fix->dpc[1], routine, fix);
	local_bh_disable();
	dpc_queue(&fix->dpc[0], TAG(RUN_A), NULL);
	dpc_queue(&fix->dpc[1], NULL, NULL);
	dpc_queue(&fix->dpc[2], TAG(RUN_B), NULL);
	local_bh_enable();
	irqs_off = irqs_disabled();
	if (undo)
		undo();

	KUNIT_EXPECT_FALSE(test, irqs_off);
	KUNIT_EXPECT_EQ(test, preempt_count(), preempt);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, dpc_violations() - count, 1);
	before = recorder_find(&fix->rec, RUN_A, 0);
	behind = recorder_find(&fix->rec, RUN_B, 0);
	/* Less when a pass ended between them: then B ran on the way out of an interrupt. */
	KUNIT_EXPECT_LE(test, behind->preempt, before->preempt);
	KUNIT_EXPECT_TRUE(test, rec_at_dispatch(behind));
	KUNIT_EXPECT_FALSE(test, behind->irqs_off);
}

static void run_leave_preemption_off(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	preempt_disable();
}

/* Q15 */
static void run_preemption_left_off_is_a_violation(struct kunit *test)
{
	run_violation(test, run_leave_preemption_off, NULL);
}

static void run_leave_bh_off(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	local_bh_disable();
}

/* Q15 */
static void run_bottom_halves_left_off_is_a_violation(struct kunit *test)
{
	run_violation(test, run_leave_bh_off, NULL);
}

static void run_leave_irqs_off(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	local_irq_disable();
}

/* Q15 */
static void run_interrupts_left_off_is_a_violation(struct kunit *test)
{
	run_violation(test, run_leave_irqs_off, NULL);
}

#ifdef CONFIG_LOCKDEP
static struct lock_class_key run_lock_key;
static struct lockdep_map run_lock = STATIC_LOCKDEP_MAP_INIT("run_lock", &run_lock_key);

/*
 * What spin_lock() does, as far as level checks can see, in a way that lockdep
 * itself does not complain about: it would, and then stop watching.
 */
static void run_leave_lock_held(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	preempt_disable();
	lock_acquire(&run_lock, 0, 0, 0, 0, NULL, _RET_IP_);
}

/* The core has given the preempt count back, the lock it can't. */
static void run_drop_lock(void)
{
	lock_release(&run_lock, _RET_IP_);
}

/* Q15 */
static void run_lock_left_held_is_a_violation(struct kunit *test)
{
	run_violation(test, run_leave_lock_held, run_drop_lock);
}
#else
/* Q15 */
static void run_lock_left_held_is_a_violation(struct kunit *test)
{
	kunit_skip(test, "needs CONFIG_LOCKDEP");
}
#endif

static void run_leave_rcu_section(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	rcu_read_lock();
}

static void run_end_rcu_section(void)
{
	rcu_read_unlock();
}

/* Q15: a lock that neither preempt count nor interrupt state shows. */
static void run_read_section_left_open_is_a_violation(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_PROVE_RCU) || !IS_ENABLED(CONFIG_PREEMPT_RCU))
		kunit_skip(test, "needs CONFIG_PROVE_RCU and CONFIG_PREEMPT_RCU");
	run_violation(test, run_leave_rcu_section, run_end_rcu_section);
}

/* Q15 */
static void run_clean_routine_is_no_violation(struct kunit *test)
{
	struct fixture *fix = test->priv;
	u64 before = dpc_violations();

	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 0);
}

static struct kunit_case run_cases[] = {
	KUNIT_CASE(run_is_in_softirq_with_interrupts_on), /* Q11 */
	KUNIT_CASE(run_gets_the_object_its_context_and_arguments), /* Q1 Q2 */
	KUNIT_CASE(run_is_one_at_a_time_per_cpu), /* Q11 */
	KUNIT_CASE(run_precedes_the_interrupted_thread), /* Q11 */
	KUNIT_CASE(run_queued_by_a_thread_has_run_on_return), /* Q12 */
	KUNIT_CASE(run_queued_with_bh_off_waits_for_bh_on), /* Q12 */
	KUNIT_CASE(run_waits_for_the_outermost_bh_on), /* Q12 */
	KUNIT_CASE(run_once_however_often_refused), /* Q12 */
	KUNIT_CASE(run_queued_by_an_interrupt_waits_for_bh_on), /* Q11 Q12 */
	KUNIT_CASE(run_routine_may_queue_its_own_object), /* Q9 */
	KUNIT_CASE(run_object_is_idle_inside_its_routine), /* Q9 */
	KUNIT_CASE(run_routine_may_free_its_own_object), /* Q9 */
	KUNIT_CASE(run_object_is_not_touched_after_its_call_begins), /* Q9 */
	KUNIT_CASE(run_same_object_on_two_cpus_at_once), /* Q10 */
	KUNIT_CASE(run_self_queueing_routine_lets_threads_run), /* Q9 Q11 */
	KUNIT_CASE_SLOW(run_interrupt_at_the_end_of_a_drain_is_not_lost), /* Q11 */
	KUNIT_CASE(run_is_executing_inside_a_routine), /* Q13 */
	KUNIT_CASE_PARAM(run_is_not_executing_in, run_ctx_gen_params), /* Q13 */
	KUNIT_CASE(run_is_not_executing_in_an_interrupt_that_hits_a_routine), /* Q13 */
	KUNIT_CASE(run_is_executing_again_after_an_interrupt), /* Q13 */
	KUNIT_CASE(run_preemption_left_off_is_a_violation), /* Q15 */
	KUNIT_CASE(run_bottom_halves_left_off_is_a_violation), /* Q15 */
	KUNIT_CASE(run_interrupts_left_off_is_a_violation), /* Q15 */
	KUNIT_CASE(run_lock_left_held_is_a_violation), /* Q15 */
	KUNIT_CASE(run_read_section_left_open_is_a_violation), /* Q15 */
	KUNIT_CASE(run_clean_routine_is_no_violation), /* Q15 */
	{ }
};

static struct kunit_suite run_suite = {
	.name = "dpc_run",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = run_cases,
};

kunit_test_suite(run_suite);
