/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as tables for people, times in microseconds.
 */
#ifndef DPCMON_REPORT_TEXT_H
#define DPCMON_REPORT_TEXT_H

#include <stdio.h>

#include "report.h"

/* Prints the report to @out. */
void report_text(struct report *r, FILE *out);

#endif /* DPCMON_REPORT_TEXT_H */
