// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that go offline and come back (Q16).
 *
 *   CPU is going  its threads are parked; DPCs are still queued to it, from other
 *                 CPUs as well
 *   CPU is dead   nobody queues to it any more: dpc_target() looks at the online
 *                 mask with interrupts off, and a CPU leaves that mask only when
 *                 all others have interrupts on.  Its queues stay where they are
 *                 and get a new home, a live CPU that drains them in place.  So
 *                 the order and the marks of a flush stay as they are.
 *   CPU is coming this waits until its queues are drained, before anybody can queue
 *                 to it; then it is their home again
 *
 * Both steps run on a live CPU, one after the other, under the hotplug lock.
 */
#include "hotplug.h"
#include "kick.h"
#include "queue.h"
#include "watchdog.h"

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>

static enum cpuhp_state dpc_hotplug_state;

static void dpc_hotplug_set_home(struct dpc_cpu_queue *q, unsigned int home)
{
	if (q->home != q->cpu)
		dpc_kick_count_rehomed(q->home, -1);
	WRITE_ONCE(q->home, home);
	if (home != q->cpu)
		dpc_kick_count_rehomed(home, 1);
}

static int dpc_hotplug_dead(unsigned int dead)
{
	enum dpc_queue_kind kind;
	unsigned int cpu;

	/* Also those whose home the dead CPU had become. */
	for_each_possible_cpu(cpu) {
		for (kind = 0; kind < DPC_QUEUE_KINDS; kind++) {
			struct dpc_cpu_queue *q = dpc_queue_of(cpu, kind);

			if (q->home != dead)
				continue;
			dpc_hotplug_set_home(q, cpumask_first(cpu_online_mask));
			dpc_kick_rehome(q);
		}
	}
	return 0;
}

static int dpc_hotplug_prepare(unsigned int cpu)
{
	enum dpc_queue_kind kind;

	for (kind = 0; kind < DPC_QUEUE_KINDS; kind++) {
		struct dpc_cpu_queue *q = dpc_queue_of(cpu, kind);

		dpc_kick_wait_idle(q);
		dpc_hotplug_set_home(q, cpu);
	}
	dpc_watchdog_prepare(cpu);
	return 0;
}

int dpc_hotplug_init(void)
{
	int state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "dpc:prepare",
					      dpc_hotplug_prepare, dpc_hotplug_dead);

	if (state < 0)
		return state;
	dpc_hotplug_state = state;
	return 0;
}

void dpc_hotplug_exit(void)
{
	cpuhp_remove_state_nocalls(dpc_hotplug_state);
}
