// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting where that would never end: in DPCs, interrupts, under locks, and for
 * oneself.  Each call is refused at once, counted, and changes nothing.
 */
#include "fixture.h"
#include "kdev.h"

#include <linux/device.h>
#include <linux/dpc_stats.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_timer.h>
#include <linux/dpc_work.h>

struct wait_test;

/* An export that waits. */
struct wait_call {
	const char	*name;
	int		(*fn)(struct wait_test *wt);
	int		refused;	/* what it then returns */
	bool		interrupt;	/* it waits for the stages of the interrupt object */
};

struct wait_test {
	struct fixture		fix;	/* first: fixture_exit() knows nothing else */
	struct kdev_test	kt;
	struct dpc_timer	timer;
	struct dpc_work		work;
	struct dpc_stats	stats;
	struct dpc_lock		lock;
	struct dpc_interrupt	unused;
	const struct wait_call	*call;
	u8			stage;		/* KDEV_*: where to try all that wait for it */
	int			tried;
	int			wrong;		/* what was returned or counted is not right */
	u64			counted;
	int			returned;
	bool			locked;
	atomic_t		ended;
};

static int wait_flush(struct wait_test *wt)
{
	return dpc_flush(&wt->fix.dpc[0]);
}

static int wait_flush_all(struct wait_test *wt)
{
	return dpc_flush_all();
}

static int wait_cancel_sync(struct wait_test *wt)
{
	return dpc_cancel_sync(&wt->fix.dpc[0]);
}

static void wait_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wait_test *wt = context;

	atomic_inc(&wt->fix.wrong);
}

static int wait_call_all(struct wait_test *wt)
{
	return dpc_call_all(wait_routine, wt);
}

static int wait_timer_destroy(struct wait_test *wt)
{
	return dpc_timer_destroy(&wt->timer);
}

static int wait_timer_wait(struct wait_test *wt)
{
	return dpc_timer_wait(&wt->timer, DPC_WAIT_FOREVER);
}

static int wait_work_flush(struct wait_test *wt)
{
	return dpc_work_flush(&wt->work);
}

static int wait_stats_init(struct wait_test *wt)
{
	struct dpc_stats none = { };

	return dpc_stats_init(&none, "none", 0, 0);
}

static int wait_stats_destroy(struct wait_test *wt)
{
	return dpc_stats_destroy(&wt->stats);
}

static int wait_connect(struct wait_test *wt)
{
	struct dpc_interrupt_params params = kdev_params(&wt->kt);

	return dpc_interrupt_connect(&wt->unused, &params);
}

static int wait_disconnect(struct wait_test *wt)
{
	return dpc_interrupt_disconnect(&wt->kt.kdev->intr);
}

static int wait_enable(struct wait_test *wt)
{
	return dpc_interrupt_enable(&wt->kt.kdev->intr);
}

static int wait_disable(struct wait_test *wt)
{
	return dpc_interrupt_disable(&wt->kt.kdev->intr);
}

static int wait_set_model(struct wait_test *wt)
{
	return dpc_interrupt_set_model(&wt->kt.kdev->intr, DPC_MODEL_DPC);
}

static const struct wait_call wait_calls[] = {
	{ "flush", wait_flush, false },
	{ "flush_all", wait_flush_all, -EDEADLK },
	{ "cancel_sync", wait_cancel_sync, false },
	{ "call_all", wait_call_all, -EDEADLK },
	{ "timer_destroy", wait_timer_destroy, -EDEADLK },
	{ "timer_wait", wait_timer_wait, -EDEADLK },
	{ "work_flush", wait_work_flush, false },
	{ "stats_init", wait_stats_init, -EDEADLK },
	{ "stats_destroy", wait_stats_destroy, -EDEADLK },
	{ "connect", wait_connect, -EDEADLK },
	{ "disconnect", wait_disconnect, -EDEADLK, true },
	{ "enable", wait_enable, -EDEADLK, true },
	{ "disable", wait_disable, -EDEADLK, true },
	{ "set_model", wait_set_model, -EDEADLK, true },
};

static void wait_call_name(const struct wait_call *call, char *desc)
{
	strscpy(desc, call->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wait_call, wait_calls, wait_call_name);

static int wait_init(struct kunit *test)
{
	struct wait_test *wt = kunit_kzalloc(test, sizeof(*wt), GFP_KERNEL);
	int err;

	if (!wt)
		return -ENOMEM;
	err = kdev_setup(test, &wt->kt);
	if (err)
		return err;
	err = dpc_stats_init(&wt->stats, "wait", 0, 0);
	if (err)
		return err;
	dpc_timer_init(&wt->timer, DPC_TIMER_NOTIFICATION);
	dpc_lock_init(&wt->lock);
	dpc_work_init(&wt->work, wt->kt.dev, NULL);
	return fixture_setup(test, &wt->fix);
}

static void wait_exit(struct kunit *test)
{
	struct wait_test *wt = test->priv;

	if (!wt)
		return;
	fixture_exit(test);
	KUNIT_EXPECT_EQ(test, dpc_timer_destroy(&wt->timer), 0);
	KUNIT_EXPECT_EQ(test, dpc_stats_destroy(&wt->stats), 0);
	test->priv = &wt->kt;
	kdev_exit(test);
}

/* Any context.  The machine has nobody else to count. */
static void wait_try(void *arg)
{
	struct wait_test *wt = arg;
	u64 before = dpc_violations();

	wt->returned = wt->call->fn(wt);
	wt->counted = dpc_violations() - before;
	atomic_inc(&wt->ended);
}

static void wait_expect_refused(struct kunit *test)
{
	struct wait_test *wt = test->priv;

	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ended), 1);
	KUNIT_EXPECT_EQ(test, wt->returned, wt->call->refused);
	KUNIT_EXPECT_EQ(test, wt->counted, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->fix.wrong), 0);
}

static struct wait_test *wait_begin(struct kunit *test)
{
	struct wait_test *wt = test->priv;

	wt->call = test->param_value;
	KUNIT_ASSERT_EQ(test, kdev_connect(&wt->kt, DPC_MODEL_THREADED, 0), 0);
	return wt;
}

static void wait_in_context(struct kunit *test, enum ctx ctx)
{
	struct wait_test *wt = wait_begin(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(ctx, wait_try, wt));
	wait_expect_refused(test);
}

static void wait_at_dispatch_is_refused(struct kunit *test)
{
	wait_in_context(test, CTX_BH_OFF);
}

static void wait_with_interrupts_off_is_refused(struct kunit *test)
{
	wait_in_context(test, CTX_IRQS_OFF);
}

static void wait_in_a_softirq_is_refused(struct kunit *test)
{
	wait_in_context(test, CTX_SOFTIRQ);
}

static void wait_in_a_hard_interrupt_is_refused(struct kunit *test)
{
	wait_in_context(test, CTX_HARDIRQ);
}

static void wait_under_a_lock_is_refused(struct kunit *test)
{
	struct wait_test *wt = wait_begin(test);
	enum dpc_irql old = dpc_lock_acquire(&wt->lock);

	wait_try(wt);
	dpc_lock_release(&wt->lock, old);
	wait_expect_refused(test);
}

static void wait_with_preemption_off_is_refused(struct kunit *test)
{
	struct wait_test *wt = wait_begin(test);

	preempt_disable();
	wait_try(wt);
	preempt_enable();
	wait_expect_refused(test);
}

static void wait_in_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	wait_try(context);
}

static void wait_in_its_dpc_is_refused(struct kunit *test)
{
	struct wait_test *wt = wait_begin(test);

	dpc_init(&wt->fix.dpc[0], wait_in_routine, wt);
	dpc_queue(&wt->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&wt->ended)));
	wait_expect_refused(test);
}

/* Where its thread could sleep. */
static void wait_in_its_threaded_dpc_is_refused(struct kunit *test)
{
	struct wait_test *wt = wait_begin(test);

	dpc_init_threaded(&wt->fix.dpc[0], wait_in_routine, wt);
	dpc_queue(&wt->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&wt->ended)));
	wait_expect_refused(test);
}

/* ---- What is refused changes nothing ------------------------------------------ */

static void wait_refused_cancel_leaves_the_dpc_queued(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	struct fixture *fix = &wt->fix;
	bool cancelled;

	dpc_init(&fix->dpc[0], fixture_count, fix);
	local_bh_disable();
	dpc_queue(&fix->dpc[0], NULL, NULL);
	cancelled = dpc_cancel_sync(&fix->dpc[0]);
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, cancelled);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(atomic_read(&fix->ran) == 1));
}

static void wait_refused_destroy_leaves_the_timer_set(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	int err;

	dpc_timer_set(&wt->timer, NSEC_PER_MSEC, 0, 0, NULL);
	local_bh_disable();
	err = dpc_timer_destroy(&wt->timer);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, err, -EDEADLK);
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(&wt->timer, REC_LIMIT_NS), 0);
}

static void wait_refused_wait_leaves_the_signal(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	int err;

	dpc_timer_init(&wt->timer, DPC_TIMER_SYNCHRONIZATION);
	dpc_timer_set(&wt->timer, 0, 0, 0, NULL);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_timer_is_signalled(&wt->timer)));
	local_bh_disable();
	err = dpc_timer_wait(&wt->timer, DPC_WAIT_FOREVER);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, err, -EDEADLK);
	KUNIT_EXPECT_EQ(test, dpc_timer_wait(&wt->timer, 0), 0);
}

/* A look waits for nothing. */
static void wait_for_a_timer_without_timeout_is_legal(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	u64 before = dpc_violations();
	int err;

	local_bh_disable();
	err = dpc_timer_wait(&wt->timer, 0);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, err, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 0);
}

/* ---- Statistics: interrupts may have hit the writer ------------------------------ */

static void wait_read_stats(void *arg)
{
	struct wait_test *wt = arg;
	struct dpc_stage_stats out[DPC_STAGE_NR];

	wt->returned = dpc_stats_read(&wt->stats, 0, out);
	atomic_inc(&wt->ended);
}

static void wait_read_stats_in(struct kunit *test, enum ctx ctx, int expected)
{
	struct wait_test *wt = test->priv;
	u64 before = dpc_violations();

	KUNIT_ASSERT_TRUE(test, ctx_call(ctx, wait_read_stats, wt));
	KUNIT_EXPECT_EQ(test, wt->returned, expected);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, expected ? 1 : 0);
}

static void wait_stats_read_in_interrupts_is_refused(struct kunit *test)
{
	wait_read_stats_in(test, CTX_HARDIRQ, -EDEADLK);
	wait_read_stats_in(test, CTX_SOFTIRQ, -EDEADLK);
}

static void wait_stats_read_in_threads_is_legal(struct kunit *test)
{
	wait_read_stats_in(test, CTX_THREAD, 0);
	wait_read_stats_in(test, CTX_BH_OFF, 0);
	wait_read_stats_in(test, CTX_IRQS_OFF, 0);
}

/* ---- Work items --------------------------------------------------------------------- */

static void wait_work_routine(struct dpc_work *work)
{
	wait_try(container_of(work, struct wait_test, work));
}

static void wait_for_its_own_work_item_is_refused(struct kunit *test)
{
	static const struct wait_call flush = { "work_flush", wait_work_flush, false };
	struct wait_test *wt = test->priv;

	wt->call = &flush;
	dpc_work_init(&wt->work, wt->kt.dev, wait_work_routine);
	dpc_work_queue(&wt->work);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic_read(&wt->ended)));
	KUNIT_EXPECT_FALSE(test, wt->returned);
	KUNIT_EXPECT_EQ(test, wt->counted, 1);
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!dpc_work_flush(&wt->work)));
}

/* ---- The interrupt object's own stages ------------------------------------------------ */

KUNIT_ARRAY_PARAM(wait_model, kdev_models, kdev_model_name);
KUNIT_ARRAY_PARAM(wait_passive_model, kdev_two_passive_models, kdev_model_name);

/* Try all that wait for the stages of the interrupt object, once. */
static void wait_try_all(struct kdev_test *kt, int stage)
{
	struct wait_test *wt = container_of(kt, struct wait_test, kt);
	int i;

	if (wt->stage != stage || wt->tried)
		return;
	for (i = 0; i < ARRAY_SIZE(wait_calls); i++) {
		if (!wait_calls[i].interrupt)
			continue;
		wt->call = &wait_calls[i];
		wait_try(wt);
		wt->tried++;
		wt->wrong += wt->returned != wt->call->refused || wt->counted != 1;
	}
}

static void wait_in_isr(struct kdev_test *kt)
{
	wait_try_all(kt, KDEV_ISR);
}

static void wait_in_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	wait_try_all(kt, KDEV_DPC);
}

static void wait_in_work(struct kdev_test *kt, const struct dpc_served *served)
{
	wait_try_all(kt, KDEV_WORK);
}

static struct kdev_test *wait_kt(struct dpc_interrupt *intr)
{
	return container_of(intr, struct kdev, intr)->kt;
}

static void wait_in_enable(struct dpc_interrupt *intr)
{
	wait_try_all(wait_kt(intr), KDEV_ENABLE);
}

static void wait_in_disable(struct dpc_interrupt *intr)
{
	wait_try_all(wait_kt(intr), KDEV_DISABLE);
}

/* After the work routine, in its thread. */
static void wait_in_settled(struct dpc_interrupt *intr)
{
	wait_try_all(wait_kt(intr), KDEV_OWN + 1);
}

static bool wait_synchronised(void *context)
{
	struct wait_test *wt = context;

	wait_try_all(&wt->kt, KDEV_OWN);
	return true;
}

/* One interrupt through all stages; in @stage, all that waits for them is tried. */
static void wait_in_stage(struct kunit *test, int stage)
{
	const struct kdev_model *model = test->param_value;
	struct wait_test *wt = test->priv;
	struct dpc_interrupt_ops ops = kdev_ops;
	struct dpc_interrupt_params params = kdev_params(&wt->kt);
	struct kdev_test *kt = &wt->kt;
	struct dpc_interrupt *intr = &kt->kdev->intr;
	int i, handled = atomic_read(&kt->works);

	kdev_need(test, model);
	ops.enable = wait_in_enable;
	ops.disable = wait_in_disable;
	ops.settled = wait_in_settled;
	params.ops = &ops;
	params.model = model->model;
	params.flags = model->flags;
	wt->stage = stage;
	kt->in_isr = wait_in_isr;
	kt->in_dpc = wait_in_dpc;
	kt->in_work = wait_in_work;
	kt->ask_work = true;
	KUNIT_ASSERT_EQ(test, dpc_interrupt_connect(intr, &params), 0);
	kt->connected = true;
	for (i = 0; i < DPC_STAGE_NR; i++)
		dpc_interrupt_set_budget(intr, i, 0);
	KUNIT_EXPECT_TRUE(test, kdev_fire(kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->works, handled + 1));
	KUNIT_EXPECT_TRUE(test, dpc_interrupt_synchronize(intr, wait_synchronised, wt));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_disable(intr), 0);

	KUNIT_EXPECT_EQ(test, wt->tried, 4);
	KUNIT_EXPECT_EQ(test, wt->wrong, 0);
	/* And it works as before. */
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(intr), 0);
	KUNIT_EXPECT_TRUE(test, kdev_fire(kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->works, handled + 2));
}

static void wait_in_its_isr_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_ISR);
}

static void wait_in_its_dpc_routine_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_DPC);
}

static void wait_in_its_work_routine_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_WORK);
}

static void wait_in_its_enable_callback_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_ENABLE);
}

static void wait_in_its_disable_callback_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_DISABLE);
}

static void wait_in_its_synchronised_call_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_OWN);
}

static void wait_in_its_settled_callback_is_refused(struct kunit *test)
{
	wait_in_stage(test, KDEV_OWN + 1);
}

/* ---- The interrupt's lock ------------------------------------------------------------- */

static void wait_lock_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct wait_test *wt = test->priv;

	kdev_need(test, model);
	KUNIT_ASSERT_EQ(test, kdev_connect(&wt->kt, model->model, model->flags), 0);
}

static void wait_for_a_lock_that_it_holds_is_refused(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	struct dpc_interrupt *intr = &wt->kt.kdev->intr;
	u64 before, nested, after;

	wait_lock_connect(test);
	before = dpc_violations();
	dpc_interrupt_lock(intr);
	dpc_interrupt_lock(intr);
	nested = dpc_violations();
	dpc_interrupt_unlock(intr);
	/* Still: the outer section goes on. */
	wt->locked = READ_ONCE(intr->lock_task) == current ||
		     READ_ONCE(intr->passive_task) == current;
	dpc_interrupt_unlock(intr);
	after = dpc_violations();
	KUNIT_EXPECT_EQ(test, nested - before, 1);
	KUNIT_EXPECT_EQ(test, after - before, 1);
	KUNIT_EXPECT_TRUE(test, wt->locked);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->kt.isrs, 1));
}

static bool wait_note_synchronised(void *context)
{
	struct wait_test *wt = context;

	wt->tried++;
	return true;
}

static void wait_lock_in_isr(struct kdev_test *kt)
{
	struct wait_test *wt = container_of(kt, struct wait_test, kt);

	if (!wt->tried && !dpc_interrupt_synchronize(&kt->kdev->intr, wait_note_synchronised, wt))
		wt->wrong++;
}

/* The ISR has the lock, so the function can be called. */
static void wait_for_the_lock_in_its_isr_is_refused(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	u64 before;

	wait_lock_connect(test);
	wt->kt.in_isr = wait_lock_in_isr;
	before = dpc_violations();
	KUNIT_EXPECT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->kt.isrs, 1));
	KUNIT_EXPECT_EQ(test, wt->tried, 1);
	KUNIT_EXPECT_EQ(test, wt->wrong, 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->kt.isrs, 2));
}

/* Its lock sleeps. */
static void wait_for_a_passive_lock_at_dispatch_is_refused(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	struct dpc_interrupt *intr = &wt->kt.kdev->intr;
	u64 before, after;
	bool called;

	wait_lock_connect(test);
	before = dpc_violations();
	local_bh_disable();
	called = dpc_interrupt_synchronize(intr, wait_note_synchronised, wt);
	dpc_interrupt_lock(intr);
	dpc_interrupt_unlock(intr);
	local_bh_enable();
	after = dpc_violations();
	KUNIT_EXPECT_FALSE(test, called);
	KUNIT_EXPECT_EQ(test, wt->tried, 0);
	/* The call, the lock, and the unlock without one. */
	KUNIT_EXPECT_EQ(test, after - before, 3);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->kt.isrs, 1));
}

/* ---- The barrier of dpc_call_all() ------------------------------------------------------ */

static void wait_at_no_barrier(void *arg)
{
	struct wait_test *wt = arg;
	u64 before = dpc_violations();

	wt->returned = dpc_call_all_synchronize(NULL);
	dpc_call_all_done(NULL);
	wt->counted = dpc_violations() - before;
	atomic_inc(&wt->ended);
}

KUNIT_ARRAY_PARAM(wait_ctx, ctx_params, ctx_param_name);

static void wait_at_the_barrier_of_no_call_is_refused(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct wait_test *wt = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, wait_at_no_barrier, wt));
	KUNIT_EXPECT_FALSE(test, wt->returned);
	KUNIT_EXPECT_EQ(test, wt->counted, 2);
}

static void wait_after_done(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct wait_test *wt = context;

	dpc_call_all_done(arg1);
	if (dpc_call_all_synchronize(arg2))
		atomic_inc(&wt->fix.wrong);
	atomic_inc(&wt->ended);
}

static void wait_at_the_barrier_after_done_is_refused(struct kunit *test)
{
	struct wait_test *wt = test->priv;
	u64 before = dpc_violations();

	KUNIT_EXPECT_EQ(test, dpc_call_all(wait_after_done, wt), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ended), num_online_cpus());
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, num_online_cpus());
}

#define WAIT_CALL(_case)	KUNIT_CASE_PARAM(_case, wait_call_gen_params)
#define WAIT_MODEL(_case)	KUNIT_CASE_PARAM(_case, wait_model_gen_params)

static struct kunit_case wait_cases[] = {
	WAIT_CALL(wait_at_dispatch_is_refused), /* Q8 */
	WAIT_CALL(wait_with_interrupts_off_is_refused), /* Q8 */
	WAIT_CALL(wait_in_a_softirq_is_refused), /* Q8 */
	WAIT_CALL(wait_in_a_hard_interrupt_is_refused), /* Q8 */
	WAIT_CALL(wait_under_a_lock_is_refused), /* Q8 */
	WAIT_CALL(wait_with_preemption_off_is_refused), /* Q8 */
	WAIT_CALL(wait_in_its_dpc_is_refused), /* Q8 */
	WAIT_CALL(wait_in_its_threaded_dpc_is_refused), /* Q8 R1 */
	KUNIT_CASE(wait_refused_cancel_leaves_the_dpc_queued), /* Q7 */
	KUNIT_CASE(wait_refused_destroy_leaves_the_timer_set), /* T6 */
	KUNIT_CASE(wait_refused_wait_leaves_the_signal), /* T4 */
	KUNIT_CASE(wait_for_a_timer_without_timeout_is_legal), /* T4 */
	KUNIT_CASE(wait_stats_read_in_interrupts_is_refused), /* M1 */
	KUNIT_CASE(wait_stats_read_in_threads_is_legal), /* M1 */
	KUNIT_CASE(wait_for_its_own_work_item_is_refused), /* W1 */
	WAIT_MODEL(wait_in_its_isr_is_refused), /* I5 */
	WAIT_MODEL(wait_in_its_dpc_routine_is_refused), /* I5 */
	WAIT_MODEL(wait_in_its_work_routine_is_refused), /* I5 */
	WAIT_MODEL(wait_in_its_enable_callback_is_refused), /* I5 */
	WAIT_MODEL(wait_in_its_disable_callback_is_refused), /* I5 */
	WAIT_MODEL(wait_in_its_synchronised_call_is_refused), /* I5 S1 */
	WAIT_MODEL(wait_in_its_settled_callback_is_refused), /* I5 */
	WAIT_MODEL(wait_for_a_lock_that_it_holds_is_refused), /* S1 */
	WAIT_MODEL(wait_for_the_lock_in_its_isr_is_refused), /* S1 */
	KUNIT_CASE_PARAM(wait_for_a_passive_lock_at_dispatch_is_refused,
			 wait_passive_model_gen_params), /* S1 */
	KUNIT_CASE_PARAM(wait_at_the_barrier_of_no_call_is_refused, wait_ctx_gen_params), /* Q17 */
	KUNIT_CASE(wait_at_the_barrier_after_done_is_refused), /* Q17 */
	{ }
};

static struct kunit_suite wait_suite = {
	.name = "dpc_wait",
	.init = wait_init,
	.exit = wait_exit,
	.test_cases = wait_cases,
};

kunit_test_suite(wait_suite);
