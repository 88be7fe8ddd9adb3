// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routines that take a known time, carried by the kernel's own mechanisms.  They are what a
 * tool has to find in a driver that is not on dpc_core.ko: the results say how many routines
 * ran, and how long all of them took.
 */
#include "bench.h"

#include <linux/moduleparam.h>
#include <linux/sched/clock.h>
#include <linux/time64.h>

/* Longer ones would have the watchdogs of the kernel report them. */
#define DPC_BENCH_BODY_MAX_US	100000

static unsigned int dpc_bench_body_us = 20;
module_param_named(body_us, dpc_bench_body_us, uint, 0444);
MODULE_PARM_DESC(body_us, "part body: how long each routine takes, us (default 20, at most 100000)");

/**
 * struct dpc_bench_body - one object, whose routine takes its time
 * @item: what is queued; one of the members of @item is in use
 * @worker: for a kthread work
 * @count: how often the routine has run
 * @total_ns: how long that took
 */
struct dpc_bench_body {
	struct dpc_bench_item	item;
	struct kthread_worker	*worker;
	unsigned int		count;
	u64			total_ns;
};

static noinline void dpc_bench_body_run(struct dpc_bench_body *body)
{
	u64 start = local_clock(), now;

	do {
		cpu_relax();
		now = local_clock();
	} while (now - start < (u64)dpc_bench_body_us * NSEC_PER_USEC);
	body->total_ns += now - start;
	body->count++;
}

static void dpc_bench_body_tasklet(struct tasklet_struct *tasklet)
{
	dpc_bench_body_run(container_of(tasklet, struct dpc_bench_body, item.tasklet));
}

static void dpc_bench_body_work(struct work_struct *work)
{
	dpc_bench_body_run(container_of(work, struct dpc_bench_body, item.work));
}

static void dpc_bench_body_kthread(struct kthread_work *work)
{
	dpc_bench_body_run(container_of(work, struct dpc_bench_body, item.kthread_work));
}

/* Each of these queues the object once, and has it run. */
static void dpc_bench_body_do_tasklet(struct dpc_bench_body *body)
{
	tasklet_schedule(&body->item.tasklet);
	/* waits until it has run */
	tasklet_kill(&body->item.tasklet);
}

static void dpc_bench_body_do_wq(struct dpc_bench_body *body)
{
	queue_work(system_highpri_wq, &body->item.work);
	flush_work(&body->item.work);
}

#ifdef DPC_HAVE_BH_WQ
static void dpc_bench_body_do_bh_wq(struct dpc_bench_body *body)
{
	queue_work(system_bh_wq, &body->item.work);
	flush_work(&body->item.work);
}
#endif

static void dpc_bench_body_do_kthread(struct dpc_bench_body *body)
{
	kthread_queue_work(body->worker, &body->item.kthread_work);
	kthread_flush_work(&body->item.kthread_work);
}

static void dpc_bench_body_repeat(const char *name, void (*once)(struct dpc_bench_body *body),
				  struct dpc_bench_body *body)
{
	unsigned int i;

	if (!dpc_bench_selected(name))
		return;
	body->count = 0;
	body->total_ns = 0;
	for (i = 0; i < dpc_bench_items; i++) {
		once(body);
		cond_resched();
	}
	dpc_bench_print("what=body mechanism=%s us=%u count=%u total_ns=%llu\n", name,
			dpc_bench_body_us, body->count, body->total_ns);
}

int dpc_bench_body(void)
{
	struct dpc_bench_body body = { 0 };

	if (dpc_bench_body_us > DPC_BENCH_BODY_MAX_US) {
		pr_err("parameter body_us: give at most %u\n", DPC_BENCH_BODY_MAX_US);
		return -EINVAL;
	}
	body.worker = dpc_bench_worker_create();
	if (IS_ERR(body.worker))
		return PTR_ERR(body.worker);
	tasklet_setup(&body.item.tasklet, dpc_bench_body_tasklet);
	dpc_bench_body_repeat("tasklet", dpc_bench_body_do_tasklet, &body);
	INIT_WORK_ONSTACK(&body.item.work, dpc_bench_body_work);
#ifdef DPC_HAVE_BH_WQ
	dpc_bench_body_repeat("bh_wq", dpc_bench_body_do_bh_wq, &body);
#endif
	dpc_bench_body_repeat("wq", dpc_bench_body_do_wq, &body);
	destroy_work_on_stack(&body.item.work);
	kthread_init_work(&body.item.kthread_work, dpc_bench_body_kthread);
	dpc_bench_body_repeat("kthread", dpc_bench_body_do_kthread, &body);
	kthread_destroy_worker(body.worker);
	return 0;
}
