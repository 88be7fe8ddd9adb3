// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that a recipe raises, and the wait for the last of a burst.
 *
 * Each raise holds card->sem for reading, so that stop and remove wait for it.  The wait
 * does without: a reference keeps the set, and stop and remove end the wait.
 */
#include "card.h"
#include "raise.h"
#include "recipe.h"

#include <linux/jiffies.h>
#include <linux/sched.h>

unsigned int dpc_pci_raise_timeout_ms = 10000;

/*
 * struct dpc_pci_raising - a burst
 * @number: of the last raise
 */
struct dpc_pci_raising {
	struct dpc_pci		*card;
	struct dpc_pci_set	*set;
	struct dpc_pci_vector	*v;
	u64			number;
};

/* Under the interrupt's lock, so that the ISR knows which raises it has seen. */
static bool dpc_pci_raise_synchronized(void *context)
{
	struct dpc_pci_raising *raising = context;

	raising->number = dpc_raise_begin(&raising->v->book);
	dpc_pci_run(raising->v, DPC_PCI_RAISE);
	return true;
}

static int dpc_pci_raise_once(void *context, bool last)
{
	struct dpc_pci_raising *raising = context;
	struct dpc_pci *card = raising->card;
	int err = 0;

	down_read(&card->sem);
	if (card->gone)
		err = -ENODEV;
	else if (raising->set->over)
		err = -ECANCELED;
	else if (card->failed)
		err = -EIO;
	else
		dpc_interrupt_synchronize(&raising->v->intr, dpc_pci_raise_synchronized, raising);
	up_read(&card->sem);
	return err;
}

/* Whether no interrupt will come, or not for the one who waits. */
static bool dpc_pci_raise_in_vain(const struct dpc_pci_raising *raising)
{
	return READ_ONCE(raising->set->over) || READ_ONCE(raising->card->failed);
}

/* Whether the work item has it; then the number of the interrupt. */
static bool dpc_pci_raise_served(struct dpc_pci_raising *raising, u64 *seq)
{
	struct dpc_pci_vector *v = raising->v;
	bool served;

	spin_lock(&raising->set->lock);
	served = v->served >= raising->number;
	*seq = v->served_seq;
	spin_unlock(&raising->set->lock);
	return served;
}

static int dpc_pci_raise_wait(struct dpc_pci_raising *raising, u64 *seq)
{
	unsigned long limit = msecs_to_jiffies(READ_ONCE(dpc_pci_raise_timeout_ms));
	struct dpc_pci_set *set = raising->set;
	long left;

	left = wait_event_interruptible_timeout(set->wait,
						dpc_pci_raise_served(raising, seq) ||
						dpc_pci_raise_in_vain(raising), limit);
	if (dpc_pci_raise_served(raising, seq))
		return 0;
	*seq = 0;
	if (READ_ONCE(set->over))
		return READ_ONCE(raising->card->gone) ? -ENODEV : -ECANCELED;
	if (READ_ONCE(raising->card->failed))
		return -EIO;
	return left < 0 ? -EINTR : -ETIMEDOUT;
}

/* The set that @arg means, with a reference, and the number of its last interrupt. */
static int dpc_pci_burst_begin(struct dpc_pci_raising *raising, struct dpc_pci_burst *arg)
{
	struct dpc_pci *card = raising->card;
	struct dpc_pci_set *set;
	int err = 0;

	down_read(&card->sem);
	set = card->set;
	if (card->gone) {
		err = -ENODEV;
	} else if (!set || arg->vector >= set->nr) {
		err = -EINVAL;
	} else if (!dpc_pci_has(&set->vector[arg->vector], DPC_PCI_RAISE)) {
		err = -EOPNOTSUPP;
	} else {
		kref_get(&set->ref);
		raising->set = set;
		raising->v = &set->vector[arg->vector];
		arg->first_seq = dpc_interrupt_count(&raising->v->intr);
	}
	up_read(&card->sem);
	return err;
}

int dpc_pci_burst(struct dpc_pci *card, struct dpc_pci_burst *arg)
{
	struct dpc_pci_raising raising = { .card = card };
	int err;

	err = dpc_pci_burst_begin(&raising, arg);
	if (err)
		return err;
	err = dpc_raise_paced(arg->count, arg->pace_us, dpc_pci_raise_once, &raising,
			      &arg->raised);
	if (!err)
		err = dpc_pci_raise_wait(&raising, &arg->last_seq);
	dpc_pci_set_put(raising.set);
	return err;
}
