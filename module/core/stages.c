// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stages of an interrupt object, in the order in which they run: ISR, DPC, work
 * item.
 *
 * What an ISR asked for waits in dpc_pending until a DPC call takes it, and
 * what a DPC call asked for in work_pending until the work item takes it.
 * While dpc_waiting is set a call is on its way that has not yet taken
 * dpc_pending, so a further request only adds its number to it.
 *
 * Both are under the interrupt's lock, as is the answer to whether a request is
 * accepted: see interrupt.c.
 */
#include "call.h"
#include "check.h"
#include "clock.h"
#include "dispatch.h"
#include "for_isr.h"
#include "held.h"
#include "mask.h"
#include "model.h"
#include "raw_lock.h"
#include "run.h"
#include "served.h"
#include "stages.h"
#include "stats.h"
#include "trace.h"
#include "watchdog.h"
#include "work.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

/* Ticks since the end of the previous stage; 0 if it has not ended yet. */
static u64 dpc_wait(const struct dpc_served *served, u64 now)
{
	return served->stage_end ? dpc_clock_between(served->stage_end, now) : 0;
}

/* ---- Stage 1: the interrupt service routine ---------------------------- */

/*
 * The interrupt's lock, for callers that nothing can preempt: in the interrupt
 * itself, or with interrupts off.  On PREEMPT_RT it sleeps, and they may, too.
 */
static __always_inline void dpc_interrupt_lock_irqoff(struct dpc_interrupt *intr)
	__acquires(&intr->lock)
{
#ifdef CONFIG_PREEMPT_RT
	spin_lock(&intr->lock);
#else
	__acquire(&intr->lock);
	dpc_raw_lock(spinlock_check(&intr->lock));
#endif
}

/* The same.  Return: true if the caller may have waited for the lock. */
static __always_inline bool dpc_interrupt_lock_waits_irqoff(struct dpc_interrupt *intr)
	__acquires(&intr->lock)
{
#ifdef CONFIG_PREEMPT_RT
	spin_lock(&intr->lock);
	return true;
#else
	__acquire(&intr->lock);
	if (likely(dpc_raw_trylock(spinlock_check(&intr->lock)))) {
		__acquire(&intr->lock);
		return false;
	}
	dpc_raw_lock(spinlock_check(&intr->lock));
	return true;
#endif
}

static __always_inline void dpc_interrupt_unlock_irqoff(struct dpc_interrupt *intr)
	__releases(&intr->lock)
{
#ifdef CONFIG_PREEMPT_RT
	spin_unlock(&intr->lock);
#else
	dpc_raw_unlock(spinlock_check(&intr->lock));
	__release(&intr->lock);
#endif
}

/* The DPC's wait begins, if the call is for this interrupt and has not come yet. */
static __always_inline void dpc_isr_ended(struct dpc_interrupt *intr, u64 end)
{
	lockdep_assert_held(&intr->lock);

	if (intr->dpc_pending.first == intr->seq)
		intr->dpc_pending.stage_end = end;
	if (unlikely(intr->asked))
		dpc_for_isr_ended(intr, end);
}

/*
 * Call the driver's ISR.  Under the interrupt's lock, or (@passive) under
 * passive_lock.  Not enabled: before connect() or after disable(); the line may be
 * shared, and CONFIG_DEBUG_SHIRQ makes sure that such calls happen.
 * @accounts: dpc_accounts(), which may change meanwhile.
 */
static __always_inline irqreturn_t dpc_interrupt_run_isr(struct dpc_interrupt *intr, bool passive,
							 bool accounts)
{
	struct dpc_level level;
	u64 start = 0, end;
	irqreturn_t ret;
	bool handled;

	/* data_race(): a passive ISR may come before or after a change. */
	if (unlikely(!data_race(intr->accept_dpc)))
		return dpc_mask_called_while_disabled(intr);
	intr->seq++;
	if (trace_dpc_interrupt_enabled() && dpc_announce_due(intr))
		dpc_announce(intr);
	dpc_level_save(&level, !passive && !IS_ENABLED(CONFIG_PREEMPT_RT));
	WRITE_ONCE(intr->isr_task, current);
	if (!passive)
		dpc_isr_enter(intr);
	if (accounts)
		start = dpc_clock();
	intr->isr_start = start;
	end = dpc_level_call(&level, &intr->stats, "ISR", intr->named.isr, accounts,
			     handled = intr->ops.isr(intr));
	if (!passive)
		dpc_isr_leave(intr);
	WRITE_ONCE(intr->isr_task, NULL);

	if (passive)
		spin_lock_irq(&intr->lock);
	dpc_isr_ended(intr, end);
	if (passive)
		spin_unlock_irq(&intr->lock);
	if (!accounts)
		return dpc_isr_number(intr, handled);

	/* The block of this CPU is written: no reader may preempt this, nor may it migrate. */
	if (passive || IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
	/* Both times are by the same CPU's clock, unless the ISR is passive. */
	ret = dpc_account_isr(intr, passive ? dpc_clock_between(start, end) : end - start,
			      handled);
	if (passive || IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();
	return ret;
}

/* Hard IRQ handler of every model; a thread on PREEMPT_RT. */
irqreturn_t dpc_interrupt_isr(int irq, void *data)
{
	struct dpc_interrupt *intr = data;
	irqreturn_t ret;

	dpc_interrupt_lock_irqoff(intr);
	if (dpc_accounts())
		ret = dpc_interrupt_run_isr(intr, false, true);
	else
		ret = dpc_interrupt_run_isr(intr, false, false);
	dpc_interrupt_unlock_irqoff(intr);
	return ret;
}

/* Thread function of a passive interrupt: its ISR may sleep (I4). */
irqreturn_t dpc_interrupt_passive(int irq, void *data)
{
	struct dpc_interrupt *intr = data;
	const struct dpc_model *model;
	irqreturn_t ret;

	mutex_lock(&intr->passive_lock);
	ret = dpc_interrupt_run_isr(intr, true, dpc_accounts());
	mutex_unlock(&intr->passive_lock);

	/* This is the thread that the model would have woken. */
	model = READ_ONCE(intr->model);
	if (model->after_passive)
		model->after_passive(intr);
	return ret;
}

static __always_inline bool dpc_request_kick_locked(struct dpc_interrupt *intr, bool in_isr)
{
	lockdep_assert_held(&intr->lock);

	if (intr->dpc_waiting)
		return false;
	intr->dpc_waiting = true;
	return intr->kick(intr, in_isr);
}

/* ISR -> DPC.  Under the interrupt's lock. */
static noinline bool dpc_request_dpc_locked(struct dpc_interrupt *intr, bool in_isr)
{
	if (in_isr)
		dpc_served_add_running(&intr->dpc_pending, intr);
	else if (!intr->dpc_pending.count)
		/* A call that serves no interrupt is told of none. */
		intr->dpc_pending = (struct dpc_served){ };
	trace_dpc_queue(&intr->stats, intr->dpc_pending.last, intr->dpc_pending.first,
			intr->named.dpc, !intr->dpc_waiting);
	return dpc_request_kick_locked(intr, in_isr);
}

/* Whether a request is accepted.  Under the interrupt's lock. */
static bool dpc_request_dpc_accepted(const struct dpc_interrupt *intr)
{
	return intr->accept_dpc && !(intr->flags & DPC_INTERRUPT_NO_DPC);
}

/* The caller is not an ISR that holds the interrupt's lock, or there is no DPC routine. */
static noinline bool dpc_request_dpc_slow(struct dpc_interrupt *intr, unsigned long caller)
{
	bool in_isr = dpc_in_isr(intr);
	bool queued = false, raised;
	unsigned long flags;

	if (dpc_holds_lock(intr))
		return dpc_request_dpc_accepted(intr) && dpc_request_dpc_locked(intr, in_isr);
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && !preemptible()) {
		dpc_misuse(caller, "asks for a DPC where the interrupt's lock can't be waited for");
		return false;
	}

	raised = dpc_raise_level();
	spin_lock_irqsave(&intr->lock, flags);
	if (dpc_request_dpc_accepted(intr))
		queued = dpc_request_dpc_locked(intr, in_isr);
	spin_unlock_irqrestore(&intr->lock, flags);
	dpc_lower_level(raised);
	return queued;
}

/* The event, and the rest, of a request that is the first since the last call. */
static noinline bool dpc_request_dpc_traced(struct dpc_interrupt *intr)
{
	trace_dpc_queue(&intr->stats, intr->seq, intr->seq, intr->named.dpc, !intr->dpc_waiting);
	return dpc_request_kick_locked(intr, true);
}

/* dpc_interrupt_request_dpc() in the name of the code at @ip. */
bool dpc_interrupt_request_dpc_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	struct dpc_served *pending = &intr->dpc_pending;
	u64 seq;

	if (unlikely(READ_ONCE(intr->isr_task) != current ||
		     intr->flags & (DPC_INTERRUPT_PASSIVE | DPC_INTERRUPT_NO_DPC)))
		return dpc_request_dpc_slow(intr, ip);
	/* An ISR is called only while requests are accepted, and they are until it ends. */
	if (unlikely(pending->count))
		return dpc_request_dpc_locked(intr, true);
	/* As dpc_served_add_running(); stage_end is for dpc_isr_ended(). */
	seq = intr->seq;
	pending->first = seq;
	pending->last = seq;
	pending->count = 1;
	pending->isr_start = intr->isr_start;
	if (trace_dpc_queue_enabled())
		return dpc_request_dpc_traced(intr);
	return dpc_request_kick_locked(intr, true);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_request_dpc_ip);

/* ---- Stage 2: the DPC --------------------------------------------------- */

/* DPC -> work item, after the DPC routine has returned at @end. */
static noinline void dpc_interrupt_start_work(struct dpc_interrupt *intr, u64 end)
{
	unsigned long flags;

	spin_lock_irqsave(&intr->lock, flags);
	intr->work_pending.stage_end = end;
	/* With model "hardirq" this is a hard interrupt. */
	dpc_work_queue_any(&intr->work);
	spin_unlock_irqrestore(&intr->lock, flags);
}

/* Two that are rarely called, with few arguments for those who call them. */
static noinline void dpc_call_wait_slow(struct dpc_interrupt *intr,
					const struct dpc_served *served, u64 isr_end, u64 start)
{
	dpc_account_wait_slow(&intr->stats, served, isr_end, start, intr->named.dpc);
}

static noinline void dpc_call_slow(struct dpc_interrupt *intr, const struct dpc_served *served,
				   u64 ticks)
{
	dpc_account_call_slow(&intr->stats, served, ticks, intr->named.dpc);
}

/*
 * Call the routine for @served, at @start or a little later; see dpc_interrupt_call().
 * @accounts: dpc_accounts(), which may change meanwhile.
 */
static __always_inline u64 dpc_interrupt_call_for(struct dpc_interrupt *intr,
						  struct dpc_run *run, struct dpc_served *served,
						  u64 isr_end, u64 start, bool irqs_on,
						  bool accounts)
{
	void (*routine)(struct dpc_interrupt *, struct dpc_served *) = intr->ops.dpc;
	struct dpc_level level;
	u64 end, now;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
	/* The time that the accounting takes is not the routine's. */
	if (accounts && !dpc_account_wait(&intr->stats, served, isr_end, start)) {
		dpc_call_wait_slow(intr, served, isr_end, start);
		start = dpc_clock();
	}
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();

	dpc_level_save(&level, !irqs_on);
	dpc_run_call(run, &intr->stats, routine, start);
	if (irqs_on && !IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_enable();
	end = dpc_level_call(&level, run->stats, "DPC", intr->named.dpc, true,
			     routine(intr, served));
	if (irqs_on)
		local_irq_disable();
	/* For the DPC that comes next. */
	run->stats = &dpc_unbound_stats;

	/* The time that the accounting takes is not the next call's. */
	now = end;
	if (accounts &&
	    !dpc_account_call(&intr->stats, served, dpc_clock_between(start, end))) {
		dpc_call_slow(intr, served, dpc_clock_between(start, end));
		now = dpc_clock();
	}
	if (unlikely(served->work & DPC_SERVED_REQUESTED)) {
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			local_irq_enable();
		dpc_interrupt_start_work(intr, end);
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			local_irq_disable();
	}
	return now;
}

/*
 * Call the driver's DPC routine for what the ISR has left, at @start or a little later.
 * The caller has called dpc_run_enter().  Interrupts are off before and after, and, unless
 * @irqs_on, during the routine.  @served is storage for the routine's argument that
 * nobody else uses.
 * Return: the time at which it had returned; @start if there was nothing to do.
 */
static __always_inline u64 dpc_interrupt_call(struct dpc_interrupt *intr, struct dpc_run *run,
					      struct dpc_served *served, u64 start, bool irqs_on)
{
	struct dpc_served *pending = &intr->dpc_pending;
	u64 isr_end;

	/* There, the lock sleeps. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_enable();
	/* The time spent waiting for the lock is part of the wait, not of the routine. */
	if (unlikely(dpc_interrupt_lock_waits_irqoff(intr)))
		start = dpc_clock();
	if (likely(intr->dpc_waiting)) {
		isr_end = pending->stage_end;
		served->first = pending->first;
		served->last = pending->last;
		served->count = pending->count;
		served->work = 0;
		served->isr_start = pending->isr_start;
		intr->dpc_waiting = false;
		pending->count = 0;
		/* This is no interrupt's number: see dpc_isr_ended(). */
		pending->first = 0;
		dpc_interrupt_unlock_irqoff(intr);
		if (dpc_accounts())
			return dpc_interrupt_call_for(intr, run, served, isr_end, start, irqs_on,
						      true);
		return dpc_interrupt_call_for(intr, run, served, isr_end, start, irqs_on, false);
	}
	dpc_interrupt_unlock_irqoff(intr);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_disable();
	return start;
}

/* For the drain, of intr->dpc: see dpc_drain_owned(). */
u64 dpc_interrupt_drained(struct dpc *dpc, struct dpc_run *run, u64 now)
{
	struct dpc_interrupt *intr = container_of(dpc, struct dpc_interrupt, dpc);

#ifdef CONFIG_PREEMPT_RT
	struct dpc_served served;

	return dpc_interrupt_call(intr, run, &served, now, true);
#else
	return dpc_interrupt_call(intr, run, &run->served, now, true);
#endif
}

/* For model_hardirq.c: interrupts stay off. */
void dpc_interrupt_call_irqoff(struct dpc_interrupt *intr, struct dpc_run *run)
{
	struct dpc_served served;

	dpc_interrupt_call(intr, run, &served, dpc_clock(), false);
}

/* For models: call the routine in a softirq, or where bottom halves are off. */
void dpc_model_run(struct dpc_interrupt *intr)
{
	struct dpc_served served;
	struct dpc_run *run;
	u64 now;

	local_irq_disable();
	now = dpc_clock();
	run = dpc_run_enter(DPC_QUEUE_ORDINARY, now);
	dpc_watchdog_see(run);
	dpc_interrupt_call(intr, run, &served, now, true);
	dpc_run_leave(run, DPC_QUEUE_ORDINARY);
	local_irq_enable();
}

/* For models: the same in a thread. */
void dpc_model_run_in_thread(struct dpc_interrupt *intr)
{
	local_bh_disable();
	dpc_model_run(intr);
	local_bh_enable();
}

/* DPC, or anybody else, -> work item.  Under the interrupt's lock. */
static bool dpc_request_work_locked(struct dpc_interrupt *intr, struct dpc_served *served,
				    bool in_isr)
{
	bool queued = !intr->work_waiting;

	if (!intr->accept_work || !intr->ops.work)
		return false;
	intr->work_waiting = true;
	if (served && !(served->work & DPC_SERVED_MERGED))
		dpc_served_merge(&intr->work_pending, served);
	else if (!served && in_isr)
		dpc_served_add_running(&intr->work_pending, intr);
	trace_dpc_work_queue(&intr->stats, intr->work_pending.last, intr->work_pending.first,
			     intr->named.work, queued);
	if (served)
		served->work |= DPC_SERVED_MERGED;
	if (queued && served) {
		served->work |= DPC_SERVED_REQUESTED;
	} else if (queued) {
		intr->work_pending.stage_end = dpc_clock();
		dpc_work_queue_any(&intr->work);
	}
	return queued;
}

/* dpc_interrupt_request_work() in the name of the code at @ip. */
bool dpc_interrupt_request_work_ip(struct dpc_interrupt *intr, struct dpc_served *served,
				   unsigned long ip)
{
	bool in_isr = dpc_in_isr(intr);
	unsigned long flags;
	bool queued;

	/* In a hard interrupt, only the DPC routine of model "hardirq" has a @served. */
	if ((in_hardirq() && !served) || (in_isr && !dpc_is_passive(intr))) {
		dpc_misuse(ip, "asks for a work item in an ISR, not in its DPC (rule W4)");
		return false;
	}
	if (dpc_holds_lock(intr))
		return dpc_request_work_locked(intr, served, in_isr);

	spin_lock_irqsave(&intr->lock, flags);
	queued = dpc_request_work_locked(intr, served, in_isr);
	spin_unlock_irqrestore(&intr->lock, flags);
	return queued;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_request_work_ip);

/* ---- Stage 3: the work item --------------------------------------------- */

void dpc_interrupt_run_work(struct dpc_work *work)
{
	struct dpc_interrupt *intr = container_of(work, struct dpc_interrupt, work);
	struct dpc_stats *stats = &intr->stats;
	void *routine = intr->named.work;
	struct dpc_served served;
	bool accounts = dpc_accounts();
	u64 start, end, wait, duration;

	spin_lock_irq(&intr->lock);
	served = intr->work_pending;
	intr->work_pending = (struct dpc_served){ };
	intr->work_waiting = false;
	spin_unlock_irq(&intr->lock);

	if (!accounts) {
		intr->ops.work(intr, &served);
		goto settled;
	}
	start = dpc_clock();
	wait = dpc_wait(&served, start);
	trace_dpc_work_entry(stats, served.last, served.first, routine, dpc_clock_ns(wait),
			     served.count);
	if (served.count)
		dpc_stats_add(stats, DPC_STAGE_DPC_TO_WORK, wait, &served, routine,
			      trace_dpc_work_entry_enabled());

	start = dpc_clock();
	intr->ops.work(intr, &served);
	end = dpc_clock();

	duration = dpc_clock_between(start, end);
	trace_dpc_work_exit(stats, served.last, served.first, routine, dpc_clock_ns(duration));
	dpc_stats_add(stats, DPC_STAGE_WORK, duration, &served, routine,
		      trace_dpc_work_exit_enabled());
settled:
	if (intr->ops.settled)
		intr->ops.settled(intr);
}

/* dpc_interrupt_complete() in the name of the code at @ip. */
void dpc_interrupt_complete_ip(struct dpc_interrupt *intr, const struct dpc_served *served,
			       unsigned long ip)
{
	void *caller = (void *)ip;
	unsigned long flags;
	u64 duration;

	/* Where the ISR was not timed, nobody knows when the request began. */
	if (!served->count || !served->isr_start || !dpc_accounts())
		return;

	/* DPC and work routine may both count in this CPU's block. */
	local_irq_save(flags);
	duration = dpc_clock_between(served->isr_start, dpc_clock());
	trace_dpc_complete(&intr->stats, served->last, served->first, caller,
			   dpc_clock_ns(duration));
	dpc_stats_add(&intr->stats, DPC_STAGE_COMPLETE, duration, served, caller,
		      trace_dpc_complete_enabled());
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_complete_ip);
