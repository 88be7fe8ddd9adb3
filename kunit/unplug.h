/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking a CPU offline and back.  It is the last one that is online; the
 * test's thread must be pinned to another.
 */
#ifndef _DPC_KUNIT_UNPLUG_H
#define _DPC_KUNIT_UNPLUG_H

#include <kunit/test.h>

/* Skip, and say why, when no CPU can be taken, or fewer than @n are there. */
#define unplug_need(test, n)						\
do {									\
	ctx_need_cpus(test, n);						\
	if (!unplug_possible())						\
		kunit_skip(test, "the last CPU can't go offline");	\
} while (0)

bool unplug_possible(void);
int unplug_cpu(void);
bool unplug_off(int cpu);
bool unplug_on(int cpu);

/*
 * The same as unplug_off(), and have @fn called on @cpu when it has left the
 * mask of online CPUs: its thread is parked, no softirq runs there any more.
 * Interrupts are off.
 */
bool unplug_off_calling(int cpu, void (*fn)(void *arg), void *arg);

/* Bring back the CPU that was taken offline, after a failed assertion as well. */
bool unplug_restore(void);

#endif /* _DPC_KUNIT_UNPLUG_H */
