/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON of dpcmon as a file of dpcmon diff: of system, report, stat and compare.
 */
#ifndef DPCMON_JSON_IN_H
#define DPCMON_JSON_IN_H

#include "diff_file.h"

struct json_object;

/* Reads the document @o.  Return: for diff_file_free(); NULL after a message. */
struct diff_file *json_in(const char *path, struct json_object *o);

#endif /* DPCMON_JSON_IN_H */
