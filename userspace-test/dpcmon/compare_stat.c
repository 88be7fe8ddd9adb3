// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "compare_stat.h"
#include "measured.h"

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

bool series_clearly(const struct series *a, const struct series *b, enum better better)
{
	const struct series *low = better == BETTER_LOW ? a : b;
	const struct series *high = better == BETTER_LOW ? b : a;
	double from = series_high(low), to = series_low(high);

	if (!series_takes_part(a) || !series_takes_part(b))
		return false;
	return to - from > fmax(fabs(from), fabs(to)) / SERIES_PARTS;
}

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

/* xorshift64*; 0 would stay 0. */
uint64_t shuffle_random(uint64_t *state)
{
	if (!*state)
		*state = 0x9e3779b97f4a7c15ULL;
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

void shuffle(unsigned int *list, unsigned int nr, uint64_t *state)
{
	unsigned int i, j, swap;

	for (i = nr; i > 1; i--) {
		j = (shuffle_random(state) >> 33) % i;
		swap = list[i - 1];
		list[i - 1] = list[j];
		list[j] = swap;
	}
}

/* @left: probes that may still be made. */
struct rate_state {
	rate_try	try;
	void		*context;
	unsigned int	left;
	struct rate_probe best;
};

/* 1: held, 0: not held, -1: given up. */
static int rate_probe(struct rate_state *s, uint32_t pace_us)
{
	struct rate_probe probe = { 0 };
	unsigned int chance;

	for (chance = 0; chance < 2 && s->left; chance++) {
		s->left--;
		if (s->try(s->context, pace_us, &probe))
			return -1;
		if (!probe.held)
			continue;
		if (probe.rate > s->best.rate)
			s->best = probe;
		return 1;
	}
	return 0;
}

int rate_search(rate_try try, void *context, uint32_t start_us, struct rate_probe *best)
{
	struct rate_state s = { .try = try, .context = context, .left = RATE_PROBES_MAX };
	uint32_t held = 0, lost = 0, pace = start_us ? start_us : 1, middle;
	int ret;

	/* until one is held and one is not */
	while (s.left && !(held && lost) && held != 1) {
		ret = rate_probe(&s, pace);
		if (ret < 0)
			return -1;
		if (ret)
			held = pace;
		else
			lost = pace;
		if (!ret && pace >= RATE_PACE_MAX)
			break;
		pace = ret ? pace / 2 : pace * 2;
		if (pace > RATE_PACE_MAX)
			pace = RATE_PACE_MAX;
		if (!pace)
			pace = 1;
	}
	while (s.left && held && lost && held - lost > 1 + held / 64) {
		middle = lost + (held - lost) / 2;
		ret = rate_probe(&s, middle);
		if (ret < 0)
			return -1;
		if (ret)
			held = middle;
		else
			lost = middle;
	}
	if (s.best.held)
		*best = s.best;
	else
		*best = (struct rate_probe){ .rate = NOT_MEASURED, .per_call = NOT_MEASURED };
	return 0;
}
