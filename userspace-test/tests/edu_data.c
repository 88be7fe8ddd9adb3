// SPDX-License-Identifier: GPL-2.0-only
/* What comes out is right: descriptions, factorials, transfers, bursts. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

TEST(data, info_describes_the_device)
{
	int fd = edu_open(O_RDONLY);
	struct dpc_edu_info info;

	edu_info(fd, &info);
	EXPECT_EQ(info.abi_version, DPC_EDU_ABI_VERSION);
	EXPECT_EQ(info.device_id, 0x010000ed);
	EXPECT_EQ(info.buffer_size, DPC_EDU_BUFFER_SIZE);
	EXPECT_LE(info.msi, 1);
	EXPECT_GE(info.interrupt_id, 1);
	EXPECT_EQ(info.interrupts, edu_sysfs_number("interrupts"));
	EXPECT(all_bytes(info.reserved, 0, sizeof(info.reserved)), "reserved");
}

/* Named after the device in /proc/interrupts, with the number INFO gives. */
TEST(data, info_irq_is_in_proc_interrupts)
{
	const char *name = strrchr(edu_path[0], '/') + 1;
	int fd = edu_open(O_RDONLY);
	struct dpc_edu_info info;
	char line[1000], number[20];
	bool found = false;
	FILE *f;

	edu_info(fd, &info);
	snprintf(number, sizeof(number), "%u:", info.irq);
	f = fopen("/proc/interrupts", "r");
	ASSERT(f, "/proc/interrupts");
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line + strspn(line, " "), number, strlen(number)))
			continue;
		found = true;
		EXPECT(strstr(line, name), "%s", line);
		EXPECT(!!strstr(line, "MSI") == !!info.msi, "msi=%u: %s", info.msi, line);
	}
	EXPECT(found, "irq %u", info.irq);
}

TEST(data, factorial_is_right_modulo_2_32)
{
	static const uint32_t n[] = { 0, 1, 2, 12, 13, 20, 33, 34, 35, 100, DPC_EDU_FACTORIAL_MAX };
	int fd = edu_open(O_RDWR);
	uint32_t result;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(n); i++) {
		ASSERT_RET(0, edu_factorial(fd, n[i], &result));
		EXPECT(result == factorial(n[i]), "%u! gave %u", n[i], result);
	}
}

/* M3: each has the number of an interrupt, and these only rise. */
TEST(data, factorial_seq_rises)
{
	struct dpc_edu_factorial arg = { .n = 4 };
	int fd = edu_open(O_RDWR), i;
	struct dpc_edu_info info;
	uint64_t last;

	edu_info(fd, &info);
	last = info.interrupts;
	for (i = 0; i < 20; i++) {
		arg.seq = 0;
		ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_FACTORIAL_RUN, &arg));
		EXPECT(arg.seq > last, "%llu after %llu", arg.seq, (unsigned long long)last);
		last = arg.seq;
	}
	edu_info(fd, &info);
	EXPECT_LE(last, info.interrupts);
}

/* The whole buffer there and back; the byte behind it is nobody's. */
TEST(data, dma_whole_buffer_round_trip)
{
	uint8_t *out = map_pages(1), *back = map_pages(1);
	int fd = edu_open(O_RDWR);

	fill_random(out, ALL);
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, out, 0, ALL));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(out, back, ALL), "other data came back");
	EXPECT_EQ(back[ALL], POISON);
}

/* Random parts: they change what they should, and their neighbours nothing. */
TEST(data, dma_random_parts, 60)
{
	uint8_t *user = map_pages(3), model[ALL], back[ALL];
	int fd = edu_open(O_RDWR), round;

	fill_random(model, ALL);
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, model, 0, ALL));
	for (round = 0; round < 5; round++) {
		uint32_t count = 1 + random() % ALL, offset = random() % (ALL - count + 1);
		uint8_t *at = user + random() % 4096;

		fill_random(at, count);
		memcpy(model + offset, at, count);
		ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, at, offset, count));

		count = 1 + random() % ALL;
		offset = random() % (ALL - count + 1);
		at = user + random() % 4096;
		memset(user, POISON, 3 * 4096);
		ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, at, offset, count));
		EXPECT(!memcmp(at, model + offset, count), "offset %u count %u", offset, count);
		EXPECT(all_bytes(user, POISON, at - user), "written before the buffer");
		EXPECT(all_bytes(at + count, POISON, user + 3 * 4096 - at - count),
		       "written behind the buffer");
	}
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, ALL));
	EXPECT(!memcmp(model, back, ALL), "the device's buffer is not what was written");
}

/* One byte, half, and all but one on the second of the user's pages. */
TEST(data, dma_into_two_pages)
{
	static const uint32_t in_second[] = { 1, 2000, 3999, 4000 };
	uint8_t *user = map_pages(3), data[4000];
	int fd = edu_open(O_RDWR);
	unsigned int i;

	fill_random(data, sizeof(data));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 95, sizeof(data)));
	for (i = 0; i < ARRAY_SIZE(in_second); i++) {
		uint8_t *at = user + 4096 + in_second[i] - sizeof(data);

		memset(user, POISON, 3 * 4096);
		ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, at, 95, sizeof(data)));
		EXPECT(!memcmp(at, data, sizeof(data)), "%u bytes in the second page",
		       in_second[i]);
		EXPECT(all_bytes(at + sizeof(data), POISON, user + 3 * 4096 - at - sizeof(data)),
		       "written behind the buffer");
	}
}

/* Data that the device reads from two pages. */
TEST(data, dma_from_two_pages)
{
	uint8_t *user = map_pages(2), *at = user + 4096 - 7, back[20];
	int fd = edu_open(O_RDWR);

	fill_random(at, sizeof(back));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, at, 0, sizeof(back)));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, sizeof(back)));
	EXPECT(!memcmp(at, back, sizeof(back)), "other data came back");
}

/* ---- read, write, lseek ------------------------------------------------------------ */

TEST(data, write_then_read_at_the_position)
{
	uint8_t out[300], back[300];
	int fd = edu_open(O_RDWR);

	fill_random(out, sizeof(out));
	ASSERT_EQ(lseek(fd, 1000, SEEK_SET), 1000);
	EXPECT_EQ(write(fd, out, 100), 100);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 1100);
	EXPECT_EQ(write(fd, out + 100, 200), 200);
	EXPECT_EQ(lseek(fd, 1000, SEEK_SET), 1000);
	EXPECT_EQ(read(fd, back, sizeof(back)), 300);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 1300);
	EXPECT(!memcmp(out, back, sizeof(out)), "other data came back");
}

TEST(data, pread_leaves_the_position)
{
	uint8_t out[10], back[10];
	int fd = edu_open(O_RDWR);

	fill_random(out, sizeof(out));
	EXPECT_EQ(pwrite(fd, out, sizeof(out), 77), 10);
	EXPECT_EQ(pread(fd, back, sizeof(back), 77), 10);
	EXPECT(!memcmp(out, back, sizeof(out)), "other data came back");
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 0);
	EXPECT_EQ(pread(fd, back, 1, -1), -1);
	EXPECT_EQ(errno, EINVAL);
}

TEST(data, read_ends_at_the_end)
{
	uint8_t *back = map_pages(2);
	int fd = edu_open(O_RDWR);

	EXPECT_EQ(lseek(fd, -10, SEEK_END), ALL - 10);
	EXPECT_EQ(read(fd, back, 8192), 10);
	EXPECT(all_bytes(back + 10, POISON, 8182), "written behind the end");
	EXPECT_EQ(read(fd, back, 1), 0);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), ALL);
}

TEST(data, write_at_the_end_is_enospc)
{
	int fd = edu_open(O_RDWR);
	uint8_t data[20] = { 0 };

	EXPECT_EQ(lseek(fd, -4, SEEK_END), ALL - 4);
	EXPECT_EQ(write(fd, data, sizeof(data)), 4);
	EXPECT_EQ(write(fd, data, 1), -1);
	EXPECT_EQ(errno, ENOSPC);
	EXPECT_EQ(write(fd, data, 0), 0);
}

TEST(data, zero_bytes_do_nothing)
{
	int fd = edu_open(O_RDWR);
	struct dpc_edu_info before, after;

	edu_info(fd, &before);
	EXPECT_EQ(read(fd, NULL, 0), 0);
	EXPECT_EQ(write(fd, NULL, 0), 0);
	edu_info(fd, &after);
	EXPECT_EQ(before.interrupts, after.interrupts);
}

TEST(data, lseek_outside_is_einval)
{
	int fd = edu_open(O_RDWR);

	EXPECT_EQ(lseek(fd, ALL, SEEK_SET), ALL);
	EXPECT_EQ(lseek(fd, ALL + 1, SEEK_SET), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(lseek(fd, -1, SEEK_SET), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(lseek(fd, 1, SEEK_END), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), ALL);
}

TEST(data, read_into_bad_memory_is_efault)
{
	uint8_t *end = map_pages(1) + 4096;
	int fd = edu_open(O_RDWR);

	EXPECT_EQ(read(fd, end - 5, 10), -1);
	EXPECT_EQ(errno, EFAULT);
	EXPECT_EQ(write(fd, end - 5, 10), -1);
	EXPECT_EQ(errno, EFAULT);
	/* Neither moved the position. */
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 0);
	EXPECT_EQ(write(fd, end - 5, 5), 5);
}

/* ---- Bursts -------------------------------------------------------------------------- */

static void expect_burst(int fd, uint32_t count, uint32_t pace_us)
{
	struct dpc_edu_info before, after;
	struct dpc_edu_burst b;

	edu_info(fd, &before);
	ASSERT_RET(0, edu_burst(fd, count, pace_us, &b));
	edu_info(fd, &after);
	EXPECT_EQ(b.raised, count);
	EXPECT_EQ(b.count, count);
	EXPECT_EQ(b.pace_us, pace_us);
	/* Nobody else raises: what is served is what was raised, or less. */
	EXPECT(b.last_seq > b.first_seq, "%llu after %llu", b.last_seq, b.first_seq);
	EXPECT_LE(b.last_seq - b.first_seq, count);
	EXPECT_GE(b.first_seq, before.interrupts);
	EXPECT_LE(b.last_seq, after.interrupts);
}

/* Q14: several interrupts, one call: but the last raise is always served. */
TEST(data, burst_as_fast_as_possible)
{
	int fd = edu_open(O_RDWR), i;

	for (i = 0; i < 100; i++)
		expect_burst(fd, 1, 0);
	expect_burst(fd, 2, 0);
	expect_burst(fd, 100, 0);
	expect_burst(fd, 5000, 0);
}

TEST(data, burst_paced)
{
	unsigned long long start;
	int fd = edu_open(O_RDWR);

	start = ktap_now_ns();
	expect_burst(fd, 200, 1000);
	/* Each raise has its time, and none is early. */
	EXPECT_GE(ktap_now_ns() - start, 199 * 1000000ull);
	expect_burst(fd, 3, 50000);
	expect_burst(fd, 50, 1);
}

/* M3: each served before the next is raised: none is merged with another. */
TEST(data, burst_raises_one_by_one_are_not_merged)
{
	int fd = edu_open(O_RDWR), i;
	struct dpc_edu_burst b;

	for (i = 0; i < 50; i++) {
		ASSERT_RET(0, edu_burst(fd, 1, 0, &b));
		EXPECT_EQ(b.last_seq - b.first_seq, 1);
	}
}
