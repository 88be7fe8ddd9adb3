/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of all that a device is at, and its recovery from errors of the bus. */
#ifndef _DPC_EDU_RECOVER_H
#define _DPC_EDU_RECOVER_H

#include "edu.h"

extern const struct pci_error_handlers dpc_edu_error_handlers;

void dpc_edu_halt(struct dpc_edu *edu, int err, bool reachable);
bool dpc_edu_halted(struct dpc_edu *edu);

#endif /* _DPC_EDU_RECOVER_H */
