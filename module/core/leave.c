// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules that leave while something of theirs is still queued, set or connected.
 *
 * The next call would go to memory that is gone, and lead to an oops in the code that
 * runs by then, with an address and no name.  The kernel tells us when the module's
 * exit function has returned and its memory is still there.  Then each such object is
 * named, counted in dpc_violations(), and ended:
 *
 *   object                       is known by             is ended by
 *   ---------------------------  ----------------------  -----------------------------
 *   a connected interrupt        its list in             disconnecting it, without its
 *   object                       interrupt.c             disable callback
 *   a periodic timer             its list in timer.c     stopping it
 *   a DPC, queued or running     the queues, dpc_runs    cancelling it, and waiting
 *
 * They are ended in this order, since each can lead to the next.  Then the errors that it
 * has told are printed, since a line names its routine.  A timer that is set
 * for one expiry, and a work item, are on no list of ours, because a list would cost
 * time at each set and at each queueing.  CONFIG_DEBUG_OBJECTS finds them.
 */
#include "check.h"
#include "error.h"
#include "interrupt.h"
#include "leave.h"
#include "queue.h"
#include "run.h"
#include "timer.h"

#include "../compat.h"

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/dpc_interrupt.h>
#include <linux/module.h>
#include <linux/notifier.h>

static unsigned int dpc_leave_interrupts_of(const struct module *mod)
{
	struct dpc_interrupt *intr;
	unsigned int count = 0;

	while ((intr = dpc_interrupt_find(mod))) {
		count++;
		dpc_misuse((unsigned long)intr->ops.isr,
			   "is still connected, and its module leaves: disconnected");
		/* The device may be out of reach by now. */
		intr->ops.disable = NULL;
		if (dpc_interrupt_disconnect(intr))
			break;
	}
	return count;
}

static unsigned int dpc_leave_timers_of(const struct module *mod)
{
	struct dpc_timer *t;
	unsigned int count = 0;
	void *routine;

	while ((t = dpc_timer_find(mod, &routine))) {
		count++;
		dpc_misuse((unsigned long)routine,
			   "is called by a periodic timer, and its module leaves: stopped");
		dpc_timer_stop(t);
	}
	return count;
}

/* A routine of @mod that runs now, on any CPU, or NULL. */
static void *dpc_leave_running(const struct module *mod)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++) {
			void *function = READ_ONCE(per_cpu(dpc_runs, cpu)[kind].function);

			if (function && within_module((unsigned long)function, mod))
				return function;
		}
	}
	return NULL;
}

static unsigned int dpc_leave_queued_of(const struct module *mod)
{
	unsigned int count = 0;
	struct dpc *dpc;
	void *routine;

	while ((dpc = dpc_queues_find(mod, &routine))) {
		count++;
		dpc_misuse((unsigned long)routine,
			   "is still queued, and its module leaves: cancelled");
		dpc_cancel_sync(dpc);
	}
	return count;
}

/*
 * A DPC that queues itself may be running whenever we look for it on a queue, so look
 * again until it is neither queued nor running.
 */
static unsigned int dpc_leave_dpcs_of(const struct module *mod)
{
	unsigned int count = dpc_leave_queued_of(mod);
	bool running = false;
	void *routine;

	while ((routine = dpc_leave_running(mod))) {
		if (!running)
			dpc_misuse((unsigned long)routine,
				   "still runs, and its module leaves: waited for");
		running = true;
		usleep_range(10, 100);
		count += dpc_leave_queued_of(mod);
	}
	return count + running + dpc_leave_queued_of(mod);
}

/**
 * dpc_leave - end what a module has left
 * @mod: the module; its memory is still there, and none of its code starts anything new
 *
 * Context: a thread that may sleep.
 * Return: how many interrupt objects, timers and DPCs it had left.
 */
unsigned int dpc_leave(const struct module *mod)
{
	unsigned int count;

	count = dpc_leave_interrupts_of(mod) + dpc_leave_timers_of(mod) + dpc_leave_dpcs_of(mod);
	dpc_error_flush();
	return count;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_leave);

static int dpc_leave_notify(struct notifier_block *block, unsigned long state, void *data)
{
#ifdef CONFIG_MODULES /* without, there is no such state, and nobody calls */
	if (state == MODULE_STATE_GOING)
		dpc_leave(data);
#endif
	return NOTIFY_DONE;
}

static struct notifier_block dpc_leave_block = { .notifier_call = dpc_leave_notify };

int dpc_leave_init(void)
{
	return register_module_notifier(&dpc_leave_block);
}

void dpc_leave_exit(void)
{
	unregister_module_notifier(&dpc_leave_block);
}
