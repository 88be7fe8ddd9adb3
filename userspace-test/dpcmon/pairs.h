/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Joins the entry and the exit of each call, in bounded memory.
 *
 * Works in both orders: a work item that changed CPU may show its exit before
 * its entry, because live buffers are read CPU by CPU.
 */
#ifndef DPCMON_PAIRS_H
#define DPCMON_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

enum pair_kind {
	PAIR_ISR,
	PAIR_DPC,
	PAIR_WORK,
	PAIR_HARDIRQ,
	PAIR_KIND_NR,
};

extern const char * const pair_kind_names[PAIR_KIND_NR];

#define PAIR_SETS	512
#define PAIR_WAYS	8

/**
 * struct pair_half - an entry whose exit was not seen yet, or the reverse
 * @used: the slot is taken
 * @is_exit: which half it is
 * @kind: of what
 * @cpu: where it happened
 * @pid: in which task
 * @id: of the interrupt object
 * @seq: last interrupt served
 * @first: first interrupt served
 * @ts: when
 * @age: of all halves of a full set, the one with the smallest goes
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
 * @sets: hashed by key
 * @age: of the next half
 * @waiting: halves in @sets now
 * @entries: entries given up, by kind
 * @exits: exits given up, by kind
 */
struct pairs {
	struct pair_half	sets[PAIR_SETS][PAIR_WAYS];
	uint64_t		age;
	unsigned int		waiting;
	uint64_t		entries[PAIR_KIND_NR];
	uint64_t		exits[PAIR_KIND_NR];
};

bool pairs_join(struct pairs *p, enum pair_kind kind, bool is_exit,
		const struct dpcmon_event *e, struct pair_half *other);
void pairs_give_up_all(struct pairs *p);
uint64_t pairs_open(const struct pairs *p);

#endif /* DPCMON_PAIRS_H */
