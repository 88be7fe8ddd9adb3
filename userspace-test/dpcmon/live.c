// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads events while they happen, merges the buffers of all CPUs by time stamp, and
 * feeds them to an analysis.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "analysis.h"
#include "decoder.h"
#include "event.h"
#include "format.h"
#include "instance.h"
#include "live.h"
#include "page.h"
#include "tasks.h"
#include "util.h"

/**
 * struct live_cpu - the events of one CPU
 * @source: its trace buffer
 * @data: room for a page of it
 * @page: the page that is read now
 * @ready: @page is at an event, the next one of this CPU
 * @lost: number of events that were lost before that event; -1 if it is not known
 */
struct live_cpu {
	struct instance_cpu	*source;
	void			*data;
	struct page		page;
	bool			ready;
	long long		lost;
};

/**
 * struct live - a trace of this machine
 * @instance: the trace instance
 * @formats: the formats of the events that we use
 * @tasks: names of tasks, as of the last live_tasks()
 * @decoder: for @formats
 * @cpus: one for each buffer of @instance
 */
struct live {
	struct instance		*instance;
	struct formats		formats;
	struct tasks		tasks;
	struct decoder		*decoder;
	struct live_cpu		*cpus;
};

static void live_open_cpus(struct live *l)
{
	unsigned int i;

	l->cpus = xcalloc(l->instance->nr_cpus, sizeof(*l->cpus));
	for (i = 0; i < l->instance->nr_cpus; i++) {
		l->cpus[i].source = &l->instance->cpus[i];
		if (l->cpus[i].source->fd < 0)
			continue;
		page_init(&l->cpus[i].page, sizeof(long), __BYTE_ORDER == __BIG_ENDIAN);
		l->cpus[i].data = xcalloc(1, l->instance->page_size);
	}
}

static void live_load_format(struct live *l, const char *system, const char *event)
{
	char *format;
	int size;

	if (!tracefs_event_file_exists(NULL, system, event, "format"))
		return;
	format = tracefs_event_file_read(NULL, system, event, "format", &size);
	/* one that is missing is noticed by whoever needs it */
	if (format)
		format_add(&l->formats, system, format, size);
	free(format);
}

/*
 * The few formats that are used.  tracefs_local_events_system() would look at
 * every event of the kernel, and read all of kallsyms.
 */
static int live_load_formats(struct live *l)
{
	char **events = tracefs_system_events(NULL, DPC_SYSTEM);
	char name[64];
	unsigned int i;

	if (!events)
		return fail("can't read the event formats of %s", tracefs_tracing_dir());
	for (i = 0; events[i]; i++)
		live_load_format(l, DPC_SYSTEM, events[i]);
	tracefs_list_free(events);
	live_load_format(l, "irq", "irq_handler_entry");
	live_load_format(l, "irq", "irq_handler_exit");
	for (i = 0; i < nr_irq_vectors; i++) {
		snprintf(name, sizeof(name), "%s_entry", irq_vectors[i]);
		live_load_format(l, "irq_vectors", name);
		snprintf(name, sizeof(name), "%s_exit", irq_vectors[i]);
		live_load_format(l, "irq_vectors", name);
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
	l->instance = instance_create(params);
	if (!l->instance)
		return -1;
	live_open_cpus(l);
	return 0;
}

struct live *live_open(const struct instance_params *params)
{
	struct live *l;

	if (instance_check())
		return NULL;
	l = xcalloc(1, sizeof(*l));
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

/* Makes @c ready, if there is an event now. */
static void live_fill(struct live *l, struct live_cpu *c)
{
	ssize_t len;

	while (!c->ready && c->source->fd >= 0) {
		c->ready = page_next(&c->page);
		if (c->ready)
			return;
		/* never seen: what is left of such a page is lost */
		if (*c->page.error)
			c->lost = -1;
		len = read(c->source->fd, c->data, l->instance->page_size);
		if (len <= 0)
			return;
		page_load(&c->page, c->data, len);
		c->lost = page_lost(c->lost, c->page.lost);
	}
}

static void live_feed(struct live *l, unsigned int nr, struct analysis *a)
{
	struct live_cpu *c = &l->cpus[nr];
	struct dpcmon_event e;

	c->ready = false;
	/* never seen: the kernel's own formats say how long its events are */
	if (decoder_decode(l->decoder, c->page.event, c->page.len, &e)) {
		e.type = EV_OTHER;
		c->lost = -1;
	}
	e.cpu = nr;
	e.ts = c->page.ts;
	e.lost = c->lost;
	c->lost = 0;
	c->source->read++;
	analysis_event(a, &e);
}

/*
 * The CPU that has the earliest event, or NULL if none has one.  This is the order of time
 * only as far as all CPUs' events are there already: a CPU may be empty now and have an
 * earlier event in the next moment.  pairs.c and worst.c bear that.
 */
static struct live_cpu *live_earliest(struct live *l)
{
	struct live_cpu *best = NULL;
	unsigned int i;

	for (i = 0; i < l->instance->nr_cpus; i++) {
		struct live_cpu *c = &l->cpus[i];

		if (!c->ready)
			live_fill(l, c);
		if (c->ready && (!best || c->page.ts < best->page.ts))
			best = c;
	}
	return best;
}

/* Ends after a while even if events come as fast as they are read. */
#define LIVE_EVENTS_MAX	200000

unsigned long live_read(struct live *l, struct analysis *a)
{
	struct live_cpu *c;
	unsigned long n = 0;

	while (n < LIVE_EVENTS_MAX && (c = live_earliest(l))) {
		live_feed(l, c - l->cpus, a);
		n++;
	}
	return n;
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
		if (l->cpus[i].source->fd >= 0)
			live_count_lost(l, a, i);
	if (instance->disturbed)
		analysis_disturbed(a, instance->disturbed);
	if (instance->stopped && instance->params.stop_on_overrun)
		analysis_trace_stopped(a);
}

void live_close(struct live *l)
{
	unsigned int i;

	if (!l)
		return;
	for (i = 0; l->cpus && i < l->instance->nr_cpus; i++)
		free(l->cpus[i].data);
	free(l->cpus);
	instance_destroy(l->instance);
	decoder_free(l->decoder);
	format_free(&l->formats);
	tasks_free(&l->tasks);
	free(l);
}

/* Names of tasks are those of now: load them when the report is due. */
const struct tasks *live_tasks(struct live *l)
{
	int size;
	char *text = tracefs_instance_file_read(NULL, "saved_cmdlines", &size);

	if (text)
		tasks_load(&l->tasks, text, size);
	free(text);
	return &l->tasks;
}
