/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A comparison as JSON; the man page says what is in it.
 */
#ifndef DPCMON_COMPARE_JSON_H
#define DPCMON_COMPARE_JSON_H

#include "compare.h"

/* Writes it to @path, or to stdout if that is "-".  Return: 0; -1 after a message. */
int compare_json(const struct compare *c, const char *path);

#endif /* DPCMON_COMPARE_JSON_H */
