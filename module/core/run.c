// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs on this CPU: the record that the drain keeps, and what a driver may ask of
 * it (Q13, B1, B2).  The functions that write the record are in run.h.
 */
#include "clock.h"
#include "run.h"

#include <linux/delay.h>
#include <linux/dpc.h>
#include <linux/dpc_watchdog.h>
#include <linux/module.h>
#include <linux/preempt.h>

DEFINE_PER_CPU(struct dpc_run [DPC_QUEUE_KINDS], dpc_runs);

/* The drain that the caller runs in, or NULL (Q13). */
struct dpc_run *dpc_running(void)
{
	struct dpc_run *runs = raw_cpu_ptr(dpc_runs);

	if (in_nmi())
		return NULL;
	if (irqs_disabled() && runs[DPC_QUEUE_ORDINARY].in_hardirq)
		return &runs[DPC_QUEUE_ORDINARY];
	if (in_hardirq())
		return NULL;
	/* What can't preempt a drain, and is no hard interrupt, is part of it. */
	if (READ_ONCE(runs[DPC_QUEUE_ORDINARY].function) && in_softirq() &&
	    (!dpc_run_has_task(DPC_QUEUE_ORDINARY) ||
	     READ_ONCE(runs[DPC_QUEUE_ORDINARY].task) == current))
		return &runs[DPC_QUEUE_ORDINARY];
	/* A softirq on top of a threaded DPC is not that DPC. */
	if (READ_ONCE(runs[DPC_QUEUE_THREADED].task) == current && !in_serving_softirq())
		return &runs[DPC_QUEUE_THREADED];
	return NULL;
}

bool dpc_is_executing(void)
{
	return dpc_running();
}
EXPORT_SYMBOL_GPL(dpc_is_executing);

bool dpc_should_yield(void)
{
	const struct dpc_run *run = dpc_running();

	return run && dpc_clock_since(run->call_start) >= DPC_YIELD_US * NSEC_PER_USEC;
}
EXPORT_SYMBOL_GPL(dpc_should_yield);

int dpc_busy_wait_us(unsigned int us)
{
	if (us > DPC_BUSY_WAIT_MAX_US)
		return -EINVAL;
	udelay(us);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_busy_wait_us);
