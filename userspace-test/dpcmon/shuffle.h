/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mixed order that a seed repeats.
 */
#ifndef DPCMON_SHUFFLE_H
#define DPCMON_SHUFFLE_H

#include <stdint.h>

/* Not for secrets: the same seed, the same order, everywhere. */
uint64_t shuffle_random(uint64_t *state);
void shuffle(unsigned int *list, unsigned int nr, uint64_t *state);

#endif /* DPCMON_SHUFFLE_H */
