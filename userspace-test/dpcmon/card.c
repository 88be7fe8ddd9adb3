// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of a card's node, with a message for each way in which they fail.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "card.h"
#include "util.h"

const char *card_kind(unsigned int i)
{
	static const char * const names[] = {
		[DPC_PCI_KIND_ANY]	= "any",
		[DPC_PCI_KIND_MSIX]	= "msix",
		[DPC_PCI_KIND_MSI]	= "msi",
		[DPC_PCI_KIND_LINE]	= "line",
	};

	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

int card_info(const struct raise *r, struct dpc_pci_info *info)
{
	if (ioctl(r->fd, DPC_PCI_IOC_INFO_GET, info))
		return fail("%s: DPC_PCI_IOC_INFO_GET: %m", r->path);
	return 0;
}

static int card_check(const struct raise *r)
{
	struct dpc_pci_info info;

	if (card_info(r, &info))
		return -1;
	if (info.abi_version != DPC_PCI_ABI_VERSION)
		return fail("%s: the driver speaks ABI %u, this dpcmon %u: install the two from one version",
			    r->path, info.abi_version, DPC_PCI_ABI_VERSION);
	return 0;
}

static int card_burst(const struct raise *r, struct raise_burst *b)
{
	struct dpc_pci_burst burst = {
		.vector = r->vector, .count = b->count, .pace_us = b->pace_us,
	};
	int ret = ioctl(r->fd, DPC_PCI_IOC_BURST_RUN, &burst);

	b->raised = burst.raised;
	b->first_seq = burst.first_seq;
	b->last_seq = burst.last_seq;
	return ret;
}

static int card_tell(const struct raise *r, struct dpc_raises *raises)
{
	struct dpc_pci_raises all = { .vector = r->vector };
	int ret = ioctl(r->fd, DPC_PCI_IOC_RAISES_GET, &all);

	*raises = all.raises;
	return ret ? ret : !!(all.flags & DPC_PCI_CAN_RAISE);
}

const struct raise_ops card_raise_ops = {
	.node	= "dpc_pci",
	.absent	= "dpcmon bind gives a card to dpc_pci.ko",
	.call	= "DPC_PCI_IOC_BURST_RUN",
	.late	= "see dmesg, the card's recipe, and the module parameter raise_timeout_ms of dpc_pci",
	.check	= card_check,
	.burst	= card_burst,
	.tell	= card_tell,
};

int card_set_recipe(const struct raise *r, struct dpc_pci_recipe *recipe)
{
	if (!ioctl(r->fd, DPC_PCI_IOC_RECIPE_SET, recipe))
		return 0;
	if (errno == EINVAL && recipe->why != DPC_PCI_WHY_NONE)
		return 1;
	if (errno == EPERM)
		return fail("%s: the kernel takes no recipe: it is locked down, or you lack CAP_SYS_RAWIO; docs/pci.md tells more",
			    r->path);
	return fail("%s: DPC_PCI_IOC_RECIPE_SET: %m", r->path);
}

static int card_start_failed(const struct raise *r, uint32_t kind, uint32_t vectors)
{
	struct dpc_pci_info info;
	int error = errno;

	if (error == EBUSY)
		return fail("%s: its line is in use by a driver that does not share it: see /proc/interrupts, or try --kind msi",
			    r->path);
	if (error == EIO)
		return fail("%s: the bus has reported an error of this card: see dmesg", r->path);
	if ((error != EOPNOTSUPP && error != ENOSPC) || card_info(r, &info))
		return fail("%s: can't be started: %s", r->path, strerror(error));
	return fail("%s: it can't have %u vectors of the kind %s: MSI-X has %u, MSI %u, and the line %s; see --kind and --vectors",
		    r->path, vectors ? vectors : 1, card_kind(kind), info.msix_vectors,
		    info.msi_vectors, info.line ? "can be used" : "can't be used");
}

int card_start(const struct raise *r, uint32_t kind, uint32_t vectors)
{
	struct dpc_pci_start start = { .kind = kind, .vectors = vectors };

	if (ioctl(r->fd, DPC_PCI_IOC_START, &start))
		return card_start_failed(r, kind, vectors);
	return 0;
}

int card_stop(const struct raise *r)
{
	struct dpc_pci_info info;

	if (card_info(r, &info))
		return -1;
	if (info.kind == DPC_PCI_KIND_ANY || !ioctl(r->fd, DPC_PCI_IOC_STOP))
		return 0;
	return fail("%s: can't be stopped: %m", r->path);
}
