/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc_edu<N>: how QEMU's edu device is made to interrupt, and what only it can do.
 */
#ifndef DPCMON_EDU_H
#define DPCMON_EDU_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc_edu.h>

#include "raise_ops.h"

extern const struct raise_ops edu_raise_ops;

/* Whether this is the open node of an edu device. */
static inline bool edu_is_open(const struct raise *r)
{
	return raise_is_open(r) && r->ops == &edu_raise_ops;
}

/*
 * Sets the time, us, that the DPC and the work routine take in addition, until the node is
 * closed.
 * Return: 0; -1 after a message, also if this is no edu device.
 */
int edu_set_body(const struct raise *r, uint32_t dpc_us, uint32_t work_us);

#endif /* DPCMON_EDU_H */
