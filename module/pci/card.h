/* SPDX-License-Identifier: GPL-2.0-only */
/* A card: begin and end, start and stop. */
#ifndef _DPC_PCI_CARD_H
#define _DPC_PCI_CARD_H

#include "pci.h"

struct dpc_pci *dpc_pci_card_alloc(struct pci_dev *pdev);
void dpc_pci_card_put(struct dpc_pci *card);
void dpc_pci_set_put(struct dpc_pci_set *set);
int dpc_pci_start(struct dpc_pci *card, struct dpc_pci_start *arg);
void dpc_pci_stop(struct dpc_pci *card);
unsigned int dpc_pci_msi_vectors(struct pci_dev *pdev);
bool dpc_pci_has_line(struct pci_dev *pdev);

#endif /* _DPC_PCI_CARD_H */
