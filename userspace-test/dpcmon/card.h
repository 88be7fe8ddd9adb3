/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc_pci<N>: a PCI card that was given to dpc_pci.ko, and how it is made to interrupt.
 *
 * Where nothing else is said, a function returns 0, or -1 after a message.
 */
#ifndef DPCMON_CARD_H
#define DPCMON_CARD_H

#include <linux/dpc_pci.h>

#include "raise_ops.h"

extern const struct raise_ops card_raise_ops;

/* Names of enum dpc_pci_kind: "any", "msix", "msi", "line"; NULL beyond the last. */
const char *card_kind(unsigned int i);

/* What the card is.  @r: its node, open */
int card_info(const struct raise *r, struct dpc_pci_info *info);

/*
 * Sets a recipe.
 * Return: 0; 1 if the kernel finds it wrong, which @recipe->why tells; -1 after a message.
 */
int card_set_recipe(const struct raise *r, struct dpc_pci_recipe *recipe);

/*
 * Let it interrupt, with @vectors vectors (0: as many as there are) of @kind, enum
 * dpc_pci_kind; and not any more.  card_stop() of a card that is not started does nothing.
 */
int card_start(const struct raise *r, uint32_t kind, uint32_t vectors);
int card_stop(const struct raise *r);

#endif /* DPCMON_CARD_H */
