// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon stat: shows the driver's counters as tables or JSON, once or again
 * and again.  It needs no tracing.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <json.h>

#include "analysis.h"
#include "commands.h"
#include "device.h"
#include "hist.h"
#include "json_out.h"
#include "measured.h"
#include "params.h"
#include "report.h"
#include "util.h"
#include "verdict.h"

static double stat_avg(const struct dpc_stage_stats *s)
{
	return s->count ? (double)s->total_ns / s->count : NOT_MEASURED;
}

static double stat_max(const struct dpc_stage_stats *s)
{
	return s->count ? s->max_ns : NOT_MEASURED;
}

static void stat_text_stages(const struct dpc_edu_stats *stats)
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

static void stat_text_histogram(const struct dpc_edu_stats *stats)
{
	unsigned int bucket, i;

	printf("\n  %-18s", "from us");
	for (i = 0; i < DPC_STAGE_NR; i++)
		printf(" %11s", stage_keys[i]);
	putchar('\n');
	for (bucket = 0; bucket < DPC_HIST_BUCKETS; bucket++) {
		printf("  %-18u", hist_m1_bounds_us[bucket]);
		for (i = 0; i < DPC_STAGE_NR; i++)
			printf(" %11llu", stats->stage[i].hist[bucket]);
		putchar('\n');
	}
}

/* What became of the raises since the driver bound; the times, since the last reset. */
static void stat_text_raises(const struct dpc_edu_raises *r)
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

/* @raises: NULL for one CPU, which does not know of them. */
static void stat_text(const struct device *d, const struct dpc_edu_stats *stats,
		      const struct dpc_edu_raises *raises)
{
	const char *model = device_model_name(d->info.model);

	printf("%s (id %u, irq %u%s, model %s)", d->path, d->info.interrupt_id, d->info.irq,
	       d->info.msi ? " MSI" : "", model ? model : "?");
	if (stats->cpu == DPC_EDU_CPU_ALL)
		printf(", all CPUs: %llu interrupts, %llu not ours, %llu violations\n",
		       stats->interrupts, stats->unhandled, stats->violations);
	else
		printf(", CPU %d\n", stats->cpu);
	if (raises)
		stat_text_raises(raises);
	stat_text_stages(stats);
	stat_text_histogram(stats);
	putchar('\n');
}

static struct json_object *stat_json_stages(const struct dpc_edu_stats *stats)
{
	struct json_object *stages = json_object_new_object(), *o;
	unsigned int i, j;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		const struct dpc_stage_stats *s = &stats->stage[i];
		uint64_t hist[DPC_HIST_BUCKETS];

		for (j = 0; j < DPC_HIST_BUCKETS; j++)
			hist[j] = s->hist[j];
		o = json_object_new_object();
		json_out_u64(o, "count", s->count);
		json_out_u64(o, "total_ns", s->total_ns);
		json_out_measured(o, "avg_ns", stat_avg(s));
		json_out_measured(o, "max_ns", stat_max(s));
		json_out_u64(o, "budget_ns", stats->budget_us[i] * NSEC_PER_USEC);
		json_out_u64(o, "over_budget", s->over_budget);
		json_out_u64(o, "coalesced", s->coalesced);
		json_object_object_add(o, "hist", json_out_hist(hist));
		json_object_object_add(stages, stage_keys[i], o);
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
	o = json_object_new_object();
	json_out_u64(o, "count", s->count);
	json_out_u64(o, "total_ns", s->total_ns);
	json_out_u64(o, "avg_ns", s->total_ns / s->count);
	json_out_u64(o, "max_ns", s->max_ns);
	json_object_object_add(o, "hist", json_out_hist(hist));
	return o;
}

static struct json_object *stat_json(const struct device *d, const struct dpc_edu_stats *stats,
				     const struct dpc_edu_raises *raises)
{
	struct json_object *o = json_object_new_object();
	struct utsname name;

	uname(&name);
	json_out_text(o, "tool", "dpcmon");
	json_out_text(o, "version", DPCMON_VERSION);
	json_out_text(o, "kernel", name.release);
	json_out_text(o, "device", d->path);
	json_out_u64(o, "id", d->info.interrupt_id);
	json_out_u64(o, "irq", d->info.irq);
	json_object_object_add(o, "msi", json_object_new_boolean(d->info.msi));
	json_out_text(o, "model", device_model_name(d->info.model));
	json_out_u64(o, "nr_cpus", d->info.nr_cpus);
	if (stats->cpu == DPC_EDU_CPU_ALL)
		json_out_text(o, "cpu", "all");
	else
		json_out_u64(o, "cpu", stats->cpu);
	json_out_u64(o, "interrupts", stats->interrupts);
	json_out_u64(o, "unhandled", stats->unhandled);
	json_out_u64(o, "violations", stats->violations);
	if (raises) {
		json_object_object_add(o, "raises", json_out_raises(raises));
		json_object_object_add(o, "raise_to_isr", stat_json_wait(&raises->wait));
	}
	json_object_object_add(o, "stages", stat_json_stages(stats));
	return o;
}

/* @over: a counter says over budget; @judged: of what has a budget, something was counted. */
struct stat_verdict {
	bool	over;
	bool	judged;
};

static void stat_judge(const struct dpc_edu_stats *stats, struct stat_verdict *verdict)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		verdict->over |= stats->stage[i].over_budget;
		verdict->judged |= stats->stage[i].over_budget ||
				   (stats->stage[i].count && stats->budget_us[i]);
	}
}

/* The sum, and with --cpu each every CPU below it. */
static int stat_show(const struct params *p, struct device *d, struct stat_verdict *verdict)
{
	struct json_object *o = NULL, *list = NULL, *item;
	bool each = p->cpu == STAT_CPU_EACH;
	struct dpc_edu_stats stats;
	struct dpc_edu_raises raises, *all = NULL;
	unsigned int i;

	if (device_stats(d, each ? DPC_EDU_CPU_ALL : p->cpu, &stats))
		return -1;
	if (stats.cpu == DPC_EDU_CPU_ALL) {
		if (device_raises(d, &raises))
			return -1;
		all = &raises;
	}
	stat_judge(&stats, verdict);
	if (p->json)
		o = stat_json(d, &stats, all);
	else
		stat_text(d, &stats, all);
	if (o && each)
		list = json_object_new_array();
	for (i = 0; each && i < d->info.nr_cpus; i++) {
		if (device_stats(d, i, &stats))
			return -1;
		if (!list) {
			stat_text(d, &stats, NULL);
			continue;
		}
		item = json_object_new_object();
		json_out_u64(item, "cpu", i);
		json_object_object_add(item, "stages", stat_json_stages(&stats));
		json_object_array_add(list, item);
	}
	if (list)
		json_object_object_add(o, "per_cpu", list);
	return o ? json_out_write(o, p->json, p->interval_ns ? 0 : JSON_C_TO_STRING_PRETTY |
			      JSON_C_TO_STRING_SPACED) : 0;
}

static int stat_loop(const struct params *p, struct device *d, struct stat_verdict *verdict)
{
	uint64_t readings = p->interval_ns ? p->count : 1;
	uint64_t n = 0;

	for (;;) {
		if (stat_show(p, d, verdict))
			return -1;
		fflush(stdout);
		if (++n == readings || interrupted())
			break;
		usleep(p->interval_ns / 1000);
		if (interrupted())
			break;
	}
	return p->reset ? device_stats_reset(d) : 0;
}

int cmd_stat(const struct params *p)
{
	struct device d;
	struct stat_verdict verdict = { 0 };
	int ret = -1;

	if (!device_open(&d, p->device, p->reset ? DEVICE_WRITE : DEVICE_READ)) {
		device_warn_of_accounting();
		ret = stat_loop(p, &d, &verdict);
	}
	device_close(&d);
	if (ret)
		return EXIT_ERROR;
	if (p->check && verdict.over)
		return EXIT_OVER_BUDGET;
	if (p->check && !verdict.judged) {
		fail("nothing was judged: no stage with a budget has counted anything since the counters were set to zero");
		return EXIT_ERROR;
	}
	return EXIT_WITHIN_BUDGET;
}
