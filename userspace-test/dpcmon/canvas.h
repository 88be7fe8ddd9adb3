/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A screen in memory: what is drawn here goes to a terminal, to a pipe, or to
 * a test that looks at it.
 */
#ifndef DPCMON_CANVAS_H
#define DPCMON_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

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

struct cell {
	uint32_t		ch;	/* Unicode */
	enum canvas_look	look;
};

/* Writing outside of it is cut off. */
struct canvas {
	int		rows;
	int		cols;
	struct cell	*cells;
};

void canvas_init(struct canvas *c, int rows, int cols);
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c);
const struct cell *canvas_at(const struct canvas *c, int row, int col);
void canvas_put(struct canvas *c, int row, int col, enum canvas_look look, uint32_t ch);
void canvas_fill(struct canvas *c, int row, int col, int n, enum canvas_look look, uint32_t ch);

/* Returns the column after it.  Only ASCII. */
int canvas_text(struct canvas *c, int row, int col, enum canvas_look look, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* One character as UTF-8, with a NUL. */
unsigned int canvas_utf8(uint32_t ch, char to[5]);

/* A row without the spaces at its end; to be freed. */
char *canvas_row(const struct canvas *c, int row);
/* All rows but the empty ones at the end. */
void canvas_print(const struct canvas *c, FILE *out);

#endif /* DPCMON_CANVAS_H */
