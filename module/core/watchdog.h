/* SPDX-License-Identifier: GPL-2.0-only */
/* The watchdog: a drain or a raise starts it, module parameters set its limits. */
#ifndef _DPC_CORE_WATCHDOG_H
#define _DPC_CORE_WATCHDOG_H

#include "internal.h"
#include "run.h"

#include <linux/dpc_watchdog.h>

extern u32 dpc_watchdog_limit_us[DPC_WATCHDOG_NR];
extern bool dpc_watchdog_panic;

void dpc_watchdog_watch(void);
void dpc_watchdog_changed(void);
void dpc_watchdog_set_limit(enum dpc_watchdog_kind kind, u32 limit_us);
void dpc_watchdog_prepare(unsigned int cpu);
void dpc_watchdog_init(void);
void dpc_watchdog_exit(void);

/*
 * A drain or a raise has begun on this CPU; see to it that the watchdog's timer comes.
 * @run: that of the ordinary queue, also for a threaded drain.
 */
static __always_inline void dpc_watchdog_see(const struct dpc_run *run)
{
	/* data_race(): READ_ONCE() takes gcc one instruction more, here and elsewhere. */
	if (unlikely(data_race(run->watched) != DPC_WATCHED))
		dpc_watchdog_watch();
}

#endif /* _DPC_CORE_WATCHDOG_H */
