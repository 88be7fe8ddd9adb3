/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The texts of --help, for parse.c and generate.c.
 */
#ifndef DPCMON_HELP_H
#define DPCMON_HELP_H

#include <stdio.h>

#include "params.h"

/* Prints which commands there are. */
void help_overall(FILE *out);

/* Prints what @command does, its options and examples. */
void help_command(FILE *out, enum command command);

#endif /* DPCMON_HELP_H */
