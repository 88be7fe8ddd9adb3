/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/dpc. */
#ifndef _DPC_CORE_CHARDEV_H
#define _DPC_CORE_CHARDEV_H

int dpc_chardev_init(void);
void dpc_chardev_exit(void);

#endif /* _DPC_CORE_CHARDEV_H */
