// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device object.  The bound driver and each open file have a reference to it; it
 * outlives the device itself, which is there until "gone" is set.
 */
#include "device.h"

#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/slab.h>

static DEFINE_IDA(dpc_edu_numbers);

static void dpc_edu_free(struct kref *ref)
{
	struct dpc_edu *edu = container_of(ref, struct dpc_edu, ref);

	ida_free(&dpc_edu_numbers, edu->number);
	kfree(edu);
}

void dpc_edu_put(struct dpc_edu *edu)
{
	kref_put(&edu->ref, dpc_edu_free);
}

struct dpc_edu *dpc_edu_alloc(struct pci_dev *pdev)
{
	struct dpc_edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);

	if (!edu)
		return NULL;
	edu->number = ida_alloc(&dpc_edu_numbers, GFP_KERNEL);
	if (edu->number < 0) {
		kfree(edu);
		return NULL;
	}
	snprintf(edu->name, sizeof(edu->name), "dpc_edu%d", edu->number);
	edu->pdev = pdev;
	edu->quiet = true;
	kref_init(&edu->ref);
	init_rwsem(&edu->gone_sem);
	spin_lock_init(&edu->lock);
	init_waitqueue_head(&edu->wait);
	INIT_LIST_HEAD(&edu->raised);
	INIT_LIST_HEAD(&edu->finished);
	return edu;
}

/*
 * Whether the device can be used; if so, it stays until dpc_edu_put_live().
 * Return: 0; -ENODEV if it is gone; -EIO if it is being recovered from an error of the bus.
 */
int dpc_edu_get_live(struct dpc_edu *edu)
{
	int err;

	down_read(&edu->gone_sem);
	if (!edu->gone && !edu->broken)
		return 0;
	err = edu->gone ? -ENODEV : -EIO;
	up_read(&edu->gone_sem);
	return err;
}

void dpc_edu_put_live(struct dpc_edu *edu)
{
	up_read(&edu->gone_sem);
}
