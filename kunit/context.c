// SPDX-License-Identifier: GPL-2.0-only
#include "context.h"
#include "recorder.h"

#include <linux/delay.h>
#include <linux/dpc.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

const struct ctx_param ctx_params[CTX_NR] = {
	{ "thread", CTX_THREAD },
	{ "bh_off", CTX_BH_OFF },
	{ "irqs_off", CTX_IRQS_OFF },
	{ "softirq", CTX_SOFTIRQ },
	{ "hardirq", CTX_HARDIRQ },
};

void ctx_param_name(const struct ctx_param *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

/* The @nth (from 0) online CPU. */
int ctx_cpu(unsigned int nth)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (!nth--)
			return cpu;
	return -1;
}

/* From here on the calling thread runs on @cpu only. */
void ctx_pin(int cpu)
{
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

struct ctx_job {
	void			(*fn)(void *arg);
	void			*arg;
	struct completion	done;
	struct irq_work		work;
	struct tasklet_struct	tasklet;
};

static void ctx_job_run(struct ctx_job *job)
{
	job->fn(job->arg);
	complete(&job->done);
}

static void ctx_job_hardirq(struct irq_work *work)
{
	ctx_job_run(container_of(work, struct ctx_job, work));
}

static void ctx_job_softirq(struct tasklet_struct *tasklet)
{
	ctx_job_run(container_of(tasklet, struct ctx_job, tasklet));
}

static void ctx_start(struct ctx_job *job, enum ctx ctx)
{
	switch (ctx) {
	case CTX_THREAD:
		ctx_job_run(job);
		break;
	case CTX_BH_OFF:
		local_bh_disable();
		ctx_job_run(job);
		local_bh_enable();
		break;
	case CTX_IRQS_OFF:
		local_irq_disable();
		ctx_job_run(job);
		local_irq_enable();
		break;
	case CTX_SOFTIRQ:
		local_bh_disable();
		tasklet_schedule(&job->tasklet);
		local_bh_enable();
		break;
	case CTX_HARDIRQ:
		irq_work_queue(&job->work);
		break;
	case CTX_NR:
		break;
	}
}

/*
 * Call @fn in context @ctx on the CPU that the calling thread is pinned to,
 * and wait for it.  Return: false when the limit was reached.
 */
bool ctx_call(enum ctx ctx, void (*fn)(void *arg), void *arg)
{
	struct ctx_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	if (!job)
		return false;
	job->fn = fn;
	job->arg = arg;
	init_completion(&job->done);
	job->work = IRQ_WORK_INIT_HARD(ctx_job_hardirq);
	tasklet_setup(&job->tasklet, ctx_job_softirq);

	ctx_start(job, ctx);
	/* A job that may still run can't be freed. */
	if (!wait_for_completion_timeout(&job->done, REC_LIMIT))
		return false;
	irq_work_sync(&job->work);
	tasklet_kill(&job->tasklet);
	kfree(job);
	return true;
}

/* The same on @cpu; the calling thread then returns to its CPU. */
bool ctx_call_on(int cpu, enum ctx ctx, void (*fn)(void *arg), void *arg)
{
	int home = raw_smp_processor_id();
	bool ok;

	ctx_pin(cpu);
	ok = ctx_call(ctx, fn, arg);
	ctx_pin(home);
	return ok;
}

static bool ctx_spin_while_busy(struct irq_work *work)
{
	u64 end = ktime_get_mono_fast_ns() + REC_LIMIT_NS;

	while (irq_work_is_busy(work)) {
		if (ktime_get_mono_fast_ns() > end)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * Have @fn called by a hard interrupt that hits the caller on its CPU, with
 * bottom halves off or inside a softirq, interrupts on.
 */
bool ctx_hardirq_here(void (*fn)(void *arg), void *arg)
{
	struct ctx_job *job = kzalloc(sizeof(*job), GFP_ATOMIC);

	if (!job)
		return false;
	job->fn = fn;
	job->arg = arg;
	init_completion(&job->done);
	job->work = IRQ_WORK_INIT_HARD(ctx_job_hardirq);
	irq_work_queue(&job->work);
	if (!ctx_spin_while_busy(&job->work))
		return false;
	kfree(job);
	return true;
}

/* At least @us of the clock that the accounting uses; udelay() may end early. */
void ctx_busy_wait_us(unsigned int us)
{
	u64 end = dpc_local_clock() + us * NSEC_PER_USEC;

	while (dpc_local_clock() < end)
		cpu_relax();
}

static int worker_thread(void *data)
{
	struct worker *worker = data;

	worker->fn(worker->arg);
	kthread_complete_and_exit(&worker->done, 0);
}

/* Run @fn in a thread of its own on @cpu; false if there is no such CPU. */
bool worker_start(struct worker *worker, int cpu, void (*fn)(void *arg), void *arg)
{
	struct task_struct *task;

	if (cpu < 0)
		return false;
	worker->fn = fn;
	worker->arg = arg;
	init_completion(&worker->done);
	task = kthread_create(worker_thread, worker, "dpc_kunit/%d", cpu);
	if (IS_ERR(task))
		return false;
	kthread_bind(task, cpu);
	get_task_struct(task);
	worker->task = task;
	wake_up_process(task);
	return true;
}

bool worker_finished(struct worker *worker)
{
	return completion_done(&worker->done);
}

/* Wait until the thread sleeps in something that it waits for, or is done. */
bool worker_wait_blocked(struct worker *worker)
{
	return rec_wait_until(worker_finished(worker) ||
			      READ_ONCE(worker->task->__state) & TASK_NORMAL);
}

/* Wait for the end of the thread; also when it was never started. */
bool worker_join(struct worker *worker)
{
	if (!worker->task)
		return true;
	if (!wait_for_completion_timeout(&worker->done, 2 * REC_LIMIT))
		return false;
	put_task_struct(worker->task);
	worker->task = NULL;
	return true;
}

static void ctx_flush_thread(void *arg)
{
	dpc_flush_all();
}

/* Return: false when the limit was reached. */
bool ctx_flush(void)
{
	struct worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);

	/* A thread that still waits can't be left without its memory. */
	if (!worker || !worker_start(worker, raw_smp_processor_id(), ctx_flush_thread, NULL) ||
	    !worker_join(worker))
		return false;
	kfree(worker);
	return true;
}

static void storm_hit(struct irq_work *work)
{
	struct storm_cpu *cpu = container_of(work, struct storm_cpu, work);

	cpu->storm->fn(cpu->storm->arg);
}

static void storm_worker(void *arg)
{
	struct storm_cpu *cpu = arg;

	while (!READ_ONCE(cpu->storm->stop)) {
		irq_work_queue(&cpu->work);
		irq_work_sync(&cpu->work);
		WRITE_ONCE(cpu->fired, cpu->fired + 1);
		/* Bursts: real-time threads that serve the storm have to end some time. */
		if (cpu->fired % 16)
			cond_resched();
		else
			usleep_range(100, 200);
	}
}

/* Have @fn called by hard interrupts on all CPUs until storm_stop(). */
bool storm_start(struct storm *storm, void (*fn)(void *arg), void *arg)
{
	unsigned int i;

	memset(storm, 0, sizeof(*storm));
	storm->fn = fn;
	storm->arg = arg;
	storm->cpus = min_t(unsigned int, num_online_cpus(), CTX_CPUS_MAX);
	for (i = 0; i < storm->cpus; i++) {
		storm->cpu[i].storm = storm;
		storm->cpu[i].work = IRQ_WORK_INIT_HARD(storm_hit);
		if (!worker_start(&storm->cpu[i].worker, ctx_cpu(i), storm_worker,
				  &storm->cpu[i]))
			return false;
	}
	return true;
}

unsigned long storm_fired(const struct storm *storm)
{
	unsigned long fired = 0;
	unsigned int i;

	for (i = 0; i < storm->cpus; i++)
		fired += READ_ONCE(storm->cpu[i].fired);
	return fired;
}

/* Wait for @more interrupts from every CPU; false when one stood still for the limit. */
bool storm_wait(struct storm *storm, unsigned long more)
{
	unsigned long end, seen;
	unsigned int i;

	for (i = 0; i < storm->cpus; i++) {
		end = READ_ONCE(storm->cpu[i].fired) + more;
		while ((seen = READ_ONCE(storm->cpu[i].fired)) < end)
			if (!rec_wait_until(READ_ONCE(storm->cpu[i].fired) != seen))
				return false;
	}
	return true;
}

bool storm_stop(struct storm *storm)
{
	bool ok = true;
	unsigned int i;

	WRITE_ONCE(storm->stop, true);
	for (i = 0; i < storm->cpus; i++)
		ok &= worker_join(&storm->cpu[i].worker);
	return ok;
}
