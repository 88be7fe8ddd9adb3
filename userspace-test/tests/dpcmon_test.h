/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of dpcmon share: run it, look at what it said.
 */
#ifndef DPCMON_TEST_H
#define DPCMON_TEST_H

#include "edu.h"

#include <json.h>

#define NO_BUDGETS "isr=0,isr_to_dpc=0,dpc=0,dpc_to_work=0,work=0,complete=0"

/* Exit status of a shell command, -1 if it was killed. */
int status_of(const char *command);

/* Its status; its output is in /tmp/dpcmon.out and /tmp/dpcmon.err. */
#define DPCMON(_args) status_of("dpcmon " _args " >/tmp/dpcmon.out 2>/tmp/dpcmon.err")

#define EXPECT_STATUS(_want, _args)							\
	do {										\
		int _got = DPCMON(_args);						\
											\
		EXPECT(_got == (_want), "dpcmon " _args ": status %d, wanted %d", _got, _want);	\
		if (_got != (_want))							\
			note_output();							\
	} while (0)

void note_output(void);

/* As file_read(), but all lines, the last one without its newline. */
int file_tail(const char *path, char *text, size_t size);

/* On stdout, so far. */
bool said(const char *text);

/* JSON; what is not there fails the test. */
struct json_object *parsed(const char *path);
struct json_object *member(struct json_object *o, const char *key);
unsigned long long number(struct json_object *o, const char *key);
struct json_object *interrupt_named(struct json_object *report, const char *name);
/* The object in @list whose member @key is @value; NULL if there is none. */
struct json_object *member_of(struct json_object *list, const char *key, const char *value);

/*
 * The sum over all CPUs in those lines of a copy of /proc/softirqs, or of /proc/interrupts, that
 * have @head in them, or without it, that end in @tail.
 */
unsigned long long kernel_counted(const char *path, const char *head, const char *tail);

void budgets_off(void);

#endif /* DPCMON_TEST_H */
