// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of drivers' routines: the accounting of those that are not short, or are traced; and
 * the call of a DPC that the drain does not make in line.
 */
#include "call.h"
#include "check.h"
#include "run.h"

#include <linux/irqflags.h>
#include <linux/sched.h>

static noinline void dpc_stats_slow_isr(struct dpc_interrupt *intr, u64 ticks, u64 ns)
{
	const struct dpc_served served = {
		.first = intr->seq,
		.last = intr->seq,
		.count = 1,
	};

	dpc_stats_slow(&intr->stats, DPC_STAGE_ISR, ticks, ns, &served, intr->named.isr);
}

/* dpc_account_isr() where dpc_stats_fast() does not do, and the event. */
irqreturn_t dpc_account_isr_slow(struct dpc_interrupt *intr, u64 ticks, bool handled)
{
	struct dpc_stats_block *block = dpc_stats_this_cpu(&intr->stats, DPC_STAGE_ISR);
	u64 ns = dpc_clock_ns(ticks);

	trace_dpc_isr_exit(&intr->stats, intr->seq, intr->named.isr, ns, handled);
	if (!handled)
		return dpc_isr_number(intr, handled);
	if (dpc_stats_is_fast(block, ticks))
		dpc_stats_exact(block, ns);
	else
		dpc_stats_slow_isr(intr, ticks, ns);
	return IRQ_HANDLED;
}

/* dpc_account_wait() where dpc_stats_fast() does not do, and the event. */
void dpc_account_wait_slow(struct dpc_stats *stats, const struct dpc_served *served, u64 isr_end,
			   u64 start, void *function)
{
	u64 wait = 0, ns;

	/* Where the ISR was not timed, nor is the wait. */
	if (served->count && !served->isr_start)
		return;
	/* An ISR that has ended since @start was read, here or on another CPU. */
	if (isr_end > start)
		start = dpc_clock();
	if (isr_end)
		wait = dpc_clock_between(isr_end, start);
	ns = dpc_clock_ns(wait);
	trace_dpc_entry(stats, served->last, served->first, function, ns, served->count);
	if (served->count)
		dpc_stats_count(stats, DPC_STAGE_ISR_TO_DPC, wait, ns, served, function);
}

/* dpc_account_call() where dpc_stats_fast() does not do, and the event. */
void dpc_account_call_slow(struct dpc_stats *stats, const struct dpc_served *served, u64 ticks,
			   void *function)
{
	u64 ns = dpc_clock_ns(ticks);

	trace_dpc_exit(stats, served->last, served->first, function, ns);
	dpc_stats_count(stats, DPC_STAGE_DPC, ticks, ns, served, function);
}

/*
 * A threaded routine has slept (Q15, R1).  Nothing else notices: where it runs,
 * sleeping is possible.  On PREEMPT_RT it may: spinlocks sleep there.
 */
void dpc_slept(void *function)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		dpc_misuse((unsigned long)function, "slept: a threaded DPC must not");
}

/* Make @call and account for it; dpc_drain_one() is the fast variant.  Interrupts are on. */
void dpc_call(struct dpc_run *run, const struct dpc_call *call)
{
	struct dpc_stats *of_queue = run->stats;
	unsigned long sleeps = current->nvcsw;
	bool accounts = dpc_accounts();
	struct dpc_level level;
	unsigned long flags;
	u64 start, end, ticks;

	/* With model "hardirq", a hard interrupt counts in these blocks as well. */
	if (accounts) {
		local_irq_save(flags);
		dpc_account_wait_slow(call->stats, &call->served, call->served.stage_end,
				      dpc_clock(), call->function);
		local_irq_restore(flags);
	}
	dpc_level_save(&level, false);
	start = dpc_clock();
	dpc_run_call(run, call->stats, call->function, start);
	end = dpc_level_call(&level, call->stats, "DPC", call->function, true,
			     call->routine(call->dpc, call->context, call->arg1, call->arg2));
	if (call->stats == &dpc_threaded_stats && unlikely(current->nvcsw != sleeps))
		dpc_slept(call->function);
	/* For the DPC that comes next. */
	run->stats = of_queue;
	if (accounts) {
		local_irq_save(flags);
		ticks = dpc_clock_between(start, end);
		if (!dpc_account_call(call->stats, &call->served, ticks))
			dpc_account_call_slow(call->stats, &call->served, ticks, call->function);
		local_irq_restore(flags);
	}
}
