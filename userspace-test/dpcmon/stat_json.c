// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of objects as JSON.  A time that was not measured is null.
 */
#include <sys/utsname.h>

#include <json.h>

#include "device.h"
#include "json_out.h"
#include "list.h"
#include "measured.h"
#include "object.h"
#include "stat_json.h"
#include "util.h"

static struct json_object *stat_json_stages(const struct counters *stats)
{
	struct json_object *stages = json_out_object(), *o;
	unsigned int i, j;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		const struct dpc_stage_stats *s = &stats->stage[i];
		uint64_t hist[DPC_HIST_BUCKETS];

		for (j = 0; j < DPC_HIST_BUCKETS; j++)
			hist[j] = s->hist[j];
		o = json_out_object();
		json_out_u64(o, "count", s->count);
		json_out_u64(o, "total_ns", s->total_ns);
		json_out_measured(o, "avg_ns",
				  s->count ? (double)s->total_ns / s->count : NOT_MEASURED);
		json_out_measured(o, "max_ns", s->count ? s->max_ns : NOT_MEASURED);
		json_out_u64(o, "budget_ns", stats->budget_us[i] * NSEC_PER_USEC);
		json_out_u64(o, "over_budget", s->over_budget);
		json_out_u64(o, "coalesced", s->coalesced);
		json_out_add(o, "hist", json_out_hist(hist, DPC_HIST_BUCKETS));
		json_out_add(stages, stage_keys[i], o);
	}
	return stages;
}

/* null: the time was not measured */
static struct json_object *stat_json_wait(const struct dpc_stage_stats *s)
{
	struct json_object *o;
	uint64_t hist[DPC_HIST_BUCKETS];
	unsigned int i;

	if (!s->count)
		return NULL;
	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		hist[i] = s->hist[i];
	o = json_out_object();
	json_out_u64(o, "count", s->count);
	json_out_u64(o, "total_ns", s->total_ns);
	json_out_u64(o, "avg_ns", s->total_ns / s->count);
	json_out_u64(o, "max_ns", s->max_ns);
	json_out_add(o, "hist", json_out_hist(hist, DPC_HIST_BUCKETS));
	return o;
}

void stat_json_head(struct json_object *o, uint32_t nr_cpus)
{
	struct utsname name;

	uname(&name);
	json_out_head(o, "dpcmon-stat-1");
	json_out_text(o, "kernel", name.release);
	json_out_u64(o, "nr_cpus", nr_cpus);
}

void stat_json_object(struct json_object *json, const struct dpc_object *o,
		      const struct counters *stats, const struct dpc_raises *raises)
{
	list_json_object(json, o);
	json_out_add(json, "msi", json_out_new(json_object_new_boolean(device_is_msi(o))));
	if (stats->cpu == DPC_SNAPSHOT_CPU_ALL)
		json_out_text(json, "cpu", "all");
	else
		json_out_u64(json, "cpu", stats->cpu);
	json_out_u64(json, "interrupts", stats->interrupts);
	json_out_u64(json, "unhandled", stats->unhandled);
	json_out_u64(json, "while_disabled", stats->while_disabled);
	json_out_u64(json, "violations", stats->violations);
	if (raises) {
		json_out_add(json, "raises", json_out_raises(raises));
		json_out_add(json, "raise_to_isr", stat_json_wait(&raises->wait));
	}
	json_out_add(json, "stages", stat_json_stages(stats));
}

struct json_object *stat_json_cpu(const struct counters *stats)
{
	struct json_object *o = json_out_object();

	json_out_u64(o, "cpu", stats->cpu);
	json_out_add(o, "stages", stat_json_stages(stats));
	return o;
}
