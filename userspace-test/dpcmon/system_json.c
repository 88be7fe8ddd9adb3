// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what dpcmon system has found as JSON, times in nanoseconds; docs/schema has the
 * fields.  What was not measured is null.
 */
#include <stdlib.h>

#include <json.h>

#include "hist.h"
#include "json_out.h"
#include "measured.h"
#include "params.h"
#include "system_report.h"
#include "verdict.h"

/* An empty bucket says nothing that the others don't. */
static struct json_object *system_json_powers(const struct system_times *t)
{
	struct json_object *list = json_out_array(), *bucket;
	unsigned int i;

	for (i = 0; i < SYSTEM_POWERS; i++) {
		if (!t->powers[i])
			continue;
		bucket = json_out_object();
		json_out_u64(bucket, "from_us", system_power_us(i));
		json_out_u64(bucket, "count", t->powers[i]);
		json_out_append(list, bucket);
	}
	return list;
}

static struct json_object *system_json_times(const struct system_times *t)
{
	struct json_object *o = json_out_object();

	json_out_times(o, &t->hist);
	json_out_u64(o, "budget_ns", t->budget_ns);
	json_out_u64(o, "over_budget", t->over);
	json_out_add(o, "hist", json_out_hist(t->hist.buckets, HIST_BUCKETS));
	json_out_add(o, "hist_pow2", system_json_powers(t));
	return o;
}

static struct json_object *system_json_worst(const struct system_report *r,
					     const struct system_worst *w)
{
	struct json_object *o, *list, *part;
	unsigned int i;
	char *what;

	if (!w->ns)
		return NULL;
	o = json_out_object();
	list = json_out_array();
	json_out_u64(o, "ns", w->ns);
	json_out_u64(o, "wait_ns", w->wait_ns);
	json_out_u64(o, "cpu", w->cpu);
	json_out_u64(o, "end_ns", w->end);
	for (i = 0; i < w->nr_parts; i++) {
		part = json_out_object();
		what = system_report_part(r, &w->parts[i]);
		json_out_text(part, "what", what);
		free(what);
		json_out_u64(part, "ns", w->parts[i].ns);
		json_out_append(list, part);
	}
	json_out_add(o, "parts", list);
	json_out_u64(o, "rest_ns", w->rest_ns);
	return o;
}

static struct json_object *system_json_row(const struct system_report *r,
					   const struct system_row *row)
{
	struct json_object *o = json_out_object();
	char *title = system_report_title(r, row);

	json_out_text(o, "kind", system_kind_names[row->kind]);
	json_out_text(o, "name", title);
	free(title);
	json_out_text(o, "workqueue", *row->workqueue ? row->workqueue : NULL);
	json_out_u64(o, "count", row->calls);
	json_out_u64(o, "unfinished", row->unfinished);
	json_out_u64(o, "self_ns", row->self_ns);
	json_out_add(o, "run", system_json_times(&row->run));
	json_out_add(o, "wait", system_json_times(&row->wait));
	json_out_add(o, "worst", system_json_worst(r, &row->worst));
	if (row->kind != SYSTEM_SOFTIRQ)
		return o;
	json_out_add(o, "after_isr", system_json_times(&row->after_isr));
	json_out_u64(o, "in_ksoftirqd", row->deferred);
	json_out_u64(o, "in_ksoftirqd_waits", row->deferred_waits);
	json_out_u64(o, "in_ksoftirqd_wait_ns", row->deferred_wait_ns);
	return o;
}

static struct json_object *system_json_driver(const struct system_report *r,
					      const struct system_driver *d)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	unsigned int i;

	json_out_text(o, "driver", d->name);
	json_out_u64(o, "self_ns", d->self_ns);
	json_out_u64(o, "over_budget", d->over);
	for (i = 0; i < d->nr_rows; i++)
		json_out_append(list, system_json_row(r, d->rows[i]));
	json_out_add(o, "rows", list);
	return o;
}

static const char *system_json_status(const struct system_report *r)
{
	switch (system_report_status(r)) {
	case EXIT_WITHIN_BUDGET:
		return "within_budget";
	case EXIT_OVER_BUDGET:
		return "over_budget";
	default:
		if (*r->disturbed)
			return "disturbed";
		return r->s->lost || r->s->gaps ? "events_lost" : "nothing_measured";
	}
}

struct json_object *system_json_object(const struct system_report *r)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	char *verdict = system_report_verdict(r);
	unsigned int i;

	json_out_head(o, "dpcmon-system-1");
	json_out_text(o, "kernel", *r->kernel ? r->kernel : NULL);
	json_out_text(o, "architecture", *r->architecture ? r->architecture : NULL);
	json_out_text(o, "date", r->date);
	json_out_text(o, "note", r->params->note);
	json_out_u64(o, "cpus", r->cpus);
	json_out_u64(o, "duration_ns", r->s->last_ts - r->s->first_ts);
	json_out_u64(o, "events", r->s->events);
	json_out_u64(o, "lost", r->s->lost);
	json_out_add(o, "lost_exact", json_out_new(json_object_new_boolean(!r->s->gaps)));
	json_out_u64(o, "cut_calls", r->s->cut);
	json_out_text(o, "disturbed", *r->disturbed ? r->disturbed : NULL);
	json_out_add(o, "switches", json_out_new(json_object_new_boolean(r->s->switches)));
	json_out_text(o, "status", system_json_status(r));
	json_out_text(o, "verdict", verdict);
	free(verdict);
	for (i = 0; i < r->nr_drivers; i++)
		if (r->drivers[i].nr_rows)
			json_out_append(list, system_json_driver(r, &r->drivers[i]));
	json_out_add(o, "drivers", list);
	return o;
}

int system_json(const struct system_report *r, const char *path)
{
	return json_out_write(system_json_object(r), path,
			      JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}
