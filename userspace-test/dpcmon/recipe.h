/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recipes: JSON files that say which registers of a family of cards are read and written so
 * that it interrupts.  docs/pci.md describes them, dpcmon-recipe-1.schema.json in
 * docs/schema/recipe defines them.  The kernel checks what becomes of them for a card (struct
 * dpc_pci_recipe).
 */
#ifndef DPCMON_RECIPE_H
#define DPCMON_RECIPE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc_pci.h>

/* The form that files have, which each names as its "schema". */
#define RECIPE_SCHEMA	"dpcmon-recipe-1"

/**
 * struct recipe_number - a number that may depend on the vector
 * @base: the number itself
 * @factor: it grows by this from one vector to the next
 * @shift: @base is shifted left by the vector instead
 */
struct recipe_number {
	uint64_t	base;
	uint64_t	factor;
	bool		shift;
};

/* As struct dpc_pci_access. */
struct recipe_access {
	uint8_t			op;
	uint8_t			bar;
	uint8_t			width;
	struct recipe_number	offset;
	struct recipe_number	value;
	struct recipe_number	mask;
};

/* @given: the file has it, though it may be empty. */
struct recipe_sequence {
	bool			given;
	uint8_t			nr;
	struct recipe_access	access[DPC_PCI_ACCESSES_MAX];
};

/* By enum dpc_pci_sequence. */
struct recipe_sequences {
	struct recipe_sequence	list[DPC_PCI_SEQUENCES];
};

struct recipe_card {
	uint16_t	vendor;
	uint16_t	device;
};

/**
 * struct recipe - what a file says
 * @path: the file
 * @name: of the family
 * @source: where its facts come from
 * @tried: what it was tried on
 * @cards: the cards that it is for
 * @nr_cards: how many
 * @kind: enum dpc_pci_kind, how the card interrupts
 * @vectors: how many vectors are used; 0 for as many as the card has
 * @all: the sequences
 * @own: those that single vectors have instead
 * @nr_own: vectors that may have some
 */
struct recipe {
	char			*path;
	char			*name;
	char			*source;
	char			*tried;
	struct recipe_card	*cards;
	unsigned int		nr_cards;
	uint32_t		kind;
	uint32_t		vectors;
	struct recipe_sequences	all;
	struct recipe_sequences	*own;
	unsigned int		nr_own;
};

/*
 * Reads a file.
 * Return: what it says, for recipe_free(); NULL after a message that names the place.
 */
struct recipe *recipe_read(const char *path);
void recipe_free(struct recipe *r);

bool recipe_is_for(const struct recipe *r, uint16_t vendor, uint16_t device);

/* Whether any vector can be raised, and whether the vectors differ. */
bool recipe_raises(const struct recipe *r);
bool recipe_differs(const struct recipe *r);

/*
 * What @r says for @vector, up to DPC_PCI_VECTORS_MAX - 1; @to->vector is left to the caller.
 * Return: 0; -1 after a message.
 */
int recipe_expand(const struct recipe *r, unsigned int vector, struct dpc_pci_recipe *to);

/* Says why the kernel has refused @bad, which recipe_expand() has made for @vector. */
void recipe_refused(const struct recipe *r, unsigned int vector, const struct dpc_pci_recipe *bad);

#endif /* DPCMON_RECIPE_H */
