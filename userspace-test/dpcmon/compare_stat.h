/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comparing measurements that were repeated: intervals, ties, ranks, order.
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
#ifndef DPCMON_COMPARE_STAT_H
#define DPCMON_COMPARE_STAT_H

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

/* Not for secrets: the same seed, the same order, everywhere. */
uint64_t shuffle_random(uint64_t *state);
void shuffle(unsigned int *list, unsigned int nr, uint64_t *state);

/**
 * struct rate_probe - what came of raising at a pace
 * @held: every raise got its own interrupt, in time
 * @rate: interrupts per second that came
 * @per_call: interrupts that a DPC call served
 */
struct rate_probe {
	bool	held;
	double	rate;
	double	per_call;
};

/* -1: give up.  What it leaves in @probe of a pace that was not held does not count. */
typedef int (*rate_try)(void *context, uint32_t pace_us, struct rate_probe *probe);

#define RATE_PROBES_MAX	16
#define RATE_PACE_MAX	1000000

/*
 * Searches the shortest pace that @try holds, from @start_us on, by doubling
 * and halving and then in between.  A pace that was not held gets a second
 * chance.  Ends after RATE_PROBES_MAX probes.
 * Return: 0 with the fastest one held as *@best, whose numbers are NOT_MEASURED
 * if none was held; -1 if @try gave up.
 */
int rate_search(rate_try try, void *context, uint32_t start_us, struct rate_probe *best);

#endif /* DPCMON_COMPARE_STAT_H */
