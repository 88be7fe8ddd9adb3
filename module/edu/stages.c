// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three stages, in the order in which they run.
 *
 *   ISR    reads and acknowledges, gathers, requests the DPC
 *   DPC    takes what the ISR gathered, finishes requests, starts the next ones.  At
 *	    device level, as with the model "hardirq", it leaves packets to the work item
 *   work   copies, logs, completes requests to their owners
 */
#include "dma.h"
#include "edu.h"
#include "engine.h"
#include "hw.h"
#include "regs.h"
#include "request.h"
#include "settings.h"
#include "stages.h"

#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/sched/clock.h>

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
		dpc_raise_seen(&edu->raises, intr);
		edu->gathered.raises_seen = dpc_raise_number(&edu->raises);
	}
	/* What changes by itself is saved here, and the DPC hands it on (P6). */
	if (status & DPC_EDU_INTR_CONTROL) {
		edu->gathered.control_seq = edu->gathered.seq;
		edu->gathered.status = dpc_edu_hw_status(edu);
		edu->gathered.dma_command = dpc_edu_hw_dma_command(edu);
	}
	dpc_interrupt_request_dpc(intr);
	return true;
}

#define DPC_EDU_INTR_ENGINES \
	(DPC_EDU_INTR_FACTORIAL | DPC_EDU_INTR_DMA | DPC_EDU_INTR_CONTROL)

/*
 * What one call takes.
 * @want: the bits that it takes; it leaves the others
 * @got: bits, with the registers and numbers that belong to them
 * @done: requests that the device is done with
 * @stray: bits that no request waits for
 * @left: bits that it has left
 */
struct dpc_edu_take {
	struct dpc_edu		*edu;
	u32			want;
	struct dpc_edu_gathered	got;
	struct dpc_edu_request	*done[DPC_EDU_ENGINE_NR];
	u32			stray;
	u32			left;
};

/* One step under the interrupt's lock, so that nothing is lost or seen twice (P7). */
static bool dpc_edu_take_gathered(void *context)
{
	struct dpc_edu_take *take = context;
	struct dpc_edu *edu = take->edu;
	int i;

	take->got = edu->gathered;
	take->got.intr_status &= take->want;
	edu->gathered.intr_status &= ~take->want;
	take->left = edu->gathered.intr_status;
	take->stray = take->got.intr_status & ~(DPC_EDU_INTR_ENGINES | DPC_EDU_INTR_RAISE);
	for (i = 0; i < DPC_EDU_ENGINE_NR; i++) {
		u32 bit = take->got.intr_status & dpc_edu_engine_bit(i);

		if (bit)
			take->done[i] = dpc_edu_engine_take(edu, i);
		if (bit && !take->done[i])
			take->stray |= bit;
	}
	return take->got.intr_status || take->left;
}

/* A change of the device is one step under the interrupt's lock (P6). */
static bool dpc_edu_set_liveness(void *context)
{
	struct dpc_edu_request *req = context;

	dpc_edu_hw_set_liveness(req->edu, req->liveness);
	return true;
}

/* A request about the device itself: its owner is told here, and not by the work item (P6). */
static void dpc_edu_control_done(struct dpc_edu_request *req, const struct dpc_edu_gathered *got)
{
	struct dpc_edu *edu = req->edu;

	if (req->set_liveness)
		dpc_interrupt_synchronize(&edu->intr, dpc_edu_set_liveness, req);
	req->state = (struct dpc_edu_state){
		.status		= got->status,
		.dma_command	= got->dma_command,
		.liveness	= dpc_edu_hw_liveness(edu),
	};
	req->seq = got->control_seq;
	dpc_edu_engine_finish(req, 0, false);
}

/*
 * Finish what the device is done with, and start what comes next.  DISPATCH.
 * Return: true if the owner of a request was told, so that the caller tells the accounting.
 */
static bool dpc_edu_packets_done(struct dpc_edu_take *take, const struct dpc_served *served)
{
	struct dpc_edu_request *req;
	int i;

	for (i = 0; i < DPC_EDU_ENGINE_NR; i++) {
		req = take->done[i];
		if (!req)
			continue;
		req->seq = take->got.seq;
		if (i == DPC_EDU_ENGINE_DMA) {
			dpc_edu_dma_done(req, served);
		} else if (i == DPC_EDU_ENGINE_CONTROL) {
			dpc_edu_control_done(req, &take->got);
		} else {
			req->result = dpc_edu_hw_factorial_result(take->edu);
			dpc_edu_engine_finish(req, 0, true);
		}
	}
	return take->done[DPC_EDU_ENGINE_CONTROL];
}

struct dpc_edu_overdue {
	struct dpc_edu_engine	*engine;
	struct dpc_edu_request	*done;
};

static bool dpc_edu_take_overdue(void *context)
{
	struct dpc_edu_overdue *overdue = context;
	struct dpc_edu_engine *engine = overdue->engine;

	overdue->done = dpc_edu_engine_take(engine->edu, engine->id);
	return overdue->done;
}

/*
 * A timer's DPC: no interrupt has come in time.  If the device is done all the same, the
 * interrupt was lost, and this stands in for its DPC; no number tells which one it was.
 */
void dpc_edu_engine_overdue(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct dpc_edu_overdue overdue = { .engine = context };
	struct dpc_edu *edu = overdue.engine->edu;
	struct dpc_edu_take take = { .edu = edu };

	if (!dpc_interrupt_synchronize(&edu->intr, dpc_edu_take_overdue, &overdue))
		return;
	if (overdue.engine->id == DPC_EDU_ENGINE_CONTROL) {
		/* The ISR was to read what it asks for: raise another one. */
		if (!dpc_packet_retry(&overdue.done->packet, DPC_EDU_RETRIES))
			dpc_edu_engine_finish(overdue.done, -EIO, false);
		return;
	}
	take.done[overdue.engine->id] = overdue.done;
	dpc_edu_packets_done(&take, NULL);
	dpc_interrupt_request_work(&edu->intr, NULL);
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
		req->finished = true;
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

/*
 * Stage 2.  Bottom halves or all interrupts off; may run on two CPUs at once.
 *
 * The number for the requests is not served->last: an interrupt may have come after this
 * call was taken off its queue.  Its results are finished here, too, with its number.
 */
static void dpc_edu_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	struct dpc_edu *edu = dpc_edu_of(intr);
	struct dpc_edu_take take = { .edu = edu, .want = ~0U };
	int body_us = atomic_read(&edu->dpc_body_us);
	unsigned long flags;

	/* Packets are for DISPATCH. */
	if (dpc_level() == DPC_DEVICE_LEVEL)
		take.want = ~DPC_EDU_INTR_ENGINES;
	if (!dpc_interrupt_synchronize(intr, dpc_edu_take_gathered, &take))
		return;

	if (dpc_edu_packets_done(&take, served))
		dpc_interrupt_complete(intr, served);
	spin_lock_irqsave(&edu->lock, flags);
	if (take.got.intr_status & DPC_EDU_INTR_RAISE)
		dpc_edu_raises_done(edu, take.got.raises_seen, take.got.seq);
	edu->stray |= take.stray;
	if (take.left)
		edu->late = true;
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

static void dpc_edu_finish(struct dpc_edu_request *req)
{
	/* Once finished, @abandoned does not change any more. */
	if (!req->status && req->nr_pages && !req->abandoned)
		dpc_edu_copy_to_user_pages(req);
	dpc_edu_request_end(req, req->status);
}

/*
 * The DPC was at device level: what it has left is done here, at DISPATCH.
 * Return: as dpc_edu_packets_done().
 */
static bool dpc_edu_work_late(struct dpc_edu *edu, const struct dpc_served *served)
{
	struct dpc_edu_take take = { .edu = edu, .want = DPC_EDU_INTR_ENGINES };
	enum dpc_irql old = dpc_level_raise();
	bool told;

	dpc_interrupt_synchronize(&edu->intr, dpc_edu_take_gathered, &take);
	told = dpc_edu_packets_done(&take, served);
	dpc_level_lower(old);
	spin_lock_irq(&edu->lock);
	edu->stray |= take.stray;
	spin_unlock_irq(&edu->lock);
	return told;
}

/* Stage 3.  May sleep. */
static void dpc_edu_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	struct dpc_edu *edu = dpc_edu_of(intr);
	int body_us = atomic_read(&edu->work_body_us);
	struct dpc_edu_request *req, *next;
	LIST_HEAD(finished);
	bool tick, late;
	u32 stray;

	spin_lock_irq(&edu->lock);
	late = edu->late;
	edu->late = false;
	spin_unlock_irq(&edu->lock);
	if (late && dpc_edu_work_late(edu, served))
		dpc_interrupt_complete(intr, served);

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

		dpc_edu_finish(req);
		if (!raise)
			dpc_interrupt_complete(intr, served);
	}
	/* Raises of one work item are completed together. */
	if (tick)
		dpc_interrupt_complete(intr, served);
}

/* An engine may be idle now, which poll() and suspend() look at. */
static void dpc_edu_settled(struct dpc_interrupt *intr)
{
	wake_up_all(&dpc_edu_of(intr)->wait);
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
	dpc_raise_drop(&edu->raises);
}

const struct dpc_interrupt_ops dpc_edu_interrupt_ops = {
	.isr		= dpc_edu_isr,
	.dpc		= dpc_edu_dpc,
	.work		= dpc_edu_work,
	.enable		= dpc_edu_enable,
	.disable	= dpc_edu_disable,
	.settled	= dpc_edu_settled,
	.switch_begin	= dpc_edu_switch_begin,
	.switch_end	= dpc_edu_switch_end,
};
