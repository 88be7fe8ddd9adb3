/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measures one model under one load, once: the building blocks of cmd_compare.c.
 *
 * Each function returns 0; or -1 after a message, or without one if a signal came.
 */
#ifndef DPCMON_COMPARE_MEASURE_H
#define DPCMON_COMPARE_MEASURE_H

#include "compare.h"
#include "live.h"

/**
 * struct measure - what the measurements need; all of it belongs to cmd_compare.c
 * @c: the comparison, with the command line
 * @device: the device, whose settings we hold
 * @live: the trace, which measure_times() uses
 * @load: the loads, one of which may run
 * @round: number of the round, from 0
 * @model: the model that is measured, enum dpc_model_id
 */
struct measure {
	struct compare	*c;
	struct device	*device;
	struct live	*live;
	struct load	*load;
	unsigned int	round;
	unsigned int	model;
};

/*
 * Switches to @model, and, where dpcmon raises, raises a few interrupts so that code and
 * data are in the caches.
 */
int measure_switch(struct measure *m, unsigned int model);

/* Measures the times of one round and adds them to @cell.  The events must be on. */
int measure_times(struct measure *m, struct compare_cell *cell);

/*
 * Measure the CPU time per interrupt, and the highest rate without loss, and add them to
 * @cell.  The events must be off: tracing costs more than what is measured.
 */
int measure_cost(struct measure *m, struct compare_cell *cell);
int measure_rate(struct measure *m, struct compare_cell *cell);

#endif /* DPCMON_COMPARE_MEASURE_H */
