/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rows of dpcmon system: one for each routine, softirq or line that took time, with its
 * times.  system.c fills them, system_report.c finds out whose they are.
 */
#ifndef DPCMON_SYSTEM_ROW_H
#define DPCMON_SYSTEM_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

#include "hist.h"
#include "system_event.h"
#include "system_worst.h"

/* What a row is about, in the order in which a driver's rows are shown. */
enum system_kind {
	SYSTEM_ISR,		/* key: the interrupt, or for the library the routine */
	SYSTEM_VECTOR,		/* an interrupt of the CPU itself; key: which */
	SYSTEM_HRTIMER,		/* in a hard interrupt; key: the routine, as for all below */
	SYSTEM_DPC,		/* of the library */
	SYSTEM_SOFTIRQ,		/* a pass over what is below; key: vector */
	SYSTEM_TASKLET,
	SYSTEM_TIMER,
	SYSTEM_SOFT_HRTIMER,	/* in a softirq */
	SYSTEM_NAPI,		/* key: 0; the name tells */
	SYSTEM_BH_WORK,		/* a work item in a softirq */
	SYSTEM_THREAD,		/* of an interrupt, so a second stage; key: 0 */
	SYSTEM_WORK,
	SYSTEM_KTHREAD_WORK,
	SYSTEM_KIND_NR,
};

/* For tables and JSON. */
extern const char * const system_kind_names[SYSTEM_KIND_NR];

/*
 * The stage (enum dpc_stage) whose budget is for the run of a kind, and for its wait;
 * DPC_STAGE_NR for none.
 */
extern const unsigned int system_kind_run[SYSTEM_KIND_NR];
extern const unsigned int system_kind_wait[SYSTEM_KIND_NR];

/* Those of xperf: up to 1 us, and from each power of two of microseconds on. */
#define SYSTEM_POWERS	22

/* Smallest time of the @i-th of them, us. */
static inline uint32_t system_power_us(unsigned int i)
{
	return i ? 1u << (i - 1) : 0;
}

/**
 * struct system_times - the times of a stage
 * @hist: for percentiles
 * @powers: the same by system_power_us()
 * @budget_ns: 0 for none
 * @over: number of times over it
 */
struct system_times {
	struct hist	hist;
	uint64_t	powers[SYSTEM_POWERS];
	uint64_t	budget_ns;
	uint64_t	over;
};

/**
 * struct system_row - a routine, or what else took time
 * @index: in the list of all rows
 * @kind: what it is
 * @key: tells rows of a kind apart, with @name
 * @function: address of the routine; 0 if it has none
 * @name: of the interrupt's action, of the network device or of the thread; clean; may be empty
 * @workqueue: that its work items came from first; clean; empty if that is not known
 * @calls: how often it ran; @run.hist has as many times, but for those that began before the
 *	trace, or were cut by lost events, and for what has no time
 * @run: from its beginning to its end, whatever came in between
 * @wait: from the request to the beginning
 * @after_isr: SYSTEM_SOFTIRQ only: from the end of the interrupt that raised it
 * @self_ns: @run without what interrupted it, ran in it as another row, or had the CPU
 * @worst: the call that took the longest, its wait included
 * @deferred: SYSTEM_SOFTIRQ only: how often it ran in ksoftirqd
 * @deferred_waits: of those, how often it is known how long it had waited
 * @deferred_wait_ns: the sum of these waits
 * @unfinished: of the times, how many had not ended with the trace: they are at least so long
 */
struct system_row {
	unsigned int		index;
	enum system_kind	kind;
	uint64_t		key;
	uint64_t		function;
	char			name[SYSTEM_NAME_LEN];
	char			workqueue[SYSTEM_NAME_LEN];
	uint64_t		calls;
	struct system_times	run;
	struct system_times	wait;
	struct system_times	after_isr;
	uint64_t		self_ns;
	struct system_worst	worst;
	uint64_t		deferred;
	uint64_t		deferred_waits;
	uint64_t		deferred_wait_ns;
	uint64_t		unfinished;
};

/* Most rows; what comes beyond them is summed up in a row "others" of each kind. */
#define SYSTEM_ROWS_MAX	512

/**
 * struct system_rows - all rows; starts as { 0 }, ends with system_row_free_all()
 * @list: in the order in which they were seen
 * @nr: how many
 * @hash: by kind, key and name: 1 + index in @list, or 0
 * @budget_ns: by enum dpc_stage; set before the first row
 */
struct system_rows {
	struct system_row	*list[SYSTEM_ROWS_MAX + SYSTEM_KIND_NR];
	unsigned int		nr;
	uint16_t		hash[4096];
	uint64_t		budget_ns[DPC_STAGE_NR];
};

/* The row, made if there is none.  @name is cleaned; NULL for none. */
struct system_row *system_row(struct system_rows *rows, enum system_kind kind, uint64_t key,
			      uint64_t function, const char *name);
/* Whether it is a softirq that only runs routines which are rows of their own. */
bool system_row_is_pass(const struct system_row *row);
/* Whether its runs are judged: not those of what only runs other rows. */
bool system_row_is_judged(const struct system_row *row);
void system_row_free_all(struct system_rows *rows);

/* Counts a time. */
void system_row_add_time(struct system_times *t, uint64_t ns);

#endif /* DPCMON_SYSTEM_ROW_H */
