/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of objects as JSON, for dpcmon stat.
 */
#ifndef DPCMON_STAT_JSON_H
#define DPCMON_STAT_JSON_H

#include <stdint.h>

#include <linux/dpc.h>
#include <linux/dpc_edu.h>

#include "counters.h"

struct json_object;

/* What every reading begins with. */
void stat_json_head(struct json_object *o, uint32_t nr_cpus);

/* Adds what @o is and has counted to @json; @raises: NULL if it can't tell of any. */
void stat_json_object(struct json_object *json, const struct dpc_object *o,
		      const struct counters *stats, const struct dpc_raises *raises);

/* The stages of one CPU: a new object for the caller. */
struct json_object *stat_json_cpu(const struct counters *stats);

#endif /* DPCMON_STAT_JSON_H */
