/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Comparing measurements that were repeated: intervals, ties, ranks.
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

/* One number per round, or NOT_MEASURED. */
struct series {
	unsigned int	nr;
	double		value[SERIES_MAX];
};

enum better {
	BETTER_LOW,
	BETTER_HIGH,
};

enum mark {
	MARK_NONE,
	MARK_BEST,	/* clearly better than every other */
	MARK_TIE,	/* not clearly worse than any, nor clearly better than all */
	MARK_WORST,	/* clearly worse than every other */
};

void series_add(struct series *s, double value);
/* How many rounds have a number, and whether all of them have. */
unsigned int series_known(const struct series *s);
bool series_measured(const struct series *s);
/* NOT_MEASURED unless all of them have. */
double series_median(const struct series *s);
double series_low(const struct series *s);
double series_high(const struct series *s);

/* Of a single round nothing is known: false, whatever the numbers. */
bool series_clearly(const struct series *a, const struct series *b, enum better better);

/*
 * The probability, in percent, that the interval of @rounds rounds holds the
 * median of all rounds that could have been: 1 - 2^(1 - rounds).
 */
double series_confidence(unsigned int rounds);

/* Two rounds at least, and each of them measured. */
bool series_takes_part(const struct series *s);

/*
 * @rank: 1 and how many are clearly better.  @list has @nr entries; one that is
 * NULL or takes no part gets rank 0 and no mark.  Either result may be NULL.
 */
void series_rank(const struct series * const *list, unsigned int nr, enum better better,
		 unsigned int *rank, enum mark *mark);

/*
 * The CPU time per interrupt of a round that was measured in @pieces: the middle
 * one.  NOT_MEASURED if there are fewer than @least of them, or if it comes out
 * at 0 or below, where the noise is larger than what is to be measured.
 */
double series_cost(const struct series *pieces, unsigned int least);

#endif /* DPCMON_SERIES_H */
