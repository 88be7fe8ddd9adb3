/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building blocks of the pages of report_html.c and compare_html.c.
 */
#ifndef DPCMON_HTML_H
#define DPCMON_HTML_H

#include <stdio.h>

/* Writes @text.  It may have any characters: those with a meaning in HTML are escaped. */
void html_text(FILE *out, const char *text);

/* Begins a page: all up to its heading, with the style sheet (html.css) in it. */
void html_begin(FILE *out, const char *heading);

/* Writes a row of a table of class "facts".  Both texts are escaped. */
void html_fact(FILE *out, const char *name, const char *value);

#endif /* DPCMON_HTML_H */
