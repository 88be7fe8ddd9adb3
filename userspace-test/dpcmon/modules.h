/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of routines whose module may leave before the report is written.
 *
 * A module takes its symbols along.  So those of the modules that use dpc_core.ko or
 * dpc_nt.ko are read when a measurement begins, and those of a module that comes later are
 * read as soon as it has come.  symbols.c asks for them.
 */
#ifndef DPCMON_MODULES_H
#define DPCMON_MODULES_H

#include <stdio.h>

/*
 * Reads the symbols and starts the thread that looks for further modules.  Does nothing
 * if that was done before; finds nothing without root or dpc_core.ko.
 */
void modules_watch(void);

/*
 * The same with other files, for tests.  @holders: folders that have an entry for each
 * module, the last one NULL; @kallsyms: a table of symbols.
 */
void modules_watch_files(const char *const *holders, const char *kallsyms);

/* Ends the thread.  What was read stays until the program ends. */
void modules_unwatch(void);

/* What was read, as lines of /proc/kallsyms; the caller closes it.  NULL if nothing was. */
FILE *modules_symbols(void);

/* Number of modules that have been read so far. */
unsigned int modules_known(void);

#endif /* DPCMON_MODULES_H */
