/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a check as JSON in the form of KernelCI's KCIDB, schema 5.
 */
#ifndef DPCMON_CHECK_KCIDB_H
#define DPCMON_CHECK_KCIDB_H

#include "check.h"

/* To the file of --kcidb; -1 after a message. */
int check_kcidb(const struct check *c);
/* The same when there is no measurement. */
int check_kcidb_error(const struct params *p);

#endif /* DPCMON_CHECK_KCIDB_H */
