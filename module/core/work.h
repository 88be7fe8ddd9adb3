/* SPDX-License-Identifier: GPL-2.0-only */
/* Work items, and the core's own work. */
#ifndef _DPC_CORE_WORK_H
#define _DPC_CORE_WORK_H

#include <linux/dpc_work.h>
#include <linux/workqueue.h>

extern struct workqueue_struct *dpc_call_wq;

bool dpc_work_queue_any(struct dpc_work *work);
void dpc_work_call(void (*function)(void *arg), void *arg);
int dpc_work_setup(void);
void dpc_work_teardown(void);

#endif /* _DPC_CORE_WORK_H */
