/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens on one CPU: hard interrupts, the DPC calls that they hit (M2),
 * and the last runs of everything, for the timeline of the worst interrupt.
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

enum run_kind {
	RUN_ISR,
	RUN_DPC,
	RUN_WORK,
	RUN_HARDIRQ,
};

/* One finished call; @name for RUN_HARDIRQ, @function for the others. */
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

/* @doubtful: events were lost while it was open, so its time is not to trust */
struct cpu_hardirq {
	uint32_t	key;
	bool		doubtful;
	uint64_t	start;
	char		name[CPU_NAME_LEN];
};

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
 * @depth: open hard interrupts in @hardirq
 * @hardirq: open hard interrupts, outermost first
 * @dpc: DPC calls that have not returned
 * @runs: ring of finished runs
 * @nr_runs: runs ever put there
 * @lost: events lost, the known numbers
 * @lost_gaps: places where events were lost
 * @lost_unknown: such places without a number
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

/* An ISR counts as a hard interrupt too; its key must not meet a vector's. */
#define HARDIRQ_KEY_ISR		0x80000000u
#define HARDIRQ_KEY_VECTOR	0x40000000u

void cpu_hardirq_entry(struct cpu *c, struct pairs *p, uint32_t key,
		       const struct dpcmon_event *e);
void cpu_hardirq_exit(struct cpu *c, struct pairs *p, uint32_t key,
		      const struct dpcmon_event *e);
void cpu_hardirq_none(struct cpu *c, struct pairs *p);
void cpu_lost(struct cpu *c, long long lost);

void cpu_dpc_entry(struct cpu *c, const struct dpcmon_event *e);
bool cpu_dpc_exit(struct cpu *c, const struct dpcmon_event *e, uint64_t *hardirq_ns);
uint64_t cpu_dpc_hardirq_ns(const struct cpu *c, const struct dpcmon_event *e);

void cpu_add_run(struct cpu *c, const struct run *run);

#endif /* DPCMON_CPU_H */
