// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a drain starts: importance (Q4) and thresholds (Q5).  Nothing but
 * arithmetic; the caller holds the lock of the queue that it decides about.
 */
#include "policy.h"

#include "../compat.h"

#include <linux/minmax.h>
#include <linux/module.h>

/* NT's values. */
struct dpc_policy dpc_policy = {
	.depth_limit	= 4,
	.rate_min	= 3,
	.rate_ideal	= 20,
	.adjust_ticks	= 20,
};
EXPORT_SYMBOL_IF_KUNIT(dpc_policy);

void dpc_thresholds_init(struct dpc_thresholds *t, unsigned long now)
{
	*t = (struct dpc_thresholds){
		.limit	= dpc_policy.depth_limit,
		.tick	= now,
	};
}
EXPORT_SYMBOL_IF_KUNIT(dpc_thresholds_init);

/*
 * Make up for @ticks ticks without a waiting object.  No timer runs while no object
 * waits, and nothing looks at the thresholds while all objects are drained at once.
 * The requests since the last look are taken to have come evenly.
 */
static void dpc_thresholds_skip(struct dpc_thresholds *t, unsigned long ticks)
{
	u32 adjust_ticks = READ_ONCE(dpc_policy.adjust_ticks);
	u32 each = (t->count - t->last) / ticks;
	unsigned long steps;
	unsigned int i;

	t->last = t->count;
	/* After 32 halvings nothing is left of the old rate. */
	for (i = 0; i < min(ticks, 32UL); i++)
		t->rate = (each + t->rate) / 2;

	steps = (t->adjust + ticks) / adjust_ticks;
	t->adjust = (t->adjust + ticks) % adjust_ticks;
	t->limit = min_t(unsigned long, t->limit + steps, READ_ONCE(dpc_policy.depth_limit));
}

/* Bring @t up to @now, in jiffies, which is another time than its last. */
void dpc_thresholds_pass(struct dpc_thresholds *t, unsigned long now)
{
	unsigned long ticks = now - t->tick;

	t->tick = now;
	dpc_thresholds_skip(t, ticks);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_thresholds_pass);

/*
 * A tick at which objects wait and no drain has been asked for: the limit was
 * too high for this rate of requests.
 */
void dpc_thresholds_waiting(struct dpc_thresholds *t, unsigned long now)
{
	unsigned long ticks = now - t->tick;

	if (ticks > 1)
		dpc_thresholds_skip(t, ticks - 1);
	t->tick = now;
	t->rate = (t->count - t->last + t->rate) / 2;
	t->last = t->count;
	t->adjust = 0;
	if (t->rate < READ_ONCE(dpc_policy.rate_ideal) && t->limit > 1)
		t->limit--;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_thresholds_waiting);

/*
 * Whether an object that has just been queued starts the drain (Q4).  @depth:
 * objects in the queue, this one included.  @local: its target is this CPU.
 */
bool dpc_policy_immediate(const struct dpc_thresholds *t, enum dpc_importance importance,
			  bool local, u32 depth)
{
	switch (importance) {
	case DPC_IMPORTANCE_HIGH:
	case DPC_IMPORTANCE_MEDIUM_HIGH:
		return true;
	case DPC_IMPORTANCE_MEDIUM:
		return local || depth > t->limit;
	default:
		return depth > t->limit || (local && t->rate < READ_ONCE(dpc_policy.rate_min));
	}
}
EXPORT_SYMBOL_IF_KUNIT(dpc_policy_immediate);
