// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

char edu_path[2][280] = { "/dev/dpc_edu0", "/dev/dpc_edu1" };
int edu_model;

const char * const model_names[DPC_MODEL_NR] = {
	"dpc", "threaded", "tasklet", "bh_wq", "irq_poll", "wq", "wq_unbound", "kthread", "hardirq",
};

const char * const stage_names[DPC_STAGE_NR] = {
	DPC_STAGES(DPC_STAGE_NAME)
};

int edu_open_nr(int nr, int flags)
{
	int fd = open(edu_path[nr], flags | O_CLOEXEC);

	ASSERT(fd >= 0, "%s: %s", edu_path[nr], strerror(errno));
	return fd;
}

int edu_open(int flags)
{
	return edu_open_nr(0, flags);
}

void edu_need_second(void)
{
	if (access(edu_path[1], F_OK))
		ktap_skip("there is no %s", edu_path[1]);
}

int edu_ioctl(int fd, unsigned long cmd, void *arg)
{
	return node_ioctl(fd, cmd, arg);
}

int edu_factorial(int fd, uint32_t n, uint32_t *result)
{
	struct dpc_edu_factorial arg = { .n = n, .result = 0xa5a5a5a5 };
	int err = edu_ioctl(fd, DPC_EDU_IOC_FACTORIAL_RUN, &arg);

	if (result)
		*result = arg.result;
	return err;
}

int edu_dma(int fd, uint32_t direction, void *user, uint32_t offset, uint32_t count)
{
	struct dpc_edu_dma arg = {
		.user = (uintptr_t)user,
		.offset = offset,
		.count = count,
		.direction = direction,
	};

	return edu_ioctl(fd, DPC_EDU_IOC_DMA_RUN, &arg);
}

int edu_burst(int fd, uint32_t count, uint32_t pace_us, struct dpc_edu_burst *burst)
{
	struct dpc_edu_burst local, *arg = burst ?: &local;

	memset(arg, 0, sizeof(*arg));
	arg->count = count;
	arg->pace_us = pace_us;
	arg->raised = 0xa5a5a5a5;
	arg->first_seq = 0xa5a5a5a5a5a5a5a5ull;
	arg->last_seq = 0xa5a5a5a5a5a5a5a5ull;
	return edu_ioctl(fd, DPC_EDU_IOC_BURST_RUN, arg);
}

int edu_state(int fd, struct dpc_edu_state *state)
{
	memset(state, POISON, sizeof(*state));
	return edu_ioctl(fd, DPC_EDU_IOC_STATE_GET, state);
}

int edu_liveness(int fd, uint32_t value, uint32_t *inverted)
{
	struct dpc_edu_liveness arg = { .value = value, .inverted = value };
	int err = edu_ioctl(fd, DPC_EDU_IOC_LIVENESS_SET, &arg);

	*inverted = arg.inverted;
	return err;
}

/* /dev/dpc, opened as @fd is; one for each way, for the whole life of the process. */
static int edu_node_fds[O_ACCMODE + 1] = { [0 ... O_ACCMODE] = -1 };

static int edu_node(int fd)
{
	int mode = fcntl(fd, F_GETFL) & O_ACCMODE;

	if (edu_node_fds[mode] < 0)
		edu_node_fds[mode] = node_open(mode);
	return edu_node_fds[mode];
}

void edu_node_close(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(edu_node_fds); i++) {
		if (edu_node_fds[i] >= 0)
			close(edu_node_fds[i]);
		edu_node_fds[i] = -1;
	}
}

/* The id of the device's interrupt object, or -ENODEV. */
static int64_t edu_find_id(int fd)
{
	struct dpc_edu_info info;
	int err = edu_ioctl(fd, DPC_EDU_IOC_INFO_GET, &info);

	return err ? err : (int64_t)info.interrupt_id;
}

uint32_t edu_id(int fd)
{
	int64_t id = edu_find_id(fd);

	ASSERT(id > 0, "%s", ktap_errno(id));
	return id;
}

/* Call @_fn for the device's object: its first arguments are the node and the id. */
#define edu_at_node(_fd, _fn, ...)						\
({										\
	int64_t _id = edu_find_id(_fd);						\
										\
	_id < 0 ? (int)_id : _fn(edu_node(_fd), _id, ##__VA_ARGS__);		\
})

int edu_budget_set(int fd, uint32_t stage, uint32_t budget_us)
{
	return edu_at_node(fd, node_budget_set, stage, budget_us);
}

int edu_budget_get(int fd, uint32_t stage, uint32_t *budget_us)
{
	struct dpc_snapshot s;
	int err = edu_at_node(fd, node_snapshot, DPC_SNAPSHOT_CPU_ALL, &s);

	*budget_us = err ? 0xa5a5a5a5 : s.stage[stage].budget_us;
	return err;
}

int edu_body_set(int fd, uint32_t dpc_us, uint32_t work_us)
{
	struct dpc_edu_body arg = { .dpc_us = dpc_us, .work_us = work_us };

	return edu_ioctl(fd, DPC_EDU_IOC_BODY_SET, &arg);
}

int edu_body_set_until_close(int fd, uint32_t dpc_us, uint32_t work_us)
{
	struct dpc_edu_body arg = { .dpc_us = dpc_us, .work_us = work_us,
				    .flags = DPC_EDU_BODY_UNTIL_CLOSE };

	return edu_ioctl(fd, DPC_EDU_IOC_BODY_SET, &arg);
}

int edu_body_get(int fd, struct dpc_edu_body *body)
{
	memset(body, 0, sizeof(*body));
	body->dpc_us = 0xa5a5a5a5;
	body->work_us = 0xa5a5a5a5;
	return edu_ioctl(fd, DPC_EDU_IOC_BODY_GET, body);
}

int edu_model_query(int fd, uint32_t model, struct dpc_model_info *info)
{
	return node_model_query(edu_node(fd), model, info);
}

int edu_model_set(int fd, uint32_t model)
{
	return edu_at_node(fd, node_model_set, model);
}

uint32_t edu_model_get(int fd)
{
	struct dpc_object object;

	ASSERT_RET(0, edu_at_node(fd, node_object, &object));
	return object.model;
}

int edu_reset(int fd)
{
	return edu_at_node(fd, node_reset);
}

void edu_info(int fd, struct dpc_edu_info *info)
{
	memset(info, POISON, sizeof(*info));
	ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_INFO_GET, info));
}

void edu_stats(int fd, int cpu, struct dpc_snapshot *stats)
{
	ASSERT_RET(0, edu_at_node(fd, node_snapshot, cpu, stats));
}

/* Every call that was begun is counted, and nothing new came for 20 ms. */
void edu_stats_settled(int fd, struct dpc_snapshot *stats)
{
	struct dpc_snapshot before;
	unsigned int calm = 0;

	edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &before);
	ASSERT(KTAP_WAIT(20, ({
		edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, stats);
		calm = !memcmp(stats, &before, sizeof(before)) &&
		       stats->stage[DPC_STAGE_ISR_TO_DPC].count ==
		       stats->stage[DPC_STAGE_DPC].count &&
		       stats->stage[DPC_STAGE_DPC_TO_WORK].count ==
		       stats->stage[DPC_STAGE_WORK].count ? calm + 1 : 0;
		before = *stats;
		calm >= 20; })), "the counters don't come to rest");
}

void edu_drive(int fd)
{
	struct dpc_edu_burst burst;
	struct dpc_snapshot stats;
	uint8_t data[64], back[64];
	uint32_t result;
	int i;

	ASSERT_RET(0, edu_reset(fd));
	for (i = 0; i < 5; i++) {
		EXPECT_RET(0, edu_factorial(fd, 10 + i, &result));
		EXPECT_EQ(result, factorial(10 + i));
	}
	EXPECT_RET(0, edu_burst(fd, 500, 0, &burst));
	EXPECT_EQ(burst.raised, 500);
	EXPECT_GE(burst.last_seq, burst.first_seq + 1);
	EXPECT_LE(burst.last_seq, burst.first_seq + 500);
	fill_random(data, sizeof(data));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 8, sizeof(data)));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 8, sizeof(back)));
	EXPECT(!memcmp(data, back, sizeof(data)), "other data came back");

	/* Each interrupt that the DPC was asked for by was served, once. */
	edu_stats_settled(fd, &stats);
	EXPECT_EQ(stats.stage[DPC_STAGE_ISR_TO_DPC].count +
		  stats.stage[DPC_STAGE_ISR_TO_DPC].coalesced,
		  stats.stage[DPC_STAGE_DPC].count + stats.stage[DPC_STAGE_DPC].coalesced);
	EXPECT_LE(stats.stage[DPC_STAGE_DPC].count + stats.stage[DPC_STAGE_DPC].coalesced,
		  stats.stage[DPC_STAGE_ISR].count);
}

void edu_budgets_off(int fd)
{
	uint32_t stage;

	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		ASSERT_RET(0, edu_budget_set(fd, stage, 0));
}

uint32_t factorial(uint32_t n)
{
	uint32_t result = 1;

	for (; n > 1; n--)
		result *= n;
	return result;
}

bool edu_dma_busy(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

static int edu_dma_process(void *unused)
{
	uint8_t data[16] = { 0 };
	int fd = edu_open(O_RDWR);

	(void)unused;
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	return 0;
}

/* On a slow host a transfer may be over before anybody looks: then there is another one. */
static bool edu_dma_begun(int fd, pid_t *pid)
{
	if (edu_dma_busy(fd))
		return true;
	if (waitpid(*pid, NULL, WNOHANG) == *pid)
		*pid = ktap_spawn(edu_dma_process, NULL);
	return false;
}

void edu_spawn_dmas(pid_t *pids, int n)
{
	int fd = edu_open(O_RDWR), i;

	for (i = 0; i < n; i++)
		pids[i] = ktap_spawn(edu_dma_process, NULL);
	ASSERT(KTAP_WAIT(20, edu_dma_begun(fd, &pids[n - 1])), "the transfer does not begin");
	close(fd);
}

pid_t edu_spawn_dma(void)
{
	pid_t pid;

	edu_spawn_dmas(&pid, 1);
	return pid;
}

static int edu_use_once(enum edu_use use, int fd)
{
	struct pollfd p = { .fd = fd };
	struct dpc_edu_state state;
	uint8_t data[100] = { 0 };

	switch (use) {
	case EDU_USE_DMA:
		return edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data));
	case EDU_USE_FACTORIAL:
		return edu_factorial(fd, DPC_EDU_FACTORIAL_MAX, NULL);
	case EDU_USE_BURST:
		return edu_burst(fd, 100, 0, NULL);
	case EDU_USE_PACED:
		return edu_burst(fd, 1000, 1000, NULL);
	case EDU_USE_POLL:
		return poll(&p, 1, 10000) == 1 && p.revents & POLLHUP ? -ENODEV : 0;
	case EDU_USE_STATE:
		return edu_state(fd, &state);
	default:
		return pread(fd, data, sizeof(data), 0) < 0 ? -errno : 0;
	}
}

/*
 * Whether @err only says that a look at the device came before the interrupt, three times:
 * no register tells whether that of a control request is on its way, and a slow host holds
 * it up for longer than a short limit.
 */
static bool edu_was_overdue(enum edu_use use, int err)
{
	char ms[16];

	return use == EDU_USE_STATE && err == -EIO && !file_read(OVERDUE_PARAM, ms, sizeof(ms)) &&
	       atoi(ms) < 1000;
}

int edu_use_until_gone(void *arg)
{
	unsigned long long end = ktap_now_ns() + EDU_USE_S * 1000000000ull;
	const struct edu_user *user = arg;
	int err = 0;

	while ((!err || edu_was_overdue(user->use, err)) && ktap_now_ns() < end)
		err = edu_use_once(user->use, user->fd);
	EXPECT(err == -ENODEV, "use %d ended with %s", user->use, ktap_errno(err));
	return 0;
}

int file_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	if (n < 0)
		err = -errno;
	else
		text[n] = '\0';
	close(fd);
	if (!err)
		text[strcspn(text, "\n")] = '\0';
	return err;
}

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static void edu_sysfs_path(char *path, size_t size, const char *name)
{
	int fd = edu_open(O_RDONLY);

	snprintf(path, size, "/sys/class/dpc/interrupt%u/%s", edu_id(fd), name);
	close(fd);
}

int edu_sysfs_read(const char *name, char *text, size_t size)
{
	char path[400];

	edu_sysfs_path(path, sizeof(path), name);
	return file_read(path, text, size);
}

int edu_sysfs_write(const char *name, const char *text)
{
	char path[400];

	edu_sysfs_path(path, sizeof(path), name);
	return file_write(path, text);
}

long long edu_sysfs_number(const char *name)
{
	char text[64], *end;
	long long value;

	ASSERT_RET(0, edu_sysfs_read(name, text, sizeof(text)));
	value = strtoll(text, &end, 10);
	ASSERT(end != text && !*end, "%s says '%s'", name, text);
	return value;
}

void edu_bdf(int nr, char bdf[32])
{
	char path[320], target[200] = "";

	snprintf(path, sizeof(path), "/sys/class/misc/%s/device",
		 strrchr(edu_path[nr], '/') + 1);
	ASSERT(readlink(path, target, sizeof(target) - 1) > 0, "%s", path);
	snprintf(bdf, 32, "%s", strrchr(target, '/') + 1);
}

#define PCI_COMMAND		4
#define PCI_COMMAND_MASTER	4

void edu_bus_master(bool on)
{
	char bdf[32], path[100];
	uint16_t command;
	int fd;

	edu_bdf(0, bdf);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", bdf);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ASSERT(fd >= 0, "%s: %s", path, strerror(errno));
	ASSERT_EQ(pread(fd, &command, sizeof(command), PCI_COMMAND), sizeof(command));
	command = on ? command | PCI_COMMAND_MASTER : command & ~PCI_COMMAND_MASTER;
	ASSERT_EQ(pwrite(fd, &command, sizeof(command), PCI_COMMAND), sizeof(command));
	close(fd);
}

uint32_t *edu_map(const char *bdf)
{
	uint32_t *registers;
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource0", bdf);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ASSERT(fd >= 0, "%s: %s", path, strerror(errno));
	registers = mmap(NULL, EDU_MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT(registers != MAP_FAILED, "%s: %s", path, strerror(errno));
	close(fd);
	return registers;
}

uint8_t *map_pages(unsigned int n)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint8_t *p = mmap(NULL, (n + 1) * page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT(p != MAP_FAILED, "%s", strerror(errno));
	ASSERT_EQ(munmap(p + n * page, page), 0);
	memset(p, POISON, n * page);
	return p;
}

void fill_random(void *p, size_t n)
{
	uint8_t *byte = p;

	while (n--)
		*byte++ = random() >> 7;
}

bool all_bytes(const void *p, uint8_t value, size_t n)
{
	const uint8_t *byte = p;

	while (n && *byte == value)
		byte++, n--;
	return !n;
}
