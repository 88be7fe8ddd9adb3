/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events from the trace buffers of this machine, while they happen: for drive.c,
 * measure.c and top_device.c.  recorder.c is the other way to read an instance.
 */
#ifndef DPCMON_LIVE_H
#define DPCMON_LIVE_H

#include <stdbool.h>

#include "analysis.h"
#include "instance.h"

struct tasks;

struct live;

/* Makes a trace instance and a decoder.  Return: for live_close(); NULL after a message. */
struct live *live_open(const struct instance_params *params);

/*
 * Switches the events on and begins to trace into @a; live_start_overruns() only the event
 * dpc_overrun.
 * Return: 0; -1 after a message.
 */
int live_start(struct live *l, struct analysis *a);
int live_start_overruns(struct live *l, struct analysis *a);

/* Feeds the events that the buffers hold now to @a.  Return: how many these were. */
unsigned long live_read(struct live *l, struct analysis *a);

/*
 * Ends the trace: feeds the remaining events to @a, the number of lost ones, and what others
 * did to the trace.  Events stay switched on.
 */
void live_stop(struct live *l, struct analysis *a);

/* Removes the instance.  NULL is allowed. */
void live_close(struct live *l);

/*
 * For several measurements with one instance: live_events(on), then for each of them
 * live_begin(), the load, live_stop(); at the end live_events(off).
 * Return: 0; -1 after a message.
 */
int live_events(struct live *l, bool on);
int live_begin(struct live *l, struct analysis *a);

/* Names of tasks, as they are now; until the next call or live_close(). */
const struct tasks *live_tasks(struct live *l);

#endif /* DPCMON_LIVE_H */
