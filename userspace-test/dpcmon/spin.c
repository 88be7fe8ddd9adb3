// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that count loops on each CPU.  The loops that are missing beside a device
 * say what its interrupts took; the same threads are the load "hog".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "spin.h"

/* About 100 ns on hardware, and one look at @stop. */
#define SPIN_STEPS	256

/**
 * struct spinner - a thread
 * @spin: all of them
 * @thread: the thread
 * @error: -1 until it has set its policy; then errno of that, or 0
 * @loops: number of loops so far; only the thread writes it
 */
struct spinner {
	struct spin		*spin;
	pthread_t		thread;
	atomic_int		error;
	atomic_uint_least64_t	loops;
};

/**
 * struct spin - threads that count loops
 * @params: what kind of threads
 * @stop: they are to end
 * @nr: number of threads
 * @spinners: the threads
 */
struct spin {
	struct spin_params	params;
	atomic_bool		stop;
	unsigned int		nr;
	struct spinner		*spinners;
};

static inline void spin_loop(void)
{
	unsigned int i;

	for (i = 0; i < SPIN_STEPS; i++)
		__asm__ volatile("" ::: "memory");
}

static void spin_some(struct spinner *one, uint64_t loops)
{
	/* only this thread writes it */
	uint64_t n = atomic_load_explicit(&one->loops, memory_order_relaxed);

	while (loops-- && !atomic_load_explicit(&one->spin->stop, memory_order_relaxed)) {
		spin_loop();
		atomic_store_explicit(&one->loops, ++n, memory_order_relaxed);
	}
}

static void *spin_thread(void *arg)
{
	struct spinner *one = arg;
	const struct spin_params *p = &one->spin->params;
	uint64_t next = now_ns();
	struct sched_param priority = { .sched_priority = p->priority };
	struct timespec at;

	/* pthread_attr_setschedpolicy() does not know SCHED_IDLE */
	one->error = sched_setscheduler(0, p->policy, &priority) ? errno : 0;
	while (!atomic_load_explicit(&one->spin->stop, memory_order_relaxed)) {
		spin_some(one, p->loops ? p->loops : UINT64_MAX);
		if (!p->period_ns)
			continue;
		/* late by a period: what was missed is not made up for */
		next += p->period_ns;
		if (next < now_ns())
			next = now_ns() + p->period_ns / 10;
		at = (struct timespec){ next / NSEC_PER_SEC, next % NSEC_PER_SEC };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	}
	return NULL;
}

static int spin_start_one(struct spin *s, struct spinner *one, int cpu)
{
	pthread_attr_t attr;
	cpu_set_t cpus;
	int ret;

	one->spin = s;
	one->error = -1;
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	ret = pthread_create(&one->thread, &attr, spin_thread, one);
	pthread_attr_destroy(&attr);
	if (ret)
		return fail("can't start a thread on CPU %d: %s", cpu, strerror(ret));
	while (one->error < 0)
		usleep(100);
	return 0;
}

static int spin_errors(const struct spin *s)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++)
		if (s->spinners[i].error)
			return fail("can't set the scheduling policy of a thread: %s",
				    strerror(s->spinners[i].error));
	return 0;
}

struct spin *spin_start(const struct spin_params *params)
{
	struct spin *s = xcalloc(1, sizeof(*s));
	sigset_t all, before;
	cpu_set_t cpus;
	int cpu, ret = 0;

	s->params = *params;
	sched_getaffinity(0, sizeof(cpus), &cpus);
	s->spinners = xcalloc(CPU_COUNT(&cpus), sizeof(*s->spinners));
	/* Ctrl-C is for the thread that waits for the device */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (cpu = 0; cpu < CPU_SETSIZE && !ret; cpu++) {
		if (!CPU_ISSET(cpu, &cpus))
			continue;
		ret = spin_start_one(s, &s->spinners[s->nr], cpu);
		s->nr += !ret;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!ret && !spin_errors(s))
		return s;
	spin_stop(s);
	return NULL;
}

struct spin_count spin_count(const struct spin *s)
{
	struct spin_count count = { 0 };
	struct timespec time;
	clockid_t clock;
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		count.loops += atomic_load_explicit(&s->spinners[i].loops, memory_order_relaxed);
		if (!pthread_getcpuclockid(s->spinners[i].thread, &clock) &&
		    !clock_gettime(clock, &time))
			count.cpu_ns += time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
	}
	return count;
}

unsigned int spin_threads(const struct spin *s)
{
	return s->nr;
}

void spin_stop(struct spin *s)
{
	unsigned int i;

	if (!s)
		return;
	s->stop = true;
	for (i = 0; i < s->nr; i++)
		pthread_join(s->spinners[i].thread, NULL);
	free(s->spinners);
	free(s);
}

uint64_t spin_calibrate(uint64_t ns)
{
	struct spin none = { .nr = 0 };
	struct spinner one = { .spin = &none };
	uint64_t start = now_ns(), took;

	do {
		spin_some(&one, 16);
		took = now_ns() - start;
	} while (took < ns);
	return one.loops * ns / took;
}
