// SPDX-License-Identifier: GPL-2.0
/*
 * Work that takes longer than a DPC should goes on in another call (B2); the question
 * whether it is time, dpc_should_yield(), is in run.c.
 */

#include <linux/dpc_timer.h>
#include <linux/module.h>

/**
 * dpc_continue - end a DPC call and go on in another one shortly
 * @t: a timer of the driver's for this purpose, initialised; of either kind
 * @dpc: the object whose routine is to be called, normally the calling one
 *
 * For jobs that take longer than a DPC should (B1, B2).  Has the routine
 * called again from a high-resolution timer, DPC_CONTINUE_GAP_NS from now, on
 * this CPU.  DPCs that are queued now run before, and threads in between; were
 * the DPC queued again at once, the drain would go on with it and no thread
 * would run.
 *
 * The new call gets the timer's arguments, not those of the first call (T6),
 * so the state of the job has to be in what the context points to.  A job of
 * 5 ms in slices of at most 100 us, with blocks of work that take less than
 * 10 us each::
 *
 *	static void crunch(struct dpc *dpc, void *context, void *arg1, void *arg2)
 *	{
 *		struct job *job = context;
 *		u64 end = local_clock() + 90 * NSEC_PER_USEC;
 *
 *		while (job->blocks_left) {
 *			if (local_clock() >= end) {
 *				dpc_continue(&job->timer, dpc);
 *				return;
 *			}
 *			crunch_block(job);
 *			job->blocks_left--;
 *		}
 *		complete(&job->done);
 *	}
 *
 *	dpc_timer_init(&job->timer, DPC_TIMER_NOTIFICATION);
 *	dpc_init(&job->dpc, crunch, job);
 *	...
 *	dpc_queue(&job->dpc, NULL, NULL);
 *
 * While a job is between two slices its DPC is idle: somebody else who queues
 * it starts a slice that the timer knows nothing of, and jobs like this one
 * want a flag "busy" of their own against that.  dpc_timer_destroy() ends the
 * job after the slice that runs.
 *
 * Context: a DPC routine.
 */
void dpc_continue(struct dpc_timer *t, struct dpc *dpc)
{
	dpc_timer_set(t, DPC_CONTINUE_GAP_NS, 0, 0, dpc);
}
EXPORT_SYMBOL_GPL(dpc_continue);
