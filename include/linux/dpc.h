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
 * priority may preempt it.
 */
typedef void (*dpc_routine_t)(struct dpc *dpc, void *context, void *arg1, void *arg2);

/**
 * enum dpc_importance - where in the queue a DPC goes, and how urgently
 * @DPC_IMPORTANCE_LOW: Low
 * @DPC_IMPORTANCE_MEDIUM: Medium, what dpc_init() sets (Q1)
 * @DPC_IMPORTANCE_MEDIUM_HIGH: MediumHigh
 * @DPC_IMPORTANCE_HIGH: High
 *
 * Part of the object's initial state (Q1).  The queue is first in, first out
 * for all of them so far.
 */
enum dpc_importance {
	DPC_IMPORTANCE_LOW,
	DPC_IMPORTANCE_MEDIUM,
	DPC_IMPORTANCE_MEDIUM_HIGH,
	DPC_IMPORTANCE_HIGH,
};

#define DPC_CPU_QUEUEING	(-1)	/* target: the CPU that queues it, so far the only one */

/*
 * struct dpc - the life of the object
 *
 *   state     queued_on  on a list  who may move it on
 *   --------  ---------  ---------  ---------------------------------------
 *   idle      0          no         dpc_queue(): idle -> queued
 *   queued    cpu + 1    yes        drain: queued -> idle, then calls routine
 *                                   dpc_cancel(): queued -> idle, no call
 *   running   (idle)     no         the object is idle again before its
 *                                   routine is called, so it can be queued,
 *                                   run on a second CPU, or be freed
 *
 * Field legend:
 *   C  set by dpc_init(), read by the queueing CPU and the drain
 *   Q  written under the lock of the queue that the object is on
 *   X  0 -> cpu + 1 by cmpxchg under the lock of that CPU's queue, back to 0
 *      under the same lock: who holds that lock and reads cpu + 1 knows that
 *      the object is on this list.  Read without a lock it is a hint.
 */
struct dpc {
	/* private: */
	struct list_head	node;		/* Q */
	dpc_routine_t		routine;	/* C */
	void			*context;	/* C */
	void			*arg1;		/* Q */
	void			*arg2;		/* Q */
	unsigned int		queued_on;	/* X */
	int			cpu;		/* C, target or DPC_CPU_QUEUEING */
	u8			importance;	/* C, enum dpc_importance */
	u8			flags;		/* C, DPC_F_* */
	u8			colour;		/* Q, flush generation */
};

/* The owner does its own accounting and tracing around the routine. */
#define DPC_F_UNACCOUNTED	0x01

#define DPC_INITIALIZER(_name, _routine, _context) {			\
	.node		= LIST_HEAD_INIT((_name).node),			\
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
	struct dpc _name = DPC_INITIALIZER(_name, _routine, _context)

void dpc_init(struct dpc *dpc, dpc_routine_t routine, void *context);
bool dpc_queue(struct dpc *dpc, void *arg1, void *arg2);
bool dpc_cancel(struct dpc *dpc);
void dpc_flush_all(void);
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
	return READ_ONCE(dpc->queued_on);
}

#endif /* _LINUX_DPC_H */
