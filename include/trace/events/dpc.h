/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the three stages of an interrupt.
 *
 * Every event starts with the same fields in the same order, so that events
 * of different stages can be joined (histogram triggers, sqlhist, KernelShark):
 *
 *   id        number of the interrupt object; 0 for a DPC without one
 *   irq       Linux interrupt number; 0 for a DPC without an interrupt object
 *   seq       number of the last interrupt that the stage serves
 *   first     number of the first interrupt that the stage serves
 *   function  the driver's routine (M5); of dpc_complete and dpc_error an address inside it
 *
 * seq and first count the interrupts of one object from 1.  In an ISR event
 * they are equal.  They are both 0 in a call that serves no interrupt.  Times
 * inside events are nanoseconds of the core's clock.  The accounting uses the same
 * readings, so sums over a trace without lost events equal the counters.  While the
 * accounting is off (module parameter "accounting"), a trace of an event that has a time
 * turns it on.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dpc

#if !defined(_TRACE_DPC_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DPC_H

#include <linux/device.h>
#include <linux/dpc_error.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_watchdog.h>
#include <linux/tracepoint.h>
#include <uapi/linux/dpc.h>

#define DPC_TRACE_STAGE_ENUM(_id, _name)	TRACE_DEFINE_ENUM(DPC_STAGE_##_id);
DPC_STAGES(DPC_TRACE_STAGE_ENUM)
TRACE_DEFINE_ENUM(DPC_STAGE_NR);

/*
 * The list of __print_symbolic() takes no comma at its end, so each stage brings one
 * before it.  dpc_print_symbolic() makes the preprocessor expand the list before it
 * counts the arguments.
 */
#define DPC_TRACE_STAGE_SYMBOL(_id, _name)	, { DPC_STAGE_##_id, #_name }
#define dpc_print_symbolic(...)			__print_symbolic(__VA_ARGS__)
#define show_dpc_stage(stage)						\
	dpc_print_symbolic(stage DPC_STAGES(DPC_TRACE_STAGE_SYMBOL))

TRACE_DEFINE_ENUM(DPC_WATCHDOG_CALL);
TRACE_DEFINE_ENUM(DPC_WATCHDOG_SERIES);

#define show_dpc_watchdog_kind(kind)				\
	__print_symbolic(kind,					\
		{ DPC_WATCHDOG_CALL,		"call" },	\
		{ DPC_WATCHDOG_SERIES,		"series" })

#define DPC_EVENT_KEY						\
		__field(u32,		id)			\
		__field(u32,		irq)			\
		__field(u64,		seq)			\
		__field(u64,		first)			\
		__field(void *,		function)

#define DPC_EVENT_KEY_ASSIGN(_s, _seq, _first, _function)	\
		__entry->id		= (_s)->id;		\
		__entry->irq		= (_s)->irq;		\
		__entry->seq		= (_seq);		\
		__entry->first		= (_first);		\
		__entry->function	= (_function)

#define DPC_EVENT_KEY_FMT "id=%u irq=%u seq=%llu first=%llu function=%ps"
#define DPC_EVENT_KEY_ARGS					\
		__entry->id, __entry->irq, __entry->seq,	\
		__entry->first, __entry->function

/**
 * dpc_interrupt - an interrupt object introduces itself
 * @intr: the interrupt object
 * @model: name of the model that carries its second stage
 *
 * Fires once per object before its first ISR after the event was enabled, when the
 * object is connected, and when its model or one of its budgets changes.  It gives the
 * name and the budgets that belong to an id.
 */
TRACE_EVENT_FN(dpc_interrupt,

	TP_PROTO(const struct dpc_interrupt *intr, const char *model),

	TP_ARGS(intr, model),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__array(char,	name,	DPC_NAME_LEN)
		__array(char,	model,	DPC_NAME_LEN)
		__array(u32,	budget_us, DPC_STAGE_NR)
	),

	TP_fast_assign(
		int i;

		DPC_EVENT_KEY_ASSIGN(&intr->stats, 0, 0, intr->named.isr);
		strscpy(__entry->name, intr->stats.name, DPC_NAME_LEN);
		strscpy(__entry->model, model, DPC_NAME_LEN);
		for (i = 0; i < DPC_STAGE_NR; i++)
			__entry->budget_us[i] =
				READ_ONCE(intr->stats.budget_ns[i]) / NSEC_PER_USEC;
	),

	TP_printk(DPC_EVENT_KEY_FMT " name=%s model=%s budget_us=%s",
		  DPC_EVENT_KEY_ARGS, __entry->name, __entry->model,
		  /* 4, not sizeof(u32), which user space could not evaluate */
		  __print_array(__entry->budget_us, DPC_STAGE_NR, 4)),

	dpc_trace_announce, NULL
);

/**
 * dpc_isr_exit - the interrupt service routine has returned
 * @stats: accounting of the interrupt object
 * @seq: number of this interrupt
 * @function: the driver's ISR
 * @duration: how long the routine ran, in ns
 * @handled: whether the routine said that the interrupt was its device's
 *
 * The ISR has no event of its own for its start, which is the time of this event less
 * @duration: an event costs about as much as everything else that the library does for
 * an interrupt.  On a shared line the next interrupt gets the same number again if the
 * ISR said that this one was not its device's.
 */
TRACE_EVENT_FN(dpc_isr_exit,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, void *function,
		 u64 duration, bool handled),

	TP_ARGS(stats, seq, function, duration, handled),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u64,	duration)
		__field(u32,	handled)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, seq, function);
		__entry->duration	= duration;
		__entry->handled	= handled;
	),

	TP_printk(DPC_EVENT_KEY_FMT " duration=%llu handled=%u",
		  DPC_EVENT_KEY_ARGS, __entry->duration, __entry->handled),

	dpc_trace_account, dpc_trace_unaccount
);

/**
 * dpc_raised - an interrupt has come that its driver had told the device to raise
 * @stats: accounting of the interrupt object
 * @seq: number of this interrupt
 * @function: the driver's ISR
 * @wait: ns from the first of the raises to the start of this ISR
 * @raises: number of raises that the device has merged into this interrupt
 *
 * Fires inside the ISR of a driver that calls dpc_interrupt_raised().  The time of a
 * request from the raise on is @wait plus the time in dpc_complete.
 */
TRACE_EVENT_FN(dpc_raised,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, void *function,
		 u64 wait, u32 raises),

	TP_ARGS(stats, seq, function, wait, raises),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u64,	wait)
		__field(u32,	raises)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, seq, function);
		__entry->wait		= wait;
		__entry->raises		= raises;
	),

	TP_printk(DPC_EVENT_KEY_FMT " wait=%llu raises=%u",
		  DPC_EVENT_KEY_ARGS, __entry->wait, __entry->raises),

	dpc_trace_account, dpc_trace_unaccount
);

DECLARE_EVENT_CLASS(dpc_handover,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, bool queued),

	TP_ARGS(stats, seq, first, function, queued),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u32,	queued)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, first, function);
		__entry->queued		= queued;
	),

	TP_printk(DPC_EVENT_KEY_FMT " queued=%u",
		  DPC_EVENT_KEY_ARGS, __entry->queued)
);

/**
 * dpc_queue - a DPC was asked for
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that waits for the call
 * @first: number of the first interrupt that waits for the call
 * @function: the driver's DPC routine
 * @queued: rule Q2: 1 when this request queued it, 0 when it was queued already
 */
DEFINE_EVENT(dpc_handover, dpc_queue,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, bool queued),

	TP_ARGS(stats, seq, first, function, queued)
);

/**
 * dpc_work_queue - a work item was asked for
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that waits for the work item
 * @first: number of the first interrupt that waits for the work item
 * @function: the driver's work routine
 * @queued: rule W2: 1 when this request queued it, 0 when it was queued already
 */
DEFINE_EVENT(dpc_handover, dpc_work_queue,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, bool queued),

	TP_ARGS(stats, seq, first, function, queued)
);

DECLARE_EVENT_CLASS(dpc_stage_entry,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 wait, u32 served),

	TP_ARGS(stats, seq, first, function, wait, served),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u64,	wait)
		__field(u32,	served)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, first, function);
		__entry->wait		= wait;
		__entry->served		= served;
	),

	TP_printk(DPC_EVENT_KEY_FMT " wait=%llu served=%u",
		  DPC_EVENT_KEY_ARGS, __entry->wait, __entry->served)
);

/**
 * dpc_entry - a DPC routine is about to be called
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that the call serves
 * @first: number of the first interrupt that the call serves
 * @function: the driver's DPC routine
 * @wait: ns from the end of the ISR of @first to the start of this call
 * @served: how many interrupts the call serves; with 0, @wait means nothing
 */
DEFINE_EVENT_FN(dpc_stage_entry, dpc_entry,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 wait, u32 served),

	TP_ARGS(stats, seq, first, function, wait, served),

	dpc_trace_calls, dpc_trace_uncalls
);

/**
 * dpc_work_entry - a work routine is about to be called
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that the work item serves
 * @first: number of the first interrupt that the work item serves
 * @function: the driver's work routine
 * @wait: ns from the end of the DPC call that served @first to this start
 * @served: how many interrupts it serves; with 0, @wait means nothing
 */
DEFINE_EVENT_FN(dpc_stage_entry, dpc_work_entry,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 wait, u32 served),

	TP_ARGS(stats, seq, first, function, wait, served),

	dpc_trace_account, dpc_trace_unaccount
);

DECLARE_EVENT_CLASS(dpc_stage_exit,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 duration),

	TP_ARGS(stats, seq, first, function, duration),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u64,	duration)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, first, function);
		__entry->duration	= duration;
	),

	TP_printk(DPC_EVENT_KEY_FMT " duration=%llu",
		  DPC_EVENT_KEY_ARGS, __entry->duration)
);

/**
 * dpc_exit - a DPC routine has returned
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that the call served
 * @first: number of the first interrupt that the call served
 * @function: the driver's DPC routine
 * @duration: ns that the routine ran, interrupts that hit it included
 */
DEFINE_EVENT_FN(dpc_stage_exit, dpc_exit,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 duration),

	TP_ARGS(stats, seq, first, function, duration),

	dpc_trace_calls, dpc_trace_uncalls
);

/**
 * dpc_work_exit - a work routine has returned
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that the work item served
 * @first: number of the first interrupt that the work item served
 * @function: the driver's work routine
 * @duration: ns that the routine ran, preemption and sleep included
 */
DEFINE_EVENT_FN(dpc_stage_exit, dpc_work_exit,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 duration),

	TP_ARGS(stats, seq, first, function, duration),

	dpc_trace_account, dpc_trace_unaccount
);

/**
 * dpc_complete - a request was completed to its owner
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt that the completing stage served
 * @first: number of the first interrupt that the completing stage served
 * @function: the address in the driver's routine that called dpc_interrupt_complete()
 * @duration: ns from the start of the ISR of @first to the completion
 */
DEFINE_EVENT_FN(dpc_stage_exit, dpc_complete,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u64 duration),

	TP_ARGS(stats, seq, first, function, duration),

	dpc_trace_account, dpc_trace_unaccount
);

/**
 * dpc_overrun - a stage took longer than its budget
 * @stats: accounting of the interrupt object
 * @seq: number of the last interrupt concerned
 * @first: number of the first interrupt concerned
 * @function: the routine that ran, or, for a hand-over, the routine that waited
 * @stage: enum dpc_stage
 * @duration: ns that the stage took
 *
 * Fires after the exit (run) or entry (hand-over) event of the stage.  The
 * routine's name is in the event itself, so that a trigger or a tool can name
 * the culprit without a symbol table.
 */
TRACE_EVENT_FN(dpc_overrun,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first,
		 void *function, u32 stage, u64 duration),

	TP_ARGS(stats, seq, first, function, stage, duration),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u64,	duration)
		__field(u64,	budget)
		__field(u32,	stage)
		__array(char,	routine, DPC_NAME_LEN)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, first, function);
		__entry->duration	= duration;
		__entry->budget		= READ_ONCE(stats->budget_ns[stage]);
		__entry->stage		= stage;
		snprintf(__entry->routine, DPC_NAME_LEN, "%ps", function);
	),

	TP_printk(DPC_EVENT_KEY_FMT " stage=%s duration=%llu budget=%llu routine=%s",
		  DPC_EVENT_KEY_ARGS, show_dpc_stage(__entry->stage),
		  __entry->duration, __entry->budget, __entry->routine),

	dpc_trace_account, dpc_trace_unaccount
);

/**
 * dpc_watchdog - a DPC routine takes too long and still runs (B4)
 * @stats: accounting of the interrupt object
 * @function: the DPC routine that runs
 * @kind: enum dpc_watchdog_kind
 * @used: ns that the call, or the series of calls, has taken so far
 * @allowed: ns that it may take
 *
 * Fires in the hard interrupt of the watchdog's timer, on the CPU concerned: a
 * stack trace of this event shows where the routine is.
 */
TRACE_EVENT(dpc_watchdog,

	TP_PROTO(const struct dpc_stats *stats, void *function, u32 kind, u64 used, u64 allowed),

	TP_ARGS(stats, function, kind, used, allowed),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u64,	used)
		__field(u64,	allowed)
		__field(u32,	kind)
		__array(char,	routine, DPC_NAME_LEN)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, 0, 0, function);
		__entry->used		= used;
		__entry->allowed	= allowed;
		__entry->kind		= kind;
		snprintf(__entry->routine, DPC_NAME_LEN, "%ps", function);
	),

	TP_printk(DPC_EVENT_KEY_FMT " kind=%s used=%llu allowed=%llu routine=%s",
		  DPC_EVENT_KEY_ARGS, show_dpc_watchdog_kind(__entry->kind),
		  __entry->used, __entry->allowed, __entry->routine)
);

/**
 * dpc_error - a driver tells an error of its device (P4)
 * @stats: accounting of the interrupt object; that of DPCs without one if there is none
 * @seq: number of the last interrupt that the telling stage serves
 * @first: number of the first interrupt that the telling stage serves
 * @function: the address in the driver's routine that called dpc_log_error()
 * @dev: the device
 * @error: what the driver says of it
 * @packet: number that stands for the packet; 0 if there is none
 * @size: bytes of @error->data that the event has
 *
 * Fires inside the call of dpc_log_error(), whatever the kernel log leaves out.  @seq and
 * @first are 0 if no interrupt is known: in a thread, for example.
 */
TRACE_EVENT(dpc_error,

	TP_PROTO(const struct dpc_stats *stats, u64 seq, u64 first, void *function,
		 const struct device *dev, const struct dpc_error *error, u32 packet, u32 size),

	TP_ARGS(stats, seq, first, function, dev, error, packet, size),

	TP_STRUCT__entry(
		DPC_EVENT_KEY
		__field(u32,	code)
		__field(u32,	unique)
		__field(s32,	status)
		__field(u32,	retries)
		__field(u32,	sequence)
		__field(u32,	packet)
		__array(char,	device,	DPC_NAME_LEN)
		__dynamic_array(u8, data, size)
	),

	TP_fast_assign(
		DPC_EVENT_KEY_ASSIGN(stats, seq, first, function);
		__entry->code		= error->code;
		__entry->unique		= error->unique;
		__entry->status		= error->status;
		__entry->retries	= error->retries;
		__entry->sequence	= error->sequence;
		__entry->packet		= packet;
		strscpy(__entry->device, dev_name(dev), DPC_NAME_LEN);
		memcpy(__get_dynamic_array(data), error->data, size);
	),

	TP_printk(DPC_EVENT_KEY_FMT " code=%#x unique=%#x status=%d retries=%u sequence=%u packet=%08x device=%s data=%s",
		  DPC_EVENT_KEY_ARGS, __entry->code, __entry->unique, __entry->status,
		  __entry->retries, __entry->sequence, __entry->packet, __entry->device,
		  __print_hex(__get_dynamic_array(data), __get_dynamic_array_len(data)))
);

#endif /* _TRACE_DPC_H */

#include <trace/define_trace.h>
