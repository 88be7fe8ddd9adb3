/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of the call that took the longest: its parts in a strip, and below that what its
 * CPU did from the request to the end, for the page of system_html.c.
 */
#ifndef DPCMON_SYSTEM_TIMELINE_H
#define DPCMON_SYSTEM_TIMELINE_H

#include <stdio.h>

#include "system_report.h"

/* Writes the picture of @row's longest call as SVG; nothing if there was none. */
void system_timeline_svg(FILE *out, const struct system_report *r, const struct system_row *row);

/*
 * The class of the style sheet, and the colour's meaning, for a part of that call; @row is
 * what @part is seen from, NULL for the class of what is in no part.
 */
const char *system_timeline_class(const struct system_row *row, const struct system_row *part,
				  int pid);
void system_timeline_legend(FILE *out);

#endif /* DPCMON_SYSTEM_TIMELINE_H */
