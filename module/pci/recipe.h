/* SPDX-License-Identifier: GPL-2.0-only */
/* What a card wants: checking it, and doing it. */
#ifndef _DPC_PCI_RECIPE_H
#define _DPC_PCI_RECIPE_H

#include "pci.h"

int dpc_pci_recipe_set(struct dpc_pci *card, struct dpc_pci_recipe *arg);
void dpc_pci_recipes_free(struct dpc_pci *card);
const struct dpc_pci_recipe *dpc_pci_recipe_of(const struct dpc_pci *card, unsigned int vector);
int dpc_pci_bars_map(struct dpc_pci_set *set);
void dpc_pci_bars_unmap(struct dpc_pci_set *set);
void dpc_pci_run(struct dpc_pci_vector *v, enum dpc_pci_sequence sequence);

static inline bool dpc_pci_has(const struct dpc_pci_vector *v, enum dpc_pci_sequence sequence)
{
	return v->recipe && v->recipe->nr[sequence];
}

#endif /* _DPC_PCI_RECIPE_H */
