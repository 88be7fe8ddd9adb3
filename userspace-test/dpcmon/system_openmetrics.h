/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon system has found, as OpenMetrics text.
 */
#ifndef DPCMON_SYSTEM_OPENMETRICS_H
#define DPCMON_SYSTEM_OPENMETRICS_H

#include "system_report.h"

/* Writes it to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int system_openmetrics(const struct system_report *r, const char *path);

#endif /* DPCMON_SYSTEM_OPENMETRICS_H */
