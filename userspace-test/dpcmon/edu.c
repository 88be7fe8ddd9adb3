// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of an edu device's node, but for factorials and DMA, which workload.c has.
 */
#include <sys/ioctl.h>

#include "edu.h"
#include "util.h"

static int edu_check(const struct raise *r)
{
	struct dpc_edu_info info;

	if (ioctl(r->fd, DPC_EDU_IOC_INFO_GET, &info))
		return fail("%s: DPC_EDU_IOC_INFO_GET: %m", r->path);
	if (info.abi_version != DPC_EDU_ABI_VERSION)
		return fail("%s: the driver speaks ABI %u, this dpcmon %u: install the two from one version",
			    r->path, info.abi_version, DPC_EDU_ABI_VERSION);
	return 0;
}

static int edu_burst(const struct raise *r, struct raise_burst *b)
{
	struct dpc_edu_burst burst = { .count = b->count, .pace_us = b->pace_us };
	int ret = ioctl(r->fd, DPC_EDU_IOC_BURST_RUN, &burst);

	b->raised = burst.raised;
	b->first_seq = burst.first_seq;
	b->last_seq = burst.last_seq;
	return ret;
}

static int edu_tell(const struct raise *r, struct dpc_raises *raises)
{
	return ioctl(r->fd, DPC_EDU_IOC_RAISES_GET, raises) ? -1 : 1;
}

const struct raise_ops edu_raise_ops = {
	.node	= "dpc_edu",
	.absent	= "load dpc_edu.ko on a machine with QEMU's edu device (-device edu)",
	.call	= "DPC_EDU_IOC_BURST_RUN",
	.late	= "see dmesg, and the module parameter request_timeout_ms of dpc_edu",
	.check	= edu_check,
	.burst	= edu_burst,
	.tell	= edu_tell,
};

int edu_set_body(const struct raise *r, uint32_t dpc_us, uint32_t work_us)
{
	struct dpc_edu_body body = { .dpc_us = dpc_us, .work_us = work_us,
				     .flags = DPC_EDU_BODY_UNTIL_CLOSE };

	if (!edu_is_open(r))
		return fail("--body is for an edu device: the routines of other drivers take the time that they take");
	if (ioctl(r->fd, DPC_EDU_IOC_BODY_SET, &body))
		return fail("%s: can't set the bodies to dpc=%u work=%u us: %m", r->path,
			    dpc_us, work_us);
	return 0;
}
