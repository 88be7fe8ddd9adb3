// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon unbind: gives a card back to the driver that had it before dpcmon bind, also one
 * that was left somewhere in between.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bind.h"
#include "commands.h"
#include "pci.h"
#include "util.h"
#include "verdict.h"

static int cmd_unbind_card(const struct pci *pci)
{
	char *driver = pci_driver(pci);
	int ret;

	if (!bind_is_ours(pci)) {
		ret = fail("%s: dpcmon has not bound it: its driver is %s", pci->address,
			   *driver ? driver : "none");
		free(driver);
		return ret;
	}
	free(driver);
	ret = bind_give_back(pci);
	driver = pci_driver(pci);
	printf("%s: its driver is %s\n", pci->address, *driver ? driver : "none");
	free(driver);
	return ret;
}

int cmd_unbind(const struct params *p)
{
	struct pci pci;
	int ret = pci_find(&pci, p->address);

	if (!ret)
		ret = cmd_unbind_card(&pci);
	return ret ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}
