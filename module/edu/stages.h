/* SPDX-License-Identifier: GPL-2.0-only */
/* ISR, DPC and work item. */
#ifndef _DPC_EDU_STAGES_H
#define _DPC_EDU_STAGES_H

#include "edu.h"

extern const struct dpc_interrupt_ops dpc_edu_interrupt_ops;

void dpc_edu_engine_overdue(struct dpc *dpc, void *context, void *arg1, void *arg2);

#endif /* _DPC_EDU_STAGES_H */
