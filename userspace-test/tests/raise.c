// SPDX-License-Identifier: GPL-2.0-only
/*
 * raise: has an edu device raise interrupts, one after another, by the driver that has it.
 *
 * For scripts that look what became of them.
 */
#define _GNU_SOURCE
#include "pci.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int raise_edu(uint32_t count)
{
	int fd = edu_open(O_RDWR);
	struct dpc_edu_burst burst;

	while (count--)
		ASSERT_RET(0, edu_burst(fd, 1, 0, &burst));
	return 0;
}

/* The card is given to dpc_pci and started, and both last. */
static int raise_pci(uint32_t count, uint32_t kind)
{
	struct dpc_pci_burst burst;
	int fd;

	pci_find_cards();
	if (pci_is_ours(CARD_EDU))
		fd = pci_open(CARD_EDU, O_RDWR);
	else
		fd = pci_take_started(CARD_EDU, kind, 1, NULL);
	while (count--)
		ASSERT_RET(0, pci_burst(fd, 0, 1, 0, &burst));
	return 0;
}

int main(int argc, char **argv)
{
	ktap_prepare();
	if (argc == 3 && !strcmp(argv[1], "edu"))
		return raise_edu(strtoul(argv[2], NULL, 0));
	if (argc == 3 && !strcmp(argv[1], "pci-message"))
		return raise_pci(strtoul(argv[2], NULL, 0), DPC_PCI_KIND_MSI);
	if (argc == 3 && !strcmp(argv[1], "pci-line"))
		return raise_pci(strtoul(argv[2], NULL, 0), DPC_PCI_KIND_LINE);
	fputs("usage: raise edu|pci-message|pci-line COUNT\n"
	      "One interrupt after another of the first edu device, by dpc_edu, or by dpc_pci,\n"
	      "which is given the device.\n"
	      "Exit status: 0 each was served, 1 not, 2 wrong usage.\n", stderr);
	return 2;
}
