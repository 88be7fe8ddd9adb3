// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace.dat up to the numbers, in both ways: what is in the file, the pages, the events by their
 * formats, and what comes of these.  Nothing is written, so there are many more runs than of the
 * targets report and system.
 *
 * Then all records once more, each in a block of its own size, where nobody reads behind its end
 * unseen; and those behind a bad one, too.
 */
#include <stdlib.h>
#include <string.h>

#include "decoder.h"
#include "fuzz.h"
#include "params.h"
#include "report.h"
#include "report_file.h"
#include "system_decoder.h"
#include "system_file.h"
#include "system_report.h"
#include "trace_file.h"
#include "util.h"
#include "verdict.h"

static int trace_report(struct report_writer *w, struct report *r)
{
	return EXIT_WITHIN_BUDGET;
}

static int trace_system(struct system_writer *w, const struct system_report *r)
{
	return EXIT_WITHIN_BUDGET;
}

/**
 * struct trace_records - takes the records of a file
 * @reader: for trace_file.c
 * @decoder: for our events; NULL if the file has none
 * @system: likewise for the kernel's
 */
struct trace_records {
	struct trace_reader	reader;
	struct decoder		*decoder;
	struct system_decoder	*system;
};

static void trace_touch(const char *text)
{
	if (text)
		fuzz_touch(text, strlen(text));
}

static char *trace_record(struct trace_reader *reader, const struct trace_record *record)
{
	const struct trace_records *t = (struct trace_records *)reader;
	void *data = xmem(malloc(record->len + !record->len));
	struct system_event s = { 0 };
	struct dpcmon_event e = { 0 };

	memcpy(data, record->data, record->len);
	if (t->decoder && decoder_decode(t->decoder, data, record->len, &e)) {
		free(decoder_complaint(t->decoder, data, record->len));
	} else if (t->decoder) {
		trace_touch(e.name);
		trace_touch(e.model);
		fuzz_touch(e.error.data, e.error.len);
	}
	if (t->system && system_decoder_decode(t->system, data, record->len, &s))
		free(system_decoder_complaint(t->system, data, record->len));
	else if (t->system)
		trace_touch(s.name);
	free(data);
	return NULL;
}

static void trace_records(const char *path)
{
	struct trace_records t = { .reader.record = trace_record };
	struct trace_file *f = trace_file_open(path);

	if (!f)
		return;
	t.decoder = decoder_new(trace_file_formats(f), trace_file_big_endian(f), path, "-");
	t.system = system_decoder_new(trace_file_formats(f), trace_file_big_endian(f), path);
	if (t.decoder || t.system)
		trace_file_read(f, &t.reader);
	decoder_free(t.decoder);
	system_decoder_free(t.system);
	trace_file_close(f);
}

void fuzz_trace(const uint8_t *data, size_t size)
{
	struct params p = { .trace = fuzz_file(0, data, size) };
	struct report_writer report = { .write = trace_report };
	struct system_writer system = { .write = trace_system };
	struct fuzz_said said;

	fuzz_listen(&said);
	fuzz_judge(&said, report_file(&p, NULL, false, &report) == EXIT_ERROR);
	fuzz_listen(&said);
	fuzz_judge(&said, system_file(&p, p.trace, false, &system) == EXIT_ERROR);
	fuzz_listen(&said);
	trace_records(p.trace);
	fuzz_judge(&said, false);
}
