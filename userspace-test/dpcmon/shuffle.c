// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mixes an order by a random number generator of our own, so that a seed gives the
 * same order on every machine.
 */
#include "shuffle.h"

/* The generator xorshift64*.  A state of 0 would stay 0. */
uint64_t shuffle_random(uint64_t *state)
{
	if (!*state)
		*state = 0x9e3779b97f4a7c15ULL;
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

/* Fisher and Yates: each order has the same probability. */
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
