/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a report in all forms that the command line asks for: the writer of dpcmon run,
 * record and report.  dpcmon check has that of check_write.c.
 */
#ifndef DPCMON_REPORT_WRITE_H
#define DPCMON_REPORT_WRITE_H

#include "report.h"

/* Keeps nothing, so one is enough. */
extern struct report_writer report_writer;

#endif /* DPCMON_REPORT_WRITE_H */
