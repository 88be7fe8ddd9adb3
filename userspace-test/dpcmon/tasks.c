// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the name of a task by its pid, in the kernel's saved_cmdlines or a
 * trace.dat's copy of it.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tasks.h"
#include "text.h"
#include "util.h"

/* A task: its number, and its name, printable. */
struct task {
	int	pid;
	char	name[TASK_NAME_LEN];
};

static int tasks_compare(const void *a, const void *b)
{
	const struct task *one = a, *other = b;

	return (one->pid > other->pid) - (one->pid < other->pid);
}

static void tasks_add(struct tasks *t, int pid, const char *name, size_t len)
{
	/* twice as much each time */
	if (!(t->nr & (t->nr - 1)))
		t->list = xrealloc(t->list, (t->nr ? 2 * (size_t)t->nr : 1) * sizeof(*t->list));
	t->list[t->nr].pid = pid;
	text_copy(t->list[t->nr].name, TASK_NAME_LEN, name, len);
	t->nr++;
}

static void tasks_line(struct tasks *t, const char *at, const char *end)
{
	long pid = 0;

	if (at == end || *at < '0' || *at > '9')
		return;
	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		pid = pid * 10 + (*at - '0');
		if (pid > INT_MAX)
			return;
	}
	if (at < end && *at == ' ')
		tasks_add(t, pid, at + 1, end - at - 1);
}

void tasks_load(struct tasks *t, const char *text, size_t len)
{
	const char *end = text + len, *eol;

	tasks_free(t);
	for (; text < end && t->nr < TASKS_MAX; text = eol + 1) {
		eol = memchr(text, '\n', end - text);
		if (!eol)
			eol = end;
		tasks_line(t, text, eol);
		if (eol == end)
			break;
	}
	if (t->nr)
		qsort(t->list, t->nr, sizeof(*t->list), tasks_compare);
}

void tasks_free(struct tasks *t)
{
	free(t->list);
	*t = (struct tasks){ 0 };
}

const char *tasks_name(const struct tasks *t, int pid)
{
	struct task key = { .pid = pid }, *found;

	if (!t->nr)
		return NULL;
	found = bsearch(&key, t->list, t->nr, sizeof(*t->list), tasks_compare);
	return found ? found->name : NULL;
}
