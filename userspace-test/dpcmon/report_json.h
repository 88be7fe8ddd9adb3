/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as JSON.  The man page is its specification: names that stand there stay.
 */
#ifndef DPCMON_REPORT_JSON_H
#define DPCMON_REPORT_JSON_H

#include "report.h"

/* Writes it to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int report_json(struct report *r, const char *path);

#endif /* DPCMON_REPORT_JSON_H */
