// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ktap.h"

int node_open(int flags)
{
	int fd = open(NODE_PATH, flags | O_CLOEXEC);

	ASSERT(fd >= 0, NODE_PATH ": %s", strerror(errno));
	return fd;
}

int node_ioctl(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int node_abi(int fd, struct dpc_abi *abi)
{
	memset(abi, POISON, sizeof(*abi));
	return node_ioctl(fd, DPC_IOC_ABI_GET, abi);
}

int node_list(int fd, uint32_t *ids, uint32_t room, uint32_t *nr)
{
	struct dpc_list arg = { .ids = (uintptr_t)ids, .room = room, .nr = 0xa5a5a5a5 };
	int err = node_ioctl(fd, DPC_IOC_LIST, &arg);

	*nr = arg.nr;
	return err;
}

int node_object(int fd, uint32_t id, struct dpc_object *object)
{
	memset(object, POISON, sizeof(*object));
	object->id = id;
	object->reserved32 = 0;
	memset(object->reserved, 0, sizeof(object->reserved));
	return node_ioctl(fd, DPC_IOC_OBJECT_GET, object);
}

int node_snapshot(int fd, uint32_t id, int cpu, struct dpc_snapshot *snapshot)
{
	memset(snapshot, POISON, sizeof(*snapshot));
	snapshot->id = id;
	snapshot->cpu = cpu;
	snapshot->reserved32 = 0;
	memset(snapshot->reserved, 0, sizeof(snapshot->reserved));
	return node_ioctl(fd, DPC_IOC_SNAPSHOT, snapshot);
}

int node_reset(int fd, uint32_t id)
{
	struct dpc_id arg = { .id = id };

	return node_ioctl(fd, DPC_IOC_RESET, &arg);
}

int node_budget_set(int fd, uint32_t id, uint32_t stage, uint32_t budget_us)
{
	struct dpc_budgets arg = { .id = id, .stages = 1u << stage };

	arg.budget_us[stage] = budget_us;
	return node_ioctl(fd, DPC_IOC_BUDGETS_SET, &arg);
}

int node_model_set(int fd, uint32_t id, uint32_t model)
{
	struct dpc_model_set arg = { .id = id, .model = model };

	return node_ioctl(fd, DPC_IOC_MODEL_SET, &arg);
}

int node_model_query(int fd, uint32_t model, struct dpc_model_info *info)
{
	memset(info, POISON, sizeof(*info));
	info->model = model;
	info->reserved32 = 0;
	memset(info->reserved, 0, sizeof(info->reserved));
	return node_ioctl(fd, DPC_IOC_MODEL_QUERY, info);
}

int node_hold_take(int fd, uint32_t id, struct dpc_hold *hold)
{
	struct dpc_hold mine, *arg = hold ?: &mine;

	memset(arg, POISON, sizeof(*arg));
	arg->id = id;
	memset(arg->reserved, 0, sizeof(arg->reserved));
	return node_ioctl(fd, DPC_IOC_HOLD_TAKE, arg);
}

unsigned long long node_violations(void)
{
	int fd = node_open(O_RDONLY);
	struct dpc_abi abi;

	ASSERT_RET(0, node_abi(fd, &abi));
	close(fd);
	return abi.violations;
}

int node_notices(int fd, struct dpc_notice *notices, unsigned int n)
{
	ssize_t size = read(fd, notices, n * sizeof(*notices));

	if (size < 0)
		return -errno;
	EXPECT_EQ(size % sizeof(*notices), 0);
	return size / sizeof(*notices);
}

int node_poll(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) < 0 ? -errno : p.revents;
}

bool node_told(int fd, uint32_t type, uint32_t id, struct dpc_notice *notice)
{
	while (node_poll(fd, 0) & POLLIN) {
		ASSERT_RET(1, node_notices(fd, notice, 1));
		if (notice->type == type && notice->id == id)
			return true;
	}
	return false;
}
