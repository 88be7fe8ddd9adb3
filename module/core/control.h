/* SPDX-License-Identifier: GPL-2.0-only */
/* What user space may ask of a published object. */
#ifndef _DPC_CORE_CONTROL_H
#define _DPC_CORE_CONTROL_H

#include "published.h"

int dpc_control_describe(struct dpc_published *published, struct dpc_object *out);
int dpc_control_snapshot(struct dpc_published *published, int cpu, struct dpc_snapshot *out);
int dpc_control_budget(struct dpc_published *published, enum dpc_stage stage, u32 *us);
int dpc_control_reset(struct dpc_published *published);
int dpc_control_set_budgets(struct dpc_published *published, const struct dpc_file *by, u32 stages,
			    const u32 *budget_us);
int dpc_control_set_model(struct dpc_published *published, const struct dpc_file *by, u32 model);
int dpc_control_hold_take(struct dpc_published *published, const struct dpc_file *by,
			  struct dpc_hold *arg);
void dpc_control_holds_end(const struct dpc_file *by);
ssize_t dpc_control_hold_show(struct dpc_published *published, char *buf);
int dpc_control_init(void);
void dpc_control_exit(void);
void dpc_control_prepare(struct dpc_published *published);
void dpc_control_leave(struct dpc_published *published);

#endif /* _DPC_CORE_CONTROL_H */
