/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a report in all forms that the command line asks for.
 */
#ifndef DPCMON_REPORT_WRITE_H
#define DPCMON_REPORT_WRITE_H

#include "report.h"

extern struct report_writer report_writer;

#endif /* DPCMON_REPORT_WRITE_H */
