// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: their owners, and how each wait ends.
 *
 * A request has two references.  The owner, a thread in an ioctl, read or write, holds
 * one; the device holds the other from submission to dpc_edu_request_end().  A thread
 * always drops the last one, because that may sleep.
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
#include "edu.h"
#include "hw.h"
#include "mark.h"
#include "request.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
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

/* The caller holds gone_sem for reading and has seen that the device is there. */
void dpc_edu_request_count(struct dpc_edu_request *req)
{
	lockdep_assert_held(&req->edu->gone_sem);

	req->counted = true;
	atomic_inc(&req->edu->in_flight);
}

static void dpc_edu_request_release(struct kref *ref)
{
	struct dpc_edu_request *req = container_of(ref, struct dpc_edu_request, ref);
	struct dpc_edu *edu = req->edu;
	bool counted = req->counted;

	if (req->buf)
		dma_pool_free(edu->pool, req->buf, req->buf_dma);
	kfree(req->data);
	kfree(req);
	/* The last request may be what dpc_edu_remove() waits for. */
	if (counted && atomic_dec_and_test(&edu->in_flight))
		wake_up_all(&edu->wait);
}

void dpc_edu_request_put(struct dpc_edu_request *req)
{
	might_sleep();
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
 * The device's side of a transfer: a buffer that it can reach.  Nothing is left
 * that can fail for lack of memory once the request is submitted.  No old content
 * of memory is in it, which might reach somebody where a transfer does not arrive.
 */
int dpc_edu_request_take_buffer(struct dpc_edu_request *req)
{
	lockdep_assert_held(&req->edu->gone_sem);

	if (req->engine != DPC_EDU_ENGINE_DMA)
		return 0;
	/* With MSI, not even the interrupt would come, and the owner would wait in vain. */
	if (!dpc_edu_hw_bus_master(req->edu)) {
		dev_warn_ratelimited(&req->edu->pdev->dev,
				     "bus mastering is off, the device can't reach memory: bind the driver anew\n");
		dpc_edu_request_log_error(req, NULL, DPC_EDU_ERROR_BUS_MASTER, 0, -EIO);
		return -EIO;
	}
	req->buf = dma_pool_zalloc(req->edu->pool, GFP_KERNEL, &req->buf_dma);
	if (!req->buf)
		return -ENOMEM;
	if (req->data) {
		memcpy(req->buf, req->data, req->count);
	} else {
		get_random_bytes(&req->mark, sizeof(req->mark));
		dpc_edu_mark_fill(req->buf, req->count, req->mark);
	}
	return 0;
}

/* Start the oldest waiting request, if any; the engine is idle. */
void dpc_edu_engine_start_next(struct dpc_edu *edu, enum dpc_edu_engine_id id)
{
	struct dpc_edu_engine *engine = &edu->engine[id];
	struct dpc_edu_request *req;

	lockdep_assert_held(&edu->lock);

	req = list_first_entry_or_null(&engine->queue, struct dpc_edu_request, node);
	if (!req)
		return;
	list_del_init(&req->node);
	req->state = DPC_EDU_RUNNING;
	engine->current_req = req;
	if (id == DPC_EDU_ENGINE_FACTORIAL)
		dpc_edu_hw_factorial_start(edu, req->n);
	else
		WARN_ON_ONCE(dpc_edu_hw_dma_start(edu, req));
}

/*
 * Give a request to the device.  The caller holds gone_sem for reading and has
 * seen that the device is there.
 */
int dpc_edu_request_submit(struct dpc_edu_request *req, bool nonblock)
{
	struct dpc_edu *edu = req->edu;
	struct dpc_edu_engine *engine = &edu->engine[req->engine];
	int err = 0;

	lockdep_assert_held(&edu->gone_sem);

	spin_lock_irq(&edu->lock);
	if (req->engine == DPC_EDU_RAISE) {
		kref_get(&req->ref);
		list_add_tail(&req->node, &edu->raised);
	} else if (nonblock && engine->current_req) {
		err = -EAGAIN;
	} else {
		kref_get(&req->ref);
		list_add_tail(&req->node, &engine->queue);
		if (!engine->current_req)
			dpc_edu_engine_start_next(edu, req->engine);
	}
	spin_unlock_irq(&edu->lock);
	return err;
}

/*
 * The owner does not want to wait any longer.
 * Return: true if the request was taken back, or is left to the device; false
 * if it is finished, and the work item is about to complete it.
 */
bool dpc_edu_request_give_up(struct dpc_edu_request *req)
{
	struct dpc_edu *edu = req->edu;
	bool withdrawn = false, finished;

	spin_lock_irq(&edu->lock);
	finished = req->state == DPC_EDU_FINISHED;
	if (req->state == DPC_EDU_QUEUED && !list_empty(&req->node)) {
		list_del_init(&req->node);
		withdrawn = true;
	} else if (req->state == DPC_EDU_RUNNING) {
		req->abandoned = true;
	}
	spin_unlock_irq(&edu->lock);

	if (withdrawn)
		dpc_edu_request_put(req);
	return !finished;
}

/*
 * Wait for a submitted request.
 * Return: its status, or -EINTR or -ETIMEDOUT when the wait ended before it.
 */
int dpc_edu_request_wait(struct dpc_edu_request *req)
{
	unsigned long limit = msecs_to_jiffies(READ_ONCE(dpc_edu_request_timeout_ms));
	long left;

	left = wait_for_completion_interruptible_timeout(&req->done, limit);
	if (left <= 0) {
		if (dpc_edu_request_give_up(req))
			return left ? -EINTR : -ETIMEDOUT;
		wait_for_completion(&req->done);
	}
	return req->status;
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

/* Move requests that have not begun off @from, so that no owner finds them there. */
static void dpc_edu_requests_grab(struct list_head *from, struct list_head *to)
{
	struct dpc_edu_request *req;

	list_for_each_entry(req, from, node)
		req->state = DPC_EDU_FINISHED;
	list_splice_tail_init(from, to);
}

/* The device goes away: end the requests that it has not begun. */
void dpc_edu_requests_fail_queued(struct dpc_edu *edu)
{
	LIST_HEAD(grabbed);
	int i;

	spin_lock_irq(&edu->lock);
	for (i = 0; i < DPC_EDU_ENGINE_NR; i++)
		dpc_edu_requests_grab(&edu->engine[i].queue, &grabbed);
	dpc_edu_requests_grab(&edu->raised, &grabbed);
	spin_unlock_irq(&edu->lock);

	dpc_edu_requests_end(&grabbed, -ENODEV);
}

/*
 * The device is gone and none of its stages can run: end the requests that it had
 * begun.  A transfer that did not stop may still write to its buffer, so that buffer
 * is never freed.
 */
void dpc_edu_requests_fail_rest(struct dpc_edu *edu, bool dma_stopped)
{
	LIST_HEAD(grabbed);
	int i;

	spin_lock_irq(&edu->lock);
	for (i = 0; i < DPC_EDU_ENGINE_NR; i++) {
		struct dpc_edu_request *req = edu->engine[i].current_req;

		if (!req)
			continue;
		if (i == DPC_EDU_ENGINE_DMA && !dma_stopped)
			req->buf = NULL;
		req->state = DPC_EDU_FINISHED;
		list_add_tail(&req->node, &grabbed);
		edu->engine[i].current_req = NULL;
	}
	dpc_edu_requests_grab(&edu->finished, &grabbed);
	spin_unlock_irq(&edu->lock);

	dpc_edu_requests_end(&grabbed, -ENODEV);
}
