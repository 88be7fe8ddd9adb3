/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes a card from its driver for dpc_pci.ko, and gives it back.
 *
 *   step of bind_take()                  what bind_give_back() finds if that was the last one
 *   remember the driver in /run/dpc      the driver still has the card: nothing to do
 *   reserve the card for dpc_pci         the same, and a reservation to take back
 *   unbind it                            no driver has it
 *   have the kernel look for a driver    dpc_pci has it
 *
 * What was remembered stays until the card is back, so bind_give_back() works after each of
 * them, also in another process.
 *
 * Where nothing else is said, a function returns 0, or -1 after a message.
 */
#ifndef DPCMON_BIND_H
#define DPCMON_BIND_H

#include "pci.h"

#define BIND_DRIVER	"dpc_pci"

/* Whether there is anything to give back. */
bool bind_is_ours(const struct pci *p);

int bind_take(const struct pci *p);
int bind_give_back(const struct pci *p);

#endif /* DPCMON_BIND_H */
