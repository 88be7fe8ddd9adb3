/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mixed order that a seed repeats: in which cmd_compare.c takes loads and models, so that
 * what drifts in a machine (its temperature, its other work) does not hit the same ones
 * each time.
 */
#ifndef DPCMON_SHUFFLE_H
#define DPCMON_SHUFFLE_H

#include <stdint.h>

/* The next random number; not for secrets.  *@state is the seed at first. */
uint64_t shuffle_random(uint64_t *state);

/* Mixes @list, of @nr entries.  The same seed gives the same order on every machine. */
void shuffle(unsigned int *list, unsigned int nr, uint64_t *state);

#endif /* DPCMON_SHUFFLE_H */
