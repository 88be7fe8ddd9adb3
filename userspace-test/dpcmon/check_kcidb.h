/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a check as JSON in the form of KernelCI's KCIDB, schema 5.3.
 */
#ifndef DPCMON_CHECK_KCIDB_H
#define DPCMON_CHECK_KCIDB_H

#include "check.h"

/*
 * Writes the results to the file of --kcidb, which must be given.
 * Return: 0; -1 after a message.
 */
int check_kcidb(const struct check *c);

/* Writes a single test with status ERROR: there is no measurement to judge. */
int check_kcidb_error(const struct params *p);

#endif /* DPCMON_CHECK_KCIDB_H */
