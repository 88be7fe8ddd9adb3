/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records from the trace buffers of this machine, while they come: for live.c and
 * system_live.c.  What a record says, its reader knows.  recorder.c is the other way to read an
 * instance.
 */
#ifndef DPCMON_LIVE_SOURCE_H
#define DPCMON_LIVE_SOURCE_H

#include <stdbool.h>

struct formats;
struct instance;
struct instance_params;
struct tasks;
struct trace_reader;

struct live_source;

/* Most records of one live_source_read(), which ends even if they come as fast as they are read. */
#define LIVE_SOURCE_MAX	200000

/* Makes a trace instance.  Return: for live_source_free(); NULL after a message. */
struct live_source *live_source_new(const struct instance_params *params);

/* Removes the instance.  NULL is allowed. */
void live_source_free(struct live_source *s);

/* To switch events, begin and end. */
struct instance *live_source_instance(struct live_source *s);

/* Adds the format of an event of this kernel, if it has such an event. */
void live_source_format(struct formats *formats, const char *system, const char *event);

/* Loads the names of tasks as they are now: when a report is due. */
void live_source_tasks(struct tasks *tasks);

/*
 * Feeds the records that the buffers hold now to @reader.  This is the order of time up to
 * the moment of the call: a CPU whose buffer is found empty has no record from before.  A reader
 * that writes a mark into the trace first, and sets *@enough when it comes, sees no record from
 * after it; NULL for all that there are.
 * Return: how many these were.
 */
unsigned long live_source_read(struct live_source *s, struct trace_reader *reader,
			       const bool *enough);

#endif /* DPCMON_LIVE_SOURCE_H */
