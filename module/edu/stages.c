// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three stages, in the order in which they run.
 *
 *   ISR    reads and acknowledges, gathers, requests the DPC
 *   DPC    takes what the ISR gathered, finishes requests, starts the next ones
 *   work   copies, logs, completes requests to their owners
 */
#include "edu.h"
#include "hw.h"
#include "mark.h"
#include "raise.h"
#include "regs.h"
#include "request.h"
#include "stages.h"

#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/sched/clock.h>

static struct dpc_edu *dpc_edu_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct dpc_edu, intr);
}

/* Stage 1; runs under the interrupt's lock. */
static bool dpc_edu_isr(struct dpc_interrupt *intr)
{
	struct dpc_edu *edu = dpc_edu_of(intr);
	u32 status = dpc_edu_hw_acknowledge(edu);

	/*
	 * A message that comes while an ISR acknowledges finds nothing left.
	 * It was ours all the same: nobody shares a message.
	 */
	if (!status)
		return edu->msi;

	edu->gathered.intr_status |= status;
	edu->gathered.seq = dpc_interrupt_number(intr);
	if (status & DPC_EDU_INTR_RAISE) {
		dpc_edu_raises_seen(edu);
		edu->gathered.raises_seen = edu->raises.raised;
	}
	dpc_interrupt_request_dpc(intr);
	return true;
}

struct dpc_edu_take {
	struct dpc_edu		*edu;
	struct dpc_edu_gathered	got;
};

/* One step under the interrupt's lock, so that nothing is lost or seen twice. */
static bool dpc_edu_take_gathered(void *context)
{
	struct dpc_edu_take *take = context;

	take->got = take->edu->gathered;
	take->edu->gathered.intr_status = 0;
	return take->got.intr_status;
}

/* Have @req done once more.  Return: false if it must not be, or was already. */
static bool dpc_edu_dma_again(struct dpc_edu *edu, struct dpc_edu_request *req)
{
	lockdep_assert_held(&edu->lock);

	/*
	 * Once remove() has ended the queued requests, which it does under this lock
	 * after @gone is set, nothing may start, because it waits for the engine once.
	 */
	if (req->again || req->abandoned || READ_ONCE(edu->gone))
		return false;
	req->again = true;
	req->mark = ~req->mark;
	dpc_edu_mark_fill(req->buf, req->count, req->mark);
	return !WARN_ON_ONCE(dpc_edu_hw_dma_start(edu, req));
}

/* The DMA engine has signalled.  Return: false if it runs @req once more. */
static bool dpc_edu_dma_done(struct dpc_edu *edu, struct dpc_edu_request *req,
			     const struct dpc_served *served)
{
	unsigned int retries = req->again;

	/* The read of the register also orders that of the buffer behind the device's writes. */
	if (dpc_edu_hw_dma_running(edu) || dpc_edu_hw_bus_failed(edu)) {
		req->status = -EIO;
		dpc_edu_request_log_error(req, served, DPC_EDU_ERROR_BUS, retries, -EIO);
	} else if (req->direction == DPC_EDU_DMA_FROM_DEVICE &&
		   dpc_edu_mark_left(req->buf, req->count, req->mark)) {
		bool again = dpc_edu_dma_again(edu, req);

		if (!again)
			req->status = READ_ONCE(edu->gone) ? -ENODEV : -EIO;
		dpc_edu_request_log_error(req, served, DPC_EDU_ERROR_LOST, retries, req->status);
		return !again;
	}
	return true;
}

/* An engine has done its request: hand that on and start the next one. */
static void dpc_edu_engine_done(struct dpc_edu *edu, enum dpc_edu_engine_id id, u64 seq,
				const struct dpc_served *served)
{
	struct dpc_edu_engine *engine = &edu->engine[id];
	struct dpc_edu_request *req = engine->current_req;

	lockdep_assert_held(&edu->lock);

	if (!req) {
		edu->stray |= id == DPC_EDU_ENGINE_DMA ? DPC_EDU_INTR_DMA :
							 DPC_EDU_INTR_FACTORIAL;
		return;
	}
	if (id == DPC_EDU_ENGINE_FACTORIAL)
		req->result = dpc_edu_hw_factorial_result(edu);
	else if (!dpc_edu_dma_done(edu, req, served))
		return;
	req->seq = seq;
	req->state = DPC_EDU_FINISHED;
	list_add_tail(&req->node, &edu->finished);
	engine->current_req = NULL;
	dpc_edu_engine_start_next(edu, id);
}

/* Requests whose raise was served. */
static void dpc_edu_raises_done(struct dpc_edu *edu, u64 raises_seen, u64 seq)
{
	struct dpc_edu_request *req, *next;

	lockdep_assert_held(&edu->lock);

	edu->tick = true;
	list_for_each_entry_safe(req, next, &edu->raised, node) {
		if (READ_ONCE(req->raise) > raises_seen)
			continue;
		req->seq = seq;
		req->state = DPC_EDU_FINISHED;
		list_move_tail(&req->node, &edu->finished);
	}
}

/* This uses the accounting's clock, because udelay() may end early or much too late. */
static void dpc_edu_busy_wait(int us)
{
	u64 end = local_clock() + us * NSEC_PER_USEC;

	while (local_clock() < end)
		cpu_relax();
}

/* Stage 2.  Bottom halves or all interrupts off; may run on two CPUs at once. */
static void dpc_edu_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	const u32 known = DPC_EDU_INTR_FACTORIAL | DPC_EDU_INTR_DMA | DPC_EDU_INTR_RAISE;
	struct dpc_edu *edu = dpc_edu_of(intr);
	struct dpc_edu_take take = { .edu = edu };
	int body_us = atomic_read(&edu->dpc_body_us);
	unsigned long flags;

	if (!dpc_interrupt_synchronize(intr, dpc_edu_take_gathered, &take))
		return;

	/*
	 * This is not served->last: an interrupt may have come after this call was
	 * taken off its queue.  Its results are finished here, too, with its number.
	 */
	spin_lock_irqsave(&edu->lock, flags);
	if (take.got.intr_status & DPC_EDU_INTR_FACTORIAL)
		dpc_edu_engine_done(edu, DPC_EDU_ENGINE_FACTORIAL, take.got.seq, served);
	if (take.got.intr_status & DPC_EDU_INTR_DMA)
		dpc_edu_engine_done(edu, DPC_EDU_ENGINE_DMA, take.got.seq, served);
	if (take.got.intr_status & DPC_EDU_INTR_RAISE)
		dpc_edu_raises_done(edu, take.got.raises_seen, take.got.seq);
	edu->stray |= take.got.intr_status & ~known;
	spin_unlock_irqrestore(&edu->lock, flags);

	if (body_us)
		dpc_edu_busy_wait(body_us);

	dpc_interrupt_request_work(intr, served);
}

/* DMA data to the owner's pages.  The owner has not given up, and now waits. */
static void dpc_edu_copy_to_user_pages(struct dpc_edu_request *req)
{
	u32 in_first = min_t(u32, req->count, PAGE_SIZE - req->page_offset);

	memcpy_to_page(req->pages[0], req->page_offset, req->buf, in_first);
	if (req->count > in_first)
		memcpy_to_page(req->pages[1], 0, req->buf + in_first, req->count - in_first);
	req->pages_dirty = true;
}

static void dpc_edu_finish(struct dpc_edu *edu, struct dpc_edu_request *req)
{
	if (req->status == -EIO)
		dev_warn_ratelimited(&edu->pdev->dev,
				     "transfer of %u bytes at offset %u did not take place (interrupt %llu): is bus mastering on, does the IOMMU let it pass?\n",
				     req->count, req->offset, req->seq);
	/* Once finished, @abandoned does not change any more. */
	else if (!req->status && req->nr_pages && !req->abandoned)
		dpc_edu_copy_to_user_pages(req);
	dpc_edu_request_end(req, req->status);
}

/* Stage 3.  May sleep. */
static void dpc_edu_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	struct dpc_edu *edu = dpc_edu_of(intr);
	int body_us = atomic_read(&edu->work_body_us);
	struct dpc_edu_request *req, *next;
	LIST_HEAD(finished);
	bool tick;
	u32 stray;

	spin_lock_irq(&edu->lock);
	list_splice_init(&edu->finished, &finished);
	tick = edu->tick;
	edu->tick = false;
	stray = edu->stray;
	edu->stray = 0;
	spin_unlock_irq(&edu->lock);

	if (body_us)
		usleep_range(body_us, body_us + body_us / 10 + 1);
	if (stray)
		dev_warn_ratelimited(&edu->pdev->dev,
				     "interrupt status %08x that nothing was waiting for\n", stray);

	list_for_each_entry_safe(req, next, &finished, node) {
		bool raise = req->engine == DPC_EDU_RAISE;

		dpc_edu_finish(edu, req);
		if (!raise)
			dpc_interrupt_complete(intr, served);
	}
	/* Raises of one work item are completed together. */
	if (tick)
		dpc_interrupt_complete(intr, served);
}

/* Everything is counted that poll() looks at. */
static void dpc_edu_settled(struct dpc_interrupt *intr)
{
	wake_up_interruptible_all(&dpc_edu_of(intr)->wait);
}

/* Both under the interrupt's lock. */
static void dpc_edu_enable(struct dpc_interrupt *intr)
{
	struct dpc_edu *edu = dpc_edu_of(intr);

	edu->quiet = false;
	dpc_edu_hw_enable(edu);
}

static void dpc_edu_disable(struct dpc_interrupt *intr)
{
	struct dpc_edu *edu = dpc_edu_of(intr);

	edu->quiet = true;
	dpc_edu_hw_disable(edu);
	/*
	 * The ISR is not called any more for bits that it has not seen yet, and a shared
	 * line that nobody quiets would take the other devices along.
	 */
	dpc_edu_hw_acknowledge(edu);
	dpc_edu_raises_dropped(edu);
}

const struct dpc_interrupt_ops dpc_edu_interrupt_ops = {
	.isr		= dpc_edu_isr,
	.dpc		= dpc_edu_dpc,
	.work		= dpc_edu_work,
	.enable		= dpc_edu_enable,
	.disable	= dpc_edu_disable,
	.settled	= dpc_edu_settled,
};
