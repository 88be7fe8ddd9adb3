/* SPDX-License-Identifier: GPL-2.0-only */
/* The drain, for kick.c, which has it called. */
#ifndef _DPC_CORE_DRAIN_H
#define _DPC_CORE_DRAIN_H

#include <linux/types.h>

struct dpc_cpu_queue;

bool dpc_drain(struct dpc_cpu_queue *q);
void dpc_drain_init(void);

#endif /* _DPC_CORE_DRAIN_H */
