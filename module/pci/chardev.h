/* SPDX-License-Identifier: GPL-2.0-only */
/* The character device of a card. */
#ifndef _DPC_PCI_CHARDEV_H
#define _DPC_PCI_CHARDEV_H

#include "pci.h"

int dpc_pci_chardev_register(struct dpc_pci *card);
void dpc_pci_chardev_unregister(struct dpc_pci *card);

#endif /* _DPC_PCI_CHARDEV_H */
