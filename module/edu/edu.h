/* SPDX-License-Identifier: GPL-2.0-only */
/* The objects of dpc_edu.ko: the device, its requests, its settings, an open file. */
#ifndef _DPC_EDU_H
#define _DPC_EDU_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dmapool.h>
#include <linux/dpc_interrupt.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/dpc_edu.h>

#define DPC_EDU_NAME_LEN	20

/*
 * The units of the device that serve requests.  The factorial unit and the DMA engine
 * each run one request at a time, and both can run at once.  A raise is not run; its
 * request waits until the interrupt of the raise was served.
 */
enum dpc_edu_engine_id {
	DPC_EDU_ENGINE_FACTORIAL,
	DPC_EDU_ENGINE_DMA,
	DPC_EDU_ENGINE_NR,
	DPC_EDU_RAISE = DPC_EDU_ENGINE_NR,
};

/*
 * The life of a request.
 *
 *   state     on list           next
 *   --------  ----------------  ---------------------------------------------
 *   queued    engine->queue or  started by the DPC or the submitter -> running
 *             edu->raised       a raise was served by the DPC -> finished
 *                               owner gives up, or device gone -> withdrawn
 *   running   engine->current   engine done, DPC -> finished; or running again,
 *                               if the data may not have arrived
 *                               device gone -> withdrawn
 *   finished  edu->finished     work item copies, completes
 *
 * Withdrawn is no state: the request is off all lists, and the code that took it
 * off ends it.  An owner that gives up while it is running leaves it to the
 * engine (@abandoned), because the device can't be told to stop.
 */
enum dpc_edu_request_state {
	DPC_EDU_QUEUED,
	DPC_EDU_RUNNING,
	DPC_EDU_FINISHED,
};

/*
 * struct dpc_edu_request - one thing that the device is to do
 *
 * Field legend:
 *   C  set by the submitter before the request is queued
 *   E  under edu->lock
 *   D  written before @done is completed, read by the owner after
 *   I  under the interrupt's lock
 */
struct dpc_edu_request {
	struct dpc_edu		*edu;		/* C */
	struct kref		ref;		/* the owner's, and the device's */
	bool			counted;	/* C, in edu->in_flight */
	enum dpc_edu_engine_id	engine;		/* C */
	struct list_head	node;		/* E */
	enum dpc_edu_request_state state;	/* E */
	bool			abandoned;	/* E */
	struct completion	done;
	int			status;		/* E, then D */
	u64			seq;		/* E, then D */

	u32			n;		/* C, factorial */
	u32			result;		/* E, then D, factorial */
	u64			raise;		/* I, number of the raise */

	u32			offset;		/* C, DMA */
	u32			count;		/* C, DMA */
	u32			direction;	/* C, DMA */
	void			*data;		/* C, DMA, data to write */
	void			*buf;		/* C, DMA, written by the device */
	dma_addr_t		buf_dma;	/* C, DMA */
	u64			mark;		/* E, from the device, see mark.h */
	bool			again;		/* E, from the device, second try */
	struct page		*pages[2];	/* C, user's pages, pinned */
	unsigned int		nr_pages;	/* C */
	unsigned int		page_offset;	/* C, in the first page */
	bool			pages_dirty;	/* D */
};

/* struct dpc_error.code; its data are offset, count and direction of the transfer, u32 each. */
enum dpc_edu_error {
	DPC_EDU_ERROR_BUS_MASTER = 1,	/* bus mastering is off: the transfer did not begin */
	DPC_EDU_ERROR_BUS = 2,		/* the engine still runs, or the bus has failed */
	DPC_EDU_ERROR_LOST = 3,		/* bytes did not arrive, see mark.h */
};

struct dpc_edu_engine {
	struct list_head	queue;		/* E */
	struct dpc_edu_request	*current_req;	/* E */
};

/* The ISR gathers this, and the DPC takes it, all under the interrupt's lock. */
struct dpc_edu_gathered {
	u32	intr_status;		/* bits acknowledged */
	u64	raises_seen;		/* raises whose interrupt was seen */
	u64	seq;			/* number of the last interrupt that set bits */
};

/* The settings that a file can hold. */
struct dpc_edu_settings {
	u32			model;
	u32			budget_us[DPC_STAGE_NR];
	u32			dpc_body_us;
	u32			work_body_us;
};

/*
 * struct dpc_edu_holder - the file that holds the settings
 * @held: a file has taken them; cleared when they are restored
 * @ended: number of holds that have ended; close() reads it without the lock
 * @file: that file, NULL once it was closed
 * @pid: of the process that took the hold
 * @comm: its name
 * @saved: the settings as they were then
 * @restore: puts them back
 */
struct dpc_edu_holder {
	bool			held;		/* G */
	unsigned int		ended;		/* G */
	struct dpc_edu_file	*file;		/* G */
	struct pid		*pid;		/* G */
	char			comm[TASK_COMM_LEN];	/* G */
	struct dpc_edu_settings	saved;		/* G */
	struct delayed_work	restore;
};

/*
 * The books of raised interrupts, all under the interrupt's lock.
 * @settled is the sum of @interrupts, @merged and @dropped.
 */
struct dpc_edu_raises_book {
	u64	raised;
	u64	settled;		/* of these, not pending any more */
	u64	interrupts;
	u64	merged;
	u64	dropped;
	u64	first_at;		/* stamp of the first pending one */
	struct dpc_stage_stats wait;	/* from raise to ISR */
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
 * Lock order: @gone_sem, then @lock, then the interrupt's lock.
 */
struct dpc_edu {
	struct kref		ref;		/* bound driver, open files */
	struct pci_dev		*pdev;		/* C, valid while not @gone */
	void __iomem		*mmio;		/* C, valid while not @gone */
	int			number;		/* C, N of dpc_edu<N> */
	char			name[DPC_EDU_NAME_LEN];	/* C */
	bool			msi;		/* C */
	struct dma_pool		*pool;		/* C, valid while not @gone */

	struct rw_semaphore	gone_sem;
	bool			gone;		/* G */

	struct dpc_interrupt	intr;
	struct dpc_edu_gathered	gathered;	/* I */
	struct dpc_edu_raises_book raises;	/* I */
	bool			quiet;		/* I, device must not interrupt */

	spinlock_t		lock;		/* interrupts off: model "hardirq" */
	struct dpc_edu_engine	engine[DPC_EDU_ENGINE_NR];	/* E */
	struct list_head	raised;		/* E, wait for their raise */
	struct list_head	finished;	/* E, wait for the work item */
	bool			tick;		/* E, raises to complete */
	u32			stray;		/* E, status bits nobody waits for */

	atomic_t		in_flight;	/* requests counted, see there */
	atomic_t		dpc_body_us;	/* extra time, for experiments */
	atomic_t		work_body_us;
	struct dpc_edu_holder	holder;
	wait_queue_head_t	wait;		/* poll() */
	struct miscdevice	misc;
};

/* An open file. */
struct dpc_edu_file {
	struct dpc_edu		*edu;		/* constant */
	atomic64_t		overruns_seen;	/* as of the last STATS_GET */
	atomic_t		epoch_seen;	/* of the statistics, before that */
};

#endif /* _DPC_EDU_H */
