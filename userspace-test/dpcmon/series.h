/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Comparing measurements that were repeated: intervals, ties, ranks.  compare.c ranks models
 * by it.
 *
 * What is compared is one number per round.  Its interval goes from the
 * smallest to the largest round.  One is better than another only if the two
 * intervals have no point in common, and a gap that is wider than what a
 * percentile is good for; anything else is a tie.
 *
 * A round may end without a number (M6).  It can't be left out: those without
 * one are not just any, but the rounds that went worst, or that came out below
 * the noise.  So a series with such a round has no median, no interval and no
 * rank, and only its own rounds can be looked at.
 */
#ifndef DPCMON_SERIES_H
#define DPCMON_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#define SERIES_MAX	50	/* rounds */
#define SERIES_PARTS	64	/* a gap below 1/64 (1.6 %) is none: see hist.h */

/**
 * struct series - one number for each round
 * @nr: number of rounds
 * @value: their numbers in the order of the rounds, or NOT_MEASURED
 */
struct series {
	unsigned int	nr;
	double		value[SERIES_MAX];
};

/* Which numbers are better. */
enum better {
	BETTER_LOW,	/* times and costs */
	BETTER_HIGH,	/* rates */
};

/* How one of several compares with the others. */
enum mark {
	MARK_NONE,
	MARK_BEST,	/* clearly better than every other */
	MARK_TIE,	/* not clearly worse than any, nor clearly better than all */
	MARK_WORST,	/* clearly worse than every other */
};

/* Adds the number of the next round; beyond SERIES_MAX it is left out. */
void series_add(struct series *s, double value);

/* Number of rounds that have a number, and whether there are rounds and all have one. */
unsigned int series_known(const struct series *s);
bool series_measured(const struct series *s);

/* The middle, smallest and largest round; NOT_MEASURED unless all rounds have a number. */
double series_median(const struct series *s);
double series_low(const struct series *s);
double series_high(const struct series *s);

/*
 * Whether @a is better than @b beyond chance: their intervals do not meet, and the gap is
 * wider than 1/SERIES_PARTS.  False for a single round, of which nothing is known.
 */
bool series_clearly(const struct series *a, const struct series *b, enum better better);

/*
 * The probability, in percent, that the interval of @rounds rounds holds the
 * median of all rounds that could have been: 1 - 2^(1 - rounds).
 */
double series_confidence(unsigned int rounds);

/* Whether @s can be compared: it has two rounds at least, and each has a number. */
bool series_takes_part(const struct series *s);

/*
 * Compares each of the @nr series of @list with all others.
 * @rank: 1 plus the number of series that are clearly better.
 * @mark: how it compares.
 * A series that is NULL or can't be compared has rank 0 and no mark.  Either array may be
 * NULL.
 */
void series_rank(const struct series * const *list, unsigned int nr, enum better better,
		 unsigned int *rank, enum mark *mark);

/*
 * The CPU time per interrupt of a round that was measured in @pieces: the middle one, ns.
 * NOT_MEASURED if there are fewer than @least pieces, or if the result is 0 or below: then
 * the noise is larger than what is to be measured.
 */
double series_cost(const struct series *pieces, unsigned int least);

#endif /* DPCMON_SERIES_H */
