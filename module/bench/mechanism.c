// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways of deferring that the kernel has, and ours: set up an object, queue
 * many of them.  The routine's body is the same for all.
 */
#include "bench.h"

#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

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

const struct dpc_bench_mechanism dpc_bench_mechanisms[] = {
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

const unsigned int dpc_bench_mechanisms_nr = ARRAY_SIZE(dpc_bench_mechanisms);

/* Return: the mechanism, or NULL. */
const struct dpc_bench_mechanism *dpc_bench_mechanism_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < dpc_bench_mechanisms_nr; i++)
		if (!strcmp(dpc_bench_mechanisms[i].name, name))
			return &dpc_bench_mechanisms[i];
	return NULL;
}
