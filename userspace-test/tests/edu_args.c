// SPDX-License-Identifier: GPL-2.0-only
/* Good and bad input of every call: the rules at the top of dpc_edu.h. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

union any {
	struct dpc_edu_info		info;
	struct dpc_edu_factorial	factorial;
	struct dpc_edu_burst		burst;
	struct dpc_edu_dma		dma;
	struct dpc_edu_stats		stats;
	struct dpc_edu_budget		budget;
	struct dpc_edu_model		model;
	struct dpc_edu_model_info	model_info;
	struct dpc_edu_body		body;
	struct dpc_edu_hold		hold;
	struct dpc_edu_raises		raises;
	struct dpc_edu_state		state;
	struct dpc_edu_liveness		liveness;
};

struct call {
	const char	*name;
	unsigned long	cmd;
	union any	valid;		/* an argument that is accepted */
	size_t		reserved;	/* offset and size of what must be zero */
	size_t		reserved_size;
	size_t		reserved32;	/* offset of a second one, or 0 */
};

#define RESERVED(_type)	.reserved = offsetof(struct _type, reserved), \
			.reserved_size = sizeof(((struct _type *)0)->reserved)
#define RESERVED32(_type) .reserved32 = offsetof(struct _type, reserved32)

static uint8_t dma_data[64];

static struct call calls[] = {
	{ "INFO_GET", DPC_EDU_IOC_INFO_GET },
	{ "FACTORIAL_RUN", DPC_EDU_IOC_FACTORIAL_RUN, { .factorial = { .n = 5 } },
	  RESERVED(dpc_edu_factorial) },
	{ "BURST_RUN", DPC_EDU_IOC_BURST_RUN, { .burst = { .count = 2 } },
	  RESERVED(dpc_edu_burst), RESERVED32(dpc_edu_burst) },
	{ "DMA_RUN", DPC_EDU_IOC_DMA_RUN, { .dma = { .count = sizeof(dma_data) } },
	  RESERVED(dpc_edu_dma), RESERVED32(dpc_edu_dma) },
	{ "STATS_GET", DPC_EDU_IOC_STATS_GET, { .stats = { .cpu = -1 } },
	  RESERVED(dpc_edu_stats), RESERVED32(dpc_edu_stats) },
	{ "STATS_RESET", DPC_EDU_IOC_STATS_RESET },
	{ "RAISES_GET", DPC_EDU_IOC_RAISES_GET },
	{ "BUDGET_GET", DPC_EDU_IOC_BUDGET_GET, { .budget = { .stage = 2 } },
	  RESERVED(dpc_edu_budget) },
	{ "BUDGET_SET", DPC_EDU_IOC_BUDGET_SET, { .budget = { .stage = 2, .budget_us = 7 } },
	  RESERVED(dpc_edu_budget) },
	{ "MODEL_GET", DPC_EDU_IOC_MODEL_GET, { .model = { .model = 0 } },
	  RESERVED(dpc_edu_model), RESERVED32(dpc_edu_model) },
	{ "MODEL_SET", DPC_EDU_IOC_MODEL_SET, { .model = { .model = 0 } },
	  RESERVED(dpc_edu_model), RESERVED32(dpc_edu_model) },
	{ "HOLD_TAKE", DPC_EDU_IOC_HOLD_TAKE, { .hold = { .pid = 0 } },
	  RESERVED(dpc_edu_hold), RESERVED32(dpc_edu_hold) },
	{ "BODY_GET", DPC_EDU_IOC_BODY_GET, { .body = { .dpc_us = 0 } },
	  RESERVED(dpc_edu_body) },
	{ "MODEL_QUERY", DPC_EDU_IOC_MODEL_QUERY, { .model_info = { .model = 0 } },
	  RESERVED(dpc_edu_model_info), RESERVED32(dpc_edu_model_info) },
	{ "STATE_GET", DPC_EDU_IOC_STATE_GET },
	{ "LIVENESS_SET", DPC_EDU_IOC_LIVENESS_SET, { .liveness = { .value = 7 } },
	  RESERVED(dpc_edu_liveness) },
	{ "BODY_SET", DPC_EDU_IOC_BODY_SET, { .body = { .dpc_us = 0 } },
	  RESERVED(dpc_edu_body) },
};

#define FOR_EACH_CALL(_c) for (struct call *_c = calls; _c < calls + ARRAY_SIZE(calls); _c++)

static bool is_known(unsigned long cmd)
{
	FOR_EACH_CALL(c)
		if (c->cmd == cmd)
			return true;
	return false;
}

/* The argument that is accepted, with what only exists at run time. */
static union any valid(const struct call *c)
{
	union any arg = c->valid;

	if (c->cmd == DPC_EDU_IOC_DMA_RUN)
		arg.dma.user = (uintptr_t)dma_data;
	if (c->cmd == DPC_EDU_IOC_MODEL_SET)
		arg.model.model = edu_model;
	return arg;
}

/* The device does what it is asked for, and nothing is left in flight. */
static void expect_works(int fd)
{
	uint32_t result;

	EXPECT_RET(0, edu_factorial(fd, 12, &result));
	EXPECT_EQ(result, 479001600);
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, edu_model) != -EBUSY), "in flight");
}

TEST(args, valid_argument_is_accepted)
{
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		union any arg = valid(c);
		int err = edu_ioctl(fd, c->cmd, &arg);

		EXPECT(!err, "%s gave %s", c->name, ktap_errno(err));
	}
}

TEST(args, unknown_number_is_enotty)
{
	static const unsigned int dirs[] = { _IOC_NONE, _IOC_READ, _IOC_WRITE,
					     _IOC_READ | _IOC_WRITE };
	int fd = edu_open(O_RDWR);
	unsigned long cmd;
	unsigned int nr, i, size;
	union any arg;

	for (nr = 0; nr < 256; nr++) {
		for (i = 0; i < ARRAY_SIZE(dirs); i++) {
			for (size = 0; size <= 64; size += 32) {
				cmd = _IOC(dirs[i], DPC_EDU_IOC_MAGIC, nr, size);
				if (is_known(cmd))
					continue;
				memset(&arg, 0, sizeof(arg));
				EXPECT_RET(-ENOTTY, edu_ioctl(fd, cmd, &arg));
			}
		}
	}
}

TEST(args, wrong_size_is_enotty)
{
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		union any arg = valid(c);
		int size = _IOC_SIZE(c->cmd), wrong;

		for (wrong = size - 8; wrong <= size + 8; wrong++) {
			if (wrong < 0 || wrong == size)
				continue;
			EXPECT_RET(-ENOTTY, edu_ioctl(fd, _IOC(_IOC_DIR(c->cmd), DPC_EDU_IOC_MAGIC,
							       _IOC_NR(c->cmd), wrong), &arg));
		}
	}
}

TEST(args, wrong_direction_is_enotty)
{
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		union any arg = valid(c);
		unsigned int dir;

		for (dir = 0; dir < 4; dir++) {
			unsigned int cmd = _IOC(dir, DPC_EDU_IOC_MAGIC, _IOC_NR(c->cmd),
						_IOC_SIZE(c->cmd));

			if (cmd != c->cmd)
				EXPECT_RET(-ENOTTY, edu_ioctl(fd, cmd, &arg));
		}
	}
}

TEST(args, wrong_type_is_enotty)
{
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		union any arg = valid(c);

		EXPECT_RET(-ENOTTY, edu_ioctl(fd, c->cmd ^ (1 << _IOC_TYPESHIFT), &arg));
	}
}

/* Each 32-bit word of the reserved fields, and each single bit of the first one. */
TEST(args, reserved_field_must_be_zero)
{
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		size_t at;

		for (at = 0; at < c->reserved_size; at += 4) {
			union any arg = valid(c), before;
			int err;

			((uint8_t *)&arg)[c->reserved + at + at / 4 % 4] = 0x80;
			before = arg;
			err = edu_ioctl(fd, c->cmd, &arg);
			EXPECT(err == -EINVAL, "%s, reserved + %zu: %s", c->name, at,
			       ktap_errno(err));
			EXPECT(!memcmp(&arg, &before, sizeof(arg)), "%s wrote", c->name);
		}
		for (at = 0; c->reserved32 && at < 32; at++) {
			union any arg = valid(c);
			uint32_t bit = 1u << at;
			int err;

			memcpy((uint8_t *)&arg + c->reserved32, &bit, sizeof(bit));
			err = edu_ioctl(fd, c->cmd, &arg);
			EXPECT(err == -EINVAL, "%s, reserved32 bit %zu: %s", c->name, at,
			       ktap_errno(err));
		}
	}
	expect_works(fd);
}

/* Nothing of the kernel's memory comes out: what is not a result is zero or as it was. */
TEST(args, nothing_else_is_written)
{
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		uint8_t buffer[sizeof(union any) + 64];
		union any arg = valid(c);
		size_t size = _IOC_SIZE(c->cmd);

		memset(buffer, POISON, sizeof(buffer));
		memcpy(buffer, &arg, size);
		ASSERT_RET(0, edu_ioctl(fd, c->cmd, buffer));
		EXPECT(all_bytes(buffer + size, POISON, sizeof(buffer) - size),
		       "%s wrote behind its argument", c->name);
		EXPECT(all_bytes(buffer + c->reserved, 0, c->reserved_size),
		       "%s: reserved not zero", c->name);
		if (!(_IOC_DIR(c->cmd) & _IOC_READ))
			EXPECT(!memcmp(buffer, &arg, size), "%s wrote to its input", c->name);
	}
}

TEST(args, refused_call_writes_nothing)
{
	struct dpc_edu_factorial f = { .n = DPC_EDU_FACTORIAL_MAX + 1, .result = 0xa5a5a5a5,
				       .seq = 0xa5a5 };
	struct dpc_edu_dma d = { .count = 0, .seq = 0xa5a5 };
	struct dpc_edu_stats s;
	int fd = edu_open(O_RDWR);

	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_FACTORIAL_RUN, &f));
	EXPECT_EQ(f.result, 0xa5a5a5a5u);
	EXPECT_EQ(f.seq, 0xa5a5);
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_DMA_RUN, &d));
	EXPECT_EQ(d.seq, 0xa5a5);
	memset(&s, POISON, sizeof(s));
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_STATS_GET, &s));
	EXPECT(all_bytes(&s, POISON, sizeof(s)), "written");
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

TEST(args, stats_cpu_range)
{
	int fd = edu_open(O_RDWR);
	struct dpc_edu_info info;
	struct dpc_edu_stats s;
	long online = sysconf(_SC_NPROCESSORS_ONLN), cpu;

	edu_info(fd, &info);
	EXPECT_GE(info.nr_cpus, online);
	for (cpu = DPC_EDU_CPU_ALL; cpu < online; cpu++) {
		edu_stats(fd, cpu, &s);
		EXPECT_EQ(s.cpu, cpu);
	}
	memset(&s, 0, sizeof(s));
	s.cpu = -2;
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_STATS_GET, &s));
	s.cpu = info.nr_cpus;
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_STATS_GET, &s));
	s.cpu = INT_MAX;
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_STATS_GET, &s));
	s.cpu = INT_MIN;
	EXPECT_RET(-EINVAL, edu_ioctl(fd, DPC_EDU_IOC_STATS_GET, &s));
}

TEST(args, budget_stage_range)
{
	static const uint32_t bad[] = { DPC_STAGE_NR, DPC_STAGE_NR + 1, 0x80000000, UINT32_MAX };
	int fd = edu_open(O_RDWR);
	uint32_t stage, us;
	unsigned int i;

	for (stage = 0; stage < DPC_STAGE_NR; stage++) {
		EXPECT_RET(0, edu_budget_set(fd, stage, 100));
		EXPECT_RET(0, edu_budget_get(fd, stage, &us));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_RET(-EINVAL, edu_budget_set(fd, bad[i], 100));
		EXPECT_RET(-EINVAL, edu_budget_get(fd, bad[i], &us));
		EXPECT_EQ(us, 0xa5a5a5a5u);
	}
}

TEST(args, budget_us_range)
{
	int fd = edu_open(O_RDWR);
	uint32_t us;

	EXPECT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 0));
	EXPECT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 1));
	EXPECT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, DPC_BUDGET_MAX_US));
	EXPECT_RET(-EINVAL, edu_budget_set(fd, DPC_STAGE_DPC, DPC_BUDGET_MAX_US + 1));
	EXPECT_RET(-EINVAL, edu_budget_set(fd, DPC_STAGE_DPC, UINT32_MAX));
	/* Times 1000 this is little more than 2^32. */
	EXPECT_RET(-EINVAL, edu_budget_set(fd, DPC_STAGE_DPC, 4294968));
	EXPECT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &us));
	EXPECT_EQ(us, DPC_BUDGET_MAX_US);
}

TEST(args, model_range)
{
	int fd = edu_open(O_RDWR);

	EXPECT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
	EXPECT_RET(0, edu_model_set(fd, DPC_MODEL_NR - 1));
	EXPECT_RET(-EINVAL, edu_model_set(fd, DPC_MODEL_NR));
	EXPECT_RET(-EINVAL, edu_model_set(fd, 0x80000000));
	EXPECT_RET(-EINVAL, edu_model_set(fd, UINT32_MAX));
}

TEST(args, body_is_what_was_set)
{
	struct dpc_edu_body body = { .dpc_us = POISON, .work_us = POISON };
	int fd = edu_open(O_RDWR);

	ASSERT_RET(0, edu_body_set(fd, 12, 34));
	EXPECT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_BODY_GET, &body));
	EXPECT_EQ(body.dpc_us, 12);
	EXPECT_EQ(body.work_us, 34);
	ASSERT_RET(0, edu_body_set(fd, 0, 0));
	EXPECT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_BODY_GET, &body));
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

TEST(args, unmapped_argument_is_efault)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *hole = map_pages(1) + page;
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		void *bad[] = { NULL, hole, hole - 4, (void *)0xffff888000000000ul,
				(void *)(ULONG_MAX - 7) };
		unsigned int i;

		if (!_IOC_SIZE(c->cmd))
			continue;
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			int err = edu_ioctl(fd, c->cmd, bad[i]);

			EXPECT(err == -EFAULT, "%s at %p: %s", c->name, bad[i], ktap_errno(err));
		}
	}
	expect_works(fd);
}

/* The argument ends exactly where the mapping ends, and one byte later. */
TEST(args, argument_at_the_end_of_a_mapping)
{
	uint8_t *end = map_pages(1) + sysconf(_SC_PAGESIZE);
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		union any arg = valid(c);
		size_t size = _IOC_SIZE(c->cmd);

		if (!size)
			continue;
		memcpy(end - size, &arg, size);
		EXPECT_RET(0, edu_ioctl(fd, c->cmd, end - size));
		memcpy(end - size + 1, &arg, size - 1);
		EXPECT_RET(-EFAULT, edu_ioctl(fd, c->cmd, end - size + 1));
	}
	expect_works(fd);
}

TEST(args, read_only_result_is_efault)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *p = map_pages(1);
	int fd = edu_open(O_RDWR);

	FOR_EACH_CALL(c) {
		union any arg = valid(c);
		int err, want = _IOC_DIR(c->cmd) & _IOC_READ ? -EFAULT : 0;

		ASSERT_EQ(mprotect(p, page, PROT_READ | PROT_WRITE), 0);
		memcpy(p, &arg, sizeof(arg));
		ASSERT_EQ(mprotect(p, page, PROT_READ), 0);
		err = edu_ioctl(fd, c->cmd, p);
		EXPECT(err == want, "%s gave %s", c->name, ktap_errno(err));
	}
	expect_works(fd);
}

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
	struct dpc_edu_budget budget = { .stage = 0 };
	int fd = edu_open(O_RDONLY);
	char byte = 0;

	EXPECT_RET(-EPERM, edu_budget_set(fd, DPC_STAGE_DPC, 100));
	EXPECT_RET(-EPERM, edu_model_set(fd, DPC_MODEL_DPC));
	EXPECT_RET(-EPERM, edu_body_set(fd, 0, 0));
	EXPECT_RET(-EPERM, edu_ioctl(fd, DPC_EDU_IOC_STATS_RESET, NULL));
	EXPECT_RET(-EPERM, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, dma_data, 0, 1));
	EXPECT_EQ(write(fd, &byte, 1), -1);
	EXPECT_EQ(errno, EBADF);
	/* Questions and what only computes is allowed. */
	EXPECT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_BUDGET_GET, &budget));
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
	EXPECT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 100));
}
