/* SPDX-License-Identifier: GPL-2.0-only */
/* The allocation queue under adapters and controllers. */
#ifndef _DPC_NT_ALLOCATION_H
#define _DPC_NT_ALLOCATION_H

#include <linux/dpc_allocation.h>

void dpc_allocation_queue_init(struct dpc_allocation_queue *q, unsigned int units);
int dpc_allocation_queue_destroy(struct dpc_allocation_queue *q, unsigned long ip);
int dpc_allocation_request(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			   struct dpc_packet *packet, unsigned int units, unsigned long ip);
bool dpc_allocation_free(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			 unsigned long ip);
bool dpc_allocation_free_units(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			       unsigned int units, unsigned long ip);
bool dpc_allocation_cancel(struct dpc_allocation_queue *q, struct dpc_allocation *a,
			   unsigned long ip);
bool dpc_allocation_cancel_sync(struct dpc_allocation_queue *q, struct dpc_allocation *a,
				unsigned long ip);
bool dpc_allocation_has_units(struct dpc_allocation_queue *q, struct dpc_allocation *a);

#endif /* _DPC_NT_ALLOCATION_H */
