/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon system measures, while it happens: for dpcmon top --system.  The kernel's events
 * are read as they come, and go the way that those of a recording go.
 */
#ifndef DPCMON_SYSTEM_LIVE_H
#define DPCMON_SYSTEM_LIVE_H

#include "system_report.h"

struct params;

struct system_live;

/* Begins to trace.  @params must stay.  Return: for system_live_close(); NULL after a message. */
struct system_live *system_live_open(const struct params *params);

/*
 * Takes the events that came up to now.  To be called so often that the buffers don't fill:
 * every SYSTEM_LIVE_MS.
 */
void system_live_read(struct system_live *l);

#define SYSTEM_LIVE_MS	100

/*
 * Makes a report of all that came since the beginning, or since system_live_reset(), for
 * system_report_free(); its numbers are valid until the next call of a function here.
 */
void system_live_report(struct system_live *l, struct system_report *r);

/* Forgets all numbers. */
void system_live_reset(struct system_live *l);

/* NULL is allowed. */
void system_live_close(struct system_live *l);

#endif /* DPCMON_SYSTEM_LIVE_H */
