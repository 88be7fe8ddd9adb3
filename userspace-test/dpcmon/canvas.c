// SPDX-License-Identifier: GPL-2.0-only
/*
 * A grid of character cells that dpcmon top draws on.  It knows nothing of terminals:
 * top_term.c shows it on one, and a pipe gets it as lines of UTF-8.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "util.h"

void canvas_init(struct canvas *c, int rows, int cols)
{
	c->rows = rows > 0 ? rows : 0;
	c->cols = cols > 0 ? cols : 0;
	/* one cell more: a canvas without rows has an array, too */
	c->cells = xcalloc((size_t)c->rows * c->cols + 1, sizeof(*c->cells));
	canvas_clear(c);
}

void canvas_free(struct canvas *c)
{
	free(c->cells);
	c->cells = NULL;
}

void canvas_clear(struct canvas *c)
{
	int i;

	for (i = 0; i < c->rows * c->cols; i++)
		c->cells[i] = (struct cell){ .ch = ' ' };
}

/* All drawing goes through this: nothing is written outside of the cells. */
static bool canvas_has(const struct canvas *c, int row, int col)
{
	return row >= 0 && row < c->rows && col >= 0 && col < c->cols;
}

const struct cell *canvas_at(const struct canvas *c, int row, int col)
{
	return canvas_has(c, row, col) ? &c->cells[row * c->cols + col] : NULL;
}

void canvas_put(struct canvas *c, int row, int col, enum canvas_look look, uint32_t ch)
{
	if (canvas_has(c, row, col))
		c->cells[row * c->cols + col] = (struct cell){ .ch = ch, .look = look };
}

void canvas_fill(struct canvas *c, int row, int col, int n, enum canvas_look look, uint32_t ch)
{
	for (; n > 0; n--)
		canvas_put(c, row, col++, look, ch);
}

int canvas_text(struct canvas *c, int row, int col, enum canvas_look look, const char *fmt, ...)
{
	char text[512];
	const char *p;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (p = text; *p; p++)
		canvas_put(c, row, col++, look, *p >= ' ' && *p < 0x7f ? *p : '?');
	return col;
}

/* Up to three bytes: blocks and frames are the highest characters that dpcmon draws. */
unsigned int canvas_utf8(uint32_t ch, char to[5])
{
	unsigned int n = 0;

	if (ch < 0x80) {
		to[n++] = ch;
	} else if (ch < 0x800) {
		to[n++] = 0xc0 | ch >> 6;
		to[n++] = 0x80 | (ch & 0x3f);
	} else {
		to[n++] = 0xe0 | ch >> 12;
		to[n++] = 0x80 | (ch >> 6 & 0x3f);
		to[n++] = 0x80 | (ch & 0x3f);
	}
	to[n] = '\0';
	return n;
}

char *canvas_row(const struct canvas *c, int row)
{
	char *text = xcalloc(c->cols * 4 + 1, 1), *to = text;
	int last = c->cols, col;

	while (last && c->cells[row * c->cols + last - 1].ch == ' ')
		last--;
	for (col = 0; col < last; col++)
		to += canvas_utf8(c->cells[row * c->cols + col].ch, to);
	return text;
}

void canvas_print(const struct canvas *c, FILE *out)
{
	int rows = c->rows, row;
	char *text;

	/* from below: the last row that has a character */
	for (; rows; rows--) {
		text = canvas_row(c, rows - 1);
		row = *text;
		free(text);
		if (row)
			break;
	}
	for (row = 0; row < rows; row++) {
		text = canvas_row(c, row);
		fprintf(out, "%s\n", text);
		free(text);
	}
}
