/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drives an edu device and measures what it does meanwhile: dpcmon run, and dpcmon check
 * with a load of its own.
 */
#ifndef DPCMON_DRIVE_H
#define DPCMON_DRIVE_H

#include "report.h"

/*
 * Measures the load of the command line and has @w write the report.  What it changes in
 * the device is as it was before when it returns, and also if dpcmon is killed.
 * Return: the exit status of the program.
 */
int drive(const struct params *p, struct report_writer *w);

#endif /* DPCMON_DRIVE_H */
