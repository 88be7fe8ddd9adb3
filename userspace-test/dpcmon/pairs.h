/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Joins the entry and the exit of each call, in bounded memory: a hash table of sets with a
 * few ways, as a cache has.  analysis.c and cpu.c use it.
 *
 * Halves are joined in both orders: a work item that changed CPU may show its exit before
 * its entry, because live buffers are read CPU by CPU.
 */
#ifndef DPCMON_PAIRS_H
#define DPCMON_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

/* What kind of call a half belongs to. */
enum pair_kind {
	PAIR_DPC,
	PAIR_WORK,
	PAIR_HARDIRQ,
	PAIR_KIND_NR,
};

/* For JSON and for messages. */
extern const char * const pair_kind_names[PAIR_KIND_NR];

#define PAIR_SETS	512
#define PAIR_WAYS	8	/* calls that may be open at a time and have one hash */

/**
 * struct pair_half - an entry whose exit was not seen yet, or the reverse
 * @used: the slot is taken
 * @is_exit: it is an exit
 * @kind: kind of call
 * @cpu: CPU on which it happened
 * @pid: task in which it happened
 * @id: interrupt object
 * @seq: last interrupt that the call serves
 * @first: first interrupt that the call serves
 * @ts: time stamp
 * @age: number of the half, counted over all; in a full set, the smallest one gives way
 */
struct pair_half {
	bool		used;
	bool		is_exit;
	enum pair_kind	kind;
	int		cpu;
	int		pid;
	uint32_t	id;
	uint64_t	seq;
	uint64_t	first;
	uint64_t	ts;
	uint64_t	age;
};

/**
 * struct pairs - halves that wait for their other half
 * @sets: the halves that wait, by the hash of what both halves have in common
 * @age: the age of the next half
 * @waiting: number of halves in @sets
 * @entries: number of entries that were given up, by kind
 * @exits: number of exits that were given up, by kind
 */
struct pairs {
	struct pair_half	sets[PAIR_SETS][PAIR_WAYS];
	uint64_t		age;
	unsigned int		waiting;
	uint64_t		entries[PAIR_KIND_NR];
	uint64_t		exits[PAIR_KIND_NR];
};

/*
 * Takes one half.
 * Return: true if the other half was waiting: it is *@other, and no longer in the table.
 * False if this one waits now.
 */
bool pairs_join(struct pairs *p, enum pair_kind kind, bool is_exit,
		const struct dpcmon_event *e, struct pair_half *other);

/* Counts all halves that still wait as given up: there are no more events. */
void pairs_give_up_all(struct pairs *p);

/* Number of halves without a partner, waiting or given up. */
uint64_t pairs_open(const struct pairs *p);

#endif /* DPCMON_PAIRS_H */
