/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as tables for people.
 */
#ifndef DPCMON_REPORT_TEXT_H
#define DPCMON_REPORT_TEXT_H

#include <stdio.h>

#include "report.h"

void report_text(struct report *r, FILE *out);

#endif /* DPCMON_REPORT_TEXT_H */
