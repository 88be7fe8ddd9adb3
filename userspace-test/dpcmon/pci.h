/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI card in sysfs: which driver has it, what hangs on it, and giving it to another driver.
 *
 * Where nothing else is said, a function returns 0, or -1 after a message.
 */
#ifndef DPCMON_PCI_H
#define DPCMON_PCI_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

/* @address: as in /sys/bus/pci/devices. */
struct pci {
	char		address[DPC_OBJECT_DEVICE_LEN];
	uint16_t	vendor;
	uint16_t	device;
};

/* Finds the card at the address @text, which may lack the domain 0000. */
int pci_find(struct pci *p, const char *text);

/* The driver that has it, and the one that it is reserved for; "" for none.  For free(). */
char *pci_driver(const struct pci *p);
char *pci_override(const struct pci *p);

/* Whether that driver is loaded. */
bool pci_has_driver(const char *driver);

/* Reserves it for a driver; "": for none. */
int pci_set_override(const struct pci *p, const char *driver);

/* Takes it from the driver that has it; nothing if none has it. */
int pci_unbind(const struct pci *p);

/* Gives it to @driver; to one that wants it. */
int pci_bind(const struct pci *p, const char *driver);
int pci_probe(const struct pci *p);

/*
 * What hangs on the card, as sysfs knows it: a sentence on each thing that goes away with its
 * driver, for free(); "" if there is none.
 * @busy: set to why the card must not be taken, for free(); NULL if nothing is against it
 */
char *pci_users(const struct pci *p, char **busy);

#endif /* DPCMON_PCI_H */
