/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deferred procedure calls with the documented Windows semantics.
 *
 * Module: dpc_core.ko.  The rule numbers (Q1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_H
#define _LINUX_DPC_H

#include <linux/instruction_pointer.h>
#include <linux/list.h>
#include <linux/types.h>
#include <uapi/linux/dpc.h>

struct dpc;

/**
 * typedef dpc_routine_t - a deferred procedure
 * @dpc: the object that was queued.  The core doesn't touch it again: the
 *	routine may queue it anew or free it (Q9).
 * @context: as given to dpc_init()
 * @arg1: as given to the dpc_queue() that returned true (Q2)
 * @arg2: likewise
 *
 * Context: softirq: bottom halves off, hard interrupts on.  Must not sleep,
 * must return with the preempt count and interrupt state that it was entered
 * with and without a lock held (Q15).  On PREEMPT_RT a thread of higher
 * priority may preempt it (R4).  A threaded DPC runs in a real-time thread
 * instead, under the same restrictions (R1).
 */
typedef void (*dpc_routine_t)(struct dpc *dpc, void *context, void *arg1, void *arg2);

/* The core's own form of a routine, for interrupt objects; see module/core/drain.c. */
struct dpc_run;
typedef u64 (*dpc_owned_t)(struct dpc *dpc, struct dpc_run *run, u64 now);

/**
 * enum dpc_importance - where in the queue a DPC goes, and how urgently (Q3, Q4)
 * @DPC_IMPORTANCE_LOW: at the tail; may wait for the next tick
 * @DPC_IMPORTANCE_MEDIUM: at the tail; at once on this CPU, may wait for the
 *	next tick on another.  What dpc_init() sets (Q1)
 * @DPC_IMPORTANCE_MEDIUM_HIGH: at the tail; at once on any CPU
 * @DPC_IMPORTANCE_HIGH: at the head; at once on any CPU
 */
enum dpc_importance {
	DPC_IMPORTANCE_LOW,
	DPC_IMPORTANCE_MEDIUM,
	DPC_IMPORTANCE_MEDIUM_HIGH,
	DPC_IMPORTANCE_HIGH,
};

#define DPC_CPU_QUEUEING	(-1)	/* target: the CPU that queues it */

/*
 * struct dpc - the life of the object
 *
 *   state       queued_on       on a list  what may move it on
 *   ----------  --------------  ---------  ------------------------------------
 *   idle        0               no         dpc_queue(): idle -> queued
 *                                          dpc_cancel_sync(): -> cancelling
 *   queued      id of a queue   yes        drain: queued -> idle, calls routine
 *                                          dpc_cancel(): queued -> idle, no call
 *                                          dpc_cancel_sync(): -> cancelling
 *   running     (idle)          no         the object is idle again before its
 *                                          routine is called, so it can be
 *                                          queued, run on a second CPU, be freed
 *   cancelling  DPC_CANCELLING  no         dpc_cancel_sync(), the one that came
 *                                          first: -> idle, when no CPU runs the
 *                                          routine any more
 *
 * Field legend:
 *   C  set by dpc_init() and its like, read by the queueing CPU and the drain
 *   S  WRITE_ONCE() by a setter at any time, READ_ONCE() when queueing: a change
 *      holds from the next queueing on (Q6)
 *   Q  written under the lock of the queue that the object is on
 *   X  0 -> id under the lock of that queue, by cmpxchg (with DPC_F_OWNED by the
 *      owner, which has a lock of its own for it), back to 0 under the same lock.
 *      A holder of that lock that reads the queue's id here knows that the object is
 *      on this list.  Read without a lock, it is a hint.
 *   R  serialised objects only: written by the CPU that runs the routine;
 *      compared in the same step that claims queued_on; see queue.c
 */
struct dpc {
	/* private: */
	struct hlist_node	node;		/* Q */
	union {
		dpc_routine_t	routine;	/* C */
		dpc_owned_t	owned;		/* C, with DPC_F_OWNED */
	};
	void			*context;	/* C */
	void			*arg1;		/* Q */
	void			*arg2;		/* Q */
	union {
		struct {
			u32	queued_on;	/* X */
			u32	running_on;	/* R, 0 or id of a queue */
		};
		u64		where;		/* both, for serialised objects */
	};
	union {
		struct {
			s16	cpu;		/* S, target or DPC_CPU_QUEUEING */
			u8	importance;	/* S, enum dpc_importance */
			u8	flags;		/* C, DPC_F_* */
		};
		u32		how;		/* all three, compared in one step */
	};
};

#define DPC_CANCELLING		(~0U)

/* An object of the core's own: @owned is called, and does the accounting and tracing. */
#define DPC_F_OWNED		0x01
/* Runs in the real-time thread, unless threaded DPCs are switched off. */
#define DPC_F_THREADED		0x02
/* Never runs on two CPUs at once. */
#define DPC_F_SERIALISED	0x04
/* This is no DPC; it marks the place in a queue up to which a flush waits. */
#define DPC_F_MARK		0x08
/* @context points to the address of the routine to be named; see dpc_init_named(). */
#define DPC_F_NAMED		0x10
/* The routine is the core's own; it does the accounting and tracing of what it calls. */
#define DPC_F_ACCOUNTS		0x20

#define DPC_INITIALIZER(_routine, _context) {				\
	.routine	= (_routine),					\
	.context	= (_context),					\
	.cpu		= DPC_CPU_QUEUEING,				\
	.importance	= DPC_IMPORTANCE_MEDIUM,			\
}

/**
 * DEFINE_DPC - define and initialise a DPC object
 * @_name: name of the variable
 * @_routine: dpc_routine_t
 * @_context: its context pointer
 */
#define DEFINE_DPC(_name, _routine, _context)				\
	struct dpc _name = DPC_INITIALIZER(_routine, _context)

void dpc_init_ip(struct dpc *dpc, dpc_routine_t routine, void *context, unsigned long ip);

/**
 * dpc_init - initialise a DPC object
 * @dpc: the object, with any content; must not be queued
 * @routine: what to call
 * @context: given to @routine
 *
 * Afterwards its importance is Medium, its target is the CPU that queues it, and it
 * is not queued.  This changes nothing but the object (Q1), with one exception: an
 * object that is queued is first taken off its queue, and the caller is reported and
 * counted in dpc_violations().
 *
 * Context: any but NMI.
 */
static __always_inline void dpc_init(struct dpc *dpc, dpc_routine_t routine, void *context)
{
	dpc_init_ip(dpc, routine, context, _THIS_IP_);
}

void dpc_init_threaded_ip(struct dpc *dpc, dpc_routine_t routine, void *context, unsigned long ip);

/**
 * dpc_init_threaded - initialise a threaded DPC object
 * @dpc: the object; must not be queued, as with dpc_init()
 * @routine: what to call
 * @context: given to @routine
 *
 * As dpc_init(), but the routine runs in its CPU's real-time thread "dpc/N".
 * Interrupts, softirqs and ordinary DPCs may preempt it there; every restriction of
 * DISPATCH holds all the same (R1).  When threaded DPCs keep that thread busy for
 * longer than 2 ms, it goes on as an ordinary thread until its queue is empty, as
 * softirqs go on in ksoftirqd.  The watchdog watches it like any DPC (B3, B4).  If
 * the module parameter threaded_dpc is off, the routine runs as an ordinary DPC, so
 * it must be right both ways (R2).
 *
 * Context: any but NMI.
 */
static __always_inline void dpc_init_threaded(struct dpc *dpc, dpc_routine_t routine,
					      void *context)
{
	dpc_init_threaded_ip(dpc, routine, context, _THIS_IP_);
}

void dpc_init_named_ip(struct dpc *dpc, dpc_routine_t routine, void *context, unsigned long ip);

/**
 * dpc_init_named - initialise a DPC object of a layer that calls a driver's routine
 * @dpc: the object; must not be queued
 * @routine: the layer's routine
 * @context: given to @routine; points to a pointer to the driver's routine, which
 *	must be valid whenever the object is queued and until @routine is called
 *
 * As dpc_init(), but traces, budgets, log and watchdog name the driver's routine and
 * not the layer's (M5).
 *
 * Context: any but NMI.
 */
static __always_inline void dpc_init_named(struct dpc *dpc, dpc_routine_t routine, void *context)
{
	dpc_init_named_ip(dpc, routine, context, _THIS_IP_);
}

/**
 * dpc_set_importance - set how urgently a DPC is to run
 * @dpc: the object
 * @importance: enum dpc_importance
 *
 * For a threaded DPC it decides only the place in the queue (R3).  A change while
 * the object is queued holds from the next queueing on (Q6).
 *
 * Context: any.
 * Return: 0, or -EINVAL if there is no such importance; then nothing changes.
 */
int dpc_set_importance(struct dpc *dpc, enum dpc_importance importance);

/**
 * dpc_set_cpu - set the CPU that a DPC is to run on
 * @dpc: the object
 * @cpu: an online CPU, or DPC_CPU_QUEUEING for the one that queues it
 *
 * A change while the object is queued holds from the next queueing on (Q6).  If
 * the CPU goes offline later, the CPU that queues takes its place until it is back.
 *
 * Context: any.
 * Return: 0; -EINVAL if there is no such CPU; -ENXIO if it is not online.  After an
 * error nothing has changed.
 */
int dpc_set_cpu(struct dpc *dpc, int cpu);

/**
 * dpc_set_serialised - choose whether a DPC may run on two CPUs at once
 * @dpc: the object; must be neither queued nor running
 * @serialised: true if its calls exclude each other
 *
 * A serialised object that is queued while its routine runs goes to the CPU that
 * runs it, whatever its target is, and runs there afterwards, as a Linux tasklet
 * would.  Any other object may run on two CPUs at once (Q10).  A serialised object
 * must stay valid until its routine has returned, so the routine must not free it.
 *
 * Context: any.
 */
void dpc_set_serialised(struct dpc *dpc, bool serialised);

/**
 * dpc_queue - queue a DPC
 * @dpc: the object
 * @arg1: first argument for the routine
 * @arg2: second argument for the routine
 *
 * The object goes to its target CPU (Q6), to the head or the tail of the queue by
 * its importance (Q3), and runs there at once or by the next tick (Q4):
 *
 * ============  =====================================  ========================
 * importance    this CPU                               another CPU
 * ============  =====================================  ========================
 * Low           if the queue is deep, or requests are  if the queue is deep
 *               rare
 * Medium        at once                                if the queue is deep
 * MediumHigh    at once                                at once
 * High          at once                                at once
 * threaded      at once                                at once
 * ============  =====================================  ========================
 *
 * What "at once" means on this CPU depends on the caller:
 *
 * - a thread with bottom halves on: the routine has run when this returns true,
 *   unless the kernel has handed softirqs to ksoftirqd (Q12);
 * - bottom halves off, a softirq, an ISR: the routine runs when the CPU leaves that;
 * - a thread with interrupts off (on PREEMPT_RT, with preemption off): the routine
 *   runs at the next interrupt or in ksoftirqd (on PREEMPT_RT, in the real-time
 *   thread "dpc_drain/N").
 *
 * While the routine runs, the object is not queued.  If it is queued then on another
 * CPU, the routine runs on two CPUs at once (Q10), unless dpc_set_serialised()
 * forbids that.
 *
 * Context: any but NMI.
 * Return: true if the object was not queued and now is.  False if it was queued
 * already; then nothing has changed and the first arguments stand (Q2).  False also
 * while dpc_cancel_sync() waits for the object.
 */
bool dpc_queue(struct dpc *dpc, void *arg1, void *arg2);

/**
 * dpc_cancel - take a DPC off its queue
 * @dpc: the object
 *
 * This never waits.  After false the routine may be running, on this CPU or
 * another; before you free what it uses, call dpc_cancel_sync().
 *
 * Context: any but NMI.
 * Return: true if the object was queued **and** its routine will not be called
 * because of that queueing; false if it was not queued, is running, or is done (Q7).
 */
bool dpc_cancel(struct dpc *dpc);

bool dpc_cancel_sync_ip(struct dpc *dpc, unsigned long ip);

/**
 * dpc_cancel_sync - cancel a DPC and wait for the end of its routine
 * @dpc: the object; must not be freed by its routine meanwhile
 *
 * On return the object is not queued and its routine runs on no CPU.  While this
 * waits, dpc_queue() of the object is refused as if it were queued, even in the
 * routine itself.  Afterwards the object can be queued again; it is up to the caller
 * that nobody does so.
 *
 * If several threads call this for one object at the same time, each waits until the
 * calls that were running have returned, and at most one of them gets true.  The
 * first one to return ends the refusal for all: if somebody queues the object from
 * then on, it can be queued or running when the others return.
 *
 * Context: a thread that may sleep.
 * Return: true if the object was queued and its routine will not be called because
 * of that queueing (Q7), else false.  In any other context the call is refused as
 * dpc_flush() is: it returns false and leaves the object as it was.
 */
static __always_inline bool dpc_cancel_sync(struct dpc *dpc)
{
	return dpc_cancel_sync_ip(dpc, _THIS_IP_);
}

bool dpc_flush_ip(struct dpc *dpc, unsigned long ip);

/**
 * dpc_flush - wait for one DPC
 * @dpc: the object; must not be freed by its routine meanwhile
 *
 * Returns when each call of its routine that was queued or running before has
 * finished or was cancelled, on every CPU.  It does not wait for calls that are
 * queued later (Q8).  It may also wait for other objects in the same queues.
 *
 * Context: a thread that may sleep.
 * Return: true if there was something to wait for.  In a DPC, at DISPATCH or above,
 * or under a lock the call is refused: it returns false, and is reported and counted
 * in dpc_violations().
 */
static __always_inline bool dpc_flush(struct dpc *dpc)
{
	return dpc_flush_ip(dpc, _THIS_IP_);
}

int dpc_flush_all_ip(unsigned long ip);

/**
 * dpc_flush_all - wait for every DPC that is queued or running now
 *
 * Returns when each DPC that was queued on any CPU before the call has
 * finished or was cancelled, running ones and threaded ones included.  It does not
 * wait for DPCs that are queued later, so a routine that queues itself does not hold
 * it up (Q8); meanwhile, later ones of High importance go behind the earlier ones.
 *
 * Context: a thread that may sleep; not a CPU hotplug callback that runs for a
 * CPU that has just died.
 * Return: 0; -EDEADLK if the call is refused as dpc_flush() is, without waiting.
 */
static __always_inline int dpc_flush_all(void)
{
	return dpc_flush_all_ip(_THIS_IP_);
}

int dpc_call_all_ip(dpc_routine_t routine, void *context, unsigned long ip);

/**
 * dpc_call_all - call a routine once on every online CPU at DISPATCH
 * @routine: what to call.  Its first argument is for dpc_call_all_done(), its
 *	second for dpc_call_all_synchronize().
 * @context: given to @routine
 *
 * The calls go ahead of the queued DPCs.  This returns when all of them have
 * returned; no CPU goes online or offline meanwhile (Q17).
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK elsewhere, in a DPC for example.  Then @routine was called
 * nowhere, and the caller is reported and counted in dpc_violations().
 */
static __always_inline int dpc_call_all(dpc_routine_t routine, void *context)
{
	return dpc_call_all_ip(routine, context, _THIS_IP_);
}

bool dpc_call_all_synchronize_ip(void *arg2, unsigned long ip);

/**
 * dpc_call_all_synchronize - wait until every CPU has come here
 * @arg2: the routine's second argument
 *
 * A routine may call this several times; each call is a round.  It does not wait for
 * a CPU whose routine has said "done" or has returned.
 *
 * All other CPUs stand still meanwhile, wherever they were interrupted.  So a lock
 * that a thread holds with bottom halves on (a plain spin_lock()) must not be one
 * that another CPU waits for with bottom halves off.  Windows has no such lock.
 *
 * Context: the routine that dpc_call_all() calls, before it says "done".  Spins.
 * Return: true on exactly one CPU per round.  In any other context false at once, and
 * the caller is reported and counted in dpc_violations().
 */
static __always_inline bool dpc_call_all_synchronize(void *arg2)
{
	return dpc_call_all_synchronize_ip(arg2, _THIS_IP_);
}

void dpc_call_all_done_ip(void *arg1, unsigned long ip);

/**
 * dpc_call_all_done - this CPU's part is done
 * @arg1: the routine's first argument
 *
 * A routine that returns without this has said it by returning.
 *
 * Context: the routine that dpc_call_all() calls.  Elsewhere this does nothing, and
 * the caller is reported and counted in dpc_violations().
 */
static __always_inline void dpc_call_all_done(void *arg1)
{
	dpc_call_all_done_ip(arg1, _THIS_IP_);
}

/**
 * dpc_is_executing - whether the caller is inside a DPC routine
 *
 * Context: any.
 * Return: true inside a DPC routine, ordinary or threaded, and in the functions that
 * it calls; false in code that merely has bottom halves off, and in an interrupt that
 * hit a routine (Q13).
 */
bool dpc_is_executing(void);

/**
 * dpc_violations - how often drivers have broken a rule
 *
 * Counts, for all drivers since the module was loaded:
 *
 * - ISRs and DPC routines that returned with another preempt count, with interrupts
 *   in another state or (on a lockdep kernel) with a lock held, and threaded DPCs
 *   that slept (Q15);
 * - calls that wait, where the caller may not sleep or would wait for itself (Q8);
 * - calls at a level, or in an order, that the function does not allow: of levels and
 *   locks (S2, S3, S5), of an interrupt's lock (S1), of a device queue (P3), of the
 *   functions for dpc_call_all() (Q17), and requests for a DPC or a work item in an
 *   interrupt that may not make them (W4);
 * - objects that are initialised, connected or destroyed while they are in use (Q1,
 *   T6), and objects that a module has not ended before it goes (I6).
 *
 * The log names the driver's function each time, at a limited rate.  What takes too
 * long is not counted here; see dpc_watchdog_violations().  The kernel itself watches
 * work routines.
 *
 * Context: any.
 * Return: the count.
 */
u64 dpc_violations(void);

/**
 * dpc_is_queued - whether the object was queued a moment ago
 * @dpc: the object
 *
 * The answer can be outdated when it arrives; for anything but diagnostics use the
 * return values of dpc_queue() and dpc_cancel().
 *
 * Context: any.
 * Return: true if it was queued.
 */
static inline bool dpc_is_queued(const struct dpc *dpc)
{
	u32 queued_on = READ_ONCE(dpc->queued_on);

	return queued_on && queued_on != DPC_CANCELLING;
}

#endif /* _LINUX_DPC_H */
