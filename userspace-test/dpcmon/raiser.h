/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calling thread, as the one that raises interrupts.
 *
 * A real device raises its interrupts whatever the CPUs are doing.  So that no load can
 * delay the raises, they come from a real-time thread, and not from the CPU that takes
 * the interrupts if there is another one.  With a single CPU, a real-time thread that
 * raises without a pause would starve the routines that are measured: the raiser then
 * stays an ordinary thread.
 *
 * measure.c uses it for dpcmon compare; dpcmon run raises from workload.c.
 */
#ifndef DPCMON_RAISER_H
#define DPCMON_RAISER_H

#include <stdbool.h>

#include "device.h"

/* SCHED_FIFO priority of the raiser; load.c keeps its own threads below it. */
#define RAISER_PRIORITY	90

/*
 * The number of interrupts by which a burst may exceed its raises.
 *
 * If the machine stands still between two raises, one ISR acknowledges both.  The edge of
 * the second one is latched in the interrupt controller and still causes an interrupt,
 * which can come after the burst has ended: the next burst then counts it.  The interrupt
 * controller latches a vector once, so there is at most one such interrupt.  More of them
 * mean that another program raises interrupts of this device.
 */
#define RAISER_LATE_MAX	1

/**
 * struct raised - the result of a burst
 * @raised: number of raises
 * @interrupts: number of interrupts that the raises caused; at most @raised, and less if
 *	the device merged some.  0 if @timed_out.
 * @late: number of interrupts that an earlier burst had left; at most RAISER_LATE_MAX
 * @ns: time from the first raise to the end of the last interrupt
 * @timed_out: the last interrupt was not served in time
 */
struct raised {
	uint32_t	raised;
	uint64_t	interrupts;
	uint64_t	late;
	uint64_t	ns;
	bool		timed_out;
};

/*
 * Chooses the CPU to raise from.
 * Return: a CPU of this process that is not @irq_cpu; -1 if there is none, or if @irq_cpu
 * is not known (-1).
 */
int raiser_cpu(int irq_cpu);

/*
 * Makes the calling thread the raiser: moves it to @cpu (-1: it stays where it is) and
 * makes it a real-time thread, except on a single CPU without @pauses (whether it sleeps
 * between two raises).  raiser_end() is due whatever this returns.
 * Return: 0; -1 after a message.
 */
int raiser_begin(int cpu, bool pauses);

/* Makes the calling thread an ordinary thread, on the CPUs that it had before. */
void raiser_end(void);

/*
 * Divides the @came interrupts of a burst into those of its own raises (@r->raised is
 * set) and a late one, in @r->interrupts and @r->late.
 * Return: 0; -1 if there are more than these raises can explain.
 */
int raiser_count(struct raised *r, uint64_t came);

/*
 * Raises @count interrupts, one every @pace_us, and waits until the last one is served.
 * A time-out is a result (@result->timed_out), not an error.
 * Return: 0; -1 after a message, or without a message if a signal ended it.
 */
int raiser_burst(struct device *d, uint32_t count, uint32_t pace_us, struct raised *result);

/* Sleeps and wakes up as raiser_burst() does, but raises nothing: the baseline. */
void raiser_idle(uint32_t count, uint32_t pace_us);

#endif /* DPCMON_RAISER_H */
