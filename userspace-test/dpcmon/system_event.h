/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One event of the kernel's own tracepoints, or of dpc_core's: what system_decoder.c makes of a
 * record, and system.c learns from.
 */
#ifndef DPCMON_SYSTEM_EVENT_H
#define DPCMON_SYSTEM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

enum system_event_type {
	SYSTEM_OTHER,		/* none that is used, but it may carry lost events */
	SYSTEM_IRQ_ENTRY,	/* @number: the interrupt; @name: of its action */
	SYSTEM_IRQ_EXIT,
	SYSTEM_VECTOR_ENTRY,	/* an interrupt of the CPU itself; @number: which */
	SYSTEM_VECTOR_EXIT,
	SYSTEM_SOFTIRQ_RAISE,	/* @number: the softirq's vector */
	SYSTEM_SOFTIRQ_ENTRY,
	SYSTEM_SOFTIRQ_EXIT,
	SYSTEM_TASKLET_ENTRY,	/* @object: the tasklet; @function */
	SYSTEM_TASKLET_EXIT,
	SYSTEM_TIMER_ENTRY,	/* @object: the timer; @function */
	SYSTEM_TIMER_EXIT,
	SYSTEM_HRTIMER_ENTRY,
	SYSTEM_HRTIMER_EXIT,
	SYSTEM_NAPI_POLL,	/* has ended; @name: of the network device */
	SYSTEM_WORK_QUEUE,	/* @object: the work item; @function; @name: of the workqueue */
	SYSTEM_WORK_ENTRY,
	SYSTEM_WORK_EXIT,
	SYSTEM_KTHREAD_WORK_QUEUE,
	SYSTEM_KTHREAD_WORK_ENTRY,
	SYSTEM_KTHREAD_WORK_EXIT,
	SYSTEM_WAKING,		/* @task is woken; @name: its */
	SYSTEM_SWITCH,		/* to @task, with @name; @number: the other's state */
	SYSTEM_LIBRARY_ISR,	/* has ended; @function; @ns that it took */
	SYSTEM_LIBRARY_DPC_ENTRY,	/* @function; @ns that it waited */
	SYSTEM_LIBRARY_DPC_EXIT,
	SYSTEM_LIBRARY_WORK_ENTRY,
	SYSTEM_LIBRARY_WORK_EXIT,
	SYSTEM_MARK,		/* @name: a text that dpcmon wrote into the trace */
	SYSTEM_EVENT_NR,
};

/* @number of SYSTEM_VECTOR_*: an index of system_vectors; the first is the local timer. */
#define SYSTEM_VECTOR_TIMER	0

/* Longest text of a field that is kept. */
#define SYSTEM_NAME_LEN	64

/**
 * struct system_event - one event
 * @type: which
 * @cpu: where
 * @pid: the thread that ran there, or that was interrupted; 0 for an idle CPU
 * @hard: in a hard interrupt
 * @lost: events that this CPU's buffer lost just before; -1 if their number is not known
 * @ts: time stamp, ns of the trace's clock
 * @number: see enum system_event_type
 * @task: a thread's pid
 * @object: address of a work item, timer or tasklet: tells entry, exit and request apart
 * @function: address of the routine
 * @ns: a time that the library has measured
 * @name: a text, not cleaned; valid during the call; NULL for none
 */
struct system_event {
	enum system_event_type	type;
	int			cpu;
	int			pid;
	bool			hard;
	long long		lost;
	uint64_t		ts;
	uint64_t		number;
	int			task;
	uint64_t		object;
	uint64_t		function;
	uint64_t		ns;
	const char		*name;
};

#endif /* DPCMON_SYSTEM_EVENT_H */
