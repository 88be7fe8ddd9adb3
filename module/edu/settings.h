/* SPDX-License-Identifier: GPL-2.0-only */
/* Model, budgets and bodies, and the file that holds them. */
#ifndef _DPC_EDU_SETTINGS_H
#define _DPC_EDU_SETTINGS_H

#include "edu.h"

int dpc_edu_set_model(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 model);
int dpc_edu_switch_begin(struct dpc_interrupt *intr);
void dpc_edu_switch_end(struct dpc_interrupt *intr);
int dpc_edu_set_budget(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 stage,
		       u32 budget_us);
int dpc_edu_set_body(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 dpc_us, u32 work_us);
int dpc_edu_hold_take(struct dpc_edu_file *by, struct dpc_edu_hold *arg);
void dpc_edu_hold_end(struct dpc_edu_file *by);
void dpc_edu_hold_gone(struct dpc_edu *edu);
void dpc_edu_hold_init(struct dpc_edu *edu);
ssize_t dpc_edu_hold_show(struct dpc_edu *edu, char *buf);

#endif /* _DPC_EDU_SETTINGS_H */
