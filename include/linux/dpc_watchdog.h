/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time at DISPATCH: slices for long work, the busy-wait limit, the watchdog.
 *
 * Module: dpc_core.ko.  The rule numbers (B1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_WATCHDOG_H
#define _LINUX_DPC_WATCHDOG_H

#include <linux/types.h>

/*
 * A call should take at most DPC_SLICE_US (B1).  dpc_should_yield() says so a
 * little earlier, so that the piece of work that was begun before the answer
 * still fits.
 */
#define DPC_SLICE_US		100
#define DPC_YIELD_US		80

#define DPC_BUSY_WAIT_MAX_US	100	/* B1 */

/**
 * enum dpc_watchdog_kind - what took too long (B3)
 * @DPC_WATCHDOG_CALL: a single call of a DPC routine
 * @DPC_WATCHDOG_SERIES: an uninterrupted series of calls, no thread in between
 * @DPC_WATCHDOG_NR: number of kinds
 */
enum dpc_watchdog_kind {
	DPC_WATCHDOG_CALL,
	DPC_WATCHDOG_SERIES,
	DPC_WATCHDOG_NR,
};

/**
 * struct dpc_watchdog_info - what dpc_watchdog_query() tells
 * @call_limit_ns: limit of a single call, 0 if it is off
 * @call_left_ns: what is left of it for the running call, 0 if none or off
 * @series_limit_ns: limit of an uninterrupted series, 0 if it is off
 * @series_left_ns: what is left of it, 0 if none or off
 */
struct dpc_watchdog_info {
	u64	call_limit_ns;
	u64	call_left_ns;
	u64	series_limit_ns;
	u64	series_left_ns;
};

/**
 * dpc_watchdog_query - how long may this go on?
 * @info: filled in
 *
 * Inside a threaded DPC the time counts during which others have preempted it.
 *
 * Context: any; answers where a DPC runs, or at DISPATCH (B3).  A thread that
 * has raised its level is told what the watchdog knows: it counts from when its
 * timer has found the thread there.
 * Return: 0, or -EPERM elsewhere; then @info is not touched.
 */
int dpc_watchdog_query(struct dpc_watchdog_info *info);

/**
 * dpc_watchdog_violations - how often something took too long
 * @kind: enum dpc_watchdog_kind
 *
 * Context: any.
 * Return: the count since the module was loaded, all CPUs.
 */
u64 dpc_watchdog_violations(enum dpc_watchdog_kind kind);

/**
 * dpc_should_yield - whether a DPC routine with long work should stop for now
 *
 * For a routine whose work can take longer than DPC_SLICE_US: it asks between
 * pieces of at most DPC_SLICE_US - DPC_YIELD_US microseconds, and on true has
 * itself called again (dpc_continue()) and returns (B2).  A job of any length, in
 * slices of at most DPC_SLICE_US, between which other DPCs and threads run::
 *
 *	static void crunch(struct dpc *dpc, void *context, void *arg1, void *arg2)
 *	{
 *		struct job *job = context;
 *
 *		while (job->blocks_left) {
 *			if (dpc_should_yield()) {
 *				dpc_continue(&job->timer, dpc);
 *				return;
 *			}
 *			crunch_block(job);	// takes 20 us at most
 *			job->blocks_left--;
 *		}
 *		complete(&job->done);
 *	}
 *
 * Context: any.  Costs a clock reading.
 * Return: true if the running call has taken DPC_YIELD_US or more; false if it
 * has not, and outside of DPC routines.
 */
bool dpc_should_yield(void);

/**
 * dpc_busy_wait_us - wait without sleeping
 * @us: microseconds, 0 to DPC_BUSY_WAIT_MAX_US
 *
 * Context: any.
 * Return: 0 after the wait, or -EINVAL at once if @us is more than a DPC may
 * wait (B1); then use a timer.
 */
int dpc_busy_wait_us(unsigned int us);

#endif /* _LINUX_DPC_WATCHDOG_H */
