/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the command line to what it asks for: main.c calls it first.
 */
#ifndef DPCMON_PARSE_H
#define DPCMON_PARSE_H

#include "params.h"

/* What the caller has to do. */
enum parse_result {
	PARSE_OK,	/* run the command */
	PARSE_DONE,	/* help or version was printed */
	PARSE_BAD,	/* a message was printed */
};

/*
 * Fills @p, which points into @argv; texts in there may be cleaned in place.
 * parse_free() is due whatever this returns.
 */
enum parse_result parse_command_line(struct params *p, int argc, char **argv);

/* Frees what @p owns. */
void parse_free(struct params *p);

#endif /* DPCMON_PARSE_H */
