// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intervals of confidence.
 */
#include <math.h>

#include "confidence.h"

#define CONFIDENCE_TAIL	0.005	/* left out on either side */

/*
 * Up to as many times above a percentile, the binomial distribution is summed up; beyond, the
 * normal one is as good.  exp(-CONFIDENCE_EXACT * log(4)) has to be a number.
 */
#define CONFIDENCE_EXACT	400

/*
 * How many of @count times may be above the percentile: *@few, or -1 if even none is possible, and
 * *@many.  @above: the share that is.
 */
static void confidence_above(uint64_t count, double above, double *few, double *many)
{
	double mean = count * above, deviation = sqrt(mean * (1 - above)), chance, sum, k;

	if (mean > CONFIDENCE_EXACT) {
		*few = floor(mean - CONFIDENCE_Z * deviation) - 1;
		*many = ceil(mean + CONFIDENCE_Z * deviation);
		return;
	}
	*few = -1;
	chance = exp(count * log1p(-above));
	sum = chance;
	for (k = 0; k < count && sum < 1 - CONFIDENCE_TAIL; k++) {
		if (sum <= CONFIDENCE_TAIL)
			*few = k;
		chance *= (count - k) / (k + 1) * above / (1 - above);
		sum += chance;
	}
	*many = k;
}

void confidence_ranks(uint64_t count, uint64_t num, uint64_t den, uint64_t *low, uint64_t *high)
{
	double few, many;

	confidence_above(count, (double)(den - num) / den, &few, &many);
	*low = many < count ? count - (uint64_t)many : 0;
	*high = few < 0 ? count + 1 : count - (uint64_t)few;
}

void confidence_share(uint64_t part, uint64_t count, double *low, double *high)
{
	double n = count, share = part / n, z2 = CONFIDENCE_Z * CONFIDENCE_Z;
	double middle = (share + z2 / (2 * n)) / (1 + z2 / n);
	double half = CONFIDENCE_Z / (1 + z2 / n) *
		      sqrt(share * (1 - share) / n + z2 / (4 * n * n));

	*low = part ? fmax(middle - half, 0) : 0;
	*high = part < count ? fmin(middle + half, 1) : 1;
}

void confidence_count(uint64_t n, double *low, double *high)
{
	double below = sqrt(n) - CONFIDENCE_Z / 2, above = sqrt(n + 1.0) + CONFIDENCE_Z / 2;

	*low = below > 0 ? below * below : 0;
	*high = above * above;
}
