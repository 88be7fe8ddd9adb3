// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci_test: dpc_pci.ko, with cards that QEMU has.  Each test takes those that it needs, and
 * all are given back after it.
 *
 *   pci_args.c	good and bad input of every call, wrong recipes
 *   pci_cards.c	each card interrupts, with each of its kinds and with each model
 *   pci_errors.c	the bus reports errors of a card that is in use
 *   pci_gone.c	cards that are stopped, taken away, reset and suspended while in use
 */
#include "pci.h"

#include <stdio.h>
#include <string.h>

static void usage(FILE *to)
{
	fputs("usage: pci_test [--list] [GROUP | GROUP.TEST]...\n"
	      "Tests of dpc_pci.ko, in KTAP; needs root, and dpc_pci loaded.  Without names: all.\n"
	      "Exit status: 0 all passed or skipped, 1 not, 2 wrong usage.\n", to);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--list")) {
		ktap_list();
		return 0;
	}
	if (argc > 1 && argv[1][0] == '-') {
		usage(strcmp(argv[1], "--help") ? stderr : stdout);
		return strcmp(argv[1], "--help") ? 2 : 0;
	}
	pci_find_cards();
	return ktap_run(argv + 1, NULL, pci_give_back);
}
