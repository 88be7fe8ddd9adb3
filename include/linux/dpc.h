/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deferred procedure calls with the documented Windows semantics.
 *
 * The rule numbers (Q1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_H
#define _LINUX_DPC_H

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

void dpc_init(struct dpc *dpc, dpc_routine_t routine, void *context);
void dpc_init_threaded(struct dpc *dpc, dpc_routine_t routine, void *context);
int dpc_set_importance(struct dpc *dpc, enum dpc_importance importance);
int dpc_set_cpu(struct dpc *dpc, int cpu);
void dpc_set_serialised(struct dpc *dpc, bool serialised);

bool dpc_queue(struct dpc *dpc, void *arg1, void *arg2);
bool dpc_cancel(struct dpc *dpc);
bool dpc_cancel_sync(struct dpc *dpc);
bool dpc_flush(struct dpc *dpc);
int dpc_flush_all(void);

int dpc_call_all(dpc_routine_t routine, void *context);
bool dpc_call_all_synchronize(void *arg2);
void dpc_call_all_done(void *arg1);

bool dpc_is_executing(void);
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
