// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon record: traces into a file until a time is over, a command ends or a signal
 * comes, then reports on that file.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "child.h"
#include "commands.h"
#include "device.h"
#include "modules.h"
#include "output.h"
#include "params.h"
#include "recorder.h"
#include "report_file.h"
#include "report_write.h"
#include "util.h"
#include "verdict.h"

/* How soon the end of the recording is noticed. */
#define RECORD_POLL_US	5000

static void cmd_record_wait(const struct params *p, struct recorder *rec)
{
	uint64_t end = p->duration_ns ? now_ns() + p->duration_ns : UINT64_MAX;

	fprintf(stderr, "recording to %s%s\n", p->trace,
		p->duration_ns ? "" : "; Ctrl-C ends it");
	while (!interrupted() && now_ns() < end && recorder_running(rec))
		usleep(RECORD_POLL_US);
}

/*
 * The trace is stopped by the kernel, at the first time that is over the budget which the
 * kernel knows: for the recording, it knows those of the command line.
 */
static int cmd_record_lend(const struct params *p, struct node *n)
{
	n->fd = -1;
	if (!p->stop_on_overrun || !budgets_of_times(&p->budgets))
		return 0;
	return node_open(n, NODE_WRITE, false) || device_lend_all(n, &p->budgets) ? -1 : 0;
}

static int cmd_record_lent(const struct params *p)
{
	struct params to_temp = *p;
	struct recorder *rec;
	struct output out;
	int child = 0, status;

	if (output_reserve(&out, p->trace))
		return EXIT_ERROR;
	to_temp.trace = out.temp;
	rec = recorder_start(&to_temp);
	if (!rec) {
		output_close(&out, false);
		return EXIT_ERROR;
	}
	modules_watch();
	if (p->child)
		child = child_run(p->child, false);
	else
		cmd_record_wait(p, rec);
	modules_unwatch();
	status = recorder_stop(rec);
	/* of a command that could not be started, there is nothing to keep, or to report */
	if (output_close(&out, !status && child != CHILD_NOT_STARTED) || status || child < 0)
		return EXIT_ERROR;
	if (child == CHILD_NOT_STARTED) {
		fail("%s ended with status %d", p->child[0], child);
		return EXIT_ERROR;
	}

	status = report_file(p, NULL, false, &report_writer);
	if (child) {
		fail("%s ended with status %d", p->child[0], child);
		return EXIT_ERROR;
	}
	return status;
}

int cmd_record(const struct params *p)
{
	int status = EXIT_ERROR;
	struct node n;

	if (!cmd_record_lend(p, &n))
		status = cmd_record_lent(p);
	node_close(&n);
	return status;
}
