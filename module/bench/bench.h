/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files of dpc_bench.ko:
 *
 *   main.c		parameters, results, which parts are measured
 *   queue.c		queue and run; cancel
 *   scale.c		queue and run on several CPUs at once
 *   mechanism.c	the mechanisms for both
 *   interrupt.c	raise to routine done, on edu
 *   known.c		a stretch of known content
 *   body.c		routines of known length
 *   sample.c		the clock, medians
 */
#ifndef _DPC_BENCH_H
#define _DPC_BENCH_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/dpc.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/timex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#define DPC_BENCH_LIMIT_MS	20000	/* of every wait */

/*
 * The meaning of a reading of the clock to vm/costly.c, which counts between readings.
 *
 * DPC_BENCH_BEGIN: a sample begins
 * DPC_BENCH_ROUTINE_END: the routine of an interrupt is at its end
 * DPC_BENCH_END: the sample ends; if there are several, the last one counts
 * DPC_BENCH_FIGURE: the samples since the last mark of this kind give one line of results
 */
enum dpc_bench_mark {
	DPC_BENCH_BEGIN,
	DPC_BENCH_ROUTINE_END,
	DPC_BENCH_END,
	DPC_BENCH_FIGURE,
};

/*
 * Where QEMU counts instructions (-icount shift=0), one cycle is one instruction,
 * and this has no rounding, as the kernel's clocks have.
 *
 * @mark is the low half of a prefix REX, which means nothing to RDTSC: so the reading
 * costs the same, and vm/costly.c can tell it from all others.
 */
static __always_inline u64 dpc_bench_clock(enum dpc_bench_mark mark)
{
#ifdef CONFIG_X86_64
	unsigned long low, high;

	asm volatile(".byte 0x40 + %c2, 0x0f, 0x31" : "=a" (low), "=d" (high) : "i" (mark));
	return low | high << 32;
#else
	return get_cycles();
#endif
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

/* mechanism.c */
enum dpc_bench_way {
	DPC_BENCH_SOFTIRQ,
	DPC_BENCH_HARDIRQ,
	DPC_BENCH_THREAD,
};

struct dpc_bench_run;

struct dpc_bench_item {
	union {
		struct dpc		dpc;
		struct tasklet_struct	tasklet;
		struct irq_work		irq_work;
		struct work_struct	work;
		struct kthread_work	kthread_work;
	};
	struct dpc_bench_run	*run;
};

/*
 * One thread's objects.
 *
 * @ran: how many have run; written by their routine, which never runs twice at once
 * @wake_at: number of the object that completes @done, 0 for none
 */
struct dpc_bench_run {
	unsigned int		ran;
	unsigned int		wake_at;
	unsigned int		n;
	struct dpc_bench_item	*items;
	struct completion	done;
	struct kthread_worker	*worker;
};

/*
 * @needs: the feature that this kernel lacks for it, or NULL
 */
struct dpc_bench_mechanism {
	const char		*name;
	enum dpc_bench_way	way;
	const char		*needs;
	int (*setup)(struct dpc_bench_run *run);
	void (*init)(struct dpc_bench_item *item);
	void (*queue)(struct dpc_bench_run *run);
	void (*teardown)(struct dpc_bench_run *run);
};

extern const struct dpc_bench_mechanism dpc_bench_mechanisms[];
extern const unsigned int dpc_bench_mechanisms_nr;
const struct dpc_bench_mechanism *dpc_bench_mechanism_by_name(const char *name);
struct kthread_worker *dpc_bench_worker_create(void);

/* queue.c */
int dpc_bench_run_init(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m,
		       unsigned int n);
void dpc_bench_run_free(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m);
int dpc_bench_sample(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m,
		     struct dpc_bench_samples *samples);
int dpc_bench_queue(void);
int dpc_bench_cancel(void);

/* scale.c */
int dpc_bench_scale(void);

/* interrupt.c */
int dpc_bench_interrupt(void);

/* known.c */
int dpc_bench_known(void);

/* body.c */
int dpc_bench_body(void);

#endif /* _DPC_BENCH_H */
