/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A recording as JSON in the Trace Event Format, which ui.perfetto.dev and others show: a track
 * for each CPU with calls inside of each other, tracks for threads that run work items, and
 * arrows from requests to what they led to.
 */
#ifndef DPCMON_SYSTEM_PERFETTO_H
#define DPCMON_SYSTEM_PERFETTO_H

#include "system_report.h"

/*
 * Reads @r->path again, now that names are known, and writes it to @path, or to stdout if that
 * is "-".  Memory does not depend on the length of the recording.
 * Return: 0; -1 after a message.
 */
int system_perfetto(const struct system_report *r, const char *path);

/* A writer that does only that, to the file of --perfetto. */
extern struct system_writer system_perfetto_writer;

#endif /* DPCMON_SYSTEM_PERFETTO_H */
