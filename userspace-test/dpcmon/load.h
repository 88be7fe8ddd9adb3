/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads that dpcmon compare puts beside the device, one at a time.  spin.c, udp.c and storm.c
 * make them.
 */
#ifndef DPCMON_LOAD_H
#define DPCMON_LOAD_H

#include "device.h"
#include "spin.h"

/* The loads, as --load names them. */
enum load_id {
	LOAD_NONE,
	LOAD_HOG,	/* an ordinary endless thread on each CPU */
	LOAD_SOFTIRQ,	/* UDP over loopback: 40 % of each CPU in softirqs */
	LOAD_STORM,	/* interrupts of a second device, on the CPU of the first */
	LOAD_RT,	/* a SCHED_FIFO thread on each CPU, half of the time */
	LOAD_NR,
};

extern const char * const load_names[LOAD_NR];	/* for --load and JSON */
extern const char * const load_titles[LOAD_NR];	/* for people */

struct load;

/*
 * Prepares the loads whose bits are in @wanted: this takes a moment, because each finds out
 * how much of it this machine can bear.
 * @device: the device that is measured.
 * @irq_cpu: CPU that takes its interrupts; -1 if that is not known.
 * @rt_priority: SCHED_FIFO priority of the load rt.
 * Return: for load_close(); never NULL.
 */
struct load *load_open(const struct device *device, unsigned int wanted, int irq_cpu,
		       int rt_priority);

/* Why this machine can't have the load; NULL if it can.  Until load_close(). */
const char *load_absent(const struct load *l, enum load_id id);
/* What it does, in a few words; NULL if it was not wanted.  Until load_close(). */
const char *load_detail(const struct load *l, enum load_id id);

/* Starts a load.  Return: 0; -1 after a message.  load_stop() is due either way. */
int load_start(struct load *l, enum load_id id);

/* The threads of the load hog while it runs, which count loops for measure.c; else NULL. */
struct spin *load_hogs(const struct load *l);

/*
 * Stops the load that runs, and (load_close()) frees all; NULL is allowed.
 * Return: 0; -1 after a message if the load broke down, or left something changed.
 */
int load_stop(struct load *l);
int load_close(struct load *l);

#endif /* DPCMON_LOAD_H */
