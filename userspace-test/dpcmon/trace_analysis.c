// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes the records of a trace.dat for an analysis, and reads the lines that dpcmon wrote
 * into the trace.
 */
#include <string.h>

#include "analysis.h"
#include "decoder.h"
#include "event.h"
#include "instance.h"
#include "text.h"
#include "trace_analysis.h"
#include "trace_file.h"

/**
 * struct trace_analysis - where the records go
 * @reader: for trace_file.c
 * @decoder: for the formats of the file
 * @a: the analysis
 * @kernel: for the release of the kernel
 * @others: there are events that are not ours
 */
struct trace_analysis {
	struct trace_reader	reader;
	struct decoder		*decoder;
	struct analysis		*a;
	char			*kernel;
	bool			others;
};

/* A line that dpcmon wrote into the trace: see MARK_* in instance.h. */
static void trace_analysis_mark(struct trace_analysis *t, const char *text)
{
	const char *kernel = text_after(text, MARK_KERNEL);
	const char *disturbed = text_after(text, MARK_DISTURBED);
	char what[512];

	if (kernel)
		text_copy(t->kernel, KERNEL_RELEASE_LEN, kernel, strcspn(kernel, "\n"));
	/* these two were written when the trace had ended */
	if (text_after(text, MARK_STOPPED))
		analysis_trace_stopped(t->a);
	if (disturbed) {
		text_copy(what, sizeof(what), disturbed, strcspn(disturbed, "\n"));
		analysis_disturbed(t->a, what);
	}
}

static char *trace_analysis_record(struct trace_reader *reader, const struct trace_record *record)
{
	struct trace_analysis *t = (struct trace_analysis *)reader;
	struct dpcmon_event e;

	if (decoder_decode(t->decoder, record->data, record->len, &e))
		return decoder_complaint(t->decoder, record->data, record->len);
	e.cpu = record->cpu;
	e.ts = record->ts;
	e.lost = record->lost;
	if (e.type == EV_MARK)
		trace_analysis_mark(t, e.name);
	t->others |= e.type == EV_OTHER;
	analysis_event(t->a, &e);
	return NULL;
}

int trace_analysis_read(struct trace_file *f, const char *path, struct analysis *a,
			char kernel[KERNEL_RELEASE_LEN], bool *others)
{
	struct trace_analysis t = {
		.reader.record = trace_analysis_record, .a = a, .kernel = kernel,
	};
	int ret;

	*kernel = '\0';
	t.decoder = decoder_new(trace_file_formats(f), trace_file_big_endian(f), path,
				"record with dpc_core.ko loaded, by dpcmon record or trace-cmd record -e dpc");
	if (!t.decoder)
		return -1;
	ret = trace_file_read(f, &t.reader);
	decoder_free(t.decoder);
	*others = t.others;
	return ret;
}
