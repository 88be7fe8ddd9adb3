// SPDX-License-Identifier: GPL-2.0-only
/* Good and bad input of every call of /dev/dpc_pci<N>. */
#define _GNU_SOURCE
#include "pci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Whoever asks the bus for a driver of a card gets another one, or none. */
TEST(pci_args, no_card_is_taken_uninvited)
{
	int id, asked = 0;

	for (id = 0; id < CARD_NR; id++) {
		if (!*pci_cards[id].bdf)
			continue;
		asked++;
		EXPECT_RET(0, pci_give(&pci_cards[id], ""));
		EXPECT(!pci_is_ours(id), "%s was taken", pci_cards[id].name);
	}
	EXPECT(asked, "no card was asked for");
}

TEST(pci_args, info_says_what_the_card_has)
{
	struct dpc_pci_info info;
	int fd = pci_take(CARD_E1000E, O_RDONLY);

	memset(&info, 0xa5, sizeof(info));
	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_INFO_GET, &info));
	EXPECT_EQ(info.abi_version, DPC_PCI_ABI_VERSION);
	EXPECT_EQ(info.vendor, 0x8086);
	EXPECT_EQ(info.device, 0x10d3);
	EXPECT_EQ(info.kind, DPC_PCI_KIND_ANY);
	EXPECT_EQ(info.vectors, 0);
	EXPECT_EQ(info.msix_vectors, 5);
	EXPECT_EQ(info.msi_vectors, 1);
	EXPECT_EQ(info.line, 1);
	EXPECT(!strcmp(info.address, pci_cards[CARD_E1000E].bdf), "%s", info.address);
	EXPECT_EQ(info.bar_size[0], 128 << 10);
	EXPECT_EQ(info.bar_size[5], 0);
	EXPECT_EQ(info.reserved32, 0);
	EXPECT_EQ(info.reserved[3], 0);
}

TEST(pci_args, every_call_refuses_what_is_no_pointer)
{
	static const unsigned long calls[] = {
		DPC_PCI_IOC_INFO_GET, DPC_PCI_IOC_RECIPE_SET, DPC_PCI_IOC_START,
		DPC_PCI_IOC_BURST_RUN, DPC_PCI_IOC_RAISES_GET,
	};
	int fd = pci_take(CARD_ROCKER, O_RDWR);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT_RET(-EFAULT, pci_ioctl(fd, calls[i], (void *)16));
	EXPECT_RET(-ENOTTY, pci_ioctl(fd, _IO(DPC_PCI_IOC_MAGIC, 0x7f), NULL));
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
}

/* Changing anything needs a file that is open for writing. */
TEST(pci_args, a_reader_only_reads)
{
	int writer = pci_take_started(CARD_ROCKER, DPC_PCI_KIND_ANY, 0, NULL);
	struct dpc_pci_recipe recipe = { };
	struct dpc_pci_start start;
	struct dpc_pci_info info;
	struct dpc_raises raises;
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", writer);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT(fd >= 0, "%s: %s", path, strerror(errno));
	EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_INFO_GET, &info));
	EXPECT_EQ(info.kind, DPC_PCI_KIND_MSIX);
	pci_raises(fd, 0, &raises);
	EXPECT_RET(-EPERM, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	EXPECT_RET(-EPERM, pci_start(fd, 0, 0, &start));
	EXPECT_RET(-EPERM, pci_burst(fd, 0, 1, 0, NULL));
	EXPECT_RET(-EPERM, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
	EXPECT_RET(0, pci_burst(writer, 0, 1, 0, NULL));
}

/* A recipe is access to the hardware, whoever may write to the node. */
TEST(pci_args, a_recipe_needs_cap_sys_rawio)
{
	int fd = pci_take(CARD_ROCKER, O_RDWR);
	struct dpc_pci_recipe recipe = { .vector = DPC_PCI_VECTOR_ALL };
	struct dpc_pci_start start;

	ASSERT_EQ(setuid(1000), 0);
	EXPECT_RET(-EPERM, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	/* To count what comes needs no recipe. */
	EXPECT_RET(0, pci_start(fd, 0, 0, &start));
}

/* ---- Wrong recipes: each is refused, told apart, and leaves nothing behind -------------- */

struct wrong {
	enum dpc_pci_why	why;
	enum dpc_pci_sequence	sequence;
	struct dpc_pci_access	access;
};

#define AT(_op, _bar, _width, _offset, _value, _mask)				\
	{ .op = _op, .bar = _bar, .width = _width, .offset = _offset, .value = _value,	\
	  .mask = _mask }

/* Of an e1000e: 128 KiB in BAR 0, 32 ports in BAR 2, MSI-X in BAR 3 at 0 and 0x2000. */
static const struct wrong wrongs[] = {
	{ DPC_PCI_WHY_OP, DPC_PCI_RAISE, AT(5, 0, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_PLACE, DPC_PCI_RAISE, AT(DPC_PCI_TEST, 0, 4, 0, 0, 1) },
	{ DPC_PCI_WHY_PLACE, DPC_PCI_STATUS, AT(DPC_PCI_WRITE_BACK, 0, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_BAR, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 6, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_BAR, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 255, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_BAR, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 5, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_WIDTH, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 0, 0, 0, 0) },
	{ DPC_PCI_WHY_WIDTH, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 3, 0, 0, 0) },
	{ DPC_PCI_WHY_WIDTH, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 8, 0, 0, 0) },
	{ DPC_PCI_WHY_ALIGN, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 4, 2, 0, 0) },
	{ DPC_PCI_WHY_ALIGN, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 2, 1, 0, 0) },
	{ DPC_PCI_WHY_RANGE, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 4, 128 << 10, 0, 0) },
	{ DPC_PCI_WHY_RANGE, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 4, 1ull << 32, 0, 0) },
	{ DPC_PCI_WHY_RANGE, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 4, ~3ull, 0, 0) },
	{ DPC_PCI_WHY_RANGE, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 2, 1, 32, 0, 0) },
	{ DPC_PCI_WHY_MSIX, DPC_PCI_ENABLE, AT(DPC_PCI_WRITE, 3, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_MSIX, DPC_PCI_ENABLE, AT(DPC_PCI_READ, 3, 1, 5 * 16 - 1, 0, 0) },
	{ DPC_PCI_WHY_MSIX, DPC_PCI_ENABLE, AT(DPC_PCI_READ, 3, 1, 0x2000, 0, 0) },
	{ DPC_PCI_WHY_MSIX, DPC_PCI_ENABLE, AT(DPC_PCI_READ, 3, 4, 0x2004, 0, 0) },
	{ DPC_PCI_WHY_VALUE, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 1, 0, 0x100, 0) },
	{ DPC_PCI_WHY_VALUE, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 2, 0, 0x10000, 0) },
	{ DPC_PCI_WHY_VALUE, DPC_PCI_RAISE, AT(DPC_PCI_READ, 0, 4, 0, 1, 0) },
	{ DPC_PCI_WHY_VALUE, DPC_PCI_RAISE, AT(DPC_PCI_UPDATE, 0, 4, 0, 3, 1) },
	{ DPC_PCI_WHY_MASK, DPC_PCI_RAISE, AT(DPC_PCI_WRITE, 0, 4, 0, 0, 1) },
	{ DPC_PCI_WHY_MASK, DPC_PCI_RAISE, AT(DPC_PCI_UPDATE, 0, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_MASK, DPC_PCI_STATUS, AT(DPC_PCI_TEST, 0, 4, 0, 0, 0) },
	{ DPC_PCI_WHY_MASK, DPC_PCI_STATUS, AT(DPC_PCI_TEST, 0, 1, 0, 0, 0x100) },
	{ DPC_PCI_WHY_OP, DPC_PCI_STATUS, AT(DPC_PCI_READ, 0, 4, 0, 0, 0) },
};

TEST(pci_args, a_wrong_recipe_says_what_and_where)
{
	int fd = pci_take(CARD_E1000E, O_RDWR);
	struct dpc_pci_start start;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrongs); i++) {
		const struct wrong *w = &wrongs[i];
		struct dpc_pci_recipe recipe = { .vector = DPC_PCI_VECTOR_ALL, .why = 99 };
		unsigned int at = w->sequence == DPC_PCI_STATUS ? 0 : 1;

		/* A good one in front of it, so that the place has to be said. */
		if (at)
			pci_add(&recipe, w->sequence,
				(struct dpc_pci_access)AT(DPC_PCI_WRITE, 0, 4, 0, 0, 0));
		pci_add(&recipe, w->sequence, w->access);
		ktap_note("wrong recipe %zu", i);
		EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
		EXPECT_EQ(recipe.why, w->why);
		EXPECT_EQ(recipe.bad_sequence, w->sequence);
		EXPECT_EQ(recipe.bad_access, at);
	}
	/* Nothing of them was kept. */
	ASSERT_RET(0, pci_start(fd, DPC_PCI_KIND_ANY, 0, &start));
	EXPECT_RET(-EOPNOTSUPP, pci_burst(fd, 0, 1, 0, NULL));
}

TEST(pci_args, the_edges_of_a_recipe_are_inside)
{
	static const struct dpc_pci_access right[] = {
		AT(DPC_PCI_READ, 0, 4, (128 << 10) - 4, 0, 0),
		AT(DPC_PCI_READ, 3, 1, 5 * 16, 0, 0),
		AT(DPC_PCI_READ, 3, 4, 0x2008, 0, 0),
		AT(DPC_PCI_READ, 2, 4, 0, 0, 0),
		AT(DPC_PCI_UPDATE, 0, 4, 0x5b50, 0xffffffff, 0xffffffff),
	};
	struct dpc_pci_recipe recipe = { .vector = 63 };
	int fd = pci_take(CARD_E1000E, O_RDWR);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(right); i++)
		pci_add(&recipe, DPC_PCI_DISABLE, right[i]);
	EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	EXPECT_EQ(recipe.why, DPC_PCI_WHY_NONE);
}

TEST(pci_args, the_fields_around_a_recipe_are_checked)
{
	int fd = pci_take(CARD_E1000E, O_RDWR);
	struct dpc_pci_recipe recipe;

	recipe = (struct dpc_pci_recipe){ .vector = DPC_PCI_VECTORS_MAX };
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	EXPECT_EQ(recipe.why, DPC_PCI_WHY_NONE);
	recipe = (struct dpc_pci_recipe){ .reserved = { 0, 0, 1 } };
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	recipe = (struct dpc_pci_recipe){ .nr = { 0, 9 } };
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	EXPECT_EQ(recipe.why, DPC_PCI_WHY_NR);
	EXPECT_EQ(recipe.bad_sequence, DPC_PCI_DISABLE);
	recipe = (struct dpc_pci_recipe){ };
	recipe.access[DPC_PCI_RAISE][DPC_PCI_ACCESSES_MAX - 1].width = 1;
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	EXPECT_EQ(recipe.why, DPC_PCI_WHY_RESERVED);
	recipe = (struct dpc_pci_recipe){ };
	pci_add(&recipe, DPC_PCI_RAISE,
		(struct dpc_pci_access){ .width = 4, .reserved8 = 1 });
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	EXPECT_EQ(recipe.why, DPC_PCI_WHY_RESERVED);
}

TEST(pci_args, a_start_is_checked)
{
	int fd = pci_take(CARD_ROCKER, O_RDWR);
	struct dpc_pci_start start = { .reserved = { 0, 1 } };

	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_START, &start));
	EXPECT_RET(-EINVAL, pci_start(fd, DPC_PCI_KIND_LINE + 1, 0, &start));
	EXPECT_RET(-EINVAL, pci_start(fd, 0, DPC_PCI_VECTORS_MAX + 1, &start));
	EXPECT_RET(-EOPNOTSUPP, pci_start(fd, DPC_PCI_KIND_MSI, 0, &start));
	EXPECT_RET(-ENOSPC, pci_start(fd, DPC_PCI_KIND_MSIX, DPC_PCI_VECTORS_MAX, &start));
	EXPECT_RET(-ENOSPC, pci_start(fd, DPC_PCI_KIND_ANY, DPC_PCI_VECTORS_MAX, &start));
	EXPECT_RET(-EOPNOTSUPP, pci_start(fd, DPC_PCI_KIND_LINE, 0, &start));
	EXPECT_RET(0, pci_start(fd, 0, 2, &start));
	EXPECT_EQ(start.kind, DPC_PCI_KIND_MSIX);
	EXPECT_EQ(start.vectors, 2);
	EXPECT_RET(-EBUSY, pci_start(fd, 0, 2, &start));
	EXPECT_RET(-EBUSY, pci_recipe(fd, CARD_ROCKER, 1));
	EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
	EXPECT_RET(0, pci_recipe(fd, CARD_ROCKER, 1));
}

/* A card with all kinds can have one line, and one message of MSI. */
TEST(pci_args, a_start_has_the_kind_that_was_asked_for)
{
	int fd = pci_take(CARD_E1000E, O_RDWR);
	struct dpc_pci_start start;
	uint32_t kind;

	for (kind = DPC_PCI_KIND_MSIX; kind <= DPC_PCI_KIND_LINE; kind++) {
		EXPECT_RET(0, pci_start(fd, kind, 0, &start));
		EXPECT_EQ(start.kind, kind);
		EXPECT_EQ(start.vectors, kind == DPC_PCI_KIND_MSIX ? 5 : 1);
		EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
	}
	EXPECT_RET(-ENOSPC, pci_start(fd, DPC_PCI_KIND_LINE, 2, &start));
	EXPECT_RET(-ENOSPC, pci_start(fd, DPC_PCI_KIND_MSI, 2, &start));
}

/* It has no messages, and is a whole vector short. */
TEST(pci_args, a_line_is_one_vector)
{
	int fd = pci_take(CARD_E1000, O_RDWR);
	struct dpc_pci_start start;

	EXPECT_RET(-ENOSPC, pci_start(fd, DPC_PCI_KIND_ANY, 2, &start));
	EXPECT_RET(-ENOSPC, pci_start(fd, DPC_PCI_KIND_LINE, 2, &start));
	EXPECT_RET(-EOPNOTSUPP, pci_start(fd, DPC_PCI_KIND_MSI, 2, &start));
	EXPECT_RET(-EOPNOTSUPP, pci_start(fd, DPC_PCI_KIND_MSIX, 2, &start));
	EXPECT_RET(0, pci_start(fd, DPC_PCI_KIND_ANY, 0, &start));
	EXPECT_EQ(start.kind, DPC_PCI_KIND_LINE);
}

TEST(pci_args, a_burst_is_checked)
{
	int fd = pci_take(CARD_ROCKER, O_RDWR);
	struct dpc_pci_raises raises = { };
	struct dpc_pci_burst burst;
	struct dpc_pci_start start;

	EXPECT_RET(-EINVAL, pci_burst(fd, 0, 1, 0, NULL));	/* not started */
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &raises));
	ASSERT_RET(0, pci_recipe(fd, CARD_ROCKER, 1));
	ASSERT_RET(0, pci_start(fd, 0, 2, &start));
	EXPECT_RET(-EINVAL, pci_burst(fd, 2, 1, 0, NULL));
	EXPECT_RET(-EINVAL, pci_burst(fd, 0, 0, 0, NULL));
	EXPECT_RET(-EINVAL, pci_burst(fd, 0, DPC_PCI_BURST_MAX + 1, 0, NULL));
	EXPECT_RET(-EINVAL, pci_burst(fd, 0, 1, DPC_PCI_PACE_MAX_US + 1, NULL));
	burst = (struct dpc_pci_burst){ .count = 1, .reserved = { 1 } };
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_BURST_RUN, &burst));
	EXPECT_RET(-EOPNOTSUPP, pci_burst(fd, 1, 1, 0, NULL));	/* has no recipe */
	raises.vector = 2;
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &raises));
	raises = (struct dpc_pci_raises){ .flags = DPC_PCI_CAN_RAISE };
	EXPECT_RET(-EINVAL, pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &raises));
	raises = (struct dpc_pci_raises){ .vector = 1 };
	EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &raises));
	EXPECT_EQ(raises.flags, 0);
	raises = (struct dpc_pci_raises){ .vector = 0 };
	EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &raises));
	EXPECT_EQ(raises.flags, DPC_PCI_CAN_RAISE);
	EXPECT_RET(0, pci_burst(fd, 0, 1, 0, &burst));
	EXPECT_EQ(burst.raised, 1);
	EXPECT_EQ(burst.last_seq, burst.first_seq + 1);
}
