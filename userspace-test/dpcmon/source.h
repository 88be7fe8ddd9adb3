/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where events come from: this machine's trace buffers, or a trace.dat.
 */
#ifndef DPCMON_SOURCE_H
#define DPCMON_SOURCE_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis.h"

/* What dpcmon writes to trace_marker when it records; the kernel's release follows. */
#define MARK_KERNEL	"dpcmon: kernel="

struct tasks;
struct tracefs_instance;

/**
 * struct live_params - how to trace this machine
 * @buffer_kb: of the trace buffer, per CPU
 * @stop_on_overrun: the kernel stops the trace at the first dpc_overrun
 * @dpc_only: no hard interrupts of others
 */
struct live_params {
	unsigned int	buffer_kb;
	bool		stop_on_overrun;
	bool		dpc_only;
};

struct live;

/* Both NULL or -1 after a message. */
struct live *live_open(const struct live_params *params);
int live_start(struct live *l);
/* The same, but dpc_overrun alone. */
int live_start_overruns(struct live *l);

/* Feeds what the buffers hold to @a; how many events that were. */
unsigned long live_read(struct live *l, struct analysis *a);

/* No new events; feeds the remaining ones and the final counts of lost ones. */
void live_stop(struct live *l, struct analysis *a);
void live_close(struct live *l);

/*
 * Several measurements with one instance: events on, then for each one
 * live_begin(), the load, live_stop(); in the end events off.
 */
int live_events(struct live *l, bool on);
int live_begin(struct live *l);
/* Names of tasks, as they are now. */
const struct tasks *live_tasks(struct live *l);

/* Preconditions of tracing: root, tracefs, the events.  -1 after a message. */
int live_check(void);

/*
 * Interrupt objects introduce themselves when the event dpc_interrupt goes on:
 * once more, now that the buffer of @instance (NULL: the top one) records it.
 */
void live_reannounce(struct tracefs_instance *instance);

/* Removes what killed runs have left behind. */
void live_remove_stale(void);

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
