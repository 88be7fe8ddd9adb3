// SPDX-License-Identifier: GPL-2.0-only
/*
 * Repeated measurements: the interval of their rounds, and which of several is clearly
 * better.  Intervals that touch are a tie.
 */
#include <math.h>
#include <stdlib.h>

#include "measured.h"
#include "series.h"

void series_add(struct series *s, double value)
{
	if (s->nr < SERIES_MAX)
		s->value[s->nr++] = value;
}

static int series_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

unsigned int series_known(const struct series *s)
{
	unsigned int i, known = 0;

	for (i = 0; i < s->nr; i++)
		known += is_measured(s->value[i]);
	return known;
}

bool series_measured(const struct series *s)
{
	return s->nr && series_known(s) == s->nr;
}

bool series_takes_part(const struct series *s)
{
	return s && s->nr >= 2 && series_measured(s);
}

double series_median(const struct series *s)
{
	struct series sorted = *s;

	if (!series_measured(s))
		return NOT_MEASURED;
	qsort(sorted.value, sorted.nr, sizeof(*sorted.value), series_compare);
	return (sorted.value[(sorted.nr - 1) / 2] + sorted.value[sorted.nr / 2]) / 2;
}

double series_low(const struct series *s)
{
	double low = series_measured(s) ? s->value[0] : NOT_MEASURED;
	unsigned int i;

	for (i = 1; i < s->nr && is_measured(low); i++)
		low = fmin(low, s->value[i]);
	return low;
}

double series_high(const struct series *s)
{
	double high = series_measured(s) ? s->value[0] : NOT_MEASURED;
	unsigned int i;

	for (i = 1; i < s->nr && is_measured(high); i++)
		high = fmax(high, s->value[i]);
	return high;
}

/*
 * The gap lies between the worst round of the better series and the best round of the other
 * one.  It is negative if the intervals overlap.
 */
bool series_clearly(const struct series *a, const struct series *b, enum better better)
{
	const struct series *low = better == BETTER_LOW ? a : b;
	const struct series *high = better == BETTER_LOW ? b : a;
	double from = series_high(low), to = series_low(high);

	if (!series_takes_part(a) || !series_takes_part(b))
		return false;
	return to - from > fmax(fabs(from), fabs(to)) / SERIES_PARTS;
}

/*
 * The median of all possible rounds is above a given round with probability 1/2.  The
 * interval misses it only if all rounds are on one side: 2 * (1/2)^rounds.
 */
double series_confidence(unsigned int rounds)
{
	return rounds ? 100 * (1 - pow(2, 1 - (double)rounds)) : 0;
}

/* How many of @list are clearly better than @one, and how many clearly worse. */
static void series_count(const struct series * const *list, unsigned int nr,
			 const struct series *one, enum better better,
			 unsigned int *above, unsigned int *below)
{
	unsigned int i;

	*above = 0;
	*below = 0;
	for (i = 0; i < nr; i++) {
		if (!series_takes_part(list[i]) || list[i] == one)
			continue;
		*above += series_clearly(list[i], one, better);
		*below += series_clearly(one, list[i], better);
	}
}

/*
 * To be better is no order: a can tie with b, and b with c, while a is better than c.  So
 * ranks are counted, not sorted: two series may share a rank, and ranks may be left out.
 */
void series_rank(const struct series * const *list, unsigned int nr, enum better better,
		 unsigned int *rank, enum mark *mark)
{
	unsigned int i, above = 0, below = 0, others = 0;

	for (i = 0; i < nr; i++)
		others += series_takes_part(list[i]);
	for (i = 0; i < nr; i++) {
		bool part = series_takes_part(list[i]);

		if (part)
			series_count(list, nr, list[i], better, &above, &below);
		if (rank)
			rank[i] = part ? above + 1 : 0;
		if (!mark)
			continue;
		mark[i] = MARK_NONE;
		if (!part || others < 2)
			continue;
		if (below == others - 1)
			mark[i] = MARK_BEST;
		else if (!above)
			mark[i] = MARK_TIE;
		else if (above == others - 1)
			mark[i] = MARK_WORST;
	}
}

double series_cost(const struct series *pieces, unsigned int least)
{
	double cost = pieces->nr >= least ? series_median(pieces) : NOT_MEASURED;

	return cost > 0 ? cost : NOT_MEASURED;
}
