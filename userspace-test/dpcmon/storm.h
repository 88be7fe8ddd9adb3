/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An interrupt storm from a second device of dpc_edu.
 */
#ifndef DPCMON_STORM_H
#define DPCMON_STORM_H

#include "device.h"

struct storm;

/*
 * Finds a device other than @device, brings its interrupts to @cpu (-1: leaves them), and
 * finds out how fast it may raise.
 * Return: never NULL.  If there can be no storm, *@reason says why, in a text that the
 * caller frees; else it is NULL.
 */
struct storm *storm_open(const struct device *device, int cpu, char **reason);

/* Time between two raises, us; the path and the model of the device. */
uint32_t storm_pace_us(const struct storm *s);
const char *storm_device(const struct storm *s);
const char *storm_model(const struct storm *s);

/* Start and end the thread that raises.  Return: 0; -1 after a message. */
int storm_start(struct storm *s);
int storm_stop(struct storm *s);

/*
 * Leaves the device as it was found, and frees @s, which may be NULL.
 * Return: 0; -1 after a message if its interrupt could not be moved back.
 */
int storm_close(struct storm *s);

#endif /* DPCMON_STORM_H */
