// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hold of the settings: nobody else changes them, and they are put back when the file
 * is closed, whatever ends its owner.  Model and budgets are held by a file of /dev/dpc,
 * the bodies by one of the device.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUDGET_US	777
#define BODY_US		3

struct settings {
	uint32_t	model;
	uint32_t	budget_us;
};

static struct settings settings_of(int fd)
{
	struct settings s = { .model = edu_model_get(fd) };

	EXPECT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &s.budget_us));
	return s;
}

static bool settings_same(struct settings a, struct settings b)
{
	return a.model == b.model && a.budget_us == b.budget_us;
}

/* The object of the device under test. */
static uint32_t hold_id(void)
{
	int fd = edu_open(O_RDONLY);
	uint32_t id = edu_id(fd);

	close(fd);
	return id;
}

/* By @node: others than those in force. */
static void change(int node, uint32_t id)
{
	struct dpc_object now;

	ASSERT_RET(0, node_object(node, id, &now));
	ASSERT_RET(0, node_model_set(node, id, now.model == DPC_MODEL_THREADED ?
				     DPC_MODEL_WQ : DPC_MODEL_THREADED));
	ASSERT_RET(0, node_budget_set(node, id, DPC_STAGE_DPC, BUDGET_US));
}

TEST(hold, close_puts_the_settings_back)
{
	int fd = edu_open(O_RDWR), held = node_open(O_RDWR);
	struct settings before = settings_of(fd), now;
	uint32_t id = edu_id(fd);

	ASSERT_RET(0, node_hold_take(held, id, NULL));
	change(held, id);
	now = settings_of(fd);
	EXPECT(!settings_same(before, now), "nothing was changed");
	close(held);
	now = settings_of(fd);
	EXPECT(settings_same(before, now), "model %u, budget %u", now.model, now.budget_us);
}

TEST(hold, without_one_settings_stay)
{
	int fd = edu_open(O_RDWR), other = node_open(O_RDWR);
	struct settings before = settings_of(fd);

	change(other, edu_id(fd));
	close(other);
	EXPECT(!settings_same(before, settings_of(fd)), "they went back");
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, before.budget_us));
	ASSERT_RET(0, edu_model_set(fd, before.model));
}

/* The second one is told by whom. */
TEST(hold, one_at_a_time)
{
	int held = node_open(O_RDWR), other = node_open(O_RDWR);
	char text[64], want[64], comm[32];
	struct dpc_object object;
	uint32_t id = hold_id();
	struct dpc_hold arg;

	ASSERT_RET(0, node_hold_take(held, id, NULL));
	EXPECT_RET(-EBUSY, node_hold_take(other, id, &arg));
	EXPECT_EQ(arg.id, id);
	EXPECT_EQ(arg.pid, getpid());
	ASSERT_RET(0, file_read("/proc/self/comm", comm, sizeof(comm)));
	EXPECT(!strncmp(arg.comm, comm, sizeof(arg.comm)), "%.16s", arg.comm);
	EXPECT_RET(-EBUSY, node_hold_take(held, id, NULL));
	ASSERT_RET(0, edu_sysfs_read("holder", text, sizeof(text)));
	snprintf(want, sizeof(want), "%d %s", getpid(), comm);
	EXPECT(!strcmp(text, want), "holder is \"%s\", wanted \"%s\"", text, want);
	ASSERT_RET(0, node_object(other, id, &object));
	EXPECT(object.flags & DPC_OBJECT_HELD, "flags %#x", object.flags);
	close(held);
	EXPECT_RET(0, node_hold_take(other, id, NULL));
	close(other);
	ASSERT_RET(0, edu_sysfs_read("holder", text, sizeof(text)));
	EXPECT(!*text, "holder is \"%s\"", text);
	ASSERT_RET(0, node_object(node_open(O_RDONLY), id, &object));
	EXPECT(!(object.flags & DPC_OBJECT_HELD), "flags %#x", object.flags);
}

TEST(hold, nobody_else_changes_the_settings)
{
	int held = node_open(O_RDWR), other = node_open(O_RDWR), fd = edu_open(O_RDWR);
	struct settings before = settings_of(fd);
	uint32_t id = edu_id(fd);

	ASSERT_RET(0, node_hold_take(held, id, NULL));
	EXPECT_RET(-EBUSY, node_model_set(other, id, DPC_MODEL_WQ));
	EXPECT_RET(-EBUSY, node_budget_set(other, id, DPC_STAGE_DPC, BUDGET_US));
	EXPECT_RET(-EBUSY, edu_sysfs_write("model", model_names[DPC_MODEL_WQ]));
	EXPECT_RET(-EBUSY, edu_sysfs_write("budget_us/dpc", "777"));
	EXPECT(settings_same(before, settings_of(fd)), "they were changed");
	/* Requests, questions and the counters are everybody's. */
	EXPECT_RET(0, edu_factorial(fd, 5, NULL));
	EXPECT_RET(0, node_reset(other, id));
	EXPECT_RET(0, edu_sysfs_write("reset", "1"));
}

/* One file may hold several objects; another object stays free. */
TEST(hold, is_of_one_object)
{
	int held = node_open(O_RDWR), other = node_open(O_RDWR);
	uint32_t first = hold_id(), second;

	edu_need_second();
	second = edu_id(edu_open_nr(1, O_RDONLY));
	ASSERT_RET(0, node_hold_take(held, first, NULL));
	EXPECT_RET(0, node_hold_take(other, second, NULL));
	close(other);
	EXPECT_RET(0, node_hold_take(held, second, NULL));
	other = node_open(O_RDWR);
	EXPECT_RET(-EBUSY, node_hold_take(other, first, NULL));
	EXPECT_RET(-EBUSY, node_hold_take(other, second, NULL));
	close(held);
	EXPECT_RET(0, node_hold_take(other, first, NULL));
	EXPECT_RET(0, node_hold_take(other, second, NULL));
}

/* The file is what counts, not who has it. */
TEST(hold, lasts_until_the_last_owner_has_closed_it)
{
	int fd = edu_open(O_RDWR), held = node_open(O_RDWR), copy;
	struct settings before = settings_of(fd), now;
	uint32_t id = edu_id(fd);

	ASSERT_RET(0, node_hold_take(held, id, NULL));
	change(held, id);
	copy = dup(held);
	ASSERT(copy >= 0, "dup");
	close(held);
	EXPECT(!settings_same(before, settings_of(fd)), "they went back too early");
	close(copy);
	now = settings_of(fd);
	EXPECT(settings_same(before, now), "model %u, budget %u", now.model, now.budget_us);
}

static int hold_and_wait(void *arg)
{
	int node = node_open(O_RDWR), *ready = arg;
	uint32_t id = hold_id();

	ASSERT_RET(0, node_hold_take(node, id, NULL));
	change(node, id);
	if (write(ready[1], "x", 1) == 1)
		pause();
	return 0;
}

/* Again and again: killed while it has another model than before. */
TEST(hold, ends_with_a_process_that_is_killed, 120)
{
	int fd = edu_open(O_RDWR), ready[2], node, i, status;
	struct settings before = settings_of(fd), now;
	uint32_t id = edu_id(fd);
	pid_t pid;
	char c;

	ASSERT(!pipe(ready), "pipe");
	for (i = 0; i < 20; i++) {
		pid = ktap_spawn(hold_and_wait, ready);
		ASSERT(read(ready[0], &c, 1) == 1, "it ended");
		kill(pid, SIGKILL);
		ASSERT(waitpid(pid, &status, 0) == pid, "no such process");
		node = node_open(O_RDWR);
		ASSERT(KTAP_WAIT(20, node_hold_take(node, id, NULL) == 0), "it is still held");
		now = settings_of(fd);
		EXPECT(settings_same(before, now), "round %d: model %u, budget %u", i, now.model,
		       now.budget_us);
		close(node);
	}
}

/* The model has to wait for a request of somebody else; close() does not, for ever. */
TEST(hold, waits_for_a_request_in_flight, 60)
{
	int fd = edu_open(O_RDWR), node = node_open(O_RDWR), ready[2], status, i;
	struct settings before = settings_of(fd), now;
	uint32_t id = edu_id(fd);
	struct dpc_hold arg;
	pid_t pids[20], pid;
	char c;

	ASSERT(!pipe(ready), "pipe");
	pid = ktap_spawn(hold_and_wait, ready);
	ASSERT(read(ready[0], &c, 1) == 1, "it ended");
	/* A tenth of a second each, one after another. */
	edu_spawn_dmas(pids, ARRAY_SIZE(pids));
	kill(pid, SIGKILL);
	ASSERT(waitpid(pid, &status, 0) == pid, "no such process");
	/* Whether they have all ended by now depends on the machine. */
	if (node_hold_take(node, id, &arg) == -EBUSY)
		EXPECT_EQ(arg.pid, pid);
	for (i = 0; i < (int)ARRAY_SIZE(pids); i++)
		EXPECT_EQ(ktap_reap(pids[i], 30), 0);
	EXPECT(KTAP_WAIT(20, (now = settings_of(fd), settings_same(before, now))),
	       "model %u, budget %u", now.model, now.budget_us);
}

/* ---- The bodies, held by a file of the device ---------------------------------------- */

static void expect_bodies(int fd, uint32_t dpc_us, uint32_t work_us)
{
	struct dpc_edu_body body;

	ASSERT_RET(0, edu_body_get(fd, &body));
	EXPECT_EQ(body.dpc_us, dpc_us);
	EXPECT_EQ(body.work_us, work_us);
	EXPECT_EQ(body.flags, 0);
}

TEST(hold, bodies_go_back_at_close)
{
	int fd = edu_open(O_RDWR), held = edu_open(O_RDWR);

	ASSERT_RET(0, edu_body_set(fd, 1, 2));
	ASSERT_RET(0, edu_body_set_until_close(held, BODY_US, BODY_US));
	expect_bodies(fd, BODY_US, BODY_US);
	/* With and without the flag, and it is still the first time that counts. */
	EXPECT_RET(0, edu_body_set(held, 7, 8));
	expect_bodies(fd, 7, 8);
	EXPECT_RET(0, edu_body_set_until_close(held, 9, 10));
	expect_bodies(fd, 9, 10);
	close(held);
	expect_bodies(fd, 1, 2);
	/* They are everybody's again. */
	EXPECT_RET(0, edu_body_set(fd, 0, 0));
}

TEST(hold, bodies_without_the_flag_stay)
{
	int fd = edu_open(O_RDWR), other = edu_open(O_RDWR);

	ASSERT_RET(0, edu_body_set(other, BODY_US, BODY_US));
	close(other);
	expect_bodies(fd, BODY_US, BODY_US);
}

TEST(hold, bodies_of_another_file_are_busy)
{
	int fd = edu_open(O_RDWR), held = edu_open(O_RDWR);

	ASSERT_RET(0, edu_body_set_until_close(held, BODY_US, 0));
	EXPECT_RET(-EBUSY, edu_body_set(fd, 0, 0));
	EXPECT_RET(-EBUSY, edu_body_set_until_close(fd, 0, 0));
	expect_bodies(fd, BODY_US, 0);
	/* The model and the budgets are not held. */
	EXPECT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, BUDGET_US));
	close(held);
	EXPECT_RET(0, edu_body_set_until_close(fd, 0, 0));
}

static int bodies_and_wait(void *arg)
{
	int *ready = arg;

	ASSERT_RET(0, edu_body_set_until_close(edu_open(O_RDWR), BODY_US, BODY_US));
	if (write(ready[1], "x", 1) == 1)
		pause();
	return 0;
}

TEST(hold, bodies_of_a_process_that_is_killed_go_back)
{
	int fd = edu_open(O_RDWR), ready[2], i;
	pid_t pid;
	char c;

	ASSERT(!pipe(ready), "pipe");
	ASSERT_RET(0, edu_body_set(fd, 1, 2));
	for (i = 0; i < 20; i++) {
		pid = ktap_spawn(bodies_and_wait, ready);
		ASSERT(read(ready[0], &c, 1) == 1, "it ended");
		expect_bodies(fd, BODY_US, BODY_US);
		kill(pid, SIGKILL);
		ASSERT_EQ(waitpid(pid, NULL, 0), pid);
		expect_bodies(fd, 1, 2);
	}
}
