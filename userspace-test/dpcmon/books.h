/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where every interrupt of an object has gone.
 *
 * Each was served by a DPC call, still waited for one when the trace ended, or did
 * not ask for one (a message that finds nothing left to do, rule Q14).  The events
 * that tell come in any order, so each interrupt is judged only once it leaves a
 * window of the last ones.
 */
#ifndef DPCMON_BOOKS_H
#define DPCMON_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#define BOOKS_WINDOW	16384	/* interrupts that may be under way */
#define BOOKS_FLAGS	8

/**
 * struct books - the interrupts of one object
 * @window: the last ones: number and what is known of it, by number
 * @judged: how many left the window, by what was known
 * @requests_seen: the trace tells who asked
 */
struct books {
	uint64_t	*window;
	uint64_t	judged[BOOKS_FLAGS];
	bool		requests_seen;
};

/**
 * struct balance - what became of the interrupts; @handled is the sum of the rest
 * @handled: by the ISR
 * @served: by a DPC call
 * @pending: waited for one when the trace ended
 * @not_asked: did not ask for one
 * @unknown: the events that would tell were lost, or not recorded
 */
struct balance {
	uint64_t	handled;
	uint64_t	served;
	uint64_t	pending;
	uint64_t	not_asked;
	uint64_t	unknown;
};

void books_handled(struct books *b, uint64_t seq);
void books_asked(struct books *b, uint64_t seq);
/* The interrupts that asked, from @first to @last. */
void books_served(struct books *b, uint64_t first, uint64_t last);
void books_free(struct books *b);

/* As if the trace ended here.  @complete: no events were lost. */
struct balance books_balance(const struct books *b, bool complete);

#endif /* DPCMON_BOOKS_H */
