// SPDX-License-Identifier: GPL-2.0-only
/* Good and bad input of every call: the rules at the top of dpc_edu.h. */
#define _GNU_SOURCE
#include "args.h"
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t dma_data[64];

#define VALID(_type, ...) (&(const struct _type){ __VA_ARGS__ })

static const struct args_call calls[] = {
	{ "INFO_GET", DPC_EDU_IOC_INFO_GET },
	{ "FACTORIAL_RUN", DPC_EDU_IOC_FACTORIAL_RUN, VALID(dpc_edu_factorial, .n = 5),
	  ARGS_RESERVED(dpc_edu_factorial) },
	{ "BURST_RUN", DPC_EDU_IOC_BURST_RUN, VALID(dpc_edu_burst, .count = 2),
	  ARGS_RESERVED(dpc_edu_burst), ARGS_RESERVED32(dpc_edu_burst) },
	{ "DMA_RUN", DPC_EDU_IOC_DMA_RUN, VALID(dpc_edu_dma, .count = sizeof(dma_data)),
	  ARGS_RESERVED(dpc_edu_dma), ARGS_RESERVED32(dpc_edu_dma) },
	{ "RAISES_GET", DPC_EDU_IOC_RAISES_GET },
	{ "BODY_GET", DPC_EDU_IOC_BODY_GET, VALID(dpc_edu_body, .dpc_us = 0),
	  ARGS_RESERVED(dpc_edu_body), ARGS_RESERVED32(dpc_edu_body) },
	{ "STATE_GET", DPC_EDU_IOC_STATE_GET },
	{ "LIVENESS_SET", DPC_EDU_IOC_LIVENESS_SET, VALID(dpc_edu_liveness, .value = 7),
	  ARGS_RESERVED(dpc_edu_liveness) },
	{ "BODY_SET", DPC_EDU_IOC_BODY_SET, VALID(dpc_edu_body, .dpc_us = 0),
	  ARGS_RESERVED(dpc_edu_body), ARGS_RESERVED32(dpc_edu_body) },
};

static void complete(const struct args_call *c, void *arg)
{
	struct dpc_edu_dma *dma = arg;

	if (c->cmd == DPC_EDU_IOC_DMA_RUN)
		dma->user = (uintptr_t)dma_data;
}

/* The device does what it is asked for, and nothing is left in flight. */
static void expect_works(int fd)
{
	uint32_t result;

	EXPECT_RET(0, edu_factorial(fd, 12, &result));
	EXPECT_EQ(result, 479001600);
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, edu_model) != -EBUSY), "in flight");
}

static const struct args_table table = {
	.calls = calls, .n = ARRAY_SIZE(calls), .magic = DPC_EDU_IOC_MAGIC, .open = edu_open,
	.complete = complete, .works = expect_works,
};

ARGS_TESTS(args, &table)

TEST(args, refused_call_writes_nothing)
{
	struct dpc_edu_factorial f = { .n = DPC_EDU_FACTORIAL_MAX + 1, .result = 0xa5a5a5a5,
				       .seq = 0xa5a5 };
	struct dpc_edu_dma d = { .count = 0, .seq = 0xa5a5 };
	struct dpc_edu_body b;
	int fd = edu_open(O_RDWR);

	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_FACTORIAL_RUN, &f));
	EXPECT_EQ(f.result, 0xa5a5a5a5u);
	EXPECT_EQ(f.seq, 0xa5a5);
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_DMA_RUN, &d));
	EXPECT_EQ(d.seq, 0xa5a5);
	memset(&b, POISON, sizeof(b));
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_BODY_GET, &b));
	EXPECT(all_bytes(&b, POISON, sizeof(b)), "written");
}

/* ---- Ranges: below, first, last, above ----------------------------------------- */

TEST(args, factorial_n_range)
{
	int fd = edu_open(O_RDWR);

	EXPECT_RET(0, edu_factorial(fd, 0, NULL));
	EXPECT_RET(0, edu_factorial(fd, DPC_EDU_FACTORIAL_MAX, NULL));
	EXPECT_RET(-EINVAL, edu_factorial(fd, DPC_EDU_FACTORIAL_MAX + 1, NULL));
	EXPECT_RET(-EINVAL, edu_factorial(fd, 0x80000000, NULL));
	EXPECT_RET(-EINVAL, edu_factorial(fd, UINT32_MAX, NULL));
}

TEST(args, burst_count_range)
{
	int fd = edu_open(O_RDWR);
	struct dpc_edu_burst b;

	EXPECT_RET(-EINVAL, edu_burst(fd, 0, 0, &b));
	EXPECT_EQ(b.raised, 0xa5a5a5a5u);
	EXPECT_RET(0, edu_burst(fd, 1, 0, &b));
	EXPECT_EQ(b.raised, 1);
	EXPECT_RET(-EINVAL, edu_burst(fd, DPC_EDU_BURST_MAX + 1, 0, &b));
	EXPECT_RET(-EINVAL, edu_burst(fd, UINT32_MAX, 0, &b));
}

TEST(args, burst_pace_range)
{
	int fd = edu_open(O_RDWR);

	EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
	/* One raise needs no pause. */
	EXPECT_RET(0, edu_burst(fd, 1, DPC_EDU_PACE_MAX_US, NULL));
	EXPECT_RET(-EINVAL, edu_burst(fd, 1, DPC_EDU_PACE_MAX_US + 1, NULL));
	EXPECT_RET(-EINVAL, edu_burst(fd, 1, UINT32_MAX, NULL));
}

/* Just outside, in both directions, and where offset + count overflows 32 bits. */
TEST(args, dma_range_outside_is_einval)
{
	static const struct { uint32_t offset, count; } bad[] = {
		{ 0, 0 }, { 1, 0 }, { ALL - 1, 0 }, { ALL, 0 }, { UINT32_MAX, 0 },
		{ 0, ALL + 1 }, { 0, ALL + 2 }, { 1, ALL }, { ALL - 1, 2 }, { ALL, 1 },
		{ ALL + 1, 1 },
		{ 4096, 1 }, { 0x40000, 1 }, { 0, 0x80000000 }, { 0, UINT32_MAX },
		{ 1, UINT32_MAX }, { 2, UINT32_MAX }, { UINT32_MAX, 1 }, { UINT32_MAX, 2 },
		{ UINT32_MAX - 15, 17 }, { 0x80000000, 0x80000000 }, { 0x80000001, 0x80000000 },
		{ UINT32_MAX - ALL + 1, ALL }, { UINT32_MAX - ALL + 2, ALL },
	};
	uint8_t *data = map_pages(2);
	int fd = edu_open(O_RDWR);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		int to = edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, bad[i].offset, bad[i].count);
		int from = edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, bad[i].offset, bad[i].count);

		EXPECT(to == -EINVAL && from == -EINVAL, "offset %u count %u: %s, %s",
		       bad[i].offset, bad[i].count, ktap_errno(to), ktap_errno(from));
	}
	expect_works(fd);
}

TEST(args, dma_range_edges_are_accepted)
{
	static const struct { uint32_t offset, count; } good[] = {
		{ 0, 1 }, { 0, ALL }, { 1, ALL - 1 }, { ALL - 1, 1 },
	};
	uint8_t *data = map_pages(1);
	int fd = edu_open(O_RDWR);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, good[i].offset,
				      good[i].count));
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, good[i].offset,
				      good[i].count));
	}
}

TEST(args, dma_direction_range)
{
	int fd = edu_open(O_RDWR);

	EXPECT_RET(-EINVAL, edu_dma(fd, 2, dma_data, 0, 1));
	EXPECT_RET(-EINVAL, edu_dma(fd, 0x80000000, dma_data, 0, 1));
	EXPECT_RET(-EINVAL, edu_dma(fd, UINT32_MAX, dma_data, 0, 1));
}

TEST(args, body_is_what_was_set)
{
	struct dpc_edu_body body;
	int fd = edu_open(O_RDWR);

	ASSERT_RET(0, edu_body_set(fd, 12, 34));
	EXPECT_RET(0, edu_body_get(fd, &body));
	EXPECT_EQ(body.dpc_us, 12);
	EXPECT_EQ(body.work_us, 34);
	ASSERT_RET(0, edu_body_set(fd, 0, 0));
	EXPECT_RET(0, edu_body_get(fd, &body));
	EXPECT_EQ(body.dpc_us, 0);
	EXPECT_EQ(body.work_us, 0);
}

TEST(args, body_range)
{
	int fd = edu_open(O_RDWR);

	EXPECT_RET(0, edu_body_set(fd, DPC_EDU_BODY_MAX_US, 0));
	EXPECT_RET(0, edu_body_set(fd, 0, DPC_EDU_BODY_MAX_US));
	EXPECT_RET(-EINVAL, edu_body_set(fd, DPC_EDU_BODY_MAX_US + 1, 0));
	EXPECT_RET(-EINVAL, edu_body_set(fd, 0, DPC_EDU_BODY_MAX_US + 1));
	EXPECT_RET(-EINVAL, edu_body_set(fd, UINT32_MAX, 0));
	EXPECT_RET(-EINVAL, edu_body_set(fd, 0, UINT32_MAX));
	EXPECT_RET(0, edu_body_set(fd, 0, 0));
}

TEST(args, body_flags_that_are_unknown_are_einval)
{
	struct dpc_edu_body body = { 0 };
	int fd = edu_open(O_RDWR), bit;

	for (bit = 0; bit < 32; bit++) {
		body.flags = 1u << bit;
		EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_BODY_GET, &body));
		if (body.flags != DPC_EDU_BODY_UNTIL_CLOSE)
			EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_BODY_SET, &body));
	}
}

TEST(args, timeout_parameter_range)
{
	EXPECT_RET(0, file_write(TIMEOUT_PARAM, "10"));
	EXPECT_RET(0, file_write(TIMEOUT_PARAM, "600000"));
	EXPECT_RET(-EINVAL, file_write(TIMEOUT_PARAM, "9"));
	EXPECT_RET(-EINVAL, file_write(TIMEOUT_PARAM, "600001"));
	EXPECT_RET(-EINVAL, file_write(TIMEOUT_PARAM, "-1"));
	EXPECT_RET(-EINVAL, file_write(TIMEOUT_PARAM, "soon"));
}

/* ---- Pointers --------------------------------------------------------------------- */

TEST(args, dma_bad_user_buffer_is_efault)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *p = map_pages(2), *end = p + 2 * page;
	void *bad[] = { NULL, end, end - 99, (void *)0xffff888000000000ul,
			(void *)(ULONG_MAX - 9) };
	int fd = edu_open(O_RDWR);
	uint32_t direction;
	unsigned int i;

	for (direction = 0; direction < 2; direction++)
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			int err = edu_dma(fd, direction, bad[i], 0, 100);

			EXPECT(err == -EFAULT, "direction %u at %p: %s", direction, bad[i],
			       ktap_errno(err));
		}
	expect_works(fd);
	EXPECT(all_bytes(p, POISON, 2 * page), "something was written");
	/* The last 100 bytes are all right. */
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, end - 100, 0, 100));
}

TEST(args, dma_to_read_only_memory_is_efault)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *p = map_pages(2);
	int fd = edu_open(O_RDWR);

	ASSERT_EQ(mprotect(p + page, page, PROT_READ), 0);
	EXPECT_RET(-EFAULT, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, p + page, 0, 10));
	/* Only its last byte is. */
	EXPECT_RET(-EFAULT, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, p + page - 9, 0, 10));
	/* Reading from it is all right. */
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, p + page - 9, 0, 10));
	expect_works(fd);
	EXPECT(all_bytes(p, POISON, 2 * page), "something was written");
}

/* A page that only exists for the kernel once it is touched. */
TEST(args, dma_into_a_page_never_touched)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t data[200], *p;
	int fd = edu_open(O_RDWR);

	p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT(p != MAP_FAILED, "mmap");
	fill_random(data, sizeof(data));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, p + page - 100, 0, sizeof(data)));
	EXPECT(!memcmp(p + page - 100, data, sizeof(data)), "other data");
}

/* ---- Permissions -------------------------------------------------------------------- */

TEST(args, read_only_file_is_eperm)
{
	int fd = edu_open(O_RDONLY);
	struct dpc_edu_body body;
	uint32_t inverted;
	char byte = 0;

	EXPECT_RET(-EPERM, edu_body_set(fd, 0, 0));
	EXPECT_RET(-EPERM, edu_body_set_until_close(fd, 0, 0));
	EXPECT_RET(-EPERM, edu_liveness(fd, 1, &inverted));
	EXPECT_RET(-EPERM, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, dma_data, 0, 1));
	EXPECT_EQ(write(fd, &byte, 1), -1);
	EXPECT_EQ(errno, EBADF);
	/* Questions and what only computes is allowed. */
	EXPECT_RET(0, edu_body_get(fd, &body));
	EXPECT_RET(0, edu_factorial(fd, 3, NULL));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, dma_data, 0, 1));
}

TEST(args, write_only_file_is_eperm)
{
	int fd = edu_open(O_WRONLY);
	char byte;

	EXPECT_RET(-EPERM, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, dma_data, 0, 1));
	EXPECT_EQ(read(fd, &byte, 1), -1);
	EXPECT_EQ(errno, EBADF);
	EXPECT_RET(0, edu_body_set(fd, 0, 0));
}
