// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that are raised by register, one at a time or in bursts, and the books
 * of what became of them.
 *
 * All raises set the same bit.  The device merges those that come before the ISR
 * has acknowledged the bit.  A raise and the ISR exclude each other by the
 * interrupt's lock, so every raise is in exactly one number of the books, and
 *
 *   raised = interrupts + merged + dropped + pending
 *
 * holds whenever that lock is free.
 */
#include "device.h"
#include "edu.h"
#include "hw.h"
#include "raise.h"
#include "regs.h"
#include "request.h"

#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>

struct dpc_edu_raise {
	struct dpc_edu		*edu;
	struct dpc_edu_request	*last;	/* waits for this raise, or NULL */
};

/* Under the interrupt's lock, so that the ISR knows which raises it has seen. */
static bool dpc_edu_raise_synchronized(void *context)
{
	struct dpc_edu_raise *raise = context;
	struct dpc_edu *edu = raise->edu;

	if (edu->quiet)
		return false;
	/* The first one that the next interrupt tells of has waited longest. */
	if (edu->raises.raised == edu->raises.settled)
		edu->raises.first_at = dpc_interrupt_stamp();
	edu->raises.raised++;
	if (raise->last)
		WRITE_ONCE(raise->last->raise, edu->raises.raised);
	dpc_edu_hw_raise(edu, DPC_EDU_INTR_RAISE);
	return true;
}

static int dpc_edu_raise_once(struct dpc_edu *edu, struct dpc_edu_request *last)
{
	struct dpc_edu_raise raise = { .edu = edu, .last = last };
	int err = 0;

	if (!dpc_edu_get_live(edu))
		return -ENODEV;
	if (last)
		err = dpc_edu_request_submit(last, false);
	if (!err && !dpc_interrupt_synchronize(&edu->intr, dpc_edu_raise_synchronized, &raise)) {
		err = -ENODEV;
		if (last)
			dpc_edu_request_give_up(last);
	}
	dpc_edu_put_live(edu);
	return err;
}

/* Raise @arg->count times, the last time with @req waiting for it. */
int dpc_edu_raise_burst(struct dpc_edu *edu, struct dpc_edu_burst *arg,
			struct dpc_edu_request *req)
{
	ktime_t next = ktime_get();
	int err;

	for (;;) {
		bool last = arg->raised == arg->count - 1;

		err = dpc_edu_raise_once(edu, last ? req : NULL);
		if (err)
			return err;
		arg->raised++;
		if (last)
			return 0;
		/* Absolute times: a late raise does not delay those after it. */
		next = ktime_add_us(next, arg->pace_us);
		if (arg->pace_us && ktime_after(next, ktime_get())) {
			set_current_state(TASK_INTERRUPTIBLE);
			schedule_hrtimeout_range(&next, 0, HRTIMER_MODE_ABS);
		}
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
}

/* ---- The books: under the interrupt's lock ----------------------------------------- */

static void dpc_edu_raise_count_wait(struct dpc_stage_stats *wait, u64 ns, u64 merged)
{
	static const u32 bounds_us[] = DPC_HIST_BOUNDS_US;
	int bucket = ARRAY_SIZE(bounds_us) - 1;

	while (bucket && ns < (u64)bounds_us[bucket] * NSEC_PER_USEC)
		bucket--;
	wait->count++;
	wait->total_ns += ns;
	wait->max_ns = max(wait->max_ns, ns);
	wait->coalesced += merged;
	wait->hist[bucket]++;
}

/* The waits start from zero when the interrupt object's accounting does; the books go on. */
static void dpc_edu_raises_renew(struct dpc_edu *edu)
{
	struct dpc_edu_raises_book *book = &edu->raises;
	u32 epoch = dpc_stats_epoch(dpc_interrupt_stats(&edu->intr));

	if (book->wait_epoch == epoch)
		return;
	book->wait_epoch = epoch;
	memset(&book->wait, 0, sizeof(book->wait));
}

/* In the ISR: it has found the raises' bit. */
void dpc_edu_raises_seen(struct dpc_edu *edu)
{
	struct dpc_edu_raises_book *book = &edu->raises;
	u64 n = book->raised - book->settled;

	/* Somebody else has written the register. */
	if (!n)
		return;
	book->settled = book->raised;
	book->interrupts++;
	book->merged += n - 1;
	dpc_edu_raises_renew(edu);
	dpc_edu_raise_count_wait(&book->wait,
				 dpc_interrupt_raised(&edu->intr, book->first_at, n), n - 1);
}

/* The interrupt is being disabled; pending raises were acknowledged without an ISR. */
void dpc_edu_raises_dropped(struct dpc_edu *edu)
{
	struct dpc_edu_raises_book *book = &edu->raises;

	book->dropped += book->raised - book->settled;
	book->settled = book->raised;
}

struct dpc_edu_raises_call {
	struct dpc_edu		*edu;
	struct dpc_edu_raises	*out;
};

static bool dpc_edu_raises_read_synchronized(void *context)
{
	struct dpc_edu_raises_call *call = context;
	const struct dpc_edu_raises_book *book = &call->edu->raises;

	dpc_edu_raises_renew(call->edu);
	*call->out = (struct dpc_edu_raises){
		.raised		= book->raised,
		.interrupts	= book->interrupts,
		.merged		= book->merged,
		.dropped	= book->dropped,
		.pending	= book->raised - book->settled,
		.wait		= book->wait,
	};
	return true;
}

/* May sleep.  The device must stay meanwhile. */
void dpc_edu_raises_read(struct dpc_edu *edu, struct dpc_edu_raises *out)
{
	struct dpc_edu_raises_call call = { .edu = edu, .out = out };

	dpc_interrupt_synchronize(&edu->intr, dpc_edu_raises_read_synchronized, &call);
}
