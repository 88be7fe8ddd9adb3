// SPDX-License-Identifier: GPL-2.0-only
#include "unplug.h"

#include "context.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/slab.h>

/*
 * A state of another architecture: the dynamic ones are all for the time when
 * the CPU is still online, or for when it is gone.
 */
#define UNPLUG_DYING	CPUHP_AP_IRQ_GIC_STARTING

static int unplug_taken = -1;

static struct {
	void	(*fn)(void *arg);
	void	*arg;
} unplug_last_words;

int unplug_cpu(void)
{
	return ctx_cpu(num_online_cpus() - 1);
}

bool unplug_possible(void)
{
	return IS_ENABLED(CONFIG_HOTPLUG_CPU) && cpu_is_hotpluggable(unplug_cpu());
}

struct unplug_job {
	struct worker	worker;
	int		cpu;
	bool		on;
	int		err;
};

static void unplug_thread(void *arg)
{
	struct unplug_job *job = arg;

	job->err = job->on ? add_cpu(job->cpu) : remove_cpu(job->cpu);
}

/* In a thread of its own: a core that forgets somebody would never return. */
static bool unplug_do(int cpu, bool on)
{
	struct unplug_job *job = kzalloc(sizeof(*job), GFP_KERNEL);
	bool ok;

	if (!job)
		return false;
	job->cpu = cpu;
	job->on = on;
	if (!worker_start(&job->worker, ctx_cpu(0), unplug_thread, job) ||
	    !worker_join(&job->worker))
		return false;
	ok = !job->err;
	kfree(job);
	return ok;
}

bool unplug_off(int cpu)
{
	unplug_taken = cpu;
	return unplug_do(cpu, false) && !cpu_online(cpu);
}

bool unplug_on(int cpu)
{
	if (!unplug_do(cpu, true))
		return false;
	unplug_taken = -1;
	return cpu_online(cpu);
}

static int unplug_dying(unsigned int cpu)
{
	unplug_last_words.fn(unplug_last_words.arg);
	return 0;
}

bool unplug_off_calling(int cpu, void (*fn)(void *arg), void *arg)
{
	bool ok;

	unplug_last_words.fn = fn;
	unplug_last_words.arg = arg;
	if (cpuhp_setup_state_nocalls(UNPLUG_DYING, "dpc_kunit:dying", NULL, unplug_dying))
		return false;
	ok = unplug_off(cpu);
	cpuhp_remove_state_nocalls(UNPLUG_DYING);
	return ok;
}

bool unplug_restore(void)
{
	return unplug_taken < 0 || cpu_online(unplug_taken) || unplug_on(unplug_taken);
}
