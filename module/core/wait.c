// SPDX-License-Identifier: GPL-2.0-only
/*
 * May the caller wait?
 *
 * A DPC routine that waits for DPCs, a work routine that waits for itself, or an
 * interrupt handler that waits for anything would wait for ever, and its CPU with
 * it.  So each export that waits asks here before it does anything else.  If the
 * answer is no, the call does nothing, the log names the caller, and
 * dpc_violations() counts it.
 *
 *   export                                    a refused call returns
 *   ----------------------------------------  ------------------------------------
 *   dpc_flush, dpc_cancel_sync,               false
 *   dpc_work_flush
 *   dpc_flush_all, dpc_call_all,              -EDEADLK
 *   dpc_timer_wait and dpc_event_wait with a
 *   timeout,
 *   dpc_timer_destroy, dpc_stats_init,
 *   _destroy, _read, dpc_interrupt_connect,
 *   _disconnect, _enable, _disable,
 *   _set_model
 *   dpc_interrupt_lock and _synchronize       see there
 *   dpc_call_all_synchronize                  false; see there
 *
 * A "no" is always right: it depends only on the calling context, or on marks that
 * only the calling task can have set.
 */
#include "check.h"
#include "held.h"
#include "wait.h"

#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_work.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

/* Why nobody may sleep here, or NULL. */
static const char *dpc_wait_obstacle(void)
{
	if (in_nmi() || in_hardirq())
		return "in a hard interrupt";
	if (dpc_is_executing())
		return "in a DPC routine";
	if (in_serving_softirq())
		return "in a softirq";
	if (irqs_disabled())
		return "with interrupts off";
	if (softirq_count())
		return "at DISPATCH";
	/* preemptible() has no answer on kernels without a preempt count. */
	if (preempt_count())
		return "with preemption off";
	/* On PREEMPT_RT, the holder of a spin lock is in such a section, too. */
	if (rcu_preempt_depth())
		return "in an RCU read-side critical section or under a spin lock";
	return NULL;
}

/* Which of its own stages @intr is asked to wait for, or NULL. */
static const char *dpc_interrupt_obstacle(struct dpc_interrupt *intr)
{
	if (dpc_in_isr(intr))
		return "in the ISR of the same interrupt";
	if (READ_ONCE(intr->lock_task) == current || READ_ONCE(intr->passive_task) == current)
		return "under the lock of the same interrupt";
	if (current_work() == &intr->work.work)
		return "in the work routine of the same interrupt";
	return NULL;
}

static bool dpc_wait_refused(unsigned long caller, const char *function, const char *obstacle)
{
	char what[128];

	if (likely(!obstacle))
		return false;
	scnprintf(what, sizeof(what), "calls %s() %s, where it can't wait: refused", function,
		  obstacle);
	dpc_misuse(caller, what);
	return true;
}

/**
 * dpc_may_wait - whether the caller is a thread that may sleep
 * @caller: address of the code that is named if it is not
 * @function: name of the function that it has called
 *
 * Context: any.
 * Return: true if it is; false if @function must not go on.
 */
bool dpc_may_wait(unsigned long caller, const char *function)
{
	return !dpc_wait_refused(caller, function, dpc_wait_obstacle());
}
EXPORT_SYMBOL_NS_GPL(dpc_may_wait, DPC_CORE_INTERNAL_NS);

/**
 * dpc_interrupt_may_wait - whether the stages of an interrupt object can be waited for
 * @intr: the interrupt object
 * @caller: address of the code that is named if not
 * @function: name of the function that it has called
 *
 * Context: any.
 * Return: as dpc_may_wait(); false as well if one of those stages is the caller.
 */
bool dpc_interrupt_may_wait(struct dpc_interrupt *intr, unsigned long caller,
			    const char *function)
{
	return !dpc_wait_refused(caller, function,
				 dpc_interrupt_obstacle(intr) ?: dpc_wait_obstacle());
}

/**
 * dpc_work_may_wait - whether a work item can be waited for
 * @work: the item
 * @caller: address of the code that is named if not
 * @function: name of the function that it has called
 *
 * Context: any.
 * Return: as dpc_may_wait(); false as well if the item's routine is the caller.
 */
bool dpc_work_may_wait(struct dpc_work *work, unsigned long caller, const char *function)
{
	return !dpc_wait_refused(caller, function,
				 current_work() == &work->work ?
				 "in the item's own routine" : dpc_wait_obstacle());
}
EXPORT_SYMBOL_NS_GPL(dpc_work_may_wait, DPC_CORE_INTERNAL_NS);
