/* SPDX-License-Identifier: GPL-2.0-only */
/* May the caller wait?  Each export that waits asks first. */
#ifndef _DPC_CORE_WAIT_H
#define _DPC_CORE_WAIT_H

#include "internal.h"

#include <linux/types.h>

struct dpc_interrupt;

bool dpc_interrupt_may_wait(struct dpc_interrupt *intr, unsigned long caller,
			    const char *function);

#endif /* _DPC_CORE_WAIT_H */
