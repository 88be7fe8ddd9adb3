// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps what each CPU did lately, and takes the longest calls apart with it.
 */
#include <stdlib.h>

#include "system_worst.h"

/* Most different things in one call that are told apart. */
#define SYSTEM_WORST_MAX	64

void system_worst_until(struct system_stretches *s, uint64_t ts, const struct system_row *row,
			int pid)
{
	/* a clock that went back has no time for anybody */
	if (ts < s->since)
		return;
	if (s->since && ts > s->since) {
		s->ring[s->next++ % SYSTEM_STRETCHES] = (struct system_stretch){
			.row = row, .pid = row ? 0 : pid, .from = s->since, .to = ts,
		};
	}
	s->since = ts;
}

void system_worst_relabel(struct system_stretches *s, uint64_t since,
			  const struct system_row *row, const struct system_row *other)
{
	uint64_t oldest = s->next > SYSTEM_STRETCHES ? s->next - SYSTEM_STRETCHES : 0, i;

	for (i = s->next; i-- > oldest; ) {
		struct system_stretch *stretch = &s->ring[i % SYSTEM_STRETCHES];

		if (stretch->from < since)
			break;
		if (stretch->row == row)
			stretch->row = other;
	}
}

void system_worst_forget(struct system_stretches *s)
{
	s->next = 0;
	s->since = 0;
}

static int system_worst_compare(const void *left, const void *right)
{
	const struct system_part *a = left, *b = right;

	return (a->ns < b->ns) - (a->ns > b->ns);
}

/* Adds a stretch to the parts. Return: their new number. */
static unsigned int system_worst_add(struct system_part *parts, unsigned int nr,
				     const struct system_stretch *stretch, uint64_t ns)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (parts[i].row == stretch->row && parts[i].pid == stretch->pid)
			break;
	if (i == SYSTEM_WORST_MAX)
		return nr;
	if (i == nr)
		parts[nr++] = (struct system_part){ stretch->row, stretch->pid, 0 };
	parts[i].ns += ns;
	return nr;
}

/* The stretches between @from and @to, backwards; the first and the last only in part. */
static unsigned int system_worst_collect(const struct system_stretches *s, uint64_t from,
					 uint64_t to, struct system_part *parts)
{
	uint64_t oldest = s->next > SYSTEM_STRETCHES ? s->next - SYSTEM_STRETCHES : 0, i;
	unsigned int nr = 0;

	for (i = s->next; i-- > oldest; ) {
		const struct system_stretch *stretch = &s->ring[i % SYSTEM_STRETCHES];
		uint64_t begin = stretch->from > from ? stretch->from : from;
		uint64_t end = stretch->to < to ? stretch->to : to;

		if (stretch->to <= from)
			break;
		if (end > begin)
			nr = system_worst_add(parts, nr, stretch, end - begin);
	}
	return nr;
}

static int system_worst_shorter(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a < b) - (a > b);
}

/*
 * The length of the shortest of the SYSTEM_STEPS longest stretches; *@equal: how many of this
 * length are among them.
 */
static uint64_t system_worst_enough(const struct system_stretches *s, uint64_t first,
				    unsigned int *equal)
{
	uint64_t lengths[SYSTEM_STRETCHES], i;
	unsigned int nr = 0;

	for (i = first; i < s->next; i++)
		lengths[nr++] = s->ring[i % SYSTEM_STRETCHES].to -
				s->ring[i % SYSTEM_STRETCHES].from;
	*equal = SYSTEM_STEPS;
	if (nr <= SYSTEM_STEPS)
		return 0;
	qsort(lengths, nr, sizeof(*lengths), system_worst_shorter);
	for (nr = SYSTEM_STEPS; nr && lengths[nr - 1] == lengths[SYSTEM_STEPS - 1]; nr--)
		;
	*equal = SYSTEM_STEPS - nr;
	return lengths[SYSTEM_STEPS - 1];
}

/* The stretches between @from and @to in their order. */
static void system_worst_steps(struct system_worst *w, const struct system_stretches *s,
			       uint64_t from, uint64_t to)
{
	uint64_t oldest = s->next > SYSTEM_STRETCHES ? s->next - SYSTEM_STRETCHES : 0;
	uint64_t first = s->next, enough, len, i;
	unsigned int equal;

	while (first > oldest && s->ring[(first - 1) % SYSTEM_STRETCHES].to > from)
		first--;
	enough = system_worst_enough(s, first, &equal);
	for (i = first; i < s->next && w->nr_steps < SYSTEM_STEPS; i++) {
		const struct system_stretch *stretch = &s->ring[i % SYSTEM_STRETCHES];
		struct system_stretch *step = &w->steps[w->nr_steps];

		len = stretch->to - stretch->from;
		if (len < enough || (len == enough && !equal))
			continue;
		equal -= len == enough;
		*step = *stretch;
		step->from = step->from > from ? step->from : from;
		step->to = step->to < to ? step->to : to;
		w->nr_steps += step->to > step->from;
	}
}

void system_worst_offer(struct system_worst *w, const struct system_stretches *s, int cpu,
			uint64_t end, uint64_t ns, uint64_t wait_ns, bool here)
{
	struct system_part parts[SYSTEM_WORST_MAX];
	unsigned int i, nr;

	if (ns <= w->ns)
		return;
	*w = (struct system_worst){
		.ns = ns, .wait_ns = wait_ns, .cpu = cpu, .end = end, .rest_ns = ns,
	};
	nr = here ? system_worst_collect(s, end - ns, end, parts) : 0;
	if (!nr)
		return;
	system_worst_steps(w, s, end - ns, end);
	qsort(parts, nr, sizeof(*parts), system_worst_compare);
	for (i = 0; i < nr && i < SYSTEM_PARTS; i++) {
		w->parts[w->nr_parts++] = parts[i];
		w->rest_ns -= parts[i].ns;
	}
}
