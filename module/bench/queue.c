// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to queue objects and have them run, from a thread, for each way
 * of deferring that the kernel has.
 *
 *   what runs in   how a sample is taken
 *   -------------  -----------------------------------------------------------
 *   softirq        bottom halves off, queue n, bottom halves on: that runs them
 *   hard IRQ       interrupts off, queue n, interrupts on: likewise
 *   a thread       queue n, wait for the last one
 *
 * The whole is between two readings of the clock: a driver that queues from a
 * thread has to switch off and on, too.
 */
#include "bench.h"
#include "../compat.h"

#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

enum dpc_bench_way {
	DPC_BENCH_SOFTIRQ,
	DPC_BENCH_HARDIRQ,
	DPC_BENCH_THREAD,
};

struct dpc_bench_run;

struct dpc_bench_item {
	union {
		struct dpc		dpc;
		struct tasklet_struct	tasklet;
		struct irq_work		irq_work;
		struct work_struct	work;
		struct kthread_work	kthread_work;
	};
	struct dpc_bench_run	*run;
};

/*
 * One thread's objects.
 *
 * @ran: how many have run; by whatever runs them, never two at once
 * @wake_at: the one that completes @done, 0 for none
 */
struct dpc_bench_run {
	unsigned int		ran;
	unsigned int		wake_at;
	unsigned int		n;
	struct dpc_bench_item	*items;
	struct completion	done;
	struct kthread_worker	*worker;
};

/*
 * @needs: NULL, or what this kernel lacks for it
 */
struct dpc_bench_mechanism {
	const char		*name;
	enum dpc_bench_way	way;
	const char		*needs;
	int (*setup)(struct dpc_bench_run *run);
	void (*init)(struct dpc_bench_item *item);
	void (*queue)(struct dpc_bench_run *run);
	void (*teardown)(struct dpc_bench_run *run);
};

/* ---- The mechanisms ------------------------------------------------------ */

/* The body, the same for all. */
static __always_inline void dpc_bench_ran(struct dpc_bench_run *run)
{
	unsigned int ran = run->ran + 1;

	WRITE_ONCE(run->ran, ran);
	if (ran == run->wake_at)
		complete(&run->done);
}

/* Each mechanism has a loop of its own: no call by pointer for each object. */
#define DPC_BENCH_QUEUE(_name, _call)						\
	static void dpc_bench_##_name##_queue(struct dpc_bench_run *run)	\
	{									\
		unsigned int i;							\
										\
		for (i = 0; i < run->n; i++) {					\
			struct dpc_bench_item *item = &run->items[i];		\
										\
			_call;							\
		}								\
	}

static void dpc_bench_nothing_init(struct dpc_bench_item *item)
{
}

static void dpc_bench_nothing_queue(struct dpc_bench_run *run)
{
	WRITE_ONCE(run->ran, run->n);
}

static void dpc_bench_dpc_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	dpc_bench_ran(context);
}

static void dpc_bench_dpc_init(struct dpc_bench_item *item)
{
	dpc_init(&item->dpc, dpc_bench_dpc_routine, item->run);
}

static void dpc_bench_threaded_init(struct dpc_bench_item *item)
{
	dpc_init_threaded(&item->dpc, dpc_bench_dpc_routine, item->run);
}

DPC_BENCH_QUEUE(dpc, dpc_queue(&item->dpc, NULL, NULL))

static void dpc_bench_tasklet_routine(struct tasklet_struct *tasklet)
{
	dpc_bench_ran(container_of(tasklet, struct dpc_bench_item, tasklet)->run);
}

static void dpc_bench_tasklet_init(struct dpc_bench_item *item)
{
	tasklet_setup(&item->tasklet, dpc_bench_tasklet_routine);
}

DPC_BENCH_QUEUE(tasklet, tasklet_hi_schedule(&item->tasklet))

static void dpc_bench_irq_work_routine(struct irq_work *work)
{
	dpc_bench_ran(container_of(work, struct dpc_bench_item, irq_work)->run);
}

static void dpc_bench_irq_work_init(struct dpc_bench_item *item)
{
	item->irq_work = IRQ_WORK_INIT_HARD(dpc_bench_irq_work_routine);
}

DPC_BENCH_QUEUE(irq_work, irq_work_queue(&item->irq_work))

static void dpc_bench_work_routine(struct work_struct *work)
{
	dpc_bench_ran(container_of(work, struct dpc_bench_item, work)->run);
}

static void dpc_bench_work_init(struct dpc_bench_item *item)
{
	INIT_WORK(&item->work, dpc_bench_work_routine);
}

#ifdef DPC_HAVE_BH_WQ
#define DPC_BENCH_BH_WQ_NEEDS	NULL
DPC_BENCH_QUEUE(bh_wq, queue_work(system_bh_highpri_wq, &item->work))
#else
#define DPC_BENCH_BH_WQ_NEEDS	"kernel 6.9"
#define dpc_bench_bh_wq_queue	NULL
#endif
DPC_BENCH_QUEUE(wq, queue_work(system_highpri_wq, &item->work))

static void dpc_bench_kthread_routine(struct kthread_work *work)
{
	dpc_bench_ran(container_of(work, struct dpc_bench_item, kthread_work)->run);
}

static void dpc_bench_kthread_init(struct dpc_bench_item *item)
{
	kthread_init_work(&item->kthread_work, dpc_bench_kthread_routine);
}

DPC_BENCH_QUEUE(kthread, kthread_queue_work(run->worker, &item->kthread_work))

/* A real-time thread of this CPU, as a driver would have it.  Return: or an ERR_PTR(). */
struct kthread_worker *dpc_bench_worker_create(void)
{
	struct kthread_worker *worker;

	worker = kthread_create_worker_on_cpu(raw_smp_processor_id(), 0, "dpc_bench");
	if (IS_ERR(worker))
		return worker;
	sched_set_fifo(worker->task);
	/* Newer kernels leave that to the caller, with older ones it does no harm. */
	wake_up_process(worker->task);
	return worker;
}

static int dpc_bench_kthread_setup(struct dpc_bench_run *run)
{
	run->worker = dpc_bench_worker_create();
	return PTR_ERR_OR_ZERO(run->worker);
}

static void dpc_bench_kthread_teardown(struct dpc_bench_run *run)
{
	kthread_destroy_worker(run->worker);
}

static const struct dpc_bench_mechanism dpc_bench_mechanisms[] = {
	{
		.name = "nothing", .way = DPC_BENCH_SOFTIRQ,
		.init = dpc_bench_nothing_init, .queue = dpc_bench_nothing_queue,
	}, {
		.name = "dpc", .way = DPC_BENCH_SOFTIRQ,
		.init = dpc_bench_dpc_init, .queue = dpc_bench_dpc_queue,
	}, {
		.name = "tasklet", .way = DPC_BENCH_SOFTIRQ,
		.init = dpc_bench_tasklet_init, .queue = dpc_bench_tasklet_queue,
	}, {
		.name = "bh_wq", .way = DPC_BENCH_SOFTIRQ, .needs = DPC_BENCH_BH_WQ_NEEDS,
		.init = dpc_bench_work_init, .queue = dpc_bench_bh_wq_queue,
	}, {
		.name = "irq_work", .way = DPC_BENCH_HARDIRQ,
		.init = dpc_bench_irq_work_init, .queue = dpc_bench_irq_work_queue,
	}, {
		.name = "wq", .way = DPC_BENCH_THREAD,
		.init = dpc_bench_work_init, .queue = dpc_bench_wq_queue,
	}, {
		.name = "kthread", .way = DPC_BENCH_THREAD,
		.setup = dpc_bench_kthread_setup, .teardown = dpc_bench_kthread_teardown,
		.init = dpc_bench_kthread_init, .queue = dpc_bench_kthread_queue,
	}, {
		.name = "threaded_dpc", .way = DPC_BENCH_THREAD,
		.init = dpc_bench_threaded_init, .queue = dpc_bench_dpc_queue,
	},
};

/* ---- Samples ------------------------------------------------------------- */

static int dpc_bench_run_init(struct dpc_bench_run *run, unsigned int n)
{
	*run = (struct dpc_bench_run){ .n = n };
	init_completion(&run->done);
	run->items = kvcalloc(n, sizeof(*run->items), GFP_KERNEL);
	return run->items ? 0 : -ENOMEM;
}

static void dpc_bench_items_init(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	unsigned int i;

	for (i = 0; i < run->n; i++) {
		run->items[i].run = run;
		m->init(&run->items[i]);
	}
}

static u64 dpc_bench_sample_softirq(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	local_bh_disable();
	m->queue(run);
	local_bh_enable();
	return dpc_bench_now();
}

/* The softirq's time was over, and ksoftirqd has the rest: that is its cost, too. */
static u64 dpc_bench_sample_late(struct dpc_bench_run *run)
{
	bool late;

	reinit_completion(&run->done);
	local_bh_disable();
	late = run->ran != run->n;
	run->wake_at = run->n;
	local_bh_enable();
	if (late)
		wait_for_completion_timeout(&run->done, msecs_to_jiffies(DPC_BENCH_LIMIT_MS));
	return dpc_bench_now();
}

static u64 dpc_bench_sample_hardirq(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	unsigned long end = jiffies + 2;

	local_irq_disable();
	m->queue(run);
	local_irq_enable();
	while (READ_ONCE(run->ran) != run->n && time_before(jiffies, end))
		cpu_relax();
	return dpc_bench_now();
}

static u64 dpc_bench_sample_thread(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	m->queue(run);
	wait_for_completion_timeout(&run->done, msecs_to_jiffies(DPC_BENCH_LIMIT_MS));
	return dpc_bench_now();
}

static int dpc_bench_sample(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m,
			    struct dpc_bench_samples *samples)
{
	u64 start, end;

	run->ran = 0;
	run->wake_at = 0;
	dpc_bench_begin();
	switch (m->way) {
	case DPC_BENCH_SOFTIRQ:
		start = dpc_bench_now();
		end = dpc_bench_sample_softirq(run, m);
		break;
	case DPC_BENCH_HARDIRQ:
		start = dpc_bench_now();
		end = dpc_bench_sample_hardirq(run, m);
		break;
	default:
		run->wake_at = run->n;
		reinit_completion(&run->done);
		start = dpc_bench_now();
		end = dpc_bench_sample_thread(run, m);
		break;
	}
	if (m->way == DPC_BENCH_SOFTIRQ && READ_ONCE(run->ran) != run->n) {
		end = dpc_bench_sample_late(run);
		samples->late++;
	}
	dpc_bench_end();
	if (READ_ONCE(run->ran) != run->n)
		return -ETIMEDOUT;
	dpc_bench_samples_add(samples, start, end);
	return 0;
}

static int dpc_bench_figure(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	unsigned int repeats = clamp(dpc_bench_items / run->n, 15U, 1001U);
	struct dpc_bench_samples samples;
	unsigned int i;
	int err;

	err = dpc_bench_samples_alloc(&samples, repeats);
	if (err)
		return err;
	dpc_bench_items_init(run, m);
	/* Not the first ones: they find caches and trees as others have left them. */
	for (i = 0; !err && i < repeats / 8 + 3; i++)
		err = dpc_bench_sample(run, m, &samples);
	samples.nr = 0;
	samples.late = 0;
	for (i = 0; !err && i < repeats; i++) {
		err = dpc_bench_sample(run, m, &samples);
		cond_resched();
	}
	if (!err)
		dpc_bench_samples_report(&samples, "what=queue mechanism=%s n=%u", m->name, run->n);
	dpc_bench_samples_free(&samples);
	return err;
}

static int dpc_bench_mechanism(const struct dpc_bench_mechanism *m, unsigned int n)
{
	struct dpc_bench_run run;
	int err;

	if (m->needs) {
		dpc_bench_print("what=queue mechanism=%s n=%u absent=\"%s\"\n", m->name, n,
				m->needs);
		return 0;
	}
	err = dpc_bench_run_init(&run, n);
	if (err)
		return err;
	if (m->setup)
		err = m->setup(&run);
	if (!err) {
		err = dpc_bench_figure(&run, m);
		if (m->teardown)
			m->teardown(&run);
	}
	if (err)
		pr_err("mechanism %s, n = %u: %d\n", m->name, n, err);
	/* What still was to run when time was over would use it: rather a leak. */
	if (err != -ETIMEDOUT)
		kvfree(run.items);
	return err;
}

int dpc_bench_queue(void)
{
	unsigned int i, j;
	int err = 0;

	for (j = 0; !err && j < dpc_bench_sizes_nr; j++)
		for (i = 0; !err && i < ARRAY_SIZE(dpc_bench_mechanisms); i++)
			if (dpc_bench_selected(dpc_bench_mechanisms[i].name))
				err = dpc_bench_mechanism(&dpc_bench_mechanisms[i],
							  dpc_bench_sizes[j]);
	return err;
}

/* ---- Cancel -------------------------------------------------------------- */

/* Each object cancelled once, from both ends to the middle, and none runs. */
static int dpc_bench_cancel_figure(struct dpc_bench_run *run, unsigned int rounds)
{
	struct dpc_bench_samples samples;
	unsigned int i, round;
	int err;

	err = dpc_bench_samples_alloc(&samples, rounds * run->n);
	if (err)
		return err;
	dpc_bench_items_init(run, &dpc_bench_mechanisms[1]);
	for (round = 0; round < rounds; round++) {
		local_bh_disable();
		dpc_bench_dpc_queue(run);
		for (i = 0; i < run->n; i++) {
			struct dpc_bench_item *item = &run->items[i / 2];
			bool cancelled;
			u64 start, end;

			if (i % 2)
				item = &run->items[run->n - 1 - i / 2];
			start = dpc_bench_now();
			cancelled = dpc_cancel(&item->dpc);
			end = dpc_bench_now();
			if (cancelled)
				dpc_bench_samples_add(&samples, start, end);
			else
				samples.late++;
		}
		local_bh_enable();
		cond_resched();
	}
	dpc_flush_all();
	dpc_bench_samples_report(&samples, "what=cancel n=%u", run->n);
	dpc_bench_samples_free(&samples);
	return 0;
}

int dpc_bench_cancel(void)
{
	static const unsigned int sizes[] = { 1, 64, 4096 };
	struct dpc_bench_run run;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(sizes); i++) {
		err = dpc_bench_run_init(&run, sizes[i]);
		if (!err)
			err = dpc_bench_cancel_figure(&run, max(4096 / sizes[i] / 4, 3U));
		kvfree(run.items);
	}
	return err;
}
