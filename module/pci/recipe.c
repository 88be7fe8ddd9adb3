// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recipes: whether one is right for a card, and the accesses to its registers.
 *
 * A recipe is checked as a whole before anything is kept of it.  What was checked does not
 * change any more, and only such accesses reach the card.
 */
#include "recipe.h"

#include <linux/bitops.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/string.h>

/* ---- The check ---------------------------------------------------------------------- */

/* Whether @access touches the part of a BAR that @location, a register of MSI-X, tells of. */
static bool dpc_pci_overlaps(struct pci_dev *pdev, const struct dpc_pci_access *access,
			     u8 location, u64 size)
{
	u64 start;
	u32 value;

	pci_read_config_dword(pdev, pdev->msix_cap + location, &value);
	if ((value & PCI_MSIX_TABLE_BIR) != access->bar)
		return false;
	start = value & PCI_MSIX_TABLE_OFFSET;
	return access->offset < start + size && access->offset + access->width > start;
}

static bool dpc_pci_in_msix(struct pci_dev *pdev, const struct dpc_pci_access *access)
{
	int vectors = pci_msix_vec_count(pdev);

	if (vectors <= 0)
		return false;
	return dpc_pci_overlaps(pdev, access, PCI_MSIX_TABLE,
				(u64)vectors * PCI_MSIX_ENTRY_SIZE) ||
	       dpc_pci_overlaps(pdev, access, PCI_MSIX_PBA,
				(u64)BITS_TO_U64(vectors) * sizeof(u64));
}

static enum dpc_pci_why dpc_pci_check_place(struct pci_dev *pdev,
					    const struct dpc_pci_access *access)
{
	u64 size;

	if (access->bar >= DPC_PCI_BARS || !pci_resource_len(pdev, access->bar) ||
	    !(pci_resource_flags(pdev, access->bar) & (IORESOURCE_MEM | IORESOURCE_IO)))
		return DPC_PCI_WHY_BAR;
	if (access->width != 1 && access->width != 2 && access->width != 4)
		return DPC_PCI_WHY_WIDTH;
	if (access->offset % access->width)
		return DPC_PCI_WHY_ALIGN;
	size = pci_resource_len(pdev, access->bar);
	if (size < access->width || access->offset > size - access->width)
		return DPC_PCI_WHY_RANGE;
	if (dpc_pci_in_msix(pdev, access))
		return DPC_PCI_WHY_MSIX;
	return DPC_PCI_WHY_NONE;
}

static enum dpc_pci_why dpc_pci_check_numbers(const struct dpc_pci_access *access)
{
	u32 most = GENMASK(access->width * BITS_PER_BYTE - 1, 0);
	bool value = access->op == DPC_PCI_WRITE || access->op == DPC_PCI_UPDATE;
	bool mask = access->op == DPC_PCI_TEST || access->op == DPC_PCI_UPDATE;

	if (access->value > (value ? most : 0))
		return DPC_PCI_WHY_VALUE;
	if (access->mask > (mask ? most : 0) || (mask && !access->mask))
		return DPC_PCI_WHY_MASK;
	if (access->op == DPC_PCI_UPDATE && (access->value & ~access->mask))
		return DPC_PCI_WHY_VALUE;
	return DPC_PCI_WHY_NONE;
}

static enum dpc_pci_why dpc_pci_check_access(struct pci_dev *pdev,
					     enum dpc_pci_sequence sequence,
					     const struct dpc_pci_access *access)
{
	enum dpc_pci_why why;

	if (access->reserved8 || access->reserved32)
		return DPC_PCI_WHY_RESERVED;
	if (access->op > DPC_PCI_WRITE_BACK)
		return DPC_PCI_WHY_OP;
	if ((access->op == DPC_PCI_TEST && sequence != DPC_PCI_STATUS) ||
	    (access->op == DPC_PCI_WRITE_BACK && sequence != DPC_PCI_ACKNOWLEDGE))
		return DPC_PCI_WHY_PLACE;
	why = dpc_pci_check_place(pdev, access);
	return why ?: dpc_pci_check_numbers(access);
}

/* A status that asks nothing would never find an interrupt. */
static bool dpc_pci_tests(const struct dpc_pci_recipe *arg)
{
	unsigned int i;

	for (i = 0; i < arg->nr[DPC_PCI_STATUS]; i++)
		if (arg->access[DPC_PCI_STATUS][i].op == DPC_PCI_TEST)
			return true;
	return !arg->nr[DPC_PCI_STATUS];
}

static int dpc_pci_bad(struct dpc_pci_recipe *arg, unsigned int sequence, unsigned int access,
		       enum dpc_pci_why why)
{
	arg->why = why;
	arg->bad_sequence = sequence;
	arg->bad_access = access;
	return -EINVAL;
}

static int dpc_pci_check(struct pci_dev *pdev, struct dpc_pci_recipe *arg)
{
	unsigned int s, i, beyond;
	enum dpc_pci_why why;

	for (s = 0; s < DPC_PCI_SEQUENCES; s++) {
		if (arg->nr[s] > DPC_PCI_ACCESSES_MAX)
			return dpc_pci_bad(arg, s, 0, DPC_PCI_WHY_NR);
		for (i = 0; i < arg->nr[s]; i++) {
			why = dpc_pci_check_access(pdev, s, &arg->access[s][i]);
			if (why)
				return dpc_pci_bad(arg, s, i, why);
		}
		beyond = DPC_PCI_ACCESSES_MAX - i;
		if (memchr_inv(&arg->access[s][i], 0, beyond * sizeof(arg->access[s][0])))
			return dpc_pci_bad(arg, s, i, DPC_PCI_WHY_RESERVED);
	}
	if (!dpc_pci_tests(arg))
		return dpc_pci_bad(arg, DPC_PCI_STATUS, 0, DPC_PCI_WHY_OP);
	return 0;
}

/**
 * dpc_pci_recipe_set - check a recipe and keep it
 * @card: it is bound, and its sem is held for writing
 * @arg: the recipe; says what is wrong with it
 *
 * Return: 0; -EBUSY, -EINVAL, -ENOMEM: then the recipes are as they were.
 */
int dpc_pci_recipe_set(struct dpc_pci *card, struct dpc_pci_recipe *arg)
{
	struct dpc_pci_recipe *recipe;
	int err;

	arg->why = DPC_PCI_WHY_NONE;
	arg->bad_sequence = 0;
	arg->bad_access = 0;
	if (arg->vector >= DPC_PCI_VECTORS_MAX && arg->vector != DPC_PCI_VECTOR_ALL)
		return -EINVAL;
	if (memchr_inv(arg->reserved, 0, sizeof(arg->reserved)))
		return -EINVAL;
	if (card->set)
		return -EBUSY;
	err = dpc_pci_check(card->pdev, arg);
	if (err)
		return err;
	recipe = kmemdup(arg, sizeof(*arg), GFP_KERNEL);
	if (!recipe)
		return -ENOMEM;
	if (arg->vector == DPC_PCI_VECTOR_ALL) {
		dpc_pci_recipes_free(card);
		card->all = recipe;
	} else {
		kfree(card->one[arg->vector]);
		card->one[arg->vector] = recipe;
	}
	return 0;
}

void dpc_pci_recipes_free(struct dpc_pci *card)
{
	unsigned int i;

	kfree(card->all);
	card->all = NULL;
	for (i = 0; i < DPC_PCI_VECTORS_MAX; i++) {
		kfree(card->one[i]);
		card->one[i] = NULL;
	}
}

const struct dpc_pci_recipe *dpc_pci_recipe_of(const struct dpc_pci *card, unsigned int vector)
{
	return card->one[vector] ?: card->all;
}

/* ---- The registers ------------------------------------------------------------------ */

/* How much of @bar the recipes of the vectors reach. */
static unsigned long dpc_pci_reach(const struct dpc_pci_set *set, unsigned int bar)
{
	const struct dpc_pci_recipe *recipe;
	unsigned long reach = 0;
	unsigned int v, s, i;

	for (v = 0; v < set->nr; v++) {
		recipe = set->vector[v].recipe;
		if (!recipe)
			continue;
		for (s = 0; s < DPC_PCI_SEQUENCES; s++) {
			for (i = 0; i < recipe->nr[s]; i++) {
				const struct dpc_pci_access *access = &recipe->access[s][i];

				if (access->bar == bar)
					reach = max_t(unsigned long, reach,
						      access->offset + access->width);
			}
		}
	}
	return reach;
}

/* The BARs of some cards are larger than what the kernel can map: only what is used. */
int dpc_pci_bars_map(struct dpc_pci_set *set)
{
	unsigned long reach;
	unsigned int bar;

	for (bar = 0; bar < DPC_PCI_BARS; bar++) {
		reach = dpc_pci_reach(set, bar);
		if (!reach)
			continue;
		set->bar[bar] = pci_iomap(set->card->pdev, bar, reach);
		if (!set->bar[bar]) {
			dpc_pci_bars_unmap(set);
			return -ENOMEM;
		}
	}
	return 0;
}

void dpc_pci_bars_unmap(struct dpc_pci_set *set)
{
	unsigned int bar;

	for (bar = 0; bar < DPC_PCI_BARS; bar++) {
		if (set->bar[bar])
			pci_iounmap(set->card->pdev, set->bar[bar]);
		set->bar[bar] = NULL;
	}
}

static u32 dpc_pci_read(const void __iomem *address, u8 width)
{
	switch (width) {
	case 1:
		return ioread8(address);
	case 2:
		return ioread16(address);
	default:
		return ioread32(address);
	}
}

static void dpc_pci_write(void __iomem *address, u8 width, u32 value)
{
	switch (width) {
	case 1:
		iowrite8(value, address);
		break;
	case 2:
		iowrite16(value, address);
		break;
	default:
		iowrite32(value, address);
	}
}

static void dpc_pci_run_one(struct dpc_pci_vector *v, const struct dpc_pci_access *access)
{
	void __iomem *address = v->set->bar[access->bar] + access->offset;
	u32 value;

	switch (access->op) {
	case DPC_PCI_WRITE:
		dpc_pci_write(address, access->width, access->value);
		break;
	case DPC_PCI_READ:
		dpc_pci_read(address, access->width);
		break;
	case DPC_PCI_UPDATE:
		value = dpc_pci_read(address, access->width) & ~access->mask;
		dpc_pci_write(address, access->width, value | access->value);
		break;
	case DPC_PCI_TEST:
		value = dpc_pci_read(address, access->width);
		/* All ones is what a card says that is not there any more. */
		if (value == GENMASK(access->width * BITS_PER_BYTE - 1, 0))
			value = 0;
		v->found = value & access->mask;
		v->ours |= v->found;
		break;
	case DPC_PCI_WRITE_BACK:
		dpc_pci_write(address, access->width, v->found);
		break;
	}
}

/* Under the interrupt's lock. */
void dpc_pci_run(struct dpc_pci_vector *v, enum dpc_pci_sequence sequence)
{
	unsigned int i;

	if (!v->recipe)
		return;
	if (sequence == DPC_PCI_STATUS)
		v->ours = 0;
	for (i = 0; i < v->recipe->nr[sequence]; i++)
		dpc_pci_run_one(v, &v->recipe->access[sequence][i]);
}
