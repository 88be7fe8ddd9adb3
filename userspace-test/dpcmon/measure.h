/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One model under one load, once.  Each call is -1 after a message, or
 * without one when it was interrupted.
 */
#ifndef DPCMON_COMPARE_MEASURE_H
#define DPCMON_COMPARE_MEASURE_H

#include "compare.h"
#include "live.h"

/**
 * struct measure - what the measurements need
 * @c: where results go
 * @device: that is measured
 * @live: the trace
 * @load: the loads
 * @round: counted from 0
 */
struct measure {
	struct compare	*c;
	struct device	*device;
	struct live	*live;
	struct load	*load;
	unsigned int	round;
};

/* Switches to @model, and lets it run a little. */
int measure_switch(struct measure *m, unsigned int model);

/* Events are on. */
int measure_times(struct measure *m, struct compare_cell *cell);

/* Events are off. */
int measure_cost(struct measure *m, struct compare_cell *cell);
int measure_rate(struct measure *m, struct compare_cell *cell);

#endif /* DPCMON_COMPARE_MEASURE_H */
