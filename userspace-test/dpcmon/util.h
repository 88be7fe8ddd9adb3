/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages, allocation and the few conversions that every file needs.
 */
#ifndef DPCMON_UTIL_H
#define DPCMON_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NSEC_PER_USEC	1000ULL
#define NSEC_PER_SEC	1000000000ULL

/* Both print "dpcmon: ..." to stderr; fail() returns -1 for "return fail(...)". */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Out of memory ends the program: there is no report that could be saved. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int parse_u64(const char *text, uint64_t max, uint64_t *value);
uint64_t now_ns(void);

/* Set by SIGINT, SIGTERM and SIGHUP; every loop that can take long looks at it. */
bool interrupted(void);
/* One of these that another process sent to us alone, or 0; asked once for each. */
int signal_to_pass_on(void);
void catch_interrupts(void);

#endif /* DPCMON_UTIL_H */
