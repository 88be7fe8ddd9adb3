/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Load on a device for dpcmon run and check: interrupts, and of an edu device factorials and
 * DMA, each in a thread of its own.  dpcmon compare raises by raiser.c instead.
 */
#ifndef DPCMON_WORKLOAD_H
#define DPCMON_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "params.h"

struct workload;

/**
 * struct workload_done - what was done so far
 * @raised: number of interrupts that were raised; the device merges some if they come fast
 * @factorials: number of factorials that were computed and found right
 * @dmas: number of transfers there and back that were found equal
 */
struct workload_done {
	uint64_t	raised;
	uint64_t	factorials;
	uint64_t	dmas;
};

/*
 * Starts what @params asks for on @device, which must stay.  Unless they were asked for, a
 * device that is no edu device goes without factorials and DMA.
 * Return: for workload_join() and workload_free(); NULL after a message.
 */
struct workload *workload_start(const struct params *params, struct device *device);

/* Whether a thread is still at work. */
bool workload_running(const struct workload *w);

/* Asks the threads to end; does not wait. */
void workload_stop(struct workload *w);

/* Waits for the threads.  Return: 0; -1 if one of them failed, after its message. */
int workload_join(struct workload *w);
void workload_free(struct workload *w);

/* What was done so far; may be asked while the threads run. */
struct workload_done workload_done(const struct workload *w);

#endif /* DPCMON_WORKLOAD_H */
