// SPDX-License-Identifier: GPL-2.0-only
/* Who waits, who is told, and how a wait ends. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_alarm(int signal)
{
	(void)signal;
}

/* SIGALRM after @ms, and then every @every_ms, 0 for once. */
static void alarm_set(unsigned int ms, unsigned int every_ms, int flags)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 },
				   .it_interval = { every_ms / 1000, every_ms % 1000 * 1000 } };

	ASSERT_EQ(sigaction(SIGALRM, &action, NULL), 0);
	ASSERT_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/*
 * SIGALRM after @ms; system calls are not restarted, or are if @restart.  On a busy
 * host it may come before the call that it is for: such rounds are repeated.
 */
static void alarm_in_ms(unsigned int ms, bool restart)
{
	alarm_set(ms, 0, restart ? SA_RESTART : 0);
}

/* Again and again, for a call that goes on for longer than a busy host takes to come to it. */
static void alarms_every_ms(unsigned int ms)
{
	alarm_set(ms, ms, 0);
}

static int poll_now(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, 0) < 0 ? -errno : p.revents;
}

/* ---- O_NONBLOCK ---------------------------------------------------------------------- */

TEST(wait, nonblock_transfer_when_idle_runs)
{
	int fd = edu_open(O_RDWR | O_NONBLOCK);
	uint8_t out[8], back[8];

	fill_random(out, sizeof(out));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, out, 0, sizeof(out)));
	EXPECT_EQ(read(fd, back, sizeof(back)), 8);
	EXPECT(!memcmp(out, back, sizeof(out)), "other data came back");
}

TEST(wait, nonblock_transfer_when_busy_is_eagain)
{
	int fd = edu_open(O_RDWR | O_NONBLOCK);
	uint8_t *data = map_pages(1);
	pid_t pids[4];
	int i;

	edu_spawn_dmas(pids, 4);
	EXPECT_RET(-EAGAIN, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, 8));
	EXPECT_RET(-EAGAIN, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, 8));
	EXPECT_EQ(read(fd, data, 8), -1);
	EXPECT_EQ(errno, EAGAIN);
	EXPECT_EQ(write(fd, data, 8), -1);
	EXPECT_EQ(errno, EAGAIN);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 0);
	/* Another engine is free. */
	EXPECT_RET(0, edu_factorial(fd, 3, NULL));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(ktap_reap(pids[i], 20), 0);
	EXPECT(all_bytes(data, POISON, 4096), "something was written");
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, 8));
}

static int many_factorials(void *unused)
{
	int fd = edu_open(O_RDWR);

	(void)unused;
	for (;;)
		EXPECT_RET(0, edu_factorial(fd, DPC_EDU_FACTORIAL_MAX, NULL));
	return 0;
}

TEST(wait, nonblock_factorial_when_busy_is_eagain)
{
	int fd = edu_open(O_RDWR | O_NONBLOCK), err = 0, i;
	pid_t pids[4];

	/* With four in line, the unit is never idle for long. */
	for (i = 0; i < 4; i++)
		pids[i] = ktap_spawn(many_factorials, NULL);
	EXPECT(KTAP_WAIT(20, (err = edu_factorial(fd, 5, NULL)) != 0), "never busy");
	EXPECT_RET(-EAGAIN, err);
	for (i = 0; i < 4; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	EXPECT(KTAP_WAIT(20, !edu_factorial(fd, 5, NULL)), "never idle again");
}

/* ---- poll ------------------------------------------------------------------------------ */

TEST(wait, poll_says_in_and_out_when_idle)
{
	int fd = edu_open(O_RDWR);

	EXPECT_RET(POLLIN | POLLOUT, poll_now(fd, POLLIN | POLLOUT));
	EXPECT_RET(POLLIN, poll_now(fd, POLLIN));
	EXPECT_RET(POLLOUT, poll_now(fd, POLLOUT));
}

TEST(wait, poll_wakes_when_the_transfer_ends)
{
	struct pollfd p = { .events = POLLIN | POLLOUT };
	int fd = edu_open(O_RDWR);
	pid_t pid = edu_spawn_dma();

	EXPECT_RET(0, poll_now(fd, POLLIN | POLLOUT));
	p.fd = fd;
	EXPECT_EQ(poll(&p, 1, 20000), 1);
	EXPECT_EQ(p.revents, POLLIN | POLLOUT);
	EXPECT_EQ(ktap_reap(pid, 20), 0);
}

static int slow_burst(void *unused)
{
	(void)unused;
	EXPECT_RET(0, edu_burst(edu_open(O_RDWR), 4, DPC_EDU_PACE_MAX_US, NULL));
	return 0;
}

/* Not only when nothing at all is in flight any more. */
TEST(wait, poll_wakes_while_others_are_in_flight)
{
	struct pollfd p = { .events = POLLIN };
	int fd = edu_open(O_RDWR);
	pid_t dma, burst = ktap_spawn(slow_burst, NULL);

	EXPECT(KTAP_WAIT(20, edu_model_set(fd, edu_model) == -EBUSY), "no burst");
	dma = edu_spawn_dma();
	p.fd = fd;
	EXPECT_EQ(poll(&p, 1, 20000), 1);
	/* The burst has not ended, that was not what woke us. */
	EXPECT_RET(-EBUSY, edu_model_set(fd, edu_model));
	EXPECT_EQ(ktap_reap(dma, 20), 0);
	EXPECT_RET(-EBUSY, edu_model_set(fd, edu_model));
	kill(burst, SIGKILL);
}

/* ---- Signals ----------------------------------------------------------------------------- */

/* One round: the signal has come in time, and the transfer is still running. */
static bool dma_is_given_up(int fd, uint8_t *data, bool restart)
{
	int err;

	memset(data, POISON, 4096);
	alarm_in_ms(20, restart);
	err = edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, 64);
	return err == -EINTR && edu_dma_busy(fd);
}

/* An owner that gives up its running request: the device can't be stopped. */
static void interrupted_dma(bool restart)
{
	uint8_t *data = map_pages(1), known[64], back[64];
	int fd = edu_open(O_RDWR);

	fill_random(known, sizeof(known));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, known, 0, sizeof(known)));
	EXPECT(KTAP_WAIT(40, dma_is_given_up(fd, data, restart)), "never given up");
	/* The next one waits for it, and the device still works. */
	EXPECT_RET(0, edu_factorial(fd, 10, NULL));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, sizeof(back)));
	EXPECT(!memcmp(known, back, sizeof(back)), "other data came back");
	/* Nobody wrote into memory whose owner was told EINTR. */
	EXPECT(all_bytes(data, POISON, 4096), "the abandoned transfer has written");
}

TEST(wait, signal_ends_a_running_transfer_with_eintr)
{
	interrupted_dma(false);
}

TEST(wait, signal_is_eintr_even_with_restart)
{
	interrupted_dma(true);
}

/* Its memory may be gone by then. */
TEST(wait, killed_owner_leaves_no_trouble)
{
	int fd = edu_open(O_RDWR), status;
	pid_t pids[3];
	unsigned int i;

	edu_spawn_dmas(pids, 3);
	for (i = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		ASSERT_EQ(waitpid(pids[i], &status, 0), pids[i]);
	}
	EXPECT_RET(0, edu_factorial(fd, 6, NULL));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, edu_model) != -EBUSY), "in flight");
}

/*
 * One round: @data waits in line behind eight others, 0.8 s long, and the signal comes in
 * time: only the others have run.  A machine that is slow may need some rounds.
 */
static bool dma_is_withdrawn(int fd, uint8_t *known, uint8_t *data)
{
	struct dpc_edu_info before, after;
	pid_t pids[8];
	int err, i;

	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, known, 1000, 64));
	edu_info(fd, &before);
	edu_spawn_dmas(pids, 8);
	alarm_in_ms(20, false);
	err = edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 1000, 64);
	alarm_in_ms(0, false);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(ktap_reap(pids[i], 20), 0);
	edu_info(fd, &after);
	return err == -EINTR && after.interrupts - before.interrupts == ARRAY_SIZE(pids);
}

/* A request that waits in line is taken off it at once. */
TEST(wait, signal_withdraws_a_queued_transfer)
{
	uint8_t data[64], known[64], back[64];
	int fd = edu_open(O_RDWR);

	memset(known, 0x11, sizeof(known));
	memset(data, 0x22, sizeof(data));
	ASSERT(KTAP_WAIT(60, dma_is_withdrawn(fd, known, data)), "it was never withdrawn");
	EXPECT(!edu_dma_busy(fd), "the withdrawn one runs");
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 1000, sizeof(back)));
	EXPECT(!memcmp(back, known, sizeof(back)), "the withdrawn one has run");
}

/* Signals come until one ends the burst: the first may come before the call. */
static void burst_until_signal(int fd, uint32_t count, uint32_t pace_us)
{
	struct dpc_edu_burst b;

	alarms_every_ms(60);
	EXPECT_RET(-EINTR, edu_burst(fd, count, pace_us, &b));
	alarm_in_ms(0, false);
	/* How far it got is told all the same. */
	EXPECT_GE(b.raised, 1);
	EXPECT(b.raised < count, "all raised");
	EXPECT_EQ(b.last_seq, 0);
	EXPECT_RET(0, edu_burst(fd, 10, 0, &b));
}

TEST(wait, signal_ends_a_paced_burst_with_eintr)
{
	burst_until_signal(edu_open(O_RDWR), 1000000, 10000);
}

static bool pause_is_cut_short(int fd)
{
	unsigned long long start = ktap_now_ns();
	struct dpc_edu_burst b;

	alarm_in_ms(50, false);
	/* Two, so that it ends without a signal, too. */
	return edu_burst(fd, 2, DPC_EDU_PACE_MAX_US, &b) == -EINTR && b.raised == 1 &&
	       ktap_now_ns() - start < 900000000ull;
}

TEST(wait, signal_ends_a_pause_of_the_longest_pace)
{
	int fd = edu_open(O_RDWR);

	EXPECT(KTAP_WAIT(40, pause_is_cut_short(fd)), "the pause was not cut short");
}

TEST(wait, signal_ends_the_largest_burst_with_eintr)
{
	burst_until_signal(edu_open(O_RDWR), DPC_EDU_BURST_MAX, 0);
}

TEST(wait, signal_before_the_call_is_eintr_or_success)
{
	int fd = edu_open(O_RDWR), i;

	/* Either outcome is right; what is not is to lose the device. */
	for (i = 0; i < 30; i++) {
		int err;

		alarm_in_ms(1, false);
		err = edu_factorial(fd, DPC_EDU_FACTORIAL_MAX, NULL);
		EXPECT(!err || err == -EINTR, "%s", ktap_errno(err));
	}
	alarm_in_ms(0, false);
	EXPECT_RET(0, edu_factorial(fd, 10, NULL));
}

/* ---- Time limit ------------------------------------------------------------------------ */

TEST(wait, transfer_over_the_limit_is_etimedout)
{
	uint8_t *data = map_pages(1), back[16];
	int fd = edu_open(O_RDWR);

	ASSERT_RET(0, file_write(TIMEOUT_PARAM, "10"));
	EXPECT_RET(-ETIMEDOUT, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, 64));
	/* One that only waits in line, too. */
	EXPECT_RET(-ETIMEDOUT, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, 64));
	EXPECT(edu_dma_busy(fd), "it was not running any more");
	ASSERT_RET(0, file_write(TIMEOUT_PARAM, "10000"));
	/* The limit is passed, the device is not stuck. */
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, sizeof(back)));
	EXPECT(all_bytes(data, POISON, 4096), "the abandoned transfer has written");
}

/* ---- Engines ---------------------------------------------------------------------------- */

static bool computed_meanwhile(int fd)
{
	pid_t pid = edu_spawn_dma();
	uint32_t result;
	int done = 0;

	while (edu_dma_busy(fd)) {
		ASSERT_RET(0, edu_factorial(fd, 8, &result));
		EXPECT_EQ(result, 40320);
		/* It is still running: that one overlapped it from start to end. */
		done += edu_dma_busy(fd);
	}
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	return done;
}

/* A computation begins and ends while a transfer runs. */
TEST(wait, both_engines_work_at_once)
{
	int fd = edu_open(O_RDWR);

	EXPECT(KTAP_WAIT(40, computed_meanwhile(fd)), "never");
}

/* An engine runs one request at a time; those in line all get their turn. */
TEST(wait, queued_transfers_run_one_after_another)
{
	unsigned long long start;
	pid_t pids[5];
	unsigned int i;

	start = ktap_now_ns();
	edu_spawn_dmas(pids, 5);
	for (i = 0; i < 5; i++)
		EXPECT_EQ(ktap_reap(pids[i], 20), 0);
	/* 100 ms each, by a clock that is not quite this machine's. */
	EXPECT_GE(ktap_now_ns() - start, 250000000ull);
}
