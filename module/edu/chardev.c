// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/dpc_edu<N>: open and close, read and write on the device's buffer, poll.
 */
#include "chardev.h"
#include "device.h"
#include "edu.h"
#include "engine.h"
#include "ioctl.h"
#include "request.h"
#include "settings.h"

#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>

static ssize_t dpc_edu_transfer(struct file *file, u32 direction, void __user *user,
				size_t count, loff_t *pos)
{
	struct dpc_edu_file *edu_file = file->private_data;
	u32 offset = *pos;
	u64 seq;
	int err;

	count = min_t(size_t, count, DPC_EDU_BUFFER_SIZE - offset);
	err = dpc_edu_dma(edu_file->edu, direction, user, offset, count,
			  file->f_flags & O_NONBLOCK, &seq);
	if (err)
		return err;
	*pos = offset + count;
	return count;
}

static ssize_t dpc_edu_read(struct file *file, char __user *user, size_t count, loff_t *pos)
{
	if (*pos < 0)
		return -EINVAL;
	if (*pos >= DPC_EDU_BUFFER_SIZE || !count)
		return 0;
	return dpc_edu_transfer(file, DPC_EDU_DMA_FROM_DEVICE, user, count, pos);
}

static ssize_t dpc_edu_write(struct file *file, const char __user *user, size_t count,
			     loff_t *pos)
{
	if (*pos < 0)
		return -EINVAL;
	if (!count)
		return 0;
	if (*pos >= DPC_EDU_BUFFER_SIZE)
		return -ENOSPC;
	return dpc_edu_transfer(file, DPC_EDU_DMA_TO_DEVICE, (void __user *)user, count, pos);
}

static loff_t dpc_edu_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, DPC_EDU_BUFFER_SIZE);
}

/* The file is readable and writable when a transfer would start at once. */
static __poll_t dpc_edu_poll(struct file *file, poll_table *wait)
{
	struct dpc_edu_file *edu_file = file->private_data;
	struct dpc_edu *edu = edu_file->edu;
	__poll_t mask = 0;
	int err;

	poll_wait(file, &edu->wait, wait);
	err = dpc_edu_get_live(edu);
	if (err)
		return err == -ENODEV ? EPOLLHUP | EPOLLERR : EPOLLERR;
	if (dpc_edu_engine_idle(edu, DPC_EDU_ENGINE_DMA))
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM;
	dpc_edu_put_live(edu);
	return mask;
}

static int dpc_edu_open(struct inode *inode, struct file *file)
{
	struct dpc_edu *edu = container_of(file->private_data, struct dpc_edu, misc);
	struct dpc_edu_file *edu_file = kzalloc(sizeof(*edu_file), GFP_KERNEL);

	if (!edu_file)
		return -ENOMEM;
	/* misc_deregister() and open exclude each other: @edu is still there. */
	kref_get(&edu->ref);
	edu_file->edu = edu;
	file->private_data = edu_file;
	return 0;
}

static int dpc_edu_release(struct inode *inode, struct file *file)
{
	struct dpc_edu_file *edu_file = file->private_data;

	dpc_edu_body_end(edu_file);
	dpc_edu_put(edu_file->edu);
	kfree(edu_file);
	return 0;
}

static const struct file_operations dpc_edu_fops = {
	.owner		= THIS_MODULE,
	.open		= dpc_edu_open,
	.release	= dpc_edu_release,
	.read		= dpc_edu_read,
	.write		= dpc_edu_write,
	.llseek		= dpc_edu_llseek,
	.poll		= dpc_edu_poll,
	.unlocked_ioctl	= dpc_edu_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

int dpc_edu_chardev_register(struct dpc_edu *edu)
{
	edu->misc.minor = MISC_DYNAMIC_MINOR;
	edu->misc.name = edu->name;
	edu->misc.fops = &dpc_edu_fops;
	edu->misc.parent = &edu->pdev->dev;
	return misc_register(&edu->misc);
}

void dpc_edu_chardev_unregister(struct dpc_edu *edu)
{
	misc_deregister(&edu->misc);
}
