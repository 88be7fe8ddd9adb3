// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a drain is requested, which is known to this file alone.
 *
 *   queue      asked for on               carried by
 *   ---------  -------------------------  -------------------------------------
 *   ordinary   the CPU itself             its tasklet: softirq, when the CPU
 *                                         leaves its interrupt handler or enables
 *                                         bottom halves, before any thread (Q11)
 *   ordinary   another CPU                an IPI, then the same (Q6)
 *   ordinary   either, and may wait       the next tick of its CPU, then the same
 *   threaded   any                        its thread dpc/N (R1)
 *
 * With dpc_drain_thread, as on PREEMPT_RT, ordinary ones (R4; docs/rt.md has the
 * figures):
 *
 *   the CPU itself, bottom halves off     its tasklet, when they go on again
 *   the CPU itself, else; another CPU     its thread dpc_drain/N with bottom halves
 *                                         off: a softirq raised in a hard interrupt
 *                                         would wait for ksoftirqd, an ordinary
 *                                         thread, and from the idle loop, which may
 *                                         call an IPI's function, it is a bug
 *
 * Both threads are real-time ones.  They are two, and dpc_drain/N has the higher
 * priority, because an ordinary DPC preempts a threaded one (R1).
 *
 * A pass that ends before the queue is empty is followed by others that share the
 * CPU with ordinary threads, until the queue was seen empty.  An ordinary queue's
 * are run by its tasklet, which the kernel hands to ksoftirqd; dpc_drain/N does not
 * help meanwhile.  dpc/N itself becomes an ordinary thread, and a real-time one
 * again afterwards.  If a routine queues itself for ever, its CPU stays usable.
 *
 * A queue has one request at a time, by queue->kicked: whoever sets it, under
 * the queue's lock, calls dpc_kick(), and nobody else does until the drain has
 * seen the queue empty.  So the tasklet and the IPI's data are never fought for.
 * The one exception is dpc_kick_rt_thread(): then tasklet and thread may both come,
 * and the drain lets the second one go again.
 */
#include "drain.h"
#include "kick.h"
#include "policy.h"
#include "queue.h"

#include "../compat.h"

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smpboot.h>
#include <uapi/linux/sched/types.h>

/* Hard interrupts ask the thread, not the tasklet.  Looked at for each request. */
bool dpc_drain_thread = IS_ENABLED(CONFIG_PREEMPT_RT);
EXPORT_SYMBOL_IF_KUNIT(dpc_drain_thread);

static DEFINE_PER_CPU(struct task_struct *, dpc_thread_ordinary);
static DEFINE_PER_CPU(struct task_struct *, dpc_thread_threaded);

/* How many queues of CPUs that are offline this CPU drains. */
static DEFINE_PER_CPU(int, dpc_rehomed);

/* ---- The tasklet --------------------------------------------------------- */

/* As the kernel does with softirqs: what takes longer can't keep threads out. */
static void dpc_kick_again(struct dpc_cpu_queue *q)
{
	tasklet_hi_schedule(&q->tasklet);
}

/*
 * On the CPU that the tasklet was scheduled on.  That is another one than the queue's
 * when that has gone offline since: the kernel moves tasklets to a live CPU.
 */
static void dpc_kick_tasklet_run(struct tasklet_struct *tasklet)
{
	struct dpc_cpu_queue *q = container_of(tasklet, struct dpc_cpu_queue, tasklet);

	if (dpc_drain_ordinary(q))
		dpc_kick_again(q);
}

/* ---- The threads --------------------------------------------------------- */

/* dpc/N is an ordinary thread for now.  That thread only. */
static DEFINE_PER_CPU(bool, dpc_thread_is_ordinary);

/* Whether a thread is to drain @q. */
static bool dpc_thread_wanted(const struct dpc_cpu_queue *q)
{
	if (q->kind == DPC_QUEUE_THREADED)
		return READ_ONCE(q->kicked);
	return READ_ONCE(q->by_thread);
}

/* Return: true if the thread itself has more to do. */
static bool dpc_thread_drain(struct dpc_cpu_queue *q)
{
	if (!dpc_thread_wanted(q))
		return false;
	if (q->kind == DPC_QUEUE_THREADED)
		return dpc_drain_threaded(q);

	local_bh_disable();
	/* Before the drain: once that has seen the queue empty, another may kick. */
	WRITE_ONCE(q->by_thread, false);
	if (dpc_drain_ordinary(q))
		dpc_kick_again(q);
	local_bh_enable();
	return false;
}

/*
 * The queues whose home the CPU has become: drain them (@drain), or only look.
 * Return: true if there is more to drain, or anything.
 */
static bool dpc_thread_rehomed(unsigned int cpu, enum dpc_queue_kind kind, bool drain)
{
	bool wanted = false;
	unsigned int i;

	if (likely(!READ_ONCE(per_cpu(dpc_rehomed, cpu))))
		return false;
	for_each_possible_cpu(i) {
		struct dpc_cpu_queue *q = dpc_queue_of(i, kind);

		if (i == cpu || READ_ONCE(q->home) != cpu)
			continue;
		wanted |= drain ? dpc_thread_drain(q) : dpc_thread_wanted(q);
	}
	return wanted;
}

static int dpc_thread_should_run(unsigned int cpu, enum dpc_queue_kind kind)
{
	return dpc_thread_wanted(dpc_queue_of(cpu, kind)) ||
	       dpc_thread_rehomed(cpu, kind, false);
}

/*
 * A pass of dpc/N has ended, @more or not.  What goes on after that shares the CPU
 * with ordinary threads.  Not by a pause, which would cost time on a CPU that
 * nobody else wants.
 */
static void dpc_thread_rank(bool more)
{
	if (likely(this_cpu_read(dpc_thread_is_ordinary) == more))
		return;
	this_cpu_write(dpc_thread_is_ordinary, more);
	if (more)
		sched_set_normal(current, 0);
	else
		sched_set_fifo(current);
}

static void dpc_thread_run(unsigned int cpu, enum dpc_queue_kind kind)
{
	bool more = dpc_thread_drain(dpc_queue_of(cpu, kind));

	more |= dpc_thread_rehomed(cpu, kind, true);
	if (kind == DPC_QUEUE_THREADED)
		dpc_thread_rank(more);
	/* Routines that queue themselves: higher threads get their turn. */
	cond_resched();
}

static int dpc_ordinary_should_run(unsigned int cpu)
{
	return dpc_thread_should_run(cpu, DPC_QUEUE_ORDINARY);
}

static void dpc_ordinary_run(unsigned int cpu)
{
	dpc_thread_run(cpu, DPC_QUEUE_ORDINARY);
}

static void dpc_ordinary_setup(unsigned int cpu)
{
	/* One above what sched_set_fifo() gives: the other thread, and interrupt threads. */
	struct sched_attr attr = {
		.size		= sizeof(attr),
		.sched_policy	= SCHED_FIFO,
		.sched_priority	= MAX_RT_PRIO / 2 + 1,
	};

	WARN_ON_ONCE(sched_setattr_nocheck(current, &attr));
}

static struct smp_hotplug_thread dpc_ordinary_threads = {
	.store			= &dpc_thread_ordinary,
	.setup			= dpc_ordinary_setup,
	.thread_should_run	= dpc_ordinary_should_run,
	.thread_fn		= dpc_ordinary_run,
	.thread_comm		= "dpc_drain/%u",
};

static int dpc_threaded_should_run(unsigned int cpu)
{
	return dpc_thread_should_run(cpu, DPC_QUEUE_THREADED);
}

static void dpc_threaded_run(unsigned int cpu)
{
	dpc_thread_run(cpu, DPC_QUEUE_THREADED);
}

static void dpc_threaded_setup(unsigned int cpu)
{
	sched_set_fifo(current);
}

static struct smp_hotplug_thread dpc_threaded_threads = {
	.store			= &dpc_thread_threaded,
	.setup			= dpc_threaded_setup,
	.thread_should_run	= dpc_threaded_should_run,
	.thread_fn		= dpc_threaded_run,
	.thread_comm		= "dpc/%u",
};

/* ---- Requests ------------------------------------------------------------ */

static void dpc_kick_thread(struct dpc_cpu_queue *q, unsigned int cpu)
{
	struct task_struct *thread = per_cpu(dpc_thread_threaded, cpu);

	if (q->kind == DPC_QUEUE_ORDINARY) {
		WRITE_ONCE(q->by_thread, true);
		thread = per_cpu(dpc_thread_ordinary, cpu);
	}
	/* wake_up_process() orders this for dpc_thread_should_run(). */
	wake_up_process(thread);
}

/* On the CPU that is to drain the ordinary queue @q; interrupts are off. */
void dpc_kick_local(struct dpc_cpu_queue *q)
{
	if (READ_ONCE(dpc_drain_thread) && (in_hardirq() || !in_interrupt()))
		dpc_kick_thread(q, smp_processor_id());
	else
		tasklet_hi_schedule(&q->tasklet);
}

/* dpc_kick_local(), then local_irq_restore(). */
void dpc_kick_local_restore(struct dpc_cpu_queue *q, unsigned long flags)
{
	dpc_kick_local(q);
	local_irq_restore(flags);
}

static void dpc_kick_ipi(void *data)
{
	struct dpc_cpu_queue *q = data;

	tasklet_hi_schedule(&q->tasklet);
}

static bool dpc_kick_by_ipi(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && !READ_ONCE(dpc_drain_thread);
}

/**
 * dpc_kick - request a drain
 * @q: a queue whose kicked mark the caller has just set
 *
 * Context: any, interrupts off, no queue's lock held.
 */
void dpc_kick(struct dpc_cpu_queue *q)
{
	unsigned int home = READ_ONCE(q->home);

	lockdep_assert_irqs_disabled();

	if (q->kind == DPC_QUEUE_THREADED)
		dpc_kick_thread(q, home);
	else if (home == smp_processor_id())
		dpc_kick_local(q);
	else if (!dpc_kick_by_ipi())
		dpc_kick_thread(q, home);
	else if (smp_call_function_single_async(home, &q->csd))
		/* That CPU is on its way offline. */
		dpc_kick_local(q);
}

/**
 * dpc_kick_rt_thread - an object was queued where a drain is requested already
 * @q: its queue
 *
 * On PREEMPT_RT the one who is to carry that drain may be an ordinary thread
 * that has no chance to run for now.  What a hard interrupt queues must not
 * wait for it (R4): the real-time thread helps.  But not while a drain is behind:
 * with an interrupt now and then, a routine that queues itself would run in that
 * thread for ever.
 *
 * Context: as dpc_kick().
 */
void dpc_kick_rt_thread(struct dpc_cpu_queue *q)
{
	if (q->kind == DPC_QUEUE_ORDINARY && READ_ONCE(dpc_drain_thread) &&
	    !READ_ONCE(q->by_thread) && READ_ONCE(q->kicked) != DPC_BEHIND &&
	    (in_hardirq() || READ_ONCE(q->home) != smp_processor_id()))
		dpc_kick_thread(q, READ_ONCE(q->home));
}

/**
 * dpc_kick_wait_idle - wait until a queue is empty and its request has ended
 * @q: a queue that nobody queues to
 *
 * A request may outlive what it was for, which was cancelled.
 *
 * Context: may sleep.
 */
void dpc_kick_wait_idle(struct dpc_cpu_queue *q)
{
	bool idle;

	for (;;) {
		raw_spin_lock_irq(&q->lock);
		idle = !q->kicked && dpc_list_empty(q);
		raw_spin_unlock_irq(&q->lock);
		if (idle)
			return;
		usleep_range(10, 100);
	}
}

/* ---- Objects that may wait (Q4, Q5) -------------------------------------- */

static void dpc_tick(struct timer_list *timer)
{
	struct dpc_cpu_queue *q = container_of(timer, struct dpc_cpu_queue, tick);
	unsigned long flags;
	bool kick;

	raw_spin_lock_irqsave(&q->lock, flags);
	q->ticking = false;
	kick = !dpc_list_empty(q) && !q->kicked;
	if (kick) {
		dpc_thresholds_waiting(&q->thresholds, jiffies);
		q->kicked = DPC_KICKED;
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
	add_timer_on(&q->tick, READ_ONCE(q->home));
}

/* ---- CPUs that go offline ------------------------------------------------ */

/* From now on @cpu drains @queues more (or fewer) queues than its own. */
void dpc_kick_count_rehomed(unsigned int cpu, int queues)
{
	WRITE_ONCE(per_cpu(dpc_rehomed, cpu), per_cpu(dpc_rehomed, cpu) + queues);
}

/**
 * dpc_kick_rehome - have a queue drained whose CPU has gone offline
 * @q: the queue; @q->home is the CPU that drains it from now on
 *
 * A tasklet that was scheduled comes by itself.  A thread that was asked is
 * parked now, and objects that waited for a tick need not wait any more.
 *
 * Context: a thread.
 */
void dpc_kick_rehome(struct dpc_cpu_queue *q)
{
	unsigned long flags;
	bool kick;

	raw_spin_lock_irqsave(&q->lock, flags);
	kick = q->kicked ? dpc_thread_wanted(q) : !dpc_list_empty(q);
	if (kick) {
		WRITE_ONCE(q->by_thread, false);
		q->kicked = DPC_KICKED;
	}
	raw_spin_unlock(&q->lock);
	if (kick)
		dpc_kick(q);
	local_irq_restore(flags);
}

/* ---- Load and unload ----------------------------------------------------- */

static void dpc_kick_setup(struct dpc_cpu_queue *q)
{
	tasklet_setup(&q->tasklet, dpc_kick_tasklet_run);
	INIT_CSD(&q->csd, dpc_kick_ipi, q);
	timer_setup(&q->tick, dpc_tick, TIMER_PINNED);
}

int dpc_kick_init(void)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu)
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++)
			dpc_kick_setup(dpc_queue_of(cpu, kind));
	err = smpboot_register_percpu_thread(&dpc_ordinary_threads);
	if (err)
		return err;
	err = smpboot_register_percpu_thread(&dpc_threaded_threads);
	if (err)
		smpboot_unregister_percpu_thread(&dpc_ordinary_threads);
	return err;
}

/* The module's users are gone; what they queued is waited for. */
void dpc_kick_wait_idle_all(void)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++)
			dpc_kick_wait_idle(dpc_queue_of(cpu, kind));
}

/* After dpc_kick_wait_idle_all(). */
void dpc_kick_exit(void)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++) {
			struct dpc_cpu_queue *q = dpc_queue_of(cpu, kind);

			timer_delete_sync(&q->tick);
			tasklet_kill(&q->tasklet);
		}
	}
	smpboot_unregister_percpu_thread(&dpc_threaded_threads);
	smpboot_unregister_percpu_thread(&dpc_ordinary_threads);
}
