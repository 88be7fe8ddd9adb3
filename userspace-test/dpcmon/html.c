// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every page begins with, and text made safe for it.  The style sheet is part of
 * the page, so that it can be mailed, kept and read offline.
 */
#include "html.h"

/* All in one file, so that the page can be mailed, kept and read offline. */
static const char html_style[] =
#include "html_css.inc"
;

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

void html_fact(FILE *out, const char *name, const char *value)
{
	fprintf(out, "<tr><td>%s</td><td>", name);
	html_text(out, value);
	fputs("</td></tr>\n", out);
}

void html_begin(FILE *out, const char *heading)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n", out);
	fputs("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n", out);
	fputs("<meta name=\"color-scheme\" content=\"light dark\">\n", out);
	fprintf(out, "<title>dpcmon: %s</title>\n<style>\n", heading);
	fputs(html_style, out);
	fprintf(out, "</style></head>\n<body>\n<h1>%s</h1>\n", heading);
}
