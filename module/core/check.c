// SPDX-License-Identifier: GPL-2.0
/*
 * Does a routine return at the level at which it was entered (Q15)?
 */
#include "core.h"

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

static atomic64_t dpc_violation_count;

/*
 * Name the routine, and put right what can be put right: everything that runs
 * on this CPU afterwards would otherwise suffer for it.  A lock can't be given
 * back on the routine's behalf.
 */
void dpc_level_violation(const struct dpc_level *before, const char *name,
			 const char *stage, void *function)
{
	int preempt = preempt_count();
	int depth = lockdep_depth(current);
	bool irqs_off = irqs_disabled();

	preempt_count_set(before->preempt_count);
	if (irqs_off && !before->irqs_disabled)
		local_irq_enable();
	else if (!irqs_off && before->irqs_disabled)
		local_irq_disable();

	atomic64_inc(&dpc_violation_count);
	pr_err_ratelimited("%s: %s routine %ps broke its contract: preempt count %08x on entry, %08x on return; interrupts %s, %s; %d locks held, %d\n",
			   name, stage, function, before->preempt_count, preempt,
			   before->irqs_disabled ? "off" : "on", irqs_off ? "off" : "on",
			   before->lockdep_depth, depth);
}

/**
 * dpc_violations - routines that returned at another level than they entered
 *
 * Counts calls of ISRs and DPC routines of all drivers since the module was
 * loaded that came back with a changed preempt count, with interrupts in
 * another state, or (on a lockdep kernel) with a lock held (Q15).  The kernel
 * itself watches work routines.  On PREEMPT_RT, bottom halves that are left off
 * don't show in the preempt count.
 *
 * Context: any.
 * Return: the count.
 */
u64 dpc_violations(void)
{
	return atomic64_read(&dpc_violation_count);
}
EXPORT_SYMBOL_GPL(dpc_violations);
