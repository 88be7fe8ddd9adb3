/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all pages begin with.
 */
#ifndef DPCMON_REPORT_HTML_H
#define DPCMON_REPORT_HTML_H

#include <stdio.h>

/* Up to and with the heading; the style sheet is in it. */
void html_begin(FILE *out, const char *heading);

/* A row of the table of class "facts". */
void html_fact(FILE *out, const char *name, const char *value);

#endif /* DPCMON_REPORT_HTML_H */
