// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracepoints: the one place where they are defined, and what begins and ends when
 * somebody enables them.
 */
#include "model.h"
#include "trace.h"

#include <linux/dpc_interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include <trace/events/dpc.h>

/* For the KUnit suites, and for modules that want to act on what takes too long. */
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_isr_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_queue);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_work_queue);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_work_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_work_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_complete);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_overrun);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_watchdog);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_error);

u32 dpc_trace_epoch = 1;

#define DPC_ANNOUNCE_INTERVAL	HZ

/*
 * The tracing core calls this when the first user of dpc_interrupt comes: every object will
 * introduce itself anew.
 */
int dpc_trace_announce(void)
{
	WRITE_ONCE(dpc_trace_epoch, dpc_trace_epoch + 1);
	return 0;
}

/*
 * Counts the reasons to measure: the module parameter "accounting" is one, and each
 * enabled event that has a time is another.
 */
DEFINE_STATIC_KEY_TRUE(dpc_accounting);

/* The first user of an event that has a time comes ... */
int dpc_trace_account(void)
{
	static_branch_inc(&dpc_accounting);
	return 0;
}

/* ... and the last has gone. */
void dpc_trace_unaccount(void)
{
	static_branch_dec(&dpc_accounting);
}

/* dpc_entry or dpc_exit is enabled: the drain looks at one key instead of two. */
DEFINE_STATIC_KEY_FALSE(dpc_calls_traced);

int dpc_trace_calls(void)
{
	static_branch_inc(&dpc_calls_traced);
	return dpc_trace_account();
}

void dpc_trace_uncalls(void)
{
	dpc_trace_unaccount();
	static_branch_dec(&dpc_calls_traced);
}

void dpc_announce(struct dpc_interrupt *intr)
{
	intr->announced = READ_ONCE(dpc_trace_epoch);
	intr->announce_next = jiffies + DPC_ANNOUNCE_INTERVAL;
	trace_dpc_interrupt(intr, intr->model->name);
}
