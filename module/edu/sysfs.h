/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of the PCI device: counters, budgets and model, one value each. */
#ifndef _DPC_EDU_SYSFS_H
#define _DPC_EDU_SYSFS_H

#include "edu.h"

extern const struct attribute_group *dpc_edu_groups[];

#endif /* _DPC_EDU_SYSFS_H */
