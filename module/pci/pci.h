/* SPDX-License-Identifier: GPL-2.0-only */
/* The objects of dpc_pci.ko: a card, its vectors while it is started, their recipes. */
#ifndef _DPC_PCI_H
#define _DPC_PCI_H

#include <linux/dpc_interrupts.h>
#include <linux/dpc_raise.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <uapi/linux/dpc_pci.h>

#define DPC_PCI_NAME_LEN	20

struct dpc_pci;

/*
 * struct dpc_pci_vector - one vector of a card that is started
 *
 * What a raise goes through, each step but the last under the interrupt's lock:
 *
 *   raised     number n of @book; its owner waits until @served >= n
 *   seen       the ISR takes all up to n:      @seen = n, with the interrupt's number
 *   taken      the DPC hands that on:          @taken = @seen
 *   served     the work item has it:           @served = @taken; wakes the owners
 *
 * An interrupt that comes between two stages moves @seen on, and those behind it follow.
 *
 * Field legend:
 *   C  constant while the set exists
 *   I  under the interrupt's lock
 *   V  under the set's lock
 */
struct dpc_pci_vector {
	struct dpc_interrupt		intr;
	struct dpc_pci_set		*set;		/* C */
	unsigned int			index;		/* C */
	const struct dpc_pci_recipe	*recipe;	/* C, NULL: none */
	u32				found;		/* I, by the last DPC_PCI_TEST */
	u32				ours;		/* I, by any of the running ISR */
	bool				masked;		/* I, the line is, in the card */
	bool				told;		/* I, the log has that it stays so */
	unsigned int			streak;		/* I, ISRs since the last work item */
	unsigned int			strikes;	/* I, masked after that many */
	struct dpc_raise_book		book;		/* I */
	u64				seen;		/* I */
	u64				seen_seq;	/* I */
	u64				taken;		/* I */
	u64				taken_seq;	/* I */
	u64				served;		/* V */
	u64				served_seq;	/* V */
};

/*
 * struct dpc_pci_set - the vectors of a card from one start to the next stop
 *
 * The started card and each call that waits have a reference.  The interrupt objects are
 * connected while @over is false, and card->sem keeps that from changing.
 *
 * @over: stopped; waiters leave.  Written with card->sem held for writing
 */
struct dpc_pci_set {
	struct kref			ref;
	struct dpc_pci			*card;
	enum dpc_pci_kind		kind;
	bool				over;
	spinlock_t			lock;		/* for what has a V */
	wait_queue_head_t		wait;
	void __iomem			*bar[DPC_PCI_BARS];
	struct dpc_interrupts		intrs;
	unsigned int			nr;
	struct dpc_pci_vector		vector[];
};

/*
 * struct dpc_pci - one card
 *
 *   state     @set   @failed  who gets there
 *   --------  -----  -------  --------------------------------------------------------
 *   bound     NULL            probe; stop; recipes can be set
 *   started   there           start
 *   failed    there  true     the bus has reported an error: disabled, nothing is touched
 *   gone      NULL            remove; calls get ENODEV
 *
 * Suspend disables the vectors of a started card and resume enables them; user space is
 * frozen meanwhile.
 *
 * Field legend:
 *   C  constant from probe on
 *   G  written with @sem held for writing, read with it held for reading
 *
 * Lock order: @sem, what dpc_interrupts_connect() and _disconnect() take, the interrupt's
 * lock.  The set's lock is never held together with the interrupt's.  No stage takes @sem.
 */
struct dpc_pci {
	struct kref			ref;		/* bound driver, open files */
	struct pci_dev			*pdev;		/* C, valid while not @gone */
	int				number;		/* C, N of dpc_pci<N> */
	char				name[DPC_PCI_NAME_LEN];	/* C */
	struct rw_semaphore		sem;
	bool				gone;		/* G */
	bool				failed;		/* G */
	struct dpc_pci_recipe		*all;		/* G, or NULL */
	struct dpc_pci_recipe		*one[DPC_PCI_VECTORS_MAX];	/* G, or NULL: @all */
	struct dpc_pci_set		*set;		/* G */
	struct miscdevice		misc;
};

static inline struct dpc_pci_vector *dpc_pci_vector_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct dpc_pci_vector, intr);
}

#endif /* _DPC_PCI_H */
