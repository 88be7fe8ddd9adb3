/* SPDX-License-Identifier: GPL-2.0-only */
/* Timers that a module leaves behind, for leave.c. */
#ifndef _DPC_CORE_TIMER_H
#define _DPC_CORE_TIMER_H

#include <linux/dpc_timer.h>

struct module;

bool dpc_timer_stop(struct dpc_timer *t);
struct dpc_timer *dpc_timer_find(const struct module *mod, void **routine);

#endif /* _DPC_CORE_TIMER_H */
