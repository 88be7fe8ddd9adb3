/* SPDX-License-Identifier: GPL-2.0-only */
/* The line of a disabled interrupt object (I7). */
#ifndef _DPC_CORE_MASK_H
#define _DPC_CORE_MASK_H

#include <linux/dpc_interrupt.h>
#include <linux/irqreturn.h>

void dpc_mask_init(struct dpc_interrupt *intr);
unsigned long dpc_mask_request_flags(const struct dpc_interrupt *intr);
void dpc_mask_requested(struct dpc_interrupt *intr);
void dpc_mask_free(struct dpc_interrupt *intr);
void dpc_mask_line(struct dpc_interrupt *intr);
void dpc_mask_unmask_line(struct dpc_interrupt *intr);
irqreturn_t dpc_mask_called_while_disabled(struct dpc_interrupt *intr);

#endif /* _DPC_CORE_MASK_H */
