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
 * A call should take at most DPC_SLICE_US (B1).  dpc_should_yield() answers true
 * after DPC_YIELD_US, so that a piece of work that was begun just before still fits.
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
 * struct dpc_watchdog_info - answer of dpc_watchdog_query()
 * @call_limit_ns: limit of a single call, 0 if it is off
 * @call_left_ns: time that is left for the running call, 0 if none or off
 * @series_limit_ns: limit of an uninterrupted series, 0 if it is off
 * @series_left_ns: time that is left for the series, 0 if none or off
 */
struct dpc_watchdog_info {
	u64	call_limit_ns;
	u64	call_left_ns;
	u64	series_limit_ns;
	u64	series_left_ns;
};

/**
 * dpc_watchdog_query - how much time the running call and series have left
 * @info: filled in
 *
 * The time of a threaded DPC includes the time during which others have preempted it.
 * For a thread that has raised its level, the watchdog counts from the moment at which
 * its timer has found the thread there.
 *
 * Context: any; it answers in a DPC and at DISPATCH (B3).
 * Return: 0; -EPERM elsewhere, and then @info is not touched.
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
 * A routine whose work can take longer than DPC_SLICE_US asks this between pieces of
 * at most DPC_SLICE_US - DPC_YIELD_US microseconds.  If the answer is true, it calls
 * dpc_continue() and returns (B2); the example stands there.
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
 * Return: 0 after the wait; -EINVAL at once if @us is more than a DPC may wait (B1),
 * and then a timer is the way to do it.
 */
int dpc_busy_wait_us(unsigned int us);

#endif /* _LINUX_DPC_WATCHDOG_H */
