/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds out what a file is that dpcmon diff was given, and reads it: JSON of dpcmon, a trace.dat,
 * or text of a tool of Windows.
 */
#ifndef DPCMON_DIFF_READ_H
#define DPCMON_DIFF_READ_H

#include "diff_file.h"

struct params;

/* @p: of dpcmon diff.  Return: for diff_file_free(); NULL after a message. */
struct diff_file *diff_read(const struct params *p, const char *path);

#endif /* DPCMON_DIFF_READ_H */
