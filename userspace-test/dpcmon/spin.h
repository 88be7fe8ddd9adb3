/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that count loops: what a CPU has left to do beside interrupts.  measure.c gets
 * the CPU time of an interrupt from them, load.c the loads hog and rt.
 *
 * All of them run the same loop.  A thread of the idle class (a soaker) gets the time that
 * nobody else wants.  The loops that it misses while interrupts come are the CPU time that
 * these took, wherever it was spent: in hard interrupts, softirqs, threads, or the scheduler
 * in between.
 */
#ifndef DPCMON_SPIN_H
#define DPCMON_SPIN_H

#include <stdint.h>

#include "util.h"

/**
 * struct spin_params - what kind of threads
 * @policy: SCHED_IDLE, SCHED_OTHER or SCHED_FIFO
 * @priority: for SCHED_FIFO; else 0
 * @loops: number of loops in each period; 0 for an endless loop
 * @period_ns: length of a period; valid with @loops
 */
struct spin_params {
	int		policy;
	int		priority;
	uint64_t	loops;
	uint64_t	period_ns;
};

/**
 * struct spin_count - what all threads together have done since they started
 * @loops: number of loops
 * @cpu_ns: time on the CPU, with the interrupts that hit the threads
 */
struct spin_count {
	uint64_t	loops;
	uint64_t	cpu_ns;
};

struct spin;

/*
 * Starts a thread on each CPU that this process may use.
 * Return: when all run, for spin_stop(); NULL after a message.
 */
struct spin *spin_start(const struct spin_params *params);

/* What they have done so far, and how many there are. */
struct spin_count spin_count(const struct spin *s);
unsigned int spin_threads(const struct spin *s);

/* Ends the threads and frees @s, which may be NULL. */
void spin_stop(struct spin *s);

/* Number of loops that this CPU does in @ns: takes as long to find out. */
uint64_t spin_calibrate(uint64_t ns);

#endif /* DPCMON_SPIN_H */
