// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the records of a trace.dat, merges the CPUs by time stamp (a heap, because
 * there may be hundreds of them), and feeds them to a reader.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dat.h"
#include "page.h"
#include "trace_file.h"
#include "util.h"

/**
 * struct trace_file_cpu - the events of one CPU
 * @nr: number of its buffer in @dat
 * @page: the page that is read now, at the next event
 * @lost: number of events that were lost before that event; -1 if it is not known
 */
struct trace_file_cpu {
	unsigned int		nr;
	struct page		page;
	long long		lost;
};

/**
 * struct trace_file - an open trace.dat
 * @dat: what lies where in it
 * @reader: where the records go
 * @cpus: one per buffer of @dat
 * @heap: those that have an event, the earliest first
 * @nr_heap: how many
 */
struct trace_file {
	struct dat		*dat;
	struct trace_reader	*reader;
	struct trace_file_cpu	*cpus;
	struct trace_file_cpu	**heap;
	unsigned int		nr_heap;
};

static void trace_file_open_cpus(struct trace_file *f)
{
	unsigned int i, nr = dat_buffers(f->dat);

	f->cpus = xcalloc(nr, sizeof(*f->cpus));
	f->heap = xcalloc(nr, sizeof(*f->heap));
	for (i = 0; i < nr; i++) {
		f->cpus[i].nr = i;
		page_init(&f->cpus[i].page, dat_long_size(f->dat), dat_big_endian(f->dat));
	}
}

struct trace_file *trace_file_open(const char *path)
{
	struct trace_file *f = xcalloc(1, sizeof(*f));

	f->dat = dat_open(path);
	if (!f->dat) {
		trace_file_close(f);
		return NULL;
	}
	trace_file_open_cpus(f);
	return f;
}

/* Says that the page of @c is bad at @offset.  Return: -1. */
static int trace_file_bad(struct trace_file *f, const struct trace_file_cpu *c, size_t offset,
			  const char *what)
{
	return dat_bad_page(f->dat, c->nr, offset, what);
}

static int trace_file_record(struct trace_file *f, struct trace_file_cpu *c)
{
	const struct trace_record record = {
		.data = c->page.event,
		.len = c->page.len,
		.cpu = dat_cpu(f->dat, c->nr),
		.ts = dat_in_cycles(f->dat) ? dat_cycles_to_ns(f->dat, c->page.ts) : c->page.ts,
		.lost = c->lost,
	};
	char *wrong;
	int ret;

	c->lost = 0;
	wrong = f->reader->record(f->reader, &record);
	if (!wrong)
		return 0;
	ret = trace_file_bad(f, c, c->page.event - c->page.data, wrong);
	free(wrong);
	return ret;
}

/* ---- All CPUs' events in the order of their time --------------------------------------- */

/* The next event of @c: 1, 0 at the end, or -1 after a message. */
static int trace_file_next(struct trace_file *f, struct trace_file_cpu *c)
{
	const void *data;

	while (!page_next(&c->page)) {
		if (*c->page.error)
			return trace_file_bad(f, c, page_offset(&c->page), c->page.error);
		data = dat_next_page(f->dat, c->nr);
		if (!data)
			return dat_failed(f->dat) ? -1 : 0;
		page_load(&c->page, data, dat_page_size(f->dat));
		c->lost = page_lost(c->lost, c->page.lost);
	}
	return 1;
}

/*
 * The entry at @at of the heap has a later time now: puts it where it belongs.
 *
 * The heap has the CPUs that have an event, each with an earlier time than its two children,
 * so the first entry is the next event of all.  With hundreds of CPUs, a search through all
 * of them for each event would take most of the time.
 */
static void trace_file_sift(struct trace_file *f, unsigned int at)
{
	struct trace_file_cpu *c = f->heap[at];
	unsigned int child;

	while ((child = 2 * at + 1) < f->nr_heap) {
		if (child + 1 < f->nr_heap && f->heap[child + 1]->page.ts < f->heap[child]->page.ts)
			child++;
		if (f->heap[child]->page.ts >= c->page.ts)
			break;
		f->heap[at] = f->heap[child];
		at = child;
	}
	f->heap[at] = c;
}

/* Reads the first event of each CPU, and makes the heap, from its leaves to its root. */
static int trace_file_start(struct trace_file *f)
{
	unsigned int i;
	int more;

	for (i = 0; i < dat_buffers(f->dat); i++) {
		more = trace_file_next(f, &f->cpus[i]);
		if (more < 0)
			return -1;
		if (more)
			f->heap[f->nr_heap++] = &f->cpus[i];
	}
	for (i = f->nr_heap; i--; )
		trace_file_sift(f, i);
	return 0;
}

int trace_file_read(struct trace_file *f, struct trace_reader *reader)
{
	int more;

	f->reader = reader;
	if (trace_file_start(f))
		return -1;
	while (f->nr_heap) {
		if (trace_file_record(f, f->heap[0]))
			return -1;
		more = trace_file_next(f, f->heap[0]);
		if (more < 0)
			return -1;
		if (!more)
			f->heap[0] = f->heap[--f->nr_heap];
		if (f->nr_heap)
			trace_file_sift(f, 0);
	}
	return 0;
}

const struct tasks *trace_file_tasks(const struct trace_file *f)
{
	return dat_tasks(f->dat);
}

int trace_file_kallsyms(const struct trace_file *f, FILE **kallsyms)
{
	return dat_kallsyms(f->dat, kallsyms);
}

int trace_file_cpus(const struct trace_file *f)
{
	return dat_buffers(f->dat);
}

const struct formats *trace_file_formats(const struct trace_file *f)
{
	return dat_formats(f->dat);
}

bool trace_file_big_endian(const struct trace_file *f)
{
	return dat_big_endian(f->dat);
}

void trace_file_close(struct trace_file *f)
{
	if (!f)
		return;
	free(f->cpus);
	free(f->heap);
	dat_close(f->dat);
	free(f);
}
