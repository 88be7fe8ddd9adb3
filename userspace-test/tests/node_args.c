// SPDX-License-Identifier: GPL-2.0-only
/* Good and bad input of every call of /dev/dpc: the rules in dpc.h. */
#define _GNU_SOURCE
#include "args.h"
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static uint32_t ids[64];

/* The object of the first device. */
static uint32_t first_id(void)
{
	static uint32_t id;
	int fd;

	if (!id) {
		fd = edu_open(O_RDONLY);
		id = edu_id(fd);
		close(fd);
	}
	return id;
}

#define VALID(_type, ...) (&(const struct _type){ __VA_ARGS__ })

static const struct args_call calls[] = {
	{ "ABI_GET", DPC_IOC_ABI_GET },
	{ "LIST", DPC_IOC_LIST, VALID(dpc_list, .room = ARRAY_SIZE(ids)),
	  ARGS_RESERVED(dpc_list) },
	{ "OBJECT_GET", DPC_IOC_OBJECT_GET, VALID(dpc_object, .id = 0),
	  ARGS_RESERVED(dpc_object), ARGS_RESERVED32(dpc_object) },
	{ "SNAPSHOT", DPC_IOC_SNAPSHOT, VALID(dpc_snapshot, .cpu = DPC_SNAPSHOT_CPU_ALL),
	  ARGS_RESERVED(dpc_snapshot), ARGS_RESERVED32(dpc_snapshot) },
	{ "RESET", DPC_IOC_RESET, VALID(dpc_id, .id = 0),
	  ARGS_RESERVED(dpc_id), ARGS_RESERVED32(dpc_id) },
	{ "BUDGETS_SET", DPC_IOC_BUDGETS_SET,
	  VALID(dpc_budgets, .stages = 1 << DPC_STAGE_DPC, .budget_us = { [DPC_STAGE_DPC] = 7 }),
	  ARGS_RESERVED(dpc_budgets) },
	{ "MODEL_SET", DPC_IOC_MODEL_SET, VALID(dpc_model_set, .model = 0),
	  ARGS_RESERVED(dpc_model_set) },
	{ "MODEL_QUERY", DPC_IOC_MODEL_QUERY, VALID(dpc_model_info, .model = DPC_MODEL_THREADED),
	  ARGS_RESERVED(dpc_model_info), ARGS_RESERVED32(dpc_model_info) },
	/* Last, because the file that these calls share then holds the settings. */
	{ "HOLD_TAKE", DPC_IOC_HOLD_TAKE, VALID(dpc_hold, .pid = 0), ARGS_RESERVED(dpc_hold) },
};

static bool has_id(unsigned long cmd)
{
	return cmd != DPC_IOC_ABI_GET && cmd != DPC_IOC_LIST && cmd != DPC_IOC_MODEL_QUERY;
}

static void complete(const struct args_call *c, void *arg)
{
	struct dpc_model_set *model = arg;
	struct dpc_list *list = arg;

	if (has_id(c->cmd))
		*(uint32_t *)arg = first_id();
	if (c->cmd == DPC_IOC_LIST)
		list->ids = (uintptr_t)ids;
	if (c->cmd == DPC_IOC_MODEL_SET)
		model->model = edu_model;
}

static void expect_works(int node)
{
	uint32_t nr;

	EXPECT_RET(0, node_list(node, ids, ARRAY_SIZE(ids), &nr));
	EXPECT_RET(0, edu_factorial(edu_open(O_RDWR), 12, NULL));
}

static const struct args_table table = {
	.calls = calls, .n = ARRAY_SIZE(calls), .magic = DPC_IOC_MAGIC, .open = node_open,
	.complete = complete, .works = expect_works,
};

ARGS_TESTS(node_args, &table)

/* What comes out may stand there before: a program asks again with what it was told. */
TEST(node_args, an_answer_can_be_asked_again)
{
	int node = node_open(O_RDONLY);
	struct dpc_list list = { .ids = (uintptr_t)ids, .room = ARRAY_SIZE(ids) };
	struct dpc_snapshot snapshot = { .id = first_id(), .cpu = DPC_SNAPSHOT_CPU_ALL };
	struct dpc_object object = { .id = first_id() };
	struct dpc_model_info info = { .model = DPC_MODEL_BH_WQ };
	int i;

	ASSERT_RET(0, node_reset(node_open(O_RDWR), first_id()));
	for (i = 0; i < 3; i++) {
		EXPECT_RET(0, node_ioctl(node, DPC_IOC_LIST, &list));
		EXPECT_RET(0, node_ioctl(node, DPC_IOC_SNAPSHOT, &snapshot));
		EXPECT_RET(0, node_ioctl(node, DPC_IOC_OBJECT_GET, &object));
		EXPECT_RET(0, node_ioctl(node, DPC_IOC_MODEL_QUERY, &info));
	}
}

TEST(node_args, unknown_id_is_enodev)
{
	static const uint32_t bad[] = { 0, INT_MAX, 0x80000000, DPC_ID_UNBOUND - 1 };
	int node = node_open(O_RDWR);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (!has_id(calls[i].cmd))
			continue;
		for (j = 0; j < ARRAY_SIZE(bad); j++) {
			uint8_t arg[sizeof(struct dpc_snapshot)] = { 0 };
			int err;

			memcpy(arg, calls[i].valid, _IOC_SIZE(calls[i].cmd));
			memcpy(arg, &bad[j], sizeof(bad[j]));
			err = node_ioctl(node, calls[i].cmd, arg);
			EXPECT(err == -ENODEV, "%s of %u: %s", calls[i].name, bad[j],
			       ktap_errno(err));
		}
	}
}

static bool changes(unsigned long cmd)
{
	return cmd == DPC_IOC_RESET || cmd == DPC_IOC_BUDGETS_SET || cmd == DPC_IOC_MODEL_SET ||
	       cmd == DPC_IOC_HOLD_TAKE;
}

static void expect_eperm_of_changes(int node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		int err, want = changes(calls[i].cmd) ? -EPERM : 0;
		uint8_t arg[sizeof(struct dpc_snapshot)] = { 0 };

		if (calls[i].valid)
			memcpy(arg, calls[i].valid, _IOC_SIZE(calls[i].cmd));
		complete(&calls[i], arg);
		err = node_ioctl(node, calls[i].cmd, arg);
		EXPECT(err == want, "%s gave %s", calls[i].name, ktap_errno(err));
	}
}

TEST(node_args, read_only_file_is_eperm)
{
	expect_eperm_of_changes(node_open(O_RDONLY));
}

#define NOBODY	65534

/* As somebody who is not root. */
static int nobody(void *unused)
{
	char text[64];

	(void)unused;
	ASSERT(!setgid(NOBODY) && !setuid(NOBODY), "setuid: %s", strerror(errno));
	EXPECT_EQ(open(NODE_PATH, O_RDWR), -1);
	EXPECT_EQ(errno, EACCES);
	EXPECT_EQ(open(NODE_PATH, O_WRONLY), -1);
	EXPECT_EQ(errno, EACCES);
	expect_eperm_of_changes(node_open(O_RDONLY));
	snprintf(text, sizeof(text), "/sys/class/dpc/interrupt%u/model", first_id());
	EXPECT_RET(-EACCES, file_write(text, model_names[edu_model]));
	EXPECT_RET(0, file_read(text, text, sizeof(text)));
	EXPECT(!strcmp(text, model_names[edu_model]), "%s", text);
	snprintf(text, sizeof(text), "/sys/class/dpc/interrupt%u/reset", first_id());
	EXPECT_RET(-EACCES, file_write(text, "1"));
	snprintf(text, sizeof(text), "/sys/class/dpc/interrupt%u/budget_us/dpc", first_id());
	EXPECT_RET(-EACCES, file_write(text, "1"));
	return 0;
}

/* Everybody may look, and nobody but root change. */
TEST(node_args, nobody_reads_and_does_not_write)
{
	/* While we may still open the device. */
	first_id();
	EXPECT_EQ(ktap_reap(ktap_spawn(nobody, NULL), 20), 0);
}

/* ---- Ranges -------------------------------------------------------------------------- */

TEST(node_args, snapshot_cpu_range)
{
	static const int bad[] = { -2, INT_MAX, INT_MIN };
	long online = sysconf(_SC_NPROCESSORS_ONLN), cpu;
	int node = node_open(O_RDONLY);
	struct dpc_snapshot s;
	struct dpc_abi abi;
	unsigned int i;

	ASSERT_RET(0, node_abi(node, &abi));
	EXPECT_GE(abi.nr_cpus, online);
	for (cpu = DPC_SNAPSHOT_CPU_ALL; cpu < online; cpu++) {
		EXPECT_RET(0, node_snapshot(node, first_id(), cpu, &s));
		EXPECT_EQ(s.cpu, cpu);
		EXPECT_EQ(s.id, first_id());
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_RET(-EINVAL, node_snapshot(node, first_id(), bad[i], &s));
	EXPECT_RET(-EINVAL, node_snapshot(node, first_id(), abi.nr_cpus, &s));
}

static int budgets(uint32_t stages, uint32_t us)
{
	struct dpc_budgets arg = { .id = first_id(), .stages = stages };
	int node = node_open(O_RDWR), err;
	unsigned int i;

	for (i = 0; i < DPC_STAGE_MAX; i++)
		arg.budget_us[i] = stages >> i & 1 ? us : 0;
	err = node_ioctl(node, DPC_IOC_BUDGETS_SET, &arg);
	close(node);
	return err;
}

TEST(node_args, budget_stage_range)
{
	unsigned int stage;

	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		EXPECT_RET(0, budgets(1u << stage, 100));
	for (; stage < 32; stage++)
		EXPECT_RET(-EINVAL, budgets(1u << stage, 100));
	EXPECT_RET(0, budgets(0, 0));
	EXPECT_RET(0, budgets((1u << DPC_STAGE_NR) - 1, 100));
	EXPECT_RET(-EINVAL, budgets((1u << (DPC_STAGE_NR + 1)) - 1, 100));
}

TEST(node_args, budget_us_range)
{
	/* Times 1000, the last one is little more than 2^32. */
	static const uint32_t bad[] = { DPC_BUDGET_MAX_US + 1, UINT32_MAX, 4294968 };
	int fd = edu_open(O_RDWR);
	unsigned int i;
	uint32_t us;

	EXPECT_RET(0, budgets(1 << DPC_STAGE_DPC, 0));
	EXPECT_RET(0, budgets(1 << DPC_STAGE_DPC, 1));
	EXPECT_RET(0, budgets(1 << DPC_STAGE_DPC, DPC_BUDGET_MAX_US));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_RET(-EINVAL, budgets(1 << DPC_STAGE_DPC, bad[i]));
	EXPECT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &us));
	EXPECT_EQ(us, DPC_BUDGET_MAX_US);
}

/* All or none; and what is not to be set is zero. */
TEST(node_args, refused_budgets_change_nothing)
{
	struct dpc_budgets arg = { .id = first_id(), .stages = 3, .budget_us = { 7, 1000001 } };
	int fd = edu_open(O_RDWR), node = node_open(O_RDWR);
	uint32_t us;

	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_ISR, 55));
	EXPECT_RET(-EINVAL, node_ioctl(node, DPC_IOC_BUDGETS_SET, &arg));
	arg = (struct dpc_budgets){ .id = first_id(), .stages = 1, .budget_us = { 7, 8 } };
	EXPECT_RET(-EINVAL, node_ioctl(node, DPC_IOC_BUDGETS_SET, &arg));
	ASSERT_RET(0, edu_budget_get(fd, DPC_STAGE_ISR, &us));
	EXPECT_EQ(us, 55);
}

TEST(node_args, model_range)
{
	static const uint32_t bad[] = { DPC_MODEL_NR, 0x80000000, UINT32_MAX };
	int node = node_open(O_RDWR);
	unsigned int i;

	EXPECT_RET(0, node_model_set(node, first_id(), DPC_MODEL_DPC));
	EXPECT_RET(0, node_model_set(node, first_id(), DPC_MODEL_NR - 1));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_RET(-EINVAL, node_model_set(node, first_id(), bad[i]));
}

/* The DPCs without an interrupt object have no model, and the rest as all. */
TEST(node_args, others_have_no_model)
{
	static const uint32_t others[] = { DPC_ID_UNBOUND, DPC_ID_THREADED };
	int node = node_open(O_RDWR);
	struct dpc_object object;
	struct dpc_snapshot s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		ASSERT_RET(0, node_object(node, others[i], &object));
		EXPECT_EQ(object.kind, i ? DPC_OBJECT_THREADED : DPC_OBJECT_UNBOUND);
		EXPECT(!*object.bus && !*object.device && !*object.driver, "%s", object.name);
		EXPECT_RET(-EOPNOTSUPP, node_model_set(node, others[i], DPC_MODEL_DPC));
		EXPECT_RET(0, node_budget_set(node, others[i], DPC_STAGE_DPC, 100));
		EXPECT_RET(0, node_reset(node, others[i]));
		EXPECT_RET(0, node_snapshot(node, others[i], DPC_SNAPSHOT_CPU_ALL, &s));
		EXPECT_RET(0, node_hold_take(node, others[i], NULL));
	}
}

/* ---- The list ------------------------------------------------------------------------- */

TEST(node_args, list_writes_what_there_is_room_for)
{
	int node = node_open(O_RDONLY);
	uint32_t all[64], some[64], nr, again, room;

	ASSERT_RET(0, node_list(node, all, ARRAY_SIZE(all), &nr));
	ASSERT_GE(nr, 3);
	for (room = 1; room < nr; room++)
		EXPECT(all[room - 1] < all[room], "%u before %u", all[room - 1], all[room]);
	for (room = 0; room <= nr + 1; room++) {
		memset(some, POISON, sizeof(some));
		ASSERT_RET(0, node_list(node, some, room, &again));
		EXPECT_EQ(again, nr);
		EXPECT(!memcmp(some, all, (room < nr ? room : nr) * sizeof(*all)), "room %u", room);
		EXPECT(all_bytes(&some[room < nr ? room : nr], POISON, 4), "room %u", room);
	}
	/* To ask how many there are needs no array. */
	EXPECT_RET(0, node_list(node, NULL, 0, &again));
	EXPECT_EQ(again, nr);
	EXPECT_RET(-EFAULT, node_list(node, NULL, 1, &again));
}
