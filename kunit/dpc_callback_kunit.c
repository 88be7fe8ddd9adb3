// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call that the interrupt object has, and what a DPC has, made from every callback
 * of a driver: it works, or is refused at once and counted; and the interrupt works
 * afterwards.
 *
 * A row is a call, with its answer; the cases are the places, their parameters the
 * models.  cb_misuses() knows where a call is misuse, and cb_answer() what it says then.
 */
#include "kdev.h"

#include <linux/string.h>

KUNIT_ARRAY_PARAM(cb_any, kdev_models, kdev_model_name);

enum cb_place { CB_ISR, CB_DPC, CB_WORK, CB_SETTLED, CB_ENABLE, CB_DISABLE, CB_SYNC, CB_PLACES };

struct cb_test;

struct cb_call {
	const char	*name;
	long (*make)(struct cb_test *cb, struct dpc_served *served);
	long		answer;
};

struct cb_test {
	struct kdev_test	kt;
	const struct cb_call	*call;
	atomic_t		armed;		/* in which place, plus 1 */
	atomic_t		made;
	long			answer;
	struct dpc		dpc;
	bool			inside;		/* the callback that calls */
	bool			early;		/* its DPC did not wait for its end */
};

static struct dpc_interrupt *cb_intr(struct cb_test *cb)
{
	return &cb->kt.kdev->intr;
}

/* ---- the calls ------------------------------------------------------------- */

static long cb_request_dpc(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_request_dpc(cb_intr(cb));
}

static long cb_request_work(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_request_work(cb_intr(cb), NULL);
}

static long cb_complete(struct cb_test *cb, struct dpc_served *served)
{
	struct dpc_served none = { };

	dpc_interrupt_complete(cb_intr(cb), served ?: &none);
	return 0;
}

static long cb_count(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_count(cb_intr(cb)) >= atomic_read(&cb->kt.isrs);
}

static long cb_unhandled(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_unhandled(cb_intr(cb)) < U32_MAX;
}

static long cb_model(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_model_available(dpc_interrupt_model(cb_intr(cb)));
}

static long cb_set_budget(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_set_budget(cb_intr(cb), DPC_STAGE_DPC, 0);
}

static long cb_lock(struct cb_test *cb, struct dpc_served *served)
{
	dpc_interrupt_lock(cb_intr(cb));
	dpc_interrupt_unlock(cb_intr(cb));
	return 0;
}

static bool cb_true(void *context)
{
	return true;
}

static long cb_synchronize(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_synchronize(cb_intr(cb), cb_true, NULL);
}

static long cb_call_enable(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_enable(cb_intr(cb));
}

static long cb_call_disable(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_disable(cb_intr(cb));
}

static long cb_call_disconnect(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_disconnect(cb_intr(cb));
}

static long cb_set_model(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_interrupt_set_model(cb_intr(cb), DPC_MODEL_TASKLET);
}

static long cb_queue(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_queue(&cb->dpc, NULL, NULL);
}

static long cb_cancel(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_cancel(&cb->dpc);
}

static long cb_flush(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_flush(&cb->dpc);
}

static long cb_cancel_sync(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_cancel_sync(&cb->dpc);
}

static long cb_flush_all(struct cb_test *cb, struct dpc_served *served)
{
	return dpc_flush_all();
}

static const struct cb_call cb_calls[] = {
	{ "request_dpc", cb_request_dpc, true },
	{ "request_work", cb_request_work, true },
	{ "complete", cb_complete, 0 },
	{ "count", cb_count, true },
	{ "unhandled", cb_unhandled, true },
	{ "model", cb_model, true },
	{ "set_budget", cb_set_budget, 0 },
	{ "lock", cb_lock, 0 },
	{ "synchronize", cb_synchronize, true },
	{ "enable", cb_call_enable, -EDEADLK },
	{ "disable", cb_call_disable, -EDEADLK },
	{ "disconnect", cb_call_disconnect, -EDEADLK },
	{ "set_model", cb_set_model, -EDEADLK },
	{ "queue", cb_queue, true },
	{ "cancel", cb_cancel, false },
	{ "flush", cb_flush, false },
	{ "cancel_sync", cb_cancel_sync, false },
	{ "flush_all", cb_flush_all, 0 },
};

static bool cb_holds_the_lock(enum cb_place place)
{
	return place == CB_ISR || place >= CB_ENABLE;
}

/* How often it is counted as misuse there. */
static unsigned int cb_misuses(const struct cb_call *call, enum cb_place place,
			       const struct kdev_model *model)
{
	bool passive = model->flags & DPC_INTERRUPT_PASSIVE;
	bool hard = !IS_ENABLED(CONFIG_PREEMPT_RT);
	bool may_sleep = place == CB_WORK || place == CB_SETTLED || (passive && place != CB_DPC);

	/* W4: not in a hard interrupt, but for a DPC that says what it serves. */
	if (call->make == cb_request_work)
		return (place == CB_ISR && !passive) ||
		       (place == CB_DPC && model->model == DPC_MODEL_HARDIRQ && !passive && hard);
	/* They wait for the place that they are called from. */
	if (call->answer == -EDEADLK)
		return 1;
	if (call->make == cb_flush || call->make == cb_cancel_sync || call->make == cb_flush_all)
		return !may_sleep;
	if (call->make == cb_lock || call->make == cb_synchronize) {
		if (cb_holds_the_lock(place))
			return 1;
		/* And so is the unlock of what was not locked. */
		if (passive && place == CB_DPC)
			return call->make == cb_lock ? 2 : 1;
	}
	return 0;
}

static long cb_answer(const struct cb_call *call, enum cb_place place,
		      const struct kdev_model *model)
{
	if (!cb_misuses(call, place, model))
		return call->answer;
	if (call->make == cb_flush_all)
		return -EDEADLK;
	/* Under the lock that is held already. */
	if (call->make == cb_synchronize && cb_holds_the_lock(place))
		return true;
	return call->answer == -EDEADLK ? -EDEADLK : 0;
}

/* ---- the places -------------------------------------------------------------- */

static struct cb_test *cb_of(struct dpc_interrupt *intr)
{
	return container_of(container_of(intr, struct kdev, intr)->kt, struct cb_test, kt);
}

static void cb_at(struct dpc_interrupt *intr, enum cb_place place, struct dpc_served *served)
{
	struct cb_test *cb = cb_of(intr);

	if (atomic_cmpxchg(&cb->armed, place + 1, 0) != place + 1)
		return;
	WRITE_ONCE(cb->inside, true);
	cb->answer = cb->call->make(cb, served);
	WRITE_ONCE(cb->inside, false);
	atomic_inc(&cb->made);
}

static bool cb_isr(struct dpc_interrupt *intr)
{
	if (atomic_read(&cb_of(intr)->kt.pending))
		cb_at(intr, CB_ISR, NULL);
	return kdev_ops.isr(intr);
}

static void cb_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	struct cb_test *cb = cb_of(intr);

	if (READ_ONCE(cb->inside))
		WRITE_ONCE(cb->early, true);
	cb_at(intr, CB_DPC, served);
	kdev_ops.dpc(intr, served);
}

static void cb_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	struct dpc_served copy = *served;

	cb_at(intr, CB_WORK, &copy);
	kdev_ops.work(intr, served);
}

static void cb_settled(struct dpc_interrupt *intr)
{
	cb_at(intr, CB_SETTLED, NULL);
}

static void cb_enable(struct dpc_interrupt *intr)
{
	cb_at(intr, CB_ENABLE, NULL);
	kdev_ops.enable(intr);
}

static void cb_disable(struct dpc_interrupt *intr)
{
	cb_at(intr, CB_DISABLE, NULL);
	kdev_ops.disable(intr);
}

static bool cb_synchronised(void *arg)
{
	cb_at(arg, CB_SYNC, NULL);
	return true;
}

static const struct dpc_interrupt_ops cb_ops = {
	.isr = cb_isr,
	.dpc = cb_dpc,
	.work = cb_work,
	.enable = cb_enable,
	.disable = cb_disable,
	.settled = cb_settled,
};

static void cb_nothing(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
}

static int cb_init(struct kunit *test)
{
	struct cb_test *cb = kunit_kzalloc(test, sizeof(*cb), GFP_KERNEL);

	if (!cb)
		return -ENOMEM;
	dpc_init(&cb->dpc, cb_nothing, NULL);
	return kdev_setup(test, &cb->kt);
}

static struct cb_test *cb_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct cb_test *cb = container_of(test->priv, struct cb_test, kt);
	struct dpc_interrupt_params params = kdev_params(&cb->kt);
	int stage;

	kdev_need(test, model);
	params.ops = &cb_ops;
	params.model = model->model;
	params.flags = model->flags;
	cb->kt.ask_work = true;
	KUNIT_ASSERT_EQ(test, dpc_interrupt_connect(cb_intr(cb), &params), 0);
	cb->kt.connected = true;
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		dpc_interrupt_set_budget(cb_intr(cb), stage, 0);
	return cb;
}

/* Have the callback called. */
static void cb_provoke(struct cb_test *cb, enum cb_place place)
{
	switch (place) {
	case CB_ENABLE:
	case CB_DISABLE:
		dpc_interrupt_disable(cb_intr(cb));
		dpc_interrupt_enable(cb_intr(cb));
		break;
	case CB_SYNC:
		dpc_interrupt_synchronize(cb_intr(cb), cb_synchronised, cb_intr(cb));
		break;
	default:
		kdev_fire(&cb->kt);
	}
}

/* It may come after what it was provoked by. */
static void cb_expect(struct kunit *test, struct cb_test *cb, enum cb_place place,
		      const struct cb_call *call)
{
	const struct kdev_model *model = test->param_value;
	int dpcs = atomic_read(&cb->kt.dpcs), works = atomic_read(&cb->kt.works);
	u64 before = dpc_violations(), misuses;

	cb->call = call;
	atomic_set(&cb->made, 0);
	atomic_set(&cb->armed, place + 1);
	cb_provoke(cb, place);
	KUNIT_ASSERT_TRUE_MSG(test, kdev_wait(&cb->made, 1), "%s", call->name);
	if (call->make == cb_request_dpc)
		KUNIT_EXPECT_TRUE(test, kdev_wait(&cb->kt.dpcs, dpcs + 1));
	misuses = dpc_violations() - before;
	if (call->make == cb_request_work && !misuses)
		KUNIT_EXPECT_TRUE(test, kdev_wait(&cb->kt.works, works + 1));
	/* Nothing of this call is left for the next one. */
	dpc_interrupt_disable(cb_intr(cb));
	dpc_interrupt_enable(cb_intr(cb));
	dpc_flush(&cb->dpc);
	KUNIT_EXPECT_EQ_MSG(test, cb->answer, cb_answer(call, place, model), "%s", call->name);
	KUNIT_EXPECT_EQ_MSG(test, misuses, cb_misuses(call, place, model), "%s", call->name);
}

static void cb_every_call_from(struct kunit *test, enum cb_place place)
{
	struct cb_test *cb = cb_connect(test);
	int i, works;

	for (i = 0; i < ARRAY_SIZE(cb_calls); i++)
		cb_expect(test, cb, place, &cb_calls[i]);
	works = atomic_read(&cb->kt.works);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&cb->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&cb->kt.works, works + 1));
}

static void cb_every_call_from_the_isr(struct kunit *test)
{
	cb_every_call_from(test, CB_ISR);
}

static void cb_every_call_from_the_dpc(struct kunit *test)
{
	cb_every_call_from(test, CB_DPC);
}

static void cb_every_call_from_the_work_routine(struct kunit *test)
{
	cb_every_call_from(test, CB_WORK);
}

static void cb_every_call_from_settled(struct kunit *test)
{
	cb_every_call_from(test, CB_SETTLED);
}

static void cb_every_call_from_enable(struct kunit *test)
{
	cb_every_call_from(test, CB_ENABLE);
}

static void cb_every_call_from_disable(struct kunit *test)
{
	cb_every_call_from(test, CB_DISABLE);
}

static void cb_every_call_from_a_synchronised_function(struct kunit *test)
{
	cb_every_call_from(test, CB_SYNC);
}

/* ---- when what they ask for runs ------------------------------------------------ */

static void cb_arm(struct cb_test *cb, enum cb_place place, const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(cb_calls); i++)
		if (!strcmp(cb_calls[i].name, name))
			cb->call = &cb_calls[i];
	atomic_set(&cb->armed, place + 1);
}

/* I5: under the lock of an ISR at DIRQL, the DPC waits until the callback has returned. */
static void cb_dpc_waits_for_the_callback(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct cb_test *cb = cb_connect(test);
	enum cb_place place;

	if (model->flags & DPC_INTERRUPT_PASSIVE)
		kunit_skip(test, "a passive interrupt's lock is none that a DPC waits for");
	for (place = CB_ENABLE; place <= CB_SYNC; place++) {
		int dpcs = atomic_read(&cb->kt.dpcs);

		cb_arm(cb, place, "request_dpc");
		cb_provoke(cb, place);
		KUNIT_ASSERT_TRUE(test, kdev_wait(&cb->kt.dpcs, dpcs + 1));
		KUNIT_EXPECT_FALSE(test, cb->early);
	}
}

/* I5, I6: what the disable callback has asked for is done when disable() returns. */
static void cb_disable_waits_for_what_its_callback_asked_for(struct kunit *test)
{
	struct cb_test *cb = cb_connect(test);

	cb_arm(cb, CB_DISABLE, "request_dpc");
	dpc_interrupt_disable(cb_intr(cb));
	KUNIT_EXPECT_EQ(test, cb->answer, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&cb->kt.dpcs), 1);
	/* And what that asked for. */
	KUNIT_EXPECT_EQ(test, atomic_read(&cb->kt.works), 1);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(cb_intr(cb)));
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_work(cb_intr(cb), NULL));
}

/* I5, I6 */
static void cb_disconnect_waits_for_what_disable_asked_for(struct kunit *test)
{
	struct cb_test *cb = cb_connect(test);

	cb_arm(cb, CB_DISABLE, "request_work");
	kdev_disconnect(&cb->kt);
	KUNIT_EXPECT_EQ(test, cb->answer, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&cb->kt.works), 1);
}

#define CB_ANY(_case)	KUNIT_CASE_PARAM(_case, cb_any_gen_params)

static struct kunit_case cb_cases[] = {
	CB_ANY(cb_every_call_from_the_isr), /* I2 W4 */
	CB_ANY(cb_every_call_from_the_dpc), /* I2 W4 */
	CB_ANY(cb_every_call_from_the_work_routine), /* I2 W4 */
	CB_ANY(cb_every_call_from_settled), /* I2 W4 */
	CB_ANY(cb_every_call_from_enable), /* I2 I5 */
	CB_ANY(cb_every_call_from_disable), /* I2 I5 I6 */
	CB_ANY(cb_every_call_from_a_synchronised_function), /* I2 S1 */
	CB_ANY(cb_dpc_waits_for_the_callback), /* I5 */
	CB_ANY(cb_disable_waits_for_what_its_callback_asked_for), /* I5 I6 */
	CB_ANY(cb_disconnect_waits_for_what_disable_asked_for), /* I5 I6 */
	{ }
};

static struct kunit_suite cb_suite = {
	.name = "dpc_callback",
	.init = cb_init,
	.exit = kdev_exit,
	.test_cases = cb_cases,
};

kunit_test_suite(cb_suite);
