// SPDX-License-Identifier: GPL-2.0-only
/*
 * What user space sees of an object and may do to it: published.c, control.c, notices.c.
 * The ioctls over it are tested from user space.
 */
#include "kdev.h"

#include "../module/core/control.h"
#include "../module/core/notices.h"
#include "../module/core/stats.h"

#include <linux/slab.h>

#define PUB_BUDGET_US	77

struct pub_test {
	struct kdev_test	kt;		/* first: test->priv is both */
	struct dpc_interrupt_ops ops;
	struct dpc_published	*published;
	u64			seen;		/* notices, with @reads */
	bool			reads;
	/* what switch_begin() does */
	atomic_t		busy;		/* so many calls answer -EBUSY; -1: all */
	atomic_t		begins;
	atomic_t		ends;
	bool			wait;		/* it waits at gate 0 */
	atomic_t		result;
};

static struct pub_test *pub_of(struct dpc_interrupt *intr)
{
	return container_of(container_of(intr, struct kdev, intr)->kt, struct pub_test, kt);
}

static int pub_switch_begin(struct dpc_interrupt *intr)
{
	struct pub_test *pt = pub_of(intr);

	atomic_inc(&pt->begins);
	if (atomic_read(&pt->busy) < 0 || atomic_add_unless(&pt->busy, -1, 0))
		return -EBUSY;
	if (pt->wait)
		gate_pass_sleeping(&pt->kt.gate[0]);
	return 0;
}

static void pub_switch_end(struct dpc_interrupt *intr)
{
	atomic_inc(&pub_of(intr)->ends);
}

static void pub_connect_with(struct kunit *test, unsigned int flags)
{
	struct pub_test *pt = test->priv;
	struct dpc_interrupt_params params = kdev_params(&pt->kt);

	pt->ops = kdev_ops;
	pt->ops.switch_begin = pub_switch_begin;
	pt->ops.switch_end = pub_switch_end;
	params.ops = &pt->ops;
	params.flags |= flags;
	WRITE_ONCE(pt->kt.gone, false);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_connect(&pt->kt.kdev->intr, &params), 0);
	pt->kt.connected = true;
	pt->published = dpc_published_get(dpc_interrupt_id(&pt->kt.kdev->intr));
	KUNIT_ASSERT_NOT_NULL(test, pt->published);
}

static void pub_connect(struct kunit *test)
{
	pub_connect_with(test, 0);
}

static int pub_init(struct kunit *test)
{
	struct pub_test *pt = kunit_kzalloc(test, sizeof(*pt), GFP_KERNEL);

	return pt ? kdev_setup(test, &pt->kt) : -ENOMEM;
}

static void pub_exit(struct kunit *test)
{
	struct pub_test *pt = test->priv;

	if (!pt)
		return;
	atomic_set(&pt->busy, 0);
	if (pt->reads)
		dpc_notices_close();
	kdev_exit(test);
	dpc_published_put(pt->published);
}

static struct dpc_interrupt *pub_intr(struct pub_test *pt)
{
	return &pt->kt.kdev->intr;
}

/* Any two addresses tell two files apart. */
static const struct dpc_file *pub_file(unsigned int i)
{
	static char files[2];

	return (const struct dpc_file *)&files[i];
}

static int pub_set_budget(struct dpc_published *published, const struct dpc_file *by,
			  enum dpc_stage stage, u32 us)
{
	u32 budget_us[DPC_STAGE_MAX] = { };

	budget_us[stage] = us;
	return dpc_control_set_budgets(published, by, BIT(stage), budget_us);
}

/* ---- what is there ---------------------------------------------------------- */

static void pub_object_says_what_it_is(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_object object;

	pub_connect(test);
	KUNIT_ASSERT_EQ(test, dpc_control_describe(pt->published, &object), 0);
	KUNIT_EXPECT_EQ(test, object.id, dpc_interrupt_id(pub_intr(pt)));
	KUNIT_EXPECT_EQ(test, object.kind, DPC_OBJECT_INTERRUPT);
	KUNIT_EXPECT_EQ(test, object.flags, DPC_OBJECT_ENABLED);
	KUNIT_EXPECT_EQ(test, object.irq, pt->kt.irq);
	KUNIT_EXPECT_EQ(test, object.vector, 0);
	KUNIT_EXPECT_EQ(test, object.model, DPC_MODEL_DPC);
	KUNIT_EXPECT_EQ(test, object.traits, dpc_model_traits(DPC_MODEL_DPC));
	KUNIT_EXPECT_STREQ(test, object.name, "kdev");
	KUNIT_EXPECT_STREQ(test, object.device, "dpc_kunit");

	KUNIT_EXPECT_EQ(test, dpc_interrupt_disable(pub_intr(pt)), 0);
	KUNIT_ASSERT_EQ(test, dpc_control_describe(pt->published, &object), 0);
	KUNIT_EXPECT_EQ(test, object.flags, 0);
}

static void pub_object_says_what_its_driver_refuses(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_object object;

	pub_connect_with(test, DPC_INTERRUPT_NO_HARDIRQ);
	KUNIT_ASSERT_EQ(test, dpc_control_describe(pt->published, &object), 0);
	KUNIT_EXPECT_EQ(test, object.flags, DPC_OBJECT_ENABLED | DPC_OBJECT_NO_HARDIRQ);
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, NULL, DPC_MODEL_HARDIRQ),
			-EOPNOTSUPP);
}

static void pub_list_is_in_order(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	unsigned int nr, i;
	bool found = false;
	u32 *ids;

	pub_connect(test);
	nr = dpc_published_ids(NULL, 0);
	KUNIT_ASSERT_GE(test, nr, 3);
	ids = kunit_kcalloc(test, nr, sizeof(*ids), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ids);
	/* The machine may have a device, but none that comes or goes. */
	KUNIT_ASSERT_EQ(test, dpc_published_ids(ids, nr), nr);
	for (i = 0; i < nr; i++) {
		found |= ids[i] == dpc_interrupt_id(pub_intr(pt));
		if (i)
			KUNIT_EXPECT_LT(test, ids[i - 1], ids[i]);
	}
	KUNIT_EXPECT_TRUE(test, found);
	KUNIT_EXPECT_EQ(test, ids[nr - 2], DPC_ID_UNBOUND);
	KUNIT_EXPECT_EQ(test, ids[nr - 1], DPC_ID_THREADED);

	ids[1] = 0;
	KUNIT_EXPECT_EQ(test, dpc_published_ids(ids, 1), nr);
	KUNIT_EXPECT_EQ(test, ids[1], 0);
}

static void pub_id_is_never_given_again(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	u32 id;

	pub_connect(test);
	id = dpc_interrupt_id(pub_intr(pt));
	kdev_disconnect(&pt->kt);
	KUNIT_EXPECT_NULL(test, dpc_published_get(id));
	dpc_published_put(pt->published);
	pub_connect(test);
	KUNIT_EXPECT_GT(test, dpc_interrupt_id(pub_intr(pt)), id);
	KUNIT_EXPECT_NULL(test, dpc_published_get(id));
}

/* Each call of one who found the object before it went. */
static void pub_gone_object_says_so(struct kunit *test)
{
	struct dpc_snapshot *snapshot = kunit_kzalloc(test, sizeof(*snapshot), GFP_KERNEL);
	struct pub_test *pt = test->priv;
	struct dpc_hold hold = { };
	struct dpc_object object;

	KUNIT_ASSERT_NOT_NULL(test, snapshot);
	pub_connect(test);
	kdev_disconnect(&pt->kt);
	KUNIT_EXPECT_EQ(test, dpc_control_describe(pt->published, &object), -ENODEV);
	KUNIT_EXPECT_EQ(test, dpc_control_snapshot(pt->published, DPC_SNAPSHOT_CPU_ALL, snapshot),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, dpc_control_reset(pt->published), -ENODEV);
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, DPC_STAGE_ISR, 1), -ENODEV);
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, NULL, DPC_MODEL_WQ), -ENODEV);
	KUNIT_EXPECT_EQ(test, dpc_control_hold_take(pt->published, pub_file(0), &hold), -ENODEV);
}

/* ---- snapshots --------------------------------------------------------------- */

static void pub_snapshot_is_the_accounting(struct kunit *test)
{
	struct dpc_snapshot *snapshot = kunit_kzalloc(test, sizeof(*snapshot), GFP_KERNEL);
	struct dpc_stage_stats stats[DPC_STAGE_NR];
	struct pub_test *pt = test->priv;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, snapshot);
	pub_connect(test);
	for (i = 1; i <= 3; i++) {
		KUNIT_EXPECT_TRUE(test, kdev_fire(&pt->kt));
		KUNIT_EXPECT_TRUE(test, kdev_wait(&pt->kt.dpcs, i));
	}
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, DPC_STAGE_WORK,
					     PUB_BUDGET_US), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_disable(pub_intr(pt)), 0);
	KUNIT_ASSERT_EQ(test, dpc_control_snapshot(pt->published, DPC_SNAPSHOT_CPU_ALL, snapshot),
			0);
	KUNIT_ASSERT_EQ(test, dpc_stats_read(dpc_interrupt_stats(pub_intr(pt)), DPC_CPU_ALL, stats),
			0);
	KUNIT_EXPECT_EQ(test, snapshot->interrupts, 3);
	for (i = 0; i < DPC_STAGE_NR; i++) {
		KUNIT_EXPECT_EQ(test, snapshot->stage[i].count, stats[i].count);
		KUNIT_EXPECT_EQ(test, snapshot->stage[i].total_ns, stats[i].total_ns);
		KUNIT_EXPECT_EQ(test, snapshot->stage[i].max_ns, stats[i].max_ns);
		KUNIT_EXPECT_EQ(test, memcmp(snapshot->stage[i].hist, stats[i].hist,
					     sizeof(stats[i].hist)), 0);
	}
	KUNIT_EXPECT_EQ(test, snapshot->stage[DPC_STAGE_ISR].count, 3);
	KUNIT_EXPECT_EQ(test, snapshot->stage[DPC_STAGE_WORK].budget_us, PUB_BUDGET_US);
	KUNIT_EXPECT_NULL(test, memchr_inv(&snapshot->stage[DPC_STAGE_NR], 0,
					   sizeof(snapshot->stage[0]) *
					   (DPC_STAGE_MAX - DPC_STAGE_NR)));
	KUNIT_EXPECT_EQ(test, dpc_control_snapshot(pt->published, nr_cpu_ids, snapshot), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_control_snapshot(pt->published, -2, snapshot), -EINVAL);
}

struct pub_resetter {
	struct dpc_stats	*stats;
	unsigned int		resets;
	unsigned int		limit;
	struct kdev_test	*fires;		/* an interrupt after each, if set */
};

static void pub_reset_between(void *context)
{
	struct pub_resetter *resetter = context;

	if (resetter->resets >= resetter->limit)
		return;
	resetter->resets++;
	dpc_stats_reset(resetter->stats);
	if (resetter->fires && kdev_fire(resetter->fires))
		kdev_wait(&resetter->fires->dpcs, resetter->resets + 1);
}

/* Connects, has one interrupt, and takes a snapshot that meets resets. */
static void pub_snapshot_beside(struct kunit *test, struct pub_resetter *resetter,
				struct dpc_stage_stats *stats)
{
	struct pub_test *pt = test->priv;
	u32 epoch;

	pub_connect(test);
	resetter->stats = dpc_interrupt_stats(pub_intr(pt));
	KUNIT_EXPECT_TRUE(test, kdev_fire(&pt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&pt->kt.dpcs, 1));
	KUNIT_ASSERT_EQ(test, dpc_stats_snapshot(resetter->stats, DPC_CPU_ALL, stats, &epoch,
						 pub_reset_between, resetter), 0);
	KUNIT_EXPECT_EQ(test, epoch, dpc_stats_epoch(resetter->stats));
}

/* However often: some tries, then the state at the last reset. */
static void pub_snapshot_ends_beside_resets(struct kunit *test)
{
	struct dpc_stage_stats stats[DPC_STAGE_NR];
	struct pub_test *pt = test->priv;
	struct pub_resetter resetter = { .limit = 1000, .fires = &pt->kt };

	pub_snapshot_beside(test, &resetter, stats);
	KUNIT_EXPECT_LT(test, resetter.resets, 10);
	KUNIT_EXPECT_NULL(test, memchr_inv(stats, 0, sizeof(stats)));
}

/* One reset, then quiet: what has been counted since is not thrown away. */
static void pub_snapshot_tries_again(struct kunit *test)
{
	struct dpc_stage_stats stats[DPC_STAGE_NR];
	struct pub_test *pt = test->priv;
	struct pub_resetter resetter = { .limit = 1, .fires = &pt->kt };

	pub_snapshot_beside(test, &resetter, stats);
	KUNIT_EXPECT_EQ(test, stats[DPC_STAGE_ISR].count, 1);
}

static void pub_reset_counts_from_zero(struct kunit *test)
{
	struct dpc_stage_stats stats[DPC_STAGE_NR];
	struct pub_test *pt = test->priv;

	pub_connect(test);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&pt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&pt->kt.dpcs, 1));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_disable(pub_intr(pt)), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_reset(pt->published), 0);
	dpc_stats_read(dpc_interrupt_stats(pub_intr(pt)), DPC_CPU_ALL, stats);
	KUNIT_EXPECT_NULL(test, memchr_inv(stats, 0, sizeof(stats)));
}

/* ---- budgets ------------------------------------------------------------------- */

static void pub_budgets_are_set_together_or_not(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_stats *stats;
	u32 good[DPC_STAGE_MAX] = { [DPC_STAGE_ISR] = 1, [DPC_STAGE_DPC] = 2 };
	u32 bad[DPC_STAGE_MAX] = { [DPC_STAGE_ISR] = 3, [DPC_STAGE_DPC] = DPC_BUDGET_MAX_US + 1 };
	u32 none[DPC_STAGE_MAX] = { };
	u32 both = BIT(DPC_STAGE_ISR) | BIT(DPC_STAGE_DPC);

	pub_connect(test);
	stats = dpc_interrupt_stats(pub_intr(pt));
	KUNIT_EXPECT_EQ(test, dpc_control_set_budgets(pt->published, NULL, both, good), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_set_budgets(pt->published, NULL, both, bad), -EINVAL);
	/* A budget of a stage that was not asked for, and a stage that does not exist. */
	KUNIT_EXPECT_EQ(test, dpc_control_set_budgets(pt->published, NULL, BIT(DPC_STAGE_ISR),
						      good), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_control_set_budgets(pt->published, NULL, BIT(DPC_STAGE_NR),
						      none), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_control_set_budgets(pt->published, NULL, 0, none), 0);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(stats, DPC_STAGE_ISR), 1);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(stats, DPC_STAGE_DPC), 2);
}

static void pub_dpcs_without_interrupt_have_budgets_and_no_model(struct kunit *test)
{
	struct dpc_published *unbound = dpc_published_get(DPC_ID_UNBOUND);
	struct dpc_published *threaded = dpc_published_get(DPC_ID_THREADED);
	struct dpc_object object;
	u32 us;

	KUNIT_ASSERT_NOT_NULL(test, unbound);
	KUNIT_ASSERT_NOT_NULL(test, threaded);
	us = dpc_stats_budget_us(&dpc_unbound_stats, DPC_STAGE_DPC);
	KUNIT_EXPECT_EQ(test, pub_set_budget(unbound, NULL, DPC_STAGE_DPC, PUB_BUDGET_US), 0);
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(&dpc_unbound_stats, DPC_STAGE_DPC),
			PUB_BUDGET_US);
	KUNIT_EXPECT_EQ(test, pub_set_budget(unbound, NULL, DPC_STAGE_DPC, us), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(unbound, NULL, DPC_MODEL_WQ), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, dpc_control_describe(threaded, &object), 0);
	KUNIT_EXPECT_EQ(test, object.kind, DPC_OBJECT_THREADED);
	KUNIT_EXPECT_EQ(test, dpc_control_describe(unbound, &object), 0);
	KUNIT_EXPECT_EQ(test, object.kind, DPC_OBJECT_UNBOUND);
	dpc_published_put(threaded);
	dpc_published_put(unbound);
}

/* The end to end has room for its parts, unless somebody says otherwise. */
static void pub_complete_has_the_sum_of_its_parts(struct kunit *test)
{
	u32 saved[DPC_STAGE_NR];

	memcpy(saved, dpc_default_budget_us, sizeof(saved));
	KUNIT_EXPECT_EQ(test, dpc_stats_default_budget_us(DPC_STAGE_COMPLETE), 500);
	dpc_default_budget_us[DPC_STAGE_DPC] = 50;
	KUNIT_EXPECT_EQ(test, dpc_stats_default_budget_us(DPC_STAGE_COMPLETE), 450);
	dpc_default_budget_us[DPC_STAGE_DPC] = DPC_BUDGET_MAX_US;
	KUNIT_EXPECT_EQ(test, dpc_stats_default_budget_us(DPC_STAGE_COMPLETE), DPC_BUDGET_MAX_US);
	dpc_default_budget_us[DPC_STAGE_DPC] = 0;
	KUNIT_EXPECT_EQ(test, dpc_stats_default_budget_us(DPC_STAGE_COMPLETE), 0);
	dpc_default_budget_us[DPC_STAGE_COMPLETE] = 7;
	KUNIT_EXPECT_EQ(test, dpc_stats_default_budget_us(DPC_STAGE_COMPLETE), 7);
	memcpy(dpc_default_budget_us, saved, sizeof(saved));
}

/* ---- the model ------------------------------------------------------------------ */

static void pub_model_is_switched_between_begin_and_end(struct kunit *test)
{
	struct pub_test *pt = test->priv;

	pub_connect(test);
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, NULL, DPC_MODEL_TASKLET), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(pub_intr(pt)), DPC_MODEL_TASKLET);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->begins), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->ends), 1);
	/* A failed switch has ended as well. */
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, NULL, DPC_MODEL_NR), -EINVAL);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->begins), atomic_read(&pt->ends));
}

static void pub_driver_refuses_a_switch(struct kunit *test)
{
	struct pub_test *pt = test->priv;

	pub_connect(test);
	atomic_set(&pt->busy, 1);
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, NULL, DPC_MODEL_TASKLET),
			-EBUSY);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(pub_intr(pt)), DPC_MODEL_DPC);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->ends), 0);
}

/* Switch and disconnect meet: the switch ends first, and nothing of it comes after. */
static void pub_switcher(void *arg)
{
	struct pub_test *pt = arg;

	atomic_set(&pt->result, dpc_control_set_model(pt->published, NULL, DPC_MODEL_TASKLET));
}

static void pub_disconnecter(void *arg)
{
	struct pub_test *pt = arg;

	kdev_disconnect(&pt->kt);
}

static void pub_disconnect_waits_for_a_switch(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_object object;

	pub_connect(test);
	pt->wait = true;
	atomic_set(&pt->result, 1);
	KUNIT_ASSERT_TRUE(test, worker_start(&pt->kt.worker[0], ctx_cpu(0), pub_switcher, pt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&pt->kt.gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&pt->kt.worker[1], ctx_cpu(0), pub_disconnecter, pt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&pt->kt.worker[1]));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(pt->kt.gone));
	/* Nobody new finds it. */
	KUNIT_EXPECT_NULL(test, dpc_published_get(pt->published->what.id));
	gate_open(&pt->kt.gate[0]);
	KUNIT_EXPECT_TRUE(test, worker_join(&pt->kt.worker[0]));
	KUNIT_EXPECT_TRUE(test, worker_join(&pt->kt.worker[1]));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->result), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->ends), 1);
	KUNIT_EXPECT_TRUE(test, pt->kt.gone);
	KUNIT_EXPECT_EQ(test, dpc_control_describe(pt->published, &object), -ENODEV);
}

/* ---- the hold --------------------------------------------------------------------- */

static void pub_hold(struct kunit *test, const struct dpc_file *by)
{
	struct pub_test *pt = test->priv;
	struct dpc_hold hold = { };

	KUNIT_ASSERT_EQ(test, dpc_control_hold_take(pt->published, by, &hold), 0);
}

static bool pub_try_hold(struct pub_test *pt, const struct dpc_file *by)
{
	struct dpc_hold hold = { };

	return !dpc_control_hold_take(pt->published, by, &hold);
}

static void pub_only_the_holder_changes_settings(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_hold hold = { };
	struct dpc_object object;
	int i;

	pub_connect(test);
	pub_hold(test, pub_file(0));
	for (i = 0; i < 2; i++) {
		const struct dpc_file *other = i ? pub_file(1) : NULL;

		KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, other, DPC_STAGE_DPC, 5),
				-EBUSY);
		KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, other, DPC_MODEL_WQ),
				-EBUSY);
	}
	KUNIT_EXPECT_EQ(test, dpc_control_hold_take(pt->published, pub_file(1), &hold), -EBUSY);
	KUNIT_EXPECT_EQ(test, hold.pid, task_tgid_vnr(current));
	KUNIT_EXPECT_STREQ(test, hold.comm, current->group_leader->comm);
	KUNIT_EXPECT_EQ(test, dpc_control_hold_take(pt->published, pub_file(0), &hold), -EBUSY);
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, pub_file(0), DPC_STAGE_DPC, 5), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_reset(pt->published), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_describe(pt->published, &object), 0);
	KUNIT_EXPECT_TRUE(test, object.flags & DPC_OBJECT_HELD);
	/* A file that holds nothing ends no hold. */
	dpc_control_holds_end(pub_file(1));
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, DPC_STAGE_DPC, 6), -EBUSY);
	dpc_control_holds_end(pub_file(0));
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, DPC_STAGE_DPC, 6), 0);
}

static void pub_settings_are_restored(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_stats *stats;
	u32 us;

	pub_connect(test);
	stats = dpc_interrupt_stats(pub_intr(pt));
	us = dpc_stats_budget_us(stats, DPC_STAGE_DPC);
	pub_hold(test, pub_file(0));
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, pub_file(0), DPC_STAGE_DPC,
					     PUB_BUDGET_US), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, pub_file(0), DPC_MODEL_WQ), 0);
	dpc_control_holds_end(pub_file(0));
	KUNIT_EXPECT_EQ(test, dpc_stats_budget_us(stats, DPC_STAGE_DPC), us);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(pub_intr(pt)), DPC_MODEL_DPC);
	pub_hold(test, pub_file(1));
	dpc_control_holds_end(pub_file(1));
}

/* The driver has a request in flight: the settings stay held until that has ended. */
static void pub_restoration_waits_for_the_driver(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_hold hold = { };

	pub_connect(test);
	pub_hold(test, pub_file(0));
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, pub_file(0), DPC_MODEL_WQ), 0);
	atomic_set(&pt->busy, -1);
	dpc_control_holds_end(pub_file(0));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(pub_intr(pt)), DPC_MODEL_WQ);
	KUNIT_EXPECT_EQ(test, dpc_control_hold_take(pt->published, pub_file(1), &hold), -EBUSY);
	atomic_set(&pt->busy, 0);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(dpc_interrupt_model(pub_intr(pt)) == DPC_MODEL_DPC));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(pub_try_hold(pt, pub_file(1))));
	dpc_control_holds_end(pub_file(1));
}

static const struct pub_when {
	const char	*name;
} pub_when[] = {
	{ "while_held" }, { "while_being_restored" },
};

static void pub_when_name(const struct pub_when *when, char *desc)
{
	strscpy(desc, when->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pub_when, pub_when, pub_when_name);

/* Restoration and disconnect meet: nothing is left to restore, and nothing waits. */
static void pub_hold_goes_with_the_object(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	unsigned int ended;

	pub_connect(test);
	pub_hold(test, pub_file(0));
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, pub_file(0), DPC_MODEL_WQ), 0);
	ended = pt->published->holder.ended;
	atomic_set(&pt->busy, -1);
	if (test->param_value == &pub_when[1])
		dpc_control_holds_end(pub_file(0));
	kdev_disconnect(&pt->kt);
	KUNIT_EXPECT_FALSE(test, pt->published->holder.held);
	KUNIT_EXPECT_EQ(test, pt->published->holder.ended, ended + 1);
	dpc_control_holds_end(pub_file(0));
	/* The work item has given its reference back: this test's is the last. */
	KUNIT_EXPECT_TRUE(test, rec_wait_until(kref_read(&pt->published->device.kobj.kref) == 1));
}

/* ---- notices ----------------------------------------------------------------------- */

static void pub_read_notices(struct pub_test *pt)
{
	pt->seen = dpc_notices_open();
	pt->reads = true;
}

/* Take the next notice of the test's object; others may be told of meanwhile. */
static bool pub_take(struct pub_test *pt, u32 id, struct dpc_notice *notice)
{
	do {
		if (!rec_wait_until(dpc_notices_pending(pt->seen)))
			return false;
		if (dpc_notices_take(&pt->seen, notice, 1) != 1)
			return false;
	} while (notice->id != id);
	return true;
}

static void pub_expect(struct kunit *test, u32 id, enum dpc_notice_type type, u32 value)
{
	struct dpc_notice notice;

	KUNIT_ASSERT_TRUE(test, pub_take(test->priv, id, &notice));
	KUNIT_EXPECT_EQ(test, notice.type, type);
	KUNIT_EXPECT_EQ(test, notice.value, value);
	KUNIT_EXPECT_STREQ(test, notice.name, "kdev");
}

static void pub_readers_are_told(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	u32 id;

	pub_read_notices(pt);
	pub_connect(test);
	id = pt->published->what.id;
	KUNIT_EXPECT_EQ(test, dpc_control_set_model(pt->published, NULL, DPC_MODEL_WQ), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(pub_intr(pt), DPC_MODEL_DPC), 0);
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, DPC_STAGE_DPC, 0), 0);
	KUNIT_EXPECT_EQ(test, dpc_control_reset(pt->published), 0);
	kdev_disconnect(&pt->kt);

	pub_expect(test, id, DPC_NOTICE_CAME, 0);
	pub_expect(test, id, DPC_NOTICE_MODEL, DPC_MODEL_WQ);
	pub_expect(test, id, DPC_NOTICE_MODEL, DPC_MODEL_DPC);
	pub_expect(test, id, DPC_NOTICE_BUDGET, 0);
	pub_expect(test, id, DPC_NOTICE_RESET, 0);
	pub_expect(test, id, DPC_NOTICE_GONE, 0);
}

static void pub_slow_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	ctx_busy_wait_us(50);
}

static void pub_overruns_are_told(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_notice notice;
	u32 id, told = 0;
	int i;

	pub_connect(test);
	id = pt->published->what.id;
	/* Only the DPC has a budget that it can't keep. */
	for (i = 0; i < DPC_STAGE_NR; i++)
		KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, i,
						     i == DPC_STAGE_DPC ? 10 : 0), 0);
	pt->kt.in_dpc = pub_slow_dpc;
	pub_read_notices(pt);
	for (i = 1; i <= 5; i++) {
		KUNIT_EXPECT_TRUE(test, kdev_fire(&pt->kt));
		KUNIT_EXPECT_TRUE(test, kdev_wait(&pt->kt.dpcs, i));
	}
	while (told < 5) {
		KUNIT_ASSERT_TRUE(test, pub_take(pt, id, &notice));
		KUNIT_EXPECT_EQ(test, notice.type, DPC_NOTICE_OVERRUN);
		KUNIT_EXPECT_EQ(test, notice.value, DPC_STAGE_DPC);
		KUNIT_EXPECT_EQ(test, notice.interrupt, told + 1);
		KUNIT_EXPECT_GT(test, notice.duration_ns, 10 * NSEC_PER_USEC);
		KUNIT_EXPECT_EQ(test, notice.budget_ns, 10 * NSEC_PER_USEC);
		KUNIT_ASSERT_GT(test, notice.count, 0);
		told += notice.count;
	}
	KUNIT_EXPECT_EQ(test, told, 5);
	/* None is told of twice. */
	KUNIT_EXPECT_TRUE(test, kdev_fire(&pt->kt));
	KUNIT_ASSERT_TRUE(test, pub_take(pt, id, &notice));
	KUNIT_EXPECT_EQ(test, notice.interrupt, 6);
	KUNIT_EXPECT_EQ(test, notice.count, 1);
}

/* The object goes while an overrun is to be told: it is not told afterwards. */
static void pub_no_overrun_after_the_end(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_notice notice;
	bool more;
	u32 id;
	int i;

	pub_connect(test);
	id = pt->published->what.id;
	KUNIT_EXPECT_EQ(test, pub_set_budget(pt->published, NULL, DPC_STAGE_DPC, 10), 0);
	pt->kt.in_dpc = pub_slow_dpc;
	pub_read_notices(pt);
	for (i = 1; i <= 3; i++) {
		KUNIT_EXPECT_TRUE(test, kdev_fire(&pt->kt));
		KUNIT_EXPECT_TRUE(test, kdev_wait(&pt->kt.dpcs, i));
	}
	kdev_disconnect(&pt->kt);
	do {
		KUNIT_ASSERT_TRUE(test, pub_take(pt, id, &notice));
	} while (notice.type != DPC_NOTICE_GONE);
	more = false;
	while (dpc_notices_take(&pt->seen, &notice, 1))
		more |= notice.id == id;
	KUNIT_EXPECT_FALSE(test, more);
}

static void pub_late_reader_sees_the_gap(struct kunit *test)
{
	struct pub_test *pt = test->priv;
	struct dpc_notice notice;
	u64 first;
	int i;

	pub_connect(test);
	pub_read_notices(pt);
	first = pt->seen + 1;
	for (i = 0; i < DPC_NOTICES_KEPT + 10; i++)
		KUNIT_EXPECT_EQ(test, dpc_control_reset(pt->published), 0);
	KUNIT_ASSERT_EQ(test, dpc_notices_take(&pt->seen, &notice, 1), 1);
	KUNIT_EXPECT_GE(test, notice.seq, first + 10);
	for (i = 1; dpc_notices_take(&pt->seen, &notice, 1); i++)
		;
	KUNIT_EXPECT_EQ(test, i, DPC_NOTICES_KEPT);
	KUNIT_EXPECT_FALSE(test, dpc_notices_pending(pt->seen));
}

static struct kunit_case pub_cases[] = {
	KUNIT_CASE(pub_object_says_what_it_is),
	KUNIT_CASE(pub_object_says_what_its_driver_refuses),
	KUNIT_CASE(pub_list_is_in_order),
	KUNIT_CASE(pub_id_is_never_given_again),
	KUNIT_CASE(pub_gone_object_says_so),
	KUNIT_CASE(pub_snapshot_is_the_accounting),
	KUNIT_CASE(pub_snapshot_ends_beside_resets),
	KUNIT_CASE(pub_snapshot_tries_again),
	KUNIT_CASE(pub_reset_counts_from_zero),
	KUNIT_CASE(pub_budgets_are_set_together_or_not),
	KUNIT_CASE(pub_dpcs_without_interrupt_have_budgets_and_no_model),
	KUNIT_CASE(pub_complete_has_the_sum_of_its_parts),
	KUNIT_CASE(pub_model_is_switched_between_begin_and_end),
	KUNIT_CASE(pub_driver_refuses_a_switch),
	KUNIT_CASE(pub_disconnect_waits_for_a_switch),
	KUNIT_CASE(pub_only_the_holder_changes_settings),
	KUNIT_CASE(pub_settings_are_restored),
	KUNIT_CASE(pub_restoration_waits_for_the_driver),
	KUNIT_CASE_PARAM(pub_hold_goes_with_the_object, pub_when_gen_params),
	KUNIT_CASE(pub_readers_are_told),
	KUNIT_CASE(pub_overruns_are_told),
	KUNIT_CASE(pub_no_overrun_after_the_end),
	KUNIT_CASE(pub_late_reader_sees_the_gap),
	{}
};

static struct kunit_suite pub_suite = {
	.name = "dpc_published",
	.init = pub_init,
	.exit = pub_exit,
	.test_cases = pub_cases,
};

kunit_test_suite(pub_suite);
