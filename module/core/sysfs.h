/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of /sys/class/dpc. */
#ifndef _DPC_CORE_SYSFS_H
#define _DPC_CORE_SYSFS_H

struct attribute_group;

extern const struct attribute_group *dpc_sysfs_groups[];

#endif /* _DPC_CORE_SYSFS_H */
