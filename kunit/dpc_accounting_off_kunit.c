// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameter "accounting" (M1): off, nothing is counted; on again, all of what begins
 * then, and nothing that began before.
 */
#include "../module/core/stats.h"
#include "kdev.h"
#include "speed.h"

#include <trace/events/dpc.h>

#define OFF_DPCS	100

KUNIT_ARRAY_PARAM(off_any, kdev_models, kdev_model_name);
KUNIT_ARRAY_PARAM(off_two, kdev_two_hard_models, kdev_model_name);

struct off_test {
	struct kdev_test	kt;	/* first: kdev_exit() knows nothing else */
	struct dpc_stage_stats	out[DPC_STAGE_NR];
	atomic_t		events;
	atomic64_t		longest;	/* ns, of an event */
};

static int off_init(struct kunit *test)
{
	struct off_test *ot = kunit_kzalloc(test, sizeof(*ot), GFP_KERNEL);

	return ot ? kdev_setup(test, &ot->kt) : -ENOMEM;
}

static void off_exit(struct kunit *test)
{
	dpc_accounting_set(true);
	kdev_exit(test);
}

static void off_complete(struct kdev_test *kt, const struct dpc_served *served)
{
	dpc_interrupt_complete(&kt->kdev->intr, served);
}

static struct kdev_test *off_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct off_test *ot = test->priv;

	kdev_need(test, model);
	KUNIT_ASSERT_EQ(test, kdev_connect(&ot->kt, model->model, model->flags), 0);
	ot->kt.ask_work = true;
	ot->kt.in_work = off_complete;
	return &ot->kt;
}

/* @nr interrupts, one after the other, all three stages of each. */
static void off_interrupts(struct kunit *test, int nr)
{
	struct off_test *ot = test->priv;
	struct kdev_test *kt = &ot->kt;
	int works = atomic_read(&kt->works), i;

	for (i = 1; i <= nr; i++) {
		KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, works + i));
	}
}

/* Let all stages end, and read; enabled afterwards. */
static void off_settle(struct kunit *test)
{
	struct off_test *ot = test->priv;
	struct dpc_interrupt *intr = &ot->kt.kdev->intr;

	dpc_interrupt_disable(intr);
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&intr->stats, DPC_CPU_ALL, ot->out), 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(intr), 0);
}

static void off_expect_counts(struct kunit *test, u64 count)
{
	struct off_test *ot = test->priv;
	int stage;

	off_settle(test);
	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		KUNIT_EXPECT_EQ_MSG(test, ot->out[stage].count, count, "%s",
				    dpc_stage_name(stage));
		/* A time that began at 0 would be the time since boot. */
		KUNIT_EXPECT_LT_MSG(test, ot->out[stage].max_ns, 2 * REC_LIMIT_NS, "%s",
				    dpc_stage_name(stage));
	}
}

/* Interrupts are numbered all the same. */
static void off_counts_no_stage(struct kunit *test)
{
	struct kdev_test *kt = off_connect(test);

	dpc_accounting_set(false);
	off_interrupts(test, 3);
	off_expect_counts(test, 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_count(&kt->kdev->intr), 3);
	dpc_accounting_set(true);
	off_expect_counts(test, 0);
	off_interrupts(test, 2);
	off_expect_counts(test, 2);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_count(&kt->kdev->intr), 5);
}

/* Setting it twice is setting it once. */
static void off_twice_and_on_once(struct kunit *test)
{
	off_connect(test);
	dpc_accounting_set(false);
	dpc_accounting_set(false);
	dpc_accounting_set(true);
	off_interrupts(test, 1);
	dpc_accounting_set(true);
	dpc_accounting_set(false);
	off_interrupts(test, 1);
	off_expect_counts(test, 1);
}

/* Interrupt 2 comes while the DPC of interrupt 1 runs, on the same CPU. */
static void off_hit_and_wait(struct kdev_test *kt, struct dpc_served *served)
{
	if (served->last != 1)
		return;
	if (!kdev_fire_here(kt))
		atomic_inc(&kt->overlaps);
	gate_pass(&kt->gate[0]);
}

static void off_fire_thread(void *arg)
{
	kdev_fire(arg);
}

/* Operations that meet: it goes on between an ISR and its DPC, and in the DPC before. */
static void off_ends_between_isr_and_dpc(struct kunit *test)
{
	struct off_test *ot = test->priv;
	struct kdev_test *kt = &ot->kt;

	ctx_need_cpus(test, 2);
	kdev_need_hits(test, &kdev_models[0]);
	/* Of that model the DPC runs on the worker's CPU, and holds no other. */
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	kt->in_dpc = off_hit_and_wait;
	kt->ask_work = true;
	kt->in_work = off_complete;
	dpc_accounting_set(false);
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], ctx_cpu(1), off_fire_thread, kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_EQ(test, atomic_read(&kt->isrs), 2);
	dpc_accounting_set(true);
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	KUNIT_EXPECT_FALSE(test, gate_expired(&kt->gate[0]));
	off_settle(test);
	KUNIT_EXPECT_EQ(test, ot->out[DPC_STAGE_ISR].count, 0);
	KUNIT_EXPECT_EQ(test, ot->out[DPC_STAGE_ISR_TO_DPC].count, 0);
	KUNIT_EXPECT_EQ(test, ot->out[DPC_STAGE_DPC].count, 1);
	KUNIT_EXPECT_EQ(test, ot->out[DPC_STAGE_COMPLETE].count, 0);
	KUNIT_EXPECT_LT(test, ot->out[DPC_STAGE_DPC].max_ns, 2 * REC_LIMIT_NS);
}

/* Operations that meet: the parameter changes all the time, and interrupts come. */
static void off_and_on_meet_traffic(struct kunit *test)
{
	struct kdev_test *kt = off_connect(test);
	struct off_test *ot = test->priv;
	int round, stage;

	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for_rounds_until_met(round, 1, 50, atomic_read(&kt->works) >= 50)
		dpc_accounting_set(round & 1);
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	off_settle(test);
	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		KUNIT_EXPECT_LE(test, ot->out[stage].max_ns, ot->out[stage].total_ns);
		KUNIT_EXPECT_LT(test, ot->out[stage].max_ns, 2 * REC_LIMIT_NS);
	}
	KUNIT_EXPECT_LE(test, ot->out[DPC_STAGE_ISR].count, atomic_read(&kt->isrs));
	KUNIT_EXPECT_LE(test, ot->out[DPC_STAGE_DPC].count, atomic_read(&kt->dpcs));
	KUNIT_EXPECT_LE(test, ot->out[DPC_STAGE_WORK].count, atomic_read(&kt->works));
}

static void off_saw_exit(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			 void *function, u64 duration)
{
	struct off_test *ot = data;

	if (stats != &ot->kt.kdev->intr.stats)
		return;
	atomic_inc(&ot->events);
	atomic64_set(&ot->longest, max_t(s64, atomic64_read(&ot->longest), duration));
}

static void off_linger(struct kdev_test *kt, struct dpc_served *served)
{
	ctx_busy_wait_us(300);
}

/* An event that has a time has it, and is counted, as long as somebody traces it. */
static void off_but_traced_counts(struct kunit *test)
{
	struct off_test *ot = test->priv;
	struct kdev_test *kt;

	ctx_need_tracepoints(test);
	kt = off_connect(test);
	kt->in_dpc = off_linger;
	dpc_accounting_set(false);
	KUNIT_ASSERT_EQ(test, register_trace_dpc_exit(off_saw_exit, ot), 0);
	off_interrupts(test, 2);
	unregister_trace_dpc_exit(off_saw_exit, ot);
	tracepoint_synchronize_unregister();
	off_interrupts(test, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&ot->events), 2);
	KUNIT_EXPECT_GE(test, atomic64_read(&ot->longest), 300 * NSEC_PER_USEC);
	off_expect_counts(test, 2);
}

/* ---- DPCs without an interrupt object ------------------------------------------- */

static void off_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	atomic_inc((atomic_t *)context);
}

/* OFF_DPCS ordinary DPCs at once, of which one is serialised, and a threaded one. */
static void off_dpcs(struct kunit *test)
{
	struct dpc *dpc = kunit_kcalloc(test, OFF_DPCS + 1, sizeof(*dpc), GFP_KERNEL);
	atomic_t ran = ATOMIC_INIT(0);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, dpc);
	dpc_init_threaded(&dpc[OFF_DPCS], off_routine, &ran);
	dpc_queue(&dpc[OFF_DPCS], NULL, NULL);
	local_bh_disable();
	for (i = 0; i < OFF_DPCS; i++) {
		dpc_init(&dpc[i], off_routine, &ran);
		dpc_set_serialised(&dpc[i], i == OFF_DPCS / 2);
		dpc_queue(&dpc[i], NULL, NULL);
	}
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), OFF_DPCS + 1);
}

static u64 off_count(struct kunit *test, const struct dpc_stats *stats)
{
	struct off_test *ot = test->priv;

	KUNIT_ASSERT_EQ(test, dpc_stats_read(stats, DPC_CPU_ALL, ot->out), 0);
	return ot->out[DPC_STAGE_DPC].count;
}

static void off_counts_no_dpc(struct kunit *test)
{
	u64 ordinary = off_count(test, &dpc_unbound_stats);
	u64 threaded = off_count(test, &dpc_threaded_stats);

	dpc_accounting_set(false);
	off_dpcs(test);
	KUNIT_EXPECT_EQ(test, off_count(test, &dpc_unbound_stats), ordinary);
	KUNIT_EXPECT_EQ(test, off_count(test, &dpc_threaded_stats), threaded);
	dpc_accounting_set(true);
	off_dpcs(test);
	KUNIT_EXPECT_EQ(test, off_count(test, &dpc_unbound_stats), ordinary + OFF_DPCS);
	KUNIT_EXPECT_EQ(test, off_count(test, &dpc_threaded_stats), threaded + 1);
}

/* More than one, so that some are counted together; fewer than are counted at once. */
#define OFF_BEFORE	20

struct off_drain {
	struct dpc	dpc[OFF_BEFORE + 2];
	atomic_t	ran;
	struct gate	gate;
};

static void off_routine_at_gate(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct off_drain *drain = context;

	atomic_inc(&drain->ran);
	gate_pass(&drain->gate);
}

static void off_queue_all(void *arg)
{
	struct off_drain *drain = arg;
	int i;

	local_bh_disable();
	for (i = 0; i < ARRAY_SIZE(drain->dpc); i++)
		dpc_queue(&drain->dpc[i], NULL, NULL);
	local_bh_enable();
}

/*
 * The accounting is switched to @on in a DPC, with others before and behind in the drain;
 * before, it was the other way.
 * Return: how many were counted.
 */
static u64 off_switch_in_a_drain(struct kunit *test, bool on)
{
	struct off_drain *drain = kunit_kzalloc(test, sizeof(*drain), GFP_KERNEL);
	u64 before = off_count(test, &dpc_unbound_stats);
	struct off_test *ot = test->priv;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, drain);
	gate_init(&drain->gate);
	for (i = 0; i < ARRAY_SIZE(drain->dpc); i++)
		dpc_init(&drain->dpc[i], off_routine, &drain->ran);
	dpc_init(&drain->dpc[OFF_BEFORE], off_routine_at_gate, drain);
	dpc_accounting_set(!on);
	KUNIT_ASSERT_TRUE(test, worker_start(&ot->kt.worker[0], ctx_cpu(1), off_queue_all, drain));
	KUNIT_EXPECT_TRUE(test, gate_wait_arrived(&drain->gate, 1));
	dpc_accounting_set(on);
	gate_open(&drain->gate);
	KUNIT_ASSERT_TRUE(test, worker_join(&ot->kt.worker[0]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_FALSE(test, gate_expired(&drain->gate));
	KUNIT_EXPECT_EQ(test, atomic_read(&drain->ran), OFF_BEFORE + 2);
	return off_count(test, &dpc_unbound_stats) - before;
}

/* Operations that meet: it goes off in a DPC; the one at the gate had not ended. */
static void off_begins_in_a_drain(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	KUNIT_EXPECT_EQ(test, off_switch_in_a_drain(test, false), OFF_BEFORE);
}

/* Operations that meet: it goes on in a DPC; the next one counts. */
static void off_ends_in_a_drain(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	KUNIT_EXPECT_EQ(test, off_switch_in_a_drain(test, true), 1);
}

#define OFF_ANY(_case)	KUNIT_CASE_PARAM(_case, off_any_gen_params)
#define OFF_TWO(_case)	KUNIT_CASE_PARAM(_case, off_two_gen_params)

static struct kunit_case off_cases[] = {
	OFF_ANY(off_counts_no_stage), /* M1 */
	OFF_TWO(off_twice_and_on_once), /* M1 */
	KUNIT_CASE(off_ends_between_isr_and_dpc), /* M1 M6 */
	KUNIT_CASE_PARAM_SLOW(off_and_on_meet_traffic, off_any_gen_params), /* M1 M6 */
	OFF_ANY(off_but_traced_counts), /* M1 */
	KUNIT_CASE(off_counts_no_dpc), /* M1 */
	KUNIT_CASE(off_begins_in_a_drain), /* M1 */
	KUNIT_CASE(off_ends_in_a_drain), /* M1 */
	{ }
};

static struct kunit_suite off_suite = {
	.name = "dpc_accounting_off",
	.init = off_init,
	.exit = off_exit,
	.test_cases = off_cases,
};

kunit_test_suite(off_suite);
