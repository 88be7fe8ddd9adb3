// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the JSON of dpcmon, of which nothing is believed: a member may be absent, of another
 * type, or contradict another one.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json.h>

#include "json_in.h"
#include "measured.h"
#include "text.h"
#include "util.h"

#define JSON_IN_MAX	(1ULL << 62)	/* of any number */
#define JSON_IN_POWERS	22		/* of hist_pow2: 0, 1, 2, 4 and so on, us */

/**
 * struct json_in - a document that is read
 * @path: for messages
 * @file: what is made of it
 * @place: what is read just now, for messages
 * @bad: something was wrong, and was said
 */
struct json_in {
	const char		*path;
	struct diff_file	*file;
	char			place[320];
	bool			bad;
};

/* Says what is wrong, if nothing was before. */
static void json_in_fail(struct json_in *in, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void json_in_fail(struct json_in *in, const char *fmt, ...)
{
	va_list args;
	char *text;

	if (in->bad)
		return;
	in->bad = true;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		xmem(NULL);
	va_end(args);
	fail("%s: %s: %s", in->path, in->place, text);
	free(text);
}

/* ---- Members ------------------------------------------------------------------------ */

static struct json_object *json_in_member(struct json_in *in, struct json_object *o,
					  const char *key, enum json_type type)
{
	struct json_object *member = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &member);
	if (json_object_is_type(member, type))
		return member;
	json_in_fail(in, "\"%s\" is missing, or of another type", key);
	return NULL;
}

static const char *json_in_text(struct json_object *o, const char *key)
{
	struct json_object *member;

	if (!json_object_object_get_ex(o, key, &member) ||
	    !json_object_is_type(member, json_type_string))
		return "";
	return json_object_get_string(member);
}

/* A number; NOT_MEASURED for null and for what is not there. */
static double json_in_measured(struct json_in *in, struct json_object *o, const char *key)
{
	struct json_object *member = NULL;
	double value;

	if (!json_object_object_get_ex(o, key, &member) || !member)
		return NOT_MEASURED;
	value = json_object_get_double(member);
	/* written so that "nan" fails, too */
	if ((json_object_is_type(member, json_type_int) ||
	     json_object_is_type(member, json_type_double)) && value >= 0 && value <= JSON_IN_MAX)
		return value;
	json_in_fail(in, "\"%s\" is no number that can be", key);
	return NOT_MEASURED;
}

static uint64_t json_in_u64(struct json_in *in, struct json_object *o, const char *key)
{
	struct json_object *member = json_in_member(in, o, key, json_type_int);
	int64_t value = member ? json_object_get_int64(member) : 0;

	if (value >= 0 && (uint64_t)value <= JSON_IN_MAX)
		return value;
	json_in_fail(in, "\"%s\" is no number that can be", key);
	return 0;
}

/* 0 if it is not there. */
static uint64_t json_in_u64_or_0(struct json_in *in, struct json_object *o, const char *key)
{
	return json_object_object_get_ex(o, key, NULL) ? json_in_u64(in, o, key) : 0;
}

/* ---- Times -------------------------------------------------------------------------- */

#define JSON_IN_US_MAX	(1ULL << 40)

/* One {from_us, count} of a list. */
static uint64_t json_in_bucket(struct json_in *in, struct json_object *list, size_t i,
			       uint64_t *count)
{
	struct json_object *bucket = json_object_array_get_idx(list, i);
	uint64_t from_us = json_in_u64(in, bucket, "from_us");

	*count = json_in_u64(in, bucket, "count");
	if (from_us > JSON_IN_US_MAX)
		json_in_fail(in, "no bucket begins at %" PRIu64 " us", from_us);
	return from_us;
}

/* Return: how many times there are. */
static uint64_t json_in_hist(struct json_in *in, struct json_object *o, struct diff_times *t)
{
	struct json_object *list = json_in_member(in, o, "hist", json_type_array);
	uint64_t from_ns[DIFF_BOUNDS_MAX], counts[DIFF_BOUNDS_MAX], sum = 0;
	size_t nr = list ? json_object_array_length(list) : 0, i;

	if (nr > DIFF_BOUNDS_MAX)
		json_in_fail(in, "\"hist\" has more than %u buckets", DIFF_BOUNDS_MAX);
	for (i = 0; i < nr && !in->bad; i++) {
		from_ns[i] = json_in_bucket(in, list, i, &counts[i]) * NSEC_PER_USEC;
		if (__builtin_add_overflow(sum, counts[i], &sum))
			json_in_fail(in, "\"hist\" has more times than there can be");
	}
	if (!in->bad && diff_file_buckets(t, from_ns, counts, nr))
		json_in_fail(in, "\"hist\" has buckets that do not ascend");
	return sum;
}

/* The same for powers of two, of which empty ones are left out. */
static void json_in_powers(struct json_in *in, struct json_object *o, struct diff_times *t)
{
	uint64_t from_ns[JSON_IN_POWERS], counts[JSON_IN_POWERS] = { 0 }, from_us, count, sum = 0;
	struct json_object *list;
	unsigned int power;
	size_t nr, i;

	if (!json_object_object_get_ex(o, "hist_pow2", &list) ||
	    !json_object_is_type(list, json_type_array))
		return;
	for (power = 0; power < JSON_IN_POWERS; power++)
		from_ns[power] = power ? NSEC_PER_USEC << (power - 1) : 0;
	nr = json_object_array_length(list);
	for (i = 0; i < nr && !in->bad; i++) {
		from_us = json_in_bucket(in, list, i, &count);
		power = from_us ? 64 - __builtin_clzll(from_us) : 0;
		if (power >= JSON_IN_POWERS || from_us * NSEC_PER_USEC != from_ns[power])
			json_in_fail(in, "\"hist_pow2\" has a bucket at %" PRIu64 " us", from_us);
		else
			counts[power] = count;
		if (__builtin_add_overflow(sum, count, &sum))
			json_in_fail(in, "\"hist_pow2\" has more times than there can be");
	}
	if (in->bad)
		return;
	if (sum != t->count || diff_file_buckets(t, from_ns, counts, JSON_IN_POWERS))
		json_in_fail(in, "\"hist_pow2\" contradicts \"hist\"");
}

static void json_in_percentile(struct json_in *in, struct json_object *o, const char *key,
			       const char *low, const char *high, struct diff_value *v)
{
	v->value = json_in_measured(in, o, key);
	v->low = json_in_measured(in, o, low);
	v->high = json_in_measured(in, o, high);
	/* comparisons with a number that is not known are false */
	if (v->low > v->value || v->high < v->value || v->high < v->low)
		json_in_fail(in, "\"%s\" is not between \"%s\" and \"%s\"", key, low, high);
}

/* What all kinds of times have. */
static void json_in_common(struct json_in *in, struct json_object *o, struct diff_times *t)
{
	uint64_t in_hist;

	t->count = json_in_u64(in, o, "count");
	in_hist = json_in_hist(in, o, t);
	/* its counters are read while they count */
	if (in->file->format == DIFF_STAT)
		t->count = in_hist;
	if (in_hist != t->count)
		json_in_fail(in, "\"hist\" has %" PRIu64 " times, \"count\" says %" PRIu64,
			     in_hist, t->count);
	t->budget_ns = json_in_u64_or_0(in, o, "budget_ns");
	t->over = json_in_u64_or_0(in, o, "over_budget");
	if (t->over > t->count && in->file->format == DIFF_SYSTEM)
		json_in_fail(in, "\"over_budget\" is more than \"count\"");
}

static void json_in_times(struct json_in *in, struct json_object *o, struct diff_times *t)
{
	json_in_common(in, o, t);
	t->avg.value = json_in_measured(in, o, "avg_ns");
	t->deviation_ns = json_in_measured(in, o, "stddev_ns");
	json_in_percentile(in, o, "p50_ns", "p50_low_ns", "p50_high_ns", &t->p50);
	json_in_percentile(in, o, "p99_ns", "p99_low_ns", "p99_high_ns", &t->p99);
	t->max_ns = json_in_measured(in, o, "max_ns");
	if (t->avg.value > t->max_ns || t->p50.value > t->p99.value || t->p99.value > t->max_ns)
		json_in_fail(in, "average and percentiles are not in order");
	json_in_powers(in, o, t);
}

/* A number of several rounds. */
static void json_in_rounds(struct json_in *in, struct json_object *o, const char *key,
			   struct diff_value *v)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(o, key, &member);
	if (!json_object_is_type(member, json_type_object))
		return;
	v->value = json_in_measured(in, member, "value");
	v->low = json_in_measured(in, member, "low");
	v->high = json_in_measured(in, member, "high");
	if (v->high < v->low)
		json_in_fail(in, "\"%s\" has a \"low\" above its \"high\"", key);
	/* that of all rounds together may be beyond that of each */
	if (v->value < v->low)
		v->low = v->value;
	if (v->value > v->high)
		v->high = v->value;
}

static void json_in_all_rounds(struct json_in *in, struct json_object *o, struct diff_times *t)
{
	struct diff_value max = DIFF_UNKNOWN_VALUE;

	json_in_common(in, o, t);
	json_in_rounds(in, o, "avg_ns", &t->avg);
	json_in_rounds(in, o, "p50_ns", &t->p50);
	json_in_rounds(in, o, "p99_ns", &t->p99);
	json_in_rounds(in, o, "max_ns", &max);
	t->max_ns = max.value;
}

/* Adds a row, if there are times.  @take: reads them. */
static void json_in_row(struct json_in *in, struct json_object *o, const char *driver,
			const char *kind, const char *name,
			void (*take)(struct json_in *in, struct json_object *o,
				     struct diff_times *t))
{
	struct diff_row *row;

	if (in->bad || !json_object_is_type(o, json_type_object))
		return;
	snprintf(in->place, sizeof(in->place), "%s%s%s of %s", kind, *name ? " " : "", name,
		 driver);
	if (!json_in_u64(in, o, "count"))
		return;
	row = diff_file_row(in->file, driver, kind, name);
	if (row)
		take(in, o, &row->times);
	else
		json_in_fail(in, "the file has more than %u rows", DIFF_ROWS_MAX);
}

/* ---- Documents ---------------------------------------------------------------------- */

static void json_in_system_row(struct json_in *in, struct json_object *row, const char *driver)
{
	static const struct { const char *key, *kind; } times[] = {
		{ "run", "" }, { "wait", " wait" }, { "after_isr", " after isr" },
	};
	const char *name = json_in_text(row, "name");
	struct json_object *o;
	char kind[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		snprintf(kind, sizeof(kind), "%.40s%s", json_in_text(row, "kind"), times[i].kind);
		if (json_object_object_get_ex(row, times[i].key, &o))
			json_in_row(in, o, driver, kind, name, json_in_times);
	}
}

static void json_in_system(struct json_in *in, struct json_object *o)
{
	struct json_object *drivers = json_in_member(in, o, "drivers", json_type_array), *exact;
	struct json_object *driver, *rows;
	size_t i, j;

	for (i = 0; drivers && i < json_object_array_length(drivers) && !in->bad; i++) {
		driver = json_object_array_get_idx(drivers, i);
		snprintf(in->place, sizeof(in->place), "driver %zu", i + 1);
		rows = json_in_member(in, driver, "rows", json_type_array);
		for (j = 0; rows && j < json_object_array_length(rows) && !in->bad; j++)
			json_in_system_row(in, json_object_array_get_idx(rows, j),
					   json_in_text(driver, "driver"));
	}
	if (json_in_u64_or_0(in, o, "lost") ||
	    (json_object_object_get_ex(o, "lost_exact", &exact) && !json_object_get_boolean(exact)))
		in->file->lost = xstrdup("events were lost, and what is missing may have taken longer");
	else if (*json_in_text(o, "disturbed"))
		in->file->lost = xstrdup("others disturbed the trace, and events are missing");
}

/* Of an interrupt object: all of its stages. */
static void json_in_stages(struct json_in *in, struct json_object *o)
{
	struct json_object *stages = json_in_member(in, o, "stages", json_type_object), *raise;
	const char *name = json_in_text(o, "name");

	name = *name ? name : json_in_text(o, "kind");
	name = *name ? name : "DPCs without an interrupt object";
	if (!stages)
		return;
	json_object_object_foreach(stages, key, stage)
		json_in_row(in, stage, name, key, "", json_in_times);
	if (json_object_object_get_ex(o, "raise_to_isr", &raise))
		json_in_row(in, raise, name, "raise_to_isr", "", json_in_times);
}

static void json_in_objects(struct json_in *in, struct json_object *list)
{
	size_t i;

	for (i = 0; list && i < json_object_array_length(list) && !in->bad; i++) {
		snprintf(in->place, sizeof(in->place), "object %zu", i + 1);
		json_in_stages(in, json_object_array_get_idx(list, i));
	}
}

static void json_in_report(struct json_in *in, struct json_object *o)
{
	struct json_object *exact;

	json_in_objects(in, json_in_member(in, o, "interrupts", json_type_array));
	if (json_in_u64_or_0(in, o, "lost_events") ||
	    (json_object_object_get_ex(o, "lost_events_exact", &exact) &&
	     !json_object_get_boolean(exact)))
		in->file->lost = xstrdup("events were lost, and what is missing may have taken longer");
}

static void json_in_stat(struct json_in *in, struct json_object *o)
{
	if (json_object_object_get_ex(o, "objects", NULL))
		json_in_objects(in, json_in_member(in, o, "objects", json_type_array));
	else
		json_in_stages(in, o);
}

static void json_in_compare(struct json_in *in, struct json_object *o)
{
	struct json_object *loads = json_in_member(in, o, "loads", json_type_array), *load;
	struct json_object *models, *model, *stages;
	char name[80];
	size_t i, j;

	for (i = 0; loads && i < json_object_array_length(loads) && !in->bad; i++) {
		load = json_object_array_get_idx(loads, i);
		snprintf(in->place, sizeof(in->place), "load %zu", i + 1);
		snprintf(name, sizeof(name), "load %.64s", json_in_text(load, "load"));
		models = json_in_member(in, load, "models", json_type_array);
		for (j = 0; models && j < json_object_array_length(models) && !in->bad; j++) {
			model = json_object_array_get_idx(models, j);
			stages = json_in_member(in, model, "stages", json_type_object);
			if (!stages)
				return;
			json_object_object_foreach(stages, key, stage)
				json_in_row(in, stage, json_in_text(model, "model"), key, name,
					    json_in_all_rounds);
		}
	}
}

static const struct {
	const char		*schema;
	enum diff_format	format;
	void			(*read)(struct json_in *in, struct json_object *o);
} json_in_documents[] = {
	{ "dpcmon-system-1", DIFF_SYSTEM, json_in_system },
	{ "dpcmon-report-1", DIFF_REPORT, json_in_report },
	{ "dpcmon-stat-1", DIFF_STAT, json_in_stat },
	{ "dpcmon-compare-1", DIFF_COMPARE, json_in_compare },
};

static void json_in_head(struct json_in *in, struct json_object *o)
{
	struct diff_file *f = in->file;
	const char *kernel = json_in_text(o, "kernel"), *machine = json_in_text(o, "architecture");
	uint64_t cpus = json_in_u64_or_0(in, o, f->format == DIFF_STAT ? "nr_cpus" : "cpus");

	/* of a file of trace-cmd */
	if (strcmp(kernel, "unknown"))
		text_copy(f->kernel, sizeof(f->kernel), kernel, strlen(kernel));
	text_copy(f->architecture, sizeof(f->architecture), machine, strlen(machine));
	f->cpus = cpus < 65536 ? cpus : 0;
	f->duration_ns = json_in_u64_or_0(in, o, "duration_ns");
}

struct diff_file *json_in(const char *path, struct json_object *o)
{
	struct json_in in = { .path = path, .place = "the document" };
	const char *schema;
	unsigned int i;

	if (!json_object_is_type(o, json_type_object)) {
		fail("%s: JSON, but no object", path);
		return NULL;
	}
	schema = json_in_text(o, "schema");
	for (i = 0; i < ARRAY_SIZE(json_in_documents); i++)
		if (!strcmp(json_in_documents[i].schema, schema))
			break;
	if (i == ARRAY_SIZE(json_in_documents)) {
		fail("%s: JSON, but its \"schema\" is none of dpcmon-system-1, dpcmon-report-1, dpcmon-stat-1 and dpcmon-compare-1",
		     path);
		return NULL;
	}
	in.file = diff_file_new(path, json_in_documents[i].format);
	json_in_head(&in, o);
	json_in_documents[i].read(&in, o);
	if (!in.bad)
		return in.file;
	diff_file_free(in.file);
	return NULL;
}
