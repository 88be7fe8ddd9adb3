// SPDX-License-Identifier: GPL-2.0-only
/* Budgets and overruns: M4, B1. */
#include "../module/core/clock.h"
#include "../module/core/notices.h"
#include "../module/core/stats.h"
#include "kdev.h"

#include <linux/kallsyms.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <trace/events/dpc.h>

/* The last overrun of @stats that the tracepoint told of, and how many. */
struct budget_seen {
	const struct dpc_stats	*stats;		/* NULL: of those without an interrupt */
	atomic_t		count;
	u64			seq;
	u64			first;
	void			*function;
	u32			stage;
	u64			duration;
};

struct budget_test {
	struct kdev_test	kt;	/* first: kdev_exit() knows nothing else */
	struct dpc_stats	stats;
	struct dpc_stage_stats	out[DPC_STAGE_NR];
	struct budget_seen	seen;
	struct dpc		dpc;
	u32			defaults[DPC_STAGE_NR];
};

static void budget_probe(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			 void *function, u32 stage, u64 duration)
{
	struct budget_seen *seen = data;

	if (seen->stats ? stats != READ_ONCE(seen->stats) : stats->id)
		return;
	seen->seq = seq;
	seen->first = first;
	seen->function = function;
	seen->stage = stage;
	seen->duration = duration;
	atomic_inc(&seen->count);
}

static int budget_init(struct kunit *test)
{
	struct budget_test *bt;
	int err;

	ctx_need_tracepoints(test);
	bt = kunit_kzalloc(test, sizeof(*bt), GFP_KERNEL);
	if (!bt)
		return -ENOMEM;
	memcpy(bt->defaults, dpc_default_budget_us, sizeof(bt->defaults));
	err = dpc_stats_init(&bt->stats, "budget", 1, 0);
	if (err)
		return err;
	bt->seen.stats = &bt->stats;
	err = register_trace_dpc_overrun(budget_probe, &bt->seen);
	if (err)
		goto err_stats;
	err = kdev_setup(test, &bt->kt);
	if (err)
		goto err_probe;
	return 0;

err_probe:
	unregister_trace_dpc_overrun(budget_probe, &bt->seen);
	tracepoint_synchronize_unregister();
err_stats:
	dpc_stats_destroy(&bt->stats);
	return err;
}

static void budget_exit(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	kdev_exit(test);
	if (!bt)
		return;
	unregister_trace_dpc_overrun(budget_probe, &bt->seen);
	tracepoint_synchronize_unregister();
	memcpy(dpc_default_budget_us, bt->defaults, sizeof(bt->defaults));
	dpc_stats_destroy(&bt->stats);
}

static void budget_add(struct budget_test *bt, enum dpc_stage stage, u64 ns)
{
	dpc_stats_add(&bt->stats, stage, dpc_clock_ticks(ns), NULL, budget_add, false);
}

static u64 budget_overruns(struct kunit *test, enum dpc_stage stage)
{
	struct budget_test *bt = test->priv;

	KUNIT_ASSERT_EQ(test, dpc_stats_read(&bt->stats, DPC_CPU_ALL, bt->out), 0);
	return bt->out[stage].over_budget;
}

#define BUDGET_STAGE_ID(_id, _name)	DPC_STAGE_##_id,

static const u32 budget_stages[] = {
	DPC_STAGES(BUDGET_STAGE_ID)
};

static void budget_stage_name(const u32 *stage, char *desc)
{
	strscpy(desc, dpc_stage_name(*stage), KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(budget_stage, budget_stages, budget_stage_name);

static u32 budget_param(struct kunit *test)
{
	return *(const u32 *)test->param_value;
}

/* B1: the end to end has the sum of its parts. */
static u32 budget_default(u32 stage)
{
	return stage == DPC_STAGE_COMPLETE ? 500 : 100;
}

/* ---- setting ------------------------------------------------------------------ */

/* B1 */
static void budget_default_is_100_us(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&bt->stats, budget_param(test)),
			budget_default(budget_param(test)));
}

/* M4 */
static void budget_set_holds_for_its_stage_alone(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	u32 stage;

	KUNIT_ASSERT_EQ(test, dpc_stats_set_budget(&bt->stats, budget_param(test), 37), 0);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&bt->stats, stage),
				stage == budget_param(test) ? 37 : budget_default(stage));
}

/* M4 */
static void budget_default_holds_for_new_accounting(struct kunit *test)
{
	struct dpc_stats *later = kunit_kzalloc(test, sizeof(*later), GFP_KERNEL);
	struct budget_test *bt = test->priv;
	u32 stage = budget_param(test), us;

	KUNIT_ASSERT_NOT_NULL(test, later);
	dpc_default_budget_us[stage] = 55;
	KUNIT_ASSERT_EQ(test, dpc_stats_init(later, "later", 2, 0), 0);
	us = dpc_stats_budget_us(later, stage);
	dpc_stats_destroy(later);
	KUNIT_EXPECT_EQ(test, us, 55);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&bt->stats, stage), budget_default(stage));
}

/* M4 */
static void budget_of_one_second_is_accepted(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	KUNIT_EXPECT_EQ(test, dpc_stats_set_budget(&bt->stats, DPC_STAGE_DPC,
						   DPC_BUDGET_MAX_US), 0);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&bt->stats, DPC_STAGE_DPC), 1000000);
}

/* M4 */
static void budget_of_more_is_refused_and_changes_nothing(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	KUNIT_EXPECT_EQ(test, dpc_stats_set_budget(&bt->stats, DPC_STAGE_DPC,
						   DPC_BUDGET_MAX_US + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_stats_set_budget(&bt->stats, DPC_STAGE_DPC, U32_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&bt->stats, DPC_STAGE_DPC), 100);
}

/* M4 */
static void budget_of_no_stage_is_refused(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	u32 stage;

	KUNIT_EXPECT_EQ(test, dpc_stats_set_budget(&bt->stats, DPC_STAGE_NR, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_stats_set_budget(&bt->stats, U32_MAX, 1), -EINVAL);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&bt->stats, stage),
				budget_default(stage));
}

/* M4 */
static void budget_of_an_interrupt_is_checked_alike(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	struct dpc_interrupt *intr = &bt->kt.kdev->intr;

	KUNIT_ASSERT_EQ(test, kdev_connect(&bt->kt, DPC_MODEL_DPC, 0), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_budget(intr, DPC_STAGE_WORK, 77), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_budget(intr, DPC_STAGE_NR, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_budget(intr, DPC_STAGE_WORK,
						       DPC_BUDGET_MAX_US + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&intr->stats, DPC_STAGE_WORK), 77);
}

/* ---- overrunning ---------------------------------------------------------------- */

/* M4 */
static void budget_used_up_is_no_overrun(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	u64 budget_ns = budget_default(budget_param(test)) * NSEC_PER_USEC;
	/* To the last tick: the next one is too much already. */
	u64 ticks = dpc_clock_ticks(budget_ns + 1) - 1;

	KUNIT_EXPECT_LE(test, dpc_clock_ns(ticks), budget_ns);
	dpc_stats_add(&bt->stats, budget_param(test), ticks, NULL, budget_add, false);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, budget_param(test)), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&bt->seen.count), 0);
}

/* M4 */
static void budget_exceeded_is_counted(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	budget_add(bt, budget_param(test),
		   budget_default(budget_param(test)) * NSEC_PER_USEC + 1);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, budget_param(test)), 1);
}

/* M4 */
static void budget_overrun_is_traced_with_all_that_names_it(struct kunit *test)
{
	struct dpc_served served = { .first = 7, .last = 9, .count = 3 };
	struct budget_test *bt = test->priv;
	u32 stage = budget_param(test);

	KUNIT_ASSERT_EQ(test, dpc_stats_set_budget(&bt->stats, stage, 100), 0);
	dpc_stats_add(&bt->stats, stage, dpc_clock_ticks(123456), &served, budget_probe, false);
	KUNIT_ASSERT_EQ(test, atomic_read(&bt->seen.count), 1);
	KUNIT_EXPECT_EQ(test, bt->seen.stage, stage);
	KUNIT_EXPECT_EQ(test, bt->seen.duration, dpc_clock_ns(dpc_clock_ticks(123456)));
	KUNIT_EXPECT_EQ(test, bt->seen.first, 7);
	KUNIT_EXPECT_EQ(test, bt->seen.seq, 9);
	KUNIT_EXPECT_PTR_EQ(test, bt->seen.function, (void *)budget_probe);
}

/* M4 */
static void budget_of_zero_is_off(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	u32 stage = budget_param(test);

	KUNIT_ASSERT_EQ(test, dpc_stats_set_budget(&bt->stats, stage, 0), 0);
	budget_add(bt, stage, 3600 * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, stage), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&bt->seen.count), 0);
	KUNIT_EXPECT_EQ(test, bt->out[stage].count, 1);
}

/* M4 */
static void budget_change_holds_from_the_next_time_on(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	budget_add(bt, DPC_STAGE_DPC, 50 * NSEC_PER_USEC);
	dpc_stats_set_budget(&bt->stats, DPC_STAGE_DPC, 40);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, DPC_STAGE_DPC), 0);
	budget_add(bt, DPC_STAGE_DPC, 50 * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, DPC_STAGE_DPC), 1);
}

/* M4 */
static void budget_overruns_are_reset(struct kunit *test)
{
	struct budget_test *bt = test->priv;

	budget_add(bt, DPC_STAGE_DPC, NSEC_PER_SEC);
	dpc_stats_reset(&bt->stats);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, DPC_STAGE_DPC), 0);
	/* Read as 0, and counted from there. */
	budget_add(bt, DPC_STAGE_DPC, NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, budget_overruns(test, DPC_STAGE_DPC), 1);
}

/* ---- the line in the log ---------------------------------------------------------- */

/* Two overruns within a second after a line: they wait for the next one. */
static bool budget_overrun_twice(struct budget_test *bt)
{
	struct dpc_overrun_report *report = &bt->stats.report;
	bool wait;

	budget_add(bt, DPC_STAGE_DPC, NSEC_PER_SEC);
	flush_delayed_work(&report->work);
	budget_add(bt, DPC_STAGE_DPC, 2ULL * NSEC_PER_SEC);
	budget_add(bt, DPC_STAGE_DPC, 3ULL * NSEC_PER_SEC);
	raw_spin_lock_irq(&report->lock);
	wait = report->unreported == 2 && time_before(jiffies, report->next);
	raw_spin_unlock_irq(&report->lock);
	return wait;
}

/* M4: one a second, of the first overrun since the last line, and how many there were. */
static void budget_line_comes_once_a_second(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	struct dpc_overrun_report *report = &bt->stats.report;
	bool waits = false;
	int i;

	/* Again, if the machine stood still for a second. */
	for_rounds_until_met(i, 1, 1, waits)
		waits = budget_overrun_twice(bt);
	KUNIT_ASSERT_TRUE(test, waits);
	KUNIT_EXPECT_EQ(test, report->first.duration_ns,
			dpc_clock_ns(dpc_clock_ticks(2ULL * NSEC_PER_SEC)));
	flush_delayed_work(&report->work);
	KUNIT_EXPECT_EQ(test, report->unreported, 0);
}

/* What waits for its line gets it before the accounting goes. */
static void budget_last_line_comes_before_the_end(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	bool waits = false;
	int i;

	for_rounds_until_met(i, 1, 1, waits)
		waits = budget_overrun_twice(bt);
	KUNIT_EXPECT_TRUE(test, waits);
	dpc_stats_destroy(&bt->stats);
	KUNIT_EXPECT_EQ(test, bt->stats.report.unreported, 0);
	KUNIT_ASSERT_EQ(test, dpc_stats_init(&bt->stats, "budget", 1, 0), 0);
}

/* Who wants no notices any more gets none. */
static void budget_notices_end(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	struct dpc_overrun_report *report = &bt->stats.report;

	dpc_notices_open();
	dpc_stats_tell_overruns(&bt->stats, U32_MAX);
	budget_add(bt, DPC_STAGE_DPC, NSEC_PER_SEC);
	flush_delayed_work(&report->tell);
	KUNIT_EXPECT_EQ(test, report->untold, 0);
	dpc_stats_tell_overruns(&bt->stats, 0);
	budget_add(bt, DPC_STAGE_DPC, NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, report->untold, 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&report->tell));
	dpc_notices_close();
}

static void budget_slow_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	ctx_busy_wait_us(500);
}

/* M4: the culprit by its name, in a DPC without an interrupt object. */
static void budget_overrun_of_a_plain_dpc_names_its_routine(struct kunit *test)
{
	struct budget_test *bt = test->priv;
	char name[KSYM_SYMBOL_LEN];

	bt->seen.stats = NULL;
	dpc_init(&bt->dpc, budget_slow_routine, NULL);
	dpc_queue(&bt->dpc, NULL, NULL);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_EQ(test, atomic_read(&bt->seen.count), 1);
	KUNIT_EXPECT_EQ(test, bt->seen.stage, DPC_STAGE_DPC);
	KUNIT_EXPECT_GE(test, bt->seen.duration, 500 * NSEC_PER_USEC);
	snprintf(name, sizeof(name), "%ps", bt->seen.function);
	KUNIT_EXPECT_NOT_NULL(test, strstr(name, "budget_slow_routine"));
}

/* ---- an interrupt object ---------------------------------------------------------- */

KUNIT_ARRAY_PARAM(budget_any, kdev_two_models, kdev_model_name);

static struct kdev_test *budget_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct budget_test *bt = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(&bt->kt, model->model, model->flags), 0);
	WRITE_ONCE(bt->seen.stats, &bt->kt.kdev->intr.stats);
	return &bt->kt;
}

static void budget_slow_isr(struct kdev_test *kt)
{
	ctx_busy_wait_us(500);
}

static void budget_slow_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	ctx_busy_wait_us(500);
}

static void budget_slow_work(struct kdev_test *kt, const struct dpc_served *served)
{
	usleep_range(500, 1000);
}

static void budget_expect_culprit(struct kunit *test, enum dpc_stage stage, void *function)
{
	struct budget_test *bt = test->priv;

	KUNIT_ASSERT_EQ(test, atomic_read(&bt->seen.count), 1);
	KUNIT_EXPECT_EQ(test, bt->seen.stage, stage);
	KUNIT_EXPECT_PTR_EQ(test, bt->seen.function, function);
	KUNIT_EXPECT_EQ(test, bt->seen.seq, 1);
	KUNIT_EXPECT_EQ(test, bt->seen.first, 1);
	KUNIT_EXPECT_GE(test, bt->seen.duration, 500 * NSEC_PER_USEC);
}

/* M4 */
static void budget_overrun_of_an_isr_names_it(struct kunit *test)
{
	struct kdev_test *kt = budget_connect(test);

	dpc_interrupt_set_budget(&kt->kdev->intr, DPC_STAGE_ISR, 400);
	kt->in_isr = budget_slow_isr;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	dpc_interrupt_disable(&kt->kdev->intr);
	budget_expect_culprit(test, DPC_STAGE_ISR, kdev_ops.isr);
}

/* M4 */
static void budget_overrun_of_an_interrupts_dpc_names_it(struct kunit *test)
{
	struct kdev_test *kt = budget_connect(test);

	dpc_interrupt_set_budget(&kt->kdev->intr, DPC_STAGE_DPC, 400);
	kt->in_dpc = budget_slow_dpc;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	dpc_interrupt_disable(&kt->kdev->intr);
	budget_expect_culprit(test, DPC_STAGE_DPC, kdev_ops.dpc);
}

/* M4 */
static void budget_overrun_of_a_work_item_names_it(struct kunit *test)
{
	struct kdev_test *kt = budget_connect(test);

	dpc_interrupt_set_budget(&kt->kdev->intr, DPC_STAGE_WORK, 400);
	kt->ask_work = true;
	kt->in_work = budget_slow_work;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	dpc_interrupt_disable(&kt->kdev->intr);
	budget_expect_culprit(test, DPC_STAGE_WORK, kdev_ops.work);
}

/* M4: under a storm, counters and trace agree to the last overrun. */
static void budget_overruns_in_a_storm_are_counted_and_traced_alike(struct kunit *test)
{
	struct kdev_test *kt = budget_connect(test);
	struct budget_test *bt = test->priv;
	u64 sum = 0;
	u32 stage;

	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		dpc_interrupt_set_budget(&kt->kdev->intr, stage, 5);
	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 50));
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	dpc_interrupt_disable(&kt->kdev->intr);
	KUNIT_ASSERT_EQ(test, dpc_stats_read(&kt->kdev->intr.stats, DPC_CPU_ALL, bt->out), 0);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		sum += bt->out[stage].over_budget;
	KUNIT_EXPECT_GT(test, sum, 0);
	KUNIT_EXPECT_EQ(test, sum, atomic_read(&bt->seen.count));
}

#define BUDGET_STAGE(_case)	KUNIT_CASE_PARAM(_case, budget_stage_gen_params)
#define BUDGET_ANY(_case)	KUNIT_CASE_PARAM(_case, budget_any_gen_params)

static struct kunit_case budget_cases[] = {
	BUDGET_STAGE(budget_default_is_100_us), /* B1 M4 */
	BUDGET_STAGE(budget_set_holds_for_its_stage_alone), /* M4 */
	BUDGET_STAGE(budget_default_holds_for_new_accounting), /* M4 */
	KUNIT_CASE(budget_of_one_second_is_accepted), /* M4 */
	KUNIT_CASE(budget_of_more_is_refused_and_changes_nothing), /* M4 */
	KUNIT_CASE(budget_of_no_stage_is_refused), /* M4 */
	KUNIT_CASE(budget_of_an_interrupt_is_checked_alike), /* M4 */
	BUDGET_STAGE(budget_used_up_is_no_overrun), /* M4 */
	BUDGET_STAGE(budget_exceeded_is_counted), /* M4 */
	BUDGET_STAGE(budget_overrun_is_traced_with_all_that_names_it), /* M4 */
	BUDGET_STAGE(budget_of_zero_is_off), /* M4 */
	KUNIT_CASE(budget_change_holds_from_the_next_time_on), /* M4 */
	KUNIT_CASE(budget_overruns_are_reset), /* M4 */
	KUNIT_CASE(budget_line_comes_once_a_second), /* M4 */
	KUNIT_CASE(budget_last_line_comes_before_the_end), /* M4 */
	KUNIT_CASE(budget_notices_end), /* M4 */
	KUNIT_CASE(budget_overrun_of_a_plain_dpc_names_its_routine), /* M4 */
	BUDGET_ANY(budget_overrun_of_an_isr_names_it), /* M4 */
	BUDGET_ANY(budget_overrun_of_an_interrupts_dpc_names_it), /* M4 */
	BUDGET_ANY(budget_overrun_of_a_work_item_names_it), /* M4 */
	BUDGET_ANY(budget_overruns_in_a_storm_are_counted_and_traced_alike), /* M4 */
	{ }
};

static struct kunit_suite budget_suite = {
	.name = "dpc_budget",
	.init = budget_init,
	.exit = budget_exit,
	.test_cases = budget_cases,
};

kunit_test_suite(budget_suite);
