// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time before the ISR.  All stages are measured from the start of the ISR: when
 * the device asked for it, only a driver that told it to can know.
 */
#include "clock.h"

#include <linux/dpc_raise.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <trace/events/dpc.h>

u64 dpc_interrupt_stamp(void)
{
	return dpc_clock();
}
EXPORT_SYMBOL_GPL(dpc_interrupt_stamp);

u64 dpc_interrupt_raised(struct dpc_interrupt *intr, u64 stamp, u64 raises)
{
	u64 ns = dpc_clock_ns(dpc_clock_between(stamp, intr->isr_start ?: dpc_clock()));

	trace_dpc_raised(&intr->stats, intr->seq, intr->ops.isr, ns,
			 min_t(u64, raises, U32_MAX));
	return ns;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_raised);

/* ---- The book: under the interrupt's lock -------------------------------------------- */

u64 dpc_raise_begin(struct dpc_raise_book *book)
{
	/* The first one that the next interrupt tells of has waited longest. */
	if (!dpc_raise_pending(book))
		book->first_at = dpc_clock();
	return ++book->raised;
}
EXPORT_SYMBOL_GPL(dpc_raise_begin);

static void dpc_raise_count_wait(struct dpc_stage_stats *wait, u64 ns, u64 merged)
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

/* The waits start from zero when the interrupt object's accounting does; the book goes on. */
static void dpc_raise_renew(struct dpc_raise_book *book, struct dpc_interrupt *intr)
{
	u32 epoch = dpc_stats_epoch(dpc_interrupt_stats(intr));

	if (book->wait_epoch == epoch)
		return;
	book->wait_epoch = epoch;
	memset(&book->wait, 0, sizeof(book->wait));
}

void dpc_raise_seen(struct dpc_raise_book *book, struct dpc_interrupt *intr)
{
	u64 n = book->raised - book->settled;

	if (!n)
		return;
	book->settled = book->raised;
	book->interrupts++;
	book->merged += n - 1;
	dpc_raise_renew(book, intr);
	dpc_raise_count_wait(&book->wait, dpc_interrupt_raised(intr, book->first_at, n), n - 1);
}
EXPORT_SYMBOL_GPL(dpc_raise_seen);

void dpc_raise_drop(struct dpc_raise_book *book)
{
	book->dropped += book->raised - book->settled;
	book->settled = book->raised;
}
EXPORT_SYMBOL_GPL(dpc_raise_drop);

struct dpc_raise_reading {
	struct dpc_raise_book	*book;
	struct dpc_interrupt	*intr;
	struct dpc_raises	*out;
};

static bool dpc_raise_read_synchronized(void *context)
{
	struct dpc_raise_reading *reading = context;
	struct dpc_raise_book *book = reading->book;

	dpc_raise_renew(book, reading->intr);
	*reading->out = (struct dpc_raises){
		.raised		= book->raised,
		.interrupts	= book->interrupts,
		.merged		= book->merged,
		.dropped	= book->dropped,
		.pending	= book->raised - book->settled,
		.wait		= book->wait,
	};
	return true;
}

void dpc_raise_read(struct dpc_raise_book *book, struct dpc_interrupt *intr,
		    struct dpc_raises *out)
{
	struct dpc_raise_reading reading = { .book = book, .intr = intr, .out = out };

	dpc_interrupt_synchronize(intr, dpc_raise_read_synchronized, &reading);
}
EXPORT_SYMBOL_GPL(dpc_raise_read);

/* ---- Raising ----------------------------------------------------------------------- */

int dpc_raise_paced(u32 count, u32 pace_us, int (*raise)(void *context, bool last),
		    void *context, u32 *raised)
{
	ktime_t next = ktime_get();
	int err;

	for (*raised = 0;;) {
		bool last = *raised == count - 1;

		err = raise(context, last);
		if (err)
			return err;
		++*raised;
		if (last)
			return 0;
		next = ktime_add_us(next, pace_us);
		if (pace_us && ktime_after(next, ktime_get())) {
			set_current_state(TASK_INTERRUPTIBLE);
			schedule_hrtimeout_range(&next, 0, HRTIMER_MODE_ABS);
		}
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
}
EXPORT_SYMBOL_GPL(dpc_raise_paced);
