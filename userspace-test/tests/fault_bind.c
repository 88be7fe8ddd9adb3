// SPDX-License-Identifier: GPL-2.0-only
/* Drivers that are given a device while something fails, and what they do with it then. */
#define _GNU_SOURCE
#include "fault.h"
#include "pci.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *driver;
static const struct pci_card *card;

/* Before it may have a device, or it takes it at once. */
static void load_driver(const char *parameters)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "/lib/modules/dpc/%s.ko", driver);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT(fd >= 0, "%s: %s", path, strerror(errno));
	ASSERT(!syscall(SYS_finit_module, fd, parameters, 0), "%s: %s", driver, strerror(errno));
	close(fd);
}

static int at_driver(const char *file)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/%s", driver, file);
	return file_write(path, card->bdf);
}

static int bind_card(void)
{
	return at_driver("bind");
}

static bool is_bound(void)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/%s", driver, card->bdf);
	return !access(path, F_OK);
}

/*
 * What the card's driver made is gone: its interrupt object, its node, its interrupt, its vectors.
 */
static void nothing_is_left(void)
{
	static const char * const folders[] = { "dpc", "misc", "msi_irqs" };
	char path[100];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", card->bdf, folders[i]);
		EXPECT(access(path, F_OK), "%s", path);
	}
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/enable", card->bdf);
	ASSERT_RET(0, file_read(path, path, sizeof(path)));
	EXPECT(!strcmp(path, "0"), "it is enabled %s times", path);
}

/* Take the card @id from whoever has it, for the driver @name, which is loaded with @parameters. */
static void take_card(enum pci_card_id id, const char *name, const char *parameters)
{
	driver = name;
	card = &pci_cards[id];
	if (!*card->bdf)
		ktap_skip("this machine has no %s", card->name);
	if (parameters)
		load_driver(parameters);
	ASSERT_RET(0, pci_write(card->bdf, "driver_override", driver));
	pci_write(card->bdf, "driver/unbind", card->bdf);	/* ENOENT: it has none */
}

/* The card is bound when this returns. */
static void bind_each(void)
{
	nothing_is_left();
	FAIL_EACH(bind_card(), ({
		EXPECT_EQ(is_bound(), !_err);
		if (is_bound())
			EXPECT_RET(0, at_driver("unbind"));
		nothing_is_left();
	}));
	ASSERT_RET(0, bind_card());
}

/* Back to the device's own driver. */
static void give_back(void)
{
	bool is_edu = !strcmp(driver, "dpc_edu");

	if (!is_edu)
		EXPECT_RET(0, at_driver("unbind"));
	ASSERT_RET(0, pci_write(card->bdf, "driver_override", "\n"));
	if (!is_edu) {
		ASSERT(!syscall(SYS_delete_module, driver, O_NONBLOCK), "%s", driver);
		file_write("/sys/bus/pci/drivers_probe", card->bdf);
	}
}

static void edu_works(void)
{
	EXPECT(KTAP_WAIT(20, !access(edu_path[0], F_OK)), "%s", edu_path[0]);
	EXPECT_RET(0, edu_factorial(edu_open(O_RDWR), 9, NULL));
}

TEST(bind, edu, 1200)
{
	fault_need();
	take_card(CARD_EDU, "dpc_edu", NULL);
	bind_each();
	edu_works();
	give_back();
}

/* ---- dpc_pci ------------------------------------------------------------------------ */

static int try_start(int fd, uint32_t kind)
{
	struct dpc_pci_start start;

	return pci_start(fd, kind, 0, &start);
}

static int recipe_for_all(int fd, enum pci_card_id id)
{
	struct dpc_pci_recipe recipe = { .vector = DPC_PCI_VECTOR_ALL };

	pci_cards[id].recipe(&recipe, 0);
	return pci_ioctl(fd, DPC_PCI_IOC_RECIPE_SET, &recipe);
}

/*
 * Each call of the node.  A start that was refused leaves the card stopped, unless its result could
 * not be copied; a stop has no result.
 */
static void pci_calls(enum pci_card_id id, uint32_t kind)
{
	struct dpc_pci_raises raises = { .vector = 0 };
	int fd = pci_open(id, O_RDWR), err;
	struct dpc_pci_info info;

	FAIL_EACH(pci_ioctl(fd, DPC_PCI_IOC_INFO_GET, &info));
	FAIL_EACH(pci_recipe(fd, id, 2));
	FAIL_EACH(try_start(fd, kind), ({
		ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_INFO_GET, &info));
		/* not copied in, or not copied out */
		EXPECT(_err == -EFAULT || (info.vectors > 0) == !_err, "%s", ktap_errno(_err));
		if (info.vectors)
			ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
	}));
	ASSERT_RET(0, try_start(fd, kind));
	FAIL_EACH(pci_burst(fd, 0, 3, 0, NULL));
	EXPECT_RET(0, pci_burst(fd, 0, 3, 0, NULL));
	FAIL_EACH(pci_ioctl(fd, DPC_PCI_IOC_RAISES_GET, &raises));
	FAIL_EACH(pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL), ({
		err = try_start(fd, kind);
		EXPECT_RET(_err ? -EBUSY : 0, err);
	}));
	ASSERT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
	FAIL_EACH(recipe_for_all(fd, id));
	close(fd);
}

TEST(bind, pci, 1200)
{
	fault_need();
	take_card(CARD_EDU, "dpc_pci", "");
	bind_each();
	pci_calls(CARD_EDU, DPC_PCI_KIND_MSI);
	pci_calls(CARD_EDU, DPC_PCI_KIND_LINE);
	give_back();
	edu_works();
}

/* Several interrupt objects: those that were connected before the one that fails are undone. */
TEST(bind, pci_with_several_vectors, 1200)
{
	fault_need();
	take_card(CARD_E1000E, "dpc_pci", "");
	ASSERT_RET(0, bind_card());
	pci_calls(CARD_E1000E, DPC_PCI_KIND_MSIX);
	give_back();
}

/* ---- The sample drivers ----------------------------------------------------------------- */

static int at_device(const char *file, const char *text)
{
	return pci_write(card->bdf, file, text);
}

static int read_device(const char *file)
{
	char path[100], text[5000];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", card->bdf, file);
	return file_read(path, text, sizeof(text));
}

static void sample(const char *parameters)
{
	fault_need();
	take_card(CARD_EDU, "dpc_wdm_sample", parameters);
	bind_each();
	FAIL_EACH(at_device("compute", "9 10 11"));
	FAIL_EACH(at_device("transfer", "there and back"));
	FAIL_EACH(at_device("doorbell", "3"));
	EXPECT_RET(0, at_device("compute", "9 10 11"));
	give_back();
	edu_works();
}

TEST(bind, wdm_sample, 1200)
{
	sample("kmdf=N");
}

TEST(bind, wdm_sample_in_kmdf, 1200)
{
	sample("kmdf=Y");
}

TEST(bind, wdm_io_sample, 1200)
{
	fault_need();
	take_card(CARD_EDU, "dpc_wdm_io_sample", "");
	bind_each();
	FAIL_EACH(at_device("buffer", "there and back"));
	FAIL_EACH(read_device("buffer"));
	EXPECT_RET(0, at_device("buffer", "there and back"));
	give_back();
	edu_works();
}
