// SPDX-License-Identifier: GPL-2.0-only
/*
 * DPCs that ISRs ask for and that are not an interrupt object's own: the numbers of the
 * interrupts that a call serves (M3), whom its times and budgets belong to (M4), and
 * interrupt objects that are disconnected meanwhile (I6).
 */
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_for_isr.h>
#include <trace/events/dpc.h>

/* Of the object in question: other DPCs run, too. */
struct for_isr_seen {
	atomic_t	count;
	u32		id;
	u32		irq;
	u64		first;
	u64		last;
	u32		served;
};

struct for_isr_test {
	struct kdev_test	kt;		/* first: what test->priv points to */
	struct dpc_for_isr	f;
	struct dpc		blocker;	/* holds a CPU at gate[1] */
	struct dpc_interrupt	second;		/* on the same line */
	bool			second_connected;
	bool			gated;		/* the routine waits at gate[0] */
	atomic_t		calls;
	int			calls_before;	/* dpc_interrupt_disconnect() returned */
	atomic_t		asked;
	atomic64_t		served;
	struct for_isr_seen	queued;
	struct for_isr_seen	begun;
	struct dpc_stage_stats	stats[DPC_STAGE_NR];
};

static struct for_isr_test *for_isr_of(struct kunit *test)
{
	return container_of(test->priv, struct for_isr_test, kt);
}

static struct dpc_interrupt *for_isr_intr(struct for_isr_test *ft)
{
	return &ft->kt.kdev->intr;
}

static void for_isr_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct for_isr_test *ft = context;

	if (ft->gated)
		gate_pass(&ft->kt.gate[0]);
	atomic_inc(&ft->calls);
}

static void for_isr_block(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct for_isr_test *ft = context;

	gate_pass(&ft->kt.gate[1]);
}

static void for_isr_see(struct for_isr_seen *seen, const struct dpc_stats *stats, u64 last,
			u64 first, u32 served)
{
	seen->id = stats->id;
	seen->irq = stats->irq;
	seen->first = first;
	seen->last = last;
	seen->served = served;
	atomic_inc(&seen->count);
}

static void for_isr_saw_queue(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			      void *function, bool queued)
{
	struct for_isr_test *ft = data;

	if (function == for_isr_routine)
		for_isr_see(&ft->queued, stats, seq, first, 0);
}

static void for_isr_saw_entry(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			      void *function, u64 wait, u32 served)
{
	struct for_isr_test *ft = data;

	if (function != for_isr_routine)
		return;
	atomic64_add(served, &ft->served);
	for_isr_see(&ft->begun, stats, seq, first, served);
}

static int for_isr_init(struct kunit *test)
{
	struct for_isr_test *ft;
	int err;

	ctx_need_tracepoints(test);
	ft = kunit_kzalloc(test, sizeof(*ft), GFP_KERNEL);
	if (!ft)
		return -ENOMEM;
	err = kdev_setup(test, &ft->kt);
	if (err)
		return err;
	dpc_for_isr_init(&ft->f, for_isr_routine, ft, for_isr_routine);
	dpc_init(&ft->blocker, for_isr_block, ft);
	err = register_trace_dpc_queue(for_isr_saw_queue, ft);
	return err ?: register_trace_dpc_entry(for_isr_saw_entry, ft);
}

static void for_isr_exit(struct kunit *test)
{
	struct for_isr_test *ft;
	int i;

	if (!test->priv)
		return;
	ft = for_isr_of(test);
	for (i = 0; i < ARRAY_SIZE(ft->kt.gate); i++)
		gate_open(&ft->kt.gate[i]);
	if (ft->second_connected)
		dpc_interrupt_disconnect(&ft->second);
	/* No ISR is left that could ask, and then no call. */
	kdev_exit(test);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	unregister_trace_dpc_queue(for_isr_saw_queue, ft);
	unregister_trace_dpc_entry(for_isr_saw_entry, ft);
	tracepoint_synchronize_unregister();
}

static void for_isr_ask(struct kdev_test *kt)
{
	struct for_isr_test *ft = container_of(kt, struct for_isr_test, kt);

	atomic_inc(&ft->asked);
	dpc_for_isr_request(&ft->f, NULL, NULL);
}

/* Connected, its ISR asks for @f alone. */
static struct for_isr_test *for_isr_connect(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_of(test);

	ft->kt.no_dpc = true;
	ft->kt.in_isr = for_isr_ask;
	KUNIT_ASSERT_EQ(test, kdev_connect(&ft->kt, DPC_MODEL_DPC, 0), 0);
	return ft;
}

/* Where @f runs, a DPC stands at gate[1]: what asks for @f waits behind it. */
static void for_isr_hold(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_of(test);

	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&ft->f.dpc, ctx_cpu(1)), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_importance(&ft->f.dpc, DPC_IMPORTANCE_MEDIUM_HIGH), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&ft->blocker, ctx_cpu(1)), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_importance(&ft->blocker, DPC_IMPORTANCE_HIGH), 0);
	KUNIT_ASSERT_TRUE(test, dpc_queue(&ft->blocker, NULL, NULL));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&ft->kt.gate[1], 1));
}

/* One interrupt; returns when its ISR has. */
static void for_isr_fire(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_of(test);
	int before = atomic_read(&ft->kt.isrs);

	KUNIT_ASSERT_TRUE(test, kdev_fire(&ft->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->kt.isrs, before + 1));
}

static void for_isr_expect(struct kunit *test, const struct for_isr_seen *seen, u64 first,
			   u64 last)
{
	struct for_isr_test *ft = for_isr_of(test);

	KUNIT_EXPECT_EQ(test, seen->irq, ft->kt.irq);
	KUNIT_EXPECT_EQ(test, seen->id, for_isr_intr(ft)->stats.id);
	KUNIT_EXPECT_EQ(test, seen->first, first);
	KUNIT_EXPECT_EQ(test, seen->last, last);
}

static void for_isr_expect_none(struct kunit *test, const struct for_isr_seen *seen)
{
	KUNIT_EXPECT_EQ(test, seen->irq, 0);
	KUNIT_EXPECT_EQ(test, seen->id, 0);
	KUNIT_EXPECT_EQ(test, seen->first, 0);
	KUNIT_EXPECT_EQ(test, seen->last, 0);
	KUNIT_EXPECT_EQ(test, seen->served, 0);
}

/* ---- Numbers and accounting --------------------------------------------------- */

static void for_isr_call_carries_the_number_of_its_interrupt(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_connect(test);
	int i;

	for (i = 1; i <= 2; i++) {
		for_isr_fire(test);
		KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, i));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->queued.count, i));
		for_isr_expect(test, &ft->queued, i, i);
		for_isr_expect(test, &ft->begun, i, i);
		KUNIT_EXPECT_EQ(test, ft->begun.served, 1);
	}
}

static void for_isr_call_serves_all_that_asked_before(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	for_isr_hold(test);
	for_isr_fire(test);
	for_isr_fire(test);
	for_isr_fire(test);
	for_isr_expect(test, &ft->queued, 1, 3);
	gate_open(&ft->kt.gate[1]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	for_isr_expect(test, &ft->begun, 1, 3);
	KUNIT_EXPECT_EQ(test, ft->begun.served, 3);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&ft->calls), 1);
}

static void for_isr_call_is_in_the_interrupts_accounting(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_connect(test);

	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_budget(for_isr_intr(ft), DPC_STAGE_DPC, 1), 0);
	gate_open(&ft->kt.gate[0]);
	ft->gated = true;
	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&for_isr_intr(ft)->stats, DPC_CPU_ALL, ft->stats), 0);
	KUNIT_EXPECT_EQ(test, ft->stats[DPC_STAGE_ISR].count, 1);
	KUNIT_EXPECT_EQ(test, ft->stats[DPC_STAGE_ISR_TO_DPC].count, 1);
	KUNIT_EXPECT_EQ(test, ft->stats[DPC_STAGE_DPC].count, 1);
}

static void for_isr_wait_begins_where_the_isr_ends(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	for_isr_hold(test);
	for_isr_fire(test);
	ctx_busy_wait_us(3000);
	gate_open(&ft->kt.gate[1]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&for_isr_intr(ft)->stats, DPC_CPU_ALL, ft->stats), 0);
	KUNIT_EXPECT_GE(test, ft->stats[DPC_STAGE_ISR_TO_DPC].max_ns, 3000 * NSEC_PER_USEC);
}

static void for_isr_overrun_is_the_interrupts(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_budget(for_isr_intr(ft), DPC_STAGE_DPC, 1000), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&ft->f.dpc, ctx_cpu(1)), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_importance(&ft->f.dpc, DPC_IMPORTANCE_HIGH), 0);
	ft->gated = true;
	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&ft->kt.gate[0], 1));
	ctx_busy_wait_us(2000);
	gate_open(&ft->kt.gate[0]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&for_isr_intr(ft)->stats, DPC_CPU_ALL, ft->stats), 0);
	KUNIT_EXPECT_EQ(test, ft->stats[DPC_STAGE_DPC].over_budget, 1);
}

static void for_isr_call_that_a_thread_queues_serves_none(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_connect(test);

	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	KUNIT_EXPECT_TRUE(test, dpc_for_isr_request(&ft->f, NULL, NULL));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 2));
	for_isr_expect_none(test, &ft->begun);
	KUNIT_EXPECT_TRUE(test, dpc_queue(&ft->f.dpc, NULL, NULL));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 3));
	for_isr_expect_none(test, &ft->begun);
}

static void for_isr_request_now(void *arg)
{
	struct for_isr_test *ft = arg;

	dpc_for_isr_request(&ft->f, NULL, NULL);
}

/* An ISR that has ended is not looked at: its object may be gone. */
static void for_isr_another_hard_interrupt_serves_none(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_connect(test);
	bool asked;

	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	/* Whoever looks at it takes it for one that is running here. */
	WRITE_ONCE(for_isr_intr(ft)->isr_task, current);
	asked = ctx_hardirq_here(for_isr_request_now, ft);
	WRITE_ONCE(for_isr_intr(ft)->isr_task, NULL);
	KUNIT_ASSERT_TRUE(test, asked);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 2));
	for_isr_expect_none(test, &ft->begun);
}

/* A passive ISR is a thread, which any CPU may carry on. */
static void for_isr_passive_isr_is_a_thread(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_of(test);

	ft->kt.no_dpc = true;
	ft->kt.in_isr = for_isr_ask;
	KUNIT_ASSERT_EQ(test, kdev_connect(&ft->kt, DPC_MODEL_DPC, DPC_INTERRUPT_PASSIVE), 0);
	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	for_isr_expect_none(test, &ft->begun);
}

/* ---- Interrupts that meet -------------------------------------------------------- */

static bool for_isr_second_isr(struct dpc_interrupt *intr)
{
	struct for_isr_test *ft = container_of(intr, struct for_isr_test, second);

	dpc_for_isr_request(&ft->f, NULL, NULL);
	return true;
}

static void for_isr_second_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
}

static const struct dpc_interrupt_ops for_isr_second_ops = {
	.isr = for_isr_second_isr,
	.dpc = for_isr_second_dpc,
};

/* Both ISRs are called, in the order in which they were connected. */
static void for_isr_two_interrupts_are_told_as_the_first(struct kunit *test)
{
	struct for_isr_test *ft = for_isr_of(test);
	struct dpc_interrupt_params params = kdev_params(&ft->kt);

	ctx_need_cpus(test, 2);
	ft->kt.no_dpc = true;
	ft->kt.in_isr = for_isr_ask;
	KUNIT_ASSERT_EQ(test, kdev_connect(&ft->kt, DPC_MODEL_DPC, DPC_INTERRUPT_SHARED), 0);
	/* So that their numbers differ. */
	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	params.ops = &for_isr_second_ops;
	params.flags = DPC_INTERRUPT_SHARED;
	KUNIT_ASSERT_EQ(test, dpc_interrupt_connect(&ft->second, &params), 0);
	ft->second_connected = true;
	for_isr_hold(test);
	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->queued.count, 3));
	gate_open(&ft->kt.gate[1]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 2));
	for_isr_expect(test, &ft->begun, 2, 2);
	KUNIT_EXPECT_EQ(test, ft->begun.served, 1);
}

/* A cancelled request leaves its numbers for the next call; by then the interrupt has gone. */
static void for_isr_interrupt_that_has_gone_is_not_told(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	for_isr_hold(test);
	for_isr_fire(test);
	KUNIT_EXPECT_TRUE(test, dpc_cancel(&ft->f.dpc));
	gate_open(&ft->kt.gate[1]);
	kdev_disconnect(&ft->kt);
	KUNIT_EXPECT_TRUE(test, dpc_for_isr_request(&ft->f, NULL, NULL));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	for_isr_expect_none(test, &ft->begun);
}

static void for_isr_cancelled_request_is_told_with_the_next(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	for_isr_hold(test);
	for_isr_fire(test);
	KUNIT_EXPECT_TRUE(test, dpc_cancel(&ft->f.dpc));
	for_isr_fire(test);
	gate_open(&ft->kt.gate[1]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 1));
	for_isr_expect(test, &ft->begun, 1, 2);
}

static void for_isr_disconnect_thread(void *arg)
{
	struct for_isr_test *ft = arg;

	gate_pass_sleeping(&ft->kt.gate[1]);
	kdev_disconnect(&ft->kt);
	ft->calls_before = atomic_read(&ft->calls);
}

/* I6 */
static void for_isr_disconnect_waits_for_the_call(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&ft->f.dpc, ctx_cpu(1)), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_importance(&ft->f.dpc, DPC_IMPORTANCE_HIGH), 0);
	/* Now: what starts threads may have to run on the CPU that the call will hold. */
	KUNIT_ASSERT_TRUE(test, worker_start(&ft->kt.worker[0], ctx_cpu(0),
					     for_isr_disconnect_thread, ft));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&ft->kt.gate[1], 1));
	ft->gated = true;
	for_isr_fire(test);
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&ft->kt.gate[0], 1));
	gate_open(&ft->kt.gate[1]);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!ft->kt.connected));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&ft->kt.worker[0]));
	gate_open(&ft->kt.gate[0]);
	KUNIT_EXPECT_TRUE(test, worker_join(&ft->kt.worker[0]));
	KUNIT_EXPECT_EQ(test, ft->calls_before, 1);
}

/* Each interrupt that asks is served by one call, not by none and not by two. */
static void for_isr_storm_serves_each_interrupt_once(struct kunit *test)
{
	struct for_isr_test *ft;

	ctx_need_cpus(test, 2);
	ft = for_isr_connect(test);
	KUNIT_ASSERT_EQ(test, dpc_set_cpu(&ft->f.dpc, ctx_cpu(1)), 0);
	KUNIT_ASSERT_EQ(test, dpc_set_importance(&ft->f.dpc, DPC_IMPORTANCE_HIGH), 0);
	KUNIT_ASSERT_TRUE(test, storm_start(&ft->kt.storm, kdev_hit, &ft->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&ft->calls, 300));
	KUNIT_ASSERT_TRUE(test, storm_stop(&ft->kt.storm));
	dpc_interrupt_disable(for_isr_intr(ft));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GE(test, atomic_read(&ft->asked), 300);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		/* An ISR that another has preempted may not be known. */
		KUNIT_EXPECT_LE(test, atomic64_read(&ft->served), atomic_read(&ft->asked));
	else
		KUNIT_EXPECT_EQ(test, atomic64_read(&ft->served), atomic_read(&ft->asked));
}

static struct kunit_case for_isr_cases[] = {
	KUNIT_CASE(for_isr_call_carries_the_number_of_its_interrupt), /* M3 */
	KUNIT_CASE(for_isr_call_serves_all_that_asked_before), /* M3 Q14 */
	KUNIT_CASE(for_isr_call_is_in_the_interrupts_accounting), /* M3 */
	KUNIT_CASE(for_isr_wait_begins_where_the_isr_ends), /* M3 */
	KUNIT_CASE(for_isr_overrun_is_the_interrupts), /* M4 */
	KUNIT_CASE(for_isr_call_that_a_thread_queues_serves_none), /* M3 */
	KUNIT_CASE(for_isr_another_hard_interrupt_serves_none), /* M3 */
	KUNIT_CASE(for_isr_passive_isr_is_a_thread), /* M3 */
	KUNIT_CASE(for_isr_two_interrupts_are_told_as_the_first), /* M3 */
	KUNIT_CASE(for_isr_interrupt_that_has_gone_is_not_told), /* M3 I6 */
	KUNIT_CASE(for_isr_cancelled_request_is_told_with_the_next), /* M3 Q7 */
	KUNIT_CASE(for_isr_disconnect_waits_for_the_call), /* I6 */
	KUNIT_CASE(for_isr_storm_serves_each_interrupt_once), /* M3 Q14 */
	{ }
};

static struct kunit_suite for_isr_suite = {
	.name = "dpc_for_isr",
	.init = for_isr_init,
	.exit = for_isr_exit,
	.test_cases = for_isr_cases,
};

kunit_test_suite(for_isr_suite);
