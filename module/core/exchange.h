/* SPDX-License-Identifier: GPL-2.0-only */
/* Requesting the interrupt, and exchanging its model. */
#ifndef _DPC_CORE_EXCHANGE_H
#define _DPC_CORE_EXCHANGE_H

#include "model.h"

int dpc_exchange_request(struct dpc_interrupt *intr, const struct dpc_model *model,
			 void *carrier);
void dpc_exchange_hint(struct dpc_interrupt *intr);
void dpc_exchange_free(struct dpc_interrupt *intr);
int dpc_exchange_reconnect(struct dpc_interrupt *intr);
int dpc_exchange(struct dpc_interrupt *intr, const struct dpc_model *model, void *carrier);

#endif /* _DPC_CORE_EXCHANGE_H */
