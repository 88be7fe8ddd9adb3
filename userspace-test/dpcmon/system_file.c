// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a trace.dat to the report of dpcmon system.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "instance.h"
#include "params.h"
#include "report.h"
#include "symbols.h"
#include "system.h"
#include "system_decoder.h"
#include "system_file.h"
#include "system_owners.h"
#include "system_preset.h"
#include "system_report.h"
#include "text.h"
#include "trace_file.h"
#include "util.h"
#include "verdict.h"

/**
 * struct system_file - what is made of a file
 * @reader: for trace_file.c
 * @decoder: for its formats
 * @s: the numbers
 * @owners: whose interrupts and network devices are
 * @kernel: release of the kernel, if the file says so
 * @architecture: of the machine, likewise
 * @disturbed: what somebody did to the trace, likewise
 */
struct system_file {
	struct trace_reader	reader;
	struct system_decoder	*decoder;
	struct system		*s;
	struct system_owners	owners;
	char			kernel[65];
	char			architecture[65];
	char			disturbed[512];
};

static void system_file_mark(struct system_file *f, const char *text)
{
	const char *kernel = text_after(text, MARK_KERNEL);
	const char *machine = text_after(text, MARK_MACHINE);
	const char *owner = text_after(text, MARK_OWNER);
	const char *disturbed = text_after(text, MARK_DISTURBED);

	if (kernel)
		text_copy(f->kernel, sizeof(f->kernel), kernel, strcspn(kernel, "\n"));
	if (machine)
		text_copy(f->architecture, sizeof(f->architecture), machine,
			  strcspn(machine, "\n"));
	if (disturbed)
		text_copy(f->disturbed, sizeof(f->disturbed), disturbed, strcspn(disturbed, "\n"));
	if (owner)
		system_owners_read(&f->owners, owner);
}

static char *system_file_record(struct trace_reader *reader, const struct trace_record *record)
{
	struct system_file *f = (struct system_file *)reader;
	struct system_event e;

	if (system_decoder_decode(f->decoder, record->data, record->len, &e))
		return system_decoder_complaint(f->decoder, record->data, record->len);
	e.cpu = record->cpu;
	e.ts = record->ts;
	e.lost = record->lost;
	if (e.type == SYSTEM_MARK)
		system_file_mark(f, e.name);
	system_event(f->s, &e);
	return NULL;
}

static int system_file_symbols(struct symbols *symbols, const struct trace_file *t,
			       const struct system *s)
{
	FILE *kallsyms;
	unsigned int i;

	for (i = 0; i < s->rows.nr; i++)
		symbols_want(symbols, s->rows.list[i]->function);
	if (trace_file_kallsyms(t, &kallsyms))
		return -1;
	if (kallsyms) {
		symbols_look_up(symbols, kallsyms);
		fclose(kallsyms);
	}
	return 0;
}

static int system_file_report(const struct params *p, const char *path, bool load_failed,
			      const struct trace_file *t, struct system_file *f,
			      struct system_writer *w)
{
	struct symbols symbols = { 0 };
	struct system_report r = {
		.params = p, .s = f->s, .symbols = &symbols, .owners = &f->owners,
		.kernel = f->kernel, .architecture = f->architecture, .disturbed = f->disturbed,
		.cpus = trace_file_cpus(t), .load_failed = load_failed, .path = path,
	};
	int status = EXIT_ERROR;
	struct stat st;

	if (stat(path, &st))
		st.st_mtim = (struct timespec){ 0 };
	report_date_text(r.date, sizeof(r.date), st.st_mtim.tv_sec);
	/* another file may have been copied since */
	if (!p->trace)
		r.began_ns = st.st_mtim.tv_sec * NSEC_PER_SEC + st.st_mtim.tv_nsec -
			     (f->s->last_ts - f->s->first_ts);
	if (!system_file_symbols(&symbols, t, f->s)) {
		system_report_make(&r);
		status = w->write(w, &r);
		system_report_free(&r);
	}
	symbols_free(&symbols);
	return status;
}

int system_file(const struct params *p, const char *path, bool load_failed,
		struct system_writer *w)
{
	struct system_file f = { .reader.record = system_file_record };
	struct trace_file *t = trace_file_open(path);
	uint64_t budget_ns[DPC_STAGE_NR];
	int status = EXIT_ERROR;

	if (!t)
		return EXIT_ERROR;
	f.decoder = system_decoder_new(trace_file_formats(t), trace_file_big_endian(t), path);
	if (f.decoder) {
		system_preset_budgets(p->preset, &p->budgets, budget_ns);
		f.s = system_new(budget_ns, trace_file_tasks(t));
		if (!trace_file_read(t, &f.reader)) {
			system_finish(f.s);
			status = system_file_report(p, path, load_failed, t, &f, w);
		}
	}
	system_owners_free(&f.owners);
	system_free(f.s);
	system_decoder_free(f.decoder);
	trace_file_close(t);
	return status;
}
