/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock that stages are measured with.
 *
 * local_clock() is right everywhere and costs as much as all the rest of a DPC's
 * accounting together.  Where the CPUs' cycle counters run in step at one rate,
 * these are read instead; a duration is turned into nanoseconds with one
 * multiplication.  Which of the two is decided once, before anything is measured:
 * a time that began on one clock can't end on the other.
 */
#ifndef _DPC_CORE_CLOCK_H
#define _DPC_CORE_CLOCK_H

#include "../compat.h"

#include <linux/jump_label.h>
#include <linux/timex.h>

#define DPC_CLOCK_SHIFT	32

/*
 * Constant after dpc_clock_init().
 *
 * @mult: nanoseconds in a tick, times two to the power of DPC_CLOCK_SHIFT
 * @us: the fewest ticks that are a microsecond
 */
extern struct dpc_clock_rate {
	u64	mult;
	u64	us;
} dpc_clock_rate;
DECLARE_STATIC_KEY_TRUE(dpc_clock_is_cycles);
extern bool dpc_clock_cycles;

void dpc_clock_init(void);
u64 dpc_clock_ticks(u64 ns);
u64 dpc_clock_ns(u64 ticks);

/* Now, in ticks; never 0. */
static __always_inline u64 dpc_clock(void)
{
	if (static_branch_likely(&dpc_clock_is_cycles))
		return get_cycles();
	return dpc_local_clock();
}

/* Ticks from @start to @end; 0 if that comes first, by another CPU's clock. */
static __always_inline u64 dpc_clock_between(u64 start, u64 end)
{
	return end > start ? end - start : 0;
}

/* Nanoseconds since @start. */
static inline u64 dpc_clock_since(u64 start)
{
	return dpc_clock_ns(dpc_clock_between(start, dpc_clock()));
}

#endif /* _DPC_CORE_CLOCK_H */
