// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tracefs.h>

#include "decode.h"
#include "recorder.h"
#include "source.h"
#include "util.h"

#define RECORDER_START_MS	30000

/*
 * trace-cmd traces exactly as long as the command runs that it is given.  Ours
 * says when it starts (tracing is on then), and ends when @hold is closed.
 */
#define RECORDER_COMMAND	"echo ready >&3; read -r end"

struct recorder {
	const char	*path;
	pid_t		pid;
	int		hold;
	int		output;		/* what trace-cmd says */
	char		said[4096];
	size_t		len;
};

struct recorder_args {
	char		*argv[64];
	unsigned int	nr;
};

static void recorder_arg(struct recorder_args *args, const char *text)
{
	args->argv[args->nr++] = xstrdup(text);
	args->argv[args->nr] = NULL;
}

static void recorder_event(struct recorder_args *args, const char *system, const char *event)
{
	char *name = xasprintf("%s:%s", system, event);

	if (tracefs_event_file_exists(NULL, system, event, "enable")) {
		recorder_arg(args, "-e");
		recorder_arg(args, name);
	}
	free(name);
}

static void recorder_events(struct recorder_args *args, const struct params *params)
{
	char name[64];
	unsigned int i;

	recorder_arg(args, "-e");
	recorder_arg(args, DPC_SYSTEM);
	if (params->stop_on_overrun) {
		recorder_event(args, DPC_SYSTEM, "dpc_overrun");
		recorder_arg(args, "-R");
		recorder_arg(args, "traceoff");
	}
	recorder_event(args, "irq", "irq_handler_entry");
	recorder_event(args, "irq", "irq_handler_exit");
	for (i = 0; i < nr_irq_vectors; i++) {
		snprintf(name, sizeof(name), "%s_entry", irq_vectors[i]);
		recorder_event(args, "irq_vectors", name);
		snprintf(name, sizeof(name), "%s_exit", irq_vectors[i]);
		recorder_event(args, "irq_vectors", name);
	}
	if (params->sched_switch)
		recorder_event(args, "sched", "sched_switch");
}

static void recorder_args(struct recorder_args *args, const struct params *params)
{
	char kb[16];

	snprintf(kb, sizeof(kb), "%u", params->buffer_kb);
	recorder_arg(args, "trace-cmd");
	recorder_arg(args, "record");
	recorder_arg(args, "-q");
	recorder_arg(args, "-o");
	recorder_arg(args, params->trace);
	recorder_arg(args, "-b");
	recorder_arg(args, kb);
	recorder_events(args, params);
	recorder_arg(args, "sh");
	recorder_arg(args, "-c");
	recorder_arg(args, RECORDER_COMMAND);
}

static void recorder_child(const struct params *params, int hold, int ready, int output)
{
	struct recorder_args args = { .nr = 0 };

	/* Ctrl-C is for us: trace-cmd ends when we let it */
	setpgid(0, 0);
	dup2(hold, 0);
	dup2(output, 1);
	dup2(output, 2);
	/* @ready may be 3 itself, and then close-on-exec must go all the same */
	if (ready == 3)
		fcntl(3, F_SETFD, 0);
	else
		dup2(ready, 3);
	recorder_args(&args, params);
	execvp(args.argv[0], args.argv);
	dprintf(1, "can't run trace-cmd: %s: apt-get install trace-cmd\n", strerror(errno));
	_exit(127);
}

static void recorder_listen(struct recorder *rec)
{
	ssize_t len;

	while (rec->len < sizeof(rec->said) - 1) {
		len = read(rec->output, rec->said + rec->len, sizeof(rec->said) - 1 - rec->len);
		if (len <= 0)
			break;
		rec->len += len;
	}
	rec->said[rec->len] = '\0';
}

static int recorder_wait_ready(struct recorder *rec, int ready)
{
	struct pollfd fd = { .fd = ready, .events = POLLIN };
	uint64_t limit = now_ns() + RECORDER_START_MS * 1000000ULL;
	char c;

	while (now_ns() < limit && !interrupted())
		if (poll(&fd, 1, 100) > 0)
			return read(ready, &c, 1) == 1 ? 0 : -1;
	return -1;
}

/* Who reads the file on another machine wants to know which kernel it shows. */
static void recorder_mark(void)
{
	struct utsname name;

	uname(&name);
	tracefs_printf(NULL, MARK_KERNEL "%s\n", name.release);
	live_reannounce(NULL);
}

static int recorder_pipes(int pipes[3][2])
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (pipe2(pipes[i], O_CLOEXEC))
			return fail("can't create a pipe: %m");
	return 0;
}

struct recorder *recorder_start(const struct params *params)
{
	enum { HOLD, READY, OUTPUT };
	struct recorder *rec;
	int pipes[3][2];
	int ret;

	if (live_check() || recorder_pipes(pipes))
		return NULL;
	live_remove_stale();
	rec = xcalloc(1, sizeof(*rec));
	rec->path = params->trace;
	rec->pid = fork();
	if (!rec->pid)
		recorder_child(params, pipes[HOLD][0], pipes[READY][1], pipes[OUTPUT][1]);
	close(pipes[HOLD][0]);
	close(pipes[READY][1]);
	close(pipes[OUTPUT][1]);
	rec->hold = pipes[HOLD][1];
	rec->output = pipes[OUTPUT][0];

	ret = rec->pid < 0 ? -1 : recorder_wait_ready(rec, pipes[READY][0]);
	close(pipes[READY][0]);
	if (!ret) {
		recorder_mark();
		return rec;
	}
	if (!interrupted())
		fail("trace-cmd did not start to record to %s", rec->path);
	recorder_stop(rec);
	return NULL;
}

bool recorder_running(struct recorder *rec)
{
	siginfo_t info = { 0 };

	/* only a look: recorder_stop() collects the status */
	return !waitid(P_PID, rec->pid, &info, WEXITED | WNOHANG | WNOWAIT) && !info.si_pid;
}

int recorder_stop(struct recorder *rec)
{
	int status = -1, ret = 0;

	close(rec->hold);
	recorder_listen(rec);
	while (rec->pid > 0 && waitpid(rec->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(rec->output);
	if (status)
		ret = fail("trace-cmd failed: %s", rec->len ? rec->said : "(it said nothing)");
	free(rec);
	return ret;
}
