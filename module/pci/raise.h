/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts that a recipe raises. */
#ifndef _DPC_PCI_RAISE_H
#define _DPC_PCI_RAISE_H

#include "pci.h"

extern unsigned int dpc_pci_raise_timeout_ms;

int dpc_pci_burst(struct dpc_pci *card, struct dpc_pci_burst *arg);

#endif /* _DPC_PCI_RAISE_H */
