/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compares measurements, row by row: two of them against each other, or several for the one
 * that differs from the others.  It reads and writes no file.
 *
 * A row got worse if its number grew by more than was asked, and if the intervals in which the
 * true numbers are, at a confidence of 99 % each, have no time in common.
 */
#ifndef DPCMON_DIFF_H
#define DPCMON_DIFF_H

#include "diff_file.h"

/* The numbers of a row that are compared. */
enum diff_metric {
	DIFF_RATE,		/* times per second */
	DIFF_AVG,		/* the next four: ns */
	DIFF_P50,
	DIFF_P99,
	DIFF_MAX,
	DIFF_OVER,		/* share over budget, or over a bound, 0 to 1 */
	DIFF_METRIC_NR,
};

/* For JSON, and for people. */
extern const char * const diff_metric_keys[DIFF_METRIC_NR];
extern const char * const diff_metric_titles[DIFF_METRIC_NR];

/*
 * Whether it says how good a row is.  A rate says how much there was to do; the longest time is
 * that of a single call.
 */
static inline bool diff_metric_is_judged(enum diff_metric m)
{
	return m != DIFF_RATE && m != DIFF_MAX;
}

/* What became of a number. */
enum diff_change {
	DIFF_UNKNOWN,		/* one of the files does not have it */
	DIFF_SHOWN,		/* it is not judged */
	DIFF_SAME,		/* it changed by less than was asked */
	DIFF_UNSURE,		/* by more, but that can be chance */
	DIFF_BETTER,
	DIFF_WORSE,
	DIFF_CHANGE_NR,
};

extern const char * const diff_change_names[DIFF_CHANGE_NR];

/**
 * struct diff_line - a row of all files
 * @row: by file; NULL where the file does not have it
 * @value: by file and enum diff_metric
 * @change: of two files, by enum diff_metric
 * @percent: of two files, how much larger the second number is; NOT_MEASURED if one is not
 *	known, infinite if it was 0
 * @median: of more files, of each number; NOT_MEASURED if fewer than three have it
 * @odd: of more files, by file: bits of the numbers that are far from the median
 * @bound_ns: a bound of buckets: DIFF_OVER is the share over it, for want of budgets and
 *	percentiles; 0 if it is not
 */
struct diff_line {
	const struct diff_row	**row;
	struct diff_value	(*value)[DIFF_METRIC_NR];
	enum diff_change	change[DIFF_METRIC_NR];
	double			percent[DIFF_METRIC_NR];
	double			median[DIFF_METRIC_NR];
	unsigned int		*odd;
	uint64_t		bound_ns;
};

/**
 * struct diff - a comparison
 * @files: what is compared; belong to the caller
 * @nr_files: how many, two at least
 * @worse_percent: by how much a number may grow
 * @least_ns: a smaller difference of times is none
 * @lines: all rows; those of a driver follow each other
 * @nr_lines: how many
 * @nr_common: how many of them are in two files at least
 * @nr_judged: how many numbers could have been found worse or odd
 * @count: of two files, how many numbers of each enum diff_change there are
 * @odd_rows: of more files, by file: how many rows are odd there
 */
struct diff {
	struct diff_file	**files;
	unsigned int		nr_files;
	double			worse_percent;
	double			least_ns;
	struct diff_line	*lines;
	unsigned int		nr_lines;
	unsigned int		nr_common;
	unsigned int		nr_judged;
	unsigned int		count[DIFF_CHANGE_NR];
	unsigned int		odd_rows[DIFF_FILES_MAX];
};

/* Compares; diff_free() frees what that makes. */
void diff_make(struct diff *d);
void diff_free(struct diff *d);

/* The numbers of @t, which is of @f, with their intervals. */
void diff_values(const struct diff_file *f, const struct diff_times *t,
		 struct diff_value value[DIFF_METRIC_NR]);

/* The row of a line in the first file that has it. */
const struct diff_row *diff_any(const struct diff *d, const struct diff_line *line);

/* In how many files a line is. */
unsigned int diff_in_files(const struct diff *d, const struct diff_line *line);

/* The file with the most odd rows; -1 if no file has one. */
int diff_odd_one(const struct diff *d);

#endif /* DPCMON_DIFF_H */
