/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The books of an object's interrupts: where each of them has gone.
 *
 * An interrupt was served by a DPC call, or still waited for one when the trace ended, or
 * did not ask for one (a message that finds nothing left to do, rule Q14).  The events that
 * tell come in any order, so an interrupt is judged only when it leaves a window of the
 * last ones.  analysis.c keeps the books, report.c makes sentences of them.
 */
#ifndef DPCMON_BOOKS_H
#define DPCMON_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

/* Interrupts that may be under way at a time: 128 kB for an object. */
#define BOOKS_WINDOW	16384

/* Combinations of what can be known of an interrupt: handled, asked for a DPC, served. */
#define BOOKS_FLAGS	8

/**
 * struct books - the interrupts of one object
 * @window: the last interrupts, at their number modulo BOOKS_WINDOW: the number and what is
 *	known of it; allocated with the first interrupt, owned by the books
 * @judged: how many interrupts left the window, by what was known of them
 * @requests_seen: the trace has requests, so an interrupt without one did not ask
 */
struct books {
	uint64_t	*window;
	uint64_t	judged[BOOKS_FLAGS];
	bool		requests_seen;
};

/**
 * struct balance - what became of the interrupts; @handled is the sum of the others
 * @handled: interrupts that the ISR handled
 * @served: of these, those that a DPC call served
 * @pending: those that waited for a DPC call when the trace ended
 * @not_asked: those that did not ask for a DPC
 * @unknown: those whose other events were lost, or not recorded
 */
struct balance {
	uint64_t	handled;
	uint64_t	served;
	uint64_t	pending;
	uint64_t	not_asked;
	uint64_t	unknown;
};

/* The ISR has handled interrupt @seq. */
void books_handled(struct books *b, uint64_t seq);

/* Interrupt @seq has asked for a DPC; 0: no interrupt has, the call came from elsewhere. */
void books_asked(struct books *b, uint64_t seq);

/*
 * A DPC call serves the interrupts that asked, from @first to @last.  Numbers between the
 * two that did not ask are in the range, too.
 */
void books_served(struct books *b, uint64_t first, uint64_t last);

/* Frees the window.  The books themselves belong to the object. */
void books_free(struct books *b);

/* The balance, as if the trace ended here.  @complete: no events were lost. */
struct balance books_balance(const struct books *b, bool complete);

#endif /* DPCMON_BOOKS_H */
