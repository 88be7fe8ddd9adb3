/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a trace.dat of the kernel's own events, for dpcmon system, and reports on it.
 */
#ifndef DPCMON_SYSTEM_FILE_H
#define DPCMON_SYSTEM_FILE_H

struct params;

/* Reports on the file @path in all forms that @p asks for.  Return: one of EXIT_*. */
int system_file(const struct params *p, const char *path);

#endif /* DPCMON_SYSTEM_FILE_H */
