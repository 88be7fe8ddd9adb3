// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: their owners, and how each wait ends.
 *
 * A request has two references.  The owner, a thread in an ioctl, read or write, holds
 * one; the device holds the other from submission to dpc_edu_request_end().
 *
 * dpc_edu_remove() waits for every request that was counted, and for the work
 * item.  So nothing in between may wait for user space, which a debugger, a
 * freezer or a file system in user space can delay for ever:
 *
 *   take_user()	faults pages in, pins	not counted yet
 *   count()		remove() waits from here ...
 *   take_buffer(), submit(), wait()		a signal, a stop included, ends the wait
 *   put()		... to here
 *   leave()		dirties, unpins		not counted any more
 *
 * The pages are the owner's alone: the work item copies to them while the owner
 * waits for that, and does not look at them once the owner has given up.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "device.h"
#include "dma.h"
#include "edu.h"
#include "engine.h"
#include "request.h"

#include <linux/freezer.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/pm_runtime.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

unsigned int dpc_edu_request_timeout_ms = 10000;

struct dpc_edu_request *dpc_edu_request_alloc(struct dpc_edu *edu, enum dpc_edu_engine_id engine)
{
	struct dpc_edu_request *req = kzalloc(sizeof(*req), GFP_KERNEL);

	if (!req)
		return NULL;
	kref_init(&req->ref);
	INIT_LIST_HEAD(&req->node);
	init_completion(&req->done);
	req->engine = engine;
	req->edu = edu;
	req->raise = U64_MAX;
	return req;
}

/*
 * Count @req as in flight, with the device awake until it is freed.  The caller holds
 * gone_sem for reading and has seen that the device is there.
 */
static int dpc_edu_request_count(struct dpc_edu_request *req)
{
	int err;

	lockdep_assert_held(&req->edu->gone_sem);

	err = pm_runtime_resume_and_get(&req->edu->pdev->dev);
	if (err < 0)
		return err;
	req->counted = true;
	atomic_inc(&req->edu->in_flight);
	return 0;
}

static void dpc_edu_request_release(struct kref *ref)
{
	struct dpc_edu_request *req = container_of(ref, struct dpc_edu_request, ref);
	struct dpc_edu *edu = req->edu;
	bool counted = req->counted;

	free_page((unsigned long)req->buf);
	kfree(req->data);
	kfree(req);
	if (!counted)
		return;
	pm_runtime_mark_last_busy(&edu->pdev->dev);
	pm_runtime_put_autosuspend(&edu->pdev->dev);
	/* The last request may be what dpc_edu_remove() waits for. */
	if (atomic_dec_and_test(&edu->in_flight))
		wake_up_all(&edu->wait);
}

/* At most DISPATCH. */
void dpc_edu_request_put(struct dpc_edu_request *req)
{
	kref_put(&req->ref, dpc_edu_request_release);
}

/*
 * The owner of a transfer leaves it.  It unpins its pages last of all, because to make
 * a page dirty takes the page's lock, whose holder may wait for user space.
 */
void dpc_edu_request_leave(struct dpc_edu_request *req)
{
	struct page *pages[ARRAY_SIZE(req->pages)];
	unsigned int nr_pages = req->nr_pages;
	bool dirty = req->pages_dirty;

	memcpy(pages, req->pages, sizeof(pages));
	dpc_edu_request_put(req);
	if (nr_pages)
		unpin_user_pages_dirty_lock(pages, nr_pages, dirty);
}

/*
 * The user's side of a transfer: a copy of the data to write, or the pages to read
 * into.  These are pinned, because the work item has no other way to them.  Memory may
 * take long to come (userfaultfd), so nothing waits for this request yet.
 */
int dpc_edu_request_take_user(struct dpc_edu_request *req, void __user *user)
{
	unsigned long start = (unsigned long)user;
	int pinned, wanted;

	if (req->direction == DPC_EDU_DMA_TO_DEVICE) {
		void *data = memdup_user(user, req->count);

		if (IS_ERR(data))
			return PTR_ERR(data);
		req->data = data;
		return 0;
	}

	if (!access_ok(user, req->count))
		return -EFAULT;
	req->page_offset = offset_in_page(start);
	wanted = DIV_ROUND_UP(req->page_offset + req->count, PAGE_SIZE);
	pinned = pin_user_pages_fast(start & PAGE_MASK, wanted, FOLL_WRITE, req->pages);
	if (pinned < 0)
		return pinned;
	req->nr_pages = pinned;
	return pinned == wanted ? 0 : -EFAULT;
}

/*
 * The device's side of a transfer: a page that it can reach.  Its engine can't run out
 * of memory once the request is submitted.  No old content of memory is in it, which
 * might reach somebody where a transfer does not arrive.
 */
int dpc_edu_request_take_buffer(struct dpc_edu_request *req)
{
	if (req->engine != DPC_EDU_ENGINE_DMA)
		return 0;
	/* Low memory, so that the device's few address bits need no bounce buffer. */
	req->buf = (void *)get_zeroed_page(GFP_KERNEL | GFP_DMA);
	if (!req->buf)
		return -ENOMEM;
	if (req->data)
		memcpy(req->buf, req->data, req->count);
	else
		get_random_bytes(&req->mark, sizeof(req->mark));
	return 0;
}

/*
 * The packet of @req is complete: the work item ends it, if it will run for this; else it
 * ends here.
 */
static void dpc_edu_request_complete(struct dpc_packet *packet)
{
	struct dpc_edu_request *req = dpc_edu_request_of(packet);
	struct dpc_edu *edu = req->edu;
	bool by_work = req->by_work;
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	req->status = packet->status;
	req->finished = true;
	if (by_work)
		list_add_tail(&req->node, &edu->finished);
	spin_unlock_irqrestore(&edu->lock, flags);
	if (by_work)
		return;
	/* The engine may be idle now, and the work item tells neither poll() nor suspend(). */
	wake_up_all(&edu->wait);
	dpc_edu_request_end(req, req->status);
}

static const struct dpc_packet_ops dpc_edu_packet_ops = { .complete = dpc_edu_request_complete };

/*
 * Give a request to an engine, or have it wait for a raise.  The caller holds gone_sem
 * for reading and has seen that the device is there.
 */
int dpc_edu_request_submit(struct dpc_edu_request *req, bool nonblock)
{
	struct dpc_edu *edu = req->edu;
	struct dpc_edu_engine *engine;
	int err = 0;

	lockdep_assert_held(&edu->gone_sem);

	if (req->engine == DPC_EDU_RAISE) {
		kref_get(&req->ref);
		spin_lock_irq(&edu->lock);
		list_add_tail(&req->node, &edu->raised);
		spin_unlock_irq(&edu->lock);
		return 0;
	}

	engine = &edu->engine[req->engine];
	mutex_lock(&engine->submit);
	if (nonblock && !dpc_edu_engine_idle(edu, req->engine)) {
		err = -EAGAIN;
	} else {
		kref_get(&req->ref);
		dpc_packet_init(&req->packet, &engine->queue, &dpc_edu_packet_ops);
		dpc_packet_start(&req->packet, dpc_packet_cancel_waiting);
	}
	mutex_unlock(&engine->submit);
	return err;
}

/*
 * The owner does not want to wait any longer.
 * Return: true if the request was taken back, or is left to the device; false
 * if it is finished, and is about to be completed.
 */
bool dpc_edu_request_give_up(struct dpc_edu_request *req)
{
	struct dpc_edu *edu = req->edu;
	bool withdrawn = false, finished;

	/* A packet that waits is finished by this. */
	if (req->engine != DPC_EDU_RAISE)
		dpc_packet_cancel(&req->packet);

	spin_lock_irq(&edu->lock);
	finished = req->finished;
	if (!finished && req->engine == DPC_EDU_RAISE && !list_empty(&req->node)) {
		list_del_init(&req->node);
		withdrawn = true;
	} else if (!finished) {
		req->abandoned = true;
	}
	spin_unlock_irq(&edu->lock);

	if (withdrawn)
		dpc_edu_request_put(req);
	return !finished;
}

/*
 * What a wait that ended before its request returns; @left as the wait gave it.  The freezer
 * of a suspend wakes owners as a signal does.  Their requests may be done twice, so the call
 * begins again when they are thawed, and user space does not notice.
 */
static int dpc_edu_wait_error(long left)
{
	if (!left)
		return -ETIMEDOUT;
	return freezing(current) ? -ERESTARTSYS : -EINTR;
}

/*
 * Wait for a submitted request.
 * Return: its status, or -EINTR, -ERESTARTSYS or -ETIMEDOUT when the wait ended before it.
 */
int dpc_edu_request_wait(struct dpc_edu_request *req)
{
	unsigned long limit = msecs_to_jiffies(READ_ONCE(dpc_edu_request_timeout_ms));
	long left;

	left = wait_for_completion_interruptible_timeout(&req->done, limit);
	if (left <= 0) {
		if (dpc_edu_request_give_up(req))
			return dpc_edu_wait_error(left);
		wait_for_completion(&req->done);
		/* Nobody else cancels it. */
		if (req->status == -ECANCELED)
			return dpc_edu_wait_error(left);
	}
	return req->status;
}

/*
 * Count @req as in flight: from here on the model can't be switched, and
 * remove() waits for @req to be put.
 */
int dpc_edu_request_enter(struct dpc_edu_request *req)
{
	int err;

	err = dpc_edu_get_live(req->edu);
	if (err)
		return err;
	err = dpc_edu_request_count(req);
	if (!err)
		err = dpc_edu_request_take_buffer(req);
	dpc_edu_put_live(req->edu);
	return err;
}

/* Submit @req and wait for it. */
int dpc_edu_request_run(struct dpc_edu_request *req, bool nonblock)
{
	int err = dpc_edu_get_live(req->edu);

	if (err)
		return err;
	err = dpc_edu_request_submit(req, nonblock);
	dpc_edu_put_live(req->edu);
	return err ?: dpc_edu_request_wait(req);
}

/* One transfer that was found valid.  Return: 0 with @seq set, or an errno. */
int dpc_edu_dma(struct dpc_edu *edu, u32 direction, void __user *user, u32 offset,
		u32 count, bool nonblock, u64 *seq)
{
	struct dpc_edu_request *req;
	int err;

	req = dpc_edu_request_alloc(edu, DPC_EDU_ENGINE_DMA);
	if (!req)
		return -ENOMEM;
	req->direction = direction;
	req->offset = offset;
	req->count = count;
	err = dpc_edu_request_take_user(req, user);
	if (!err)
		err = dpc_edu_request_enter(req);
	if (!err)
		err = dpc_edu_request_run(req, nonblock);
	if (!err)
		*seq = req->seq;
	else if (err == -EIO)
		pr_warn_ratelimited("%s: transfer of %u bytes at offset %u did not take place: is bus mastering on, does the IOMMU let it pass?\n",
				    edu->name, count, offset);
	dpc_edu_request_leave(req);
	return err;
}

/*
 * The device's part is over; @req is on no list.  Takes its reference.
 *
 * An owner that waits keeps @req, and finds on waking up that nobody else
 * does: a model switch right after its request is not refused.
 */
void dpc_edu_request_end(struct dpc_edu_request *req, int status)
{
	req->status = status;
	/* The request is on no list any more, so @abandoned does not change. */
	if (req->abandoned) {
		dpc_edu_request_put(req);
		return;
	}
	dpc_edu_request_put(req);
	complete(&req->done);
}

static void dpc_edu_requests_end(struct list_head *list, int status)
{
	struct dpc_edu_request *req, *next;

	list_for_each_entry_safe(req, next, list, node) {
		list_del_init(&req->node);
		dpc_edu_request_end(req, status);
	}
}

/* Move requests off @from, so that no owner finds them there. */
static void dpc_edu_requests_grab(struct list_head *from, struct list_head *to)
{
	struct dpc_edu_request *req;

	list_for_each_entry(req, from, node)
		req->finished = true;
	list_splice_tail_init(from, to);
}

/* The device goes away: end the requests that it has not begun. */
void dpc_edu_requests_fail_waiting(struct dpc_edu *edu)
{
	int i;

	for (i = 0; i < DPC_EDU_ENGINE_NR; i++)
		dpc_packet_queue_close(&edu->engine[i].queue, -ENODEV);
}

/*
 * Finish what an engine had begun, in the name of the device.  The start routines of those
 * that wait for their turn find that the engines are stopped, and finish them as well.
 */
static void dpc_edu_engine_fail(struct dpc_edu *edu, enum dpc_edu_engine_id id, bool dma_stopped,
				int err)
{
	struct dpc_edu_request *req =
		dpc_edu_request_of(dpc_packet_current(&edu->engine[id].queue));
	enum dpc_irql old;

	if (!req)
		return;
	old = dpc_level_raise();
	if (id == DPC_EDU_ENGINE_DMA && dma_stopped)
		dpc_edu_dma_release(req);
	else if (id == DPC_EDU_ENGINE_DMA)
		dpc_edu_dma_give_up(req);
	dpc_edu_engine_finish(req, err, false);
	dpc_level_lower(old);
}

/*
 * The device is gone or has failed, and none of its stages can run: end the requests that
 * it had begun, and those that wait for it.
 */
void dpc_edu_requests_fail_rest(struct dpc_edu *edu, bool dma_stopped, int err)
{
	LIST_HEAD(grabbed);
	int i;

	for (i = 0; i < DPC_EDU_ENGINE_NR; i++)
		dpc_edu_engine_fail(edu, i, dma_stopped, err);
	spin_lock_irq(&edu->lock);
	dpc_edu_requests_grab(&edu->raised, &grabbed);
	dpc_edu_requests_grab(&edu->finished, &grabbed);
	spin_unlock_irq(&edu->lock);

	dpc_edu_requests_end(&grabbed, err);
}

/* Wait until all owners have left, and nothing touches the queues any more. */
void dpc_edu_requests_drain(struct dpc_edu *edu)
{
	int i;

	wait_event(edu->wait, !atomic_read(&edu->in_flight));
	for (i = 0; i < DPC_EDU_ENGINE_NR; i++)
		dpc_packet_queue_drain(&edu->engine[i].queue, MAX_SCHEDULE_TIMEOUT);
}
