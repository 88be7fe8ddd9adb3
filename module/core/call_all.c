// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call on every online CPU at DISPATCH, with a barrier (Q17).
 *
 * Field legend of struct dpc_call_all:
 *   C  constant during a call
 *   L  under @lock
 *   A  see dpc_call_all_synchronize()
 */
#include "check.h"
#include "wait.h"

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/dpc.h>
#include <linux/module.h>

static struct {
	dpc_routine_t		routine;	/* C */
	void			*context;	/* C */
	raw_spinlock_t		lock;
	unsigned int		taking_part;	/* L, CPUs that have not said "done" */
	unsigned int		arrived;	/* L, CPUs at the barrier */
	u32			round;		/* A */
	bool			last_unnamed;	/* A */
	struct completion	done;
} dpc_call_all_state = {
	.lock	= __RAW_SPIN_LOCK_UNLOCKED(dpc_call_all_state.lock),
	.done	= COMPLETION_INITIALIZER(dpc_call_all_state.done),
};

/* One call at a time; the state above and the objects belong to it. */
static DEFINE_MUTEX(dpc_call_all_mutex);
static DEFINE_PER_CPU(struct dpc, dpc_call_all_dpc);

/* The task in whose context the routine runs on this CPU, or NULL.  Own CPU only. */
static DEFINE_PER_CPU(struct task_struct *, dpc_call_all_task);

/* Whether this CPU's routine has said "done".  Own CPU only. */
static DEFINE_PER_CPU(bool, dpc_call_all_said_done);

/*
 * Whether the caller is the routine.  No other code may stand at the barrier: it is
 * not counted, so that code and the routines would wait for one another.
 */
static bool dpc_call_all_inside(unsigned long caller, const char *function)
{
	char what[80];

	if (likely(this_cpu_read(dpc_call_all_task) == current && !in_hardirq() && !in_nmi()))
		return true;
	scnprintf(what, sizeof(what), "calls %s() outside of a routine of dpc_call_all()",
		  function);
	dpc_misuse(caller, what);
	return false;
}

/* Let everybody at the barrier go on. */
static void dpc_call_all_release_locked(void)
{
	dpc_call_all_state.arrived = 0;
	/* Pairs with smp_load_acquire() in dpc_call_all_synchronize(). */
	smp_store_release(&dpc_call_all_state.round, dpc_call_all_state.round + 1);
}

/* dpc_call_all_synchronize() in the name of the code at @ip. */
bool dpc_call_all_synchronize_ip(void *arg2, unsigned long ip)
{
	unsigned long flags;
	bool last;
	u32 round;

	if (!dpc_call_all_inside(ip, "dpc_call_all_synchronize"))
		return false;
	if (this_cpu_read(dpc_call_all_said_done)) {
		dpc_misuse(ip, "waits for the other CPUs after it has said \"done\"");
		return false;
	}

	raw_spin_lock_irqsave(&dpc_call_all_state.lock, flags);
	round = dpc_call_all_state.round;
	last = ++dpc_call_all_state.arrived == dpc_call_all_state.taking_part;
	if (last)
		dpc_call_all_release_locked();
	raw_spin_unlock_irqrestore(&dpc_call_all_state.lock, flags);
	if (last)
		return true;

	/* Pairs with smp_store_release() in dpc_call_all_release_locked(). */
	while (smp_load_acquire(&dpc_call_all_state.round) == round)
		cpu_relax();
	/* If the CPU that all waited for has left, one of the others is "last". */
	return READ_ONCE(dpc_call_all_state.last_unnamed) &&
	       xchg(&dpc_call_all_state.last_unnamed, false);
}
EXPORT_SYMBOL_GPL(dpc_call_all_synchronize_ip);

static void dpc_call_all_leave(void)
{
	unsigned long flags;
	bool all;

	if (this_cpu_read(dpc_call_all_said_done))
		return;
	this_cpu_write(dpc_call_all_said_done, true);

	raw_spin_lock_irqsave(&dpc_call_all_state.lock, flags);
	all = !--dpc_call_all_state.taking_part;
	if (!all && dpc_call_all_state.arrived == dpc_call_all_state.taking_part) {
		WRITE_ONCE(dpc_call_all_state.last_unnamed, true);
		dpc_call_all_release_locked();
	}
	raw_spin_unlock_irqrestore(&dpc_call_all_state.lock, flags);
}

/* dpc_call_all_done() in the name of the code at @ip. */
void dpc_call_all_done_ip(void *arg1, unsigned long ip)
{
	if (dpc_call_all_inside(ip, "dpc_call_all_done"))
		dpc_call_all_leave();
}
EXPORT_SYMBOL_GPL(dpc_call_all_done_ip);

static atomic_t dpc_call_all_running;

static void dpc_call_all_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	this_cpu_write(dpc_call_all_said_done, false);
	this_cpu_write(dpc_call_all_task, current);
	dpc_call_all_state.routine(dpc, dpc_call_all_state.context, arg1, arg2);
	this_cpu_write(dpc_call_all_task, NULL);
	dpc_call_all_leave();
	/* Only now nothing of this call is used any more. */
	if (atomic_dec_and_test(&dpc_call_all_running))
		complete(&dpc_call_all_state.done);
}

/* dpc_call_all() in the name of the code at @ip. */
int dpc_call_all_ip(dpc_routine_t routine, void *context, unsigned long ip)
{
	unsigned int cpu;

	if (!dpc_may_wait(ip, "dpc_call_all"))
		return -EDEADLK;
	might_sleep();

	mutex_lock(&dpc_call_all_mutex);
	cpus_read_lock();
	dpc_call_all_state.routine = routine;
	dpc_call_all_state.context = context;
	dpc_call_all_state.taking_part = num_online_cpus();
	dpc_call_all_state.arrived = 0;
	dpc_call_all_state.last_unnamed = false;
	atomic_set(&dpc_call_all_running, num_online_cpus());
	reinit_completion(&dpc_call_all_state.done);

	/* This CPU must not stand at the barrier before all others are asked. */
	local_bh_disable();
	for_each_online_cpu(cpu) {
		struct dpc *dpc = per_cpu_ptr(&dpc_call_all_dpc, cpu);

		dpc_init_named(dpc, dpc_call_all_routine, &dpc_call_all_state.routine);
		dpc_set_importance(dpc, DPC_IMPORTANCE_HIGH);
		dpc_set_cpu(dpc, cpu);
		dpc_queue(dpc, &dpc_call_all_state, &dpc_call_all_state);
	}
	local_bh_enable();

	wait_for_completion(&dpc_call_all_state.done);
	cpus_read_unlock();
	mutex_unlock(&dpc_call_all_mutex);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_call_all_ip);
