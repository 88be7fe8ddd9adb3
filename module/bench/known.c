// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stretch of code whose costly instructions are known, to check the plugin that
 * counts them (userspace-test/vm/costly.c).
 */
#include "bench.h"

#include <asm/barrier.h>
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/timex.h>

#define DPC_BENCH_KNOWN_SAMPLES	15

/* In what is below; an x86 CPU has one instruction for each of these calls. */
#define DPC_BENCH_KNOWN_LOCKED	10
#define DPC_BENCH_KNOWN_FENCES	3
#define DPC_BENCH_KNOWN_CLOCK	2
#define DPC_BENCH_KNOWN_FLAG	2

static atomic_t dpc_bench_known_counter;

static noinline void dpc_bench_known_stretch(void)
{
	unsigned int i;

	for (i = 0; i < DPC_BENCH_KNOWN_LOCKED; i++)
		atomic_inc(&dpc_bench_known_counter);
	for (i = 0; i < DPC_BENCH_KNOWN_FENCES; i++)
		mb();	/* orders nothing: it is here to be counted */
	for (i = 0; i < DPC_BENCH_KNOWN_CLOCK; i++)
		get_cycles();
	local_irq_disable();
	local_irq_enable();
}

int dpc_bench_known(void)
{
	struct dpc_bench_samples samples;
	unsigned int i;
	u64 start, end;
	int err;

	err = dpc_bench_samples_alloc(&samples, DPC_BENCH_KNOWN_SAMPLES);
	if (err)
		return err;
	for (i = 0; i < DPC_BENCH_KNOWN_SAMPLES; i++) {
		start = dpc_bench_clock(DPC_BENCH_BEGIN);
		dpc_bench_known_stretch();
		end = dpc_bench_clock(DPC_BENCH_END);
		dpc_bench_samples_add(&samples, start, end);
	}
	dpc_bench_samples_report(&samples, "what=known locked=%u fences=%u clock=%u flag=%u",
				 DPC_BENCH_KNOWN_LOCKED, DPC_BENCH_KNOWN_FENCES,
				 DPC_BENCH_KNOWN_CLOCK, DPC_BENCH_KNOWN_FLAG);
	dpc_bench_samples_free(&samples);
	return 0;
}
