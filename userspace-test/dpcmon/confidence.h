/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far a number that was measured can be from the true one: intervals at a confidence of
 * 99 %, for times that do not depend on each other.
 */
#ifndef DPCMON_CONFIDENCE_H
#define DPCMON_CONFIDENCE_H

#include <stdint.h>

/* Of the normal distribution: 99 % of it is not farther from the middle, in deviations. */
#define CONFIDENCE_Z	2.5758293

/*
 * Between which of @count sorted times the true percentile @num / @den is: from the *@low-th to
 * the *@high-th, counted from 1.  *@low is 0 if it may be below all of them, *@high is
 * @count + 1 if it may be above all.
 */
void confidence_ranks(uint64_t count, uint64_t num, uint64_t den, uint64_t *low, uint64_t *high);

/* The true share, 0 to 1, where @part of @count were (Wilson's interval).  @count is not 0. */
void confidence_share(uint64_t part, uint64_t count, double *low, double *high);

/* The true number where @n came (Poisson). */
void confidence_count(uint64_t n, double *low, double *high);

#endif /* DPCMON_CONFIDENCE_H */
