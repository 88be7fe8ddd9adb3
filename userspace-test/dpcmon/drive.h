/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drives the devices that it can, or waits for what other devices bring, and measures that:
 * dpcmon run, and dpcmon check with a load of its own.
 */
#ifndef DPCMON_DRIVE_H
#define DPCMON_DRIVE_H

#include "report.h"

/*
 * Measures the load of the command line and has @w write the report.  What it changes in
 * the devices is as it was before when it returns, and also if dpcmon is killed.
 * Return: the exit status of the program.
 */
int drive(const struct params *p, struct report_writer *w);

#endif /* DPCMON_DRIVE_H */
