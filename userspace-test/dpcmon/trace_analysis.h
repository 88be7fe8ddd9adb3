/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a trace.dat into an analysis of the interrupts of the library's drivers.
 */
#ifndef DPCMON_TRACE_ANALYSIS_H
#define DPCMON_TRACE_ANALYSIS_H

#include <stdbool.h>

struct analysis;
struct trace_file;

/* The release of a kernel, with its NUL. */
#define KERNEL_RELEASE_LEN	65

/*
 * Feeds all events of @f, which was opened as @path, to @a, and fills @kernel with the release
 * of the kernel that was recorded: empty if dpcmon did not record it.  *@others: there are events
 * that are not of the library's drivers, nor of hard interrupts.
 * Return: 0; -1 after a message.
 */
int trace_analysis_read(struct trace_file *f, const char *path, struct analysis *a,
			char kernel[KERNEL_RELEASE_LEN], bool *others);

#endif /* DPCMON_TRACE_ANALYSIS_H */
