// SPDX-License-Identifier: GPL-2.0-only
/* Timers with DPCs: T1 to T6; jobs in slices: B2. */
#include "fixture.h"

#include <linux/dpc_timer.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#define TIMER_SOON_NS	NSEC_PER_MSEC
/* Longer than an emulated CPU stands still between two statements of a test. */
#define TIMER_LATER_NS	(300 * NSEC_PER_MSEC)
#define TIMER_PERIOD_NS	(2 * NSEC_PER_MSEC)
#define TIMER_FAR_NS	(3600ULL * NSEC_PER_SEC)	/* no test takes so long */

/* A race: what is to meet the expiry comes so long after the timer was set. */
#define TIMER_RACE_NS	(200 * NSEC_PER_USEC)
#define TIMER_ROUNDS	100

/* B2: a job of 5 ms, in units, in slices of at most 100 us */
#define TIMER_UNIT_US	10
#define TIMER_UNITS	500
#define TIMER_SLICE_NS	((100 - TIMER_UNIT_US) * NSEC_PER_USEC)	/* then no unit fits */

struct timer_slice {
	u64		last_start;	/* when its last unit began, ns from its own begin */
	u64		end;		/* when it noticed that it is over */
	unsigned int	others;		/* calls of the other DPC before it */
	int		cpu;
};

struct timer_fix {
	struct fixture		fix;
	struct dpc_timer	timer[2];
	bool			answer;
	atomic_t		inside;		/* calls that run now */
	atomic_t		inside_max;

	/* Waiting threads */
	u64			timeout_ns;
	atomic_t		tag;
	atomic_t		satisfied;
	atomic_t		timeouts;

	/* Races: who meets the expiry */
	bool			(*meet)(struct timer_fix *tf);
	unsigned int		round;		/* this one is to come */
	unsigned int		ready;		/* the other thread is awake for it */
	unsigned int		go;		/* it has begun */
	unsigned int		finished;	/* it is over */
	u64			meet_ns;	/* when, monotonic */
	u64			delay_ns;	/* of the timer */

	/* B2 */
	unsigned int		units_left;
	unsigned int		slices;
	atomic_t		others;
	struct timer_slice	slice[TIMER_UNITS];
};

static struct timer_fix *timer_fix(struct kunit *test)
{
	return container_of((struct fixture *)test->priv, struct timer_fix, fix);
}

/* Note a call: its arguments, when it came by both clocks, and whether signalled. */
static void timer_note(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;
	struct rec_entry *entry = recorder_begin(&tf->fix.rec, dpc - tf->fix.dpc);

	atomic_inc(&tf->fix.ran);
	if (!entry)
		return;
	entry->object = dpc;
	entry->context = context;
	entry->arg1 = arg1;
	entry->arg2 = arg2;
	entry->first = ktime_get_ns();
	entry->last = ktime_get_real_ns();
	entry->answer = dpc_timer_is_signalled(&tf->timer[0]);
	recorder_end(&tf->fix.rec, entry);
}

static int timer_init(struct kunit *test)
{
	struct timer_fix *tf = kunit_kzalloc(test, sizeof(*tf), GFP_KERNEL);
	int i;

	if (!tf)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(tf->timer); i++)
		dpc_timer_init(&tf->timer[i], DPC_TIMER_NOTIFICATION);
	fixture_setup(test, &tf->fix);
	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&tf->fix.dpc[i], timer_note, tf);
	return 0;
}

/* A test that failed half-way may have left a thread in a wait without limit. */
static bool timer_release_waiters(struct dpc_timer *t)
{
	if (list_empty_careful(&t->waiters))
		return true;
	dpc_timer_set(t, 0, 0, 0, NULL);
	return false;
}

static void timer_exit(struct kunit *test)
{
	struct timer_fix *tf;
	int i;

	if (!test->priv)
		return;
	tf = timer_fix(test);
	WRITE_ONCE(tf->fix.stop, true);
	for (i = 0; i < ARRAY_SIZE(tf->timer); i++) {
		KUNIT_EXPECT_TRUE(test, rec_wait_until(timer_release_waiters(&tf->timer[i])));
		dpc_timer_destroy(&tf->timer[i]);
	}
	fixture_exit(test);
}

/* Let @ns pass, and what became due meanwhile be done. */
static bool timer_pass(u64 ns)
{
	u64 end = ktime_get_ns() + ns;

	return rec_wait_until(ktime_get_ns() > end) && ctx_flush();
}

static bool timer_set_soon(struct timer_fix *tf, struct dpc *dpc)
{
	return dpc_timer_set(&tf->timer[0], TIMER_SOON_NS, 0, 0, dpc);
}

/* One expiry without a DPC. */
static bool timer_expire(struct dpc_timer *t)
{
	dpc_timer_set(t, 0, 0, 0, NULL);
	return rec_wait_until(!READ_ONCE(t->armed));
}

/* Setting: return values, due times */

static void timer_set_idle_returns_false(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	KUNIT_EXPECT_FALSE(test, dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL));
	KUNIT_EXPECT_FALSE(test, dpc_timer_set_at(&tf->timer[1], KTIME_MAX, 0, 0, NULL));
}

static void timer_set_pending_returns_true(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];

	dpc_timer_set(t, TIMER_FAR_NS, 0, 0, NULL);
	KUNIT_EXPECT_TRUE(test, dpc_timer_set(t, TIMER_FAR_NS, 0, 0, NULL));
	KUNIT_EXPECT_TRUE(test, dpc_timer_set_at(t, KTIME_MAX, 0, 0, NULL));
	KUNIT_EXPECT_TRUE(test, dpc_timer_set_at(t, KTIME_MAX, 0, 0, NULL));
	KUNIT_EXPECT_TRUE(test, dpc_timer_set(t, TIMER_FAR_NS, 0, 0, NULL));
}

static void timer_set_after_expiry_returns_false(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_FALSE(test, dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL));
}

static void timer_set_after_cancel_returns_false(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL);
	dpc_timer_cancel(&tf->timer[0]);
	KUNIT_EXPECT_FALSE(test, dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL));
}

static void timer_set_periodic_returns_true_after_expiries(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 2));
	KUNIT_EXPECT_TRUE(test, dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL));
}

/* Far becomes soon: it expires.  Soon becomes far: it doesn't. */
static void timer_set_replaces_the_due_time(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, &tf->fix.dpc[0]);
	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));

	timer_set_soon(tf, &tf->fix.dpc[0]);
	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_SOON_NS));
	KUNIT_EXPECT_LE(test, atomic_read(&tf->fix.ran), 2);
}

static void timer_set_replaces_the_dpc(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, &tf->fix.dpc[0]);
	timer_set_soon(tf, &tf->fix.dpc[1]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&tf->fix.rec, 1), 1);
}

/* Each clock has a hardware timer of its own: the other one must not go off. */
static void timer_set_replaces_one_clock_by_the_other(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];
	ktime_t soon = ktime_add_ns(ktime_get_real(), TIMER_LATER_NS);

	dpc_timer_set_at(t, soon, 0, 0, &tf->fix.dpc[0]);
	dpc_timer_set(t, TIMER_FAR_NS, 0, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_LATER_NS / 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);

	dpc_timer_set(t, TIMER_LATER_NS, 0, 0, &tf->fix.dpc[0]);
	dpc_timer_set_at(t, KTIME_MAX, 0, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_LATER_NS / 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(t));
}

static void timer_set_clears_the_signal(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];

	KUNIT_ASSERT_TRUE(test, timer_expire(t));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(t));
	dpc_timer_set(t, TIMER_FAR_NS, 0, 0, NULL);
	KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(t));

	KUNIT_ASSERT_TRUE(test, timer_expire(t));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(t));
	dpc_timer_set_at(t, KTIME_MAX, 0, 0, NULL);
	KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(t));
}

KUNIT_ARRAY_PARAM(timer_ctx, ctx_params, ctx_param_name);

static void timer_set_here(void *arg)
{
	struct timer_fix *tf = arg;

	timer_set_soon(tf, &tf->fix.dpc[0]);
}

static void timer_set_is_legal_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct timer_fix *tf = timer_fix(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, timer_set_here, tf));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 1);
}

static void timer_cancel_here(void *arg)
{
	struct timer_fix *tf = arg;

	tf->answer = dpc_timer_cancel(&tf->timer[0]);
}

static void timer_cancel_is_legal_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL);
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, timer_cancel_here, tf));
	KUNIT_EXPECT_TRUE(test, tf->answer);
}

/* Interrupts are off: no timer interrupt can have come. */
static void timer_delay_of_zero_expires_within_the_call(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	bool signalled, queued, pending;
	int ran;

	local_irq_disable();
	dpc_timer_set(&tf->timer[0], 0, 0, 0, &tf->fix.dpc[0]);
	signalled = dpc_timer_is_signalled(&tf->timer[0]);
	queued = dpc_is_queued(&tf->fix.dpc[0]);
	pending = dpc_timer_cancel(&tf->timer[0]);
	ran = atomic_read(&tf->fix.ran);
	local_irq_enable();

	KUNIT_EXPECT_TRUE(test, signalled);
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_FALSE(test, pending);
	KUNIT_EXPECT_EQ(test, ran, 0);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 1);
}

/* Set anew while it is pending: the setting before is gone. */
static void timer_pending_one_set_to_the_past_expires_once(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_LATER_NS, 0, 0, &tf->fix.dpc[0]);
	KUNIT_EXPECT_TRUE(test, dpc_timer_set_at(&tf->timer[0], 1, 0, 0, &tf->fix.dpc[0]));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(&tf->timer[0]));
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_LATER_NS / 2));
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 1);
}

static void timer_set_to_the_past_goes_on_with_its_period(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 start = ktime_get_ns();

	dpc_timer_set_at(&tf->timer[0], 1, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(&tf->timer[0]));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 2));
	KUNIT_EXPECT_GE(test, tf->fix.rec.entry[1].first, start + TIMER_PERIOD_NS);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
}

static void timer_relative_is_never_early(struct kunit *test)
{
	static const u32 delay_us[] = { 0, 1, 50, 300, 1000, 5000 };
	struct timer_fix *tf = timer_fix(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(delay_us); i++) {
		u64 delay = delay_us[i] * NSEC_PER_USEC;
		u64 start = ktime_get_ns();

		dpc_timer_set(&tf->timer[0], delay, 0, 0, &tf->fix.dpc[0]);
		KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, i + 1));
		KUNIT_EXPECT_GE(test, tf->fix.rec.entry[i].first, start + delay);
	}
}

static void timer_absolute_is_never_early(struct kunit *test)
{
	static const u32 delay_us[] = { 0, 50, 1000, 5000 };
	struct timer_fix *tf = timer_fix(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(delay_us); i++) {
		ktime_t when = ktime_add_us(ktime_get_real(), delay_us[i]);

		dpc_timer_set_at(&tf->timer[0], when, 0, 0, &tf->fix.dpc[0]);
		KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, i + 1));
		KUNIT_EXPECT_GE(test, (s64)tf->fix.rec.entry[i].last, ktime_to_ns(when));
	}
}

/* Before 1970, then, before the machine started, and just now. */
static void timer_absolute_in_the_past_expires_within_the_call(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	const ktime_t when[] = {
		KTIME_MIN, -1, 0, 1, NSEC_PER_SEC, ktime_sub_us(ktime_get_real(), 1),
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(when); i++) {
		dpc_timer_set_at(&tf->timer[0], when[i], 0, 0, &tf->fix.dpc[0]);
		KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(&tf->timer[0]));
		KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, i + 1));
	}
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&tf->timer[0]));
}

/* Q12: from a thread that is not at DISPATCH, its DPC has run as well. */
static void timer_dpc_of_the_past_has_run_on_return(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int i, in_time = 0;

	for_rounds_until_met(i, 1, 20, in_time > 10) {
		/* No thread comes in between, and runs it; there, a thread always does. */
		if (!IS_ENABLED(CONFIG_PREEMPT_RT))
			preempt_disable();
		dpc_timer_set_at(&tf->timer[0], 1, 0, 0, &tf->fix.dpc[0]);
		in_time += atomic_read(&tf->fix.ran) == i;
		if (!IS_ENABLED(CONFIG_PREEMPT_RT))
			preempt_enable();
		KUNIT_ASSERT_TRUE(test, rec_wait_count(&tf->fix.ran, i));
	}
	/* By chance, an interrupt would bring a few. */
	KUNIT_EXPECT_GT(test, in_time, IS_ENABLED(CONFIG_PREEMPT_RT) ? 10 : i / 2);
}

static void timer_absolute_goes_by_the_clock_that_can_be_set(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	ktime_t when = ktime_add_ns(ktime_get_real(), TIMER_FAR_NS);

	dpc_timer_set_at(&tf->timer[0], when, 0, 0, NULL);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&tf->timer[0].absolute));
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&tf->timer[0].relative));
	KUNIT_EXPECT_EQ(test, hrtimer_get_expires(&tf->timer[0].absolute), when);
}

/* Values that don't fit: pending, does not expire, can be cancelled. */
static void timer_far_beyond_the_clock_is_never(struct kunit *test)
{
	static const u64 delay[] = { U64_MAX, (u64)KTIME_MAX + 1, KTIME_MAX, KTIME_MAX - 1 };
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];
	int i;

	for (i = 0; i < ARRAY_SIZE(delay); i++) {
		dpc_timer_set(t, delay[i], U64_MAX, U64_MAX, &tf->fix.dpc[0]);
		KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
		KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(t));
	}
	dpc_timer_set_at(t, KTIME_MAX, U64_MAX, U64_MAX, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(t));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
}

/* The first expiry as told, the second in 292 years. */
static void timer_period_beyond_the_clock_is_never(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], 0, U64_MAX, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 1);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
}

/* Q6's default target, the CPU that queues it, is the one that set the timer. */
static void timer_expires_on_the_cpu_that_set_it(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int last = ctx_cpu(num_online_cpus() - 1);

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, ctx_call_on(last, CTX_THREAD, timer_set_here, tf));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, tf->fix.rec.entry[0].cpu, last);
}

/* Expiring */

static void timer_one_shot_expires_once(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_SOON_NS));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 1);
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&tf->timer[0]));
}

/* The DPC runs at DISPATCH, after the timer was signalled. */
static void timer_expiry_signals_and_queues_the_dpc(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(&tf->timer[0]));
	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_TRUE(test, tf->fix.rec.entry[0].answer);
	KUNIT_EXPECT_TRUE(test, rec_at_dispatch(&tf->fix.rec.entry[0]));
	KUNIT_EXPECT_TRUE(test, tf->fix.rec.entry[0].executing);
}

static void timer_without_dpc_only_signals(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_SOON_NS, 0, 0, NULL);
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(&tf->timer[0], REC_LIMIT_NS), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
}

static void timer_periodic_expires_until_cancelled(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int ran;

	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 5));
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	ran = atomic_read(&tf->fix.ran);
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_PERIOD_NS));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), ran);
}

/* The @n-th expiry is not before its time, however late those before it were. */
static void timer_periodic_is_never_early(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 start = ktime_get_ns();
	int i;

	dpc_timer_set(&tf->timer[0], TIMER_SOON_NS, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 5));
	dpc_timer_cancel(&tf->timer[0]);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_GE(test, tf->fix.rec.entry[i].first,
				start + TIMER_SOON_NS + i * TIMER_PERIOD_NS);
}

/*
 * Keep its interrupt off until @ns after it was due: how far its due time then
 * moves, ns; 0 when the limit was reached.
 */
static u64 timer_due_after(struct timer_fix *tf, u64 ns)
{
	struct dpc_timer *t = &tf->timer[0];
	int ran = atomic_read(&tf->fix.ran);
	ktime_t first;
	u64 end;

	local_irq_disable();
	first = t->due;
	end = max_t(u64, ktime_get_ns(), ktime_to_ns(first)) + ns;
	while (ktime_get_ns() < end)
		cpu_relax();
	local_irq_enable();
	if (!rec_wait_until(atomic_read(&tf->fix.ran) > ran))
		return 0;
	dpc_timer_cancel(t);
	return ktime_to_ns(ktime_sub(t->due, first));
}

static void timer_periodic_does_not_drift(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 moved;

	/* Half a period late, in every case. */
	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 2));
	moved = timer_due_after(tf, TIMER_PERIOD_NS / 2);
	KUNIT_EXPECT_GE(test, moved, TIMER_PERIOD_NS);
	KUNIT_EXPECT_EQ(test, moved % TIMER_PERIOD_NS, 0);
}

static void timer_periodic_leaves_out_what_it_missed(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 moved;

	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	moved = timer_due_after(tf, 5 * TIMER_PERIOD_NS);
	KUNIT_EXPECT_GE(test, moved, 6 * TIMER_PERIOD_NS);
	KUNIT_EXPECT_EQ(test, moved % TIMER_PERIOD_NS, 0);
}

static void timer_period_after_an_absolute_time_is_relative(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	ktime_t when = ktime_add_ns(ktime_get_real(), TIMER_SOON_NS);
	int i;

	dpc_timer_set_at(&tf->timer[0], when, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 4));
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&tf->timer[0].absolute));
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_GE(test, (s64)tf->fix.rec.entry[i].last,
				ktime_to_ns(when) + i * TIMER_PERIOD_NS);
}

static void timer_period_has_a_minimum(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 1, 0, NULL);
	KUNIT_EXPECT_EQ(test, tf->timer[0].period_ns, DPC_TIMER_PERIOD_MIN_NS);
}

/* Bottom halves stay off for some periods: refused like any dpc_queue(), Q2. */
static void timer_expiries_while_the_dpc_is_queued_are_one_call(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	ktime_t first, last;
	int ran;

	local_bh_disable();
	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	first = READ_ONCE(tf->timer[0].due);
	rec_spin_until(ktime_to_ns(ktime_sub(READ_ONCE(tf->timer[0].due), first)) >=
		       2 * (s64)TIMER_PERIOD_NS);
	dpc_timer_cancel(&tf->timer[0]);
	last = READ_ONCE(tf->timer[0].due);
	ran = atomic_read(&tf->fix.ran);
	local_bh_enable();

	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GE(test, ktime_to_ns(ktime_sub(last, first)), 2 * (s64)TIMER_PERIOD_NS);
	KUNIT_EXPECT_EQ(test, ran, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 1);
}

static void timer_overlapping(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;
	int inside = atomic_inc_return(&tf->inside);

	if (inside > atomic_read(&tf->inside_max))
		atomic_set(&tf->inside_max, inside);
	recorder_note(&tf->fix.rec, 0);
	/* The first call waits for the second. */
	if (inside == 1)
		gate_pass(&tf->fix.gate[0]);
	else
		gate_open(&tf->fix.gate[0]);
	atomic_dec(&tf->inside);
}

static void timer_queue_overlapping(void *arg)
{
	struct timer_fix *tf = arg;

	dpc_queue(&tf->fix.dpc[0], NULL, NULL);
}

/* Also Q10.  One call is on another CPU and doesn't end before a second one came. */
static void timer_periodic_dpc_overlaps_itself(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	bool came;

	ctx_need_cpus(test, 2);
	dpc_init(&tf->fix.dpc[0], timer_overlapping, tf);
	KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[0], ctx_cpu(1),
					     timer_queue_overlapping, tf));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&tf->fix.gate[0], 1));
	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	came = rec_wait_until(atomic_read(&tf->fix.gate[0].open));
	dpc_timer_cancel(&tf->timer[0]);
	KUNIT_EXPECT_TRUE(test, came);
	KUNIT_EXPECT_GE(test, atomic_read(&tf->inside_max), 2);
}

static void timer_sees_itself_queued(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;
	u64 end = ktime_get_ns() + REC_LIMIT_NS / 2;
	bool again = false;

	if (!atomic_fetch_inc(&tf->fix.ran)) {
		while (!again && ktime_get_ns() < end)
			again = dpc_is_queued(dpc);
		tf->answer = again;
	}
	recorder_note(&tf->fix.rec, 0);
}

/* The same on one CPU: the interrupt queues it under the running call. */
static void timer_periodic_dpc_is_queued_while_it_runs(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_init(&tf->fix.dpc[0], timer_sees_itself_queued, tf);
	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 2));
	KUNIT_EXPECT_TRUE(test, tf->answer);
}

/* Cancelling */

static void timer_cancel_idle_returns_false(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&tf->timer[0]));
}

static void timer_cancel_pending_returns_true_once(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&tf->timer[0]));
	dpc_timer_set_at(&tf->timer[0], KTIME_MAX, 0, 0, NULL);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(&tf->timer[0]));
}

static void timer_cancelled_does_not_expire(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	bool cancelled;

	dpc_timer_set(&tf->timer[0], TIMER_LATER_NS, 0, 0, &tf->fix.dpc[0]);
	cancelled = dpc_timer_cancel(&tf->timer[0]);
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_LATER_NS / 2));
	KUNIT_ASSERT_TRUE(test, cancelled);
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
	KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(&tf->timer[0]));
}

/* Bottom halves are off: the DPC is queued and can't have run. */
static void timer_cancel_returns_false_when_the_dpc_is_queued(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 end = ktime_get_ns() + REC_LIMIT_NS;
	bool queued, cancelled;

	local_bh_disable();
	dpc_timer_set(&tf->timer[0], 0, 0, 0, &tf->fix.dpc[0]);
	while (!dpc_is_queued(&tf->fix.dpc[0]) && ktime_get_ns() < end)
		cpu_relax();
	queued = dpc_is_queued(&tf->fix.dpc[0]);
	cancelled = dpc_timer_cancel(&tf->timer[0]);
	local_bh_enable();

	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_FALSE(test, cancelled);
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 1);
}

static void timer_cancel_keeps_the_signal(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], 0, TIMER_FAR_NS, 0, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_timer_is_signalled(&tf->timer[0])));
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(&tf->timer[0]));
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(&tf->timer[0], 0), 0);
}

static void timer_cancelling(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;

	tf->answer = dpc_timer_cancel(&tf->timer[0]);
	recorder_note(&tf->fix.rec, 0);
}

static void timer_cancel_of_one_shot_in_its_dpc_returns_false(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	tf->answer = true;
	dpc_init(&tf->fix.dpc[0], timer_cancelling, tf);
	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_FALSE(test, tf->answer);
}

static void timer_cancel_of_periodic_in_its_dpc_returns_true(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_init(&tf->fix.dpc[0], timer_cancelling, tf);
	dpc_timer_set(&tf->timer[0], 0, 20 * TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_TRUE(test, tf->answer);
	KUNIT_ASSERT_TRUE(test, timer_pass(30 * TIMER_PERIOD_NS));
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 1);
}

static void timer_gated(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;

	gate_pass(&tf->fix.gate[0]);
	/* Pairs with the test: whether the routine had ended by then. */
	smp_store_release(&tf->fix.seen, 1);
}

static void timer_set_periodic_on(void *arg)
{
	struct timer_fix *tf = arg;

	dpc_timer_set(&tf->timer[0], 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
}

/* It is on another CPU, and doesn't return before we did. */
static void timer_cancel_of_periodic_does_not_wait_for_its_dpc(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	bool cancelled;
	u64 ended;

	ctx_need_cpus(test, 2);
	dpc_init(&tf->fix.dpc[0], timer_gated, tf);
	KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[0], ctx_cpu(1),
					     timer_set_periodic_on, tf));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&tf->fix.gate[0], 1));
	cancelled = dpc_timer_cancel(&tf->timer[0]);
	ended = smp_load_acquire(&tf->fix.seen); /* timer_gated() */
	gate_open(&tf->fix.gate[0]);
	KUNIT_EXPECT_TRUE(test, cancelled);
	KUNIT_EXPECT_EQ(test, ended, 0);
}

/*
 * Races.  The timer is set, and something is done to it just when it expires:
 * its delay follows the answers, longer after "too late", shorter after "in
 * time", so that about half of all rounds come out each way.
 */

static void timer_count(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;

	atomic_inc(&tf->fix.ran);
}

static void timer_aim(struct timer_fix *tf, bool in_time)
{
	u64 step = tf->delay_ns / 8;

	tf->delay_ns = in_time ? tf->delay_ns - step : tf->delay_ns + step;
	tf->delay_ns = clamp_t(u64, tf->delay_ns, 10 * NSEC_PER_USEC, NSEC_PER_SEC);
}

static bool timer_meet_at_time(struct timer_fix *tf)
{
	while (ktime_get_ns() < tf->meet_ns)
		cpu_relax();
	return tf->meet(tf);
}

/* Wait for a number that another thread counts up; false at the limit or at the end. */
static bool timer_await(struct timer_fix *tf, unsigned int *number, unsigned int value)
{
	/* Pairs with timer_announce(). */
	return rec_wait_until(smp_load_acquire(number) >= value || READ_ONCE(tf->fix.stop)) &&
	       !READ_ONCE(tf->fix.stop);
}

/* The same, awake: who sleeps misses what it is to meet. */
static bool timer_await_awake(struct timer_fix *tf, unsigned int *number, unsigned int value)
{
	u64 end = ktime_get_ns() + REC_LIMIT_NS;

	/* Pairs with timer_announce(). */
	while (smp_load_acquire(number) < value) {
		if (READ_ONCE(tf->fix.stop) || ktime_get_ns() > end)
			return false;
		cpu_relax();
	}
	return true;
}

static void timer_announce(unsigned int *number, unsigned int value)
{
	/* Pairs with timer_await() and timer_await_awake(). */
	smp_store_release(number, value);
}

/* On another CPU than the one that sets the timer, where its interrupt comes. */
static void timer_meeter(void *arg)
{
	struct timer_fix *tf = arg;
	unsigned int round;

	for (round = 1; timer_await(tf, &tf->round, round); round++) {
		timer_announce(&tf->ready, round);
		if (!timer_await_awake(tf, &tf->go, round))
			return;
		tf->answer = timer_meet_at_time(tf);
		timer_announce(&tf->finished, round);
	}
}

static void timer_race_set(struct timer_fix *tf)
{
	tf->meet_ns = ktime_get_ns() + TIMER_RACE_NS;
	dpc_timer_set(&tf->timer[0], tf->delay_ns, 0, 0, &tf->fix.dpc[0]);
}

/* One round; false when a limit was reached. */
static bool timer_race(struct timer_fix *tf, unsigned int round, bool elsewhere)
{
	if (!elsewhere) {
		timer_race_set(tf);
		tf->answer = timer_meet_at_time(tf);
		return true;
	}
	timer_announce(&tf->round, round);
	if (!timer_await(tf, &tf->ready, round))
		return false;
	timer_race_set(tf);
	timer_announce(&tf->go, round);
	return timer_await(tf, &tf->finished, round);
}

/*
 * The answer was true: the DPC doesn't run because of this setting.  It was
 * false: then it is queued, running or done by now, so a flush covers it.
 */
static void timer_race_conserves(struct kunit *test, bool elsewhere,
				 bool (*meet)(struct timer_fix *tf))
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int round, in_time = 0;
	int expected = 0;

	tf->meet = meet;
	tf->delay_ns = TIMER_RACE_NS;
	dpc_init(&tf->fix.dpc[0], timer_count, tf);
	if (elsewhere)
		KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[0], ctx_cpu(1),
						     timer_meeter, tf));
	for_rounds_until_met(round, 1, TIMER_ROUNDS, in_time && expected) {
		KUNIT_ASSERT_TRUE(test, timer_race(tf, round, elsewhere));
		in_time += tf->answer;
		if (!tf->answer) {
			expected++;
			KUNIT_ASSERT_TRUE(test, ctx_flush());
		}
		KUNIT_ASSERT_EQ(test, atomic_read(&tf->fix.ran), expected);
		timer_aim(tf, tf->answer);
	}
	dpc_timer_cancel(&tf->timer[0]);
	KUNIT_ASSERT_TRUE(test, timer_pass(2 * TIMER_RACE_NS));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), expected);
	kunit_info(test, "%u in time, %d too late", in_time, expected);
	KUNIT_EXPECT_GT(test, in_time, 0);
	KUNIT_EXPECT_GT(test, expected, 0);
}

static bool timer_meet_by_cancel(struct timer_fix *tf)
{
	return dpc_timer_cancel(&tf->timer[0]);
}

static bool timer_meet_by_set(struct timer_fix *tf)
{
	return dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, &tf->fix.dpc[0]);
}

/* From one clock to the other. */
static bool timer_meet_by_set_at(struct timer_fix *tf)
{
	return dpc_timer_set_at(&tf->timer[0], KTIME_MAX, 0, 0, &tf->fix.dpc[0]);
}

static void timer_cancel_meets_expiry(struct kunit *test)
{
	timer_race_conserves(test, false, timer_meet_by_cancel);
}

static void timer_cancel_meets_expiry_on_another_cpu(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	timer_race_conserves(test, true, timer_meet_by_cancel);
}

static void timer_set_meets_expiry(struct kunit *test)
{
	timer_race_conserves(test, false, timer_meet_by_set);
}

static void timer_set_meets_expiry_on_another_cpu(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	timer_race_conserves(test, true, timer_meet_by_set);
}

static void timer_set_at_meets_expiry_on_another_cpu(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	timer_race_conserves(test, true, timer_meet_by_set_at);
}

/* The interrupt is at it, under the lock: the first moment at which false comes. */
static bool timer_meet_by_cancel_when_signalled(struct timer_fix *tf)
{
	u64 end = ktime_get_ns() + REC_LIMIT_NS;
	bool cancelled;

	while (!dpc_timer_is_signalled(&tf->timer[0]) && ktime_get_ns() < end)
		cpu_relax();
	cancelled = dpc_timer_cancel(&tf->timer[0]);
	if (!dpc_is_queued(&tf->fix.dpc[0]))
		atomic_inc(&tf->fix.wrong);
	return cancelled;
}

/*
 * Bottom halves stay off where the DPC is queued, so it can't be running or
 * done: it must be on the queue, or a flush that follows would miss it.
 */
static void timer_cancel_returns_false_only_when_a_flush_covers_the_dpc(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int round;
	bool finished;

	ctx_need_cpus(test, 2);
	tf->meet = timer_meet_by_cancel_when_signalled;
	tf->delay_ns = TIMER_RACE_NS;
	dpc_init(&tf->fix.dpc[0], timer_count, tf);
	KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[0], ctx_cpu(1), timer_meeter, tf));
	for (round = 1; round <= TIMER_ROUNDS; round++) {
		timer_announce(&tf->round, round);
		KUNIT_ASSERT_TRUE(test, timer_await(tf, &tf->ready, round));
		local_bh_disable();
		timer_race_set(tf);
		timer_announce(&tf->go, round);
		finished = timer_await_awake(tf, &tf->finished, round);
		local_bh_enable();
		KUNIT_ASSERT_TRUE(test, finished);
		KUNIT_EXPECT_FALSE(test, tf->answer);
		KUNIT_EXPECT_TRUE(test, rec_wait_until(atomic_read(&tf->fix.ran) == round));
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.wrong), 0);
}

static void timer_set_and_count(void *arg)
{
	struct timer_fix *tf = arg;
	int i;

	for (i = 0; i < 200; i++) {
		/* Both clocks, so that every change of clock occurs. */
		if (i % 3 ? dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, &tf->fix.dpc[0]) :
			    dpc_timer_set_at(&tf->timer[0], KTIME_MAX, 0, 0, &tf->fix.dpc[0]))
			atomic_inc(&tf->fix.queued);
		cond_resched();
	}
}

/* Of all that set it, one finds it idle. */
static void timer_set_meets_set(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int i, cpus = min_t(int, num_online_cpus(), FIX_WORKERS);

	ctx_need_cpus(test, 2);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[i], ctx_cpu(i),
						     timer_set_and_count, tf));
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&tf->fix.worker[i]));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.queued), cpus * 200 - 1);
	KUNIT_EXPECT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
}

static void timer_periodic_cancel_meets_expiry(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int i, before;

	dpc_init(&tf->fix.dpc[0], timer_count, tf);
	for (i = 0; i < 50; i++) {
		before = atomic_read(&tf->fix.ran);
		dpc_timer_set(&tf->timer[0], TIMER_RACE_NS, TIMER_RACE_NS, 0, &tf->fix.dpc[0]);
		KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&tf->fix.ran) != before));
		ctx_busy_wait_us(i * 7);
		KUNIT_ASSERT_TRUE(test, dpc_timer_cancel(&tf->timer[0]));
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		before = atomic_read(&tf->fix.ran);
		ctx_busy_wait_us(2 * TIMER_RACE_NS / NSEC_PER_USEC);
		KUNIT_ASSERT_EQ(test, atomic_read(&tf->fix.ran), before);
	}
}

/* Waiting */

/* A thread that waits once; its notes are in the order in which waits ended. */
static void timer_waiter(void *arg)
{
	struct timer_fix *tf = arg;
	int tag = atomic_fetch_inc(&tf->tag);

	if (dpc_timer_wait(&tf->timer[0], tf->timeout_ns))
		atomic_inc(&tf->timeouts);
	else
		recorder_note(&tf->fix.rec, tag);
}

static unsigned int timer_waiters(struct dpc_timer *t)
{
	unsigned int count = 0;
	struct list_head *node;

	raw_spin_lock_irq(&t->lock);
	list_for_each(node, &t->waiters)
		count++;
	raw_spin_unlock_irq(&t->lock);
	return count;
}

/* Start @count threads, in order; each waits when the next one starts. */
static bool timer_start_waiters(struct timer_fix *tf, int count)
{
	int i;

	tf->timeout_ns = 2 * REC_LIMIT_NS;
	for (i = 0; i < count; i++)
		if (!worker_start(&tf->fix.worker[i], ctx_cpu(i % num_online_cpus()),
				  timer_waiter, tf) ||
		    !rec_wait_until(timer_waiters(&tf->timer[0]) == i + 1))
			return false;
	return true;
}

static void timer_notification_releases_all_and_stays(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int i;

	KUNIT_ASSERT_TRUE(test, timer_start_waiters(tf, 4));
	dpc_timer_set(&tf->timer[0], 0, 0, 0, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 4));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->timeouts), 0);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(&tf->timer[0]));
		KUNIT_EXPECT_EQ(test, dpc_timer_wait(&tf->timer[0], 0), 0);
		KUNIT_EXPECT_EQ(test, dpc_timer_wait(&tf->timer[0], DPC_WAIT_FOREVER), 0);
	}
}

static void timer_synchronization_releases_one_per_expiry_in_order(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int i;

	dpc_timer_init(&tf->timer[0], DPC_TIMER_SYNCHRONIZATION);
	KUNIT_ASSERT_TRUE(test, timer_start_waiters(tf, 4));
	for (i = 0; i < 4; i++) {
		KUNIT_ASSERT_TRUE(test, timer_expire(&tf->timer[0]));
		KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, i + 1));
		KUNIT_EXPECT_EQ(test, recorder_position(&tf->fix.rec, i), i);
		KUNIT_EXPECT_EQ(test, timer_waiters(&tf->timer[0]), 3 - i);
		KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(&tf->timer[0]));
	}
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 4);
}

static void timer_synchronization_satisfies_one_later_wait(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];

	dpc_timer_init(t, DPC_TIMER_SYNCHRONIZATION);
	KUNIT_ASSERT_TRUE(test, timer_expire(t));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(t));
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(t, REC_LIMIT_NS), 0);
	KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(t));
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(t, 0), -ETIMEDOUT);
}

/* A signal is not a counter. */
static void timer_synchronization_expiries_do_not_add_up(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];

	dpc_timer_init(t, DPC_TIMER_SYNCHRONIZATION);
	dpc_timer_set(t, 0, TIMER_PERIOD_NS, 0, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 3));
	dpc_timer_cancel(t);
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(t, 0), 0);
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(t, 0), -ETIMEDOUT);
}

static void timer_is_signalled_takes_nothing(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];

	dpc_timer_init(t, DPC_TIMER_SYNCHRONIZATION);
	KUNIT_ASSERT_TRUE(test, timer_expire(t));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(t));
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(t));
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(t, 0), 0);
}

static void timer_wait_ends_at_its_limit(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 start = ktime_get_ns();

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL);
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(&tf->timer[0], TIMER_SOON_NS), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_get_ns(), start + TIMER_SOON_NS);
	KUNIT_EXPECT_EQ(test, timer_waiters(&tf->timer[0]), 0);
}

static void timer_wait_of_zero_only_looks(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int before, after;

	local_bh_disable();
	before = dpc_timer_wait(&tf->timer[0], 0);
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, timer_expire(&tf->timer[0]));
	local_bh_disable();
	after = dpc_timer_wait(&tf->timer[0], 0);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, before, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, after, 0);
}

static void timer_wait_without_limit_ends_at_expiry(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	tf->timeout_ns = DPC_WAIT_FOREVER;
	KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[0], ctx_cpu(0), timer_waiter, tf));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(timer_waiters(&tf->timer[0]) == 1));
	timer_set_soon(tf, NULL);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
}

/* Who had to wait when the timer was set anew is released by the new expiry. */
static void timer_set_and_cancel_leave_waiters_waiting(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL);
	KUNIT_ASSERT_TRUE(test, timer_start_waiters(tf, 2));
	dpc_timer_set(&tf->timer[0], TIMER_FAR_NS, 0, 0, NULL);
	dpc_timer_cancel(&tf->timer[0]);
	KUNIT_EXPECT_EQ(test, timer_waiters(&tf->timer[0]), 2);
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 0);
	dpc_timer_set(&tf->timer[0], 0, 0, 0, NULL);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&tf->fix.rec, 2));
}

static void timer_waiting(void *arg)
{
	struct timer_fix *tf = arg;
	unsigned int turn = 0;

	while (!READ_ONCE(tf->fix.stop)) {
		u64 timeout = 20 * NSEC_PER_USEC + turn++ % 16 * 20 * NSEC_PER_USEC;

		if (dpc_timer_wait(&tf->timer[0], timeout))
			atomic_inc(&tf->timeouts);
		else
			atomic_inc(&tf->satisfied);
	}
}

/*
 * Threads on all CPUs wait with limits of 20 to 320 us, so their time is up just
 * as the timer expires, again and again.  Each expiry satisfies one of them.
 */
static void timer_wait_meets_expiry(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int i, round, cpus = min_t(int, num_online_cpus(), FIX_WORKERS);

	dpc_timer_init(&tf->timer[0], DPC_TIMER_SYNCHRONIZATION);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[i], ctx_cpu(i),
						     timer_waiting, tf));
	for_rounds_until_met(round, 1, TIMER_ROUNDS, atomic_read(&tf->timeouts)) {
		dpc_timer_set(&tf->timer[0], round % 64 * NSEC_PER_USEC, 0, 0, NULL);
		KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&tf->satisfied) >= round));
		KUNIT_ASSERT_EQ(test, atomic_read(&tf->satisfied), round);
	}
	WRITE_ONCE(tf->fix.stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&tf->fix.worker[i]));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->satisfied), round - 1);
	KUNIT_EXPECT_GT(test, atomic_read(&tf->timeouts), 0);
	KUNIT_EXPECT_FALSE(test, dpc_timer_is_signalled(&tf->timer[0]));
}

/* Tolerance */

static u64 timer_range(struct dpc_timer *t, u64 tolerance_ns)
{
	dpc_timer_set(t, TIMER_FAR_NS, 0, tolerance_ns, NULL);
	return ktime_to_ns(ktime_sub(hrtimer_get_expires(&t->relative),
				     hrtimer_get_softexpires(&t->relative)));
}

static void timer_tolerance_reaches_the_kernel(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	KUNIT_EXPECT_EQ(test, timer_range(&tf->timer[0], 0), 0);
	KUNIT_EXPECT_EQ(test, timer_range(&tf->timer[0], 12345678), 12345678);
}

static void timer_tolerance_is_kept_by_every_period(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];
	ktime_t range;

	dpc_timer_set(t, 0, TIMER_FAR_NS, 12345, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_timer_is_signalled(t)));
	range = ktime_sub(hrtimer_get_expires(&t->relative),
			  hrtimer_get_softexpires(&t->relative));
	KUNIT_EXPECT_EQ(test, ktime_to_ns(range), 12345);
}

static void timer_tolerance_never_makes_it_early(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 start = ktime_get_ns();
	int i;

	dpc_timer_set(&tf->timer[0], TIMER_SOON_NS, TIMER_PERIOD_NS, TIMER_PERIOD_NS / 2,
		      &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 5));
	dpc_timer_cancel(&tf->timer[0]);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_GE(test, tf->fix.rec.entry[i].first,
				start + TIMER_SOON_NS + i * TIMER_PERIOD_NS);
}

/* What the DPC is given */

static void timer_dpc_gets_its_context_and_the_timer(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	const struct rec_entry *call = &tf->fix.rec.entry[0];

	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
	KUNIT_EXPECT_PTR_EQ(test, call->object, (const void *)&tf->fix.dpc[0]);
	KUNIT_EXPECT_PTR_EQ(test, call->context, (void *)tf);
	KUNIT_EXPECT_PTR_EQ(test, call->arg1, (void *)&tf->timer[0]);
	KUNIT_EXPECT_NULL(test, call->arg2);
}

/* The driver had queued it itself: the expiry is refused, Q2. */
static void timer_expiry_does_not_change_a_queued_dpc(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	u64 end = ktime_get_ns() + REC_LIMIT_NS;

	local_bh_disable();
	dpc_queue(&tf->fix.dpc[0], TAG(1), TAG(2));
	dpc_timer_set(&tf->timer[0], 0, 0, 0, &tf->fix.dpc[0]);
	while (!dpc_timer_is_signalled(&tf->timer[0]) && ktime_get_ns() < end)
		cpu_relax();
	local_bh_enable();

	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_TRUE(test, dpc_timer_is_signalled(&tf->timer[0]));
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 1);
	KUNIT_EXPECT_PTR_EQ(test, tf->fix.rec.entry[0].arg1, TAG(1));
	KUNIT_EXPECT_PTR_EQ(test, tf->fix.rec.entry[0].arg2, TAG(2));
}

/* Destroying */

static void timer_destroyed_does_not_expire(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	ktime_t when = ktime_add_ns(ktime_get_real(), TIMER_LATER_NS);

	dpc_timer_set(&tf->timer[0], TIMER_LATER_NS, 0, 0, &tf->fix.dpc[0]);
	dpc_timer_set_at(&tf->timer[1], when, 0, 0, &tf->fix.dpc[0]);
	dpc_timer_destroy(&tf->timer[0]);
	dpc_timer_destroy(&tf->timer[1]);
	KUNIT_ASSERT_TRUE(test, timer_pass(3 * TIMER_LATER_NS / 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
}

static void timer_destroyed_can_not_be_set(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	struct dpc_timer *t = &tf->timer[0];

	dpc_timer_destroy(t);
	dpc_timer_set(t, 0, 0, 0, &tf->fix.dpc[0]);
	KUNIT_EXPECT_FALSE(test, dpc_timer_set(t, 0, 0, 0, &tf->fix.dpc[0]));
	KUNIT_EXPECT_FALSE(test, dpc_timer_set_at(t, 0, 0, 0, &tf->fix.dpc[0]));
	KUNIT_EXPECT_FALSE(test, dpc_timer_cancel(t));
	KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), 0);
}

static void timer_initialised_anew_can_be_set(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);

	dpc_timer_destroy(&tf->timer[0]);
	dpc_timer_init(&tf->timer[0], DPC_TIMER_NOTIFICATION);
	timer_set_soon(tf, &tf->fix.dpc[0]);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
}

static void timer_setting_again(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;

	atomic_inc(&tf->fix.ran);
	dpc_timer_set(arg1, 50 * NSEC_PER_USEC, 0, 0, dpc);
}

static void timer_destroy_stops_a_dpc_that_sets_it_again(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int i, ran;

	dpc_init(&tf->fix.dpc[0], timer_setting_again, tf);
	for (i = 0; i < 20; i++) {
		ran = atomic_read(&tf->fix.ran);
		dpc_timer_init(&tf->timer[0], DPC_TIMER_NOTIFICATION);
		dpc_timer_set(&tf->timer[0], 0, 0, 0, &tf->fix.dpc[0]);
		KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&tf->fix.ran) > ran + i % 4));
		dpc_timer_destroy(&tf->timer[0]);
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		ran = atomic_read(&tf->fix.ran);
		ctx_busy_wait_us(200);
		KUNIT_ASSERT_EQ(test, atomic_read(&tf->fix.ran), ran);
	}
}

/* On another CPU, where the interrupt then comes. */
static void timer_setter(void *arg)
{
	struct timer_fix *tf = arg;
	unsigned int round;

	for (round = 1; timer_await(tf, &tf->round, round); round++) {
		struct dpc_timer *t = tf->fix.memory;

		tf->meet_ns = ktime_get_ns() + TIMER_RACE_NS;
		if (round % 2)
			dpc_timer_set(t, tf->delay_ns, round % 4 == 1 ? TIMER_RACE_NS : 0, 0,
				      &tf->fix.dpc[0]);
		else
			dpc_timer_set_at(t, ktime_add_ns(ktime_get_real(), tf->delay_ns), 0, 0,
					 &tf->fix.dpc[0]);
		timer_announce(&tf->finished, round);
	}
}

/* After it the memory is the caller's; KASAN and the kernel's object checks watch. */
static void timer_destroy_meets_expiry_on_another_cpu(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int round, in_time = 0, late = 0;
	struct dpc_timer *t;
	bool set;
	int ran;

	ctx_need_cpus(test, 2);
	dpc_init(&tf->fix.dpc[0], timer_count, tf);
	tf->delay_ns = TIMER_RACE_NS;
	KUNIT_ASSERT_TRUE(test, worker_start(&tf->fix.worker[0], ctx_cpu(1), timer_setter, tf));
	for_rounds_until_met(round, 1, TIMER_ROUNDS, in_time && late) {
		t = kmalloc(sizeof(*t), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, t);
		dpc_timer_init(t, round % 3 ? DPC_TIMER_NOTIFICATION : DPC_TIMER_SYNCHRONIZATION);
		tf->fix.memory = t;
		ran = atomic_read(&tf->fix.ran);
		timer_announce(&tf->round, round);
		set = timer_await_awake(tf, &tf->finished, round);
		while (set && ktime_get_ns() < tf->meet_ns)
			cpu_relax();
		dpc_timer_destroy(t);
		kfree(t);
		KUNIT_ASSERT_TRUE(test, set);
		KUNIT_ASSERT_TRUE(test, ctx_flush());
		if (atomic_read(&tf->fix.ran) == ran)
			in_time++;
		else
			late++;
		timer_aim(tf, atomic_read(&tf->fix.ran) == ran);
	}
	kunit_info(test, "%u in time, %u too late", in_time, late);
	KUNIT_EXPECT_GT(test, in_time, 0);
	KUNIT_EXPECT_GT(test, late, 0);
}

/* Jobs in slices */

static void timer_other(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;

	atomic_inc(&tf->others);
}

/* Does a slice of the job, and another DPC comes in every time. */
static void timer_crunch(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;
	/* The last one is written over by jobs without an end. */
	struct timer_slice *slice = &tf->slice[min(tf->slices, TIMER_UNITS - 1U)];
	u64 start = dpc_local_clock();

	slice->others = atomic_read(&tf->others);
	slice->cpu = raw_smp_processor_id();
	dpc_queue(&tf->fix.dpc[1], NULL, NULL);

	while (tf->units_left && !READ_ONCE(tf->fix.stop)) {
		slice->end = dpc_local_clock() - start;
		if (slice->end >= TIMER_SLICE_NS) {
			WRITE_ONCE(tf->slices, tf->slices + 1);
			dpc_continue(&tf->timer[0], dpc);
			return;
		}
		slice->last_start = slice->end;
		ctx_busy_wait_us(TIMER_UNIT_US);
		tf->units_left--;
	}
	WRITE_ONCE(tf->slices, tf->slices + 1);
	recorder_note(&tf->fix.rec, 0);
}

static bool timer_crunch_all(struct timer_fix *tf)
{
	dpc_init(&tf->fix.dpc[0], timer_crunch, tf);
	dpc_init(&tf->fix.dpc[1], timer_other, tf);
	tf->units_left = TIMER_UNITS;
	dpc_queue(&tf->fix.dpc[0], NULL, NULL);
	return recorder_wait(&tf->fix.rec, 1) && ctx_flush();
}

/*
 * At most 9 units of at least 10 us fit into a slice: 500 take 56 or more.  On a
 * machine that stops in between it can be one unit each.
 */
static void timer_long_job_runs_in_slices(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int i, fit = TIMER_SLICE_NS / (TIMER_UNIT_US * NSEC_PER_USEC);

	KUNIT_ASSERT_TRUE(test, timer_crunch_all(tf));
	KUNIT_EXPECT_EQ(test, tf->units_left, 0);
	KUNIT_EXPECT_GE(test, tf->slices, DIV_ROUND_UP(TIMER_UNITS, fit));
	for (i = 0; i < tf->slices; i++)
		KUNIT_EXPECT_LT(test, tf->slice[i].last_start, TIMER_SLICE_NS);
	for (i = 0; i + 1 < tf->slices; i++)
		KUNIT_EXPECT_GE(test, tf->slice[i].end, TIMER_SLICE_NS);
}

/* What came during a slice ran before the next one. */
static void timer_other_dpcs_run_between_slices(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, timer_crunch_all(tf));
	for (i = 0; i < tf->slices; i++)
		KUNIT_EXPECT_EQ(test, tf->slice[i].others, i);
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->others), tf->slices);
}

static void timer_slices_stay_on_their_cpu(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, timer_crunch_all(tf));
	for (i = 0; i < tf->slices; i++)
		KUNIT_EXPECT_EQ(test, tf->slice[i].cpu, ctx_cpu(0));
}

/*
 * How often depends on how long the machine takes from one DPC to the next
 * (under emulation about as long as the gap), so the job goes on until the
 * thread, on the same CPU, has been there between slices often enough.
 */
static void timer_threads_run_between_slices(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	unsigned long end = jiffies + REC_MEET_LIMIT;
	unsigned int now, last = 0, seen = 0;

	dpc_init(&tf->fix.dpc[0], timer_crunch, tf);
	dpc_init(&tf->fix.dpc[1], timer_other, tf);
	tf->units_left = UINT_MAX;
	dpc_queue(&tf->fix.dpc[0], NULL, NULL);
	while (seen < 5 && time_before(jiffies, end)) {
		now = READ_ONCE(tf->slices);
		seen += now != last;
		last = now;
	}
	KUNIT_EXPECT_GE(test, seen, 5);
	KUNIT_EXPECT_EQ(test, recorder_count(&tf->fix.rec), 0);
	WRITE_ONCE(tf->fix.stop, true);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&tf->fix.rec, 1));
}

/* Goes on for ever. */
static void timer_crunching_on(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct timer_fix *tf = context;

	atomic_inc(&tf->fix.ran);
	dpc_continue(&tf->timer[0], dpc);
}

static void timer_destroy_ends_a_job(struct kunit *test)
{
	struct timer_fix *tf = timer_fix(test);
	int ran;

	dpc_init(&tf->fix.dpc[0], timer_crunching_on, tf);
	dpc_queue(&tf->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&tf->fix.ran) > 10));
	dpc_timer_destroy(&tf->timer[0]);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	ran = atomic_read(&tf->fix.ran);
	KUNIT_ASSERT_TRUE(test, timer_pass(TIMER_SOON_NS));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->fix.ran), ran);
}

static struct kunit_case timer_cases[] = {
	KUNIT_CASE(timer_set_idle_returns_false), /* T1 */
	KUNIT_CASE(timer_set_pending_returns_true), /* T1 */
	KUNIT_CASE(timer_set_after_expiry_returns_false), /* T1 T2 */
	KUNIT_CASE(timer_set_after_cancel_returns_false), /* T1 T3 */
	KUNIT_CASE(timer_set_periodic_returns_true_after_expiries), /* T1 T2 */
	KUNIT_CASE(timer_set_replaces_the_due_time), /* T1 */
	KUNIT_CASE(timer_set_replaces_the_dpc), /* T1 */
	KUNIT_CASE(timer_set_replaces_one_clock_by_the_other), /* T1 */
	KUNIT_CASE(timer_set_clears_the_signal), /* T1 */
	KUNIT_CASE_PARAM(timer_set_is_legal_from, timer_ctx_gen_params), /* T1 */
	KUNIT_CASE_PARAM(timer_cancel_is_legal_from, timer_ctx_gen_params), /* T3 */
	KUNIT_CASE(timer_delay_of_zero_expires_within_the_call), /* T1 T2 */
	KUNIT_CASE(timer_pending_one_set_to_the_past_expires_once), /* T1 */
	KUNIT_CASE(timer_set_to_the_past_goes_on_with_its_period), /* T1 T2 */
	KUNIT_CASE(timer_relative_is_never_early), /* T1 */
	KUNIT_CASE(timer_absolute_is_never_early), /* T1 */
	KUNIT_CASE(timer_absolute_in_the_past_expires_within_the_call), /* T1 */
	KUNIT_CASE(timer_dpc_of_the_past_has_run_on_return), /* Q12 T1 */
	KUNIT_CASE(timer_absolute_goes_by_the_clock_that_can_be_set), /* T1 */
	KUNIT_CASE(timer_far_beyond_the_clock_is_never), /* T1 */
	KUNIT_CASE(timer_period_beyond_the_clock_is_never), /* T1 */
	KUNIT_CASE(timer_expires_on_the_cpu_that_set_it), /* T2 Q6 */
	KUNIT_CASE(timer_one_shot_expires_once), /* T2 */
	KUNIT_CASE(timer_expiry_signals_and_queues_the_dpc), /* T2 */
	KUNIT_CASE(timer_without_dpc_only_signals), /* T2 T4 */
	KUNIT_CASE(timer_periodic_expires_until_cancelled), /* T2 T3 */
	KUNIT_CASE(timer_periodic_is_never_early), /* T2 */
	KUNIT_CASE(timer_periodic_does_not_drift), /* T2 */
	KUNIT_CASE(timer_periodic_leaves_out_what_it_missed), /* T2 */
	KUNIT_CASE(timer_period_after_an_absolute_time_is_relative), /* T1 T2 */
	KUNIT_CASE(timer_period_has_a_minimum), /* T2 */
	KUNIT_CASE(timer_expiries_while_the_dpc_is_queued_are_one_call), /* T2 Q2 */
	KUNIT_CASE(timer_periodic_dpc_overlaps_itself), /* T2 Q10 */
	KUNIT_CASE(timer_periodic_dpc_is_queued_while_it_runs), /* T2 */
	KUNIT_CASE(timer_cancel_idle_returns_false), /* T3 */
	KUNIT_CASE(timer_cancel_pending_returns_true_once), /* T3 */
	KUNIT_CASE(timer_cancelled_does_not_expire), /* T3 */
	KUNIT_CASE(timer_cancel_returns_false_when_the_dpc_is_queued), /* T3 */
	KUNIT_CASE(timer_cancel_keeps_the_signal), /* T3 */
	KUNIT_CASE(timer_cancel_of_one_shot_in_its_dpc_returns_false), /* T3 */
	KUNIT_CASE(timer_cancel_of_periodic_in_its_dpc_returns_true), /* T3 */
	KUNIT_CASE(timer_cancel_of_periodic_does_not_wait_for_its_dpc), /* T3 */
	KUNIT_CASE(timer_cancel_meets_expiry), /* T3 */
	KUNIT_CASE(timer_cancel_meets_expiry_on_another_cpu), /* T3 */
	KUNIT_CASE(timer_cancel_returns_false_only_when_a_flush_covers_the_dpc), /* T3 */
	KUNIT_CASE(timer_set_meets_expiry), /* T1 */
	KUNIT_CASE(timer_set_meets_expiry_on_another_cpu), /* T1 */
	KUNIT_CASE(timer_set_at_meets_expiry_on_another_cpu), /* T1 */
	KUNIT_CASE(timer_set_meets_set), /* T1 */
	KUNIT_CASE(timer_periodic_cancel_meets_expiry), /* T3 */
	KUNIT_CASE(timer_notification_releases_all_and_stays), /* T4 */
	KUNIT_CASE(timer_synchronization_releases_one_per_expiry_in_order), /* T4 */
	KUNIT_CASE(timer_synchronization_satisfies_one_later_wait), /* T4 */
	KUNIT_CASE(timer_synchronization_expiries_do_not_add_up), /* T4 */
	KUNIT_CASE(timer_is_signalled_takes_nothing), /* T4 */
	KUNIT_CASE(timer_wait_ends_at_its_limit), /* T4 */
	KUNIT_CASE(timer_wait_of_zero_only_looks), /* T4 */
	KUNIT_CASE(timer_wait_without_limit_ends_at_expiry), /* T4 */
	KUNIT_CASE(timer_set_and_cancel_leave_waiters_waiting), /* T1 T3 T4 */
	KUNIT_CASE(timer_wait_meets_expiry), /* T4 */
	KUNIT_CASE(timer_tolerance_reaches_the_kernel), /* T5 */
	KUNIT_CASE(timer_tolerance_is_kept_by_every_period), /* T5 */
	KUNIT_CASE(timer_tolerance_never_makes_it_early), /* T5 */
	KUNIT_CASE(timer_dpc_gets_its_context_and_the_timer), /* T6 */
	KUNIT_CASE(timer_expiry_does_not_change_a_queued_dpc), /* T6 Q2 */
	KUNIT_CASE(timer_destroyed_does_not_expire), /* T2 */
	KUNIT_CASE(timer_destroyed_can_not_be_set), /* T1 */
	KUNIT_CASE(timer_initialised_anew_can_be_set), /* T1 */
	KUNIT_CASE(timer_destroy_stops_a_dpc_that_sets_it_again), /* T2 */
	KUNIT_CASE(timer_destroy_meets_expiry_on_another_cpu), /* T2 */
	KUNIT_CASE(timer_long_job_runs_in_slices), /* B2 */
	KUNIT_CASE(timer_other_dpcs_run_between_slices), /* B2 */
	KUNIT_CASE(timer_threads_run_between_slices), /* B2 */
	KUNIT_CASE(timer_slices_stay_on_their_cpu), /* B2 */
	KUNIT_CASE(timer_destroy_ends_a_job), /* B2 */
	{ }
};

static struct kunit_suite timer_suite = {
	.name = "dpc_timer",
	.init = timer_init,
	.exit = timer_exit,
	.test_cases = timer_cases,
};

kunit_test_suite(timer_suite);
