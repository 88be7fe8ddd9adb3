/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc_pci<N>: a PCI card that was given to dpc_pci.ko, and how it is made to interrupt.
 */
#ifndef DPCMON_CARD_H
#define DPCMON_CARD_H

#include <linux/dpc_pci.h>

#include "raise.h"

extern const struct raise_ops card_raise_ops;

#endif /* DPCMON_CARD_H */
