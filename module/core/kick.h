/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requesting a drain.  In line here is what dpc.c and model_dpc.c need most: a request
 * on the CPU whose queue it is.  kick.c has the rest, and says how each request is
 * carried out.
 */
#ifndef _DPC_CORE_KICK_H
#define _DPC_CORE_KICK_H

#include "queue.h"

#include <linux/interrupt.h>
#include <linux/irqflags.h>

extern bool dpc_drain_thread;

int dpc_kick_init(void);
void dpc_kick_exit(void);
void dpc_kick(struct dpc_cpu_queue *q);
void dpc_kick_by_tick(struct dpc_cpu_queue *q);
void dpc_kick_rt_thread(struct dpc_cpu_queue *q);
void dpc_kick_wait_idle(struct dpc_cpu_queue *q);
void dpc_kick_wait_idle_all(void);
void dpc_kick_rehome(struct dpc_cpu_queue *q);
void dpc_kick_count_rehomed(unsigned int cpu, int queues);
void dpc_kick_local(struct dpc_cpu_queue *q);
void dpc_kick_local_restore(struct dpc_cpu_queue *q, unsigned long flags);

/* tasklet_hi_schedule(), which nearly always has something to do. */
static __always_inline void dpc_kick_tasklet(struct dpc_cpu_queue *q)
{
	if (likely(!test_and_set_bit(TASKLET_STATE_SCHED, &q->tasklet.state)))
		__tasklet_hi_schedule(&q->tasklet);
}

/* dpc_kick() of this CPU's ordinary queue; interrupts are off. */
static __always_inline void dpc_kick_fast(struct dpc_cpu_queue *q)
{
	/* data_race(): a parameter, looked at for each request. */
	if (unlikely(data_race(dpc_drain_thread)))
		dpc_kick_local(q);
	else
		dpc_kick_tasklet(q);
}

/*
 * The same, and local_irq_restore().  The caller is at DISPATCH, or had interrupts
 * off before: so with @flags restored it still is on this CPU, and no softirq runs.
 */
static __always_inline void dpc_kick_fast_restore(struct dpc_cpu_queue *q, unsigned long flags)
{
	/* data_race(): as above. */
	if (unlikely(data_race(dpc_drain_thread))) {
		dpc_kick_local_restore(q, flags);
		return;
	}
	if (likely(!irqs_disabled_flags(flags)))
		local_irq_enable();
	dpc_kick_tasklet(q);
}

#endif /* _DPC_CORE_KICK_H */
