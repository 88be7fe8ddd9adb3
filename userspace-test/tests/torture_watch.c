// SPDX-License-Identifier: GPL-2.0-only
/* Says which worker hangs, and in which call. */
#define _GNU_SOURCE
#include "torture.h"
#include "torture_watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Each line of a file in /proc/PID as a note. */
static void tell_file(pid_t pid, const char *name)
{
	char path[64], text[4096], *line, *rest = text;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line)
			ktap_note("    %s: %s", name, line);
}

static void tell(const struct torture_worker *w)
{
	int op = w->op;

	ktap_note("  worker %u, process %d: %s, operation %llu, since %llu ms%s", w->number, w->pid,
		  op < 0 ? "rests" : torture_ops[op].name, (unsigned long long)w->begun,
		  (unsigned long long)w->age_ms, w->stopped ? ", stopped" : "");
	if (!w->pid || op < 0)
		return;
	tell_file(w->pid, "syscall");
	tell_file(w->pid, "wchan");
	tell_file(w->pid, "stack");
}

void torture_watch_tell(void)
{
	unsigned int i;

	for (i = 0; i < torture->nr_workers; i++)
		tell(&torture->workers[i]);
	/* The kernel's own list of threads that can't be interrupted, in its log. */
	file_write("/proc/sysrq-trigger", "w");
}

bool torture_watch(unsigned int ms)
{
	const struct torture_worker *hangs = NULL;
	unsigned int i;

	/* An emulated machine may stand still for a while, this process too. */
	if (ms > 500)
		ms = 500;
	for (i = 0; i < torture->nr_workers; i++) {
		struct torture_worker *w = &torture->workers[i];

		if (w->op < 0 || w->seen != w->begun || w->stopped)
			w->age_ms = 0;
		else
			w->age_ms += ms;
		w->seen = w->begun;
		if (w->age_ms > torture_options.limit_s * 1000ull)
			hangs = w;
	}
	if (!hangs)
		return true;
	ktap_fail(__FILE__, __LINE__, "worker %u stands in %s for more than %u s", hangs->number,
		  hangs->op < 0 ? "?" : torture_ops[hangs->op].name, torture_options.limit_s);
	torture_watch_tell();
	return false;
}
