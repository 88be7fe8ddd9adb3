// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes the records of events.  Where the fields are is looked up in the formats
 * once; then each record costs a few reads at fixed offsets.  A record that is shorter
 * than its format needs is refused.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "decoder.h"
#include "event.h"
#include "format.h"
#include "record.h"
#include "util.h"

#define TRACE_FLAG_HARDIRQ	0x08

const char * const irq_vectors[] = {
	"local_timer", "reschedule", "call_function", "call_function_single", "irq_work",
};

const unsigned int nr_irq_vectors = ARRAY_SIZE(irq_vectors);

/* The fields of a dpc_error beside the common key. */
enum layout_error {
	ERROR_CODE, ERROR_UNIQUE, ERROR_STATUS, ERROR_RETRIES, ERROR_SEQUENCE, ERROR_PACKET,
	ERROR_DATA,		/* where a __data_loc says */
	ERROR_NR,
};

static const char * const layout_error_names[ERROR_NR] = {
	"code", "unique", "status", "retries", "sequence", "packet", "data",
};

/**
 * struct layout - where the fields of one event are
 * @type: what it becomes
 * @event: its name, for messages
 * @key: for a vector, the number that its entry and exit have in common; else 0
 * @vector: name of the vector; else NULL
 * @need: bytes that a record has at least, for all fields to be in it
 * @id: interrupt object
 * @irq: Linux interrupt number
 * @seq: last interrupt served
 * @first: first interrupt served
 * @function: address of the routine, 4 or 8 bytes
 * @ns: duration or wait
 * @count: see struct dpcmon_event
 * @budget: budget of an overrun
 * @text: how to find @name
 * @name: name of the interrupt or routine
 * @model: what carries the second stage
 * @budget_us: the budgets of all stages
 * @error: what a driver says of an error, by enum layout_error
 */
struct layout {
	enum dpcmon_event_type	type;
	char			event[FORMAT_NAME_LEN];
	uint32_t		key;
	const char		*vector;
	unsigned int		need;
	struct record_field	id;
	struct record_field	irq;
	struct record_field	seq;
	struct record_field	first;
	struct record_field	function;
	struct record_field	ns;
	struct record_field	count;
	struct record_field	budget;
	enum record_text	text;
	struct record_field	name;
	struct record_field	model;
	struct record_field	budget_us;
	struct record_field	error[ERROR_NR];
};

#define DECODER_IDS		65536	/* common_type has 16 bits */

/**
 * struct decoder - what a trace looks like
 * @what: its name, for messages
 * @formats: its formats
 * @swap: its byte order is not ours
 * @need: bytes that any record has at least
 * @type: common_type
 * @flags: common_flags
 * @pid: common_pid
 * @index: by event number: 1 + index in @layouts, or 0
 * @nr_layouts: used in @layouts
 * @layouts: one per event of ours
 */
struct decoder {
	const char		*what;
	const struct formats	*formats;
	bool			swap;
	unsigned int		need;
	struct record_field	type;
	struct record_field	flags;
	struct record_field	pid;
	uint8_t			index[DECODER_IDS];
	unsigned int		nr_layouts;
	struct layout		layouts[64];
};

/**
 * struct event_spec - an event of ours, and the fields that it has beside the common key
 * @name: its name
 * @type: what it becomes
 * @ns: name of the field with a time; NULL for none
 * @count: name of the field with a count; NULL for none
 */
struct event_spec {
	const char		*name;
	enum dpcmon_event_type	type;
	const char		*ns;
	const char		*count;
};

static const struct event_spec decode_specs[] = {
	{ "dpc_interrupt",	EV_INTERRUPT,	NULL,		NULL },
	/* older modules also had dpc_isr_entry, which is not needed */
	{ "dpc_isr_exit",	EV_ISR,		"duration",	"handled" },
	{ "dpc_raised",		EV_RAISED,	"wait",		"raises" },
	{ "dpc_queue",		EV_DPC_QUEUE,	NULL,		"queued" },
	{ "dpc_entry",		EV_DPC_ENTRY,	"wait",		"served" },
	{ "dpc_exit",		EV_DPC_EXIT,	"duration",	NULL },
	{ "dpc_work_queue",	EV_WORK_QUEUE,	NULL,		"queued" },
	{ "dpc_work_entry",	EV_WORK_ENTRY,	"wait",		"served" },
	{ "dpc_work_exit",	EV_WORK_EXIT,	"duration",	NULL },
	{ "dpc_complete",	EV_COMPLETE,	"duration",	NULL },
	{ "dpc_overrun",	EV_OVERRUN,	"duration",	"stage" },
	{ "dpc_error",		EV_ERROR,	NULL,		NULL },
};

#define DECODER_VERSION	"the trace is of another version of dpc_core.ko"

/* Looks up a field.  @size: bytes that it must have; 0 for any number. */
static int decoder_find(const struct decoder *d, const struct format *event,
			const char *name, unsigned int size, struct record_field *out)
{
	const struct format_field *f = format_field(event, name);

	if (!f)
		return fail("%s: event %s:%s has no field %s, or not where an event can have one: "
			    DECODER_VERSION, d->what, event->system, event->name, name);
	if ((size && f->size != size) || !f->size)
		return fail("%s: event %s:%s: field %s has %u bytes instead of %u: "
			    DECODER_VERSION, d->what, event->system, event->name, name, f->size,
			    size);
	out->offset = f->offset;
	out->size = f->size;
	return 0;
}

static void decoder_layout_needs(struct layout *l, struct record_field f)
{
	if (l->need < f.offset + f.size)
		l->need = f.offset + f.size;
}

static int decoder_field(const struct decoder *d, const struct format *event, struct layout *l,
			 const char *name, unsigned int size, struct record_field *out)
{
	if (decoder_find(d, event, name, size, out))
		return -1;
	decoder_layout_needs(l, *out);
	return 0;
}

static int decoder_key_fields(const struct decoder *d, const struct format *event,
			      struct layout *l)
{
	if (decoder_field(d, event, l, "id", 4, &l->id) ||
	    decoder_field(d, event, l, "irq", 4, &l->irq) ||
	    decoder_field(d, event, l, "seq", 8, &l->seq) ||
	    decoder_field(d, event, l, "first", 8, &l->first) ||
	    decoder_field(d, event, l, "function", 0, &l->function))
		return -1;
	/* a pointer: 4 bytes in the trace of a 32-bit kernel */
	if (l->function.size == 4 || l->function.size == 8)
		return 0;
	return fail("%s: event %s:%s: field function has %u bytes instead of 4 or 8: "
		    DECODER_VERSION, d->what, event->system, event->name, l->function.size);
}

static struct layout *decoder_add(struct decoder *d, const struct format *event,
				  enum dpcmon_event_type type)
{
	struct layout *l = &d->layouts[d->nr_layouts++];

	d->index[event->id & (DECODER_IDS - 1)] = d->nr_layouts;
	l->type = type;
	l->need = d->need;
	memcpy(l->event, event->name, sizeof(l->event));
	return l;
}

static int decoder_error_fields(const struct decoder *d, const struct format *event,
				struct layout *l)
{
	unsigned int i;

	l->text = TEXT_FIXED;
	if (decoder_field(d, event, l, "device", 0, &l->name))
		return -1;
	for (i = 0; i < ERROR_NR; i++)
		if (decoder_field(d, event, l, layout_error_names[i], 4, &l->error[i]))
			return -1;
	return 0;
}

static int decoder_add_dpc(struct decoder *d, const struct event_spec *spec)
{
	const struct format *event = format_find(d->formats, DPC_SYSTEM, spec->name);
	struct layout *l;

	/* recorded with fewer events: what is not there is not measured */
	if (!event)
		return 0;
	l = decoder_add(d, event, spec->type);
	if (decoder_key_fields(d, event, l))
		return -1;
	if (spec->ns && decoder_field(d, event, l, spec->ns, 8, &l->ns))
		return -1;
	if (spec->count && decoder_field(d, event, l, spec->count, 4, &l->count))
		return -1;
	if (spec->type == EV_ERROR)
		return decoder_error_fields(d, event, l);
	if (spec->type == EV_OVERRUN || spec->type == EV_INTERRUPT)
		l->text = TEXT_FIXED;
	if (spec->type == EV_OVERRUN &&
	    (decoder_field(d, event, l, "budget", 8, &l->budget) ||
	     decoder_field(d, event, l, "routine", 0, &l->name)))
		return -1;
	if (spec->type == EV_INTERRUPT &&
	    (decoder_field(d, event, l, "name", 0, &l->name) ||
	     decoder_field(d, event, l, "model", 0, &l->model) ||
	     decoder_field(d, event, l, "budget_us", 4 * DPC_STAGE_NR, &l->budget_us)))
		return -1;
	return 0;
}

static int decoder_add_irq(struct decoder *d)
{
	const struct format *entry = format_find(d->formats, "irq", "irq_handler_entry");
	const struct format *exit = format_find(d->formats, "irq", "irq_handler_exit");
	struct layout *l;

	if (!entry || !exit)
		return 0;
	l = decoder_add(d, entry, EV_HARDIRQ_ENTRY);
	if (decoder_field(d, entry, l, "irq", 4, &l->irq) ||
	    decoder_field(d, entry, l, "name", 4, &l->name))
		return -1;
	l->text = TEXT_LOCATED;
	l = decoder_add(d, exit, EV_HARDIRQ_EXIT);
	return decoder_field(d, exit, l, "irq", 4, &l->irq);
}

static void decoder_add_mark(struct decoder *d)
{
	const struct format *event = format_find(d->formats, "ftrace", "print");
	const struct format_field *buf = event ? format_field(event, "buf") : NULL;
	struct layout *l;

	if (!buf)
		return;
	/* "char buf[]" has no size in the format; it ends the record, with a NUL */
	l = decoder_add(d, event, EV_MARK);
	l->text = TEXT_REST;
	l->name.offset = buf->offset;
	l->name.size = 1;
	decoder_layout_needs(l, l->name);
}

static void decoder_add_vector(struct decoder *d, unsigned int nr)
{
	char *names[2] = {
		xasprintf("%s_entry", irq_vectors[nr]), xasprintf("%s_exit", irq_vectors[nr]),
	};
	const struct format *entry = format_find(d->formats, "irq_vectors", names[0]);
	const struct format *exit = format_find(d->formats, "irq_vectors", names[1]);
	struct layout *l;

	if (entry && exit) {
		l = decoder_add(d, entry, EV_HARDIRQ_ENTRY);
		l->key = HARDIRQ_KEY_VECTOR | nr;
		l->vector = irq_vectors[nr];
		l = decoder_add(d, exit, EV_HARDIRQ_EXIT);
		l->key = HARDIRQ_KEY_VECTOR | nr;
	}
	free(names[0]);
	free(names[1]);
}

/* The fields that all events begin with: the same for all, so one is asked. */
static int decoder_common_fields(struct decoder *d, const struct format *event)
{
	struct layout common = { 0 };

	if (decoder_field(d, event, &common, "common_type", 2, &d->type) ||
	    decoder_field(d, event, &common, "common_flags", 1, &d->flags) ||
	    decoder_field(d, event, &common, "common_pid", 4, &d->pid))
		return -1;
	d->need = common.need;
	return 0;
}

static int decoder_fill(struct decoder *d, const char *remedy)
{
	const struct format *event = format_find(d->formats, DPC_SYSTEM, "dpc_isr_exit");
	unsigned int i;

	if (!event)
		event = format_find(d->formats, DPC_SYSTEM, "dpc_exit");
	if (!event)
		return fail("%s knows no dpc events: %s", d->what, remedy);
	if (decoder_common_fields(d, event))
		return -1;
	for (i = 0; i < ARRAY_SIZE(decode_specs); i++)
		if (decoder_add_dpc(d, &decode_specs[i]))
			return -1;
	if (decoder_add_irq(d))
		return -1;
	decoder_add_mark(d);
	for (i = 0; i < nr_irq_vectors; i++)
		decoder_add_vector(d, i);
	return 0;
}

struct decoder *decoder_new(const struct formats *formats, bool big_endian, const char *what,
			    const char *remedy)
{
	struct decoder *d = xcalloc(1, sizeof(*d));

	d->what = what;
	d->formats = formats;
	d->swap = big_endian != (__BYTE_ORDER == __BIG_ENDIAN);
	if (decoder_fill(d, remedy)) {
		decoder_free(d);
		return NULL;
	}
	return d;
}

void decoder_free(struct decoder *d)
{
	free(d);
}

/* 0 for a field that is not in this event. */
static inline uint64_t decoder_read(const struct decoder *d, const void *data,
				    struct record_field f)
{
	return record_read(data, f, d->swap);
}

static int decoder_name(const struct decoder *d, const void *data, size_t len,
			const struct layout *l, struct dpcmon_event *e)
{
	if (l->text == TEXT_NONE) {
		e->name = l->vector;
		return 0;
	}
	e->name = record_text(data, len, l->name, l->text, d->swap);
	return e->name ? 0 : -1;
}

static int decoder_interrupt(const struct decoder *d, const void *data,
			     const struct layout *l, struct dpcmon_event *e)
{
	struct record_field f = { .offset = l->budget_us.offset, .size = 4 };
	unsigned int i;

	e->model = record_text(data, l->need, l->model, TEXT_FIXED, d->swap);
	for (i = 0; i < DPC_STAGE_NR; i++, f.offset += f.size)
		e->budget_us[i] = decoder_read(d, data, f);
	return e->model ? 0 : -1;
}

/* Return: -1 if the data do not lie in the record. */
static int decoder_error(const struct decoder *d, const void *data, size_t len,
			 const struct layout *l, struct event_error *e)
{
	uint32_t loc = decoder_read(d, data, l->error[ERROR_DATA]);
	size_t offset = loc & 0xffff;

	e->code = decoder_read(d, data, l->error[ERROR_CODE]);
	e->unique = decoder_read(d, data, l->error[ERROR_UNIQUE]);
	e->status = decoder_read(d, data, l->error[ERROR_STATUS]);
	e->retries = decoder_read(d, data, l->error[ERROR_RETRIES]);
	e->sequence = decoder_read(d, data, l->error[ERROR_SEQUENCE]);
	e->packet = decoder_read(d, data, l->error[ERROR_PACKET]);
	e->len = loc >> 16;
	e->data = (const unsigned char *)data + offset;
	return offset + e->len > len ? -1 : 0;
}

/* NULL for an event that is none of ours. */
static const struct layout *decoder_layout(const struct decoder *d, const void *data)
{
	unsigned int nr = d->index[decoder_read(d, data, d->type)];

	return nr ? &d->layouts[nr - 1] : NULL;
}

int decoder_decode(const struct decoder *d, const void *data, size_t len,
		   struct dpcmon_event *e)
{
	const struct layout *l;

	if (len < d->need)
		return -1;
	l = decoder_layout(d, data);
	if (!l) {
		e->type = EV_OTHER;
		return 0;
	}
	if (len < l->need)
		return -1;
	e->type = l->type;
	e->hardirq = decoder_read(d, data, d->flags) & TRACE_FLAG_HARDIRQ;
	e->pid = decoder_read(d, data, d->pid);
	e->id = decoder_read(d, data, l->id);
	e->irq = l->key ? l->key : decoder_read(d, data, l->irq);
	e->seq = decoder_read(d, data, l->seq);
	e->first = decoder_read(d, data, l->first);
	e->function = decoder_read(d, data, l->function);
	e->ns = decoder_read(d, data, l->ns);
	e->count = decoder_read(d, data, l->count);
	e->budget_ns = decoder_read(d, data, l->budget);
	if (decoder_name(d, data, len, l, e))
		return -1;
	if (l->type == EV_ERROR)
		return decoder_error(d, data, len, l, &e->error);
	return l->type == EV_INTERRUPT ? decoder_interrupt(d, data, l, e) : 0;
}

char *decoder_complaint(const struct decoder *d, const void *data, size_t len)
{
	const struct layout *l = len < d->need ? NULL : decoder_layout(d, data);
	struct event_error error;

	if (!l)
		return xasprintf("an event of %zu bytes, where each has at least %u", len, d->need);
	if (len < l->need)
		return xasprintf("an event %s of %zu bytes, where its format needs %u", l->event,
				 len, l->need);
	if (l->type == EV_ERROR && decoder_error(d, data, len, l, &error))
		return xasprintf("an event %s with data that do not lie in it", l->event);
	return xasprintf("an event %s with a text that does not end in it", l->event);
}
