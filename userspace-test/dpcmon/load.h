/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads that dpcmon compare puts beside the device, one at a time.
 */
#ifndef DPCMON_LOAD_H
#define DPCMON_LOAD_H

#include "device.h"
#include "spin.h"

enum load_id {
	LOAD_NONE,
	LOAD_HOG,	/* an ordinary endless thread on each CPU */
	LOAD_SOFTIRQ,	/* UDP over loopback: 40 % of each CPU in softirqs */
	LOAD_STORM,	/* interrupts of a second device, on the CPU of the first */
	LOAD_RT,	/* a SCHED_FIFO thread on each CPU, half of the time */
	LOAD_NR,
};

extern const char * const load_names[LOAD_NR];
extern const char * const load_titles[LOAD_NR];

struct load;

/*
 * @device: the one that is measured; @irq_cpu: CPU that takes its interrupts.
 * Prepares the loads whose bits are in @wanted.
 */
struct load *load_open(const struct device *device, unsigned int wanted, int irq_cpu,
		       int rt_priority);
/* Why there is no such load, or NULL. */
const char *load_absent(const struct load *l, enum load_id id);
/* What it does, in a few words. */
const char *load_detail(const struct load *l, enum load_id id);

int load_start(struct load *l, enum load_id id);
/* The hogs, when they run: then they are what counts the time that is left. */
struct spin *load_hogs(const struct load *l);
/* -1 after a message if the load broke down. */
int load_stop(struct load *l);
int load_close(struct load *l);

#endif /* DPCMON_LOAD_H */
