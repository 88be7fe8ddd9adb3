// SPDX-License-Identifier: GPL-2.0-only
/* What read() and poll() of /dev/dpc tell: that something has happened to an object. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE	sizeof(struct dpc_notice)

/* Read without waiting.  Return: what read() does, or -errno. */
static long read_now(int node, void *buffer, size_t size)
{
	ssize_t n = read(node, buffer, size);

	return n < 0 ? -errno : n;
}

/* A non-blocking file that is told of what happens from now on. */
static int listen_now(void)
{
	return node_open(O_RDWR | O_NONBLOCK);
}

/* A routine that takes 2 ms and may take 1 us: M4, an overrun is told. */
static void one_overrun(int fd, uint32_t stage)
{
	struct dpc_snapshot stats;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set(fd, stage == DPC_STAGE_DPC ? 2000 : 0,
				   stage == DPC_STAGE_WORK ? 2000 : 0));
	ASSERT_RET(0, edu_budget_set(fd, stage, 1));
	ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	/* The owner is told before the work item is timed. */
	edu_stats_settled(fd, &stats);
	ASSERT_RET(0, edu_budget_set(fd, stage, 0));
}

/* No overrun comes any more, and those that came before are told. */
static void no_overruns(int fd)
{
	struct dpc_snapshot stats;

	edu_budgets_off(fd);
	edu_stats_settled(fd, &stats);
	ktap_pause_us(50000);
}

/* ---- How they are read ------------------------------------------------------------------ */

TEST(notices, none_is_eagain)
{
	struct dpc_notice notice;
	int node = listen_now();

	EXPECT_RET(-EAGAIN, read_now(node, &notice, SIZE));
	EXPECT_RET(0, node_poll(node, 0));
}

TEST(notices, no_room_for_one_is_einval)
{
	int node = listen_now(), fd = edu_open(O_RDWR);
	struct dpc_notice notices[2];

	ASSERT_RET(0, edu_reset(fd));
	EXPECT_RET(-EINVAL, read_now(node, notices, 0));
	EXPECT_RET(-EINVAL, read_now(node, notices, SIZE - 1));
	/* A longer one gets whole notices. */
	EXPECT_RET(SIZE, read_now(node, notices, 2 * SIZE - 1));
	EXPECT_EQ(notices[0].type, DPC_NOTICE_RESET);
}

/* What the file has not seen when it was opened is not told. */
TEST(notices, begin_when_the_file_is_opened)
{
	int fd = edu_open(O_RDWR), node, early = listen_now();
	struct dpc_notice notice;

	ASSERT_RET(0, edu_reset(fd));
	node = listen_now();
	EXPECT_RET(0, node_poll(node, 0));
	EXPECT_RET(POLLIN, node_poll(early, 0));
	EXPECT_RET(-EAGAIN, read_now(node, &notice, SIZE));
}

/* Each file has all of them. */
TEST(notices, are_told_to_each_file)
{
	int a = listen_now(), b = listen_now(), fd = edu_open(O_RDWR);
	struct dpc_notice from_a, from_b;

	ASSERT_RET(0, edu_reset(fd));
	EXPECT_RET(SIZE, read_now(a, &from_a, SIZE));
	EXPECT_RET(0, node_poll(a, 0));
	EXPECT_RET(POLLIN, node_poll(b, 0));
	EXPECT_RET(SIZE, read_now(b, &from_b, SIZE));
	EXPECT(!memcmp(&from_a, &from_b, SIZE), "other ones");
}

TEST(notices, bad_buffer_is_efault_and_loses_nothing)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *end = map_pages(1) + page;
	int node = listen_now(), fd = edu_open(O_RDWR), i;
	struct dpc_notice first, second;

	for (i = 0; i < 2; i++)
		ASSERT_RET(0, edu_reset(fd));
	EXPECT_RET(-EFAULT, read_now(node, end, SIZE));
	EXPECT_RET(-EFAULT, read_now(node, end - 8, SIZE));
	ASSERT_RET(SIZE, read_now(node, &first, SIZE));
	ASSERT_RET(SIZE, read_now(node, &second, SIZE));
	EXPECT_EQ(second.seq, first.seq + 1);
	EXPECT_RET(-EAGAIN, read_now(node, &first, SIZE));
}

/* 300 of them, and 256 are kept: the numbers say how many are lost. */
TEST(notices, late_reader_finds_a_gap)
{
	static struct dpc_notice notices[DPC_NOTICES_KEPT + 50];
	int node = listen_now(), fd = edu_open(O_RDWR), i;

	ASSERT_RET(0, edu_reset(fd));
	ASSERT_RET(1, node_notices(node, notices, 1));
	for (i = 0; i < 300; i++)
		ASSERT_RET(0, edu_reset(fd));
	i = node_notices(node, notices + 1, ARRAY_SIZE(notices) - 1);
	ASSERT_EQ(i, DPC_NOTICES_KEPT);
	EXPECT_EQ(notices[1].seq, notices[0].seq + 1 + 300 - DPC_NOTICES_KEPT);
	for (i = 2; i <= DPC_NOTICES_KEPT; i++)
		EXPECT_EQ(notices[i].seq, notices[i - 1].seq + 1);
	EXPECT_RET(0, node_poll(node, 0));
}

static int reset_soon(void *fd)
{
	ktap_pause_us(200000);
	EXPECT_RET(0, edu_reset(*(int *)fd));
	return 0;
}

TEST(notices, read_and_poll_wait_for_one)
{
	int node = node_open(O_RDONLY), fd = edu_open(O_RDWR);
	struct dpc_notice notice;
	pid_t pid;

	pid = ktap_spawn(reset_soon, &fd);
	ASSERT_RET(1, node_notices(node, &notice, 1));
	EXPECT_EQ(notice.type, DPC_NOTICE_RESET);
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	pid = ktap_spawn(reset_soon, &fd);
	EXPECT_RET(POLLIN, node_poll(node, 20000));
	EXPECT_EQ(ktap_reap(pid, 20), 0);
}

/* ---- What they tell ------------------------------------------------------------------- */

static void expect_notice(const struct dpc_notice *n, uint32_t id, uint32_t value)
{
	EXPECT_EQ(n->id, id);
	EXPECT_EQ(n->value, value);
	EXPECT_GE(n->seq, 1);
	EXPECT(!strcmp(n->name, strrchr(edu_path[0], '/') + 1), "%s", n->name);
	EXPECT(all_bytes(n->reserved, 0, sizeof(n->reserved)), "reserved");
}

TEST(notices, changes_are_told)
{
	int node = listen_now(), fd = edu_open(O_RDWR);
	uint32_t id = edu_id(fd), other = edu_model ? DPC_MODEL_DPC : DPC_MODEL_WQ;
	struct dpc_notice n;

	ASSERT_RET(0, edu_reset(fd));
	EXPECT(node_told(node, DPC_NOTICE_RESET, id, &n), "no reset");
	expect_notice(&n, id, 0);
	ASSERT_RET(0, edu_sysfs_write("reset", "1"));
	EXPECT(node_told(node, DPC_NOTICE_RESET, id, &n), "no reset by sysfs");
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 77));
	EXPECT(node_told(node, DPC_NOTICE_BUDGET, id, &n), "no budget");
	expect_notice(&n, id, 0);
	ASSERT_RET(0, edu_sysfs_write("budget_us/dpc", "78"));
	EXPECT(node_told(node, DPC_NOTICE_BUDGET, id, &n), "no budget by sysfs");
	ASSERT_RET(0, edu_model_set(fd, other));
	EXPECT(node_told(node, DPC_NOTICE_MODEL, id, &n), "no model");
	expect_notice(&n, id, other);
	ASSERT_RET(0, edu_sysfs_write("model", model_names[edu_model]));
	EXPECT(node_told(node, DPC_NOTICE_MODEL, id, &n), "no model by sysfs");
	expect_notice(&n, id, edu_model);
	/* What was refused has not happened. */
	EXPECT_RET(-EINVAL, edu_model_set(fd, DPC_MODEL_NR));
	EXPECT_RET(-EINVAL, edu_sysfs_write("budget_us/dpc", "-1"));
	EXPECT_RET(0, node_poll(node, 0));
}

static void expect_overrun_is_told(uint32_t stage)
{
	struct dpc_edu_info before, after;
	int fd = edu_open(O_RDWR), node;
	uint32_t id = edu_id(fd);
	struct dpc_notice n;

	no_overruns(fd);
	node = listen_now();
	edu_info(fd, &before);
	one_overrun(fd, stage);
	edu_info(fd, &after);
	ASSERT(KTAP_WAIT(20, node_told(node, DPC_NOTICE_OVERRUN, id, &n)), "not told");
	expect_notice(&n, id, stage);
	EXPECT_EQ(n.count, 1);
	EXPECT_EQ(n.budget_ns, 1000);
	EXPECT_GE(n.duration_ns, 2000000);
	EXPECT(n.interrupt > before.interrupts && n.interrupt <= after.interrupts, "%llu",
	       (unsigned long long)n.interrupt);
}

/* M4 */
TEST(notices, overrun_of_the_dpc_is_told)
{
	expect_overrun_is_told(DPC_STAGE_DPC);
}

/* M4: the last stage is timed after everything else was done. */
TEST(notices, overrun_of_the_work_item_is_told)
{
	expect_overrun_is_told(DPC_STAGE_WORK);
}

/* M4: a storm of them is a few notices, and their counts make all. */
TEST(notices, overruns_are_told_together)
{
	int fd = edu_open(O_RDWR), node, i, notices = 0;
	uint64_t told = 0, before;
	uint32_t id = edu_id(fd);
	struct dpc_snapshot s;
	struct dpc_notice n;

	no_overruns(fd);
	node = listen_now();
	edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &s);
	before = s.stage[DPC_STAGE_DPC].over_budget;
	ASSERT_RET(0, edu_body_set(fd, 50, 0));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 1));
	for (i = 0; i < 50; i++)
		ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	edu_stats_settled(fd, &s);
	EXPECT(KTAP_WAIT(20, ({
		if (node_told(node, DPC_NOTICE_OVERRUN, id, &n)) {
			told += n.count;
			notices++;
		}
		told >= s.stage[DPC_STAGE_DPC].over_budget - before;
	})), "%llu told of %llu", (unsigned long long)told,
	       (unsigned long long)(s.stage[DPC_STAGE_DPC].over_budget - before));
	EXPECT_EQ(told, s.stage[DPC_STAGE_DPC].over_budget - before);
	ktap_note("%llu overruns, %d notices", (unsigned long long)told, notices);
}

/* M4: within the budget, or without one, nothing is told. */
TEST(notices, no_overrun_is_told_within_the_budget)
{
	int fd = edu_open(O_RDWR), node;
	struct dpc_snapshot s;
	struct dpc_notice n;

	no_overruns(fd);
	node = listen_now();
	ASSERT_RET(0, edu_body_set(fd, 1000, 1000));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, DPC_BUDGET_MAX_US));
	ASSERT_RET(0, edu_burst(fd, 3, 0, NULL));
	edu_stats_settled(fd, &s);
	ktap_pause_us(100000);
	EXPECT(!node_told(node, DPC_NOTICE_OVERRUN, edu_id(fd), &n), "%u of stage %u", n.count,
	       n.value);
}
