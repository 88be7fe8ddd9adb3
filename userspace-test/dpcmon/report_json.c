// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a report as JSON, times in nanoseconds.  The man page lists the fields; what
 * is not known is null.
 */
#include <string.h>

#include <json.h>

#include "analysis.h"
#include "books.h"
#include "errors.h"
#include "hist.h"
#include "json_out.h"
#include "measured.h"
#include "meanwhile.h"
#include "pairs.h"
#include "params.h"
#include "report_json.h"
#include "symbols.h"
#include "verdict.h"
#include "workload.h"
#include "worst.h"

static struct json_object *report_json_stage(struct report *r, const struct stage *s)
{
	struct json_object *o = json_out_object();
	const struct hist *h = &s->hist;

	json_out_times(o, h);
	json_out_u64(o, "budget_ns", s->budget_ns);
	json_out_u64(o, "over_budget", s->over_budget);
	json_out_u64(o, "overrun_events", s->overruns);
	json_out_text(o, "routine", h->count ? symbols_routine(r->symbols, s->function) : NULL);
	json_out_add(o, "hist", json_out_hist(h->buckets, HIST_BUCKETS));
	return o;
}

/* NULL if it is not known. */
static struct json_object *report_json_meanwhile(struct report *r, const struct object *object,
						 enum part_kind kind)
{
	const struct system_worst *w = meanwhile_find(r->meanwhile, object->id, kind);
	struct json_object *o, *list, *part;
	unsigned int i;
	char *what;

	if (!w || !w->nr_parts)
		return NULL;
	list = json_out_array();
	for (i = 0; i < w->nr_parts; i++) {
		what = meanwhile_part(r->meanwhile, r->symbols, &w->parts[i]);
		part = json_out_object();
		json_out_text(part, "what", what);
		json_out_u64(part, "ns", w->parts[i].ns);
		json_out_append(list, part);
		free(what);
	}
	o = json_out_object();
	json_out_add(o, "parts", list);
	json_out_u64(o, "rest_ns", w->rest_ns);
	return o;
}

static struct json_object *report_json_part(struct report *r, const struct object *object,
					    const struct part *part)
{
	struct json_object *o = json_out_object(), *meanwhile;
	char percent[16];

	json_out_text(o, "what", part_keys[part->kind]);
	json_out_u64(o, "ns", part->ns);
	snprintf(percent, sizeof(percent), "%u.%u", part->tenths / 10, part->tenths % 10);
	/* the double alone could print as 33.299999999999997 */
	json_out_add(o, "percent",
		     json_out_new(json_object_new_double_s(part->tenths / 10.0, percent)));
	if (!part->run)
		return o;
	json_out_u64(o, "cpu", part->run->cpu);
	json_out_u64(o, "pid", part->run->pid);
	json_out_text(o, "task", symbols_task(r->symbols, part->run->pid));
	json_out_text(o, "routine", symbols_routine(r->symbols, part->run->function));
	meanwhile = report_json_meanwhile(r, object, part->kind);
	if (meanwhile)
		json_out_add(o, "meanwhile", meanwhile);
	return o;
}

static struct json_object *report_json_worst(struct report *r, const struct object *object)
{
	struct json_object *o, *list;
	struct part parts[PART_NR];
	unsigned int i, nr = worst_breakdown(&object->worst, parts);

	if (!nr)
		return NULL;
	o = json_out_object();
	json_out_u64(o, "seq", object->worst.chain.first);
	json_out_u64(o, "total_ns", object->worst.total);
	json_out_add(o, "completed",
		     json_out_new(json_object_new_boolean(object->worst.chain.completed)));
	list = json_out_array();
	for (i = 0; i < nr; i++)
		json_out_append(list, report_json_part(r, object, &parts[i]));
	json_out_add(o, "parts", list);
	return o;
}

/*
 * What became of the raises, by the device's own count; else by the trace, which does not
 * know the last two numbers.
 */
static struct json_object *report_json_raises_of(struct report *r, const struct object *object)
{
	const struct report_device *device = report_device(r, object->id);
	struct json_object *o;

	if (device && device->raises)
		return json_out_raises(device->raises);
	if (!object->raised)
		return NULL;
	o = json_out_object();
	json_out_u64(o, "raised", object->raised);
	json_out_u64(o, "interrupts", object->raise.hist.count);
	json_out_u64(o, "merged", object->raised - object->raise.hist.count);
	return o;
}

/* Where the interrupts have gone: @handled is the sum of the others. */
static struct json_object *report_json_balance(const struct balance *b)
{
	struct json_object *o = json_out_object();

	json_out_u64(o, "handled", b->handled);
	json_out_u64(o, "served", b->served);
	json_out_u64(o, "pending", b->pending);
	json_out_u64(o, "not_asked", b->not_asked);
	json_out_u64(o, "unknown", b->unknown);
	return o;
}

static struct json_object *report_json_timeline(const struct device_error *e)
{
	struct json_object *list = json_out_array(), *o;
	struct error_point points[ERRORS_POINTS];
	unsigned int i, nr = errors_points(e, points);

	for (i = 0; i < nr; i++) {
		o = json_out_object();
		json_out_text(o, "what", points[i].key);
		json_out_add(o, "at_ns", json_out_new(json_object_new_int64(points[i].ns)));
		json_out_append(list, o);
	}
	return list;
}

static struct json_object *report_json_error(struct report *r, const struct device_error *e)
{
	struct json_object *o = json_out_object();
	char data[2 * ERROR_DATA_MAX + 1] = "", packet[16];
	unsigned int i;

	for (i = 0; i < e->error.len; i++)
		snprintf(data + 2 * i, 3, "%02x", e->data[i]);
	snprintf(packet, sizeof(packet), "%08x", e->error.packet);
	json_out_text(o, "device", e->device);
	json_out_u64(o, "seq", e->seq);
	json_out_u64(o, "first", e->first);
	json_out_u64(o, "code", e->error.code);
	json_out_u64(o, "unique", e->error.unique);
	json_out_add(o, "status", json_out_new(json_object_new_int(e->error.status)));
	json_out_u64(o, "retries", e->error.retries);
	json_out_u64(o, "request", e->error.sequence);
	json_out_text(o, "packet", e->error.packet ? packet : NULL);
	json_out_text(o, "data", data);
	json_out_text(o, "routine", symbols_routine(r->symbols, e->function));
	json_out_u64(o, "cpu", e->cpu);
	json_out_u64(o, "pid", e->pid);
	json_out_text(o, "task", symbols_task(r->symbols, e->pid));
	json_out_add(o, "timeline", report_json_timeline(e));
	return o;
}

static struct json_object *report_json_errors(struct report *r, const struct errors *errors)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	unsigned int i;

	json_out_u64(o, "count", errors->count);
	for (i = 0; i < errors_kept(errors); i++)
		json_out_append(list, report_json_error(r, &errors->list[i]));
	json_out_add(o, "list", list);
	return o;
}

static struct json_object *report_json_interrupt(struct report *r, const struct object *object)
{
	const struct report_device *device = report_device(r, object->id);
	struct balance balance = analysis_balance(r->a, object);
	struct json_object *o = json_out_object();
	struct json_object *stages = json_out_object();
	unsigned int i;

	json_out_u64(o, "id", object->id);
	json_out_measured(o, "irq", object->irq ? object->irq : NOT_MEASURED);
	json_out_text(o, "name", *object->name ? object->name : NULL);
	if (device)
		json_out_text(o, "device", device->again);
	if (device)
		json_out_text(o, "brought", device->brought);
	json_out_text(o, "model", *object->model ? object->model : NULL);
	for (i = 0; i < STAGE_NR; i++)
		json_out_add(stages, stage_keys[stage_order[i]],
			     report_json_stage(r, &object->stage[stage_order[i]]));
	json_out_add(o, "stages", stages);
	/* all other clocks start with the ISR */
	json_out_add(o, "raise_to_isr", object->raise.hist.count ?
		     report_json_stage(r, &object->raise) : NULL);
	json_out_add(o, "raises", report_json_raises_of(r, object));
	json_out_u64(o, "interrupts", analysis_interrupts(object));
	json_out_add(o, "balance", report_json_balance(&balance));
	json_out_u64(o, "not_ours", object->not_ours);
	json_out_u64(o, "missing", analysis_missing(object));
	json_out_u64(o, "requests", object->requests);
	json_out_u64(o, "requests_refused", object->refused);
	json_out_u64(o, "served", object->served);
	json_out_u64(o, "coalesced", object->coalesced);
	json_out_u64(o, "dpc_calls", object->dpc_calls);
	json_out_u64(o, "work_served", object->work_served);
	json_out_u64(o, "work_coalesced", object->work_coalesced);
	json_out_u64(o, "work_calls", object->work_calls);
	json_out_add(o, "worst", report_json_worst(r, object));
	json_out_add(o, "errors", report_json_errors(r, &object->errors));
	return o;
}

static void report_json_trust(struct report *r, struct json_object *o)
{
	const struct pairs *p = &r->a->pairs;
	struct json_object *per_cpu = json_out_array(), *item;
	struct json_object *by_kind = json_out_object();
	unsigned int i;
	bool exact;

	json_out_u64(o, "lost_events", analysis_lost_total(r->a, &exact));
	json_out_add(o, "lost_events_exact", json_out_new(json_object_new_boolean(exact)));
	json_out_text(o, "disturbed", r->a->disturbed);
	for (i = 0; i < r->a->nr_cpus; i++) {
		if (!r->a->cpus[i])
			continue;
		item = json_out_object();
		json_out_u64(item, "cpu", i);
		json_out_u64(item, "lost", r->a->cpus[i]->lost + r->a->cpus[i]->lost_unknown);
		json_out_append(per_cpu, item);
	}
	json_out_add(o, "lost_events_per_cpu", per_cpu);
	json_out_u64(o, "open_pairs", pairs_open(p));
	for (i = 0; i < PAIR_KIND_NR; i++) {
		item = json_out_object();
		json_out_u64(item, "entries_without_exit", p->entries[i]);
		json_out_u64(item, "exits_without_entry", p->exits[i]);
		json_out_add(by_kind, pair_kind_names[i], item);
	}
	json_out_add(o, "open_pairs_by_kind", by_kind);
	json_out_add(o, "counters_agree",
		     r->counters < 0 ? NULL : json_out_new(json_object_new_boolean(r->counters)));
}

static struct json_object *report_json_overrun(struct report *r)
{
	const struct overrun *v = &r->a->overrun;
	struct json_object *o;

	if (!v->valid)
		return NULL;
	o = json_out_object();
	json_out_u64(o, "id", v->id);
	json_out_text(o, "stage", v->stage < DPC_STAGE_NR ? stage_keys[v->stage] : NULL);
	json_out_text(o, "routine", symbols_routine(r->symbols, v->function));
	json_out_u64(o, "seq", v->seq);
	json_out_u64(o, "first", v->first);
	json_out_u64(o, "duration_ns", v->ns);
	json_out_u64(o, "budget_ns", v->budget_ns);
	json_out_u64(o, "cpu", v->cpu);
	json_out_u64(o, "pid", v->pid);
	json_out_text(o, "task", symbols_task(r->symbols, v->pid));
	json_out_add(o, "stopped_trace",
		     json_out_new(json_object_new_boolean(analysis_stopped(r->a))));
	return o;
}

static struct json_object *report_json_workload(const struct workload_done *done)
{
	struct json_object *o;

	if (!done)
		return NULL;
	o = json_out_object();
	json_out_u64(o, "raised", done->raised);
	json_out_u64(o, "factorials", done->factorials);
	json_out_u64(o, "dma_round_trips", done->dmas);
	return o;
}

struct json_object *report_json_object(struct report *r)
{
	struct json_object *o = json_out_object();
	struct json_object *list = json_out_array();
	struct json_object *verdict = json_out_object();
	char *sentence = verdict_sentence(r);
	unsigned int i;

	json_out_head(o, "dpcmon-report-1");
	json_out_text(o, "kernel", r->kernel);
	json_out_u64(o, "cpus", r->cpus);
	json_out_text(o, "date", r->date);
	json_out_text(o, "command", r->params->line);
	json_out_text(o, "note", r->params->note);
	json_out_add(o, "workload", report_json_workload(r->workload));
	for (i = 0; i < r->a->nr_objects; i++)
		json_out_append(list, report_json_interrupt(r, r->a->objects[i]));
	json_out_add(o, "interrupts", list);
	json_out_add(o, "other_errors", report_json_errors(r, &r->a->errors));
	json_out_u64(o, "duration_ns", r->a->last_ts - r->a->first_ts);
	json_out_u64(o, "events", r->a->events);
	report_json_trust(r, o);
	json_out_add(o, "first_overrun", report_json_overrun(r));
	json_out_text(verdict, "status", verdict_status(r->a));
	json_out_u64(verdict, "exit_status", verdict_exit_status(r->a));
	json_out_text(verdict, "sentence", sentence);
	json_out_add(o, "verdict", verdict);
	free(sentence);
	return o;
}

int report_json(struct report *r, const char *path)
{
	return json_out_write(report_json_object(r), path,
			  JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}
