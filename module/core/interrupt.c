// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt object: ISR, DPC and work item, in the order in which they
 * run, and what starts and stops them.
 *
 *   state          accept_dpc  accept_work  what can run
 *   -------------  ----------  -----------  -----------------------------------
 *   disabled       no          no           nothing of the driver's
 *   enabled        yes         yes          all three stages
 *   draining DPCs  no          yes          DPCs and work asked for before
 *   draining work  no          no           work asked for before
 *
 * enable() goes from the first state to the second, disable() through the
 * other two back to the first (I5).  Both flags change under the interrupt's
 * lock, and a request is accepted and handed on under the same hold of that
 * lock: so nothing can be queued after the flush that was to wait for it (I6).
 *
 * What an ISR asked for waits in dpc_pending until a DPC call takes it, and
 * what a DPC call asked for in work_pending until the work item takes it.
 * While dpc_waiting is set a call is on its way that has not yet taken
 * dpc_pending, so a further request only adds its number to it.
 */
#include "check.h"
#include "dispatch.h"
#include "exchange.h"
#include "held.h"
#include "interrupt.h"
#include "mask.h"
#include "models.h"
#include "raw_lock.h"
#include "run.h"
#include "stages.h"
#include "stats.h"
#include "wait.h"
#include "watchdog.h"
#include "work.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <trace/events/dpc.h>

/* Numbers of interrupt objects in trace events; 0 is "none". */
static atomic_t dpc_interrupt_last_id;

/* Moves on when the event dpc_interrupt is enabled; see dpc_announce_due(). */
static u32 dpc_trace_epoch = 1;

#define DPC_ANNOUNCE_INTERVAL	HZ

/* One of the events dpc_interrupt and dpc_isr_entry is on: one thing to look at. */
static DEFINE_STATIC_KEY_FALSE(dpc_isrs_traced);

/* Called by the tracing core when the first user of dpc_isr_entry comes ... */
int dpc_trace_watch(void)
{
	static_branch_inc(&dpc_isrs_traced);
	return 0;
}

/* ... and when the last has gone. */
void dpc_trace_unwatch(void)
{
	static_branch_dec(&dpc_isrs_traced);
}

/* The same of dpc_interrupt; every object will introduce itself anew. */
int dpc_trace_announce(void)
{
	WRITE_ONCE(dpc_trace_epoch, dpc_trace_epoch + 1);
	return dpc_trace_watch();
}

void dpc_trace_unannounce(void)
{
	dpc_trace_unwatch();
}

static void dpc_announce(struct dpc_interrupt *intr)
{
	intr->announced = READ_ONCE(dpc_trace_epoch);
	intr->announce_next = jiffies + DPC_ANNOUNCE_INTERVAL;
	trace_dpc_interrupt(intr, intr->model->name);
}

/*
 * When the event goes on, and again now and then: the kernel does not say when
 * a second trace enables an event that is on already.
 */
static bool dpc_announce_due(const struct dpc_interrupt *intr)
{
	return intr->announced != READ_ONCE(dpc_trace_epoch) ||
	       time_after_eq(jiffies, intr->announce_next);
}

/* dpc_interrupt.flags, beyond DPC_INTERRUPT_* */
#define DPC_INTERRUPT_NO_DPC	0x80	/* ops.dpc is NULL */

/* Add what @more serves to what @sum already waits for. */
static void dpc_served_merge(struct dpc_served *sum, const struct dpc_served *more)
{
	if (!more->count)
		return;
	if (!sum->count) {
		sum->stage_end = 0;
		sum->last = 0;
	}
	/* Two calls on two CPUs may come in either order (Q10). */
	if (!sum->count || more->first < sum->first) {
		sum->first = more->first;
		sum->isr_start = more->isr_start;
	}
	sum->last = max(sum->last, more->last);
	sum->count += more->count;
}

/* Add the interrupt whose ISR is running, unless it has asked before. */
static void dpc_served_add_running(struct dpc_served *sum, const struct dpc_interrupt *intr)
{
	const struct dpc_served running = {
		.first = intr->seq,
		.last = intr->seq,
		.count = !sum->count || sum->last != intr->seq,
		.isr_start = intr->isr_start,
	};

	dpc_served_merge(sum, &running);
}

/* Ticks since the end of the stage before; 0 if that has not ended yet. */
static u64 dpc_wait(const struct dpc_served *served, u64 now)
{
	return served->stage_end ? dpc_clock_between(served->stage_end, now) : 0;
}

static u32 dpc_coalesced(const struct dpc_served *served)
{
	return served->count ? served->count - 1 : 0;
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

/* The same; true if that may have taken its time. */
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

/* Out of line, here and below, what would cost where nothing is traced. */
static noinline void dpc_isr_trace_entry(struct dpc_interrupt *intr)
{
	if (trace_dpc_interrupt_enabled() && dpc_announce_due(intr))
		dpc_announce(intr);
	trace_dpc_isr_entry(&intr->stats, intr->seq, intr->named.isr);
}

static noinline void dpc_isr_trace_exit(struct dpc_interrupt *intr, u64 duration, bool handled)
{
	trace_dpc_isr_exit(&intr->stats, intr->seq, intr->named.isr, dpc_clock_ns(duration),
			   handled);
}

/* dpc_account() of whatever it may be. */
static noinline void dpc_account_slow(struct dpc_interrupt *intr, enum dpc_stage stage,
				      u64 ticks, const struct dpc_served *served)
{
	if (served)
		dpc_stats_count_slow(&intr->stats, stage, ticks, dpc_coalesced(served),
				     served->first, served->last, intr->named.dpc);
	else
		dpc_stats_count_slow(&intr->stats, stage, ticks, 0, intr->seq, intr->seq,
				     intr->named.isr);
}

/*
 * Count one time for @stage; @served: NULL for the ISR; @one: that is one interrupt;
 * @traced: see dpc_stats_count().  Preemption is off.
 * Return: true if that took time.
 */
static __always_inline bool dpc_account(struct dpc_interrupt *intr, enum dpc_stage stage,
					u64 ticks, const struct dpc_served *served, bool one,
					bool traced)
{
	struct dpc_stats_block *block = dpc_stats_here(&intr->stats, stage);

	if (traced || unlikely(!one) || !dpc_stats_is_quick(block, ticks)) {
		dpc_account_slow(intr, stage, ticks, served);
		return true;
	}
	dpc_stats_quick(block, 1, ticks);
	return false;
}

static __always_inline irqreturn_t dpc_isr_account(struct dpc_interrupt *intr, u64 duration,
						   bool handled)
{
	bool traced = trace_dpc_isr_exit_enabled();

	if (traced)
		dpc_isr_trace_exit(intr, duration, handled);
	if (unlikely(!handled)) {
		/* Not ours: the number goes to the next one that is. */
		intr->seq--;
		intr->unhandled++;
		return IRQ_NONE;
	}
	dpc_account(intr, DPC_STAGE_ISR, duration, NULL, true, traced);
	return IRQ_HANDLED;
}

/* The DPC's wait begins, if the call is for this interrupt and has not come yet. */
static __always_inline void dpc_isr_ended(struct dpc_interrupt *intr, u64 end)
{
	lockdep_assert_held(&intr->lock);

	if (intr->dpc_pending.first == intr->seq)
		intr->dpc_pending.stage_end = end;
}

/*
 * Call the driver's ISR.  Under the interrupt's lock, or (@passive) under
 * passive_lock.  Not enabled: before connect() or after disable(); the line may be
 * shared, and CONFIG_DEBUG_SHIRQ makes sure that such calls happen.
 */
static __always_inline irqreturn_t dpc_interrupt_run_isr(struct dpc_interrupt *intr, bool passive)
{
	struct dpc_level level;
	irqreturn_t ret;
	u64 start, end;
	bool handled;

	/* data_race(): a passive ISR may come before or after a change. */
	if (unlikely(!data_race(intr->accept_dpc)))
		return dpc_mask_called_while_disabled(intr);
	intr->seq++;
	if (static_branch_unlikely(&dpc_isrs_traced))
		dpc_isr_trace_entry(intr);
	dpc_level_save(&level, !passive && !IS_ENABLED(CONFIG_PREEMPT_RT));
	WRITE_ONCE(intr->isr_task, current);
	start = dpc_clock();
	intr->isr_start = start;
	handled = intr->ops.isr(intr);
	end = dpc_clock();
	WRITE_ONCE(intr->isr_task, NULL);
	if (dpc_level_changed(&level))
		dpc_level_report(&level, &intr->stats, "ISR", intr->named.isr);

	if (passive)
		spin_lock_irq(&intr->lock);
	dpc_isr_ended(intr, end);
	if (passive)
		spin_unlock_irq(&intr->lock);

	/* Neither to be preempted by a reader, nor to move to another CPU. */
	if (passive || IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
	/* Both by the same CPU's clock, but for a passive ISR. */
	ret = dpc_isr_account(intr, passive ? dpc_clock_between(start, end) : end - start,
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
	ret = dpc_interrupt_run_isr(intr, false);
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
	ret = dpc_interrupt_run_isr(intr, true);
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

/* Anywhere but in an ISR that holds the interrupt's lock, or without a DPC routine. */
static noinline bool dpc_request_dpc_elsewhere(struct dpc_interrupt *intr, unsigned long caller)
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

/* dpc_interrupt_request_dpc() in the name of the code at @ip. */
bool dpc_interrupt_request_dpc_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	struct dpc_served *pending = &intr->dpc_pending;
	u64 seq;

	if (unlikely(READ_ONCE(intr->isr_task) != current ||
		     intr->flags & (DPC_INTERRUPT_PASSIVE | DPC_INTERRUPT_NO_DPC)))
		return dpc_request_dpc_elsewhere(intr, ip);
	/* An ISR is called only while requests are accepted, and they are until it ends. */
	if (unlikely(pending->count) || trace_dpc_queue_enabled())
		return dpc_request_dpc_locked(intr, true);
	/* As dpc_served_add_running(); stage_end is for dpc_isr_ended(). */
	seq = intr->seq;
	pending->first = seq;
	pending->last = seq;
	pending->count = 1;
	pending->isr_start = intr->isr_start;
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
	/* In hard interrupts as well: that of model "hardirq". */
	dpc_work_queue_any(&intr->work);
	spin_unlock_irqrestore(&intr->lock, flags);
}

static noinline void dpc_call_trace_exit(const struct dpc_interrupt *intr,
					 const struct dpc_served *served, u64 duration)
{
	trace_dpc_exit(&intr->stats, served->last, served->first, intr->named.dpc,
		       dpc_clock_ns(duration));
}

/* dpc_call_account_wait() of whatever it may be, and the event. */
static noinline void dpc_call_account_wait_slow(struct dpc_interrupt *intr,
						const struct dpc_served *served, u64 isr_end,
						u64 start)
{
	u64 wait = 0;

	/* An ISR that has ended since @start was read, here or on another CPU. */
	if (isr_end > start)
		start = dpc_clock();
	if (isr_end)
		wait = dpc_clock_between(isr_end, start);
	trace_dpc_entry(&intr->stats, served->last, served->first, intr->named.dpc,
			dpc_clock_ns(wait), served->count);
	if (served->count)
		dpc_stats_count_slow(&intr->stats, DPC_STAGE_ISR_TO_DPC, wait, served->count - 1,
				     served->first, served->last, intr->named.dpc);
}

/*
 * Count how long what @served serves has waited from @isr_end, 0 if that is not
 * known, to @start.  If that comes first, or is all there is, it is no short time.
 * Return: true if this took time.
 */
static __always_inline bool dpc_call_account_wait(struct dpc_interrupt *intr,
						  const struct dpc_served *served, u64 isr_end,
						  u64 start)
{
	struct dpc_stats_block *block = dpc_stats_here(&intr->stats, DPC_STAGE_ISR_TO_DPC);

	if (trace_dpc_entry_enabled() || unlikely(served->count != 1) ||
	    !dpc_stats_is_quick(block, start - isr_end)) {
		dpc_call_account_wait_slow(intr, served, isr_end, start);
		return true;
	}
	dpc_stats_quick(block, 1, start - isr_end);
	return false;
}

/* Count the call.  Return: true if that took time. */
static __always_inline bool dpc_call_account(struct dpc_interrupt *intr,
					     const struct dpc_served *served, u64 duration)
{
	bool traced = trace_dpc_exit_enabled();

	if (traced)
		dpc_call_trace_exit(intr, served, duration);
	return dpc_account(intr, DPC_STAGE_DPC, duration, served, served->count == 1, traced);
}

static noinline void dpc_call_level_report(struct dpc_interrupt *intr, struct dpc_level level)
{
	dpc_level_report(&level, &intr->stats, "DPC", intr->named.dpc);
}

/* Call the routine for @served, at @start or a little later; see dpc_interrupt_call(). */
static __always_inline u64 dpc_interrupt_call_for(struct dpc_interrupt *intr,
						  struct dpc_run *run, struct dpc_served *served,
						  u64 isr_end, u64 start, bool irqs_on)
{
	void (*routine)(struct dpc_interrupt *, struct dpc_served *) = intr->ops.dpc;
	struct dpc_level level;
	struct dpc_stats *stats;
	u64 end, now;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
	/* To have told of the wait is not the routine's time. */
	if (dpc_call_account_wait(intr, served, isr_end, start))
		start = dpc_clock();
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();

	dpc_level_save(&level, !irqs_on);
	stats = &intr->stats;
	/* Or gcc would keep it, for who may need it in the end. */
	OPTIMIZER_HIDE_VAR(stats);
	dpc_run_call(run, stats, routine, start);
	if (irqs_on && !IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_enable();
	routine(intr, served);
	end = dpc_clock();
	if (dpc_level_changed(&level))
		dpc_call_level_report(intr, level);
	if (irqs_on)
		local_irq_disable();
	/* Of who comes next. */
	run->stats = &dpc_unbound_stats;

	/* To have told of it is not the next one's time. */
	now = end;
	if (dpc_call_account(intr, served, dpc_clock_between(start, end)))
		now = dpc_clock();
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
 * Call the driver's DPC routine, at @start or a little later, for what the ISR left;
 * inside dpc_run_enter().  Interrupts are off before and after, and, unless @irqs_on,
 * during the routine.  @served: room for what it serves, to which nobody else comes.
 * Return: when it had returned; @start if there was nothing to do.
 */
static __always_inline u64 dpc_interrupt_call(struct dpc_interrupt *intr, struct dpc_run *run,
					      struct dpc_served *served, u64 start, bool irqs_on)
{
	struct dpc_served *pending = &intr->dpc_pending;
	u64 isr_end;

	/* There, the lock sleeps. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_enable();
	/* What this waits for is part of the wait, and not the routine's time. */
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
		/* No ISR's: see dpc_isr_ended(). */
		pending->first = 0;
		dpc_interrupt_unlock_irqoff(intr);
		return dpc_interrupt_call_for(intr, run, served, isr_end, start, irqs_on);
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

	/* Or gcc would have two pointers to it. */
	OPTIMIZER_HIDE_VAR(intr);
#ifdef CONFIG_PREEMPT_RT
	struct dpc_served served;

	return dpc_interrupt_call(intr, run, &served, now, true);
#else
	return dpc_interrupt_call(intr, run, &run->served, now, true);
#endif
}

/* For model_hardirq.c: interrupts stay off, and what they have hit goes on later. */
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

	/* Only a DPC routine has been given @served: that of model "hardirq". */
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

static void dpc_interrupt_run_work(struct dpc_work *work)
{
	struct dpc_interrupt *intr = container_of(work, struct dpc_interrupt, work);
	struct dpc_stats *stats = &intr->stats;
	void *routine = intr->named.work;
	struct dpc_served served;
	u64 start, end, wait, duration;

	spin_lock_irq(&intr->lock);
	served = intr->work_pending;
	intr->work_pending = (struct dpc_served){ };
	intr->work_waiting = false;
	spin_unlock_irq(&intr->lock);

	start = dpc_clock();
	wait = dpc_wait(&served, start);
	trace_dpc_work_entry(stats, served.last, served.first, routine, dpc_clock_ns(wait),
			     served.count);
	if (served.count)
		dpc_stats_add(stats, DPC_STAGE_DPC_TO_WORK, wait, dpc_coalesced(&served),
			      &served, routine, trace_dpc_work_entry_enabled());

	start = dpc_clock();
	intr->ops.work(intr, &served);
	end = dpc_clock();

	duration = dpc_clock_between(start, end);
	trace_dpc_work_exit(stats, served.last, served.first, routine, dpc_clock_ns(duration));
	dpc_stats_add(stats, DPC_STAGE_WORK, duration, dpc_coalesced(&served), &served,
		      routine, trace_dpc_work_exit_enabled());
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

	if (!served->count)
		return;

	/* DPC and work routine may both count here, on one CPU. */
	local_irq_save(flags);
	duration = dpc_clock_between(served->isr_start, dpc_clock());
	trace_dpc_complete(&intr->stats, served->last, served->first, caller,
			   dpc_clock_ns(duration));
	dpc_stats_add(&intr->stats, DPC_STAGE_COMPLETE, duration, dpc_coalesced(served),
		      served, caller, trace_dpc_complete_enabled());
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_complete_ip);

/* ---- The connected objects ---------------------------------------------- */

static DEFINE_MUTEX(dpc_connected_mutex);
static LIST_HEAD(dpc_connected);	/* struct dpc_interrupt.connection */

/* Whether @intr, whose memory may hold anything, is connected. */
static bool dpc_interrupt_is_connected(const struct dpc_interrupt *intr)
{
	const struct dpc_interrupt *each;
	bool found = false;

	mutex_lock(&dpc_connected_mutex);
	list_for_each_entry(each, &dpc_connected, connection) {
		if (each == intr) {
			found = true;
			break;
		}
	}
	mutex_unlock(&dpc_connected_mutex);
	return found;
}

static void dpc_interrupt_enlist(struct dpc_interrupt *intr)
{
	mutex_lock(&dpc_connected_mutex);
	list_add(&intr->connection, &dpc_connected);
	mutex_unlock(&dpc_connected_mutex);
}

static void dpc_interrupt_delist(struct dpc_interrupt *intr)
{
	mutex_lock(&dpc_connected_mutex);
	list_del(&intr->connection);
	mutex_unlock(&dpc_connected_mutex);
}

static bool dpc_interrupt_is_of(const struct dpc_interrupt *intr, const struct module *mod)
{
	return within_module((unsigned long)intr->ops.isr, mod) ||
	       within_module((unsigned long)intr, mod);
}

/**
 * dpc_interrupt_find - find a connected interrupt object of a module
 * @mod: the module
 *
 * Context: a thread that may sleep.
 * Return: one whose ISR or memory is the module's, or NULL.
 */
struct dpc_interrupt *dpc_interrupt_find(const struct module *mod)
{
	struct dpc_interrupt *intr, *found = NULL;

	mutex_lock(&dpc_connected_mutex);
	list_for_each_entry(intr, &dpc_connected, connection) {
		if (dpc_interrupt_is_of(intr, mod)) {
			found = intr;
			break;
		}
	}
	mutex_unlock(&dpc_connected_mutex);
	return found;
}

/* ---- Start and stop ------------------------------------------------------ */

/* Under the interrupt's lock, like who asks. */
static void dpc_interrupt_accept_locked(struct dpc_interrupt *intr, bool accept)
{
	lockdep_assert_held(&intr->lock);

	if (accept)
		intr->accept_work = true;
	WRITE_ONCE(intr->accept_dpc, accept);
}

/* The same inside dpc_interrupt_lock(), which takes another lock if the ISR is passive. */
static void dpc_interrupt_accept(struct dpc_interrupt *intr, bool accept)
{
	if (dpc_is_passive(intr)) {
		spin_lock_irq(&intr->lock);
		dpc_interrupt_accept_locked(intr, accept);
		spin_unlock_irq(&intr->lock);
	} else {
		dpc_interrupt_accept_locked(intr, accept);
	}
}

/*
 * The callbacks are synchronised calls (S1): they run where dpc_interrupt_synchronize()
 * would call them, and may do what its function may.
 */
static void dpc_interrupt_enable_locked(struct dpc_interrupt *intr)
{
	lockdep_assert_held(&intr->mutex);

	if (intr->enabled)
		return;
	intr->enabled = true;

	dpc_interrupt_lock(intr);
	dpc_interrupt_accept(intr, true);
	if (trace_dpc_interrupt_enabled())
		dpc_announce(intr);
	if (intr->ops.enable)
		intr->ops.enable(intr);
	dpc_interrupt_unlock(intr);
	dpc_mask_unmask_line(intr);
}

static void dpc_interrupt_disable_locked(struct dpc_interrupt *intr)
{
	lockdep_assert_held(&intr->mutex);

	if (!intr->enabled)
		return;
	intr->enabled = false;

	/* First: an ISR that has been on its way ends while it is still accepted. */
	dpc_mask_line(intr);
	dpc_interrupt_lock(intr);
	if (intr->ops.disable)
		intr->ops.disable(intr);
	dpc_interrupt_accept(intr, false);
	dpc_interrupt_unlock(intr);

	/* An ISR that began before has ended, and has asked for what it wants. */
	synchronize_irq(intr->stats.irq);
	intr->model->flush(intr);

	/* No DPC is left that could ask for the work item. */
	spin_lock_irq(&intr->lock);
	intr->accept_work = false;
	spin_unlock_irq(&intr->lock);
	dpc_work_flush(&intr->work);
}

static void *dpc_interrupt_create(struct dpc_interrupt *intr, const struct dpc_model *model)
{
	return model->create ? model->create(intr) : NULL;
}

static void dpc_interrupt_destroy(const struct dpc_model *model, void *carrier)
{
	if (model->destroy)
		model->destroy(carrier);
}

static bool dpc_params_valid(const struct dpc_interrupt_params *params)
{
	const struct dpc_interrupt_ops *ops = params->ops;

	return params->dev && params->name && ops && ops->isr && (ops->dpc || ops->work) &&
	       params->irq > 0 && (u32)params->model < DPC_MODEL_NR &&
	       !(params->flags & ~(DPC_INTERRUPT_SHARED | DPC_INTERRUPT_PASSIVE));
}

/* Who is named where the driver does not say: the routines that are called. */
static void dpc_interrupt_set_named(struct dpc_interrupt *intr,
			       const struct dpc_interrupt_params *params)
{
	intr->named = params->named;
	if (!intr->named.isr)
		intr->named.isr = intr->ops.isr;
	if (!intr->named.dpc)
		intr->named.dpc = intr->ops.dpc;
	if (!intr->named.work)
		intr->named.work = intr->ops.work;
	intr->stats.named = intr->named.dpc;
}

/* dpc_interrupt_connect() in the name of the code at @ip. */
int dpc_interrupt_connect_ip(struct dpc_interrupt *intr, const struct dpc_interrupt_params *params,
			     unsigned long ip)
{
	const struct dpc_model *model;
	void *carrier;
	int err;

	if (!dpc_may_wait(ip, "dpc_interrupt_connect"))
		return -EDEADLK;
	if (dpc_interrupt_is_connected(intr)) {
		dpc_misuse(ip, "connects an interrupt object that is connected");
		return -EBUSY;
	}
	if (!dpc_params_valid(params))
		return -EINVAL;
	model = dpc_model_of(params->model);
	if (model->needs)
		return -EOPNOTSUPP;

	memset(intr, 0, sizeof(*intr));
	spin_lock_init(&intr->lock);
	mutex_init(&intr->mutex);
	mutex_init(&intr->passive_lock);
	intr->ops = *params->ops;
	intr->flags = params->flags | (params->ops->dpc ? 0 : DPC_INTERRUPT_NO_DPC);
	dpc_work_init(&intr->work, params->dev, dpc_interrupt_run_work);
	err = dpc_stats_init(&intr->stats, params->name,
			     atomic_inc_return(&dpc_interrupt_last_id), params->irq);
	if (err)
		return err;
	dpc_mask_init(intr);
	dpc_interrupt_set_named(intr, params);

	carrier = dpc_interrupt_create(intr, model);
	if (IS_ERR(carrier)) {
		dpc_stats_destroy(&intr->stats);
		return PTR_ERR(carrier);
	}

	dpc_interrupt_enlist(intr);
	mutex_lock(&intr->mutex);
	err = dpc_exchange_request(intr, model, carrier);
	if (!err)
		dpc_interrupt_enable_locked(intr);
	mutex_unlock(&intr->mutex);
	if (err) {
		dpc_interrupt_delist(intr);
		dpc_interrupt_destroy(model, carrier);
		dpc_stats_destroy(&intr->stats);
	}
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_connect_ip);

/* dpc_interrupt_disconnect() in the name of the code at @ip. */
int dpc_interrupt_disconnect_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_disconnect"))
		return -EDEADLK;
	mutex_lock(&intr->mutex);
	dpc_interrupt_disable_locked(intr);
	dpc_exchange_free(intr);
	dpc_interrupt_destroy(intr->model, intr->carrier);
	mutex_unlock(&intr->mutex);
	dpc_interrupt_delist(intr);
	dpc_stats_destroy(&intr->stats);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_disconnect_ip);

/* dpc_interrupt_enable() in the name of the code at @ip. */
int dpc_interrupt_enable_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	int err;

	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_enable"))
		return -EDEADLK;
	mutex_lock(&intr->mutex);
	err = dpc_exchange_reconnect(intr);
	if (!err)
		dpc_interrupt_enable_locked(intr);
	mutex_unlock(&intr->mutex);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_enable_ip);

/* dpc_interrupt_disable() in the name of the code at @ip. */
int dpc_interrupt_disable_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_disable"))
		return -EDEADLK;
	mutex_lock(&intr->mutex);
	dpc_interrupt_disable_locked(intr);
	mutex_unlock(&intr->mutex);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_disable_ip);

/* What may fail comes first: then the old model has not even stopped. */
static int dpc_interrupt_switch(struct dpc_interrupt *intr, const struct dpc_model *model)
{
	const struct dpc_model *old = intr->model;
	void *carrier, *old_carrier = intr->carrier;
	bool enabled = intr->enabled;
	int err;

	lockdep_assert_held(&intr->mutex);

	carrier = dpc_interrupt_create(intr, model);
	if (IS_ERR(carrier))
		return PTR_ERR(carrier);
	dpc_interrupt_disable_locked(intr);
	err = dpc_exchange(intr, model, carrier);
	if (err)
		dpc_interrupt_destroy(model, carrier);
	else
		dpc_interrupt_destroy(old, old_carrier);
	if (enabled && intr->connected)
		dpc_interrupt_enable_locked(intr);
	return err;
}

/* dpc_interrupt_set_model() in the name of the code at @ip. */
int dpc_interrupt_set_model_ip(struct dpc_interrupt *intr, enum dpc_model_id id, unsigned long ip)
{
	const struct dpc_model *model = dpc_model_of(id);
	int err;

	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_set_model"))
		return -EDEADLK;
	if (!model)
		return -EINVAL;
	if (model->needs)
		return -EOPNOTSUPP;

	mutex_lock(&intr->mutex);
	err = dpc_exchange_reconnect(intr);
	if (!err && intr->model != model)
		err = dpc_interrupt_switch(intr, model);
	mutex_unlock(&intr->mutex);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_set_model_ip);

/* ---- Questions ----------------------------------------------------------- */

/**
 * dpc_interrupt_model - what carries the second stage
 * @intr: a connected interrupt object
 *
 * Context: any.
 * Return: the model.
 */
enum dpc_model_id dpc_interrupt_model(struct dpc_interrupt *intr)
{
	return dpc_model_id(READ_ONCE(intr->model));
}
EXPORT_SYMBOL_GPL(dpc_interrupt_model);

static u64 dpc_read_counter(struct dpc_interrupt *intr, const u64 *counter)
{
	unsigned long flags;
	u64 ret;

	if (dpc_holds_lock(intr))
		return *counter;
	spin_lock_irqsave(&intr->lock, flags);
	ret = *counter;
	spin_unlock_irqrestore(&intr->lock, flags);
	return ret;
}

/**
 * dpc_interrupt_count - interrupts handled since the connection
 * @intr: a connected interrupt object
 *
 * Context: thread or softirq, and wherever the interrupt's lock is held.
 * Return: the count, which is also the number of the last interrupt.
 */
u64 dpc_interrupt_count(struct dpc_interrupt *intr)
{
	return dpc_read_counter(intr, &intr->seq);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_count);

/**
 * dpc_interrupt_unhandled - interrupts that were not this device's
 * @intr: a connected interrupt object
 *
 * Context: thread or softirq, and wherever the interrupt's lock is held.
 * Return: the count since the connection.
 */
u64 dpc_interrupt_unhandled(struct dpc_interrupt *intr)
{
	return dpc_read_counter(intr, &intr->unhandled);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_unhandled);

/**
 * dpc_interrupt_while_disabled - calls that came while the object was disabled
 * @intr: a connected interrupt object
 *
 * Of a shared line only: another one is masked, and waits (I7).  They may have been
 * for the others on the line.
 *
 * Context: thread or softirq, and wherever the interrupt's lock is held.
 * Return: the count since the connection.
 */
u64 dpc_interrupt_while_disabled(struct dpc_interrupt *intr)
{
	return dpc_read_counter(intr, &intr->while_disabled);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_while_disabled);

/**
 * dpc_interrupt_set_budget - set the budget of a stage of one interrupt
 * @intr: a connected interrupt object
 * @stage: enum dpc_stage
 * @budget_us: microseconds, 0 (none) to DPC_BUDGET_MAX_US
 *
 * Context: thread.
 * Return: 0, or -EINVAL when @stage or @budget_us is out of range.
 */
int dpc_interrupt_set_budget(struct dpc_interrupt *intr, u32 stage, u32 budget_us)
{
	int err = dpc_stats_set_budget(&intr->stats, stage, budget_us);

	if (!err)
		trace_dpc_interrupt(intr, READ_ONCE(intr->model)->name);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_set_budget);
