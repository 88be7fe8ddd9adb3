/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a trace.dat of the kernel's own events, for dpcmon system, and reports on it.
 */
#ifndef DPCMON_SYSTEM_FILE_H
#define DPCMON_SYSTEM_FILE_H

#include <stdbool.h>

struct params;
struct system_writer;

/*
 * Has @w report on the file @path.  @load_failed: the command meanwhile did not end with 0.
 * Return: one of EXIT_*.
 */
int system_file(const struct params *p, const char *path, bool load_failed,
		struct system_writer *w);

#endif /* DPCMON_SYSTEM_FILE_H */
