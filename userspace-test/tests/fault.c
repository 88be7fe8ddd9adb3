// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define CALLS		"/sys/module/dpc_faults/parameters/"
#define HITS		"/out/faults.hits"	/* the calls that have failed, one a line */

static const char * const fault_sets[] = { "failslab", "fail_page_alloc" };

/* Of fail-nth, or of the n-th call. */
static int fault_fd = -1;

bool fault_is_of_calls(void)
{
	return !access(CALLS "nth", F_OK);
}

static void fault_setting(const char *set, const char *file, const char *text)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", set, file);
	ASSERT_RET(0, file_write(path, text));
}

/* Where the kernel's function @wanted begins; fails the test. */
static unsigned long fault_address_of(const char *wanted)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long address, found = 0;
	char name[128];

	ASSERT(f, "/proc/kallsyms");
	while (!found && fscanf(f, "%lx %*c %127s%*[^\n]", &address, name) == 2)
		found = strcmp(name, wanted) ? 0 : address;
	fclose(f);
	ASSERT(found, "%s", wanted);
	return found;
}

/* Stacks with @function on them: those that count, or those that don't. */
static void fault_range(const char *set, const char *kind, const char *function)
{
	unsigned long start = function ? fault_address_of(function) : 0;
	char file[30], text[32];

	snprintf(file, sizeof(file), "%s-start", kind);
	snprintf(text, sizeof(text), "%#lx", start);
	fault_setting(set, file, text);
	snprintf(file, sizeof(file), "%s-end", kind);
	/* Without a function, what all stacks have. */
	snprintf(text, sizeof(text), "%#lx", function ? start + 2048 : ~0ul);
	fault_setting(set, file, text);
}

void fault_only_below(const char *function)
{
	size_t i;

	if (fault_is_of_calls())
		return;
	for (i = 0; i < ARRAY_SIZE(fault_sets); i++)
		fault_range(fault_sets[i], "require", function);
}

static void fault_need_allocations(void)
{
	size_t i;

	fault_fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (fault_fd < 0 || access("/sys/kernel/debug/failslab", F_OK))
		ktap_skip("this kernel has no fault injection");
	for (i = 0; i < ARRAY_SIZE(fault_sets); i++) {
		fault_setting(fault_sets[i], "ignore-gfp-wait", "N");
		fault_setting(fault_sets[i], "verbose", "0");
		fault_setting(fault_sets[i], "stacktrace-depth", "32");
		/*
		 * Not while ACPI interprets a method (power and routing of a PCI device): then it
		 * uses what it has freed, as KASAN finds on 6.12.
		 */
		fault_range(fault_sets[i], "reject", "acpi_ps_execute_method");
	}
	fault_setting("fail_page_alloc", "min-order", "0");
	fault_only_below(NULL);
}

void fault_need(void)
{
	if (!fault_is_of_calls()) {
		fault_need_allocations();
		return;
	}
	fault_fd = open(CALLS "nth", O_RDWR | O_CLOEXEC);
	ASSERT_GE(fault_fd, 0);
	fault_stay(false);
}

void fault_need_calls(void)
{
	if (!fault_is_of_calls())
		ktap_skip("dpc_faults.ko is not loaded");
	fault_need();
}

void fault_stay(bool on)
{
	ASSERT_RET(0, file_write(CALLS "stay", on ? "Y" : "N"));
}

void fault_arm(int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", n);

	ASSERT_EQ(pwrite(fault_fd, text, length, 0), length);
}

static bool fault_call_has_failed(void)
{
	char site[200] = "";
	FILE *hits;

	ASSERT_RET(0, file_read(CALLS "hit", site, sizeof(site)));
	if (!*site)
		return false;
	hits = fopen(HITS, "ae");
	ASSERT(hits, HITS);
	fprintf(hits, "%s\n", site);
	fclose(hits);
	return true;
}

bool fault_was_injected(void)
{
	char text[16] = "";
	bool hit;

	if (fault_is_of_calls()) {
		hit = fault_call_has_failed();
	} else {
		ASSERT(pread(fault_fd, text, sizeof(text) - 1, 0) > 0, "fail-nth");
		hit = atoi(text) == 0;
	}
	fault_arm(0);
	return hit;
}

bool fault_is_expected(int err)
{
	static const int errors[] = { ENOMEM, EFAULT };
	/* As the functions say that are made to fail; see faults/faults.h. */
	static const int of_calls[] = { EBUSY, ENOSPC, EIO, EACCES, EINTR, EEXIST };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (err == -errors[i])
			return true;
	for (i = 0; fault_is_of_calls() && i < ARRAY_SIZE(of_calls); i++)
		if (err == -of_calls[i])
			return true;
	return false;
}

void fault_note(const char *what, int n, int failed)
{
	ktap_note("faults: %s: %d %s, %d make it fail", what, n,
		  fault_is_of_calls() ? "calls" : "allocations", failed);
}
