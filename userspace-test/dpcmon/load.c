// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loads beside which models are compared.  load_open() finds out which of them
 * this machine can have; one at a time runs.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "load.h"
#include "storm.h"
#include "udp.h"
#include "util.h"

#define LOAD_RT_PERIOD_NS	10000000ULL
#define LOAD_RT_BUSY_NS		(LOAD_RT_PERIOD_NS / 2)
#define LOAD_RT_TRIAL_NS	20000000ULL

const char * const load_names[LOAD_NR] = {
	[LOAD_NONE]	= "none",
	[LOAD_HOG]	= "hog",
	[LOAD_SOFTIRQ]	= "softirq",
	[LOAD_STORM]	= "storm",
	[LOAD_RT]	= "rt",
};

const char * const load_titles[LOAD_NR] = {
	[LOAD_NONE]	= "idle machine",
	[LOAD_HOG]	= "CPU hogs",
	[LOAD_SOFTIRQ]	= "softirq pressure",
	[LOAD_STORM]	= "interrupt storm",
	[LOAD_RT]	= "real-time hogs",
};

/**
 * struct load - all loads of this machine
 * @running: the load that runs; LOAD_NONE if there is nothing to stop
 * @absent: why there is no such load; NULL if there is
 * @detail: what each does, in a few words
 * @rt: the threads of the load rt, as calibrated
 * @spin: the threads of hog or rt while they run
 * @udp: the load softirq; NULL if it is not wanted
 * @storm: the load storm; NULL if it is not wanted
 */
struct load {
	enum load_id		running;
	char			*absent[LOAD_NR];
	char			*detail[LOAD_NR];
	struct spin_params	rt;
	struct spin		*spin;
	struct udp		*udp;
	struct storm		*storm;
};

/*
 * A period of the real-time threads is a number of loops, not a time: so each thread does
 * the same work, whatever interrupts take from its time.
 */
static void load_open_rt(struct load *l, int priority)
{
	l->rt = (struct spin_params){
		.policy = SCHED_FIFO,
		.priority = priority,
		.loops = spin_calibrate(LOAD_RT_TRIAL_NS) * LOAD_RT_BUSY_NS / LOAD_RT_TRIAL_NS,
		.period_ns = LOAD_RT_PERIOD_NS,
	};
	l->detail[LOAD_RT] = xasprintf("a SCHED_FIFO %d thread on each CPU, %llu ms of every %llu ms",
				       priority, LOAD_RT_BUSY_NS / 1000000,
				       LOAD_RT_PERIOD_NS / 1000000);
}

static void load_open_softirq(struct load *l)
{
	l->udp = udp_open(&l->absent[LOAD_SOFTIRQ]);
	if (!l->absent[LOAD_SOFTIRQ])
		l->detail[LOAD_SOFTIRQ] =
			xasprintf("UDP over loopback, %u packets to 24 sockets each ms on each CPU",
				  udp_packets(l->udp));
}

static void load_open_storm(struct load *l, const struct device *device, int irq_cpu)
{
	l->storm = storm_open(device, irq_cpu, &l->absent[LOAD_STORM]);
	if (!l->absent[LOAD_STORM])
		l->detail[LOAD_STORM] =
			xasprintf("an interrupt of %s (model %s) every %u us, on the same CPU",
				  storm_device(l->storm), storm_model(l->storm),
				  storm_pace_us(l->storm));
}

struct load *load_open(const struct device *device, unsigned int wanted, int irq_cpu,
		       int rt_priority)
{
	struct load *l = xcalloc(1, sizeof(*l));

	l->detail[LOAD_NONE] = xstrdup("nothing beside the device");
	l->detail[LOAD_HOG] = xstrdup("an endless ordinary thread on each CPU");
	if (wanted & (1 << LOAD_RT))
		load_open_rt(l, rt_priority);
	if (wanted & (1 << LOAD_SOFTIRQ))
		load_open_softirq(l);
	if (wanted & (1 << LOAD_STORM))
		load_open_storm(l, device, irq_cpu);
	return l;
}

const char *load_absent(const struct load *l, enum load_id id)
{
	return l->absent[id];
}

const char *load_detail(const struct load *l, enum load_id id)
{
	return l->detail[id];
}

static int load_spin(struct load *l, const struct spin_params *params)
{
	l->spin = spin_start(params);
	return l->spin ? 0 : -1;
}

int load_start(struct load *l, enum load_id id)
{
	static const struct spin_params hog = { .policy = SCHED_OTHER };

	l->running = id;
	switch (id) {
	case LOAD_HOG:
		return load_spin(l, &hog);
	case LOAD_RT:
		return load_spin(l, &l->rt);
	case LOAD_SOFTIRQ:
		return udp_start(l->udp);
	case LOAD_STORM:
		return storm_start(l->storm);
	default:
		return 0;
	}
}

struct spin *load_hogs(const struct load *l)
{
	return l->running == LOAD_HOG ? l->spin : NULL;
}

int load_stop(struct load *l)
{
	enum load_id id = l->running;

	l->running = LOAD_NONE;
	spin_stop(l->spin);
	l->spin = NULL;
	if (id == LOAD_SOFTIRQ)
		return udp_stop(l->udp);
	return id == LOAD_STORM ? storm_stop(l->storm) : 0;
}

int load_close(struct load *l)
{
	unsigned int i;
	int ret;

	if (!l)
		return 0;
	ret = load_stop(l);
	udp_close(l->udp);
	if (storm_close(l->storm))
		ret = -1;
	for (i = 0; i < LOAD_NR; i++) {
		free(l->absent[i]);
		free(l->detail[i]);
	}
	free(l);
	return ret;
}
