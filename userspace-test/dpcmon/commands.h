/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subcommands; each returns the exit status of the program.
 */
#ifndef DPCMON_COMMANDS_H
#define DPCMON_COMMANDS_H

#include "params.h"

int cmd_run(const struct params *p);
int cmd_record(const struct params *p);
int cmd_report(const struct params *p);
int cmd_stat(const struct params *p);
int cmd_compare(const struct params *p);
int cmd_top(const struct params *p);
int cmd_check(const struct params *p);

#endif /* DPCMON_COMMANDS_H */
