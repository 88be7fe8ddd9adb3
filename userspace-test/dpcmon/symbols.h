/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of routines and tasks, asked for when a report is written.
 */
#ifndef DPCMON_SYMBOLS_H
#define DPCMON_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct analysis;
struct tasks;

/**
 * struct symbols - the source of names
 * @tasks: their names; NULL if none is known
 * @known: routines resolved so far
 * @nr_known: how many
 * @loaded: from a table of this kernel's symbols
 */
struct symbols {
	const struct tasks	*tasks;
	struct symbol		**known;
	unsigned int		nr_known;
	bool			loaded;
};

void symbols_add(struct symbols *s, uint64_t addr, const char *name);
/* Names of all routines that a report on @a can mention, out of a /proc/kallsyms. */
void symbols_load(struct symbols *s, const struct analysis *a, FILE *kallsyms);
/*
 * After it, out of an older table: for what has no name otherwise, because its
 * module has gone.  A table's own lines of [gone:MODULE] are taken for that too.
 */
void symbols_load_gone(struct symbols *s, FILE *kallsyms);
/* The same out of what this process has seen (modules.h). */
void symbols_load_remembered(struct symbols *s);
void symbols_load_live(struct symbols *s, const struct analysis *a);
void symbols_load_overruns(struct symbols *s, const struct analysis *a);
void symbols_free(struct symbols *s);

/* Never NULL: an address, and why it has no name, if there is none. */
const char *symbols_routine(struct symbols *s, uint64_t addr);
const char *symbols_task(const struct symbols *s, int pid);

#endif /* DPCMON_SYMBOLS_H */
