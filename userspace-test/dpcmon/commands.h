/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subcommands: cmd_NAME.c has what "dpcmon NAME" does.  Each is called once, by main.c,
 * after parse.c has filled @p.
 * Return: the exit status of the program, one of EXIT_* (verdict.h).
 */
#ifndef DPCMON_COMMANDS_H
#define DPCMON_COMMANDS_H

#include "params.h"

/* Drives the device, and reports. */
int cmd_run(const struct params *p);
/* Records to a trace.dat, and reports on it. */
int cmd_record(const struct params *p);
/* Reports on a trace.dat. */
int cmd_report(const struct params *p);
/* Shows the driver's counters. */
int cmd_stat(const struct params *p);
/* Measures all models, and ranks them. */
int cmd_compare(const struct params *p);
/* Shows the counters in a terminal as they change. */
int cmd_top(const struct params *p);
/* Measures, and prints tests that pass or fail. */
int cmd_check(const struct params *p);
/* Lists the objects that there are. */
int cmd_list(const struct params *p);
/* Gives a card to dpc_pci.ko, and starts it. */
int cmd_bind(const struct params *p);
/* Gives it back. */
int cmd_unbind(const struct params *p);
/* Records or reads the kernel's own events, and reports on all drivers. */
int cmd_system(const struct params *p);
/* Compares what was measured. */
int cmd_diff(const struct params *p);

#endif /* DPCMON_COMMANDS_H */
