// SPDX-License-Identifier: GPL-2.0-only
/*
 * Samples: the clock's own cost taken off, sorted, as one line of results.
 */
#include "bench.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#define DPC_BENCH_CLOCK_TRIES	100

static u64 dpc_bench_clock_cost;

/*
 * Where those begin and end who look at each instruction: bench-profile knows
 * these functions, vm/writes.c the instructions in them, which do nothing.
 */
noinline void dpc_bench_begin(void)
{
#ifdef CONFIG_X86_64
	asm volatile("nopl 0x44504301(%%rax)" : : : "memory");
#endif
}

noinline void dpc_bench_end(void)
{
#ifdef CONFIG_X86_64
	asm volatile("nopl 0x44504302(%%rax)" : : : "memory");
#endif
}

/* The difference of two readings, one right after the other. */
void dpc_bench_clock_calibrate(void)
{
	unsigned int i;
	u64 start, end;

	dpc_bench_clock_cost = U64_MAX;
	for (i = 0; i < DPC_BENCH_CLOCK_TRIES; i++) {
		start = dpc_bench_clock(DPC_BENCH_BEGIN);
		end = dpc_bench_clock(DPC_BENCH_END);
		dpc_bench_clock_cost = min(dpc_bench_clock_cost, end - start);
	}
	dpc_bench_print("what=clock cost=%llu\n", dpc_bench_clock_cost);
}

int dpc_bench_samples_alloc(struct dpc_bench_samples *samples, unsigned int max)
{
	*samples = (struct dpc_bench_samples){ .max = max };
	samples->value = kvcalloc(max, sizeof(u64), GFP_KERNEL);
	return samples->value ? 0 : -ENOMEM;
}

void dpc_bench_samples_free(struct dpc_bench_samples *samples)
{
	kvfree(samples->value);
}

void dpc_bench_samples_add(struct dpc_bench_samples *samples, u64 start, u64 end)
{
	if (samples->nr < samples->max)
		samples->value[samples->nr++] = end - start - dpc_bench_clock_cost;
}

static int dpc_bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/*
 * A line of results, cycles; @fmt says of what.  The median: a tick that came in
 * between is in some samples, a cache or a list that was in another state before
 * the first ones.
 */
void dpc_bench_samples_report(struct dpc_bench_samples *samples, const char *fmt, ...)
{
	unsigned int n = samples->nr;
	char what[96];
	va_list args;

	dpc_bench_clock(DPC_BENCH_FIGURE);
	va_start(args, fmt);
	vscnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (!n) {
		dpc_bench_print("%s samples=0 late=%u\n", what, samples->late);
		return;
	}
	sort(samples->value, n, sizeof(u64), dpc_bench_compare, NULL);
	dpc_bench_print("%s samples=%u late=%u min=%llu median=%llu max=%llu\n", what, n,
			samples->late, samples->value[0], samples->value[n / 2],
			samples->value[n - 1]);
}
