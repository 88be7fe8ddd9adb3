// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transfers that do not arrive: the bus carries nothing while bus mastering is
 * off, and QEMU says so to nobody.  Each is an error, or is done again; what the
 * kernel had in its memory before never comes out.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Longer than the device takes for a transfer, 100 ms, by the same clock. */
#define DEVICE_US	1000000

static uint8_t lost_data[ALL];

/* Fill the device's buffer with what is known, and wait for no transfer. */
static int lost_prepare(void)
{
	int fd = edu_open(O_RDWR);

	fill_random(lost_data, ALL);
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, lost_data, 0, ALL));
	return fd;
}

static bool lost_by_msi(int fd)
{
	struct dpc_edu_info info;

	edu_info(fd, &info);
	return info.msi;
}

TEST(lost, without_bus_mastering_is_eio)
{
	uint8_t *back = map_pages(1);
	int fd = lost_prepare();

	edu_bus_master(false);
	EXPECT_RET(-EIO, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT_EQ(pread(fd, back, ALL, 0), -1);
	EXPECT_EQ(errno, EIO);
	EXPECT_RET(-EIO, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, back, 0, ALL));
	edu_bus_master(true);
	EXPECT(all_bytes(back, POISON, 4096), "something came");
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(back, lost_data, ALL), "other data");
}

/* A read and a write, at any time until the device signals. */
struct lost_transfer {
	uint32_t	direction;
	int		want;
};

static int lost_transfer(void *arg)
{
	const struct lost_transfer *t = arg;
	bool to_device = t->direction == DPC_EDU_DMA_TO_DEVICE;
	uint8_t *user = map_pages(1);
	int fd = edu_open(O_RDWR);

	if (to_device)
		memcpy(user, lost_data, ALL);
	EXPECT_RET(t->want, edu_dma(fd, t->direction, user, 0, ALL));
	if (t->want)
		EXPECT(to_device || all_bytes(user, POISON, 4096), "something came");
	else
		EXPECT(!memcmp(user, lost_data, ALL), "other data");
	return 0;
}

/* Begins @t, and has it lose its data. */
static pid_t lost_begin(int fd, struct lost_transfer *t)
{
	pid_t pid = ktap_spawn(lost_transfer, t);

	ASSERT(KTAP_WAIT(20, edu_dma_busy(fd)), "the transfer does not begin");
	edu_bus_master(false);
	return pid;
}

/* A legacy line still signals that the device is done. */
TEST(lost, signalled_by_a_line_is_eio)
{
	struct lost_transfer t = { .want = -EIO };
	int fd = lost_prepare();

	if (lost_by_msi(fd))
		ktap_skip("a message gets lost as well");
	for (t.direction = 0; t.direction <= DPC_EDU_DMA_FROM_DEVICE; t.direction++) {
		EXPECT_EQ(ktap_reap(lost_begin(fd, &t), 20), 0);
		edu_bus_master(true);
	}
}

/* Long enough for every test, or short. */
static void lost_overdue(const char *ms)
{
	ASSERT_RET(0, file_write(OVERDUE_PARAM, ms));
}

/* The message got lost too.  The next one tells of both, when all looks well again. */
TEST(lost, read_whose_data_got_lost_is_done_again)
{
	struct lost_transfer t = { .direction = DPC_EDU_DMA_FROM_DEVICE, .want = 0 };
	int fd = lost_prepare();
	pid_t pid;

	if (!lost_by_msi(fd))
		ktap_skip("a line signals before bus mastering is on again");
	lost_overdue("60000");
	pid = lost_begin(fd, &t);
	ktap_pause_us(DEVICE_US);
	EXPECT(edu_dma_busy(fd), "the transfer has ended");
	edu_bus_master(true);
	EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
	EXPECT_EQ(ktap_reap(pid, 20), 0);
}

/* P9: no message tells of it, and nothing is there to tell of both: the driver looks itself. */
TEST(lost, signalled_by_nothing_is_eio)
{
	struct lost_transfer t = { .want = -EIO };
	int fd = lost_prepare();

	if (!lost_by_msi(fd))
		ktap_skip("a line signals");
	lost_overdue("500");
	for (t.direction = 0; t.direction <= DPC_EDU_DMA_FROM_DEVICE; t.direction++) {
		EXPECT_EQ(ktap_reap(lost_begin(fd, &t), 20), 0);
		edu_bus_master(true);
	}
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, lost_data, 0, ALL));
}

/* So are the engines that transfer nothing; the result is there all the same. */
TEST(lost, message_of_another_engine_leaves_it_free)
{
	int fd = lost_prepare();
	struct dpc_edu_state state;
	uint32_t result = 0;

	if (!lost_by_msi(fd))
		ktap_skip("a line signals");
	lost_overdue("300");
	edu_bus_master(false);
	EXPECT_RET(0, edu_factorial(fd, 5, &result));
	EXPECT_EQ(result, 120);
	EXPECT_RET(-EIO, edu_state(fd, &state));
	EXPECT_RET(-EIO, edu_liveness(fd, 1, &result));
	edu_bus_master(true);
	EXPECT_RET(0, edu_state(fd, &state));
	EXPECT_RET(0, edu_factorial(fd, 6, &result));
	EXPECT_EQ(result, 720);
}

/* A device that is slower than the limit is waited for. */
TEST(lost, transfer_longer_than_the_limit_arrives)
{
	uint8_t *back = map_pages(1);
	int fd = lost_prepare();

	lost_overdue("10");
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(back, lost_data, ALL), "other data");
}

/* Nobody waits for it any more: it is not done again, and the engine is free. */
TEST(lost, read_that_is_given_up_ends)
{
	struct lost_transfer t = { .direction = DPC_EDU_DMA_FROM_DEVICE, .want = -ETIMEDOUT };
	uint8_t *back = map_pages(1);
	int fd = lost_prepare();

	if (!lost_by_msi(fd))
		ktap_skip("a line signals at once");
	lost_overdue("60000");
	ASSERT_RET(0, file_write(TIMEOUT_PARAM, "1000"));
	EXPECT_EQ(ktap_reap(lost_begin(fd, &t), 20), 0);
	ASSERT_RET(0, file_write(TIMEOUT_PARAM, "10000"));
	edu_bus_master(true);
	EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(back, lost_data, ALL), "other data");
}
