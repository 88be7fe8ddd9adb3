// SPDX-License-Identifier: GPL-2.0-only
/*
 * The load "storm": interrupts of a second edu device, on the CPU that takes those of
 * the first, at a third of what that device can take.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis.h"
#include "device.h"
#include "irq_cpu.h"
#include "model.h"
#include "storm.h"
#include "util.h"

#define STORM_DEVICES	"/dev/dpc_edu*"
#define STORM_TRIAL	200	/* interrupts raised to find out what one takes */
#define STORM_SHARE	3	/* one third of the time */
#define STORM_PIECE_US	20000	/* a stop waits for the end of a burst */

/**
 * struct storm - the second device
 * @device: it is open, with a hold on its settings; what raises is closed if it could not
 *	be opened
 * @path: its path; NULL if there is no second device
 * @affinity: the CPUs that its interrupt had, to be restored; empty if it was not moved
 * @model: name of its model during the storm
 * @pace_us: time between two raises
 * @stop: the thread is to end
 * @error: errno that ended the storm early; 0 for none
 * @started: @thread runs
 * @thread: raises
 */
struct storm {
	struct device	device;
	char		*path;
	char		affinity[256];
	const char	*model;
	uint32_t	pace_us;
	atomic_bool	stop;
	atomic_int	error;
	bool		started;
	pthread_t	thread;
};

/* Whether two paths are of one device; also if that is not known: better no storm. */
static bool storm_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) || stat(b, &y) || x.st_rdev == y.st_rdev;
}

static char *storm_find(const struct device *device)
{
	char *path = NULL;
	glob_t found;
	size_t i;

	if (glob(STORM_DEVICES, 0, NULL, &found))
		return NULL;
	for (i = 0; i < found.gl_pathc && !path; i++)
		if (!*device->raise.path || !storm_same(found.gl_pathv[i], device->raise.path))
			path = xstrdup(found.gl_pathv[i]);
	globfree(&found);
	return path;
}

static int storm_burst(struct storm *s, uint32_t count, uint32_t pace_us)
{
	struct raise_burst burst = { .count = count, .pace_us = pace_us };

	return raise_burst(&s->device.raise, &burst) && errno != EINTR ? -1 : 0;
}

/* Hard interrupts and nothing more, where the kernel's driver can do that. */
static int storm_prepare(struct storm *s, int cpu)
{
	static const struct budgets none = {
		.given = { [0 ... DPC_STAGE_NR - 1] = true },
	};
	struct dpc_model_info info;
	char list[16];
	uint64_t start;

	s->model = model_name(s->device.object.model);
	if (device_query_model(&s->device, DPC_MODEL_HARDIRQ, &info))
		return -1;
	if (info.available) {
		s->model = model_name(DPC_MODEL_HARDIRQ);
		if (device_switch_model(&s->device, DPC_MODEL_HARDIRQ))
			return -1;
	}
	if (device_set_budgets(&s->device, &none))
		return -1;
	if (cpu >= 0 && irq_cpu(s->device.object.irq) != cpu &&
	    !irq_cpu_affinity(s->device.object.irq, s->affinity, sizeof(s->affinity))) {
		snprintf(list, sizeof(list), "%d", cpu);
		if (irq_cpu_set_affinity(s->device.object.irq, list))
			*s->affinity = '\0';
	}
	start = now_ns();
	if (storm_burst(s, STORM_TRIAL, 0))
		return fail("%s: %s: %m", s->path, s->device.raise.ops->call);
	s->pace_us = (now_ns() - start) / STORM_TRIAL / NSEC_PER_USEC * STORM_SHARE + 1;
	if (s->pace_us > STORM_PIECE_US)
		s->pace_us = STORM_PIECE_US;
	return 0;
}

struct storm *storm_open(const struct device *device, int cpu, char **reason)
{
	struct storm *s = xcalloc(1, sizeof(*s));

	*reason = NULL;
	s->device.raise = RAISE_NONE;
	s->device.node.fd = -1;
	s->path = storm_find(device);
	if (!s->path)
		*reason = xstrdup("it needs a second edu device (-device edu once more)");
	else if (device_open_one(&s->device, s->path, DEVICE_HOLD) || storm_prepare(s, cpu))
		*reason = xasprintf("%s can't be used", s->path);
	return s;
}

uint32_t storm_pace_us(const struct storm *s)
{
	return s->pace_us;
}

const char *storm_device(const struct storm *s)
{
	return s->path;
}

const char *storm_model(const struct storm *s)
{
	return s->model;
}

static void *storm_thread(void *arg)
{
	struct storm *s = arg;
	/* below who raises for the device measured, above all that is measured */
	struct sched_param priority = { .sched_priority = 89 };

	sched_setscheduler(0, SCHED_FIFO, &priority);
	while (!s->stop && !s->error)
		if (storm_burst(s, STORM_PIECE_US / s->pace_us, s->pace_us))
			s->error = errno;
	return NULL;
}

int storm_start(struct storm *s)
{
	sigset_t all, before;
	int ret;

	s->stop = false;
	s->error = 0;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	ret = pthread_create(&s->thread, NULL, storm_thread, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	s->started = !ret;
	return ret ? fail("can't start a thread: %s", strerror(ret)) : 0;
}

int storm_stop(struct storm *s)
{
	if (!s->started)
		return 0;
	s->stop = true;
	pthread_join(s->thread, NULL);
	s->started = false;
	if (s->error)
		return fail("load storm: %s: %s", s->path, strerror(s->error));
	return 0;
}

int storm_close(struct storm *s)
{
	int ret = 0;

	if (!s)
		return 0;
	if (*s->affinity)
		ret = irq_cpu_set_affinity(s->device.object.irq, s->affinity);
	if (ret)
		ret = fail("irq %u: can't restore its CPUs: %s", s->device.object.irq, s->affinity);
	device_close(&s->device);
	free(s->path);
	free(s);
	return ret;
}
