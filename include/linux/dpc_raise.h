/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For drivers whose device interrupts when a register tells it to: when that was done, and
 * what became of it.  Many devices have such a register, for tests or for interrupts
 * that got lost.
 *
 * Module: dpc_core.ko.
 */
#ifndef _LINUX_DPC_RAISE_H
#define _LINUX_DPC_RAISE_H

#include <linux/dpc_interrupt.h>

/*
 * struct dpc_raise_book - the raises of one interrupt object
 *
 * All under the interrupt's lock.  @settled is the sum of @interrupts, @merged and @dropped.
 */
struct dpc_raise_book {
	/* private: */
	u64			raised;
	u64			settled;	/* of these, not pending any more */
	u64			interrupts;
	u64			merged;
	u64			dropped;
	u64			first_at;	/* stamp of the first pending one */
	struct dpc_stage_stats	wait;		/* from raise to ISR, in epoch @wait_epoch */
	u32			wait_epoch;	/* of the interrupt object's accounting */
};

/**
 * dpc_raise_begin - the device will be told to interrupt, right after this call
 * @book: zeroed before its first use
 *
 * The device merges raises that come before the ISR has acknowledged an earlier one.  A
 * raise and the ISR must exclude each other, so that each raise is in exactly one
 * number of the book: call this, and write the register, from
 * dpc_interrupt_synchronize().
 *
 * Context: the interrupt's lock is held.
 * Return: number of this raise, from 1.
 */
u64 dpc_raise_begin(struct dpc_raise_book *book);

/**
 * dpc_raise_seen - the ISR has found that the device was told to interrupt
 * @book: as for dpc_raise_begin()
 * @intr: its interrupt object
 *
 * Settles all pending raises as this interrupt's.  Fires the event dpc_raised.  Does
 * nothing if none is pending, as after a write by somebody else.
 *
 * Context: the ISR only.
 */
void dpc_raise_seen(struct dpc_raise_book *book, struct dpc_interrupt *intr);

/**
 * dpc_raise_drop - pending raises were taken back, and no interrupt will tell of them
 * @book: as for dpc_raise_begin()
 *
 * Context: the interrupt's lock is held; in the disable callback, for example.
 */
void dpc_raise_drop(struct dpc_raise_book *book);

/**
 * dpc_raise_number - how many raises there were
 * @book: as for dpc_raise_begin()
 *
 * Context: the interrupt's lock is held.
 * Return: number of the last one; 0 if there was none.
 */
static inline u64 dpc_raise_number(const struct dpc_raise_book *book)
{
	return book->raised;
}

/**
 * dpc_raise_pending - whether the device owes an interrupt
 * @book: as for dpc_raise_begin()
 *
 * Context: the interrupt's lock is held.
 * Return: true if a raise has not led to an interrupt yet.
 */
static inline bool dpc_raise_pending(const struct dpc_raise_book *book)
{
	return book->raised != book->settled;
}

/**
 * dpc_raise_read - read the book
 * @book: as for dpc_raise_begin()
 * @intr: its interrupt object, connected
 * @out: what it says
 *
 * Context: that of dpc_interrupt_synchronize().
 */
void dpc_raise_read(struct dpc_raise_book *book, struct dpc_interrupt *intr,
		    struct dpc_raises *out);

/**
 * dpc_raise_paced - raise several times, at a given pace
 * @count: how often, at least once
 * @pace_us: microseconds from one to the next, 0 for as fast as possible; times are
 *	absolute, so that a late one does not delay those after it
 * @raise: does it; @last says that it is the last time.  An error ends the series
 * @context: given to @raise
 * @raised: how often that was done without an error
 *
 * Context: a thread that may sleep.
 * Return: 0; -EINTR when a signal comes; or the error of @raise.
 */
int dpc_raise_paced(u32 count, u32 pace_us, int (*raise)(void *context, bool last),
		    void *context, u32 *raised);

#endif /* _LINUX_DPC_RAISE_H */
