/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interrupt object: one interrupt, split into ISR, DPC and work item.
 *
 * The rule numbers (I1, M3, ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_INTERRUPT_H
#define _LINUX_DPC_INTERRUPT_H

#include <linux/dpc.h>
#include <linux/dpc_stats.h>
#include <linux/dpc_work.h>
#include <linux/lockdep_types.h>
#include <linux/math.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

struct dpc_interrupt;
struct dpc_model;

/**
 * struct dpc_served - the interrupts that one call serves (M3, Q14)
 * @first: number of the first one
 * @last: number of the last one
 * @count: how many; 0 when the call was asked for outside an ISR, and then
 *	the other fields are 0
 *
 * Numbers count the interrupts of one object from 1.  @count is less than
 * @last - @first + 1 when some interrupts in between did not ask for a call.
 */
struct dpc_served {
	u64	first;
	u64	last;
	u32	count;
	/* private: */
	u8	work;		/* DPC_SERVED_*: what this call has asked for */
	u64	isr_start;	/* ISR of @first, in ticks of dpc_clock() */
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
 *	threads wants locks that switch these off.
 * @work: what may sleep.  Never runs at the same time as itself.
 *	Runs in a kernel thread.
 * @enable: lets the device interrupt; optional (I5).
 *	Runs where dpc_interrupt_synchronize() would call it: with the interrupt
 *	lock held, at the level of the ISR.  With DPC_INTERRUPT_PASSIVE it may
 *	sleep; else interrupts are off, but on PREEMPT_RT, where bottom halves
 *	are.  May ask for the DPC and the work item, which start when the lock
 *	is free (with a passive ISR, the DPC may run at once).
 * @disable: stops the device from interrupting; optional (I5).
 *	Runs as @enable.
 * @settled: the work routine has returned and was accounted for; optional.
 *	For those who wait for what the accounting says.
 *	Runs in the thread of the work item.
 *
 * One of @dpc and @work must be there; asking for the other is refused.
 */
struct dpc_interrupt_ops {
	bool (*isr)(struct dpc_interrupt *intr);
	void (*dpc)(struct dpc_interrupt *intr, struct dpc_served *served);
	void (*work)(struct dpc_interrupt *intr, const struct dpc_served *served);
	void (*enable)(struct dpc_interrupt *intr);
	void (*disable)(struct dpc_interrupt *intr);
	void (*settled)(struct dpc_interrupt *intr);
};

/* struct dpc_interrupt_params.flags */
#define DPC_INTERRUPT_SHARED	0x01	/* the line is shared with others */
#define DPC_INTERRUPT_PASSIVE	0x02	/* the ISR may sleep (I4) */

/**
 * struct dpc_interrupt_params - what dpc_interrupt_connect() needs
 * @dev: the device; the work item keeps it alive (W3)
 * @ops: the driver's stages
 * @name: for /proc/interrupts, traces and messages; must outlive the connection
 * @irq: Linux interrupt number, as from pci_irq_vector()
 * @flags: DPC_INTERRUPT_*
 * @model: what carries the second stage
 */
struct dpc_interrupt_params {
	struct device			*dev;
	const struct dpc_interrupt_ops	*ops;
	const char			*name;
	int				irq;
	unsigned int			flags;
	enum dpc_model_id		model;
};

/*
 * Room for what a model keeps in the interrupt object: as much as a DPC takes,
 * and more where objects carry what lockdep knows about them.
 */
#define DPC_MODEL_STATE_WORDS						\
	DIV_ROUND_UP(sizeof(struct dpc) + sizeof(struct lockdep_map), sizeof(u64))

/*
 * struct dpc_interrupt - one connected interrupt
 *
 * Embedded in the driver's own structure; find that with container_of().
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
	struct task_struct		*isr_task;	/* I, whose context the ISR runs in */
	struct task_struct		*lock_task;	/* I, who holds @lock by lock() */
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
	struct mutex			mutex;
	struct mutex			passive_lock;	/* held by a passive ISR */
	struct task_struct		*passive_task;	/* who holds that by lock() */
	struct list_head		connection;	/* see leave.c */
	unsigned int			relocks;	/* by who holds the lock already */
};

int dpc_interrupt_connect(struct dpc_interrupt *intr,
			  const struct dpc_interrupt_params *params);
int dpc_interrupt_disconnect(struct dpc_interrupt *intr);
int dpc_interrupt_enable(struct dpc_interrupt *intr);
int dpc_interrupt_disable(struct dpc_interrupt *intr);
int dpc_interrupt_set_model(struct dpc_interrupt *intr, enum dpc_model_id id);
enum dpc_model_id dpc_interrupt_model(struct dpc_interrupt *intr);

bool dpc_interrupt_request_dpc(struct dpc_interrupt *intr);
bool dpc_interrupt_request_work(struct dpc_interrupt *intr, struct dpc_served *served);
void dpc_interrupt_complete(struct dpc_interrupt *intr, const struct dpc_served *served);

void dpc_interrupt_lock(struct dpc_interrupt *intr);
void dpc_interrupt_unlock(struct dpc_interrupt *intr);
bool dpc_interrupt_synchronize(struct dpc_interrupt *intr,
			       bool (*fn)(void *context), void *context);

/**
 * dpc_interrupt_number - number of the interrupt that the ISR is called for
 * @intr: the interrupt object
 *
 * For drivers that note which interrupt ended a request: what a DPC call takes
 * may come from an interrupt that only the next call is told to serve.
 *
 * Context: the ISR only.
 * Return: the number, as in struct dpc_served (M3).
 */
static inline u64 dpc_interrupt_number(const struct dpc_interrupt *intr)
{
	return intr->seq;
}

u64 dpc_interrupt_count(struct dpc_interrupt *intr);
u64 dpc_interrupt_unhandled(struct dpc_interrupt *intr);
int dpc_interrupt_set_budget(struct dpc_interrupt *intr, u32 stage, u32 budget_us);

const char *dpc_model_name(enum dpc_model_id model);
int dpc_model_by_name(const char *name);
u32 dpc_model_traits(enum dpc_model_id model);
bool dpc_model_available(enum dpc_model_id model);
const char *dpc_model_needs(enum dpc_model_id model);

/* Called by the tracing core when the event dpc_interrupt goes on and off. */
int dpc_trace_announce(void);
void dpc_trace_unannounce(void);
/* The same of dpc_isr_entry. */
int dpc_trace_watch(void);
void dpc_trace_unwatch(void);

#endif /* _LINUX_DPC_INTERRUPT_H */
