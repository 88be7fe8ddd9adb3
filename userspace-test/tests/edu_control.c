// SPDX-License-Identifier: GPL-2.0-only
/* What the device says of itself, and what changes it: by way of an interrupt and its DPC. */
#define _GNU_SOURCE
#include "edu.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS		1	/* in both registers */
#define PROCESSES	4
#define ROUNDS		50

/* P6 */
TEST(control, state_says_whether_a_transfer_runs)
{
	struct dpc_edu_state state = { 0 };
	int fd = edu_open(O_RDWR);
	pid_t pid;

	ASSERT_RET(0, edu_state(fd, &state));
	EXPECT_EQ(state.dma_command & RUNS, 0);
	EXPECT_EQ(state.reserved32, 0);
	EXPECT(all_bytes(state.reserved, 0, sizeof(state.reserved)), "reserved fields");
	pid = edu_spawn_dma();
	EXPECT_RET(0, edu_state(fd, &state));
	/* On a slow host it may be over already; then it has come back as well. */
	if (!(state.dma_command & RUNS))
		EXPECT(KTAP_WAIT(20, !edu_dma_busy(fd)), "neither runs nor ends");
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	ASSERT_RET(0, edu_state(fd, &state));
	EXPECT_EQ(state.dma_command & RUNS, 0);
}

/* Each call has an interrupt of its own, and its number. */
TEST(control, state_is_read_by_an_interrupt)
{
	struct dpc_edu_state first, second;
	struct dpc_edu_info info;
	int fd = edu_open(O_RDWR);

	ASSERT_RET(0, edu_state(fd, &first));
	ASSERT_RET(0, edu_state(fd, &second));
	edu_info(fd, &info);
	EXPECT(first.seq && first.seq < second.seq && second.seq <= info.interrupts,
	       "%llu, %llu of %llu", (unsigned long long)first.seq,
	       (unsigned long long)second.seq, (unsigned long long)info.interrupts);
}

TEST(control, liveness_reads_back_inverted)
{
	static const uint32_t values[] = { 0, 1, 0x5aa5c33c, 0xffffffff };
	struct dpc_edu_state state;
	int fd = edu_open(O_RDWR);
	uint32_t inverted;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		ASSERT_RET(0, edu_liveness(fd, values[i], &inverted));
		EXPECT_EQ(inverted, ~values[i]);
		ASSERT_RET(0, edu_state(fd, &state));
		EXPECT_EQ(state.liveness, ~values[i]);
	}
}

static int liveness_often(void *seed)
{
	uint32_t value = (uintptr_t)seed, inverted, i;
	int fd = edu_open(O_RDWR);

	for (i = 0; i < ROUNDS; i++) {
		value = value * 1664525 + 1013904223;
		EXPECT_RET(0, edu_liveness(fd, value, &inverted));
		EXPECT_EQ(inverted, ~value);
	}
	return 0;
}

/* P1: one at a time, nobody sees what another one has written. */
TEST(control, many_processes_are_served_one_by_one, 60)
{
	pid_t pids[PROCESSES];
	uintptr_t i;

	for (i = 0; i < PROCESSES; i++)
		pids[i] = ktap_spawn(liveness_often, (void *)(i + 1));
	for (i = 0; i < PROCESSES; i++)
		EXPECT_EQ(ktap_reap(pids[i], 60), 0);
}

static int state_for_ever(void *unused)
{
	struct dpc_edu_state state;
	int fd = edu_open(O_RDWR);

	(void)unused;
	for (;;)
		EXPECT_RET(0, edu_state(fd, &state));
	return 0;
}

/* P8: the engine goes on without its owner. */
TEST(control, killed_owners_leave_the_engine_free)
{
	struct dpc_edu_state state;
	int fd = edu_open(O_RDWR), round, i;
	pid_t pids[PROCESSES];

	for (round = 0; round < 10; round++) {
		for (i = 0; i < PROCESSES; i++)
			pids[i] = ktap_spawn(state_for_ever, NULL);
		EXPECT_RET(0, edu_state(fd, &state));
		for (i = 0; i < PROCESSES; i++) {
			kill(pids[i], SIGKILL);
			waitpid(pids[i], NULL, 0);
		}
		EXPECT_RET(0, edu_state(fd, &state));
	}
}
