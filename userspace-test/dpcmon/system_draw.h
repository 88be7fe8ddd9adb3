/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Draws what dpcmon top --system shows.
 */
#ifndef DPCMON_SYSTEM_DRAW_H
#define DPCMON_SYSTEM_DRAW_H

#include "canvas.h"
#include "system_view.h"

/* Draws the view, as much as fits; the chosen line is in sight. */
void system_draw(const struct system_view *v, struct canvas *c);

/* Number of rows that all of it needs. */
int system_draw_rows(const struct system_view *v);

#endif /* DPCMON_SYSTEM_DRAW_H */
