// SPDX-License-Identifier: GPL-2.0
/*
 * dpc_rt_carrier.ko: how long a DPC that a hard interrupt queues has to wait,
 * with nothing else to do and beside threads that want the whole CPU.  Loading
 * it measures and says one line; userspace-test/rt-carrier does that for every
 * carrier, docs/rt.md has the figures.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/dpc.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <uapi/linux/sched/types.h>

#include "../compat.h"

static unsigned int dpc_rt_samples = 2000;
module_param_named(samples, dpc_rt_samples, uint, 0444);
MODULE_PARM_DESC(samples, "DPCs to measure (default 2000)");

static unsigned int dpc_rt_interval_us = 997;	/* in no step with the tick */
module_param_named(interval_us, dpc_rt_interval_us, uint, 0444);
MODULE_PARM_DESC(interval_us, "us from one to the next (default 997)");

static unsigned int dpc_rt_limit_ms = 10000;
module_param_named(limit_ms, dpc_rt_limit_ms, uint, 0444);
MODULE_PARM_DESC(limit_ms, "ms after which it ends with what it has (default 10000)");

static int dpc_rt_hog = -1;
module_param_named(hog, dpc_rt_hog, int, 0444);
MODULE_PARM_DESC(hog,
		 "a thread on each CPU that never sleeps: -1 none, 0 ordinary, else its SCHED_FIFO priority (default -1)");

static bool dpc_rt_threaded;
module_param_named(threaded, dpc_rt_threaded, bool, 0444);
MODULE_PARM_DESC(threaded, "measure a threaded DPC (default N)");

/*
 * On one CPU, so nothing here needs a lock: the timer queues the DPC, the DPC
 * notes how long it took.  @waiting: between these two; the timer then leaves
 * it alone, so a long wait is one sample, not many refusals.
 */
static struct dpc_rt {
	struct hrtimer		timer;
	struct dpc		dpc;
	struct completion	done;
	u64			queued;		/* ns */
	u64			end;		/* ns */
	bool			waiting;
	bool			stop;
	unsigned int		count;
	u64			*wait;		/* ns */
	struct task_struct	**hogs;
} dpc_rt;

static void dpc_rt_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	dpc_rt.wait[dpc_rt.count] = local_clock() - dpc_rt.queued;
	WRITE_ONCE(dpc_rt.count, dpc_rt.count + 1);
	WRITE_ONCE(dpc_rt.waiting, false);
}

static enum hrtimer_restart dpc_rt_expired(struct hrtimer *timer)
{
	u64 now = local_clock();

	if (READ_ONCE(dpc_rt.count) == dpc_rt_samples || now > dpc_rt.end) {
		/* Nobody else ends the hogs, and they let nobody else run. */
		WRITE_ONCE(dpc_rt.stop, true);
		complete(&dpc_rt.done);
		return HRTIMER_NORESTART;
	}
	if (!READ_ONCE(dpc_rt.waiting)) {
		WRITE_ONCE(dpc_rt.waiting, true);
		dpc_rt.queued = local_clock();
		dpc_queue(&dpc_rt.dpc, NULL, NULL);
	}
	hrtimer_forward_now(timer, ns_to_ktime(dpc_rt_interval_us * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

static int dpc_rt_hog_thread(void *unused)
{
	struct sched_attr attr = {
		.size		= sizeof(attr),
		.sched_policy	= SCHED_FIFO,
		.sched_priority	= dpc_rt_hog,
	};

	if (dpc_rt_hog)
		sched_setattr_nocheck(current, &attr);
	while (!READ_ONCE(dpc_rt.stop)) {
		cpu_relax();
		cond_resched();
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void dpc_rt_stop_hogs(void)
{
	int cpu;

	WRITE_ONCE(dpc_rt.stop, true);
	for_each_possible_cpu(cpu)
		if (dpc_rt.hogs[cpu])
			kthread_stop(dpc_rt.hogs[cpu]);
}

/* They begin when the timer is armed, or it might never be. */
static int dpc_rt_create_hogs(void)
{
	struct task_struct *task;
	int cpu;

	if (dpc_rt_hog < 0)
		return 0;
	for_each_online_cpu(cpu) {
		task = kthread_create_on_cpu(dpc_rt_hog_thread, NULL, cpu, "dpc_hog/%u");
		if (IS_ERR(task))
			return PTR_ERR(task);
		dpc_rt.hogs[cpu] = task;
	}
	return 0;
}

/* On the CPU that is measured, the last one: interrupts of devices go to the first. */
static void dpc_rt_start(void *unused)
{
	int cpu;

	dpc_rt.end = local_clock() + dpc_rt_limit_ms * (u64)NSEC_PER_MSEC;
	hrtimer_start(&dpc_rt.timer, ns_to_ktime(NSEC_PER_MSEC), HRTIMER_MODE_REL_PINNED_HARD);
	for_each_online_cpu(cpu)
		if (dpc_rt.hogs[cpu])
			wake_up_process(dpc_rt.hogs[cpu]);
}

static int dpc_rt_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void dpc_rt_report(void)
{
	unsigned int n = dpc_rt.count;

	if (!n) {
		pr_info("hog=%d n=0\n", dpc_rt_hog);
		return;
	}
	sort(dpc_rt.wait, n, sizeof(u64), dpc_rt_compare, NULL);
	pr_info("hog=%d n=%u min=%llu p50=%llu p99=%llu max=%llu ns\n", dpc_rt_hog, n,
		dpc_rt.wait[0], dpc_rt.wait[n / 2], dpc_rt.wait[n * 99 / 100], dpc_rt.wait[n - 1]);
}

static int dpc_rt_measure(void)
{
	unsigned int cpu = cpumask_last(cpu_online_mask);
	int err = dpc_rt_create_hogs();

	if (!err)
		err = smp_call_function_single(cpu, dpc_rt_start, NULL, 1);
	if (!err)
		wait_for_completion(&dpc_rt.done);
	dpc_rt_stop_hogs();
	dpc_flush(&dpc_rt.dpc);
	if (!err)
		dpc_rt_report();
	return err;
}

static int __init dpc_rt_init(void)
{
	int err = -ENOMEM;

	if (!dpc_rt_samples || !dpc_rt_interval_us || dpc_rt_hog >= MAX_RT_PRIO)
		return -EINVAL;
	/* One more, for a DPC that still waited when the time was over. */
	dpc_rt.wait = kvcalloc(dpc_rt_samples + 1, sizeof(u64), GFP_KERNEL);
	dpc_rt.hogs = kcalloc(nr_cpu_ids, sizeof(*dpc_rt.hogs), GFP_KERNEL);
	if (dpc_rt.wait && dpc_rt.hogs) {
		init_completion(&dpc_rt.done);
		hrtimer_setup(&dpc_rt.timer, dpc_rt_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_PINNED_HARD);
		if (dpc_rt_threaded)
			dpc_init_threaded(&dpc_rt.dpc, dpc_rt_routine, NULL);
		else
			dpc_init(&dpc_rt.dpc, dpc_rt_routine, NULL);
		err = dpc_rt_measure();
		hrtimer_cancel(&dpc_rt.timer);
	}
	kfree(dpc_rt.hogs);
	kvfree(dpc_rt.wait);
	return err;
}

static void __exit dpc_rt_exit(void)
{
}

module_init(dpc_rt_init);
module_exit(dpc_rt_exit);

MODULE_DESCRIPTION("How long a DPC waits, by what carries it");
MODULE_LICENSE("GPL");
