// SPDX-License-Identifier: GPL-2.0
/*
 * How a drain is requested, which is known to this file alone.
 *
 *   queue      asked for on               carried by
 *   ---------  -------------------------  -------------------------------------
 *   ordinary   the CPU itself             its tasklet: softirq, when the CPU
 *                                         leaves its interrupt handler or enables
 *                                         bottom halves, before any thread (Q11)
 *   ordinary   the same, in a hard        its real-time thread with bottom halves
 *              interrupt on PREEMPT_RT    off: a softirq raised there would wait
 *                                         for ksoftirqd, an ordinary thread (R4)
 *   ordinary   another CPU                an IPI, then as above (Q6)
 *                                         [an idle CPU may call the IPI's function
 *                                         outside of an interrupt, where PREEMPT_RT
 *                                         forbids softirqs: there always the thread]
 *   ordinary   either, and may wait       the next tick of its CPU, then as above
 *   threaded   any                        its real-time thread (R1)
 *
 * A queue has at most one request at a time, by queue->kicked: whoever sets it,
 * under the queue's lock, calls dpc_kick() and nobody else does until the drain
 * has seen the queue empty.  So the tasklet, the IPI's data and the wish to be
 * run by the thread are never fought for, and never is a queue drained twice
 * at once.
 */
#include "core.h"

#include "../compat.h"

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smpboot.h>
#include <uapi/linux/sched/types.h>

/* Hard interrupts ask the thread, not the tasklet.  Constant after load. */
bool dpc_drain_thread = IS_ENABLED(CONFIG_PREEMPT_RT);

static DEFINE_PER_CPU(struct task_struct *, dpc_thread);

/* How many queues of CPUs that are offline this CPU drains. */
static DEFINE_PER_CPU(int, dpc_adopted);

/* ---- The thread ---------------------------------------------------------- */

/* Whether the thread is to drain @q. */
static bool dpc_thread_wanted(const struct dpc_cpu_queue *q)
{
	if (q->kind == DPC_QUEUE_THREADED)
		return READ_ONCE(q->kicked);
	return READ_ONCE(q->by_thread);
}

static void dpc_thread_drain(struct dpc_cpu_queue *q)
{
	if (!dpc_thread_wanted(q))
		return;
	if (q->kind == DPC_QUEUE_THREADED) {
		dpc_drain(q);
		return;
	}

	local_bh_disable();
	/* Before the drain: once that has seen the queue empty, another may kick. */
	WRITE_ONCE(q->by_thread, false);
	if (dpc_drain(q))
		WRITE_ONCE(q->by_thread, true);
	local_bh_enable();
}

/* What the CPU has adopted: call dpc_thread_drain(), or only look. */
static bool dpc_thread_orphans(unsigned int cpu, bool drain)
{
	enum dpc_queue_kind kind;
	bool wanted = false;
	unsigned int i;

	if (likely(!READ_ONCE(per_cpu(dpc_adopted, cpu))))
		return false;
	for_each_possible_cpu(i) {
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++) {
			struct dpc_cpu_queue *q = dpc_queue_of(i, kind);

			if (i == cpu || READ_ONCE(q->carrier) != cpu)
				continue;
			wanted |= dpc_thread_wanted(q);
			if (drain)
				dpc_thread_drain(q);
		}
	}
	return wanted;
}

static int dpc_thread_should_run(unsigned int cpu)
{
	return dpc_thread_wanted(dpc_queue_of(cpu, DPC_QUEUE_ORDINARY)) ||
	       dpc_thread_wanted(dpc_queue_of(cpu, DPC_QUEUE_THREADED)) ||
	       dpc_thread_orphans(cpu, false);
}

static void dpc_thread_fn(unsigned int cpu)
{
	dpc_thread_drain(dpc_queue_of(cpu, DPC_QUEUE_ORDINARY));
	dpc_thread_drain(dpc_queue_of(cpu, DPC_QUEUE_THREADED));
	dpc_thread_orphans(cpu, true);
}

static void dpc_thread_setup(unsigned int cpu)
{
	sched_set_fifo(current);
}

static struct smp_hotplug_thread dpc_threads = {
	.store			= &dpc_thread,
	.setup			= dpc_thread_setup,
	.thread_should_run	= dpc_thread_should_run,
	.thread_fn		= dpc_thread_fn,
	.thread_comm		= "dpc/%u",
};

/* ---- Requests ------------------------------------------------------------ */

static void dpc_kick_thread(struct dpc_cpu_queue *q, unsigned int cpu)
{
	if (q->kind == DPC_QUEUE_ORDINARY)
		WRITE_ONCE(q->by_thread, true);
	/* wake_up_process() orders this for dpc_thread_should_run(). */
	wake_up_process(per_cpu(dpc_thread, cpu));
}

/* On the CPU that is to drain the ordinary queue @q; interrupts are off. */
static void dpc_kick_here(struct dpc_cpu_queue *q)
{
	if (dpc_drain_thread && in_hardirq())
		dpc_kick_thread(q, smp_processor_id());
	else
		tasklet_hi_schedule(&q->tasklet);
}

static void dpc_kick_ipi(void *data)
{
	struct dpc_cpu_queue *q = data;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		dpc_kick_thread(q, smp_processor_id());
	else
		dpc_kick_here(q);
}

/**
 * dpc_kick - request a drain
 * @q: a queue whose kicked mark the caller has just set
 *
 * Context: any, interrupts off, no queue's lock held.
 */
void dpc_kick(struct dpc_cpu_queue *q)
{
	unsigned int carrier = READ_ONCE(q->carrier);

	lockdep_assert_irqs_disabled();

	if (q->kind == DPC_QUEUE_THREADED)
		dpc_kick_thread(q, carrier);
	else if (carrier == smp_processor_id() ||
		 smp_call_function_single_async(carrier, &q->csd))
		/* Here, too, when the carrier is on its way offline. */
		dpc_kick_here(q);
}

/*
 * A queue is drained in place by the CPU that the tasklet was scheduled on.
 * That is another one when its own has gone offline since: the kernel moves
 * tasklets to a live CPU.
 */
static void dpc_kick_tasklet(struct tasklet_struct *tasklet)
{
	struct dpc_cpu_queue *q = container_of(tasklet, struct dpc_cpu_queue, tasklet);

	if (dpc_drain(q))
		tasklet_hi_schedule(tasklet);
}

/**
 * dpc_kick_settle - wait until a queue's request has come to its end
 * @q: a queue that is empty, and that nobody queues to
 *
 * It may have one all the same: what it was for has been cancelled.
 *
 * Context: may sleep.
 */
void dpc_kick_settle(struct dpc_cpu_queue *q)
{
	while (READ_ONCE(q->kicked))
		usleep_range(10, 100);
}

/* ---- Objects that may wait (Q4, Q5) -------------------------------------- */

static void dpc_tick(struct timer_list *timer)
{
	struct dpc_cpu_queue *q = container_of(timer, struct dpc_cpu_queue, tick);
	unsigned long flags;
	bool kick;

	raw_spin_lock_irqsave(&q->lock, flags);
	q->ticking = false;
	kick = !list_empty(&q->list) && !q->kicked;
	if (kick) {
		dpc_thresholds_waiting(&q->thresholds, jiffies);
		q->kicked = true;
	}
	raw_spin_unlock(&q->lock);
	if (kick)
		dpc_kick(q);
	local_irq_restore(flags);
}

/**
 * dpc_kick_by_tick - request a drain at the next tick of the queue's CPU
 * @q: a queue whose ticking mark the caller has just set
 *
 * Context: any, interrupts off, no queue's lock held.
 */
void dpc_kick_by_tick(struct dpc_cpu_queue *q)
{
	/* A time that has come already: the next tick is when it is looked at. */
	q->tick.expires = jiffies;
	add_timer_on(&q->tick, READ_ONCE(q->carrier));
}

/* ---- CPUs that go offline ------------------------------------------------ */

/* From now on @cpu drains @queues more (or fewer) queues than its own. */
void dpc_kick_adopt(unsigned int cpu, int queues)
{
	WRITE_ONCE(per_cpu(dpc_adopted, cpu), per_cpu(dpc_adopted, cpu) + queues);
}

/**
 * dpc_kick_orphan - have a queue drained whose CPU has gone offline
 * @q: the queue; @q->carrier is the CPU that drains it from now on
 *
 * A tasklet that was scheduled comes by itself.  A thread that was asked is
 * parked now, and objects that waited for a tick need not wait any more.
 *
 * Context: a thread.
 */
void dpc_kick_orphan(struct dpc_cpu_queue *q)
{
	unsigned long flags;
	bool kick;

	raw_spin_lock_irqsave(&q->lock, flags);
	kick = !list_empty(&q->list) && (!q->kicked || dpc_thread_wanted(q));
	if (kick) {
		WRITE_ONCE(q->by_thread, false);
		q->kicked = true;
	}
	raw_spin_unlock(&q->lock);
	if (kick)
		dpc_kick(q);
	local_irq_restore(flags);
}

/* ---- Load and unload ----------------------------------------------------- */

static void dpc_kick_setup(struct dpc_cpu_queue *q)
{
	tasklet_setup(&q->tasklet, dpc_kick_tasklet);
	INIT_CSD(&q->csd, dpc_kick_ipi, q);
	timer_setup(&q->tick, dpc_tick, TIMER_PINNED);
}

int dpc_kick_init(void)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++)
			dpc_kick_setup(dpc_queue_of(cpu, kind));
	return smpboot_register_percpu_thread(&dpc_threads);
}

/* The module's users are gone; what they queued is waited for. */
void dpc_kick_exit(void)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	dpc_flush_all();
	for_each_possible_cpu(cpu) {
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++) {
			struct dpc_cpu_queue *q = dpc_queue_of(cpu, kind);

			timer_delete_sync(&q->tick);
			dpc_kick_settle(q);
			tasklet_kill(&q->tasklet);
		}
	}
	smpboot_unregister_percpu_thread(&dpc_threads);
}
