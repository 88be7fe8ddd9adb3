/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drives an edu device and measures what it does meanwhile.
 */
#ifndef DPCMON_DRIVE_H
#define DPCMON_DRIVE_H

#include "report.h"

/*
 * The load is that of the command line.  @w writes the report.  What was changed in the
 * device is as it was afterwards.  Return: the exit status of the program.
 */
int drive(const struct params *p, struct report_writer *w);

#endif /* DPCMON_DRIVE_H */
