// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of a number, or a dash if it was not measured.
 */
#include <stdio.h>

#include "measured.h"

const char *measured_text(char text[MEASURED_LEN], double value, int digits)
{
	if (is_measured(value))
		snprintf(text, MEASURED_LEN, "%.*f", digits, value);
	else
		snprintf(text, MEASURED_LEN, "-");
	return text;
}
