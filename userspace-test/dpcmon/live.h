/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events out of this machine's trace buffers, while they happen.
 */
#ifndef DPCMON_LIVE_H
#define DPCMON_LIVE_H

#include <stdbool.h>

#include "analysis.h"
#include "instance.h"

struct tasks;

struct live;

/* Both NULL or -1 after a message. */
struct live *live_open(const struct instance_params *params);
int live_start(struct live *l, struct analysis *a);
/* The same, but dpc_overrun alone. */
int live_start_overruns(struct live *l, struct analysis *a);

/* Feeds what the buffers hold to @a; how many events that were. */
unsigned long live_read(struct live *l, struct analysis *a);

/*
 * No new events; feeds the remaining ones, the final counts of lost ones, and
 * what others did to the trace.
 */
void live_stop(struct live *l, struct analysis *a);
void live_close(struct live *l);

/*
 * Several measurements with one instance: events on, then for each one
 * live_begin(), the load, live_stop(); in the end events off.
 */
int live_events(struct live *l, bool on);
int live_begin(struct live *l, struct analysis *a);
/* Names of tasks, as they are now. */
const struct tasks *live_tasks(struct live *l);

#endif /* DPCMON_LIVE_H */
