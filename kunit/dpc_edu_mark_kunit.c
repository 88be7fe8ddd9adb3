// SPDX-License-Identifier: GPL-2.0-only
/* The mark that tells whether a device has written to its buffer: module/edu/mark.h. */
#include <kunit/test.h>

#include "../module/edu/mark.h"

#define MARK		0x8877665544332211ull
#define MARK_ROOM	512
#define MARK_LENGTHS	100

struct mark_test {
	u8	buf[MARK_ROOM] __aligned(sizeof(u64));
};

static int mark_init(struct kunit *test)
{
	struct mark_test *mt = kunit_kzalloc(test, sizeof(*mt), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mt);
	test->priv = mt;
	return 0;
}

/* As a device would: @count bytes, none of which equals one of the mark's. */
static void mark_arrive(struct mark_test *mt, size_t from, size_t count)
{
	memset(mt->buf + from, 0xa5, count);
}

/* Nothing of what was in memory before is left. */
static void mark_covers_the_old_content(struct kunit *test)
{
	struct mark_test *mt = test->priv;
	size_t count, i;

	for (count = 1; count < MARK_LENGTHS; count++) {
		memset(mt->buf, 0x5a, sizeof(mt->buf));
		dpc_edu_mark_fill(mt->buf, count, MARK);
		for (i = 0; i < count; i++)
			if (mt->buf[i] == 0x5a)
				break;
		KUNIT_EXPECT_EQ_MSG(test, i, count, "of %zu", count);
		KUNIT_EXPECT_EQ(test, mt->buf[round_up(count, 8)], 0x5a);
	}
}

static void mark_is_left_when_nothing_came(struct kunit *test)
{
	struct mark_test *mt = test->priv;
	size_t count;

	for (count = 1; count < MARK_LENGTHS; count++) {
		dpc_edu_mark_fill(mt->buf, count, MARK);
		KUNIT_EXPECT_TRUE_MSG(test, dpc_edu_mark_left(mt->buf, count, MARK), "%zu", count);
	}
}

static void mark_is_gone_when_all_came(struct kunit *test)
{
	struct mark_test *mt = test->priv;
	size_t count;

	for (count = 1; count < MARK_LENGTHS; count++) {
		dpc_edu_mark_fill(mt->buf, count, MARK);
		mark_arrive(mt, 0, count);
		KUNIT_EXPECT_FALSE_MSG(test, dpc_edu_mark_left(mt->buf, count, MARK), "%zu", count);
	}
}

/* Wherever 15 bytes are missing; and 8 at the end, whatever the length. */
static void mark_is_left_in_a_hole(struct kunit *test)
{
	struct mark_test *mt = test->priv;
	size_t count, hole;

	for (hole = 0; hole + 15 <= MARK_LENGTHS; hole++) {
		dpc_edu_mark_fill(mt->buf, MARK_LENGTHS, MARK);
		mark_arrive(mt, 0, hole);
		mark_arrive(mt, hole + 15, MARK_LENGTHS - hole - 15);
		KUNIT_EXPECT_TRUE_MSG(test, dpc_edu_mark_left(mt->buf, MARK_LENGTHS, MARK),
				      "at %zu", hole);
	}
	for (count = 8; count < MARK_LENGTHS; count++) {
		dpc_edu_mark_fill(mt->buf, count, MARK);
		mark_arrive(mt, 0, count - 8);
		KUNIT_EXPECT_TRUE_MSG(test, dpc_edu_mark_left(mt->buf, count, MARK), "%zu", count);
	}
}

/* Data that looks like the mark is found the second time, for it can't look like both. */
static void mark_never_takes_a_byte_for_lost_twice(struct kunit *test)
{
	struct mark_test *mt = test->priv;
	unsigned int value, lost = 0;

	for (value = 0; value < 256; value++) {
		bool first, second;

		mt->buf[0] = value;
		first = dpc_edu_mark_left(mt->buf, 1, MARK);
		second = dpc_edu_mark_left(mt->buf, 1, ~MARK);
		KUNIT_EXPECT_FALSE_MSG(test, first && second, "%u", value);
		lost += first;
	}
	KUNIT_EXPECT_EQ(test, lost, 1);
}

static struct kunit_case mark_cases[] = {
	KUNIT_CASE(mark_covers_the_old_content),
	KUNIT_CASE(mark_is_left_when_nothing_came),
	KUNIT_CASE(mark_is_gone_when_all_came),
	KUNIT_CASE(mark_is_left_in_a_hole),
	KUNIT_CASE(mark_never_takes_a_byte_for_lost_twice),
	{ }
};

static struct kunit_suite mark_suite = {
	.name = "dpc_edu_mark",
	.init = mark_init,
	.test_cases = mark_cases,
};

kunit_test_suite(mark_suite);
