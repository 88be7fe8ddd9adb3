// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hold of the settings: nobody else changes them, and they are put back when
 * the file is closed, whatever ends its owner.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edu.h"

#define BUDGET_US	777
#define BODY_US		3

struct settings {
	uint32_t		model;
	uint32_t		budget_us;
	struct dpc_edu_body	body;
};

static struct settings settings_of(int fd)
{
	struct settings s = { 0 };
	struct dpc_edu_info info;

	edu_info(fd, &info);
	s.model = info.model;
	EXPECT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &s.budget_us));
	EXPECT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_BODY_GET, &s.body));
	return s;
}

static bool settings_same(const struct settings *a, const struct settings *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static int hold(int fd, struct dpc_edu_hold *arg)
{
	struct dpc_edu_hold mine = { 0 };

	return edu_ioctl(fd, DPC_EDU_IOC_HOLD_TAKE, arg ?: &mine);
}

/* Others than those in force. */
static void change(int fd)
{
	struct settings now = settings_of(fd);
	uint32_t model = now.model == DPC_MODEL_THREADED ? DPC_MODEL_WQ : DPC_MODEL_THREADED;

	ASSERT_RET(0, edu_model_set(fd, model));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, BUDGET_US));
	ASSERT_RET(0, edu_body_set(fd, BODY_US, BODY_US));
}

TEST(hold, close_puts_the_settings_back)
{
	int fd = edu_open(O_RDWR), held = edu_open(O_RDWR);
	struct settings before = settings_of(fd), now;

	ASSERT_RET(0, hold(held, NULL));
	change(held);
	now = settings_of(fd);
	EXPECT(!settings_same(&before, &now), "nothing was changed");
	close(held);
	now = settings_of(fd);
	EXPECT(settings_same(&before, &now), "model %u, budget %u, body %u", now.model,
	       now.budget_us, now.body.dpc_us);
}

/* As before there were holds. */
TEST(hold, without_one_settings_stay)
{
	int fd = edu_open(O_RDWR), other = edu_open(O_RDWR);
	struct settings before = settings_of(fd), now;

	change(other);
	close(other);
	now = settings_of(fd);
	EXPECT(!settings_same(&before, &now), "they went back");
	ASSERT_RET(0, edu_body_set(fd, before.body.dpc_us, before.body.work_us));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, before.budget_us));
	ASSERT_RET(0, edu_model_set(fd, before.model));
}

/* The second one is told by whom. */
TEST(hold, one_at_a_time)
{
	int held = edu_open(O_RDWR), other = edu_open(O_RDWR);
	struct dpc_edu_hold arg = { 0 };
	char text[64], want[64], comm[32];

	ASSERT_RET(0, hold(held, NULL));
	EXPECT_RET(-EBUSY, hold(other, &arg));
	EXPECT_EQ(arg.pid, getpid());
	ASSERT_RET(0, file_read("/proc/self/comm", comm, sizeof(comm)));
	comm[strcspn(comm, "\n")] = '\0';
	EXPECT(!strncmp(arg.comm, comm, sizeof(arg.comm)), "%.16s", arg.comm);
	EXPECT_RET(-EBUSY, hold(held, NULL));
	ASSERT_RET(0, edu_sysfs_read("holder", text, sizeof(text)));
	snprintf(want, sizeof(want), "%d %s", getpid(), comm);
	EXPECT(!strcmp(text, want), "holder is \"%s\", wanted \"%s\"", text, want);
	close(held);
	EXPECT_RET(0, hold(other, NULL));
	close(other);
	ASSERT_RET(0, edu_sysfs_read("holder", text, sizeof(text)));
	EXPECT(!*text, "holder is \"%s\"", text);
}

TEST(hold, nobody_else_changes_the_settings)
{
	int held = edu_open(O_RDWR), other = edu_open(O_RDWR);
	struct settings before = settings_of(held), now;

	ASSERT_RET(0, hold(held, NULL));
	EXPECT_RET(-EBUSY, edu_model_set(other, DPC_MODEL_WQ));
	EXPECT_RET(-EBUSY, edu_budget_set(other, DPC_STAGE_DPC, BUDGET_US));
	EXPECT_RET(-EBUSY, edu_body_set(other, BODY_US, BODY_US));
	EXPECT_RET(-EBUSY, edu_sysfs_write("model", model_names[DPC_MODEL_WQ]));
	EXPECT_RET(-EBUSY, edu_sysfs_write("budget_us/dpc", "777"));
	now = settings_of(held);
	EXPECT(settings_same(&before, &now), "they were changed");
	/* requests are everybody's */
	EXPECT_RET(0, edu_factorial(other, 5, NULL));
}

TEST(hold, needs_a_writer)
{
	int fd = edu_open(O_RDONLY);

	EXPECT_RET(-EPERM, hold(fd, NULL));
}

/* The file is what counts, not who has it. */
TEST(hold, lasts_until_the_last_owner_has_closed_it)
{
	int fd = edu_open(O_RDWR), held = edu_open(O_RDWR), copy;
	struct settings before = settings_of(fd), now;

	ASSERT_RET(0, hold(held, NULL));
	change(held);
	copy = dup(held);
	ASSERT(copy >= 0, "dup");
	close(held);
	now = settings_of(fd);
	EXPECT(!settings_same(&before, &now), "they went back too early");
	close(copy);
	now = settings_of(fd);
	EXPECT(settings_same(&before, &now), "they did not go back");
}

static int hold_and_wait(void *arg)
{
	int fd = edu_open(O_RDWR), *ready = arg;

	ASSERT_RET(0, hold(fd, NULL));
	change(fd);
	if (write(ready[1], "x", 1) == 1)
		pause();
	return 0;
}

/* Again and again: killed while it has another model than before. */
TEST(hold, ends_with_a_process_that_is_killed, 120)
{
	int fd = edu_open(O_RDWR), ready[2], i, status;
	struct settings before = settings_of(fd), now;
	pid_t pid;
	char c;

	ASSERT(!pipe(ready), "pipe");
	for (i = 0; i < 20; i++) {
		pid = ktap_spawn(hold_and_wait, ready);
		ASSERT(read(ready[0], &c, 1) == 1, "it ended");
		kill(pid, SIGKILL);
		ASSERT(waitpid(pid, &status, 0) == pid, "no such process");
		ASSERT(KTAP_WAIT(20, hold(fd, NULL) == 0), "it is still held");
		now = settings_of(fd);
		EXPECT(settings_same(&before, &now), "round %d: model %u, budget %u, body %u", i,
		       now.model, now.budget_us, now.body.dpc_us);
		close(fd);
		fd = edu_open(O_RDWR);
	}
}

/* The model has to wait for a request of somebody else; close() does not, for ever. */
TEST(hold, waits_for_a_request_in_flight, 60)
{
	int fd = edu_open(O_RDWR), ready[2], status, i;
	struct settings before = settings_of(fd), now;
	struct dpc_edu_hold arg = { 0 };
	pid_t pids[20], pid;
	char c;

	ASSERT(!pipe(ready), "pipe");
	pid = ktap_spawn(hold_and_wait, ready);
	ASSERT(read(ready[0], &c, 1) == 1, "it ended");
	/* a tenth of a second each, one after another */
	edu_spawn_dmas(pids, ARRAY_SIZE(pids));
	kill(pid, SIGKILL);
	ASSERT(waitpid(pid, &status, 0) == pid, "no such process");
	/* whether they have all ended by now depends on the machine */
	if (hold(fd, &arg) == -EBUSY)
		EXPECT_EQ(arg.pid, pid);
	for (i = 0; i < (int)ARRAY_SIZE(pids); i++)
		EXPECT_EQ(ktap_reap(pids[i], 30), 0);
	EXPECT(KTAP_WAIT(20, ({ now = settings_of(fd); settings_same(&before, &now); })),
	       "model %u, budget %u", now.model, now.budget_us);
	close(fd);
}
