// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbuffer.h>
#include <trace-cmd.h>

#include "dat.h"
#include "decode.h"
#include "source.h"
#include "util.h"

/* @event: the next one of this CPU, at @ts; events before it were @lost. */
struct trace_file_cpu {
	unsigned int		nr;
	int			cpu;
	struct kbuffer		*kbuf;
	void			*event;
	unsigned long long	ts;
	long long		lost;
};

/**
 * struct trace_file - an open trace.dat
 * @dat: of dat.h, or NULL: then it is one for
 * @input: of libtracecmd, which knows formats that dat.h leaves to it
 * @decoder: for its formats
 * @analysis: where the events go
 * @cpus: one per buffer of @dat
 * @heap: those that have an event, the earliest first
 * @nr_heap: how many
 * @kernel: release, if the file says so
 */
struct trace_file {
	struct dat		*dat;
	struct tracecmd_input	*input;
	struct decoder		*decoder;
	struct analysis		*analysis;
	struct trace_file_cpu	*cpus;
	struct trace_file_cpu	**heap;
	unsigned int		nr_heap;
	char			kernel[65];
};

static int trace_file_open_cpus(struct trace_file *f)
{
	struct tep_handle *tep = dat_tep(f->dat);
	unsigned int i, nr = dat_buffers(f->dat);

	f->cpus = xcalloc(nr, sizeof(*f->cpus));
	f->heap = xcalloc(nr, sizeof(*f->heap));
	for (i = 0; i < nr; i++) {
		f->cpus[i].nr = i;
		f->cpus[i].cpu = dat_cpu(f->dat, i);
		f->cpus[i].kbuf = kbuffer_alloc(tep_get_long_size(tep) == 8 ? KBUFFER_LSIZE_8
									    : KBUFFER_LSIZE_4,
						tep_is_file_bigendian(tep) ?
						KBUFFER_ENDIAN_BIG : KBUFFER_ENDIAN_LITTLE);
		if (!f->cpus[i].kbuf)
			return fail("out of memory");
	}
	return 0;
}

static int trace_file_open_input(struct trace_file *f, const char *path)
{
	bool broken;

	f->dat = dat_open(path, &broken);
	if (f->dat)
		return trace_file_open_cpus(f);
	tracecmd_set_loglevel(TEP_LOG_NONE);
	/* it would crash on some files that are cut off */
	if (!broken)
		f->input = tracecmd_open(path, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (f->input)
		return 0;
	return fail("%s: not a complete trace.dat: record one with dpcmon record -o FILE", path);
}

struct trace_file *trace_file_open(const char *path)
{
	struct trace_file *f;

	if (access(path, R_OK)) {
		fail("%s: %m", path);
		return NULL;
	}
	f = xcalloc(1, sizeof(*f));
	if (!trace_file_open_input(f, path))
		f->decoder = decoder_new(trace_file_tep(f), path,
					 "record with dpc_core.ko loaded, by dpcmon record or trace-cmd record -e dpc");
	if (!f->decoder) {
		trace_file_close(f);
		return NULL;
	}
	return f;
}

static void trace_file_event(struct trace_file *f, const void *data, int cpu, uint64_t ts,
			     long long lost)
{
	struct dpcmon_event e;

	decoder_decode(f->decoder, data, &e);
	e.cpu = cpu;
	e.ts = ts;
	e.lost = lost;
	if (e.type == EV_MARK && !strncmp(e.name, MARK_KERNEL, strlen(MARK_KERNEL))) {
		snprintf(f->kernel, sizeof(f->kernel), "%s", e.name + strlen(MARK_KERNEL));
		f->kernel[strcspn(f->kernel, "\n")] = '\0';
	}
	analysis_event(f->analysis, &e);
}

/* ---- By pages: all CPUs' events in the order of their time ----------------------------- */

/* Makes @c->event the first event of the next page that has one; NULL at the end. */
static void trace_file_fill(struct trace_file *f, struct trace_file_cpu *c)
{
	unsigned int size = dat_page_size(f->dat);
	void *page;

	while (!c->event && (page = dat_next_page(f->dat, c->nr))) {
		if (kbuffer_load_subbuffer(c->kbuf, page) ||
		    kbuffer_start_of_data(c->kbuf) + kbuffer_subbuffer_size(c->kbuf) > (int)size)
			continue;
		c->event = kbuffer_read_event(c->kbuf, &c->ts);
		/* a number, or -1 if it is not known */
		if (kbuffer_missed_events(c->kbuf))
			c->lost = kbuffer_missed_events(c->kbuf);
	}
}

/* The root of the heap has another time now: put it where it belongs. */
static void trace_file_sift(struct trace_file *f, unsigned int at)
{
	struct trace_file_cpu *c = f->heap[at];
	unsigned int child;

	while ((child = 2 * at + 1) < f->nr_heap) {
		if (child + 1 < f->nr_heap && f->heap[child + 1]->ts < f->heap[child]->ts)
			child++;
		if (f->heap[child]->ts >= c->ts)
			break;
		f->heap[at] = f->heap[child];
		at = child;
	}
	f->heap[at] = c;
}

static int trace_file_read_dat(struct trace_file *f)
{
	struct trace_file_cpu *c;
	unsigned int i;

	for (i = 0; i < dat_buffers(f->dat); i++) {
		trace_file_fill(f, &f->cpus[i]);
		if (f->cpus[i].event)
			f->heap[f->nr_heap++] = &f->cpus[i];
	}
	for (i = f->nr_heap; i--; )
		trace_file_sift(f, i);

	while (f->nr_heap) {
		c = f->heap[0];
		trace_file_event(f, c->event, c->cpu, c->ts, c->lost);
		c->lost = 0;
		c->event = kbuffer_next_event(c->kbuf, &c->ts);
		if (!c->event)
			trace_file_fill(f, c);
		if (!c->event)
			f->heap[0] = f->heap[--f->nr_heap];
		if (f->nr_heap)
			trace_file_sift(f, 0);
	}
	return dat_failed(f->dat) ? -1 : 0;
}

/* ---- By libtracecmd ---------------------------------------------------------------------- */

static int trace_file_record(struct tracecmd_input *input, struct tep_record *record,
			     int cpu, void *data)
{
	trace_file_event(data, record->data, cpu, record->ts, record->missed_events);
	return 0;
}

int trace_file_read(struct trace_file *f, struct analysis *a)
{
	int ret;

	f->analysis = a;
	ret = f->dat ? trace_file_read_dat(f)
		     : tracecmd_iterate_events(f->input, NULL, 0, trace_file_record, f);
	if (ret < 0)
		return fail("the trace ends in the middle: it was not recorded to its end");
	return 0;
}

struct tep_handle *trace_file_tep(const struct trace_file *f)
{
	return f->dat ? dat_tep(f->dat) : tracecmd_get_tep(f->input);
}

FILE *trace_file_kallsyms(const struct trace_file *f)
{
	return f->dat ? dat_kallsyms(f->dat) : NULL;
}

int trace_file_cpus(const struct trace_file *f)
{
	return f->dat ? (int)dat_buffers(f->dat) : tep_get_cpus(tracecmd_get_tep(f->input));
}

const char *trace_file_kernel(const struct trace_file *f)
{
	return *f->kernel ? f->kernel : "unknown";
}

void trace_file_close(struct trace_file *f)
{
	unsigned int i;

	if (!f)
		return;
	decoder_free(f->decoder);
	for (i = 0; f->cpus && i < dat_buffers(f->dat); i++)
		if (f->cpus[i].kbuf)
			kbuffer_free(f->cpus[i].kbuf);
	free(f->cpus);
	free(f->heap);
	dat_close(f->dat);
	if (f->input)
		tracecmd_close(f->input);
	free(f);
}
