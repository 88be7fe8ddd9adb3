/* SPDX-License-Identifier: GPL-2.0-only */
/* Level checks around a routine (Q15), and reports of misuse. */
#ifndef _DPC_CORE_CHECK_H
#define _DPC_CORE_CHECK_H

#include "clock.h"
#include "internal.h"

#include <linux/compiler.h>
#include <linux/dpc_stats.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/* The level at which a routine is entered. */
struct dpc_level {
	int	preempt_count;
	int	softirq_count;		/* dpc_softirq_count() */
	int	lockdep_depth;
	bool	irqs_disabled;
};

void dpc_level_violation(struct dpc_level before, const struct dpc_stats *stats,
			 const char *stage, void *function);

/* What preempt_count() does not show: on PREEMPT_RT, bottom halves are off for the task. */
static __always_inline int dpc_softirq_count(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) ? softirq_count() : 0;
}

/* Note the level at which a routine is entered, with interrupts off or on. */
static __always_inline void dpc_level_save(struct dpc_level *level, bool irqs_disabled)
{
	level->preempt_count = preempt_count();
	level->softirq_count = dpc_softirq_count();
	level->lockdep_depth = lockdep_depth(current);
	level->irqs_disabled = irqs_disabled;
}

/* Whether a routine has not returned at the level at which it was entered (Q15). */
static __always_inline bool dpc_level_changed(const struct dpc_level *level)
{
	return unlikely(preempt_count() != level->preempt_count ||
			dpc_softirq_count() != level->softirq_count ||
			lockdep_depth(current) != level->lockdep_depth ||
			irqs_disabled() != level->irqs_disabled);
}

/*
 * Report that routine.  Afterwards @level is the one to compare the next routine with:
 * it is not blamed for locks that the one before has kept.
 */
static __always_inline void dpc_level_report(struct dpc_level *level,
					     const struct dpc_stats *stats,
					     const char *stage, void *function)
{
	dpc_level_violation(*level, stats, stage, function);
	level->lockdep_depth = lockdep_depth(current);
}

/*
 * Call a driver's routine by the expression @_call, and check that it returns at @_level.
 * All calls of ISRs and of DPC routines are made here.  @_stats, @_stage and @_function are
 * for a report, and are looked at only for that.
 * Return: the time at which it had returned, in ticks of dpc_clock(); 0 if not @_timed.
 */
#define dpc_level_call(_level, _stats, _stage, _function, _timed, _call)		\
({											\
	struct dpc_level *_before = (_level);						\
	u64 _end;									\
											\
	_call;										\
	_end = (_timed) ? dpc_clock() : 0;						\
	if (dpc_level_changed(_before))							\
		dpc_level_report(_before, _stats, _stage, _function);			\
	_end;										\
})

#endif /* _DPC_CORE_CHECK_H */
