/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of dpc_bench.ko share.
 *
 *   main.c		parameters, results, which parts are measured
 *   queue.c		queue and run, for each mechanism
 *   interrupt.c	raise to routine done, on edu
 *   sample.c		the clock, medians
 */
#ifndef _DPC_BENCH_H
#define _DPC_BENCH_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dpc.h>
#include <linux/timex.h>
#include <linux/types.h>

#define DPC_BENCH_LIMIT_MS	20000	/* of every wait */

/*
 * Where QEMU counts instructions (-icount shift=0), one cycle is one instruction,
 * and this has no rounding, as the kernel's clocks have.
 */
static inline u64 dpc_bench_now(void)
{
	return get_cycles();
}

/* sample.c */
struct dpc_bench_samples {
	u64		*value;
	unsigned int	nr;
	unsigned int	max;
	unsigned int	late;	/* of these: ended by ksoftirqd */
};

void dpc_bench_begin(void);
void dpc_bench_end(void);
int dpc_bench_samples_alloc(struct dpc_bench_samples *samples, unsigned int max);
void dpc_bench_samples_free(struct dpc_bench_samples *samples);
void dpc_bench_samples_add(struct dpc_bench_samples *samples, u64 start, u64 end);
void dpc_bench_samples_report(struct dpc_bench_samples *samples, const char *fmt, ...)
	__printf(2, 3);
void dpc_bench_clock_calibrate(void);

/* main.c */
extern unsigned int dpc_bench_items;
extern unsigned int dpc_bench_sizes[];
extern unsigned int dpc_bench_sizes_nr;
void dpc_bench_print(const char *fmt, ...) __printf(1, 2);
bool dpc_bench_selected(const char *name);

/* queue.c */
struct kthread_worker;
struct kthread_worker *dpc_bench_worker_create(void);
int dpc_bench_queue(void);
int dpc_bench_cancel(void);

/* interrupt.c */
int dpc_bench_interrupt(void);

#endif /* _DPC_BENCH_H */
