/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of dpc_edu.ko share:
 *
 *   main.c	probe and remove, module parameters
 *   sysfs.c	counters, budgets and model, one value a file
 *   chardev.c	/dev/dpc_edu<N>
 *   settings.c	model, budgets, bodies, and who holds them
 *   raise.c	interrupts raised by register, and their books
 *   stages.c	ISR, DPC, work item
 *   request.c	requests, from submission to the owner's end of the wait
 *   hw.c	the device's registers
 *   mark.h	did a transfer reach memory?
 */
#ifndef _DPC_EDU_H
#define _DPC_EDU_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

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
 * What can work for a request.  The factorial unit and the DMA engine run one
 * request at a time each, and both at once.  Raises are not run: a request
 * waits until the interrupt of its raise was served.
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
 * Withdrawn is no state: the request is off all lists, and whoever took it
 * off ends it.  An owner that gives up while it is running leaves it to the
 * engine (@abandoned); the device can't be told to stop.
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
	void			*data;		/* C, DMA, what to write */
	void			*buf;		/* C, DMA, written by the device */
	dma_addr_t		buf_dma;	/* C, DMA */
	u64			mark;		/* E, from the device, see mark.h */
	bool			again;		/* E, from the device, second try */
	struct page		*pages[2];	/* C, user's pages, pinned */
	unsigned int		nr_pages;	/* C */
	unsigned int		page_offset;	/* C, in the first page */
	bool			pages_dirty;	/* D */
};

struct dpc_edu_engine {
	struct list_head	queue;		/* E */
	struct dpc_edu_request	*current_req;	/* E */
};

/* What the ISR gathers and the DPC takes: all under the interrupt's lock. */
struct dpc_edu_gathered {
	u32	intr_status;		/* bits acknowledged */
	u64	raises_seen;		/* raises whose interrupt was seen */
	u64	seq;			/* number of the last interrupt that set bits */
};

/* What a file that holds the settings can change. */
struct dpc_edu_settings {
	u32			model;
	u32			budget_us[DPC_STAGE_NR];
	u32			dpc_body_us;
	u32			work_body_us;
};

/*
 * struct dpc_edu_holder - whose the settings are
 * @held: somebody's; cleared when all is as it was before
 * @ended: holds so far that have ended; close() reads it without the lock
 * @file: NULL once it was closed
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
 * What became of the interrupts that were raised: all under the interrupt's lock.
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

/* main.c */
extern unsigned int dpc_edu_request_timeout_ms;
void dpc_edu_put(struct dpc_edu *edu);

/* sysfs.c */
extern const struct attribute_group *dpc_edu_groups[];

/* settings.c */
int dpc_edu_set_model(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 model);
int dpc_edu_set_budget(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 stage,
		       u32 budget_us);
int dpc_edu_set_body(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 dpc_us, u32 work_us);
int dpc_edu_hold_take(struct dpc_edu_file *by, struct dpc_edu_hold *arg);
void dpc_edu_hold_end(struct dpc_edu_file *by);
void dpc_edu_hold_gone(struct dpc_edu *edu);
void dpc_edu_hold_init(struct dpc_edu *edu);
ssize_t dpc_edu_hold_show(struct dpc_edu *edu, char *buf);

/* chardev.c */
bool dpc_edu_get_live(struct dpc_edu *edu);
void dpc_edu_put_live(struct dpc_edu *edu);
int dpc_edu_chardev_register(struct dpc_edu *edu);
void dpc_edu_chardev_unregister(struct dpc_edu *edu);

/* raise.c */
int dpc_edu_raise_burst(struct dpc_edu *edu, struct dpc_edu_burst *arg,
			struct dpc_edu_request *req);
void dpc_edu_raises_seen(struct dpc_edu *edu);
void dpc_edu_raises_dropped(struct dpc_edu *edu);
void dpc_edu_raises_read(struct dpc_edu *edu, struct dpc_edu_raises *out);
void dpc_edu_raises_reset(struct dpc_edu *edu);

/* stages.c */
extern const struct dpc_interrupt_ops dpc_edu_interrupt_ops;

/* request.c */
struct dpc_edu_request *dpc_edu_request_alloc(struct dpc_edu *edu, enum dpc_edu_engine_id engine);
void dpc_edu_request_put(struct dpc_edu_request *req);
void dpc_edu_request_leave(struct dpc_edu_request *req);
void dpc_edu_request_count(struct dpc_edu_request *req);
int dpc_edu_request_take_user(struct dpc_edu_request *req, void __user *user);
int dpc_edu_request_take_buffer(struct dpc_edu_request *req);
int dpc_edu_request_submit(struct dpc_edu_request *req, bool nonblock);
int dpc_edu_request_wait(struct dpc_edu_request *req);
bool dpc_edu_request_give_up(struct dpc_edu_request *req);
void dpc_edu_request_end(struct dpc_edu_request *req, int status);
void dpc_edu_engine_start_next(struct dpc_edu *edu, enum dpc_edu_engine_id id);
void dpc_edu_requests_fail_queued(struct dpc_edu *edu);
void dpc_edu_requests_fail_rest(struct dpc_edu *edu, bool dma_stopped);

/* hw.c */
int dpc_edu_hw_check(struct dpc_edu *edu);
void dpc_edu_hw_enable(struct dpc_edu *edu);
void dpc_edu_hw_disable(struct dpc_edu *edu);
bool dpc_edu_hw_quiesce(struct dpc_edu *edu);
u32 dpc_edu_hw_acknowledge(struct dpc_edu *edu);
void dpc_edu_hw_raise(struct dpc_edu *edu);
void dpc_edu_hw_factorial_start(struct dpc_edu *edu, u32 n);
u32 dpc_edu_hw_factorial_result(struct dpc_edu *edu);
int dpc_edu_hw_dma_start(struct dpc_edu *edu, const struct dpc_edu_request *req);
bool dpc_edu_hw_dma_running(struct dpc_edu *edu);
bool dpc_edu_hw_bus_master(struct dpc_edu *edu);
bool dpc_edu_hw_bus_failed(struct dpc_edu *edu);
u32 dpc_edu_hw_id(struct dpc_edu *edu);

#endif /* _DPC_EDU_H */
