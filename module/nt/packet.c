// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets (P): a device, or an engine of it, serves one request at a time.
 *
 * The tables of states stand above struct dpc_packet and struct dpc_packet_queue.
 * Whatever decides who has a packet happens under the cancel lock: to become current,
 * to wait, to be cancelled, to be swept out by a close.  What each pair of operations
 * does when it meets on one packet P:
 *
 *   these two meet         and so
 *   ---------------------  ------------------------------------------------------------
 *   start, start           Q serves the first; the second waits.  The same P twice: misuse
 *   give, close            close first: give completes P; give first: the driver does,
 *                          or start, as below
 *   start, start_next      either start finds the queue busy, and next finds P waiting;
 *                          or next has left the queue idle, and start starts P
 *   start, cancel          cancel first: P is marked, and start sees that when it would
 *                          wait, the start routine when it runs; start first: as below
 *   start, close           close first: start completes P; start first: close does, or
 *                          the driver if P is current
 *   next, next             while the start routine runs, the second is misuse; else it
 *                          takes one packet more, and several are in flight
 *   next, start routine    the CPU in the start routine does it, when that has returned
 *   next, cancel           cancel first: P is gone from the queue; next first: P is
 *                          current, and claim decides
 *   claim, cancel          cancel first: claim sees @cancelled and completes P, unless a
 *                          routine of the driver's own has removed it: then claim finds
 *                          that P is not current, and does not touch it, as it may be
 *                          freed; claim first: only @cancelled is set
 *   cancel, close          the one that takes P out of the device queue completes it
 *   cancel, cancel         the second finds no routine
 *   complete, cancel       complete first: cancel finds no routine; cancel first: its
 *                          routine finds P in no queue
 *   complete, wait         complete first: wait returns 0, and leaves the queue as its
 *                          last step; the limit first: complete calls @release
 *   complete, drain        drain waits for the last touch by complete, wait and the loop
 *   retry, start routine   as next
 *
 * @starting makes a loop of what would be a recursion: start, complete at once, start
 * next, start ... (P2).  It is one flag for all CPUs, so the start routine never runs
 * twice at once for one queue.
 *
 * Locks: cancel lock -> the device queue's; cancel lock -> @done_lock -> @idle's.  A caller
 * above DISPATCH is reported, and the inner ones keep interrupts off so that it does no
 * more harm.
 */
#include "cancel_lock.h"

#include "../core/internal.h"

#include <linux/bitops.h>
#include <linux/dpc_packet.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/preempt.h>

/* Bits of dpc_packet.flags. */
enum {
	DPC_PACKET_READY,	/* initialised, and not started since */
	DPC_PACKET_STARTED,	/* the driver's, or given to it */
	DPC_PACKET_KEYED,	/* started by key */
	DPC_PACKET_COMPLETE,	/* D */
	DPC_PACKET_ABANDONED,	/* D: nobody waits any more */
};

/* ---- Users of a queue ------------------------------------------------------------ */

static void dpc_packet_queue_get(struct dpc_packet_queue *q)
{
	unsigned long flags;

	spin_lock_irqsave(&q->done_lock, flags);
	q->users++;
	spin_unlock_irqrestore(&q->done_lock, flags);
}

static void dpc_packet_queue_put(struct dpc_packet_queue *q)
{
	unsigned long flags;

	spin_lock_irqsave(&q->done_lock, flags);
	if (!--q->users)
		wake_up(&q->idle);
	spin_unlock_irqrestore(&q->done_lock, flags);
}

static bool dpc_packet_queue_unused(struct dpc_packet_queue *q)
{
	unsigned long flags;
	bool unused;

	/* The lock, because whoever lets @users fall to 0 still has to leave @q. */
	spin_lock_irqsave(&q->done_lock, flags);
	unused = !q->users;
	spin_unlock_irqrestore(&q->done_lock, flags);
	return unused;
}

bool dpc_packet_queue_drain(struct dpc_packet_queue *q, long timeout)
{
	might_sleep();

	return wait_event_timeout(q->idle, dpc_packet_queue_unused(q), timeout);
}
EXPORT_SYMBOL_GPL(dpc_packet_queue_drain);

void dpc_packet_queue_init(struct dpc_packet_queue *q,
			   const struct dpc_packet_queue_params *params)
{
	*q = (struct dpc_packet_queue){
		.start		= params->start,
		.context	= params->context,
		.cancel		= params->cancel_lock ?: &q->own,
		.call_cancel	= params->call_cancel,
		.clear_cancel	= params->clear_cancel,
	};
	dpc_cancel_lock_init(&q->own);
	dpc_device_queue_init(&q->waiting);
	spin_lock_init(&q->done_lock);
	init_waitqueue_head(&q->idle);
}
EXPORT_SYMBOL_GPL(dpc_packet_queue_init);

void dpc_packet_init(struct dpc_packet *packet, struct dpc_packet_queue *q,
		     const struct dpc_packet_ops *ops)
{
	*packet = (struct dpc_packet){
		.queue	= q,
		.ops	= ops,
		.flags	= BIT(DPC_PACKET_READY),
	};
	init_completion(&packet->done);
}
EXPORT_SYMBOL_GPL(dpc_packet_init);

/* ---- Completion ------------------------------------------------------------------ */

/*
 * The owner waits, or has given up waiting.  An owner that waits takes over the packet's
 * count of the queue's users, and so the queue is there until it has left.
 */
static void dpc_packet_complete_waited(struct dpc_packet *packet)
{
	const struct dpc_packet_ops *ops = packet->ops;
	struct dpc_packet_queue *q = packet->queue;
	unsigned long flags;
	bool abandoned;

	spin_lock_irqsave(&q->done_lock, flags);
	abandoned = test_bit(DPC_PACKET_ABANDONED, &packet->flags);
	if (!abandoned) {
		set_bit(DPC_PACKET_COMPLETE, &packet->flags);
		complete(&packet->done);
	}
	spin_unlock_irqrestore(&q->done_lock, flags);

	if (abandoned) {
		ops->release(packet);
		dpc_packet_queue_put(q);
	}
}

/*
 * A thread that holds a spin lock has preemption off.  A softirq can't tell: the count is
 * also that of whatever it has interrupted.  On PREEMPT_RT only raw locks do it.
 */
static bool dpc_packet_under_spin_lock(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_COUNT) && !IS_ENABLED(CONFIG_PREEMPT_RT) &&
	       !in_serving_softirq() && (preempt_count() & PREEMPT_MASK);
}

/* dpc_packet_complete() in the name of the code at @ip. */
void dpc_packet_complete_ip(struct dpc_packet *packet, int status, size_t information,
			    unsigned long ip)
{
	struct dpc_packet_queue *q = packet->queue;

	if (dpc_level() == DPC_DEVICE_LEVEL)
		dpc_misuse(ip, "completes a packet above DISPATCH");
	else if (dpc_cancel_lock_is_mine(q->cancel))
		dpc_misuse(ip, "completes a packet under the cancel lock");
	else if (dpc_packet_under_spin_lock())
		dpc_misuse(ip, "completes a packet under a spin lock");
	if (packet->entry.inserted || !test_and_clear_bit(DPC_PACKET_STARTED, &packet->flags)) {
		dpc_misuse(ip, "completes a packet that is not the driver's");
		return;
	}
	/* A packet that the driver was given, and has not started. */
	clear_bit(DPC_PACKET_READY, &packet->flags);
	/* A cancellation from now on is too late. */
	xchg(&packet->cancel, NULL);
	packet->status = status;
	packet->information = information;
	if (packet->ops && packet->ops->complete) {
		packet->ops->complete(packet);
		dpc_packet_queue_put(q);
	} else {
		dpc_packet_complete_waited(packet);
	}
}
EXPORT_SYMBOL_GPL(dpc_packet_complete_ip);

/* Return: true if the packet is complete; false if it now is the driver's alone. */
static bool dpc_packet_abandon(struct dpc_packet *packet)
{
	struct dpc_packet_queue *q = packet->queue;
	unsigned long flags;
	bool complete;

	spin_lock_irqsave(&q->done_lock, flags);
	complete = test_bit(DPC_PACKET_COMPLETE, &packet->flags);
	if (!complete)
		set_bit(DPC_PACKET_ABANDONED, &packet->flags);
	spin_unlock_irqrestore(&q->done_lock, flags);
	return complete;
}

/* dpc_packet_wait() in the name of the code at @ip. */
int dpc_packet_wait_ip(struct dpc_packet *packet, long timeout, unsigned long ip)
{
	struct dpc_packet_queue *q = packet->queue;
	long left;

	might_sleep();

	if (packet->ops && packet->ops->complete) {
		dpc_misuse(ip, "waits for a packet with a completion routine");
		return -EINVAL;
	}
	left = wait_for_completion_interruptible_timeout(&packet->done, timeout);
	if (left <= 0) {
		dpc_packet_cancel_ip(packet, ip);
		if (!packet->ops || !packet->ops->release)
			wait_for_completion(&packet->done);
		else if (!dpc_packet_abandon(packet))
			return left ? -EINTR : -ETIMEDOUT;
	}
	dpc_packet_queue_put(q);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_packet_wait_ip);

/* ---- Start ----------------------------------------------------------------------- */

struct dpc_packet *dpc_packet_current(struct dpc_packet_queue *q)
{
	return READ_ONCE(q->served);
}
EXPORT_SYMBOL_GPL(dpc_packet_current);

static struct dpc_packet *dpc_packet_of(struct dpc_device_queue_entry *e)
{
	return e ? container_of(e, struct dpc_packet, entry) : NULL;
}

/* @packet, if there is one, is the next to be started. */
static void dpc_packet_set_current(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	lockdep_assert_held(&q->cancel->lock.spin);

	WRITE_ONCE(q->served, packet);
	q->starting = packet;
	if (packet && q->clear_cancel)
		xchg(&packet->cancel, NULL);
}

/* Take what waits, by @key if there is one, or leave the device idle. */
static struct dpc_packet *dpc_packet_take(struct dpc_packet_queue *q, const u32 *key)
{
	struct dpc_device_queue_entry *e;

	lockdep_assert_held(&q->cancel->lock.spin);

	e = key ? dpc_device_queue_remove_by_key(&q->waiting, *key) :
		  dpc_device_queue_remove(&q->waiting);
	return dpc_packet_of(e);
}

/* The start routine has returned: is there a packet to be started after it? */
static struct dpc_packet *dpc_packet_fulfil(struct dpc_packet_queue *q)
{
	enum dpc_packet_wish wish = q->wish;
	struct dpc_packet *packet = NULL;

	lockdep_assert_held(&q->cancel->lock.spin);

	q->wish = DPC_PACKET_NOTHING;
	switch (wish) {
	case DPC_PACKET_NOTHING:
		q->starting = false;
		return NULL;
	case DPC_PACKET_AGAIN:
		packet = q->served;
		break;
	case DPC_PACKET_NEXT:
		packet = dpc_packet_take(q, NULL);
		break;
	case DPC_PACKET_NEXT_BY_KEY:
		packet = dpc_packet_take(q, &q->wish_key);
		break;
	}
	dpc_packet_set_current(q, packet);
	return packet;
}

/* Call the start routine for @packet, and for those that it is to be called for then. */
static void dpc_packet_run(struct dpc_packet_queue *q, struct dpc_packet *packet, unsigned long ip)
{
	enum dpc_irql old;

	do {
		q->start(q, packet);
		old = dpc_cancel_lock_acquire_ip(q->cancel, ip);
		packet = dpc_packet_fulfil(q);
		dpc_cancel_lock_release_ip(q->cancel, old, ip);
	} while (packet);
	dpc_packet_queue_put(q);
}

/* The caller has made @packet the current one.  Drops the lock, and restores the level. */
static void dpc_packet_unlock_and_run(struct dpc_packet_queue *q, struct dpc_packet *packet,
				      enum dpc_irql old, unsigned long ip)
{
	dpc_packet_queue_get(q);
	dpc_cancel_lock_release_at_dispatch(q->cancel, ip);
	dpc_packet_run(q, packet, ip);
	dpc_level_lower_ip(old, ip);
}

/* Take the cancel routine of @packet, and call it.  The caller's lock is released. */
static bool dpc_packet_unlock_and_cancel(struct dpc_packet *packet, enum dpc_irql old,
					 unsigned long ip)
{
	dpc_packet_cancel_fn *cancel = xchg(&packet->cancel, NULL);
	struct dpc_packet_queue *q = packet->queue;

	if (!cancel) {
		dpc_cancel_lock_release_ip(q->cancel, old, ip);
		return false;
	}
	if (q->call_cancel)
		q->call_cancel(q, packet, cancel);
	else
		cancel(q, packet);
	return true;
}

/* dpc_packet_give() in the name of the code at @ip. */
bool dpc_packet_give_ip(struct dpc_packet *packet, unsigned long ip)
{
	struct dpc_packet_queue *q = packet->queue;
	enum dpc_irql old;
	bool closed;

	if (!test_bit(DPC_PACKET_READY, &packet->flags) ||
	    test_and_set_bit(DPC_PACKET_STARTED, &packet->flags)) {
		dpc_misuse(ip, "gives a packet that was not initialised since it was given last");
		return false;
	}
	dpc_packet_queue_get(q);
	old = dpc_cancel_lock_acquire_ip(q->cancel, ip);
	closed = q->closed;
	dpc_cancel_lock_release_ip(q->cancel, old, ip);
	if (closed)
		dpc_packet_complete_ip(packet, q->close_status, 0, ip);
	return !closed;
}
EXPORT_SYMBOL_GPL(dpc_packet_give_ip);

/* dpc_packet_start() in the name of the code at @ip, by @key if there is one. */
void dpc_packet_start_ip(struct dpc_packet *packet, const u32 *key, dpc_packet_cancel_fn *cancel,
			 unsigned long ip)
{
	struct dpc_packet_queue *q = packet->queue;
	enum dpc_irql old;
	int status;

	if (!test_and_clear_bit(DPC_PACKET_READY, &packet->flags)) {
		dpc_misuse(ip, "starts a packet that was not initialised since its last start");
		return;
	}
	if (!test_and_set_bit(DPC_PACKET_STARTED, &packet->flags))
		dpc_packet_queue_get(q);
	if (key)
		set_bit(DPC_PACKET_KEYED, &packet->flags);
	old = dpc_cancel_lock_acquire_ip(q->cancel, ip);
	if (q->closed) {
		status = q->close_status;
		dpc_cancel_lock_release_ip(q->cancel, old, ip);
		dpc_packet_complete_ip(packet, status, 0, ip);
		return;
	}
	if (cancel)
		xchg(&packet->cancel, cancel);
	if (!(key ? dpc_device_queue_insert_by_key_ip(&q->waiting, &packet->entry, *key, ip) :
		    dpc_device_queue_insert_ip(&q->waiting, &packet->entry, ip))) {
		dpc_packet_set_current(q, packet);
		dpc_packet_unlock_and_run(q, packet, old, ip);
	} else if (packet->cancelled) {
		dpc_packet_unlock_and_cancel(packet, old, ip);
	} else {
		dpc_cancel_lock_release_ip(q->cancel, old, ip);
	}
}
EXPORT_SYMBOL_GPL(dpc_packet_start_ip);

/* dpc_packet_start_next() in the name of the code at @ip, by @key if there is one. */
void dpc_packet_start_next_ip(struct dpc_packet_queue *q, const u32 *key, unsigned long ip)
{
	struct dpc_packet *packet;
	enum dpc_irql old;
	bool twice;

	if (dpc_level() < DPC_DISPATCH_LEVEL)
		dpc_misuse(ip, "starts the next packet below DISPATCH");
	old = dpc_cancel_lock_acquire_ip(q->cancel, ip);
	if (q->starting) {
		twice = q->wish != DPC_PACKET_NOTHING;
		if (!twice) {
			WRITE_ONCE(q->served, NULL);
			q->wish = key ? DPC_PACKET_NEXT_BY_KEY : DPC_PACKET_NEXT;
			q->wish_key = key ? *key : 0;
		}
		dpc_cancel_lock_release_ip(q->cancel, old, ip);
		if (twice)
			dpc_misuse(ip, "starts the next packet twice in one start routine");
		return;
	}
	packet = dpc_packet_take(q, key);
	dpc_packet_set_current(q, packet);
	if (packet)
		dpc_packet_unlock_and_run(q, packet, old, ip);
	else
		dpc_cancel_lock_release_ip(q->cancel, old, ip);
}
EXPORT_SYMBOL_GPL(dpc_packet_start_next_ip);

/* dpc_packet_retry() in the name of the code at @ip. */
bool dpc_packet_retry_ip(struct dpc_packet *packet, u32 limit, unsigned long ip)
{
	struct dpc_packet_queue *q = packet->queue;
	bool current_one, again;
	enum dpc_irql old;

	if (dpc_level() < DPC_DISPATCH_LEVEL)
		dpc_misuse(ip, "retries a packet below DISPATCH");
	old = dpc_cancel_lock_acquire_ip(q->cancel, ip);
	current_one = q->served == packet && q->wish == DPC_PACKET_NOTHING;
	again = current_one && packet->retries < limit;
	if (again)
		packet->retries++;
	if (again && !q->starting) {
		dpc_packet_set_current(q, packet);
		dpc_packet_unlock_and_run(q, packet, old, ip);
		return true;
	}
	if (again)
		q->wish = DPC_PACKET_AGAIN;
	dpc_cancel_lock_release_ip(q->cancel, old, ip);
	if (!current_one)
		dpc_misuse(ip, "retries a packet that is not the current one");
	return again;
}
EXPORT_SYMBOL_GPL(dpc_packet_retry_ip);

/* ---- Cancel ---------------------------------------------------------------------- */

/*
 * dpc_packet_claim() in the name of the code at @ip.  A packet that is not the current one
 * any more may be free.
 */
bool dpc_packet_claim_ip(struct dpc_packet_queue *q, struct dpc_packet *packet, unsigned long ip)
{
	bool current_one, cancelled = false, keyed = false;
	enum dpc_irql old;

	old = dpc_cancel_lock_acquire_ip(q->cancel, ip);
	current_one = q->served == packet;
	if (current_one) {
		xchg(&packet->cancel, NULL);
		cancelled = packet->cancelled;
		keyed = test_bit(DPC_PACKET_KEYED, &packet->flags);
	}
	dpc_cancel_lock_release_ip(q->cancel, old, ip);
	if (cancelled) {
		dpc_packet_start_next_ip(q, keyed ? &packet->entry.key : NULL, ip);
		dpc_packet_complete_ip(packet, -ECANCELED, 0, ip);
	}
	return current_one && !cancelled;
}
EXPORT_SYMBOL_GPL(dpc_packet_claim_ip);

dpc_packet_cancel_fn *dpc_packet_set_cancel(struct dpc_packet *packet,
					    dpc_packet_cancel_fn *cancel)
{
	return xchg(&packet->cancel, cancel);
}
EXPORT_SYMBOL_GPL(dpc_packet_set_cancel);

/* dpc_packet_cancel() in the name of the code at @ip. */
bool dpc_packet_cancel_ip(struct dpc_packet *packet, unsigned long ip)
{
	enum dpc_irql old = dpc_cancel_lock_acquire_ip(packet->queue->cancel, ip);

	WRITE_ONCE(packet->cancelled, true);
	return dpc_packet_unlock_and_cancel(packet, old, ip);
}
EXPORT_SYMBOL_GPL(dpc_packet_cancel_ip);

/* dpc_packet_cancel_unlock() in the name of the code at @ip. */
void dpc_packet_cancel_unlock_ip(struct dpc_packet_queue *q, unsigned long ip)
{
	dpc_cancel_lock_release_ip(q->cancel, q->cancel->level, ip);
}
EXPORT_SYMBOL_GPL(dpc_packet_cancel_unlock_ip);

bool dpc_packet_remove(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	lockdep_assert_held(&q->cancel->lock.spin);

	return dpc_device_queue_remove_entry(&q->waiting, &packet->entry);
}
EXPORT_SYMBOL_GPL(dpc_packet_remove);

bool dpc_packet_remove_current(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	lockdep_assert_held(&q->cancel->lock.spin);

	if (q->served != packet)
		return false;
	WRITE_ONCE(q->served, NULL);
	return true;
}
EXPORT_SYMBOL_GPL(dpc_packet_remove_current);

void dpc_packet_cancel_waiting(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	bool waited = dpc_packet_remove(q, packet);

	dpc_packet_cancel_unlock_ip(q, _THIS_IP_);
	if (waited)
		dpc_packet_complete_ip(packet, -ECANCELED, 0, _THIS_IP_);
}
EXPORT_SYMBOL_GPL(dpc_packet_cancel_waiting);

/* ---- The end of a queue ------------------------------------------------------------ */

void dpc_packet_queue_close(struct dpc_packet_queue *q, int status)
{
	struct dpc_packet *packet, *next;
	LIST_HEAD(swept);
	enum dpc_irql old;

	old = dpc_cancel_lock_acquire_ip(q->cancel, _THIS_IP_);
	q->closed = true;
	q->close_status = status;
	while ((packet = dpc_packet_take(q, NULL))) {
		xchg(&packet->cancel, NULL);
		list_add_tail(&packet->entry.node, &swept);
	}
	dpc_cancel_lock_release_ip(q->cancel, old, _THIS_IP_);

	list_for_each_entry_safe(packet, next, &swept, entry.node)
		dpc_packet_complete_ip(packet, status, 0, _THIS_IP_);
}
EXPORT_SYMBOL_GPL(dpc_packet_queue_close);
