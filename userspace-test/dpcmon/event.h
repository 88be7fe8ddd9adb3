/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One decoded trace event: what the sources (live.c, trace_file.c, by decoder.c) produce
 * and analysis.c consumes.
 */
#ifndef DPCMON_EVENT_H
#define DPCMON_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/dpc.h>

/* The events of <trace/events/dpc.h>, and a few others. */
enum dpcmon_event_type {
	EV_INTERRUPT,		/* an interrupt object introduces itself */
	EV_ISR,			/* dpc_isr_exit: an ISR began @ns before it */
	EV_RAISED,		/* in an ISR: when the device raised this interrupt */
	EV_DPC_QUEUE,
	EV_DPC_ENTRY,
	EV_DPC_EXIT,
	EV_WORK_QUEUE,
	EV_WORK_ENTRY,
	EV_WORK_EXIT,
	EV_COMPLETE,		/* a request is done */
	EV_OVERRUN,		/* a stage was over its budget */
	EV_ERROR,		/* a driver tells an error of its device */
	EV_HARDIRQ_ENTRY,	/* irq:irq_handler_*, irq_vectors:* */
	EV_HARDIRQ_EXIT,
	EV_MARK,		/* a text that dpcmon record put into the trace */
	EV_OTHER,		/* none of ours, but it may carry lost events */
	EV_TYPE_NR,
};

/**
 * struct event_error - what a driver says of an error
 * @code: its own number for what went wrong
 * @unique: where in the driver it was found
 * @status: how the request ends: 0 if it is tried again, else an errno or an NTSTATUS
 * @retries: how often it was tried again before
 * @sequence: the driver's number for the request
 * @packet: number that stands for the packet; 0 if there is none
 * @len: length of @data
 * @data: bytes that the driver added; valid as long as the strings of the event
 */
struct event_error {
	uint32_t		code;
	uint32_t		unique;
	int32_t			status;
	uint32_t		retries;
	uint32_t		sequence;
	uint32_t		packet;
	size_t			len;
	const unsigned char	*data;
};

/**
 * struct dpcmon_event - one event
 * @type: which event
 * @hardirq: it happened in hard interrupt context
 * @cpu: CPU on which it happened
 * @pid: the task that ran or was interrupted there; 0 for an idle CPU
 * @lost: number of events that the buffer of @cpu lost just before this one; -1 if the
 *	number is not known
 * @ts: time stamp, ns of the trace's clock
 * @id: interrupt object; 0 for a DPC without one
 * @irq: Linux interrupt number; for EV_HARDIRQ_* a number that is equal in entry and exit
 * @seq: last interrupt that the call serves, numbered from 1 for each object
 * @first: first interrupt that the call serves
 * @function: address of the routine
 * @ns: duration or wait, as the kernel measured it
 * @count: interrupts served; for EV_*_QUEUE whether it was queued, for EV_ISR whether
 *	it was handled, for EV_RAISED the number of raises, for EV_OVERRUN the stage
 * @budget_ns: EV_OVERRUN only
 * @name: name of the interrupt (EV_INTERRUPT, EV_HARDIRQ_ENTRY), of @function
 *	(EV_OVERRUN) or of the device (EV_ERROR), or the text (EV_MARK); else NULL
 * @model: EV_INTERRUPT only: what carries the second stage
 * @budget_us: EV_INTERRUPT only, by enum dpc_stage; 0 for none
 * @error: EV_ERROR only
 *
 * Strings are valid during the call only and end in a NUL.  Otherwise they are as the kernel
 * or a file has them: whoever keeps one cleans it by text_copy().
 */
struct dpcmon_event {
	enum dpcmon_event_type	type;
	bool			hardirq;
	int			cpu;
	int			pid;
	long long		lost;
	uint64_t		ts;
	uint32_t		id;
	uint32_t		irq;
	uint64_t		seq;
	uint64_t		first;
	uint64_t		function;
	uint64_t		ns;
	uint32_t		count;
	uint64_t		budget_ns;
	const char		*name;
	const char		*model;
	uint32_t		budget_us[DPC_STAGE_NR];
	struct event_error	error;
};

#endif /* DPCMON_EVENT_H */
