// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the calling thread a real-time thread, away from the CPU that takes the
 * interrupts, and raises them in bursts from there, so that no load delays the raise
 * itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "raiser.h"
#include "util.h"

static cpu_set_t raiser_cpus;	/* as it was before raiser_begin() */

int raiser_cpu(int irq_cpu)
{
	cpu_set_t cpus;
	int cpu;

	if (irq_cpu < 0 || sched_getaffinity(0, sizeof(cpus), &cpus))
		return -1;
	for (cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
		if (CPU_ISSET(cpu, &cpus) && cpu != irq_cpu)
			return cpu;
	return -1;
}

int raiser_begin(int cpu, bool pauses)
{
	struct sched_param priority = { .sched_priority = RAISER_PRIORITY };
	cpu_set_t cpus;

	sched_getaffinity(0, sizeof(raiser_cpus), &raiser_cpus);
	if (cpu >= 0) {
		CPU_ZERO(&cpus);
		CPU_SET(cpu, &cpus);
		if (sched_setaffinity(0, sizeof(cpus), &cpus))
			return fail("can't move to CPU %d: %m", cpu);
	}
	if ((cpu >= 0 || pauses) && sched_setscheduler(0, SCHED_FIFO, &priority))
		return fail("can't become a real-time thread: %m");
	return 0;
}

void raiser_end(void)
{
	struct sched_param priority = { .sched_priority = 0 };

	sched_setscheduler(0, SCHED_OTHER, &priority);
	sched_setaffinity(0, sizeof(raiser_cpus), &raiser_cpus);
}

int raiser_count(struct raised *r, uint64_t came)
{
	if (came > (uint64_t)r->raised + RAISER_LATE_MAX)
		return -1;
	r->interrupts = came < r->raised ? came : r->raised;
	r->late = came - r->interrupts;
	return 0;
}

int raiser_burst(struct device *d, uint32_t count, uint32_t pace_us, struct raised *result)
{
	struct raise_burst burst = { .count = count, .pace_us = pace_us };
	uint64_t start = now_ns();
	int ret = raise_burst(&d->raise, &burst), error = errno;
	uint64_t came;

	memset(result, 0, sizeof(*result));
	result->ns = now_ns() - start;
	result->raised = burst.raised;
	if (ret && error == ETIMEDOUT) {
		result->timed_out = true;
		return 0;
	}
	if (ret) {
		errno = error;
		return interrupted() ? -1 : fail("%s: %s: %m", d->label,
							 d->raise.ops->call);
	}
	came = burst.last_seq - burst.first_seq;
	if (raiser_count(result, came))
		return fail("%s: %llu interrupts came of %u raises: somebody else uses the device, or it has reasons of its own; stop that first, or measure with --wait",
			    d->label, (unsigned long long)came, count);
	return 0;
}

void raiser_idle(uint32_t count, uint32_t pace_us)
{
	uint64_t next = now_ns();
	struct timespec at;

	while (count-- && !interrupted()) {
		next += pace_us * NSEC_PER_USEC;
		at = (struct timespec){ next / NSEC_PER_SEC, next % NSEC_PER_SEC };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	}
}
