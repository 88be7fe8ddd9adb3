// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the interrupts of an object have gone: served by a DPC call, still pending, or
 * never asking for one.  Interrupt numbers are remembered in a window, because events
 * of different CPUs may come in another order.
 */
#include <stdlib.h>

#include "books.h"
#include "util.h"

/* A slot of the window: what is known of an interrupt, and above that its number. */
#define HANDLED		1
#define ASKED		2
#define SERVED		4
#define KNOWN		(HANDLED | ASKED | SERVED)
#define SEQ_SHIFT	3

/*
 * Notes @flag for interrupt @seq.  A number that is new in its slot pushes the older one
 * out, which is judged by what is known of it at that time.
 *
 * A trace may say anything, for example that it is the turn of an interrupt behind the
 * window: what was known of that one is not found any more, so the flag is judged alone.
 */
static void books_note(struct books *b, uint64_t seq, uint64_t flag)
{
	uint64_t *slot, held;

	if (!seq)
		return;
	if (!b->window)
		b->window = xcalloc(BOOKS_WINDOW, sizeof(*b->window));
	slot = &b->window[seq % BOOKS_WINDOW];
	held = *slot >> SEQ_SHIFT;
	if (held > seq) {
		b->judged[flag]++;
		return;
	}
	if (held < seq) {
		b->judged[*slot & KNOWN]++;
		*slot = seq << SEQ_SHIFT;
	}
	*slot |= flag;
}

void books_handled(struct books *b, uint64_t seq)
{
	books_note(b, seq, HANDLED);
}

void books_asked(struct books *b, uint64_t seq)
{
	b->requests_seen |= !!seq;
	books_note(b, seq, ASKED);
}

void books_served(struct books *b, uint64_t first, uint64_t last)
{
	uint64_t seq;

	if (!first || last < first)
		return;
	/* the first and the last have asked, even before the trace began */
	books_note(b, first, ASKED);
	books_note(b, last, ASKED);
	if (last - first >= BOOKS_WINDOW)
		first = last - BOOKS_WINDOW + 1;
	/* the last number that there is has no next one */
	for (seq = first; seq - first <= last - first; seq++)
		books_note(b, seq, SERVED);
}

void books_free(struct books *b)
{
	free(b->window);
	b->window = NULL;
}

struct balance books_balance(const struct books *b, bool complete)
{
	struct balance balance = { 0 };
	uint64_t n[BOOKS_FLAGS], i;

	for (i = 0; i < BOOKS_FLAGS; i++)
		n[i] = b->judged[i];
	for (i = 0; b->window && i < BOOKS_WINDOW; i++)
		n[b->window[i] & KNOWN]++;

	/*
	 * Only what was handled counts: a flag without HANDLED is a half of an interrupt
	 * whose ISR is not in the trace.
	 */
	balance.handled = n[HANDLED] + n[HANDLED | ASKED] + n[HANDLED | SERVED] + n[KNOWN];
	balance.served = n[KNOWN];
	if (!b->requests_seen) {
		/* the range of a call may have others in it, but no trace is without */
		balance.served += n[HANDLED | SERVED];
		balance.unknown = n[HANDLED];
	} else if (!complete) {
		balance.unknown = n[HANDLED] + n[HANDLED | ASKED] + n[HANDLED | SERVED];
	} else {
		balance.pending = n[HANDLED | ASKED];
		balance.not_asked = n[HANDLED] + n[HANDLED | SERVED];
	}
	return balance;
}
