/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as one page with tables and pictures (distribution.c, timeline.c), which needs
 * no other file.
 */
#ifndef DPCMON_REPORT_HTML_H
#define DPCMON_REPORT_HTML_H

#include "report.h"

/* Writes the page to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int report_html(struct report *r, const char *path);

#endif /* DPCMON_REPORT_HTML_H */
