/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of routines and tasks, for the reports.
 *
 * The analysis has addresses only.  When it has ended, the few addresses that a report can
 * mention are looked up in one pass over a table of symbols.
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
 * @tasks: names of tasks; belongs to the trace; NULL if there are none
 * @known: the routines that were asked for, with their names as far as they are known;
 *	owned by symbols
 * @nr_known: length of @known
 * @loaded: a table of symbols was read; a routine that is not in it has gone
 */
struct symbols {
	const struct tasks	*tasks;
	struct symbol		**known;
	unsigned int		nr_known;
	bool			loaded;
};

/* Gives the routine at @addr a name. */
void symbols_add(struct symbols *s, uint64_t addr, const char *name);

/* Asks for the name of the routine at @addr; 0 is none. */
void symbols_want(struct symbols *s, uint64_t addr);

/*
 * Looks up all that symbols_want() has asked for, and that was not found yet, in @kallsyms, a
 * table like /proc/kallsyms.
 */
void symbols_look_up(struct symbols *s, FILE *kallsyms);

/*
 * Looks up all routines that a report on @a can mention in @kallsyms, a table like
 * /proc/kallsyms.
 */
void symbols_load(struct symbols *s, const struct analysis *a, FILE *kallsyms);

/*
 * To be called after symbols_load(), with an older table: names what has no name yet,
 * because its module has gone.  Lines of a table that say [gone:MODULE] do so, too.
 */
void symbols_load_gone(struct symbols *s, FILE *kallsyms);

/* The same with what modules.c has read. */
void symbols_load_remembered(struct symbols *s);

/* Both of these with the tables of this kernel. */
void symbols_load_live(struct symbols *s, const struct analysis *a);

/* Names the routine of the first overrun by its event: no table is needed for that. */
void symbols_load_overruns(struct symbols *s, const struct analysis *a);

/* Frees the routines. */
void symbols_free(struct symbols *s);

/*
 * The name of a routine (or its address, and why it has no name), and of a task (or what
 * the kernel prints for one that it does not know).  Never NULL; until symbols_free().
 */
const char *symbols_routine(struct symbols *s, uint64_t addr);
/*
 * The module of the routine that begins at @addr; "" for the kernel itself; NULL if it is not
 * known.
 */
const char *symbols_module(const struct symbols *s, uint64_t addr);
const char *symbols_task(const struct symbols *s, int pid);

#endif /* DPCMON_SYMBOLS_H */
