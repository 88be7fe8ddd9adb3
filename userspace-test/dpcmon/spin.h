/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that count loops: what a CPU has left to do beside interrupts.
 *
 * All of them run the same loop.  One of the idle class (a soaker) gets what
 * nobody else wants: the loops that it misses while interrupts come are the
 * CPU time that these took, whoever spent it: hard interrupts, softirqs,
 * threads, the scheduler in between.
 */
#ifndef DPCMON_SPIN_H
#define DPCMON_SPIN_H

#include <stdint.h>

#include "util.h"

/**
 * struct spin_params - what kind of thread
 * @policy: SCHED_IDLE, SCHED_OTHER or SCHED_FIFO
 * @priority: of SCHED_FIFO
 * @loops: to do in each period, 0 for no end
 * @period_ns: of a thread with @loops
 */
struct spin_params {
	int		policy;
	int		priority;
	uint64_t	loops;
	uint64_t	period_ns;
};

/* @cpu_ns: time on the CPU, interrupts that hit the thread included. */
struct spin_count {
	uint64_t	loops;
	uint64_t	cpu_ns;
};

struct spin;

/* One thread per CPU that this process may use; NULL after a message. */
struct spin *spin_start(const struct spin_params *params);
struct spin_count spin_count(const struct spin *s);
unsigned int spin_threads(const struct spin *s);
void spin_stop(struct spin *s);

/* Loops that this CPU does in @ns, by trying. */
uint64_t spin_calibrate(uint64_t ns);

#endif /* DPCMON_SPIN_H */
