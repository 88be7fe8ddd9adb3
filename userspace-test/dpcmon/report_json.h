/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building blocks of JSON, for reports and for dpcmon stat.
 */
#ifndef DPCMON_REPORT_JSON_H
#define DPCMON_REPORT_JSON_H

#include <linux/dpc_edu.h>
#include <stdint.h>

#include <linux/dpc.h>

struct json_object;

void json_add_u64(struct json_object *o, const char *key, uint64_t value);
/* null if it was not measured */
void json_add_measured(struct json_object *o, const char *key, double value);
void json_add_text(struct json_object *o, const char *key, const char *value);
struct json_object *json_raises(const struct dpc_edu_raises *r);
struct json_object *json_hist(const uint64_t counts[DPC_HIST_BUCKETS]);
int json_write(struct json_object *o, const char *path, int flags);

#endif /* DPCMON_REPORT_JSON_H */
