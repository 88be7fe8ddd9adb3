/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon system has found as one page: the verdict, the drivers by what hurts, each with
 * its times and its longest call.  It needs no other file and no script.
 */
#ifndef DPCMON_SYSTEM_HTML_H
#define DPCMON_SYSTEM_HTML_H

#include "system_report.h"

/* Writes the page to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int system_html(const struct system_report *r, const char *path);

#endif /* DPCMON_SYSTEM_HTML_H */
