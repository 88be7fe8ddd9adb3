/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of objects as OpenMetrics text, for dpcmon stat.
 */
#ifndef DPCMON_STAT_OPENMETRICS_H
#define DPCMON_STAT_OPENMETRICS_H

#include <linux/dpc.h>

#include "counters.h"

/**
 * struct stat_metrics_set - one reading of an object's counters
 * @o: the object
 * @counters: of one CPU, or the sum of all
 * @raises: what became of its raises
 * @has_raises: the device tells that; only of the sum
 * @part: the same counters are in another set's sum: only the stages are written, by CPU
 * @split: others have the stages of this set by CPU: they are left out here
 */
struct stat_metrics_set {
	struct dpc_object	o;
	struct counters		counters;
	struct dpc_raises	raises;
	bool			has_raises;
	bool			part;
	bool			split;
};

/* All that is read at one time; starts as { 0 }, ends with stat_openmetrics_free(). */
struct stat_metrics {
	struct stat_metrics_set	*list;
	unsigned int		nr;
};

/* Return: the new set, valid until the next one is added. */
struct stat_metrics_set *stat_openmetrics_add(struct stat_metrics *m, const struct dpc_object *o,
					      const struct counters *counters);

/* Writes them to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int stat_openmetrics_write(const struct stat_metrics *m, const char *path);
void stat_openmetrics_free(struct stat_metrics *m);

#endif /* DPCMON_STAT_OPENMETRICS_H */
