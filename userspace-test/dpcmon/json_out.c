// SPDX-License-Identifier: GPL-2.0-only
/*
 * Building blocks of all JSON that dpcmon writes.  A number that was not measured
 * becomes null.
 */
#include <errno.h>
#include <stdlib.h>

#include <json.h>

#include "hist.h"
#include "json_out.h"
#include "measured.h"
#include "output.h"
#include "params.h"
#include "util.h"

struct json_object *json_out_new(struct json_object *o)
{
	return xmem(o);
}

struct json_object *json_out_object(void)
{
	return xmem(json_object_new_object());
}

struct json_object *json_out_array(void)
{
	return xmem(json_object_new_array());
}

void json_out_add(struct json_object *o, const char *key, struct json_object *value)
{
	if (json_object_object_add(o, key, value))
		xmem(NULL);
}

void json_out_append(struct json_object *list, struct json_object *value)
{
	if (json_object_array_add(list, value))
		xmem(NULL);
}

void json_out_append_text(struct json_object *list, const char *text)
{
	json_out_append(list, json_out_new(json_object_new_string(text)));
}

/* json-c leaves out what it has no room for. */
const char *json_out_string(struct json_object *o, int flags)
{
	const char *text;

	errno = 0;
	text = json_object_to_json_string_ext(o, flags);
	xerrno();
	return xmem((char *)text);
}

void json_out_u64(struct json_object *o, const char *key, uint64_t value)
{
	json_out_add(o, key, json_out_new(json_object_new_uint64(value)));
}

void json_out_measured(struct json_object *o, const char *key, double value)
{
	/* 2^64 is what UINT64_MAX becomes, and too much to come back */
	uint64_t n = value < 0x1p64 ? (uint64_t)value : UINT64_MAX;

	json_out_add(o, key, is_measured(value) ? json_out_new(json_object_new_uint64(n)) : NULL);
}

void json_out_text(struct json_object *o, const char *key, const char *value)
{
	json_out_add(o, key, value ? json_out_new(json_object_new_string(value)) : NULL);
}

/* Between which times the true percentile is. */
static void json_out_range(struct json_object *o, const struct hist *h, unsigned int percent,
			   const char *low_key, const char *high_key)
{
	double low, high;

	hist_percentile_range(h, percent, 100, &low, &high);
	json_out_measured(o, low_key, h->count ? low : NOT_MEASURED);
	json_out_measured(o, high_key, high);
}

void json_out_times(struct json_object *o, const struct hist *h)
{
	json_out_u64(o, "count", h->count);
	json_out_measured(o, "avg_ns", hist_avg(h));
	json_out_measured(o, "p50_ns", hist_percentile(h, 50, 100));
	json_out_measured(o, "p99_ns", hist_percentile(h, 99, 100));
	json_out_measured(o, "p999_ns", hist_percentile(h, 999, 1000));
	json_out_measured(o, "max_ns", hist_max(h));
	json_out_u64(o, "total_ns", h->total);
	json_out_measured(o, "stddev_ns", hist_deviation(h));
	json_out_range(o, h, 50, "p50_low_ns", "p50_high_ns");
	json_out_range(o, h, 99, "p99_low_ns", "p99_high_ns");
}

struct json_object *json_out_hist(const uint64_t *counts, unsigned int nr)
{
	struct json_object *list = json_out_array(), *bucket;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		bucket = json_out_object();
		json_out_u64(bucket, "from_us", hist_bounds_us[i]);
		json_out_u64(bucket, "count", counts[i]);
		json_out_append(list, bucket);
	}
	return list;
}

struct json_object *json_out_raises(const struct dpc_raises *r)
{
	struct json_object *o = json_out_object();

	json_out_u64(o, "raised", r->raised);
	json_out_u64(o, "interrupts", r->interrupts);
	json_out_u64(o, "merged", r->merged);
	json_out_u64(o, "dropped", r->dropped);
	json_out_u64(o, "pending", r->pending);
	return o;
}

void json_out_head(struct json_object *o, const char *schema)
{
	json_out_text(o, "schema", schema);
	json_out_text(o, "tool", "dpcmon");
	json_out_text(o, "version", DPCMON_VERSION);
}

int json_out_write(struct json_object *o, const char *path, int flags)
{
	const char *text = json_out_string(o, flags | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct output out;
	int ret = output_open(&out, path);

	if (!ret) {
		fprintf(out.file, "%s\n", text);
		ret = output_close(&out, true);
	}
	json_object_put(o);
	return ret;
}
