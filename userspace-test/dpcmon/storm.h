/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An interrupt storm from a second device of dpc_edu.
 */
#ifndef DPCMON_STORM_H
#define DPCMON_STORM_H

#include "device.h"

struct storm;

/*
 * Finds another device than @device and brings its interrupts to @cpu.
 * *@reason says why there is none, or is NULL.
 */
struct storm *storm_open(const struct device *device, int cpu, char **reason);
uint32_t storm_pace_us(const struct storm *s);
const char *storm_device(const struct storm *s);
const char *storm_model(const struct storm *s);
int storm_start(struct storm *s);
int storm_stop(struct storm *s);
/* Leaves the device as it was found; -1 after a message if it could not. */
int storm_close(struct storm *s);

#endif /* DPCMON_STORM_H */
