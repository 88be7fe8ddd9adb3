/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a CPU did lately, stretch by stretch, and of each row the call that took the longest,
 * with all that the CPU did from its request to its end.  The stretches follow each other
 * without a gap, so the parts are the whole.
 */
#ifndef DPCMON_SYSTEM_WORST_H
#define DPCMON_SYSTEM_WORST_H

#include <stdbool.h>
#include <stdint.h>

struct system_row;

#define SYSTEM_STRETCHES	512	/* of a CPU; what is older is not known */
#define SYSTEM_PARTS		8	/* of a worst call, beside the rest */
#define SYSTEM_STEPS		64	/* of a worst call, one after the other */

/**
 * struct system_stretch - a time in which a CPU did one thing
 * @row: what it ran; NULL for the thread itself
 * @pid: the thread, 0 for none
 * @from: its beginning
 * @to: its end
 */
struct system_stretch {
	const struct system_row	*row;
	int			pid;
	uint64_t		from;
	uint64_t		to;
};

/**
 * struct system_stretches - the last stretches of a CPU; starts as { 0 }
 * @ring: them
 * @next: number of the next one, counted over all
 * @since: when it began; 0 if nothing is known
 */
struct system_stretches {
	struct system_stretch	ring[SYSTEM_STRETCHES];
	uint64_t		next;
	uint64_t		since;
};

/* @row or else @pid had the CPU up to @ts. */
void system_worst_until(struct system_stretches *s, uint64_t ts, const struct system_row *row,
			int pid);

/* From @since on, what was @row's has been @other's. */
void system_worst_relabel(struct system_stretches *s, uint64_t since,
			  const struct system_row *row, const struct system_row *other);

/* Events are missing: nothing is known of the time before. */
void system_worst_forget(struct system_stretches *s);

/**
 * struct system_part - a part of the longest call
 * @row: what ran; NULL for a thread
 * @pid: that thread; 0 for an idle CPU
 * @ns: how long, in all
 */
struct system_part {
	const struct system_row	*row;
	int			pid;
	uint64_t		ns;
};

/**
 * struct system_worst - the call of a row that took the longest, from its request to its end
 * @ns: how long; 0 if there was none
 * @wait_ns: of that, until it began
 * @cpu: where
 * @end: its end, ns of the trace's clock
 * @parts: what the CPU did meanwhile, the longest first
 * @nr_parts: how many
 * @rest_ns: what is in none of @parts: shorter ones, and what is not known
 * @steps: the same one after the other; where there are too many, the shortest are left out
 * @nr_steps: how many
 */
struct system_worst {
	uint64_t		ns;
	uint64_t		wait_ns;
	int			cpu;
	uint64_t		end;
	struct system_part	parts[SYSTEM_PARTS];
	unsigned int		nr_parts;
	uint64_t		rest_ns;
	struct system_stretch	steps[SYSTEM_STEPS];
	unsigned int		nr_steps;
};

/*
 * A call has ended at @end on @cpu, @ns after its request.  Keeps it if it is the longest so
 * far.  @here: it was on that CPU all the time; else its parts are not known.
 */
void system_worst_offer(struct system_worst *w, const struct system_stretches *s, int cpu,
			uint64_t end, uint64_t ns, uint64_t wait_ns, bool here);

#endif /* DPCMON_SYSTEM_WORST_H */
