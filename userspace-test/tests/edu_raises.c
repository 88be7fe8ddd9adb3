// SPDX-License-Identifier: GPL-2.0-only
/* The books of what is raised: nothing is lost, and each raise is in one number. */
#define _GNU_SOURCE
#include "edu.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void raises_get(int fd, struct dpc_raises *r)
{
	memset(r, POISON, sizeof(*r));
	ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_RAISES_GET, r));
	EXPECT_EQ(r->raised, r->interrupts + r->merged + r->dropped + r->pending);
	EXPECT(all_bytes(r->reserved, 0, sizeof(r->reserved)), "reserved");
}

static unsigned long long raises_in_hist(const struct dpc_raises *r)
{
	unsigned long long sum = 0;
	int i;

	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		sum += r->wait.hist[i];
	return sum;
}

/* One by one: as many interrupts as raises. */
TEST(raises, one_by_one_are_not_merged)
{
	struct dpc_raises before, after;
	int fd = edu_open(O_RDWR), i;

	raises_get(fd, &before);
	for (i = 0; i < 50; i++)
		ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	raises_get(fd, &after);
	EXPECT_EQ(after.raised - before.raised, 50);
	EXPECT_EQ(after.interrupts - before.interrupts, 50);
	EXPECT_EQ(after.merged, before.merged);
	EXPECT_EQ(after.pending, 0);
}

static int raises_burst(void *fd)
{
	EXPECT_RET(0, edu_burst(*(int *)fd, 2000, 0, NULL));
	return 0;
}

/* From several processes at once, and while the books are read. */
TEST(raises, storm_closes_at_any_time, 60)
{
	struct dpc_raises before, now;
	int fd = edu_open(O_RDWR), i;
	pid_t pids[4];

	edu_budgets_off(fd);
	raises_get(fd, &before);
	for (i = 0; i < 4; i++)
		pids[i] = ktap_spawn(raises_burst, &fd);
	EXPECT(KTAP_WAIT(30, (raises_get(fd, &now), now.raised == before.raised + 4 * 2000)),
	       "%llu raised", (unsigned long long)(now.raised - before.raised));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(ktap_reap(pids[i], 30), 0);
	raises_get(fd, &now);
	EXPECT_EQ(now.raised - before.raised, 4 * 2000);
	EXPECT_EQ(now.pending, 0);
	ktap_note("%llu raised, %llu interrupts, %llu merged",
		  (unsigned long long)(now.raised - before.raised),
		  (unsigned long long)(now.interrupts - before.interrupts),
		  (unsigned long long)(now.merged - before.merged));
}

/* M1: each interrupt of raises has its time; a reset makes the times zero, not the books. */
TEST(raises, time_to_the_isr_is_measured)
{
	struct dpc_raises before, after;
	int fd = edu_open(O_RDWR);
	unsigned long long start;

	ASSERT_RET(0, edu_reset(fd));
	raises_get(fd, &before);
	EXPECT_EQ(before.wait.count, 0);
	EXPECT_EQ(before.wait.total_ns, 0);
	EXPECT_EQ(before.wait.max_ns, 0);
	EXPECT_EQ(raises_in_hist(&before), 0);
	start = ktap_now_ns();
	ASSERT_RET(0, edu_burst(fd, 100, 1000, NULL));
	start = ktap_now_ns() - start;
	raises_get(fd, &after);
	EXPECT_EQ(after.wait.count, after.interrupts - before.interrupts);
	EXPECT_EQ(after.wait.coalesced, after.merged - before.merged);
	EXPECT_EQ(raises_in_hist(&after), after.wait.count);
	EXPECT_GE(after.wait.max_ns, 1);
	EXPECT_GE(after.wait.total_ns, after.wait.max_ns);
	/* One after the other, they fit into the time that the burst took. */
	EXPECT_LE(after.wait.total_ns, start);
	EXPECT_EQ(after.wait.over_budget, 0);
}
