// SPDX-License-Identifier: GPL-2.0-only
/*
 * DPCs that ISRs ask for and that are not an interrupt object's own.  This file ties
 * the call to the interrupts that it serves (M3).
 *
 *   code                       under        does to dpc_for_isr.pending
 *   -------------------------  -----------  ----------------------------------------
 *   an ISR that asks           @lock, then  adds its number, then queues the object
 *                              none
 *   the end of that ISR        @lock        notes when the wait began
 *   the call                   @lock        takes all of it
 *
 * If the call takes it between the two steps of an ISR that asks, the call serves that
 * interrupt, whose data it sees as well ([B] in queue.c), and the next call, which the
 * second step causes, serves none.
 *
 * Only the number of the interrupt object is kept, because the object may be
 * disconnected while the DPC is queued, or after the DPC was cancelled.  The call looks
 * the number up, under RCU; if the object has gone, the call serves no interrupt.
 * dpc_interrupt_disconnect() waits for the calls that have found the object.
 *
 * If two interrupt objects ask for one call, it is told in the name of the first.
 */
#include "call.h"
#include "clock.h"
#include "dispatch.h"
#include "dpc.h"
#include "for_isr.h"
#include "run.h"
#include "served.h"
#include "stats.h"

#include <linux/dpc_for_isr.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

DEFINE_PER_CPU(struct dpc_interrupt *, dpc_isr_here);

/*
 * The interrupt object in whose ISR the caller is; NULL elsewhere, in a passive ISR,
 * and on PREEMPT_RT also where another ISR has preempted this one.
 */
static struct dpc_interrupt *dpc_isr_running(void)
{
	struct dpc_interrupt *intr;

	/* While this has the CPU, an ISR that it has preempted does not end. */
	preempt_disable();
	intr = __this_cpu_read(dpc_isr_here);
	if (intr && READ_ONCE(intr->isr_task) != current)
		intr = NULL;
	preempt_enable();
	return intr;
}

/* The interrupt objects whose ISRs have asked for such DPCs, by number. */
static DEFINE_HASHTABLE(dpc_for_isr_askers, 6);
static DEFINE_RAW_SPINLOCK(dpc_for_isr_lock);

/* In the ISR of @intr: a DPC can find it from now on. */
static void dpc_for_isr_add(struct dpc_interrupt *intr)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dpc_for_isr_lock, flags);
	hash_add_rcu(dpc_for_isr_askers, &intr->asker, intr->stats.id);
	raw_spin_unlock_irqrestore(&dpc_for_isr_lock, flags);
	intr->asks = true;
}

/* No ISR of @intr runs any more.  Returns when no DPC uses it. */
void dpc_for_isr_forget(struct dpc_interrupt *intr)
{
	unsigned long flags;

	if (!intr->asks)
		return;
	raw_spin_lock_irqsave(&dpc_for_isr_lock, flags);
	hash_del_rcu(&intr->asker);
	raw_spin_unlock_irqrestore(&dpc_for_isr_lock, flags);
	synchronize_rcu();
}

/* The caller holds rcu_read_lock(). */
static struct dpc_interrupt *dpc_for_isr_find(u32 id)
{
	struct dpc_interrupt *intr;

	hash_for_each_possible_rcu(dpc_for_isr_askers, intr, asker, id)
		if (intr->stats.id == id)
			return intr;
	return NULL;
}

/*
 * In the ISR of @intr, which asks for @f.
 * Return: the first of its interrupts that wait for the call.
 */
static u64 dpc_for_isr_note(struct dpc_for_isr *f, struct dpc_interrupt *intr)
{
	u64 first = intr->seq;
	unsigned long flags;

	if (!intr->asks)
		dpc_for_isr_add(intr);
	raw_spin_lock_irqsave(&f->lock, flags);
	if (!f->pending.count)
		f->id = intr->stats.id;
	if (f->id == intr->stats.id) {
		dpc_served_add_running(&f->pending, intr);
		first = f->pending.first;
	}
	/* Still on the list of another's ISR: the wait that begins here is not known. */
	if (!f->asked_by) {
		f->asked_by = intr;
		f->next = intr->asked;
		intr->asked = f;
	}
	raw_spin_unlock_irqrestore(&f->lock, flags);
	return first;
}

/* The ISR of @intr has ended at @end; intr->asked lists the DPCs that it asked for. */
void dpc_for_isr_ended(struct dpc_interrupt *intr, u64 end)
{
	struct dpc_for_isr *f, *next;
	unsigned long flags;

	for (f = intr->asked; f; f = next) {
		raw_spin_lock_irqsave(&f->lock, flags);
		next = f->next;
		if (f->id == intr->stats.id && f->pending.count && f->pending.first == intr->seq)
			f->pending.stage_end = end;
		f->asked_by = NULL;
		raw_spin_unlock_irqrestore(&f->lock, flags);
	}
	intr->asked = NULL;
}

bool dpc_for_isr_request(struct dpc_for_isr *f, void *arg1, void *arg2)
{
	struct dpc_interrupt *intr = dpc_isr_running();
	bool queued, raised;
	u64 first;

	if (!intr)
		return dpc_queue(&f->dpc, arg1, arg2);

	first = dpc_for_isr_note(f, intr);
	raised = dpc_raise_level();
	queued = dpc_queue_untraced(&f->dpc, arg1, arg2);
	trace_dpc_queue(&intr->stats, intr->seq, first, f->function, queued);
	dpc_lower_level(raised);
	return queued;
}
EXPORT_SYMBOL_GPL(dpc_for_isr_request);

/* The drain calls this, and leaves the accounting to it. */
static void dpc_for_isr_run(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct dpc_for_isr *f = container_of(context, struct dpc_for_isr, function);
	struct dpc_call call = {
		.stats = &dpc_unbound_stats,
		.function = f->function,
		.routine = f->routine,
		.dpc = dpc,
		.context = f->context,
		.arg1 = arg1,
		.arg2 = arg2,
	};
	struct dpc_interrupt *intr = NULL;
	unsigned long flags;
	u32 id;

	raw_spin_lock_irqsave(&f->lock, flags);
	call.served = f->pending;
	f->pending = (struct dpc_served){ };
	id = f->id;
	raw_spin_unlock_irqrestore(&f->lock, flags);

	/* From here on @f is not used any more: the routine may queue or free it (Q9). */
	rcu_read_lock();
	if (call.served.count)
		intr = dpc_for_isr_find(id);
	if (intr)
		call.stats = &intr->stats;
	else
		call.served = (struct dpc_served){ };
	dpc_call(raw_cpu_ptr(&dpc_runs[DPC_QUEUE_ORDINARY]), &call);
	rcu_read_unlock();
}

/* dpc_for_isr_init() in the name of the code at @ip. */
void dpc_for_isr_init_ip(struct dpc_for_isr *f, dpc_routine_t routine, void *context,
			 void *function, unsigned long ip)
{
	dpc_init_named_ip(&f->dpc, dpc_for_isr_run, &f->function, ip);
	f->dpc.flags |= DPC_F_ACCOUNTS;
	f->function = function;
	f->routine = routine;
	f->context = context;
	raw_spin_lock_init(&f->lock);
	f->id = 0;
	f->pending = (struct dpc_served){ };
	f->asked_by = NULL;
	f->next = NULL;
}
EXPORT_SYMBOL_GPL(dpc_for_isr_init_ip);
