// SPDX-License-Identifier: GPL-2.0-only
/* Every model, by every way in which user space meets it. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Switch to @model, or skip the test and say what is missing. */
static int models_open(uint32_t model)
{
	int fd = edu_open(O_RDWR);
	struct dpc_model_info info;

	ASSERT_RET(0, edu_model_query(fd, model, &info));
	if (!info.available)
		ktap_skip("%s needs %s", info.name, info.needs);
	ASSERT_RET(0, edu_model_set(fd, model));
	return fd;
}

static void models_drive(uint32_t model)
{
	int fd = models_open(model);

	edu_drive(fd);
	EXPECT_EQ(node_violations(), 0);
}

#define MODELS_DRIVE(_name, _id)						\
	TEST(models, _name##_drives_the_device) { models_drive(_id); }

MODELS_DRIVE(dpc, DPC_MODEL_DPC)
MODELS_DRIVE(threaded, DPC_MODEL_THREADED)
MODELS_DRIVE(tasklet, DPC_MODEL_TASKLET)
MODELS_DRIVE(bh_wq, DPC_MODEL_BH_WQ)
MODELS_DRIVE(irq_poll, DPC_MODEL_IRQ_POLL)
MODELS_DRIVE(wq, DPC_MODEL_WQ)
MODELS_DRIVE(wq_unbound, DPC_MODEL_WQ_UNBOUND)
MODELS_DRIVE(kthread, DPC_MODEL_KTHREAD)
MODELS_DRIVE(hardirq, DPC_MODEL_HARDIRQ)

TEST(models, query_describes_each)
{
	int fd = edu_open(O_RDONLY);
	struct dpc_model_info info;
	uint32_t model;

	for (model = 0; model < DPC_MODEL_NR; model++) {
		ASSERT_RET(0, edu_model_query(fd, model, &info));
		EXPECT_EQ(info.model, model);
		EXPECT(!strcmp(info.name, model_names[model]), "%s", info.name);
		EXPECT_LE(info.available, 1);
		EXPECT_EQ(info.available, !*info.needs);
		EXPECT_EQ(info.traits & ~(DPC_MODEL_SERIALISED | DPC_MODEL_THREAD |
					  DPC_MODEL_PREEMPTIBLE | DPC_MODEL_SAME_CPU |
					  DPC_MODEL_IRQS_OFF), 0);
		EXPECT(all_bytes(info.reserved, 0, sizeof(info.reserved)), "reserved");
	}
}

TEST(models, query_refuses_unknown_ones)
{
	int fd = edu_open(O_RDONLY);
	struct dpc_model_info info;

	EXPECT_RET(-EINVAL, edu_model_query(fd, DPC_MODEL_NR, &info));
	EXPECT_RET(-EINVAL, edu_model_query(fd, 0x80000000, &info));
	EXPECT_RET(-EINVAL, edu_model_query(fd, UINT32_MAX, &info));
	EXPECT_RET(-EFAULT, node_ioctl(node_open(O_RDONLY), DPC_IOC_MODEL_QUERY, NULL));
}

/* What a kernel can't do is refused by number and by name, and changes nothing. */
TEST(models, absent_ones_are_not_supported)
{
	int fd = edu_open(O_RDWR);
	struct dpc_model_info info;
	char before[32], after[32];
	uint32_t model;

	ASSERT_RET(0, edu_sysfs_read("model", before, sizeof(before)));
	for (model = 0; model < DPC_MODEL_NR; model++) {
		ASSERT_RET(0, edu_model_query(fd, model, &info));
		if (info.available)
			continue;
		EXPECT_EQ(info.traits, 0);
		EXPECT_RET(-EOPNOTSUPP, edu_model_set(fd, model));
		EXPECT_RET(-EOPNOTSUPP, edu_sysfs_write("model", info.name));
	}
	ASSERT_RET(0, edu_sysfs_read("model", after, sizeof(after)));
	EXPECT(!strcmp(before, after), "%s, then %s", before, after);
}

/* The names of the available ones, in order, the one in force in brackets. */
TEST(models, sysfs_lists_what_can_be_set)
{
	int fd = edu_open(O_RDWR);
	struct dpc_model_info info;
	char text[256], want[256];
	uint32_t in_force, model;

	for (in_force = 0; in_force < DPC_MODEL_NR; in_force++) {
		if (edu_model_set(fd, in_force))
			continue;
		*want = 0;
		for (model = 0; model < DPC_MODEL_NR; model++) {
			ASSERT_RET(0, edu_model_query(fd, model, &info));
			if (info.available)
				snprintf(want + strlen(want), sizeof(want) - strlen(want),
					 model == in_force ? "%s[%s]" : "%s%s",
					 *want ? " " : "", info.name);
		}
		ASSERT_RET(0, edu_sysfs_read("models", text, sizeof(text)));
		EXPECT(!strcmp(text, want), "%s, not %s", text, want);
	}
}

/* Switches, until somebody kills it; *@switches says how often. */
static void models_switch_for_ever(unsigned int *switches)
{
	int fd = edu_open(O_RDWR);
	unsigned int i;

	for (i = 1;; i++) {
		edu_model_set(fd, i % 2 ? DPC_MODEL_THREADED : DPC_MODEL_DPC);
		__atomic_store_n(switches, i, __ATOMIC_RELAXED);
	}
}

static bool models_is_one_of_both(void)
{
	char text[32];

	ASSERT_RET(0, edu_sysfs_read("model", text, sizeof(text)));
	return !strcmp(text, model_names[DPC_MODEL_DPC]) ||
	       !strcmp(text, model_names[DPC_MODEL_THREADED]);
}

/*
 * I5: the switch of a process that is killed happens, or does not: the device works.
 * The kernel has to be told of each of these switches.
 */
TEST(models, killed_switches_leave_the_device_working)
{
	unsigned int *switches = mmap(NULL, sizeof(*switches), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = edu_open(O_RDWR), round;
	uint32_t result;

	ASSERT(switches != MAP_FAILED, "no memory");
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
	for (round = 0; round < 60; round++) {
		pid_t pid;

		*switches = 0;
		pid = fork();
		if (!pid)
			models_switch_for_ever(switches);
		ASSERT(pid > 0, "no process");
		ASSERT(KTAP_WAIT(20, __atomic_load_n(switches, __ATOMIC_RELAXED) >= 2),
		       "it does not switch");
		ktap_pause_us(rand() % 3000);
		kill(pid, SIGKILL);
		ASSERT_EQ(waitpid(pid, NULL, 0), pid);
		EXPECT(models_is_one_of_both(), "round %d", round);
		ASSERT_RET(0, edu_factorial(fd, 5 + round % 8, &result));
		EXPECT_EQ(result, factorial(5 + round % 8));
	}
}
