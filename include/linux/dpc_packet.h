/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets: requests that a device serves one after another.
 *
 * Module: dpc_nt.ko.  The rule numbers (P1 ...) are those of docs/semantics.md.
 *
 * A packet is part of a request, whose other fields are the driver's: parameters and
 * buffer.  Somebody owns the request: a thread in a system call, or code that is told
 * when the packet is complete.  Between dpc_packet_start() and dpc_packet_complete()
 * the packet belongs to the driver.
 *
 *	static void my_start(struct dpc_packet_queue *q, struct dpc_packet *packet)
 *	{
 *		if (!dpc_packet_claim(q, packet))
 *			return;		// cancelled before it began
 *		my_program_device(packet);
 *	}
 *
 *	static void my_dpc(...)		// the device has finished
 *	{
 *		struct dpc_packet *packet;
 *
 *		packet = dpc_packet_current(q);
 *		dpc_packet_start_next(q);
 *		dpc_packet_complete(packet, 0, my_bytes(packet));
 *	}
 */
#ifndef _LINUX_DPC_PACKET_H
#define _LINUX_DPC_PACKET_H

#include <linux/completion.h>
#include <linux/dpc_device_queue.h>
#include <linux/dpc_sync.h>
#include <linux/instruction_pointer.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct dpc_packet;
struct dpc_packet_queue;
struct task_struct;

/**
 * typedef dpc_packet_start_fn - begins with a packet
 * @q: its queue
 * @packet: it is the current one
 *
 * Calls for one queue never overlap: this one returns before the next one begins.  It
 * begins with dpc_packet_claim(), or does what that does: before it has looked, under the
 * cancel lock, whether the packet is still the current one, it must not touch it, because
 * a cancel routine may have completed it.  It may complete the packet and start the next
 * one (P2).
 *
 * Context: DISPATCH.
 */
typedef void dpc_packet_start_fn(struct dpc_packet_queue *q, struct dpc_packet *packet);

/**
 * typedef dpc_packet_cancel_fn - is told that a packet was cancelled
 * @q: its queue
 * @packet: its @cancelled is set, and it has no cancel routine any more
 *
 * The cancel lock is held on entry; the routine has to release it, by
 * dpc_packet_cancel_unlock().  First it takes the packet out of the queue, by
 * dpc_packet_remove(), and completes it after the release if it was there.  If it was not,
 * the packet is the driver's, and the driver decides (P5): it may leave it alone, or take
 * it, if it is the current one, by dpc_packet_remove_current().
 * dpc_packet_cancel_waiting() leaves it alone.
 *
 * Context: DISPATCH, cancel lock held.
 */
typedef void dpc_packet_cancel_fn(struct dpc_packet_queue *q, struct dpc_packet *packet);

/**
 * typedef dpc_packet_call_cancel_fn - calls a cancel routine that has another type
 * @q: the packet's queue; @q->cancel->level is the level to which the routine has to return
 * @packet: the packet
 * @cancel: the routine, cast to this type
 *
 * It does nothing else with the packet, and the routine keeps the rules of
 * &typedef dpc_packet_cancel_fn.
 *
 * Context: DISPATCH, cancel lock held.
 */
typedef void dpc_packet_call_cancel_fn(struct dpc_packet_queue *q, struct dpc_packet *packet,
				       dpc_packet_cancel_fn *cancel);

/**
 * struct dpc_cancel_lock - what decides between a cancellation and its opposite
 *
 * Each queue has one of its own, unless it is given another: drivers whose packets go
 * from one queue to another need one for all, as Windows has it.
 */
struct dpc_cancel_lock {
	/* private: */
	struct dpc_lock		lock;
	struct task_struct	*owner;		/* to compare, not to follow */
	enum dpc_irql		level;		/* of the holder before, under @lock */
};

/**
 * DEFINE_DPC_CANCEL_LOCK - define and initialise a cancel lock
 * @_name: name of the variable
 */
#define DEFINE_DPC_CANCEL_LOCK(_name)					\
	struct dpc_cancel_lock _name = { .lock = DPC_LOCK_INITIALIZER((_name).lock) }

/**
 * dpc_cancel_lock_system - the cancel lock that drivers from Windows share
 *
 * Context: any.
 * Return: the lock (P5).
 */
struct dpc_cancel_lock *dpc_cancel_lock_system(void);

/**
 * dpc_cancel_lock_init - initialise a cancel lock
 * @lock: the lock; must not be held
 *
 * Context: any.
 */
void dpc_cancel_lock_init(struct dpc_cancel_lock *lock);

enum dpc_irql dpc_cancel_lock_acquire_ip(struct dpc_cancel_lock *lock, unsigned long ip);

/**
 * dpc_cancel_lock_acquire - raise to DISPATCH and take a cancel lock
 * @lock: the lock, not held by the caller
 *
 * Context: PASSIVE or DISPATCH.
 * Return: the level before, for dpc_cancel_lock_release() (P5).
 */
static __always_inline enum dpc_irql dpc_cancel_lock_acquire(struct dpc_cancel_lock *lock)
{
	return dpc_cancel_lock_acquire_ip(lock, _THIS_IP_);
}

void dpc_cancel_lock_release_ip(struct dpc_cancel_lock *lock, enum dpc_irql old, unsigned long ip);

/**
 * dpc_cancel_lock_release - release a cancel lock and restore the level
 * @lock: the lock, held by the caller
 * @old: what dpc_cancel_lock_acquire() returned; or DPC_DISPATCH_LEVEL, to stay there: a
 *	caller that came from PASSIVE then calls dpc_level_lower()
 *
 * Context: as it was for dpc_cancel_lock_acquire().
 */
static __always_inline void dpc_cancel_lock_release(struct dpc_cancel_lock *lock,
						    enum dpc_irql old)
{
	dpc_cancel_lock_release_ip(lock, old, _THIS_IP_);
}

/**
 * struct dpc_packet_ops - what the owner of a packet is told
 * @complete: the packet is complete, and its owner's again; the routine may free it.
 *	NULL if the owner waits by dpc_packet_wait().  Called once, in the context of
 *	dpc_packet_complete(), at most DISPATCH.
 * @release: the owner has given up waiting, and now the driver is through with the
 *	packet: free it.  Called in the same context.  NULL if the memory is not the
 *	packet's own; then nobody can give up.
 */
struct dpc_packet_ops {
	void (*complete)(struct dpc_packet *packet);
	void (*release)(struct dpc_packet *packet);
};

/**
 * struct dpc_packet - a request's part that the queue and its driver use
 * @status: result: 0 or a negative errno; valid when the packet is complete (P4)
 * @information: result: what was done, mostly a number of bytes; also then
 * @retries: how often dpc_packet_retry() has started it again
 * @cancelled: somebody has cancelled it; the driver looks at it under the cancel lock
 *
 * Who may touch a packet:
 *
 *   state      begins with                      the packet is   what may happen to it
 *   ---------  -------------------------------  --------------  ---------------------------
 *   owned      dpc_packet_init()                its owner's     give, start, cancel, free
 *   given      dpc_packet_give()                the driver's    start, cancel, completion
 *   waiting    start on a busy queue            the queue's     cancel, close, becomes current
 *   current    start on an idle queue, next     the driver's    cancel (the driver decides)
 *   in flight  start_next before completion     the driver's    the same
 *   complete   dpc_packet_complete()            its owner's     init, free
 *   abandoned  dpc_packet_wait() has given up   the driver's    completion calls @release
 */
struct dpc_packet {
	/* private: see packet.c; an IRP has other names for all down to @cancelled */
	struct dpc_device_queue_entry	entry;
	dpc_packet_cancel_fn		*cancel;	/* by xchg, under C or not */
	/* public: */
	bool				cancelled;	/* C */
	u32				retries;
	int				status;
	size_t				information;
	/* private: */
	struct dpc_packet_queue		*queue;		/* I */
	const struct dpc_packet_ops	*ops;		/* I */
	unsigned long			flags;		/* atomic bits */
	struct completion		done;
};

/* What is to happen once the start routine has returned. */
enum dpc_packet_wish {
	DPC_PACKET_NOTHING,
	DPC_PACKET_NEXT,
	DPC_PACKET_NEXT_BY_KEY,
	DPC_PACKET_AGAIN,
};

/**
 * struct dpc_packet_queue - the packets of a device, or of one of its engines
 * @context: the driver's own
 *
 *   state     current  starting  waiting         start          start_next
 *   --------  -------  --------  --------------  -------------  -------------------------
 *   idle      none     no        idle            -> starting    nothing to do
 *   starting  one      yes       served, waited  waits          noted; done when the start
 *             or none                                           routine has returned
 *   serving   one      no        served, waited  waits          -> starting, or idle
 *   closed    any      any       empty           completes it   -> idle
 *
 * "served" and "waited" are the states of the device queue @waiting.
 *
 * Field legend:
 *   C  under the cancel lock
 *   D  under @done_lock
 *   I  does not change
 */
struct dpc_packet_queue {
	/* private: a DEVICE_OBJECT has other names for the first two */
	struct dpc_packet	*served;	/* C: the current packet */
	struct dpc_device_queue	waiting;	/* C, and its own lock */
	/* public: */
	void			*context;
	/* private: */
	dpc_packet_start_fn	*start;		/* I */
	dpc_packet_call_cancel_fn *call_cancel;	/* I */
	struct dpc_cancel_lock	*cancel;	/* I */
	enum dpc_packet_wish	wish;		/* C */
	u32			wish_key;	/* C */
	bool			starting;	/* C: the start routine runs */
	bool			closed;		/* C */
	bool			clear_cancel;	/* I: from the first start on */
	int			close_status;	/* C */
	spinlock_t		done_lock;
	unsigned int		users;		/* D: packets not yet given back, and a loop */
	wait_queue_head_t	idle;		/* D: for @users to become 0 */
	struct dpc_cancel_lock	own;
};

/**
 * struct dpc_packet_queue_params - what a packet queue is made of
 * @start: begins with a packet
 * @context: for the queue's @context
 * @cancel_lock: NULL for a lock of the queue's own
 * @call_cancel: calls the cancel routines; NULL if they have this header's type
 * @clear_cancel: a packet loses its cancel routine before @start is called for it
 */
struct dpc_packet_queue_params {
	dpc_packet_start_fn		*start;
	void				*context;
	struct dpc_cancel_lock		*cancel_lock;
	dpc_packet_call_cancel_fn	*call_cancel;
	bool				clear_cancel;
};

/**
 * dpc_packet_queue_init - initialise a packet queue
 * @q: the queue
 * @params: what it is made of; not used after the call
 *
 * Context: any.
 */
void dpc_packet_queue_init(struct dpc_packet_queue *q,
			   const struct dpc_packet_queue_params *params);

/**
 * dpc_packet_queue_close - refuse packets from now on, and complete those that wait
 * @q: the queue
 * @status: what they are completed with, a negative errno
 *
 * For a device that goes away.  Packets that are started from now on are completed with
 * @status at once.  Those that the driver has begun stay the driver's: it completes
 * them as always, or, when none of its stages can run any more, in the name of the
 * device.  dpc_packet_queue_drain() waits for that.
 *
 * Context: PASSIVE or DISPATCH, cancel lock not held.
 */
void dpc_packet_queue_close(struct dpc_packet_queue *q, int status);

/**
 * dpc_packet_queue_drain - wait until all packets are back with their owners
 * @q: the queue
 * @timeout: limit in jiffies, or MAX_SCHEDULE_TIMEOUT
 *
 * An owner that waits has its packet back when its dpc_packet_wait() returns.
 *
 * The queue may be freed when it was closed, this has returned true, and then the driver's
 * stages have ended: a DPC that completes before it starts the next packet still has to
 * do that.
 *
 * Context: may sleep.
 * Return: true if there is none; false if there was still one at the limit.
 */
bool dpc_packet_queue_drain(struct dpc_packet_queue *q, long timeout);

/**
 * dpc_packet_current - the packet that the device serves
 * @q: the queue
 *
 * Context: any.  The answer stays true only where the caller knows that nobody else
 * completes the packet or starts the next one: in the start routine, in the DPC of
 * the packet, or under the cancel lock.
 * Return: the packet; NULL if there is none.
 */
struct dpc_packet *dpc_packet_current(struct dpc_packet_queue *q);

/**
 * dpc_packet_init - initialise a packet, or prepare it for its next start
 * @packet: the packet; it is its owner's
 * @q: the queue that it will go to
 * @ops: what its owner is told; NULL for an owner that waits and can't give up
 *
 * Context: any.
 */
void dpc_packet_init(struct dpc_packet *packet, struct dpc_packet_queue *q,
		     const struct dpc_packet_ops *ops);

bool dpc_packet_give_ip(struct dpc_packet *packet, unsigned long ip);

/**
 * dpc_packet_give - give a packet to the driver, which decides what to do with it
 * @packet: the packet, initialised, and the caller's
 *
 * The driver completes it, or gives it to its start routine by dpc_packet_start(), at once
 * or later.  A packet that needs no such decision is started without this.
 *
 * A packet that is given twice without dpc_packet_init() is reported and counted in
 * dpc_violations(), and nothing happens.
 *
 * Context: PASSIVE or DISPATCH, cancel lock not held.
 * Return: true if it is the driver's; false if the queue is closed, and the packet complete
 * (P1).
 */
static __always_inline bool dpc_packet_give(struct dpc_packet *packet)
{
	return dpc_packet_give_ip(packet, _THIS_IP_);
}

void dpc_packet_start_ip(struct dpc_packet *packet, const u32 *key, dpc_packet_cancel_fn *cancel,
			 unsigned long ip);

/**
 * dpc_packet_start - give a packet to the driver
 * @packet: the packet, initialised, and the caller's
 * @cancel: its cancel routine, mostly dpc_packet_cancel_waiting(); NULL if it keeps the one
 *	that dpc_packet_set_cancel() has set, or can't be cancelled while it waits
 *
 * If the device is idle, the packet becomes the current one, and the start routine is
 * called, on the caller's stack.  If not, the packet waits, behind all others.  If it
 * has to wait and was cancelled before, its cancel routine is called instead (P1).
 *
 * From here on the packet is not the caller's: it may be complete, and its memory
 * free, when this returns.  If the queue is closed, it is complete; so an owner that
 * starts another packet in its completion routine has to look at the status.  The thread
 * that finds the device idle stays at DISPATCH, in the start routine, as long as others
 * ask for the next packet meanwhile.
 *
 * A packet that is started again without dpc_packet_init() is reported and counted in
 * dpc_violations(), and nothing happens.
 *
 * Context: PASSIVE or DISPATCH, cancel lock not held.
 */
static __always_inline void dpc_packet_start(struct dpc_packet *packet,
					     dpc_packet_cancel_fn *cancel)
{
	dpc_packet_start_ip(packet, NULL, cancel, _THIS_IP_);
}

/**
 * dpc_packet_start_by_key - give a packet to the driver, in the order of keys
 * @packet: the packet, initialised, and the caller's
 * @key: if it has to wait, it goes behind all packets whose key is not greater
 * @cancel: its cancel routine, or NULL
 *
 * Context: as for dpc_packet_start() (P1).
 */
static __always_inline void dpc_packet_start_by_key(struct dpc_packet *packet, u32 key,
						    dpc_packet_cancel_fn *cancel)
{
	dpc_packet_start_ip(packet, &key, cancel, _THIS_IP_);
}

void dpc_packet_start_next_ip(struct dpc_packet_queue *q, const u32 *key, unsigned long ip);

/**
 * dpc_packet_start_next - go on with the packet that has waited longest
 * @q: the queue
 *
 * There is no current packet afterwards, or another one.  Call it once for each packet,
 * when the device can take the next one: just before completing the packet that it has
 * finished, or just after (P4).  If no packet waits, the device is idle.
 *
 * If the start routine runs, on this CPU or another one, the next packet is started
 * when that has returned, and not here.  So a thousand packets that complete in their
 * start routine use one level of stack (P2).
 *
 * A caller below DISPATCH is reported and counted in dpc_violations().  So is one that asks
 * for another start while the start routine runs and such a request is still to be done:
 * that changes nothing.
 *
 * Context: DISPATCH, cancel lock not held.
 */
static __always_inline void dpc_packet_start_next(struct dpc_packet_queue *q)
{
	dpc_packet_start_next_ip(q, NULL, _THIS_IP_);
}

/**
 * dpc_packet_start_next_by_key - go on with the next packet in the order of keys
 * @q: the queue
 * @key: takes the first packet whose key is not smaller, or else the first of all
 *
 * Context: as for dpc_packet_start_next() (P2).
 */
static __always_inline void dpc_packet_start_next_by_key(struct dpc_packet_queue *q, u32 key)
{
	dpc_packet_start_next_ip(q, &key, _THIS_IP_);
}

bool dpc_packet_retry_ip(struct dpc_packet *packet, u32 limit, unsigned long ip);

/**
 * dpc_packet_retry - start the current packet again, after an error of the device
 * @packet: the current packet of its queue
 * @limit: how often this may be done for one packet
 *
 * The start routine is called, here or as dpc_packet_start_next() says.
 *
 * Context: DISPATCH, cancel lock not held.
 * Return: true if it is started again; false if it was as often as @limit, or if it is
 * not the current one, which is reported: the caller completes it with its error (P4).
 */
static __always_inline bool dpc_packet_retry(struct dpc_packet *packet, u32 limit)
{
	return dpc_packet_retry_ip(packet, limit, _THIS_IP_);
}

bool dpc_packet_claim_ip(struct dpc_packet_queue *q, struct dpc_packet *packet,
			 unsigned long ip);

/**
 * dpc_packet_claim - in the start routine: may the device begin with this packet?
 * @q: what the start routine was given
 * @packet: the same
 *
 * Under the cancel lock this sees whether the packet is still the current one, clears its
 * cancel routine, and looks at @cancelled.  If it was cancelled, this starts the next one,
 * by this packet's key if it has one, and completes it with -ECANCELED (P5).
 *
 * Context: DISPATCH, in the start routine, cancel lock not held.
 * Return: true if the driver can go on: until completion, a cancellation only sets
 * @cancelled.  False if the driver must not touch the packet: it is complete, or a cancel
 * routine has taken it.
 */
static __always_inline bool dpc_packet_claim(struct dpc_packet_queue *q,
					     struct dpc_packet *packet)
{
	return dpc_packet_claim_ip(q, packet, _THIS_IP_);
}

/**
 * dpc_packet_set_cancel - set or clear the cancel routine of a packet
 * @packet: a packet of the driver's
 * @cancel: the routine, or NULL
 *
 * This is one atomic step.  A driver that sets a routine looks at @cancelled afterwards,
 * because a cancellation that came before has found none.
 *
 * Context: any.
 * Return: the routine before.  If that is NULL where there was one, the routine was called
 * or is about to be, and if it takes packets that are the driver's, it has this one (P5).
 */
dpc_packet_cancel_fn *dpc_packet_set_cancel(struct dpc_packet *packet,
					    dpc_packet_cancel_fn *cancel);

bool dpc_packet_cancel_ip(struct dpc_packet *packet, unsigned long ip);

/**
 * dpc_packet_cancel - tell that nobody wants the result of a packet any more
 * @packet: the packet; the caller makes sure that it is neither freed nor initialised
 *	meanwhile, and that its queue exists
 *
 * If the packet has a cancel routine, that is called, here.  If it has none, only
 * @cancelled is set, and the driver may look at it.  Either way the packet is completed
 * exactly once, with whatever comes first (P5).
 *
 * Context: PASSIVE or DISPATCH, cancel lock not held.
 * Return: true if a cancel routine was called.
 */
static __always_inline bool dpc_packet_cancel(struct dpc_packet *packet)
{
	return dpc_packet_cancel_ip(packet, _THIS_IP_);
}

/**
 * dpc_packet_cancel_waiting - the usual cancel routine
 * @q: the packet's queue
 * @packet: the packet
 *
 * It completes a packet that waits with -ECANCELED, and does nothing to another one:
 * a packet that the start routine has not claimed yet is completed by
 * dpc_packet_claim(), and one that the device has begun is the driver's.
 *
 * Context: as for &typedef dpc_packet_cancel_fn; for drivers only as an argument (P5).
 */
void dpc_packet_cancel_waiting(struct dpc_packet_queue *q, struct dpc_packet *packet);

void dpc_packet_cancel_unlock_ip(struct dpc_packet_queue *q, unsigned long ip);

/**
 * dpc_packet_cancel_unlock - in a cancel routine: release the cancel lock
 * @q: what the routine was given
 *
 * The level is again what it was when somebody cancelled the packet.
 *
 * Context: cancel routine; once.
 */
static __always_inline void dpc_packet_cancel_unlock(struct dpc_packet_queue *q)
{
	dpc_packet_cancel_unlock_ip(q, _THIS_IP_);
}

/**
 * dpc_packet_remove - take a packet that waits out of its queue
 * @q: the queue
 * @packet: the packet
 *
 * Context: cancel lock held.
 * Return: true if it waited: the caller completes it, after it has released the lock (P5).
 */
bool dpc_packet_remove(struct dpc_packet_queue *q, struct dpc_packet *packet);

/**
 * dpc_packet_remove_current - take the current packet away from start routine and DPC
 * @q: the queue
 * @packet: the packet
 *
 * There is no current packet then: dpc_packet_claim() leaves the packet alone, and a DPC
 * finds none.  Whether the device has begun with it is for the driver to know.
 *
 * Context: cancel lock held.
 * Return: true if it was the current one: when it has released the lock, the caller starts
 * the next one and completes it (P5).
 */
bool dpc_packet_remove_current(struct dpc_packet_queue *q, struct dpc_packet *packet);

void dpc_packet_complete_ip(struct dpc_packet *packet, int status, size_t information,
			    unsigned long ip);

/**
 * dpc_packet_complete - give a packet back to its owner
 * @packet: a packet of the driver's; it must not be touched afterwards
 * @status: 0 or a negative errno
 * @information: what was done, mostly a number of bytes
 *
 * A packet that is complete already or still waits, a caller at device level, and a caller
 * that holds the cancel lock or another spin lock are reported and counted in
 * dpc_violations().  The first two have no other effect, as far as the packet's memory still
 * exists (P4, P5).  Locks other than the cancel lock are seen in threads only, and not on
 * PREEMPT_RT.
 *
 * Context: PASSIVE or DISPATCH, no spin lock held.
 */
static __always_inline void dpc_packet_complete(struct dpc_packet *packet, int status,
						size_t information)
{
	dpc_packet_complete_ip(packet, status, information, _THIS_IP_);
}

int dpc_packet_wait_ip(struct dpc_packet *packet, long timeout, unsigned long ip);

/**
 * dpc_packet_wait - wait for a packet, and give up at a limit
 * @packet: a packet that the caller has started; it has no @complete in its ops.  Who has
 *	started such a packet must call this, once
 * @timeout: limit in jiffies, or MAX_SCHEDULE_TIMEOUT
 *
 * At the limit, or on a signal, this cancels the packet.  A packet that waited is
 * complete then.  One that the driver has begun is left to the driver, which calls
 * @release of its ops when it is through; a packet without @release is waited for.
 *
 * Context: may sleep.
 * Return: 0 if the packet is complete, and the caller's: @status tells how.
 * -ETIMEDOUT or -EINTR if it was left to the driver, and is not the caller's any
 * more (P8).  -EINVAL if it has a completion routine, which is reported.
 */
static __always_inline int dpc_packet_wait(struct dpc_packet *packet, long timeout)
{
	return dpc_packet_wait_ip(packet, timeout, _THIS_IP_);
}

#endif /* _LINUX_DPC_PACKET_H */
