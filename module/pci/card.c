// SPDX-License-Identifier: GPL-2.0-only
/*
 * The card object, and its vectors from start to stop.
 *
 * The bound driver and each open file have a reference to the card; it outlives the
 * device itself, which is there until "gone" is set.
 */
#include "card.h"
#include "recipe.h"
#include "stages.h"

#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "../compat.h"

static DEFINE_IDA(dpc_pci_numbers);

/* ---- The object --------------------------------------------------------------------- */

static void dpc_pci_card_free(struct kref *ref)
{
	struct dpc_pci *card = container_of(ref, struct dpc_pci, ref);

	dpc_pci_recipes_free(card);
	ida_free(&dpc_pci_numbers, card->number);
	kfree(card);
}

void dpc_pci_card_put(struct dpc_pci *card)
{
	kref_put(&card->ref, dpc_pci_card_free);
}

struct dpc_pci *dpc_pci_card_alloc(struct pci_dev *pdev)
{
	struct dpc_pci *card = kzalloc(sizeof(*card), GFP_KERNEL);

	if (!card)
		return NULL;
	card->number = ida_alloc(&dpc_pci_numbers, GFP_KERNEL);
	if (card->number < 0) {
		kfree(card);
		return NULL;
	}
	snprintf(card->name, sizeof(card->name), "dpc_pci%d", card->number);
	card->pdev = pdev;
	kref_init(&card->ref);
	init_rwsem(&card->sem);
	return card;
}

static void dpc_pci_set_free(struct kref *ref)
{
	kvfree(container_of(ref, struct dpc_pci_set, ref));
}

void dpc_pci_set_put(struct dpc_pci_set *set)
{
	kref_put(&set->ref, dpc_pci_set_free);
}

/* ---- What a card has ------------------------------------------------------------------ */

unsigned int dpc_pci_msi_vectors(struct pci_dev *pdev)
{
	int nr = pci_msi_vec_count(pdev);

	return nr > 0 ? nr : 0;
}

bool dpc_pci_has_line(struct pci_dev *pdev)
{
	return pdev->pin && pci_intx_mask_supported(pdev);
}

static unsigned int dpc_pci_irq_types(struct pci_dev *pdev, u32 kind)
{
	unsigned int line = dpc_pci_has_line(pdev) ? PCI_IRQ_INTX : 0;

	switch (kind) {
	case DPC_PCI_KIND_MSIX:
		return PCI_IRQ_MSIX;
	case DPC_PCI_KIND_MSI:
		return PCI_IRQ_MSI;
	case DPC_PCI_KIND_LINE:
		return line;
	default:
		return PCI_IRQ_MSIX | PCI_IRQ_MSI | line;
	}
}

static bool dpc_pci_has_kind(struct pci_dev *pdev, u32 kind)
{
	bool msix = pci_msix_vec_count(pdev) > 0;
	bool msi = dpc_pci_msi_vectors(pdev);
	bool line = dpc_pci_has_line(pdev);

	switch (kind) {
	case DPC_PCI_KIND_MSIX:
		return msix;
	case DPC_PCI_KIND_MSI:
		return msi;
	case DPC_PCI_KIND_LINE:
		return line;
	default:
		return msix || msi || line;
	}
}

/*
 * Why there is no vector: the card can't, or not so many.  Of several kinds the kernel tells
 * the error of the last that it has tried, -EINVAL for one that the card does not have.
 */
static int dpc_pci_why_none(struct pci_dev *pdev, u32 kind, int err)
{
	if (!dpc_pci_has_kind(pdev, kind))
		return -EOPNOTSUPP;
	if (kind == DPC_PCI_KIND_ANY && err == -EINVAL)
		return -ENOSPC;
	return err;
}

/* ---- Start and stop: card->sem is held for writing -------------------------------------- */

/* Return: how many vectors there are, or an error. */
static int dpc_pci_vectors_alloc(struct dpc_pci *card, const struct dpc_pci_start *arg)
{
	unsigned int types = dpc_pci_irq_types(card->pdev, arg->kind);
	unsigned int most = arg->vectors ?: DPC_PCI_VECTORS_MAX;
	struct pci_dev *pdev = card->pdev;
	int nr;

	if (!types)
		return -EOPNOTSUPP;
	nr = pci_alloc_irq_vectors(pdev, arg->vectors ?: 1, most, types);
	if (nr < 0)
		return dpc_pci_why_none(pdev, arg->kind, nr);
	return nr;
}

static enum dpc_pci_kind dpc_pci_kind_of(const struct pci_dev *pdev)
{
	return pdev->msix_enabled ? DPC_PCI_KIND_MSIX :
	       pdev->msi_enabled ? DPC_PCI_KIND_MSI : DPC_PCI_KIND_LINE;
}

static struct dpc_pci_set *dpc_pci_set_alloc(struct dpc_pci *card, unsigned int nr)
{
	/* Many vectors are more than a few pages. */
	struct dpc_pci_set *set = kvzalloc(struct_size(set, vector, nr), GFP_KERNEL);
	unsigned int i;

	if (!set)
		return NULL;
	kref_init(&set->ref);
	spin_lock_init(&set->lock);
	init_waitqueue_head(&set->wait);
	set->card = card;
	set->kind = dpc_pci_kind_of(card->pdev);
	set->nr = nr;
	for (i = 0; i < nr; i++) {
		set->vector[i].set = set;
		set->vector[i].index = i;
		set->vector[i].recipe = dpc_pci_recipe_of(card, i);
	}
	return set;
}

static struct dpc_interrupt *dpc_pci_connect_vector(void *context, unsigned int index,
						    struct dpc_interrupt_params *params)
{
	struct dpc_pci_set *set = context;

	params->irq = pci_irq_vector(set->card->pdev, index);
	return &set->vector[index].intr;
}

static int dpc_pci_connect(struct dpc_pci_set *set)
{
	struct dpc_interrupts_params params = {
		.common = {
			.dev	= &set->card->pdev->dev,
			.ops	= &dpc_pci_interrupt_ops,
			.name	= set->card->name,
			.flags	= set->kind == DPC_PCI_KIND_LINE ? DPC_INTERRUPT_SHARED : 0,
			.model	= DPC_MODEL_DPC,
		},
		.vector		= dpc_pci_connect_vector,
		.context	= set,
	};

	return dpc_interrupts_connect(&set->intrs, set->nr, &params);
}

static int dpc_pci_start_set(struct dpc_pci *card, unsigned int nr)
{
	struct dpc_pci_set *set = dpc_pci_set_alloc(card, nr);
	int err;

	if (!set)
		return -ENOMEM;
	err = dpc_pci_bars_map(set);
	if (err)
		goto put;
	if (set->kind != DPC_PCI_KIND_LINE)
		pci_set_master(card->pdev);
	err = dpc_pci_connect(set);
	if (err)
		goto unmap;
	card->set = set;
	return 0;

unmap:
	pci_clear_master(card->pdev);
	dpc_pci_bars_unmap(set);
put:
	dpc_pci_set_put(set);
	return err;
}

int dpc_pci_start(struct dpc_pci *card, struct dpc_pci_start *arg)
{
	int nr, err;

	if (card->set)
		return -EBUSY;
	nr = dpc_pci_vectors_alloc(card, arg);
	if (nr < 0)
		return nr;
	err = dpc_pci_start_set(card, nr);
	if (err) {
		pci_free_irq_vectors(card->pdev);
		return err;
	}
	/* What dpc_pci_slot_reset() gives back. */
	pci_save_state(card->pdev);
	arg->kind = card->set->kind;
	arg->vectors = nr;
	return 0;
}

void dpc_pci_stop(struct dpc_pci *card)
{
	struct dpc_pci_set *set = card->set;

	if (!set)
		return;
	card->set = NULL;
	WRITE_ONCE(set->over, true);
	dpc_interrupts_disconnect(&set->intrs);
	wake_up_all(&set->wait);
	pci_clear_master(card->pdev);
	pci_free_irq_vectors(card->pdev);
	dpc_pci_bars_unmap(set);
	dpc_pci_set_put(set);
}
