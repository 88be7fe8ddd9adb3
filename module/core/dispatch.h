/* SPDX-License-Identifier: GPL-2.0-only */
/* Going up to DISPATCH for the length of one call. */
#ifndef _DPC_CORE_DISPATCH_H
#define _DPC_CORE_DISPATCH_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

/*
 * Go up to DISPATCH if the caller is a thread.  What is queued meanwhile runs
 * when it leaves that level again, here and now; without this the kernel would
 * leave it to ksoftirqd, an ordinary thread (Q12).
 */
static inline bool dpc_raise_level(void)
{
	if (in_interrupt() || irqs_disabled())
		return false;
	/* There, bottom halves are switched off by a lock that sleeps. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && !preemptible())
		return false;
	local_bh_disable();
	return true;
}

static inline void dpc_lower_level(bool raised)
{
	if (raised)
		local_bh_enable();
}

#endif /* _DPC_CORE_DISPATCH_H */
