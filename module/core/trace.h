/* SPDX-License-Identifier: GPL-2.0-only */
/* Is somebody watching, and does an interrupt object have to introduce itself? */
#ifndef _DPC_CORE_TRACE_H
#define _DPC_CORE_TRACE_H

#include <linux/dpc_interrupt.h>
#include <linux/jiffies.h>
#include <linux/jump_label.h>
#include <linux/types.h>

/* Moves on when the event dpc_interrupt is enabled. */
extern u32 dpc_trace_epoch;
DECLARE_STATIC_KEY_FALSE(dpc_calls_traced);
/* See dpc_accounts(). */
DECLARE_STATIC_KEY_TRUE(dpc_accounting);

void dpc_announce(struct dpc_interrupt *intr);

/*
 * When the event goes on, and again now and then: the kernel does not say when
 * a second trace enables an event that is on already.
 */
static inline bool dpc_announce_due(const struct dpc_interrupt *intr)
{
	return intr->announced != READ_ONCE(dpc_trace_epoch) ||
	       time_after_eq(jiffies, intr->announce_next);
}

#endif /* _DPC_CORE_TRACE_H */
