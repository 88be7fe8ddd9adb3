// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what dpcmon system has found as one page.  What a manager asks stands first: is the
 * machine fit, which driver is it, how far is each from its budget.  What is over budget is
 * open; the rest can be opened.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "hist.h"
#include "html.h"
#include "measured.h"
#include "object.h"
#include "output.h"
#include "params.h"
#include "svg.h"
#include "system_html.h"
#include "system_preset.h"
#include "system_timeline.h"
#include "util.h"
#include "verdict.h"

#define HTML_PICTURES	4	/* distributions of a driver */
#define HTML_DECADES	3	/* of the bars, to each side of the budget */

/**
 * struct system_worst_time - the time of a driver that is nearest to its budget, or furthest over
 * @row: whose
 * @times: its runs or its waits
 * @ratio: as a multiple of the budget; 0 if none of its times has one
 */
struct system_worst_time {
	const struct system_row		*row;
	const struct system_times	*times;
	double				ratio;
};

static void system_html_worse(struct system_worst_time *worst, const struct system_row *row,
			      const struct system_times *t)
{
	double ratio = t->budget_ns && t->hist.count ? t->hist.max / (double)t->budget_ns : 0;

	if (ratio > worst->ratio)
		*worst = (struct system_worst_time){ row, t, ratio };
}

static struct system_worst_time system_html_worst_time(const struct system_driver *d)
{
	struct system_worst_time worst = { NULL, NULL, 0 };
	unsigned int i;

	for (i = 0; i < d->nr_rows; i++) {
		system_html_worse(&worst, d->rows[i], &d->rows[i]->run);
		system_html_worse(&worst, d->rows[i], &d->rows[i]->wait);
	}
	return worst;
}

static int system_html_compare(const void *left, const void *right)
{
	const struct system_driver *a = *(const struct system_driver * const *)left;
	const struct system_driver *b = *(const struct system_driver * const *)right;
	double x = system_html_worst_time(a).ratio, y = system_html_worst_time(b).ratio;

	if (x != y)
		return x > y ? -1 : 1;
	return (a->self_ns < b->self_ns) - (a->self_ns > b->self_ns);
}

/* The drivers by what hurts: the furthest over its budget first.  For free(). */
static const struct system_driver **system_html_sorted(const struct system_report *r,
						       unsigned int *nr)
{
	const struct system_driver **list = xcalloc(r->nr_drivers + 1, sizeof(*list));
	unsigned int i;

	for (*nr = 0, i = 0; i < r->nr_drivers; i++)
		if (r->drivers[i].nr_rows)
			list[(*nr)++] = &r->drivers[i];
	if (*nr)
		qsort(list, *nr, sizeof(*list), system_html_compare);
	return list;
}

/* ---- Head --------------------------------------------------------------------------- */

static void system_html_budgets(const struct system_report *r, FILE *out)
{
	const char *sep = "";
	unsigned int i;

	fputs("<tr><td>Budgets</td><td>", out);
	for (i = 0; i < DPC_STAGE_NR; i++) {
		if (!r->s->rows.budget_ns[i])
			continue;
		fprintf(out, "%s%s %.0f us", sep, stage_keys[i],
			r->s->rows.budget_ns[i] / 1000.0);
		sep = ", ";
	}
	fprintf(out, "%s (for %s%s)</td></tr>\n", *sep ? "" : "none",
		system_preset_name(r->params->preset),
		budgets_of_times(&r->params->budgets) ? ", changed" : "");
}

static void system_html_head(const struct system_report *r, FILE *out)
{
	char *measured = xasprintf("%.1f s, %" PRIu64 " events", system_report_seconds(r),
				   r->s->events);
	char *machine = xasprintf("%s%s%s, %d CPUs", *r->kernel ? r->kernel : "unknown",
				  *r->architecture ? ", " : "", r->architecture, r->cpus);

	html_begin(out, "Where the time of any driver goes");
	fputs("<table class=\"facts\">\n", out);
	html_fact(out, "Kernel", machine);
	html_fact(out, "Date", r->date);
	html_fact(out, "Measured", measured);
	system_html_budgets(r, out);
	if (r->params->note)
		html_fact(out, "Note", r->params->note);
	fputs("<tr><td>Command</td><td><code>", out);
	html_text(out, r->params->line);
	fputs("</code></td></tr>\n</table>\n", out);
	free(measured);
	free(machine);
}

static void system_html_verdict(const struct system_report *r, FILE *out)
{
	char *verdict = system_report_verdict(r);

	fprintf(out, "<div class=\"verdict %s\">",
		system_report_status(r) == EXIT_WITHIN_BUDGET ? "ok" : "bad");
	html_text(out, verdict);
	fputs("</div>\n", out);
	free(verdict);
}

/* ---- Which driver it is --------------------------------------------------------------- */

/* The longest time as a bar, by powers of ten; the middle is the budget. */
static void system_html_bar(double ratio, FILE *out)
{
	double part = ratio > 0 ? (log10(ratio) / HTML_DECADES + 1) / 2 : 0;

	if (part > 1)
		part = 1;
	/* one that is far below its budget is still there */
	if (part < 0.01)
		part = ratio > 0 ? 0.01 : 0;
	fprintf(out, "<td class=\"ratio\"><div><i class=\"%s\" style=\"width:%.1f%%\"></i></div></td>",
		ratio > 1 ? "over" : "within", 100 * part);
}

static void system_html_overview_row(const struct system_report *r, const struct system_driver *d,
				     unsigned int nr, FILE *out)
{
	struct system_worst_time w = system_html_worst_time(d);
	char percent[MEASURED_LEN];
	char *title;

	fprintf(out, "<tr><td><a href=\"#driver-%u\">", nr);
	html_text(out, d->name);
	fputs("</a></td><td class=\"l wrap\">", out);
	if (w.row) {
		title = system_report_title(r, w.row);
		fprintf(out, "%s%s ", w.times == &w.row->wait ? "wait for " : "",
			system_kind_names[w.row->kind]);
		html_text(out, title);
		free(title);
		fprintf(out, "</td><td class=\"%s\">%.1f of %.0f</td>", w.ratio > 1 ? "over" : "",
			w.times->hist.max / 1000.0, w.times->budget_ns / 1000.0);
	} else {
		fputs("</td><td class=\"zero\">no budget</td>", out);
	}
	system_html_bar(w.ratio, out);
	fprintf(out, "<td class=\"%s\">%" PRIu64 "</td><td>%s</td></tr>\n",
		d->over ? "over" : "zero", d->over,
		measured_text(percent, system_report_percent(r, d->self_ns), 2));
}

static void system_html_overview(const struct system_report *r,
				 const struct system_driver **drivers, unsigned int nr, FILE *out)
{
	unsigned int i;

	fputs("<h2>Drivers, by what hurts</h2>\n<p class=\"dim\">Of each driver the time ", out);
	fputs("that is the furthest over its budget, or the nearest to it. A bar is on a ", out);
	fputs("logarithmic scale, from a thousandth of the budget to its thousandfold; ", out);
	fputs("the line is the budget.</p>\n<div class=\"scroll\"><table>\n", out);
	fputs("<tr><th>driver</th><th class=\"l\">routine</th><th>longest, us</th>", out);
	fputs("<th class=\"l\">against its budget</th><th>times over</th>", out);
	fputs("<th>CPU %</th></tr>\n", out);
	for (i = 0; i < nr; i++)
		system_html_overview_row(r, drivers[i], i, out);
	fputs("</table></div>\n", out);
}

/* ---- All drivers together ------------------------------------------------------------- */

static void system_html_sum(const struct system *s, enum system_column column, struct hist *h,
			    uint64_t buckets[HIST_BUCKETS])
{
	const struct system_times *t;
	unsigned int i, b;

	for (i = 0; i < s->rows.nr; i++) {
		t = system_report_column(s->rows.list[i], column);
		if (!t)
			continue;
		hist_merge(h, &t->hist);
		for (b = 0; b < HIST_BUCKETS; b++)
			buckets[b] += t->hist.buckets[b];
	}
}

static const char * const html_columns[SYSTEM_COLUMN_NR] = {
	[SYSTEM_COLUMN_ISR]		= "Hard interrupts",
	[SYSTEM_COLUMN_AFTER_ISR]	= "End of the interrupt to its softirq",
	[SYSTEM_COLUMN_DPC]		= "Softirqs, interrupt threads",
	[SYSTEM_COLUMN_WORK_WAIT]	= "Wait for a work item",
	[SYSTEM_COLUMN_WORK]		= "Work items",
};

static void system_html_all(const struct system_report *r, FILE *out)
{
	uint64_t buckets[SYSTEM_COLUMN_NR][HIST_BUCKETS] = { 0 };
	struct hist hists[SYSTEM_COLUMN_NR] = { 0 };
	struct svg_axis axis = DISTRIBUTION_AXIS;
	unsigned int c, b;

	for (c = 0; c < SYSTEM_COLUMN_NR; c++) {
		system_html_sum(r->s, c, &hists[c], buckets[c]);
		distribution_fit(&axis, &hists[c], 0);
	}
	fputs("<h2>All drivers together</h2>\n<p class=\"dim\">How often (upwards, ", out);
	fputs("logarithmic) it took how long (to the right, logarithmic, the same ", out);
	fputs("for all).</p>\n<div class=\"dists\">\n", out);
	for (c = 0; c < SYSTEM_COLUMN_NR; c++)
		if (hists[c].count)
			distribution_svg(out, &hists[c], 0, html_columns[c], axis);
	fputs("</div>\n<details><summary>The same in Tracelog's buckets, and on", out);
	fputs("</summary>\n<div class=\"scroll\"><table>\n<tr><th>from us</th>", out);
	for (c = 0; c < SYSTEM_COLUMN_NR; c++)
		fprintf(out, "<th>%s</th>", system_column_names[c]);
	fputs("</tr>\n", out);
	for (b = 0; b < HIST_BUCKETS; b++) {
		fprintf(out, "<tr><td>%u</td>", hist_bounds_us[b]);
		for (c = 0; c < SYSTEM_COLUMN_NR; c++)
			fprintf(out, "<td%s>%" PRIu64 "</td>",
				buckets[c][b] ? "" : " class=\"zero\"", buckets[c][b]);
		fputs("</tr>\n", out);
	}
	fputs("</table></div></details>\n", out);
	for (c = 0; c < SYSTEM_COLUMN_NR; c++)
		hist_free(&hists[c]);
}

/* ---- A driver --------------------------------------------------------------------------- */

static void system_html_times(const struct system_times *t, FILE *out)
{
	const struct hist *h = &t->hist;

	fprintf(out, "<td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>",
		MEASURED_US(hist_avg(h)), MEASURED_US(hist_percentile(h, 50, 100)),
		MEASURED_US(hist_percentile(h, 99, 100)),
		MEASURED_US(hist_percentile(h, 999, 1000)), MEASURED_US(hist_max(h)));
	if (t->budget_ns)
		fprintf(out, "<td>%.0f</td><td class=\"%s\">%" PRIu64 "</td></tr>\n",
			t->budget_ns / 1000.0, t->over ? "over" : "zero", t->over);
	else
		fputs("<td class=\"zero\">-</td><td class=\"zero\">-</td></tr>\n", out);
}

static void system_html_row(const struct system_report *r, const struct system_row *row, FILE *out)
{
	char percent[MEASURED_LEN], rate[MEASURED_LEN];
	double seconds = system_report_seconds(r);
	char *title = system_report_title(r, row);

	fprintf(out, "<tr><td>%s</td><td class=\"l\"><code>", system_kind_names[row->kind]);
	html_text(out, title);
	free(title);
	fprintf(out, "</code></td><td>%" PRIu64 "</td><td>%s</td><td>%s</td>", row->calls,
		measured_text(rate, seconds ? row->calls / seconds : NOT_MEASURED, 0),
		measured_text(percent, system_report_percent(r, row->self_ns), 2));
	system_html_times(&row->run, out);
	if (!row->wait.hist.count)
		return;
	fprintf(out, "<tr><td></td><td class=\"l dim\">waited</td><td>%" PRIu64 "</td><td></td><td></td>",
		row->wait.hist.count);
	system_html_times(&row->wait, out);
	if (row->deferred_waits)
		fprintf(out, "<tr><td></td><td class=\"l dim\" colspan=\"11\">%" PRIu64 " of them in ksoftirqd, after %.1f us each</td></tr>\n",
			row->deferred_waits,
			row->deferred_wait_ns / 1000.0 / row->deferred_waits);
}

static void system_html_rows(const struct system_report *r, const struct system_driver *d,
			     FILE *out)
{
	static const char * const heads[] = {
		"count", "1/s", "CPU %", "avg", "p50", "p99", "p99.9", "max", "budget", "over",
	};
	unsigned int i;

	fputs("<h3>All its routines, times in microseconds</h3>\n", out);
	fputs("<div class=\"scroll\"><table>\n<tr><th>kind</th><th class=\"l\">routine</th>", out);
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		fprintf(out, "<th>%s</th>", heads[i]);
	fputs("</tr>\n", out);
	for (i = 0; i < d->nr_rows; i++)
		system_html_row(r, d->rows[i], out);
	fputs("</table></div>\n", out);
}

static void system_html_part(const char *class, const char *what, uint64_t ns, uint64_t all,
			     FILE *out)
{
	fprintf(out, "<tr><td><span class=\"key %s\"></span>", class);
	html_text(out, what);
	fprintf(out, "</td><td>%.1f</td><td>%.1f&#8239;%%</td></tr>\n", ns / 1000.0,
		100.0 * ns / all);
}

static void system_html_longest(const struct system_report *r, const struct system_driver *d,
				FILE *out)
{
	const struct system_row *row = system_report_worst(d);
	const struct system_worst *w;
	unsigned int i;
	char *text;

	if (!row)
		return;
	w = &row->worst;
	text = system_report_title(r, row);
	fprintf(out, "<h3>The worst call, taken apart</h3>\n<p>%s <code>",
		system_kind_names[row->kind]);
	html_text(out, text);
	free(text);
	fprintf(out, "</code> took %.1f us on CPU %d", w->ns / 1000.0, w->cpu);
	if (w->wait_ns)
		fprintf(out, " from its request, of which it waited %.1f us", w->wait_ns / 1000.0);
	fputs(".</p>\n<div class=\"scroll\">", out);
	system_timeline_svg(out, r, row);
	fputs("</div>\n", out);
	system_timeline_legend(out);
	fputs("<div class=\"scroll\"><table class=\"parts\">\n", out);
	fputs("<tr><th>what had the CPU</th><th>us</th><th>share</th></tr>\n", out);
	for (i = 0; i < w->nr_parts; i++) {
		text = system_report_part(r, &w->parts[i]);
		system_html_part(system_timeline_class(row, w->parts[i].row, w->parts[i].pid),
				 text, w->parts[i].ns, w->ns, out);
		free(text);
	}
	if (w->rest_ns)
		system_html_part(system_timeline_class(NULL, NULL, 0), system_report_rest(w),
				 w->rest_ns, w->ns, out);
	fputs("</table></div>\n", out);
}

/* What a picture is worth: how near the budget it comes, then how much time it takes. */
static int system_html_compare_rows(const void *left, const void *right)
{
	const struct system_row *a = *(const struct system_row * const *)left;
	const struct system_row *b = *(const struct system_row * const *)right;
	struct system_worst_time x = { NULL, NULL, 0 }, y = { NULL, NULL, 0 };

	system_html_worse(&x, a, &a->run);
	system_html_worse(&y, b, &b->run);
	if (x.ratio != y.ratio)
		return x.ratio > y.ratio ? -1 : 1;
	return (a->self_ns < b->self_ns) - (a->self_ns > b->self_ns);
}

static void system_html_distributions(const struct system_report *r,
				      const struct system_driver *d, FILE *out)
{
	const struct system_row **rows = xcalloc(d->nr_rows, sizeof(*rows));
	struct svg_axis axis = DISTRIBUTION_AXIS;
	unsigned int i, nr = 0;
	char *title, *text;

	for (i = 0; i < d->nr_rows; i++)
		if (d->rows[i]->run.hist.count)
			rows[nr++] = d->rows[i];
	if (nr)
		qsort(rows, nr, sizeof(*rows), system_html_compare_rows);
	if (nr > HTML_PICTURES)
		nr = HTML_PICTURES;
	for (i = 0; i < nr; i++)
		distribution_fit(&axis, &rows[i]->run.hist, rows[i]->run.budget_ns);
	if (nr)
		fputs("<h3>Distributions</h3>\n<div class=\"dists\">\n", out);
	for (i = 0; i < nr; i++) {
		title = system_report_title(r, rows[i]);
		text = xasprintf("%s %s", system_kind_names[rows[i]->kind], title);
		distribution_svg(out, &rows[i]->run.hist, rows[i]->run.budget_ns, text, axis);
		free(title);
		free(text);
	}
	if (nr)
		fputs("</div>\n", out);
	free(rows);
}

static void system_html_driver(const struct system_report *r, const struct system_driver *d,
			       unsigned int nr, FILE *out)
{
	fprintf(out, "<details id=\"driver-%u\"%s><summary><b>", nr, d->over ? " open" : "");
	html_text(out, d->name);
	fprintf(out, "</b> <span class=\"%s\">%s</span> <span class=\"dim\">%.2f %% of a CPU</span></summary>\n",
		d->over ? "bad-text" : "dim", d->over ? "over budget" : "",
		system_report_percent(r, d->self_ns));
	system_html_longest(r, d, out);
	system_html_distributions(r, d, out);
	system_html_rows(r, d, out);
	fputs("</details>\n", out);
}

static void system_html_trust(const struct system_report *r, FILE *out)
{
	char *gaps = system_report_gaps(r), *rest = gaps, *line;

	fputs("<h2>How far to trust this</h2>\n", out);
	if (!gaps)
		fputs("<p>No events were lost, and every call has both its ends.</p>\n", out);
	while ((line = strsep(&rest, "\n"))) {
		fputs("<p>", out);
		html_text(out, line);
		fputs(".</p>\n", out);
	}
	fputs("<p class=\"dim\">dpcmon " DPCMON_VERSION ". Percentiles are at most 1.6 % ", out);
	fputs("above the true ones; count, average, maximum and buckets are exact. ", out);
	fputs("- was not measured: of fewer than 2 times there is no p50, of 100 no p99, ", out);
	fputs("of 1000 no p99.9.</p>\n", out);
	free(gaps);
}

int system_html(const struct system_report *r, const char *path)
{
	const struct system_driver **drivers;
	struct output file;
	unsigned int i, nr;

	if (output_open(&file, path))
		return -1;
	drivers = system_html_sorted(r, &nr);
	system_html_head(r, file.file);
	system_html_verdict(r, file.file);
	system_html_overview(r, drivers, nr, file.file);
	fputs("<h2>Each driver</h2>\n", file.file);
	for (i = 0; i < nr; i++)
		system_html_driver(r, drivers[i], i, file.file);
	system_html_all(r, file.file);
	system_html_trust(r, file.file);
	fputs("</body></html>\n", file.file);
	free(drivers);
	return output_close(&file, true);
}
