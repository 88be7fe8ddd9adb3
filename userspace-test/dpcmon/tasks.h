/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of tasks, from a text like tracefs's saved_cmdlines.
 */
#ifndef DPCMON_TASKS_H
#define DPCMON_TASKS_H

#include <stddef.h>

/* The kernel's names have up to 15 bytes. */
#define TASK_NAME_LEN	32
/* More than any kernel remembers. */
#define TASKS_MAX	(1 << 20)

struct task;

/* @list: by number */
struct tasks {
	struct task	*list;
	unsigned int	nr;
};

/* "PID NAME" in each line; what is not like that is left out. */
void tasks_load(struct tasks *t, const char *text, size_t len);
void tasks_free(struct tasks *t);

/* NULL if it is not known. */
const char *tasks_name(const struct tasks *t, int pid);

#endif /* DPCMON_TASKS_H */
