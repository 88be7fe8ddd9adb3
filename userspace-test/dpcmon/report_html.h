/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as one page with pictures.
 */
#ifndef DPCMON_REPORT_HTML_H
#define DPCMON_REPORT_HTML_H

#include "report.h"

/* To @path, or stdout if that is "-"; -1 after a message. */
int report_html(struct report *r, const char *path);

#endif /* DPCMON_REPORT_HTML_H */
