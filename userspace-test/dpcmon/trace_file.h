/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records from a trace.dat, those of all CPUs in the order of their time.  dat.c knows the
 * file, page.c the pages; what a record says, its reader knows: trace_analysis.c or
 * system_file.c.
 */
#ifndef DPCMON_TRACE_FILE_H
#define DPCMON_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct formats;
struct tasks;

struct trace_file;

/**
 * struct trace_record - a record of an event
 * @data: its bytes, valid during the call
 * @len: how many
 * @cpu: where it happened
 * @ts: time stamp, ns of the trace's clock
 * @lost: number of events that the buffer of @cpu lost just before; -1 if it is not known
 */
struct trace_record {
	const void	*data;
	size_t		len;
	int		cpu;
	uint64_t	ts;
	long long	lost;
};

/**
 * struct trace_reader - who takes the records
 * @record: takes the next one.  Return: NULL, or what is wrong with it, for free()
 */
struct trace_reader {
	char *(*record)(struct trace_reader *reader, const struct trace_record *record);
};

/* Opens the file.  Return: for trace_file_close(); NULL after a message. */
struct trace_file *trace_file_open(const char *path);

/* What the reader's decoder needs; until trace_file_close(). */
const struct formats *trace_file_formats(const struct trace_file *f);
bool trace_file_big_endian(const struct trace_file *f);

/* Feeds all records to @reader; to be called once.  Return: 0; -1 after a message. */
int trace_file_read(struct trace_file *f, struct trace_reader *reader);

/* Names of tasks (until trace_file_close()), and number of CPUs that were recorded. */
const struct tasks *trace_file_tasks(const struct trace_file *f);
int trace_file_cpus(const struct trace_file *f);

/*
 * Opens its table of symbols as *@kallsyms, which the caller closes; NULL if it has none.
 * Return: 0; -1 after a message.
 */
int trace_file_kallsyms(const struct trace_file *f, FILE **kallsyms);

/* NULL is allowed. */
void trace_file_close(struct trace_file *f);

#endif /* DPCMON_TRACE_FILE_H */
