/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A distribution of times in constant memory.
 */
#ifndef DPCMON_HIST_H
#define DPCMON_HIST_H

#include <stddef.h>
#include <stdint.h>

#include <linux/dpc.h>

/*
 * Log-linear: every power of two is cut into this many equal parts, so a
 * percentile is at most 1/64 (1.6 %) above the true one, and times below
 * 2 * HIST_PARTS ns are exact.
 */
#define HIST_PARTS_SHIFT	6
#define HIST_PARTS		(1 << HIST_PARTS_SHIFT)
#define HIST_CELLS		((64 - HIST_PARTS_SHIFT + 1) * HIST_PARTS)

/**
 * struct hist - distribution of times in ns
 * @count: how many; exact
 * @total: their sum; exact
 * @max: the longest; exact
 * @m1: how many in each bucket of DPC_HIST_BOUNDS_US; exact
 * @cells: log-linear counts, allocated by the first hist_add()
 */
struct hist {
	uint64_t	count;
	uint64_t	total;
	uint64_t	max;
	uint64_t	m1[DPC_HIST_BUCKETS];
	uint64_t	*cells;
};

extern const uint32_t hist_m1_bounds_us[DPC_HIST_BUCKETS];

void hist_add(struct hist *h, uint64_t ns);
void hist_merge(struct hist *to, const struct hist *from);
void hist_free(struct hist *h);

/* In ns; of no times, NOT_MEASURED (measured.h). */
double hist_min(const struct hist *h);
double hist_avg(const struct hist *h);
double hist_max(const struct hist *h);

/*
 * The time that @num out of @den do not exceed; never below the true one.
 * NOT_MEASURED of fewer times than it needs: of these, at least one has to be
 * longer, or it would be the maximum under another name.
 */
double hist_percentile(const struct hist *h, uint64_t num, uint64_t den);
uint64_t hist_percentile_needs(uint64_t num, uint64_t den);

/* How many were in [from, to), to the precision of the cells. */
uint64_t hist_between(const struct hist *h, uint64_t from, uint64_t to);

/* A step of the cumulative distribution: @count times took at most @ns. */
struct hist_step {
	uint64_t	ns;
	uint64_t	count;
};

/* @steps has room for HIST_CELLS; how many there are. */
unsigned int hist_steps(const struct hist *h, struct hist_step *steps);

#endif /* DPCMON_HIST_H */
