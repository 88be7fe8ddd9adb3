// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon system: where any driver's interrupts, softirqs and work items spend their time.
 * Records the kernel's own events, or reads what was recorded, and reports by driver.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "commands.h"
#include "output.h"
#include "recorder.h"
#include "system_file.h"
#include "util.h"
#include "verdict.h"

#define SYSTEM_POLL_US		5000
#define SYSTEM_ROOM \
	"the trace needs some room in TMPDIR, or else in /tmp: set it, or name a file by --output"
#define SYSTEM_DURATION_NS	(10 * NSEC_PER_SEC)

static void cmd_system_wait(const struct params *p, struct recorder *rec)
{
	uint64_t duration = p->duration_ns ? p->duration_ns : SYSTEM_DURATION_NS;
	uint64_t end = now_ns() + duration;

	fprintf(stderr, "recording for %.1f s; Ctrl-C ends it\n", duration / (double)NSEC_PER_SEC);
	while (!interrupted() && now_ns() < end && recorder_running(rec))
		usleep(SYSTEM_POLL_US);
}

/* Records to @path, which exists.  Return: status of the command; -1 after a message. */
static int cmd_system_record(const struct params *p, const char *path)
{
	struct params to_path = *p;
	struct recorder *rec;
	int child = 0;

	to_path.trace = path;
	rec = recorder_start(&to_path);
	if (!rec)
		return -1;
	if (p->child)
		child = child_run(p->child, output_is_stdout(p->json));
	else
		cmd_system_wait(p, rec);
	return recorder_stop(rec) ? -1 : child;
}

/* @child: what cmd_system_record() has returned. */
static int cmd_system_report(const struct params *p, const char *path, int child)
{
	int status = child < 0 || child == CHILD_NOT_STARTED ? EXIT_ERROR : system_file(p, path);

	if (child <= 0)
		return status;
	fail("%s ended with status %d", p->child[0], child);
	return EXIT_ERROR;
}

/* A trace that nobody wants to keep. */
static int cmd_system_passing(const struct params *p)
{
	const char *folder = getenv("TMPDIR");
	int fd = output_nameless(folder && *folder ? folder : "/tmp"), child, status;
	char path[32];

	if (fd < 0) {
		warn(SYSTEM_ROOM);
		return EXIT_ERROR;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	child = cmd_system_record(p, path);
	status = cmd_system_report(p, path, child);
	close(fd);
	return status;
}

static int cmd_system_keep(const struct params *p)
{
	struct output out;
	int child;

	if (output_reserve(&out, p->keep))
		return EXIT_ERROR;
	child = cmd_system_record(p, out.temp);
	/* of a command that could not be started, there is nothing to keep */
	if (output_close(&out, child >= 0 && child != CHILD_NOT_STARTED))
		return EXIT_ERROR;
	return cmd_system_report(p, p->keep, child);
}

int cmd_system(const struct params *p)
{
	if (p->trace)
		return system_file(p, p->trace);
	return p->keep ? cmd_system_keep(p) : cmd_system_passing(p);
}
