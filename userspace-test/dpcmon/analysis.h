/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From events to numbers: the same for live and for recorded traces.
 *
 * Memory does not depend on the length of the trace: histograms, a bounded
 * table of open calls, and a window of the last interrupts of each object.
 * Events of one CPU come in order; events of different CPUs need not.
 */
#ifndef DPCMON_ANALYSIS_H
#define DPCMON_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "books.h"
#include "cpu.h"
#include "event.h"
#include "hist.h"
#include "pairs.h"

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

/* The budgets that the user gave; they win over the trace's. */
struct budgets {
	bool		given[DPC_STAGE_NR];
	uint32_t	us[DPC_STAGE_NR];
};

struct analysis {
	struct budgets	budgets;
	struct object	**objects;
	unsigned int	nr_objects;
	uint64_t	objects_left_out;	/* events of more than OBJECT_MAX */
	struct cpu	**cpus;			/* by number; NULL if unseen */
	unsigned int	nr_cpus;
	struct pairs	pairs;
	struct overrun	overrun;		/* the first: --stop-on-overrun stops at it */
	bool		stop_on_overrun;	/* the trace ends at @overrun */
	char		*disturbed;		/* what others did to the trace, or NULL */
	bool		hardirqs;		/* hard interrupts of others are in the trace */
	uint64_t	events;			/* of ours, hard interrupts too */
	uint64_t	first_ts;
	uint64_t	last_ts;
};

struct analysis *analysis_new(const struct budgets *budgets);
void analysis_free(struct analysis *a);
void analysis_event(struct analysis *a, const struct dpcmon_event *e);
void analysis_introduce(struct analysis *a, const struct dpcmon_event *e);
void analysis_lost(struct analysis *a, int cpu, long long lost);
void analysis_disturbed(struct analysis *a, const char *what);
/* The kernel stopped the trace by --stop-on-overrun, or somebody else did. */
void analysis_trace_stopped(struct analysis *a);
void analysis_finish(struct analysis *a);

struct cpu *analysis_cpu(struct analysis *a, int nr);
uint64_t analysis_interrupts(const struct object *o);
uint64_t analysis_missing(const struct object *o);
struct balance analysis_balance(const struct analysis *a, const struct object *o);
uint64_t analysis_lost_total(const struct analysis *a, bool *exact);
bool analysis_stopped(const struct analysis *a);
bool analysis_measured(const struct analysis *a);
bool analysis_judged(const struct analysis *a);
uint64_t analysis_over_budget(const struct analysis *a);

#endif /* DPCMON_ANALYSIS_H */
