// SPDX-License-Identifier: GPL-2.0-only
/*
 * For LD_PRELOAD: an allocation of the program or its libraries that fails.
 *
 *   NO_MEMORY_NTH	the number of the one that fails, from 1 on
 *   NO_MEMORY_LOG	a file, to which "NUMBER CALLERS" is written of each allocation, or,
 *			with NO_MEMORY_NTH, of the one that has failed; a caller is
 *			OBJECT+OFFSET(NAME)
 *
 * What the loader and the C library allocate before main() does not count.  The callers are
 * those of the allocation, innermost first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLERS	5

static void *(*real_malloc)(size_t size);
static void *(*real_calloc)(size_t n, size_t size);
static void *(*real_realloc)(void *old, size_t size);

static atomic_ulong count;
static unsigned long nth;
static int log_fd = -1;
/* This thread asks for memory here itself. */
static __thread bool inside;

/* dlsym() wants some before it has found calloc(). */
static char first[4096];
static size_t first_used;

static void find_real(void)
{
	inside = true;
	real_malloc = dlsym(RTLD_NEXT, "malloc");
	real_realloc = dlsym(RTLD_NEXT, "realloc");
	real_calloc = dlsym(RTLD_NEXT, "calloc");
	inside = false;
}

/* Of the last allocation that counts; no memory is taken for it. */
static void tell(unsigned long number)
{
	/* this function and what it was called by */
	void *callers[CALLERS + 3];
	char text[CALLERS * 120 + 40];
	int nr = backtrace(callers, CALLERS + 3), i, len;
	const char *base;
	Dl_info info;

	len = snprintf(text, sizeof(text), "%lu", number);
	for (i = 3; i < nr; i++) {
		if (!dladdr(callers[i], &info) || !info.dli_fname)
			continue;
		base = strrchr(info.dli_fname, '/');
		len += snprintf(text + len, sizeof(text) - len, " %.40s+%#lx(%.40s)",
				base ? base + 1 : info.dli_fname,
				(unsigned long)((char *)callers[i] - (char *)info.dli_fbase),
				info.dli_sname ?: "");
	}
	text[len++] = '\n';
	if (write(log_fd, text, len) < 0)
		abort();
}

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("NO_MEMORY_NTH"), *log = getenv("NO_MEMORY_LOG");
	void *callers[1];

	if (!real_malloc)
		find_real();
	inside = true;
	/* it loads a library the first time */
	backtrace(callers, 1);
	if (log)
		log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	nth = number ? strtoul(number, NULL, 10) : 0;
	/* children are other programs */
	unsetenv("LD_PRELOAD");
	atomic_store(&count, 0);
	inside = false;
}

static __attribute__((noinline)) bool fails(void)
{
	unsigned long number;
	bool failed;

	if (inside || log_fd < 0)
		return false;
	inside = true;
	number = atomic_fetch_add(&count, 1) + 1;
	failed = number == nth;
	if (failed || !nth)
		tell(number);
	inside = false;
	if (failed)
		errno = ENOMEM;
	return failed;
}

void *malloc(size_t size)
{
	if (!real_malloc)
		find_real();
	return fails() ? NULL : real_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	if (!real_calloc) {
		if (!inside)
			find_real();
		if (!real_calloc) {
			first_used += n * size;
			return first_used <= sizeof(first) ? first + first_used - n * size : NULL;
		}
	}
	return fails() ? NULL : real_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	if (!real_realloc)
		find_real();
	return fails() ? NULL : real_realloc(old, size);
}
