/* SPDX-License-Identifier: GPL-2.0-only */
/* The drain, for kick.c, which has it called. */
#ifndef _DPC_CORE_DRAIN_H
#define _DPC_CORE_DRAIN_H

#include "stats.h"

#include <linux/types.h>

struct dpc_cpu_queue;

bool dpc_drain_accounted(struct dpc_cpu_queue *q);
bool dpc_drain_unaccounted(struct dpc_cpu_queue *q);
bool dpc_drain_threaded(struct dpc_cpu_queue *q);
void dpc_drain_init(void);

/*
 * Run the ordinary queue @q, of this CPU or of one that is offline, until it is empty or
 * the pass is over.  At DISPATCH, interrupts on.
 * Return: true if there is more to do; the queue then stays marked as kicked.
 */
static __always_inline bool dpc_drain_ordinary(struct dpc_cpu_queue *q)
{
	return dpc_accounts() ? dpc_drain_accounted(q) : dpc_drain_unaccounted(q);
}

#endif /* _DPC_CORE_DRAIN_H */
