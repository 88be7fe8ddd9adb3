// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks that a routine returns at the level at which it was entered (Q15), and
 * reports and counts everything that drivers do wrong.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "check.h"
#include "run.h"

#include <linux/atomic.h>
#include <linux/dpc_watchdog.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

static atomic64_t dpc_violation_count;

/*
 * Undo what a routine has left.  Not by preempt_enable() and local_bh_enable(): in an ISR
 * bottom halves can't be switched on, and nothing may run before all is as it was.
 */
static void dpc_preempt_count_restore(int before)
{
	int more = preempt_count() - before;

	if (more > 0)
		preempt_count_sub(more);
	else if (more < 0)
		preempt_count_add(-more);
}

/*
 * Name the routine, and restore the level: if it stayed wrong, everything that runs
 * on this CPU afterwards would suffer.  A lock that the routine has kept can't be
 * released on its behalf.
 */
void dpc_level_violation(struct dpc_level before, const struct dpc_stats *stats,
			 const char *stage, void *function)
{
	int preempt = preempt_count();
	int depth = lockdep_depth(current);
	bool irqs_off = irqs_disabled();

	dpc_preempt_count_restore(before.preempt_count);
	dpc_run_lower();
	if (irqs_off && !before.irqs_disabled)
		local_irq_enable();
	else if (!irqs_off && before.irqs_disabled)
		local_irq_disable();
	/* On PREEMPT_RT they are a lock of this CPU, which the task would keep for ever. */
	while (dpc_softirq_count() > before.softirq_count)
		local_bh_enable();

	atomic64_inc(&dpc_violation_count);
	pr_err_ratelimited("%s: %s routine %ps broke its contract: preempt count %08x on entry, %08x on return; interrupts %s, %s; %d locks held, %d\n",
			   stats->name, stage, function, before.preempt_count, preempt,
			   before.irqs_disabled ? "off" : "on", irqs_off ? "off" : "on",
			   before.lockdep_depth, depth);
}

/**
 * dpc_misuse - report that a driver has called an export in a way that is not allowed
 * @ip: an address in the driver's code
 * @what: what that code does, the end of a sentence that begins with its name
 *
 * @ip is not a return address: after a tail call, that is in whatever has called the
 * driver.  So what a driver calls is an inline function in a header, which gives its
 * own address, _THIS_IP_, to the exported one, the name of which ends in _ip (M5).
 *
 * Context: any but NMI.
 */
void dpc_misuse(unsigned long ip, const char *what)
{
	atomic64_inc(&dpc_violation_count);
	pr_err_ratelimited("%pS %s\n", (void *)ip, what);
}
EXPORT_SYMBOL_NS_GPL(dpc_misuse, DPC_CORE_INTERNAL_NS);

u64 dpc_violations(void)
{
	return atomic64_read(&dpc_violation_count);
}
EXPORT_SYMBOL_GPL(dpc_violations);
