// SPDX-License-Identifier: GPL-2.0-only
/*
 * Synchronised execution: code that the ISR of an interrupt object does not meet (S1).
 *
 * The lock is intr->lock, or, if the ISR is passive, intr->passive_lock.  Four kinds of
 * code hold it: a caller of dpc_interrupt_lock(), the function of
 * dpc_interrupt_synchronize(), the enable and disable callbacks (lock_task or
 * passive_task has the task of these three), and the ISR (isr_task).
 */
#include "check.h"
#include "dispatch.h"
#include "held.h"
#include "wait.h"

#include <linux/dpc_interrupt.h>
#include <linux/module.h>

/*
 * Whether the caller holds the lock that dpc_interrupt_lock() takes: by that, or as
 * the ISR, or as a callback.
 */
static bool dpc_interrupt_is_locked_by_me(const struct dpc_interrupt *intr)
{
	return dpc_holds_lock(intr) || dpc_in_isr(intr) ||
	       (READ_ONCE(intr->passive_task) == current && in_task());
}

/* dpc_interrupt_lock() in the name of @caller.  Return: false if it was refused. */
static bool dpc_interrupt_lock_from(struct dpc_interrupt *intr, unsigned long caller,
				    const char *function)
{
	unsigned long flags;
	bool raised;

	if (unlikely(dpc_interrupt_is_locked_by_me(intr))) {
		dpc_misuse(caller, "locks an interrupt that it has locked already");
		intr->relocks++;
		return true;
	}
	if (dpc_is_passive(intr)) {
		if (!dpc_may_wait(caller, function))
			return false;
		mutex_lock(&intr->passive_lock);
		WRITE_ONCE(intr->passive_task, current);
		return true;
	}
	raised = dpc_raise_level();
	spin_lock_irqsave(&intr->lock, flags);
	intr->lock_flags = flags;
	intr->lock_raised = raised;
	WRITE_ONCE(intr->lock_task, current);
	__release(&intr->lock);
	return true;
}

/* dpc_interrupt_lock() in the name of the code at @ip. */
void dpc_interrupt_lock_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	dpc_interrupt_lock_from(intr, ip, "dpc_interrupt_lock");
}
EXPORT_SYMBOL_GPL(dpc_interrupt_lock_ip);

static void dpc_interrupt_unlock_from(struct dpc_interrupt *intr, unsigned long caller)
{
	unsigned long flags;
	bool raised;

	if (unlikely(!dpc_interrupt_is_locked_by_me(intr))) {
		dpc_misuse(caller, "unlocks an interrupt that it has not locked");
		return;
	}
	if (unlikely(intr->relocks)) {
		intr->relocks--;
		return;
	}
	if (dpc_is_passive(intr)) {
		WRITE_ONCE(intr->passive_task, NULL);
		mutex_unlock(&intr->passive_lock);
		return;
	}
	__acquire(&intr->lock);
	flags = intr->lock_flags;
	raised = intr->lock_raised;
	WRITE_ONCE(intr->lock_task, NULL);
	spin_unlock_irqrestore(&intr->lock, flags);
	dpc_lower_level(raised);
}

/* dpc_interrupt_unlock() in the name of the code at @ip. */
void dpc_interrupt_unlock_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	dpc_interrupt_unlock_from(intr, ip);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_unlock_ip);

/* dpc_interrupt_synchronize() in the name of the code at @ip. */
bool dpc_interrupt_synchronize_ip(struct dpc_interrupt *intr, bool (*fn)(void *context),
				  void *context, unsigned long ip)
{
	bool ret;

	if (!dpc_interrupt_lock_from(intr, ip, "dpc_interrupt_synchronize"))
		return false;
	ret = fn(context);
	dpc_interrupt_unlock_from(intr, ip);
	return ret;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_synchronize_ip);
