/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of the worst interrupt: its parts in a strip, and below that what ran
 * meanwhile, a lane for each CPU.
 */
#ifndef DPCMON_TIMELINE_H
#define DPCMON_TIMELINE_H

#include <stdio.h>

#include "report.h"

/* Draws nothing if no interrupt of @o was complete. */
void timeline_svg(FILE *out, struct report *r, const struct object *o);

#endif /* DPCMON_TIMELINE_H */
