/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the DPC core measures, in the form in which user space reads it.
 *
 * Shared by every driver that hands the core's accounting to user space (see
 * dpc_edu.h) and by the tools.  All times are nanoseconds unless the name says
 * otherwise.  They come from the CPU's cycle counter where that is good, else from its
 * local clock.
 */
#ifndef _UAPI_LINUX_DPC_H
#define _UAPI_LINUX_DPC_H

#include <linux/types.h>

/**
 * enum dpc_stage - the stages of an interrupt and the hand-overs between them
 * @DPC_STAGE_ISR: the interrupt service routine runs
 * @DPC_STAGE_ISR_TO_DPC: from the end of the first ISR that a DPC call serves
 *	to the start of that call
 * @DPC_STAGE_DPC: the DPC routine runs (inclusive of interrupts that hit it)
 * @DPC_STAGE_DPC_TO_WORK: from the end of the first DPC call that a work item
 *	serves to the start of that work item
 * @DPC_STAGE_WORK: the work routine runs
 * @DPC_STAGE_COMPLETE: from the start of the first ISR of a request to the
 *	completion of that request to its owner
 * @DPC_STAGE_NR: number of stages
 */
enum dpc_stage {
	DPC_STAGE_ISR,
	DPC_STAGE_ISR_TO_DPC,
	DPC_STAGE_DPC,
	DPC_STAGE_DPC_TO_WORK,
	DPC_STAGE_WORK,
	DPC_STAGE_COMPLETE,
	DPC_STAGE_NR,
};

/*
 * The stages and their names.  Whatever names a stage (parameters, sysfs, trace
 * events, tools, tests) takes the name from this list.  _stage(_id, _name, ...) is
 * expanded once per stage, in the order of the enum, with the further arguments of
 * DPC_STAGES() at its end.
 */
#define DPC_STAGES(_stage, ...)					\
	_stage(ISR,		isr,		##__VA_ARGS__)	\
	_stage(ISR_TO_DPC,	isr_to_dpc,	##__VA_ARGS__)	\
	_stage(DPC,		dpc,		##__VA_ARGS__)	\
	_stage(DPC_TO_WORK,	dpc_to_work,	##__VA_ARGS__)	\
	_stage(WORK,		work,		##__VA_ARGS__)	\
	_stage(COMPLETE,	complete,	##__VA_ARGS__)

/* For DPC_STAGES(): initialises an array of names that enum dpc_stage indexes. */
#define DPC_STAGE_NAME(_id, _name)	[DPC_STAGE_##_id] = #_name,

/**
 * enum dpc_model_id - what carries the second stage
 * @DPC_MODEL_DPC: this project's per-CPU DPC queue, drained in softirq context
 * @DPC_MODEL_THREADED: the interrupt's own thread
 * @DPC_MODEL_TASKLET: a high priority tasklet
 * @DPC_MODEL_BH_WQ: the kernel's high priority BH workqueue (Linux 6.9)
 * @DPC_MODEL_IRQ_POLL: the polling softirq of block drivers
 * @DPC_MODEL_WQ: a high priority workqueue, bound to CPUs
 * @DPC_MODEL_WQ_UNBOUND: a high priority workqueue, on any CPU
 * @DPC_MODEL_KTHREAD: a real-time thread of its own (kthread worker)
 * @DPC_MODEL_HARDIRQ: the interrupt handler itself
 * @DPC_MODEL_NR: number of models
 *
 * A model that the running kernel can't do keeps its number and name.
 */
enum dpc_model_id {
	DPC_MODEL_DPC,
	DPC_MODEL_THREADED,
	DPC_MODEL_TASKLET,
	DPC_MODEL_BH_WQ,
	DPC_MODEL_IRQ_POLL,
	DPC_MODEL_WQ,
	DPC_MODEL_WQ_UNBOUND,
	DPC_MODEL_KTHREAD,
	DPC_MODEL_HARDIRQ,
	DPC_MODEL_NR,
};

/*
 * What a model guarantees to the DPC routine on the running kernel; it differs on
 * PREEMPT_RT.  docs/models.md has the table.
 */
#define DPC_MODEL_SERIALISED	0x01	/* never runs on two CPUs at once with itself */
#define DPC_MODEL_THREAD	0x02	/* runs in a thread, but must not sleep all the same */
#define DPC_MODEL_PREEMPTIBLE	0x04	/* other threads may run before it, or preempt it */
#define DPC_MODEL_SAME_CPU	0x08	/* runs on the CPU that took the interrupt */
#define DPC_MODEL_IRQS_OFF	0x10	/* hard interrupts are off during the routine */

/*
 * Histogram buckets, in microseconds (rule M1).  Bucket i counts times from bound i,
 * inclusive, to bound i + 1, exclusive; the last bucket has no upper bound.
 */
#define DPC_HIST_BOUNDS_US	{ 0, 1, 2, 3, 4, 5, 10, 25, 50, 100, 250 }
#define DPC_HIST_BUCKETS	11

#define DPC_BUDGET_DEFAULT_US	100
#define DPC_BUDGET_MAX_US	1000000	/* one second; 0 means no budget */

/**
 * struct dpc_stage_stats - the counters of one stage
 * @count: how often the stage ran; the sum of @hist
 * @total_ns: sum of all times
 * @max_ns: the longest time
 * @coalesced: interrupts served beyond the first of each call
 * @over_budget: number of times that were longer than the budget then in force
 * @hist: how many times fell into each bucket of DPC_HIST_BOUNDS_US
 */
struct dpc_stage_stats {
	__u64 count;
	__u64 total_ns;
	__u64 max_ns;
	__u64 coalesced;
	__u64 over_budget;
	__u64 hist[DPC_HIST_BUCKETS];
};

#endif /* _UAPI_LINUX_DPC_H */
