/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events out of a trace.dat, those of all CPUs in the order of their time.
 */
#ifndef DPCMON_TRACE_FILE_H
#define DPCMON_TRACE_FILE_H

#include <stdio.h>

#include "analysis.h"

struct tasks;

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

#endif /* DPCMON_TRACE_FILE_H */
