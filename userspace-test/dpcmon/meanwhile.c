// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows what ran while the worst interrupts waited; see meanwhile.h.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "instance.h"
#include "meanwhile.h"
#include "symbols.h"
#include "system_decoder.h"
#include "system_report.h"
#include "text.h"
#include "trace_file.h"
#include "util.h"

/* What ran already when a wait began is known from the events before it. */
#define MEANWHILE_BEFORE_NS	20000000ULL

/**
 * struct meanwhile_reader - reads a recording
 * @reader: for trace_file.c
 * @decoder: for its formats
 * @m: what is filled
 * @from: no event from before it is of interest
 * @left: waits that are not known yet
 */
struct meanwhile_reader {
	struct trace_reader	reader;
	struct system_decoder	*decoder;
	struct meanwhile	*m;
	uint64_t		from;
	unsigned int		left;
};

static void meanwhile_add(struct meanwhile *m, const struct object *o, enum part_kind kind,
			  const struct stage_run *run)
{
	if (!run->entered || !run->wait || run->start < run->wait)
		return;
	m->waits = xrealloc(m->waits, (m->nr + 1) * sizeof(*m->waits));
	m->waits[m->nr++] = (struct meanwhile_wait){
		.object = o->id, .kind = kind, .cpu = run->cpu, .from = run->start - run->wait,
		.to = run->start,
	};
}

static void meanwhile_waits(struct meanwhile *m, const struct analysis *a)
{
	unsigned int i;

	for (i = 0; i < a->nr_objects; i++) {
		const struct worst *w = &a->objects[i]->worst;

		if (!w->valid)
			continue;
		meanwhile_add(m, a->objects[i], PART_ISR_TO_DPC, &w->chain.dpc);
		meanwhile_add(m, a->objects[i], PART_DPC_TO_WORK, &w->chain.work);
	}
}

/* A wait is over, and what the CPU did up to its end is known with what it does after that. */
static void meanwhile_look(struct meanwhile_reader *r, const struct system_event *e)
{
	unsigned int i;

	for (i = 0; i < r->m->nr; i++) {
		struct meanwhile_wait *wait = &r->m->waits[i];

		if (wait->known || wait->cpu != e->cpu || e->ts < wait->to)
			continue;
		wait->known = system_look_back(r->m->s, wait->cpu, wait->from, wait->to,
					       &wait->worst);
		r->left -= wait->known;
	}
}

static char *meanwhile_record(struct trace_reader *reader, const struct trace_record *record)
{
	struct meanwhile_reader *r = (struct meanwhile_reader *)reader;
	struct system_event e;
	const char *owner;

	if (system_decoder_decode(r->decoder, record->data, record->len, &e))
		return system_decoder_complaint(r->decoder, record->data, record->len);
	owner = e.type == SYSTEM_MARK ? text_after(e.name, MARK_OWNER) : NULL;
	if (owner)
		system_owners_read(&r->m->owners, owner);
	if (!r->left || record->ts < r->from)
		return NULL;
	e.cpu = record->cpu;
	e.ts = record->ts;
	e.lost = record->lost;
	system_event(r->m->s, &e);
	meanwhile_look(r, &e);
	return NULL;
}

static void meanwhile_from(struct meanwhile_reader *r)
{
	unsigned int i;

	r->from = UINT64_MAX;
	r->left = r->m->nr;
	for (i = 0; i < r->m->nr; i++)
		if (r->m->waits[i].from < r->from)
			r->from = r->m->waits[i].from;
	r->from -= r->from < MEANWHILE_BEFORE_NS ? r->from : MEANWHILE_BEFORE_NS;
}

int meanwhile_read(struct meanwhile *m, const char *path, const struct analysis *a)
{
	static const uint64_t budgets[DPC_STAGE_NR];
	struct meanwhile_reader r = { .reader.record = meanwhile_record, .m = m };
	struct trace_file *f;
	int ret = -1;

	meanwhile_waits(m, a);
	if (!m->nr)
		return 0;
	f = trace_file_open(path);
	if (!f)
		return -1;
	r.decoder = system_decoder_new(trace_file_formats(f), trace_file_big_endian(f), path);
	if (r.decoder) {
		meanwhile_from(&r);
		m->s = system_new(budgets, NULL);
		ret = trace_file_read(f, &r.reader);
	}
	system_decoder_free(r.decoder);
	trace_file_close(f);
	return ret;
}

void meanwhile_symbols(const struct meanwhile *m, struct symbols *symbols)
{
	unsigned int i, j;

	for (i = 0; i < m->nr; i++)
		for (j = 0; j < m->waits[i].worst.nr_parts; j++)
			if (m->waits[i].worst.parts[j].row)
				symbols_want(symbols, m->waits[i].worst.parts[j].row->function);
}

const struct system_worst *meanwhile_find(const struct meanwhile *m, uint32_t id,
					  enum part_kind kind)
{
	unsigned int i;

	for (i = 0; m && i < m->nr; i++)
		if (m->waits[i].object == id && m->waits[i].kind == kind)
			return m->waits[i].known ? &m->waits[i].worst : NULL;
	return NULL;
}

char *meanwhile_part(const struct meanwhile *m, struct symbols *symbols,
		     const struct system_part *part)
{
	const struct system_report r = { .s = m->s, .symbols = symbols, .owners = &m->owners };

	if (!part->row && part->pid)
		return xasprintf("thread %s", symbols_task(symbols, part->pid));
	return system_report_part(&r, part);
}

void meanwhile_free(struct meanwhile *m)
{
	free(m->waits);
	system_free(m->s);
	system_owners_free(&m->owners);
	*m = (struct meanwhile){ 0 };
}
