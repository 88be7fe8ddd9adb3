// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a check's results as JSON for KernelCI's KCIDB, schema 5.  KCIDB allows few
 * characters in ids and paths, so names are made to fit here.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <json.h>

#include "check.h"
#include "check_kcidb.h"
#include "hist.h"
#include "json_out.h"
#include "measured.h"
#include "params.h"
#include "util.h"

/* That of which the fields below are. */
#define KCIDB_MAJOR	5
#define KCIDB_MINOR	3

#define KCIDB_ROOT	"dpc"

static const char * const kcidb_status[] = {
	[CHECK_PASS]	= "PASS",
	[CHECK_FAIL]	= "FAIL",
	[CHECK_DONE]	= "DONE",
	[CHECK_SKIP]	= "SKIP",
	[CHECK_FEW]	= "SKIP",
	[CHECK_UNTIMED]	= "SKIP",
};

/* @start: of the run, as a date; @unique: what tells its ids from another run's. */
struct kcidb {
	const struct params	*params;
	struct json_object	*tests;
	char			start[40];
	char			unique[64];
};

static void kcidb_begin(struct kcidb *k, const struct params *p)
{
	time_t now = time(NULL);
	uint64_t random;
	struct tm tm;

	k->params = p;
	k->tests = json_out_array();
	gmtime_r(&now, &tm);
	strftime(k->start, sizeof(k->start), "%Y-%m-%dT%H:%M:%S+00:00", &tm);
	strftime(k->unique, sizeof(k->unique), "%Y%m%dT%H%M%S", &tm);
	/* the ids of all that this origin ever submits differ */
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = now_ns() ^ (uint64_t)getpid() << 48;
	snprintf(k->unique + strlen(k->unique), 20, "-%016" PRIx64, random);
}

static struct json_object *kcidb_add(struct kcidb *k, const char *path, const char *status)
{
	struct json_object *o = json_out_object();
	const char *origin = k->params->kcidb_origin;
	char *text;

	text = xasprintf("%s:%s-%s", origin, k->unique, path);
	json_out_text(o, "id", text);
	free(text);
	text = xasprintf("%s:%s", origin, k->params->kcidb_build);
	json_out_text(o, "build_id", text);
	free(text);
	json_out_text(o, "origin", origin);
	json_out_text(o, "path", path);
	json_out_text(o, "status", status);
	json_out_text(o, "start_time", k->start);
	json_out_append(k->tests, o);
	return o;
}

/* A name that says which driver it is of need not say so twice. */
static const char *kcidb_object(const struct check *c, const char *object)
{
	size_t len = strlen(c->root);

	return !strncmp(object, c->root, len) && object[len] == '_' && object[len + 1] ?
	       object + len + 1 : object;
}

static void kcidb_number(struct json_object *o, double value, const char *unit)
{
	struct json_object *number = json_out_object();
	char text[32];

	/* 1e-06, not 9.9999999999999995e-07 */
	snprintf(text, sizeof(text), "%.12g", value);
	json_out_add(number, "value", json_out_new(json_object_new_double_s(value, text)));
	if (unit) {
		json_out_text(number, "unit", unit);
		json_out_text(number, "prefix", "metric");
	}
	json_out_add(o, "number", number);
}

/* One number of a stage, dpc.OBJECT.STAGE.WHAT. */
static struct json_object *kcidb_value(struct kcidb *k, const struct check *c,
				       const struct check_test *t, const char *what,
				       const char *status, double value, const char *unit)
{
	char *path = xasprintf("%s.%s.%s.%s", c->root, kcidb_object(c, t->object), t->stage, what);
	struct json_object *o = kcidb_add(k, path, status);

	if (is_measured(value))
		kcidb_number(o, value, unit);
	free(path);
	return o;
}

static void kcidb_misc(const struct check *c, const struct check_test *t, struct json_object *o)
{
	struct json_object *environment = json_out_object();
	struct json_object *misc = json_out_object();

	if (t->model)
		json_out_text(misc, "model", t->model);
	if (t->irq)
		json_out_u64(misc, "irq", t->irq);
	json_out_u64(misc, "count", t->hist->count);
	json_out_u64(misc, "budget_ns", t->budget_ns);
	json_out_u64(misc, "over_budget", t->over_budget);
	if (t->routine)
		json_out_text(misc, "routine", t->routine);
	json_out_text(misc, "kernel", c->kernel);
	json_out_text(misc, "command", c->params->line);
	json_out_add(o, "misc", misc);
	if (c->params->note) {
		json_out_text(environment, "comment", c->params->note);
		json_out_add(o, "environment", environment);
	} else {
		json_object_put(environment);
	}
}

/* Skipped, without a number, if there were too few times for it. */
static void kcidb_time(struct kcidb *k, const struct check *c, const struct check_test *t,
		       const char *what, double ns)
{
	kcidb_value(k, c, t, what, is_measured(ns) ? "DONE" : "SKIP", ns / 1e9, "s");
}

static void kcidb_stage(struct kcidb *k, const struct check *c, const struct check_test *t)
{
	const struct hist *h = t->hist;
	struct json_object *o;

	/* the judgement stands at the number that it is about */
	o = kcidb_value(k, c, t, "max", kcidb_status[t->status], hist_max(h) / 1e9, "s");
	kcidb_misc(c, t, o);
	if (!h->count)
		return;
	kcidb_time(k, c, t, "avg", hist_avg(h));
	kcidb_time(k, c, t, "p50", hist_percentile(h, 50, 100));
	kcidb_time(k, c, t, "p99", hist_percentile(h, 99, 100));
	kcidb_time(k, c, t, "p99_9", hist_percentile(h, 999, 1000));
	kcidb_value(k, c, t, "over", "DONE", t->over_budget, NULL);
}

static int kcidb_write(struct kcidb *k)
{
	struct json_object *o = json_out_object(), *version = json_out_object();

	json_out_u64(version, "major", KCIDB_MAJOR);
	json_out_u64(version, "minor", KCIDB_MINOR);
	json_out_add(o, "version", version);
	json_out_add(o, "tests", k->tests);
	return json_out_write(o, k->params->kcidb,
			      JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

/* A test of the measurement as a whole. */
static void kcidb_end(struct kcidb *k, const struct check *c, const char *what, bool passed)
{
	char *path = xasprintf("%s.%s", c->root, what);

	kcidb_add(k, path, passed ? "PASS" : "ERROR");
	free(path);
}

int check_kcidb(const struct check *c)
{
	struct kcidb k;
	unsigned int i;

	kcidb_begin(&k, c->params);
	for (i = 0; i < c->nr; i++)
		kcidb_stage(&k, c, &c->tests[i]);
	kcidb_end(&k, c, "load", !c->load_failed);
	kcidb_end(&k, c, "trace", !c->lost && !c->disturbed);
	kcidb_end(&k, c, "budget", c->judged);
	return kcidb_write(&k);
}

int check_kcidb_error(const struct params *p)
{
	struct kcidb k;

	kcidb_begin(&k, p);
	json_out_text(kcidb_add(&k, KCIDB_ROOT, "ERROR"), "comment",
		      "nothing was measured: see the messages of dpcmon");
	return kcidb_write(&k);
}
