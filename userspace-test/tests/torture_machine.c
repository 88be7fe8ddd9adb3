// SPDX-License-Identifier: GPL-2.0-only
/* CPUs off and on, interrupts that move, suspends, memory that runs short. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CPUS		"/sys/devices/system/cpu/"
#define POWER		"/sys/power/"
#define TEST_DELAY	"/sys/module/suspend/parameters/pm_test_delay"
#define FAILSLAB	"/sys/kernel/debug/failslab/"

/* ---- CPUs ------------------------------------------------------------------------- */

unsigned int torture_cpus(void)
{
	static long cpus;

	if (!cpus)
		cpus = sysconf(_SC_NPROCESSORS_CONF);
	return cpus;
}

static int cpu_set(unsigned int cpu, bool on)
{
	char path[100];

	snprintf(path, sizeof(path), CPUS "cpu%u/online", cpu);
	return file_write(path, on ? "1" : "0");
}

static int cpu(struct torture_worker *w, const void *context)
{
	return cpu_set(1 + torture_below(w, torture_cpus() - 1), context);
}

/* An interrupt of ours, to a CPU, which may be off: then EINVAL; some can't be moved: EIO. */
static int interrupt_moved(struct torture_worker *w, const void *context)
{
	uint32_t choice = torture_random(w), mask = 1u << torture_below(w, torture_cpus());
	char path[100], text[16];
	int irq = -1, err;
	glob_t found;

	(void)context;
	if (glob("/proc/irq/*/dpc_*", 0, NULL, &found))
		return TORTURE_ABSENT;
	if (sscanf(found.gl_pathv[choice % found.gl_pathc], "/proc/irq/%d", &irq) != 1)
		irq = -1;
	globfree(&found);
	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity", irq);
	snprintf(text, sizeof(text), "%x", mask);
	err = file_write(path, text);
	return err == -ENOENT ? TORTURE_ABSENT : err;
}

/* ---- Suspend ---------------------------------------------------------------------- */

/* The kernel goes on by itself, when it has come to that level. */
static int suspend(struct torture_worker *w, const void *context)
{
	static const char * const levels[] = { "freezer", "devices", "platform" };
	char set[16], text[100];
	int err;

	(void)context;
	snprintf(set, sizeof(set), "[%s]", levels[torture_below(w, ARRAY_SIZE(levels))]);
	file_write(TEST_DELAY, "1");
	snprintf(text, sizeof(text), "%.*s", (int)strlen(set) - 2, set + 1);
	err = file_write(POWER "pm_test", text);
	/* Without that nobody would wake the machine. */
	if (err || file_read(POWER "pm_test", text, sizeof(text)) || !strstr(text, set))
		return TORTURE_ABSENT;
	return file_write(POWER "state", "freeze");
}

/* ---- Memory ----------------------------------------------------------------------- */

static size_t available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long kib = 0;
	char line[100];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return (size_t)kib * 1024;
}

/* All but some, page by page, for a moment. */
static int memory_taken(struct torture_worker *w, const void *context)
{
	size_t left = (24u + torture_below(w, 60)) << 20, have = available(), size, at;
	unsigned int hold_us = torture_below(w, 300000);
	char *p;

	(void)context;
	if (have <= left)
		return TORTURE_ABSENT;
	size = have - left;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	for (at = 0; at < size && !torture->stop; at += 4096)
		p[at] = 1;
	ktap_pause_us(hold_us);
	munmap(p, size);
	return 0;
}

static int caches_dropped(struct torture_worker *w, const void *context)
{
	static const char * const what[] = { "1", "2", "3" };

	(void)context;
	return file_write("/proc/sys/vm/drop_caches", what[torture_below(w, ARRAY_SIZE(what))]);
}

bool torture_has_faults(void)
{
	return !access(FAILSLAB "probability", W_OK) && !access("/proc/self/make-it-fail", W_OK);
}

/* Only of processes that ask for it, and without a word about each. */
void torture_faults(unsigned int per_thousand)
{
	char interval[20];

	if (!torture_has_faults())
		return;
	snprintf(interval, sizeof(interval), "%u", per_thousand ? 1000 / per_thousand : 1);
	file_write(FAILSLAB "task-filter", "Y");
	file_write(FAILSLAB "verbose", "0");
	file_write(FAILSLAB "ignore-gfp-wait", "N");
	file_write(FAILSLAB "times", "-1");
	file_write(FAILSLAB "interval", interval);
	file_write(FAILSLAB "probability", per_thousand ? "100" : "0");
}

void torture_machine_add(void)
{
	if (torture_options.cpus && torture_cpus() > 1) {
		torture_add(TORTURE_CPUS, "cpu.off", 3, cpu, NULL, ERRORS(EBUSY, EINTR));
		torture_add(TORTURE_CPUS, "cpu.on", 3, cpu, (void *)1, ERRORS(EBUSY, EINTR));
	}
	torture_add(TORTURE_CPUS, "interrupt.moved", 4, interrupt_moved, NULL,
		    ERRORS(EINVAL, EIO, EBUSY, ENOSPC));
	torture_add(TORTURE_POWER, "suspend", 1, suspend, NULL, ERRORS(EBUSY, EINTR, EAGAIN));
	torture_add(TORTURE_MEMORY, "memory taken", 3, memory_taken, NULL, ERRORS(ENOMEM));
	torture_add(TORTURE_MEMORY, "caches dropped", 1, caches_dropped, NULL, ERRORS(EINTR));
}

void torture_machine_restore(void)
{
	unsigned int i;

	torture_faults(0);
	if (!access(POWER "pm_test", W_OK))
		EXPECT_RET(0, file_write(POWER "pm_test", "none"));
	for (i = 1; i < torture_cpus(); i++)
		EXPECT_RET(0, cpu_set(i, true));
}
