// SPDX-License-Identifier: GPL-2.0-only
/* Each card interrupts, with each of its kinds and with each model. */
#define _GNU_SOURCE
#include "pci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RAISE_TIMEOUT	"/sys/module/dpc_pci/parameters/raise_timeout_ms"
#define EDU_RAISE	(0x60 / 4)
#define EDU_ACKNOWLEDGE	(0x64 / 4)

static void snapshot_of(enum pci_card_id id, uint32_t vector, struct dpc_snapshot *s)
{
	int node = node_open(O_RDONLY);
	struct dpc_object object;

	pci_object(id, vector, &object);
	ASSERT_RET(0, node_snapshot(node, object.id, DPC_SNAPSHOT_CPU_ALL, s));
	close(node);
}

/*
 * One after another on vector @vector, then @count at once; all add up.  QEMU's e1000e sends
 * some of its messages twice: when a cause is enabled again while it throttles them.
 */
static void expect_raises(int fd, enum pci_card_id id, uint32_t vector, uint32_t count)
{
	unsigned int messages = id == CARD_E1000E ? 2 : 1;
	struct dpc_raises before, after;
	struct dpc_snapshot s, t;
	struct dpc_pci_burst burst;
	uint32_t i;

	snapshot_of(id, vector, &s);
	pci_raises(fd, vector, &before);
	for (i = 0; i < 5; i++) {
		ASSERT_RET(0, pci_burst(fd, vector, 1, 0, &burst));
		EXPECT_EQ(burst.raised, 1);
		EXPECT_GE(burst.last_seq, burst.first_seq + 1);
		/* The second message of the raise before may come now. */
		EXPECT_LE(burst.last_seq, burst.first_seq + 2 * messages - 1);
	}
	ASSERT_RET(0, pci_burst(fd, vector, count, 0, &burst));
	EXPECT_EQ(burst.raised, count);
	EXPECT_GE(burst.last_seq, burst.first_seq + 1);
	EXPECT_LE(burst.last_seq, burst.first_seq + messages * (count + 1) - 1);
	pci_raises(fd, vector, &after);
	snapshot_of(id, vector, &t);
	EXPECT_EQ(after.raised - before.raised, count + 5);
	EXPECT_EQ(after.pending, 0);
	EXPECT_EQ(after.dropped, 0);
	EXPECT_GE(t.interrupts - s.interrupts, after.interrupts - before.interrupts);
	EXPECT_LE(t.interrupts - s.interrupts, messages * (count + 6) - 1);
	EXPECT_GE(t.stage[DPC_STAGE_DPC].count - s.stage[DPC_STAGE_DPC].count, 6);
	EXPECT_GE(t.stage[DPC_STAGE_WORK].count - s.stage[DPC_STAGE_WORK].count, 6);
	EXPECT_GE(t.stage[DPC_STAGE_COMPLETE].count - s.stage[DPC_STAGE_COMPLETE].count, 6);
}

TEST(pci_cards, edu_by_message)
{
	uint32_t nr;
	int fd = pci_take_started(CARD_EDU, DPC_PCI_KIND_ANY, 0, &nr);
	struct dpc_pci_info info;

	EXPECT_EQ(nr, 1);
	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_INFO_GET, &info));
	EXPECT_EQ(info.kind, DPC_PCI_KIND_MSI);
	expect_raises(fd, CARD_EDU, 0, 200);
}

TEST(pci_cards, edu_by_line)
{
	int fd = pci_take_started(CARD_EDU, DPC_PCI_KIND_LINE, 1, NULL);

	expect_raises(fd, CARD_EDU, 0, 200);
}

TEST(pci_cards, e1000_by_line)
{
	int fd = pci_take_started(CARD_E1000, DPC_PCI_KIND_ANY, 0, NULL);
	struct dpc_object object;

	expect_raises(fd, CARD_E1000, 0, 200);
	pci_object(CARD_E1000, 0, &object);
	EXPECT_EQ(object.flags, DPC_OBJECT_ENABLED | DPC_OBJECT_SHARED);
	EXPECT(!strcmp(object.driver, "dpc_pci"), "%s", object.driver);
	EXPECT(!strcmp(object.bus, "pci"), "%s", object.bus);
}

static void each_vector(enum pci_card_id id, uint32_t want)
{
	struct dpc_snapshot s, t;
	uint32_t nr, i;
	int fd = pci_take_started(id, DPC_PCI_KIND_MSIX, want, &nr);

	ASSERT_EQ(nr, want);
	for (i = 0; i < nr; i++) {
		snapshot_of(id, (i + 1) % nr, &s);
		expect_raises(fd, id, i, 100);
		snapshot_of(id, (i + 1) % nr, &t);
		EXPECT_EQ(s.interrupts, t.interrupts);
	}
}

TEST(pci_cards, e1000e_has_five_messages)
{
	each_vector(CARD_E1000E, 5);
}

TEST(pci_cards, rocker_has_four_messages)
{
	each_vector(CARD_ROCKER, 4);
}

static void each_model(enum pci_card_id id, uint32_t kind)
{
	int node = node_open(O_RDWR), fd = pci_take_started(id, kind, 0, NULL), done = 0, i;
	struct dpc_model_info info;
	struct dpc_object object;

	pci_object(id, 0, &object);
	for (i = 0; i < DPC_MODEL_NR; i++) {
		ASSERT_RET(0, node_model_query(node, i, &info));
		if (!info.available)
			continue;
		ktap_note("model %s", info.name);
		ASSERT_RET(0, node_model_set(node, object.id, i));
		expect_raises(fd, id, 0, 50);
		done++;
	}
	EXPECT_GE(done, 7);
}

TEST(pci_cards, each_model_by_message)
{
	each_model(CARD_E1000E, DPC_PCI_KIND_MSIX);
}

TEST(pci_cards, each_model_by_line)
{
	each_model(CARD_E1000, DPC_PCI_KIND_LINE);
}

static uint64_t interrupts_of(enum pci_card_id id)
{
	struct dpc_snapshot s;

	snapshot_of(id, 0, &s);
	return s.interrupts;
}

/* What comes is counted, whoever has asked for it. */
TEST(pci_cards, without_a_recipe_messages_are_counted)
{
	int fd = pci_take(CARD_EDU, O_RDWR), i;
	uint32_t *registers;
	struct dpc_pci_start start;
	struct dpc_snapshot s;

	ASSERT_RET(0, pci_start(fd, DPC_PCI_KIND_MSI, 0, &start));
	registers = edu_map(pci_cards[CARD_EDU].bdf);
	for (i = 1; i <= 20; i++) {
		__atomic_store_n(&registers[EDU_RAISE], 1, __ATOMIC_RELEASE);
		ASSERT(KTAP_WAIT(20, interrupts_of(CARD_EDU) == (unsigned int)i), "message %d", i);
	}
	EXPECT(KTAP_WAIT(20, (snapshot_of(CARD_EDU, 0, &s), s.stage[DPC_STAGE_WORK].count >= 1)),
	       "no work item");
	EXPECT_EQ(s.stage[DPC_STAGE_ISR].count, 20);
}

/*
 * A line that nobody acknowledges is masked in the card and said; the machine lives, and so
 * do the others on the line.
 */
static void expect_masked(int fd)
{
	uint32_t *registers = edu_map(pci_cards[CARD_EDU].bdf);
	uint64_t came;

	pci_log_begin();
	EXPECT_RET(0, pci_burst(fd, 0, 1, 0, NULL));
	ASSERT(KTAP_WAIT(20, pci_log_has("stays signalled")), "the log does not say it");
	came = interrupts_of(CARD_EDU);
	EXPECT_LE(came, 1000);
	ASSERT_RET(0, file_write(RAISE_TIMEOUT, "200"));
	EXPECT_RET(-ETIMEDOUT, pci_burst(fd, 0, 1, 0, NULL));
	EXPECT_EQ(interrupts_of(CARD_EDU), came);
	ASSERT_RET(0, file_write(RAISE_TIMEOUT, "10000"));
	/* Somebody acknowledges it; a new start has it again. */
	__atomic_store_n(&registers[EDU_ACKNOWLEDGE], 1, __ATOMIC_RELEASE);
}

TEST(pci_cards, a_line_without_a_recipe_is_masked_when_it_stays)
{
	struct dpc_pci_recipe recipe = { .vector = DPC_PCI_VECTOR_ALL };
	int fd = pci_take(CARD_EDU, O_RDWR);
	struct dpc_pci_start start;

	pci_cards[CARD_EDU].recipe(&recipe, 0);
	pci_without(&recipe, DPC_PCI_STATUS);
	pci_without(&recipe, DPC_PCI_ACKNOWLEDGE);
	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	ASSERT_RET(0, pci_start(fd, DPC_PCI_KIND_LINE, 0, &start));
	expect_masked(fd);
	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
	ASSERT_RET(0, pci_recipe(fd, CARD_EDU, 1));
	ASSERT_RET(0, pci_start(fd, DPC_PCI_KIND_LINE, 0, &start));
	expect_raises(fd, CARD_EDU, 0, 20);
}

/* A recipe that knows its interrupt and does not acknowledge it: for ever, but for the mask. */
TEST(pci_cards, a_recipe_that_acknowledges_nothing_is_survived)
{
	struct dpc_pci_recipe recipe = { .vector = DPC_PCI_VECTOR_ALL };
	int fd = pci_take(CARD_EDU, O_RDWR);
	struct dpc_pci_start start;

	pci_cards[CARD_EDU].recipe(&recipe, 0);
	pci_without(&recipe, DPC_PCI_ACKNOWLEDGE);
	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	ASSERT_RET(0, pci_start(fd, DPC_PCI_KIND_LINE, 0, &start));
	expect_masked(fd);
}

/* A file on the card of dpc_edu that has the interrupt @irq; -1 without one. */
static int edu_on_line(uint32_t irq)
{
	struct dpc_edu_info info;
	int nr, fd;

	for (nr = 0; nr < 2; nr++) {
		fd = edu_open_nr(nr, O_RDWR);
		edu_info(fd, &info);
		if (info.irq == irq && !info.msi)
			return fd;
		close(fd);
	}
	return -1;
}

/* dpc_edu has a card on the same line: each finds its own interrupts. */
TEST(pci_cards, a_shared_line_serves_both)
{
	int fd = pci_take_started(CARD_E1000, DPC_PCI_KIND_LINE, 0, NULL), edu, i;
	struct dpc_snapshot before, after;
	struct dpc_object object;

	pci_object(CARD_E1000, 0, &object);
	edu = edu_on_line(object.irq);
	if (edu < 0)
		ktap_skip("no card of dpc_edu is on the line %u", object.irq);
	snapshot_of(CARD_E1000, 0, &before);
	for (i = 0; i < 20; i++) {
		EXPECT_RET(0, edu_burst(edu, 5, 0, NULL));
		EXPECT_RET(0, pci_burst(fd, 0, 5, 0, NULL));
	}
	snapshot_of(CARD_E1000, 0, &after);
	EXPECT_LE(after.interrupts - before.interrupts, 100);
	EXPECT_GE(after.interrupts - before.interrupts, 20);
	EXPECT_GE(after.unhandled - before.unhandled, 20);
	close(edu);
}
