/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One decoded trace event: what the sources produce and the analysis consumes.
 */
#ifndef DPCMON_EVENT_H
#define DPCMON_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

enum dpcmon_event_type {
	EV_INTERRUPT,
	EV_ISR_ENTRY,
	EV_ISR_EXIT,
	EV_RAISED,
	EV_DPC_QUEUE,
	EV_DPC_ENTRY,
	EV_DPC_EXIT,
	EV_WORK_QUEUE,
	EV_WORK_ENTRY,
	EV_WORK_EXIT,
	EV_COMPLETE,
	EV_OVERRUN,
	EV_HARDIRQ_ENTRY,	/* irq:irq_handler_*, irq_vectors:* */
	EV_HARDIRQ_EXIT,
	EV_MARK,		/* a text that dpcmon record put into the trace */
	EV_OTHER,		/* none of ours, but it may carry lost events */
	EV_TYPE_NR,
};

/**
 * struct dpcmon_event - one event; strings are valid during the call only,
 *	end in a NUL, and are otherwise as the kernel or a file has them: text_copy()
 * @type: which event
 * @hardirq: it happened in hard interrupt context
 * @cpu: where
 * @pid: of the task that ran or was interrupted there; 0 is an idle CPU
 * @lost: events that the buffer of @cpu lost just before this one;
 *	-1 when the number is not known
 * @ts: time stamp of the trace, ns
 * @id: see <trace/events/dpc.h>, as the next four
 * @irq: as there; for EV_HARDIRQ_* a number that is equal in entry and exit
 * @seq: as there
 * @first: as there
 * @function: as there
 * @ns: duration or wait
 * @count: served, queued, handled, raises, or the stage of EV_OVERRUN
 * @budget_ns: EV_OVERRUN only
 * @name: of the interrupt (EV_INTERRUPT, EV_HARDIRQ_ENTRY), of @function
 *	(EV_OVERRUN), the text (EV_MARK); else NULL
 * @model: EV_INTERRUPT only
 * @budget_us: EV_INTERRUPT only, by enum dpc_stage
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
};

#endif /* DPCMON_EVENT_H */
