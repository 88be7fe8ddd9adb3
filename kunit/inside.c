// SPDX-License-Identifier: GPL-2.0-only
#include "../module/core/policy.h"
#include "../module/core/queue.h"

#include "context.h"
#include "inside.h"

#include <linux/cpumask.h>
#include <linux/jiffies.h>

static struct dpc_policy inside_saved;

static void inside_reset(void)
{
	unsigned long flags;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct dpc_cpu_queue *q = dpc_queue_of(cpu, DPC_QUEUE_ORDINARY);

		raw_spin_lock_irqsave(&q->lock, flags);
		dpc_thresholds_init(&q->thresholds, jiffies);
		raw_spin_unlock_irqrestore(&q->lock, flags);
	}
}

void inside_save(void)
{
	inside_saved = dpc_policy;
	inside_reset();
}

void inside_restore(void)
{
	dpc_policy = inside_saved;
	inside_reset();
}

void inside_low_waits(bool waits)
{
	WRITE_ONCE(dpc_policy.rate_min, waits ? 0 : 1000000);
}

/* The limit stays what it is but for ticks with waiting objects. */
void inside_set_limit(int cpu, u32 limit)
{
	struct dpc_cpu_queue *q = dpc_queue_of(cpu, DPC_QUEUE_ORDINARY);
	unsigned long flags;

	WRITE_ONCE(dpc_policy.adjust_ticks, 1000000);
	raw_spin_lock_irqsave(&q->lock, flags);
	dpc_thresholds_init(&q->thresholds, jiffies);
	q->thresholds.limit = limit;
	raw_spin_unlock_irqrestore(&q->lock, flags);
}

u32 inside_limit(int cpu)
{
	return READ_ONCE(dpc_queue_of(cpu, DPC_QUEUE_ORDINARY)->thresholds.limit);
}

u32 inside_requests(int cpu)
{
	return READ_ONCE(dpc_queue_of(cpu, DPC_QUEUE_ORDINARY)->thresholds.count);
}

bool inside_kicked(int cpu)
{
	return READ_ONCE(dpc_queue_of(cpu, DPC_QUEUE_ORDINARY)->kicked);
}

int inside_threaded_home(int cpu)
{
	return READ_ONCE(dpc_queue_of(cpu, DPC_QUEUE_THREADED)->home);
}

void inside_hold_lock(int cpu, bool *held, const bool *wanted, unsigned int us)
{
	struct dpc_cpu_queue *q = dpc_queue_of(cpu, DPC_QUEUE_ORDINARY);
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&q->lock, flags);
	WRITE_ONCE(*held, true);
	for (i = 0; i < 1000 && !READ_ONCE(*wanted); i++)
		ctx_busy_wait_us(10);
	ctx_busy_wait_us(us);
	raw_spin_unlock_irqrestore(&q->lock, flags);
}
