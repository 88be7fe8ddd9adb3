/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc_edu<N>: one function per ioctl, each -1 after a message.
 */
#ifndef DPCMON_DEVICE_H
#define DPCMON_DEVICE_H

#include <linux/dpc_edu.h>

#include "analysis.h"

#define DEVICE_DEFAULT	"/dev/dpc_edu0"

/**
 * enum device_use - what a device is opened for
 * @DEVICE_READ: to look at it
 * @DEVICE_WRITE: to change it for good
 * @DEVICE_HOLD: to change it until it is closed: nobody else can meanwhile, and
 *	the kernel puts it back, also if we are killed
 */
enum device_use {
	DEVICE_READ,
	DEVICE_WRITE,
	DEVICE_HOLD,
};

/**
 * struct device - an open device
 * @path: as given
 * @fd: -1 when closed
 * @info: as it was when opened
 * @budget_us: as they were when opened
 */
struct device {
	const char		*path;
	int			fd;
	struct dpc_edu_info	info;
	uint32_t		budget_us[DPC_STAGE_NR];
};

int device_open(struct device *d, const char *path, enum device_use use);
void device_close(struct device *d);

int device_stats(struct device *d, int cpu, struct dpc_edu_stats *stats);
int device_stats_reset(struct device *d);
int device_raises(struct device *d, struct dpc_edu_raises *raises);
int device_set_model(struct device *d, const char *name);
/* The same by number, and again to what it was at first. */
int device_switch_model(struct device *d, uint32_t nr);
int device_query_model(struct device *d, uint32_t nr, struct dpc_edu_model_info *info);
/* After DPC_EDU_IOC_MODEL_QUERY by another way. */
void device_clean_model(struct dpc_edu_model_info *info);
int device_set_budgets(struct device *d, const struct budgets *budgets);
/* Makes the interrupt object introduce itself to a trace that has begun. */
int device_announce(struct device *d);

int device_set_body(struct device *d, uint32_t dpc_us, uint32_t work_us);

/* NULL or -1 for one that is not known. */
const char *device_model_name(uint32_t model);
int device_model_by_name(const char *name);

#endif /* DPCMON_DEVICE_H */
