/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building blocks of JSON, for the reports (report_json.c, compare_json.c, check_kcidb.c)
 * and for dpcmon list and stat.
 */
#ifndef DPCMON_JSON_OUT_H
#define DPCMON_JSON_OUT_H

#include <stdint.h>

#include <linux/dpc_edu.h>

struct hist;
struct json_object;

/*
 * json-c's, but out of memory ends the program: nothing is left out of a document.  json_out_new()
 * is for what a function of json-c's has made.
 */
struct json_object *json_out_new(struct json_object *o);
struct json_object *json_out_object(void);
struct json_object *json_out_array(void);
void json_out_add(struct json_object *o, const char *key, struct json_object *value);
void json_out_append(struct json_object *list, struct json_object *value);
void json_out_append_text(struct json_object *list, const char *text);
const char *json_out_string(struct json_object *o, int flags);

/*
 * Add a value to @o under @key: a number; a number that is null if it was not measured; a
 * text, which is copied, or null.
 */
void json_out_u64(struct json_object *o, const char *key, uint64_t value);
void json_out_measured(struct json_object *o, const char *key, double value);
void json_out_text(struct json_object *o, const char *key, const char *value);

/*
 * Adds how many times @h has, their average, percentiles, longest, sum and deviation, and how
 * far the true percentiles can be from these, ns.
 */
void json_out_times(struct json_object *o, const struct hist *h);

/* What became of raises, and the buckets of a histogram: new objects for the caller. */
struct json_object *json_out_raises(const struct dpc_raises *r);
/* @counts: of the first @nr buckets of hist_bounds_us. */
struct json_object *json_out_hist(const uint64_t *counts, unsigned int nr);

/*
 * What each document begins with: which schema it has, NAME-NUMBER of docs/schema, and who
 * wrote it.  A field that goes, or means something else, takes the next number.
 */
void json_out_head(struct json_object *o, const char *schema);

/*
 * Writes @o to @path, or to stdout if that is "-", and frees it.  @flags: JSON_C_TO_STRING_*.
 * Return: 0; -1 after a message.
 */
int json_out_write(struct json_object *o, const char *path, int flags);

#endif /* DPCMON_JSON_OUT_H */
