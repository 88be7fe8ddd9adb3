// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scales of pictures: steps that people read easily, and the names of powers of
 * ten.
 */
#include <math.h>

#include "svg.h"

double svg_step(double range)
{
	double step = pow(10, floor(log10(range / 10)));

	if (range / step > 50)
		return step * 10;
	if (range / step > 20)
		return step * 5;
	return range / step > 10 ? step * 2 : step;
}

void svg_power_label(char *text, size_t size, int power)
{
	static const char * const units[] = { "ns", "us", "ms", "s" };
	int unit = power / 3 < 3 ? power / 3 : 3;

	snprintf(text, size, "%.0f %s", pow(10, power - unit * 3), units[unit]);
}
