// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "modules.h"
#include "output.h"
#include "recorder.h"
#include "report.h"
#include "util.h"

#define RECORD_POLL_US	5000

int record_child(const struct params *p)
{
	pid_t pid = fork(), ended;
	int status = -1, sig;

	if (pid < 0)
		return fail("can't fork: %m");
	if (!pid) {
		/* stdout has our results */
		if (p->command == CMD_CHECK)
			dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(p->child[0], p->child);
		fail("%s: %s", p->child[0], strerror(errno));
		_exit(127);
	}
	/* Ctrl-C reaches it too: it decides when it ends */
	while (!(ended = waitpid(pid, &status, WNOHANG)) || (ended < 0 && errno == EINTR)) {
		sig = signal_to_pass_on();
		if (sig)
			kill(pid, sig);
		usleep(RECORD_POLL_US);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void cmd_record_wait(const struct params *p, struct recorder *rec)
{
	uint64_t end = p->duration_ns ? now_ns() + p->duration_ns : UINT64_MAX;

	fprintf(stderr, "recording to %s%s\n", p->trace,
		p->duration_ns ? "" : "; Ctrl-C ends it");
	while (!interrupted() && now_ns() < end && recorder_running(rec))
		usleep(RECORD_POLL_US);
}

int cmd_record(const struct params *p)
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
		child = record_child(p);
	else
		cmd_record_wait(p, rec);
	modules_unwatch();
	status = recorder_stop(rec);
	if (output_close(&out, !status) || status || child < 0)
		return EXIT_ERROR;

	status = cmd_report(p);
	if (child) {
		fail("%s ended with status %d", p->child[0], child);
		return EXIT_ERROR;
	}
	return status;
}
