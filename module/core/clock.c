// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#include <linux/math64.h>
#include <linux/module.h>

#ifdef DPC_X86_TSC
#include <linux/cpufeature.h>
#include <asm/tsc.h>
#endif

struct dpc_clock_rate dpc_clock_rate __ro_after_init;
EXPORT_SYMBOL_IF_KUNIT(dpc_clock_rate);
DEFINE_STATIC_KEY_TRUE(dpc_clock_is_cycles);

/* Module parameter: in, whether the cycle counter may be used; then, whether it is. */
bool dpc_clock_cycles = true;

/* kHz of cycle counters that run in step at one rate, 0 if they do not. */
static u32 dpc_clock_cycles_khz(void)
{
#ifdef DPC_X86_TSC
	/* Nothing in a guest changes the rate, whatever its CPU's model says of it. */
	if (boot_cpu_has(X86_FEATURE_TSC) && !check_tsc_unstable() &&
	    (boot_cpu_has(X86_FEATURE_CONSTANT_TSC) || boot_cpu_has(X86_FEATURE_HYPERVISOR)))
		return tsc_khz;
#endif
	return 0;
}

/* A duration of @ticks in nanoseconds.  Out of line: the product has 128 bits. */
u64 dpc_clock_ns(u64 ticks)
{
	return mul_u64_u64_shr(ticks, dpc_clock_rate.mult, DPC_CLOCK_SHIFT);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_clock_ns);

/* The fewest ticks that are @ns nanoseconds or, from a second on, hardly more. */
u64 dpc_clock_ticks(u64 ns)
{
	u64 mult = dpc_clock_rate.mult, rest, s;

	s = div64_u64_rem(ns, NSEC_PER_SEC, &rest);
	return s * DIV64_U64_ROUND_UP((u64)NSEC_PER_SEC << DPC_CLOCK_SHIFT, mult) +
	       DIV64_U64_ROUND_UP(rest << DPC_CLOCK_SHIFT, mult);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_clock_ticks);

/* Choose the clock.  Before anything reads it. */
void dpc_clock_init(void)
{
	u32 khz = dpc_clock_cycles ? dpc_clock_cycles_khz() : 0;

	/* Rounded up: a whole number of nanoseconds must not come out as one less. */
	if (khz)
		dpc_clock_rate.mult =
			DIV64_U64_ROUND_UP((u64)NSEC_PER_MSEC << DPC_CLOCK_SHIFT, khz);
	else
		dpc_clock_rate.mult = 1ULL << DPC_CLOCK_SHIFT;
	dpc_clock_rate.us = dpc_clock_ticks(NSEC_PER_USEC);
	dpc_clock_cycles = khz;
	if (!khz)
		static_branch_disable(&dpc_clock_is_cycles);
}
