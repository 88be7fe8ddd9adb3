// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a trace.dat into an analysis, finds the names of its routines and tasks, and
 * has the writer report.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "analysis.h"
#include "meanwhile.h"
#include "report.h"
#include "report_file.h"
#include "report_write.h"
#include "symbols.h"
#include "trace_analysis.h"
#include "trace_file.h"
#include "verdict.h"
#include "workload.h"

static void report_file_describe(struct report *r, const struct trace_file *f, const char *path,
				 const char *kernel)
{
	struct stat st;

	snprintf(r->kernel, sizeof(r->kernel), "%s", *kernel ? kernel : "unknown");
	r->cpus = trace_file_cpus(f);
	report_date(r, stat(path, &st) ? 0 : st.st_mtime);
}

static int report_file_symbols(struct symbols *symbols, const struct trace_file *f,
			       const struct analysis *a, const struct meanwhile *m)
{
	FILE *kallsyms;

	meanwhile_symbols(m, symbols);
	symbols->tasks = trace_file_tasks(f);
	symbols_load_overruns(symbols, a);
	if (trace_file_kallsyms(f, &kallsyms))
		return -1;
	if (kallsyms) {
		symbols_load(symbols, a, kallsyms);
		fclose(kallsyms);
	}
	/* of a recording just made, this process knows more than the file */
	symbols_load_remembered(symbols);
	return 0;
}

int report_file(const struct params *p, const struct workload_done *workload, bool load_failed,
		struct report_writer *w)
{
	struct meanwhile meanwhile = { 0 };
	struct symbols symbols = { 0 };
	struct report r = {
		.params = p, .meanwhile = &meanwhile, .symbols = &symbols,
		.workload = workload, .counters = -1, .load_failed = load_failed,
	};
	struct analysis *a;
	char kernel[KERNEL_RELEASE_LEN];
	struct trace_file *f;
	int status = EXIT_ERROR;
	bool others;

	f = trace_file_open(p->trace);
	if (!f)
		return EXIT_ERROR;
	a = analysis_new(&p->budgets);
	a->stop_on_overrun = p->stop_on_overrun;
	if (!trace_analysis_read(f, p->trace, a, kernel, &others)) {
		analysis_finish(a);
		r.a = a;
		report_file_describe(&r, f, p->trace, kernel);
		if ((!others || !meanwhile_read(&meanwhile, p->trace, a)) &&
		    !report_file_symbols(&symbols, f, a, &meanwhile))
			status = w->write(w, &r);
	}
	meanwhile_free(&meanwhile);
	symbols_free(&symbols);
	analysis_free(a);
	trace_file_close(f);
	return status;
}
