// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon stat: shows the counters of objects as tables, JSON or OpenMetrics, once or again
 * and again.  It needs no tracing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <json.h>

#include "analysis.h"
#include "commands.h"
#include "device.h"
#include "hist.h"
#include "json_out.h"
#include "measured.h"
#include "model.h"
#include "params.h"
#include "report.h"
#include "stat_json.h"
#include "stat_openmetrics.h"
#include "util.h"
#include "verdict.h"

/* @over: a counter says over budget; @judged: of what has a budget, something was counted. */
struct stat_verdict {
	bool	over;
	bool	judged;
};

/**
 * struct stat_run - dpcmon stat while it runs
 * @p: the command line
 * @node: /dev/dpc
 * @list: the objects that are shown
 * @nr: how many
 * @verdict: of all readings
 * @metrics: what this reading has found, for --openmetrics
 */
struct stat_run {
	const struct params	*p;
	struct node		node;
	struct dpc_object	*list;
	unsigned int		nr;
	struct stat_verdict	verdict;
	struct stat_metrics	metrics;
};

static double stat_avg(const struct dpc_stage_stats *s)
{
	return s->count ? (double)s->total_ns / s->count : NOT_MEASURED;
}

static double stat_max(const struct dpc_stage_stats *s)
{
	return s->count ? s->max_ns : NOT_MEASURED;
}

static void stat_text_stages(const struct counters *stats)
{
	unsigned int i;

	printf("  %-18s %10s %10s %10s %10s %10s %10s\n", "time in us", "count", "avg", "max",
	       "budget", "over", "coalesced");
	for (i = 0; i < DPC_STAGE_NR; i++) {
		const struct dpc_stage_stats *s = &stats->stage[i];

		printf("  %-18s %10llu %10s %10s", stage_titles[i], s->count,
		       MEASURED_US(stat_avg(s)), MEASURED_US(stat_max(s)));
		if (stats->budget_us[i] || s->over_budget)
			printf(" %10u %10llu", stats->budget_us[i], s->over_budget);
		else
			printf(" %10s %10s", "-", "-");
		printf(" %10llu\n", s->coalesced);
	}
}

static void stat_text_histogram(const struct counters *stats)
{
	unsigned int bucket, i;

	printf("\n  %-18s", "from us");
	for (i = 0; i < DPC_STAGE_NR; i++)
		printf(" %11s", stage_keys[i]);
	putchar('\n');
	for (bucket = 0; bucket < DPC_HIST_BUCKETS; bucket++) {
		printf("  %-18u", hist_bounds_us[bucket]);
		for (i = 0; i < DPC_STAGE_NR; i++)
			printf(" %11llu", stats->stage[i].hist[bucket]);
		putchar('\n');
	}
}

/* What became of the raises since the driver bound; the times, since the last reset. */
static void stat_text_raises(const struct dpc_raises *r)
{
	char *text = report_raises_text(r);

	printf("  %s\n", text);
	free(text);
	if (r->wait.count)
		printf("  from raise to ISR: %.1f us on average, %.1f us at most, %llu times\n",
		       report_us(r->wait.total_ns / r->wait.count), report_us(r->wait.max_ns),
		       (unsigned long long)r->wait.count);
	else
		printf("  from raise to ISR: not measured\n");
}

/* What the object is, after its label: ", irq 29 MSI, model dpc". */
static void stat_text_object(const struct dpc_object *o)
{
	char label[CHOOSE_LABEL_LEN];
	const char *model = model_name(o->model);

	choose_label(o, label);
	fputs(label, stdout);
	if (o->kind != DPC_OBJECT_INTERRUPT)
		return;
	printf(", irq %u%s, model %s", o->irq, device_is_msi(o) ? " MSI" : "", model ? model : "?");
	if (!(o->flags & DPC_OBJECT_ENABLED))
		fputs(", disabled", stdout);
	if (o->flags & DPC_OBJECT_HELD)
		fputs(", held", stdout);
}

/* @raises: NULL for one CPU, which does not know of them, and if the device can't tell. */
static void stat_text(const struct dpc_object *o, const struct counters *stats,
		      const struct dpc_raises *raises)
{
	stat_text_object(o);
	if (stats->cpu == DPC_SNAPSHOT_CPU_ALL)
		printf(", all CPUs: %" PRIu64 " interrupts, %" PRIu64 " not ours, %" PRIu64
		       " violations\n", stats->interrupts, stats->unhandled, stats->violations);
	else
		printf(", CPU %d\n", stats->cpu);
	if (raises)
		stat_text_raises(raises);
	stat_text_stages(stats);
	stat_text_histogram(stats);
	putchar('\n');
}

static void stat_judge(const struct counters *stats, struct stat_verdict *verdict)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		verdict->over |= stats->stage[i].over_budget;
		verdict->judged |= stats->stage[i].over_budget ||
				   (stats->stage[i].count && stats->budget_us[i]);
	}
}

/* What became of raises; NULL if there is nothing to tell, and of one CPU. */
static const struct dpc_raises *stat_raises(const struct dpc_object *o, int cpu,
					    struct dpc_raises *raises)
{
	struct raise raise = RAISE_NONE;
	int told = 0;

	if (cpu != DPC_SNAPSHOT_CPU_ALL)
		return NULL;
	if (!raise_open(&raise, o, false))
		told = raise_tell(&raise, raises);
	raise_close(&raise);
	return told > 0 ? raises : NULL;
}

static int stat_show_cpus(struct stat_run *st, const struct dpc_object *o, struct json_object *json)
{
	struct json_object *list = json ? json_out_array() : NULL;
	struct counters stats;
	unsigned int i;

	if (list)
		json_out_add(json, "per_cpu", list);
	for (i = 0; i < st->node.abi.nr_cpus; i++) {
		if (node_counters(&st->node, o->id, i, &stats))
			return -1;
		if (st->p->openmetrics) {
			stat_openmetrics_add(&st->metrics, o, &stats)->part = true;
			continue;
		}
		if (!list) {
			stat_text(o, &stats, NULL);
			continue;
		}
		json_out_append(list, stat_json_cpu(&stats));
	}
	return 0;
}

static void stat_metrics_add(struct stat_run *st, const struct dpc_object *o,
			     const struct counters *stats, const struct dpc_raises *raises)
{
	struct stat_metrics_set *set = stat_openmetrics_add(&st->metrics, o, stats);

	set->split = st->p->cpu == STAT_CPU_EACH;
	set->has_raises = raises;
	if (raises)
		set->raises = *raises;
}

/* One object: the sum, and with --cpu each every CPU below it.  To @json if that is there. */
static int stat_show_object(struct stat_run *st, uint32_t id, struct json_object *json)
{
	bool each = st->p->cpu == STAT_CPU_EACH;
	const struct dpc_raises *all;
	struct dpc_raises raises;
	struct counters stats;
	struct dpc_object o;
	int ret;

	/* its model may have changed since the last reading */
	ret = node_object(&st->node, id, &o);
	if (!ret)
		ret = node_counters(&st->node, id, each ? DPC_SNAPSHOT_CPU_ALL : st->p->cpu,
				    &stats);
	if (ret)
		return ret;
	/* those of all kinds are shown when there is something to show */
	if (st->nr > 1 && o.kind != DPC_OBJECT_INTERRUPT && !stats.stage[DPC_STAGE_DPC].count)
		return 0;
	all = stat_raises(&o, stats.cpu, &raises);
	stat_judge(&stats, &st->verdict);
	if (st->p->openmetrics)
		stat_metrics_add(st, &o, &stats, all);
	else if (json)
		stat_json_object(json, &o, &stats, all);
	else
		stat_text(&o, &stats, all);
	return each ? stat_show_cpus(st, &o, json) : 0;
}

/*
 * An object by itself is one JSON object; all of them are an array in one.  Which it is
 * follows from the command line where that has --device, else from what there is.
 */
static int stat_show(struct stat_run *st)
{
	struct json_object *json = NULL, *list = NULL, *item;
	int flags = st->p->interval_ns ? 0 : JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	bool several = st->nr > 1 || choose_is_all(st->p->device);
	int ret = 0;
	unsigned int i;

	if (st->p->json) {
		json = json_out_object();
		stat_json_head(json, st->node.abi.nr_cpus);
	}
	if (json && several) {
		list = json_out_array();
		json_out_add(json, "objects", list);
	}
	for (i = 0; i < st->nr && !ret; i++) {
		item = list ? json_out_object() : json;
		ret = stat_show_object(st, st->list[i].id, item);
		/* of several, one has gone: stat_follow() leaves it out from now on */
		if (ret == -ENODEV && several)
			ret = 0;
		if (list && json_object_object_length(item))
			json_out_append(list, item);
		else if (list)
			json_object_put(item);
	}
	if (st->p->openmetrics && !ret)
		ret = stat_openmetrics_write(&st->metrics, st->p->openmetrics);
	stat_openmetrics_free(&st->metrics);
	if (json && !ret)
		return json_out_write(json, st->p->json, flags);
	json_object_put(json);
	return ret;
}

static int stat_find(struct stat_run *st)
{
	int nr;

	free(st->list);
	nr = device_find(&st->node, st->p->device, CHOOSE_ANY, &st->list);
	st->nr = nr > 0 ? nr : 0;
	return nr > 0 ? 0 : -1;
}

/* What has come or gone since the last reading is said, and looked for anew. */
static int stat_follow(struct stat_run *st)
{
	struct dpc_notice notice;
	bool changed = false;
	int ret;

	while ((ret = node_notice(&st->node, &notice)) > 0) {
		changed |= st->node.gap;
		if (notice.type != DPC_NOTICE_CAME && notice.type != DPC_NOTICE_GONE)
			continue;
		warn("object #%u %s has %s", notice.id, notice.name,
		     notice.type == DPC_NOTICE_CAME ? "come" : "gone");
		changed = true;
	}
	return ret < 0 ? -1 : changed ? stat_find(st) : 0;
}

static int stat_reset(struct stat_run *st)
{
	unsigned int i;

	for (i = 0; i < st->nr; i++)
		if (node_reset(&st->node, st->list[i].id))
			return -1;
	return 0;
}

static int stat_loop(struct stat_run *st)
{
	uint64_t readings = st->p->interval_ns ? st->p->count : 1;
	uint64_t n = 0;

	if (stat_find(st))
		return -1;
	for (;;) {
		if (stat_show(st))
			return -1;
		fflush(stdout);
		if (++n == readings || interrupted())
			break;
		usleep(st->p->interval_ns / 1000);
		if (interrupted())
			break;
		if (stat_follow(st))
			return -1;
	}
	return st->p->reset ? stat_reset(st) : 0;
}

int cmd_stat(const struct params *p)
{
	struct stat_run st = { .p = p };
	int ret = -1;

	if (!node_open(&st.node, p->reset ? NODE_WRITE : NODE_READ, false)) {
		device_warn_of_accounting(&st.node);
		ret = stat_loop(&st);
	}
	node_close(&st.node);
	free(st.list);
	if (ret)
		return EXIT_ERROR;
	if (p->check && st.verdict.over)
		return EXIT_OVER_BUDGET;
	if (p->check && !st.verdict.judged) {
		fail("nothing was judged: no stage with a budget has counted anything since the counters were set to zero");
		return EXIT_ERROR;
	}
	return EXIT_WITHIN_BUDGET;
}
