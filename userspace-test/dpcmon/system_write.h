/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The writer of dpcmon system.
 */
#ifndef DPCMON_SYSTEM_WRITE_H
#define DPCMON_SYSTEM_WRITE_H

#include "system_report.h"

/* Writes a report in all forms that the command line asks for. */
extern struct system_writer system_writer;

/*
 * Writes those of them that are files, which dpcmon check has, too.
 * Return: 0; -1 after a message.
 */
int system_write_files(const struct system_report *r);

#endif /* DPCMON_SYSTEM_WRITE_H */
