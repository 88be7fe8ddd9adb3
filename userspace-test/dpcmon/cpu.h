/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens on one CPU: hard interrupts, the DPC calls that they hit (M2), and the last
 * runs of everything.  analysis.c feeds it; worst.c takes the runs beside the worst
 * interrupt, timeline.c draws them.
 *
 * Time stamps and times are ns of the trace's clock.
 */
#ifndef DPCMON_CPU_H
#define DPCMON_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "pairs.h"

#define CPU_NAME_LEN	24
#define CPU_HARDIRQ_MAX	16	/* nested or unfinished at a time */
#define CPU_DPC_MAX	4	/* on PREEMPT_RT one may preempt another */
#define CPU_RUNS	128	/* remembered for the timeline */

/* What ran. */
enum run_kind {
	RUN_ISR,
	RUN_DPC,
	RUN_WORK,
	RUN_HARDIRQ,
};

/**
 * struct run - one finished call
 * @kind: what ran
 * @cpu: where it ended
 * @pid: the task in which it ended; not for RUN_HARDIRQ
 * @id: interrupt object; not for RUN_HARDIRQ, as the next three
 * @seq: last interrupt that it served
 * @first: first interrupt that it served
 * @function: address of the routine
 * @start: time stamp of its entry
 * @end: time stamp of its exit
 * @name: of the interrupt, for RUN_HARDIRQ only
 */
struct run {
	enum run_kind	kind;
	int		cpu;
	int		pid;
	uint32_t	id;
	uint64_t	seq;
	uint64_t	first;
	uint64_t	start;
	uint64_t	end;
	uint64_t	function;
	char		name[CPU_NAME_LEN];
};

/**
 * struct cpu_hardirq - a hard interrupt that has not returned
 * @key: equal in its entry and exit: HARDIRQ_KEY_VECTOR or a Linux interrupt number
 * @doubtful: events were lost while it was open, so the exit that is seen may be that of a
 *	later one, and its time is not used
 * @start: time stamp of its entry
 * @name: of the interrupt, or empty
 */
struct cpu_hardirq {
	uint32_t	key;
	bool		doubtful;
	uint64_t	start;
	char		name[CPU_NAME_LEN];
};

/**
 * struct cpu_dpc - a DPC call that has not returned
 * @used: the slot is taken
 * @pid: the task in which it runs
 * @id: interrupt object
 * @seq: last interrupt that it serves
 * @first: first interrupt that it serves
 * @function: address of the routine
 * @start: time stamp of its entry
 * @hardirq_ns: time of the hard interrupts that hit it so far
 */
struct cpu_dpc {
	bool		used;
	int		pid;
	uint32_t	id;
	uint64_t	seq;
	uint64_t	first;
	uint64_t	function;
	uint64_t	start;
	uint64_t	hardirq_ns;
};

/**
 * struct cpu - state of one CPU
 * @nr: its number
 * @depth: number of open hard interrupts in @hardirq
 * @hardirq: open hard interrupts, outermost first
 * @dpc: DPC calls that have not returned, in any order
 * @runs: ring of the last finished runs: run n is at n modulo CPU_RUNS
 * @nr_runs: number of runs ever put there
 * @lost: number of events that were lost, as far as it is known
 * @lost_gaps: number of places where events were lost
 * @lost_unknown: number of such places of unknown size
 */
struct cpu {
	int			nr;
	unsigned int		depth;
	struct cpu_hardirq	hardirq[CPU_HARDIRQ_MAX];
	struct cpu_dpc		dpc[CPU_DPC_MAX];
	struct run		runs[CPU_RUNS];
	uint64_t		nr_runs;
	uint64_t		lost;
	uint64_t		lost_gaps;
	uint64_t		lost_unknown;
};

/*
 * In the keys of hard interrupts that have no Linux interrupt number: a vector of the local
 * APIC.
 */
#define HARDIRQ_KEY_VECTOR	0x40000000u

/*
 * A hard interrupt begins or ends.  An exit closes the innermost one of its key; what is
 * open inside of that has lost its exit, and is counted in @p.
 */
void cpu_hardirq_entry(struct cpu *c, struct pairs *p, uint32_t key,
		       const struct dpcmon_event *e);
void cpu_hardirq_exit(struct cpu *c, struct pairs *p, uint32_t key,
		      const struct dpcmon_event *e);

/*
 * An ISR has run in a hard interrupt.  If one is open that it may have been part of, its time is
 * counted at the end of that.
 */
void cpu_isr(struct cpu *c, uint64_t start, uint64_t end);

/* No hard interrupt is open: those that seem to be have lost their exit. */
void cpu_hardirq_none(struct cpu *c, struct pairs *p);

/* @lost events are missing here; -1 if the number is not known; 0 is nothing. */
void cpu_lost(struct cpu *c, long long lost);

/*
 * A DPC call begins or ends.
 * cpu_dpc_exit() returns whether its entry was seen on this CPU; then *@hardirq_ns is the
 * time of the hard interrupts that hit it.
 */
void cpu_dpc_entry(struct cpu *c, const struct dpcmon_event *e);
bool cpu_dpc_exit(struct cpu *c, const struct dpcmon_event *e, uint64_t *hardirq_ns);

/* Time of the hard interrupts that hit the DPC call in which @e happened, up to @e. */
uint64_t cpu_dpc_hardirq_ns(const struct cpu *c, const struct dpcmon_event *e);

/* Remembers @run in place of the oldest one. */
void cpu_add_run(struct cpu *c, const struct run *run);

#endif /* DPCMON_CPU_H */
