/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as JSON; the man page says what is in it.
 */
#ifndef DPCMON_REPORT_JSON_H
#define DPCMON_REPORT_JSON_H

#include "report.h"

/* To @path, or stdout if that is "-"; -1 after a message. */
int report_json(struct report *r, const char *path);

#endif /* DPCMON_REPORT_JSON_H */
