/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comparing measurements that were repeated: intervals, ties, ranks, order.
 *
 * What is compared is one number per round.  Its interval goes from the
 * smallest to the largest round.  One is better than another only if the two
 * intervals have no point in common, and a gap that is wider than what a
 * percentile is good for; anything else is a tie.
 */
#ifndef DPCMON_COMPARE_STAT_H
#define DPCMON_COMPARE_STAT_H

#include <stdbool.h>
#include <stdint.h>

#define SERIES_MAX	50	/* rounds */
#define SERIES_PARTS	64	/* a gap below 1/64 (1.6 %) is none: see hist.h */

/* One number per round. */
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

/*
 * @rank: 1 and how many are clearly better.  @list has @nr entries; one that is
 * NULL or empty takes no part, and gets rank 0.  Either result may be NULL.
 */
void series_rank(const struct series * const *list, unsigned int nr, enum better better,
		 unsigned int *rank, enum mark *mark);

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

/* -1: give up. */
typedef int (*rate_try)(void *context, uint32_t pace_us, struct rate_probe *probe);

#define RATE_PROBES_MAX	16
#define RATE_PACE_MAX	1000000

/*
 * Searches the shortest pace that @try holds, from @start_us on, by doubling
 * and halving and then in between.  A pace that was not held gets a second
 * chance.  Ends after RATE_PROBES_MAX probes.
 * Return: 0 with the fastest one held as *@best, all 0 if there was none; -1 if
 * @try gave up.
 */
int rate_search(rate_try try, void *context, uint32_t start_us, struct rate_probe *best);

#endif /* DPCMON_COMPARE_STAT_H */
