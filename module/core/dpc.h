/* SPDX-License-Identifier: GPL-2.0-only */
/* Beside the API of linux/dpc.h: the module parameter, and what for_isr.c queues by. */
#ifndef _DPC_CORE_DPC_H
#define _DPC_CORE_DPC_H

#include <linux/dpc.h>
#include <linux/types.h>

extern bool dpc_threaded_enabled;

bool dpc_queue_untraced(struct dpc *dpc, void *arg1, void *arg2);

#endif /* _DPC_CORE_DPC_H */
