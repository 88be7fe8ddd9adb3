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

/* What an interrupt object has called instead; module/core/drain.c tells how. */
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
 *   state       queued_on       on a list  who may move it on
 *   ----------  --------------  ---------  ------------------------------------
 *   idle        0               no         dpc_queue(): idle -> queued
 *                                          dpc_cancel_sync(): -> cancelling
 *   queued      id of a queue   yes        drain: queued -> idle, calls routine
 *                                          dpc_cancel(): queued -> idle, no call
 *                                          dpc_cancel_sync(): -> cancelling
 *   running     (idle)          no         the object is idle again before its
 *                                          routine is called, so it can be
 *                                          queued, run on a second CPU, be freed
 *   cancelling  DPC_CANCELLING  no         dpc_cancel_sync(): -> idle, when no
 *                                          CPU runs the routine any more
 *
 * Field legend:
 *   C  set by dpc_init() and its like, read by the queueing CPU and the drain
 *   S  WRITE_ONCE() by a setter at any time, READ_ONCE() when queueing: a change
 *      holds from the next queueing on (Q6)
 *   Q  written under the lock of the queue that the object is on
 *   X  0 -> id under the lock of that queue, by cmpxchg (with DPC_F_OWNED by the
 *      owner, who has a lock of its own for it), back to 0 under the same lock:
 *      who holds that lock and reads its id knows that the object is on this list.
 *      Read without a lock it is a hint.
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

/* Of the core's own: @owned is called, and does its own accounting and tracing. */
#define DPC_F_OWNED		0x01
/* Runs in the real-time thread, unless threaded DPCs are switched off. */
#define DPC_F_THREADED		0x02
/* Never runs on two CPUs at once. */
#define DPC_F_SERIALISED	0x04
/* Not a DPC: the place up to which a flush waits. */
#define DPC_F_MARK		0x08
/* @context points to the address of the routine to be named; see dpc_init_named(). */
#define DPC_F_NAMED		0x10
/* The routine is the core's own, and does the accounting and tracing of what it calls. */
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
 * @dpc: the object; must not be queued: one that is gets cancelled, and the caller
 *	is reported and counted in dpc_violations()
 * @routine: what to call
 * @context: given to @routine
 *
 * Importance is Medium, the target is the CPU that queues it, it is not
 * queued.  Touches nothing but the object (Q1).
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
 * As dpc_init(), but the routine runs in its CPU's real-time thread "dpc/N",
 * where interrupts, softirqs and ordinary DPCs may preempt it, under every
 * restriction of DISPATCH all the same (R1).  When threaded DPCs keep that thread
 * busy for longer than 2 ms, it goes on as an ordinary thread until its queue is
 * empty, as softirqs go on in ksoftirqd.  The watchdog watches it like any DPC (B3,
 * B4).  Where the module parameter threaded_dpc is off it runs as an ordinary DPC,
 * so it must be right both ways (R2).
 *
 * Context: any.
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
 * Context: any.
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
 * Of a threaded DPC it decides the place in the queue alone (R3).  While the
 * object is queued, this holds from the next queueing on (Q6).
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
 * While the object is queued, this holds from the next queueing on (Q6).  If
 * the CPU goes offline later, the CPU that queues is taken until it is back.
 *
 * Context: any.
 * Return: 0; -EINVAL if there is no such CPU; -ENXIO if it is not online.  On
 * error nothing changes.
 */
int dpc_set_cpu(struct dpc *dpc, int cpu);

/**
 * dpc_set_serialised - have a DPC never run on two CPUs at once
 * @dpc: the object; must be neither queued nor running
 * @serialised: whether its calls exclude each other
 *
 * Queued while its routine runs, such an object goes to the CPU that runs it,
 * whatever its target is, and runs there afterwards, as a Linux tasklet would.
 * Without this an object may run on two CPUs at once (Q10).  Unlike others it
 * must stay valid until its routine has returned: the routine must not free it.
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
 * It goes to its target CPU (Q6), at the head or the tail by its importance
 * (Q3), and is run there at once or by the next tick (Q4):
 *
 * ============  =====================================  ========================
 * importance    this CPU                               another CPU
 * ============  =====================================  ========================
 * Low           if the queue is deep or few come       if the queue is deep
 * Medium        at once                                if the queue is deep
 * MediumHigh    at once                                at once
 * High          at once                                at once
 * threaded      at once                                at once
 * ============  =====================================  ========================
 *
 * At once on this CPU means: called from a thread with bottom halves on, the
 * routine has run when this returns true, unless the drain was handed to
 * ksoftirqd (Q12).  Called with bottom halves off, from a softirq or from an
 * ISR, it runs when the CPU leaves that.  Called from a thread with interrupts
 * off (on PREEMPT_RT: with preemption off), it runs at the next interrupt, or
 * in ksoftirqd (on PREEMPT_RT: in the real-time thread).
 *
 * While the routine runs, the object is not queued: queueing it then, on
 * another CPU, makes the routine run on two CPUs at once (Q10), unless
 * dpc_set_serialised() forbids it.
 *
 * Context: any but NMI.
 * Return: true if it was not queued and now is; false if it was queued
 * already, and then nothing has changed and the first arguments stand (Q2).
 * False as well while dpc_cancel_sync() waits for it.
 */
bool dpc_queue(struct dpc *dpc, void *arg1, void *arg2);

/**
 * dpc_cancel - take a DPC off its queue
 * @dpc: the object
 *
 * Never waits.  After false the routine may be running, on this CPU or
 * another; before freeing what it uses, use dpc_cancel_sync().
 *
 * Context: any but NMI.
 * Return: true if it was queued **and** its routine will not be called because
 * of that queueing; false if it was not queued, is running, or is done (Q7).
 */
bool dpc_cancel(struct dpc *dpc);

bool dpc_cancel_sync_ip(struct dpc *dpc, unsigned long ip);

/**
 * dpc_cancel_sync - cancel a DPC and wait for the end of its routine
 * @dpc: the object; must not be freed by its routine meanwhile
 *
 * On return the object is not queued and its routine runs on no CPU.  While
 * this waits, dpc_queue() of the object is refused as if it were queued, from
 * the routine itself as well.  Afterwards the object can be queued as ever:
 * that nobody does so is the caller's business.  Of several at once each waits.
 *
 * Context: a thread that may sleep.
 * Return: true if it was queued and its routine will not be called because of
 * that queueing, as dpc_cancel() does.  Elsewhere it is refused, as dpc_flush():
 * it returns false, and the object is what it was.
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
 * finished or was cancelled, on every CPU.  Calls queued later are not waited
 * for (Q8).  May also wait for other objects in the same queues.
 *
 * Context: a thread that may sleep.
 * Return: true if there was something to wait for.  From a DPC, at DISPATCH or
 * above, or under a lock it is refused and returns false; see dpc_violations().
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
 * finished or was cancelled, running ones and threaded ones included.  DPCs
 * queued later are not waited for, so routines that queue themselves don't
 * hold it up (Q8); of High importance they are kept behind the others meanwhile.
 *
 * Context: a thread that may sleep; not a CPU hotplug callback that runs for a
 * CPU that has just died.
 * Return: 0; -EDEADLK if it is refused, as dpc_flush(): nothing was waited for.
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
 * The calls go ahead of what is queued.  Returns when all have returned; no CPU
 * comes or goes meanwhile (Q17).
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK if it is refused, in a DPC for one: then @routine was called
 * nowhere; see dpc_violations().
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
 * May be called several times; each is a round.  A CPU whose routine has said
 * "done", or has returned, is not waited for.
 *
 * All other CPUs stand still meanwhile, wherever they were interrupted.  So what
 * a thread holds with bottom halves on (a plain spin_lock()) must not be what
 * another CPU waits for with bottom halves off.  On Windows no such lock exists.
 *
 * Context: the routine that dpc_call_all() calls, before it says "done".  Spins.
 * Return: true on exactly one CPU per round.  Elsewhere false at once, reported and
 * counted in dpc_violations().
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
 * Context: the routine that dpc_call_all() calls.  Elsewhere it is reported, counted
 * in dpc_violations(), and does nothing.
 */
static __always_inline void dpc_call_all_done(void *arg1)
{
	dpc_call_all_done_ip(arg1, _THIS_IP_);
}

/**
 * dpc_is_executing - whether the caller is inside a DPC routine
 *
 * Context: any.
 * Return: true inside a routine that the drain called, ordinary or threaded,
 * and in what that calls; false in code that merely has bottom halves off, and
 * in an interrupt that hit a routine (Q13).
 */
bool dpc_is_executing(void);

/**
 * dpc_violations - what drivers have done wrong
 *
 * Counts, for all drivers since the module was loaded, calls of ISRs and DPC
 * routines that came back with a changed preempt count, with interrupts in
 * another state, or (on a lockdep kernel) with a lock held (Q15), and calls of
 * exports at a level or in an order that they are not made for (S2, S3, S5, P3), and
 * of exports that wait, where the caller would wait for itself or may not sleep.
 * The log names the first ones.  The kernel itself watches work routines.
 *
 * Context: any.
 * Return: the count.
 */
u64 dpc_violations(void);

/**
 * dpc_is_queued - whether the object was queued a moment ago
 * @dpc: the object
 *
 * Context: any.  The answer can be outdated when it arrives; for anything but
 * diagnostics use the return values of dpc_queue() and dpc_cancel().
 *
 * Return: true if it was queued.
 */
static inline bool dpc_is_queued(const struct dpc *dpc)
{
	u32 queued_on = READ_ONCE(dpc->queued_on);

	return queued_on && queued_on != DPC_CANCELLING;
}

#endif /* _LINUX_DPC_H */
