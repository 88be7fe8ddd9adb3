/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of all options and the names of all commands.
 *
 * parse.c parses by it, help.c prints it for --help, and generate.c writes it into the
 * man page and the completion ("make generate").  A new option is one row, and a field
 * in params.h.
 */
#ifndef DPCMON_OPTIONS_H
#define DPCMON_OPTIONS_H

#include "option.h"

extern const struct option_row options_rows[];
extern const unsigned int options_count;

/* By enum command. */
extern const char * const options_commands[CMD_NR];

/* Whether @row is an option of @command. */
static inline bool options_has(const struct option_row *row, enum command command)
{
	return row->commands & 1u << command;
}

#endif /* DPCMON_OPTIONS_H */
