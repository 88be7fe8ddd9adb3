/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A measurement as dpcmon diff sees it: rows of times, whatever tool has measured them.
 * diff_read.c and diff_windows.c fill it from files, diff.c compares.
 */
#ifndef DPCMON_DIFF_FILE_H
#define DPCMON_DIFF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIFF_FILES_MAX	64
#define DIFF_ROWS_MAX	8192	/* of a file */
#define DIFF_BOUNDS_MAX	64	/* of buckets of a row */

/* What a file is; the names are for people and for JSON. */
enum diff_format {
	DIFF_SYSTEM,
	DIFF_REPORT,
	DIFF_STAT,
	DIFF_COMPARE,
	DIFF_XPERF,
	DIFF_TRACELOG,
	DIFF_FORMAT_NR,
};

extern const char * const diff_format_names[DIFF_FORMAT_NR];

/* Whether it is of a tool of Windows. */
static inline bool diff_format_is_windows(enum diff_format format)
{
	return format == DIFF_XPERF || format == DIFF_TRACELOG;
}

/**
 * struct diff_value - a number, and how far the true one can be from it
 * @value: NOT_MEASURED if only the interval is known
 * @low: the true one is not below; NOT_MEASURED if that is not known
 * @high: the true one is not above; likewise
 */
struct diff_value {
	double	value;
	double	low;
	double	high;
};

/**
 * struct diff_point - a point of a cumulative distribution
 * @ns: a time
 * @below: number of times that were shorter
 */
struct diff_point {
	uint64_t	ns;
	uint64_t	below;
};

/**
 * struct diff_times - the times of a row, as far as they are known
 * @count: number of times
 * @avg: of them, ns; with an interval only if the file has measured several times
 * @deviation_ns: standard deviation; NOT_MEASURED if it is not known
 * @p50: median, ns
 * @p99: 99th percentile, ns
 * @max_ns: the longest; NOT_MEASURED if it is not known
 * @budget_ns: 0 for none
 * @over: number of times over it
 * @points: the distribution at the bounds of buckets, in ascending order; owned by the row
 * @nr_points: how many
 */
struct diff_times {
	uint64_t		count;
	struct diff_value	avg;
	double			deviation_ns;
	struct diff_value	p50;
	struct diff_value	p99;
	double			max_ns;
	uint64_t		budget_ns;
	uint64_t		over;
	struct diff_point	*points;
	unsigned int		nr_points;
};

/**
 * struct diff_row - a routine, or what else took time
 * @driver: whose it is; clean, as the next two
 * @kind: what it is: isr, dpc, napi; "napi wait" for the time before
 * @name: of the routine or the interrupt; may be empty
 * @key: diff.c: what finds it in other files; the whole name if that is not enough
 * @index: place in its file
 * @times: its times
 */
struct diff_row {
	char			driver[64];
	char			kind[40];
	char			name[128];
	char			key[128];
	unsigned int		index;
	struct diff_times	times;
};

/**
 * struct diff_file - a measurement
 * @path: as the user named it, clean: to be printed, not to be opened
 * @format: what it is
 * @kernel: release; empty if it is not known
 * @architecture: likewise
 * @cpus: 0 if not known
 * @duration_ns: likewise
 * @lost: what is missing in it, as a sentence; NULL if nothing
 * @rows: owned by the file
 * @nr_rows: how many
 */
struct diff_file {
	char			*path;
	enum diff_format	format;
	char			kernel[65];
	char			architecture[65];
	unsigned int		cpus;
	uint64_t		duration_ns;
	char			*lost;
	struct diff_row		**rows;
	unsigned int		nr_rows;
};

struct diff_file *diff_file_new(const char *path, enum diff_format format);
/* NULL is allowed. */
void diff_file_free(struct diff_file *f);

/* A new row without times; texts are cleaned.  NULL if the file has too many. */
struct diff_row *diff_file_row(struct diff_file *f, const char *driver, const char *kind,
			       const char *name);
/* Takes the row back that was the last new one. */
void diff_file_drop(struct diff_file *f);

/* What a time is that nothing is known of. */
#define DIFF_UNKNOWN_VALUE \
	((struct diff_value){ NOT_MEASURED, NOT_MEASURED, NOT_MEASURED })

/*
 * Adds the bounds of @nr buckets, which begin at @from_ns and have @counts, to the distribution
 * of @t.  The last bucket has no end.
 * Return: 0; -1 if the bounds don't ascend, are too many or contradict those of before.
 */
int diff_file_buckets(struct diff_times *t, const uint64_t *from_ns, const uint64_t *counts,
		      unsigned int nr);

/* How many times were shorter than @ns, which is a bound of @t.  Return: whether it is. */
bool diff_file_below(const struct diff_times *t, uint64_t ns, uint64_t *below);

#endif /* DPCMON_DIFF_FILE_H */
