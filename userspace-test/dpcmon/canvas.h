/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A screen in memory: what is drawn here goes to a terminal, to a pipe, or to a test that
 * looks at it.  top_draw.c draws, top_term.c shows the canvas on a terminal.
 *
 * Rows and columns count from 0 at the top left.  What is drawn outside is cut off, so no
 * caller has to think of the size of the terminal.
 */
#ifndef DPCMON_CANVAS_H
#define DPCMON_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What a cell means; top_term.c has the colours. */
enum canvas_look {
	LOOK_PLAIN,
	LOOK_DIM,		/* absent, or old */
	LOOK_BOLD,
	LOOK_HEAD,		/* head lines, reversed */
	LOOK_BAR,
	LOOK_OVER,		/* over budget */
	LOOK_CHOSEN,		/* where the cursor is, reversed */
	LOOK_NR,
};

/**
 * struct cell - one character of the screen
 * @ch: its code in Unicode, below 0x10000, one column wide
 * @look: how it is shown
 */
struct cell {
	uint32_t		ch;
	enum canvas_look	look;
};

/**
 * struct canvas - a screen
 * @rows: height
 * @cols: width
 * @cells: row after row; owned by the canvas, from canvas_init() to canvas_free()
 */
struct canvas {
	int		rows;
	int		cols;
	struct cell	*cells;
};

/* Makes @c a screen of spaces.  A negative size is 0.  canvas_free() frees the cells. */
void canvas_init(struct canvas *c, int rows, int cols);
void canvas_free(struct canvas *c);

/* Makes all cells spaces. */
void canvas_clear(struct canvas *c);

/* The cell at @row and @col; NULL outside of the canvas. */
const struct cell *canvas_at(const struct canvas *c, int row, int col);

/* Sets one cell, or @n cells from @col on. */
void canvas_put(struct canvas *c, int row, int col, enum canvas_look look, uint32_t ch);
void canvas_fill(struct canvas *c, int row, int col, int n, enum canvas_look look, uint32_t ch);

/*
 * Writes text of ASCII, at most 511 characters; any other byte becomes "?".
 * Return: the column after the text, also if that is outside.
 */
int canvas_text(struct canvas *c, int row, int col, enum canvas_look look, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Writes @ch (below 0x10000) to @to as UTF-8 with a NUL.  Return: bytes before the NUL. */
unsigned int canvas_utf8(uint32_t ch, char to[5]);

/* Return: @row as UTF-8 without the spaces at its end; the caller frees it. */
char *canvas_row(const struct canvas *c, int row);

/* Prints all rows, but not the empty ones at the end. */
void canvas_print(const struct canvas *c, FILE *out);

#endif /* DPCMON_CANVAS_H */
