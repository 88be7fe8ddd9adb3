// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DPC object: set it up, queue it.
 */
#include "check.h"
#include "dispatch.h"
#include "dpc.h"
#include "enqueue.h"
#include "stats.h"

#include "../compat.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <trace/events/dpc.h>

/* Off turns every threaded DPC into an ordinary one (R2). */
bool dpc_threaded_enabled = true;
EXPORT_SYMBOL_IF_KUNIT(dpc_threaded_enabled);

/* dpc_init() in the name of @caller. */
static void dpc_init_from(struct dpc *dpc, dpc_routine_t routine, void *context,
			  unsigned long caller)
{
	/* Its queue would end here, and its CPU hang. */
	if (unlikely(dpc_queues_have(dpc))) {
		dpc_misuse(caller, "initialises a DPC that is queued: cancelled");
		dpc_cancel(dpc);
	}
	dpc_debug_init(dpc);

	/* Q18: the size of the NT object on 64 bits, one cache line. */
	BUILD_BUG_ON(sizeof(struct dpc) > 64);
	BUILD_BUG_ON(CONFIG_NR_CPUS > S16_MAX);

	*dpc = (struct dpc)DPC_INITIALIZER(routine, context);
}

/* dpc_init() in the name of the code at @ip. */
void dpc_init_ip(struct dpc *dpc, dpc_routine_t routine, void *context, unsigned long ip)
{
	dpc_init_from(dpc, routine, context, ip);
}
EXPORT_SYMBOL_GPL(dpc_init_ip);

/* dpc_init_threaded() in the name of the code at @ip. */
void dpc_init_threaded_ip(struct dpc *dpc, dpc_routine_t routine, void *context, unsigned long ip)
{
	dpc_init_from(dpc, routine, context, ip);
	dpc->flags = DPC_F_THREADED;
}
EXPORT_SYMBOL_GPL(dpc_init_threaded_ip);

/* dpc_init_named() in the name of the code at @ip. */
void dpc_init_named_ip(struct dpc *dpc, dpc_routine_t routine, void *context, unsigned long ip)
{
	dpc_init_from(dpc, routine, context, ip);
	dpc->flags = DPC_F_NAMED;
}
EXPORT_SYMBOL_GPL(dpc_init_named_ip);

int dpc_set_importance(struct dpc *dpc, enum dpc_importance importance)
{
	if ((u32)importance > DPC_IMPORTANCE_HIGH)
		return -EINVAL;
	WRITE_ONCE(dpc->importance, importance);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_set_importance);

int dpc_set_cpu(struct dpc *dpc, int cpu)
{
	if (cpu != DPC_CPU_QUEUEING) {
		if (cpu < 0 || cpu >= nr_cpu_ids || !cpu_possible(cpu))
			return -EINVAL;
		if (!cpu_online(cpu))
			return -ENXIO;
	}
	WRITE_ONCE(dpc->cpu, cpu);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_set_cpu);

void dpc_set_serialised(struct dpc *dpc, bool serialised)
{
	if (serialised)
		dpc->flags |= DPC_F_SERIALISED;
	else
		dpc->flags &= ~DPC_F_SERIALISED;
}
EXPORT_SYMBOL_GPL(dpc_set_serialised);

/*
 * The queue that @dpc is to go to, unless it is serialised and runs.  Interrupts
 * are off, which keeps a CPU that is online from going away.
 */
static struct dpc_cpu_queue *dpc_target(const struct dpc *dpc)
{
	struct dpc_cpu_queue *here = raw_cpu_ptr(dpc_cpu_queues);
	int cpu = READ_ONCE(dpc->cpu);
	enum dpc_queue_kind kind;

	if (likely(cpu == DPC_CPU_QUEUEING && !(dpc->flags & DPC_F_THREADED)))
		return &here[DPC_QUEUE_ORDINARY];

	kind = (dpc->flags & DPC_F_THREADED) && READ_ONCE(dpc_threaded_enabled) ?
	       DPC_QUEUE_THREADED : DPC_QUEUE_ORDINARY;
	if (cpu == DPC_CPU_QUEUEING || !cpu_online(cpu))
		return &here[kind];
	return dpc_queue_of(cpu, kind);
}

/* dpc_claim() for a serialised object: where it runs, if it does. */
static bool dpc_claim_serialised(struct dpc *dpc, struct dpc_cpu_queue **locked)
	__acquires(&(*locked)->lock)
{
	for (;;) {
		u32 running_on = READ_ONCE(dpc->running_on);
		struct dpc_cpu_queue *q;
		int claimed;

		q = running_on ? dpc_queue_by_id(running_on) : dpc_target(dpc);
		/* Off since we looked: then it does not run there any more. */
		if (unlikely(running_on && !cpu_online(q->cpu)))
			continue;
		*locked = q;
		dpc_queue_lock(q);
		claimed = dpc_claim_serialised_locked(q, dpc, running_on);
		if (claimed >= 0)
			return claimed;
		dpc_queue_unlock(q);
		cpu_relax();
	}
}

/*
 * Claim @dpc for the queue that it is to go to, and lock that.
 * Return: true if it was claimed; the queue is locked in any case.
 */
static bool dpc_claim(struct dpc *dpc, struct dpc_cpu_queue **locked)
	__acquires(&(*locked)->lock)
{
	struct dpc_cpu_queue *q;

	if (unlikely(dpc->flags & DPC_F_SERIALISED))
		return dpc_claim_serialised(dpc, locked);
	q = dpc_target(dpc);
	*locked = q;
	dpc_queue_lock(q);
	return dpc_claim_locked(q, dpc);
}

static noinline bool dpc_queue_irqoff(struct dpc *dpc, void *arg1, void *arg2, bool traced)
{
	/* Once queued, the object may be cancelled and freed by another CPU. */
	enum dpc_importance importance = READ_ONCE(dpc->importance);
	void *function = dpc_function(dpc);
	enum dpc_request request = DPC_REQUEST_NONE;
	struct dpc_cpu_queue *q;
	bool queued;

	queued = dpc_claim(dpc, &q);
	if (queued) {
		dpc->arg1 = arg1;
		dpc->arg2 = arg2;
		request = dpc_enqueue_unlock(q, dpc, importance, q->kind,
					     q->cpu == smp_processor_id());
	} else {
		dpc_queue_unlock(q);
	}

	if (traced)
		trace_dpc_queue(q->kind == DPC_QUEUE_THREADED ? &dpc_threaded_stats :
				&dpc_unbound_stats, 0, 0, function, queued);
	dpc_request(q, request);
	return queued;
}

static noinline bool dpc_queue_slow(struct dpc *dpc, void *arg1, void *arg2)
{
	unsigned long flags;
	bool queued;

	local_irq_save(flags);
	queued = dpc_queue_irqoff(dpc, arg1, arg2, !(dpc->flags & DPC_F_OWNED));
	local_irq_restore(flags);
	return queued;
}

/* dpc_queue() at DISPATCH or above; the caller has an event of its own for it. */
bool dpc_queue_untraced(struct dpc *dpc, void *arg1, void *arg2)
{
	unsigned long flags;
	bool queued;

	local_irq_save(flags);
	queued = dpc_queue_irqoff(dpc, arg1, arg2, false);
	local_irq_restore(flags);
	return queued;
}

/* The common case: all settings as dpc_init() left them.  One compare covers it. */
#define DPC_USUAL	(((struct dpc)DPC_INITIALIZER(NULL, NULL)).how)

/*
 * dpc_queue() at the level that the caller is at, or was raised to.
 *
 * The rule is an ordinary DPC of Medium importance for the CPU that queues it, and
 * no trace.  All that it costs is here; dpc_queue_irqoff() does the same for all.
 */
static __always_inline bool dpc_queue_fast(struct dpc *dpc, void *arg1, void *arg2)
{
	enum dpc_request request;
	struct dpc_cpu_queue *q;
	unsigned long flags;
	bool queued = true;
	u32 idle = 0;

	if (unlikely(READ_ONCE(dpc->how) != DPC_USUAL || trace_dpc_queue_enabled()))
		return dpc_queue_slow(dpc, arg1, arg2);

	local_irq_save(flags);
	q = raw_cpu_ptr(&dpc_cpu_queues[DPC_QUEUE_ORDINARY]);
	if (unlikely(!dpc_queue_trylock(q)))
		goto any;
	__acquire(&q->lock);
	/* As dpc_claim_locked(), which knows what to do if this fails. */
	if (unlikely(!try_cmpxchg(&dpc->queued_on, &idle, q->id)))	/* [D] in queue.c */
		goto unlock;
	dpc->arg1 = arg1;
	dpc->arg2 = arg2;
	request = dpc_enqueue_unlock(q, dpc, DPC_IMPORTANCE_MEDIUM, DPC_QUEUE_ORDINARY, true);
	if (request == DPC_REQUEST_DRAIN) {
		dpc_kick_fast_restore(q, flags);
	} else {
		dpc_request(q, request);
		local_irq_restore(flags);
	}
	/* Keeps gcc from holding the outcome of the trylock in a register to return it. */
	OPTIMIZER_HIDE_VAR(queued);
	return queued;

unlock:
	dpc_queue_unlock(q);
any:
	local_irq_restore(flags);
	return dpc_queue_slow(dpc, arg1, arg2);
}

/* From a thread that is not at DISPATCH: what it queues has run on return (Q12). */
static noinline bool dpc_queue_raised(struct dpc *dpc, void *arg1, void *arg2)
{
	bool queued = dpc_queue_fast(dpc, arg1, arg2);

	dpc_lower_level(true);
	return queued;
}

bool dpc_queue(struct dpc *dpc, void *arg1, void *arg2)
{
	if (dpc_raise_level())
		return dpc_queue_raised(dpc, arg1, arg2);
	return dpc_queue_fast(dpc, arg1, arg2);
}
EXPORT_SYMBOL_GPL(dpc_queue);
