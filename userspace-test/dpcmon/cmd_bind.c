// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon bind: takes a card from its driver, gives it to dpc_pci.ko with the recipe of its
 * family, and lets it interrupt.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"
#include "card.h"
#include "commands.h"
#include "device.h"
#include "list.h"
#include "pci.h"
#include "recipes.h"
#include "util.h"
#include "verdict.h"

/* ---- What is about to happen ------------------------------------------------------------- */

static int cmd_bind_find_recipe(const struct params *p, const struct pci *pci, struct recipe **r)
{
	if (recipes_find(p->recipe, pci->vendor, pci->device, r))
		return -1;
	if (*r)
		fprintf(stderr, "%s (%04x:%04x): recipe %s of %s; tried on: %s\n", pci->address,
			pci->vendor, pci->device, (*r)->name, (*r)->path, (*r)->tried);
	else
		warn("%s (%04x:%04x): there is no recipe for this card: what it interrupts with is counted and measured, and nothing can be raised; docs/pci.md shows how to write one, for --recipe or "
		     RECIPES_OWN, pci->address, pci->vendor, pci->device);
	return 0;
}

static int cmd_bind_ask(void)
{
	char answer[16] = "";

	fputs("Take it? [y/N] ", stderr);
	if (!fgets(answer, sizeof(answer), stdin) || (*answer != 'y' && *answer != 'Y'))
		return fail("it stays where it is");
	return 0;
}

/* Whether the card may be taken from @driver: by the machine's state, and by the user. */
static int cmd_bind_may_take(const struct params *p, const struct pci *pci, const char *driver)
{
	char *busy, *users = pci_users(pci, &busy);
	int ret = 0;

	if (busy)
		ret = fail("%s: %s", pci->address, busy);
	else
		fprintf(stderr, "%s is taken from its driver, %s, until dpcmon unbind:\n%s",
			pci->address, driver, *users ? users : "  nothing else is known to use it\n");
	free(busy);
	free(users);
	if (ret || p->yes)
		return ret;
	if (isatty(STDIN_FILENO))
		return cmd_bind_ask();
	return fail("%s: to take it from %s without being asked, say --yes", pci->address, driver);
}

/* ---- The card with dpc_pci.ko ------------------------------------------------------------- */

static int cmd_bind_set_recipe(const struct raise *node, const struct recipe *r, uint32_t vector,
			       bool all)
{
	struct dpc_pci_recipe one;
	int ret;

	if (recipe_expand(r, vector, &one))
		return -1;
	one.vector = all ? DPC_PCI_VECTOR_ALL : vector;
	ret = card_set_recipe(node, &one);
	if (ret > 0)
		recipe_refused(r, vector, &one);
	return ret ? -1 : 0;
}

/* How many vectors may be in use: those beyond need no recipe. */
static uint32_t cmd_bind_most(const struct dpc_pci_info *info, uint32_t vectors)
{
	uint32_t most = info->msix_vectors > info->msi_vectors ? info->msix_vectors :
								 info->msi_vectors;

	if (vectors)
		most = vectors;
	return most < DPC_PCI_VECTORS_MAX ? most : DPC_PCI_VECTORS_MAX;
}

/* All vectors get what the first one wants, and then each its own if they differ. */
static int cmd_bind_set_recipes(const struct raise *node, const struct recipe *r, uint32_t vectors)
{
	struct dpc_pci_info info;
	uint32_t vector;

	if (card_info(node, &info) || cmd_bind_set_recipe(node, r, 0, true))
		return -1;
	for (vector = 0; recipe_differs(r) && vector < cmd_bind_most(&info, vectors); vector++)
		if (cmd_bind_set_recipe(node, r, vector, false))
			return -1;
	return 0;
}

static int cmd_bind_start(const struct params *p, const struct raise *node, const struct recipe *r)
{
	uint32_t kind = p->kind ? p->kind : r ? r->kind : DPC_PCI_KIND_ANY;
	/* how many it is for one kind says nothing of another one */
	uint32_t vectors = p->vectors ? p->vectors : r && kind == r->kind ? r->vectors : 0;

	if (card_stop(node) || (r && cmd_bind_set_recipes(node, r, vectors)))
		return -1;
	return card_start(node, kind, vectors);
}

static int cmd_bind_list(const struct pci *pci)
{
	struct dpc_object *list = NULL;
	struct node n;
	int nr = -1;

	if (!node_open(&n, NODE_READ, false))
		nr = device_find(&n, pci->address, CHOOSE_INTERRUPTS, &list);
	if (nr > 0)
		list_text(stdout, list, nr);
	node_close(&n);
	free(list);
	return nr > 0 ? 0 : -1;
}

static int cmd_bind_run(const struct params *p, const struct pci *pci, const struct recipe *r)
{
	struct raise node;
	int ret = raise_open_node(&node, &card_raise_ops, pci->address);

	if (!ret)
		ret = cmd_bind_start(p, &node, r);
	if (!ret)
		ret = cmd_bind_list(pci);
	raise_close(&node);
	return ret;
}

/* ---- There, or back ------------------------------------------------------------------------ */

static void cmd_bind_undo(const struct pci *pci)
{
	char *driver;

	if (bind_give_back(pci)) {
		warn("%s: it could not be given back: dpcmon unbind %s tries again", pci->address,
		     pci->address);
		return;
	}
	driver = pci_driver(pci);
	warn("%s: it is where it was: its driver is %s", pci->address, *driver ? driver : "none");
	free(driver);
}

static int cmd_bind_card(const struct params *p, const struct pci *pci, const struct recipe *r,
			 const char *driver)
{
	bool ours = !strcmp(driver, BIND_DRIVER);

	if (*driver && !ours && cmd_bind_may_take(p, pci, driver))
		return -1;
	if (!bind_take(pci) && !cmd_bind_run(p, pci, r))
		return 0;
	if (ours)
		warn("%s: dpc_pci has it still, as before; it is not started", pci->address);
	else
		cmd_bind_undo(pci);
	return -1;
}

int cmd_bind(const struct params *p)
{
	struct recipe *r = NULL;
	struct pci pci;
	char *driver;
	int ret;

	if (pci_find(&pci, p->address))
		return EXIT_ERROR;
	if (!pci_has_driver(BIND_DRIVER)) {
		fail("dpc_pci.ko is not loaded: modprobe dpc_pci");
		return EXIT_ERROR;
	}
	driver = pci_driver(&pci);
	ret = cmd_bind_find_recipe(p, &pci, &r);
	if (!ret)
		ret = cmd_bind_card(p, &pci, r, driver);
	recipe_free(r);
	free(driver);
	return ret ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}
