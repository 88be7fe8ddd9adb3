// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/dpc: the ioctls and the notices of <uapi/linux/dpc.h>.
 *
 * Everybody who may read the node may look.  What changes something wants a file that is
 * open for writing, which the node's mode leaves to root; docs/abi/dpc.md shows a group.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "chardev.h"
#include "control.h"
#include "notices.h"
#include "stats.h"

#include "../compat.h"

#include <linux/dpc.h>
#include <linux/dpc_interrupt.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/* Events that are copied to user space at a time. */
#define DPC_FILE_NOTICES		8
/* Ids that a list begins with room for. */
#define DPC_LIST_ROOM		64

/*
 * struct dpc_file - an open file
 * @mutex: taken by read()
 * @seen: number of the last notice that it has read, under @mutex
 * @holds: it has taken a hold at some time
 */
struct dpc_file {
	struct mutex	mutex;		/* see above */
	u64		seen;
	bool		holds;
};

/* Each call's argument; the id, if it has one, comes first. */
union dpc_ioctl_arg {
	u32			id;
	struct dpc_abi		abi;
	struct dpc_list		list;
	struct dpc_object	object;
	struct dpc_snapshot	snapshot;
	struct dpc_id		reset;
	struct dpc_budgets	budgets;
	struct dpc_model_set	model_set;
	struct dpc_model_info	model_info;
	struct dpc_hold		hold;
};

/* Whether a field that is reserved is zero. */
#define dpc_ioctl_zero(_field)	(!memchr_inv(&(_field), 0, sizeof(_field)))

/* ---- Calls without an object ------------------------------------------------ */

static int dpc_ioctl_abi(union dpc_ioctl_arg *u)
{
	static const u32 bounds_us[DPC_HIST_BUCKETS] = DPC_HIST_BOUNDS_US;

	u->abi = (struct dpc_abi){
		.abi_version	= DPC_ABI_VERSION,
		.flags		= dpc_accounts() ? DPC_ABI_ACCOUNTS : 0,
		.nr_stages	= DPC_STAGE_NR,
		.nr_buckets	= DPC_HIST_BUCKETS,
		.nr_models	= DPC_MODEL_NR,
		.nr_cpus	= nr_cpu_ids,
		.violations	= dpc_violations(),
	};
	memcpy(u->abi.bounds_us, bounds_us, sizeof(bounds_us));
	return 0;
}

static int dpc_ioctl_list(union dpc_ioctl_arg *u)
{
	struct dpc_list *arg = &u->list;
	unsigned int room = DPC_LIST_ROOM, nr;
	u32 *ids = NULL;
	int err = 0;

	if (!dpc_ioctl_zero(arg->reserved))
		return -EINVAL;
	/* All at once, however many come meanwhile. */
	for (;;) {
		ids = kvmalloc_array(room, sizeof(*ids), GFP_KERNEL);
		if (!ids)
			return -ENOMEM;
		nr = dpc_published_ids(ids, room);
		if (nr <= room)
			break;
		kvfree(ids);
		room = nr + DPC_LIST_ROOM;
	}
	arg->nr = nr;
	if (copy_to_user(u64_to_user_ptr(arg->ids), ids, min(nr, arg->room) * sizeof(*ids)))
		err = -EFAULT;
	kvfree(ids);
	return err;
}

static int dpc_ioctl_model_query(union dpc_ioctl_arg *u)
{
	struct dpc_model_info *arg = &u->model_info;
	u32 model = arg->model;

	if (!dpc_model_name(model) || arg->reserved32 || !dpc_ioctl_zero(arg->reserved))
		return -EINVAL;
	*arg = (struct dpc_model_info){
		.model		= model,
		.traits		= dpc_model_traits(model),
		.available	= dpc_model_available(model),
	};
	strscpy(arg->name, dpc_model_name(model), sizeof(arg->name));
	strscpy(arg->needs, dpc_model_needs(model) ?: "", sizeof(arg->needs));
	return 0;
}

/* ---- Calls for an object ---------------------------------------------------- */

static int dpc_ioctl_object(struct dpc_file *file, struct dpc_published *published,
			    union dpc_ioctl_arg *u)
{
	if (u->object.reserved32 || !dpc_ioctl_zero(u->object.reserved))
		return -EINVAL;
	return dpc_control_describe(published, &u->object);
}

static int dpc_ioctl_snapshot(struct dpc_file *file, struct dpc_published *published,
			      union dpc_ioctl_arg *u)
{
	struct dpc_snapshot *arg = &u->snapshot;

	if (arg->reserved32 || !dpc_ioctl_zero(arg->reserved))
		return -EINVAL;
	memset(arg->stage, 0, sizeof(arg->stage));
	arg->interrupts = 0;
	arg->unhandled = 0;
	arg->while_disabled = 0;
	return dpc_control_snapshot(published, arg->cpu, arg);
}

static int dpc_ioctl_reset(struct dpc_file *file, struct dpc_published *published,
			   union dpc_ioctl_arg *u)
{
	if (u->reset.reserved32 || !dpc_ioctl_zero(u->reset.reserved))
		return -EINVAL;
	return dpc_control_reset(published);
}

static int dpc_ioctl_budgets_set(struct dpc_file *file, struct dpc_published *published,
				 union dpc_ioctl_arg *u)
{
	if (!dpc_ioctl_zero(u->budgets.reserved))
		return -EINVAL;
	return dpc_control_set_budgets(published, file, u->budgets.stages, u->budgets.budget_us);
}

static int dpc_ioctl_model_set(struct dpc_file *file, struct dpc_published *published,
			       union dpc_ioctl_arg *u)
{
	if (!dpc_ioctl_zero(u->model_set.reserved))
		return -EINVAL;
	return dpc_control_set_model(published, file, u->model_set.model);
}

static int dpc_ioctl_hold_take(struct dpc_file *file, struct dpc_published *published,
			       union dpc_ioctl_arg *u)
{
	struct dpc_hold *arg = &u->hold;

	if (!dpc_ioctl_zero(arg->reserved))
		return -EINVAL;
	arg->pid = 0;
	memset(arg->comm, 0, sizeof(arg->comm));
	WRITE_ONCE(file->holds, true);
	return dpc_control_hold_take(published, file, arg);
}

/* ---- Dispatch ---------------------------------------------------------------- */

#define DPC_IOCTL_WRITER	0x1	/* the file must be open for writing */
#define DPC_IOCTL_OUT_ON_ERROR	0x2	/* the result says more about the error */

/* Either @fn, or @object_fn for a call that names an object. */
struct dpc_ioctl {
	unsigned int	cmd;
	unsigned int	flags;
	int		(*fn)(union dpc_ioctl_arg *arg);
	int		(*object_fn)(struct dpc_file *file, struct dpc_published *published,
				     union dpc_ioctl_arg *arg);
};

static const struct dpc_ioctl dpc_ioctls[] = {
	{ DPC_IOC_ABI_GET,	0, dpc_ioctl_abi },
	{ DPC_IOC_LIST,		0, dpc_ioctl_list },
	{ DPC_IOC_MODEL_QUERY,	0, dpc_ioctl_model_query },
	{ DPC_IOC_OBJECT_GET,	0, NULL, dpc_ioctl_object },
	{ DPC_IOC_SNAPSHOT,	0, NULL, dpc_ioctl_snapshot },
	{ DPC_IOC_RESET,	DPC_IOCTL_WRITER, NULL, dpc_ioctl_reset },
	{ DPC_IOC_BUDGETS_SET,	DPC_IOCTL_WRITER, NULL, dpc_ioctl_budgets_set },
	{ DPC_IOC_MODEL_SET,	DPC_IOCTL_WRITER, NULL, dpc_ioctl_model_set },
	{ DPC_IOC_HOLD_TAKE,	DPC_IOCTL_WRITER | DPC_IOCTL_OUT_ON_ERROR, NULL,
				dpc_ioctl_hold_take },
};

static const struct dpc_ioctl *dpc_ioctl_find(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dpc_ioctls); i++)
		if (dpc_ioctls[i].cmd == cmd)
			return &dpc_ioctls[i];
	return NULL;
}

static int dpc_ioctl_call(const struct dpc_ioctl *ioctl, struct dpc_file *file,
			  union dpc_ioctl_arg *arg)
{
	struct dpc_published *published;
	int err;

	if (ioctl->fn)
		return ioctl->fn(arg);
	published = dpc_published_get(arg->id);
	if (!published)
		return -ENODEV;
	err = ioctl->object_fn(file, published, arg);
	dpc_published_put(published);
	return err;
}

static long dpc_chardev_ioctl(struct file *file, unsigned int cmd, unsigned long address)
{
	const struct dpc_ioctl *ioctl = dpc_ioctl_find(cmd);
	void __user *user = (void __user *)address;
	union dpc_ioctl_arg *arg;
	int err;

	if (!ioctl)
		return -ENOTTY;
	if ((ioctl->flags & DPC_IOCTL_WRITER) && !(file->f_mode & FMODE_WRITE))
		return -EPERM;

	/* A snapshot is too large for the stack. */
	arg = kzalloc(max_t(size_t, _IOC_SIZE(cmd), sizeof(arg->id)), GFP_KERNEL);
	if (!arg)
		return -ENOMEM;
	if ((_IOC_DIR(cmd) & _IOC_WRITE) && copy_from_user(arg, user, _IOC_SIZE(cmd))) {
		kfree(arg);
		return -EFAULT;
	}
	err = dpc_ioctl_call(ioctl, file->private_data, arg);
	if ((!err || (ioctl->flags & DPC_IOCTL_OUT_ON_ERROR)) && (_IOC_DIR(cmd) & _IOC_READ) &&
	    copy_to_user(user, arg, _IOC_SIZE(cmd)))
		err = -EFAULT;
	kfree(arg);
	return err;
}

/* ---- Events ------------------------------------------------------------------ */

static ssize_t dpc_chardev_read_locked(struct dpc_file *file, char __user *user, size_t count,
				       bool block)
{
	struct dpc_notice notices[DPC_FILE_NOTICES];
	size_t room = count / sizeof(*notices), done = 0;
	unsigned int n;
	int err;

	lockdep_assert_held(&file->mutex);

	if (!dpc_notices_pending(file->seen)) {
		if (!block)
			return -EAGAIN;
		err = wait_event_interruptible(dpc_notice_wait, dpc_notices_pending(file->seen));
		if (err)
			return err;
	}
	while (done < room) {
		u64 seen = file->seen;

		n = dpc_notices_take(&seen, notices, min_t(size_t, room - done, DPC_FILE_NOTICES));
		if (!n)
			break;
		/* What could not be copied is still to be read. */
		if (copy_to_user(user + done * sizeof(*notices), notices, n * sizeof(*notices)))
			return done ? done * sizeof(*notices) : -EFAULT;
		WRITE_ONCE(file->seen, seen);
		done += n;
	}
	return done * sizeof(*notices);
}

static ssize_t dpc_chardev_read(struct file *file, char __user *user, size_t count, loff_t *pos)
{
	struct dpc_file *dpc_file = file->private_data;
	bool block = !(file->f_flags & O_NONBLOCK);
	ssize_t ret;

	if (count < sizeof(struct dpc_notice))
		return -EINVAL;
	/* Whoever holds it may wait for a notice. */
	if (!block && !mutex_trylock(&dpc_file->mutex))
		return -EAGAIN;
	if (block && mutex_lock_interruptible(&dpc_file->mutex))
		return -ERESTARTSYS;
	ret = dpc_chardev_read_locked(dpc_file, user, count, block);
	mutex_unlock(&dpc_file->mutex);
	return ret;
}

static __poll_t dpc_chardev_poll(struct file *file, poll_table *wait)
{
	struct dpc_file *dpc_file = file->private_data;

	poll_wait(file, &dpc_notice_wait, wait);
	return dpc_notices_pending(READ_ONCE(dpc_file->seen)) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int dpc_chardev_open(struct inode *inode, struct file *file)
{
	struct dpc_file *dpc_file = kzalloc(sizeof(*dpc_file), GFP_KERNEL);

	if (!dpc_file)
		return -ENOMEM;
	mutex_init(&dpc_file->mutex);
	dpc_file->seen = dpc_notices_open();
	file->private_data = dpc_file;
	return stream_open(inode, file);
}

static int dpc_chardev_release(struct inode *inode, struct file *file)
{
	struct dpc_file *dpc_file = file->private_data;

	if (dpc_file->holds)
		dpc_control_holds_end(dpc_file);
	dpc_notices_close();
	mutex_destroy(&dpc_file->mutex);
	kfree(dpc_file);
	return 0;
}

static const struct file_operations dpc_chardev_fops = {
	.owner		= THIS_MODULE,
	.open		= dpc_chardev_open,
	.release	= dpc_chardev_release,
	.read		= dpc_chardev_read,
	.poll		= dpc_chardev_poll,
	.unlocked_ioctl	= dpc_chardev_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice dpc_chardev = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "dpc",
	.fops	= &dpc_chardev_fops,
	.mode	= 0644,
};

int dpc_chardev_init(void)
{
	return misc_register(&dpc_chardev);
}

void dpc_chardev_exit(void)
{
	misc_deregister(&dpc_chardev);
}
