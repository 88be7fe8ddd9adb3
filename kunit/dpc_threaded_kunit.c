// SPDX-License-Identifier: GPL-2.0-only
/* Threaded DPCs, and ordinary ones in a thread: R1 to R4, Q15. */
#include "../module/core/dpc.h"
#include "../module/core/kick.h"
#include "../module/core/queue.h"
#include "fixture.h"

#include <linux/dpc_timer.h>
#include <linux/kthread.h>
#include <linux/sched/clock.h>
#include <linux/sched/rt.h>
#include <linux/slab.h>

enum { THR_BEGIN = 100, THR_END, THR_ORDINARY, THR_HARDIRQ, THR_SOFTIRQ, THR_BH_OFF };

/* What a routine finds out about where it runs, beyond what the recorder notes. */
struct threaded_place {
	int	policy;
	int	rt_priority;
	int	cpus_allowed;
	int	preempt_count;
	char	comm[TASK_COMM_LEN];
};

struct threaded_test {
	struct fixture		fix;	/* first: fixture_exit() knows nothing else */
	struct threaded_place	place;
	struct tasklet_struct	tasklet;
	struct dpc_timer	timer;
	unsigned long		calls;		/* of the routine that queues itself */
	unsigned long		turns;		/* of the thread that shares its CPU */
	bool			enabled;
	bool			drain_thread;
};

static int threaded_init(struct kunit *test)
{
	struct threaded_test *tt = kunit_kzalloc(test, sizeof(*tt), GFP_KERNEL);
	int i;

	if (!tt)
		return -ENOMEM;
	tt->enabled = dpc_threaded_enabled;
	tt->drain_thread = dpc_drain_thread;
	dpc_timer_init(&tt->timer, DPC_TIMER_NOTIFICATION);
	fixture_setup(test, &tt->fix);
	for (i = 0; i < FIX_DPCS; i++)
		dpc_init_threaded(&tt->fix.dpc[i], fixture_note, &tt->fix);
	return 0;
}

static void threaded_exit(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	if (tt)
		dpc_timer_destroy(&tt->timer);
	fixture_exit(test);
	if (!tt)
		return;
	WRITE_ONCE(dpc_threaded_enabled, tt->enabled);
	WRITE_ONCE(dpc_drain_thread, tt->drain_thread);
}

/* Queue a threaded object to @cpu, gated; returns when its routine stands at the gate. */
static bool threaded_block(struct fixture *fix, int cpu, struct dpc *dpc, unsigned int gate,
			   int tag)
{
	int before = atomic_read(&fix->gate[gate].arrived);

	dpc_init_threaded(dpc, fixture_gated, fix);
	return !dpc_set_cpu(dpc, cpu) && dpc_queue(dpc, TAG(tag), TAG(gate)) &&
	       gate_wait_arrived(&fix->gate[gate], before + 1);
}

/* ---- Where it runs ---------------------------------------------------------- */

static void threaded_note_place(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct threaded_test *tt = context;

	tt->place.policy = current->policy;
	tt->place.rt_priority = current->rt_priority;
	tt->place.cpus_allowed = current->nr_cpus_allowed;
	tt->place.preempt_count = preempt_count();
	get_task_comm(tt->place.comm, current);
	fixture_note(dpc, &tt->fix, arg1, arg2);
}

static void threaded_runs_in_a_real_time_thread(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	dpc_init_threaded(&tt->fix.dpc[0], threaded_note_place, tt);
	dpc_queue(&tt->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tt->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, tt->place.policy, SCHED_FIFO);
	KUNIT_EXPECT_GT(test, tt->place.rt_priority, 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(tt->place.comm, "dpc/"));
}

static void threaded_runs_with_preemption_and_interrupts_on(struct kunit *test)
{
	struct threaded_test *tt = test->priv;
	const struct rec_entry *call;

	dpc_init_threaded(&tt->fix.dpc[0], threaded_note_place, tt);
	dpc_queue(&tt->fix.dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tt->fix.rec, 1));
	call = recorder_find(&tt->fix.rec, 1, 0);
	KUNIT_EXPECT_EQ(test, tt->place.preempt_count, 0);
	KUNIT_EXPECT_FALSE(test, call->softirq);
	KUNIT_EXPECT_FALSE(test, call->bh_off);
	KUNIT_EXPECT_FALSE(test, call->hardirq);
	KUNIT_EXPECT_FALSE(test, call->irqs_off);
}

static void threaded_thread_belongs_to_one_cpu(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	dpc_init_threaded(&tt->fix.dpc[0], threaded_note_place, tt);
	dpc_queue(&tt->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tt->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, tt->place.cpus_allowed, 1);
}

static void threaded_queue_first(void *arg)
{
	struct fixture *fix = arg;

	if (dpc_queue(&fix->dpc[0], TAG(1), NULL))
		atomic_inc(&fix->queued);
}

KUNIT_ARRAY_PARAM(threaded_ctx, ctx_params, ctx_param_name);

static void threaded_queued_in_any_context_runs_in_the_thread(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, threaded_queue_first, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	call = recorder_find(&fix->rec, 1, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->queued), 1);
	KUNIT_EXPECT_FALSE(test, call->softirq);
	KUNIT_EXPECT_FALSE(test, call->hardirq);
}

static void threaded_runs_on_the_cpu_that_queues(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, num_online_cpus(), CTX_CPUS_MAX); i++) {
		KUNIT_ASSERT_TRUE(test, ctx_call_on(ctx_cpu(i), CTX_HARDIRQ,
						    threaded_queue_first, fix));
		KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, i + 1));
		KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, 1, i)->cpu, ctx_cpu(i));
	}
}

static void threaded_runs_on_its_target_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, num_online_cpus(), CTX_CPUS_MAX); i++) {
		KUNIT_ASSERT_EQ(test, dpc_set_cpu(&fix->dpc[0], ctx_cpu(i)), 0);
		KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(1), NULL));
		KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, i + 1));
		KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, 1, i)->cpu, ctx_cpu(i));
	}
}

/* ---- Who preempts whom -------------------------------------------------------- */

static void threaded_queue_ordinary(void *arg)
{
	struct fixture *fix = arg;

	dpc_queue(&fix->dpc[1], TAG(THR_ORDINARY), NULL);
}

/* Have a hard interrupt queue an ordinary DPC, and give that a second to come. */
static void threaded_hit_by_queueing_irq(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;
	u64 end;

	recorder_note(&fix->rec, THR_BEGIN);
	if (!ctx_hardirq_here(threaded_queue_ordinary, fix))
		atomic_inc(&fix->wrong);
	end = dpc_local_clock() + NSEC_PER_SEC;
	while (recorder_position(&fix->rec, THR_ORDINARY) < 0 && dpc_local_clock() < end)
		cpu_relax();
	recorder_note(&fix->rec, THR_END);
}

/*
 * threaded begins .. interrupt queues ordinary | ordinary | .. threaded ends
 */
static void threaded_expect_preempted(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init_threaded(&fix->dpc[0], threaded_hit_by_queueing_irq, fix);
	dpc_init(&fix->dpc[1], fixture_note, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 3));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, THR_BEGIN), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, THR_ORDINARY), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, THR_END), 2);
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, THR_BEGIN, 0)->cpu,
			recorder_find(&fix->rec, THR_ORDINARY, 0)->cpu);
}

static void threaded_is_preempted_by_an_ordinary_softirq(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "softirqs are threads on PREEMPT_RT");
	WRITE_ONCE(dpc_drain_thread, false);
	threaded_expect_preempted(test);
}

static void threaded_is_preempted_by_an_ordinary_in_its_thread(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_PREEMPT) && !IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "needs a kernel whose threads are preemptible");
	WRITE_ONCE(dpc_drain_thread, true);
	threaded_expect_preempted(test);
}

static void threaded_is_preempted_by_an_ordinary_from_another_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool ran, open;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, threaded_block(fix, ctx_cpu(1), &fix->dpc[0], 0, THR_BEGIN));
	dpc_init(&fix->dpc[1], fixture_note, fix);
	dpc_set_cpu(&fix->dpc[1], ctx_cpu(1));
	dpc_set_importance(&fix->dpc[1], DPC_IMPORTANCE_HIGH);
	threaded_queue_ordinary(fix);
	ran = recorder_wait_tag(&fix->rec, THR_ORDINARY, 1);
	open = READ_ONCE(fix->seen);	/* the threaded one has not gone on */
	KUNIT_EXPECT_TRUE(test, ran);
	KUNIT_EXPECT_FALSE(test, open);
	KUNIT_EXPECT_EQ(test, recorder_find(&fix->rec, THR_ORDINARY, 0)->cpu, ctx_cpu(1));
}

static void threaded_queue_from_ordinary(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	recorder_note(&fix->rec, THR_BEGIN);
	if (!ctx_hardirq_here(threaded_queue_first, fix))
		atomic_inc(&fix->wrong);
	ctx_busy_wait_us(200);
	recorder_note(&fix->rec, THR_END);
}

/*
 * ordinary begins .. interrupt queues threaded .. ordinary ends | threaded
 *
 * The ordinary one is queued by an interrupt: queued by a thread, it runs there
 * on PREEMPT_RT, and is preempted like that.
 */
static void threaded_does_not_preempt_an_ordinary_one(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init(&fix->dpc[1], threaded_queue_from_ordinary, fix);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, threaded_queue_ordinary, fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 3));
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->wrong), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, THR_BEGIN), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, THR_END), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, 1), 2);
}

static void threaded_queue_second_inside(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	recorder_note(&fix->rec, THR_BEGIN);
	dpc_queue(&fix->dpc[1], TAG(1), NULL);
	recorder_note(&fix->rec, THR_END);
}

static void threaded_is_one_at_a_time_per_cpu(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init_threaded(&fix->dpc[0], threaded_queue_second_inside, fix);
	dpc_queue(&fix->dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 3));
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, THR_END), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, 1), 2);
}

static void threaded_precedes_the_thread_that_queues(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int i, in_time = 0;

	if (!IS_ENABLED(CONFIG_PREEMPT) && !IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "needs a kernel whose threads are preemptible");
	dpc_init_threaded(&fix->dpc[0], fixture_count, fix);
	for (i = 1; i <= 50; i++) {
		dpc_queue(&fix->dpc[0], NULL, NULL);
		in_time += atomic_read(&fix->ran) == i;
		KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) == i));
	}
	KUNIT_EXPECT_EQ(test, in_time, 50);
}

/* ---- One that queues itself ------------------------------------------------------- */

/* Far more than a thread gets beside a real-time one that never sleeps: one a second. */
#define THR_TURNS	40

static void threaded_again(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct threaded_test *tt = context;

	tt->place.policy = current->policy;
	WRITE_ONCE(tt->calls, tt->calls + 1);
	ctx_busy_wait_us(50);
	if (!READ_ONCE(tt->fix.stop))
		dpc_queue(dpc, NULL, NULL);
}

/*
 * An ordinary thread on the same CPU: when the routine has been called since the last
 * look, the thread has had to wait, and now it has its turn.
 */
static void threaded_sharing(void *arg)
{
	struct threaded_test *tt = arg;
	unsigned long calls = 0;

	while (!READ_ONCE(tt->fix.stop)) {
		if (READ_ONCE(tt->calls) != calls) {
			calls = READ_ONCE(tt->calls);
			WRITE_ONCE(tt->turns, tt->turns + 1);
		}
		cond_resched();
	}
}

static void threaded_queue_again(void *arg)
{
	struct threaded_test *tt = arg;

	dpc_queue(&tt->fix.dpc[0], NULL, NULL);
}

static int threaded_last_cpu(void)
{
	return ctx_cpu(num_online_cpus() - 1);
}

/* Object 0 is initialised; by an interrupt, as dpc_drain/N wants it. */
static void threaded_share(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	KUNIT_ASSERT_TRUE(test, worker_start(&tt->fix.worker[0], threaded_last_cpu(),
					     threaded_sharing, tt));
	KUNIT_ASSERT_TRUE(test, ctx_call_on(threaded_last_cpu(), CTX_HARDIRQ,
					    threaded_queue_again, tt));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(READ_ONCE(tt->turns) >= THR_TURNS));
	WRITE_ONCE(tt->fix.stop, true);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!dpc_is_queued(&tt->fix.dpc[0])));
}

static void threaded_that_queues_itself_shares_its_cpu(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	dpc_init_threaded(&tt->fix.dpc[0], threaded_again, tt);
	threaded_share(test);
	KUNIT_EXPECT_EQ(test, tt->place.policy, SCHED_NORMAL);
}

/* When the queue has been empty. */
static void threaded_is_real_time_again_afterwards(struct kunit *test)
{
	struct threaded_test *tt = test->priv;
	struct dpc_cpu_queue *q = dpc_queue_of(threaded_last_cpu(), DPC_QUEUE_THREADED);

	dpc_init_threaded(&tt->fix.dpc[0], threaded_again, tt);
	threaded_share(test);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(!READ_ONCE(q->kicked)));
	dpc_init_threaded(&tt->fix.dpc[1], threaded_note_place, tt);
	dpc_set_cpu(&tt->fix.dpc[1], threaded_last_cpu());
	dpc_queue(&tt->fix.dpc[1], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tt->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, tt->place.policy, SCHED_FIFO);
}

static void threaded_set_timer(void *arg)
{
	struct threaded_test *tt = arg;

	dpc_timer_set(&tt->timer, NSEC_PER_MSEC, NSEC_PER_MSEC, 0, &tt->fix.dpc[1]);
}

/* dpc_drain/N: interrupts that queue another one must not bring it back for good. */
static void threaded_ordinary_that_queues_itself_shares_its_cpu(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	WRITE_ONCE(dpc_drain_thread, true);
	dpc_init(&tt->fix.dpc[0], threaded_again, tt);
	dpc_init(&tt->fix.dpc[1], fixture_count, &tt->fix);
	KUNIT_ASSERT_TRUE(test, ctx_call_on(threaded_last_cpu(), CTX_THREAD,
					    threaded_set_timer, tt));
	threaded_share(test);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tt->timer));
	KUNIT_EXPECT_GT(test, atomic_read(&tt->fix.ran), 1);
}

/* ---- An ordinary one in the thread (PREEMPT_RT) --------------------------------- */

static void threaded_place_of_ordinary(struct kunit *test, enum ctx ctx)
{
	struct threaded_test *tt = test->priv;

	WRITE_ONCE(dpc_drain_thread, true);
	dpc_init(&tt->fix.dpc[0], threaded_note_place, tt);
	KUNIT_ASSERT_TRUE(test, ctx_call(ctx, threaded_queue_first, &tt->fix));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tt->fix.rec, 1));
}

static void threaded_ordinary_from_an_interrupt_runs_in_a_real_time_thread(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	threaded_place_of_ordinary(test, CTX_HARDIRQ);
	KUNIT_EXPECT_EQ(test, tt->place.policy, SCHED_FIFO);
	KUNIT_EXPECT_GT(test, tt->place.rt_priority, MAX_RT_PRIO / 2);
	KUNIT_EXPECT_NOT_NULL(test, strstr(tt->place.comm, "dpc_drain/"));
}

static void threaded_ordinary_in_a_thread_is_at_dispatch(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	threaded_place_of_ordinary(test, CTX_HARDIRQ);
	call = recorder_find(&fix->rec, 1, 0);
	KUNIT_EXPECT_TRUE(test, call->bh_off);
	KUNIT_EXPECT_FALSE(test, call->irqs_off);
	KUNIT_EXPECT_TRUE(test, call->executing);
}

static void threaded_ordinary_from_a_thread_still_runs_at_once(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool ran;

	WRITE_ONCE(dpc_drain_thread, true);
	dpc_init(&fix->dpc[0], fixture_note, fix);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	ran = recorder_find(&fix->rec, 1, 0);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, ran);
	KUNIT_EXPECT_PTR_EQ(test, recorder_find(&fix->rec, 1, 0)->task, current);
}

static void threaded_ordinary_from_another_cpu_runs_in_the_thread(struct kunit *test)
{
	struct threaded_test *tt = test->priv;

	ctx_need_cpus(test, 2);
	WRITE_ONCE(dpc_drain_thread, true);
	dpc_init(&tt->fix.dpc[0], threaded_note_place, tt);
	dpc_set_cpu(&tt->fix.dpc[0], ctx_cpu(1));
	dpc_set_importance(&tt->fix.dpc[0], DPC_IMPORTANCE_HIGH);
	dpc_queue(&tt->fix.dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tt->fix.rec, 1));
	KUNIT_EXPECT_NOT_NULL(test, strstr(tt->place.comm, "dpc_drain/"));
	KUNIT_EXPECT_EQ(test, recorder_find(&tt->fix.rec, 1, 0)->cpu, ctx_cpu(1));
}

static void threaded_queue_counted(void *arg)
{
	struct fixture *fix = arg;
	int i;

	for (i = 0; i < 3; i++)
		if (dpc_queue(&fix->dpc[i], NULL, NULL))
			atomic_inc(&fix->queued);
}

/* Both carriers serve one queue in turn, and the drain is never lost between them. */
static void threaded_carrier_may_change_under_traffic(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	for (i = 0; i < 3; i++)
		dpc_init(&fix->dpc[i], fixture_count, fix);
	KUNIT_ASSERT_TRUE(test, storm_start(&fix->storm, threaded_queue_counted, fix));
	for_rounds_until_met(i, 1, 100, atomic_read(&fix->ran) > 100) {
		WRITE_ONCE(dpc_drain_thread, i % 2);
		usleep_range(500, 1000);
	}
	KUNIT_ASSERT_TRUE(test, storm_stop(&fix->storm));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GT(test, atomic_read(&fix->ran), 100);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->ran), atomic_read(&fix->queued));
}

/* ---- The switch ------------------------------------------------------------------ */

static void threaded_switched_off_runs_in_softirq(struct kunit *test)
{
	struct fixture *fix = test->priv;

	WRITE_ONCE(dpc_threaded_enabled, false);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_TRUE(test, recorder_find(&fix->rec, 1, 0)->softirq);
}

static void threaded_switched_off_has_run_on_return(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int count;

	WRITE_ONCE(dpc_threaded_enabled, false);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	count = recorder_count(&fix->rec);
	KUNIT_EXPECT_EQ(test, count, 1);
}

static void threaded_switched_on_again_runs_in_the_thread(struct kunit *test)
{
	struct fixture *fix = test->priv;

	WRITE_ONCE(dpc_threaded_enabled, false);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	WRITE_ONCE(dpc_threaded_enabled, true);
	dpc_queue(&fix->dpc[0], TAG(2), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_FALSE(test, recorder_find(&fix->rec, 2, 0)->softirq);
}

/* Queued to the thread, which can't run yet; then the switch goes off. */
static void threaded_switched_off_while_queued_runs_once(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued, again;

	preempt_disable();
	queued = dpc_queue(&fix->dpc[0], TAG(1), NULL);
	WRITE_ONCE(dpc_threaded_enabled, false);
	again = dpc_queue(&fix->dpc[0], TAG(2), NULL);
	preempt_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_FALSE(test, again);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, 1), 1);
}

static void threaded_switched_on_while_queued_runs_once(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool queued, again;

	WRITE_ONCE(dpc_threaded_enabled, false);
	local_bh_disable();
	queued = dpc_queue(&fix->dpc[0], TAG(1), NULL);
	WRITE_ONCE(dpc_threaded_enabled, true);
	again = dpc_queue(&fix->dpc[0], TAG(2), NULL);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_FALSE(test, again);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, 1), 1);
}

static void threaded_switched_under_traffic_runs_exactly_once_each(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	for (i = 0; i < 3; i++)
		dpc_init_threaded(&fix->dpc[i], fixture_count, fix);
	KUNIT_ASSERT_TRUE(test, storm_start(&fix->storm, threaded_queue_counted, fix));
	for_rounds_until_met(i, 1, 100, atomic_read(&fix->ran) > 100) {
		WRITE_ONCE(dpc_threaded_enabled, i % 2);
		usleep_range(500, 1000);
	}
	KUNIT_ASSERT_TRUE(test, storm_stop(&fix->storm));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GT(test, atomic_read(&fix->ran), 100);
	KUNIT_EXPECT_EQ(test, atomic_read(&fix->ran), atomic_read(&fix->queued));
}

/* ---- Importance ------------------------------------------------------------------- */

/* Queued: 0 and 1, then High 2 and 3.  Runs: 3, 2, 0, 1. */
static void threaded_high_goes_to_the_head(struct kunit *test)
{
	struct fixture *fix = test->priv;
	static const int order[] = { 3, 2, 0, 1 };
	int i;

	dpc_set_importance(&fix->dpc[2], DPC_IMPORTANCE_HIGH);
	dpc_set_importance(&fix->dpc[3], DPC_IMPORTANCE_HIGH);
	preempt_disable();
	for (i = 0; i < 4; i++)
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	preempt_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 4));
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, order[i]), i);
}

static void threaded_others_go_to_the_tail(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	for (i = 0; i < 3; i++)
		dpc_set_importance(&fix->dpc[i], DPC_IMPORTANCE_MEDIUM_HIGH - i);
	preempt_disable();
	for (i = 0; i < 3; i++)
		dpc_queue(&fix->dpc[i], TAG(i), NULL);
	preempt_enable();
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 3));
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, i), i);
}

static const enum dpc_importance threaded_importances[] = {
	DPC_IMPORTANCE_LOW, DPC_IMPORTANCE_MEDIUM, DPC_IMPORTANCE_MEDIUM_HIGH,
	DPC_IMPORTANCE_HIGH,
};

static void threaded_importance_name(const enum dpc_importance *importance, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "importance_%d", *importance);
}

KUNIT_ARRAY_PARAM(threaded_importance, threaded_importances, threaded_importance_name);

/*
 * The thread is of higher priority than the one that queues: it has run when
 * dpc_queue() returns, at any rate of requests, and does not wait for a tick.
 */
static void threaded_any_importance_starts_at_once(struct kunit *test)
{
	const enum dpc_importance *importance = test->param_value;
	struct fixture *fix = test->priv;
	unsigned int i, in_time = 0;

	if (!IS_ENABLED(CONFIG_PREEMPT) && !IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "needs a kernel whose threads are preemptible");
	dpc_init_threaded(&fix->dpc[0], fixture_count, fix);
	dpc_set_importance(&fix->dpc[0], *importance);
	for (i = 1; i <= 200; i++) {
		dpc_queue(&fix->dpc[0], NULL, NULL);
		in_time += atomic_read(&fix->ran) == i;
		KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) == i));
	}
	KUNIT_EXPECT_EQ(test, in_time, 200);
}

/* ---- The object --------------------------------------------------------------------- */

static void threaded_init_sets_what_dpc_init_sets(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = &fix->dpc[0];

	memset(dpc, 0xa5, sizeof(*dpc));
	dpc_init_threaded(dpc, fixture_note, fix);
	KUNIT_EXPECT_TRUE(test, dpc->routine == fixture_note);
	KUNIT_EXPECT_PTR_EQ(test, dpc->context, (void *)fix);
	KUNIT_EXPECT_EQ(test, dpc->importance, DPC_IMPORTANCE_MEDIUM);
	KUNIT_EXPECT_EQ(test, dpc->cpu, DPC_CPU_QUEUEING);
	KUNIT_EXPECT_EQ(test, dpc->flags, DPC_F_THREADED);
	KUNIT_EXPECT_FALSE(test, dpc_is_queued(dpc));
}

static void threaded_gets_its_context_and_arguments(struct kunit *test)
{
	struct fixture *fix = test->priv;
	const struct rec_entry *call;

	dpc_queue(&fix->dpc[1], TAG(5), TAG(6));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	call = recorder_find(&fix->rec, 5, 0);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_PTR_EQ(test, call->object, (const void *)&fix->dpc[1]);
	KUNIT_EXPECT_PTR_EQ(test, call->arg2, TAG(6));
}

static void threaded_refused_keeps_the_first_arguments(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool first, second;

	preempt_disable();
	first = dpc_queue(&fix->dpc[0], TAG(1), TAG(2));
	second = dpc_queue(&fix->dpc[0], TAG(3), TAG(4));
	preempt_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, first);
	KUNIT_EXPECT_FALSE(test, second);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 1);
	KUNIT_ASSERT_NOT_NULL(test, recorder_find(&fix->rec, 1, 0));
	KUNIT_EXPECT_PTR_EQ(test, recorder_find(&fix->rec, 1, 0)->arg2, TAG(2));
}

static void threaded_cancelled_does_not_run(struct kunit *test)
{
	struct fixture *fix = test->priv;
	bool cancelled;

	preempt_disable();
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	cancelled = dpc_cancel(&fix->dpc[0]);
	preempt_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, cancelled);
	KUNIT_EXPECT_EQ(test, recorder_count(&fix->rec), 0);
}

static void threaded_running_can_not_be_cancelled(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, threaded_block(fix, ctx_cpu(1), &fix->dpc[0], 0, 1));
	KUNIT_EXPECT_FALSE(test, dpc_cancel(&fix->dpc[0]));
}

static void threaded_wait_cancel_sync(void *arg)
{
	struct fixture *fix = arg;

	dpc_cancel_sync(&fix->dpc[0]);
	/* Pairs with fixture_gated(). */
	WRITE_ONCE(fix->number, smp_load_acquire(&fix->seen));
}

static void threaded_wait_flush(void *arg)
{
	struct fixture *fix = arg;

	dpc_flush_all();
	/* Pairs with fixture_gated(). */
	WRITE_ONCE(fix->number, smp_load_acquire(&fix->seen));
}

/* @wait must not return before the routine has. */
static void threaded_expect_waited_for(struct kunit *test, void (*wait)(void *arg))
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, threaded_block(fix, ctx_cpu(1), &fix->dpc[0], 0, 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&fix->worker[0], ctx_cpu(0), wait, fix));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&fix->worker[0]));
	gate_open(&fix->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&fix->worker[0]));
	KUNIT_EXPECT_EQ(test, READ_ONCE(fix->number), 1);
}

static void threaded_cancel_sync_waits_for_the_routine(struct kunit *test)
{
	threaded_expect_waited_for(test, threaded_wait_cancel_sync);
}

static void threaded_flush_waits_for_the_routine(struct kunit *test)
{
	threaded_expect_waited_for(test, threaded_wait_flush);
}

static void threaded_flush_covers_what_is_queued(struct kunit *test)
{
	struct fixture *fix = test->priv;
	unsigned int count;

	preempt_disable();
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	preempt_enable();
	dpc_flush(&fix->dpc[0]);
	count = recorder_count(&fix->rec);
	KUNIT_EXPECT_EQ(test, count, 1);
}

static void threaded_requeue_once(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	if (arg1 == TAG(1))
		dpc_queue(dpc, TAG(2), NULL);
	fixture_note(dpc, context, arg1, arg2);
}

static void threaded_routine_may_queue_its_own_object(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_init_threaded(&fix->dpc[0], threaded_requeue_once, fix);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 2));
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, 1), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&fix->rec, 2), 1);
}

static void threaded_free_object(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	kfree(dpc);
	recorder_note(&fix->rec, 1);
}

/* KASAN watches the drain. */
static void threaded_routine_may_free_its_own_object(struct kunit *test)
{
	struct fixture *fix = test->priv;
	struct dpc *dpc = kmalloc(sizeof(*dpc), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dpc);
	dpc_init_threaded(dpc, threaded_free_object, fix);
	dpc_queue(dpc, NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
}

static void threaded_same_object_on_two_cpus_at_once(struct kunit *test)
{
	struct fixture *fix = test->priv;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, threaded_block(fix, ctx_cpu(1), &fix->dpc[0], 0, THR_BEGIN));
	gate_open(&fix->gate[1]);
	dpc_set_cpu(&fix->dpc[0], ctx_cpu(0));
	KUNIT_EXPECT_TRUE(test, dpc_queue(&fix->dpc[0], TAG(THR_END), TAG(1)));
	KUNIT_ASSERT_TRUE(test, recorder_wait_tag(&fix->rec, THR_END, 1));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(READ_ONCE(fix->seen) == 1));
}

/* ---- "Is a DPC executing" ------------------------------------------------------------- */

static void threaded_note_softirq(struct tasklet_struct *tasklet)
{
	struct threaded_test *tt = container_of(tasklet, struct threaded_test, tasklet);

	recorder_note(&tt->fix.rec, THR_SOFTIRQ);
}

static void threaded_note_hardirq(void *arg)
{
	struct threaded_test *tt = arg;

	recorder_note(&tt->fix.rec, THR_HARDIRQ);
	tasklet_schedule(&tt->tasklet);
}

static void threaded_hit_by_noting_irq(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct threaded_test *tt = context;

	recorder_note(&tt->fix.rec, THR_BEGIN);
	if (!ctx_hardirq_here(threaded_note_hardirq, tt))
		atomic_inc(&tt->fix.wrong);
	local_bh_disable();
	recorder_note(&tt->fix.rec, THR_BH_OFF);
	local_bh_enable();
	recorder_note(&tt->fix.rec, THR_END);
}

static const struct rec_entry *threaded_executing(struct kunit *test, int tag)
{
	struct threaded_test *tt = test->priv;

	tasklet_setup(&tt->tasklet, threaded_note_softirq);
	dpc_init_threaded(&tt->fix.dpc[0], threaded_hit_by_noting_irq, tt);
	dpc_queue(&tt->fix.dpc[0], NULL, NULL);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&tt->fix.rec, 5));
	tasklet_kill(&tt->tasklet);
	KUNIT_EXPECT_EQ(test, atomic_read(&tt->fix.wrong), 0);
	return recorder_find(&tt->fix.rec, tag, 0);
}

static void threaded_is_executing_inside_its_routine(struct kunit *test)
{
	const struct rec_entry *entry = threaded_executing(test, THR_BEGIN);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_TRUE(test, entry->executing);
}

static void threaded_is_not_executing_in_a_hard_interrupt_on_top(struct kunit *test)
{
	const struct rec_entry *entry = threaded_executing(test, THR_HARDIRQ);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_TRUE(test, entry->hardirq);
	KUNIT_EXPECT_FALSE(test, entry->executing);
}

static void threaded_is_not_executing_in_a_softirq_on_top(struct kunit *test)
{
	const struct rec_entry *entry = threaded_executing(test, THR_SOFTIRQ);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_TRUE(test, entry->softirq);
	KUNIT_EXPECT_FALSE(test, entry->executing);
}

static void threaded_is_executing_with_bottom_halves_off(struct kunit *test)
{
	const struct rec_entry *entry = threaded_executing(test, THR_BH_OFF);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_TRUE(test, entry->executing);
}

static void threaded_is_executing_again_after_an_interrupt(struct kunit *test)
{
	const struct rec_entry *entry = threaded_executing(test, THR_END);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_TRUE(test, entry->executing);
}

static void threaded_ordinary_on_top_is_executing(struct kunit *test)
{
	struct fixture *fix = test->priv;

	threaded_expect_preempted(test);
	KUNIT_EXPECT_TRUE(test, recorder_find(&fix->rec, THR_ORDINARY, 0)->executing);
	KUNIT_EXPECT_TRUE(test, recorder_find(&fix->rec, THR_END, 0)->executing);
}

static void threaded_is_not_executing_after_it(struct kunit *test)
{
	struct fixture *fix = test->priv;

	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&fix->rec, 1));
	KUNIT_EXPECT_FALSE(test, dpc_is_executing());
}

/* ---- Its contract ------------------------------------------------------------------------- */

/* Run @routine and then a clean one.  Return: the violations counted. */
static u64 threaded_violations(struct kunit *test, dpc_routine_t routine)
{
	struct fixture *fix = test->priv;
	u64 before = dpc_violations();

	dpc_init_threaded(&fix->dpc[0], routine, fix);
	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	dpc_queue(&fix->dpc[1], TAG(2), NULL);
	KUNIT_EXPECT_TRUE(test, recorder_wait_tag(&fix->rec, 2, 1));
	return dpc_violations() - before;
}

static void threaded_sleep(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	msleep(20);
}

static void threaded_sleep_is_a_violation(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "spinlocks sleep on PREEMPT_RT");
	KUNIT_EXPECT_EQ(test, threaded_violations(test, threaded_sleep), 1);
}

/* Switched out, but not to sleep. */
static void threaded_preempted_is_no_violation(struct kunit *test)
{
	u64 before = dpc_violations();

	if (!IS_ENABLED(CONFIG_PREEMPT) && !IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "needs a kernel whose threads are preemptible");
	WRITE_ONCE(dpc_drain_thread, true);
	threaded_expect_preempted(test);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 0);
}

static void threaded_leave_preemption_off(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	preempt_disable();
}

static void threaded_preemption_left_off_is_a_violation(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, threaded_violations(test, threaded_leave_preemption_off), 1);
}

static void threaded_leave_irqs_off(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	local_irq_disable();
}

static void threaded_interrupts_left_off_is_a_violation(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, threaded_violations(test, threaded_leave_irqs_off), 1);
}

static void threaded_clean_routine_is_no_violation(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, threaded_violations(test, fixture_note), 0);
}

#define THREADED_CTX(_case)		KUNIT_CASE_PARAM(_case, threaded_ctx_gen_params)
#define THREADED_IMPORTANCE(_case)	KUNIT_CASE_PARAM(_case, threaded_importance_gen_params)

static struct kunit_case threaded_cases[] = {
	KUNIT_CASE(threaded_runs_in_a_real_time_thread), /* R1 */
	KUNIT_CASE(threaded_runs_with_preemption_and_interrupts_on), /* R1 */
	KUNIT_CASE(threaded_thread_belongs_to_one_cpu), /* R1 */
	THREADED_CTX(threaded_queued_in_any_context_runs_in_the_thread), /* R1 Q2 */
	KUNIT_CASE(threaded_runs_on_the_cpu_that_queues), /* R1 Q6 */
	KUNIT_CASE(threaded_runs_on_its_target_cpu), /* R1 Q6 */
	KUNIT_CASE(threaded_is_preempted_by_an_ordinary_softirq), /* R1 */
	KUNIT_CASE(threaded_is_preempted_by_an_ordinary_in_its_thread), /* R1 R4 */
	KUNIT_CASE(threaded_is_preempted_by_an_ordinary_from_another_cpu), /* R1 */
	KUNIT_CASE(threaded_does_not_preempt_an_ordinary_one), /* R1 R4 */
	KUNIT_CASE(threaded_is_one_at_a_time_per_cpu), /* R1 */
	KUNIT_CASE(threaded_precedes_the_thread_that_queues), /* R1 */
	KUNIT_CASE(threaded_that_queues_itself_shares_its_cpu), /* R1 */
	KUNIT_CASE(threaded_is_real_time_again_afterwards), /* R1 */
	KUNIT_CASE(threaded_ordinary_that_queues_itself_shares_its_cpu), /* R4 */
	KUNIT_CASE(threaded_ordinary_from_an_interrupt_runs_in_a_real_time_thread), /* R4 */
	KUNIT_CASE(threaded_ordinary_in_a_thread_is_at_dispatch), /* R4 Q13 */
	KUNIT_CASE(threaded_ordinary_from_a_thread_still_runs_at_once), /* R4 Q12 */
	KUNIT_CASE(threaded_ordinary_from_another_cpu_runs_in_the_thread), /* R4 Q6 */
	KUNIT_CASE(threaded_carrier_may_change_under_traffic), /* R4 */
	KUNIT_CASE(threaded_switched_off_runs_in_softirq), /* R2 */
	KUNIT_CASE(threaded_switched_off_has_run_on_return), /* R2 Q12 */
	KUNIT_CASE(threaded_switched_on_again_runs_in_the_thread), /* R2 */
	KUNIT_CASE(threaded_switched_off_while_queued_runs_once), /* R2 */
	KUNIT_CASE(threaded_switched_on_while_queued_runs_once), /* R2 */
	KUNIT_CASE(threaded_switched_under_traffic_runs_exactly_once_each), /* R2 */
	KUNIT_CASE(threaded_high_goes_to_the_head), /* R3 */
	KUNIT_CASE(threaded_others_go_to_the_tail), /* R3 */
	THREADED_IMPORTANCE(threaded_any_importance_starts_at_once), /* R3 */
	KUNIT_CASE(threaded_init_sets_what_dpc_init_sets), /* Q1 R1 */
	KUNIT_CASE(threaded_gets_its_context_and_arguments), /* Q1 Q2 R1 */
	KUNIT_CASE(threaded_refused_keeps_the_first_arguments), /* Q2 R1 */
	KUNIT_CASE(threaded_cancelled_does_not_run), /* Q7 R1 */
	KUNIT_CASE(threaded_running_can_not_be_cancelled), /* Q7 R1 */
	KUNIT_CASE(threaded_cancel_sync_waits_for_the_routine), /* Q7 R1 */
	KUNIT_CASE(threaded_flush_waits_for_the_routine), /* Q8 R1 */
	KUNIT_CASE(threaded_flush_covers_what_is_queued), /* Q8 R1 */
	KUNIT_CASE(threaded_routine_may_queue_its_own_object), /* Q9 R1 */
	KUNIT_CASE(threaded_routine_may_free_its_own_object), /* Q9 R1 */
	KUNIT_CASE(threaded_same_object_on_two_cpus_at_once), /* Q10 R1 */
	KUNIT_CASE(threaded_is_executing_inside_its_routine), /* Q13 R1 */
	KUNIT_CASE(threaded_is_not_executing_in_a_hard_interrupt_on_top), /* Q13 R1 */
	KUNIT_CASE(threaded_is_not_executing_in_a_softirq_on_top), /* Q13 R1 */
	KUNIT_CASE(threaded_is_executing_with_bottom_halves_off), /* Q13 R1 */
	KUNIT_CASE(threaded_is_executing_again_after_an_interrupt), /* Q13 R1 */
	KUNIT_CASE(threaded_ordinary_on_top_is_executing), /* Q13 R1 */
	KUNIT_CASE(threaded_is_not_executing_after_it), /* Q13 R1 */
	KUNIT_CASE(threaded_sleep_is_a_violation), /* Q15 R1 */
	KUNIT_CASE(threaded_preempted_is_no_violation), /* Q15 R1 */
	KUNIT_CASE(threaded_preemption_left_off_is_a_violation), /* Q15 R1 */
	KUNIT_CASE(threaded_interrupts_left_off_is_a_violation), /* Q15 R1 */
	KUNIT_CASE(threaded_clean_routine_is_no_violation), /* Q15 R1 */
	{ }
};

static struct kunit_suite threaded_suite = {
	.name = "dpc_threaded",
	.init = threaded_init,
	.exit = threaded_exit,
	.test_cases = threaded_cases,
};

kunit_test_suite(threaded_suite);
