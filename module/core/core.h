/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of dpc_core.ko share.  Layers, lower files never call higher
 * ones:
 *
 *   main.c		module init and exit, parameters
 *   leave.c		modules that leave with something of theirs still here
 *   interrupt.c	the interrupt object, its three stages
 *   interrupt_lock.c	its lock: synchronised execution
 *   exchange.c		requests the interrupt, and anew for another model
 *   mask.c		the line of a disabled interrupt (I7)
 *   models.c		the table of what can carry the second stage
 *   model_*.c		one of these each
 *   work.c		work items
 *   continue.c		long work in slices
 *   timer.c		timers that queue a DPC
 *   interlocked.c	interlocked lists and counters
 *   device_queue.c	device queues
 *   lock.c		locks at DISPATCH, what a lock may be used for
 *   level.c		raising and lowering the level
 *   hotplug.c		CPUs that come and go (Q16)
 *   call_all.c		one call on every CPU (Q17)
 *   dpc.c		the object: set up, queue, wait for its end
 *   kick.c		how a drain is requested: tasklet, IPI, tick, thread
 *   kick.h		its hot path
 *   drain.c		calls the routines
 *   queue.c		the per-CPU queues, cancel, flush
 *   queue.h		their hot path
 *   raw_lock.h		the queues' and interrupt objects' locks, in line
 *   policy.c		importance and thresholds
 *   watchdog.c		what runs on this CPU, and for how long (B)
 *   wait.c		may the caller wait?
 *   check.c		level checks around a routine (Q15), reports of misuse
 *   debug.c		objects that are freed while they are in use (debugobjects)
 *   stats.c		accounting, budgets, overruns
 *   clock.c		which clock stages are measured with
 */
#ifndef _DPC_CORE_H
#define _DPC_CORE_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bottom_half.h>
#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_stats.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_watchdog.h>
#include <linux/dpc_work.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/timer.h>

#include "clock.h"
#include "stats.h"

/* What the KUnit suites reach beyond the API; 6.1 has no such header yet. */
#if IS_ENABLED(CONFIG_KUNIT)
#include <kunit/visibility.h>
#else
#define EXPORT_SYMBOL_IF_KUNIT(symbol) /* stays inside */
#endif

/* policy.c */

/*
 * When to drain (Q5).  Module parameters, read with READ_ONCE().
 *
 * @depth_limit: objects in a queue beyond which it is drained at once
 * @rate_min: requests per tick below which a Low object is not kept waiting
 * @rate_ideal: requests per tick below which a wait lowers the limit
 * @adjust_ticks: ticks without a wait after which the limit rises by one
 */
struct dpc_policy {
	u32	depth_limit;
	u32	rate_min;
	u32	rate_ideal;
	u32	adjust_ticks;
};

/* One queue's thresholds, under its lock; see dpc_policy. */
struct dpc_thresholds {
	u32		count;		/* requests, ever */
	u32		last;		/* @count at the last look */
	u32		rate;		/* requests per tick, decaying average */
	u32		limit;		/* of this queue's depth */
	u32		adjust;		/* ticks towards a higher @limit */
	unsigned long	tick;		/* jiffies of the last look */
};

extern struct dpc_policy dpc_policy;
void dpc_thresholds_init(struct dpc_thresholds *t, unsigned long now);
void dpc_thresholds_pass(struct dpc_thresholds *t, unsigned long now);
void dpc_thresholds_waiting(struct dpc_thresholds *t, unsigned long now);
bool dpc_policy_immediate(const struct dpc_thresholds *t, enum dpc_importance importance,
			  bool local, u32 depth);

/* Bring @t up to @now, in jiffies. */
static inline void dpc_thresholds_advance(struct dpc_thresholds *t, unsigned long now)
{
	if (unlikely(t->tick != now))
		dpc_thresholds_pass(t, now);
}

/* Each CPU has two queues. */
enum dpc_queue_kind {
	DPC_QUEUE_ORDINARY,
	DPC_QUEUE_THREADED,
	DPC_QUEUE_KINDS,
};

/* dpc_cpu_queue.executing */
#define DPC_BETWEEN	((struct dpc *)1)

/* dpc_cpu_queue.kicked; all but the first are true */
enum {
	DPC_NOT_KICKED,
	DPC_KICKED,
	DPC_BEHIND,		/* and a pass has ended before the queue was empty */
};

/*
 * A CPU's queue.
 *
 * Field legend:
 *   L  under @lock
 *   C  constant after dpc_queues_init()
 *   K  by whoever has set @kicked, until the drain that this led to ends;
 *	@by_thread also by dpc_kick_hurry(), with WRITE_ONCE()
 *   H  written while the CPU is offline, by the one thread that changes its
 *	state; read with READ_ONCE()
 *
 * @list: the objects, in the order in which they will run
 * @tail: where the next one is linked: the pointer that ends @list
 * @mark: what a flush puts on @list, behind all that it waits for; never on an
 *	empty one, unless a drain runs, which will look again
 * @flushing: @mark is on @list
 * @kicked: a drain has been requested and has not yet seen the queue empty;
 *	whoever makes the queue non-empty while it is clear sets it and kicks,
 *	or leaves that to the tick; what is DPC_BEHIND goes on as an ordinary thread
 * @ticking: @tick is armed, for objects that may wait
 * @executing: the object whose routine was called last, or DPC_BETWEEN after a mark,
 *	while a drain runs; NULL if none does; compared, never followed
 * @waiting: while @kicked is clear, how many objects are on @list
 * @id: what dpc->queued_on is for objects on this list
 * @carrier: the CPU that drains it: @cpu itself, unless that is offline
 * @by_thread: an ordinary queue: the thread has been asked, not the tasklet
 */
struct dpc_cpu_queue {
	raw_spinlock_t		lock;
	u8			kicked;		/* L */
	bool			ticking;	/* L */
	bool			flushing;	/* L */
	struct hlist_head	list;		/* L */
	struct hlist_node	**tail;		/* L */
	struct dpc		*executing;	/* L */
	struct dpc_thresholds	thresholds;	/* L */
	u32			waiting;	/* L */
	u32			id;		/* C */
	unsigned int		cpu;		/* C */
	enum dpc_queue_kind	kind;		/* C */
	unsigned int		carrier;	/* H */
	bool			by_thread;	/* K */
	struct tasklet_struct	tasklet;	/* K, see kick.c */
	call_single_data_t	csd;		/* K */
	struct timer_list	tick;		/* armed by whoever sets @ticking */
	struct dpc		mark;		/* L */
} ____cacheline_aligned_in_smp;

/* queue.c */
DECLARE_PER_CPU(struct dpc_cpu_queue [DPC_QUEUE_KINDS], dpc_cpu_queues);
void dpc_queues_init(void);
int dpc_claim_serialised_locked(struct dpc_cpu_queue *q, struct dpc *dpc, u32 running_on);
void dpc_flush_done(void);

static inline struct dpc_cpu_queue *dpc_queue_of(unsigned int cpu, enum dpc_queue_kind kind)
{
	return &per_cpu(dpc_cpu_queues, cpu)[kind];
}

/* The other way round: what dpc->queued_on and dpc->running_on mean. */
static inline struct dpc_cpu_queue *dpc_queue_by_id(unsigned int id)
{
	return dpc_queue_of((id - 1) / DPC_QUEUE_KINDS, (id - 1) % DPC_QUEUE_KINDS);
}

/* drain.c */

/*
 * One pass hands back after this time, even when a routine keeps queueing itself:
 * to the softirq loop, so that its limit (the same one, then ksoftirqd) and other
 * softirqs get their turn; or to the thread, which goes on as an ordinary one.
 */
#define DPC_DRAIN_PASS_NS	(2 * NSEC_PER_MSEC)

bool dpc_drain(struct dpc_cpu_queue *q);
void dpc_drain_tasklet(struct tasklet_struct *tasklet);
int dpc_drain_init(void);
void dpc_drain_exit(void);
extern struct dpc_stats dpc_unbound_stats;
extern struct dpc_stats dpc_threaded_stats;

/* kick.c */
extern bool dpc_drain_thread;
int dpc_kick_init(void);
void dpc_kick_exit(void);
void dpc_kick(struct dpc_cpu_queue *q);
void dpc_kick_by_tick(struct dpc_cpu_queue *q);
void dpc_kick_hurry(struct dpc_cpu_queue *q);
void dpc_kick_settle(struct dpc_cpu_queue *q);
void dpc_kick_settle_all(void);
void dpc_kick_orphan(struct dpc_cpu_queue *q);
void dpc_kick_adopt(unsigned int cpu, int queues);

/* dpc.c */
extern bool dpc_threaded_enabled;

/* hotplug.c */
int dpc_hotplug_init(void);
void dpc_hotplug_exit(void);

/* watchdog.c */

/* dpc_run.watched */
enum dpc_watched {
	DPC_UNWATCHED,		/* the next drain or raise arms the watchdog's timer */
	DPC_WATCHED,		/* that is armed, or the watchdog is off */
	DPC_WATCHED_IDLE,	/* armed, and no drain or raise has come since it fired */
};

/*
 * What this CPU is in, per kind of queue.  Written and read by this CPU alone:
 * by the drain, by the routines that it calls, and by the watchdog's timer,
 * which is a hard interrupt on the same CPU.  Only @watched is anybody's.
 *
 * @function: the running routine, NULL outside of drains; between two routines of
 *	one drain it may be the first
 * @call_start: when that was entered, in ticks of dpc_clock()
 * @stats: the accounting that it belongs to; of the queue, unless an interrupt
 *	object has set its own
 * @block: where the queue counts its routines on this CPU; constant
 * @served: what the running routine of an interrupt object serves, where no other
 *	can come between (not dpc_run_has_task())
 * @drain_start: when the drain began
 * @series_start: when the first drain began since a thread last ran, 0 if that is
 *	the one that runs, or if none does
 * @watched: enum dpc_watched, of the ordinary queue for both; a change of limits sets
 *	DPC_UNWATCHED from another CPU
 * @in_hardirq: a routine runs with hard interrupts off, on top of what the
 *	other fields tell of (model_hardirq.c)
 * @task: whose context the drain runs in, where that can be preempted
 *	(dpc_run_has_task()); else whatever runs on the CPU
 * @series_task: in whose context the last drain left it off
 * @series_switches: how often that task had been switched out by then; of a drain
 *	that can be preempted and is at work: when it began
 * @raised_by: code that raised a thread to DISPATCH (dpc_level_raise()) and has
 *	not lowered it again, 0 if none has
 * @raises: how many raises there were
 */
struct dpc_run {
	void			*function;
	u64			call_start;
	struct dpc_stats	*stats;
	struct dpc_stats_block	*block;
	u64			drain_start;
	u64			series_start;
	u8			watched;
	bool			in_hardirq;
	struct task_struct	*task;
	struct task_struct	*series_task;
	unsigned long		series_switches;
	unsigned long		raised_by;
	u32			raises;
	struct dpc_served	served;
};

DECLARE_PER_CPU(struct dpc_run [DPC_QUEUE_KINDS], dpc_runs);
extern u32 dpc_watchdog_limit_us[DPC_WATCHDOG_NR];
extern bool dpc_watchdog_panic;

void dpc_watchdog_watch(void);
void dpc_watchdog_changed(void);
void dpc_watchdog_set_limit(enum dpc_watchdog_kind kind, u32 limit_us);
void dpc_watchdog_prepare(unsigned int cpu);
void dpc_watchdog_init(void);
void dpc_watchdog_exit(void);

/* Whether drains of that kind can be preempted, by threads. */
static __always_inline bool dpc_run_has_task(enum dpc_queue_kind kind)
{
	return kind == DPC_QUEUE_THREADED || IS_ENABLED(CONFIG_PREEMPT_RT);
}

static inline unsigned long dpc_run_switches(const struct task_struct *task)
{
	return task->nvcsw + task->nivcsw;
}

/* A series that a drain has left off: has a thread got the CPU since? */
static inline bool dpc_run_is_over(const struct dpc_run *run)
{
	return run->series_task != current ||
	       run->series_switches != dpc_run_switches(current);
}

/*
 * A drain begins at @now.  Bottom halves are off, or (threaded) this is a thread
 * that belongs to this CPU.
 */
static __always_inline struct dpc_run *dpc_run_enter(enum dpc_queue_kind kind, u64 now)
{
	struct dpc_run *run = raw_cpu_ptr(&dpc_runs[kind]);

	/* Or gcc would compute it twice. */
	OPTIMIZER_HIDE_VAR(run);
	run->drain_start = now;
	if (dpc_run_has_task(kind)) {
		if (run->series_start && dpc_run_is_over(run))
			run->series_start = 0;
		run->series_switches = dpc_run_switches(current);
		WRITE_ONCE(run->task, current);
	}
	/* data_race(): READ_ONCE() takes gcc one instruction more, here and elsewhere. */
	/* run - kind: that of the ordinary queue. */
	if (unlikely(data_race((run - kind)->watched) != DPC_WATCHED))
		dpc_watchdog_watch();
	return run;
}

/*
 * When the series began that the drain at work, if any, is part of; else 0.  A drain
 * that was preempted counts from its own beginning: what came before ended there.
 */
static inline u64 dpc_run_series_start(const struct dpc_run *run)
{
	const struct task_struct *task = run->task;
	bool over;

	if (task && run->function)
		over = run->series_switches != dpc_run_switches(task);
	else
		over = dpc_run_is_over(run);
	if (run->series_start && !over)
		return run->series_start;
	return run->function ? run->drain_start : 0;
}

static __always_inline void dpc_run_leave(struct dpc_run *run, enum dpc_queue_kind kind)
{
	WRITE_ONCE(run->function, NULL);
	if (dpc_run_has_task(kind))
		WRITE_ONCE(run->task, NULL);
	run->series_start = 0;
}

/* dpc_run_leave() with more to do, which makes it one series with the next drain. */
static inline void dpc_run_leave_off(struct dpc_run *run, enum dpc_queue_kind kind)
{
	u64 series_start = dpc_run_series_start(run) ?: run->drain_start;

	/* Where the drain was preempted, a thread has had its turn: begin anew. */
	if (dpc_run_has_task(kind) && run->series_switches != dpc_run_switches(current))
		series_start = dpc_clock();
	dpc_run_leave(run, kind);
	run->series_start = series_start;
	run->series_task = current;
	run->series_switches = dpc_run_switches(current);
}

/*
 * A thread goes up to DISPATCH, in the name of the code at @ip.  Without a clock: the
 * watchdog looks at its own when it finds the thread there.
 */
static inline void dpc_run_raise(unsigned long ip)
{
	struct dpc_run *run = &raw_cpu_ptr(dpc_runs)[DPC_QUEUE_ORDINARY];

	WRITE_ONCE(run->raises, run->raises + 1);
	WRITE_ONCE(run->raised_by, ip);
	if (unlikely(READ_ONCE(run->watched) != DPC_WATCHED))
		dpc_watchdog_watch();
}

static inline void dpc_run_lower(void)
{
	WRITE_ONCE(raw_cpu_ptr(dpc_runs)[DPC_QUEUE_ORDINARY].raised_by, 0);
}

/* A routine begins at @start; see struct dpc_run.  The drain's end is the routine's, too. */
static __always_inline void dpc_run_call(struct dpc_run *run, struct dpc_stats *stats,
					 void *function, u64 start)
{
	run->stats = stats;
	WRITE_ONCE(run->call_start, start);
	barrier();	/* the watchdog's interrupt sees a start that is the routine's */
	WRITE_ONCE(run->function, function);
}

/* check.c */
struct dpc_level {
	int	preempt_count;
	int	softirq_count;		/* dpc_softirq_count() */
	int	lockdep_depth;
	bool	irqs_disabled;
};

void dpc_level_violation(struct dpc_level before, const struct dpc_stats *stats,
			 const char *stage, void *function);
void dpc_misuse(unsigned long ip, const char *what);

/* wait.c */
bool dpc_may_wait(unsigned long caller, const char *function);
bool dpc_interrupt_may_wait(struct dpc_interrupt *intr, unsigned long caller,
			    const char *function);
bool dpc_work_may_wait(struct dpc_work *work, unsigned long caller, const char *function);

/* What preempt_count() does not show: on PREEMPT_RT, bottom halves are off for the task. */
static __always_inline int dpc_softirq_count(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) ? softirq_count() : 0;
}

/* Take note of the level at which a routine is entered, with interrupts off or on. */
static __always_inline void dpc_level_save(struct dpc_level *level, bool irqs_disabled)
{
	level->preempt_count = preempt_count();
	level->softirq_count = dpc_softirq_count();
	level->lockdep_depth = lockdep_depth(current);
	level->irqs_disabled = irqs_disabled;
}

/* Whether a routine has not returned at the level it was entered (Q15). */
static __always_inline bool dpc_level_changed(const struct dpc_level *level)
{
	return unlikely(preempt_count() != level->preempt_count ||
			dpc_softirq_count() != level->softirq_count ||
			lockdep_depth(current) != level->lockdep_depth ||
			irqs_disabled() != level->irqs_disabled);
}

/*
 * Name it.  @level is the one to compare the next with: what can't be put right is
 * not the next one's.
 */
static __always_inline void dpc_level_report(struct dpc_level *level,
					     const struct dpc_stats *stats,
					     const char *stage, void *function)
{
	struct dpc_level before = *level;

	/* Here, not ahead of a loop or a call, where it would cost in any case. */
	OPTIMIZER_HIDE_VAR(before.preempt_count);
	OPTIMIZER_HIDE_VAR(stats);
	dpc_level_violation(before, stats, stage, function);
	level->lockdep_depth = lockdep_depth(current);
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

/* lock.c */
enum dpc_lock_kind {
	DPC_LOCK_NONE,		/* zero memory */
	DPC_LOCK_EXECUTIVE,
	DPC_LOCK_QUEUED,
	DPC_LOCK_INTERLOCKED,
};

void dpc_lock_use_slow(struct dpc_lock *lock, enum dpc_lock_kind kind, unsigned long caller);

/* The lock is about to be taken as one of @kind: is it one (S3)? */
static __always_inline void dpc_lock_use(struct dpc_lock *lock, enum dpc_lock_kind kind,
					 unsigned long caller)
{
	if (unlikely(READ_ONCE(lock->kind) != kind))
		dpc_lock_use_slow(lock, kind, caller);
}

/* stats.c; see stats.h for the hot path */
extern u32 dpc_default_budget_us[DPC_STAGE_NR];
void dpc_stats_add(struct dpc_stats *stats, enum dpc_stage stage, u64 ticks, u32 coalesced,
		   const struct dpc_served *served, void *function, bool traced);

/* work.c */
bool dpc_work_queue_any(struct dpc_work *work);
extern struct workqueue_struct *dpc_call_wq;
void dpc_work_call(void (*function)(void *arg), void *arg);
int dpc_work_setup(void);
void dpc_work_teardown(void);

/* interrupt_lock.c */
static inline bool dpc_is_passive(const struct dpc_interrupt *intr)
{
	return intr->flags & DPC_INTERRUPT_PASSIVE;
}

/*
 * Whether the caller runs inside this interrupt's ISR.  Exact without a lock:
 * in an ISR, current is what it interrupted (or the interrupt's thread), and
 * that does not go on before the ISR is done.  A passive ISR can itself be
 * interrupted, by its own DPC for one.
 */
static inline bool dpc_in_isr(const struct dpc_interrupt *intr)
{
	return READ_ONCE(intr->isr_task) == current && (!dpc_is_passive(intr) || in_task());
}

/*
 * Whether the caller holds @lock: by dpc_interrupt_lock(), in the enable or disable
 * callback, or in an ISR.  The lock of a passive interrupt's ISR is another one.
 * On PREEMPT_RT a hard interrupt may have hit the holder, and is not it.
 */
static inline bool dpc_holds_lock(const struct dpc_interrupt *intr)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && in_hardirq())
		return false;
	return READ_ONCE(intr->lock_task) == current ||
	       (!dpc_is_passive(intr) && dpc_in_isr(intr));
}

/* interrupt.c, for the models */
irqreturn_t dpc_interrupt_isr(int irq, void *data);
irqreturn_t dpc_interrupt_passive(int irq, void *data);
u64 dpc_interrupt_drained(struct dpc *dpc, struct dpc_run *run, u64 now);
void dpc_interrupt_call_irqoff(struct dpc_interrupt *intr, struct dpc_run *run);
void dpc_model_run(struct dpc_interrupt *intr);
void dpc_model_run_in_thread(struct dpc_interrupt *intr);

/**
 * struct dpc_model - one way to carry the second stage
 * @name: as in sysfs, module parameters and tools
 * @needs: what the kernel lacks for it, NULL if it is available; then nothing
 *	below is used
 * @traits: what holds for the DPC routine, DPC_MODEL_*
 * @traits_rt: the same on PREEMPT_RT
 * @handler: hard IRQ handler; a thread on PREEMPT_RT
 * @thread_fn: thread function, or NULL
 * @create: make what can't be in dpc_model_state(), a thread for example, or
 *	NULL.  Before anything of the model before it is stopped.  May sleep.
 *	Returns what will be intr->carrier, or an ERR_PTR().
 * @destroy: undo that; nothing uses it any more, whatever model is in force
 * @init: prepare dpc_model_state() before the interrupt is requested, or while it is
 *	disabled; or NULL
 * @kick: have the routine called, dpc_model_run(); interrupt lock held.  @in_isr:
 *	called from the ISR, which @handler or @after_passive follow.  Returns true,
 *	for those who end with it
 * @after_passive: what a passive interrupt's thread does after its ISR, or
 *	NULL; no lock held, may sleep
 * @flush: return when no call requested before is queued or running; the
 *	interrupt is quiet and nothing new is requested.  May sleep.
 *
 * A further model is one file with one of these, a number in enum dpc_model_id
 * and a line in DPC_MODELS.  The order is: @create, @init, @kick and @flush many
 * times, @destroy.
 */
struct dpc_model {
	const char	*name;
	const char	*needs;
	u32		traits;
	u32		traits_rt;
	irq_handler_t	handler;
	irq_handler_t	thread_fn;
	void *(*create)(struct dpc_interrupt *intr);
	void (*destroy)(void *carrier);
	void (*init)(struct dpc_interrupt *intr);
	bool (*kick)(struct dpc_interrupt *intr, bool in_isr);
	void (*after_passive)(struct dpc_interrupt *intr);
	void (*flush)(struct dpc_interrupt *intr);
};

/* The models, as in enum dpc_model_id and as in dpc_model_*. */
#define DPC_MODELS(_model)			\
	_model(DPC,		dpc)		\
	_model(THREADED,	threaded)	\
	_model(TASKLET,		tasklet)	\
	_model(BH_WQ,		bh_wq)		\
	_model(IRQ_POLL,	irq_poll)	\
	_model(WQ,		wq)		\
	_model(WQ_UNBOUND,	wq_unbound)	\
	_model(KTHREAD,		kthread)	\
	_model(HARDIRQ,		hardirq)

#define DPC_MODEL_EXTERN(_id, _name)	extern const struct dpc_model dpc_model_##_name;
DPC_MODELS(DPC_MODEL_EXTERN)
#undef DPC_MODEL_EXTERN

/* mask.c */
void dpc_mask_init(struct dpc_interrupt *intr);
unsigned long dpc_mask_request_flags(const struct dpc_interrupt *intr);
void dpc_mask_requested(struct dpc_interrupt *intr);
void dpc_mask_free(struct dpc_interrupt *intr);
void dpc_mask_line(struct dpc_interrupt *intr);
void dpc_mask_unmask_line(struct dpc_interrupt *intr);
irqreturn_t dpc_mask_called_while_disabled(struct dpc_interrupt *intr);

/* exchange.c */
int dpc_exchange_request(struct dpc_interrupt *intr, const struct dpc_model *model,
			 void *carrier);
void dpc_exchange_free(struct dpc_interrupt *intr);
int dpc_exchange_reconnect(struct dpc_interrupt *intr);
int dpc_exchange(struct dpc_interrupt *intr, const struct dpc_model *model, void *carrier);

/* models.c */
const struct dpc_model *dpc_model_of(u32 id);
enum dpc_model_id dpc_model_id(const struct dpc_model *model);

/* A model's own part of the interrupt object, as a @_type. */
#define dpc_model_state(_intr, _type)						\
({										\
	static_assert(sizeof(_type) <= sizeof((_intr)->model_state));		\
	static_assert(__alignof__(_type) <= __alignof__((_intr)->model_state));	\
	(_type *)(_intr)->model_state;						\
})

/* And back. */
static inline struct dpc_interrupt *dpc_model_interrupt(void *state)
{
	return container_of(state, struct dpc_interrupt, model_state);
}

#endif /* _DPC_CORE_H */
