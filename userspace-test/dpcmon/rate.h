/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Searching the highest rate of interrupts that a device and its driver hold.  measure.c
 * tries a pace on the device; unit tests try one on a formula.
 */
#ifndef DPCMON_RATE_H
#define DPCMON_RATE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct rate_probe - the result of raising at a pace
 * @held: every raise got its own interrupt, and the last one was served in time
 * @rate: interrupts per second that came
 * @per_call: interrupts that a DPC call served, on average
 */
struct rate_probe {
	bool	held;
	double	rate;
	double	per_call;
};

/*
 * Raises with @pace_us between two raises, and fills @probe.
 * Return: 0, also if the pace was not held; -1 to give the search up.
 */
typedef int (*rate_try)(void *context, uint32_t pace_us, struct rate_probe *probe);

#define RATE_PROBES_MAX	16		/* probes of a search */
#define RATE_PACE_MAX	1000000		/* us: nobody asks for less than one a second */

/*
 * Searches the shortest pace that @try holds, from @start_us on, by doubling
 * and halving and then in between.  A pace that was not held gets a second
 * chance.  Ends after RATE_PROBES_MAX probes.
 * Return: 0 with the fastest one held as *@best, whose numbers are NOT_MEASURED
 * if none was held; -1 if @try gave up.
 */
int rate_search(rate_try try, void *context, uint32_t start_us, struct rate_probe *best);

#endif /* DPCMON_RATE_H */
