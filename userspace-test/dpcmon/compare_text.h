/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A comparison as tables for people.
 */
#ifndef DPCMON_COMPARE_TEXT_H
#define DPCMON_COMPARE_TEXT_H

#include <stdio.h>

#include "compare.h"

void compare_text(const struct compare *c, FILE *out);

#endif /* DPCMON_COMPARE_TEXT_H */
