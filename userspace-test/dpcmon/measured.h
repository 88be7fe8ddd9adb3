/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that may not have been measured (M6).
 *
 * One that was not is NAN: it goes through every sum as what it is, shows as
 * "-" or as JSON's null, and ranks nowhere.  0 is a value.
 */
#ifndef DPCMON_MEASURED_H
#define DPCMON_MEASURED_H

#include <math.h>
#include <stdbool.h>

#define NOT_MEASURED	((double)NAN)
#define MEASURED_LEN	32

static inline bool is_measured(double value)
{
	return !isnan(value);
}

/* @value with @digits after the point, or "-"; @text itself. */
const char *measured_text(char text[MEASURED_LEN], double value, int digits);

/* For printf's %s: ns as microseconds; until the end of the block. */
#define MEASURED_US(ns) \
	measured_text((char[MEASURED_LEN]) { "" }, (ns) / 1000.0, 1)

#endif /* DPCMON_MEASURED_H */
