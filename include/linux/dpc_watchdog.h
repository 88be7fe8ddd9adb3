/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time at DISPATCH: slices for long work, the busy-wait limit, the watchdog.
 *
 * The rule numbers (B1 ...) are those of docs/semantics.md.
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

int dpc_watchdog_query(struct dpc_watchdog_info *info);
u64 dpc_watchdog_violations(enum dpc_watchdog_kind kind);

bool dpc_should_yield(void);
int dpc_busy_wait_us(unsigned int us);

#endif /* _LINUX_DPC_WATCHDOG_H */
