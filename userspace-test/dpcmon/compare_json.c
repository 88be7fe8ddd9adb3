// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a comparison as JSON.  Numbers that are not known are null, never 0.
 */
#include <math.h>
#include <stdlib.h>

#include <json.h>

#include "analysis.h"
#include "compare.h"
#include "compare_json.h"
#include "irq_cpu.h"
#include "json_out.h"
#include "load.h"
#include "measured.h"
#include "params.h"
#include "series.h"
#include "util.h"

/* Numbers that are no integers: one digit is what they are worth. */
static struct json_object *compare_json_tenths(double value)
{
	char text[40];

	if (!is_measured(value))
		return NULL;
	snprintf(text, sizeof(text), "%.1f", value);
	return json_out_new(json_object_new_double_s(value, text));
}

/* {value, low, high, rounds[]} */
static struct json_object *compare_json_series(const struct series *s, double value)
{
	struct json_object *o, *list;
	unsigned int i;

	if (!is_measured(value) && !series_known(s))
		return NULL;
	o = json_out_object();
	list = json_out_array();
	json_out_add(o, "value", compare_json_tenths(value));
	json_out_add(o, "low", s->nr < 2 ? NULL : compare_json_tenths(series_low(s)));
	json_out_add(o, "high", s->nr < 2 ? NULL : compare_json_tenths(series_high(s)));
	for (i = 0; i < s->nr; i++)
		json_out_append(list, compare_json_tenths(s->value[i]));
	json_out_add(o, "rounds", list);
	return o;
}

static struct json_object *compare_json_traits(uint32_t traits)
{
	struct json_object *list = json_out_array();
	unsigned int i;

	for (i = 0; i < compare_trait_count; i++)
		if (traits & compare_trait_list[i].bit)
			json_out_append_text(list, compare_trait_list[i].key);
	return list;
}

static struct json_object *compare_json_cell_stage(const struct compare *c, unsigned int stage,
						   const struct compare_stage *s)
{
	struct json_object *o = json_out_object();
	unsigned int t;

	json_out_u64(o, "count", s->hist.count);
	for (t = 0; t < TIME_NR; t++)
		json_out_add(o, compare_time_keys[t],
			     compare_json_series(&s->time[t], compare_time_ns(s, t)));
	json_out_u64(o, "budget_ns", c->budget_us[stage] * NSEC_PER_USEC);
	json_out_u64(o, "over_budget", s->over);
	json_out_add(o, "hist", json_out_hist(s->hist.buckets, HIST_BUCKETS));
	return o;
}

static struct json_object *compare_json_cell(const struct compare *c, unsigned int load,
					     unsigned int model)
{
	const struct compare_cell *cell = &c->cell[load][model];
	struct json_object *o = json_out_object(), *stages = json_out_object();
	unsigned int i;

	json_out_text(o, "model", c->model[model].info.name);
	for (i = 0; i < DPC_STAGE_NR; i++)
		json_out_add(stages, stage_keys[i],
			     compare_json_cell_stage(c, i, &cell->stage[i]));
	json_out_add(o, "stages", stages);
	json_out_add(o, "interrupts_per_call",
		     compare_json_series(&cell->per_call,
					 series_median(&cell->per_call)));
	json_out_add(o, "interrupts_per_call_at_rate",
		     compare_json_series(&cell->rate_per_call,
					 series_median(&cell->rate_per_call)));
	json_out_add(o, "cpu_ns_per_interrupt",
		     compare_json_series(&cell->cost_ns, series_median(&cell->cost_ns)));
	json_out_add(o, "rate_per_second",
		     compare_json_series(&cell->rate, series_median(&cell->rate)));
	json_out_u64(o, "raised", cell->raised);
	json_out_u64(o, "interrupts", cell->interrupts);
	json_out_u64(o, "lost_events", cell->lost);
	return o;
}

static struct json_object *compare_json_rank(const struct compare *c, unsigned int load,
					     enum compare_rank by)
{
	struct json_object *o = json_out_object(), *ranks = json_out_object();
	struct json_object *first = json_out_array(), *left = json_out_array();
	unsigned int rank[DPC_MODEL_NR], i;
	enum mark mark[DPC_MODEL_NR];
	const char *winner = NULL;

	compare_ranks(c, load, by, rank, mark);
	for (i = 0; i < DPC_MODEL_NR; i++) {
		const char *name = c->model[i].info.name;

		if (!rank[i] && compare_has_model(c, i))
			json_out_append(left, json_out_new(json_object_new_string(name)));
		if (!rank[i])
			continue;
		json_out_u64(ranks, name, rank[i]);
		if (mark[i] == MARK_BEST)
			winner = name;
		if (mark[i] == MARK_TIE)
			json_out_append(first, json_out_new(json_object_new_string(name)));
	}
	json_out_text(o, "winner", winner);
	json_out_add(o, "tie", first);
	json_out_add(o, "ranks", ranks);
	json_out_add(o, "not_ranked", left);
	return o;
}

static struct json_object *compare_json_load(const struct compare *c, unsigned int load)
{
	struct json_object *o = json_out_object(), *ranks, *list;
	unsigned int i;

	json_out_text(o, "load", load_names[load]);
	json_out_add(o, "available", json_out_new(json_object_new_boolean(!c->load_absent[load])));
	json_out_text(o, "absent_because", c->load_absent[load]);
	json_out_text(o, "detail", c->load_detail[load]);
	list = json_out_array();
	json_out_add(o, "models", list);
	if (c->load_absent[load])
		return o;
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i))
			json_out_append(list, compare_json_cell(c, load, i));
	ranks = json_out_object();
	for (i = 0; i < RANK_NR; i++)
		json_out_add(ranks, compare_rank_names[i], compare_json_rank(c, load, i));
	json_out_add(o, "ranks", ranks);
	return o;
}

static struct json_object *compare_json_models(const struct compare *c)
{
	struct json_object *list = json_out_array(), *o;
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct dpc_model_info *info = &c->model[i].info;

		if (!c->model[i].wanted)
			continue;
		o = json_out_object();
		json_out_text(o, "model", info->name);
		json_out_add(o, "available",
			     json_out_new(json_object_new_boolean(info->available)));
		json_out_text(o, "needs", *info->needs ? info->needs : NULL);
		json_out_add(o, "traits", compare_json_traits(info->traits));
		json_out_append(list, o);
	}
	return list;
}

static struct json_object *compare_json_workload(const struct compare *c)
{
	const struct params *p = c->params;
	struct json_object *o = json_out_object();

	json_out_u64(o, "interrupts", p->interrupts);
	json_out_u64(o, "pace_us", p->pace_us);
	json_out_u64(o, "body_dpc_us", p->body_dpc_us);
	json_out_u64(o, "body_work_us", p->body_work_us);
	json_out_add(o, "irq_cpu", c->irq_cpu < 0 ? NULL :
		     json_out_new(json_object_new_int(c->irq_cpu)));
	json_out_add(o, "raise_cpu", c->raise_cpu < 0 ? NULL :
		     json_out_new(json_object_new_int(c->raise_cpu)));
	return o;
}

static struct json_object *compare_json_all(const struct compare *c)
{
	struct json_object *o = json_out_object(), *list;
	const char * const *method;
	unsigned int i;

	json_out_head(o, "dpcmon-compare-1");
	json_out_text(o, "kernel", c->kernel);
	json_out_u64(o, "cpus", c->cpus);
	json_out_text(o, "date", c->date);
	json_out_text(o, "command", c->params->line);
	json_out_text(o, "note", c->params->note);
	json_out_text(o, "device", c->device);
	json_out_add(o, "raised_by_dpcmon", json_out_new(json_object_new_boolean(!c->wait_ns)));
	json_out_add(o, "workload", compare_json_workload(c));
	json_out_u64(o, "rounds", c->rounds);
	json_out_u64(o, "seed", c->params->compare.seed);
	json_out_add(o, "confidence_percent",
		     compare_json_tenths(series_confidence(c->rounds)));
	list = json_out_array();
	for (method = compare_method(); *method; method++)
		json_out_append(list, json_out_new(json_object_new_string(*method)));
	json_out_add(o, "method", list);
	json_out_add(o, "models", compare_json_models(c));
	list = json_out_array();
	for (i = 0; i < LOAD_NR; i++)
		if (c->load_wanted[i])
			json_out_append(list, compare_json_load(c, i));
	json_out_add(o, "loads", list);
	return o;
}

int compare_json(const struct compare *c, const char *path)
{
	return json_out_write(compare_json_all(c), path,
			  JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}
