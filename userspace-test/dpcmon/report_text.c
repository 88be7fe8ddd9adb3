// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a report as tables for a terminal, times in microseconds.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis.h"
#include "errors.h"
#include "hist.h"
#include "measured.h"
#include "meanwhile.h"
#include "report.h"
#include "report_text.h"
#include "symbols.h"
#include "verdict.h"
#include "system_report.h"
#include "worst.h"

static void report_text_stage(const struct stage *s, const char *title, FILE *out)
{
	const struct hist *h = &s->hist;

	if (!h->count)
		return;
	fprintf(out, "  %-18s %9" PRIu64 " %9s %9s %9s %9s %9s", title, h->count,
		MEASURED_US(hist_avg(h)), MEASURED_US(hist_percentile(h, 50, 100)),
		MEASURED_US(hist_percentile(h, 99, 100)),
		MEASURED_US(hist_percentile(h, 999, 1000)), MEASURED_US(hist_max(h)));
	if (s->budget_ns || s->over_budget)
		fprintf(out, " %9.0f %8" PRIu64 "%s\n", report_us(s->budget_ns), s->over_budget,
			s->over_budget ? " !" : "");
	else
		fprintf(out, " %9s %8s\n", "-", "-");
}

static void report_text_stages(const struct object *o, FILE *out)
{
	bool few = false;
	unsigned int i;

	fprintf(out, "\n  %-18s %9s %9s %9s %9s %9s %9s %9s %8s\n", "time in us", "count",
		"avg", "p50", "p99", "p99.9", "max", "budget", "over");
	if (o->raise.hist.count)
		report_text_stage(&o->raise, REPORT_RAISE_TITLE, out);
	else if (analysis_interrupts(o))
		fprintf(out, "  %-18s %s\n", REPORT_RAISE_TITLE, REPORT_RAISE_UNKNOWN);
	for (i = 0; i < STAGE_NR; i++) {
		const struct hist *h = &o->stage[stage_order[i]].hist;

		report_text_stage(&o->stage[stage_order[i]], stage_titles[stage_order[i]], out);
		few |= h->count && !is_measured(hist_percentile(h, 999, 1000));
	}
	if (few)
		fprintf(out, "  - was not measured: %s\n", REPORT_FEW);
}

static void report_text_histogram(const struct object *o, FILE *out)
{
	static const char * const heads[STAGE_NR] = {
		[DPC_STAGE_ISR]		= "ISR",
		[DPC_STAGE_ISR_TO_DPC]	= "to DPC",
		[DPC_STAGE_DPC]		= "DPC",
		[STAGE_DPC_EXCLUSIVE]	= "DPC excl.",
		[DPC_STAGE_DPC_TO_WORK]	= "to work",
		[DPC_STAGE_WORK]	= "work",
		[DPC_STAGE_COMPLETE]	= "to done",
	};
	unsigned int used = object_buckets_used(o), bucket, i;

	fprintf(out, "\n  %-18s", "from us");
	for (i = 0; i < STAGE_NR; i++)
		fprintf(out, " %9s", heads[stage_order[i]]);
	fputc('\n', out);
	for (bucket = 0; bucket < used; bucket++) {
		fprintf(out, "  %-18u", hist_bounds_us[bucket]);
		for (i = 0; i < STAGE_NR; i++) {
			uint64_t n = o->stage[stage_order[i]].hist.buckets[bucket];

			if (n)
				fprintf(out, " %9" PRIu64, n);
			else
				fprintf(out, " %9s", ".");
		}
		fputc('\n', out);
	}
}

static void report_text_meanwhile(struct report *r, const struct object *o, enum part_kind kind,
				  FILE *out)
{
	const struct system_worst *w = meanwhile_find(r->meanwhile, o->id, kind);
	unsigned int i;
	char *what;

	for (i = 0; w && i < w->nr_parts; i++) {
		what = meanwhile_part(r->meanwhile, r->symbols, &w->parts[i]);
		fprintf(out, "    %-24s %9.1f us           %s\n", i ? "" : "  meanwhile",
			report_us(w->parts[i].ns), what);
		free(what);
	}
	if (w && w->nr_parts && w->rest_ns)
		fprintf(out, "    %-24s %9.1f us           %s\n", "", report_us(w->rest_ns),
			system_report_rest(w));
}

static void report_text_worst(struct report *r, const struct object *o, FILE *out)
{
	struct part parts[PART_NR];
	unsigned int i, nr = worst_breakdown(&o->worst, parts);

	if (!nr)
		return;
	fprintf(out, "\n  worst interrupt: number %" PRIu64 ", %.1f us %s\n",
		o->worst.chain.first, report_us(o->worst.total),
		o->worst.chain.completed ? "from the start of the ISR to the completion"
					 : "in all its stages");
	for (i = 0; i < nr; i++) {
		fprintf(out, "    %-24s %9.1f us %5.1f %%", part_titles[parts[i].kind],
			report_us(parts[i].ns), parts[i].tenths / 10.0);
		if (parts[i].run)
			fprintf(out, "   CPU %d, task %s", parts[i].run->cpu,
				symbols_task(r->symbols, parts[i].run->pid));
		fputc('\n', out);
		report_text_meanwhile(r, o, parts[i].kind, out);
	}
}

static void report_text_errors(struct report *r, const struct errors *errors, FILE *out)
{
	unsigned int i, kept = errors_kept(errors);
	char *place, *what;

	if (!kept)
		return;
	fprintf(out, "\n  device errors: %" PRIu64 "%s\n", errors->count,
		kept < errors->count ? ", of which these are the first" : "");
	for (i = 0; i < kept; i++) {
		place = report_error_place(r, &errors->list[i]);
		what = report_error(&errors->list[i]);
		fprintf(out, "    %s\n      %s\n", place, what);
		free(place);
		free(what);
	}
}

static void report_text_object(struct report *r, const struct object *o, FILE *out)
{
	char *name = report_object_name(r, o), *interrupts = report_interrupts(r, o);
	const struct report_device *device = report_device(r, o->id);
	char *raises = report_raises(r, o);
	char irq[MEASURED_LEN];

	fprintf(out, "\n%s", name);
	free(name);
	if (o->id)
		fprintf(out, " (id %u, irq %s%s%s)", o->id,
			measured_text(irq, o->irq ? o->irq : NOT_MEASURED, 0),
			*o->model ? ", model " : "", o->model);
	if (device && device->brought)
		fprintf(out, "\n  %s", device->brought);
	if (raises)
		fprintf(out, "\n  %s", raises);
	free(raises);
	fprintf(out, "\n  %s", interrupts);
	free(interrupts);
	if (o->errors.count)
		fprintf(out, "\n  %" PRIu64 " errors of the device, see below", o->errors.count);
	if (o->not_ours)
		fprintf(out, "\n  %" PRIu64 " calls of the ISR that were not for this device",
			o->not_ours);
	fprintf(out, "\n  %" PRIu64 " DPC calls served %" PRIu64 " interrupts (%" PRIu64 " coalesced)",
		o->dpc_calls, o->served, o->coalesced);
	if (o->work_calls)
		fprintf(out, "\n  %" PRIu64 " work items served %" PRIu64 " interrupts (%" PRIu64 " coalesced)",
			o->work_calls, o->work_served, o->work_coalesced);
	fputc('\n', out);
	report_text_stages(o, out);
	report_text_histogram(o, out);
	report_text_worst(r, o, out);
	report_text_errors(r, &o->errors, out);
}

void report_text(struct report *r, FILE *out)
{
	char *gaps = report_gaps(r), *culprit = report_culprit(r);
	char *sentence = verdict_sentence(r);
	char workload[128];
	unsigned int i;

	fprintf(out, "kernel %s, %d CPUs, %s%s%s\n", r->kernel, r->cpus, r->date,
		r->params->note ? ", " : "", r->params->note ? r->params->note : "");
	if (r->workload) {
		report_workload(workload, sizeof(workload), r->workload);
		fprintf(out, "%s\n", workload);
	}
	for (i = 0; i < r->a->nr_objects; i++)
		report_text_object(r, r->a->objects[i], out);
	if (r->a->errors.count)
		fprintf(out, "\ndevices without an interrupt object");
	report_text_errors(r, &r->a->errors, out);
	fprintf(out, "\n%s\n", gaps ? gaps : "no events lost, every entry has its exit");
	if (r->counters == 1)
		fprintf(out, "the device's own counters agree with the trace\n");
	if (culprit)
		fprintf(out, "%s%s\n", culprit,
			analysis_stopped(r->a) ? "; the trace was stopped there" : "");
	fprintf(out, "\n%s\n", sentence);
	free(gaps);
	free(culprit);
	free(sentence);
}
