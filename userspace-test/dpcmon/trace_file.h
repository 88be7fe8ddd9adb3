/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events from a trace.dat, those of all CPUs in the order of their time: for report_file.c.
 * dat.c knows the file, page.c the pages, decoder.c the events.
 */
#ifndef DPCMON_TRACE_FILE_H
#define DPCMON_TRACE_FILE_H

#include <stdio.h>

#include "analysis.h"

struct tasks;

struct trace_file;

/* Opens the file.  Return: for trace_file_close(); NULL after a message. */
struct trace_file *trace_file_open(const char *path);

/* Feeds all events to @a; to be called once.  Return: 0; -1 after a message. */
int trace_file_read(struct trace_file *f, struct analysis *a);

/* Names of tasks (until trace_file_close()), and number of CPUs that were recorded. */
const struct tasks *trace_file_tasks(const struct trace_file *f);
int trace_file_cpus(const struct trace_file *f);

/*
 * Opens its table of symbols as *@kallsyms, which the caller closes; NULL if it has none.
 * Return: 0; -1 after a message.
 */
int trace_file_kallsyms(const struct trace_file *f, FILE **kallsyms);

/* Release of the kernel that was recorded; "unknown" if dpcmon did not record it. */
const char *trace_file_kernel(const struct trace_file *f);

/* NULL is allowed. */
void trace_file_close(struct trace_file *f);

#endif /* DPCMON_TRACE_FILE_H */
