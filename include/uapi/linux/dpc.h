/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the DPC core measures, and /dev/dpc, where user space reads and controls it for
 * all drivers on the core.
 *
 * All times are nanoseconds unless the name says otherwise.  They come from the CPU's
 * cycle counter where that is good, else from its local clock.
 */
#ifndef _UAPI_LINUX_DPC_H
#define _UAPI_LINUX_DPC_H

#include <linux/ioctl.h>
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
 * @total_ns: sum of all times, rounded down once: up to @count ns above @count times @max_ns
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

/**
 * struct dpc_raises - what became of the interrupts that a driver had its device raise
 * @raised: raises since the driver bound
 * @interrupts: interrupts that the device made of them
 * @merged: raises that came before the interrupt of an earlier one was served, so
 *	that the device made one interrupt of them
 * @dropped: raises that were undone when the interrupt was disabled, as a switch of
 *	the model does with some devices
 * @pending: raises whose interrupt has not come yet
 * @wait: times from the first raise of each interrupt to the start of its ISR, since
 *	the last reset of the interrupt object's accounting; its @coalesced counts merged
 *	raises, and it has no budget
 * @reserved: zero
 *
 * @raised is the sum of @interrupts, @merged, @dropped and @pending, at any time.
 * Drivers that can raise interrupts have an ioctl of their own for this.
 */
struct dpc_raises {
	__u64 raised;
	__u64 interrupts;
	__u64 merged;
	__u64 dropped;
	__u64 pending;
	struct dpc_stage_stats wait;
	__u64 reserved[4];
};

/* ---- /dev/dpc --------------------------------------------------------------- */

/*
 * The core publishes each connected interrupt object, and the DPCs that belong to none:
 * ordinary ones as one object, threaded ones as another.  An ioctl names the object by
 * its id, which is never given twice while the core is loaded, and stands in each trace
 * event of an interrupt object.
 *
 * Rules for every call:
 *  - reserved fields and unknown flags must be zero, else EINVAL;
 *  - ENOTTY for a number that is not listed here;
 *  - EFAULT for a pointer that can't be read or written; nothing was changed if the
 *    argument could not be read;
 *  - ENOMEM when there is no memory to copy the argument to; nothing was changed;
 *  - EPERM for a call that changes something, and a file that is not open for writing;
 *  - ENODEV for an id that no object has, or has any more;
 *  - EOPNOTSUPP for a setting that this kind of object does not have.
 *
 * An array that is longer than what it holds (DPC_STAGE_MAX entries for DPC_STAGE_NR
 * stages, say) ends in zeros, so that later stages and buckets need no new version.
 * docs/abi/dpc.md has the rest, and /sys/class/dpc the same values as text.
 */
#define DPC_ABI_VERSION		1
#define DPC_IOC_MAGIC		0xDC

#define DPC_STAGE_MAX		16
#define DPC_HIST_MAX		32
#define DPC_OBJECT_NAME_LEN	32
#define DPC_OBJECT_BUS_LEN	16
#define DPC_OBJECT_DEVICE_LEN	64
#define DPC_MODEL_NAME_LEN	16
#define DPC_MODEL_NEEDS_LEN	64
#define DPC_COMM_LEN		16

/* The ids of the DPCs without an interrupt object; those of such objects begin at 1. */
#define DPC_ID_UNBOUND		0xfffffffe
#define DPC_ID_THREADED		0xffffffff

/* struct dpc_abi.flags */
#define DPC_ABI_ACCOUNTS	0x01	/* stages are timed and counted at present */

/**
 * struct dpc_abi - what this core is
 * @abi_version: DPC_ABI_VERSION of the core
 * @flags: out, DPC_ABI_*
 * @nr_stages: stages, at most DPC_STAGE_MAX
 * @nr_buckets: buckets of a histogram, at most DPC_HIST_MAX
 * @nr_models: models, available or not
 * @nr_cpus: CPU numbers that DPC_IOC_SNAPSHOT accepts are below this
 * @violations: how often any driver has broken a rule since the core was loaded
 * @bounds_us: the lower bound of each bucket, microseconds
 * @reserved: zero
 */
struct dpc_abi {
	__u32 abi_version;
	__u32 flags;
	__u32 nr_stages;
	__u32 nr_buckets;
	__u32 nr_models;
	__u32 nr_cpus;
	__u64 violations;
	__u32 bounds_us[DPC_HIST_MAX];
	__u64 reserved[4];
};

/**
 * struct dpc_list - the ids of all objects, in ascending order
 * @ids: in, address of an array of __u32; may be 0 if @room is 0
 * @room: in, entries of that array
 * @nr: out, number of objects: if it is more than @room, only that many were written
 * @reserved: in, zero
 */
struct dpc_list {
	__u64 ids;
	__u32 room;
	__u32 nr;
	__u64 reserved[2];
};

/**
 * enum dpc_object_kind - what an object is
 * @DPC_OBJECT_INTERRUPT: an interrupt object
 * @DPC_OBJECT_UNBOUND: the ordinary DPCs that belong to no interrupt object
 * @DPC_OBJECT_THREADED: the threaded DPCs
 *
 * The last two have an accounting, of stage DPC alone, and budgets; no interrupt, no
 * model and no device.
 */
enum dpc_object_kind {
	DPC_OBJECT_INTERRUPT,
	DPC_OBJECT_UNBOUND,
	DPC_OBJECT_THREADED,
};

/* struct dpc_object.flags */
#define DPC_OBJECT_ENABLED	0x01	/* its stages can run */
#define DPC_OBJECT_PASSIVE	0x02	/* its ISR may sleep */
#define DPC_OBJECT_SHARED	0x04	/* its line is shared with others */
#define DPC_OBJECT_NO_DPC	0x08	/* its driver has no DPC routine */
#define DPC_OBJECT_NO_WORK	0x10	/* its driver has no work routine */
#define DPC_OBJECT_HELD		0x20	/* a file holds its settings */
#define DPC_OBJECT_NO_HARDIRQ	0x40	/* its driver refuses the model hardirq */

/**
 * struct dpc_object - one object
 * @id: in
 * @kind: out, enum dpc_object_kind
 * @flags: out, DPC_OBJECT_*
 * @irq: out, Linux interrupt number; 0 for none
 * @vector: out, which of the device's message-signalled interrupts this is, from 0;
 *	0 for a line
 * @model: out, enum dpc_model_id in force
 * @traits: out, DPC_MODEL_SERIALISED and so on of that model
 * @reserved32: in, zero
 * @name: out, as in /proc/interrupts and traces; need not be the only one of that name
 * @bus: out, name of the device's bus, "pci" for example; empty without a device
 * @device: out, the device's name there, for PCI its address; longer ones are cut
 * @driver: out, name of its driver
 * @reserved: in, zero
 */
struct dpc_object {
	__u32 id;
	__u32 kind;
	__u32 flags;
	__u32 irq;
	__u32 vector;
	__u32 model;
	__u32 traits;
	__u32 reserved32;
	char name[DPC_OBJECT_NAME_LEN];
	char bus[DPC_OBJECT_BUS_LEN];
	char device[DPC_OBJECT_DEVICE_LEN];
	char driver[DPC_OBJECT_NAME_LEN];
	__u64 reserved[4];
};

/**
 * struct dpc_stage_snapshot - the counters of one stage
 * @count: how often it ran since the last reset; the sum of @hist
 * @total_ns: sum of all times, rounded down once: up to @count ns above @count times @max_ns
 * @max_ns: the longest time
 * @coalesced: interrupts served beyond the first of each call
 * @over_budget: number of times that were longer than the budget then in force
 * @budget_us: the budget that is in force now, microseconds; 0 for none
 * @reserved32: zero
 * @hist: how many times fell into each bucket
 */
struct dpc_stage_snapshot {
	__u64 count;
	__u64 total_ns;
	__u64 max_ns;
	__u64 coalesced;
	__u64 over_budget;
	__u32 budget_us;
	__u32 reserved32;
	__u64 hist[DPC_HIST_MAX];
};

#define DPC_SNAPSHOT_CPU_ALL	(-1)

/**
 * struct dpc_snapshot - the accounting of an object
 * @id: in
 * @cpu: in, a possible CPU, or DPC_SNAPSHOT_CPU_ALL for the sum over all
 * @epoch: out, number of the period that is counted: it moves on with each reset
 * @reserved32: in, zero
 * @interrupts: out, interrupts handled since the connection (all CPUs); the stage ISR's
 *	@count has those since the last reset
 * @unhandled: out, calls of the ISR that were not for this device (all CPUs)
 * @while_disabled: out, calls that came while the object was disabled (all CPUs)
 * @reserved: in, zero
 * @stage: out, by enum dpc_stage
 *
 * All stages are of one epoch.  Each is exact in itself, and later ones are read before
 * earlier ones: a snapshot never shows a DPC call without the interrupt that caused it.
 * The call does not wait for anybody, however often the accounting is reset meanwhile.
 */
struct dpc_snapshot {
	__u32 id;
	__s32 cpu;
	__u32 epoch;
	__u32 reserved32;
	__u64 interrupts;
	__u64 unhandled;
	__u64 while_disabled;
	__u64 reserved[4];
	struct dpc_stage_snapshot stage[DPC_STAGE_MAX];
};

/**
 * struct dpc_id - names an object
 * @id: in
 * @reserved32: in, zero
 * @reserved: in, zero
 */
struct dpc_id {
	__u32 id;
	__u32 reserved32;
	__u64 reserved[2];
};

/**
 * struct dpc_budgets - budgets of some stages of an object
 * @id: in
 * @stages: in, bit i for stage i: which of @budget_us are to be set; 0 sets none, but
 *	the object introduces itself to traces all the same
 * @budget_us: in, microseconds, 0 (none) to DPC_BUDGET_MAX_US; zero if not to be set
 * @reserved: in, zero
 */
struct dpc_budgets {
	__u32 id;
	__u32 stages;
	__u32 budget_us[DPC_STAGE_MAX];
	__u64 reserved[2];
};

/**
 * struct dpc_model_set - the model that carries an object's second stage
 * @id: in
 * @model: in, enum dpc_model_id
 * @reserved: in, zero
 */
struct dpc_model_set {
	__u32 id;
	__u32 model;
	__u64 reserved[2];
};

/**
 * struct dpc_model_info - what a model is on the running kernel
 * @model: in, enum dpc_model_id
 * @traits: out, DPC_MODEL_SERIALISED and so on; 0 if the kernel can't do the model
 * @available: out, 1 if DPC_IOC_MODEL_SET can set it, 0 if not
 * @reserved32: in, zero
 * @name: out, as in sysfs, module parameters and tools
 * @needs: out, what the kernel lacks for the model; empty if nothing
 * @reserved: in, zero
 */
struct dpc_model_info {
	__u32 model;
	__u32 traits;
	__u32 available;
	__u32 reserved32;
	char name[DPC_MODEL_NAME_LEN];
	char needs[DPC_MODEL_NEEDS_LEN];
	__u64 reserved[2];
};

/**
 * struct dpc_hold - hold the settings of an object
 * @id: in
 * @pid: out, with EBUSY: the process that took the hold, 0 if it is in another PID
 *	namespace
 * @comm: out, with EBUSY: its name
 * @reserved: in, zero
 */
struct dpc_hold {
	__u32 id;
	__s32 pid;
	char comm[DPC_COMM_LEN];
	__u64 reserved[2];
};

/**
 * enum dpc_notice_type - what has happened to an object
 * @DPC_NOTICE_CAME: it was connected
 * @DPC_NOTICE_GONE: it was disconnected; its id is not given again
 * @DPC_NOTICE_MODEL: its model has changed
 * @DPC_NOTICE_BUDGET: its budgets were set by /dev/dpc or by sysfs
 * @DPC_NOTICE_RESET: its accounting was set to zero by /dev/dpc or by sysfs
 * @DPC_NOTICE_OVERRUN: budgets were overrun
 */
enum dpc_notice_type {
	DPC_NOTICE_CAME = 1,
	DPC_NOTICE_GONE,
	DPC_NOTICE_MODEL,
	DPC_NOTICE_BUDGET,
	DPC_NOTICE_RESET,
	DPC_NOTICE_OVERRUN,
};

/**
 * struct dpc_notice - what read() returns: one thing that has happened
 * @seq: number of this notice, from 1: a gap to the one before says how many are lost,
 *	because they were not read in time
 * @type: enum dpc_notice_type
 * @id: the object
 * @value: DPC_NOTICE_MODEL: the model.  DPC_NOTICE_OVERRUN: the stage of the first overrun
 *	that this notice tells of
 * @count: DPC_NOTICE_OVERRUN: overruns of this object, of any stage, since the notice
 *	before; those within 10 ms make one notice
 * @interrupt: DPC_NOTICE_OVERRUN: number of the interrupt that the first one served last
 * @duration_ns: DPC_NOTICE_OVERRUN: how long that took
 * @budget_ns: DPC_NOTICE_OVERRUN: the budget then in force
 * @name: the object's name
 * @reserved: zero
 */
struct dpc_notice {
	__u64 seq;
	__u32 type;
	__u32 id;
	__u32 value;
	__u32 count;
	__u64 interrupt;
	__u64 duration_ns;
	__u64 budget_ns;
	char name[DPC_OBJECT_NAME_LEN];
	__u64 reserved[2];
};

/* Describe the core.  Errors: EFAULT. */
#define DPC_IOC_ABI_GET		_IOR(DPC_IOC_MAGIC, 0x00, struct dpc_abi)

/* List the objects.  Errors: EINVAL (reserved), EFAULT, ENOMEM. */
#define DPC_IOC_LIST		_IOWR(DPC_IOC_MAGIC, 0x01, struct dpc_list)

/* Describe an object.  Errors: EINVAL (reserved), ENODEV, EFAULT. */
#define DPC_IOC_OBJECT_GET	_IOWR(DPC_IOC_MAGIC, 0x02, struct dpc_object)

/* Read the accounting.  Errors: EINVAL (@cpu or reserved), ENODEV, ENOMEM, EFAULT. */
#define DPC_IOC_SNAPSHOT	_IOWR(DPC_IOC_MAGIC, 0x03, struct dpc_snapshot)

/* Set the accounting to zero.  Errors: EPERM, EINVAL (reserved), ENODEV, EFAULT. */
#define DPC_IOC_RESET		_IOW(DPC_IOC_MAGIC, 0x04, struct dpc_id)

/*
 * Set budgets: all of those that are asked for, or none.  Errors: EPERM, EBUSY (another
 * file holds the settings), EINVAL (@stages, @budget_us or reserved), ENODEV, EFAULT.
 */
#define DPC_IOC_BUDGETS_SET	_IOW(DPC_IOC_MAGIC, 0x05, struct dpc_budgets)

/*
 * Switch the model.  Errors: EPERM, EBUSY (another file holds the settings, or the driver
 * says that a request is in flight), EINVAL (@model or reserved), EOPNOTSUPP (the kernel
 * can't do it, see struct dpc_model_info; the driver can't take it: "hardirq" with locks
 * that leave interrupts on; or this is no interrupt object), ENOMEM, EINTR
 * (the caller is being killed), ENODEV, ENXIO (an earlier error has left the object
 * without its interrupt, and the kernel still refuses it), EFAULT.  After an error the
 * old model is in force.
 */
#define DPC_IOC_MODEL_SET	_IOW(DPC_IOC_MAGIC, 0x06, struct dpc_model_set)

/* Describe a model.  Errors: EINVAL (@model or reserved), EFAULT. */
#define DPC_IOC_MODEL_QUERY	_IOWR(DPC_IOC_MAGIC, 0x07, struct dpc_model_info)

/*
 * Hold the settings of an object (model and budgets) until this open file is closed for
 * the last time, whatever ends its owner.  Then they are restored to what they were when
 * the hold was taken.  Until then no other file and no write to sysfs can change them;
 * reading and resetting stay free.  One file may hold any number of objects.  close()
 * waits for the restoration, at most a second, because a driver may refuse to switch the
 * model while a request is in flight.  If that takes longer, the settings stay held until
 * the model has gone back.
 *
 * Errors: EPERM, EBUSY (held already, also by this file; @pid and @comm say by whom, and
 * are written), EINVAL (reserved), ENODEV, EFAULT.
 */
#define DPC_IOC_HOLD_TAKE	_IOWR(DPC_IOC_MAGIC, 0x08, struct dpc_hold)

/*
 * read() returns as many struct dpc_notice as have happened since the file was opened,
 * were not read yet, and fit into the buffer, and waits for the first.  Errors: EINVAL
 * (the buffer has no room for one), EAGAIN (the file is non-blocking and there is none),
 * EFAULT, and EINTR or a restart when a signal comes.  poll() says POLLIN when there is
 * one.  The core keeps the last DPC_NOTICES_KEPT of them.
 */
#define DPC_NOTICES_KEPT	256

#endif /* _UAPI_LINUX_DPC_H */
