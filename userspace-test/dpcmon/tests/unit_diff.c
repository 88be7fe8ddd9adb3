// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon diff: intervals of confidence, what comparisons say of files whose numbers are known,
 * and the texts of Windows' tools.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confidence.h"
#include "hist.h"
#include "measured.h"
#include "util.h"

#include "../../tests/ktap.h"

/* xorshift64*: the same numbers on every machine. */
static double random_share(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * 2685821657736338717ULL >> 11) / (double)(1ULL << 53);
}

/* ---- Intervals ---------------------------------------------------------------------- */

static void ranks_are(uint64_t count, uint64_t percent, uint64_t low, uint64_t high)
{
	uint64_t from, to;

	confidence_ranks(count, percent, 100, &from, &to);
	EXPECT_EQ(from, low);
	EXPECT_EQ(to, high);
}

/* By hand, from sums of the binomial distribution. */
TEST(confidence, ranks_are_those_of_the_binomial_distribution)
{
	ranks_are(1, 50, 0, 2);
	ranks_are(2, 50, 0, 3);
	ranks_are(10, 50, 1, 10);
	/* of 100 times, 4 can be above p99, and none can be, too */
	ranks_are(100, 99, 96, 101);
}

/* In 99 % of the times, the interval of a percentile has the true one; 1000 is summed up. */
static void covers(unsigned int n, unsigned int percent)
{
	uint64_t state = 88172645463325252ULL;
	unsigned int trials = 3000, held = 0, i, j;
	double low, high, truth = -log(1 - percent / 100.0) * 1e6;

	for (i = 0; i < trials; i++) {
		struct hist h = { 0 };

		for (j = 0; j < n; j++)
			hist_add(&h, -log(1 - random_share(&state)) * 1e6);
		hist_percentile_range(&h, percent, 100, &low, &high);
		held += low <= truth && !(high < truth);
		hist_free(&h);
	}
	ktap_note("p%u of %u times: %u of %u", percent, n, held, trials);
	EXPECT(held >= trials * 98.5 / 100, "");
	/* an interval without an end would always hold; cells of 1.6 % widen it a little */
	EXPECT(n < 1000 || held < trials, "");
}

TEST(confidence, percentiles_are_covered)
{
	covers(20, 50);
	covers(1000, 50);
	covers(1000, 99);
}

TEST(confidence, shares_are_between_0_and_1)
{
	double low, high;

	confidence_share(0, 1000, &low, &high);
	EXPECT(low == 0 && high > 0.006 && high < 0.007, "");
	confidence_share(1000, 1000, &low, &high);
	EXPECT(high == 1 && low > 0.993 && low < 0.994, "");
	confidence_share(500, 1000, &low, &high);
	EXPECT(low > 0.459 && low < 0.460 && high > 0.540 && high < 0.541, "");
}

TEST(confidence, counts_are_poisson)
{
	double low, high;

	confidence_count(0, &low, &high);
	EXPECT(low == 0 && high > 5 && high < 5.5, "");
	confidence_count(10000, &low, &high);
	EXPECT(low > 9740 && low < 9750 && high > 10255 && high < 10265, "");
}

TEST(confidence, deviation_is_known)
{
	struct hist h = { 0 };

	hist_add(&h, 100);
	EXPECT(!is_measured(hist_deviation(&h)), "");
	hist_add(&h, 120);
	/* below 128 ns, cells are exact */
	EXPECT(fabs(hist_deviation(&h) - sqrt(200)) < 0.000001, "");
	hist_free(&h);
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}
