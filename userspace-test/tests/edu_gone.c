// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device goes away, by unbinding the driver, while everything is in use:
 * every call ends with ENODEV, and after binding again all works (I5, I6).
 */
#define _GNU_SOURCE
#include "edu.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DRIVER	"/sys/bus/pci/drivers/dpc_edu/"

static char gone_bdf[32];
static struct dpc_edu_info gone_info;

static void unbind(void)
{
	edu_bdf(0, gone_bdf);
	ASSERT_RET(0, file_write(DRIVER "unbind", gone_bdf));
}

/* Bind again and find its name, which is another while an old file is open. */
static void bind_again(void)
{
	char path[100];
	struct dirent *entry;
	DIR *dir;

	ASSERT_RET(0, file_write(DRIVER "bind", gone_bdf));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/misc", gone_bdf);
	dir = opendir(path);
	ASSERT(dir, "%s", path);
	while ((entry = readdir(dir)) && entry->d_name[0] == '.')
		;
	ASSERT(entry, "no device");
	snprintf(edu_path[0], sizeof(edu_path[0]), "/dev/%s", entry->d_name);
	closedir(dir);
	/* devtmpfs may take its time. */
	EXPECT(KTAP_WAIT(20, !access(edu_path[0], F_OK)), "%s", edu_path[0]);
}

static void expect_works(void)
{
	uint8_t out[50], back[50];
	int fd = edu_open(O_RDWR);
	uint32_t result;

	fill_random(out, sizeof(out));
	EXPECT_RET(0, edu_factorial(fd, 12, &result));
	EXPECT_EQ(result, 479001600);
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, out, 3, sizeof(out)));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 3, sizeof(back)));
	EXPECT(!memcmp(out, back, sizeof(out)), "other data came back");
	EXPECT_RET(0, edu_burst(fd, 100, 0, NULL));
	close(fd);
}

/* Close @fds and bind a last time, so that the device has its old name again. */
static void restore(int *fds, int n)
{
	while (n--)
		close(fds[n]);
	unbind();
	bind_again();
	EXPECT(!strcmp(edu_path[0], "/dev/dpc_edu0"), "%s", edu_path[0]);
}

/* The settings go with the device: nothing is put back into the one that comes. */
TEST(gone, a_hold_ends_with_the_device)
{
	int node = node_open(O_RDWR), other = node_open(O_RDWR), fd = edu_open(O_RDWR);
	uint32_t id = edu_id(fd), again, model;

	close(fd);
	ASSERT_RET(0, node_hold_take(node, id, NULL));
	ASSERT_RET(0, node_model_set(node, id, DPC_MODEL_WQ));
	unbind();
	EXPECT_RET(-ENODEV, node_hold_take(node, id, NULL));
	bind_again();
	fd = edu_open(O_RDWR);
	again = edu_id(fd);
	EXPECT_NE(again, id);
	model = edu_model_get(fd);
	EXPECT_RET(0, node_hold_take(other, again, NULL));
	close(node);
	EXPECT_EQ(edu_model_get(fd), model);
	EXPECT_RET(-EBUSY, edu_model_set(fd, model));
	close(other);
	EXPECT_RET(0, edu_model_set(fd, model));
	restore(&fd, 1);
	expect_works();
}

TEST(gone, every_call_is_enodev)
{
	struct dpc_raises raises;
	struct dpc_edu_body body;
	struct dpc_edu_state state;
	int fd = edu_open(O_RDWR);
	struct dpc_edu_burst b;
	uint8_t data[8];
	uint32_t us;

	unbind();
	EXPECT_RET(-ENODEV, edu_ioctl(fd, DPC_EDU_IOC_INFO_GET, &gone_info));
	EXPECT_RET(-ENODEV, edu_factorial(fd, 3, NULL));
	EXPECT_RET(-ENODEV, edu_burst(fd, 3, 0, &b));
	EXPECT_RET(-ENODEV, edu_state(fd, &state));
	EXPECT_RET(-ENODEV, edu_liveness(fd, 3, &us));
	EXPECT_RET(-ENODEV, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, 8));
	EXPECT_RET(-ENODEV, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, 8));
	EXPECT_RET(-ENODEV, edu_ioctl(fd, DPC_EDU_IOC_RAISES_GET, &raises));
	EXPECT_RET(-ENODEV, edu_body_get(fd, &body));
	EXPECT_RET(-ENODEV, edu_body_set(fd, 0, 0));
	EXPECT_RET(-ENODEV, edu_body_set_until_close(fd, 0, 0));
	EXPECT_EQ(pread(fd, data, 8, 0), -1);
	EXPECT_EQ(errno, ENODEV);
	EXPECT_EQ(pwrite(fd, data, 8, 0), -1);
	EXPECT_EQ(errno, ENODEV);
	EXPECT_RET(-ENOTTY, edu_ioctl(fd, _IO(DPC_EDU_IOC_MAGIC, 0x77), NULL));
	bind_again();
	expect_works();
	/* The old file stays without device. */
	EXPECT_RET(-ENODEV, edu_factorial(fd, 3, NULL));
	restore(&fd, 1);
	expect_works();
}

/* A file of the core is told, and its calls end; it does not keep the driver. */
TEST(gone, the_core_tells_of_it)
{
	int node = node_open(O_RDWR | O_NONBLOCK), fd = edu_open(O_RDWR);
	uint32_t id = edu_id(fd), again, ids[64], nr, i;
	struct dpc_object object;
	struct dpc_snapshot s;
	struct dpc_notice n;

	close(fd);
	unbind();
	EXPECT(node_told(node, DPC_NOTICE_GONE, id, &n), "not told that it is gone");
	EXPECT(!strcmp(n.name, "dpc_edu0"), "%s", n.name);
	EXPECT_RET(-ENODEV, node_object(node, id, &object));
	EXPECT_RET(-ENODEV, node_snapshot(node, id, DPC_SNAPSHOT_CPU_ALL, &s));
	EXPECT_RET(-ENODEV, node_reset(node, id));
	EXPECT_RET(-ENODEV, node_budget_set(node, id, DPC_STAGE_DPC, 100));
	EXPECT_RET(-ENODEV, node_model_set(node, id, DPC_MODEL_DPC));
	EXPECT_RET(-ENODEV, node_hold_take(node, id, NULL));
	ASSERT_RET(0, node_list(node, ids, ARRAY_SIZE(ids), &nr));
	for (i = 0; i < nr; i++)
		EXPECT_NE(ids[i], id);
	bind_again();
	fd = edu_open(O_RDWR);
	again = edu_id(fd);
	EXPECT(again > id, "id %u, then %u", id, again);
	EXPECT(node_told(node, DPC_NOTICE_CAME, again, &n), "not told that it came");
	EXPECT_RET(0, node_object(node, again, &object));
	EXPECT_RET(-ENODEV, node_object(node, id, &object));
	close(fd);
	expect_works();
}

enum node_use { NODE_SNAPSHOT, NODE_RESET, NODE_BUDGET, NODE_MODEL, NODE_HOLD, NODE_OBJECT,
		NODE_SYSFS, NODE_USES };

static int node_use_once(enum node_use use, int node, uint32_t id, unsigned int round)
{
	char path[100], text[64];
	struct dpc_snapshot s;
	int err, own, ret;

	switch (use) {
	case NODE_SNAPSHOT:
		return node_snapshot(node, id, DPC_SNAPSHOT_CPU_ALL, &s);
	case NODE_RESET:
		return node_reset(node, id);
	case NODE_BUDGET:
		return node_budget_set(node, id, round % DPC_STAGE_NR, round % 1000);
	case NODE_MODEL:
		return node_model_set(node, id, round % 2 ? DPC_MODEL_THREADED : DPC_MODEL_DPC);
	case NODE_HOLD:
		own = node_open(O_RDWR);
		ret = node_hold_take(own, id, NULL);
		if (!ret)
			node_model_set(own, id, DPC_MODEL_WQ);
		close(own);
		return ret;
	case NODE_OBJECT:
		return node_object(node, id, &(struct dpc_object){ });
	default:
		snprintf(path, sizeof(path), "/sys/class/dpc/interrupt%u/%s", id,
			 round % 2 ? "model" : "max_ns/dpc");
		err = round % 4 == 3 ? file_write(path, "wq") :
		      file_read(path, text, sizeof(text));
		return err == -ENOENT ? -ENODEV : err;
	}
}

static int node_use_until_gone(void *arg)
{
	unsigned long long end = ktap_now_ns() + 60 * 1000000000ull;
	enum node_use use = *(enum node_use *)arg;
	int node = node_open(O_RDWR), fd = edu_open(O_RDWR), err = 0;
	uint32_t id = edu_id(fd);
	unsigned int round;

	close(fd);
	for (round = 0; (!err || err == -EBUSY) && ktap_now_ns() < end; round++)
		err = node_use_once(use, node, id, round);
	EXPECT(err == -ENODEV, "use %d ended with %s", use, ktap_errno(err));
	return 0;
}

/* I5: unbind waits for a call that has found the object, and for no further one. */
TEST(gone, unbind_beside_every_call_of_the_core, 120)
{
	enum node_use uses[2 * NODE_USES];
	pid_t pids[2 * NODE_USES];
	unsigned int i;
	int round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(uses); i++) {
			uses[i] = i % NODE_USES;
			pids[i] = ktap_spawn(node_use_until_gone, &uses[i]);
		}
		ktap_pause_us(300000 + random() % 200000);
		unbind();
		for (i = 0; i < ARRAY_SIZE(uses); i++)
			EXPECT_EQ(ktap_reap(pids[i], 30), 0);
		bind_again();
		expect_works();
	}
}

TEST(gone, poll_says_hup_and_err)
{
	int fd = edu_open(O_RDWR);
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	unbind();
	EXPECT_EQ(poll(&p, 1, 20000), 1);
	EXPECT_EQ(p.revents, POLLHUP | POLLERR);
	bind_again();
	restore(&fd, 1);
}

static void unbind_under_load(int processes)
{
	struct edu_user users[3 * EDU_USES];
	pid_t pids[3 * EDU_USES];
	int fd = edu_open(O_RDWR), i;
	struct dpc_edu_info before, info;

	edu_info(fd, &before);
	edu_budgets_off(fd);
	for (i = 0; i < processes; i++) {
		users[i] = (struct edu_user){ .use = i % EDU_USES, .fd = edu_open(O_RDWR) };
		pids[i] = ktap_spawn(edu_use_until_gone, &users[i]);
		close(users[i].fd);
	}
	EXPECT(KTAP_WAIT(10, edu_dma_busy(fd) &&
			 (edu_info(fd, &info), info.interrupts > before.interrupts + 100)),
	       "no load");
	unbind();
	for (i = 0; i < processes; i++)
		EXPECT_EQ(ktap_reap(pids[i], 30), 0);
	bind_again();
	expect_works();
	restore(&fd, 1);
}

/* A device that leaves its line asserted takes along whoever shares the line. */
static int second_works(void *unused)
{
	int fd = edu_open_nr(1, O_RDWR), i;
	uint8_t data[10] = { 0 };

	(void)unused;
	for (i = 0; i < 20; i++)
		EXPECT_RET(0, edu_factorial(fd, i, NULL));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	return 0;
}

TEST(gone, the_other_device_works_on, 60)
{
	pid_t pids[3];
	int round, i;

	edu_need_second();
	for (round = 0; round < 5; round++) {
		edu_spawn_dmas(pids, 3);
		for (i = 0; i < 3; i++)
			kill(pids[i], SIGKILL);
		unbind();
		EXPECT_EQ(ktap_reap(ktap_spawn(second_works, NULL), 30), 0);
		bind_again();
		EXPECT_EQ(ktap_reap(ktap_spawn(second_works, NULL), 30), 0);
	}
}

/* I5, I6: all engines run, others wait in line, bursts in all their states, pollers. */
TEST(gone, unbind_under_load, 60)
{
	int round;

	for (round = 0; round < 3; round++)
		unbind_under_load(2 * EDU_USES);
}

/* I6: nobody waits any more, but the engines still run. */
TEST(gone, unbind_with_abandoned_requests, 30)
{
	pid_t pids[3];
	int i;

	edu_spawn_dmas(pids, 3);
	for (i = 0; i < 3; i++)
		kill(pids[i], SIGKILL);
	unbind();
	bind_again();
	expect_works();
}

/* A new file per process, all closed only after the driver is back. */
TEST(gone, many_open_files, 30)
{
	int fds[50], i;

	for (i = 0; i < 50; i++)
		fds[i] = edu_open(O_RDWR);
	unbind();
	bind_again();
	expect_works();
	for (i = 0; i < 50; i++)
		EXPECT_RET(-ENODEV, edu_factorial(fds[i], 3, NULL));
	restore(fds, 50);
}

/* M3: the new one starts anew: its numbers, its statistics, its budgets. */
TEST(gone, bound_again_starts_from_zero)
{
	struct dpc_edu_info before, after;
	struct dpc_snapshot stats;
	int fd = edu_open(O_RDWR), i;

	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_ISR, 7));
	ASSERT_RET(0, edu_burst(fd, 100, 0, NULL));
	edu_info(fd, &before);
	close(fd);
	ASSERT_RET(0, file_write("/sys/module/dpc_core/parameters/budget_isr_us", "33"));
	unbind();
	bind_again();
	ASSERT_RET(0, file_write("/sys/module/dpc_core/parameters/budget_isr_us", "100"));
	fd = edu_open(O_RDWR);
	edu_info(fd, &after);
	/* Binding raises one, to have repeated what was not signalled. */
	EXPECT_LE(after.interrupts, 1);
	EXPECT_NE(after.interrupt_id, before.interrupt_id);
	edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &stats);
	EXPECT_EQ(stats.stage[DPC_STAGE_ISR].budget_us, 33);
	for (i = 1; i < DPC_STAGE_COMPLETE; i++)
		EXPECT_EQ(stats.stage[i].budget_us, DPC_BUDGET_DEFAULT_US);
	/* All that it is made of. */
	EXPECT_EQ(stats.stage[DPC_STAGE_COMPLETE].budget_us, 33 + 4 * DPC_BUDGET_DEFAULT_US);
	EXPECT_LE(stats.stage[DPC_STAGE_ISR].count, 1);
}

/* ---- An owner that does not run ------------------------------------------------- */

static int unbind_process(void *unused)
{
	(void)unused;
	unbind();
	return 0;
}

/* In a process, because a write() that waits for ever can't be given up. */
static void expect_unbind_ends(void)
{
	edu_bdf(0, gone_bdf);
	ASSERT_EQ(ktap_reap(ktap_spawn(unbind_process, NULL), 20), 0);
}

static int stopped_owner(void *fd)
{
	uint8_t data[100];

	EXPECT_RET(-EINTR, edu_dma(*(int *)fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, sizeof(data)));
	return 0;
}

/* Stopped in the middle of a transfer, it keeps nobody: a stop ends the wait. */
TEST(gone, unbind_does_not_wait_for_a_stopped_owner)
{
	int fd = edu_open(O_RDWR), status;
	pid_t pid = ktap_spawn(stopped_owner, &fd);

	ASSERT(KTAP_WAIT(20, edu_dma_busy(fd)), "the transfer does not begin");
	kill(pid, SIGSTOP);
	ASSERT_EQ(waitpid(pid, &status, WUNTRACED), pid);
	ASSERT(WIFSTOPPED(status), "status %x", status);
	expect_unbind_ends();
	bind_again();
	kill(pid, SIGCONT);
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	restore(&fd, 1);
	expect_works();
}

/* Wait until a page is asked for, have the device go, and only then let it come. */
static int unbind_before_the_page(void *arg)
{
	const struct uffdio_zeropage *page = arg;
	int uffd = page->mode;
	struct uffdio_zeropage zero = { .range = page->range };
	struct pollfd p = { .fd = uffd, .events = POLLIN };

	EXPECT_EQ(poll(&p, 1, 20000), 1);
	expect_unbind_ends();
	EXPECT_RET(0, edu_ioctl(uffd, UFFDIO_ZEROPAGE, &zero));
	return 0;
}

/* The owner's memory is to come from a process that takes its time. */
TEST(gone, unbind_does_not_wait_for_an_owners_memory)
{
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC), fd = edu_open(O_RDWR);
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_zeropage page = { .mode = uffd };
	size_t size = sysconf(_SC_PAGESIZE);
	void *user;
	pid_t pid;

	if (uffd < 0)
		ktap_skip("userfaultfd: %s", strerror(errno));
	ASSERT_RET(0, edu_ioctl(uffd, UFFDIO_API, &api));
	user = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT(user != MAP_FAILED, "%s", strerror(errno));
	reg.range = (struct uffdio_range){ (uintptr_t)user, size };
	ASSERT_RET(0, edu_ioctl(uffd, UFFDIO_REGISTER, &reg));
	page.range = reg.range;
	edu_bdf(0, gone_bdf);
	pid = ktap_spawn(unbind_before_the_page, &page);
	EXPECT_RET(-ENODEV, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, user, 0, 100));
	EXPECT_EQ(ktap_reap(pid, 30), 0);
	bind_again();
	restore(&fd, 1);
	expect_works();
}
