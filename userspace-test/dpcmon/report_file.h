/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report on a trace.dat, which was recorded now or long ago: for dpcmon report, record,
 * check --trace, and run --trace.
 */
#ifndef DPCMON_REPORT_FILE_H
#define DPCMON_REPORT_FILE_H

#include "report.h"

/*
 * Reads the file params.trace and has @w write the report.
 * @workload: what was done to the device meanwhile; NULL if dpcmon did not do it.
 * @load_failed: the load did not run to its end.
 * Return: the exit status of the program.
 */
int report_file(const struct params *p, const struct workload_done *workload, bool load_failed,
		struct report_writer *w);

#endif /* DPCMON_REPORT_FILE_H */
