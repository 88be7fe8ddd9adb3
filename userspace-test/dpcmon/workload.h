/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Load on an edu device: its engines, each in a thread of its own.
 */
#ifndef DPCMON_WORKLOAD_H
#define DPCMON_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "params.h"

struct workload;

/**
 * struct workload_done - what was done
 * @raised: interrupts raised; the device merges those that come too fast
 * @factorials: computed and found right
 * @dmas: transfers there and back, found equal
 */
struct workload_done {
	uint64_t	raised;
	uint64_t	factorials;
	uint64_t	dmas;
};

/* NULL after a message. */
struct workload *workload_start(const struct params *params, struct device *device);
bool workload_running(const struct workload *w);
void workload_stop(struct workload *w);

/* Waits for the threads; -1 if one of them failed (it said why). */
int workload_join(struct workload *w);
void workload_free(struct workload *w);

struct workload_done workload_done(const struct workload *w);

#endif /* DPCMON_WORKLOAD_H */
