/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of an interrupt object: its stages, its last interrupts, its worst one.
 *
 * analysis.c fills it from events, worst.c keeps its chains and its worst interrupt; all
 * reports read it.  Times are nanoseconds, time stamps are those of the trace's clock.
 */
#ifndef DPCMON_OBJECT_H
#define DPCMON_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "books.h"
#include "cpu.h"
#include "event.h"
#include "hist.h"

/* The stages of <linux/dpc.h>, and one that only a trace can tell (M2). */
#define STAGE_DPC_EXCLUSIVE	DPC_STAGE_NR
#define STAGE_NR		(DPC_STAGE_NR + 1)

extern const char * const stage_keys[STAGE_NR];		/* for --budget and JSON */
extern const char * const stage_titles[STAGE_NR];	/* for people */
extern const unsigned int stage_order[STAGE_NR];	/* as time passes */

#define NAME_LEN		32
#define CHAIN_WINDOW		4096	/* interrupts of an object that may be under way */
#define OBJECT_MAX		256	/* objects of a trace; a file may claim any number */
#define WORST_RUNS		96	/* runs shown beside the worst interrupt */
#define ERRORS_KEPT		16	/* device errors that are shown of an object, the first */
#define ERROR_DATA_MAX		64	/* bytes that are shown of an error's data */

/**
 * struct stage - what was measured of one stage
 * @hist: the times
 * @budget_ns: the budget that is in force now; 0 for none
 * @over_budget: number of times longer than the budget that was in force then
 * @overruns: number of dpc_overrun events
 * @function: address of the routine that had the longest time
 * @max_seq: number of the interrupt that had the longest time
 */
struct stage {
	struct hist	hist;
	uint64_t	budget_ns;
	uint64_t	over_budget;
	uint64_t	overruns;
	uint64_t	function;
	uint64_t	max_seq;
};

/**
 * struct stage_run - one stage of one interrupt
 * @entered: its entry was seen; @start, @wait and @served are valid
 * @exited: its exit was seen; @end and @duration are valid
 * @cpu: CPU on which it ran
 * @pid: task in which it ran
 * @start: time stamp of the entry
 * @end: time stamp of the exit
 * @wait: from the end of the stage before to the entry, by the kernel's own measurement
 * @duration: from the entry to the exit, by the kernel's own measurement
 * @hardirq_ns: of @duration, hard interrupts that hit it; for the DPC only
 * @function: address of the routine
 * @seq: last interrupt that the call served
 * @served: number of interrupts that the call served
 */
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

/**
 * struct chain - all stages of one interrupt
 * @first: its number.  Later interrupts that came while it waited are served by the same
 *	calls, and are not in the chain
 * @isr: its ISR
 * @dpc: its DPC call
 * @work: its work item
 * @completed: a request of it has completed; the fields below are valid.  Of several
 *	requests it is the last one
 * @complete_cpu: CPU on which that happened
 * @complete_pid: task in which that happened
 * @complete_ts: time stamp of the completion
 * @complete_ns: time from the start of the ISR to the completion
 * @complete_hardirq_ns: hard interrupts that hit the DPC call before the completion
 * @complete_function: address of the routine that completed it
 */
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

/**
 * struct worst - the longest interrupt of an object
 * @valid: there is one
 * @hardirqs: hard interrupts of others were traced, so what hit the DPC is known
 * @total: its whole time, which worst_breakdown() divides
 * @chain: a copy of its stages
 * @nr_runs: used in @runs
 * @runs: what ran on all CPUs meanwhile, in no order
 */
struct worst {
	bool		valid;
	bool		hardirqs;
	uint64_t	total;
	struct chain	chain;
	unsigned int	nr_runs;
	struct run	runs[WORST_RUNS];
};

/**
 * struct overrun - one dpc_overrun event
 * @valid: there is one
 * @cpu: CPU on which it happened
 * @pid: task in which it happened
 * @id: interrupt object
 * @stage: enum dpc_stage; a newer driver may have further ones
 * @ts: time stamp
 * @seq: last interrupt that the call served
 * @first: first interrupt that the call served
 * @function: address of the routine
 * @ns: time that the stage took
 * @budget_ns: budget that it was over
 * @routine: name of the routine, as the kernel printed it into the event
 */
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
 * struct device_error - one dpc_error event
 * @cpu: CPU on which it was told
 * @pid: task in which it was told
 * @ts: time stamp
 * @seq: last interrupt that the telling stage served; 0 if it served none
 * @first: first interrupt that it served
 * @function: address in the driver's routine that told it
 * @device: name of the device
 * @error: what the driver said; its data are in @data
 * @data: the first of its bytes
 * @chain: the stages of interrupt @first, as far as they are known; else empty
 */
struct device_error {
	int			cpu;
	int			pid;
	uint64_t		ts;
	uint64_t		seq;
	uint64_t		first;
	uint64_t		function;
	char			device[NAME_LEN];
	struct event_error	error;
	unsigned char		data[ERROR_DATA_MAX];
	struct chain		chain;
};

/**
 * struct errors - the errors of one object
 * @count: how many there were
 * @list: the first of them, up to ERRORS_KEPT; NULL if there was none
 */
struct errors {
	uint64_t		count;
	struct device_error	*list;
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
 * @not_ours: ISR calls that found that another device on a shared line had interrupted
 * @requests: times a DPC was asked for
 * @refused: of these, how many found the DPC queued already
 * @dpc_calls: DPC calls that began
 * @served: interrupts that they served
 * @coalesced: of these, how many beyond the first of a call
 * @work_calls: work items that began
 * @work_served: interrupts that they served
 * @work_coalesced: of these, how many beyond the first of a call
 * @books: where the interrupts have gone
 * @warm_until: number of the last interrupt of the warm-up, which is left out; 0 for none
 * @seq_min: smallest interrupt number handled
 * @seq_max: largest
 * @chains: window of the last interrupts
 * @worst: the longest of them
 * @worst_overrun: that furthest over its budget
 * @errors: what its driver told of the device
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
	uint64_t	warm_until;
	uint64_t	seq_min;
	uint64_t	seq_max;
	struct chain	*chains;
	struct worst	worst;
	struct overrun	worst_overrun;
	struct errors	errors;
};

/* The same as hist_buckets_used(), for a table of all stages. */
unsigned int object_buckets_used(const struct object *o);

#endif /* DPCMON_OBJECT_H */
