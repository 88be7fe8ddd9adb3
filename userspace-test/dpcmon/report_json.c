// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <json.h>

#include "measured.h"
#include "output.h"
#include "report.h"
#include "report_json.h"
#include "util.h"

void json_add_u64(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

void json_add_measured(struct json_object *o, const char *key, double value)
{
	/* 2^64 is what UINT64_MAX becomes, and too much to come back */
	uint64_t n = value < 0x1p64 ? (uint64_t)value : UINT64_MAX;

	json_object_object_add(o, key, is_measured(value) ? json_object_new_uint64(n) : NULL);
}

void json_add_text(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, value ? json_object_new_string(value) : NULL);
}

struct json_object *json_hist(const uint64_t counts[DPC_HIST_BUCKETS])
{
	struct json_object *list = json_object_new_array(), *bucket;
	unsigned int i;

	for (i = 0; i < DPC_HIST_BUCKETS; i++) {
		bucket = json_object_new_object();
		json_add_u64(bucket, "from_us", hist_m1_bounds_us[i]);
		json_add_u64(bucket, "count", counts[i]);
		json_object_array_add(list, bucket);
	}
	return list;
}

static struct json_object *json_stage(struct report *r, const struct stage *s)
{
	struct json_object *o = json_object_new_object();
	const struct hist *h = &s->hist;

	json_add_u64(o, "count", h->count);
	json_add_measured(o, "avg_ns", hist_avg(h));
	json_add_measured(o, "p50_ns", hist_percentile(h, 50, 100));
	json_add_measured(o, "p99_ns", hist_percentile(h, 99, 100));
	json_add_measured(o, "p999_ns", hist_percentile(h, 999, 1000));
	json_add_measured(o, "max_ns", hist_max(h));
	json_add_u64(o, "total_ns", h->total);
	json_add_u64(o, "budget_ns", s->budget_ns);
	json_add_u64(o, "over_budget", s->over_budget);
	json_add_u64(o, "overrun_events", s->overruns);
	json_add_text(o, "routine", h->count ? symbols_routine(r->symbols, s->function) : NULL);
	json_object_object_add(o, "hist", json_hist(h->m1));
	return o;
}

static struct json_object *json_part(struct report *r, const struct part *part)
{
	struct json_object *o = json_object_new_object();
	char percent[16];

	json_add_text(o, "what", part_keys[part->kind]);
	json_add_u64(o, "ns", part->ns);
	snprintf(percent, sizeof(percent), "%u.%u", part->tenths / 10, part->tenths % 10);
	/* the double alone could print as 33.299999999999997 */
	json_object_object_add(o, "percent",
			       json_object_new_double_s(part->tenths / 10.0, percent));
	if (!part->run)
		return o;
	json_add_u64(o, "cpu", part->run->cpu);
	json_add_u64(o, "pid", part->run->pid);
	json_add_text(o, "task", symbols_task(r->symbols, part->run->pid));
	json_add_text(o, "routine", symbols_routine(r->symbols, part->run->function));
	return o;
}

static struct json_object *json_worst(struct report *r, const struct object *object)
{
	struct json_object *o, *list;
	struct part parts[PART_NR];
	unsigned int i, nr = worst_breakdown(&object->worst, parts);

	if (!nr)
		return NULL;
	o = json_object_new_object();
	json_add_u64(o, "seq", object->worst.chain.first);
	json_add_u64(o, "total_ns", object->worst.total);
	json_object_object_add(o, "completed",
			       json_object_new_boolean(object->worst.chain.completed));
	list = json_object_new_array();
	for (i = 0; i < nr; i++)
		json_object_array_add(list, json_part(r, &parts[i]));
	json_object_object_add(o, "parts", list);
	return o;
}

struct json_object *json_raises(const struct dpc_edu_raises *r)
{
	struct json_object *o = json_object_new_object();

	json_add_u64(o, "raised", r->raised);
	json_add_u64(o, "interrupts", r->interrupts);
	json_add_u64(o, "merged", r->merged);
	json_add_u64(o, "dropped", r->dropped);
	json_add_u64(o, "pending", r->pending);
	return o;
}

/* By the device's own count, else by the trace, which does not know of the last two. */
static struct json_object *json_raises_of(struct report *r, const struct object *object)
{
	struct json_object *o;

	if (r->raises && r->raises_id == object->id)
		return json_raises(r->raises);
	if (!object->raised)
		return NULL;
	o = json_object_new_object();
	json_add_u64(o, "raised", object->raised);
	json_add_u64(o, "interrupts", object->raise.hist.count);
	json_add_u64(o, "merged", object->raised - object->raise.hist.count);
	return o;
}

/* Where the interrupts have gone: @handled is the sum of the others. */
static struct json_object *json_balance(const struct balance *b)
{
	struct json_object *o = json_object_new_object();

	json_add_u64(o, "handled", b->handled);
	json_add_u64(o, "served", b->served);
	json_add_u64(o, "pending", b->pending);
	json_add_u64(o, "not_asked", b->not_asked);
	json_add_u64(o, "unknown", b->unknown);
	return o;
}

static struct json_object *json_interrupt(struct report *r, const struct object *object)
{
	struct balance balance = analysis_balance(r->a, object);
	struct json_object *o = json_object_new_object();
	struct json_object *stages = json_object_new_object();
	unsigned int i;

	json_add_u64(o, "id", object->id);
	json_add_measured(o, "irq", object->irq ? object->irq : NOT_MEASURED);
	json_add_text(o, "name", *object->name ? object->name : NULL);
	json_add_text(o, "model", *object->model ? object->model : NULL);
	for (i = 0; i < STAGE_NR; i++)
		json_object_object_add(stages, stage_keys[stage_order[i]],
				       json_stage(r, &object->stage[stage_order[i]]));
	json_object_object_add(o, "stages", stages);
	/* all other clocks start with the ISR */
	json_object_object_add(o, "raise_to_isr", object->raise.hist.count ?
			       json_stage(r, &object->raise) : NULL);
	json_object_object_add(o, "raises", json_raises_of(r, object));
	json_add_u64(o, "interrupts", analysis_interrupts(object));
	json_object_object_add(o, "balance", json_balance(&balance));
	json_add_u64(o, "not_ours", object->not_ours);
	json_add_u64(o, "missing", analysis_missing(object));
	json_add_u64(o, "requests", object->requests);
	json_add_u64(o, "requests_refused", object->refused);
	json_add_u64(o, "served", object->served);
	json_add_u64(o, "coalesced", object->coalesced);
	json_add_u64(o, "dpc_calls", object->dpc_calls);
	json_add_u64(o, "work_served", object->work_served);
	json_add_u64(o, "work_coalesced", object->work_coalesced);
	json_add_u64(o, "work_calls", object->work_calls);
	json_object_object_add(o, "worst", json_worst(r, object));
	return o;
}

static void json_trust(struct report *r, struct json_object *o)
{
	const struct pairs *p = &r->a->pairs;
	struct json_object *per_cpu = json_object_new_array(), *item;
	struct json_object *by_kind = json_object_new_object();
	unsigned int i;
	bool exact;

	json_add_u64(o, "lost_events", analysis_lost_total(r->a, &exact));
	json_object_object_add(o, "lost_events_exact", json_object_new_boolean(exact));
	json_add_text(o, "disturbed", r->a->disturbed);
	for (i = 0; i < r->a->nr_cpus; i++) {
		if (!r->a->cpus[i])
			continue;
		item = json_object_new_object();
		json_add_u64(item, "cpu", i);
		json_add_u64(item, "lost", r->a->cpus[i]->lost + r->a->cpus[i]->lost_unknown);
		json_object_array_add(per_cpu, item);
	}
	json_object_object_add(o, "lost_events_per_cpu", per_cpu);
	json_add_u64(o, "open_pairs", pairs_open(p));
	for (i = 0; i < PAIR_KIND_NR; i++) {
		item = json_object_new_object();
		json_add_u64(item, "entries_without_exit", p->entries[i]);
		json_add_u64(item, "exits_without_entry", p->exits[i]);
		json_object_object_add(by_kind, pair_kind_names[i], item);
	}
	json_object_object_add(o, "open_pairs_by_kind", by_kind);
	json_object_object_add(o, "counters_agree",
			       r->counters < 0 ? NULL : json_object_new_boolean(r->counters));
}

static struct json_object *json_overrun(struct report *r)
{
	const struct overrun *v = &r->a->overrun;
	struct json_object *o;

	if (!v->valid)
		return NULL;
	o = json_object_new_object();
	json_add_u64(o, "id", v->id);
	json_add_text(o, "stage", v->stage < DPC_STAGE_NR ? stage_keys[v->stage] : NULL);
	json_add_text(o, "routine", symbols_routine(r->symbols, v->function));
	json_add_u64(o, "seq", v->seq);
	json_add_u64(o, "first", v->first);
	json_add_u64(o, "duration_ns", v->ns);
	json_add_u64(o, "budget_ns", v->budget_ns);
	json_add_u64(o, "cpu", v->cpu);
	json_add_u64(o, "pid", v->pid);
	json_add_text(o, "task", symbols_task(r->symbols, v->pid));
	json_object_object_add(o, "stopped_trace",
			       json_object_new_boolean(analysis_stopped(r->a)));
	return o;
}

static struct json_object *json_workload(const struct workload_done *done)
{
	struct json_object *o;

	if (!done)
		return NULL;
	o = json_object_new_object();
	json_add_u64(o, "raised", done->raised);
	json_add_u64(o, "factorials", done->factorials);
	json_add_u64(o, "dma_round_trips", done->dmas);
	return o;
}

static struct json_object *json_report(struct report *r)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct json_object *verdict = json_object_new_object();
	char *sentence = verdict_sentence(r);
	unsigned int i;

	json_add_text(o, "tool", "dpcmon");
	json_add_text(o, "version", DPCMON_VERSION);
	json_add_text(o, "kernel", r->kernel);
	json_add_u64(o, "cpus", r->cpus);
	json_add_text(o, "date", r->date);
	json_add_text(o, "command", r->params->line);
	json_add_text(o, "note", r->params->note);
	json_object_object_add(o, "workload", json_workload(r->workload));
	for (i = 0; i < r->a->nr_objects; i++)
		json_object_array_add(list, json_interrupt(r, r->a->objects[i]));
	json_object_object_add(o, "interrupts", list);
	json_add_u64(o, "events", r->a->events);
	json_trust(r, o);
	json_object_object_add(o, "first_overrun", json_overrun(r));
	json_add_text(verdict, "status", verdict_status(r->a));
	json_add_u64(verdict, "exit_status", verdict_exit_status(r->a));
	json_add_text(verdict, "sentence", sentence);
	json_object_object_add(o, "verdict", verdict);
	free(sentence);
	return o;
}

/* Takes over @o. */
int json_write(struct json_object *o, const char *path, int flags)
{
	const char *text = json_object_to_json_string_ext(o, flags |
							  JSON_C_TO_STRING_NOSLASHESCAPE);
	struct output out;
	int ret = output_open(&out, path);

	if (!ret) {
		fprintf(out.file, "%s\n", text);
		ret = output_close(&out, true);
	}
	json_object_put(o);
	return ret;
}

int report_json(struct report *r, const char *path)
{
	return json_write(json_report(r), path,
			  JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}
