// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes the kernel's own events of this machine while they come, and puts the numbers
 * together for a report.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <tracefs.h>

#include "format.h"
#include "instance.h"
#include "live_source.h"
#include "params.h"
#include "symbols.h"
#include "system_decoder.h"
#include "system_live.h"
#include "system_preset.h"
#include "tasks.h"
#include "text.h"
#include "trace_file.h"
#include "util.h"

#define SYSTEM_LIVE_OFF		"somebody switched tracing off (tracing_on)"
#define SYSTEM_OWNERS_NS	(10 * NSEC_PER_SEC)	/* how often sysfs is asked again */

/**
 * struct system_live - a trace of this machine
 * @reader: for @source
 * @params: the command line
 * @source: the records
 * @formats: of the events
 * @decoder: for @formats
 * @s: the numbers
 * @tasks: names of threads
 * @symbols: names of routines; those of a module stay when it has left
 * @kallsyms: /proc/kallsyms, as it was when last read; NULL if it was not
 * @kallsyms_len: its length
 * @owners: whose interrupts and network devices are
 * @owners_next: what sysfs says now, until all of it has come
 * @owners_ns: when sysfs was asked, CLOCK_MONOTONIC
 * @read: number of the call of system_live_read()
 * @caught_up: the mark of this call has come
 * @kernel: its release
 */
struct system_live {
	struct trace_reader	reader;
	const struct params	*params;
	struct live_source	*source;
	struct formats		formats;
	struct system_decoder	*decoder;
	struct system		*s;
	struct tasks		tasks;
	struct symbols		symbols;
	char			*kallsyms;
	size_t			kallsyms_len;
	struct system_owners	owners;
	struct system_owners	owners_next;
	uint64_t		owners_ns;
	uint64_t		read;
	bool			caught_up;
	struct utsname		kernel;
};

/* ---- Events ---------------------------------------------------------------------- */

static void system_live_mark(struct system_live *l, const char *text)
{
	const char *now = text_after(text, MARK_NOW), *owner = text_after(text, MARK_OWNER);

	if (owner)
		system_owners_read(&l->owners_next, owner);
	if (!now)
		return;
	/* written before it; what is lost is asked for again the next time */
	if (l->owners_next.nr) {
		system_owners_free(&l->owners);
		l->owners = l->owners_next;
		l->owners_next = (struct system_owners){ 0 };
	}
	l->caught_up = strtoull(now, NULL, 10) == l->read;
}

static char *system_live_record(struct trace_reader *reader, const struct trace_record *record)
{
	struct system_live *l = (struct system_live *)reader;
	struct system_event e;

	if (system_decoder_decode(l->decoder, record->data, record->len, &e))
		return system_decoder_complaint(l->decoder, record->data, record->len);
	e.cpu = record->cpu;
	e.ts = record->ts;
	e.lost = record->lost;
	if (e.type == SYSTEM_MARK)
		system_live_mark(l, e.name);
	system_event(l->s, &e);
	return NULL;
}

/* Devices come and go.  The lines arrive before the mark that ends this reading. */
static void system_live_owners(struct system_live *l)
{
	uint64_t now = now_ns();

	if (l->owners_ns && now - l->owners_ns < SYSTEM_OWNERS_NS)
		return;
	l->owners_ns = now;
	system_owners_write(live_source_instance(l->source));
}

void system_live_read(struct system_live *l)
{
	char text[64];

	system_live_owners(l);
	l->read++;
	l->caught_up = false;
	snprintf(text, sizeof(text), MARK_NOW "%llu\n", (unsigned long long)l->read);
	/* without the mark, all that is there is read */
	instance_write(live_source_instance(l->source), text);
	live_source_read(l->source, &l->reader, &l->caught_up);
}

/* ---- Reports ----------------------------------------------------------------------- */

/* The kernel takes longer to write kallsyms than it takes to look something up: it is kept. */
static void system_live_read_kallsyms(struct system_live *l)
{
	FILE *f = xfopen("/proc/kallsyms", "re");
	size_t room = 0;
	ssize_t len;

	if (!f)
		return;
	free(l->kallsyms);
	l->kallsyms = NULL;
	/* text has no NUL: all of it */
	len = getdelim(&l->kallsyms, &room, '\0', f);
	l->kallsyms_len = len > 0 ? len : 0;
	fclose(f);
}

/* Return: whether all are found now. */
static bool system_live_look_up(struct system_live *l)
{
	FILE *f = l->kallsyms_len ? xmem(fmemopen(l->kallsyms, l->kallsyms_len, "r")) : NULL;
	unsigned int i;

	if (f) {
		symbols_look_up(&l->symbols, f);
		fclose(f);
	}
	for (i = 0; i < l->s->rows.nr; i++)
		if (l->s->rows.list[i]->function &&
		    !symbols_module(&l->symbols, l->s->rows.list[i]->function))
			return false;
	return true;
}

/* What is not in the table may be of a module that has come since. */
static void system_live_symbols(struct system_live *l)
{
	unsigned int known = l->symbols.nr_known, i;

	for (i = 0; i < l->s->rows.nr; i++)
		symbols_want(&l->symbols, l->s->rows.list[i]->function);
	if (l->symbols.nr_known == known || system_live_look_up(l))
		return;
	system_live_read_kallsyms(l);
	system_live_look_up(l);
}

void system_live_report(struct system_live *l, struct system_report *r)
{
	system_live_symbols(l);
	live_source_tasks(&l->tasks);
	*r = (struct system_report){
		.params = l->params, .s = l->s, .symbols = &l->symbols, .owners = &l->owners,
		.kernel = l->kernel.release,
		.disturbed = tracefs_trace_is_on(live_source_instance(l->source)->tracefs) == 1 ?
			     "" : SYSTEM_LIVE_OFF,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
	};
	system_report_make(r);
}

/* ---- Begin and end ----------------------------------------------------------------- */

void system_live_reset(struct system_live *l)
{
	uint64_t budget_ns[DPC_STAGE_NR];

	system_preset_budgets(l->params->preset, &l->params->budgets, budget_ns);
	system_free(l->s);
	l->s = system_new(budget_ns, &l->tasks);
}

static int system_live_prepare(struct system_live *l)
{
	struct instance_params trace = { .buffer_kb = l->params->buffer_kb, .system = true };
	const char *system, *event;
	unsigned int i;

	for (i = 0; system_decoder_event(i, &system, &event); i++)
		live_source_format(&l->formats, system, event);
	l->decoder = system_decoder_new(&l->formats, __BYTE_ORDER == __BIG_ENDIAN, "this kernel");
	if (!l->decoder)
		return -1;
	l->source = live_source_new(&trace);
	if (!l->source)
		return -1;
	system_live_reset(l);
	return instance_events(live_source_instance(l->source), true) ||
	       instance_begin(live_source_instance(l->source));
}

struct system_live *system_live_open(const struct params *params)
{
	struct system_live *l;

	if (instance_check_system())
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->params = params;
	l->reader.record = system_live_record;
	uname(&l->kernel);
	if (system_live_prepare(l)) {
		system_live_close(l);
		return NULL;
	}
	return l;
}

void system_live_close(struct system_live *l)
{
	if (!l)
		return;
	live_source_free(l->source);
	system_free(l->s);
	system_decoder_free(l->decoder);
	format_free(&l->formats);
	system_owners_free(&l->owners);
	system_owners_free(&l->owners_next);
	symbols_free(&l->symbols);
	free(l->kallsyms);
	tasks_free(&l->tasks);
	free(l);
}
