/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of single interrupts, and the longest one broken down to 100 %.  analysis.c fills
 * the chains; reports and timeline.c show the worst one.
 */
#ifndef DPCMON_WORST_H
#define DPCMON_WORST_H

#include "object.h"

/* The parts of an interrupt's time, in the order in which they follow each other. */
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

/* For JSON, and for people. */
extern const char * const part_keys[PART_NR];
extern const char * const part_titles[PART_NR];

/**
 * struct part - a share of the worst interrupt's time
 * @kind: which part
 * @ns: its time
 * @tenths: its share in tenths of a percent; all parts of an interrupt sum to 1000
 * @run: the run in which it was, with CPU, task and routine; part of struct worst.  NULL for
 *	the rest
 */
struct part {
	enum part_kind		kind;
	uint64_t		ns;
	unsigned int		tenths;
	const struct stage_run	*run;
};

/*
 * The chain of interrupt @first of @o in the window of the last interrupts; an empty one if
 * it is new.
 * Return: NULL for interrupt 0, for a DPC without an interrupt object, and if a newer
 * interrupt has taken the place in the window already.
 */
struct chain *worst_chain(struct object *o, uint64_t first);

/* The same of an interrupt that is in the window already; NULL if it is not. */
const struct chain *worst_find(const struct object *o, uint64_t first);

/*
 * Keeps a copy of @ch if it is the longest of @o so far, with what ran on @cpus meanwhile.
 * To be called after every event that made @ch longer or more complete: later, the runs of
 * that time are no longer remembered.
 * @hardirqs: the trace has the hard interrupts of others.
 */
void worst_consider(struct object *o, const struct chain *ch, struct cpu * const *cpus,
		    unsigned int nr_cpus, bool hardirqs);

/*
 * Divides the time of @w into @parts that sum to it.  Left out are stages that did not
 * happen, that came after the completion, or whose end was not seen.
 * Return: number of parts; 0 if @w is not valid.
 */
unsigned int worst_breakdown(const struct worst *w, struct part parts[PART_NR]);

/* The first and the last time stamp that are known of @ch. */
void worst_span(const struct chain *ch, uint64_t *start, uint64_t *end);

#endif /* DPCMON_WORST_H */
