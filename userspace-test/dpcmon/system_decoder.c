// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes the records of the kernel's own events: a table of which fields of which event
 * are used, and as what.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "decoder.h"
#include "format.h"
#include "record.h"
#include "system_decoder.h"
#include "util.h"

#define SYSTEM_IDS	65536	/* common_type has 16 bits */
#define TRACE_FLAG_HARDIRQ	0x08

/* x86 has most of them as events of their own; arm64 has "ipi". */
const char * const system_vectors[] = {
	[SYSTEM_VECTOR_TIMER] = "local_timer",
	"reschedule", "call_function", "call_function_single", "irq_work",
	"x86_platform_ipi", "thermal_apic", "threshold_apic", "deferred_error_apic",
	"error_apic", "spurious_apic", "ipi",
};

const unsigned int system_nr_vectors = ARRAY_SIZE(system_vectors);

#define SYSTEM_VECTOR_IPI	(ARRAY_SIZE(system_vectors) - 1)

/* What a field of a record becomes. */
enum system_field {
	FIELD_NUMBER, FIELD_OBJECT, FIELD_FUNCTION, FIELD_TASK, FIELD_NS, FIELD_NAME, FIELD_NR,
};

/**
 * struct system_spec - an event that is used
 * @system: its system in tracefs
 * @event: its name there
 * @type: what it becomes
 * @number: SYSTEM_VECTOR_*: which vector
 * @fields: names of its fields, by enum system_field; NULL for none.  One that begins with
 *	"?" is missing in some kernels
 */
struct system_spec {
	const char		*system;
	const char		*event;
	enum system_event_type	type;
	unsigned int		number;
	const char		*fields[FIELD_NR];
};

#define VECTOR_ENTRY(name, vector) \
	{ "irq_vectors", name "_entry", SYSTEM_VECTOR_ENTRY, vector, { NULL } }
#define VECTOR_EXIT(name, vector) \
	{ "irq_vectors", name "_exit", SYSTEM_VECTOR_EXIT, vector, { NULL } }

static const struct system_spec system_specs[] = {
	{ "irq", "irq_handler_entry", SYSTEM_IRQ_ENTRY, 0,
	  { [FIELD_NUMBER] = "irq", [FIELD_NAME] = "name" } },
	{ "irq", "irq_handler_exit", SYSTEM_IRQ_EXIT, 0, { [FIELD_NUMBER] = "irq" } },
	{ "irq", "softirq_raise", SYSTEM_SOFTIRQ_RAISE, 0, { [FIELD_NUMBER] = "vec" } },
	{ "irq", "softirq_entry", SYSTEM_SOFTIRQ_ENTRY, 0, { [FIELD_NUMBER] = "vec" } },
	{ "irq", "softirq_exit", SYSTEM_SOFTIRQ_EXIT, 0, { [FIELD_NUMBER] = "vec" } },
	{ "irq", "tasklet_entry", SYSTEM_TASKLET_ENTRY, 0,
	  { [FIELD_OBJECT] = "tasklet", [FIELD_FUNCTION] = "func" } },
	{ "irq", "tasklet_exit", SYSTEM_TASKLET_EXIT, 0, { [FIELD_OBJECT] = "tasklet" } },
	VECTOR_ENTRY("local_timer", SYSTEM_VECTOR_TIMER),
	VECTOR_EXIT("local_timer", SYSTEM_VECTOR_TIMER),
	VECTOR_ENTRY("reschedule", 1), VECTOR_EXIT("reschedule", 1),
	VECTOR_ENTRY("call_function", 2), VECTOR_EXIT("call_function", 2),
	VECTOR_ENTRY("call_function_single", 3), VECTOR_EXIT("call_function_single", 3),
	VECTOR_ENTRY("irq_work", 4), VECTOR_EXIT("irq_work", 4),
	VECTOR_ENTRY("x86_platform_ipi", 5), VECTOR_EXIT("x86_platform_ipi", 5),
	VECTOR_ENTRY("thermal_apic", 6), VECTOR_EXIT("thermal_apic", 6),
	VECTOR_ENTRY("threshold_apic", 7), VECTOR_EXIT("threshold_apic", 7),
	VECTOR_ENTRY("deferred_error_apic", 8), VECTOR_EXIT("deferred_error_apic", 8),
	VECTOR_ENTRY("error_apic", 9), VECTOR_EXIT("error_apic", 9),
	VECTOR_ENTRY("spurious_apic", 10), VECTOR_EXIT("spurious_apic", 10),
	{ "ipi", "ipi_entry", SYSTEM_VECTOR_ENTRY, SYSTEM_VECTOR_IPI, { NULL } },
	{ "ipi", "ipi_exit", SYSTEM_VECTOR_EXIT, SYSTEM_VECTOR_IPI, { NULL } },
	{ "timer", "timer_expire_entry", SYSTEM_TIMER_ENTRY, 0,
	  { [FIELD_OBJECT] = "timer", [FIELD_FUNCTION] = "function" } },
	{ "timer", "timer_expire_exit", SYSTEM_TIMER_EXIT, 0, { [FIELD_OBJECT] = "timer" } },
	{ "timer", "hrtimer_expire_entry", SYSTEM_HRTIMER_ENTRY, 0,
	  { [FIELD_OBJECT] = "hrtimer", [FIELD_FUNCTION] = "function" } },
	{ "timer", "hrtimer_expire_exit", SYSTEM_HRTIMER_EXIT, 0, { [FIELD_OBJECT] = "hrtimer" } },
	{ "napi", "napi_poll", SYSTEM_NAPI_POLL, 0,
	  { [FIELD_OBJECT] = "napi", [FIELD_NAME] = "dev_name" } },
	{ "workqueue", "workqueue_queue_work", SYSTEM_WORK_QUEUE, 0,
	  { [FIELD_OBJECT] = "work", [FIELD_FUNCTION] = "function", [FIELD_NAME] = "?workqueue" } },
	{ "workqueue", "workqueue_execute_start", SYSTEM_WORK_ENTRY, 0,
	  { [FIELD_OBJECT] = "work", [FIELD_FUNCTION] = "function" } },
	{ "workqueue", "workqueue_execute_end", SYSTEM_WORK_EXIT, 0, { [FIELD_OBJECT] = "work" } },
	{ "sched", "sched_kthread_work_queue_work", SYSTEM_KTHREAD_WORK_QUEUE, 0,
	  { [FIELD_OBJECT] = "work", [FIELD_FUNCTION] = "function" } },
	{ "sched", "sched_kthread_work_execute_start", SYSTEM_KTHREAD_WORK_ENTRY, 0,
	  { [FIELD_OBJECT] = "work", [FIELD_FUNCTION] = "function" } },
	{ "sched", "sched_kthread_work_execute_end", SYSTEM_KTHREAD_WORK_EXIT, 0,
	  { [FIELD_OBJECT] = "work" } },
	{ "sched", "sched_waking", SYSTEM_WAKING, 0,
	  { [FIELD_TASK] = "pid", [FIELD_NAME] = "comm" } },
	{ "sched", "sched_switch", SYSTEM_SWITCH, 0,
	  { [FIELD_TASK] = "next_pid", [FIELD_NAME] = "next_comm",
	    [FIELD_NUMBER] = "prev_state" } },
	{ DPC_SYSTEM, "dpc_isr_exit", SYSTEM_LIBRARY_ISR, 0,
	  { [FIELD_FUNCTION] = "function", [FIELD_NS] = "duration" } },
	{ DPC_SYSTEM, "dpc_entry", SYSTEM_LIBRARY_DPC_ENTRY, 0,
	  { [FIELD_FUNCTION] = "function", [FIELD_NS] = "wait" } },
	{ DPC_SYSTEM, "dpc_exit", SYSTEM_LIBRARY_DPC_EXIT, 0, { [FIELD_FUNCTION] = "function" } },
	{ DPC_SYSTEM, "dpc_work_entry", SYSTEM_LIBRARY_WORK_ENTRY, 0,
	  { [FIELD_FUNCTION] = "function", [FIELD_NS] = "wait" } },
	{ DPC_SYSTEM, "dpc_work_exit", SYSTEM_LIBRARY_WORK_EXIT, 0,
	  { [FIELD_FUNCTION] = "function" } },
	{ "ftrace", "print", SYSTEM_MARK, 0, { [FIELD_NAME] = "buf" } },
};

/**
 * struct system_layout - where the fields of one event are
 * @spec: the event
 * @need: bytes that a record has at least, for all fields to be in it
 * @at: the places, by enum system_field
 * @text: how to find its name
 */
struct system_layout {
	const struct system_spec	*spec;
	unsigned int			need;
	struct record_field		at[FIELD_NR];
	enum record_text		text;
};

/**
 * struct system_decoder - what a trace looks like
 * @what: its name, for messages
 * @swap: its byte order is not ours
 * @need: bytes that any record has at least
 * @type: common_type
 * @flags: common_flags
 * @pid: common_pid
 * @index: by event number: 1 + index in @layouts, or 0
 * @nr_layouts: used in @layouts
 * @layouts: one for each event that the trace has
 */
struct system_decoder {
	const char		*what;
	bool			swap;
	unsigned int		need;
	struct record_field	type;
	struct record_field	flags;
	struct record_field	pid;
	uint8_t			index[SYSTEM_IDS];
	unsigned int		nr_layouts;
	struct system_layout	layouts[ARRAY_SIZE(system_specs)];
};

bool system_decoder_event(unsigned int i, const char **system, const char **event)
{
	/* the last one is no event that is switched on */
	if (i >= ARRAY_SIZE(system_specs) - 1)
		return false;
	*system = system_specs[i].system;
	*event = system_specs[i].event;
	return true;
}

static int system_decoder_common_field(struct system_decoder *d, const struct format *event,
				       const char *name, unsigned int size,
				       struct record_field *at)
{
	const struct format_field *f = format_field(event, name);

	if (!f || f->size != size)
		return fail("%s: event %s:%s has no field %s of %u bytes", d->what, event->system,
			    event->name, name, size);
	*at = (struct record_field){ f->offset, f->size };
	if (d->need < f->offset + f->size)
		d->need = f->offset + f->size;
	return 0;
}

/* The fields that all events begin with: the same for all, so one is asked. */
static int system_decoder_common(struct system_decoder *d, const struct format *event)
{
	if (system_decoder_common_field(d, event, "common_type", 2, &d->type) ||
	    system_decoder_common_field(d, event, "common_flags", 1, &d->flags))
		return -1;
	return system_decoder_common_field(d, event, "common_pid", 4, &d->pid);
}

/* Texts have any length; numbers are of 4 or 8 bytes, vectors and pids too. */
static int system_decoder_place(const struct system_decoder *d, const struct format *event,
				const char *name, struct system_layout *l, enum system_field as)
{
	const struct format_field *f = format_field(event, name);
	struct record_field *at = &l->at[as];

	if (!f || (as != FIELD_NAME && f->size != 4 && f->size != 8) ||
	    (f->data_loc && (as != FIELD_NAME || f->size != 4)))
		return fail("%s: event %s:%s has no field %s, or not as any kernel has it", d->what,
			    event->system, event->name, name);
	*at = (struct record_field){ f->offset, f->size };
	if (as == FIELD_NAME)
		l->text = !f->size ? TEXT_REST : f->data_loc ? TEXT_LOCATED : TEXT_FIXED;
	/* an array that ends the record has no size in the format; a text has a NUL */
	if (!f->size)
		at->size = 1;
	if (l->need < at->offset + at->size)
		l->need = at->offset + at->size;
	return 0;
}

static int system_decoder_add(struct system_decoder *d, const struct format *event,
			      const struct system_spec *spec)
{
	struct system_layout *l = &d->layouts[d->nr_layouts++];
	unsigned int i;

	l->spec = spec;
	l->need = d->need;
	for (i = 0; i < FIELD_NR; i++) {
		const char *name = spec->fields[i];

		if (!name)
			continue;
		if (*name == '?' && !format_field(event, ++name))
			continue;
		if (system_decoder_place(d, event, name, l, i))
			return -1;
	}
	d->index[event->id & (SYSTEM_IDS - 1)] = d->nr_layouts;
	return 0;
}

static int system_decoder_fill(struct system_decoder *d, const struct formats *formats)
{
	const struct format *event;
	unsigned int i, used = 0;

	for (i = 0; i < ARRAY_SIZE(system_specs); i++) {
		const struct system_spec *spec = &system_specs[i];

		event = format_find(formats, spec->system, spec->event);
		/* recorded with fewer events: what is not there is not measured */
		if (!event)
			continue;
		if (!d->need && system_decoder_common(d, event))
			return -1;
		if (system_decoder_add(d, event, spec))
			return -1;
		used += spec->type != SYSTEM_MARK;
	}
	if (used)
		return 0;
	return fail("%s has no event of interrupts, softirqs, timers or work items: record with dpcmon system, or with trace-cmd record -e irq -e irq_vectors -e timer -e napi -e workqueue -e sched_switch -e sched_waking",
		    d->what);
}

struct system_decoder *system_decoder_new(const struct formats *formats, bool big_endian,
					  const char *what)
{
	struct system_decoder *d = xcalloc(1, sizeof(*d));

	d->what = what;
	d->swap = big_endian != (__BYTE_ORDER == __BIG_ENDIAN);
	if (system_decoder_fill(d, formats)) {
		system_decoder_free(d);
		return NULL;
	}
	return d;
}

void system_decoder_free(struct system_decoder *d)
{
	free(d);
}

/* 0 for a field that is not in this event. */
static inline uint64_t system_decoder_read(const struct system_decoder *d, const void *data,
					   struct record_field f)
{
	return record_read(data, f, d->swap);
}

/* NULL for an event that is not used. */
static const struct system_layout *system_decoder_layout(const struct system_decoder *d,
							 const void *data)
{
	unsigned int nr = d->index[system_decoder_read(d, data, d->type)];

	return nr ? &d->layouts[nr - 1] : NULL;
}

int system_decoder_decode(const struct system_decoder *d, const void *data, size_t len,
			  struct system_event *e)
{
	const struct system_layout *l;

	*e = (struct system_event){ .type = SYSTEM_OTHER };
	if (len < d->need)
		return -1;
	e->pid = system_decoder_read(d, data, d->pid);
	e->hard = system_decoder_read(d, data, d->flags) & TRACE_FLAG_HARDIRQ;
	l = system_decoder_layout(d, data);
	if (!l)
		return 0;
	if (len < l->need)
		return -1;
	e->type = l->spec->type;
	e->number = l->at[FIELD_NUMBER].size ? system_decoder_read(d, data, l->at[FIELD_NUMBER])
					     : l->spec->number;
	e->task = system_decoder_read(d, data, l->at[FIELD_TASK]);
	e->object = system_decoder_read(d, data, l->at[FIELD_OBJECT]);
	e->function = system_decoder_read(d, data, l->at[FIELD_FUNCTION]);
	e->ns = system_decoder_read(d, data, l->at[FIELD_NS]);
	if (l->text == TEXT_NONE)
		return 0;
	e->name = record_text(data, len, l->at[FIELD_NAME], l->text, d->swap);
	return e->name ? 0 : -1;
}

char *system_decoder_complaint(const struct system_decoder *d, const void *data, size_t len)
{
	const struct system_layout *l = len < d->need ? NULL : system_decoder_layout(d, data);

	if (!l)
		return xasprintf("an event of %zu bytes, where each has at least %u", len, d->need);
	if (len < l->need)
		return xasprintf("an event %s of %zu bytes, where its format needs %u",
				 l->spec->event, len, l->need);
	return xasprintf("an event %s with a text that does not end in it", l->spec->event);
}
