// SPDX-License-Identifier: GPL-2.0-only
/* Work items bound to a device: W1 to W4. */
#include "context.h"
#include "recorder.h"

#include <linux/device.h>
#include <linux/dpc.h>
#include <linux/dpc_work.h>
#include <linux/slab.h>

enum { WORK_RUN };

struct work_test;

struct work_item {
	struct dpc_work		work;
	struct work_test	*wt;
};

struct work_test {
	struct work_item	*item;
	struct device		*dev;
	struct recorder		rec;
	struct gate		gate;
	struct worker		worker;
	atomic_t		queued;
	bool			flushed;
	unsigned int		refs;	/* of the device, seen by the routine */
};

static void work_note(struct dpc_work *work)
{
	recorder_note(&container_of(work, struct work_item, work)->wt->rec, WORK_RUN);
}

static int work_init(struct kunit *test)
{
	struct work_test *wt = kunit_kzalloc(test, sizeof(*wt), GFP_KERNEL);

	if (!wt)
		return -ENOMEM;
	recorder_init(&wt->rec);
	gate_init(&wt->gate);
	wt->item = kzalloc(sizeof(*wt->item), GFP_KERNEL);
	if (!wt->item)
		return -ENOMEM;
	/* As kdev_setup() does. */
	wt->dev = __root_device_register("dpc_kunit", NULL);
	if (IS_ERR(wt->dev)) {
		kfree(wt->item);
		return PTR_ERR(wt->dev);
	}
	wt->item->wt = wt;
	dpc_work_init(&wt->item->work, wt->dev, work_note);
	test->priv = wt;
	ctx_pin(ctx_cpu(0));
	return 0;
}

static void work_exit(struct kunit *test)
{
	struct work_test *wt = test->priv;

	if (!wt)
		return;
	gate_open(&wt->gate);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->worker));
	if (wt->item)
		dpc_work_flush(&wt->item->work);
	KUNIT_EXPECT_FALSE(test, gate_expired(&wt->gate));
	kfree(wt->item);
	root_device_unregister(wt->dev);
}

static unsigned int work_refs(struct work_test *wt)
{
	return kref_read(&wt->dev->kobj.kref);
}

static void work_queue_it(void *arg)
{
	struct work_test *wt = arg;

	atomic_add(dpc_work_queue(&wt->item->work), &wt->queued);
}

/* It may sleep. */
static void work_runs_in_a_thread(struct kunit *test)
{
	struct work_test *wt = test->priv;

	KUNIT_EXPECT_TRUE(test, dpc_work_queue(&wt->item->work));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&wt->rec, 1));
	KUNIT_EXPECT_FALSE(test, wt->rec.entry[0].bh_off);
	KUNIT_EXPECT_FALSE(test, wt->rec.entry[0].hardirq);
	KUNIT_EXPECT_FALSE(test, wt->rec.entry[0].irqs_off);
}

static void work_requeue_once(struct dpc_work *work)
{
	struct work_test *wt = container_of(work, struct work_item, work)->wt;

	if (!recorder_count(&wt->rec))
		atomic_add(dpc_work_queue(work), &wt->queued);
	recorder_note(&wt->rec, WORK_RUN);
}

/* W1 */
static void work_routine_may_queue_its_own_item(struct kunit *test)
{
	struct work_test *wt = test->priv;

	dpc_work_init(&wt->item->work, wt->dev, work_requeue_once);
	KUNIT_ASSERT_TRUE(test, dpc_work_queue(&wt->item->work));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&wt->rec, 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->queued), 1);
}

static void work_free_item(struct dpc_work *work)
{
	struct work_item *item = container_of(work, struct work_item, work);
	struct work_test *wt = item->wt;

	wt->item = NULL;
	kfree(item);
	recorder_note(&wt->rec, WORK_RUN);
	gate_pass_sleeping(&wt->gate);
	wt->refs = work_refs(wt);
}

/* W1: KASAN watches. */
static void work_routine_may_free_its_own_item(struct kunit *test)
{
	struct work_test *wt = test->priv;

	dpc_work_init(&wt->item->work, wt->dev, work_free_item);
	gate_open(&wt->gate);
	KUNIT_ASSERT_TRUE(test, dpc_work_queue(&wt->item->work));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(READ_ONCE(wt->refs)));
	/* Its worker is done with it before the test's memory goes. */
	KUNIT_ASSERT_TRUE(test, rec_wait_until(work_refs(wt) < wt->refs));
}

/* W2 */
static void work_queued_item_is_refused(struct kunit *test)
{
	struct work_test *wt = test->priv;
	bool first, second;

	/* The worker of this CPU can't run meanwhile, on PREEMPT_RT either. */
	preempt_disable();
	first = dpc_work_queue(&wt->item->work);
	second = dpc_work_queue(&wt->item->work);
	preempt_enable();
	dpc_work_flush(&wt->item->work);
	KUNIT_EXPECT_TRUE(test, first);
	KUNIT_EXPECT_FALSE(test, second);
	KUNIT_EXPECT_EQ(test, recorder_count(&wt->rec), 1);
}

/* W2, W3: a refused call leaves no reference behind. */
static void work_refused_call_keeps_the_references(struct kunit *test)
{
	struct work_test *wt = test->priv;
	unsigned int before = work_refs(wt), once, twice;

	/* As in work_queued_item_is_refused(). */
	preempt_disable();
	dpc_work_queue(&wt->item->work);
	once = work_refs(wt);
	dpc_work_queue(&wt->item->work);
	twice = work_refs(wt);
	preempt_enable();
	dpc_work_flush(&wt->item->work);
	KUNIT_EXPECT_EQ(test, once, before + 1);
	KUNIT_EXPECT_EQ(test, twice, before + 1);
	KUNIT_EXPECT_EQ(test, work_refs(wt), before);
}

static void work_at_gate(struct dpc_work *work)
{
	gate_pass_sleeping(&container_of(work, struct work_item, work)->wt->gate);
}

/* W3 */
static void work_running_item_holds_its_device(struct kunit *test)
{
	struct work_test *wt = test->priv;
	unsigned int before = work_refs(wt), during;

	dpc_work_init(&wt->item->work, wt->dev, work_at_gate);
	KUNIT_ASSERT_TRUE(test, dpc_work_queue(&wt->item->work));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&wt->gate, 1));
	during = work_refs(wt);
	gate_open(&wt->gate);
	dpc_work_flush(&wt->item->work);
	KUNIT_EXPECT_EQ(test, during, before + 1);
	KUNIT_EXPECT_EQ(test, work_refs(wt), before);
}

/* W1, W3: until the routine returned, also when it has freed the item. */
static void work_freed_item_still_holds_its_device(struct kunit *test)
{
	struct work_test *wt = test->priv;
	unsigned int before = work_refs(wt);

	dpc_work_init(&wt->item->work, wt->dev, work_free_item);
	KUNIT_ASSERT_TRUE(test, dpc_work_queue(&wt->item->work));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&wt->gate, 1));
	gate_open(&wt->gate);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(READ_ONCE(wt->refs)));
	KUNIT_EXPECT_EQ(test, wt->refs, before + 1);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(work_refs(wt) == before));
}

KUNIT_ARRAY_PARAM(work_ctx, ctx_params, ctx_param_name);

/* W4: DISPATCH or below; above, it is refused and counted. */
static void work_is_accepted_below_dirql_only(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct work_test *wt = test->priv;
	unsigned int before = work_refs(wt);
	u64 violations = dpc_violations();
	int accepted = param->ctx != CTX_HARDIRQ;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, work_queue_it, wt));
	dpc_work_flush(&wt->item->work);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->queued), accepted);
	KUNIT_EXPECT_EQ(test, recorder_count(&wt->rec), accepted);
	KUNIT_EXPECT_EQ(test, work_refs(wt), before);
	KUNIT_EXPECT_EQ(test, dpc_violations() - violations, !accepted);
}

static void work_flush_thread(void *arg)
{
	struct work_test *wt = arg;

	wt->flushed = dpc_work_flush(&wt->item->work);
}

static void work_flush_waits_for_the_routine(struct kunit *test)
{
	struct work_test *wt = test->priv;

	dpc_work_init(&wt->item->work, wt->dev, work_at_gate);
	KUNIT_ASSERT_TRUE(test, dpc_work_queue(&wt->item->work));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&wt->gate, 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->worker, ctx_cpu(0), work_flush_thread, wt));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&wt->worker));
	KUNIT_EXPECT_FALSE(test, worker_finished(&wt->worker));
	gate_open(&wt->gate);
	KUNIT_ASSERT_TRUE(test, worker_join(&wt->worker));
	KUNIT_EXPECT_TRUE(test, wt->flushed);
}

static void work_flush_of_an_idle_item_returns_false(struct kunit *test)
{
	struct work_test *wt = test->priv;

	KUNIT_ASSERT_TRUE(test, dpc_work_queue(&wt->item->work));
	dpc_work_flush(&wt->item->work);
	KUNIT_EXPECT_FALSE(test, dpc_work_flush(&wt->item->work));
}

static struct kunit_case work_cases[] = {
	KUNIT_CASE(work_runs_in_a_thread),
	KUNIT_CASE(work_routine_may_queue_its_own_item), /* W1 */
	KUNIT_CASE(work_routine_may_free_its_own_item), /* W1 */
	KUNIT_CASE(work_queued_item_is_refused), /* W2 */
	KUNIT_CASE(work_refused_call_keeps_the_references), /* W2 W3 */
	KUNIT_CASE(work_running_item_holds_its_device), /* W3 */
	KUNIT_CASE(work_freed_item_still_holds_its_device), /* W1 W3 */
	KUNIT_CASE_PARAM(work_is_accepted_below_dirql_only, work_ctx_gen_params), /* W4 */
	KUNIT_CASE(work_flush_waits_for_the_routine),
	KUNIT_CASE(work_flush_of_an_idle_item_returns_false),
	{ }
};

static struct kunit_suite work_suite = {
	.name = "dpc_work",
	.init = work_init,
	.exit = work_exit,
	.test_cases = work_cases,
};

kunit_test_suite(work_suite);
