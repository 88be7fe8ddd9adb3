// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt object: I1 to I6, S1, Q14, M3.  With two models, a softirq's and
 * a thread's, and the ISR at DIRQL and passive; dpc_model_kunit.c has what
 * depends on the model.
 */
#include "kdev.h"

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/slab.h>

KUNIT_ARRAY_PARAM(intr_any, kdev_two_models, kdev_model_name);
KUNIT_ARRAY_PARAM(intr_hard, kdev_two_hard_models, kdev_model_name);
KUNIT_ARRAY_PARAM(intr_passive, kdev_two_passive_models, kdev_model_name);

/* Connect as the test's parameter says. */
static struct kdev_test *intr_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(kt, model->model, model->flags), 0);
	return kt;
}

static struct dpc_interrupt *intr_of(struct kdev_test *kt)
{
	return &kt->kdev->intr;
}

/* ---- connecting ---------------------------------------------------------- */

struct intr_bad {
	const char	*name;
	size_t		offset;		/* of a field of params that is cleared */
	size_t		size;
	int		irq;
	unsigned int	model;
	unsigned int	flags;
};

#define INTR_WITHOUT(_field)						\
	{ "without_" #_field, offsetof(struct dpc_interrupt_params, _field),	\
	  sizeof_field(struct dpc_interrupt_params, _field), 0, 0, 0 }

static const struct intr_bad intr_bad_params[] = {
	INTR_WITHOUT(dev),
	INTR_WITHOUT(ops),
	INTR_WITHOUT(name),
	INTR_WITHOUT(irq),
	{ "negative_irq", 0, 0, -1, 0, 0 },
	{ "unknown_model", 0, 0, 0, DPC_MODEL_NR, 0 },
	{ "unknown_flag", 0, 0, 0, 0, 0x80 },
};

static void intr_bad_name(const struct intr_bad *bad, char *desc)
{
	strscpy(desc, bad->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(intr_bad, intr_bad_params, intr_bad_name);

/* By its kernel-doc. */
static void intr_connect_refuses(struct kunit *test)
{
	const struct intr_bad *bad = test->param_value;
	struct kdev_test *kt = test->priv;
	struct dpc_interrupt_params params = kdev_params(kt);

	memset((u8 *)&params + bad->offset, 0, bad->size);
	if (bad->irq)
		params.irq = bad->irq;
	if (bad->model)
		params.model = bad->model;
	params.flags = bad->flags;
	KUNIT_EXPECT_EQ(test, dpc_interrupt_connect(intr_of(kt), &params), -EINVAL);
	KUNIT_EXPECT_EQ(test, recorder_count(&kt->rec), 0);
}

/* Connect with other ops than kdev's. */
static int intr_connect_ops(struct kdev_test *kt, const struct dpc_interrupt_ops *ops)
{
	struct dpc_interrupt_params params = kdev_params(kt);
	int err;

	params.ops = ops;
	err = dpc_interrupt_connect(intr_of(kt), &params);
	kt->connected = !err;
	return err;
}

static void intr_connect_refuses_ops_without_isr(struct kunit *test)
{
	const struct dpc_interrupt_ops no_isr = { .dpc = kdev_ops.dpc, .work = kdev_ops.work };

	KUNIT_EXPECT_EQ(test, intr_connect_ops(test->priv, &no_isr), -EINVAL);
}

/* I2: an interrupt has a DPC or a work item as its second stage. */
static void intr_connect_refuses_ops_without_second_stage(struct kunit *test)
{
	const struct dpc_interrupt_ops isr_only = { .isr = kdev_ops.isr };

	KUNIT_EXPECT_EQ(test, intr_connect_ops(test->priv, &isr_only), -EINVAL);
}

/* I2 */
static void intr_request_is_refused_without_the_routine(struct kunit *test)
{
	const struct dpc_interrupt_ops no_dpc = { .isr = kdev_ops.isr, .work = kdev_ops.work };
	const struct dpc_interrupt_ops no_work = { .isr = kdev_ops.isr, .dpc = kdev_ops.dpc };
	struct kdev_test *kt = test->priv;
	bool dpc, work;

	KUNIT_ASSERT_EQ(test, intr_connect_ops(kt, &no_dpc), 0);
	dpc = dpc_interrupt_request_dpc(intr_of(kt));
	kdev_disconnect(kt);
	WRITE_ONCE(kt->gone, false);
	KUNIT_ASSERT_EQ(test, intr_connect_ops(kt, &no_work), 0);
	work = dpc_interrupt_request_work(intr_of(kt), NULL);
	kdev_disconnect(kt);
	KUNIT_EXPECT_FALSE(test, dpc);
	KUNIT_EXPECT_FALSE(test, work);
}

/* I5: the driver is not enabled when its line is taken. */
static void intr_connect_to_a_taken_line_is_busy(struct kunit *test)
{
	struct kdev *second = kunit_kzalloc(test, sizeof(*second), GFP_KERNEL);
	struct kdev_test *kt = intr_connect(test);
	struct dpc_interrupt_params params = kdev_params(kt);

	KUNIT_ASSERT_NOT_NULL(test, second);
	second->kt = kt;
	KUNIT_EXPECT_EQ(test, dpc_interrupt_connect(&second->intr, &params), -EBUSY);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_ENABLE), 1);
}

static void intr_connected_object_knows_its_model(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = intr_connect(test);

	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(intr_of(kt)), model->model);
}

static void intr_models_have_names_that_lead_back(struct kunit *test)
{
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		KUNIT_EXPECT_EQ(test, dpc_model_by_name(dpc_model_name(i)), i);
	KUNIT_EXPECT_EQ(test, dpc_model_by_name("threaded\n"), DPC_MODEL_THREADED);
	KUNIT_EXPECT_EQ(test, dpc_model_by_name("none"), -EINVAL);
	KUNIT_EXPECT_NULL(test, dpc_model_name(DPC_MODEL_NR));
}

/* ---- the ISR -------------------------------------------------------------- */

/* I1 */
static void intr_isr_runs_at_dirql(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *isr;

	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	isr = recorder_find(&kt->rec, KDEV_ISR, 0);
	KUNIT_ASSERT_NOT_NULL(test, isr);
	/* On PREEMPT_RT a thread with bottom halves off, which other interrupts may hit. */
	KUNIT_EXPECT_EQ(test, isr->hardirq, !IS_ENABLED(CONFIG_PREEMPT_RT));
	KUNIT_EXPECT_EQ(test, isr->irqs_off, !IS_ENABLED(CONFIG_PREEMPT_RT));
	KUNIT_EXPECT_TRUE(test, isr->hardirq || isr->bh_off);
}

/* I1 */
static void intr_isr_true_is_counted_as_an_interrupt(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	int i;

	for (i = 1; i <= 3; i++) {
		KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, i));
	}
	KUNIT_EXPECT_EQ(test, dpc_interrupt_count(intr_of(kt)), 3);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_unhandled(intr_of(kt)), 0);
}

/* I1 */
static void intr_isr_false_is_counted_as_unhandled(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->not_ours = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_interrupt_unhandled(intr_of(kt)) == 1));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_count(intr_of(kt)), 0);
}

/* M3: an interrupt that was not ours takes no number. */
static void intr_unhandled_interrupt_leaves_no_gap(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *call;

	kt->not_ours = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_interrupt_unhandled(intr_of(kt)) == 1));
	kt->not_ours = false;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	call = recorder_find(&kt->rec, KDEV_DPC, 0);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->first, 1);
	KUNIT_EXPECT_EQ(test, call->last, 1);
}

static void intr_ask_twice(struct kdev_test *kt)
{
	struct rec_entry *entry = recorder_begin(&kt->rec, KDEV_OWN);

	entry->answer = dpc_interrupt_request_dpc(intr_of(kt));
	recorder_end(&kt->rec, entry);
}

/* I2 */
static void intr_request_is_true_then_false_until_the_call(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	bool answer[2];

	kt->in_isr = intr_ask_twice;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	answer[0] = recorder_find(&kt->rec, KDEV_OWN, 0)->answer;
	answer[1] = recorder_find(&kt->rec, KDEV_ISR, 0)->answer;
	KUNIT_EXPECT_TRUE(test, answer[0]);
	KUNIT_EXPECT_FALSE(test, answer[1]);
}

/* I2, Q14: asked twice by one interrupt, it is one interrupt. */
static void intr_two_requests_of_one_isr_are_one_interrupt(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->in_isr = intr_ask_twice;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	KUNIT_EXPECT_EQ(test, recorder_find(&kt->rec, KDEV_DPC, 0)->count, 1);
}

/* ---- the DPC -------------------------------------------------------------- */

/* Q11, Q15: the level that the contract promises, in every model. */
static void intr_dpc_runs_at_dispatch(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *call;

	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	call = recorder_find(&kt->rec, KDEV_DPC, 0);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_TRUE(test, call->bh_off);
	KUNIT_EXPECT_FALSE(test, call->hardirq);
	KUNIT_EXPECT_FALSE(test, call->irqs_off);
}

static void intr_request(void *arg)
{
	struct kdev_test *kt = arg;

	atomic_add(dpc_interrupt_request_dpc(intr_of(kt)), &kt->accepted);
}

/* I2: outside an ISR the call serves no interrupt, nor has anything of the one before. */
static void intr_request_by_a_thread_serves_no_interrupt(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *call;

	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	intr_request(kt);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	call = recorder_find(&kt->rec, KDEV_DPC, 1);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->count, 0);
	KUNIT_EXPECT_EQ(test, call->first, 0);
	KUNIT_EXPECT_EQ(test, call->last, 0);
}

/* I2: and the next one is accepted again. */
static void intr_requests_by_a_thread_each_lead_to_a_call(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	int i;

	for (i = 1; i <= 3; i++) {
		intr_request(kt);
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, i));
		KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), i);
	}
}

/* I2: a request by a thread does not get into the way of the interrupt's. */
static void intr_interrupt_after_a_request_by_a_thread_is_served(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	intr_request(kt);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), 1);
}

static bool intr_request_synchronised(void *arg)
{
	intr_request(arg);
	return true;
}

/* I2, S1 */
static void intr_request_is_legal_in_synchronise(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_synchronize(intr_of(kt), intr_request_synchronised, kt);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), 1);
}

/* The first DPC call is hit by three interrupts. */
static void intr_three_hits_in_the_first_call(struct kdev_test *kt, struct dpc_served *served)
{
	int i;

	if (served->last != 1)
		return;
	for (i = 0; i < 3; i++)
		if (!kdev_fire_here(kt))
			atomic_inc(&kt->overlaps);
}

/*
 * Q14, M3:   interrupt 1 | call {1} hit by 2, 3, 4 | call {2..4}
 */
static void intr_several_interrupts_make_one_call(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *call;

	kdev_need_hits(test, test->param_value);
	kt->in_dpc = intr_three_hits_in_the_first_call;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(atomic64_read(&kt->served) == 4));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 2);
	call = recorder_find(&kt->rec, KDEV_DPC, 0);
	KUNIT_EXPECT_EQ(test, call->first, 1);
	KUNIT_EXPECT_EQ(test, call->last, 1);
	KUNIT_EXPECT_EQ(test, call->count, 1);
	call = recorder_find(&kt->rec, KDEV_DPC, 1);
	KUNIT_EXPECT_EQ(test, call->first, 2);
	KUNIT_EXPECT_EQ(test, call->last, 4);
	KUNIT_EXPECT_EQ(test, call->count, 3);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->overlaps), 0);
}

static void intr_third_does_not_ask(struct kdev_test *kt)
{
	kt->no_dpc = atomic_read(&kt->isrs) == 2;
}

/*
 * Q14, M3:   interrupt 1 | call {1} hit by 2, 3, 4, of which 3 asks for no call
 */
static void intr_count_leaves_out_interrupts_that_did_not_ask(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *call;

	kdev_need_hits(test, test->param_value);
	kt->in_isr = intr_third_does_not_ask;
	kt->in_dpc = intr_three_hits_in_the_first_call;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	call = recorder_find(&kt->rec, KDEV_DPC, 1);
	KUNIT_EXPECT_EQ(test, call->first, 2);
	KUNIT_EXPECT_EQ(test, call->last, 4);
	KUNIT_EXPECT_EQ(test, call->count, 2);
}

/* ---- the work item -------------------------------------------------------- */

/* M3: one number from the ISR to the work item. */
static void intr_numbers_reach_the_work_item(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *work;
	int i;

	kt->ask_work = true;
	for (i = 1; i <= 2; i++) {
		KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, i));
		work = recorder_find(&kt->rec, KDEV_WORK, i - 1);
		KUNIT_ASSERT_NOT_NULL(test, work);
		KUNIT_EXPECT_EQ(test, work->first, i);
		KUNIT_EXPECT_EQ(test, work->last, i);
		KUNIT_EXPECT_EQ(test, work->count, 1);
	}
}

static void intr_ask_again(struct kdev_test *kt, struct dpc_served *served)
{
	int i;

	for (i = 0; i < 2; i++)
		dpc_interrupt_request_work(intr_of(kt), served);
}

/* M3: what a DPC has handed on, it does not hand on again. */
static void intr_work_item_asked_for_twice_serves_once(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->in_dpc = intr_ask_again;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	KUNIT_EXPECT_EQ(test, recorder_find(&kt->rec, KDEV_WORK, 0)->count, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->works), 1);
}

static void intr_work_at_gate(struct kdev_test *kt, const struct dpc_served *served)
{
	if (served->first == 1)
		gate_pass_sleeping(&kt->gate[0]);
}

/*
 * M3, W2:   work {1} held | calls {2}, {3}, {4} ask: true, false, false | work {2..4}
 */
static void intr_work_item_merges_the_calls_that_asked(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *work;
	int i;

	kt->ask_work = true;
	kt->in_work = intr_work_at_gate;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	for (i = 2; i <= 4; i++) {
		KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, i));
	}
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 2));
	work = recorder_find(&kt->rec, KDEV_WORK, 1);
	KUNIT_ASSERT_NOT_NULL(test, work);
	KUNIT_EXPECT_EQ(test, work->first, 2);
	KUNIT_EXPECT_EQ(test, work->last, 4);
	KUNIT_EXPECT_EQ(test, work->count, 3);
	KUNIT_EXPECT_TRUE(test, recorder_find(&kt->rec, KDEV_DPC, 1)->answer);
	KUNIT_EXPECT_FALSE(test, recorder_find(&kt->rec, KDEV_DPC, 2)->answer);
	KUNIT_EXPECT_FALSE(test, recorder_find(&kt->rec, KDEV_DPC, 3)->answer);
}

static void intr_ask_work_and_linger(struct kdev_test *kt, struct dpc_served *served)
{
	dpc_interrupt_request_work(intr_of(kt), served);
	ctx_busy_wait_us(2000);
}

static void intr_work_after_dpc(struct kdev_test *kt, const struct dpc_served *served)
{
	if (!atomic_read(&kt->dpcs))
		atomic_inc(&kt->overlaps);
}

/* The work item starts after the DPC routine has returned, in a thread. */
static void intr_work_item_starts_after_the_dpc(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *work;

	kt->in_dpc = intr_ask_work_and_linger;
	kt->in_work = intr_work_after_dpc;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->overlaps), 0);
	work = recorder_find(&kt->rec, KDEV_WORK, 0);
	KUNIT_EXPECT_FALSE(test, work->bh_off);
	KUNIT_EXPECT_FALSE(test, work->irqs_off);
}

static void intr_ask_work_in_isr(struct kdev_test *kt)
{
	struct rec_entry *entry = recorder_begin(&kt->rec, KDEV_OWN);

	entry->answer = dpc_interrupt_request_work(intr_of(kt), NULL);
	recorder_end(&kt->rec, entry);
}

/* W4 */
static void intr_work_item_is_refused_in_an_isr_at_dirql(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->in_isr = intr_ask_work_in_isr;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_FALSE(test, recorder_find(&kt->rec, KDEV_OWN, 0)->answer);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->works), 0);
}

/* I2, I4, M3: and the work item knows which interrupt it serves. */
static void intr_passive_isr_may_ask_for_the_work_item(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *work;

	kt->no_dpc = true;
	kt->in_isr = intr_ask_work_in_isr;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	KUNIT_EXPECT_TRUE(test, recorder_find(&kt->rec, KDEV_OWN, 0)->answer);
	work = recorder_find(&kt->rec, KDEV_WORK, 0);
	KUNIT_EXPECT_EQ(test, work->first, 1);
	KUNIT_EXPECT_EQ(test, work->last, 1);
	KUNIT_EXPECT_EQ(test, work->count, 1);
}

/* W4 */
static void intr_work_item_may_be_asked_for_by_a_thread(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	KUNIT_EXPECT_TRUE(test, dpc_interrupt_request_work(intr_of(kt), NULL));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	KUNIT_EXPECT_EQ(test, recorder_find(&kt->rec, KDEV_WORK, 0)->count, 0);
}

/* W3 */
static void intr_work_item_holds_the_device(struct kunit *test)
{
	struct kdev_test *kt = test->priv;
	unsigned int without = kref_read(&kt->dev->kobj.kref), before, during;

	intr_connect(test);
	before = kref_read(&kt->dev->kobj.kref);
	kt->ask_work = true;
	kt->in_work = intr_work_at_gate;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	during = kref_read(&kt->dev->kobj.kref);
	gate_open(&kt->gate[0]);
	kdev_disconnect(kt);
	KUNIT_EXPECT_EQ(test, during, before + 1);
	KUNIT_EXPECT_EQ(test, kref_read(&kt->dev->kobj.kref), without);
}

/* ---- the passive ISR ------------------------------------------------------- */

static void intr_sleep(struct kdev_test *kt)
{
	usleep_range(100, 200);
}

/* I4 */
static void intr_passive_isr_may_sleep(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	const struct rec_entry *isr;

	kt->in_isr = intr_sleep;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	/* The DPC may have run before the ISR has returned. */
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->isrs, 1));
	isr = recorder_find(&kt->rec, KDEV_ISR, 0);
	KUNIT_ASSERT_NOT_NULL(test, isr);
	KUNIT_EXPECT_FALSE(test, isr->hardirq);
	KUNIT_EXPECT_FALSE(test, isr->bh_off);
	KUNIT_EXPECT_FALSE(test, isr->irqs_off);
}

static void intr_isr_at_gate(struct kdev_test *kt)
{
	gate_pass_sleeping(&kt->gate[0]);
}

static bool intr_note_synchronised(void *arg)
{
	struct kdev_test *kt = arg;

	recorder_note(&kt->rec, KDEV_OWN);
	return true;
}

static void intr_synchronise_thread(void *arg)
{
	struct kdev_test *kt = arg;

	dpc_interrupt_synchronize(intr_of(kt), intr_note_synchronised, kt);
}

/* I4, S1: the lock of a passive interrupt is held while its ISR sleeps. */
static void intr_passive_isr_holds_its_lock(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	unsigned int during;

	kt->in_isr = intr_isr_at_gate;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], ctx_cpu(0), intr_synchronise_thread,
					     kt));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&kt->worker[0]));
	during = recorder_count_tag(&kt->rec, KDEV_OWN);
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_EXPECT_EQ(test, during, 0);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_OWN), 1);
}

static void intr_disable_thread(void *arg)
{
	struct kdev_test *kt = arg;

	dpc_interrupt_disable(intr_of(kt));
}

/* I4, I5: a passive ISR that sleeps is let go on, and gets what it asks for. */
static void intr_disable_lets_a_passive_isr_end(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->in_isr = intr_isr_at_gate;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], ctx_cpu(0), intr_disable_thread, kt));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&kt->worker[0]));
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 1);
}

/* I4, I5: the disable callback does not run beside a passive ISR. */
static void intr_disable_callback_waits_for_a_passive_isr(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->in_isr = intr_isr_at_gate;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], ctx_cpu(0), intr_disable_thread, kt));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&kt->worker[0]));
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->overlaps), 0);
}

/* ---- start and stop --------------------------------------------------------- */

/* I5:   enable | ISR | DPC | work | disable */
static void intr_callbacks_enclose_the_stages(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->isrs, 1));
	kdev_disconnect(kt);
	KUNIT_EXPECT_EQ(test, recorder_position(&kt->rec, KDEV_ENABLE), 0);
	KUNIT_EXPECT_GT(test, recorder_position(&kt->rec, KDEV_ISR), 0);
	KUNIT_EXPECT_GT(test, recorder_position(&kt->rec, KDEV_DISABLE),
			recorder_position(&kt->rec, KDEV_ISR));
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_ENABLE), 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_DISABLE), 1);
}

/* Where the ISR runs, on PREEMPT_RT too: under its lock, at its level. */
static void intr_expect_level_of_the_isr(struct kunit *test, int tag)
{
	const struct kdev_model *model = test->param_value;
	bool passive = model->flags & DPC_INTERRUPT_PASSIVE;
	struct kdev_test *kt = test->priv;
	const struct rec_entry *call = recorder_find(&kt->rec, tag, 0);

	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->irqs_off, !passive && !IS_ENABLED(CONFIG_PREEMPT_RT));
	KUNIT_EXPECT_EQ(test, call->bh_off, !passive);
	KUNIT_EXPECT_TRUE(test, call->answer);	/* lock held */
}

/* I4, I5 */
static void intr_enable_runs_at_the_level_of_the_isr(struct kunit *test)
{
	intr_connect(test);
	intr_expect_level_of_the_isr(test, KDEV_ENABLE);
}

/* I4, I5 */
static void intr_disable_runs_at_the_level_of_the_isr(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kdev_disconnect(kt);
	intr_expect_level_of_the_isr(test, KDEV_DISABLE);
}

/* I5: what was asked for before has been done when disable() returns. */
static void intr_disable_waits_for_all_three_stages(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	int dpcs, works;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->isrs, 1));
	dpc_interrupt_disable(intr_of(kt));
	dpcs = atomic_read(&kt->dpcs);
	works = atomic_read(&kt->works);
	KUNIT_EXPECT_EQ(test, dpcs, 1);
	KUNIT_EXPECT_EQ(test, works, 1);
}

static void intr_dpc_at_gate(struct kdev_test *kt, struct dpc_served *served)
{
	gate_pass(&kt->gate[0]);
}

static void intr_fire_thread(void *arg)
{
	kdev_fire(arg);
}

static void intr_second_call_at_gate(struct kdev_test *kt, struct dpc_served *served)
{
	if (served->first == 2)
		gate_pass(&kt->gate[1]);
}

/*
 * M3, Q10, while the work item for {1} is held:
 *
 *   CPU 1   call {2} waits |                | asks
 *   CPU 0                  | call {3} asks  |      | work {2..3}
 */
static void intr_work_item_begins_with_the_earliest(struct kunit *test)
{
	struct kdev_test *kt = test->priv;
	const struct rec_entry *work;

	ctx_need_cpus(test, 2);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "on PREEMPT_RT the DPC at the gate holds up the ISR's thread");
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	kt->ask_work = true;
	kt->in_dpc = intr_second_call_at_gate;
	kt->in_work = intr_work_at_gate;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[1], ctx_cpu(1), intr_fire_thread, kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[1], 1));
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 2));
	gate_open(&kt->gate[1]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 3));
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 2));
	work = recorder_find(&kt->rec, KDEV_WORK, 1);
	KUNIT_ASSERT_NOT_NULL(test, work);
	KUNIT_EXPECT_EQ(test, work->first, 2);
	KUNIT_EXPECT_EQ(test, work->last, 3);
	KUNIT_EXPECT_EQ(test, work->count, 2);
}

/* I5, I6, Q8: the DPC stands at a gate on another CPU. */
static void intr_disable_waits_for_a_dpc_on_another_cpu(struct kunit *test)
{
	struct kdev_test *kt = test->priv;
	bool early;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	kt->in_dpc = intr_dpc_at_gate;
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[1], ctx_cpu(1), intr_fire_thread, kt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], ctx_cpu(0), intr_disable_thread, kt));
	/* On PREEMPT_RT the DPC runs in the ISR's thread, whose end the callback waits for. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_ASSERT_TRUE(test, recorder_wait_tag(&kt->rec, KDEV_DISABLE, 1));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&kt->worker[0]));
	early = worker_finished(&kt->worker[0]);
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_EXPECT_FALSE(test, early);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 1);
}

/* I5 */
static void intr_disabled_interrupt_calls_no_isr(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_disable(intr_of(kt));
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	synchronize_irq(kt->irq);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->isrs), 0);
}

/* I5, trap (virtio-win): something queued again after the flush. */
static void intr_disabled_interrupt_accepts_no_request(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(intr_of(kt)));
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_work(intr_of(kt), NULL));
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_DPC), 0);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_WORK), 0);
}

static void intr_ask_dpc_from_work(struct kdev_test *kt, const struct dpc_served *served)
{
	gate_pass_sleeping(&kt->gate[0]);
	atomic_add(dpc_interrupt_request_dpc(intr_of(kt)), &kt->accepted);
}

/* I5, I6, the same trap, from the stage that is flushed last. */
static void intr_work_item_cannot_ask_while_being_disabled(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	kt->no_dpc = true;
	kt->in_work = intr_ask_dpc_from_work;
	KUNIT_ASSERT_TRUE(test, dpc_interrupt_request_work(intr_of(kt), NULL));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&kt->gate[0], 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[0], ctx_cpu(0), intr_disable_thread, kt));
	KUNIT_ASSERT_TRUE(test, recorder_wait_tag(&kt->rec, KDEV_DISABLE, 1));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&kt->worker[0]));
	gate_open(&kt->gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 0);
}

/* I5 */
static void intr_enabled_again_interrupt_works(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(intr_of(kt)), 0);
	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	/* A passive ISR may return after the work that it has led to. */
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->isrs, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->isrs), 1);
}

/* I5 */
static void intr_enable_and_disable_do_nothing_twice(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	KUNIT_EXPECT_EQ(test, dpc_interrupt_enable(intr_of(kt)), 0);
	dpc_interrupt_disable(intr_of(kt));
	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_ENABLE), 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_DISABLE), 1);
}

/*
 * I6.  Operations that meet: disconnect and a storm from all CPUs.  kdev_exit()
 * expects that no stage was called late.
 */
static void intr_disconnect_ends_a_storm(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	int isrs, dpcs, works;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 50));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, 1));
	kdev_disconnect(kt);
	isrs = atomic_read(&kt->isrs);
	dpcs = atomic_read(&kt->dpcs);
	works = atomic_read(&kt->works);
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 50));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->isrs), isrs);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), dpcs);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->works), works);
}

/* I6: each interrupt that asked was served before disconnect() returned. */
static void intr_disconnect_in_a_storm_serves_all_requests(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 50));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->asked, 1));
	kdev_disconnect(kt);
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), atomic_read(&kt->asked));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), atomic_read(&kt->dpcs));
}

/* I6, W3: the object's memory is the driver's again; KASAN and the storm watch. */
static void intr_disconnected_object_may_be_freed(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = test->priv;
	int round, dpcs;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for (round = 0; round < 6; round++) {
		dpcs = atomic_read(&kt->dpcs);
		KUNIT_ASSERT_EQ(test, kdev_connect(kt, model->model, model->flags), 0);
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 5));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, dpcs + 1));
		kdev_disconnect(kt);
		kfree(kt->kdev);
		kt->kdev = kzalloc(sizeof(*kt->kdev), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, kt->kdev);
		kt->kdev->kt = kt;
	}
}

/* I5, I6: the same for disable and enable. */
static void intr_disable_meets_a_storm(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	unsigned int round, late = 0;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for (round = 0; round < 6; round++) {
		int isrs, dpcs, works;

		dpc_interrupt_disable(intr_of(kt));
		isrs = atomic_read(&kt->isrs);
		dpcs = atomic_read(&kt->dpcs);
		works = atomic_read(&kt->works);
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 5));
		late += atomic_read(&kt->isrs) - isrs;
		late += atomic_read(&kt->dpcs) - dpcs;
		late += atomic_read(&kt->works) - works;
		KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(intr_of(kt)), 0);
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 5));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, works + 1));
	}
	KUNIT_EXPECT_EQ(test, late, 0);
}

/* M3, Q14: under a storm, with coalescing, no interrupt is counted twice or lost. */
static void intr_storm_conserves_interrupts(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 300));
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_EQ(test, dpc_interrupt_count(intr_of(kt)), atomic_read(&kt->isrs));
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), atomic_read(&kt->asked));
}

/* Operations that meet: set_model and a storm. */
static void intr_set_model_meets_a_storm(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = intr_connect(test);
	int round, failed = 0, other = 0;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for (round = 1; round <= 12; round++) {
		enum dpc_model_id to = (model->model + round) % DPC_MODEL_NR;
		int works = atomic_read(&kt->works);

		if (!dpc_model_available(to))
			continue;
		failed += !!dpc_interrupt_set_model(intr_of(kt), to);
		other += dpc_interrupt_model(intr_of(kt)) != to;
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 5));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, works + 1));
	}
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_EQ(test, failed, 0);
	KUNIT_EXPECT_EQ(test, other, 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), atomic_read(&kt->asked));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), atomic_read(&kt->dpcs));
}

static void intr_set_model_switches_and_works(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = intr_connect(test);
	enum dpc_model_id to = !model->model;

	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(intr_of(kt), to), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(intr_of(kt)), to);
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	/* A passive ISR's thread carries the DPC itself, in either model. */
	if (!model->flags && !IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_EQ(test, recorder_find(&kt->rec, KDEV_DPC, 0)->softirq,
				to == DPC_MODEL_DPC);
}

static void intr_set_model_refuses_an_unknown_one(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = intr_connect(test);

	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(intr_of(kt), DPC_MODEL_NR), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_model(intr_of(kt)), model->model);
}

/* It is in force already: nothing stops for it. */
static void intr_set_model_of_the_same_is_nothing(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = intr_connect(test);
	int requests = atomic_read(&kt->requests);

	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(intr_of(kt), model->model), 0);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_DISABLE), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->requests), requests);
	KUNIT_EXPECT_TRUE(test, kdev_fire(kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->dpcs, 1));
}

/* I5 */
static void intr_set_model_leaves_a_disabled_interrupt_disabled(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_disable(intr_of(kt));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(intr_of(kt), !model->model), 0);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_ENABLE), 1);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(intr_of(kt)));
}

/* ---- synchronised execution -------------------------------------------------- */

static bool intr_return_context(void *context)
{
	return context;
}

/* S1 */
static void intr_synchronise_returns_the_answer_as_it_is(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	KUNIT_EXPECT_TRUE(test, dpc_interrupt_synchronize(intr_of(kt), intr_return_context, kt));
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_synchronize(intr_of(kt), intr_return_context,
							   NULL));
}

static bool intr_count_and_return(void *context)
{
	struct kdev_test *kt = context;

	atomic_inc(&kt->inside);
	return true;
}

static void intr_synchronise_calls_its_function_once(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_synchronize(intr_of(kt), intr_count_and_return, kt);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->inside), 1);
}

static void intr_synchronise_both_ways(void *arg)
{
	struct kdev_test *kt = arg;

	if (dpc_interrupt_synchronize(intr_of(kt), intr_return_context, kt))
		atomic_inc(&kt->inside);
	if (dpc_interrupt_synchronize(intr_of(kt), intr_return_context, NULL))
		atomic_inc(&kt->overlaps);
}

static void intr_synchronise_in_a_softirq_returns_the_answer_as_it_is(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_SOFTIRQ, intr_synchronise_both_ways, kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->inside), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->overlaps), 0);
}

/* S1 */
static void intr_synchronise_raises_to_dirql(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);

	dpc_interrupt_synchronize(intr_of(kt), intr_note_synchronised, kt);
	KUNIT_EXPECT_EQ(test, recorder_find(&kt->rec, KDEV_OWN, 0)->irqs_off,
			!IS_ENABLED(CONFIG_PREEMPT_RT));
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static bool intr_count_inside(void *context)
{
	struct kdev_test *kt = context;
	int i;

	if (atomic_inc_return(&kt->inside) != 1)
		atomic_inc(&kt->overlaps);
	for (i = 0; i < 100; i++)
		cpu_relax();
	return atomic_dec_and_test(&kt->inside);
}

/* S1 */
static void intr_synchronise_excludes_the_isr(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	int i, failed = 0;

	kt->no_dpc = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for_rounds_until_met(i, 1, 2000, atomic_read(&kt->isrs) >= 50) {
		failed += !dpc_interrupt_synchronize(intr_of(kt), intr_count_inside, kt);
		cond_resched();
	}
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	KUNIT_EXPECT_GE(test, atomic_read(&kt->isrs), 50);
	KUNIT_EXPECT_EQ(test, failed, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->overlaps), 0);
}

static void intr_leave_preemption_off(struct kdev_test *kt)
{
	preempt_disable();
}

/* Q15: the same check as for plain DPCs, in the ISR. */
static void intr_isr_that_leaves_preemption_off_is_a_violation(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	u64 before = dpc_violations();

	kt->in_isr = intr_leave_preemption_off;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
}

static void intr_dpc_leaves_irqs_off(struct kdev_test *kt, struct dpc_served *served)
{
	local_irq_disable();
}

/* Q15 */
static void intr_dpc_that_leaves_interrupts_off_is_a_violation(struct kunit *test)
{
	struct kdev_test *kt = intr_connect(test);
	u64 before = dpc_violations();

	kt->in_dpc = intr_dpc_leaves_irqs_off;
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	dpc_interrupt_disable(intr_of(kt));
	KUNIT_EXPECT_EQ(test, dpc_violations() - before, 1);
}

#define INTR_ANY(_case)		KUNIT_CASE_PARAM(_case, intr_any_gen_params)
#define INTR_HARD(_case)	KUNIT_CASE_PARAM(_case, intr_hard_gen_params)
#define INTR_PASSIVE(_case)	KUNIT_CASE_PARAM(_case, intr_passive_gen_params)

static struct kunit_case intr_cases[] = {
	KUNIT_CASE_PARAM(intr_connect_refuses, intr_bad_gen_params),
	KUNIT_CASE(intr_connect_refuses_ops_without_isr),
	KUNIT_CASE(intr_connect_refuses_ops_without_second_stage), /* I2 */
	KUNIT_CASE(intr_request_is_refused_without_the_routine), /* I2 */
	INTR_ANY(intr_connect_to_a_taken_line_is_busy), /* I5 */
	INTR_ANY(intr_connected_object_knows_its_model),
	KUNIT_CASE(intr_models_have_names_that_lead_back),
	INTR_HARD(intr_isr_runs_at_dirql), /* I1 */
	INTR_ANY(intr_isr_true_is_counted_as_an_interrupt), /* I1 */
	INTR_ANY(intr_isr_false_is_counted_as_unhandled), /* I1 */
	INTR_ANY(intr_unhandled_interrupt_leaves_no_gap), /* M3 */
	INTR_HARD(intr_request_is_true_then_false_until_the_call), /* I2 */
	INTR_HARD(intr_two_requests_of_one_isr_are_one_interrupt), /* Q14 I2 */
	INTR_ANY(intr_dpc_runs_at_dispatch), /* Q11 Q15 */
	INTR_ANY(intr_request_by_a_thread_serves_no_interrupt), /* I2 */
	INTR_ANY(intr_requests_by_a_thread_each_lead_to_a_call), /* I2 */
	INTR_ANY(intr_interrupt_after_a_request_by_a_thread_is_served), /* I2 */
	INTR_ANY(intr_request_is_legal_in_synchronise), /* S1 I2 */
	INTR_HARD(intr_several_interrupts_make_one_call), /* Q14 M3 */
	INTR_HARD(intr_count_leaves_out_interrupts_that_did_not_ask), /* Q14 M3 */
	INTR_ANY(intr_numbers_reach_the_work_item), /* M3 */
	INTR_ANY(intr_work_item_asked_for_twice_serves_once), /* M3 */
	INTR_ANY(intr_work_item_merges_the_calls_that_asked), /* W2 M3 */
	INTR_ANY(intr_work_item_starts_after_the_dpc),
	INTR_HARD(intr_work_item_is_refused_in_an_isr_at_dirql), /* W4 */
	INTR_PASSIVE(intr_passive_isr_may_ask_for_the_work_item), /* I2 I4 M3 */
	INTR_ANY(intr_work_item_may_be_asked_for_by_a_thread), /* W4 */
	INTR_ANY(intr_work_item_holds_the_device), /* W3 */
	INTR_PASSIVE(intr_passive_isr_may_sleep), /* I4 */
	INTR_PASSIVE(intr_passive_isr_holds_its_lock), /* S1 I4 */
	INTR_PASSIVE(intr_disable_lets_a_passive_isr_end), /* I4 I5 */
	INTR_PASSIVE(intr_disable_callback_waits_for_a_passive_isr), /* I4 I5 */
	INTR_ANY(intr_callbacks_enclose_the_stages), /* I5 */
	INTR_ANY(intr_enable_runs_at_the_level_of_the_isr), /* I4 I5 */
	INTR_ANY(intr_disable_runs_at_the_level_of_the_isr), /* I4 I5 */
	INTR_ANY(intr_disable_waits_for_all_three_stages), /* I5 */
	KUNIT_CASE(intr_work_item_begins_with_the_earliest), /* Q10 M3 */
	KUNIT_CASE(intr_disable_waits_for_a_dpc_on_another_cpu), /* Q8 I5 I6 */
	INTR_ANY(intr_disabled_interrupt_calls_no_isr), /* I5 */
	INTR_ANY(intr_disabled_interrupt_accepts_no_request), /* I5 */
	INTR_ANY(intr_work_item_cannot_ask_while_being_disabled), /* I5 I6 */
	INTR_ANY(intr_enabled_again_interrupt_works), /* I5 */
	INTR_ANY(intr_enable_and_disable_do_nothing_twice), /* I5 */
	INTR_ANY(intr_disconnect_ends_a_storm), /* I6 */
	INTR_ANY(intr_disconnect_in_a_storm_serves_all_requests), /* I6 */
	INTR_ANY(intr_disconnected_object_may_be_freed), /* I6 W3 */
	INTR_ANY(intr_disable_meets_a_storm), /* I5 I6 */
	INTR_ANY(intr_storm_conserves_interrupts), /* Q14 M3 */
	INTR_ANY(intr_set_model_meets_a_storm), /* I2 Q14 */
	INTR_ANY(intr_set_model_switches_and_works),
	INTR_ANY(intr_set_model_of_the_same_is_nothing),
	INTR_ANY(intr_set_model_refuses_an_unknown_one),
	INTR_ANY(intr_set_model_leaves_a_disabled_interrupt_disabled), /* I5 */
	INTR_ANY(intr_synchronise_returns_the_answer_as_it_is), /* S1 */
	INTR_ANY(intr_synchronise_calls_its_function_once), /* S1 */
	INTR_HARD(intr_synchronise_in_a_softirq_returns_the_answer_as_it_is), /* S1 */
	INTR_HARD(intr_synchronise_raises_to_dirql), /* S1 */
	INTR_ANY(intr_synchronise_excludes_the_isr), /* S1 */
	INTR_HARD(intr_isr_that_leaves_preemption_off_is_a_violation), /* Q15 */
	INTR_ANY(intr_dpc_that_leaves_interrupts_off_is_a_violation), /* Q15 */
	{ }
};

static struct kunit_suite intr_suite = {
	.name = "dpc_interrupt",
	.init = kdev_init,
	.exit = kdev_exit,
	.test_cases = intr_cases,
};

kunit_test_suite(intr_suite);
