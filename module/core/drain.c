// SPDX-License-Identifier: GPL-2.0
/*
 * The drain: calls the routines of one queue, one at a time.  Whoever carries
 * it (kick.c) calls dpc_drain() again as long as that says that there is more.
 */
#include "queue.h"

#include <linux/jiffies.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

/* Accounting of objects that no interrupt object does the accounting for. */
struct dpc_stats dpc_unbound_stats;

/* Apart, because an ordinary DPC may preempt a threaded one (R1). */
struct dpc_stats dpc_threaded_stats;

/*
 * A threaded routine has slept (Q15, R1).  Nothing else notices: where it runs,
 * sleeping is possible.  On PREEMPT_RT it may: spinlocks sleep there.
 */
static void dpc_slept(dpc_routine_t routine)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		dpc_misuse((unsigned long)routine, "slept: a threaded DPC must not");
}

/* Call a routine and account for it, where nothing is known of the one before. */
static void dpc_call(struct dpc_run *run, struct dpc_stats *stats, struct dpc *dpc,
		     dpc_routine_t routine, void *context, void *arg1, void *arg2)
{
	unsigned long sleeps = current->nvcsw;
	struct dpc_level level;
	u64 start, duration;

	trace_dpc_entry(stats, 0, 0, routine, 0, 0);
	dpc_level_save(&level);
	start = dpc_clock();
	dpc_run_call(run, stats, routine, start);
	routine(dpc, context, arg1, arg2);
	dpc_run_return(run);
	duration = dpc_clock_between(start, dpc_clock());
	dpc_level_check(&level, stats, "DPC", routine);
	if (stats == &dpc_threaded_stats && unlikely(current->nvcsw != sleeps))
		dpc_slept(routine);
	trace_dpc_exit(stats, 0, 0, routine, dpc_clock_ns(duration));
	dpc_stats_add(stats, DPC_STAGE_DPC, duration, 0, NULL, routine);
}

/*
 * Run @dpc, the first on @q, which has flags or is traced.  Interrupts are off and
 * the lock is held, before and after.
 * Return: false if it was a flush's mark, and no routine was called.
 */
static noinline bool dpc_drain_special(struct dpc_cpu_queue *q, struct dpc *dpc,
				       struct dpc_run *run, struct dpc_stats *stats)
	__must_hold(&q->lock)
{
	dpc_routine_t routine = dpc->routine;
	void *context = dpc->context;
	void *arg1 = dpc->arg1;
	void *arg2 = dpc->arg2;
	u8 flags = dpc->flags;

	if (flags & DPC_F_MARK) {
		dpc_unmark_locked(q);
		q->executing = NULL;
		dpc_queue_unlock(q);
		dpc_flush_done();
		dpc_queue_lock(q);
		return false;
	}

	q->executing = dpc;
	if (flags & DPC_F_SERIALISED)
		/* Not @q if that belongs to a CPU that is offline. */
		dpc->running_on = raw_cpu_ptr(dpc_cpu_queues)[q->kind].id;
	dpc_release_locked(q, dpc, 0);
	dpc_queue_unlock(q);
	local_irq_enable();
	smp_mb();	/* [B] */

	if (flags & DPC_F_UNACCOUNTED)
		routine(dpc, context, arg1, arg2);
	else
		dpc_call(run, stats, dpc, routine, context, arg1, arg2);

	local_irq_disable();
	dpc_queue_lock(q);
	/* The one thing that is done to an object that has run; see dpc_set_serialised(). */
	if (flags & DPC_F_SERIALISED) {
		/* Its effects come first for who claims it next; see [D] in queue.c. */
		smp_store_release(&dpc->running_on, 0);
	}
	/* Of the next one without flags. */
	run->stats = stats;
	return true;
}

/*
 * Run @dpc, the first on @q, as dpc_drain_special() does, but without flags and
 * untraced: all that it costs is here.  @level: that of routines; @start: when the
 * one before returned, which is taken for when this one is called.
 * Return: when it returned.
 */
static __always_inline u64 dpc_drain_one(struct dpc_cpu_queue *q, struct dpc *dpc,
					 struct dpc_run *run, struct dpc_stats *stats,
					 struct dpc_stats_block *block,
					 struct dpc_level *level, u64 start)
	__must_hold(&q->lock)
{
	/* What the call needs: the object is let go before it (Q9). */
	dpc_routine_t routine = dpc->routine;
	void *context = dpc->context;
	void *arg1 = dpc->arg1;
	void *arg2 = dpc->arg2;
	u64 end;

	q->executing = dpc;
	dpc_release_locked(q, dpc, 0);
	run->function = routine;
	barrier();	/* as in dpc_run_call() */
	WRITE_ONCE(run->call_start, start);
	dpc_queue_unlock(q);
	local_irq_enable();

	/* [B] in queue.c: a refused dpc_queue() may have been too late. */
	smp_mb();
	routine(dpc, context, arg1, arg2);
	end = dpc_clock();

	dpc_level_check(level, stats, "DPC", routine);
	/* A reader of higher priority would wait for us on this CPU. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
	/* To have told of this one is not the next one's time. */
	if (dpc_stats_count(stats, block, DPC_STAGE_DPC, end - start, 0, NULL, routine))
		end = dpc_clock();
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();

	local_irq_disable();
	dpc_queue_lock(q);
	return end;
}

/* See dpc_drain().  @kind: that of @q, known when this is compiled. */
static __always_inline bool dpc_drain_queue(struct dpc_cpu_queue *q, enum dpc_queue_kind kind)
{
	struct dpc_stats *stats = kind == DPC_QUEUE_THREADED ? &dpc_threaded_stats :
							       &dpc_unbound_stats;
	struct dpc_stats_block *block = dpc_stats_here(stats, DPC_STAGE_DPC);
	struct hlist_node *first;
	struct dpc_level level;
	struct dpc_run *run;
	u64 now, end;

	dpc_level_save(&level);
	level.irqs_disabled = false;

	local_irq_disable();
	dpc_queue_lock(q);
	if (unlikely(q->draining)) {
		/* Preempted by us; it will see the queue empty, or come again. */
		dpc_queue_unlock(q);
		local_irq_enable();
		return false;
	}
	q->draining = true;
	now = dpc_clock();
	end = now + dpc_clock_rate.pass;
	run = dpc_run_enter(kind, stats, now);
	dpc_thresholds_advance(&q->thresholds, jiffies);
	while ((first = q->list.first)) {
		struct dpc *dpc = hlist_entry(first, struct dpc, node);

		if (likely(!dpc->flags && !trace_dpc_entry_enabled() &&
			   !trace_dpc_exit_enabled())) {
			now = dpc_drain_one(q, dpc, run, stats, block, &level, now);
		} else {
			if (!dpc_drain_special(q, dpc, run, stats))
				continue;
			now = dpc_clock();
		}
		/* After at least one: Q12 promises a call. */
		if (unlikely(now >= end))
			break;
	}
	first = q->list.first;
	q->executing = NULL;
	/* Under the lock that the next dpc_queue() needs: no wake-up is lost. */
	q->kicked = first;
	q->draining = false;
	dpc_queue_unlock(q);
	dpc_run_leave(run, first);
	local_irq_enable();
	return first;
}

/**
 * dpc_drain - run a queue until it is empty or the pass is over
 * @q: the queue, of this CPU or of one that is offline
 *
 * Context: DISPATCH, or for threaded DPCs the thread of this CPU; interrupts on.
 * Return: true if there is more to do; the queue then stays marked as kicked.
 */
bool dpc_drain(struct dpc_cpu_queue *q)
{
	if (q->kind == DPC_QUEUE_THREADED)
		return dpc_drain_queue(q, DPC_QUEUE_THREADED);
	return dpc_drain_queue(q, DPC_QUEUE_ORDINARY);
}

/*
 * dpc_drain() of an ordinary queue, as its tasklet: on the CPU that the tasklet was
 * scheduled on.  That is another one when its own has gone offline since: the
 * kernel moves tasklets to a live CPU.
 */
void dpc_drain_tasklet(struct tasklet_struct *tasklet)
{
	struct dpc_cpu_queue *q = container_of(tasklet, struct dpc_cpu_queue, tasklet);

	if (dpc_drain_queue(q, DPC_QUEUE_ORDINARY))
		tasklet_hi_schedule(tasklet);
}

int dpc_drain_init(void)
{
	int err;

	err = dpc_stats_init(&dpc_unbound_stats, "unbound", 0, 0);
	if (err)
		return err;
	err = dpc_stats_init(&dpc_threaded_stats, "threaded", 0, 0);
	if (err) {
		dpc_stats_destroy(&dpc_unbound_stats);
		return err;
	}
	dpc_queues_init();
	return 0;
}

void dpc_drain_exit(void)
{
	dpc_stats_destroy(&dpc_threaded_stats);
	dpc_stats_destroy(&dpc_unbound_stats);
}
