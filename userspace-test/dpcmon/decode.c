// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "decode.h"
#include "util.h"

#define TRACE_FLAG_HARDIRQ	0x08

const char * const irq_vectors[] = {
	"local_timer", "reschedule", "call_function", "call_function_single", "irq_work",
};

const unsigned int nr_irq_vectors = ARRAY_SIZE(irq_vectors);

struct field {
	unsigned int	offset;
	unsigned int	size;
};

/*
 * Where the fields of one event are.  @key is the fixed number of a vector.
 */
struct layout {
	enum dpcmon_event_type	type;
	uint32_t		key;
	const char		*vector;
	struct field		id;
	struct field		irq;
	struct field		seq;
	struct field		first;
	struct field		function;
	struct field		ns;
	struct field		count;
	struct field		budget;
	struct field		name;
	struct field		model;
	struct field		budget_us;
	bool			name_is_data_loc;
};

#define DECODER_IDS		65536	/* common_type has 16 bits */

/**
 * struct decoder - what a trace looks like
 * @tep: its formats
 * @swap: its byte order is not ours
 * @type: common_type
 * @flags: common_flags
 * @pid: common_pid
 * @index: by event number: 1 + index in @layouts, or 0
 * @nr_layouts: used in @layouts
 * @layouts: one per event of ours
 */
struct decoder {
	struct tep_handle	*tep;
	bool			swap;
	struct field		type;
	struct field		flags;
	struct field		pid;
	uint8_t			index[DECODER_IDS];
	unsigned int		nr_layouts;
	struct layout		layouts[64];
};

/* The fields that an event has beside the common key, by name. */
struct event_spec {
	const char		*name;
	enum dpcmon_event_type	type;
	const char		*ns;
	const char		*count;
};

static const struct event_spec decode_specs[] = {
	{ "dpc_interrupt",	EV_INTERRUPT,	NULL,		NULL },
	{ "dpc_isr_entry",	EV_ISR_ENTRY,	NULL,		NULL },
	{ "dpc_isr_exit",	EV_ISR_EXIT,	"duration",	"handled" },
	{ "dpc_queue",		EV_DPC_QUEUE,	NULL,		"queued" },
	{ "dpc_entry",		EV_DPC_ENTRY,	"wait",		"served" },
	{ "dpc_exit",		EV_DPC_EXIT,	"duration",	NULL },
	{ "dpc_work_queue",	EV_WORK_QUEUE,	NULL,		"queued" },
	{ "dpc_work_entry",	EV_WORK_ENTRY,	"wait",		"served" },
	{ "dpc_work_exit",	EV_WORK_EXIT,	"duration",	NULL },
	{ "dpc_complete",	EV_COMPLETE,	"duration",	NULL },
	{ "dpc_overrun",	EV_OVERRUN,	"duration",	"stage" },
};

static int decoder_field(struct tep_event *event, const char *name, unsigned int size,
			 struct field *out)
{
	struct tep_format_field *f = tep_find_field(event, name);

	if (!f)
		f = tep_find_common_field(event, name);
	if (!f)
		return fail("event %s:%s has no field %s: the trace is of another version of dpc_core.ko",
			    event->system, event->name, name);
	if ((size && (unsigned int)f->size != size) || !f->size)
		return fail("event %s:%s: field %s has %d bytes instead of %u: the trace is of another version of dpc_core.ko",
			    event->system, event->name, name, f->size, size);
	out->offset = f->offset;
	out->size = f->size;
	return 0;
}

static int decoder_key_fields(struct tep_event *event, struct layout *l)
{
	if (decoder_field(event, "id", 4, &l->id) ||
	    decoder_field(event, "irq", 4, &l->irq) ||
	    decoder_field(event, "seq", 8, &l->seq) ||
	    decoder_field(event, "first", 8, &l->first))
		return -1;
	/* a pointer: 4 bytes in the trace of a 32-bit kernel */
	return decoder_field(event, "function", 0, &l->function);
}

static struct layout *decoder_add(struct decoder *d, struct tep_event *event,
				  enum dpcmon_event_type type)
{
	struct layout *l = &d->layouts[d->nr_layouts++];

	d->index[event->id & (DECODER_IDS - 1)] = d->nr_layouts;
	l->type = type;
	return l;
}

static int decoder_add_dpc(struct decoder *d, const struct event_spec *spec)
{
	struct tep_event *event = tep_find_event_by_name(d->tep, DPC_SYSTEM, spec->name);
	struct layout *l;

	/* recorded with fewer events: what is not there is not measured */
	if (!event)
		return 0;
	l = decoder_add(d, event, spec->type);
	if (decoder_key_fields(event, l))
		return -1;
	if (spec->ns && decoder_field(event, spec->ns, 8, &l->ns))
		return -1;
	if (spec->count && decoder_field(event, spec->count, 4, &l->count))
		return -1;
	if (spec->type == EV_OVERRUN &&
	    (decoder_field(event, "budget", 8, &l->budget) ||
	     decoder_field(event, "routine", 0, &l->name)))
		return -1;
	if (spec->type == EV_INTERRUPT &&
	    (decoder_field(event, "name", 0, &l->name) ||
	     decoder_field(event, "model", 0, &l->model) ||
	     decoder_field(event, "budget_us", 4 * DPC_STAGE_NR, &l->budget_us)))
		return -1;
	return 0;
}

static int decoder_add_irq(struct decoder *d)
{
	struct tep_event *entry = tep_find_event_by_name(d->tep, "irq", "irq_handler_entry");
	struct tep_event *exit = tep_find_event_by_name(d->tep, "irq", "irq_handler_exit");
	struct layout *l;

	if (!entry || !exit)
		return 0;
	l = decoder_add(d, entry, EV_HARDIRQ_ENTRY);
	if (decoder_field(entry, "irq", 4, &l->irq) ||
	    decoder_field(entry, "name", 4, &l->name))
		return -1;
	l->name_is_data_loc = true;
	l = decoder_add(d, exit, EV_HARDIRQ_EXIT);
	return decoder_field(exit, "irq", 4, &l->irq);
}

static void decoder_add_mark(struct decoder *d)
{
	struct tep_event *event = tep_find_event_by_name(d->tep, "ftrace", "print");
	struct tep_format_field *buf = event ? tep_find_field(event, "buf") : NULL;
	struct layout *l;

	if (!buf)
		return;
	/* "char buf[]" has no size in the format; it ends the record, with a NUL */
	l = decoder_add(d, event, EV_MARK);
	l->name.offset = buf->offset;
	l->name.size = 1;
}

static void decoder_add_vector(struct decoder *d, unsigned int nr)
{
	char *names[2] = {
		xasprintf("%s_entry", irq_vectors[nr]), xasprintf("%s_exit", irq_vectors[nr]),
	};
	struct tep_event *entry = tep_find_event_by_name(d->tep, "irq_vectors", names[0]);
	struct tep_event *exit = tep_find_event_by_name(d->tep, "irq_vectors", names[1]);
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

static int decoder_fill(struct decoder *d, const char *what, const char *remedy)
{
	struct tep_event *event = tep_find_event_by_name(d->tep, DPC_SYSTEM, "dpc_isr_exit");
	unsigned int i;

	if (!event)
		event = tep_find_event_by_name(d->tep, DPC_SYSTEM, "dpc_exit");
	if (!event)
		return fail("%s knows no dpc events: %s", what, remedy);
	if (decoder_field(event, "common_type", 2, &d->type) ||
	    decoder_field(event, "common_flags", 1, &d->flags) ||
	    decoder_field(event, "common_pid", 4, &d->pid))
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

struct decoder *decoder_new(struct tep_handle *tep, const char *what, const char *remedy)
{
	struct decoder *d = xcalloc(1, sizeof(*d));

	d->tep = tep;
	d->swap = tep_is_file_bigendian(tep) != tep_is_local_bigendian(tep);
	if (decoder_fill(d, what, remedy)) {
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
static inline uint64_t decoder_read(const struct decoder *d, const void *data, struct field f)
{
	const char *at = (const char *)data + f.offset;
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	switch (f.size) {
	case 8:
		memcpy(&eight, at, sizeof(eight));
		return d->swap ? __builtin_bswap64(eight) : eight;
	case 4:
		memcpy(&four, at, sizeof(four));
		return d->swap ? __builtin_bswap32(four) : four;
	case 2:
		memcpy(&two, at, sizeof(two));
		return d->swap ? __builtin_bswap16(two) : two;
	case 1:
		return (uint8_t)*at;
	default:
		return 0;
	}
}

static const char *decoder_name(const struct decoder *d, const void *data,
				const struct layout *l)
{
	if (l->vector)
		return l->vector;
	if (!l->name.size)
		return NULL;
	/* the low half of a __data_loc is the offset in the record */
	if (l->name_is_data_loc)
		return (const char *)data + (decoder_read(d, data, l->name) & 0xffff);
	return (const char *)data + l->name.offset;
}

static void decoder_interrupt(const struct decoder *d, const void *data,
			      const struct layout *l, struct dpcmon_event *e)
{
	struct field f = { .offset = l->budget_us.offset, .size = 4 };
	unsigned int i;

	e->model = (const char *)data + l->model.offset;
	for (i = 0; i < DPC_STAGE_NR; i++, f.offset += f.size)
		e->budget_us[i] = decoder_read(d, data, f);
}

void decoder_decode(const struct decoder *d, const void *data, struct dpcmon_event *e)
{
	unsigned int nr = d->index[decoder_read(d, data, d->type)];
	const struct layout *l;

	if (!nr) {
		e->type = EV_OTHER;
		return;
	}
	l = &d->layouts[nr - 1];
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
	e->name = decoder_name(d, data, l);
	if (l->type == EV_INTERRUPT)
		decoder_interrupt(d, data, l, e);
}
