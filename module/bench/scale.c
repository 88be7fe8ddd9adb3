// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several CPUs at once, each queueing to itself: does one pay for the others?
 */
#include "bench.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

#define DPC_BENCH_SCALE_N	64	/* objects queued at once */
#define DPC_BENCH_CPUS_MAX	16

static unsigned int dpc_bench_cpus[DPC_BENCH_CPUS_MAX] = { 1, 2, 4 };
static unsigned int dpc_bench_cpus_nr = 3;
module_param_array_named(cpus, dpc_bench_cpus, uint, &dpc_bench_cpus_nr, 0444);
MODULE_PARM_DESC(cpus, "part scale: how many CPUs at once, more than there are: left out (default 1,2,4)");

struct dpc_bench_cpu {
	const struct dpc_bench_mechanism *m;
	struct dpc_bench_samples	samples;
	struct completion		finished;
	int				err;
};

static atomic_t dpc_bench_to_come;

/* So that all begin together. */
static void dpc_bench_meet(void)
{
	atomic_dec(&dpc_bench_to_come);
	while (atomic_read(&dpc_bench_to_come) > 0) {
		cpu_relax();
		cond_resched();
	}
}

static int dpc_bench_cpu_measure(struct dpc_bench_cpu *cpu)
{
	struct dpc_bench_run run;
	unsigned int i;
	int err;

	err = dpc_bench_run_init(&run, cpu->m, DPC_BENCH_SCALE_N);
	/* This waits for a thread that has failed as well. */
	dpc_bench_meet();
	if (err)
		return err;
	for (i = 0; !err && i < cpu->samples.max; i++) {
		err = dpc_bench_sample(&run, cpu->m, &cpu->samples);
		cond_resched();
	}
	if (!err)
		dpc_bench_run_free(&run, cpu->m);
	return err;
}

static int dpc_bench_cpu_thread(void *data)
{
	struct dpc_bench_cpu *cpu = data;

	cpu->err = dpc_bench_cpu_measure(cpu);
	complete(&cpu->finished);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* @cpus: one for each of the first @nr CPUs, its samples allocated */
static int dpc_bench_scale_run(struct dpc_bench_cpu *cpus, struct task_struct **threads,
			       unsigned int nr)
{
	unsigned int i, created;
	int err = 0;

	for (created = 0; created < nr; created++) {
		struct task_struct *task;

		init_completion(&cpus[created].finished);
		task = kthread_create_on_cpu(dpc_bench_cpu_thread, &cpus[created], created,
					     "dpc_bench/%u");
		if (IS_ERR(task)) {
			err = PTR_ERR(task);
			break;
		}
		threads[created] = task;
	}
	atomic_set(&dpc_bench_to_come, created);
	for (i = 0; !err && i < created; i++)
		wake_up_process(threads[i]);
	for (i = 0; i < created; i++) {
		if (!err)
			wait_for_completion(&cpus[i].finished);
		kthread_stop(threads[i]);
	}
	for (i = 0; !err && i < nr; i++)
		err = cpus[i].err;
	return err;
}

static int dpc_bench_scale_figure(const struct dpc_bench_mechanism *m, unsigned int nr)
{
	struct task_struct **threads = kcalloc(nr, sizeof(*threads), GFP_KERNEL);
	struct dpc_bench_cpu *cpus = kcalloc(nr, sizeof(*cpus), GFP_KERNEL);
	unsigned int i;
	int err = cpus && threads ? 0 : -ENOMEM;

	for (i = 0; !err && i < nr; i++) {
		cpus[i].m = m;
		err = dpc_bench_samples_alloc(&cpus[i].samples,
					      max(dpc_bench_items / DPC_BENCH_SCALE_N, 15U));
	}
	if (!err)
		err = dpc_bench_scale_run(cpus, threads, nr);
	for (i = 0; !err && i < nr; i++)
		dpc_bench_samples_report(&cpus[i].samples,
					 "what=scale mechanism=%s cpus=%u cpu=%u n=%u", m->name, nr,
					 i, DPC_BENCH_SCALE_N);
	for (i = 0; cpus && i < nr; i++)
		dpc_bench_samples_free(&cpus[i].samples);
	kfree(threads);
	kfree(cpus);
	return err;
}

int dpc_bench_scale(void)
{
	static const char * const names[] = { "dpc", "tasklet" };
	unsigned int i, j;
	int err = 0;

	for (j = 0; j < dpc_bench_cpus_nr; j++) {
		unsigned int nr = dpc_bench_cpus[j];

		if (!nr || nr > num_online_cpus())
			continue;
		for (i = 0; !err && i < ARRAY_SIZE(names); i++)
			if (dpc_bench_selected(names[i]))
				err = dpc_bench_scale_figure(dpc_bench_mechanism_by_name(names[i]),
							     nr);
	}
	return err;
}
