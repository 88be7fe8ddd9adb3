/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One option of the command line: what options.c has a table of, value.c reads the
 * argument of, parse.c looks up, and help.c and generate.c describe.
 */
#ifndef DPCMON_OPTION_H
#define DPCMON_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "params.h"

/* Whether an option has an argument. */
enum option_takes {
	TAKES_NOTHING,
	TAKES_ARGUMENT,
	TAKES_OPTIONAL,		/* --name or --name=ARGUMENT */
};

/* Where --help of a command lists an option; help.c has the headings. */
enum option_group {
	GROUP_GENERAL,		/* --help and --version: not listed */
	GROUP_WORK,		/* what is done and measured, or shown */
	GROUP_CHANGE,		/* what is changed in the device for that */
	GROUP_BUDGET,
	GROUP_TRACE,
	GROUP_RESULT,		/* results in forms that only dpcmon check has */
	GROUP_REPORT,
};

/* How a shell completes the argument of an option. */
enum option_complete {
	COMPLETE_NOTHING,	/* a number, a time, a text: the shell can't know */
	COMPLETE_FILE,
	COMPLETE_DEVICE,	/* an object: what dpcmon list shows */
	COMPLETE_NAME,		/* one of the option's names */
	COMPLETE_LIST,		/* a list of its names, with commas */
	COMPLETE_ASSIGN,	/* a list of NAME=NUMBER */
};

/**
 * struct option_row - an option of one or several commands
 * @name: the long form, without dashes.  An option that has another meaning for another
 *	command has a row for each; no command has two rows of one name.
 * @letter: the short form; 0 if there is none
 * @commands: a bit per enum command
 * @group: where --help lists it
 * @takes: whether it has an argument
 * @complete: how a shell completes the argument
 * @argument: what --help and the man page call the argument
 * @names: the i-th name that the argument can be or have, NULL after the last one; NULL
 *	if the argument is no name
 * @set: stores the argument @arg (NULL: none) in @p, as value.h describes.  NULL for
 *	--help and --version, which parse.c answers.
 *	Return: 0; -1 after a message
 * @field: offset in struct params of what @set writes, for a @set that serves several rows
 * @min: smallest number that @set accepts
 * @max: largest number that @set accepts
 * @extra: characters that @set accepts beyond those of every id (value_id() only)
 * @help: for --help.  A line that is %N stands for the names.
 * @man: for the man page, in its language.  A line that is %N stands for the names.
 */
struct option_row {
	const char		*name;
	char			letter;
	unsigned int		commands;
	enum option_group	group;
	enum option_takes	takes;
	enum option_complete	complete;
	const char		*argument;
	const char		*(*names)(unsigned int i);
	int			(*set)(struct params *p, const struct option_row *row,
				       const char *arg);
	size_t			field;
	uint64_t		min;
	uint64_t		max;
	const char		*extra;
	const char		*help;
	const char		*man;
};

#endif /* DPCMON_OPTION_H */
