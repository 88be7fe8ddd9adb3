// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon check: measures a load of its own, a command, or a recorded file, and prints
 * a test for each stage; with --system all drivers, and a test for each kind of routine.
 * Without any results it says "Bail out!", so that a CI never takes silence for success.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check_junit.h"
#include "check_kcidb.h"
#include "check_ktap.h"
#include "check_write.h"
#include "child.h"
#include "commands.h"
#include "drive.h"
#include "modules.h"
#include "output.h"
#include "params.h"
#include "recorder.h"
#include "report_file.h"
#include "report_write.h"
#include "system_check.h"
#include "system_record.h"
#include "util.h"
#include "verdict.h"

/* Records to a file without a name, which nobody has to remove, while the command runs. */
static int cmd_check_command(const struct params *p, struct report_writer *w)
{
	char path[OUTPUT_PASSING_LEN];
	int status = EXIT_ERROR, child, fd = output_passing(path);
	struct params with_file = *p;
	struct recorder *rec;

	if (fd < 0)
		return EXIT_ERROR;
	with_file.trace = path;
	rec = recorder_start(&with_file);
	if (rec) {
		modules_watch();
		child = child_run(p->child, true);
		modules_unwatch();
		if (child)
			fail("%s ended with status %d", p->child[0], child);
		if (!recorder_stop(rec))
			status = report_file(&with_file, NULL, child, w);
	}
	close(fd);
	return status;
}

/* Return: status; *@written: the results are on stdout. */
static int cmd_check_system(const struct params *p, bool *written)
{
	struct system_checker checker;
	int status;

	system_check_init(&checker);
	status = system_record(p, &checker.writer);
	*written = checker.written;
	return status;
}

/* The same of interrupt objects. */
static int cmd_check_objects(const struct params *p, bool *written)
{
	struct check_writer cw;
	int status;

	check_write_init(&cw);
	if (p->trace)
		status = report_file(p, NULL, false, &cw.writer);
	else if (p->child)
		status = cmd_check_command(p, &cw.writer);
	else
		status = drive(p, &cw.writer);
	*written = cw.written;
	return status;
}

int cmd_check(const struct params *p)
{
	bool written;
	int status = p->system ? cmd_check_system(p, &written) : cmd_check_objects(p, &written);

	if (written)
		return status;
	check_ktap_bail_out(stdout);
	if (p->kcidb)
		check_kcidb_error(p);
	if (p->junit)
		check_junit_error(p);
	return EXIT_ERROR;
}
