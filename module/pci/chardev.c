// SPDX-License-Identifier: GPL-2.0-only
/* /dev/dpc_pci<N>, and its ioctls. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "card.h"
#include "chardev.h"
#include "raise.h"
#include "recipe.h"

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* The name stays valid when the card is gone, dev_dbg()'s would not. */
#define dpc_pci_invalid(card, fmt, ...) \
	pr_debug("%s: EINVAL: " fmt "\n", (card)->name, ##__VA_ARGS__)

/* ---- Calls -------------------------------------------------------------------------- */

static int dpc_pci_ioc_info(struct dpc_pci *card, void *argument)
{
	struct dpc_pci_info *info = argument;
	struct pci_dev *pdev = card->pdev;
	unsigned int i;

	*info = (struct dpc_pci_info){
		.abi_version	= DPC_PCI_ABI_VERSION,
		.vendor		= pdev->vendor,
		.device		= pdev->device,
		.kind		= card->set ? card->set->kind : DPC_PCI_KIND_ANY,
		.vectors	= card->set ? card->set->nr : 0,
		.msix_vectors	= max(pci_msix_vec_count(pdev), 0),
		.msi_vectors	= dpc_pci_msi_vectors(pdev),
		.line		= dpc_pci_has_line(pdev),
	};
	strscpy(info->address, pci_name(pdev), sizeof(info->address));
	for (i = 0; i < DPC_PCI_BARS; i++)
		info->bar_size[i] = pci_resource_len(pdev, i);
	return 0;
}

/* A recipe can make the card do anything, so setting one is access to the hardware. */
static int dpc_pci_ioc_recipe(struct dpc_pci *card, void *argument)
{
	if (!capable(CAP_SYS_RAWIO) || security_locked_down(LOCKDOWN_PCI_ACCESS))
		return -EPERM;
	return dpc_pci_recipe_set(card, argument);
}

static int dpc_pci_ioc_start(struct dpc_pci *card, void *argument)
{
	struct dpc_pci_start *arg = argument;

	if (arg->kind > DPC_PCI_KIND_LINE || arg->vectors > DPC_PCI_VECTORS_MAX ||
	    memchr_inv(arg->reserved, 0, sizeof(arg->reserved))) {
		dpc_pci_invalid(card, "kind=%u vectors=%u, valid: 0 to %u, 0 to %u", arg->kind,
				arg->vectors, DPC_PCI_KIND_LINE, DPC_PCI_VECTORS_MAX);
		return -EINVAL;
	}
	if (card->failed)
		return -EIO;
	return dpc_pci_start(card, arg);
}

static int dpc_pci_ioc_stop(struct dpc_pci *card, void *argument)
{
	if (!card->set) {
		dpc_pci_invalid(card, "it is not started");
		return -EINVAL;
	}
	dpc_pci_stop(card);
	return 0;
}

static int dpc_pci_ioc_burst(struct dpc_pci *card, void *argument)
{
	struct dpc_pci_burst *arg = argument;

	if (!arg->count || arg->count > DPC_PCI_BURST_MAX || arg->pace_us > DPC_PCI_PACE_MAX_US ||
	    memchr_inv(arg->reserved, 0, sizeof(arg->reserved))) {
		dpc_pci_invalid(card, "count=%u pace_us=%u, valid: 1 to %u, 0 to %u", arg->count,
				arg->pace_us, DPC_PCI_BURST_MAX, DPC_PCI_PACE_MAX_US);
		return -EINVAL;
	}
	arg->raised = 0;
	arg->first_seq = 0;
	arg->last_seq = 0;
	return dpc_pci_burst(card, arg);
}

static int dpc_pci_ioc_raises(struct dpc_pci *card, void *argument)
{
	struct dpc_pci_raises *arg = argument;
	struct dpc_pci_set *set = card->set;
	struct dpc_pci_vector *v;

	if (!set || arg->vector >= set->nr || arg->flags) {
		dpc_pci_invalid(card, "vector=%u of %u, flags=%#x", arg->vector,
				set ? set->nr : 0, arg->flags);
		return -EINVAL;
	}
	v = &set->vector[arg->vector];
	if (dpc_pci_has(v, DPC_PCI_RAISE))
		arg->flags = DPC_PCI_CAN_RAISE;
	dpc_raise_read(&v->book, &v->intr, &arg->raises);
	return 0;
}

/* ---- Dispatch ----------------------------------------------------------------------- */

#define DPC_PCI_F_READ		0x1	/* called with card->sem held for reading, card there */
#define DPC_PCI_F_WRITE		0x2	/* the same for writing */
#define DPC_PCI_F_WRITER	0x4	/* the file must be open for writing */
#define DPC_PCI_F_OUT_ON_ERROR	0x8	/* the result says how far it got */

struct dpc_pci_ioctl {
	unsigned int	cmd;
	unsigned int	flags;
	int		(*fn)(struct dpc_pci *card, void *argument);
};

static const struct dpc_pci_ioctl dpc_pci_ioctls[] = {
	{ DPC_PCI_IOC_INFO_GET, DPC_PCI_F_READ, dpc_pci_ioc_info },
	{ DPC_PCI_IOC_RECIPE_SET, DPC_PCI_F_WRITE | DPC_PCI_F_WRITER | DPC_PCI_F_OUT_ON_ERROR,
	  dpc_pci_ioc_recipe },
	{ DPC_PCI_IOC_START, DPC_PCI_F_WRITE | DPC_PCI_F_WRITER, dpc_pci_ioc_start },
	{ DPC_PCI_IOC_STOP, DPC_PCI_F_WRITE | DPC_PCI_F_WRITER, dpc_pci_ioc_stop },
	{ DPC_PCI_IOC_BURST_RUN, DPC_PCI_F_WRITER | DPC_PCI_F_OUT_ON_ERROR, dpc_pci_ioc_burst },
	{ DPC_PCI_IOC_RAISES_GET, DPC_PCI_F_READ, dpc_pci_ioc_raises },
};

static const struct dpc_pci_ioctl *dpc_pci_find_ioctl(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dpc_pci_ioctls); i++)
		if (dpc_pci_ioctls[i].cmd == cmd)
			return &dpc_pci_ioctls[i];
	return NULL;
}

static int dpc_pci_call(const struct dpc_pci_ioctl *ioctl, struct dpc_pci *card, void *argument)
{
	int err;

	if (ioctl->flags & DPC_PCI_F_READ) {
		down_read(&card->sem);
		err = card->gone ? -ENODEV : ioctl->fn(card, argument);
		up_read(&card->sem);
	} else if (ioctl->flags & DPC_PCI_F_WRITE) {
		down_write(&card->sem);
		err = card->gone ? -ENODEV : ioctl->fn(card, argument);
		up_write(&card->sem);
	} else {
		err = ioctl->fn(card, argument);
	}
	return err;
}

static int dpc_pci_call_copied(const struct dpc_pci_ioctl *ioctl, struct dpc_pci *card,
			       void *argument, void __user *user)
{
	unsigned int cmd = ioctl->cmd;
	int err;

	if ((_IOC_DIR(cmd) & _IOC_WRITE) && copy_from_user(argument, user, _IOC_SIZE(cmd)))
		return -EFAULT;
	err = dpc_pci_call(ioctl, card, argument);
	if (err && !(ioctl->flags & DPC_PCI_F_OUT_ON_ERROR))
		return err;
	if ((_IOC_DIR(cmd) & _IOC_READ) && copy_to_user(user, argument, _IOC_SIZE(cmd)))
		return -EFAULT;
	return err;
}

static long dpc_pci_ioctl(struct file *file, unsigned int cmd, unsigned long address)
{
	const struct dpc_pci_ioctl *ioctl = dpc_pci_find_ioctl(cmd);
	struct dpc_pci *card = file->private_data;
	void *argument;
	int err;

	if (!ioctl)
		return -ENOTTY;
	if ((ioctl->flags & DPC_PCI_F_WRITER) && !(file->f_mode & FMODE_WRITE))
		return -EPERM;
	/* A recipe is too large for the stack. */
	argument = kzalloc(max_t(size_t, _IOC_SIZE(cmd), 1), GFP_KERNEL);
	if (!argument)
		return -ENOMEM;
	err = dpc_pci_call_copied(ioctl, card, argument, (void __user *)address);
	kfree(argument);
	return err;
}

static int dpc_pci_open(struct inode *inode, struct file *file)
{
	struct dpc_pci *card = container_of(file->private_data, struct dpc_pci, misc);

	/* misc_deregister() and open exclude each other: @card is still there. */
	kref_get(&card->ref);
	file->private_data = card;
	return 0;
}

static int dpc_pci_release(struct inode *inode, struct file *file)
{
	dpc_pci_card_put(file->private_data);
	return 0;
}

static const struct file_operations dpc_pci_fops = {
	.owner		= THIS_MODULE,
	.open		= dpc_pci_open,
	.release	= dpc_pci_release,
	.unlocked_ioctl	= dpc_pci_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

int dpc_pci_chardev_register(struct dpc_pci *card)
{
	card->misc.minor = MISC_DYNAMIC_MINOR;
	card->misc.name = card->name;
	card->misc.fops = &dpc_pci_fops;
	card->misc.parent = &card->pdev->dev;
	return misc_register(&card->misc);
}

void dpc_pci_chardev_unregister(struct dpc_pci *card)
{
	misc_deregister(&card->misc);
}
