// SPDX-License-Identifier: GPL-2.0-only
/*
 * An interrupt from end to end on QEMU's edu device: from the store to its raise
 * register to the end of the routine that the interrupt led to.
 *
 *   bare      a driver as small as it can be, written for one mechanism, with no
 *             library, no accounting and no lock
 *   library   struct dpc_interrupt with everything that is always on
 *
 * Device, register accesses in the ISR and body of the routine are the same.  The
 * thread that raises waits for the routine, so mechanisms that run in a thread
 * get the CPU by that; that it goes on is not in the figure.
 */
#include "bench.h"
#include "../compat.h"
#include "../edu/regs.h"

#include <linux/completion.h>
#include <linux/dpc_interrupt.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq_poll.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

/*
 * Only one interrupt at a time is on its way, and the thread that raised it waits for
 * @done, so nothing here needs a lock.
 *
 * @status: the status that the ISR has read
 * @ended: the time at which the routine was at its end
 */
struct dpc_bench_edu {
	void __iomem		*mmio;
	int			irq;
	u32			status;
	u64			ended;
	struct completion	done;
	struct dpc_interrupt	intr;
	union {
		struct tasklet_struct	tasklet;
		struct work_struct	work;
		struct kthread_work	kthread_work;
		struct irq_poll		irq_poll;
	};
	struct kthread_worker	*worker;
	struct workqueue_struct	*wq;
};

static struct dpc_bench_edu *dpc_bench_edu;

/* ---- The same in both ---------------------------------------------------- */

/* The part of an ISR that deals with the device. */
static __always_inline bool dpc_bench_edu_acknowledge(struct dpc_bench_edu *edu)
{
	u32 status = readl(edu->mmio + DPC_EDU_REG_INTR_STATUS);

	if (!status)
		return false;
	writel(status, edu->mmio + DPC_EDU_REG_INTR_ACK);
	edu->status = status;
	return true;
}

/* The routine's body. */
static __always_inline void dpc_bench_edu_body(struct dpc_bench_edu *edu)
{
	WRITE_ONCE(edu->ended, dpc_bench_clock(DPC_BENCH_ROUTINE_END));
	complete(&edu->done);
}

/*
 * @samples: until the end of the routine
 * @total: until the thread that raised goes on; that is the whole cost to that thread
 */
static int dpc_bench_edu_samples(struct dpc_bench_edu *edu, struct dpc_bench_samples *samples,
				 struct dpc_bench_samples *total)
{
	unsigned int i, warm_up = samples->max / 8 + 3;
	u64 start, end;

	samples->nr = 0;
	total->nr = 0;
	for (i = 0; i < warm_up + samples->max; i++) {
		reinit_completion(&edu->done);
		edu->ended = 0;
		dpc_bench_begin();
		start = dpc_bench_clock(DPC_BENCH_BEGIN);
		writel(DPC_EDU_INTR_RAISE, edu->mmio + DPC_EDU_REG_INTR_RAISE);
		if (!READ_ONCE(edu->ended))
			wait_for_completion_timeout(&edu->done,
						    msecs_to_jiffies(DPC_BENCH_LIMIT_MS));
		end = dpc_bench_clock(DPC_BENCH_END);
		dpc_bench_end();
		if (!READ_ONCE(edu->ended))
			return -ETIMEDOUT;
		if (i >= warm_up) {
			dpc_bench_samples_add(samples, start, edu->ended);
			dpc_bench_samples_add(total, start, end);
		}
		cond_resched();
	}
	return 0;
}

/* ---- Bare ---------------------------------------------------------------- */

struct dpc_bench_bare {
	const char *name;
	const char *needs;
	irq_handler_t handler;
	irq_handler_t thread_fn;
	int (*setup)(struct dpc_bench_edu *edu);
	void (*teardown)(struct dpc_bench_edu *edu);
};

static irqreturn_t dpc_bench_hardirq_handler(int irq, void *data)
{
	struct dpc_bench_edu *edu = data;

	if (!dpc_bench_edu_acknowledge(edu))
		return IRQ_NONE;
	dpc_bench_edu_body(edu);
	return IRQ_HANDLED;
}

static void dpc_bench_tasklet_routine(struct tasklet_struct *tasklet)
{
	dpc_bench_edu_body(container_of(tasklet, struct dpc_bench_edu, tasklet));
}

static irqreturn_t dpc_bench_tasklet_handler(int irq, void *data)
{
	struct dpc_bench_edu *edu = data;

	if (!dpc_bench_edu_acknowledge(edu))
		return IRQ_NONE;
	tasklet_hi_schedule(&edu->tasklet);
	return IRQ_HANDLED;
}

static int dpc_bench_tasklet_setup(struct dpc_bench_edu *edu)
{
	tasklet_setup(&edu->tasklet, dpc_bench_tasklet_routine);
	return 0;
}

static void dpc_bench_tasklet_teardown(struct dpc_bench_edu *edu)
{
	tasklet_kill(&edu->tasklet);
}

static void dpc_bench_work_routine(struct work_struct *work)
{
	dpc_bench_edu_body(container_of(work, struct dpc_bench_edu, work));
}

static void dpc_bench_work_teardown(struct dpc_bench_edu *edu)
{
	cancel_work_sync(&edu->work);
}

#ifdef DPC_HAVE_BH_WQ
#define DPC_BENCH_BH_WQ_NEEDS	NULL

static irqreturn_t dpc_bench_bh_wq_handler(int irq, void *data)
{
	struct dpc_bench_edu *edu = data;

	if (!dpc_bench_edu_acknowledge(edu))
		return IRQ_NONE;
	queue_work(system_bh_highpri_wq, &edu->work);
	return IRQ_HANDLED;
}

static int dpc_bench_bh_wq_setup(struct dpc_bench_edu *edu)
{
	INIT_WORK(&edu->work, dpc_bench_work_routine);
	return 0;
}
#else
#define DPC_BENCH_BH_WQ_NEEDS	"kernel 6.9"
#define dpc_bench_bh_wq_handler	NULL
#define dpc_bench_bh_wq_setup	NULL
#endif

#if IS_ENABLED(CONFIG_IRQ_POLL)
#define DPC_BENCH_IRQ_POLL_NEEDS	NULL

static int dpc_bench_irq_poll_routine(struct irq_poll *poll, int budget)
{
	struct dpc_bench_edu *edu = container_of(poll, struct dpc_bench_edu, irq_poll);

	irq_poll_complete(poll);
	dpc_bench_edu_body(edu);
	return 1;
}

static irqreturn_t dpc_bench_irq_poll_handler(int irq, void *data)
{
	struct dpc_bench_edu *edu = data;

	if (!dpc_bench_edu_acknowledge(edu))
		return IRQ_NONE;
	irq_poll_sched(&edu->irq_poll);
	return IRQ_HANDLED;
}

static int dpc_bench_irq_poll_setup(struct dpc_bench_edu *edu)
{
	irq_poll_init(&edu->irq_poll, 8, dpc_bench_irq_poll_routine);
	return 0;
}

static void dpc_bench_irq_poll_teardown(struct dpc_bench_edu *edu)
{
	irq_poll_disable(&edu->irq_poll);
}
#else
#define DPC_BENCH_IRQ_POLL_NEEDS	"CONFIG_IRQ_POLL"
#define dpc_bench_irq_poll_handler	NULL
#define dpc_bench_irq_poll_setup	NULL
#define dpc_bench_irq_poll_teardown	NULL
#endif

static irqreturn_t dpc_bench_threaded_handler(int irq, void *data)
{
	return dpc_bench_edu_acknowledge(data) ? IRQ_WAKE_THREAD : IRQ_NONE;
}

static irqreturn_t dpc_bench_threaded_thread(int irq, void *data)
{
	dpc_bench_edu_body(data);
	return IRQ_HANDLED;
}

static irqreturn_t dpc_bench_wq_handler(int irq, void *data)
{
	struct dpc_bench_edu *edu = data;

	if (!dpc_bench_edu_acknowledge(edu))
		return IRQ_NONE;
	queue_work(edu->wq, &edu->work);
	return IRQ_HANDLED;
}

static int dpc_bench_wq_alloc(struct dpc_bench_edu *edu, unsigned int flags)
{
	INIT_WORK(&edu->work, dpc_bench_work_routine);
	edu->wq = alloc_workqueue("dpc_bench", WQ_HIGHPRI | flags, 0);
	return edu->wq ? 0 : -ENOMEM;
}

static int dpc_bench_wq_setup(struct dpc_bench_edu *edu)
{
	return dpc_bench_wq_alloc(edu, WQ_PERCPU);
}

static int dpc_bench_wq_unbound_setup(struct dpc_bench_edu *edu)
{
	return dpc_bench_wq_alloc(edu, WQ_UNBOUND);
}

static void dpc_bench_wq_teardown(struct dpc_bench_edu *edu)
{
	destroy_workqueue(edu->wq);
}

static void dpc_bench_kthread_routine(struct kthread_work *work)
{
	dpc_bench_edu_body(container_of(work, struct dpc_bench_edu, kthread_work));
}

static irqreturn_t dpc_bench_kthread_handler(int irq, void *data)
{
	struct dpc_bench_edu *edu = data;

	if (!dpc_bench_edu_acknowledge(edu))
		return IRQ_NONE;
	kthread_queue_work(edu->worker, &edu->kthread_work);
	return IRQ_HANDLED;
}

static int dpc_bench_kthread_setup(struct dpc_bench_edu *edu)
{
	kthread_init_work(&edu->kthread_work, dpc_bench_kthread_routine);
	edu->worker = dpc_bench_worker_create();
	return PTR_ERR_OR_ZERO(edu->worker);
}

static void dpc_bench_kthread_teardown(struct dpc_bench_edu *edu)
{
	kthread_destroy_worker(edu->worker);
}

static const struct dpc_bench_bare dpc_bench_bares[] = {
	{
		.name = "hardirq",
		.handler = dpc_bench_hardirq_handler,
	}, {
		.name = "tasklet",
		.setup = dpc_bench_tasklet_setup, .teardown = dpc_bench_tasklet_teardown,
		.handler = dpc_bench_tasklet_handler,
	}, {
		.name = "bh_wq", .needs = DPC_BENCH_BH_WQ_NEEDS,
		.setup = dpc_bench_bh_wq_setup, .teardown = dpc_bench_work_teardown,
		.handler = dpc_bench_bh_wq_handler,
	}, {
		.name = "irq_poll", .needs = DPC_BENCH_IRQ_POLL_NEEDS,
		.setup = dpc_bench_irq_poll_setup, .teardown = dpc_bench_irq_poll_teardown,
		.handler = dpc_bench_irq_poll_handler,
	}, {
		.name = "threaded",
		.handler = dpc_bench_threaded_handler, .thread_fn = dpc_bench_threaded_thread,
	}, {
		.name = "wq",
		.setup = dpc_bench_wq_setup, .teardown = dpc_bench_wq_teardown,
		.handler = dpc_bench_wq_handler,
	}, {
		.name = "wq_unbound",
		.setup = dpc_bench_wq_unbound_setup, .teardown = dpc_bench_wq_teardown,
		.handler = dpc_bench_wq_handler,
	}, {
		.name = "kthread",
		.setup = dpc_bench_kthread_setup, .teardown = dpc_bench_kthread_teardown,
		.handler = dpc_bench_kthread_handler,
	},
};

static int dpc_bench_bare_samples(struct dpc_bench_edu *edu, const struct dpc_bench_bare *bare,
				  struct dpc_bench_samples *samples,
				  struct dpc_bench_samples *total)
{
	int err = 0;

	if (bare->setup)
		err = bare->setup(edu);
	if (err)
		return err;
	err = request_threaded_irq(edu->irq, bare->handler, bare->thread_fn, 0, "dpc_bench", edu);
	if (!err) {
		err = dpc_bench_edu_samples(edu, samples, total);
		free_irq(edu->irq, edu);
	}
	if (bare->teardown)
		bare->teardown(edu);
	return err;
}

static int dpc_bench_bare(struct dpc_bench_edu *edu, const struct dpc_bench_bare *bare,
			  struct dpc_bench_samples *samples, struct dpc_bench_samples *total)
{
	int err;

	if (bare->needs) {
		dpc_bench_print("what=interrupt driver=bare mechanism=%s absent=\"%s\"\n",
				bare->name, bare->needs);
		return 0;
	}
	err = dpc_bench_bare_samples(edu, bare, samples, total);
	if (err) {
		pr_err("bare driver, mechanism %s: %d\n", bare->name, err);
		return err;
	}
	dpc_bench_samples_report(samples, "what=interrupt driver=bare mechanism=%s", bare->name);
	dpc_bench_samples_report(total, "what=interrupt_total driver=bare mechanism=%s",
				 bare->name);
	return 0;
}

/* ---- The library --------------------------------------------------------- */

static bool dpc_bench_library_isr(struct dpc_interrupt *intr)
{
	if (!dpc_bench_edu_acknowledge(container_of(intr, struct dpc_bench_edu, intr)))
		return false;
	dpc_interrupt_request_dpc(intr);
	return true;
}

static void dpc_bench_library_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	dpc_bench_edu_body(container_of(intr, struct dpc_bench_edu, intr));
}

static const struct dpc_interrupt_ops dpc_bench_library_ops = {
	.isr	= dpc_bench_library_isr,
	.dpc	= dpc_bench_library_dpc,
};

static int dpc_bench_library(struct dpc_bench_edu *edu, struct device *dev,
			     enum dpc_model_id model, struct dpc_bench_samples *samples,
			     struct dpc_bench_samples *total)
{
	const struct dpc_interrupt_params params = {
		.dev	= dev,
		.ops	= &dpc_bench_library_ops,
		.name	= "dpc_bench",
		.irq	= edu->irq,
		.model	= model,
	};
	int err;

	err = dpc_interrupt_connect(&edu->intr, &params);
	if (err == -EOPNOTSUPP) {
		dpc_bench_print("what=interrupt driver=library mechanism=%s absent=\"%s\"\n",
				dpc_model_name(model), "another kernel");
		return 0;
	}
	if (err)
		return err;
	err = dpc_interrupt_enable(&edu->intr);
	if (!err)
		err = dpc_bench_edu_samples(edu, samples, total);
	dpc_interrupt_disconnect(&edu->intr);
	if (err) {
		pr_err("library, model %s: %d\n", dpc_model_name(model), err);
		return err;
	}
	dpc_bench_samples_report(samples, "what=interrupt driver=library mechanism=%s",
				 dpc_model_name(model));
	dpc_bench_samples_report(total, "what=interrupt_total driver=library mechanism=%s",
				 dpc_model_name(model));
	return 0;
}

/* ---- The device ---------------------------------------------------------- */

static int dpc_bench_edu_measure(struct dpc_bench_edu *edu, struct device *dev)
{
	unsigned int repeats = clamp(dpc_bench_items, 15U, 1001U);
	struct dpc_bench_samples samples, total;
	char name[32];
	int i, err;

	err = dpc_bench_samples_alloc(&samples, repeats);
	if (err)
		return err;
	err = dpc_bench_samples_alloc(&total, repeats);
	for (i = 0; !err && i < ARRAY_SIZE(dpc_bench_bares); i++) {
		snprintf(name, sizeof(name), "bare-%s", dpc_bench_bares[i].name);
		if (dpc_bench_selected(name))
			err = dpc_bench_bare(edu, &dpc_bench_bares[i], &samples, &total);
	}
	for (i = 0; !err && i < DPC_MODEL_NR; i++)
		if (dpc_bench_selected(dpc_model_name(i)))
			err = dpc_bench_library(edu, dev, i, &samples, &total);
	dpc_bench_samples_free(&total);
	dpc_bench_samples_free(&samples);
	return err;
}

static int dpc_bench_edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dpc_bench_edu *edu;
	int err;

	/* One is enough. */
	if (dpc_bench_edu)
		return -ENODEV;
	edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	init_completion(&edu->done);
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	edu->mmio = pcim_iomap(pdev, DPC_EDU_BAR, 0);
	if (!edu->mmio)
		return -ENOMEM;
	pci_set_master(pdev);
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_INTX);
	if (err < 0)
		return err;
	edu->irq = pci_irq_vector(pdev, 0);
	pci_set_drvdata(pdev, edu);
	dpc_bench_edu = edu;
	return 0;
}

static void dpc_bench_edu_remove(struct pci_dev *pdev)
{
	dpc_bench_edu = NULL;
	pci_free_irq_vectors(pdev);
}

static const struct pci_device_id dpc_bench_edu_ids[] = {
	{ PCI_DEVICE(DPC_EDU_PCI_VENDOR, DPC_EDU_PCI_DEVICE) },
	{ }
};

static struct pci_driver dpc_bench_edu_driver = {
	.name		= "dpc_bench",
	.id_table	= dpc_bench_edu_ids,
	.probe		= dpc_bench_edu_probe,
	.remove		= dpc_bench_edu_remove,
};

static int dpc_bench_edu_measure_dev(struct device *dev, void *unused)
{
	return dpc_bench_edu_measure(dev_get_drvdata(dev), dev);
}

int dpc_bench_interrupt(void)
{
	int err = pci_register_driver(&dpc_bench_edu_driver);

	if (err)
		return err;
	if (dpc_bench_edu) {
		err = driver_for_each_device(&dpc_bench_edu_driver.driver, NULL, NULL,
					     dpc_bench_edu_measure_dev);
	} else {
		pr_err("no edu device (1234:11e8), or another driver has it: unload dpc_edu\n");
		err = -ENODEV;
	}
	pci_unregister_driver(&dpc_bench_edu_driver);
	return err;
}
