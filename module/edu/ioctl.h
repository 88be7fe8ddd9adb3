/* SPDX-License-Identifier: GPL-2.0-only */
/* The ioctls. */
#ifndef _DPC_EDU_IOCTL_H
#define _DPC_EDU_IOCTL_H

#include "edu.h"

long dpc_edu_ioctl(struct file *file, unsigned int cmd, unsigned long address);

#endif /* _DPC_EDU_IOCTL_H */
