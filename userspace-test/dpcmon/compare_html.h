/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A comparison as one page with pictures.
 */
#ifndef DPCMON_COMPARE_HTML_H
#define DPCMON_COMPARE_HTML_H

#include "compare.h"

/* To @path, or stdout if that is "-"; -1 after a message. */
int compare_html(const struct compare *c, const char *path);

#endif /* DPCMON_COMPARE_HTML_H */
