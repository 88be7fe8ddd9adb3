// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users of /dev/dpc_pci<N>: recipes, starts, stops, bursts.
 *
 * A recipe may make a card do anything, and QEMU die.  So those that are accepted are the
 * ones that are known to be good; the random ones have something that is refused.
 */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATTERN	"/dev/dpc_pci*"

static int pci_fd = -1;

void torture_pci_leave(void)
{
	if (pci_fd >= 0)
		close(pci_fd);
	pci_fd = -1;
}

static int open_new(struct torture_worker *w, int flags)
{
	return torture_open(w, PATTERN, flags);
}

static int open_kept(struct torture_worker *w)
{
	if (torture_one_in(w, 12))
		torture_pci_leave();
	if (pci_fd < 0)
		pci_fd = open_new(w, O_RDWR);
	return pci_fd;
}

/* ---- Arguments -------------------------------------------------------------------- */

static int fill_recipe(struct torture_worker *w, int fd, void *arg)
{
	uint32_t index = torture_below(w, 8);
	struct dpc_pci_recipe *recipe = arg;
	struct dpc_pci_info info;
	int id;

	if (pci_ioctl(fd, DPC_PCI_IOC_INFO_GET, &info))
		return TORTURE_ABSENT;
	for (id = 0; id < CARD_NR; id++)
		if (pci_cards[id].vendor == info.vendor && pci_cards[id].device == info.device)
			break;
	if (id == CARD_NR)
		return TORTURE_ABSENT;
	if (id == CARD_EDU || id == CARD_E1000)
		index = 0;
	recipe->vector = index ? index : torture_one_in(w, 4) ? DPC_PCI_VECTOR_ALL : 0;
	pci_cards[id].recipe(recipe, index);
	return 0;
}

static void spoil_recipe(struct torture_worker *w, void *arg)
{
	struct dpc_pci_recipe *recipe = arg;
	struct dpc_pci_access *raise = recipe->access[DPC_PCI_RAISE];

	switch (torture_below(w, 11)) {
	case 0:
		recipe->nr[DPC_PCI_RAISE] = DPC_PCI_ACCESSES_MAX + 1 + torture_below(w, 200);
		break;
	case 1:
		raise->op = DPC_PCI_WRITE_BACK + 1 + torture_below(w, 200);
		break;
	case 2:
		raise->op = torture_one_in(w, 2) ? DPC_PCI_TEST : DPC_PCI_WRITE_BACK;
		break;
	case 3:
		raise->bar = 6 + torture_below(w, 200);
		break;
	case 4:
		raise->width = 3;
		break;
	case 5:
		raise->offset += 1 + torture_below(w, 3);
		break;
	case 6:
		raise->offset = 1ull << (32 + torture_below(w, 32));
		break;
	case 7:
		raise->mask = 1;
		break;
	case 8:
		raise->reserved32 = 1;
		break;
	case 9:
		recipe->vector = DPC_PCI_VECTORS_MAX + torture_below(w, 1000);
		break;
	default:
		recipe->access[DPC_PCI_RAISE][DPC_PCI_ACCESSES_MAX - 1].value = 1;
	}
}

static void tame_recipe(struct torture_worker *w, void *arg)
{
	((struct dpc_pci_recipe *)arg)->reserved[torture_below(w, 3)] |= 1;
}

static int fill_start(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_pci_start *start = arg;

	(void)fd;
	start->kind = torture_below(w, DPC_PCI_KIND_LINE + 1);
	start->vectors = torture_one_in(w, 2) ? 0 : 1 + torture_below(w, 4);
	return 0;
}

static void spoil_start(struct torture_worker *w, void *arg)
{
	struct dpc_pci_start *start = arg;

	switch (torture_below(w, 3)) {
	case 0:
		start->kind = DPC_PCI_KIND_LINE + 1 + torture_below(w, 1000);
		break;
	case 1:
		start->vectors = DPC_PCI_VECTORS_MAX + 1 + torture_below(w, 1000);
		break;
	default:
		start->reserved[torture_below(w, 2)] = 1;
	}
}

static int fill_burst(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_pci_burst *burst = arg;

	(void)fd;
	burst->vector = torture_below(w, torture_one_in(w, 4) ? 8 : 1);
	burst->count = 1 + torture_below(w, 100);
	burst->pace_us = torture_one_in(w, 3) ? torture_below(w, 50) : 0;
	return 0;
}

static void spoil_burst(struct torture_worker *w, void *arg)
{
	struct dpc_pci_burst *burst = arg;

	switch (torture_below(w, 5)) {
	case 0:
		burst->vector = DPC_PCI_VECTORS_MAX + torture_below(w, 1000);
		break;
	case 1:
		burst->count = 0;
		break;
	case 2:
		burst->count = DPC_PCI_BURST_MAX + 1;
		break;
	case 3:
		burst->pace_us = DPC_PCI_PACE_MAX_US + 1;
		break;
	default:
		burst->reserved[torture_below(w, 2)] = 1;
	}
}

static void check_burst(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_pci_burst *burst = arg;

	(void)w;
	EXPECT_LE(burst->raised, burst->count);
	if (!err)
		EXPECT_EQ(burst->raised, burst->count);
}

static int fill_raises(struct torture_worker *w, int fd, void *arg)
{
	(void)fd;
	((struct dpc_pci_raises *)arg)->vector = torture_below(w, torture_one_in(w, 4) ? 8 : 1);
	return 0;
}

static void spoil_raises(struct torture_worker *w, void *arg)
{
	struct dpc_pci_raises *raises = arg;

	if (torture_one_in(w, 2))
		raises->vector = DPC_PCI_VECTORS_MAX + torture_below(w, 1000);
	else
		raises->flags = 1 + torture_below(w, 1000);
}

static void check_raises(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_raises *r = &((const struct dpc_pci_raises *)arg)->raises;

	(void)w;
	if (!err)
		EXPECT_EQ(r->raised, r->interrupts + r->merged + r->dropped + r->pending);
}

/* Any call may lack the memory for its argument. */
static const struct torture_call calls[] = {
	{ "info_get", DPC_PCI_IOC_INFO_GET, .errors = ERRORS(ENODEV, ENOMEM) },
	{ "recipe_set", DPC_PCI_IOC_RECIPE_SET, fill_recipe, spoil_recipe, tame_recipe,
	  .errors = ERRORS(EBUSY, ENODEV, ENOMEM), .writer = true },
	{ "start", DPC_PCI_IOC_START, fill_start, spoil_start,
	  .errors = ERRORS(EBUSY, EOPNOTSUPP, ENOSPC, EIO, ENOMEM, ENODEV), .writer = true },
	{ "stop", DPC_PCI_IOC_STOP, .errors = ERRORS(EINVAL, ENODEV, ENOMEM), .writer = true },
	{ "burst_run", DPC_PCI_IOC_BURST_RUN, fill_burst, spoil_burst, NULL, check_burst,
	  .errors = ERRORS(EINVAL, EOPNOTSUPP, EINTR, ETIMEDOUT, ECANCELED, EIO, ENODEV, ENOMEM),
	  .writer = true },
	{ "raises_get", DPC_PCI_IOC_RAISES_GET, fill_raises, spoil_raises, NULL, check_raises,
	  .errors = ERRORS(EINVAL, ENODEV, ENOMEM) },
};

/* ---- The rest --------------------------------------------------------------------- */

/* What it does not have: mmap(), read(), write(). */
static int pci_refused(struct torture_worker *w, const void *context)
{
	int fd = open_kept(w);
	char byte = 0;

	(void)context;
	if (fd < 0)
		return fd;
	switch (torture_below(w, 3)) {
	case 0:
		if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED)
			return 0;
		break;
	case 1:
		if (write(fd, &byte, 1) >= 0)
			return 0;
		break;
	default:
		if (read(fd, &byte, 1) >= 0)
			return 0;
	}
	return -errno;
}

/* All that it takes to have a card interrupt, on the first vectors. */
static int pci_session(struct torture_worker *w, const void *context)
{
	uint32_t kind = torture_below(w, DPC_PCI_KIND_LINE + 1), vector = 0;
	struct dpc_pci_recipe recipe = { 0 };
	int fd = open_kept(w), turns = 1 + torture_below(w, 5), err;
	struct dpc_pci_start start;

	(void)context;
	if (fd < 0)
		return fd;
	err = fill_recipe(w, fd, &recipe);
	if (!err) {
		recipe.vector = recipe.vector == DPC_PCI_VECTOR_ALL ? 0 : recipe.vector;
		vector = recipe.vector;
		err = pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe);
	}
	if (!err)
		err = pci_start(fd, kind, vector + 1, &start);
	torture_alarm(20000 + torture_below(w, 200000));
	while (!err && turns--)
		err = pci_burst(fd, vector, 1 + torture_below(w, 100), 0, NULL);
	return err;
}

static int pci_opened(struct torture_worker *w, const void *context)
{
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	int fd = open_new(w, flags[torture_below(w, ARRAY_SIZE(flags))]);

	(void)context;
	if (fd >= 0)
		close(fd);
	return fd;
}

void torture_pci_add(void)
{
	static const struct torture_node node = {
		"pci", TORTURE_PCI, open_kept, open_new, calls, ARRAY_SIZE(calls),
		DPC_PCI_IOC_MAGIC,
	};
	struct torture_op *op;

	torture_calls_add(&node);
	op = torture_add(TORTURE_PCI, "pci.mmap, read, write", 1, pci_refused, NULL,
			 ERRORS(ENODEV, EINVAL));
	op->allowed[0] = false;
	torture_add(TORTURE_PCI, "pci.recipe, start, bursts", 12, pci_session, NULL,
		    ERRORS(EBUSY, EINVAL, EOPNOTSUPP, ENOSPC, EINTR, ETIMEDOUT, ECANCELED, EIO,
			   ENODEV, ENOMEM));
	torture_add(TORTURE_PCI, "pci.open", 2, pci_opened, NULL, ERRORS(ENOMEM, EINTR));
}
