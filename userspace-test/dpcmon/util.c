// SPDX-License-Identifier: GPL-2.0-only
/*
 * What C lacks: memory that is there or the program ends, numbers out of text,
 * messages, the monotonic clock, and signals that are remembered.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"
#include "util.h"

static atomic_bool util_interrupted;
static atomic_int util_sent;

/* A message may quote a file, its name, or the kernel: in one line, and printable. */
static void util_message(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0) {
		fputs("dpcmon: out of memory\n", stderr);
		return;
	}
	text_clean(text);
	fprintf(stderr, "dpcmon: %s\n", text);
	free(text);
}

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	util_message(fmt, ap);
	va_end(ap);
	return -1;
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	util_message(fmt, ap);
	va_end(ap);
}

void *xmem(void *mem)
{
	if (!mem) {
		/* fail() would need some */
		fputs("dpcmon: out of memory\n", stderr);
		exit(1);
	}
	return mem;
}

void xerrno(void)
{
	if (errno == ENOMEM)
		xmem(NULL);
}

void *xcalloc(size_t n, size_t size)
{
	return xmem(calloc(n, size));
}

void *xrealloc(void *old, size_t size)
{
	return xmem(realloc(old, size));
}

char *xstrdup(const char *s)
{
	return xmem(strdup(s));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	return xmem(len < 0 ? NULL : text);
}

FILE *xfopen(const char *path, const char *mode)
{
	FILE *f;

	errno = 0;
	f = fopen(path, mode);
	if (!f)
		xerrno();
	return f;
}

DIR *xopendir(const char *path)
{
	DIR *dir;

	errno = 0;
	dir = opendir(path);
	if (!dir)
		xerrno();
	return dir;
}

ssize_t xgetline(char **line, size_t *room, FILE *in)
{
	ssize_t len;

	errno = 0;
	len = getline(line, room, in);
	if (len < 0)
		xerrno();
	return len;
}

FILE *xmemstream(char **text, size_t *len)
{
	*text = NULL;
	errno = 0;
	return xmem(open_memstream(text, len));
}

void xmemclose(FILE *out, char **text)
{
	/* errno is from a write that has found no room, which fclose() does not tell */
	bool bad = ferror(out);

	xerrno();
	if (fclose(out) || bad || !*text)
		xmem(NULL);
}

int parse_u64(const char *text, uint64_t max, uint64_t *value)
{
	unsigned long long n;
	char *end;

	/* strtoull() would take "-1" and " 1" */
	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || *end || n > max)
		return -1;
	*value = n;
	return 0;
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

bool interrupted(void)
{
	return util_interrupted;
}

int signal_to_pass_on(void)
{
	return atomic_exchange(&util_sent, 0);
}

static void util_on_signal(int sig, siginfo_t *info, void *context)
{
	util_interrupted = true;
	/* from kill(): the terminal would have sent it to our children as well */
	if (info->si_code <= 0)
		util_sent = sig;
}

static void util_on_pipe(int sig)
{
}

void catch_interrupts(void)
{
	/* no SA_RESTART: a waiting ioctl or poll has to come back */
	struct sigaction action = { .sa_sigaction = util_on_signal, .sa_flags = SA_SIGINFO };
	struct sigaction broken = { .sa_handler = util_on_pipe }, before;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* ignored by nohup */
	if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	/* a write tells it too; not ignored, or the commands that we run would ignore it */
	sigaction(SIGPIPE, &broken, NULL);
}
