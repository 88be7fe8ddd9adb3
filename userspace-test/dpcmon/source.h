/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where events come from: this machine's trace buffers, or a trace.dat.
 */
#ifndef DPCMON_SOURCE_H
#define DPCMON_SOURCE_H

#include <stdbool.h>
#include <stdio.h>

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

/**
 * struct trace_file - an open trace.dat
 */
struct trace_file;

struct trace_file *trace_file_open(const char *path);
int trace_file_read(struct trace_file *f, struct analysis *a);
const struct tasks *trace_file_tasks(const struct trace_file *f);
int trace_file_cpus(const struct trace_file *f);

/* Its symbol table, for fclose(); NULL if it has none.  -1 after a message. */
int trace_file_kallsyms(const struct trace_file *f, FILE **kallsyms);

/* The kernel it is of, if dpcmon recorded it; else "unknown". */
const char *trace_file_kernel(const struct trace_file *f);
void trace_file_close(struct trace_file *f);

#endif /* DPCMON_SOURCE_H */
