// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes the records of this machine while they come, and feeds them to an analysis.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#include <tracefs.h>

#include "analysis.h"
#include "decoder.h"
#include "format.h"
#include "instance.h"
#include "live.h"
#include "live_source.h"
#include "tasks.h"
#include "trace_file.h"
#include "util.h"

/**
 * struct live - a trace of this machine
 * @reader: for @source
 * @source: the records
 * @instance: the trace instance of @source
 * @formats: the formats of the events that we use
 * @tasks: names of tasks, as of the last live_tasks()
 * @decoder: for @formats
 * @a: where the events go, while they are read
 */
struct live {
	struct trace_reader	reader;
	struct live_source	*source;
	struct instance		*instance;
	struct formats		formats;
	struct tasks		tasks;
	struct decoder		*decoder;
	struct analysis		*a;
};

static char *live_record(struct trace_reader *reader, const struct trace_record *record)
{
	struct live *l = (struct live *)reader;
	struct dpcmon_event e;

	if (decoder_decode(l->decoder, record->data, record->len, &e))
		return decoder_complaint(l->decoder, record->data, record->len);
	e.cpu = record->cpu;
	e.ts = record->ts;
	e.lost = record->lost;
	analysis_event(l->a, &e);
	return NULL;
}

/* The few formats that are used. */
static int live_load_formats(struct live *l)
{
	char **events = tracefs_system_events(NULL, DPC_SYSTEM);
	char name[64];
	unsigned int i;

	if (!events)
		return fail("can't read the event formats of %s", tracefs_tracing_dir());
	for (i = 0; events[i]; i++)
		live_source_format(&l->formats, DPC_SYSTEM, events[i]);
	tracefs_list_free(events);
	live_source_format(&l->formats, "irq", "irq_handler_entry");
	live_source_format(&l->formats, "irq", "irq_handler_exit");
	for (i = 0; i < nr_irq_vectors; i++) {
		snprintf(name, sizeof(name), "%s_entry", irq_vectors[i]);
		live_source_format(&l->formats, "irq_vectors", name);
		snprintf(name, sizeof(name), "%s_exit", irq_vectors[i]);
		live_source_format(&l->formats, "irq_vectors", name);
	}
	return 0;
}

static int live_prepare(struct live *l, const struct instance_params *params)
{
	if (live_load_formats(l))
		return -1;
	l->decoder = decoder_new(&l->formats, __BYTE_ORDER == __BIG_ENDIAN, "this kernel",
				 "load dpc_core.ko");
	if (!l->decoder)
		return -1;
	l->source = live_source_new(params);
	if (!l->source)
		return -1;
	l->instance = live_source_instance(l->source);
	return 0;
}

struct live *live_open(const struct instance_params *params)
{
	struct live *l;

	if (instance_check())
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->reader.record = live_record;
	if (live_prepare(l, params)) {
		live_close(l);
		return NULL;
	}
	return l;
}

int live_events(struct live *l, bool on)
{
	return instance_events(l->instance, on);
}

int live_begin(struct live *l, struct analysis *a)
{
	if (instance_begin(l->instance))
		return -1;
	live_read(l, a);
	return 0;
}

int live_start(struct live *l, struct analysis *a)
{
	if (instance_events(l->instance, true) || live_begin(l, a))
		return -1;
	instance_reannounce(l->instance);
	return 0;
}

int live_start_overruns(struct live *l, struct analysis *a)
{
	if (instance_event(l->instance, DPC_SYSTEM, "dpc_overrun", true))
		return fail("can't switch the event dpc_overrun on: %m");
	return live_begin(l, a);
}

/* A CPU may have an earlier event in the next moment.  pairs.c and worst.c bear that. */
unsigned long live_read(struct live *l, struct analysis *a)
{
	l->a = a;
	return live_source_read(l->source, &l->reader, NULL);
}

/* The kernel's own count also has the gap after the last event, and no "unknown". */
static void live_count_lost(struct live *l, struct analysis *a, unsigned int nr)
{
	struct cpu *c = analysis_cpu(a, nr);
	uint64_t lost = instance_count(l->instance, nr);

	if (lost > c->lost)
		analysis_lost(a, nr, lost - c->lost);
	if (lost)
		c->lost_unknown = 0;
}

void live_stop(struct live *l, struct analysis *a)
{
	struct instance *instance = l->instance;
	unsigned int i;

	instance_end(instance);
	while (live_read(l, a))
		;
	for (i = 0; i < instance->nr_cpus; i++)
		if (instance->cpus[i].fd >= 0)
			live_count_lost(l, a, i);
	if (instance->disturbed)
		analysis_disturbed(a, instance->disturbed);
	if (instance->stopped && instance->params.stop_on_overrun)
		analysis_trace_stopped(a);
}

void live_close(struct live *l)
{
	if (!l)
		return;
	live_source_free(l->source);
	decoder_free(l->decoder);
	format_free(&l->formats);
	tasks_free(&l->tasks);
	free(l);
}

const struct tasks *live_tasks(struct live *l)
{
	live_source_tasks(&l->tasks);
	return &l->tasks;
}
