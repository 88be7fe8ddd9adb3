/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of routines whose module may leave before the report is written.
 *
 * A module takes its symbols along.  So those of the modules that use
 * dpc_core.ko or dpc_nt.ko are read when a measurement begins, and those of one
 * that comes later as soon as it has come.
 */
#ifndef DPCMON_MODULES_H
#define DPCMON_MODULES_H

#include <stdio.h>

/* Without root, or without dpc_core.ko, there is nothing to remember. */
void modules_watch(void);
/* For tests: of other files.  Each folder of @holders has an entry for each of its modules. */
void modules_watch_files(const char *const *holders, const char *kallsyms);
void modules_unwatch(void);

/* What was read, as lines of /proc/kallsyms, for fclose(); NULL if nothing was. */
FILE *modules_symbols(void);

/* How many modules have been read so far. */
unsigned int modules_known(void);

#endif /* DPCMON_MODULES_H */
