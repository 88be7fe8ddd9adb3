/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of tasks, from a text like tracefs's saved_cmdlines: of this kernel (live.c) or of a
 * trace.dat (dat.c).
 */
#ifndef DPCMON_TASKS_H
#define DPCMON_TASKS_H

#include <stddef.h>

/* The kernel's names have up to 15 bytes. */
#define TASK_NAME_LEN	32
/* More than any kernel remembers. */
#define TASKS_MAX	(1 << 20)

struct task;

/**
 * struct tasks - the names that are known; starts as { 0 }
 * @list: sorted by pid; owned by the struct
 * @nr: length of @list
 */
struct tasks {
	struct task	*list;
	unsigned int	nr;
};

/*
 * Replaces the names by those of @text, which has a line "PID NAME" for each.  Other lines
 * are left out.
 */
void tasks_load(struct tasks *t, const char *text, size_t len);

/* Forgets all names. */
void tasks_free(struct tasks *t);

/* The name of task @pid; NULL if it is not known. */
const char *tasks_name(const struct tasks *t, int pid);

#endif /* DPCMON_TASKS_H */
