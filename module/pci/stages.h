/* SPDX-License-Identifier: GPL-2.0-only */
/* What a vector does in its three stages. */
#ifndef _DPC_PCI_STAGES_H
#define _DPC_PCI_STAGES_H

#include "pci.h"

extern const struct dpc_interrupt_ops dpc_pci_interrupt_ops;

#endif /* _DPC_PCI_STAGES_H */
