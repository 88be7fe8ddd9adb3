// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "pci.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICES	"/sys/bus/pci/devices/"

/* ---- Recipes ------------------------------------------------------------------------ */

void pci_add(struct dpc_pci_recipe *recipe, enum dpc_pci_sequence sequence,
	     struct dpc_pci_access access)
{
	recipe->access[sequence][recipe->nr[sequence]++] = access;
}

void pci_without(struct dpc_pci_recipe *recipe, enum dpc_pci_sequence sequence)
{
	recipe->nr[sequence] = 0;
	memset(recipe->access[sequence], 0, sizeof(recipe->access[sequence]));
}

static struct dpc_pci_access to_write(uint64_t offset, uint32_t value)
{
	return (struct dpc_pci_access){ .op = DPC_PCI_WRITE, .width = 4, .offset = offset,
					.value = value };
}

static struct dpc_pci_access to_read(uint64_t offset)
{
	return (struct dpc_pci_access){ .op = DPC_PCI_READ, .width = 4, .offset = offset };
}

static struct dpc_pci_access to_test(uint64_t offset, uint32_t mask)
{
	return (struct dpc_pci_access){ .op = DPC_PCI_TEST, .width = 4, .offset = offset,
					.mask = mask };
}

static struct dpc_pci_access to_write_back(uint64_t offset)
{
	return (struct dpc_pci_access){ .op = DPC_PCI_WRITE_BACK, .width = 4, .offset = offset };
}

/* QEMU's docs/specs/edu: status, raise, acknowledge. */
static void recipe_edu(struct dpc_pci_recipe *recipe, unsigned int index)
{
	(void)index;
	pci_add(recipe, DPC_PCI_DISABLE, to_write(0x64, 0xffffffff));
	pci_add(recipe, DPC_PCI_STATUS, to_test(0x24, 1));
	pci_add(recipe, DPC_PCI_ACKNOWLEDGE, to_write_back(0x64));
	pci_add(recipe, DPC_PCI_RAISE, to_write(0x60, 1));
}

/* The kernel's e1000_hw.h: IMS, IMC, ICR, which a read clears, ICS; cause RXDMT0. */
static void recipe_e1000(struct dpc_pci_recipe *recipe, unsigned int index)
{
	(void)index;
	pci_add(recipe, DPC_PCI_ENABLE, to_write(0xd0, 0x10));
	pci_add(recipe, DPC_PCI_DISABLE, to_write(0xd8, 0xffffffff));
	pci_add(recipe, DPC_PCI_DISABLE, to_read(0xc0));
	pci_add(recipe, DPC_PCI_STATUS, to_test(0xc0, 0x10));
	pci_add(recipe, DPC_PCI_RAISE, to_write(0xc8, 0x10));
}

/* e1000e: IVAR gives each cause, bits 20 to 24, a vector; a message clears it from IMS. */
static void recipe_e1000e(struct dpc_pci_recipe *recipe, unsigned int index)
{
	uint32_t cause = 1u << (20 + index);

	pci_add(recipe, DPC_PCI_ENABLE, to_write(0xe4, 0x000cba98));
	pci_add(recipe, DPC_PCI_ENABLE, to_write(0xdc, 0x01f00000));
	pci_add(recipe, DPC_PCI_ENABLE, to_write(0xe8 + 4 * index, 0));
	pci_add(recipe, DPC_PCI_ENABLE, to_write(0xd0, cause));
	pci_add(recipe, DPC_PCI_DISABLE, to_write(0xd8, cause));
	pci_add(recipe, DPC_PCI_ACKNOWLEDGE, to_write(0xd0, cause));
	pci_add(recipe, DPC_PCI_RAISE, to_write(0xc8, cause));
}

/* rocker_hw.h: TEST_IRQ sends the message of the number that is written there. */
static void recipe_rocker(struct dpc_pci_recipe *recipe, unsigned int index)
{
	pci_add(recipe, DPC_PCI_RAISE, to_write(0x20, index));
}

struct pci_card pci_cards[CARD_NR] = {
	[CARD_EDU]	= { "edu", 0x1234, 0x11e8, recipe_edu, "" },
	[CARD_E1000]	= { "e1000", 0x8086, 0x100e, recipe_e1000, "" },
	[CARD_E1000E]	= { "e1000e", 0x8086, 0x10d3, recipe_e1000e, "" },
	[CARD_ROCKER]	= { "rocker", 0x1b36, 0x0006, recipe_rocker, "" },
};

/* ---- Cards and drivers ---------------------------------------------------------------- */

static unsigned int pci_id(const char *folder, const char *file)
{
	char path[300], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		*text = '\0';
	close(fd);
	return strtoul(text, NULL, 16);
}

void pci_find_cards(void)
{
	glob_t found;
	size_t i;
	int id;

	if (glob(DEVICES "*", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		for (id = 0; id < CARD_NR; id++) {
			struct pci_card *card = &pci_cards[id];

			if (*card->bdf ||
			    pci_id(found.gl_pathv[i], "vendor") != card->vendor ||
			    pci_id(found.gl_pathv[i], "device") != card->device)
				continue;
			snprintf(card->bdf, sizeof(card->bdf), "%s",
				 strrchr(found.gl_pathv[i], '/') + 1);
		}
	}
	globfree(&found);
}

int pci_write(const char *bdf, const char *file, const char *text)
{
	char path[100];

	snprintf(path, sizeof(path), DEVICES "%s/%s", bdf, file);
	return file_write(path, text);
}

static bool pci_driven_by(const struct pci_card *card, const char *name)
{
	char path[100], target[200] = "";

	snprintf(path, sizeof(path), DEVICES "%s/driver", card->bdf);
	if (readlink(path, target, sizeof(target) - 1) < 0)
		return false;
	return !strcmp(strrchr(target, '/') + 1, name);
}

bool pci_is_ours(enum pci_card_id id)
{
	return pci_driven_by(&pci_cards[id], "dpc_pci");
}

int pci_give(const struct pci_card *card, const char *name)
{
	/* A newline alone takes the override back. */
	int err = pci_write(card->bdf, "driver_override", *name ? name : "\n");

	if (err)
		return err;
	pci_write(card->bdf, "driver/unbind", card->bdf);	/* ENOENT: it has none */
	return file_write("/sys/bus/pci/drivers_probe", card->bdf);
}

int pci_open(enum pci_card_id id, int flags)
{
	const struct pci_card *card = &pci_cards[id];
	char pattern[100], path[64];
	glob_t found;
	int fd;

	snprintf(pattern, sizeof(pattern), DEVICES "%s/misc/dpc_pci*", card->bdf);
	ASSERT(!glob(pattern, 0, NULL, &found), "%s", pattern);
	snprintf(path, sizeof(path), "/dev/%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	/* devtmpfs may take its time. */
	EXPECT(KTAP_WAIT(20, !access(path, F_OK)), "%s", path);
	fd = open(path, flags | O_CLOEXEC);
	ASSERT(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

int pci_take(enum pci_card_id id, int flags)
{
	const struct pci_card *card = &pci_cards[id];

	if (!*card->bdf)
		ktap_skip("this machine has no %s", card->name);
	ASSERT_RET(0, pci_give(card, "dpc_pci"));
	ASSERT(pci_is_ours(id), "%s", card->bdf);
	return pci_open(id, flags);
}

int pci_take_started(enum pci_card_id id, uint32_t kind, uint32_t vectors, uint32_t *nr)
{
	int fd = pci_take(id, O_RDWR);
	struct dpc_pci_start start;

	ASSERT_RET(0, pci_recipe(fd, id, 8));
	ASSERT_RET(0, pci_start(fd, kind, vectors, &start));
	if (nr)
		*nr = start.vectors;
	return fd;
}

const char *pci_give_back(void)
{
	static char wrong[80];
	int id;

	for (id = 0; id < CARD_NR; id++) {
		const struct pci_card *card = &pci_cards[id];

		if (!*card->bdf || !pci_is_ours(id))
			continue;
		if (pci_give(card, "") || pci_is_ours(id)) {
			snprintf(wrong, sizeof(wrong), "%s can't be given back", card->name);
			return wrong;
		}
	}
	return NULL;
}

/* ---- The kernel's log ------------------------------------------------------------------- */

static int pci_log = -1;

void pci_log_begin(void)
{
	pci_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT(pci_log >= 0, "/dev/kmsg: %s", strerror(errno));
	lseek(pci_log, 0, SEEK_END);
}

bool pci_log_has(const char *what)
{
	char line[PCI_LOG_LINE];

	return pci_log_find(what, line);
}

bool pci_log_find(const char *what, char line[PCI_LOG_LINE])
{
	ssize_t n;

	while ((n = read(pci_log, line, PCI_LOG_LINE - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		line[n > 0 ? n : 0] = '\0';
		if (strstr(line, what))
			return true;
	}
	return false;
}

/* ---- Calls -------------------------------------------------------------------------- */

int pci_ioctl(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int pci_recipe(int fd, enum pci_card_id id, unsigned int nr)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++) {
		struct dpc_pci_recipe recipe = { .vector = i };

		pci_cards[id].recipe(&recipe, i);
		err = pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe);
	}
	return err;
}

int pci_start(int fd, uint32_t kind, uint32_t vectors, struct dpc_pci_start *start)
{
	*start = (struct dpc_pci_start){ .kind = kind, .vectors = vectors };
	return pci_ioctl(fd, DPC_PCI_IOC_START, start);
}

int pci_burst(int fd, uint32_t vector, uint32_t count, uint32_t pace_us,
	      struct dpc_pci_burst *burst)
{
	struct dpc_pci_burst own;

	if (!burst)
		burst = &own;
	*burst = (struct dpc_pci_burst){ .vector = vector, .count = count, .pace_us = pace_us,
					 .raised = 0xa5a5a5a5, .last_seq = 0xa5a5a5a5 };
	return pci_ioctl(fd, DPC_PCI_IOC_BURST_RUN, burst);
}

void pci_raises(int fd, uint32_t vector, struct dpc_raises *raises)
{
	struct dpc_pci_raises arg = { .vector = vector };

	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &arg));
	*raises = arg.raises;
	EXPECT_EQ(raises->raised, raises->interrupts + raises->merged + raises->dropped +
		  raises->pending);
}

void pci_object(enum pci_card_id id, uint32_t vector, struct dpc_object *object)
{
	uint32_t ids[64], nr, i;
	int node = node_open(O_RDONLY);

	ASSERT_RET(0, node_list(node, ids, ARRAY_SIZE(ids), &nr));
	for (i = 0; i < nr; i++) {
		ASSERT_RET(0, node_object(node, ids[i], object));
		if (!strcmp(object->device, pci_cards[id].bdf) && object->vector == vector)
			break;
	}
	close(node);
	ASSERT(i < nr, "%s has no object for vector %u", pci_cards[id].name, vector);
}
