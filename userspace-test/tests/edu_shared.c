// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two devices and one DMA channel: with the parameter "controller" they take turns.
 *
 * A transfer takes 100 ms by the device's clock, which is that of the machine.  So 2 N of
 * them that never overlap take 200 N ms at least, however slow the host is.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define EACH		5	/* transfers of a device */
#define TRANSFER_NS	100000000ull

/* When the transfers of the two devices ended. */
static unsigned long long (*shared_ended)[EACH];

static int shared_transfers(void *nr)
{
	int device = (intptr_t)nr, fd = edu_open_nr(device, O_RDWR), i;
	uint8_t data[64] = { 0 };

	for (i = 0; i < EACH; i++) {
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
		shared_ended[device][i] = ktap_now_ns();
	}
	return 0;
}

/* Both devices at once.  Return: how long that took. */
static unsigned long long shared_run(void)
{
	unsigned long long begin;
	pid_t pids[2];
	intptr_t i;

	shared_ended = mmap(NULL, 2 * sizeof(*shared_ended), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT(shared_ended != MAP_FAILED, "mmap");
	begin = ktap_now_ns();
	for (i = 0; i < 2; i++)
		pids[i] = ktap_spawn(shared_transfers, (void *)i);
	for (i = 0; i < 2; i++)
		EXPECT_EQ(ktap_reap(pids[i], 60), 0);
	return ktap_now_ns() - begin;
}

static bool shared_by_controller(void)
{
	char text[8] = "";

	ASSERT_RET(0, file_read("/sys/module/dpc_edu/parameters/controller", text, sizeof(text)));
	return text[0] == 'Y';
}

/* Transfers of one device that ended after the other one's before, and before its next. */
static int shared_longest_run(void)
{
	int at[2] = { 0 }, last = -1, run = 0, longest = 0, device;

	/* As long as both have some left, it is fair. */
	while (at[0] < EACH && at[1] < EACH) {
		device = shared_ended[1][at[1]] < shared_ended[0][at[0]];
		at[device]++;
		run = device == last ? run + 1 : 1;
		last = device;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/* A4 */
TEST(shared, two_devices_take_turns, 120)
{
	unsigned long long ns;

	edu_need_second();
	if (!shared_by_controller())
		ktap_skip("loaded without controller=1");
	ns = shared_run();
	EXPECT(ns >= 2 * EACH * TRANSFER_NS, "two at once: %llu ms in all", ns / 1000000);
	EXPECT(shared_longest_run() < EACH, "one had to wait for all of the other");
}

/* What the one above would see if they did not.  A slow host may be in the way once. */
TEST(shared, two_devices_overlap_without_it, 120)
{
	unsigned long long ns = 0;
	int round;

	edu_need_second();
	if (shared_by_controller())
		ktap_skip("loaded with controller=1");
	for (round = 0; round < 20; round++) {
		ns = shared_run();
		if (ns < 2 * EACH * TRANSFER_NS)
			return;
	}
	EXPECT(false, "never two at once: %llu ms in all", ns / 1000000);
}
