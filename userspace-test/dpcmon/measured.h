/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that may not have been measured (M6).
 *
 * Such a number is NAN: a sum or a maximum that it goes into is not measured, either; a
 * report shows it as "-" or as JSON's null; and it has no rank.  0 is a value.
 */
#ifndef DPCMON_MEASURED_H
#define DPCMON_MEASURED_H

#include <math.h>
#include <stdbool.h>

#define NOT_MEASURED	((double)NAN)
#define MEASURED_LEN	32

/* Whether @value is a number.  Comparing with NOT_MEASURED would always be false. */
static inline bool is_measured(double value)
{
	return !isnan(value);
}

/* Prints @value with @digits after the point, or "-", to @text.  Return: @text. */
const char *measured_text(char text[MEASURED_LEN], double value, int digits);

/* Nanoseconds as microseconds for %s of printf; valid until the end of the block. */
#define MEASURED_US(ns) \
	measured_text((char[MEASURED_LEN]) { "" }, (ns) / 1000.0, 1)

#endif /* DPCMON_MEASURED_H */
