// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bus reports errors while a card is in use: AER, injected by QEMU's monitor into the port
 * that it knows as "card", above an e1000e.
 */
#define _GNU_SOURCE
#include "pci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * struct errors - what the user of the card sees, in memory that both processes have
 * @end: the user shall come to an end
 * @bursts: that were served
 * @failed: that have ended with EIO
 */
struct errors {
	int	fd;
	bool	end;
	long	bursts;
	long	failed;
};

static int use_in_spite(void *arg)
{
	struct errors *e = arg;
	int err;

	while (!__atomic_load_n(&e->end, __ATOMIC_ACQUIRE)) {
		err = pci_burst(e->fd, 0, 10, 0, NULL);
		if (err != -EIO)
			EXPECT_EQ(err, 0);
		__atomic_add_fetch(err ? &e->failed : &e->bursts, 1, __ATOMIC_RELAXED);
		if (err && err != -EIO)
			break;
	}
	return 0;
}

static long served(const struct errors *e)
{
	return __atomic_load_n(&e->bursts, __ATOMIC_RELAXED);
}

static void inject(const char *what)
{
	char command[100];

	snprintf(command, sizeof(command), "qemu-monitor pcie_aer_inject_error %s", what);
	EXPECT_EQ(system(command), 0);
}

/* A process that uses the card, and what it sees. */
static pid_t begin_use(struct errors **out)
{
	struct errors *e = mmap(NULL, sizeof(*e), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT(e != MAP_FAILED, "%s", strerror(errno));
	e->fd = pci_take_started(CARD_E1000E, DPC_PCI_KIND_MSIX, 0, NULL);
	pci_log_begin();
	*out = e;
	return ktap_spawn(use_in_spite, e);
}

static void wait_for_use(const struct errors *e)
{
	long before = served(e);

	ASSERT(KTAP_WAIT(20, served(e) > before + 10), "no burst is served");
}

static void end_use(struct errors *e, pid_t pid)
{
	__atomic_store_n(&e->end, true, __ATOMIC_RELEASE);
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	ktap_note("%ld bursts served, %ld failed with EIO", served(e), e->failed);
}

/* Errors come while the card is in use, and afterwards it works as before. */
TEST(pci_errors, one_that_is_not_fatal_is_recovered_from)
{
	struct dpc_raises raises;
	struct errors *e;
	pid_t pid = begin_use(&e);
	int i;

	for (i = 0; i < 3; i++) {
		wait_for_use(e);
		inject("card UNSUP");
		ASSERT(KTAP_WAIT(30, pci_log_has("device recovery successful")), "round %d", i);
	}
	wait_for_use(e);
	end_use(e, pid);
	EXPECT_RET(0, pci_burst(e->fd, 4, 20, 0, NULL));
	pci_raises(e->fd, 0, &raises);
	EXPECT_EQ(raises.pending, 0);
}

/*
 * A fatal error resets the bus.  Where the slots are ACPI's, QEMU's port does not come back from
 * that: then the kernel gives up, nothing touches the card any more, and it can be given back
 * all the same.  Where the port is the kernel's own, the card is reset and goes on.
 */
TEST(pci_errors, a_fatal_one_resets_the_card_or_disables_it)
{
	struct dpc_pci_start start;
	struct dpc_raises raises;
	char line[PCI_LOG_LINE];
	struct errors *e;
	pid_t pid = begin_use(&e);

	wait_for_use(e);
	inject("card MALF_TLP");
	ASSERT(KTAP_WAIT(30, pci_log_find("device recovery", line)), "nobody has tried to recover");
	ASSERT(KTAP_WAIT(20, __atomic_load_n(&e->failed, __ATOMIC_RELAXED)), "no call has failed");
	if (strstr(line, "successful")) {
		ktap_note("the card was reset");
		wait_for_use(e);
		end_use(e, pid);
		EXPECT_RET(0, pci_burst(e->fd, 4, 20, 0, NULL));
		pci_raises(e->fd, 0, &raises);
		EXPECT_EQ(raises.pending, 0);
		return;
	}
	end_use(e, pid);
	EXPECT_RET(-EIO, pci_burst(e->fd, 0, 1, 0, NULL));
	EXPECT_RET(0, pci_ioctl(e->fd, DPC_PCI_IOC_STOP, NULL));
	EXPECT_RET(-EIO, pci_start(e->fd, DPC_PCI_KIND_ANY, 0, &start));
}
