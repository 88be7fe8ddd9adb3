/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calling thread, as the one that raises interrupts.
 *
 * A device is late for nobody.  So that no load can delay the raises, they
 * come from a real-time thread, and not from the CPU that takes the interrupts
 * if there is another one.  With one CPU only, that would starve what is
 * measured when it raises without a pause: then it is an ordinary thread.
 */
#ifndef DPCMON_RAISER_H
#define DPCMON_RAISER_H

#include <stdbool.h>

#include "device.h"

#define RAISER_PRIORITY	90

/**
 * struct raised - what came of a burst
 * @raised: how many
 * @interrupts: that the device made of them
 * @ns: from the first raise to the end of the last interrupt
 * @timed_out: the last one was not served in time
 */
struct raised {
	uint32_t	raised;
	uint64_t	interrupts;
	uint64_t	ns;
	bool		timed_out;
};

/* A CPU to raise from: not @irq_cpu, -1 if there is no other. */
int raiser_cpu(int irq_cpu);

/* @cpu: -1 for any.  @pauses: it sleeps between two raises.  -1 after a message. */
int raiser_begin(int cpu, bool pauses);
void raiser_end(void);

/* -1 after a message, or without one when a signal ended it. */
int raiser_burst(struct device *d, uint32_t count, uint32_t pace_us, struct raised *result);

/* The same wake-ups, without a raise. */
void raiser_idle(uint32_t count, uint32_t pace_us);

#endif /* DPCMON_RAISER_H */
