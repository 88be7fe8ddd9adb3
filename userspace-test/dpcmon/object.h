/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of an interrupt object: its stages, its last interrupts, its worst one.
 *
 * analysis.c fills it from events; everything that reports reads it.  Times are
 * nanoseconds, time stamps those of the trace's clock.
 */
#ifndef DPCMON_OBJECT_H
#define DPCMON_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "books.h"
#include "cpu.h"
#include "hist.h"

/* The stages of <linux/dpc.h>, and one that only a trace can tell (M2). */
#define STAGE_DPC_EXCLUSIVE	DPC_STAGE_NR
#define STAGE_NR		(DPC_STAGE_NR + 1)

extern const char * const stage_keys[STAGE_NR];		/* for --budget and JSON */
extern const char * const stage_titles[STAGE_NR];	/* for people */
extern const unsigned int stage_order[STAGE_NR];	/* as time passes */

#define NAME_LEN		32
#define CHAIN_WINDOW		4096	/* interrupts that may be under way */
#define OBJECT_MAX		256
#define WORST_RUNS		96

/**
 * struct stage - what was measured of one stage
 * @hist: the times
 * @budget_ns: in force now; 0 for none
 * @over_budget: times longer than the budget then in force
 * @overruns: dpc_overrun events seen
 * @function: the routine, of the longest time
 * @max_seq: the interrupt of the longest time
 */
struct stage {
	struct hist	hist;
	uint64_t	budget_ns;
	uint64_t	over_budget;
	uint64_t	overruns;
	uint64_t	function;
	uint64_t	max_seq;
};

/* One stage of one interrupt; @start and @end are the trace's time stamps. */
struct stage_run {
	bool		entered;
	bool		exited;
	int		cpu;
	int		pid;
	uint64_t	start;
	uint64_t	end;
	uint64_t	wait;
	uint64_t	duration;
	uint64_t	hardirq_ns;
	uint64_t	function;
	uint64_t	seq;
	uint32_t	served;
};

/* All stages of the interrupt @first; those that came while it waited share them. */
struct chain {
	uint64_t		first;
	struct stage_run	isr;
	struct stage_run	dpc;
	struct stage_run	work;
	bool			completed;
	int			complete_cpu;
	int			complete_pid;
	uint64_t		complete_ts;
	uint64_t		complete_ns;
	uint64_t		complete_hardirq_ns;
	uint64_t		complete_function;
};

struct worst {
	bool		valid;
	bool		hardirqs;	/* those of others were traced */
	uint64_t	total;
	struct chain	chain;
	unsigned int	nr_runs;
	struct run	runs[WORST_RUNS];
};

/* One dpc_overrun event. */
struct overrun {
	bool		valid;
	int		cpu;
	int		pid;
	uint32_t	id;
	uint32_t	stage;
	uint64_t	ts;
	uint64_t	seq;
	uint64_t	first;
	uint64_t	function;
	uint64_t	ns;
	uint64_t	budget_ns;
	char		routine[NAME_LEN];
};

/**
 * struct object - one interrupt object, or one DPC routine without one (id 0)
 * @id: as in the events
 * @function: the routine if @id is 0
 * @irq: Linux interrupt number; 0 until it is known
 * @name: from dpc_interrupt, or empty
 * @model: from dpc_interrupt, or empty
 * @stage: by enum dpc_stage, and STAGE_DPC_EXCLUSIVE
 * @raise: from the raise to the ISR, of devices that can tell
 * @raised: how many raises these interrupts were; the device merged the others
 * @not_ours: ISR calls that returned handled=0
 * @requests: times a DPC was asked for
 * @refused: of these, how many found it queued already
 * @dpc_calls: DPC calls that began
 * @served: interrupts that they served
 * @coalesced: of these, how many beyond the first of a call
 * @work_calls: work items that began
 * @work_served: interrupts that they served
 * @work_coalesced: of these, how many beyond the first of a call
 * @books: where the interrupts have gone
 * @seq_min: smallest interrupt number handled
 * @seq_max: largest
 * @chains: window of the last interrupts
 * @worst: the longest of them
 * @worst_overrun: that furthest over its budget
 */
struct object {
	uint32_t	id;
	uint64_t	function;
	uint32_t	irq;
	char		name[NAME_LEN];
	char		model[NAME_LEN];
	struct stage	stage[STAGE_NR];
	struct stage	raise;
	uint64_t	raised;
	uint64_t	not_ours;
	uint64_t	requests;
	uint64_t	refused;
	uint64_t	dpc_calls;
	uint64_t	served;
	uint64_t	coalesced;
	uint64_t	work_calls;
	uint64_t	work_served;
	uint64_t	work_coalesced;
	struct books	books;
	uint64_t	seq_min;
	uint64_t	seq_max;
	struct chain	*chains;
	struct worst	worst;
	struct overrun	worst_overrun;
};

#endif /* DPCMON_OBJECT_H */
