/* SPDX-License-Identifier: GPL-2.0 */
/* What is in use, whoever uses it; see leave.c. */
#ifndef _DPC_CORE_LEAVE_H
#define _DPC_CORE_LEAVE_H

#include <linux/types.h>

struct dpc;
struct dpc_interrupt;
struct dpc_timer;
struct module;

/* leave.c */
bool dpc_leave_has(const struct dpc_interrupt *intr);
void dpc_leave_add(struct dpc_interrupt *intr);
void dpc_leave_del(struct dpc_interrupt *intr);
unsigned int dpc_leave(const struct module *mod);
int dpc_leave_init(void);
void dpc_leave_exit(void);

/* queue.c */
bool dpc_queues_have(const struct dpc *dpc);
struct dpc *dpc_queues_find(const struct module *mod, void **routine);

/* timer.c */
bool dpc_timer_stop(struct dpc_timer *t);
struct dpc_timer *dpc_timer_find(const struct module *mod, void **routine);

#endif /* _DPC_CORE_LEAVE_H */
