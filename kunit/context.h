/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running code in a chosen context on a chosen CPU: threads, bottom halves
 * off, softirq, a true hard interrupt; and storms of hard interrupts.
 */
#ifndef _DPC_KUNIT_CONTEXT_H
#define _DPC_KUNIT_CONTEXT_H

#include "../module/compat.h"

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>

enum ctx {
	CTX_THREAD,
	CTX_BH_OFF,
	CTX_IRQS_OFF,
	CTX_SOFTIRQ,
	CTX_HARDIRQ,
	CTX_NR,
};

struct ctx_param {
	const char	*name;
	enum ctx	ctx;
};

extern const struct ctx_param ctx_params[CTX_NR];
void ctx_param_name(const struct ctx_param *param, char *desc);

#define CTX_CPUS_MAX	8

/* Skip, and say why, when a test needs more CPUs than there are. */
#define ctx_need_cpus(test, n)						\
do {									\
	if (num_online_cpus() < (n))					\
		kunit_skip(test, "needs %d CPUs, %u online", (n),	\
			   num_online_cpus());				\
} while (0)

/* Skip, and say why, what only a module can do: leave. */
#define ctx_need_module(test)						\
do {									\
	if (!__is_defined(MODULE))					\
		kunit_skip(test, "the suites are built in, no module that leaves"); \
} while (0)

/* Skip, and say why, what a test could see by a tracepoint only. */
#define ctx_need_tracepoints(test)					\
do {									\
	if (!IS_ENABLED(CONFIG_TRACEPOINTS))				\
		kunit_skip(test, "needs CONFIG_TRACEPOINTS");		\
} while (0)

int ctx_cpu(unsigned int nth);
void ctx_pin(int cpu);
bool ctx_call(enum ctx ctx, void (*fn)(void *arg), void *arg);
bool ctx_call_on(int cpu, enum ctx ctx, void (*fn)(void *arg), void *arg);
bool ctx_hardirq_here(void (*fn)(void *arg), void *arg);
void ctx_busy_wait_us(unsigned int us);

/* A thread on one CPU. */
struct worker {
	struct task_struct	*task;
	void			(*fn)(void *arg);
	void			*arg;
	struct completion	done;
};

bool worker_start(struct worker *worker, int cpu, void (*fn)(void *arg), void *arg);
bool worker_wait_blocked(struct worker *worker);
bool worker_finished(struct worker *worker);
bool worker_join(struct worker *worker);

/* dpc_flush_all() with a limit. */
bool ctx_flush(void);

/* A stream of hard interrupts on every CPU, one after the other on each. */
struct storm_cpu {
	struct storm		*storm;
	struct irq_work		work;
	struct worker		worker;
	unsigned long		fired;
};

struct storm {
	void			(*fn)(void *arg);
	void			*arg;
	bool			stop;
	unsigned int		cpus;
	struct storm_cpu	cpu[CTX_CPUS_MAX];
};

bool storm_start(struct storm *storm, void (*fn)(void *arg), void *arg);
unsigned long storm_fired(const struct storm *storm);
bool storm_wait(struct storm *storm, unsigned long more);
bool storm_stop(struct storm *storm);

#endif /* _DPC_KUNIT_CONTEXT_H */
