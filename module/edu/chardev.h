/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/dpc_edu<N>. */
#ifndef _DPC_EDU_CHARDEV_H
#define _DPC_EDU_CHARDEV_H

#include "edu.h"

int dpc_edu_chardev_register(struct dpc_edu *edu);
void dpc_edu_chardev_unregister(struct dpc_edu *edu);

#endif /* _DPC_EDU_CHARDEV_H */
