// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records the kernel's own events for a time or while a command runs, and reports on them.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "output.h"
#include "params.h"
#include "recorder.h"
#include "system_file.h"
#include "system_record.h"
#include "util.h"
#include "verdict.h"

#define RECORD_POLL_US		5000
#define RECORD_ROOM \
	"the trace needs some room in TMPDIR, or else in /tmp: set it, or name a file by --output"
#define RECORD_DURATION_NS	(10 * NSEC_PER_SEC)

static void system_record_wait(const struct params *p, struct recorder *rec)
{
	uint64_t duration = p->duration_ns ? p->duration_ns : RECORD_DURATION_NS;
	uint64_t end = now_ns() + duration;

	fprintf(stderr, "recording for %.1f s; Ctrl-C ends it\n", duration / (double)NSEC_PER_SEC);
	while (!interrupted() && now_ns() < end && recorder_running(rec))
		usleep(RECORD_POLL_US);
}

/* Records to @path, which exists.  Return: status of the command; -1 after a message. */
static int system_record_to(const struct params *p, const char *path)
{
	struct params to_path = *p;
	struct recorder *rec;
	int child = 0;

	to_path.trace = path;
	rec = recorder_start(&to_path);
	if (!rec)
		return -1;
	if (p->child)
		child = child_run(p->child, output_has_stdout(p));
	else
		system_record_wait(p, rec);
	return recorder_stop(rec) ? -1 : child;
}

/* @child: what system_record_to() has returned. */
static int system_record_report(const struct params *p, const char *path, int child,
				struct system_writer *w)
{
	int status = EXIT_ERROR;

	if (child >= 0 && child != CHILD_NOT_STARTED)
		status = system_file(p, path, child, w);
	if (child > 0)
		fail("%s ended with status %d", p->child[0], child);
	return status;
}

/* A trace that nobody wants to keep. */
static int system_record_passing(const struct params *p, struct system_writer *w)
{
	char path[OUTPUT_PASSING_LEN];
	int fd = output_passing(path), child, status;

	if (fd < 0) {
		warn(RECORD_ROOM);
		return EXIT_ERROR;
	}
	child = system_record_to(p, path);
	status = system_record_report(p, path, child, w);
	close(fd);
	return status;
}

static int system_record_keep(const struct params *p, struct system_writer *w)
{
	struct output out;
	int child;

	if (output_reserve(&out, p->keep))
		return EXIT_ERROR;
	child = system_record_to(p, out.temp);
	/* of a command that could not be started, there is nothing to keep */
	if (output_close(&out, child >= 0 && child != CHILD_NOT_STARTED))
		return EXIT_ERROR;
	return system_record_report(p, p->keep, child, w);
}

int system_record(const struct params *p, struct system_writer *w)
{
	if (p->trace)
		return system_file(p, p->trace, false, w);
	return p->keep ? system_record_keep(p, w) : system_record_passing(p, w);
}
