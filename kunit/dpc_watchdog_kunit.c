// SPDX-License-Identifier: GPL-2.0-only
/* Time at DISPATCH: yielding, busy-waiting, the watchdog: B1 to B4. */
#include "../module/core/watchdog.h"
#include "fixture.h"
#include "kdev.h"
#include "speed.h"

#include <linux/dpc_timer.h>
#include <trace/events/dpc.h>

/*
 * Far above what any call takes, and far below REC_LIMIT.  An emulated CPU may
 * stand still for tens of milliseconds.
 */
#define WD_FAR_US	5000000
#define WD_NEAR_US	10000

#define WD_POINTS	128

/* What a routine finds out at one point. */
struct wd_point {
	struct dpc_watchdog_info	info;
	int				err;
	bool				yield;
	u64				violations[DPC_WATCHDOG_NR];
};

/* The last report for one of the routines of these tests, and how many. */
struct wd_seen {
	atomic_t	count[DPC_WATCHDOG_NR];
	void		*function;
	const char	*name;
	u32		kind;
	u64		used;
	u64		allowed;
	bool		hardirq;
	int		cpu;
	struct task_struct *task;
};

struct wd_test {
	struct fixture		fix;	/* first: fixture_exit() knows nothing else */
	struct kdev_test	kt;
	struct wd_seen		seen;
	struct wd_point		point[WD_POINTS];
	unsigned int		points;
	struct dpc_timer	timer;
	unsigned int		blocks;		/* of the long job, that are left */
	unsigned int		longest;	/* blocks in one slice */
	unsigned int		slices;
	unsigned int		others_late;
	unsigned int		rest_us;	/* to go on after the report */
	int			reports;	/* before the routine was queued */
	int			cpu;
	struct task_struct	*task;
	struct completion	done;
};

static void wd_long(struct dpc *dpc, void *context, void *arg1, void *arg2);
static void wd_short(struct dpc *dpc, void *context, void *arg1, void *arg2);

/* A hard interrupt, while the routine runs. */
static void wd_probe(void *data, const struct dpc_stats *stats, void *function, u32 kind,
		     u64 used, u64 allowed)
{
	struct wd_seen *seen = data;

	if (function != wd_long && function != wd_short && function != kdev_ops.dpc)
		return;
	seen->function = function;
	seen->name = stats->name;
	seen->kind = kind;
	seen->used = used;
	seen->allowed = allowed;
	seen->hardirq = in_hardirq();
	seen->cpu = raw_smp_processor_id();
	seen->task = current;
	atomic_inc(&seen->count[kind]);
}

static void wd_limits(unsigned int call_us, unsigned int series_us)
{
	dpc_watchdog_set_limit(DPC_WATCHDOG_CALL, call_us);
	dpc_watchdog_set_limit(DPC_WATCHDOG_SERIES, series_us);
}

static int wd_init(struct kunit *test)
{
	struct wd_test *wd = kunit_kzalloc(test, sizeof(*wd), GFP_KERNEL);
	int err;

	if (!wd)
		return -ENOMEM;
	init_completion(&wd->done);
	dpc_timer_init(&wd->timer, DPC_TIMER_NOTIFICATION);
	err = register_trace_dpc_watchdog(wd_probe, &wd->seen);
	if (err)
		return err;
	err = kdev_setup(test, &wd->kt);
	if (err) {
		unregister_trace_dpc_watchdog(wd_probe, &wd->seen);
		test->priv = NULL;
		return err;
	}
	wd_limits(WD_FAR_US, WD_FAR_US);
	return fixture_setup(test, &wd->fix);
}

static void wd_exit(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	if (!wd)
		return;
	fixture_exit(test);
	dpc_timer_destroy(&wd->timer);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	test->priv = &wd->kt;
	kdev_exit(test);
	unregister_trace_dpc_watchdog(wd_probe, &wd->seen);
	tracepoint_synchronize_unregister();
	/* As main.c has left it for all suites. */
	wd_limits(0, 0);
}

static void wd_note_point(struct wd_test *wd)
{
	struct wd_point *point = &wd->point[min_t(unsigned int, wd->points, WD_POINTS - 1)];
	int kind;

	wd->points++;
	memset(point, 0xa5, sizeof(*point));
	point->err = dpc_watchdog_query(&point->info);
	point->yield = dpc_should_yield();
	for (kind = 0; kind < DPC_WATCHDOG_NR; kind++)
		point->violations[kind] = dpc_watchdog_violations(kind);
}

static int wd_reports(const struct wd_test *wd)
{
	return atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]) +
	       atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]);
}

/* What the call that noted @point had used by then, in ns. */
static u64 wd_used(const struct wd_point *point)
{
	return point->info.call_limit_ns - point->info.call_left_ns;
}

/* ---- Query -------------------------------------------------------------------- */

struct wd_query_param {
	const char	*name;
	enum ctx	ctx;
	int		err;
};

static const struct wd_query_param wd_query_params[] = {
	{ "thread", CTX_THREAD, -EPERM },
	{ "bh_off", CTX_BH_OFF, 0 },
	{ "irqs_off", CTX_IRQS_OFF, -EPERM },
	{ "softirq", CTX_SOFTIRQ, 0 },
	{ "hardirq", CTX_HARDIRQ, -EPERM },
};

static void wd_query_name(const struct wd_query_param *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wd_query, wd_query_params, wd_query_name);

static void wd_note(void *arg)
{
	wd_note_point(arg);
}

static void watchdog_query_is_valid_at_dispatch_only(struct kunit *test)
{
	const struct wd_query_param *param = test->param_value;
	struct wd_test *wd = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, wd_note, wd));
	KUNIT_EXPECT_EQ(test, wd->point[0].err, param->err);
}

static void watchdog_query_refused_touches_nothing(struct kunit *test)
{
	const struct wd_query_param *param = test->param_value;
	struct wd_test *wd = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, wd_note, wd));
	if (param->err)
		KUNIT_EXPECT_NULL(test, memchr_inv(&wd->point[0].info, 0xa5,
						   sizeof(wd->point[0].info)));
	else
		KUNIT_EXPECT_EQ(test, wd->point[0].info.call_limit_ns,
				WD_FAR_US * NSEC_PER_USEC);
}

static void watchdog_query_outside_a_call_has_all_left(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	const struct dpc_watchdog_info *info = &wd->point[0].info;

	wd_limits(WD_FAR_US, 2 * WD_FAR_US);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_BH_OFF, wd_note, wd));
	KUNIT_EXPECT_EQ(test, info->call_left_ns, info->call_limit_ns);
	KUNIT_EXPECT_EQ(test, info->series_left_ns, info->series_limit_ns);
}

static void wd_note_twice(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	wd_note_point(wd);
	ctx_busy_wait_us(1000);
	wd_note_point(wd);
	complete(&wd->done);
}

static void wd_run(struct kunit *test, dpc_routine_t routine)
{
	struct wd_test *wd = test->priv;

	reinit_completion(&wd->done);
	wd->reports = wd_reports(wd);
	dpc_init(&wd->fix.dpc[0], routine, wd);
	dpc_queue(&wd->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&wd->done, 2 * REC_LIMIT));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
}

static void watchdog_query_names_both_limits(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(WD_FAR_US, 2 * WD_FAR_US);
	wd_run(test, wd_note_twice);
	KUNIT_EXPECT_EQ(test, wd->point[0].err, 0);
	KUNIT_EXPECT_EQ(test, wd->point[0].info.call_limit_ns, WD_FAR_US * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(test, wd->point[0].info.series_limit_ns, 2ULL * WD_FAR_US * NSEC_PER_USEC);
}

static void watchdog_query_shrinks_with_the_time_used(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	const struct wd_point *p = wd->point;

	wd_run(test, wd_note_twice);
	KUNIT_EXPECT_LT(test, p[0].info.call_left_ns, p[0].info.call_limit_ns);
	KUNIT_EXPECT_GE(test, p[0].info.call_left_ns - p[1].info.call_left_ns, NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, p[0].info.call_left_ns - p[1].info.call_left_ns,
			p[0].info.series_left_ns - p[1].info.series_left_ns);
}

/* As everything that is used up. */
static void watchdog_query_never_goes_below_zero(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(100, 100);
	wd_run(test, wd_note_twice);
	KUNIT_EXPECT_EQ(test, wd->point[1].info.call_left_ns, 0);
	KUNIT_EXPECT_EQ(test, wd->point[1].info.series_left_ns, 0);
}

static void watchdog_query_of_a_limit_that_is_off_is_zero(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	const struct dpc_watchdog_info *info = &wd->point[0].info;

	wd_limits(0, WD_FAR_US);
	wd_run(test, wd_note_twice);
	KUNIT_EXPECT_EQ(test, info->call_limit_ns, 0);
	KUNIT_EXPECT_EQ(test, info->call_left_ns, 0);
	KUNIT_EXPECT_GT(test, info->series_left_ns, 0);
	wd->points = 0;
	wd_limits(WD_FAR_US, 0);
	wd_run(test, wd_note_twice);
	KUNIT_EXPECT_EQ(test, info->series_limit_ns, 0);
	KUNIT_EXPECT_EQ(test, info->series_left_ns, 0);
	KUNIT_EXPECT_GT(test, info->call_left_ns, 0);
}

/* The same in dpc/N. */
static void wd_run_threaded(struct kunit *test, dpc_routine_t routine)
{
	struct wd_test *wd = test->priv;

	reinit_completion(&wd->done);
	wd->reports = wd_reports(wd);
	dpc_init_threaded(&wd->fix.dpc[0], routine, wd);
	dpc_queue(&wd->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&wd->done, 2 * REC_LIMIT));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
}

static void watchdog_query_in_a_threaded_dpc_has_the_limits(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	const struct wd_point *p = wd->point;

	wd_limits(WD_FAR_US, 2 * WD_FAR_US);
	wd_run_threaded(test, wd_note_twice);
	KUNIT_EXPECT_EQ(test, p[0].err, 0);
	KUNIT_EXPECT_EQ(test, p[0].info.call_limit_ns, WD_FAR_US * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(test, p[0].info.series_limit_ns, 2ULL * WD_FAR_US * NSEC_PER_USEC);
	KUNIT_EXPECT_GE(test, p[0].info.call_left_ns - p[1].info.call_left_ns, NSEC_PER_MSEC);
	KUNIT_EXPECT_LT(test, p[1].info.series_left_ns, p[0].info.series_left_ns);
}

static void wd_hit_by_irq(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	wd_note_point(wd);
	ctx_busy_wait_us(DPC_YIELD_US);
	if (!ctx_hardirq_here(wd_note, wd))
		atomic_inc(&wd->fix.wrong);
	wd_note_point(wd);
	complete(&wd->done);
}

/* Points: routine, interrupt, routine. */
static void watchdog_interrupt_on_top_does_not_disturb(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_run(test, wd_hit_by_irq);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, wd->point[1].err, -EPERM);
	KUNIT_EXPECT_FALSE(test, wd->point[1].yield);
	KUNIT_EXPECT_EQ(test, wd->point[2].err, 0);
	KUNIT_EXPECT_TRUE(test, wd->point[2].yield);
	KUNIT_EXPECT_LT(test, wd->point[2].info.call_left_ns, wd->point[0].info.call_left_ns);
}

/* ---- A series ------------------------------------------------------------------- */

static void wd_note_once(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	wd_note_point(context);
	ctx_busy_wait_us(100);
}

/* With equal limits: equal in the first call of a series, and only there. */
static bool wd_is_first(const struct wd_point *point)
{
	return point->info.series_left_ns == point->info.call_left_ns;
}

/* Now and then the kernel hands the second one to ksoftirqd: these tries don't count. */
static void watchdog_series_goes_on_with_the_next_routine(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	unsigned int i, went_on = 0;

	dpc_init(&wd->fix.dpc[0], wd_note_once, wd);
	dpc_init(&wd->fix.dpc[1], wd_note_once, wd);
	for_rounds_until_met(i, 1, 20, went_on > 10) {
		wd->points = 0;
		local_bh_disable();
		dpc_queue(&wd->fix.dpc[0], NULL, NULL);
		dpc_queue(&wd->fix.dpc[1], NULL, NULL);
		local_bh_enable();
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		KUNIT_EXPECT_TRUE(test, wd_is_first(&wd->point[0]));
		went_on += !wd_is_first(&wd->point[1]);
	}
	KUNIT_EXPECT_GT(test, went_on, 10);
}

static void watchdog_series_ends_when_a_thread_runs(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	unsigned int i;

	dpc_init(&wd->fix.dpc[0], wd_note_once, wd);
	for (i = 0; i < 20; i++) {
		dpc_queue(&wd->fix.dpc[0], NULL, NULL);
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		KUNIT_EXPECT_TRUE(test, wd_is_first(&wd->point[i]));
	}
}

/* ---- Reports ---------------------------------------------------------------------- */

/*
 * Take longer than is allowed: until the watchdog has said so, from inside the
 * routine (B4), and then a while longer.
 */
static void wd_long(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;
	u64 end = dpc_local_clock() + REC_LIMIT_NS / 2;

	wd->cpu = raw_smp_processor_id();
	wd->task = current;
	wd_note_point(wd);
	while (wd_reports(wd) == wd->reports) {
		if (dpc_local_clock() > end) {
			atomic_inc(&wd->fix.wrong);
			break;
		}
		cpu_relax();
	}
	ctx_busy_wait_us(wd->rest_us);
	wd_note_point(wd);
	complete(&wd->done);
}

static void watchdog_call_too_long_is_seen_while_it_runs(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(WD_NEAR_US, 0);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]), 0);
}

static void watchdog_threaded_call_too_long_is_seen_while_it_runs(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(WD_NEAR_US, 0);
	wd_run_threaded(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 1);
	KUNIT_EXPECT_PTR_EQ(test, wd->seen.function, (void *)wd_long);
	KUNIT_EXPECT_STREQ(test, wd->seen.name, "threaded");
}

static void watchdog_count_is_right_inside_the_routine(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	const struct wd_point *p = wd->point;
	u64 call, series;

	wd_limits(WD_NEAR_US, 0);
	call = dpc_watchdog_violations(DPC_WATCHDOG_CALL);
	series = dpc_watchdog_violations(DPC_WATCHDOG_SERIES);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, p[1].violations[DPC_WATCHDOG_CALL], call + 1);
	KUNIT_EXPECT_EQ(test, p[1].violations[DPC_WATCHDOG_SERIES], series);
}

static void watchdog_report_names_routine_used_and_allowed(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(WD_NEAR_US, 0);
	wd_run(test, wd_long);
	KUNIT_EXPECT_PTR_EQ(test, wd->seen.function, (void *)wd_long);
	KUNIT_EXPECT_STREQ(test, wd->seen.name, "unbound");
	KUNIT_EXPECT_EQ(test, wd->seen.kind, DPC_WATCHDOG_CALL);
	KUNIT_EXPECT_EQ(test, wd->seen.allowed, WD_NEAR_US * NSEC_PER_USEC);
	KUNIT_EXPECT_GE(test, wd->seen.used, wd->seen.allowed);
}

static void watchdog_report_comes_from_an_interrupt_on_top(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(WD_NEAR_US, 0);
	wd_run(test, wd_long);
	KUNIT_EXPECT_TRUE(test, wd->seen.hardirq);
	KUNIT_EXPECT_EQ(test, wd->seen.cpu, wd->cpu);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_PTR_EQ(test, wd->seen.task, wd->task);
}

static void watchdog_call_is_reported_once(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd->rest_us = 5 * WD_NEAR_US;
	wd_limits(WD_NEAR_US, 0);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 1);
}

static void watchdog_each_long_call_is_reported(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	int i;

	wd_limits(WD_NEAR_US, 0);
	for (i = 1; i <= 3; i++) {
		wd_run(test, wd_long);
		KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), i);
	}
}

/* Idle for many limits: its timer has stopped by then. */
static void watchdog_starts_again_after_idleness(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(1000, 0);
	wd_run(test, wd_long);
	msleep(100);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 2);
}

static void watchdog_watches_each_cpu(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	unsigned int i, cpus = min_t(unsigned int, num_online_cpus(), CTX_CPUS_MAX);

	wd_limits(WD_NEAR_US, 0);
	for (i = 0; i < cpus; i++) {
		ctx_pin(ctx_cpu(i));
		wd_run(test, wd_long);
		KUNIT_EXPECT_EQ(test, wd->seen.cpu, ctx_cpu(i));
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), cpus);
}

static void wd_wait_10_ms(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	ctx_busy_wait_us(10000);
	complete(&wd->done);
}

static void watchdog_below_the_limits_is_not_reported(struct kunit *test)
{
	u64 before = dpc_watchdog_violations(DPC_WATCHDOG_CALL) +
		     dpc_watchdog_violations(DPC_WATCHDOG_SERIES);
	int i;

	for (i = 0; i < 10; i++)
		wd_run(test, wd_wait_10_ms);
	KUNIT_EXPECT_EQ(test, dpc_watchdog_violations(DPC_WATCHDOG_CALL) +
			dpc_watchdog_violations(DPC_WATCHDOG_SERIES) - before, 0);
}

static void watchdog_off_reports_nothing(struct kunit *test)
{
	u64 before;

	wd_limits(1000, 1000);
	wd_run(test, wd_long);
	wd_limits(0, 0);
	before = dpc_watchdog_violations(DPC_WATCHDOG_CALL) +
		 dpc_watchdog_violations(DPC_WATCHDOG_SERIES);
	wd_run(test, wd_wait_10_ms);
	wd_run(test, wd_wait_10_ms);
	KUNIT_EXPECT_EQ(test, dpc_watchdog_violations(DPC_WATCHDOG_CALL) +
			dpc_watchdog_violations(DPC_WATCHDOG_SERIES) - before, 0);
}

/* From off, and from far away with the timer armed for then. */
static void watchdog_new_limit_holds_from_the_next_drain_on(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(0, 0);
	wd_run(test, wd_wait_10_ms);
	wd_limits(WD_NEAR_US, 0);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 1);
	wd_limits(100 * WD_FAR_US, 0);
	wd_run(test, wd_wait_10_ms);
	wd_limits(WD_NEAR_US, 0);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.wrong), 0);
}

static void watchdog_call_counts_for_its_series(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(0, WD_NEAR_US);
	wd_run(test, wd_long);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]), 1);
	KUNIT_EXPECT_EQ(test, wd->seen.kind, DPC_WATCHDOG_SERIES);
	KUNIT_EXPECT_EQ(test, wd->seen.allowed, WD_NEAR_US * NSEC_PER_USEC);
}

static void watchdog_count_of_no_kind_is_zero(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dpc_watchdog_violations(DPC_WATCHDOG_NR), 0);
}

KUNIT_ARRAY_PARAM(wd_model, kdev_two_models, kdev_model_name);

static void wd_in_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	wd_long(NULL, container_of(kt, struct wd_test, kt), NULL, NULL);
}

static void watchdog_names_an_interrupts_dpc(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct wd_test *wd = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(&wd->kt, model->model, model->flags), 0);
	wd->kt.in_dpc = wd_in_dpc;
	wd_limits(WD_NEAR_US, 0);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&wd->kt));
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&wd->done, REC_LIMIT));
	dpc_interrupt_disable(&wd->kt.kdev->intr);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.wrong), 0);
	KUNIT_EXPECT_PTR_EQ(test, wd->seen.function, (void *)kdev_ops.dpc);
	KUNIT_EXPECT_STREQ(test, wd->seen.name, "kdev");
}

/* ---- A series too long ---------------------------------------------------------------- */

/* Queues itself until a series was reported and some more calls, 0.5 ms each. */
static void wd_short(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	ctx_busy_wait_us(500);
	wd_note_point(wd);
	if (!atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]))
		wd->rest_us = wd->points + 8;
	if (wd->points < wd->rest_us && time_before(jiffies, (unsigned long)arg1))
		dpc_queue(dpc, arg1, NULL);
	else
		complete(&wd->done);
}

/* Of object 0, which is initialised. */
static void wd_series_of(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_limits(WD_FAR_US, 3000);
	dpc_queue(&wd->fix.dpc[0], (void *)(jiffies + REC_LIMIT / 2), NULL);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&wd->done, REC_LIMIT));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
}

static void wd_series(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	dpc_init(&wd->fix.dpc[0], wd_short, wd);
	wd_series_of(test);
}

static void watchdog_threaded_series_is_seen(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	dpc_init_threaded(&wd->fix.dpc[0], wd_short, wd);
	wd_series_of(test);
	KUNIT_EXPECT_GE(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 0);
	KUNIT_EXPECT_PTR_EQ(test, wd->seen.function, (void *)wd_short);
	KUNIT_EXPECT_STREQ(test, wd->seen.name, "threaded");
	KUNIT_EXPECT_GE(test, wd->seen.used, 3000 * NSEC_PER_USEC);
}

/* An ordinary thread that never sleeps. */
static void wd_hog(void *arg)
{
	struct wd_test *wd = arg;

	while (!READ_ONCE(wd->fix.stop))
		cond_resched();
}

/* Queues itself until the time has come. */
static void wd_until(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	ctx_busy_wait_us(50);
	if (time_before(jiffies, (unsigned long)arg1))
		dpc_queue(dpc, arg1, NULL);
	else
		complete(&wd->done);
}

/* Three limits long.  Return: how many series were reported. */
static u64 wd_threaded_round(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	u64 before = dpc_watchdog_violations(DPC_WATCHDOG_SERIES);

	reinit_completion(&wd->done);
	dpc_queue(&wd->fix.dpc[0], (void *)(jiffies + 3 * HZ), NULL);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&wd->done, REC_LIMIT));
	return dpc_watchdog_violations(DPC_WATCHDOG_SERIES) - before;
}

/*
 * Passes of 2 ms, and every few of them the thread: no series is as long as a second,
 * unless the host stops this CPU for that long.  Without the thread each round has one.
 */
static void watchdog_threaded_calls_with_a_thread_between_are_no_series(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	u64 series = 1;
	int round;

	wd_limits(0, 1000000);
	KUNIT_ASSERT_TRUE(test, worker_start(&wd->fix.worker[0], ctx_cpu(num_online_cpus() - 1),
					     wd_hog, wd));
	dpc_init_threaded(&wd->fix.dpc[0], wd_until, wd);
	dpc_set_cpu(&wd->fix.dpc[0], ctx_cpu(num_online_cpus() - 1));
	for_rounds_until_met(round, 1, 1, !series)
		series = wd_threaded_round(test);
	KUNIT_EXPECT_EQ(test, series, 0);
}

static void watchdog_series_of_one_object_is_seen(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_series(test);
	KUNIT_EXPECT_GE(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_CALL]), 0);
	KUNIT_EXPECT_PTR_EQ(test, wd->seen.function, (void *)wd_short);
	KUNIT_EXPECT_GE(test, wd->seen.used, 3000 * NSEC_PER_USEC);
}

/* The call has used as much as its series; in doubt true. */
static bool wd_may_be_first(const struct wd_point *point)
{
	const struct dpc_watchdog_info *info = &point->info;

	if (!info->series_left_ns)
		return wd_used(point) >= info->series_limit_ns;
	return wd_used(point) == info->series_limit_ns - info->series_left_ns;
}

/* Once per series: the kernel may begin a new one at any time by running a thread. */
static void watchdog_series_is_reported_once(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	unsigned int i, begin = 0, reported = 0;

	wd_series(test);
	for (i = 1; i < min_t(unsigned int, wd->points, WD_POINTS); i++) {
		if (wd_may_be_first(&wd->point[i])) {
			begin = i;
			continue;
		}
		reported = wd->point[i].violations[DPC_WATCHDOG_SERIES] -
			   wd->point[begin].violations[DPC_WATCHDOG_SERIES];
		KUNIT_EXPECT_LE(test, reported, 1);
	}
}

/* Many objects, each called once.  Queued together, they are one series, or two. */
static void watchdog_series_of_many_objects_is_seen(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	atomic_t *reports = &wd->seen.count[DPC_WATCHDOG_SERIES];
	int i, round;

	wd_limits(0, 1000);
	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&wd->fix.dpc[i], wd_short, wd);
	for_rounds_until_met(round, 1, 10, atomic_read(reports) >= 5) {
		local_bh_disable();
		for (i = 0; i < FIX_DPCS; i++)
			dpc_queue(&wd->fix.dpc[i], (void *)jiffies, NULL);
		local_bh_enable();
		KUNIT_ASSERT_TRUE(test, ctx_flush());
	}
	KUNIT_EXPECT_GE(test, atomic_read(reports), 5);
	KUNIT_EXPECT_LE(test, atomic_read(reports), 4 * (round - 1));
}

/* The same calls with threads in between: not one series. */
static void watchdog_calls_with_threads_between_are_no_series(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	int i;

	wd_limits(0, 1000000);
	for (i = 0; i < 120; i++)
		wd_run(test, wd_wait_10_ms);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->seen.count[DPC_WATCHDOG_SERIES]), 0);
}

/* ---- Yielding -------------------------------------------------------------------------- */

static void wd_yield_points(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	while (wd->points < WD_POINTS && !(wd->points && wd->point[wd->points - 1].yield))
		wd_note_point(wd);
	wd_note_point(wd);
	complete(&wd->done);
}

/* Exactly: a point's answer lies between its own query and the next one's. */
static void watchdog_yield_answers_by_the_time_used(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	unsigned int i, n;

	wd_run(test, wd_yield_points);
	n = min_t(unsigned int, wd->points, WD_POINTS);
	for (i = 0; i + 1 < n; i++) {
		if (wd->point[i].yield)
			KUNIT_EXPECT_GE(test, wd_used(&wd->point[i + 1]),
					DPC_YIELD_US * NSEC_PER_USEC);
		else
			KUNIT_EXPECT_LT(test, wd_used(&wd->point[i]),
					DPC_YIELD_US * NSEC_PER_USEC);
	}
}

static void wd_yield_first_and_last(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	atomic_add(dpc_should_yield(), &wd->fix.refused);
	ctx_busy_wait_us(DPC_YIELD_US);
	atomic_add(dpc_should_yield(), &wd->fix.queued);
	complete(&wd->done);
}

static void watchdog_yield_comes_when_the_time_is_used(struct kunit *test)
{
	struct wd_test *wd = test->priv;
	int i;

	/* An emulated CPU may stand still just before the first question. */
	for_rounds_until_met(i, 1, 20, atomic_read(&wd->fix.refused) < i - 1)
		wd_run(test, wd_yield_first_and_last);
	KUNIT_EXPECT_LT(test, atomic_read(&wd->fix.refused), i - 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.queued), i - 1);
}

KUNIT_ARRAY_PARAM(wd_ctx, ctx_params, ctx_param_name);

static void watchdog_yield_is_false_outside_a_routine(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct wd_test *wd = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, wd_note, wd));
	KUNIT_EXPECT_FALSE(test, wd->point[0].yield);
}

static void watchdog_yield_works_in_a_threaded_dpc(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	dpc_init_threaded(&wd->fix.dpc[0], wd_yield_first_and_last, wd);
	dpc_queue(&wd->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&wd->done, REC_LIMIT));
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.queued), 1);
}

/* ---- A long job ------------------------------------------------------------------------- */

#define WD_BLOCK_US	10
#define WD_BLOCKS	500	/* 5 ms */

static void wd_other(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;

	atomic_inc(&wd->fix.ran);
}

/* One slice of the job; another DPC is queued meanwhile. */
static void wd_crunch(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wd_test *wd = context;
	unsigned int blocks = 0;

	/* The one of the slice before has had its turn. */
	wd->others_late += atomic_read(&wd->fix.ran) != wd->slices;
	wd->slices++;
	dpc_queue(&wd->fix.dpc[1], NULL, NULL);
	while (wd->blocks && !dpc_should_yield()) {
		ctx_busy_wait_us(WD_BLOCK_US);
		wd->blocks--;
		blocks++;
	}
	wd->longest = max(wd->longest, blocks);
	if (wd->blocks)
		dpc_continue(&wd->timer, dpc);
	else
		complete(&wd->done);
}

static void wd_job(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd->blocks = WD_BLOCKS;
	dpc_init(&wd->fix.dpc[1], wd_other, wd);
	wd_run(test, wd_crunch);
	KUNIT_EXPECT_EQ(test, wd->blocks, 0);
}

static void watchdog_long_job_runs_in_slices(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_job(test);
	KUNIT_EXPECT_LE(test, wd->longest, DPC_YIELD_US / WD_BLOCK_US);
	KUNIT_EXPECT_GE(test, wd->slices, WD_BLOCKS * WD_BLOCK_US / DPC_YIELD_US);
}

static void watchdog_long_job_lets_other_dpcs_run_between(struct kunit *test)
{
	struct wd_test *wd = test->priv;

	wd_job(test);
	KUNIT_EXPECT_EQ(test, wd->others_late, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wd->fix.ran), wd->slices);
}

/* ---- Busy-waiting ------------------------------------------------------------------------- */

static void watchdog_busy_wait_refuses_more_than_the_limit(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dpc_busy_wait_us(DPC_BUSY_WAIT_MAX_US + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_busy_wait_us(UINT_MAX), -EINVAL);
}

static void watchdog_busy_wait_refused_does_not_wait(struct kunit *test)
{
	const u64 limit = DPC_BUSY_WAIT_MAX_US * NSEC_PER_USEC;
	u64 start, shortest = U64_MAX;
	int i;

	for_rounds_until_met(i, 1, 50, shortest < limit) {
		start = dpc_local_clock();
		dpc_busy_wait_us(UINT_MAX);
		shortest = min(shortest, dpc_local_clock() - start);
	}
	KUNIT_EXPECT_LT(test, shortest, limit);
}

/* udelay() is as exact as its calibration. */
static void watchdog_busy_wait_waits(struct kunit *test)
{
	u64 start, took;
	int err;

	preempt_disable();
	start = dpc_local_clock();
	err = dpc_busy_wait_us(DPC_BUSY_WAIT_MAX_US);
	took = dpc_local_clock() - start;
	preempt_enable();
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_GE(test, took, DPC_BUSY_WAIT_MAX_US * 9 / 10 * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(test, dpc_busy_wait_us(0), 0);
}

static struct kunit_case watchdog_cases[] = {
	KUNIT_CASE_PARAM(watchdog_query_is_valid_at_dispatch_only, wd_query_gen_params), /* B3 */
	KUNIT_CASE_PARAM(watchdog_query_refused_touches_nothing, wd_query_gen_params), /* B3 */
	KUNIT_CASE(watchdog_query_outside_a_call_has_all_left), /* B3 */
	KUNIT_CASE(watchdog_query_names_both_limits), /* B3 */
	KUNIT_CASE(watchdog_query_shrinks_with_the_time_used), /* B3 */
	KUNIT_CASE(watchdog_query_never_goes_below_zero), /* B3 */
	KUNIT_CASE(watchdog_query_of_a_limit_that_is_off_is_zero), /* B3 */
	KUNIT_CASE(watchdog_query_in_a_threaded_dpc_has_the_limits), /* B3 R1 */
	KUNIT_CASE(watchdog_interrupt_on_top_does_not_disturb), /* B3 Q13 */
	KUNIT_CASE(watchdog_series_goes_on_with_the_next_routine), /* B3 */
	KUNIT_CASE(watchdog_series_ends_when_a_thread_runs), /* B3 */
	KUNIT_CASE(watchdog_call_too_long_is_seen_while_it_runs), /* B3 B4 */
	KUNIT_CASE(watchdog_threaded_call_too_long_is_seen_while_it_runs), /* B4 R1 */
	KUNIT_CASE(watchdog_count_is_right_inside_the_routine), /* B4 */
	KUNIT_CASE(watchdog_report_names_routine_used_and_allowed), /* B3 */
	KUNIT_CASE(watchdog_report_comes_from_an_interrupt_on_top), /* B4 */
	KUNIT_CASE(watchdog_call_is_reported_once), /* B3 */
	KUNIT_CASE(watchdog_each_long_call_is_reported), /* B3 */
	KUNIT_CASE(watchdog_starts_again_after_idleness), /* B4 */
	KUNIT_CASE(watchdog_watches_each_cpu), /* B4 */
	KUNIT_CASE(watchdog_below_the_limits_is_not_reported), /* B3 */
	KUNIT_CASE(watchdog_off_reports_nothing), /* B3 */
	KUNIT_CASE(watchdog_new_limit_holds_from_the_next_drain_on), /* B3 */
	KUNIT_CASE(watchdog_call_counts_for_its_series), /* B3 */
	KUNIT_CASE(watchdog_count_of_no_kind_is_zero), /* B3 */
	KUNIT_CASE_PARAM(watchdog_names_an_interrupts_dpc, wd_model_gen_params), /* B4 */
	KUNIT_CASE(watchdog_series_of_one_object_is_seen), /* B3 B4 */
	KUNIT_CASE(watchdog_threaded_series_is_seen), /* B3 B4 R1 */
	KUNIT_CASE_SLOW(watchdog_threaded_calls_with_a_thread_between_are_no_series), /* B3 R1 */
	KUNIT_CASE(watchdog_series_is_reported_once), /* B3 */
	KUNIT_CASE(watchdog_series_of_many_objects_is_seen), /* B3 B4 */
	KUNIT_CASE_SLOW(watchdog_calls_with_threads_between_are_no_series), /* B3 */
	KUNIT_CASE(watchdog_yield_answers_by_the_time_used), /* B2 */
	KUNIT_CASE(watchdog_yield_comes_when_the_time_is_used), /* B2 */
	KUNIT_CASE_PARAM(watchdog_yield_is_false_outside_a_routine, wd_ctx_gen_params), /* B2 */
	KUNIT_CASE(watchdog_yield_works_in_a_threaded_dpc), /* B2 R1 */
	KUNIT_CASE(watchdog_long_job_runs_in_slices), /* B2 */
	KUNIT_CASE(watchdog_long_job_lets_other_dpcs_run_between), /* B2 */
	KUNIT_CASE(watchdog_busy_wait_refuses_more_than_the_limit), /* B1 */
	KUNIT_CASE(watchdog_busy_wait_refused_does_not_wait), /* B1 */
	KUNIT_CASE(watchdog_busy_wait_waits), /* B1 */
	{ }
};

static struct kunit_suite watchdog_suite = {
	.name = "dpc_watchdog",
	.init = wd_init,
	.exit = wd_exit,
	.test_cases = watchdog_cases,
};

kunit_test_suite(watchdog_suite);
