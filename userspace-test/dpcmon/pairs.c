// SPDX-License-Identifier: GPL-2.0-only
/*
 * Joins the entry of a call with its exit.  An open entry waits in a bounded table;
 * what finds no partner is counted.
 */
#include "pairs.h"
#include "util.h"

const char * const pair_kind_names[PAIR_KIND_NR] = {
	[PAIR_DPC]	= "dpc",
	[PAIR_WORK]	= "work",
	[PAIR_HARDIRQ]	= "hard_interrupt",
};

/*
 * The set of a call.  Its entry and exit have the same kind, task, object and interrupt; the
 * multipliers are odd numbers that spread neighbouring values over all bits.
 */
static unsigned int pairs_set(enum pair_kind kind, const struct dpcmon_event *e)
{
	uint64_t x = e->seq * 0x9e3779b97f4a7c15ULL;

	x ^= ((uint64_t)e->id << 32 | (uint32_t)e->pid) * 0xc2b2ae3d27d4eb4fULL;
	x ^= kind * 0x165667b19e3779f9ULL;
	return (x >> 32) % PAIR_SETS;
}

/* Whether @h is a half of the call of @e. */
static bool pairs_same(const struct pair_half *h, enum pair_kind kind,
		       const struct dpcmon_event *e)
{
	/* every idle CPU is pid 0; any other task runs on one CPU at a time */
	return h->used && h->kind == kind && h->id == e->id &&
	       h->seq == e->seq && h->first == e->first && h->pid == e->pid &&
	       (e->pid || h->cpu == e->cpu);
}

static void pairs_give_up(struct pairs *p, struct pair_half *h)
{
	if (h->is_exit)
		p->exits[h->kind]++;
	else
		p->entries[h->kind]++;
	h->used = false;
	p->waiting--;
}

/* A free slot of @set; the oldest half gives way if there is none. */
static struct pair_half *pairs_free_way(struct pairs *p, struct pair_half *set)
{
	struct pair_half *oldest = &set[0];
	unsigned int i;

	for (i = 0; i < PAIR_WAYS; i++) {
		if (!set[i].used)
			return &set[i];
		if (set[i].age < oldest->age)
			oldest = &set[i];
	}
	pairs_give_up(p, oldest);
	return oldest;
}

bool pairs_join(struct pairs *p, enum pair_kind kind, bool is_exit,
		const struct dpcmon_event *e, struct pair_half *other)
{
	struct pair_half *set = p->sets[pairs_set(kind, e)];
	struct pair_half *h;
	unsigned int i;

	for (i = 0; i < PAIR_WAYS; i++) {
		h = &set[i];
		if (!pairs_same(h, kind, e))
			continue;
		if (h->is_exit != is_exit) {
			*other = *h;
			h->used = false;
			p->waiting--;
			return true;
		}
		/* the same half once more: the other half of the first one was lost */
		pairs_give_up(p, h);
		break;
	}

	h = pairs_free_way(p, set);
	*h = (struct pair_half){
		.used = true, .is_exit = is_exit, .kind = kind,
		.cpu = e->cpu, .pid = e->pid, .id = e->id,
		.seq = e->seq, .first = e->first, .ts = e->ts,
		.age = p->age++,
	};
	p->waiting++;
	return false;
}

void pairs_give_up_all(struct pairs *p)
{
	unsigned int set, way;

	for (set = 0; set < PAIR_SETS; set++)
		for (way = 0; way < PAIR_WAYS; way++)
			if (p->sets[set][way].used)
				pairs_give_up(p, &p->sets[set][way]);
}

uint64_t pairs_open(const struct pairs *p)
{
	uint64_t n = p->waiting;
	unsigned int i;

	for (i = 0; i < PAIR_KIND_NR; i++)
		n += p->entries[i] + p->exits[i];
	return n;
}
