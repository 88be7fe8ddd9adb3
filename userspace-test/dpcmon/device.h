/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc_edu<N>: a function for each ioctl of <linux/dpc_edu.h>.
 *
 * Where nothing else is said, a function returns 0, or -1 after a message.  top_device.c has
 * ioctls of its own, because a message would destroy its screen.
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
 * @DEVICE_HOLD: to change it until it is closed.  Nobody else can change it meanwhile, and
 *	the kernel restores its settings, also if dpcmon is killed
 */
enum device_use {
	DEVICE_READ,
	DEVICE_WRITE,
	DEVICE_HOLD,
};

/**
 * struct device - an open device
 * @path: as given; belongs to the caller
 * @fd: the open device; -1 if it is closed
 * @info: what it was when it was opened; not updated
 * @budget_us: its budgets when it was opened, us, 0 for none; by enum dpc_stage
 */
struct device {
	const char		*path;
	int			fd;
	struct dpc_edu_info	info;
	uint32_t		budget_us[DPC_STAGE_NR];
};

/* Opens the device.  device_close() is due whatever this returns. */
int device_open(struct device *d, const char *path, enum device_use use);
void device_close(struct device *d);

/* The counters of @cpu, or of all (DPC_EDU_CPU_ALL), and setting them to zero. */
int device_stats(struct device *d, int cpu, struct dpc_edu_stats *stats);
int device_stats_reset(struct device *d);

/* Warns if the driver's library counts nothing at present, so that these stand still. */
void device_warn_of_accounting(void);

/* What became of all raises since the driver was bound to the device. */
int device_raises(struct device *d, struct dpc_edu_raises *raises);

/*
 * Switch the model.  By name, nothing happens if the device had that model when it was
 * opened; by number (enum dpc_model_id), the switch always happens.
 */
int device_set_model(struct device *d, const char *name);
int device_switch_model(struct device *d, uint32_t nr);

/* What the driver says of model @nr; its texts are printable. */
int device_query_model(struct device *d, uint32_t nr, struct dpc_edu_model_info *info);

/* Makes the texts of @info end and be printable, whatever driver has filled it. */
void device_clean_model(struct dpc_edu_model_info *info);

/* Sets the budgets that the user gave, where they differ from those at the opening. */
int device_set_budgets(struct device *d, const struct budgets *budgets);

/* Makes the interrupt object introduce itself to a trace that has begun. */
int device_announce(struct device *d);

/* Sets the time, us, that the DPC and the work routine take in addition. */
int device_set_body(struct device *d, uint32_t dpc_us, uint32_t work_us);

/* From number to name and back.  Return: NULL or -1 for a model that is not known. */
const char *device_model_name(uint32_t model);
int device_model_by_name(const char *name);

#endif /* DPCMON_DEVICE_H */
