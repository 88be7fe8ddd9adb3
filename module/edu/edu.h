/* SPDX-License-Identifier: GPL-2.0-only */
/* The objects of dpc_edu.ko: the device, its requests, its settings, an open file. */
#ifndef _DPC_EDU_H
#define _DPC_EDU_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dpc_adapter.h>
#include <linux/dpc_controller.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_packet.h>
#include <linux/dpc_raise.h>
#include <linux/dpc_timer.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/dpc_edu.h>

#define DPC_EDU_NAME_LEN	20

/*
 * What serves requests.  The factorial unit, the DMA engine, and the registers that are
 * read and written by way of an interrupt each serve one request at a time, and all
 * can be busy at once.  A raise is not served; its request waits until the interrupt of
 * the raise was.
 */
enum dpc_edu_engine_id {
	DPC_EDU_ENGINE_FACTORIAL,
	DPC_EDU_ENGINE_DMA,
	DPC_EDU_ENGINE_CONTROL,
	DPC_EDU_ENGINE_NR,
	DPC_EDU_RAISE = DPC_EDU_ENGINE_NR,
};

/*
 * The life of a request.  Engines serve packets; a raise has none.
 *
 *   it is      where                   next
 *   ---------  ----------------------  ---------------------------------------------
 *   waiting    packet queue            its turn, start routine -> current
 *                                      owner gives up, or device gone -> over
 *              edu->raised             the DPC has served the raise -> finished
 *                                      owner gives up, or device gone: the same
 *   current    packet queue,           DPC, once it is done or has failed for good
 *              engine->running while   -> finished
 *              the device is at it     DPC, for a request about the device itself; start
 *                                      routine, if it can't begin -> over
 *                                      device gone -> over
 *   finished   edu->finished           work item copies -> over; the same if gone
 *   over       in no list              freed by the last reference
 *
 * An owner that gives up while the packet is current leaves it to the device
 * (@abandoned), because the device can't be told to stop.
 */

/*
 * struct dpc_edu_request - one thing that the device is to do
 *
 * Field legend:
 *   C  set by the submitter before the request is queued
 *   E  under edu->lock
 *   D  written before @done is completed, read by the owner after
 *   I  under the interrupt's lock
 *   P  by whoever has the current packet: start routine, control routine, DPC, or
 *      remove() when none of these can run
 */
struct dpc_edu_request {
	struct dpc_packet	packet;
	struct dpc_edu		*edu;		/* C */
	struct kref		ref;		/* the owner's, and the device's */
	bool			counted;	/* C, in edu->in_flight */
	enum dpc_edu_engine_id	engine;		/* C */
	struct list_head	node;		/* E */
	bool			finished;	/* E, nobody can give it up any more */
	bool			abandoned;	/* E, while not @finished */
	bool			by_work;	/* P, the work item ends it */
	struct completion	done;
	int			status;		/* E, then D */
	u64			seq;		/* P, for a raise E; then D */

	u32			n;		/* C, factorial */
	u32			result;		/* P, then D, factorial */
	u64			raise;		/* I, number of the raise */

	bool			set_liveness;	/* C, control: write it; else read the state */
	u32			liveness;	/* C, control */
	struct dpc_edu_state	state;		/* P, then D, control */

	u32			offset;		/* C, DMA */
	u32			count;		/* C, DMA */
	u32			direction;	/* C, DMA */
	void			*data;		/* C, DMA, data to write */
	void			*buf;		/* C, DMA, the device's side, a page */
	u32			transferred;	/* P, DMA, by pieces that are done */
	u64			mark;		/* P, DMA from the device, see mark.h */
	struct page		*pages[2];	/* C, user's pages, pinned */
	unsigned int		nr_pages;	/* C */
	unsigned int		page_offset;	/* C, in the first page */
	bool			pages_dirty;	/* D */
};

/* How often a transfer that has failed, or an interrupt that got lost, is tried again. */
#define DPC_EDU_RETRIES		2

/* struct dpc_error.code; its data are offset, count and direction of the transfer, u32 each. */
enum dpc_edu_error {
	DPC_EDU_ERROR_BUS_MASTER = 1,	/* bus mastering is off: the transfer did not begin */
	DPC_EDU_ERROR_BUS = 2,		/* the bus has failed */
	DPC_EDU_ERROR_LOST = 3,		/* bytes did not arrive, see mark.h */
	DPC_EDU_ERROR_MAP = 4,		/* the kernel can't map the buffer for the device */
};

struct dpc_edu_engine {
	struct dpc_edu		*edu;		/* C */
	enum dpc_edu_engine_id	id;		/* C */
	struct dpc_packet_queue	queue;
	struct mutex		submit;		/* who asks whether it is idle, then starts */
	struct dpc_edu_request	*running;	/* I, what the device does now */
	struct dpc_timer	limit;		/* I, the device should be done by then */
	struct dpc		overdue;	/* queued by @limit */
};

/* What the current transfer has of the adapter and the controller. */
struct dpc_edu_channel {
	struct dpc_adapter	adapter;
	struct dpc_allocation	registers;	/* requests map registers */
	struct dpc_allocation	turn;		/* requests the controller */
	bool			has_registers;	/* P */
	bool			has_turn;	/* P */
	u32			mapped;		/* P, length of the piece, or 0 */
	bool			given_up;	/* P, the device may still write to a page */
};

/* The ISR gathers this, and the DPC takes it, all under the interrupt's lock. */
struct dpc_edu_gathered {
	u32	intr_status;		/* bits acknowledged */
	u32	status;			/* of the device, when it was asked for */
	u32	dma_command;		/* the same */
	u64	control_seq;		/* number of that interrupt */
	u64	raises_seen;		/* raises whose interrupt was seen */
	u64	seq;			/* number of the last interrupt that set bits */
};

/* How much slower the routines are made, for experiments. */
struct dpc_edu_bodies {
	u32	dpc_us;
	u32	work_us;
};

/*
 * struct dpc_edu - one device
 *
 * Field legend:
 *   C  constant from probe on
 *   E  under @lock
 *   I  under the interrupt's lock
 *   G  written with @gone_sem held for writing, read with it held for reading
 *
 * Lock order: @gone_sem, then an engine's @submit.  The packet queue's cancel lock,
 * @lock and the interrupt's lock come last, and never one inside another.
 */
struct dpc_edu {
	struct kref		ref;		/* bound driver, open files */
	struct pci_dev		*pdev;		/* C, valid while not @gone */
	void __iomem		*mmio;		/* C, valid while not @gone */
	u32			id;		/* C, the identification register */
	int			number;		/* C, N of dpc_edu<N> */
	char			name[DPC_EDU_NAME_LEN];	/* C */
	bool			msi;		/* C */

	struct rw_semaphore	gone_sem;
	bool			gone;		/* G */
	bool			broken;		/* G, being recovered, see recover.c */

	struct dpc_interrupt	intr;
	struct dpc_edu_gathered	gathered;	/* I */
	struct dpc_raise_book	raises;		/* I */
	bool			quiet;		/* I, device must not interrupt */
	int			stopped;	/* I, why no engine must begin, or 0 */

	struct dpc_edu_engine	engine[DPC_EDU_ENGINE_NR];
	struct dpc_edu_channel	channel;

	spinlock_t		lock;		/* interrupts off: model "hardirq" */
	struct list_head	raised;		/* E, wait for their raise */
	struct list_head	finished;	/* E, wait for the work item */
	bool			tick;		/* E, raises to complete */
	bool			late;		/* E, the work item finishes the packets */
	u32			stray;		/* E, status bits nobody waits for */

	atomic_t		in_flight;	/* requests counted, see there */
	atomic_t		dpc_body_us;	/* extra time, for experiments */
	atomic_t		work_body_us;
	struct dpc_edu_file	*body_holder;	/* G, they are set until it is closed */
	struct dpc_edu_bodies	saved_bodies;	/* G, what they will be then */
	wait_queue_head_t	wait;		/* poll() */
	struct miscdevice	misc;
};

static inline struct dpc_edu *dpc_edu_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct dpc_edu, intr);
}

/* An open file. */
struct dpc_edu_file {
	struct dpc_edu		*edu;		/* constant */
};

#endif /* _DPC_EDU_H */
