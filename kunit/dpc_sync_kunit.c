// SPDX-License-Identifier: GPL-2.0-only
/* Levels: asking, raising, lowering with drain, and what goes wrong: S5, Q12. */
#include "fixture.h"

#include <linux/bottom_half.h>
#include <linux/dpc_sync.h>

struct sync_test {
	struct fixture	fix;
	enum dpc_irql	level;		/* as somebody else saw it */
	enum dpc_irql	inner;
	u64		violations;	/* at the start */
};

static int sync_init(struct kunit *test)
{
	struct sync_test *st = kunit_kzalloc(test, sizeof(*st), GFP_KERNEL);

	if (!st)
		return -ENOMEM;
	st->violations = dpc_violations();
	return fixture_setup(test, &st->fix);
}

/* Whatever a test did: the thread is back where it was. */
static void sync_exit(struct kunit *test)
{
	if (test->priv)
		KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	fixture_exit(test);
}

static struct sync_test *sync_of(struct kunit *test)
{
	return container_of(test->priv, struct sync_test, fix);
}

/* Misuses reported since the start of the test. */
static u64 sync_reports(struct sync_test *st)
{
	return dpc_violations() - st->violations;
}

/* ---- the level --------------------------------------------------------- */

KUNIT_ARRAY_PARAM(sync_ctx, ctx_params, ctx_param_name);

static void sync_see_level(void *arg)
{
	struct sync_test *st = arg;

	st->level = dpc_level();
}

static void sync_level_is_that_of(struct kunit *test)
{
	static const enum dpc_irql expected[CTX_NR] = {
		[CTX_THREAD]	= DPC_PASSIVE_LEVEL,
		[CTX_BH_OFF]	= DPC_DISPATCH_LEVEL,
		[CTX_IRQS_OFF]	= DPC_DEVICE_LEVEL,
		[CTX_SOFTIRQ]	= DPC_DISPATCH_LEVEL,
		[CTX_HARDIRQ]	= DPC_DEVICE_LEVEL,
	};
	const struct ctx_param *param = test->param_value;
	struct sync_test *st = sync_of(test);

	st->level = -1;
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, sync_see_level, st));
	KUNIT_EXPECT_EQ(test, st->level, expected[param->ctx]);
}

static void sync_note_level(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	sync_see_level(container_of(context, struct sync_test, fix));
	fixture_note(dpc, context, arg1, arg2);
}

static void sync_level_in_a_routine_is_dispatch(struct kunit *test)
{
	struct sync_test *st = sync_of(test);

	dpc_init(&st->fix.dpc[0], sync_note_level, &st->fix);
	dpc_queue(&st->fix.dpc[0], TAG(1), NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&st->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, st->level, DPC_DISPATCH_LEVEL);
}

static void sync_level_of_an_interrupt_at_dispatch_is_device(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql old = dpc_level_raise();
	bool hit = ctx_hardirq_here(sync_see_level, st);

	dpc_level_lower(old);
	KUNIT_ASSERT_TRUE(test, hit);
	KUNIT_EXPECT_EQ(test, st->level, DPC_DEVICE_LEVEL);
}

/* ---- raising and lowering ---------------------------------------------- */

static void sync_raise_goes_to_dispatch(struct kunit *test)
{
	enum dpc_irql old = dpc_level_raise();
	enum dpc_irql level = dpc_level();

	dpc_level_lower(old);
	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
}

static void sync_raise_returns_the_old_level(struct kunit *test)
{
	enum dpc_irql outer = dpc_level_raise();
	enum dpc_irql inner = dpc_level_raise();

	dpc_level_lower(inner);
	dpc_level_lower(outer);
	KUNIT_EXPECT_EQ(test, outer, DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, inner, DPC_DISPATCH_LEVEL);
}

static void sync_lower_restores_the_old_level(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql outer = dpc_level_raise();
	enum dpc_irql inner = dpc_level_raise();
	enum dpc_irql between;

	dpc_level_lower(inner);
	between = dpc_level();
	dpc_level_lower(outer);
	KUNIT_EXPECT_EQ(test, between, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 0);
}

static void sync_raise_and_lower(void *arg)
{
	struct sync_test *st = arg;
	enum dpc_irql old = dpc_level_raise();

	st->inner = dpc_level();
	dpc_level_lower(old);
	st->level = dpc_level();
}

static void sync_raise_nests_in_a_softirq(struct kunit *test)
{
	struct sync_test *st = sync_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_SOFTIRQ, sync_raise_and_lower, st));
	KUNIT_EXPECT_EQ(test, st->inner, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, st->level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 0);
}

static void sync_raise_nests_in_linux_bottom_halves_off(struct kunit *test)
{
	struct sync_test *st = sync_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_BH_OFF, sync_raise_and_lower, st));
	KUNIT_EXPECT_EQ(test, st->level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 0);
}

#define SYNC_STEPS	3000
#define SYNC_DEPTH	20

/* A fixed sequence that looks random. */
static u32 sync_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

/* Raises, lowers and Linux's own, nested at random: the level is always that of the model. */
static void sync_any_nesting_ends_where_it_began(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	unsigned int depth = 0, wrong = 0, i;
	enum dpc_irql old[SYNC_DEPTH];
	bool linux_own[SYNC_DEPTH];
	u32 state = 1;

	for (i = 0; i < SYNC_STEPS; i++) {
		bool up = depth == 0 || (depth < SYNC_DEPTH && sync_random(&state) % 2);

		if (!up) {
			depth--;
			if (linux_own[depth])
				local_bh_enable();
			else
				dpc_level_lower(old[depth]);
		} else {
			linux_own[depth] = sync_random(&state) % 4 == 0;
			if (linux_own[depth])
				local_bh_disable();
			else
				old[depth] = dpc_level_raise();
			depth++;
		}
		wrong += dpc_level() != (depth ? DPC_DISPATCH_LEVEL : DPC_PASSIVE_LEVEL);
	}
	while (depth--) {
		if (linux_own[depth])
			local_bh_enable();
		else
			dpc_level_lower(old[depth]);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 0);
}

/* ---- the drain --------------------------------------------------------- */

static void sync_queued_at_dispatch_waits_for_the_lower(struct kunit *test)
{
	struct fixture *fix = test->priv;
	enum dpc_irql old = dpc_level_raise();
	unsigned int before, after;
	bool queued;

	queued = dpc_queue(&fix->dpc[0], TAG(1), NULL);
	before = recorder_count(&fix->rec);
	dpc_level_lower(old);
	after = recorder_count(&fix->rec);

	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
	KUNIT_EXPECT_PTR_EQ(test, fix->rec.entry[0].task, current);
}

static void sync_inner_lower_does_not_drain(struct kunit *test)
{
	struct fixture *fix = test->priv;
	enum dpc_irql outer = dpc_level_raise();
	enum dpc_irql inner = dpc_level_raise();
	unsigned int before, after;

	dpc_queue(&fix->dpc[0], TAG(1), NULL);
	dpc_level_lower(inner);
	before = recorder_count(&fix->rec);
	dpc_level_lower(outer);
	after = recorder_count(&fix->rec);

	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
}

static void sync_lower_runs_each_once_however_often_refused(struct kunit *test)
{
	struct fixture *fix = test->priv;
	enum dpc_irql old = dpc_level_raise();
	unsigned int after, refused = 0, i;

	for (i = 0; i < 5 * FIX_DPCS; i++)
		refused += !dpc_queue(&fix->dpc[i % FIX_DPCS], TAG(i), NULL);
	dpc_level_lower(old);
	after = recorder_count(&fix->rec);

	KUNIT_EXPECT_EQ(test, refused, 4 * FIX_DPCS);
	KUNIT_EXPECT_EQ(test, after, FIX_DPCS);
	for (i = 0; i < FIX_DPCS; i++)
		KUNIT_EXPECT_EQ(test, recorder_count_tag(&fix->rec, i), 1);
}

static void sync_queue_here(void *arg)
{
	struct sync_test *st = arg;

	dpc_queue(&st->fix.dpc[0], TAG(1), NULL);
}

static void sync_lower_runs_what_an_interrupt_queued(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql old = dpc_level_raise();
	bool hit = ctx_hardirq_here(sync_queue_here, st);
	unsigned int before, after;

	before = recorder_count(&st->fix.rec);
	dpc_level_lower(old);
	after = recorder_count(&st->fix.rec);

	KUNIT_ASSERT_TRUE(test, hit);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
}

/* ---- misuse ------------------------------------------------------------ */

static void sync_raise_at_device_level_is_reported(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql old, level;

	local_irq_disable();
	old = dpc_level_raise();
	level = dpc_level();
	dpc_level_lower(old);
	local_irq_enable();

	KUNIT_EXPECT_EQ(test, old, DPC_DEVICE_LEVEL);
	KUNIT_EXPECT_EQ(test, level, DPC_DEVICE_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 1);
}

static void sync_raise_in_an_interrupt_is_reported(struct kunit *test)
{
	struct sync_test *st = sync_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, sync_raise_and_lower, st));
	KUNIT_EXPECT_EQ(test, st->level, DPC_DEVICE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 1);
}

static void sync_lower_without_raise_is_reported(struct kunit *test)
{
	struct sync_test *st = sync_of(test);

	dpc_level_lower(DPC_PASSIVE_LEVEL);
	dpc_level_lower(DPC_DISPATCH_LEVEL);
	dpc_level_lower(DPC_DEVICE_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 3);
}

static void sync_lower_to_passive(void *arg)
{
	struct sync_test *st = arg;

	dpc_level_lower(DPC_PASSIVE_LEVEL);
	st->level = dpc_level();
}

static void sync_lower_of_a_softirqs_own_level_is_reported(struct kunit *test)
{
	struct sync_test *st = sync_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_SOFTIRQ, sync_lower_to_passive, st));
	KUNIT_EXPECT_EQ(test, st->level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 1);
}

static void sync_interrupt_cannot_lower_what_it_interrupted(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql old = dpc_level_raise();
	bool hit = ctx_hardirq_here(sync_lower_to_passive, st);
	enum dpc_irql level = dpc_level();

	dpc_level_lower(old);
	KUNIT_ASSERT_TRUE(test, hit);
	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 1);
}

static void sync_wrong_order_is_reported_and_ends_where_it_began(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql outer = dpc_level_raise();
	enum dpc_irql inner = dpc_level_raise();
	unsigned int before, after;
	enum dpc_irql between;

	dpc_queue(&st->fix.dpc[0], TAG(1), NULL);
	dpc_level_lower(outer);
	between = dpc_level();
	before = recorder_count(&st->fix.rec);
	dpc_level_lower(inner);
	after = recorder_count(&st->fix.rec);

	KUNIT_EXPECT_EQ(test, between, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 2);
}

static void sync_lower_with_interrupts_off_is_reported_and_drains_later(struct kunit *test)
{
	struct sync_test *st = sync_of(test);
	enum dpc_irql old = dpc_level_raise();
	unsigned int before;

	dpc_queue(&st->fix.dpc[0], TAG(1), NULL);
	local_irq_disable();
	dpc_level_lower(old);
	before = recorder_count(&st->fix.rec);
	local_irq_enable();
	/* Any interrupt does; this one need not be waited for. */
	dpc_level_lower(dpc_level_raise());

	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&st->fix.rec), 1);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, sync_reports(st), 1);
}

static struct kunit_case sync_cases[] = {
	KUNIT_CASE_PARAM(sync_level_is_that_of, sync_ctx_gen_params), /* S5 */
	KUNIT_CASE(sync_level_in_a_routine_is_dispatch), /* S5 */
	KUNIT_CASE(sync_level_of_an_interrupt_at_dispatch_is_device), /* S5 */
	KUNIT_CASE(sync_raise_goes_to_dispatch), /* S5 */
	KUNIT_CASE(sync_raise_returns_the_old_level), /* S5 */
	KUNIT_CASE(sync_lower_restores_the_old_level), /* S5 */
	KUNIT_CASE(sync_raise_nests_in_a_softirq), /* S5 */
	KUNIT_CASE(sync_raise_nests_in_linux_bottom_halves_off), /* S5 */
	KUNIT_CASE(sync_any_nesting_ends_where_it_began), /* S5 */
	KUNIT_CASE(sync_queued_at_dispatch_waits_for_the_lower), /* S5 Q12 */
	KUNIT_CASE(sync_inner_lower_does_not_drain), /* S5 Q12 */
	KUNIT_CASE(sync_lower_runs_each_once_however_often_refused), /* S5 Q12 */
	KUNIT_CASE(sync_lower_runs_what_an_interrupt_queued), /* S5 Q12 */
	KUNIT_CASE(sync_raise_at_device_level_is_reported), /* S5 */
	KUNIT_CASE(sync_raise_in_an_interrupt_is_reported), /* S5 */
	KUNIT_CASE(sync_lower_without_raise_is_reported), /* S5 */
	KUNIT_CASE(sync_lower_of_a_softirqs_own_level_is_reported), /* S5 */
	KUNIT_CASE(sync_interrupt_cannot_lower_what_it_interrupted), /* S5 */
	KUNIT_CASE(sync_wrong_order_is_reported_and_ends_where_it_began), /* S5 */
	KUNIT_CASE(sync_lower_with_interrupts_off_is_reported_and_drains_later), /* S5 */
	{ }
};

static struct kunit_suite sync_suite = {
	.name = "dpc_sync",
	.init = sync_init,
	.exit = sync_exit,
	.test_cases = sync_cases,
};

kunit_test_suite(sync_suite);
