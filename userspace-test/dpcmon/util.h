/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages, allocation and the few conversions that every file needs.
 */
#ifndef DPCMON_UTIL_H
#define DPCMON_UTIL_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NSEC_PER_USEC	1000ULL
#define NSEC_PER_SEC	1000000000ULL

/*
 * Print "dpcmon: MESSAGE" to stderr, in one line without characters that can't be printed.
 * fail() returns -1, for "return fail(...)".
 */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* As without the x, but never NULL: out of memory ends the program. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* fopen(), opendir() and getline() may give nothing, but not for want of memory. */
FILE *xfopen(const char *path, const char *mode);
DIR *xopendir(const char *path);
ssize_t xgetline(char **line, size_t *room, FILE *in);
/* open_memstream(), and its end: then all that was written is in *@text. */
FILE *xmemstream(char **text, size_t *len);
void xmemclose(FILE *out, char **text);
/* @mem, which a library has made: if it could not, the program ends. */
void *xmem(void *mem);
/*
 * After a call of a library that goes on without the memory that it did not get, and then
 * gives less than all.  errno tells; it was zero before the call.
 */
void xerrno(void);

/* Reads a number of at most @max, and nothing else, from @text.  Return: 0 or -1. */
int parse_u64(const char *text, uint64_t max, uint64_t *value);

/* CLOCK_MONOTONIC, in nanoseconds. */
uint64_t now_ns(void);

/* Whether SIGINT, SIGTERM or SIGHUP came; every loop that can take long asks this. */
bool interrupted(void);

/* The last of these signals that another process sent to us alone, once; 0 for none. */
int signal_to_pass_on(void);

/* From now on, these signals are remembered and do not end the program. */
void catch_interrupts(void);

#endif /* DPCMON_UTIL_H */
