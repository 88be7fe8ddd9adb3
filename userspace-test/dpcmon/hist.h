/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A distribution of times in constant memory: for each stage of each object (object.h), and
 * for each model in a comparison (compare.h).
 */
#ifndef DPCMON_HIST_H
#define DPCMON_HIST_H

#include <stddef.h>
#include <stdint.h>

#include <linux/dpc.h>

/*
 * The cells are log-linear: every power of two is cut into HIST_PARTS equal parts.  So a
 * percentile is at most 1/64 (1.6 %) above the true one, and times below 2 * HIST_PARTS ns
 * are exact.
 */
#define HIST_PARTS_SHIFT	6
#define HIST_PARTS		(1 << HIST_PARTS_SHIFT)
#define HIST_CELLS		((64 - HIST_PARTS_SHIFT + 1) * HIST_PARTS)

#define HIST_BUCKETS		18

/**
 * struct hist - distribution of times in ns
 * @count: number of times; exact
 * @total: their sum, ns; exact
 * @max: the longest one, ns; exact
 * @buckets: number of times by hist_bounds_us; exact
 * @cells: number of times in each log-linear cell; allocated by the first hist_add(), freed
 *	by hist_free().  NULL as long as @count is 0
 */
struct hist {
	uint64_t	count;
	uint64_t	total;
	uint64_t	max;
	uint64_t	buckets[HIST_BUCKETS];
	uint64_t	*cells;
};

/*
 * Smallest time of each bucket, us: those of rule M1, in which the kernel counts, and on.  Of
 * what the kernel has counted, the last bucket has all that is longer.
 */
extern const uint32_t hist_bounds_us[HIST_BUCKETS];

/* How many buckets a table of @h needs: those of rule M1, and on to the last that is not empty. */
unsigned int hist_buckets_used(const struct hist *h);

/* Adds one time.  A histogram starts as { 0 }. */
void hist_add(struct hist *h, uint64_t ns);

/* Adds all times of @from to @to, without a loss of precision. */
void hist_merge(struct hist *to, const struct hist *from);

/* Frees the cells.  @h itself belongs to the caller. */
void hist_free(struct hist *h);

/*
 * The shortest time (to the precision of the cells, and never above the true one), the
 * average and the longest time, ns; NOT_MEASURED (measured.h) without a time.
 */
double hist_min(const struct hist *h);
double hist_avg(const struct hist *h);
double hist_max(const struct hist *h);

/*
 * The time, ns, that @num of @den times do not exceed: 99 of 100 for p99.  It is never below
 * the true one and at most 1.6 % above.
 * NOT_MEASURED if there are fewer times than hist_percentile_needs(): at least one time has
 * to be longer than the percentile, or it would be the maximum under another name.
 */
double hist_percentile(const struct hist *h, uint64_t num, uint64_t den);
uint64_t hist_percentile_needs(uint64_t num, uint64_t den);

/*
 * Between which times, ns, the true percentile is at a confidence of 99 % (confidence.h), to the
 * precision of the cells.  *@low is 0 if it may be below all times; *@high is NOT_MEASURED if it
 * may be above all of them, and without a time.
 */
void hist_percentile_range(const struct hist *h, uint64_t num, uint64_t den, double *low,
			   double *high);

/*
 * The standard deviation, ns, to the precision of the cells; NOT_MEASURED of fewer than two
 * times.
 */
double hist_deviation(const struct hist *h);

/* Number of times from @from to below @to, ns, to the precision of the cells. */
uint64_t hist_between(const struct hist *h, uint64_t from, uint64_t to);

/**
 * struct hist_step - a step of the cumulative distribution
 * @ns: a time
 * @count: number of times that were no longer
 */
struct hist_step {
	uint64_t	ns;
	uint64_t	count;
};

/*
 * Fills @steps, which has room for HIST_CELLS, with a step for each cell that has a time.
 * Return: number of steps.
 */
unsigned int hist_steps(const struct hist *h, struct hist_step *steps);

#endif /* DPCMON_HIST_H */
