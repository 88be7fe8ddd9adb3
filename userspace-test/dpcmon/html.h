/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building blocks of pages.
 */
#ifndef DPCMON_HTML_H
#define DPCMON_HTML_H

#include <stdio.h>

/* @text may have any characters: those that HTML gives a meaning are escaped. */
void html_text(FILE *out, const char *text);

/* Up to and with the heading; the style sheet is in it. */
void html_begin(FILE *out, const char *heading);

/* A row of the table of class "facts". */
void html_fact(FILE *out, const char *name, const char *value);

#endif /* DPCMON_HTML_H */
