/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects as rows of a table and as JSON, for dpcmon list and dpcmon stat.
 */
#ifndef DPCMON_LIST_H
#define DPCMON_LIST_H

#include <stdio.h>

#include <linux/dpc.h>

struct json_object;

/* A row for each of the @nr objects of @list, below a head; the columns line up. */
void list_text(FILE *out, const struct dpc_object *list, unsigned int nr);

/* Adds what @o is to @json. */
void list_json_object(struct json_object *json, const struct dpc_object *o);

/* All of dpcmon list, a new object for the caller.  @abi: what the core is. */
struct json_object *list_json(const struct dpc_abi *abi, const struct dpc_object *list,
			      unsigned int nr);

#endif /* DPCMON_LIST_H */
