/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as JSON.  The man page is its specification: names that stand there stay.
 */
#ifndef DPCMON_REPORT_JSON_H
#define DPCMON_REPORT_JSON_H

#include "report.h"

struct json_object;

/* Writes it to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int report_json(struct report *r, const char *path);
/* The same as an object for json_object_put(). */
struct json_object *report_json_object(struct report *r);

#endif /* DPCMON_REPORT_JSON_H */
