/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building blocks of JSON, for reports and for dpcmon stat.
 */
#ifndef DPCMON_JSON_OUT_H
#define DPCMON_JSON_OUT_H

#include <stdint.h>

#include <linux/dpc_edu.h>

struct json_object;

void json_out_u64(struct json_object *o, const char *key, uint64_t value);
/* null if it was not measured */
void json_out_measured(struct json_object *o, const char *key, double value);
void json_out_text(struct json_object *o, const char *key, const char *value);
struct json_object *json_out_raises(const struct dpc_edu_raises *r);
struct json_object *json_out_hist(const uint64_t counts[DPC_HIST_BUCKETS]);
/* To @path, or stdout if that is "-"; -1 after a message.  Takes over @o. */
int json_out_write(struct json_object *o, const char *path, int flags);

#endif /* DPCMON_JSON_OUT_H */
