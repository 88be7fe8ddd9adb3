/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt object: one interrupt, split into ISR, DPC and work item.
 *
 * Module: dpc_core.ko.  The rule numbers (I1, M3, ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_INTERRUPT_H
#define _LINUX_DPC_INTERRUPT_H

#include <linux/dpc.h>
#include <linux/dpc_stats.h>
#include <linux/dpc_work.h>
#include <linux/instruction_pointer.h>
#include <linux/lockdep_types.h>
#include <linux/math.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct cpumask;
struct device;
struct dpc_interrupt;
struct dpc_lock;
struct dpc_model;

/**
 * struct dpc_served - the interrupts that one call serves (M3, Q14)
 * @first: number of the first one
 * @last: number of the last one
 * @count: how many; 0 when the call was asked for outside an ISR, and then
 *	the other fields are 0
 *
 * The numbers count the interrupts of one object from 1.  @count is less than
 * @last - @first + 1 when some interrupts in between did not ask for a call.
 */
struct dpc_served {
	u64	first;
	u64	last;
	u32	count;
	/* private: */
	u8	work;		/* DPC_SERVED_*: what this call has asked for */
	u64	isr_start;	/* ISR of @first, in ticks of dpc_clock(); 0: not timed */
	u64	stage_end;	/* end of the stage before this one, for @first */
};

/* struct dpc_served.work */
#define DPC_SERVED_MERGED	0x01	/* the call is in work_pending */
#define DPC_SERVED_REQUESTED	0x02	/* and it is this call that starts the work item */

/**
 * struct dpc_interrupt_ops - a driver's three stages
 * @isr: stops the device, saves volatile state, and asks for the DPC **last**
 *	(I1).  Returns whether the interrupt was its device's.
 *	Runs in hard IRQ (a thread with bottom halves off on PREEMPT_RT) with
 *	the interrupt lock held; with DPC_INTERRUPT_PASSIVE in a thread, and
 *	may sleep.
 * @dpc: finishes what the ISR gathered.  May run on two CPUs at once (Q10)
 *	unless the model has DPC_MODEL_SERIALISED.
 *	Runs with bottom halves off, may not sleep; no lock is held.  With
 *	DPC_MODEL_HARDIRQ hard interrupts are off as well: what it shares with
 *	threads wants locks that switch these off, or DPC_INTERRUPT_NO_HARDIRQ
 *	refuses that model, whoever asks for it.
 * @work: what may sleep.  Never runs at the same time as itself.
 *	Runs in a kernel thread.
 * @enable: lets the device interrupt; optional (I5).
 *	Runs as a function of dpc_interrupt_synchronize() does, with the interrupt
 *	lock held, at the level of the ISR: DIRQL, with interrupts off; on
 *	PREEMPT_RT DISPATCH, with bottom halves off and interrupts on; with
 *	DPC_INTERRUPT_PASSIVE PASSIVE on every kernel, and then it may sleep.
 *	May ask for the DPC and the work item, which start when the lock is free
 *	(with a passive ISR, the DPC may run at once).
 * @disable: stops the device from interrupting, and quiets what it signals
 *	already; optional (I5) unless the line is shared, which can't be masked (I7).
 *	Runs as @enable.
 * @settled: the work routine has returned and was accounted for; optional.
 *	Meant for drivers that wait until the accounting is complete.
 *	Runs in the thread of the work item.
 * @switch_begin: user space asks for another model; optional.  Returns 0 to let it happen
 *	and begins nothing until @switch_end that a switch would disturb; -EBUSY while
 *	it has begun such a thing.  May take locks that it does not hold while it calls
 *	dpc_interrupt_disconnect().
 *	Runs in the thread that asks, or in a kernel thread.
 * @switch_end: that has happened, or has failed; optional.
 *	Runs as @switch_begin.
 *
 * One of @dpc and @work must be there; a request for the other is refused.
 */
struct dpc_interrupt_ops {
	bool (*isr)(struct dpc_interrupt *intr);
	void (*dpc)(struct dpc_interrupt *intr, struct dpc_served *served);
	void (*work)(struct dpc_interrupt *intr, const struct dpc_served *served);
	void (*enable)(struct dpc_interrupt *intr);
	void (*disable)(struct dpc_interrupt *intr);
	void (*settled)(struct dpc_interrupt *intr);
	int (*switch_begin)(struct dpc_interrupt *intr);
	void (*switch_end)(struct dpc_interrupt *intr);
};

/**
 * struct dpc_interrupt_named - functions that traces, budgets, log and watchdog name (M5)
 * @isr: for the ISR, and for the interrupt object itself
 * @dpc: for the DPC
 * @work: for the work item
 *
 * A layer whose own stages call a driver's names the driver's routines here.  NULL
 * stands for the one in &struct dpc_interrupt_ops.
 */
struct dpc_interrupt_named {
	void	*isr;
	void	*dpc;
	void	*work;
};

/* struct dpc_interrupt_params.flags */
#define DPC_INTERRUPT_SHARED	0x01	/* the line is shared with others */
#define DPC_INTERRUPT_PASSIVE	0x02	/* the ISR may sleep (I4) */
#define DPC_INTERRUPT_NO_AUTOEN	0x04	/* the driver enables it when it is ready */
#define DPC_INTERRUPT_NO_HARDIRQ 0x08	/* @dpc wants hard interrupts on: not that model */

/**
 * struct dpc_interrupt_params - what dpc_interrupt_connect() needs
 * @dev: the device; the work item keeps it alive (W3).  May be NULL without @ops->work
 * @ops: the driver's stages
 * @named: the functions to name for them; may be left out
 * @name: for /proc/interrupts, traces and messages; must outlive the connection
 * @irq: Linux interrupt number, as from pci_irq_vector()
 * @flags: DPC_INTERRUPT_*
 * @model: what carries the second stage
 * @affinity_hint: as dpc_interrupt_set_affinity_hint() wants it, or NULL
 * @shared_lock: for a layer whose ISR takes a lock that several interrupts share; the core
 *	only keeps it in the interrupt object
 */
struct dpc_interrupt_params {
	struct device			*dev;
	const struct dpc_interrupt_ops	*ops;
	struct dpc_interrupt_named	named;
	const char			*name;
	int				irq;
	unsigned int			flags;
	enum dpc_model_id		model;
	const struct cpumask		*affinity_hint;
	struct dpc_lock			*shared_lock;
};

/*
 * Room for the model's own state in the interrupt object: as much as a DPC takes,
 * and more on kernels where objects carry a lockdep map.
 */
#define DPC_MODEL_STATE_WORDS						\
	DIV_ROUND_UP(sizeof(struct dpc) + sizeof(struct lockdep_map), sizeof(u64))

/*
 * struct dpc_interrupt - one connected interrupt
 *
 * It is embedded in the driver's own structure; use container_of() to find that.
 *
 * Field legend:
 *   C  constant from connect to disconnect
 *   M  under @mutex; constant while the interrupt is enabled
 *   I  under @lock; what only the ISR writes, under @passive_lock instead
 *	when the ISR is passive
 */
struct dpc_interrupt {
	/* private: */
	spinlock_t			lock;
	struct task_struct		*isr_task;	/* I, current in the running ISR */
	struct task_struct		*lock_task;	/* I, task that holds @lock by lock() */
	unsigned long			lock_flags;	/* I, of that holder */
	unsigned int			flags;		/* C */
	bool				lock_raised;	/* I, that holder's unlock() lowers */
	bool				accept_dpc;	/* I, enabled */
	bool				accept_work;	/* I, until DPCs are flushed */
	bool				dpc_waiting;	/* I, dpc_pending is in use */
	bool				work_waiting;	/* I, work_pending is in use */
	u32				announced;	/* I, trace epoch */
	unsigned long			announce_next;	/* I, jiffies */
	u64				seq;		/* I, last number given */
	u64				isr_start;	/* I, of the running ISR */
	u64				unhandled;	/* I */
	struct dpc_served		dpc_pending;	/* I, waits for the DPC */
	struct dpc_for_isr		*asked;		/* I, what the running ISR asked for */
	struct dpc_served		work_pending;	/* I, waits for the work item */

	struct dpc_interrupt_ops	ops;		/* C, a copy: a cache line less */
	const struct dpc_model		*model;		/* M */
	bool (*kick)(struct dpc_interrupt *intr, bool in_isr);	/* M, of @model */
	struct dpc_stats		stats;		/* see there */
	union {						/* C while the model is in force */
		struct dpc		dpc;		/* of model "dpc", see there */
		u64			model_state[DPC_MODEL_STATE_WORDS]; /* of others */
	};
	void				*carrier;	/* M, what the model made */
	struct dpc_work			work;		/* see there */
	bool				connected;	/* M, the irq is requested */
	bool				enabled;	/* M */
	bool				enable_owed;	/* M, a failed set_model() disabled it */
	bool				affinity_owed;	/* M, @affinity_hint was not applied yet */
	const struct cpumask		*affinity_hint;	/* M */
	struct mutex			mutex;
	struct mutex			passive_lock;	/* held by a passive ISR */
	struct task_struct		*passive_task;	/* task that holds it by lock() */
	struct list_head		connection;	/* see interrupt.c */
	unsigned int			relocks;	/* by a task that holds the lock already */
	struct dpc_interrupt_named	named;		/* C, for slow paths alone */
	struct dpc_lock			*shared_lock;	/* C, of the layer above; inside @lock */

	/* for_isr.c */
	bool				asks;		/* I, @asker can be found */
	struct hlist_node		asker;

	/* mask.c; I is here the lock of dpc_interrupt_lock() */
	bool				may_rest;	/* I, the line is shared and requested */
	bool				resting;	/* I, disable_irq() of a shared line */
	bool				rest_told;	/* I, the log has it */
	u32				storm;		/* I, calls that are looked at together */
	u32				storm_base;	/* I, unhandled before them */
	u64				while_disabled;	/* I */
	struct delayed_work		rest;		/* ends it */
};

int dpc_interrupt_connect_ip(struct dpc_interrupt *intr, const struct dpc_interrupt_params *params,
			     unsigned long ip);

/**
 * dpc_interrupt_connect - connect a driver's stages to an interrupt
 * @intr: the interrupt object, zeroed or never used
 * @params: what to connect; not needed after the call
 *
 * The last step is the driver's enable callback (I5), so the ISR may run before this
 * returns.  With DPC_INTERRUPT_NO_AUTOEN that step is left out: the object is then as after
 * dpc_interrupt_disable(), until dpc_interrupt_enable().
 *
 * From then on the object is in /sys/class/dpc and on the list of /dev/dpc, where
 * user space may read and reset its accounting, set its budgets and switch its model.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK where the caller may not sleep, and -EBUSY if @intr is connected
 * already, both counted in dpc_violations(); -EINVAL if @params lacks an isr or a
 * second stage, or if the model, the flags or the interrupt number are not valid;
 * -EOPNOTSUPP if the kernel can't do the model, or the flags refuse it; -ENOMEM; -EINTR if
 * the caller is being killed; the error of device_add(); or the error of
 * request_threaded_irq(), for example -EBUSY if the line is taken.
 */
static __always_inline int dpc_interrupt_connect(struct dpc_interrupt *intr,
						 const struct dpc_interrupt_params *params)
{
	return dpc_interrupt_connect_ip(intr, params, _THIS_IP_);
}

int devm_dpc_interrupt_connect_ip(struct device *dev, struct dpc_interrupt *intr,
				  const struct dpc_interrupt_params *params, unsigned long ip);

/**
 * devm_dpc_interrupt_connect - connect to an interrupt until the driver is unbound
 * @dev: the device whose driver this is
 * @intr: as for dpc_interrupt_connect()
 * @params: as there
 *
 * The object is disconnected when @dev's driver is unbound or its probe fails: before what
 * was acquired with devres earlier is given back, and after what was acquired later.  So
 * acquire what the stages use, and the interrupt itself, before this call.  Don't call
 * dpc_interrupt_disconnect() for it.
 *
 * Context: as dpc_interrupt_connect().
 * Return: as dpc_interrupt_connect().
 */
static __always_inline int devm_dpc_interrupt_connect(struct device *dev,
						      struct dpc_interrupt *intr,
						      const struct dpc_interrupt_params *params)
{
	return devm_dpc_interrupt_connect_ip(dev, intr, params, _THIS_IP_);
}

int dpc_interrupt_disconnect_ip(struct dpc_interrupt *intr, unsigned long ip);

/**
 * dpc_interrupt_disconnect - end a connection
 * @intr: a connected interrupt object
 *
 * This disables the object, flushes its DPCs, flushes its work item, and frees the
 * interrupt (I5).  When it returns, none of the three stages runs and none can run any
 * more (I6).
 *
 * Context: a thread that may sleep, except the object's own stages and callbacks.
 * Return: 0; -EDEADLK in any other context.  Then nothing has changed, and the caller
 * is reported and counted in dpc_violations().
 */
static __always_inline int dpc_interrupt_disconnect(struct dpc_interrupt *intr)
{
	return dpc_interrupt_disconnect_ip(intr, _THIS_IP_);
}

int dpc_interrupt_enable_ip(struct dpc_interrupt *intr, unsigned long ip);

/**
 * dpc_interrupt_enable - let the three stages run
 * @intr: a connected interrupt object
 *
 * Calls the driver's enable callback under the interrupt's lock.  Does nothing if the
 * object is enabled.  If a failed dpc_interrupt_set_model() has left the object
 * without its interrupt, this first requests it again.
 *
 * Context: as dpc_interrupt_disconnect().
 * Return: 0; -EDEADLK where that is refused, too; -ENXIO if the object is without its
 * interrupt, and the kernel still refuses it.
 */
static __always_inline int dpc_interrupt_enable(struct dpc_interrupt *intr)
{
	return dpc_interrupt_enable_ip(intr, _THIS_IP_);
}

int dpc_interrupt_disable_ip(struct dpc_interrupt *intr, unsigned long ip);

/**
 * dpc_interrupt_disable - stop the three stages
 * @intr: a connected interrupt object
 *
 * Calls the driver's disable callback under the interrupt's lock, then waits.
 * When it returns, all calls that were asked for have been made, no stage runs, and
 * none will until dpc_interrupt_enable().  Does nothing if the object is disabled.
 *
 * A line that is not shared is masked meanwhile; dpc_interrupt_enable() signals an
 * edge again that has come (I7).
 *
 * This is the call for a driver's suspend(), runtime_suspend() and error_detected(), and
 * dpc_interrupt_enable() that for resume(), runtime_resume() and the resume() of struct
 * pci_error_handlers, once the device is set up again.  All of these may sleep.  The
 * exception is runtime PM after pm_runtime_irq_safe(), whose callbacks may not: there the
 * call is refused.  It is refused, too, if the work routine of the object lets the device
 * suspend synchronously, with pm_runtime_put_sync(), since that would wait for itself; the
 * stages use pm_runtime_put_autosuspend().  In error_detected(), registers may read as all
 * ones and writes be lost, for the disable callback and for an ISR on its way as well.
 *
 * Context: as dpc_interrupt_disconnect().
 * Return: 0; -EDEADLK where that is refused, too.
 */
static __always_inline int dpc_interrupt_disable(struct dpc_interrupt *intr)
{
	return dpc_interrupt_disable_ip(intr, _THIS_IP_);
}

int dpc_interrupt_set_model_ip(struct dpc_interrupt *intr, enum dpc_model_id id, unsigned long ip);

/**
 * dpc_interrupt_set_model - change what carries the second stage
 * @intr: a connected interrupt object
 * @id: the new model
 *
 * Disables the interrupt, exchanges the model, and enables it again if it was enabled.
 * The driver decides whether requests may be in flight meanwhile; if they may, its
 * enable callback must have the device signal what it could not signal.
 *
 * The models "threaded" and "hardirq" have interrupt handlers of their own.  To change
 * to or from one of these, a kernel worker frees the interrupt and requests it anew,
 * so it makes no difference if the caller is being killed.
 *
 * After an error the old model is in force, and the object is enabled if it was.  There
 * is one exception (I5): if the kernel refuses the interrupt with the old model as
 * well, for more than a second, the object is left without its interrupt, and the log
 * says so.  No stage runs then.  The next dpc_interrupt_enable() or
 * dpc_interrupt_set_model() requests the interrupt again, and enables the object if it
 * was enabled before the error and not disabled since.
 *
 * Context: as dpc_interrupt_disconnect().
 * Return: 0; -EDEADLK where that is refused, too; -EINVAL if there is no such model;
 * -EOPNOTSUPP if the kernel can't do it, see dpc_model_needs(), or the driver has refused it
 * by DPC_INTERRUPT_NO_HARDIRQ; -ENXIO if an earlier error left the object without its
 * interrupt, and the kernel still refuses it;
 * -ENOMEM; -EINTR if the caller is being killed and the model wants a thread of its own
 * ("wq", "wq_unbound", "kthread"); else the error of request_threaded_irq().
 */
static __always_inline int dpc_interrupt_set_model(struct dpc_interrupt *intr,
						   enum dpc_model_id id)
{
	return dpc_interrupt_set_model_ip(intr, id, _THIS_IP_);
}

int dpc_interrupt_set_affinity_hint_ip(struct dpc_interrupt *intr, const struct cpumask *mask,
				       unsigned long ip);

/**
 * dpc_interrupt_set_affinity_hint - ask for the interrupt on certain CPUs
 * @intr: a connected interrupt object
 * @mask: the CPUs, cpumask_of() one for example; must stay valid until another is set, or
 *	until dpc_interrupt_disconnect().  NULL takes the hint back
 *
 * As irq_set_affinity_and_hint(): sets the interrupt's affinity, and shows @mask in
 * /proc/irq/IRQ/affinity_hint, which irqbalance reads.  Whoever changes the affinity there
 * afterwards has the last word: a switch of the model leaves that alone, and shows the hint
 * again (I9).  Before the interrupt is given back, the hint is taken back.
 *
 * This is for interrupts that the driver spreads itself, not for those that
 * pci_alloc_irq_vectors() manages (PCI_IRQ_AFFINITY), nor for a shared line.  A kernel
 * without SMP, and an interrupt that can't be moved, ignore it.
 *
 * Context: as dpc_interrupt_disconnect().
 * Return: 0; -EDEADLK where that is refused, too.
 */
static __always_inline int dpc_interrupt_set_affinity_hint(struct dpc_interrupt *intr,
							   const struct cpumask *mask)
{
	return dpc_interrupt_set_affinity_hint_ip(intr, mask, _THIS_IP_);
}

/**
 * dpc_interrupt_model - what carries the second stage
 * @intr: a connected interrupt object
 *
 * Context: any.
 * Return: the model.
 */
enum dpc_model_id dpc_interrupt_model(struct dpc_interrupt *intr);

bool dpc_interrupt_request_dpc_ip(struct dpc_interrupt *intr, unsigned long ip);

/**
 * dpc_interrupt_request_dpc - have the DPC routine called
 * @intr: the interrupt object
 *
 * An ISR does this last (I1).  The call that follows serves every interrupt that
 * asked before the call began (Q14).
 *
 * If the caller holds the interrupt's lock, the DPC starts when that is free.  If the
 * caller is a thread, or the ISR is passive, the DPC may have run on return (Q12).
 *
 * Context: thread, softirq, the ISR, the enable and disable callbacks,
 * dpc_interrupt_synchronize(), any hard interrupt.  On PREEMPT_RT the interrupt's lock
 * sleeps, so a caller there that may not sleep is refused, reported, and counted in
 * dpc_violations().
 * Return: true if no call was waiting and now one is; false if one was (Q2),
 * if the interrupt is not enabled, or if its ops have no dpc routine.
 */
static __always_inline bool dpc_interrupt_request_dpc(struct dpc_interrupt *intr)
{
	return dpc_interrupt_request_dpc_ip(intr, _THIS_IP_);
}

bool dpc_interrupt_request_work_ip(struct dpc_interrupt *intr, struct dpc_served *served,
				   unsigned long ip);

/**
 * dpc_interrupt_request_work - have the work routine called
 * @intr: the interrupt object
 * @served: the DPC routine's argument, or NULL outside a DPC routine
 *
 * If a DPC routine asks, the work item starts after that routine has returned.  A
 * passive ISR may ask as well, and its driver may have no DPC at all (I2).
 *
 * Context: thread, softirq, DPC routine, passive ISR, the enable and disable
 * callbacks, dpc_interrupt_synchronize() (W4).  In other ISRs and hard interrupts the
 * call is refused, reported, and counted in dpc_violations().
 * Return: true if no call was waiting and now one is; false if one was (W2),
 * if the interrupt is disabled and its DPCs are flushed, or if its ops have no
 * work routine.
 */
static __always_inline bool dpc_interrupt_request_work(struct dpc_interrupt *intr,
						       struct dpc_served *served)
{
	return dpc_interrupt_request_work_ip(intr, served, _THIS_IP_);
}

void dpc_interrupt_complete_ip(struct dpc_interrupt *intr, const struct dpc_served *served,
			       unsigned long ip);

/**
 * dpc_interrupt_complete - tell that a request was completed to its owner
 * @intr: the interrupt object
 * @served: the argument of the completing routine
 *
 * Counts the time from the start of the ISR of @served->first to now as stage
 * "complete", in the name of the calling routine (M5).  Does nothing if
 * @served->count is 0.
 *
 * Context: the DPC or work routine.
 */
static __always_inline void dpc_interrupt_complete(struct dpc_interrupt *intr,
						   const struct dpc_served *served)
{
	dpc_interrupt_complete_ip(intr, served, _THIS_IP_);
}

void dpc_interrupt_lock_ip(struct dpc_interrupt *intr, unsigned long ip);

/**
 * dpc_interrupt_lock - keep the ISR from running
 * @intr: the interrupt object
 *
 * Raises to the ISR's level and takes the interrupt's lock.  The ISR of this interrupt
 * does not run on any CPU until dpc_interrupt_unlock() (S1).  That level is DIRQL, with
 * interrupts off; on PREEMPT_RT it is DISPATCH, with bottom halves off and interrupts
 * on; with a passive ISR it is PASSIVE.  The holder may read the counters, and ask for
 * the DPC and the work item, which wait until the lock is free.  It may not enable,
 * disable or switch the object.
 *
 * The lock does not nest.  A caller that holds it already, in the ISR for example, is
 * reported and counted in dpc_violations(), and holds it until its outermost unlock.
 * With a passive ISR, a caller that may not sleep is refused, reported and counted: it
 * does not hold the lock.
 *
 * Context: thread or softirq, not the ISR; with a passive ISR a thread that may
 * sleep, and then the holder may as well.
 */
static __always_inline void dpc_interrupt_lock(struct dpc_interrupt *intr)
{
	dpc_interrupt_lock_ip(intr, _THIS_IP_);
}

void dpc_interrupt_unlock_ip(struct dpc_interrupt *intr, unsigned long ip);

/**
 * dpc_interrupt_unlock - let the ISR run again
 * @intr: the interrupt object, locked by the caller
 *
 * Restores the level.  If that was PASSIVE, a DPC that was asked for meanwhile
 * runs before this returns (Q12).  If the caller does not hold the lock, nothing
 * happens, and the caller is reported and counted in dpc_violations().
 *
 * Context: that of dpc_interrupt_lock().
 */
static __always_inline void dpc_interrupt_unlock(struct dpc_interrupt *intr)
{
	dpc_interrupt_unlock_ip(intr, _THIS_IP_);
}

bool dpc_interrupt_synchronize_ip(struct dpc_interrupt *intr, bool (*fn)(void *context),
				  void *context, unsigned long ip);

/**
 * dpc_interrupt_synchronize - call a function while the ISR cannot run
 * @intr: the interrupt object
 * @fn: what to call, at the ISR's level under the interrupt's lock
 * @context: given to @fn
 *
 * Calls @fn between dpc_interrupt_lock() and dpc_interrupt_unlock() (S1).
 *
 * Context: that of dpc_interrupt_lock(); with a passive ISR, @fn may sleep.
 * Return: the result of @fn; false, without a call of @fn, where dpc_interrupt_lock()
 * is refused.
 */
static __always_inline bool dpc_interrupt_synchronize(struct dpc_interrupt *intr,
						      bool (*fn)(void *context), void *context)
{
	return dpc_interrupt_synchronize_ip(intr, fn, context, _THIS_IP_);
}

/**
 * dpc_interrupt_number - number of the interrupt that the ISR is called for
 * @intr: the interrupt object
 *
 * Meant for drivers that note which interrupt ended a request: a DPC call may take
 * the result of an interrupt that only the next call is told to serve.
 *
 * Context: the ISR only.
 * Return: the number, as in struct dpc_served (M3).
 */
static inline u64 dpc_interrupt_number(const struct dpc_interrupt *intr)
{
	return intr->seq;
}

/**
 * dpc_interrupt_stamp - the time at which a device is told to interrupt
 *
 * Read it right before you write the register that makes the device interrupt,
 * and hand it to dpc_interrupt_raised() in the ISR.
 *
 * Context: any.
 * Return: now, by the clock that the stages are measured with, in its own unit.
 */
u64 dpc_interrupt_stamp(void);

/**
 * dpc_interrupt_raised - tell that this is the interrupt that a device was to raise
 * @intr: the interrupt object
 * @stamp: dpc_interrupt_stamp() of the first raise that led to this interrupt
 * @raises: number of raises; a device merges those that come before its ISR
 *
 * Fires the event dpc_raised.  The time ends where the times of the ISR and of
 * dpc_interrupt_complete() begin, so they add up.  While the accounting is off, the ISR
 * is not timed, and the time ends with this call.
 *
 * Context: the ISR only.
 * Return: nanoseconds from @stamp to the start of the ISR; 0 if the clock of the ISR's
 * CPU was behind that of the raise.
 */
u64 dpc_interrupt_raised(struct dpc_interrupt *intr, u64 stamp, u64 raises);

/**
 * dpc_interrupt_count - interrupts handled since the connection
 * @intr: a connected interrupt object
 *
 * The interrupt whose ISR is running counts already.  If that ISR then says that the
 * interrupt was not its device's, the count goes back by one.  Only a passive ISR, and
 * the ISR itself, let a caller see that; any other ISR holds the lock that is taken
 * here until it has answered.
 *
 * Context: thread or softirq, and wherever the interrupt's lock is held.
 * Return: the count, which is also the number of the last interrupt (M3).
 */
u64 dpc_interrupt_count(struct dpc_interrupt *intr);

/**
 * dpc_interrupt_unhandled - interrupts that were not this device's
 * @intr: a connected interrupt object
 *
 * Context: thread or softirq, and wherever the interrupt's lock is held.
 * Return: the count since the connection.
 */
u64 dpc_interrupt_unhandled(struct dpc_interrupt *intr);

/**
 * dpc_interrupt_while_disabled - calls that came while the object was disabled
 * @intr: a connected interrupt object
 *
 * Only a shared line has such calls; any other line is masked (I7).  They may have
 * been for other devices on the line.
 *
 * Context: thread or softirq, and wherever the interrupt's lock is held.
 * Return: the count since the connection.
 */
u64 dpc_interrupt_while_disabled(struct dpc_interrupt *intr);

/**
 * dpc_interrupt_set_budget - set the budget of a stage of one interrupt
 * @intr: a connected interrupt object
 * @stage: enum dpc_stage
 * @budget_us: microseconds, 0 (none) to DPC_BUDGET_MAX_US
 *
 * Context: thread.
 * Return: 0; -EINVAL if @stage or @budget_us is out of range.
 */
int dpc_interrupt_set_budget(struct dpc_interrupt *intr, u32 stage, u32 budget_us);

/**
 * dpc_interrupt_id - number of an interrupt object in trace events
 * @intr: a connected interrupt object
 *
 * Context: any.
 * Return: the number; never 0, and never given twice since the module was loaded.
 */
static inline u32 dpc_interrupt_id(const struct dpc_interrupt *intr)
{
	return intr->stats.id;
}

/**
 * dpc_interrupt_irq - Linux interrupt number of an interrupt object
 * @intr: a connected interrupt object
 *
 * Context: any.
 * Return: the number that was given to dpc_interrupt_connect().
 */
static inline u32 dpc_interrupt_irq(const struct dpc_interrupt *intr)
{
	return intr->stats.irq;
}

/**
 * dpc_interrupt_name - name of an interrupt object
 * @intr: a connected interrupt object
 *
 * Context: any.
 * Return: the name that was given to dpc_interrupt_connect().
 */
static inline const char *dpc_interrupt_name(const struct dpc_interrupt *intr)
{
	return intr->stats.name;
}

/**
 * dpc_interrupt_stats - the accounting of an interrupt object
 * @intr: a connected interrupt object
 *
 * Use it with dpc_stats_read(), dpc_stats_reset(), dpc_stats_budget_us() and
 * dpc_stats_epoch().  To set a budget, call dpc_interrupt_set_budget(), which also
 * tells traces.
 *
 * Context: any.
 * Return: the accounting, valid until dpc_interrupt_disconnect().
 */
static inline struct dpc_stats *dpc_interrupt_stats(struct dpc_interrupt *intr)
{
	return &intr->stats;
}

/**
 * dpc_model_name - name of a model, as in sysfs, parameters and tools
 * @model: the model
 *
 * Context: any.
 * Return: the name, even if the kernel can't do the model; NULL if there is no such
 * model.
 */
const char *dpc_model_name(enum dpc_model_id model);

/**
 * dpc_model_by_name - find a model
 * @name: its name; a newline at the end is ignored
 *
 * Context: any.
 * Return: enum dpc_model_id, even if the kernel can't do the model; -EINVAL if there
 * is none of that name.
 */
int dpc_model_by_name(const char *name);

/**
 * dpc_model_traits - what a model guarantees to the DPC routine
 * @model: the model
 *
 * Context: any.
 * Return: DPC_MODEL_SERIALISED and so on, as they hold on the running kernel; 0
 * if the model is not available, or if there is no such model.
 */
u32 dpc_model_traits(enum dpc_model_id model);

/**
 * dpc_model_available - whether the running kernel can do a model
 * @model: the model
 *
 * Context: any.
 * Return: true if it can be set; false if it can't, or if there is no such model.
 */
bool dpc_model_available(enum dpc_model_id model);

/**
 * dpc_model_needs - what the running kernel lacks for a model
 * @model: the model
 *
 * Context: any.
 * Return: a few words in English, "Linux 6.9 or newer" for example; NULL if the
 * model is available, or if there is no such model.
 */
const char *dpc_model_needs(enum dpc_model_id model);

/* The tracing core calls this when the event dpc_interrupt is enabled. */
int dpc_trace_announce(void);
/* It calls these when an event that has a time is enabled and disabled. */
int dpc_trace_account(void);
void dpc_trace_unaccount(void);
/* The same for dpc_entry and dpc_exit. */
int dpc_trace_calls(void);
void dpc_trace_uncalls(void);

#endif /* _LINUX_DPC_INTERRUPT_H */
