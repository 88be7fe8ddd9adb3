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
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_isr_entry);
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

/* Moves on when the event dpc_interrupt is enabled; see dpc_announce_due(). */
static u32 dpc_trace_epoch = 1;

#define DPC_ANNOUNCE_INTERVAL	HZ

/* One of the events dpc_interrupt and dpc_isr_entry is on: one thing to look at. */
DEFINE_STATIC_KEY_FALSE(dpc_isrs_traced);

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

/*
 * Counts the reasons to measure: the module parameter "accounting" is one, and each
 * enabled event that has a time is another.
 */
DEFINE_STATIC_KEY_TRUE(dpc_accounting);

/* An event that has a time is enabled. */
int dpc_trace_account(void)
{
	static_branch_inc(&dpc_accounting);
	return 0;
}

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

/*
 * When the event goes on, and again now and then: the kernel does not say when
 * a second trace enables an event that is on already.
 */
bool dpc_announce_due(const struct dpc_interrupt *intr)
{
	return intr->announced != READ_ONCE(dpc_trace_epoch) ||
	       time_after_eq(jiffies, intr->announce_next);
}
