/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that dpcmon writes: reports and recordings.
 *
 * "-" is stdout.  Any other file is written under a temporary name in the same folder and
 * takes its own name when it is complete: an error leaves what was there before.
 */
#ifndef DPCMON_OUTPUT_H
#define DPCMON_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct params;

/**
 * struct output - a file that is being written
 * @path: as the user named it; belongs to the command line
 * @file: to write to; NULL after output_reserve()
 * @target: the file that it becomes, without symbolic links; NULL if it is written in place,
 *	as stdout, a device or a pipe is
 * @temp: its name until then; NULL with @target
 * @next: another one that has a temporary file (output.c)
 */
struct output {
	const char	*path;
	FILE		*file;
	char		*target;
	char		*temp;
	struct output	*next;
};

/* Whether @path, which may be NULL, is "-". */
static inline bool output_is_stdout(const char *path)
{
	return path && path[0] == '-' && !path[1];
}

/* Whether what goes to stdout is for a program. */
bool output_has_stdout(const struct params *p);

/*
 * Opens @path for writing.
 * Return: 0, and output_close() is due; -1 after a message.
 */
int output_open(struct output *o, const char *path);

/* The same for another program to write to: the file @temp exists and is empty. */
int output_reserve(struct output *o, const char *path);

/*
 * Makes a file without a name in @folder, to write and read: nothing is left of it, however the
 * program ends.
 * Return: its descriptor; -1 after a message.
 */
int output_nameless(const char *folder);

/* The same in TMPDIR, or else in /tmp; @path is for those who open a file by its name. */
#define OUTPUT_PASSING_LEN	32

int output_passing(char path[OUTPUT_PASSING_LEN]);

/*
 * Ends the writing.  If @good, and if nothing went wrong so far, @path is the new file; else
 * it is as it was before.
 * Return: 0; -1 after a message.
 */
int output_close(struct output *o, bool good);

/*
 * Checks that all files that @p names can be written without writing over what is read.
 * Return: 0; -1 after a message.
 */
int output_check(const struct params *p);

#endif /* DPCMON_OUTPUT_H */
