/* SPDX-License-Identifier: GPL-2.0-only */
/* The device object: how it begins, how it ends, and whether it is still there. */
#ifndef _DPC_EDU_DEVICE_H
#define _DPC_EDU_DEVICE_H

#include "edu.h"

struct dpc_edu *dpc_edu_alloc(struct pci_dev *pdev);
void dpc_edu_put(struct dpc_edu *edu);
int __must_check dpc_edu_get_live(struct dpc_edu *edu);
void dpc_edu_put_live(struct dpc_edu *edu);

#endif /* _DPC_EDU_DEVICE_H */
