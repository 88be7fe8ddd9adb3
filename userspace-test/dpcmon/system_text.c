// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what dpcmon system has found as tables for a terminal, times in microseconds.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "measured.h"
#include "params.h"
#include "system_report.h"
#include "util.h"

#define SYSTEM_TITLE	34	/* letters of a title */

static void system_text_times(const struct system_times *t, FILE *out)
{
	const struct hist *h = &t->hist;

	fprintf(out, " %8s %8s %8s %8s %9s", MEASURED_US(hist_avg(h)),
		MEASURED_US(hist_percentile(h, 50, 100)), MEASURED_US(hist_percentile(h, 99, 100)),
		MEASURED_US(hist_percentile(h, 999, 1000)), MEASURED_US(hist_max(h)));
	if (t->budget_ns)
		fprintf(out, " %7.0f %6" PRIu64 "%s", t->budget_ns / 1000.0, t->over,
			t->over ? " !" : "");
}

static void system_text_row(const struct system_report *r, const struct system_row *row, FILE *out)
{
	char *title = system_report_title(r, row);
	double seconds = system_report_seconds(r);
	char rate[MEASURED_LEN], percent[MEASURED_LEN];

	fprintf(out, "  %-12s %-*.*s %8" PRIu64 " %7s %6s", system_kind_names[row->kind],
		SYSTEM_TITLE, SYSTEM_TITLE, title, row->calls,
		measured_text(rate, seconds ? row->calls / seconds : NOT_MEASURED, 0),
		measured_text(percent, system_report_percent(r, row->self_ns), 2));
	system_text_times(&row->run, out);
	fputc('\n', out);
	free(title);
	if (row->unfinished)
		fprintf(out, "  %-12s   %" PRIu64 " had not ended: at least so long\n", "",
			row->unfinished);
	if (!row->wait.hist.count)
		return;
	fprintf(out, "  %-12s %-*s %8" PRIu64 " %7s %6s", "", SYSTEM_TITLE, "  waited",
		row->wait.hist.count, "", "");
	system_text_times(&row->wait, out);
	fputc('\n', out);
	if (row->deferred_waits)
		fprintf(out, "  %-12s   %" PRIu64 " of them in ksoftirqd, after %.1f us each\n", "",
			row->deferred_waits,
			row->deferred_wait_ns / 1000.0 / row->deferred_waits);
}

static void system_text_part(const struct system_worst *w, const char *what, uint64_t ns, FILE *out)
{
	fprintf(out, "    %5.1f %% %10.1f  %s\n", 100.0 * ns / w->ns, ns / 1000.0, what);
}

static void system_text_worst(const struct system_report *r, const struct system_driver *d,
			      FILE *out)
{
	const struct system_row *row = system_report_worst(d);
	char *title = row ? system_report_title(r, row) : NULL, *what;
	const struct system_worst *w;
	unsigned int i;

	if (!row)
		return;
	w = &row->worst;
	fprintf(out, "  worst: %s %s, %.1f us on CPU %d", system_kind_names[row->kind], title,
		w->ns / 1000.0, w->cpu);
	free(title);
	if (w->wait_ns)
		fprintf(out, ", of which %.1f us of waiting", w->wait_ns / 1000.0);
	fputc('\n', out);
	for (i = 0; i < w->nr_parts; i++) {
		what = system_report_part(r, &w->parts[i]);
		system_text_part(w, what, w->parts[i].ns, out);
		free(what);
	}
	if (w->rest_ns)
		system_text_part(w, system_report_rest(w), w->rest_ns, out);
}

static void system_text_driver(const struct system_report *r, const struct system_driver *d,
			       FILE *out)
{
	unsigned int i;

	if (!d->nr_rows)
		return;
	fprintf(out, "\n%s: %.2f %% of a CPU%s\n", d->name, system_report_percent(r, d->self_ns),
		d->over ? ", over budget" : "");
	for (i = 0; i < d->nr_rows; i++)
		system_text_row(r, d->rows[i], out);
	system_text_worst(r, d, out);
}

static void system_text_sum(const struct system *s,
			    uint64_t sum[SYSTEM_COLUMN_NR][HIST_BUCKETS])
{
	const struct system_times *t;
	unsigned int i, c, b;

	for (i = 0; i < s->rows.nr; i++) {
		for (c = 0; c < SYSTEM_COLUMN_NR; c++) {
			t = system_report_column(s->rows.list[i], c);
			for (b = 0; t && b < HIST_BUCKETS; b++)
				sum[c][b] += t->hist.buckets[b];
		}
	}
}

static void system_text_distribution(const struct system *s, FILE *out)
{
	uint64_t sum[SYSTEM_COLUMN_NR][HIST_BUCKETS] = { 0 };
	unsigned int b, c;

	system_text_sum(s, sum);
	fprintf(out, "\nall drivers\n  %-18s", "from us");
	for (c = 0; c < SYSTEM_COLUMN_NR; c++)
		fprintf(out, " %9s", system_column_names[c]);
	fputc('\n', out);
	for (b = 0; b < HIST_BUCKETS; b++) {
		fprintf(out, "  %-18u", hist_bounds_us[b]);
		for (c = 0; c < SYSTEM_COLUMN_NR; c++) {
			if (sum[c][b])
				fprintf(out, " %9" PRIu64, sum[c][b]);
			else
				fprintf(out, " %9s", ".");
		}
		fputc('\n', out);
	}
}

void system_text(const struct system_report *r, FILE *out)
{
	char *gaps = system_report_gaps(r), *verdict = system_report_verdict(r);
	unsigned int i;

	fprintf(out, "kernel %s, %d CPUs, %s, %.1f s, %" PRIu64 " events%s%s\n",
		*r->kernel ? r->kernel : "unknown", r->cpus, r->date, system_report_seconds(r),
		r->s->events, r->params->note ? ", " : "", r->params->note ? r->params->note : "");
	fprintf(out, "\n  %-12s %-*s %8s %7s %6s %8s %8s %8s %8s %9s %7s %6s\n", "times in us",
		SYSTEM_TITLE, "", "count", "1/s", "CPU %", "avg", "p50", "p99", "p99.9", "max",
		"budget", "over");
	for (i = 0; i < r->nr_drivers; i++)
		system_text_driver(r, &r->drivers[i], out);
	system_text_distribution(r->s, out);
	if (gaps)
		fprintf(out, "\n%s\n", gaps);
	fprintf(out, "\n%s\n", verdict);
	free(gaps);
	free(verdict);
}
