// SPDX-License-Identifier: GPL-2.0-only
/* Many at once, and every result checked. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES	8
#define SLICE		(ALL / PROCESSES)	/* of the device's buffer, one process each */
#define SECONDS		2

struct worker {
	int	nr;	/* of the process */
	int	device;
	bool	signals;
};

static void on_alarm(int signal)
{
	(void)signal;
}

/* SIGALRM every 7 ms from now on. */
static void be_interrupted(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { { 0, 7000 }, { 0, 7000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static bool excused(const struct worker *w, int err)
{
	return w->signals && err == -EINTR;
}

static void check_factorial(const struct worker *w, int fd)
{
	uint32_t n = random() % 50, result;
	int err = edu_factorial(fd, n, &result);

	EXPECT(!err || excused(w, err), "%s", ktap_errno(err));
	if (!err)
		EXPECT(result == factorial(n), "%u! gave %u", n, result);
}

static void check_burst(const struct worker *w, int fd)
{
	uint32_t count = 1 + random() % 200, pace = random() % 3 ? 0 : random() % 100;
	struct dpc_edu_burst b;
	int err = edu_burst(fd, count, pace, &b);

	EXPECT(!err || excused(w, err), "%s", ktap_errno(err));
	if (!err) {
		EXPECT_EQ(b.raised, count);
		EXPECT(b.last_seq > b.first_seq, "%llu after %llu", b.last_seq, b.first_seq);
	}
}

/* Only this process writes to its slice of the buffer. */
static void check_dma(const struct worker *w, int fd, uint8_t *user, uint8_t *known, bool *valid)
{
	uint32_t count = 1 + random() % SLICE, at = random() % (SLICE - count + 1);
	uint32_t offset = w->nr * SLICE + at;
	uint8_t *p = user + 4096 - random() % count;
	int err;

	if (random() % 2 || !*valid) {
		if (!*valid)
			at = 0, count = SLICE, offset = w->nr * SLICE, p = user;
		fill_random(p, count);
		err = edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, p, offset, count);
		/* Given up is not undone: it may or may not have been written. */
		*valid = !err;
		memcpy(known + at, p, count);
	} else {
		memset(p, POISON, count);
		err = edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, p, offset, count);
		if (!err)
			EXPECT(!memcmp(p, known + at, count), "process %d read other data", w->nr);
	}
	EXPECT(!err || excused(w, err), "%s", ktap_errno(err));
}

static int work(void *arg)
{
	const struct worker *w = arg;
	unsigned long long end = ktap_now_ns() + SECONDS * 1000000000ull;
	uint8_t *user = map_pages(2), known[SLICE];
	int fd = edu_open_nr(w->device, O_RDWR);
	struct dpc_snapshot stats;
	bool valid = false;

	srandom(w->nr + 1);
	if (w->signals)
		be_interrupted();
	while (ktap_now_ns() < end) {
		switch (random() % 8) {
		case 0:
			check_dma(w, fd, user, known, &valid);
			break;
		case 1:
			edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &stats);
			break;
		case 2:
		case 3:
			check_burst(w, fd);
			break;
		default:
			check_factorial(w, fd);
		}
	}
	return 0;
}

static void work_with(int devices, bool signals)
{
	struct worker w[PROCESSES];
	pid_t pids[PROCESSES];
	int i;

	for (i = 0; i < PROCESSES; i++) {
		w[i] = (struct worker){ .nr = i, .device = i % devices, .signals = signals };
		pids[i] = ktap_spawn(work, &w[i]);
	}
	for (i = 0; i < PROCESSES; i++)
		EXPECT_EQ(ktap_reap(pids[i], 30), 0);
}

TEST(stress, eight_processes, 60)
{
	work_with(1, false);
}

TEST(stress, eight_processes_on_two_devices, 60)
{
	edu_need_second();
	work_with(2, false);
}

TEST(stress, eight_processes_with_signals, 60)
{
	work_with(1, true);
}

static int second_dma(void *data)
{
	EXPECT_RET(0, edu_dma(edu_open_nr(1, O_RDWR), DPC_EDU_DMA_TO_DEVICE, data, 0, ALL));
	return 0;
}

/* Each device has its own buffer, its own engine and its own numbers. */
TEST(stress, two_devices_do_not_mix)
{
	uint8_t a[ALL], b[ALL], back[ALL];
	struct dpc_edu_info first, second;
	int fd, fd2;
	pid_t pid;

	edu_need_second();
	fd = edu_open(O_RDWR);
	fd2 = edu_open_nr(1, O_RDWR);
	edu_info(fd, &first);
	edu_info(fd2, &second);
	EXPECT_NE(first.interrupt_id, second.interrupt_id);

	fill_random(a, ALL);
	fill_random(b, ALL);
	pid = ktap_spawn(second_dma, b);
	EXPECT(KTAP_WAIT(20, edu_dma_busy(fd2)), "the other device does not begin");
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, a, 0, ALL));
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(a, back, ALL), "first device");
	ASSERT_RET(0, edu_dma(fd2, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(b, back, ALL), "second device");
}

/* I1: two devices on one line: each ISR tells its own interrupts from the other's. */
TEST(stress, shared_line_serves_both, 60)
{
	struct dpc_edu_info first, second;
	struct dpc_snapshot a, b;
	int fd, fd2;

	edu_need_second();
	fd = edu_open(O_RDWR);
	fd2 = edu_open_nr(1, O_RDWR);
	edu_info(fd, &first);
	edu_info(fd2, &second);
	if (first.irq != second.irq)
		ktap_skip("the devices have lines of their own, %u and %u", first.irq, second.irq);
	EXPECT_EQ(first.msi, 0);
	work_with(2, false);
	edu_stats_settled(fd, &a);
	edu_stats_settled(fd2, &b);
	/* Each was called for the other, and said so. */
	EXPECT(a.unhandled, "the first was never called for the second");
	EXPECT(b.unhandled, "the second was never called for the first");
	EXPECT(a.stage[DPC_STAGE_ISR].count, "nothing for the first");
	EXPECT(b.stage[DPC_STAGE_ISR].count, "nothing for the second");
}

static int endless_bursts(void *unused)
{
	int fd = edu_open(O_RDWR);

	(void)unused;
	for (;;)
		EXPECT_RET(0, edu_burst(fd, 100000, 0, NULL));
	return 0;
}

/*
 * The last raises of a burst that was killed come while the model is being
 * switched: nobody serves them then, and no line may stay asserted.
 */
TEST(stress, model_switch_right_after_a_killed_burst, 60)
{
	int fd = edu_open(O_RDWR), round, status;
	uint32_t result;
	pid_t pid;

	for (round = 0; round < 20; round++) {
		struct dpc_edu_info before, info;

		edu_info(fd, &before);
		pid = ktap_spawn(endless_bursts, NULL);
		EXPECT(KTAP_WAIT(20, (edu_info(fd, &info),
				      info.interrupts > before.interrupts + 5)),
		       "no burst");
		kill(pid, SIGKILL);
		/* As soon as it is possible. */
		while (edu_model_set(fd, round & 1) == -EBUSY)
			;
		ASSERT_EQ(waitpid(pid, &status, 0), pid);
		EXPECT_RET(0, edu_factorial(fd, 5, &result));
		EXPECT_EQ(result, 120);
	}
}

/* Opened and closed while it works. */
TEST(stress, many_opens)
{
	pid_t pid = edu_spawn_dma();
	int fd, i;

	for (i = 0; i < 200; i++) {
		fd = edu_open(O_RDWR);
		if (i % 10 == 0)
			ASSERT_RET(0, edu_factorial(fd, 4, NULL));
		close(fd);
	}
	EXPECT_EQ(ktap_reap(pid, 20), 0);
}
