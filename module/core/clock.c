// SPDX-License-Identifier: GPL-2.0
#include "core.h"

#ifdef CONFIG_X86_TSC
#include <asm/cpufeature.h>
#include <asm/tsc.h>
#endif

u64 dpc_clock_mult __ro_after_init;
DEFINE_STATIC_KEY_FALSE(dpc_clock_is_cycles);

/* kHz of cycle counters that run in step at one rate, 0 if they do not. */
static u32 dpc_clock_cycles_khz(void)
{
#ifdef CONFIG_X86_TSC
	/* Nothing in a guest changes the rate, whatever its CPU's model says of it. */
	if (boot_cpu_has(X86_FEATURE_TSC) && !check_tsc_unstable() &&
	    (boot_cpu_has(X86_FEATURE_CONSTANT_TSC) || boot_cpu_has(X86_FEATURE_HYPERVISOR)))
		return tsc_khz;
#endif
	return 0;
}

/* Choose the clock.  Before anything reads it. */
void dpc_clock_init(void)
{
	u32 khz = dpc_clock_cycles_khz();

	if (!khz)
		return;
	dpc_clock_mult = div_u64((u64)NSEC_PER_MSEC << DPC_CLOCK_SHIFT, khz);
	static_branch_enable(&dpc_clock_is_cycles);
}
