// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "ktap.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a test's processes and the runner share. */
struct ktap_shared {
	int	failed;
	int	skipped;
	char	reason[200];
};

static struct ktap_test *ktap_first, **ktap_last = &ktap_first;
static struct ktap_shared *ktap_shared;

void ktap_plan(unsigned int tests)
{
	printf("KTAP version 1\n1..%u\n", tests);
}

void ktap_result(bool passed, const char *name, const char *skip)
{
	static unsigned int number;

	printf("%s %u %s%s%s\n", passed ? "ok" : "not ok", ++number, name, skip ? " # SKIP " : "",
	       skip ?: "");
	fflush(stdout);
}

void ktap_register(struct ktap_test *test)
{
	*ktap_last = test;
	ktap_last = &test->next;
}

unsigned long long ktap_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

void ktap_pause_us(unsigned int us)
{
	struct timespec pause = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&pause, NULL);
}

/* One write per line, so that lines of several processes don't mix. */
static void ktap_line(const char *prefix, const char *fmt, va_list args)
{
	char line[1000];
	int n = snprintf(line, sizeof(line), "# %s", prefix);

	n += vsnprintf(line + n, sizeof(line) - n - 1, fmt, args);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(STDOUT_FILENO, line, n) < 0)
		abort();
}

void ktap_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	ktap_line("", fmt, args);
	va_end(args);
}

void ktap_fail(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	char prefix[100];
	va_list args;
	int saved = errno;

	/* The first ones tell; a loop must not flood the log. */
	if (__sync_fetch_and_add(&ktap_shared->failed, 1) >= 10)
		return;
	snprintf(prefix, sizeof(prefix), "%s:%d: ", base ? base + 1 : file, line);
	va_start(args, fmt);
	ktap_line(prefix, fmt, args);
	va_end(args);
	errno = saved;
}

void ktap_skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(ktap_shared->reason, sizeof(ktap_shared->reason), fmt, args);
	va_end(args);
	ktap_shared->skipped = 1;
	exit(0);
}

void ktap_end(void)
{
	exit(1);
}

const char *ktap_errno(long value)
{
	static char text[4][40];
	static int turn;
	char *out = text[turn++ % 4];

	if (value < 0 && value > -4096 && strerrorname_np(-value))
		snprintf(out, sizeof(text[0]), "-%s", strerrorname_np(-value));
	else
		snprintf(out, sizeof(text[0]), "%ld", value);
	return out;
}

pid_t ktap_spawn(int (*fn)(void *arg), void *arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid)
		exit(fn(arg));
	return pid;
}

/* @status of @pid, or false when the time is over. */
static bool ktap_waitpid(pid_t pid, unsigned int limit_s, int *status)
{
	unsigned long long end = ktap_now_ns() + limit_s * 1000000000ull;
	pid_t got;

	while (!(got = waitpid(pid, status, WNOHANG)) && ktap_now_ns() < end)
		ktap_pause_us(1000);
	return got == pid;
}

int ktap_reap(pid_t pid, unsigned int limit_s)
{
	int status;

	if (!ktap_waitpid(pid, limit_s, &status)) {
		ktap_fail(__FILE__, __LINE__, "process %d has not ended after %u s", pid, limit_s);
		kill(pid, SIGKILL);
		return -1;
	}
	if (WIFSIGNALED(status)) {
		ktap_fail(__FILE__, __LINE__, "process %d was ended by signal %d", pid,
			  WTERMSIG(status));
		return -1;
	}
	return WEXITSTATUS(status);
}

static void ktap_child(struct ktap_test *test, void (*before)(void))
{
	setpgid(0, 0);
	if (before)
		before();
	test->fn();
	exit(0);
}

/*
 * End what the processes of group @pgid left running, and wait for it: a process that is
 * killed still ends its system call, and that call may meet the next test.
 */
static bool ktap_end_group(pid_t pgid)
{
	unsigned long long end = ktap_now_ns() + 20 * 1000000000ull;
	pid_t got;

	kill(-pgid, SIGKILL);
	while ((got = waitpid(-pgid, NULL, WNOHANG)) >= 0) {
		if (got)
			continue;
		if (ktap_now_ns() > end)
			return false;
		ktap_pause_us(1000);
	}
	return true;
}

/* Returns what is wrong, or NULL. */
static const char *ktap_one(struct ktap_test *test, void (*before)(void))
{
	static char text[80];
	pid_t pid;
	int status;

	memset(ktap_shared, 0, sizeof(*ktap_shared));
	fflush(stdout);
	pid = fork();
	if (!pid)
		ktap_child(test, before);
	if (!ktap_waitpid(pid, test->limit_s, &status)) {
		snprintf(text, sizeof(text), "no end after %u s%s", test->limit_s,
			 ktap_end_group(pid) ? "" : ", and it can't be killed");
		return text;
	}
	if (!ktap_end_group(pid))
		return "a process that it left running can't be killed";
	if (WIFSIGNALED(status)) {
		snprintf(text, sizeof(text), "ended by signal %d", WTERMSIG(status));
		return text;
	}
	return WEXITSTATUS(status) || ktap_shared->failed ? "see above" : NULL;
}

static bool ktap_wanted(const struct ktap_test *test, char **filters)
{
	size_t length = strlen(test->group);

	if (!filters || !*filters)
		return true;
	for (; *filters; filters++) {
		if (!strcmp(*filters, test->group))
			return true;
		if (!strncmp(*filters, test->group, length) && (*filters)[length] == '.' &&
		    !strcmp(*filters + length + 1, test->name))
			return true;
	}
	return false;
}

void ktap_list(void)
{
	struct ktap_test *test;

	for (test = ktap_first; test; test = test->next)
		printf("%s.%s\n", test->group, test->name);
}

void ktap_prepare(void)
{
	if (ktap_shared)
		return;
	ktap_shared = mmap(NULL, sizeof(*ktap_shared), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ktap_shared == MAP_FAILED)
		abort();
}

int ktap_failures(void)
{
	return ktap_shared->failed;
}

int ktap_run(char **filters, void (*before)(void), const char *(*after)(void))
{
	unsigned int total = 0, failed = 0;
	unsigned long long start;
	struct ktap_test *test;
	const char *wrong, *left;
	char name[200];

	ktap_prepare();
	/* What a test's own children leave behind becomes ours to wait for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (test = ktap_first; test; test = test->next)
		total += ktap_wanted(test, filters);
	ktap_plan(total);
	for (test = ktap_first; test; test = test->next) {
		if (!ktap_wanted(test, filters))
			continue;
		start = ktap_now_ns();
		wrong = ktap_one(test, before);
		left = after ? after() : NULL;
		if (left)
			printf("# left behind: %s\n", left);
		snprintf(name, sizeof(name), "%s.%s", test->group, test->name);
		if (wrong || left) {
			failed++;
			printf("# %s\n", wrong ?: left);
			ktap_result(false, name, NULL);
		} else {
			if (ktap_now_ns() - start > 2000000000ull)
				printf("# %llu ms\n", (ktap_now_ns() - start) / 1000000);
			ktap_result(true, name, ktap_shared->skipped ? ktap_shared->reason : NULL);
		}
	}
	return failed ? 1 : 0;
}
