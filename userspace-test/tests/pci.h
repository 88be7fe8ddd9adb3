/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of dpc_pci.ko share: cards of QEMU, their recipes, and giving them to the
 * driver and back.  Calls return 0 or a negative errno, as in the kernel.
 */
#ifndef PCI_H
#define PCI_H

#include <linux/dpc_pci.h>

#include <stdbool.h>
#include <stdint.h>

#include "edu.h"

enum pci_card_id {
	CARD_EDU,	/* the first one; a second stays with dpc_edu */
	CARD_E1000,
	CARD_E1000E,
	CARD_ROCKER,
	CARD_NR,
};

/**
 * struct pci_card - a card that QEMU has, and what is known of it
 * @name: for messages
 * @vendor: PCI vendor
 * @device: PCI device
 * @recipe: adds its recipe for the vector @index
 * @bdf: its address; empty if the machine has none
 */
struct pci_card {
	const char	*name;
	uint16_t	vendor;
	uint16_t	device;
	void		(*recipe)(struct dpc_pci_recipe *recipe, unsigned int index);
	char		bdf[16];
};

extern struct pci_card pci_cards[CARD_NR];

void pci_find_cards(void);
/* Give the card to dpc_pci.  Skips the test without one.  Return: its node, open as @flags. */
int pci_take(enum pci_card_id id, int flags);
/* The node of a card that dpc_pci has. */
int pci_open(enum pci_card_id id, int flags);
/* Take it, set its recipe, and start it with up to @vectors (0: all).  Return: how many in *@nr. */
int pci_take_started(enum pci_card_id id, uint32_t kind, uint32_t vectors, uint32_t *nr);
/* Give all cards back.  Return: what is wrong, or NULL. */
const char *pci_give_back(void);
/* Give it to the driver @name, "" for whoever wants it. */
int pci_give(const struct pci_card *card, const char *name);

bool pci_is_ours(enum pci_card_id id);	/* dpc_pci has it */
int pci_write(const char *bdf, const char *file, const char *text);

/* Whether a line with @what has come into the log since pci_log_begin(), or since the last one. */
void pci_log_begin(void);
bool pci_log_has(const char *what);
/* The same, with the line. */
#define PCI_LOG_LINE	1024
bool pci_log_find(const char *what, char line[PCI_LOG_LINE]);

int pci_ioctl(int fd, unsigned long cmd, void *arg);
int pci_recipe(int fd, enum pci_card_id id, unsigned int nr);
int pci_start(int fd, uint32_t kind, uint32_t vectors, struct dpc_pci_start *start);
int pci_burst(int fd, uint32_t vector, uint32_t count, uint32_t pace_us,
	      struct dpc_pci_burst *burst);
void pci_raises(int fd, uint32_t vector, struct dpc_raises *raises);	/* fails the test */

/* Make @access the next one of a sequence. */
void pci_add(struct dpc_pci_recipe *recipe, enum dpc_pci_sequence sequence,
	     struct dpc_pci_access access);

/* Take a sequence out again. */
void pci_without(struct dpc_pci_recipe *recipe, enum dpc_pci_sequence sequence);

/* The interrupt object of a card's vector; fails the test. */
void pci_object(enum pci_card_id id, uint32_t vector, struct dpc_object *object);

#endif /* PCI_H */
