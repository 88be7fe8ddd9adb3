/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building blocks of OpenMetrics text, version 1.0: what a scraper of Prometheus and others
 * reads.  All samples of a family stand together, so a file is written family by family.
 */
#ifndef DPCMON_OPENMETRICS_H
#define DPCMON_OPENMETRICS_H

#include <stdint.h>
#include <stdio.h>

/**
 * struct openmetrics_family - what stands above the samples of a family
 * @name: its name, with @unit at the end if there is one; without _total or _info
 * @type: counter, gauge, histogram, info or stateset
 * @unit: "seconds", or NULL
 * @help: one sentence, without a newline
 */
struct openmetrics_family {
	const char	*name;
	const char	*type;
	const char	*unit;
	const char	*help;
};

/**
 * struct openmetrics_times - a histogram of times
 * @bounds_us: smallest time of each bucket, us
 * @buckets: number of times in each
 * @nr: how many buckets; the last one has no upper bound
 * @total_ns: sum of all times
 * @created_ns: since when they are counted, ns since 1970; 0 if that is not known
 */
struct openmetrics_times {
	const uint32_t	*bounds_us;
	const uint64_t	*buckets;
	unsigned int	nr;
	uint64_t	total_ns;
	uint64_t	created_ns;
};

void openmetrics_begin(FILE *out, const struct openmetrics_family *f);

/*
 * Adds name="value" to *@labels, which starts as NULL and ends with free().  A label set tells a
 * sample apart from all others of its family.
 */
void openmetrics_label(char **labels, const char *name, const char *value);

/* A sample whose name is that of the family and @suffix; @labels may be NULL. */
void openmetrics_number(FILE *out, const struct openmetrics_family *f, const char *suffix,
			const char *labels, uint64_t value);
/* The same of a time, in seconds. */
void openmetrics_seconds(FILE *out, const struct openmetrics_family *f, const char *suffix,
			 const char *labels, uint64_t ns);

/*
 * Buckets, count, sum and, if that is known, time of creation.  Times are whole nanoseconds and
 * a bucket ends below the next one's bound, so its "le" is that bound less a nanosecond.
 */
void openmetrics_histogram(FILE *out, const struct openmetrics_family *f, const char *labels,
			   const struct openmetrics_times *t);

/* What the last line has to be. */
void openmetrics_end(FILE *out);

#endif /* DPCMON_OPENMETRICS_H */
