/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that dpcmon writes.
 *
 * "-" is stdout.  Any other file is written beside its name and takes the name
 * when it is complete: an error leaves what was there before.
 */
#ifndef DPCMON_OUTPUT_H
#define DPCMON_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct params;

/**
 * struct output - a file that is being written
 * @path: as the user named it
 * @file: to write to; NULL after output_reserve()
 * @target: the file that it becomes; NULL if it is written in place
 * @temp: where it is until then
 */
struct output {
	const char	*path;
	FILE		*file;
	char		*target;
	char		*temp;
};

static inline bool output_is_stdout(const char *path)
{
	return path && path[0] == '-' && !path[1];
}

/* All of them -1 after a message; after a failure there is nothing to close. */
int output_open(struct output *o, const char *path);
/* For another program to write to: @temp is there, and empty. */
int output_reserve(struct output *o, const char *path);
/* It is complete, if @good: @path is the new file.  Else @path is as before. */
int output_close(struct output *o, bool good);

/* Whether all that @p names can be written without writing over what it reads. */
int output_check(const struct params *p);

#endif /* DPCMON_OUTPUT_H */
