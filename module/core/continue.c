// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work that takes longer than a DPC should goes on in another call (B2); the question
 * whether it is time, dpc_should_yield(), is in run.c.
 */

#include <linux/dpc_timer.h>
#include <linux/module.h>

void dpc_continue(struct dpc_timer *t, struct dpc *dpc)
{
	dpc_timer_set(t, DPC_CONTINUE_GAP_NS, 0, 0, dpc);
}
EXPORT_SYMBOL_GPL(dpc_continue);
