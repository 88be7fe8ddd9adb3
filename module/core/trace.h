/* SPDX-License-Identifier: GPL-2.0-only */
/* Is somebody watching, and does an interrupt object have to introduce itself? */
#ifndef _DPC_CORE_TRACE_H
#define _DPC_CORE_TRACE_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct dpc_interrupt;

DECLARE_STATIC_KEY_FALSE(dpc_isrs_traced);
DECLARE_STATIC_KEY_FALSE(dpc_calls_traced);
/* See dpc_accounts(). */
DECLARE_STATIC_KEY_TRUE(dpc_accounting);

void dpc_announce(struct dpc_interrupt *intr);
bool dpc_announce_due(const struct dpc_interrupt *intr);

#endif /* _DPC_CORE_TRACE_H */
