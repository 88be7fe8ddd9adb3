// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a report as one page: the verdict, the stages with their pictures, and the
 * worst interrupt as a timeline.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis.h"
#include "distribution.h"
#include "errors.h"
#include "hist.h"
#include "html.h"
#include "judge.h"
#include "measured.h"
#include "meanwhile.h"
#include "output.h"
#include "params.h"
#include "report.h"
#include "report_html.h"
#include "svg.h"
#include "symbols.h"
#include "timeline.h"
#include "util.h"
#include "verdict.h"
#include "system_report.h"
#include "worst.h"

static void report_html_head(struct report *r, FILE *out)
{
	char cpus[16], workload[128];

	html_begin(out, "Where the time of an interrupt goes");
	snprintf(cpus, sizeof(cpus), "%d", r->cpus);
	fputs("<table class=\"facts\">\n", out);
	html_fact(out, "Kernel", r->kernel);
	html_fact(out, "CPUs", cpus);
	html_fact(out, "Date", r->date);
	if (r->params->note)
		html_fact(out, "Note", r->params->note);
	if (r->workload) {
		report_workload(workload, sizeof(workload), r->workload);
		html_fact(out, "Workload", workload);
	}
	fputs("<tr><td>Command</td><td><code>", out);
	html_text(out, r->params->line);
	fputs("</code></td></tr>\n</table>\n", out);
}

static void report_html_verdict(struct report *r, FILE *out)
{
	char *sentence = verdict_sentence(r);

	fprintf(out, "<div class=\"verdict %s\">",
		verdict_exit_status(r->a) != EXIT_WITHIN_BUDGET ? "bad" :
		judge_is_judged(r->a) ? "ok" : "");
	html_text(out, sentence);
	fputs("</div>\n", out);
	free(sentence);
}

static void report_html_stage(struct report *r, const struct stage *s, const char *title, FILE *out)
{
	const struct hist *h = &s->hist;

	if (!h->count)
		return;
	fprintf(out, "<tr><td>%s</td><td class=\"l\"><code>", title);
	html_text(out, symbols_routine(r->symbols, s->function));
	fprintf(out, "</code></td><td>%" PRIu64 "</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>",
		h->count, MEASURED_US(hist_avg(h)), MEASURED_US(hist_percentile(h, 50, 100)),
		MEASURED_US(hist_percentile(h, 99, 100)),
		MEASURED_US(hist_percentile(h, 999, 1000)), MEASURED_US(hist_max(h)));
	if (s->budget_ns || s->over_budget)
		fprintf(out, "<td>%.0f</td><td class=\"%s\">%" PRIu64 "</td></tr>\n",
			report_us(s->budget_ns), s->over_budget ? "over" : "zero",
			s->over_budget);
	else
		fputs("<td class=\"zero\">-</td><td class=\"zero\">-</td></tr>\n", out);
}

static void report_html_stages(struct report *r, const struct object *o, FILE *out)
{
	static const char * const heads[] = {
		"count", "avg", "p50", "p99", "p99.9", "max", "budget", "over",
	};
	unsigned int i;

	fputs("<h3>Stages and waits, in microseconds</h3>\n<div class=\"scroll\"><table>\n", out);
	fputs("<tr><th>stage</th><th class=\"l\">routine</th>", out);
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		fprintf(out, "<th>%s</th>", heads[i]);
	fputs("</tr>\n", out);
	if (o->raise.hist.count)
		report_html_stage(r, &o->raise, REPORT_RAISE_TITLE, out);
	else if (analysis_interrupts(o))
		fprintf(out, "<tr><td>%s</td><td></td><td class=\"l zero\" colspan=\"%zu\">%s</td></tr>\n",
			REPORT_RAISE_TITLE, ARRAY_SIZE(heads), REPORT_RAISE_UNKNOWN);
	for (i = 0; i < STAGE_NR; i++)
		report_html_stage(r, &o->stage[stage_order[i]], stage_titles[stage_order[i]], out);
	fputs("</table></div>\n", out);
}

static void report_html_distributions(const struct object *o, FILE *out)
{
	struct svg_axis axis = DISTRIBUTION_AXIS;
	const struct stage *s;
	unsigned int i;

	for (i = 0; i < STAGE_NR; i++)
		distribution_fit(&axis, &o->stage[i].hist, o->stage[i].budget_ns);
	fputs("<h3>Distributions</h3>\n<p class=\"dim\">How often (upwards, logarithmic) ", out);
	fputs("a stage took how long (to the right, logarithmic, the same for all). ", out);
	fputs("Red: over budget.</p>\n<div class=\"dists\">\n", out);
	for (i = 0; i < STAGE_NR; i++) {
		s = &o->stage[stage_order[i]];
		if (s->hist.count)
			distribution_svg(out, &s->hist, s->budget_ns, stage_titles[stage_order[i]],
					 axis);
	}
	fputs("</div>\n", out);
}

static void report_html_buckets(const struct object *o, FILE *out)
{
	unsigned int used = object_buckets_used(o), bucket, i;

	fputs("<h3>The same in Tracelog's buckets</h3>\n<div class=\"scroll\"><table>\n", out);
	fputs("<tr><th>from us</th>", out);
	for (i = 0; i < STAGE_NR; i++)
		fprintf(out, "<th>%s</th>", stage_titles[stage_order[i]]);
	fputs("</tr>\n", out);
	for (bucket = 0; bucket < used; bucket++) {
		fprintf(out, "<tr><td>%u</td>", hist_bounds_us[bucket]);
		for (i = 0; i < STAGE_NR; i++) {
			uint64_t n = o->stage[stage_order[i]].hist.buckets[bucket];

			fprintf(out, "<td%s>%" PRIu64 "</td>", n ? "" : " class=\"zero\"", n);
		}
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

static const char * const html_part_classes[PART_NR] = {
	"c-isr", "c-wait", "c-dpc", "c-hard", "c-dpc", "c-wait", "c-work", "c-rest",
};

static void report_html_part(struct report *r, const struct part *part, FILE *out)
{
	fprintf(out, "<tr><td><span class=\"key %s\"></span>%s</td><td>%.1f</td><td>%.1f&#8239;%%</td>",
		html_part_classes[part->kind], part_titles[part->kind], report_us(part->ns),
		part->tenths / 10.0);
	if (!part->run) {
		fputs("<td></td><td></td><td></td></tr>\n", out);
		return;
	}
	fprintf(out, "<td class=\"l\"><code>");
	html_text(out, symbols_routine(r->symbols, part->run->function));
	fprintf(out, "</code></td><td>%d</td><td class=\"l\">", part->run->cpu);
	html_text(out, symbols_task(r->symbols, part->run->pid));
	fputs("</td></tr>\n", out);
}

/* What its CPU did in a wait: a row each, below it. */
static void report_html_meanwhile(struct report *r, const struct object *o, enum part_kind kind,
				  FILE *out)
{
	const struct system_worst *w = meanwhile_find(r->meanwhile, o->id, kind);
	unsigned int i;
	char *what;

	for (i = 0; w && i < w->nr_parts; i++) {
		what = meanwhile_part(r->meanwhile, r->symbols, &w->parts[i]);
		fprintf(out, "<tr><td>%s</td><td>%.1f</td><td></td><td class=\"l\" colspan=\"3\">",
			i ? "" : "meanwhile", report_us(w->parts[i].ns));
		html_text(out, what);
		fputs("</td></tr>\n", out);
		free(what);
	}
	if (w && w->nr_parts && w->rest_ns)
		fprintf(out, "<tr><td></td><td>%.1f</td><td></td><td class=\"l\" colspan=\"3\">%s</td></tr>\n",
			report_us(w->rest_ns), system_report_rest(w));
}

static void report_html_legend(FILE *out)
{
	static const struct { const char *class, *text; } keys[] = {
		{ "c-isr", "ISR" }, { "c-dpc", "DPC" }, { "c-work", "work item" },
		{ "c-wait", "wait" }, { "c-hard", "hard interrupts" },
		{ "c-other", "calls for other interrupts" },
		{ "c-rest", "rest (tracing, the way in between)" },
	};
	unsigned int i;

	fputs("<p class=\"legend\">", out);
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		fprintf(out, "<span><i class=\"key %s\"></i>%s</span>\n", keys[i].class,
			keys[i].text);
	fputs("</p>\n", out);
}

static void report_html_worst(struct report *r, const struct object *o, FILE *out)
{
	struct part parts[PART_NR];
	unsigned int i, nr = worst_breakdown(&o->worst, parts);

	if (!nr)
		return;
	fprintf(out, "<h3>The worst interrupt</h3>\n<p>Number %" PRIu64 " took %.1f us %s.</p>\n",
		o->worst.chain.first, report_us(o->worst.total),
		o->worst.chain.completed ? "from the start of its ISR to the completion of its request"
					 : "in all its stages");
	fputs("<div class=\"scroll\">", out);
	timeline_svg(out, r, o);
	fputs("</div>\n", out);
	report_html_legend(out);
	fputs("<div class=\"scroll\"><table>\n<tr><th>part</th><th>us</th><th>share</th>", out);
	fputs("<th class=\"l\">routine</th><th>CPU</th><th class=\"l\">task</th></tr>\n", out);
	for (i = 0; i < nr; i++) {
		report_html_part(r, &parts[i], out);
		report_html_meanwhile(r, o, parts[i].kind, out);
	}
	fputs("</table></div>\n", out);
}

static void report_html_errors(struct report *r, const struct errors *errors, FILE *out)
{
	unsigned int i, kept = errors_kept(errors);
	char *place, *what;

	if (!kept)
		return;
	fprintf(out, "<h3>Device errors</h3>\n<p>%" PRIu64 "%s, each in the time line of its interrupt:</p>\n<ul>\n",
		errors->count, kept < errors->count ? ", of which these are the first" : "");
	for (i = 0; i < kept; i++) {
		place = report_error_place(r, &errors->list[i]);
		what = report_error(&errors->list[i]);
		fputs("<li>", out);
		html_text(out, place);
		fputs("<br><code>", out);
		html_text(out, what);
		fputs("</code></li>\n", out);
		free(place);
		free(what);
	}
	fputs("</ul>\n", out);
}

static void report_html_object(struct report *r, const struct object *o, FILE *out)
{
	char *name = report_object_name(r, o), *interrupts = report_interrupts(r, o);
	const struct report_device *device = report_device(r, o->id);
	char *raises = report_raises(r, o);
	char irq[MEASURED_LEN];

	fputs("<h2>", out);
	html_text(out, name);
	free(name);
	fputs("</h2>\n<p class=\"dim\">", out);
	if (o->id)
		fprintf(out, "Interrupt object %u, irq %s", o->id,
			measured_text(irq, o->irq ? o->irq : NOT_MEASURED, 0));
	else
		fputs("A DPC without an interrupt object", out);
	if (*o->model) {
		fputs(", model ", out);
		html_text(out, o->model);
	}
	if (device && device->brought)
		fprintf(out, ". %s", device->brought);
	if (raises)
		fprintf(out, ". %s", raises);
	free(raises);
	fprintf(out, ". %s; %" PRIu64 " DPC calls served %" PRIu64
		" interrupts (%" PRIu64 " coalesced); %" PRIu64 " work items served %" PRIu64
		" (%" PRIu64 " coalesced)", interrupts, o->dpc_calls, o->served,
		o->coalesced, o->work_calls, o->work_served, o->work_coalesced);
	free(interrupts);
	if (o->not_ours)
		fprintf(out, "; %" PRIu64 " ISR calls were not for this device", o->not_ours);
	fputs(".</p>\n", out);
	report_html_stages(r, o, out);
	report_html_worst(r, o, out);
	report_html_errors(r, &o->errors, out);
	report_html_distributions(o, out);
	report_html_buckets(o, out);
}

static void report_html_trust(struct report *r, FILE *out)
{
	char *gaps = report_gaps(r), *culprit = report_culprit(r);

	fputs("<h2>How far to trust this</h2>\n<p>", out);
	html_text(out, gaps ? gaps : "No events were lost, and every entry has its exit.");
	if (r->counters == 1)
		fputs(" The device's own counters agree with the trace.", out);
	fputs("</p>\n", out);
	if (culprit) {
		fputs("<p>", out);
		html_text(out, culprit);
		fputs(analysis_stopped(r->a) ? "; the trace was stopped there.</p>\n" : ".</p>\n",
		      out);
	}
	fputs("<p class=\"dim\">dpcmon " DPCMON_VERSION ". Percentiles are at most 1.6 % ", out);
	fputs("above the true ones; count, average, maximum and buckets are exact. ", out);
	fputs("- was not measured: " REPORT_FEW ".</p>\n", out);
	free(gaps);
	free(culprit);
}

int report_html(struct report *r, const char *path)
{
	struct output file;
	unsigned int i;
	FILE *out;

	if (output_open(&file, path))
		return -1;
	out = file.file;
	report_html_head(r, out);
	report_html_verdict(r, out);
	for (i = 0; i < r->a->nr_objects; i++)
		report_html_object(r, r->a->objects[i], out);
	if (r->a->errors.count)
		fputs("<h2>Devices without an interrupt object</h2>\n", out);
	report_html_errors(r, &r->a->errors, out);
	report_html_trust(r, out);
	fputs("</body></html>\n", out);
	return output_close(&file, true);
}
