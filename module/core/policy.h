/* SPDX-License-Identifier: GPL-2.0-only */
/* When a drain starts: the parameters, and what a queue remembers for them (Q4, Q5). */
#ifndef _DPC_CORE_POLICY_H
#define _DPC_CORE_POLICY_H

#include <linux/compiler.h>
#include <linux/dpc.h>
#include <linux/types.h>

/*
 * When to drain (Q5).  Module parameters, read with READ_ONCE().
 *
 * @depth_limit: number of objects in a queue above which it is drained at once
 * @rate_min: requests per tick below which an object of low importance does not wait
 * @rate_ideal: requests per tick below which a wait lowers the limit
 * @adjust_ticks: ticks without a wait after which the limit rises by one
 */
struct dpc_policy {
	u32	depth_limit;
	u32	rate_min;
	u32	rate_ideal;
	u32	adjust_ticks;
};

/* The thresholds of one queue, under its lock; see struct dpc_policy. */
struct dpc_thresholds {
	u32		count;		/* requests since the module was loaded */
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

#endif /* _DPC_CORE_POLICY_H */
