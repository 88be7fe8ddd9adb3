// SPDX-License-Identifier: GPL-2.0-only
/* Accounting (M1, M4), budgets and models. */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t hist_sum(const struct dpc_stage_snapshot *s)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < DPC_HIST_MAX; i++)
		sum += s->hist[i];
	return sum;
}

/* What must hold of any snapshot at any time. */
static void expect_sane(const struct dpc_snapshot *s)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		const struct dpc_stage_snapshot *t = &s->stage[i];

		EXPECT(hist_sum(t) == t->count, "%s: hist", stage_names[i]);
		EXPECT(t->max_ns <= t->total_ns, "%s: max %llu total %llu", stage_names[i],
		       t->max_ns, t->total_ns);
		/* Both are rounded down, and the sum is rounded as one. */
		EXPECT(t->total_ns <= (t->max_ns + 1) * t->count,
		       "%s: max %llu, %llu times, total %llu", stage_names[i], t->max_ns,
		       t->count, t->total_ns);
		EXPECT(t->over_budget <= t->count, "%s: over budget", stage_names[i]);
		EXPECT(t->max_ns < 60000000000ull, "%s: max %llu", stage_names[i], t->max_ns);
	}
	EXPECT_EQ(s->stage[DPC_STAGE_ISR].coalesced, 0);
	EXPECT(all_bytes(s->stage + DPC_STAGE_NR, 0,
			 sizeof(s->stage) - DPC_STAGE_NR * sizeof(*s->stage)), "more stages");
	EXPECT(all_bytes(s->reserved, 0, sizeof(s->reserved)), "reserved");
	EXPECT_EQ(s->reserved32, 0);
	EXPECT_EQ(node_violations(), 0);
}

static uint64_t served(const struct dpc_snapshot *s, int stage)
{
	return s->stage[stage].count + s->stage[stage].coalesced;
}

/* No effect without its cause; true of a running system as well (not across resets). */
static void expect_causal(const struct dpc_snapshot *s)
{
	const struct dpc_stage_snapshot *t = s->stage;

	EXPECT_GE(s->interrupts, t[DPC_STAGE_ISR].count);
	EXPECT_GE(t[DPC_STAGE_ISR].count, served(s, DPC_STAGE_ISR_TO_DPC));
	EXPECT_GE(t[DPC_STAGE_ISR_TO_DPC].count, t[DPC_STAGE_DPC].count);
	EXPECT_GE(served(s, DPC_STAGE_ISR_TO_DPC), served(s, DPC_STAGE_DPC));
	EXPECT_GE(served(s, DPC_STAGE_ISR_TO_DPC), served(s, DPC_STAGE_DPC_TO_WORK));
	EXPECT_GE(t[DPC_STAGE_DPC_TO_WORK].count, t[DPC_STAGE_WORK].count);
}

static void mixed_load(int fd)
{
	uint8_t data[100] = { 0 };
	int i;

	for (i = 0; i < 20; i++)
		ASSERT_RET(0, edu_factorial(fd, i, NULL));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	ASSERT_RET(0, edu_burst(fd, 500, 0, NULL));
	ASSERT_RET(0, edu_burst(fd, 20, 1000, NULL));
}

/* M1 */
TEST(stats, counters_agree_after_a_load)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	struct dpc_edu_info info;

	edu_stats_settled(fd, &s);
	ASSERT_RET(0, edu_reset(fd));
	mixed_load(fd);
	edu_stats_settled(fd, &s);
	edu_info(fd, &info);

	expect_sane(&s);
	expect_causal(&s);
	EXPECT_EQ(s.interrupts, info.interrupts);
	/* 20 factorials, a transfer, two bursts that may be one interrupt each. */
	EXPECT_GE(s.stage[DPC_STAGE_ISR].count, 23);
	/* At rest every stage has served what the one before has handed on. */
	EXPECT_EQ(s.stage[DPC_STAGE_ISR_TO_DPC].count, s.stage[DPC_STAGE_DPC].count);
	EXPECT_EQ(s.stage[DPC_STAGE_ISR_TO_DPC].coalesced, s.stage[DPC_STAGE_DPC].coalesced);
	EXPECT_EQ(s.stage[DPC_STAGE_DPC_TO_WORK].count, s.stage[DPC_STAGE_WORK].count);
	EXPECT_EQ(s.stage[DPC_STAGE_DPC_TO_WORK].coalesced, s.stage[DPC_STAGE_WORK].coalesced);
	EXPECT_GE(s.stage[DPC_STAGE_COMPLETE].count, 23);
	/* A message is never somebody else's, though it may ask for no DPC. */
	if (info.msi)
		EXPECT_EQ(s.unhandled, 0);
	else
		EXPECT_EQ(s.stage[DPC_STAGE_ISR].count, served(&s, DPC_STAGE_ISR_TO_DPC));
}

/* M1 */
TEST(stats, interrupts_are_counted_since_the_last_reset)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot before, s;

	edu_stats_settled(fd, &before);
	ASSERT_RET(0, edu_reset(fd));
	mixed_load(fd);
	edu_stats_settled(fd, &s);
	EXPECT_EQ(s.stage[DPC_STAGE_ISR].count, s.interrupts - before.interrupts);
}

/* M1 */
TEST(stats, cpus_add_up_to_all)
{
	int fd = edu_open(O_RDWR), i;
	struct dpc_stage_snapshot sum[DPC_STAGE_MAX] = { 0 };
	struct dpc_snapshot all, one;
	struct dpc_abi abi;
	unsigned int cpu, bucket;

	mixed_load(fd);
	edu_stats_settled(fd, &all);
	ASSERT_RET(0, node_abi(node_open(O_RDONLY), &abi));
	for (cpu = 0; cpu < abi.nr_cpus; cpu++) {
		edu_stats(fd, cpu, &one);
		expect_sane(&one);
		for (i = 0; i < DPC_STAGE_NR; i++) {
			sum[i].count += one.stage[i].count;
			sum[i].total_ns += one.stage[i].total_ns;
			sum[i].coalesced += one.stage[i].coalesced;
			sum[i].over_budget += one.stage[i].over_budget;
			sum[i].budget_us = one.stage[i].budget_us;
			if (one.stage[i].max_ns > sum[i].max_ns)
				sum[i].max_ns = one.stage[i].max_ns;
			for (bucket = 0; bucket < DPC_HIST_BUCKETS; bucket++)
				sum[i].hist[bucket] += one.stage[i].hist[bucket];
		}
	}
	EXPECT(!memcmp(sum, all.stage, sizeof(sum)), "the sum over CPUs is another");
}

/* M1 */
TEST(stats, reset_makes_all_zero)
{
	int fd = edu_open(O_RDWR), i;
	struct dpc_snapshot before, s;

	mixed_load(fd);
	edu_stats_settled(fd, &before);
	ASSERT_RET(0, edu_reset(fd));
	edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &s);
	for (i = 0; i < DPC_STAGE_NR; i++) {
		EXPECT_EQ(s.stage[i].budget_us, before.stage[i].budget_us);
		s.stage[i].budget_us = 0;
	}
	EXPECT(all_bytes(s.stage, 0, sizeof(s.stage)), "not zero");
	EXPECT_EQ(s.epoch, before.epoch + 1);
	/* These are since the driver bound. */
	EXPECT_EQ(s.interrupts, before.interrupts);
	EXPECT_EQ(s.unhandled, before.unhandled);
}

static int bursts_process(void *unused)
{
	int fd = edu_open(O_RDWR);

	(void)unused;
	for (;;) {
		EXPECT_RET(0, edu_burst(fd, 100, 0, NULL));
		EXPECT_RET(0, edu_factorial(fd, 20, NULL));
	}
	return 0;
}

/* M1 */
TEST(stats, snapshots_under_load_are_consistent)
{
	int fd = edu_open(O_RDWR);
	unsigned long long end;
	struct dpc_snapshot s, last = { 0 };
	int i;

	ktap_spawn(bursts_process, NULL);
	for (end = ktap_now_ns() + 1000000000ull; ktap_now_ns() < end; last = s) {
		edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &s);
		expect_sane(&s);
		expect_causal(&s);
		for (i = 0; i < DPC_STAGE_NR; i++) {
			EXPECT_GE(s.stage[i].count, last.stage[i].count);
			EXPECT_GE(s.stage[i].total_ns, last.stage[i].total_ns);
			EXPECT_GE(s.stage[i].max_ns, last.stage[i].max_ns);
		}
	}
}

/* M1 */
TEST(stats, resets_under_load_tear_nothing)
{
	int fd = edu_open(O_RDWR);
	unsigned long long end;
	struct dpc_snapshot s;

	ktap_spawn(bursts_process, NULL);
	for (end = ktap_now_ns() + 1000000000ull; ktap_now_ns() < end; ) {
		ASSERT_RET(0, edu_reset(fd));
		edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &s);
		expect_sane(&s);
		EXPECT_GE(s.interrupts, s.stage[DPC_STAGE_ISR].count);
	}
}

/* M1 */
TEST(stats, sysfs_says_the_same)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	char name[64];
	int i;

	mixed_load(fd);
	edu_stats_settled(fd, &s);
	EXPECT_EQ(edu_sysfs_number("interrupts"), s.interrupts);
	EXPECT_EQ(edu_sysfs_number("unhandled"), s.unhandled);
#define SAME(_field, _value)								\
	do {										\
		snprintf(name, sizeof(name), #_field "/%s", stage_names[i]);		\
		EXPECT(edu_sysfs_number(name) == (long long)(_value), "%s", name);	\
	} while (0)
	for (i = 0; i < DPC_STAGE_NR; i++) {
		SAME(count, s.stage[i].count);
		SAME(total_ns, s.stage[i].total_ns);
		SAME(max_ns, s.stage[i].max_ns);
		SAME(coalesced, s.stage[i].coalesced);
		SAME(over_budget, s.stage[i].over_budget);
		SAME(budget_us, s.stage[i].budget_us);
	}
}

/* A routine that takes 3 ms is seen to take 3 ms, and in the last bucket. */
static void expect_time_is_seen(int stage, uint32_t dpc_us, uint32_t work_us)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set(fd, dpc_us, work_us));
	ASSERT_RET(0, edu_reset(fd));
	ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	edu_stats_settled(fd, &s);
	expect_sane(&s);
	EXPECT_EQ(s.stage[stage].count, 1);
	EXPECT_GE(s.stage[stage].total_ns, 3000000);
	EXPECT_GE(s.stage[stage].max_ns, 3000000);
	EXPECT_EQ(s.stage[stage].hist[DPC_HIST_BUCKETS - 1], 1);
	EXPECT_EQ(s.stage[stage].over_budget, 0);
}

/* M1 */
TEST(stats, slow_dpc_is_seen)
{
	expect_time_is_seen(DPC_STAGE_DPC, 3000, 0);
}

/* M1 */
TEST(stats, slow_work_item_is_seen)
{
	expect_time_is_seen(DPC_STAGE_WORK, 0, 3000);
}

/* M1: a faster call later does not hide the slow one, a slower one replaces it. */
TEST(stats, max_is_the_longest)
{
	static const uint32_t body_us[] = { 2000, 100, 5000, 0 };
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	unsigned int i;

	ASSERT_RET(0, edu_reset(fd));
	edu_budgets_off(fd);
	for (i = 0; i < ARRAY_SIZE(body_us); i++) {
		ASSERT_RET(0, edu_body_set(fd, body_us[i], 0));
		ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
		edu_stats_settled(fd, &s);
		EXPECT_GE(s.stage[DPC_STAGE_DPC].max_ns, (i < 2 ? 2000 : 5000) * 1000);
	}
	EXPECT_EQ(s.stage[DPC_STAGE_DPC].count, 4);
	EXPECT_GE(s.stage[DPC_STAGE_DPC].total_ns, 7100000);
}

/* ---- Budgets ----------------------------------------------------------------------------- */

/* M4 */
TEST(stats, budgets_agree_by_every_way)
{
	int fd = edu_open(O_RDWR);
	char name[64], text[20];
	struct dpc_snapshot s;
	uint32_t us;
	int i, j;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		snprintf(name, sizeof(name), "budget_us/%s", stage_names[i]);
		ASSERT_RET(0, edu_budget_set(fd, i, 1000 + i));
		EXPECT_EQ(edu_sysfs_number(name), 1000 + i);
		snprintf(text, sizeof(text), "%d\n", 2000 + i);
		EXPECT_RET(0, edu_sysfs_write(name, text));
		EXPECT_RET(0, edu_budget_get(fd, i, &us));
		EXPECT_EQ(us, 2000 + i);
		edu_stats(fd, DPC_SNAPSHOT_CPU_ALL, &s);
		for (j = 0; j < DPC_STAGE_NR; j++)
			EXPECT_EQ(s.stage[j].budget_us, j <= i ? 2000 + j : DPC_BUDGET_DEFAULT_US);
	}
}

/* M4 */
TEST(stats, budget_in_sysfs_out_of_range_is_einval)
{
	static const char * const bad[] = { "1000001", "-1", "4294967297", "much", "1 2" };
	unsigned int i;

	EXPECT_RET(0, edu_sysfs_write("budget_us/dpc", "1000000"));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_RET(-EINVAL, edu_sysfs_write("budget_us/dpc", bad[i]));
	EXPECT_EQ(edu_sysfs_number("budget_us/dpc"), 1000000);
	EXPECT_RET(0, edu_sysfs_write("budget_us/dpc", "0"));
	EXPECT_EQ(edu_sysfs_number("budget_us/dpc"), 0);
}

/* M4 */
TEST(stats, overrun_is_counted_once_per_call)
{
	int fd = edu_open(O_RDWR), i;
	struct dpc_snapshot s;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set(fd, 500, 0));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 400));
	ASSERT_RET(0, edu_reset(fd));
	for (i = 0; i < 5; i++)
		ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	edu_stats_settled(fd, &s);
	for (i = 0; i < DPC_STAGE_NR; i++)
		EXPECT_EQ(s.stage[i].over_budget,
			  i == DPC_STAGE_DPC ? s.stage[DPC_STAGE_DPC].count : 0);
	EXPECT_EQ(s.stage[DPC_STAGE_DPC].count, 5);
}

/* M4: without a budget nothing is over it; within one neither. */
TEST(stats, no_overrun_within_the_budget)
{
	int fd = edu_open(O_RDWR), i;
	struct dpc_snapshot s;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set(fd, 1000, 1000));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, DPC_BUDGET_MAX_US));
	ASSERT_RET(0, edu_reset(fd));
	ASSERT_RET(0, edu_burst(fd, 3, 0, NULL));
	edu_stats_settled(fd, &s);
	for (i = 0; i < DPC_STAGE_NR; i++)
		EXPECT_EQ(s.stage[i].over_budget, 0);
}

/* M4: the log names stage, budget and routine; at most a line a second. */
static void expect_log_names(int stage, const char *routine)
{
	char line[2048], wanted[100];
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int fd = edu_open(O_RDWR);
	bool found = false;
	ssize_t n;

	ASSERT(log >= 0, "/dev/kmsg");
	ASSERT(lseek(log, 0, SEEK_END) >= 0, "/dev/kmsg");
	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set(fd, stage == DPC_STAGE_DPC ? 1000 : 0,
				   stage == DPC_STAGE_WORK ? 1000 : 0));
	ASSERT_RET(0, edu_budget_set(fd, stage, 7));
	snprintf(wanted, sizeof(wanted), "%s: stage %s took", strrchr(edu_path[0], '/') + 1,
		 stage_names[stage]);
	EXPECT(KTAP_WAIT(20, ({
		ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
		while (!found && (n = read(log, line, sizeof(line) - 1)) > 0) {
			line[n] = '\0';
			found = strstr(line, wanted) && strstr(line, "budget 7 us") &&
				strstr(line, routine);
		}
		found; })), "no line with '%s' and %s", wanted, routine);
}

/* M4 */
TEST(stats, overrun_of_the_dpc_is_in_the_log)
{
	expect_log_names(DPC_STAGE_DPC, "dpc_edu_dpc");
}

/* M4 */
TEST(stats, overrun_of_the_work_item_is_in_the_log)
{
	expect_log_names(DPC_STAGE_WORK, "dpc_edu_work");
}

/* ---- Models -------------------------------------------------------------------------------- */

TEST(stats, model_agrees_by_every_way)
{
	int fd = edu_open(O_RDWR);
	char text[64];
	uint32_t model;

	for (model = 0; model < DPC_MODEL_NR; model++) {
		if (edu_model_set(fd, model) == -EOPNOTSUPP)
			continue;
		ASSERT_RET(0, edu_model_set(fd, model));
		EXPECT_EQ(edu_model_get(fd), model);
		EXPECT_RET(0, edu_sysfs_read("model", text, sizeof(text)));
		EXPECT(!strcmp(text, model_names[model]), "%s", text);
		snprintf(text, sizeof(text), "%s\n", model_names[!model]);
		EXPECT_RET(0, edu_sysfs_write("model", text));
		EXPECT_EQ(edu_model_get(fd), !model);
	}
	EXPECT_RET(-EINVAL, edu_sysfs_write("model", "none"));
	EXPECT_RET(-EINVAL, edu_sysfs_write("model", "dpcs"));
}

static int endless_dmas(void *unused)
{
	uint8_t data[16] = { 0 };
	int fd = edu_open(O_RDWR);

	(void)unused;
	for (;;)
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	return 0;
}

/* With four in line, one is in flight at any time. */
TEST(stats, model_can_not_be_switched_in_flight)
{
	int fd = edu_open(O_RDWR), i;
	pid_t pids[4];

	for (i = 0; i < 4; i++)
		pids[i] = ktap_spawn(endless_dmas, NULL);
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, edu_model) == -EBUSY), "never in flight");
	EXPECT_RET(-EBUSY, edu_model_set(fd, !edu_model));
	EXPECT_RET(-EBUSY, edu_model_set(fd, edu_model));
	EXPECT_RET(-EBUSY, edu_sysfs_write("model", edu_model ? "dpc" : "threaded"));
	EXPECT_RET(-EINVAL, edu_model_set(fd, DPC_MODEL_NR));
	EXPECT_EQ(edu_model_get(fd), edu_model);
	for (i = 0; i < 4; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, !edu_model) != -EBUSY), "in flight");
	EXPECT_EQ(edu_model_get(fd), !edu_model);
}

/* A request whose owner was told its result is not in flight. */
TEST(stats, model_can_be_switched_right_after_a_request)
{
	int fd = edu_open(O_RDWR), i;

	for (i = 0; i < 100; i++) {
		ASSERT_RET(0, edu_factorial(fd, 3, NULL));
		EXPECT_RET(0, edu_model_set(fd, edu_model));
	}
	for (i = 0; i < 100; i++) {
		ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
		EXPECT_RET(0, edu_model_set(fd, i & 1));
	}
}

TEST(stats, model_switch_loses_no_interrupt)
{
	struct dpc_edu_info before, after;
	int fd = edu_open(O_RDWR), i;
	struct dpc_snapshot s;
	uint32_t result;

	edu_stats_settled(fd, &s);
	edu_info(fd, &before);
	for (i = 0; i < 20; i++) {
		EXPECT(KTAP_WAIT(20, edu_model_set(fd, i & 1) != -EBUSY), "in flight");
		EXPECT_EQ(edu_model_get(fd), i & 1);
		ASSERT_RET(0, edu_factorial(fd, 7, &result));
		EXPECT_EQ(result, 5040);
		ASSERT_RET(0, edu_burst(fd, 3, 1000, NULL));
	}
	edu_stats_settled(fd, &s);
	expect_sane(&s);
	edu_info(fd, &after);
	/* Its number of interrupts goes on, it does not start anew. */
	EXPECT_GE(after.interrupts, before.interrupts + 20 * 2);
}
