// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three stages of a vector, and its enable and disable callbacks.
 *
 *   ISR    asks the card by its recipe, acknowledges, requests the DPC
 *   DPC    hands on which raises were seen, requests the work item
 *   work   lets a masked line go, completes raises to their owners
 *
 * A line that is still signalled after all that a recipe says would interrupt for ever.  The
 * status bit of PCI 2.3 tells of that, and the disable bit masks it in the card, so that the
 * others on the line, and the machine, live.  Asking costs a cycle of configuration space, so the
 * ISR does it only where the recipe has nothing to ask, or where no work item came in between
 * for long.  Not the DPC: where interrupts have threads it runs after each ISR, and before any
 * other thread.
 *
 * A card may have raised the line again since it was acknowledged.  So the work item lets it go,
 * and gives it up only when that was in vain several times.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "recipe.h"
#include "stages.h"

#include "../compat.h"

#define DPC_PCI_STREAK_MAX	64	/* ISRs without a work item, before a line is suspected */
#define DPC_PCI_STRIKES_MAX	4	/* suspicions in a row that were right */

static bool dpc_pci_is_line(const struct dpc_pci_vector *v)
{
	return v->set->kind == DPC_PCI_KIND_LINE;
}

/* Let the card signal its line, or not.  Nobody else writes the register meanwhile. */
static void dpc_pci_line_let(struct dpc_pci_vector *v, bool let)
{
	struct pci_dev *pdev = v->set->card->pdev;
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	if (let)
		command &= ~PCI_COMMAND_INTX_DISABLE;
	else
		command |= PCI_COMMAND_INTX_DISABLE;
	pci_write_config_word(pdev, PCI_COMMAND, command);
	v->masked = false;
}

/* Whether the card signals its line; if so, it is masked. */
static bool dpc_pci_line_mask(struct dpc_pci_vector *v)
{
	if (!pci_check_and_mask_intx(v->set->card->pdev))
		return false;
	v->masked = true;
	return true;
}

/* Whether the interrupt is the card's. */
static bool dpc_pci_is_ours(struct dpc_pci_vector *v)
{
	bool line = dpc_pci_is_line(v);

	if (!dpc_pci_has(v, DPC_PCI_STATUS))
		return !line || dpc_pci_line_mask(v);
	dpc_pci_run(v, DPC_PCI_STATUS);
	return !line || v->ours;
}

/* Whether the recipe has a part in ending what the line signals. */
static bool dpc_pci_answers(const struct dpc_pci_vector *v)
{
	return dpc_pci_has(v, DPC_PCI_STATUS) || dpc_pci_has(v, DPC_PCI_ACKNOWLEDGE);
}

/* The recipe has done its part: does the line signal all the same? */
static void dpc_pci_line_answered(struct dpc_pci_vector *v)
{
	if (!dpc_pci_answers(v))
		return;
	/* It was masked to ask whose interrupt this is. */
	if (v->masked)
		dpc_pci_line_let(v, true);
	if (++v->streak < DPC_PCI_STREAK_MAX)
		return;
	v->streak = 0;
	if (dpc_pci_line_mask(v))
		v->strikes++;
	else
		v->strikes = 0;
}

/* In the work item: let it go, or know that it is stuck. */
static void dpc_pci_line_rested(struct dpc_pci_vector *v)
{
	v->streak = 0;
	if (!v->masked)
		v->strikes = 0;
	else if (!dpc_pci_answers(v))
		v->masked = !pci_check_and_unmask_intx(v->set->card->pdev);
	else if (v->strikes < DPC_PCI_STRIKES_MAX)
		dpc_pci_line_let(v, true);
}

/* Stage 1; runs under the interrupt's lock. */
static bool dpc_pci_isr(struct dpc_interrupt *intr)
{
	struct dpc_pci_vector *v = dpc_pci_vector_of(intr);

	if (!dpc_pci_is_ours(v))
		return false;
	dpc_pci_run(v, DPC_PCI_ACKNOWLEDGE);
	if (dpc_pci_is_line(v))
		dpc_pci_line_answered(v);
	dpc_raise_seen(&v->book, intr);
	v->seen = dpc_raise_number(&v->book);
	v->seen_seq = dpc_interrupt_number(intr);
	dpc_interrupt_request_dpc(intr);
	return true;
}

/* Under the interrupt's lock. */
static bool dpc_pci_take(void *context)
{
	struct dpc_pci_vector *v = context;

	v->taken = v->seen;
	v->taken_seq = v->seen_seq;
	return true;
}

/* Stage 2.  Bottom halves or all interrupts off; may run on two CPUs at once. */
static void dpc_pci_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	struct dpc_pci_vector *v = dpc_pci_vector_of(intr);

	dpc_interrupt_synchronize(intr, dpc_pci_take, v);
	dpc_interrupt_request_work(intr, served);
}

/* What the work item takes. */
struct dpc_pci_serving {
	struct dpc_pci_vector	*v;
	u64			taken;
	u64			taken_seq;
	bool			stuck;	/* the log has to say it */
};

/* Under the interrupt's lock. */
static bool dpc_pci_serve(void *context)
{
	struct dpc_pci_serving *serving = context;
	struct dpc_pci_vector *v = serving->v;

	serving->taken = v->taken;
	serving->taken_seq = v->taken_seq;
	if (dpc_pci_is_line(v))
		dpc_pci_line_rested(v);
	serving->stuck = v->masked && !v->told;
	v->told |= serving->stuck;
	return true;
}

/* Stage 3.  In a thread. */
static void dpc_pci_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	struct dpc_pci_serving serving = { .v = dpc_pci_vector_of(intr) };
	struct dpc_pci_set *set = serving.v->set;

	dpc_interrupt_synchronize(intr, dpc_pci_serve, &serving);
	/* Not inside the interrupt's lock: those who wait take this one with interrupts on. */
	spin_lock(&set->lock);
	serving.v->served = serving.taken;
	serving.v->served_seq = serving.taken_seq;
	spin_unlock(&set->lock);
	dpc_interrupt_complete(intr, served);
	if (serving.stuck)
		pr_warn("%s: the line stays signalled and is masked in the card: a recipe has to say how to acknowledge it\n",
			set->card->name);
}

/* The work item's time is accounted for: those who wait for the raise see all of it. */
static void dpc_pci_settled(struct dpc_interrupt *intr)
{
	wake_up_all(&dpc_pci_vector_of(intr)->set->wait);
}

/* A raise that could not be signalled while it was disabled is repeated. */
static void dpc_pci_enable(struct dpc_interrupt *intr)
{
	struct dpc_pci_vector *v = dpc_pci_vector_of(intr);

	v->streak = 0;
	v->strikes = 0;
	v->told = false;
	dpc_pci_run(v, DPC_PCI_ENABLE);
	if (dpc_pci_is_line(v))
		dpc_pci_line_let(v, true);
	if (dpc_raise_pending(&v->book))
		dpc_pci_run(v, DPC_PCI_RAISE);
}

static void dpc_pci_disable(struct dpc_interrupt *intr)
{
	struct dpc_pci_vector *v = dpc_pci_vector_of(intr);

	if (dpc_pci_is_line(v))
		dpc_pci_line_let(v, false);
	dpc_pci_run(v, DPC_PCI_DISABLE);
}

const struct dpc_interrupt_ops dpc_pci_interrupt_ops = {
	.isr		= dpc_pci_isr,
	.dpc		= dpc_pci_dpc,
	.work		= dpc_pci_work,
	.enable		= dpc_pci_enable,
	.disable	= dpc_pci_disable,
	.settled	= dpc_pci_settled,
};
