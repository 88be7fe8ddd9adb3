// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_rt_carrier.ko: how long a DPC that a hard interrupt queues has to wait,
 * with nothing else to do and beside threads that want the whole CPU.  Loading
 * it measures, its parameter "result" then has the figures;
 * userspace-test/rt-carrier does that for every carrier, and docs/rt.md tells
 * what came out.
 */
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
#include "../version.h"

static unsigned int dpc_bench_samples = 2000;
module_param_named(samples, dpc_bench_samples, uint, 0444);
MODULE_PARM_DESC(samples, "DPCs to measure (default 2000)");

static unsigned int dpc_bench_interval_us = 997;	/* in no step with the tick */
module_param_named(interval_us, dpc_bench_interval_us, uint, 0444);
MODULE_PARM_DESC(interval_us, "us from one to the next (default 997)");

static unsigned int dpc_bench_limit_ms = 10000;
module_param_named(limit_ms, dpc_bench_limit_ms, uint, 0444);
MODULE_PARM_DESC(limit_ms, "ms after which it ends with what it has (default 10000)");

static int dpc_bench_hog = -1;
module_param_named(hog, dpc_bench_hog, int, 0444);
MODULE_PARM_DESC(hog,
		 "a thread on each CPU that never sleeps: -1 none, 0 ordinary, else its SCHED_FIFO priority (default -1)");

static bool dpc_bench_threaded;
module_param_named(threaded, dpc_bench_threaded, bool, 0444);
MODULE_PARM_DESC(threaded, "measure a threaded DPC (default N)");

static char dpc_bench_result[128];
module_param_string(result, dpc_bench_result, sizeof(dpc_bench_result), 0444);
MODULE_PARM_DESC(result, "what was measured, ns");

/*
 * On one CPU, so nothing here needs a lock: the timer queues the DPC, the DPC
 * notes how long it took.  @waiting: between these two; the timer then leaves
 * it alone, so a long wait is one sample, not many refusals.
 */
static struct dpc_bench {
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
} dpc_bench;

static void dpc_bench_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	dpc_bench.wait[dpc_bench.count] = local_clock() - dpc_bench.queued;
	WRITE_ONCE(dpc_bench.count, dpc_bench.count + 1);
	WRITE_ONCE(dpc_bench.waiting, false);
}

static enum hrtimer_restart dpc_bench_expired(struct hrtimer *timer)
{
	u64 now = local_clock();

	if (READ_ONCE(dpc_bench.count) == dpc_bench_samples || now > dpc_bench.end) {
		/* Nobody else ends the hogs, and they let nobody else run. */
		WRITE_ONCE(dpc_bench.stop, true);
		complete(&dpc_bench.done);
		return HRTIMER_NORESTART;
	}
	if (!READ_ONCE(dpc_bench.waiting)) {
		WRITE_ONCE(dpc_bench.waiting, true);
		dpc_bench.queued = local_clock();
		dpc_queue(&dpc_bench.dpc, NULL, NULL);
	}
	hrtimer_forward_now(timer, ns_to_ktime(dpc_bench_interval_us * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

static int dpc_bench_hog_thread(void *unused)
{
	struct sched_attr attr = {
		.size		= sizeof(attr),
		.sched_policy	= SCHED_FIFO,
		.sched_priority	= dpc_bench_hog,
	};
	unsigned int i;

	if (dpc_bench_hog)
		sched_setattr_nocheck(current, &attr);
	/*
	 * Emulated CPUs that take turns go on to the next one at cpu_relax(): not
	 * all the time, that is slow, but more often than anything measured here.
	 */
	for (i = 0; !READ_ONCE(dpc_bench.stop); i++) {
		if (i % 128 == 0)
			cpu_relax();
		cond_resched();
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void dpc_bench_stop_hogs(void)
{
	int cpu;

	WRITE_ONCE(dpc_bench.stop, true);
	for_each_possible_cpu(cpu)
		if (dpc_bench.hogs[cpu])
			kthread_stop(dpc_bench.hogs[cpu]);
}

/* They begin when the timer is armed, or it might never be. */
static int dpc_bench_create_hogs(void)
{
	struct task_struct *task;
	int cpu;

	if (dpc_bench_hog < 0)
		return 0;
	for_each_online_cpu(cpu) {
		task = kthread_create_on_cpu(dpc_bench_hog_thread, NULL, cpu, "dpc_hog/%u");
		if (IS_ERR(task))
			return PTR_ERR(task);
		dpc_bench.hogs[cpu] = task;
	}
	return 0;
}

/* On the CPU that is measured, the last one: interrupts of devices go to the first. */
static void dpc_bench_start(void *unused)
{
	int cpu;

	dpc_bench.end = local_clock() + dpc_bench_limit_ms * (u64)NSEC_PER_MSEC;
	hrtimer_start(&dpc_bench.timer, ns_to_ktime(NSEC_PER_MSEC), HRTIMER_MODE_REL_PINNED_HARD);
	for_each_online_cpu(cpu)
		if (dpc_bench.hogs[cpu])
			wake_up_process(dpc_bench.hogs[cpu]);
}

static int dpc_bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void dpc_bench_report(void)
{
	unsigned int n = dpc_bench.count;

	sort(dpc_bench.wait, n, sizeof(u64), dpc_bench_compare, NULL);
	snprintf(dpc_bench_result, sizeof(dpc_bench_result),
		 "hog=%d n=%u min=%llu p50=%llu p99=%llu max=%llu", dpc_bench_hog, n,
		 dpc_bench.wait[0], dpc_bench.wait[n / 2], dpc_bench.wait[n * 99 / 100],
		 dpc_bench.wait[n ? n - 1 : 0]);
}

static int dpc_bench_measure(void)
{
	unsigned int cpu = cpumask_last(cpu_online_mask);
	int err = dpc_bench_create_hogs();

	if (!err)
		err = smp_call_function_single(cpu, dpc_bench_start, NULL, 1);
	if (!err)
		wait_for_completion(&dpc_bench.done);
	dpc_bench_stop_hogs();
	dpc_flush(&dpc_bench.dpc);
	if (!err)
		dpc_bench_report();
	return err;
}

static int __init dpc_bench_init(void)
{
	int err = -ENOMEM;

	if (!dpc_bench_samples || !dpc_bench_interval_us || dpc_bench_hog >= MAX_RT_PRIO)
		return -EINVAL;
	/* One more, for a DPC that still waited when the time was over. */
	dpc_bench.wait = kvcalloc(dpc_bench_samples + 1, sizeof(u64), GFP_KERNEL);
	dpc_bench.hogs = kcalloc(nr_cpu_ids, sizeof(*dpc_bench.hogs), GFP_KERNEL);
	if (dpc_bench.wait && dpc_bench.hogs) {
		init_completion(&dpc_bench.done);
		hrtimer_setup(&dpc_bench.timer, dpc_bench_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_PINNED_HARD);
		if (dpc_bench_threaded)
			dpc_init_threaded(&dpc_bench.dpc, dpc_bench_routine, NULL);
		else
			dpc_init(&dpc_bench.dpc, dpc_bench_routine, NULL);
		err = dpc_bench_measure();
		hrtimer_cancel(&dpc_bench.timer);
	}
	kfree(dpc_bench.hogs);
	kvfree(dpc_bench.wait);
	return err;
}

static void __exit dpc_bench_exit(void)
{
}

module_init(dpc_bench_init);
module_exit(dpc_bench_exit);

MODULE_DESCRIPTION("How long a DPC waits, by what carries it");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");
