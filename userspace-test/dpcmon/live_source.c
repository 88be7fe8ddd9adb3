// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes records out of the trace buffers of this machine while events come, those of all CPUs
 * in the order of their time.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tracefs.h>

#include "format.h"
#include "instance.h"
#include "live_source.h"
#include "page.h"
#include "tasks.h"
#include "trace_file.h"
#include "util.h"

/**
 * struct live_cpu - the records of one CPU
 * @source: its trace buffer
 * @data: room for a page of it
 * @page: the page that is read now
 * @ready: @page is at a record, the next one of this CPU
 * @dry: the buffer was empty when it was last asked in this round
 * @lost: number of events that were lost before that record; -1 if it is not known
 */
struct live_cpu {
	struct instance_cpu	*source;
	void			*data;
	struct page		page;
	bool			ready;
	bool			dry;
	long long		lost;
};

/**
 * struct live_source - where records come from
 * @instance: the trace instance
 * @cpus: one for each buffer of @instance
 */
struct live_source {
	struct instance	*instance;
	struct live_cpu	*cpus;
};

static void live_source_cpus(struct live_source *s)
{
	unsigned int i;

	s->cpus = xcalloc(s->instance->nr_cpus, sizeof(*s->cpus));
	for (i = 0; i < s->instance->nr_cpus; i++) {
		s->cpus[i].source = &s->instance->cpus[i];
		if (s->cpus[i].source->fd < 0)
			continue;
		page_init(&s->cpus[i].page, sizeof(long), __BYTE_ORDER == __BIG_ENDIAN);
		s->cpus[i].data = xcalloc(1, s->instance->page_size);
	}
}

struct live_source *live_source_new(const struct instance_params *params)
{
	struct live_source *s = xcalloc(1, sizeof(*s));

	s->instance = instance_create(params);
	if (!s->instance) {
		free(s);
		return NULL;
	}
	live_source_cpus(s);
	return s;
}

void live_source_free(struct live_source *s)
{
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < s->instance->nr_cpus; i++)
		free(s->cpus[i].data);
	free(s->cpus);
	instance_destroy(s->instance);
	free(s);
}

struct instance *live_source_instance(struct live_source *s)
{
	return s->instance;
}

/*
 * tracefs_local_events_system() would look at every event of the kernel, and read all of
 * kallsyms.
 */
void live_source_format(struct formats *formats, const char *system, const char *event)
{
	char *format;
	int size;

	if (!tracefs_event_file_exists(NULL, system, event, "format"))
		return;
	format = tracefs_event_file_read(NULL, system, event, "format", &size);
	/* one that is missing is noticed by whoever needs it */
	if (format)
		format_add(formats, system, format, size);
	free(format);
}

void live_source_tasks(struct tasks *tasks)
{
	int size;
	char *text = tracefs_instance_file_read(NULL, "saved_cmdlines", &size);

	if (text)
		tasks_load(tasks, text, size);
	free(text);
}

/* Makes @c ready, if there is a record. */
static void live_source_fill(struct live_source *s, struct live_cpu *c)
{
	ssize_t len;

	while (!c->ready && !c->dry) {
		c->ready = page_next(&c->page);
		if (c->ready)
			return;
		/* never seen: what is left of such a page is lost */
		if (*c->page.error)
			c->lost = -1;
		len = read(c->source->fd, c->data, s->instance->page_size);
		if (len <= 0) {
			c->dry = true;
			return;
		}
		page_load(&c->page, c->data, len);
		c->lost = page_lost(c->lost, c->page.lost);
	}
}

/* The CPU that has the earliest record, or NULL if none has one. */
static struct live_cpu *live_source_earliest(struct live_source *s)
{
	struct live_cpu *best = NULL;
	unsigned int i;

	for (i = 0; i < s->instance->nr_cpus; i++) {
		struct live_cpu *c = &s->cpus[i];

		live_source_fill(s, c);
		if (c->ready && (!best || c->page.ts < best->page.ts))
			best = c;
	}
	return best;
}

static void live_source_feed(struct live_source *s, struct live_cpu *c, struct trace_reader *reader)
{
	struct trace_record record = {
		.data = c->page.event, .len = c->page.len, .cpu = c - s->cpus, .ts = c->page.ts,
		.lost = c->lost,
	};
	char *complaint = reader->record(reader, &record);

	c->ready = false;
	c->source->read++;
	/* never seen: the kernel's own formats say how long its events are */
	c->lost = complaint ? -1 : 0;
	free(complaint);
}

/* A CPU without a buffer never has any. */
static void live_source_round(struct live_source *s)
{
	unsigned int i;

	for (i = 0; i < s->instance->nr_cpus; i++)
		s->cpus[i].dry = s->cpus[i].source->fd < 0;
}

unsigned long live_source_read(struct live_source *s, struct trace_reader *reader,
			       const bool *enough)
{
	struct live_cpu *c;
	unsigned long n = 0;

	live_source_round(s);
	while (n < LIVE_SOURCE_MAX && !(enough && *enough) && (c = live_source_earliest(s))) {
		live_source_feed(s, c, reader);
		n++;
	}
	return n;
}
