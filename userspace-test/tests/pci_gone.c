// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cards that are stopped, taken away, reset and suspended while they are in use.
 *
 * QEMU 7.2 dies if MSI-X of its e1000e is disabled less than 128 us after a message, which it
 * throttles; a rocker stands in where a test does that.
 */
#define _GNU_SOURCE
#include "pci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define USERS	4

/* A word that the processes of a test share; false. */
static bool *shared_bool(void)
{
	bool *word = mmap(NULL, sizeof(*word), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT(word != MAP_FAILED, "%s", strerror(errno));
	return word;
}

struct user {
	int		fd;
	bool		*end;		/* shared: they shall come to an end; or NULL */
	uint32_t	vectors;
	long		ends_with;	/* an errno, negative */
	long		or_with;	/* the same, between two bursts; 0: none */
};

/*
 * Bursts on all vectors in turn until a call fails: with what was announced.  Being frozen
 * ends a call as a signal does.
 */
static int use_until(void *arg)
{
	const struct user *user = arg;
	uint32_t i = 0;
	int err;

	do {
		if (user->end && __atomic_load_n(user->end, __ATOMIC_ACQUIRE))
			return 0;
		err = pci_burst(user->fd, i++ % user->vectors, 100, 0, NULL);
	} while (!err || err == -EINTR);
	if (err != user->or_with)
		EXPECT_EQ(err, user->ends_with);
	return 0;
}

static void spawn_users(pid_t *pids, struct user *user)
{
	int i;

	for (i = 0; i < USERS; i++)
		pids[i] = ktap_spawn(use_until, user);
}

static void reap_users(const pid_t *pids)
{
	int i;

	for (i = 0; i < USERS; i++)
		EXPECT_EQ(ktap_reap(pids[i], 60), 0);
}

static uint64_t raised(int fd, uint32_t vector)
{
	struct dpc_raises raises;

	pci_raises(fd, vector, &raises);
	return raises.raised;
}

/* The users are in the middle of their bursts. */
static void wait_for_load(int fd)
{
	uint64_t before = raised(fd, 0);

	ASSERT(KTAP_WAIT(30, raised(fd, 0) > before + 200), "no load");
}

TEST(pci_gone, taken_away_under_load, 120)
{
	struct user user = { .ends_with = -ENODEV };
	struct dpc_pci_info info;
	pid_t pids[USERS];

	user.fd = pci_take_started(CARD_ROCKER, DPC_PCI_KIND_MSIX, 0, &user.vectors);
	spawn_users(pids, &user);
	wait_for_load(user.fd);
	EXPECT_RET(0, pci_give(&pci_cards[CARD_ROCKER], ""));
	EXPECT(!pci_is_ours(CARD_ROCKER), "it stays");
	reap_users(pids);
	EXPECT_RET(-ENODEV, pci_ioctl(user.fd, DPC_PCI_IOC_INFO_GET, &info));
	EXPECT_RET(-ENODEV, pci_ioctl(user.fd, DPC_PCI_IOC_STOP, NULL));
	EXPECT_RET(-ENODEV, pci_recipe(user.fd, CARD_ROCKER, 1));
}

/* A line that is shared, and a caller that waits for an interrupt that never comes. */
TEST(pci_gone, taken_away_while_a_call_waits, 120)
{
	struct dpc_pci_recipe recipe = { .vector = DPC_PCI_VECTOR_ALL };
	struct user user = { .vectors = 1, .ends_with = -ENODEV };
	struct dpc_pci_start start;
	pid_t pid;

	user.fd = pci_take(CARD_E1000, O_RDWR);
	/* Raising without enabling: nothing comes. */
	pci_cards[CARD_E1000].recipe(&recipe, 0);
	pci_without(&recipe, DPC_PCI_ENABLE);
	ASSERT_RET(0, pci_ioctl(user.fd, DPC_PCI_IOC_RECIPE_SET, &recipe));
	ASSERT_RET(0, pci_start(user.fd, DPC_PCI_KIND_LINE, 0, &start));
	pid = ktap_spawn(use_until, &user);
	ASSERT(KTAP_WAIT(30, raised(user.fd, 0) == 100), "no raise");
	EXPECT_RET(0, pci_give(&pci_cards[CARD_E1000], ""));
	EXPECT_EQ(ktap_reap(pid, 5), 0);
}

TEST(pci_gone, stopped_under_load, 180)
{
	struct user user = { .ends_with = -ECANCELED, .or_with = -EINVAL };
	struct dpc_pci_start start;
	pid_t pids[USERS];
	int round;

	user.fd = pci_take_started(CARD_ROCKER, DPC_PCI_KIND_MSIX, 0, &user.vectors);
	for (round = 0; round < 10; round++) {
		spawn_users(pids, &user);
		wait_for_load(user.fd);
		EXPECT_RET(0, pci_ioctl(user.fd, DPC_PCI_IOC_STOP, NULL));
		reap_users(pids);
		ASSERT_RET(0, pci_start(user.fd, DPC_PCI_KIND_MSIX, 0, &start));
	}
}

/* Until told to end, by a word that both processes see. */
struct switcher {
	uint32_t	id;
	bool		*end;
};

static int switch_until_told(void *arg)
{
	const struct switcher *switcher = arg;
	int node = node_open(O_RDWR), i;

	for (i = 0; !__atomic_load_n(switcher->end, __ATOMIC_ACQUIRE); i++)
		EXPECT_RET(0, node_model_set(node, switcher->id, i % 2 ? DPC_MODEL_THREADED :
					     DPC_MODEL_TASKLET));
	EXPECT_GE(i, 10);
	return 0;
}

/* What was raised while the interrupt was masked, by a switch, is signalled afterwards. */
static void raise_beside_switches(enum pci_card_id id, uint32_t kind)
{
	int fd = pci_take_started(id, kind, 1, NULL), i;
	struct switcher switcher = { .end = shared_bool() };
	struct dpc_object object;
	struct dpc_raises raises;
	pid_t pid;

	pci_object(id, 0, &object);
	switcher.id = object.id;
	pid = ktap_spawn(switch_until_told, &switcher);
	for (i = 0; i < 200; i++)
		ASSERT_RET(0, pci_burst(fd, 0, 10, 0, NULL));
	__atomic_store_n(switcher.end, true, __ATOMIC_RELEASE);
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	pci_raises(fd, 0, &raises);
	EXPECT_EQ(raises.raised, 2000);
	EXPECT_EQ(raises.pending, 0);
	EXPECT_EQ(raises.dropped, 0);
}

TEST(pci_gone, no_message_is_lost_beside_switches, 120)
{
	raise_beside_switches(CARD_E1000E, DPC_PCI_KIND_MSIX);
}

TEST(pci_gone, no_line_is_lost_beside_switches, 120)
{
	raise_beside_switches(CARD_E1000, DPC_PCI_KIND_LINE);
}

/* The card goes from driver to driver, works with both, and nothing is left. */
TEST(pci_gone, back_and_forth_a_hundred_times, 900)
{
	char path[100];
	int fd, i;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/misc/dpc_edu0",
		 pci_cards[CARD_EDU].bdf);
	for (i = 0; i < 100; i++) {
		fd = pci_take_started(CARD_EDU, i % 2 ? DPC_PCI_KIND_MSI : DPC_PCI_KIND_LINE, 0,
				      NULL);
		ASSERT_RET(0, pci_burst(fd, 0, 10, 0, NULL));
		close(fd);
		ASSERT_RET(0, pci_give(&pci_cards[CARD_EDU], ""));
		ASSERT(!access(path, F_OK), "round %d: %s", i, path);
		ASSERT(KTAP_WAIT(20, !access("/dev/dpc_edu0", F_OK)), "round %d", i);
		fd = edu_open_nr(0, O_RDWR);
		ASSERT_RET(0, edu_burst(fd, 10, 0, NULL));
		close(fd);
	}
}

TEST(pci_gone, a_reset_is_survived_under_load, 120)
{
	struct user user = { .end = shared_bool() };
	pid_t pids[USERS];
	int i;

	user.fd = pci_take_started(CARD_E1000E, DPC_PCI_KIND_MSIX, 0, &user.vectors);
	if (pci_write(pci_cards[CARD_E1000E].bdf, "reset", "1") == -ENOENT)
		ktap_skip("the kernel has no way to reset it");
	spawn_users(pids, &user);
	for (i = 0; i < 5; i++) {
		wait_for_load(user.fd);
		EXPECT_RET(0, pci_write(pci_cards[CARD_E1000E].bdf, "reset", "1"));
	}
	wait_for_load(user.fd);
	__atomic_store_n(user.end, true, __ATOMIC_RELEASE);
	reap_users(pids);
}

/* The kernel suspends and resumes all devices, with user space frozen in the middle of bursts. */
TEST(pci_gone, suspended_under_load, 180)
{
	struct user user = { .ends_with = -ENODEV };
	pid_t pids[USERS];
	int i;

	user.fd = pci_take_started(CARD_ROCKER, DPC_PCI_KIND_MSIX, 0, &user.vectors);
	if (file_write("/sys/power/pm_test", "devices"))
		ktap_skip("this kernel has no /sys/power/pm_test");
	file_write("/sys/module/suspend/parameters/pm_test_delay", "1");
	spawn_users(pids, &user);
	for (i = 0; i < 2; i++) {
		wait_for_load(user.fd);
		EXPECT_RET(0, file_write("/sys/power/state", "freeze"));
	}
	EXPECT_RET(0, file_write("/sys/power/pm_test", "none"));
	wait_for_load(user.fd);
	EXPECT_RET(0, pci_give(&pci_cards[CARD_ROCKER], ""));
	reap_users(pids);
}
