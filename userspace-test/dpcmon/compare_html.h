/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A comparison as one page with tables and pictures, which needs no other file.
 */
#ifndef DPCMON_COMPARE_HTML_H
#define DPCMON_COMPARE_HTML_H

#include "compare.h"

/* Writes the page to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int compare_html(const struct compare *c, const char *path);

#endif /* DPCMON_COMPARE_HTML_H */
