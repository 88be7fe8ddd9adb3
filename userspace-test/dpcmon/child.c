// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the command whose load is measured, passes on the signals that dpcmon alone was
 * sent, and waits for its end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "util.h"

/* How soon its end, or a signal to pass on, is noticed. */
#define CHILD_POLL_US	5000

int child_run(char **argv, bool stdout_is_ours)
{
	pid_t pid = fork(), ended;
	int status = -1, sig;

	if (pid < 0)
		return fail("can't fork: %m");
	if (!pid) {
		if (stdout_is_ours)
			dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		fail("%s: %s", argv[0], strerror(errno));
		_exit(CHILD_NOT_STARTED);
	}
	/* Ctrl-C reaches it too: it decides when it ends */
	while (!(ended = waitpid(pid, &status, WNOHANG)) || (ended < 0 && errno == EINTR)) {
		sig = signal_to_pass_on();
		if (sig)
			kill(pid, sig);
		usleep(CHILD_POLL_US);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
