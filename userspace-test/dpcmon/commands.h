/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands; each returns the exit status of the program.
 */
#ifndef DPCMON_COMMANDS_H
#define DPCMON_COMMANDS_H

#include "params.h"

int cmd_run(const struct params *p);
int cmd_record(const struct params *p);
int cmd_report(const struct params *p);
/* Reports on params.trace; @workload may be NULL; @load_failed: it did not run to its end. */
struct workload_done;
int report_file(const struct params *p, const struct workload_done *workload,
		bool load_failed);

int cmd_stat(const struct params *p);
int cmd_compare(const struct params *p);

/* Runs params.child; its exit status, or -1 after a message. */
int record_child(const struct params *p);
int cmd_check(const struct params *p);
int cmd_top(const struct params *p);

#endif /* DPCMON_COMMANDS_H */
