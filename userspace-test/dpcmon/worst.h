/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of single interrupts, and the longest one broken down to 100 %.
 */
#ifndef DPCMON_WORST_H
#define DPCMON_WORST_H

#include "object.h"

enum part_kind {
	PART_ISR,
	PART_ISR_TO_DPC,
	PART_DPC_EXCLUSIVE,
	PART_HARDIRQ,
	PART_DPC,		/* both, where hard interrupts were not traced */
	PART_DPC_TO_WORK,
	PART_WORK,
	PART_REST,
	PART_NR,
};

extern const char * const part_keys[PART_NR];
extern const char * const part_titles[PART_NR];

/**
 * struct part - a share of the worst interrupt's time
 * @kind: which
 * @ns: how long
 * @tenths: in tenths of a percent; all parts of an interrupt sum to 1000
 * @run: where and in which task; NULL for the rest
 */
struct part {
	enum part_kind		kind;
	uint64_t		ns;
	unsigned int		tenths;
	const struct stage_run	*run;
};

/* The chain of interrupt @first of @o, out of the window; an empty one if it is new. */
struct chain *worst_chain(struct object *o, uint64_t first);

/*
 * Keeps @ch if it is the longest of @o so far, with what ran on @cpus meanwhile.  To be
 * called after every event that made @ch longer or more complete.  @hardirqs: the trace
 * has the hard interrupts of others.
 */
void worst_consider(struct object *o, const struct chain *ch, struct cpu * const *cpus,
		    unsigned int nr_cpus, bool hardirqs);

/* The parts of the time of @w, in their order; how many. */
unsigned int worst_breakdown(const struct worst *w, struct part parts[PART_NR]);

/* From the first to the last moment that is known of @ch. */
void worst_span(const struct chain *ch, uint64_t *start, uint64_t *end);

#endif /* DPCMON_WORST_H */
