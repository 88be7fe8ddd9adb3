// SPDX-License-Identifier: GPL-2.0-only
/* After the torture: every device works with every model and driver, and nothing is left. */
#define _GNU_SOURCE
#include "modules.h"
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORKS_S	20

/* What others than this program do is put back first. */
static void restore(void)
{
	torture_machine_restore();
	modules_unload();
	modules_load();
	torture_devices_restore();
}

/* The node of an edu device is edu_path[0] from now on. */
static void choose_node(const struct torture_device *device)
{
	char pattern[100];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/misc/dpc_edu*", device->bdf);
	ASSERT(!glob(pattern, 0, NULL, &found), "%s", pattern);
	snprintf(edu_path[0], sizeof(edu_path[0]), "/dev/%s",
		 strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	EXPECT(KTAP_WAIT(WORKS_S, !access(edu_path[0], F_OK)), "%s", edu_path[0]);
}

static void every_model(const struct torture_device *device)
{
	struct dpc_model_info info;
	uint32_t model;
	int fd;

	choose_node(device);
	fd = edu_open(O_RDWR);
	for (model = 0; model < DPC_MODEL_NR; model++) {
		ASSERT_RET(0, edu_model_query(fd, model, &info));
		if (!info.available)
			continue;
		ASSERT_RET(0, edu_model_set(fd, model));
		edu_drive(fd);
	}
	close(fd);
}

/* I5, I6, M1: requests of all kinds, and each interrupt is accounted for once. */
TEST(after, every_device_works_with_every_model, 600)
{
	unsigned int i;

	restore();
	for (i = 0; i < torture_nr_devices; i++)
		if (torture_devices[i].card == CARD_EDU)
			every_model(&torture_devices[i]);
	edu_node_close();
}

/* dpc_pci, with each kind of interrupt that the card has. */
TEST(after, every_card_works, 300)
{
	static const enum pci_card_id cards[] = { CARD_EDU, CARD_E1000, CARD_ROCKER };
	struct dpc_pci_start start;
	struct dpc_raises raises;
	unsigned int i, kind;
	int fd, err;

	pci_find_cards();
	for (i = 0; i < ARRAY_SIZE(cards); i++) {
		if (!*pci_cards[cards[i]].bdf)
			continue;
		fd = pci_take(cards[i], O_RDWR);
		ASSERT_RET(0, pci_recipe(fd, cards[i], cards[i] == CARD_ROCKER ? 8 : 1));
		for (kind = DPC_PCI_KIND_MSIX; kind <= DPC_PCI_KIND_LINE; kind++) {
			err = pci_start(fd, kind, 1, &start);
			EXPECT(!err || err == -EOPNOTSUPP, "%s, kind %u: %s",
			       pci_cards[cards[i]].name, kind, ktap_errno(err));
			if (err)
				continue;
			EXPECT_RET(0, pci_burst(fd, 0, 200, 0, NULL));
			pci_raises(fd, 0, &raises);
			EXPECT_EQ(raises.raised, 200);
			EXPECT_RET(0, pci_ioctl(fd, DPC_PCI_IOC_STOP, NULL));
		}
		close(fd);
	}
	EXPECT(!pci_give_back(), "a card is not given back");
}

/* The samples, each with the first edu device. */
TEST(after, every_sample_works, 300)
{
	static const char * const samples[] = { "dpc_wdm_sample", "dpc_wdm_io_sample" };
	static const char * const files[] = { "compute", "buffer" };
	static const char * const texts[] = { "5", "some text" };
	char path[100], text[5000];
	unsigned int i;

	pci_find_cards();
	if (!*pci_cards[CARD_EDU].bdf)
		ktap_skip("there is no edu device");
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		ASSERT_RET(0, pci_give(&pci_cards[CARD_EDU], samples[i]));
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", pci_cards[CARD_EDU].bdf,
			 files[i]);
		EXPECT_RET(0, file_write(path, texts[i]));
		EXPECT_RET(0, file_read(path, text, sizeof(text)));
		EXPECT(!strncmp(text, i ? texts[i] : "120", strlen(i ? texts[i] : "120")),
		       "%s: '%.20s'", samples[i], text);
	}
	EXPECT_RET(0, pci_give(&pci_cards[CARD_EDU], ""));
}

/* Whether a line of @path has @what in it. */
static bool file_has(const char *path, const char *what)
{
	FILE *f = fopen(path, "re");
	char line[1000];
	bool has = false;

	while (f && !has && fgets(line, sizeof(line), f))
		has = strstr(line, what);
	if (f)
		fclose(f);
	return has;
}

static void expect_none(const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return;
	ktap_fail(__FILE__, __LINE__, "%s is left", found.gl_pathv[0]);
	globfree(&found);
}

/* No thread of ours, by its name; a kworker has that of its last work queue for long. */
static void expect_no_thread(void)
{
	char path[100], name[64];
	glob_t found;
	size_t i;

	if (glob("/proc/[0-9]*/comm", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		snprintf(path, sizeof(path), "%s", found.gl_pathv[i]);
		if (!file_read(path, name, sizeof(name)))
			EXPECT(!strstr(name, "dpc") || !strncmp(name, "kworker/", 8),
			       "thread %s is left: %s", path, name);
	}
	globfree(&found);
}

/* Nothing has broken a rule of the core; a warning or worse has tainted the kernel. */
TEST(after, nothing_is_left, 120)
{
	static const char * const shown[] = {
		"/proc/interrupts", "/proc/misc", "/proc/modules", "/proc/iomem",
	};
	char text[32];
	unsigned int i;

	EXPECT_EQ(node_violations(), 0);
	modules_unload();
	expect_none("/dev/dpc*");
	expect_none("/sys/class/dpc");
	expect_none("/sys/class/misc/dpc*");
	expect_none("/sys/bus/pci/drivers/dpc*");
	expect_none("/sys/kernel/debug/dpc*");
	expect_none("/sys/kernel/tracing/events/dpc");
	expect_none("/proc/irq/*/dpc*");
	for (i = 0; i < ARRAY_SIZE(shown); i++)
		EXPECT(!file_has(shown[i], "dpc_"), "%s has something of ours", shown[i]);
	expect_no_thread();
	/* Documentation/admin-guide/tainted-kernels: a bad page, died, warned, locked up. */
	ASSERT_RET(0, file_read("/proc/sys/kernel/tainted", text, sizeof(text)));
	EXPECT_EQ(strtoul(text, NULL, 10) & (1 << 5 | 1 << 7 | 1 << 9 | 1 << 14), 0);
	modules_load();
	torture_devices_restore();
}
