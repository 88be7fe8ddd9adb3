// SPDX-License-Identifier: GPL-2.0-only
#include "kdev.h"

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

const struct kdev_model kdev_models[KDEV_MODELS] = {
	{ "dpc", DPC_MODEL_DPC, 0 },
	{ "threaded", DPC_MODEL_THREADED, 0 },
	{ "tasklet", DPC_MODEL_TASKLET, 0 },
	{ "bh_wq", DPC_MODEL_BH_WQ, 0 },
	{ "irq_poll", DPC_MODEL_IRQ_POLL, 0 },
	{ "wq", DPC_MODEL_WQ, 0 },
	{ "wq_unbound", DPC_MODEL_WQ_UNBOUND, 0 },
	{ "kthread", DPC_MODEL_KTHREAD, 0 },
	{ "hardirq", DPC_MODEL_HARDIRQ, 0 },
	{ "dpc_passive", DPC_MODEL_DPC, DPC_INTERRUPT_PASSIVE },
	{ "threaded_passive", DPC_MODEL_THREADED, DPC_INTERRUPT_PASSIVE },
	{ "hardirq_passive", DPC_MODEL_HARDIRQ, DPC_INTERRUPT_PASSIVE },
};

const struct kdev_model kdev_two_models[4] = {
	{ "dpc", DPC_MODEL_DPC, 0 },
	{ "threaded", DPC_MODEL_THREADED, 0 },
	{ "dpc_passive", DPC_MODEL_DPC, DPC_INTERRUPT_PASSIVE },
	{ "threaded_passive", DPC_MODEL_THREADED, DPC_INTERRUPT_PASSIVE },
};

void kdev_model_name(const struct kdev_model *model, char *desc)
{
	strscpy(desc, model->name, KUNIT_PARAM_DESC_SIZE);
}

/* Skip a test of a model that this kernel can't do. */
void kdev_need(struct kunit *test, const struct kdev_model *model)
{
	if (!dpc_model_available(model->model))
		kunit_skip(test, "%s needs %s", dpc_model_name(model->model),
			   dpc_model_needs(model->model));
}

/* Skip a test in which the ISR is to hit the CPU that the DPC routine runs on. */
void kdev_need_hits(struct kunit *test, const struct kdev_model *model)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && model->model != DPC_MODEL_THREADED)
		kunit_skip(test, "on PREEMPT_RT the ISR is a thread that waits for bottom halves");
}

static struct kdev_test *kdev_called(struct dpc_interrupt *intr)
{
	struct kdev_test *kt = container_of(intr, struct kdev, intr)->kt;

	if (READ_ONCE(kt->gone))
		atomic_inc(&kt->late);
	return kt;
}

static bool kdev_isr(struct dpc_interrupt *intr)
{
	struct kdev_test *kt = kdev_called(intr);
	struct rec_entry *entry = recorder_begin(&kt->rec, KDEV_ISR);
	bool ours, answer = false;

	if (atomic_inc_return(&kt->inside) != 1)
		atomic_inc(&kt->overlaps);
	ours = atomic_xchg(&kt->pending, 0);
	if (ours && kt->in_isr)
		kt->in_isr(kt);
	if (ours && !kt->no_dpc) {
		atomic_inc(&kt->asked);
		answer = dpc_interrupt_request_dpc(intr);
		atomic_add(answer, &kt->accepted);
	}
	if (entry) {
		entry->answer = answer;
		entry->object = intr;
	}
	recorder_end(&kt->rec, entry);
	atomic_dec(&kt->inside);
	atomic_add(ours, &kt->isrs);
	return ours;
}

static void kdev_note_served(struct rec_entry *entry, const struct dpc_served *served)
{
	if (!entry)
		return;
	entry->first = served->first;
	entry->last = served->last;
	entry->count = served->count;
}

static void kdev_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	struct kdev_test *kt = kdev_called(intr);
	struct rec_entry *entry = recorder_begin(&kt->rec, KDEV_DPC);

	kdev_note_served(entry, served);
	atomic64_add(served->count, &kt->served);
	if (kt->in_dpc)
		kt->in_dpc(kt, served);
	if (kt->ask_work) {
		bool answer = dpc_interrupt_request_work(intr, served);

		if (entry)
			entry->answer = answer;
	}
	recorder_end(&kt->rec, entry);
	atomic_inc(&kt->dpcs);
}

static void kdev_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	struct kdev_test *kt = kdev_called(intr);
	struct rec_entry *entry = recorder_begin(&kt->rec, KDEV_WORK);

	kdev_note_served(entry, served);
	if (kt->in_work)
		kt->in_work(kt, served);
	recorder_end(&kt->rec, entry);
	atomic_inc(&kt->works);
}

static void kdev_switch(struct dpc_interrupt *intr, int tag)
{
	struct kdev_test *kt = kdev_called(intr);
	struct rec_entry *entry = recorder_begin(&kt->rec, tag);

	if (atomic_inc_return(&kt->inside) != 1)
		atomic_inc(&kt->overlaps);
	if (entry)
		entry->answer = intr->flags & DPC_INTERRUPT_PASSIVE ?
				mutex_is_locked(&intr->passive_lock) :
				spin_is_locked(&intr->lock);
	recorder_end(&kt->rec, entry);
	atomic_dec(&kt->inside);
}

static void kdev_enable(struct dpc_interrupt *intr)
{
	kdev_switch(intr, KDEV_ENABLE);
}

static void kdev_disable(struct dpc_interrupt *intr)
{
	kdev_switch(intr, KDEV_DISABLE);
}

const struct dpc_interrupt_ops kdev_ops = {
	.isr = kdev_isr,
	.dpc = kdev_dpc,
	.work = kdev_work,
	.enable = kdev_enable,
	.disable = kdev_disable,
};

/* A line that can't be had, for as many requests as the test wants. */
static int kdev_request_resources(struct irq_data *data)
{
	struct kdev_test *kt = irq_data_get_irq_chip_data(data);

	atomic_inc(&kt->requests);
	return atomic_add_unless(&kt->refuse, -1, 0) ? -ENOSPC : 0;
}

/* For a device inside a bigger structure. */
int kdev_setup(struct kunit *test, struct kdev_test *kt)
{
	int i;

	recorder_init(&kt->rec);
	for (i = 0; i < ARRAY_SIZE(kt->gate); i++)
		gate_init(&kt->gate[i]);
	/* No link to this module: on 6.1 suites run before it is in sysfs. */
	kt->dev = __root_device_register("dpc_kunit", NULL);
	if (IS_ERR(kt->dev))
		return PTR_ERR(kt->dev);
	kt->irq = irq_alloc_desc(NUMA_NO_NODE);
	if (kt->irq < 0) {
		root_device_unregister(kt->dev);
		return kt->irq;
	}
	kt->chip = dummy_irq_chip;
	kt->chip.irq_request_resources = kdev_request_resources;
	irq_set_chip_and_handler(kt->irq, &kt->chip, handle_edge_irq);
	irq_set_chip_data(kt->irq, kt);
	irq_modify_status(kt->irq, IRQ_NOREQUEST | IRQ_NOPROBE, 0);
	kt->kdev = kzalloc(sizeof(*kt->kdev), GFP_KERNEL);
	if (!kt->kdev) {
		irq_free_desc(kt->irq);
		root_device_unregister(kt->dev);
		return -ENOMEM;
	}
	kt->kdev->kt = kt;
	test->priv = kt;
	ctx_pin(ctx_cpu(0));
	return 0;
}

int kdev_init(struct kunit *test)
{
	struct kdev_test *kt = kunit_kzalloc(test, sizeof(*kt), GFP_KERNEL);

	return kt ? kdev_setup(test, kt) : -ENOMEM;
}

/* Also after a failed assertion: nothing of the test may go on. */
void kdev_exit(struct kunit *test)
{
	struct kdev_test *kt = test->priv;
	int i;

	if (!kt)
		return;
	WRITE_ONCE(kt->stop, true);
	for (i = 0; i < ARRAY_SIZE(kt->gate); i++)
		gate_open(&kt->gate[i]);
	for (i = 0; i < CTX_CPUS_MAX; i++)
		KUNIT_EXPECT_TRUE(test, worker_join(&kt->worker[i]));
	KUNIT_EXPECT_TRUE(test, storm_stop(&kt->storm));
	kdev_disconnect(kt);
	for (i = 0; i < ARRAY_SIZE(kt->gate); i++)
		KUNIT_EXPECT_FALSE(test, gate_expired(&kt->gate[i]));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->late), 0);
	kfree(kt->kdev);
	irq_free_desc(kt->irq);
	root_device_unregister(kt->dev);
}

struct dpc_interrupt_params kdev_params(struct kdev_test *kt)
{
	return (struct dpc_interrupt_params){
		.dev = kt->dev,
		.ops = &kdev_ops,
		.name = "kdev",
		.irq = kt->irq,
		.model = DPC_MODEL_DPC,
	};
}

int kdev_connect(struct kdev_test *kt, enum dpc_model_id model, unsigned int flags)
{
	struct dpc_interrupt_params params = kdev_params(kt);
	int err, stage;

	params.model = model;
	params.flags = flags;
	WRITE_ONCE(kt->gone, false);
	err = dpc_interrupt_connect(&kt->kdev->intr, &params);
	kt->connected = !err;
	/* An emulated machine is slow; the log need not say so all the time. */
	for (stage = 0; !err && stage < DPC_STAGE_NR; stage++)
		err = dpc_interrupt_set_budget(&kt->kdev->intr, stage, 0);
	return err;
}

void kdev_disconnect(struct kdev_test *kt)
{
	if (!kt->connected)
		return;
	kt->connected = false;
	dpc_interrupt_disconnect(&kt->kdev->intr);
	WRITE_ONCE(kt->gone, true);
}

void kdev_hit(void *arg)
{
	struct kdev_test *kt = arg;

	if (!kt->not_ours)
		atomic_set(&kt->pending, 1);
	generic_handle_irq(kt->irq);
}

bool kdev_fire(struct kdev_test *kt)
{
	return ctx_call(CTX_HARDIRQ, kdev_hit, kt);
}

/*
 * While another CPU is still inside the line's handler, that CPU calls the ISR
 * again: so wait for the ISR, or the next interrupt would be one with this.
 */
bool kdev_fire_here(struct kdev_test *kt)
{
	int before = atomic_read(&kt->isrs);

	return ctx_hardirq_here(kdev_hit, kt) && rec_spin_until(atomic_read(&kt->isrs) != before);
}

bool kdev_wait(atomic_t *counter, int count)
{
	return rec_wait_count(counter, count);
}
