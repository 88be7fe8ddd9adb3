// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recipe, up to what the kernel is given for each vector.  The kernel may find that a card has no
 * such register; but it must never be given what no card can have.
 */
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "recipe.h"

static bool recipe_is_sane(unsigned int sequence, const struct dpc_pci_access *a)
{
	uint32_t most = a->width == 4 ? UINT32_MAX : (1u << 8 * a->width) - 1;

	return a->op <= DPC_PCI_WRITE_BACK && a->bar < DPC_PCI_BARS &&
	       (a->width == 1 || a->width == 2 || a->width == 4) &&
	       (a->op != DPC_PCI_TEST || sequence == DPC_PCI_STATUS) &&
	       (a->op != DPC_PCI_WRITE_BACK || sequence == DPC_PCI_ACKNOWLEDGE) &&
	       a->value <= most && a->mask <= most && !a->reserved8 && !a->reserved32;
}

static void recipe_check(const struct dpc_pci_recipe *given)
{
	static const struct dpc_pci_access nothing;
	unsigned int s, i;

	for (s = 0; s < DPC_PCI_SEQUENCES; s++) {
		if (given->nr[s] > DPC_PCI_ACCESSES_MAX)
			fuzz_wrong("the kernel would be given too many accesses");
		for (i = 0; i < given->nr[s]; i++)
			if (!recipe_is_sane(s, &given->access[s][i]))
				fuzz_wrong("the kernel would be given an access that can't be");
		for (; i < DPC_PCI_ACCESSES_MAX; i++)
			if (memcmp(&given->access[s][i], &nothing, sizeof(nothing)))
				fuzz_wrong("the kernel would be given more than is said");
	}
}

/* Every reason for which the kernel could refuse it, and one that is not known, finds its words. */
static void recipe_refuse(const struct recipe *r, struct dpc_pci_recipe *given)
{
	for (given->why = 0; given->why <= DPC_PCI_WHY_RESERVED + 1; given->why++)
		recipe_refused(r, 0, given);
	given->bad_sequence = DPC_PCI_SEQUENCES;
	recipe_refused(r, 0, given);
}

static void recipe_use(const struct recipe *r)
{
	struct dpc_pci_recipe given;
	unsigned int vector;

	recipe_raises(r);
	recipe_differs(r);
	recipe_is_for(r, 0x8086, 0x10d3);
	for (vector = 0; vector < DPC_PCI_VECTORS_MAX; vector++)
		if (!recipe_expand(r, vector, &given))
			recipe_check(&given);
	if (!recipe_expand(r, 0, &given))
		recipe_refuse(r, &given);
}

void fuzz_recipe(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	struct fuzz_said said;
	struct recipe *r;

	fuzz_listen(&said);
	r = recipe_read(path);
	if (r)
		recipe_use(r);
	fuzz_judge(&said, !r);
	recipe_free(r);
}
