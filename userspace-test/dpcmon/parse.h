/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the command line to what it asks for.
 */
#ifndef DPCMON_PARSE_H
#define DPCMON_PARSE_H

#include "params.h"

enum parse_result {
	PARSE_OK,
	PARSE_DONE,	/* help or version was printed */
	PARSE_BAD,	/* a message was printed */
};

/* Fills @p, which points into @argv.  parse_free() is due whatever it returns. */
enum parse_result parse_command_line(struct params *p, int argc, char **argv);
void parse_free(struct params *p);

#endif /* DPCMON_PARSE_H */
