// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line of a disabled interrupt object (I7): an exclusive one waits, a shared one
 * stays on for the others, and is not lost to "nobody cared".
 */
#include "kdev.h"
#include "speed.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>

#define MASK_STORM	3000	/* far above what the core lets through */
#define MASK_LET	2100	/* what it lets through at most, and some: it looks at 1000 */
#define MASK_GAP	(HZ / 20)	/* after twice that, it and the kernel begin anew */

KUNIT_ARRAY_PARAM(mask_any, kdev_models, kdev_model_name);
KUNIT_ARRAY_PARAM(mask_two, kdev_two_models, kdev_model_name);

struct mask_test {
	struct kdev_test	kt;
	bool			has_neighbour;
	bool			handles;	/* the neighbour, what comes */
	bool			at_times;	/* it handles every tenth call */
	atomic_t		calls;		/* of it */
	int			in_a_row;	/* the last ones of a storm, without a gap */
};

static struct mask_test *mask_of(struct kunit *test)
{
	return container_of(test->priv, struct mask_test, kt);
}

static struct dpc_interrupt *mask_intr(struct mask_test *mt)
{
	return &mt->kt.kdev->intr;
}

static irqreturn_t mask_neighbour(int irq, void *data)
{
	struct mask_test *mt = data;

	int calls = atomic_inc_return(&mt->calls);

	return READ_ONCE(mt->handles) || (READ_ONCE(mt->at_times) && !(calls % 10)) ?
	       IRQ_HANDLED : IRQ_NONE;
}

static int mask_init(struct kunit *test)
{
	struct mask_test *mt = kunit_kzalloc(test, sizeof(*mt), GFP_KERNEL);

	return mt ? kdev_setup(test, &mt->kt) : -ENOMEM;
}

static void mask_exit(struct kunit *test)
{
	struct mask_test *mt = mask_of(test);

	if (mt->has_neighbour)
		free_irq(mt->kt.irq, mt);
	kdev_exit(test);
}

static struct mask_test *mask_connect(struct kunit *test, unsigned int flags)
{
	const struct kdev_model *model = test->param_value;
	struct mask_test *mt = mask_of(test);

	kdev_need(test, model);
	KUNIT_ASSERT_EQ(test, kdev_connect(&mt->kt, model->model, model->flags | flags), 0);
	return mt;
}

/* Another driver on the line, and ours disabled. */
static struct mask_test *mask_share(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	unsigned long flags = IRQF_SHARED;
	struct mask_test *mt;

	if (model->flags & DPC_INTERRUPT_PASSIVE)
		flags |= IRQF_ONESHOT;
	mt = mask_connect(test, DPC_INTERRUPT_SHARED);
	KUNIT_ASSERT_EQ(test, request_threaded_irq(mt->kt.irq, mask_neighbour, NULL, flags,
						   "neighbour", mt), 0);
	mt->has_neighbour = true;
	dpc_interrupt_disable(mask_intr(mt));
	return mt;
}

static bool mask_is_masked(struct mask_test *mt)
{
	return irqd_irq_disabled(irq_get_irq_data(mt->kt.irq));
}

static void mask_expect_works(struct kunit *test, struct mask_test *mt)
{
	int dpcs = atomic_read(&mt->kt.dpcs);

	KUNIT_EXPECT_FALSE(test, mask_is_masked(mt));
	KUNIT_ASSERT_TRUE(test, kdev_fire(&mt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&mt->kt.dpcs, dpcs + 1));
}

/* ---- an exclusive line ---------------------------------------------------------- */

static void mask_exclusive_line_is_masked_while_disabled(struct kunit *test)
{
	struct mask_test *mt = mask_connect(test, 0);

	KUNIT_EXPECT_FALSE(test, mask_is_masked(mt));
	dpc_interrupt_disable(mask_intr(mt));
	KUNIT_EXPECT_TRUE(test, mask_is_masked(mt));
	dpc_interrupt_disable(mask_intr(mt));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	mask_expect_works(test, mt);
}

/* Several edges are one, as on every line that was masked. */
static void mask_edge_while_disabled_comes_after_enable(struct kunit *test)
{
	struct mask_test *mt = mask_connect(test, 0);
	int early, i;

	dpc_interrupt_disable(mask_intr(mt));
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_TRUE(test, kdev_fire(&mt->kt));
	early = atomic_read(&mt->kt.isrs);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&mt->kt.dpcs, 1));
	/* A passive ISR returns after the DPC that it asked for. */
	KUNIT_EXPECT_TRUE(test, kdev_wait(&mt->kt.isrs, 1));
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&mt->kt.isrs), 1);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_while_disabled(mask_intr(mt)), 0);
}

/* The line of a disabled object, requested anew or not, stays masked. */
static void mask_set_model_while_disabled_keeps_the_edge(struct kunit *test)
{
	struct mask_test *mt = mask_connect(test, 0);

	dpc_interrupt_disable(mask_intr(mt));
	KUNIT_ASSERT_TRUE(test, kdev_fire(&mt->kt));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(mask_intr(mt), DPC_MODEL_THREADED), 0);
	KUNIT_EXPECT_TRUE(test, mask_is_masked(mt));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(mask_intr(mt), DPC_MODEL_TASKLET), 0);
	KUNIT_EXPECT_TRUE(test, mask_is_masked(mt));
	KUNIT_EXPECT_EQ(test, atomic_read(&mt->kt.isrs), 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&mt->kt.dpcs, 1));
	mask_expect_works(test, mt);
}

static void mask_disconnect_while_disabled_leaves_the_line_in_order(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct mask_test *mt = mask_connect(test, 0);

	dpc_interrupt_disable(mask_intr(mt));
	kdev_disconnect(&mt->kt);
	KUNIT_ASSERT_EQ(test, kdev_connect(&mt->kt, model->model, model->flags), 0);
	mask_expect_works(test, mt);
}

/* Operations that meet: each interrupt that the device signals is seen, sooner or later. */
static void mask_edges_that_meet_disable_are_not_lost(struct kunit *test)
{
	struct mask_test *mt = mask_connect(test, 0);
	int round;

	KUNIT_ASSERT_TRUE(test, storm_start(&mt->kt.storm, kdev_hit, &mt->kt));
	for (round = 0; round < 20; round++) {
		dpc_interrupt_disable(mask_intr(mt));
		KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	}
	KUNIT_ASSERT_TRUE(test, storm_stop(&mt->kt.storm));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!atomic_read(&mt->kt.pending)));
}

/* ---- a shared line -------------------------------------------------------------- */

static void mask_shared_line_stays_on(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);

	WRITE_ONCE(mt->handles, true);
	KUNIT_EXPECT_FALSE(test, mask_is_masked(mt));
	KUNIT_ASSERT_TRUE(test, kdev_fire(&mt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&mt->calls, 1));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(dpc_interrupt_while_disabled(mask_intr(mt)) == 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&mt->kt.isrs), 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	mask_expect_works(test, mt);
}

/* As a level does that stays asserted.  It ends by a count: a slow machine takes its time. */
static void mask_storm(struct mask_test *mt)
{
	unsigned long before;
	int calls;

	mt->in_a_row = 0;
	for (calls = 0; calls < 2 * MASK_STORM && mt->in_a_row < MASK_STORM; calls++) {
		if (mask_is_masked(mt))
			break;
		before = jiffies;
		kdev_fire(&mt->kt);
		/* Threads of handlers, where they have some. */
		synchronize_irq(mt->kt.irq);
		/* The machine stood still: this is no storm, but the next call may begin one. */
		mt->in_a_row = time_after(jiffies, before + MASK_GAP) ? 0 : mt->in_a_row + 1;
	}
}

static void mask_storm_that_nobody_handles_is_stopped(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);

	mask_storm(mt);
	KUNIT_EXPECT_LE(test, mt->in_a_row, MASK_LET);
	KUNIT_EXPECT_GE(test, dpc_interrupt_while_disabled(mask_intr(mt)), 1000);
	/* The others are not cut off for good. */
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!mask_is_masked(mt)));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	mask_expect_works(test, mt);
}

static void mask_enable_ends_the_rest(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);

	mask_storm(mt);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	mask_expect_works(test, mt);
}

/* For whoever else is on the line. */
static void mask_disconnect_ends_the_rest(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);
	int calls;

	mask_storm(mt);
	kdev_disconnect(&mt->kt);
	KUNIT_EXPECT_FALSE(test, mask_is_masked(mt));
	calls = atomic_read(&mt->calls);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&mt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&mt->calls, calls + 1));
}

static void mask_set_model_ends_the_rest(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);

	mask_storm(mt);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(mask_intr(mt), DPC_MODEL_THREADED), 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(mask_intr(mt), DPC_MODEL_DPC), 0);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!mask_is_masked(mt)));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(mask_intr(mt)), 0);
	mask_expect_works(test, mt);
}

static void mask_expect_no_rest(struct kunit *test, struct mask_test *mt)
{
	mask_storm(mt);
	KUNIT_EXPECT_FALSE(test, mask_is_masked(mt));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_while_disabled(mask_intr(mt)),
			atomic_read(&mt->calls));
}

/* A busy neighbour is no storm. */
static void mask_calls_that_are_handled_stop_nothing(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);

	WRITE_ONCE(mt->handles, true);
	mask_expect_no_rest(test, mt);
}

/* Nor is one that has something to do now and then: the kernel leaves that line alone. */
static void mask_calls_that_are_handled_at_times_stop_nothing(struct kunit *test)
{
	struct mask_test *mt = mask_share(test);

	WRITE_ONCE(mt->at_times, true);
	mask_expect_no_rest(test, mt);
}

#define MASK_ANY(_case)	KUNIT_CASE_PARAM(_case, mask_any_gen_params)
#define MASK_TWO(_case)	KUNIT_CASE_PARAM_SLOW(_case, mask_two_gen_params)

static struct kunit_case mask_cases[] = {
	MASK_ANY(mask_exclusive_line_is_masked_while_disabled), /* I7 */
	MASK_ANY(mask_edge_while_disabled_comes_after_enable), /* I7 */
	MASK_ANY(mask_set_model_while_disabled_keeps_the_edge), /* I7 */
	MASK_ANY(mask_disconnect_while_disabled_leaves_the_line_in_order), /* I6 I7 */
	MASK_ANY(mask_edges_that_meet_disable_are_not_lost), /* I7 */
	MASK_ANY(mask_shared_line_stays_on), /* I7 */
	MASK_TWO(mask_storm_that_nobody_handles_is_stopped), /* I7 */
	MASK_TWO(mask_enable_ends_the_rest), /* I7 */
	MASK_TWO(mask_disconnect_ends_the_rest), /* I7 */
	MASK_TWO(mask_set_model_ends_the_rest), /* I7 */
	MASK_TWO(mask_calls_that_are_handled_stop_nothing), /* I7 */
	MASK_TWO(mask_calls_that_are_handled_at_times_stop_nothing), /* I7 */
	{ }
};

static struct kunit_suite mask_suite = {
	.name = "dpc_mask",
	.init = mask_init,
	.exit = mask_exit,
	.test_cases = mask_cases,
};

kunit_test_suite(mask_suite);
