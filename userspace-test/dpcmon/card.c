// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of a card's node that raise interrupts and tell of raises.
 */
#include <sys/ioctl.h>

#include "card.h"
#include "util.h"

static int card_check(const struct raise *r)
{
	struct dpc_pci_info info;

	if (ioctl(r->fd, DPC_PCI_IOC_INFO_GET, &info))
		return fail("%s: DPC_PCI_IOC_INFO_GET: %m", r->path);
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
	return ret;
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
