// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "decode.h"
#include "page.h"
#include "source.h"
#include "tasks.h"
#include "util.h"

#define LIVE_PREFIX	"dpcmon-"

/* @ready: @page has an event, the next one of this CPU. */
struct live_cpu {
	int			fd;
	void			*data;
	struct page		page;
	bool			ready;
	long long		lost;
};

struct live {
	struct live_params	params;
	struct tracefs_instance	*instance;
	struct formats		formats;
	struct tasks		tasks;
	struct decoder		*decoder;
	size_t			page_size;
	unsigned int		nr_cpus;
	struct live_cpu		*cpus;
};

int live_check(void)
{
	const char *dir;

	if (geteuid())
		return fail("tracing needs root: run it with sudo");
	dir = tracefs_tracing_dir();
	if (!dir)
		return fail("tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing");
	if (!tracefs_file_exists(NULL, "events/" DPC_SYSTEM "/enable"))
		return fail("%s/events has no system \"%s\": load dpc_core.ko", dir, DPC_SYSTEM);
	return 0;
}

/*
 * Instances of runs that were killed would trace on for ever, and keep interrupt
 * objects from introducing themselves to a new trace.
 */
void live_remove_stale(void)
{
	struct tracefs_instance *stale;
	char **list = tracefs_instances(NULL);
	unsigned int i;
	int pid;

	for (i = 0; list && list[i]; i++) {
		if (strncmp(list[i], LIVE_PREFIX, strlen(LIVE_PREFIX)))
			continue;
		pid = atoi(list[i] + strlen(LIVE_PREFIX));
		if (pid <= 0 || !kill(pid, 0) || errno != ESRCH)
			continue;
		stale = tracefs_instance_create(list[i]);
		if (stale) {
			tracefs_instance_destroy(stale);
			tracefs_instance_free(stale);
		}
	}
	tracefs_list_free(list);
}

static int live_open_cpu(struct live *l, unsigned int nr)
{
	struct live_cpu *c = &l->cpus[nr];
	char *path;

	path = xasprintf("per_cpu/cpu%u/trace_pipe_raw", nr);
	c->fd = tracefs_instance_file_open(l->instance, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	free(path);
	/* a CPU that is not possible has no buffer */
	if (c->fd < 0)
		return errno == ENOENT ? 0 : fail("cpu %u: can't open trace_pipe_raw: %m", nr);
	page_init(&c->page, sizeof(long), __BYTE_ORDER == __BIG_ENDIAN);
	c->data = xcalloc(1, l->page_size);
	return 0;
}

static int live_open_cpus(struct live *l)
{
	long long kb;
	unsigned int i;

	l->page_size = getpagesize();
	if (tracefs_file_exists(l->instance, "buffer_subbuf_size_kb") &&
	    !tracefs_instance_file_read_number(l->instance, "buffer_subbuf_size_kb", &kb))
		l->page_size = kb * 1024;

	l->nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	l->cpus = xcalloc(l->nr_cpus, sizeof(*l->cpus));
	for (i = 0; i < l->nr_cpus; i++)
		l->cpus[i].fd = -1;
	for (i = 0; i < l->nr_cpus; i++)
		if (live_open_cpu(l, i))
			return -1;
	return 0;
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
		formats_add(&l->formats, system, format, size);
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

static int live_prepare(struct live *l)
{
	char name[32];

	if (live_load_formats(l))
		return -1;
	l->decoder = decoder_new(&l->formats, __BYTE_ORDER == __BIG_ENDIAN, "this kernel", "load dpc_core.ko");
	if (!l->decoder)
		return -1;

	live_remove_stale();
	snprintf(name, sizeof(name), LIVE_PREFIX "%d", getpid());
	l->instance = tracefs_instance_create(name);
	if (!l->instance)
		return fail("can't create %s/instances/%s: %m", tracefs_tracing_dir(), name);
	tracefs_trace_off(l->instance);
	if (tracefs_instance_set_buffer_size(l->instance, l->params.buffer_kb, -1) < 0)
		return fail("can't set the trace buffers to %u kB per CPU: try a smaller --buffer",
			    l->params.buffer_kb);
	if (l->params.stop_on_overrun &&
	    tracefs_event_file_write(l->instance, DPC_SYSTEM, "dpc_overrun", "trigger",
				     "traceoff") < 0)
		return fail("can't set the trigger traceoff on dpc:dpc_overrun: %m");
	return live_open_cpus(l);
}

struct live *live_open(const struct live_params *params)
{
	struct live *l;

	if (live_check())
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->params = *params;
	if (live_prepare(l)) {
		live_close(l);
		return NULL;
	}
	return l;
}

/*
 * tracefs_event_enable() takes patterns, and looks at all systems for each.
 * 0 also for an event that this kernel does not have.
 */
static int live_switch(struct tracefs_instance *instance, const char *system,
		       const char *event, bool on)
{
	if (!tracefs_event_file_exists(instance, system, event, "enable"))
		return 0;
	return tracefs_event_file_write(instance, system, event, "enable", on ? "1" : "0") < 0;
}

void live_reannounce(struct tracefs_instance *instance)
{
	live_switch(instance, DPC_SYSTEM, "dpc_interrupt", false);
	live_switch(instance, DPC_SYSTEM, "dpc_interrupt", true);
}

/* What is not there on this kernel is left out: its time stays in the DPC's. */
static void live_enable_hardirqs(struct live *l)
{
	static const char * const ends[] = { "entry", "exit" };
	char name[64];
	unsigned int i, j;

	live_switch(l->instance, "irq", "irq_handler_entry", true);
	live_switch(l->instance, "irq", "irq_handler_exit", true);
	for (i = 0; i < nr_irq_vectors; i++) {
		for (j = 0; j < ARRAY_SIZE(ends); j++) {
			snprintf(name, sizeof(name), "%s_%s", irq_vectors[i], ends[j]);
			live_switch(l->instance, "irq_vectors", name, true);
		}
	}
}

int live_events(struct live *l, bool on)
{
	if (on && !l->params.dpc_only)
		live_enable_hardirqs(l);
	if (tracefs_instance_file_write(l->instance, "events/" DPC_SYSTEM "/enable",
					on ? "1" : "0") < 0)
		return fail("can't switch the dpc events: %m");
	return 0;
}

/* Empties the buffers, and with them their counts of lost events. */
int live_begin(struct live *l)
{
	if (tracefs_instance_file_clear(l->instance, "trace") || tracefs_trace_on(l->instance))
		return fail("can't switch tracing on: %m");
	return 0;
}

int live_start(struct live *l)
{
	if (live_events(l, true))
		return -1;
	if (tracefs_trace_on(l->instance))
		return fail("can't switch tracing on: %m");
	live_reannounce(l->instance);
	return 0;
}

int live_start_overruns(struct live *l)
{
	if (live_switch(l->instance, DPC_SYSTEM, "dpc_overrun", true))
		return fail("can't switch the event dpc_overrun on: %m");
	if (tracefs_trace_on(l->instance))
		return fail("can't switch tracing on: %m");
	return 0;
}

/* Makes @c ready, if there is an event now. */
static void live_fill(struct live *l, struct live_cpu *c)
{
	ssize_t len;

	while (!c->ready && c->fd >= 0) {
		c->ready = page_next(&c->page);
		if (c->ready)
			return;
		/* never seen: what is left of such a page is lost */
		if (*c->page.error)
			c->lost = -1;
		len = read(c->fd, c->data, l->page_size);
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
	analysis_event(a, &e);
}

/* The earliest of the CPUs' next events, or NULL if no CPU has one. */
static struct live_cpu *live_earliest(struct live *l)
{
	struct live_cpu *best = NULL;
	unsigned int i;

	for (i = 0; i < l->nr_cpus; i++) {
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

static uint64_t live_stat(const char *stats, const char *key)
{
	const char *at = strstr(stats, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* The kernel's own count also has the gap after the last event, and no "unknown". */
static void live_count_lost(struct live *l, struct analysis *a, unsigned int nr)
{
	struct cpu *c = analysis_cpu(a, nr);
	char *path = xasprintf("per_cpu/cpu%u/stats", nr);
	char *stats = tracefs_instance_file_read(l->instance, path, NULL);
	uint64_t lost;

	free(path);
	if (!stats)
		return;
	lost = live_stat(stats, "\noverrun: ") + live_stat(stats, "\ndropped events: ") +
	       live_stat(stats, "\ncommit overrun: ");
	free(stats);
	if (lost > c->lost)
		analysis_lost(a, nr, lost - c->lost);
	if (lost)
		c->lost_unknown = 0;
}

void live_stop(struct live *l, struct analysis *a)
{
	unsigned int i;

	tracefs_trace_off(l->instance);
	while (live_read(l, a))
		;
	for (i = 0; i < l->nr_cpus; i++)
		if (l->cpus[i].fd >= 0)
			live_count_lost(l, a, i);
}

void live_close(struct live *l)
{
	unsigned int i;

	if (!l)
		return;
	for (i = 0; i < l->nr_cpus; i++) {
		if (l->cpus[i].fd >= 0)
			close(l->cpus[i].fd);
		free(l->cpus[i].data);
	}
	free(l->cpus);
	if (l->instance) {
		tracefs_instance_destroy(l->instance);
		tracefs_instance_free(l->instance);
	}
	decoder_free(l->decoder);
	formats_free(&l->formats);
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
