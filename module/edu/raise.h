/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts that are raised by register, and what became of them. */
#ifndef _DPC_EDU_RAISE_H
#define _DPC_EDU_RAISE_H

#include "edu.h"

int dpc_edu_raise_burst(struct dpc_edu *edu, struct dpc_edu_burst *arg,
			struct dpc_edu_request *req);
void dpc_edu_raises_seen(struct dpc_edu *edu);
void dpc_edu_raises_dropped(struct dpc_edu *edu);
void dpc_edu_raises_read(struct dpc_edu *edu, struct dpc_edu_raises *out);

#endif /* _DPC_EDU_RAISE_H */
