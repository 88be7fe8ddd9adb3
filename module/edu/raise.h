/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts that are raised by register. */
#ifndef _DPC_EDU_RAISE_H
#define _DPC_EDU_RAISE_H

#include "edu.h"

int dpc_edu_raise_burst(struct dpc_edu *edu, struct dpc_edu_burst *arg,
			struct dpc_edu_request *req);

#endif /* _DPC_EDU_RAISE_H */
