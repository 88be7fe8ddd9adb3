// SPDX-License-Identifier: GPL-2.0-only
/*
 * The level of the running code, and the way up to DISPATCH and back.
 *
 * DISPATCH is the kernel's "bottom halves off".  So Linux code that switches them off
 * is at DISPATCH, too, and the kernel's count of how often they were switched off is
 * the nesting.  The table shows what dpc_level_lower() does, by the level and by the
 * level that it is to restore:
 *
 *   level now               old = PASSIVE          old = DISPATCH         old = DEVICE
 *   ----------------------  ---------------------  ---------------------  ------------
 *   PASSIVE                 misuse                 misuse                 misuse
 *   DISPATCH, raised once   enable, drain          misuse, enable, drain  misuse
 *   DISPATCH, deeper        misuse, enable         enable                 misuse
 *   a softirq, not raised   misuse                 misuse                 misuse
 *   interrupts off, raised  misuse, enable later   misuse, enable later   nothing
 *   interrupts off, a hard  misuse                 misuse                 nothing
 *   interrupt
 *
 * A wrong order is reported but each call still undoes one raise: as many lowers
 * as raises end where they began, and the rest of the system doesn't suffer.
 */
#include "../core/internal.h"

#include <linux/dpc.h>
#include <linux/dpc_sync.h>
#include <linux/module.h>
#include <linux/preempt.h>

/* How often bottom halves were switched off, other than by running in one. */
static unsigned int dpc_level_raises(void)
{
	return softirq_count() / SOFTIRQ_DISABLE_OFFSET;
}

/*
 * On PREEMPT_RT, bottom halves are switched off by a lock that sleeps.  Code that
 * can't be preempted can neither take nor release it.
 */
static bool dpc_level_is_fixed(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && !preemptible();
}

enum dpc_irql dpc_level(void)
{
	if (in_hardirq() || in_nmi() || irqs_disabled())
		return DPC_DEVICE_LEVEL;
	return softirq_count() ? DPC_DISPATCH_LEVEL : DPC_PASSIVE_LEVEL;
}
EXPORT_SYMBOL_GPL(dpc_level);

/* dpc_level_raise() in the name of the code at @ip. */
enum dpc_irql dpc_level_raise_ip(unsigned long ip)
{
	enum dpc_irql old = dpc_level();

	if (unlikely(old == DPC_DEVICE_LEVEL)) {
		dpc_misuse(ip, "raises to DISPATCH from device level");
		return old;
	}
	if (unlikely(old == DPC_PASSIVE_LEVEL && dpc_level_is_fixed())) {
		dpc_misuse(ip, "raises to DISPATCH with preemption off");
		return old;
	}
	local_bh_disable();
	if (old == DPC_PASSIVE_LEVEL)
		dpc_watchdog_raised(ip);
	return old;
}
EXPORT_SYMBOL_GPL(dpc_level_raise_ip);

/*
 * Undo one raise while interrupts are off.  There is no drain; the next interrupt
 * makes up for it.  PREEMPT_RT has no such function, so interrupts are switched on for
 * it there: they were on at the raise, and a CPU whose bottom halves stay off for ever
 * would be worse.
 */
static void dpc_level_lower_irqoff(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT)) {
		_local_bh_enable();
	} else if (!preempt_count()) {
		local_irq_enable();
		local_bh_enable();
		local_irq_disable();
	}
}

/* dpc_level_lower() in the name of the code at @ip. */
void dpc_level_lower_ip(enum dpc_irql old, unsigned long ip)
{
	enum dpc_irql level = dpc_level();
	unsigned int raises = dpc_level_raises();
	bool outermost = raises == 1 && !in_serving_softirq();
	bool leaves = old < DPC_DISPATCH_LEVEL;

	if (unlikely(old >= DPC_DEVICE_LEVEL)) {
		/* The raise at that level has changed nothing. */
		if (level < DPC_DEVICE_LEVEL)
			dpc_misuse(ip, "lowers to device level from below");
		return;
	}
	if (unlikely(!raises || in_hardirq() || in_nmi())) {
		dpc_misuse(ip, "lowers a level that it has not raised");
		return;
	}
	if (unlikely(level == DPC_DEVICE_LEVEL)) {
		dpc_misuse(ip, "lowers the level with interrupts off");
		if (outermost)
			dpc_watchdog_lowered();
		dpc_level_lower_irqoff();
		return;
	}
	if (unlikely(outermost && dpc_level_is_fixed())) {
		dpc_misuse(ip, "lowers the level with preemption off");
		return;
	}
	if (unlikely(outermost != leaves))
		dpc_misuse(ip, "lowers to another level than the one it came from");
	if (outermost)
		dpc_watchdog_lowered();
	local_bh_enable();
}
EXPORT_SYMBOL_GPL(dpc_level_lower_ip);
