/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of the worst interrupt: its parts in a strip, and below that what ran
 * meanwhile, a lane for each CPU.  worst.c has collected it; report_html.c shows it.
 */
#ifndef DPCMON_TIMELINE_H
#define DPCMON_TIMELINE_H

#include <stdio.h>

#include "report.h"

/* Writes the picture as SVG; nothing if @o has no worst interrupt. */
void timeline_svg(FILE *out, struct report *r, const struct object *o);

#endif /* DPCMON_TIMELINE_H */
