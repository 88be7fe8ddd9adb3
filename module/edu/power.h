/* SPDX-License-Identifier: GPL-2.0-only */
/* Suspend and resume. */
#ifndef _DPC_EDU_POWER_H
#define _DPC_EDU_POWER_H

#include "edu.h"

#include <linux/pm.h>

extern const struct dev_pm_ops dpc_edu_pm_ops;

void dpc_edu_power_begin(struct dpc_edu *edu);
void dpc_edu_power_end(struct dpc_edu *edu);

#endif /* _DPC_EDU_POWER_H */
