/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access for tests to the inside of the core: policy and thresholds (Q5), whether
 * a drain of an ordinary queue has been requested, where a queue is at home, and locks.
 */
#ifndef _DPC_KUNIT_INSIDE_H
#define _DPC_KUNIT_INSIDE_H

#include <linux/types.h>

/* Thresholds as after loading; undone by inside_restore(). */
void inside_save(void);
void inside_restore(void);

/* A Low object waits, or never does, however few requests there are. */
void inside_low_waits(bool waits);

void inside_set_limit(int cpu, u32 limit);
u32 inside_limit(int cpu);

/* Objects that were queued on @cpu so far. */
u32 inside_requests(int cpu);

/* Whether the drain of @cpu's queue was requested; else objects wait for the tick. */
bool inside_kicked(int cpu);

/* The CPU that drains @cpu's queue of threaded DPCs. */
int inside_threaded_home(int cpu);

/* Hold the lock of @cpu's queue from another CPU until @us after *@wanted, or for some 10 ms. */
void inside_hold_lock(int cpu, bool *held, const bool *wanted, unsigned int us);

#endif /* _DPC_KUNIT_INSIDE_H */
