/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of dpc_core.ko share.  Layers, lower files never call higher
 * ones:
 *
 *   main.c		module init and exit, parameters
 *   interrupt.c	the interrupt object, its three stages
 *   model_*.c		what carries the second stage
 *   work.c		work items
 *   timer.c		timers that queue a DPC
 *   drain.c		calls the routines; knows how a drain is requested
 *   queue.c		the per-CPU queues, flush generations
 *   check.c		level checks around a routine (Q15)
 *   stats.c		accounting, budgets, overruns
 */
#ifndef _DPC_CORE_H
#define _DPC_CORE_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bottom_half.h>
#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_stats.h>
#include <linux/dpc_work.h>
#include <linux/interrupt.h>
#include <linux/sched/clock.h>

/* What the KUnit suites reach beyond the API; 6.1 has no such header yet. */
#if IS_ENABLED(CONFIG_KUNIT)
#include <kunit/visibility.h>
#else
#define EXPORT_SYMBOL_IF_KUNIT(symbol) /* stays inside */
#endif

/*
 * A CPU's queue.
 *
 * Field legend:
 *   L  under @lock
 *   C  constant after dpc_queues_init()
 *
 * @colour: generation that newly queued objects belong to, 0 or 1.  A flush
 *	turns it over and waits for the old generation's count to reach zero.
 * @pending: objects of each generation that are queued or running.  Outside
 *	a flush the generation that is not @colour has none.
 * @flushing: a flush waits for the generation that is not @colour
 * @kicked: a drain has been requested and has not yet seen the queue empty;
 *	whoever makes the queue non-empty while it is clear sets it and kicks
 */
struct dpc_cpu_queue {
	raw_spinlock_t		lock;
	struct list_head	list;		/* L */
	u32			pending[2];	/* L */
	u8			colour;		/* L */
	bool			flushing;	/* L */
	bool			kicked;		/* L */
	unsigned int		cpu;		/* C */
	struct tasklet_struct	tasklet;	/* see drain.c */
} ____cacheline_aligned_in_smp;

/* What is needed to call a routine after the object was let go (Q9). */
struct dpc_call {
	struct dpc		*dpc;		/* for the routine, not for us */
	dpc_routine_t		routine;
	void			*context;
	void			*arg1;
	void			*arg2;
	u8			colour;
	u8			flags;
};

/* queue.c */
DECLARE_PER_CPU(struct dpc_cpu_queue, dpc_cpu_queues);
void dpc_queues_init(void);
bool dpc_enqueue_locked(struct dpc_cpu_queue *q, struct dpc *dpc, void *arg1, void *arg2);
void dpc_dequeue_locked(struct dpc_cpu_queue *q, struct dpc_call *call);
bool dpc_finish_locked(struct dpc_cpu_queue *q, u8 colour);
void dpc_flush_done(void);

/* drain.c */
int dpc_drain_init(void);
void dpc_drain_exit(void);
extern struct dpc_stats dpc_unbound_stats;

/* check.c */
struct dpc_level {
	int	preempt_count;
	int	lockdep_depth;
	bool	irqs_disabled;
};

void dpc_level_violation(const struct dpc_level *before, const char *name,
			 const char *stage, void *function);

/* Take note of the level at which a routine is entered. */
static __always_inline void dpc_level_save(struct dpc_level *level)
{
	level->preempt_count = preempt_count();
	level->lockdep_depth = lockdep_depth(current);
	level->irqs_disabled = irqs_disabled();
}

/* Name a routine that does not return at the level it was entered (Q15). */
static __always_inline void dpc_level_check(const struct dpc_level *before, const char *name,
					    const char *stage, void *function)
{
	if (unlikely(preempt_count() != before->preempt_count ||
		     lockdep_depth(current) != before->lockdep_depth ||
		     irqs_disabled() != before->irqs_disabled))
		dpc_level_violation(before, name, stage, function);
}

/*
 * Go up to DISPATCH if the caller is a thread.  What is queued meanwhile runs
 * when it leaves that level again, here and now; without this the kernel would
 * leave it to ksoftirqd, an ordinary thread (Q12).
 */
static inline bool dpc_raise_level(void)
{
	if (in_interrupt() || irqs_disabled())
		return false;
	/* There, bottom halves are switched off by a lock that sleeps. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && !preemptible())
		return false;
	local_bh_disable();
	return true;
}

static inline void dpc_lower_level(bool raised)
{
	if (raised)
		local_bh_enable();
}

/* stats.c */
extern u32 dpc_default_budget_us[DPC_STAGE_NR];
void dpc_stats_add(struct dpc_stats *stats, enum dpc_stage stage, u64 ns, u32 coalesced,
		   const struct dpc_served *served, void *function);

/* work.c */
int dpc_work_setup(void);
void dpc_work_teardown(void);

/* interrupt.c, for the models */
irqreturn_t dpc_interrupt_isr(int irq, void *data);
void dpc_interrupt_run_dpc(struct dpc_interrupt *intr);

/**
 * struct dpc_model - one way to carry the second stage
 * @name: as in sysfs, module parameters and tools
 * @handler: hard IRQ handler
 * @thread_fn: thread function, or NULL
 * @irqflags: added to what the interrupt object asks for
 * @init: prepare @intr before its interrupt is requested, or NULL
 * @kick: have dpc_interrupt_run_dpc() called; interrupt lock held.  @in_isr:
 *	called from the ISR, whose return value can wake a thread
 * @flush: return when no call requested before is queued or running; the
 *	interrupt is quiet and nothing new is requested.  May sleep.
 */
struct dpc_model {
	const char	*name;
	irq_handler_t	handler;
	irq_handler_t	thread_fn;
	unsigned long	irqflags;
	void (*init)(struct dpc_interrupt *intr);
	void (*kick)(struct dpc_interrupt *intr, bool in_isr);
	void (*flush)(struct dpc_interrupt *intr);
};

extern const struct dpc_model dpc_model_dpc;
extern const struct dpc_model dpc_model_threaded;

#endif /* _DPC_CORE_H */
