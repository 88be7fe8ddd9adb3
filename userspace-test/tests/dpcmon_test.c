// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon_test: the tool against the kernel's counters, its exit statuses, its
 * JSON.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dpcmon_test.h"

static bool is_text(struct json_object *o, const char *key, const char *wanted)
{
	const char *text = json_object_get_string(member(o, key));

	return text && !strcmp(text, wanted);
}

/* In the kernel's buckets, of which the last one has no end. */
static unsigned long long hist_at(struct json_object *stage, unsigned int i)
{
	struct json_object *list = member(stage, "hist");
	unsigned long long count = 0;
	size_t last = i == DPC_HIST_BUCKETS - 1 ? json_object_array_length(list) - 1 : i, j;

	for (j = i; j <= last; j++)
		count += number(json_object_array_get_idx(list, j), "count");
	return count;
}

/* ---- Exit status -------------------------------------------------------------------- */

TEST(dpcmon, help_is_0)
{
	EXPECT_STATUS(0, "--help");
	EXPECT_STATUS(0, "list --help");
	EXPECT_STATUS(0, "run --help");
	EXPECT_STATUS(0, "record --help");
	EXPECT_STATUS(0, "report --help");
	EXPECT_STATUS(0, "stat --help");
	EXPECT_STATUS(0, "top --help");
	EXPECT_STATUS(0, "check --help");
	EXPECT_STATUS(0, "compare --help");
	EXPECT_STATUS(0, "--version");
}

TEST(dpcmon, wrong_usage_is_1)
{
	EXPECT_STATUS(1, "");
	EXPECT_STATUS(1, "nothing");
	EXPECT_STATUS(1, "run --nothing");
	EXPECT_STATUS(1, "run --interrupts x");
	EXPECT_STATUS(1, "run --budget nothing=3");
	EXPECT_STATUS(1, "run --budget dpc=1000001");
	EXPECT_STATUS(1, "report");
	EXPECT_STATUS(1, "report /tmp/none.dat");
	EXPECT_STATUS(1, "stat --cpu 99999");
	EXPECT_STATUS(1, "stat -d /dev/none");
	EXPECT_STATUS(1, "top --once -d /dev/none");
	EXPECT_STATUS(1, "top --count 3");
	EXPECT_STATUS(1, "check --trace /tmp/none.dat -- true");
	EXPECT_STATUS(1, "compare --models nothing");
	EXPECT_STATUS(1, "compare --load sun");
	EXPECT_STATUS(1, "compare -d /dev/none");
}

TEST(dpcmon, a_file_that_is_no_trace_is_1)
{
	EXPECT_STATUS(1, "report /etc/passwd");
	EXPECT_STATUS(1, "report /dev/null");
}

/* M4 */
TEST(dpcmon, run_within_budget_is_0, 60)
{
	EXPECT_STATUS(0, "run -d dpc_edu0 --interrupts 100 --factorials 5 --dma 1 --budget "
		      NO_BUDGETS);
}

/* M4 */
TEST(dpcmon, run_over_budget_is_2, 60)
{
	EXPECT_STATUS(2, "run -d dpc_edu0 --interrupts 20 --pace 2000 --body dpc=1000 --budget "
		      NO_BUDGETS ",dpc=500");
}

/* What a run changes is as it was afterwards. */
TEST(dpcmon, run_restores_the_device, 60)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	uint32_t us;

	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 777));
	DPCMON("run -d dpc_edu0 --interrupts 10 --model threaded --body dpc=50 --budget dpc=33");
	EXPECT_EQ(edu_model_get(fd), DPC_MODEL_DPC);
	ASSERT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &us));
	EXPECT_EQ(us, 777);
	ASSERT_RET(0, edu_reset(fd));
	ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	edu_stats_settled(fd, &s);
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 100));
}

/* M3: every interrupt is served, waits, or did not ask; in a storm of both engines. */
TEST(dpcmon, run_books_close, 60)
{
	struct json_object *o, *irq, *balance, *raises;

	EXPECT_STATUS(0, "run -d dpc_edu0 --interrupts 3000 --factorials 100 --dma 1 --json /tmp/run.json --budget "
		      NO_BUDGETS);
	o = parsed("/tmp/run.json");
	irq = json_object_array_get_idx(member(o, "interrupts"), 0);
	balance = member(irq, "balance");
	EXPECT_EQ(number(o, "lost_events"), 0);
	EXPECT_EQ(number(balance, "handled"), number(irq, "interrupts"));
	EXPECT_EQ(number(balance, "served"), number(irq, "served"));
	EXPECT_EQ(number(balance, "unknown"), 0);
	EXPECT_EQ(number(balance, "served") + number(balance, "pending") +
		  number(balance, "not_asked"), number(irq, "interrupts"));
	raises = member(irq, "raises");
	EXPECT_EQ(number(raises, "raised"), 3000);
	EXPECT_EQ(number(raises, "interrupts") + number(raises, "merged"), 3000);
	/* the trace says so too */
	EXPECT_EQ(number(member(irq, "raise_to_isr"), "count"), number(raises, "interrupts"));
	json_object_put(o);
}

/* For two seconds a line every other; the last one has all of it. */
TEST(dpcmon, run_progress_ends_at_its_total, 90)
{
	char text[4000], *last;

	EXPECT_STATUS(0, "run -d dpc_edu0 --interrupts 200 --dma 15 --budget " NO_BUDGETS);
	ASSERT_RET(0, file_tail("/tmp/dpcmon.err", text, sizeof(text)));
	last = strrchr(text, '\n');
	last = last ? last + 1 : text;
	EXPECT(!strcmp(last, "200 interrupts raised, 0 factorials, 15 DMA round trips"), "%s",
	       text);
}

#define ACCOUNTING "/sys/module/dpc_core/parameters/accounting"

static void accounting_on(void)
{
	file_write(ACCOUNTING, "Y");
}

/* M1, M6: the counters stand still, and it says so; what is traced is measured all the same. */
TEST(dpcmon, accounting_off_is_said, 60)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	char text[800];

	edu_stats_settled(fd, &s);
	ASSERT_RET(0, edu_reset(fd));
	EXPECT_STATUS(0, "stat -d dpc_edu0");
	ASSERT_RET(0, file_tail("/tmp/dpcmon.err", text, sizeof(text)));
	EXPECT(!strstr(text, "accounting"), "%s", text);
	atexit(accounting_on);
	ASSERT_RET(0, file_write(ACCOUNTING, "N"));
	EXPECT_RET(-EINVAL, file_write(ACCOUNTING, "perhaps"));
	ASSERT_RET(0, edu_burst(fd, 5, 0, NULL));
	EXPECT_STATUS(0, "stat -d dpc_edu0");
	ASSERT_RET(0, file_tail("/tmp/dpcmon.err", text, sizeof(text)));
	EXPECT(strstr(text, "accounting is off"), "%s", text);
	edu_stats_settled(fd, &s);
	EXPECT_EQ(s.stage[DPC_STAGE_ISR].count, 0);
	EXPECT_EQ(s.stage[DPC_STAGE_DPC].count, 0);
	EXPECT_STATUS(0, "run -d dpc_edu0 --interrupts 50 --budget " NO_BUDGETS);
	edu_stats_settled(fd, &s);
	EXPECT(s.stage[DPC_STAGE_DPC].count > 0, "a traced run counts nothing");
	accounting_on();
	ASSERT_RET(0, edu_reset(fd));
	ASSERT_RET(0, edu_burst(fd, 5, 0, NULL));
	edu_stats_settled(fd, &s);
	EXPECT(s.stage[DPC_STAGE_DPC].count > 0, "on again, nothing is counted");
}

/* M4 */
TEST(dpcmon, stat_check_tells_overruns)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;

	edu_budgets_off(fd);
	edu_stats_settled(fd, &s);
	ASSERT_RET(0, edu_reset(fd));
	/* of nothing, and without a budget, there is no judgement (M6) */
	EXPECT_STATUS(1, "stat -d dpc_edu0 --check");
	ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	EXPECT_STATUS(1, "stat -d dpc_edu0 --check");
	edu_stats_settled(fd, &s);
	ASSERT_RET(0, edu_reset(fd));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 900000));
	EXPECT_STATUS(1, "stat -d dpc_edu0 --check");
	ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	EXPECT_STATUS(0, "stat -d dpc_edu0 --check");
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 100));
	ASSERT_RET(0, edu_body_set(fd, 500, 0));
	ASSERT_RET(0, edu_burst(fd, 1, 0, NULL));
	ASSERT_RET(0, edu_body_set(fd, 0, 0));
	EXPECT_STATUS(2, "stat -d dpc_edu0 --check");
	EXPECT_STATUS(0, "stat -d dpc_edu0");
	EXPECT_STATUS(0, "stat -d dpc_edu0 --reset");
	EXPECT_STATUS(1, "stat -d dpc_edu0 --check");
}

/* ---- stat --json ---------------------------------------------------------------------- */

static void expect_stages(struct json_object *stages, const struct dpc_snapshot *s)
{
	unsigned int i, j;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		struct json_object *o = member(stages, stage_names[i]);

		EXPECT_EQ(number(o, "count"), s->stage[i].count);
		EXPECT_EQ(number(o, "total_ns"), s->stage[i].total_ns);
		/* the longest of none is none (M6) */
		if (s->stage[i].count)
			EXPECT_EQ(number(o, "max_ns"), s->stage[i].max_ns);
		else
			EXPECT(!member(o, "max_ns") && !member(o, "avg_ns"), "%s", stage_names[i]);
		EXPECT_EQ(number(o, "over_budget"), s->stage[i].over_budget);
		EXPECT_EQ(number(o, "coalesced"), s->stage[i].coalesced);
		EXPECT_EQ(number(o, "budget_ns"), s->stage[i].budget_us * 1000ull);
		for (j = 0; j < DPC_HIST_BUCKETS; j++)
			EXPECT_EQ(hist_at(o, j), s->stage[i].hist[j]);
	}
}

TEST(dpcmon, stat_json_is_what_the_kernel_counts)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;

	ASSERT_RET(0, edu_burst(fd, 100, 100, NULL));
	ASSERT_RET(0, edu_factorial(fd, 5, NULL));
	edu_stats_settled(fd, &s);
	EXPECT_STATUS(0, "stat -d dpc_edu0 --json=/tmp/stat.json");
	expect_stages(member(parsed("/tmp/stat.json"), "stages"), &s);
	EXPECT_STATUS(0, "stat -d dpc_edu0 --json --cpu 0");
	edu_stats(fd, 0, &s);
	expect_stages(member(parsed("/tmp/dpcmon.out"), "stages"), &s);
}

TEST(dpcmon, stat_json_of_each_cpu_adds_up)
{
	unsigned long long sum = 0;
	struct json_object *o, *list;
	size_t i;

	EXPECT_STATUS(0, "stat -d dpc_edu0 --json --cpu each");
	o = parsed("/tmp/dpcmon.out");
	list = member(o, "per_cpu");
	EXPECT_EQ(json_object_array_length(list), number(o, "nr_cpus"));
	for (i = 0; i < json_object_array_length(list); i++)
		sum += number(member(member(json_object_array_get_idx(list, i), "stages"), "isr"),
			      "count");
	EXPECT_EQ(sum, number(member(member(o, "stages"), "isr"), "count"));
}

TEST(dpcmon, stat_json_of_dpcs_without_an_interrupt)
{
	EXPECT_STATUS(0, "stat -d threaded --json");
	EXPECT(is_text(parsed("/tmp/dpcmon.out"), "kind", "threaded"), "kind");
}

/* ---- A recording ------------------------------------------------------------------------- */

struct json_object *interrupt_named(struct json_object *report, const char *name)
{
	struct json_object *list = member(report, "interrupts"), *o;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		if (is_text(o, "name", name))
			return o;
	}
	ASSERT(false, "no interrupt %s", name);
}

/* M1: the tool's sums over the events are the kernel's counters. */
TEST(dpcmon, record_and_report_equal_the_counters, 60)
{
	static const char * const pairs[] = { "dpc", "work" };
	struct json_object *report, *intr, *stages;
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot before, s;
	unsigned int i, j;

	budgets_off();
	edu_stats_settled(fd, &before);
	ASSERT_RET(0, edu_reset(fd));
	EXPECT_STATUS(0, "record -o /tmp/dpcmon.dat --json /tmp/record.json --budget " NO_BUDGETS
		      " -- dpcmon_test --load");
	edu_stats_settled(fd, &s);
	EXPECT_STATUS(0, "report /tmp/dpcmon.dat --json /tmp/report.json --html /tmp/report.html "
		      "--budget " NO_BUDGETS);
	report = parsed("/tmp/report.json");
	EXPECT_EQ(number(report, "lost_events"), 0);
	/* Hard interrupts of others may have been on when the recording began. */
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct json_object *kind = member(member(report, "open_pairs_by_kind"), pairs[i]);

		EXPECT_EQ(number(kind, "entries_without_exit"), 0);
		EXPECT_EQ(number(kind, "exits_without_entry"), 0);
	}
	EXPECT_EQ(number(member(report, "verdict"), "exit_status"), 0);
	intr = interrupt_named(report, "dpc_edu0");
	EXPECT(is_text(intr, "model", "dpc"), "model");
	EXPECT_EQ(number(intr, "interrupts"), s.interrupts - before.interrupts);
	EXPECT_EQ(number(intr, "missing"), 0);
	stages = member(intr, "stages");
	for (i = 0; i < DPC_STAGE_NR; i++) {
		struct json_object *o = member(stages, stage_names[i]);

		EXPECT(number(o, "count") == s.stage[i].count, "%s count %llu, counted %llu",
		       stage_names[i], number(o, "count"), s.stage[i].count);
		EXPECT(number(o, "total_ns") == s.stage[i].total_ns, "%s total %llu, counted %llu",
		       stage_names[i], number(o, "total_ns"), s.stage[i].total_ns);
		EXPECT(number(o, "max_ns") == s.stage[i].max_ns, "%s max %llu, counted %llu",
		       stage_names[i], number(o, "max_ns"), s.stage[i].max_ns);
		EXPECT_EQ(number(o, "over_budget"), 0);
		for (j = 0; j < DPC_HIST_BUCKETS; j++)
			EXPECT_EQ(hist_at(o, j), s.stage[i].hist[j]);
	}
	EXPECT_EQ(number(intr, "coalesced"), s.stage[DPC_STAGE_DPC].coalesced);
	EXPECT_EQ(number(intr, "work_coalesced"), s.stage[DPC_STAGE_WORK].coalesced);
	EXPECT_EQ(number(intr, "dpc_calls"), s.stage[DPC_STAGE_DPC].count);
	EXPECT_EQ(number(intr, "work_calls"), s.stage[DPC_STAGE_WORK].count);
	parsed("/tmp/record.json");
}

/* M4: the same file by other budgets is another verdict. */
TEST(dpcmon, report_judges_by_the_budgets_given, 60)
{
	if (access("/tmp/dpcmon.dat", R_OK))
		ktap_skip("no recording");
	EXPECT_STATUS(0, "report /tmp/dpcmon.dat -q --budget " NO_BUDGETS);
	EXPECT_STATUS(2, "report /tmp/dpcmon.dat -q --json /tmp/over.json --budget complete=1");
	EXPECT_EQ(number(member(parsed("/tmp/over.json"), "verdict"), "exit_status"), 2);
}

TEST(dpcmon, html_stands_alone)
{
	static char page[4 << 20];
	int fd = open("/tmp/report.html", O_RDONLY), n;

	if (fd < 0)
		ktap_skip("no report");
	for (n = 0; n < (int)sizeof(page) - 1; ) {
		int got = read(fd, page + n, sizeof(page) - 1 - n);

		if (got <= 0)
			break;
		n += got;
	}
	EXPECT(strcasestr(page, "</html>"), "it has no end");
	EXPECT(strstr(page, "<svg"), "it has no picture");
	EXPECT(!strstr(page, "src=\"http") && !strstr(page, "href=\"http"), "it loads something");
}

/* M4 */
TEST(dpcmon, run_stops_at_an_overrun, 60)
{
	struct json_object *first;

	EXPECT_STATUS(2, "run -d dpc_edu0 --interrupts 50 --pace 3000 --body dpc=1000 --stop-on-overrun "
		      "--json /tmp/stop.json --budget " NO_BUDGETS ",dpc=500");
	first = member(parsed("/tmp/stop.json"), "first_overrun");
	ASSERT(first, "no first overrun");
	EXPECT(is_text(first, "stage", "dpc"), "stage");
	EXPECT(strstr(json_object_get_string(member(first, "routine")), "dpc_edu_dpc"), "routine");
	EXPECT_GE(number(first, "duration_ns"), 1000000);
	EXPECT_EQ(number(first, "budget_ns"), 500000);
	EXPECT(json_object_get_boolean(member(first, "stopped_trace")), "not stopped");
}

/* ---- compare ------------------------------------------------------------------------- */

/* Settings that a comparison has to leave alone. */
#define COMPARE_BUDGET_US	777
#define COMPARE_BODY_US		3

static void compare_set(int fd)
{
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_THREADED));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, COMPARE_BUDGET_US));
	ASSERT_RET(0, edu_body_set(fd, COMPARE_BODY_US, 0));
}

/* Whether compare_set()'s are in force; then as other tests want them. */
static void compare_expect_restored(int fd)
{
	struct dpc_edu_body body = { 0 };
	uint32_t us;

	EXPECT_EQ(edu_model_get(fd), DPC_MODEL_THREADED);
	EXPECT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &us));
	EXPECT_EQ(us, COMPARE_BUDGET_US);
	EXPECT_RET(0, edu_body_get(fd, &body));
	EXPECT_EQ(body.dpc_us, COMPARE_BODY_US);
	ASSERT_RET(0, edu_body_set(fd, 0, 0));
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 100));
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
}

/* The cells of one load: every model that there is, each stage measured. */
static void compare_expect_cells(struct json_object *report, struct json_object *load)
{
	struct json_object *models = member(report, "models"), *cells = member(load, "models");
	size_t i, available = 0;
	unsigned int stage;

	EXPECT_EQ(json_object_array_length(models), DPC_MODEL_NR);
	for (i = 0; i < json_object_array_length(models); i++) {
		struct json_object *model = json_object_array_get_idx(models, i);
		bool there = json_object_get_boolean(member(model, "available"));

		available += there;
		/* what is absent says why */
		EXPECT(there == !member(model, "needs"), "%s",
		       json_object_get_string(member(model, "model")));
	}
	EXPECT_EQ(json_object_array_length(cells), available);
	for (i = 0; i < json_object_array_length(cells); i++) {
		struct json_object *cell = json_object_array_get_idx(cells, i);
		struct json_object *stages = member(cell, "stages");

		EXPECT_EQ(number(cell, "lost_events"), 0);
		EXPECT_GE(number(cell, "interrupts"), 1);
		for (stage = 0; stage < DPC_STAGE_NR; stage++) {
			struct json_object *o = member(stages, stage_names[stage]);

			EXPECT(number(o, "count"), "%s: %s was not measured",
			       json_object_get_string(member(cell, "model")), stage_names[stage]);
			EXPECT(number(o, "count") <= number(cell, "interrupts"), "%s",
			       stage_names[stage]);
		}
		EXPECT_EQ(number(member(stages, "isr"), "count"), number(cell, "interrupts"));
	}
}

TEST(dpcmon, compare_measures_every_model_and_restores_the_device, 180)
{
	struct json_object *report, *loads;
	int fd = edu_open(O_RDWR);

	compare_set(fd);
	EXPECT_STATUS(0, "compare -d dpc_edu0 --interrupts 20 --pace 300 --rounds 1 --load none "
		      "--json /tmp/compare.json --html /tmp/compare.html");
	compare_expect_restored(fd);
	report = parsed("/tmp/compare.json");
	EXPECT_EQ(number(report, "rounds"), 1);
	loads = member(report, "loads");
	EXPECT_EQ(json_object_array_length(loads), 1);
	compare_expect_cells(report, json_object_array_get_idx(loads, 0));
	EXPECT(!access("/tmp/compare.html", R_OK), "no page");
}

/* Each load runs, and ends with the comparison. */
TEST(dpcmon, compare_under_every_load, 180)
{
	struct json_object *loads, *load;
	int fd = edu_open(O_RDWR);
	size_t i;

	compare_set(fd);
	EXPECT_STATUS(0, "compare -d dpc_edu0 --models dpc --interrupts 20 --pace 300 --rounds 1 --load all -q "
		      "--json /tmp/loads.json");
	compare_expect_restored(fd);
	loads = member(parsed("/tmp/loads.json"), "loads");
	EXPECT_EQ(json_object_array_length(loads), 5);
	for (i = 0; i < json_object_array_length(loads); i++) {
		load = json_object_array_get_idx(loads, i);
		if (!json_object_get_boolean(member(load, "available"))) {
			EXPECT(is_text(load, "load", "storm"), "%s is absent: %s",
			       json_object_get_string(member(load, "load")),
			       json_object_get_string(member(load, "absent_because")));
			continue;
		}
		EXPECT_EQ(json_object_array_length(member(load, "models")), 1);
	}
}

/* M4: only for who asks. */
TEST(dpcmon, compare_judges_the_budgets_that_are_given, 90)
{
	EXPECT_STATUS(2, "compare -d dpc_edu0 --models dpc --interrupts 20 --pace 2000 --rounds 1 --load none -q "
		      "--body dpc=500 --budget " NO_BUDGETS ",dpc=100");
	EXPECT_STATUS(0, "compare -d dpc_edu0 --models dpc --interrupts 20 --pace 2000 --rounds 1 --load none -q "
		      "--budget " NO_BUDGETS);
}

TEST(dpcmon, compare_interrupted_restores_the_device, 90)
{
	int fd = edu_open(O_RDWR), status = -1;
	pid_t pid;

	compare_set(fd);
	pid = fork();
	if (!pid) {
		execlp("dpcmon", "dpcmon", "compare", "-d", "dpc_edu0", "-q", "--rounds", "50",
		       "--load", "hog", "--models", "dpc,tasklet,wq", NULL);
		_exit(127);
	}
	/* it has begun when the model has changed */
	ASSERT(KTAP_WAIT(30, edu_model_get(fd) != DPC_MODEL_THREADED),
	       "it does not begin");
	ASSERT_RET(0, kill(pid, SIGINT));
	ASSERT(KTAP_WAIT(30, waitpid(pid, &status, WNOHANG) == pid), "it does not end");
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %x", status);
	compare_expect_restored(fd);
}

/* One transfer after the other, until *@arg. */
static int transfer_until(void *arg)
{
	const bool *stop = arg;
	uint8_t data[16] = { 0 };
	int fd = edu_open(O_RDWR);

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED))
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	return 0;
}

/* Somebody else's requests, as long as it takes: said, and nothing changed. */
TEST(dpcmon, compare_of_a_busy_device_is_1, 90)
{
	bool *stop = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = edu_open(O_RDWR), i;
	char text[800] = "";
	pid_t pids[4];

	ASSERT(stop != MAP_FAILED, "no memory");
	compare_set(fd);
	/* several: one is always in flight */
	for (i = 0; i < 4; i++)
		pids[i] = ktap_spawn(transfer_until, stop);
	ASSERT(KTAP_WAIT(20, edu_dma_busy(fd)), "the transfer does not begin");
	EXPECT_STATUS(1, "compare -d dpc_edu0 --rounds 1 --interrupts 10");
	EXPECT(!file_read("/tmp/dpcmon.err", text, sizeof(text)) &&
	       strstr(text, "each try of 1.0 s a request was in flight: end the other programs"),
	       "it says: %s", text);
	/* as long as it says, and not longer */
	EXPECT_STATUS(1, "compare -d dpc_edu0 --rounds 1 --interrupts 10 --wait 2s");
	EXPECT(!file_read("/tmp/dpcmon.err", text, sizeof(text)) &&
	       strstr(text, "each try of 2.0 s a request was in flight") &&
	       strstr(text, "try for longer by --wait"),
	       "it says: %s", text);
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++)
		ktap_reap(pids[i], 20);
	munmap(stop, 4096);
	compare_expect_restored(fd);
}

/* Ends transfer_until(): what it waits for, compare's first tries, nobody can see. */
static int stop_after_a_while(void *arg)
{
	ktap_pause_us(2500000);
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELAXED);
	return 0;
}

/* A gap is waited for as long as --wait says; nothing comes after it, which is another error. */
TEST(dpcmon, compare_waits_for_a_gap_between_requests, 90)
{
	bool *stop = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = edu_open(O_RDWR), i;
	char text[800] = "";
	pid_t pids[5];

	ASSERT(stop != MAP_FAILED, "no memory");
	compare_set(fd);
	for (i = 0; i < 4; i++)
		pids[i] = ktap_spawn(transfer_until, stop);
	ASSERT(KTAP_WAIT(20, edu_dma_busy(fd)), "the transfer does not begin");
	pids[4] = ktap_spawn(stop_after_a_while, stop);
	EXPECT_STATUS(1, "compare -d dpc_edu0 --models tasklet --load none --rounds 1 --wait 5s");
	EXPECT(!file_read("/tmp/dpcmon.err", text, sizeof(text)) &&
	       strstr(text, "nothing came in 5.0 s"),
	       "it says: %s", text);
	for (i = 0; i < 5; i++)
		ktap_reap(pids[i], 20);
	munmap(stop, 4096);
	compare_expect_restored(fd);
}

/* ---- top ------------------------------------------------------------------------------- */

#define TOP_IN_BACKGROUND "dpcmon top -d dpc_edu0 --batch --count 1000 --interval 200ms >/tmp/dpcmon.out 2>&1 & " \
			  "echo $! >/tmp/top.pid"

/* It stands for the screen, and this is no terminal. */
TEST(dpcmon, top_without_a_terminal_is_1)
{
	char text[800];

	EXPECT_STATUS(1, "top </dev/null");
	/* its first line */
	ASSERT_RET(0, file_read("/tmp/dpcmon.err", text, sizeof(text)));
	EXPECT(strstr(text, "no terminal"), "%s", text);
}

TEST(dpcmon, top_shows_the_counters, 60)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	char text[80];

	ASSERT_RET(0, edu_burst(fd, 50, 100, NULL));
	edu_stats_settled(fd, &s);
	EXPECT_STATUS(0, "top -d dpc_edu0 --once");
	EXPECT(said(" dpc_edu0 ("), "no device");
	EXPECT(said("model dpc"), "no model");
	snprintf(text, sizeof(text), "%llu interrupts", s.interrupts);
	EXPECT(said(text), "not said: %s", text);
	snprintf(text, sizeof(text), "%-18s%11llu", "ISR", s.stage[DPC_STAGE_ISR].count);
	EXPECT(said(text), "not said: %s", text);
}

/* M4: root has the name of the routine, from the trace of this one event. */
TEST(dpcmon, top_names_the_worst_routine, 60)
{
	int fd = edu_open(O_RDWR);

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 500));
	ASSERT_RET(0, edu_body_set(fd, 2000, 0));
	ASSERT_EQ(status_of(TOP_IN_BACKGROUND), 0);
	EXPECT(KTAP_WAIT(30, ({
		edu_burst(fd, 1, 0, NULL);
		said("worst routine: dpc_edu_dpc, DPC ");
	})), "it was not named");
	EXPECT_EQ(status_of("kill $(cat /tmp/top.pid)"), 0);
	ASSERT_RET(0, edu_body_set(fd, 0, 0));
	edu_budgets_off(fd);
}

/* ---- check ------------------------------------------------------------------------------ */

/* M4 */
TEST(dpcmon, check_within_budget_is_0, 60)
{
	EXPECT_STATUS(0, "check -d dpc_edu0 --interrupts 100 --budget " NO_BUDGETS ",dpc=900000,isr=900000");
	EXPECT(said("KTAP version 1\n1..9\n"), "no KTAP");
	EXPECT(said("\nok 1 dpc_edu0.isr\n"), "isr");
	EXPECT(said("\nok 3 dpc_edu0.dpc\n"), "dpc");
	EXPECT(said("\nok 5 dpc_edu0.work # SKIP no budget\n"), "work");
	EXPECT(said("\nok 8 trace.complete\n"), "complete");
	EXPECT(said("\nok 9 budget.applied\n"), "applied");
}

/* M6: all skipped is not passed. */
TEST(dpcmon, check_without_a_budget_is_1, 60)
{
	EXPECT_STATUS(1, "check -d dpc_edu0 --interrupts 10 --budget " NO_BUDGETS);
	EXPECT(said("\nok 3 dpc_edu0.dpc # SKIP no budget\n"), "dpc");
	EXPECT(said("\nnot ok 9 budget.applied\n"), "applied");
}

/* M4 */
TEST(dpcmon, check_over_budget_is_2, 60)
{
	struct json_object *tests, *o;
	size_t i, found = 0;

	EXPECT_STATUS(2, "check -d dpc_edu0 --interrupts 20 --pace 2000 --body dpc=1000 --kcidb /tmp/kcidb.json "
		      "--budget " NO_BUDGETS ",dpc=500");
	EXPECT(said("\nnot ok 3 dpc_edu0.dpc\n"), "dpc");
	EXPECT(said("the longest was routine dpc_edu_dpc"), "routine");
	tests = member(parsed("/tmp/kcidb.json"), "tests");
	for (i = 0; i < json_object_array_length(tests); i++) {
		o = json_object_array_get_idx(tests, i);
		if (!is_text(o, "path", "dpc.edu0.dpc.max"))
			continue;
		found++;
		EXPECT(is_text(o, "status", "FAIL"), "status");
		EXPECT(json_object_get_double(member(member(o, "number"), "value")) >= 0.001,
		       "it took 1 ms at least");
	}
	EXPECT_EQ(found, 1);
}

TEST(dpcmon, check_measures_while_a_command_runs, 120)
{
	EXPECT_STATUS(0, "check --budget " NO_BUDGETS ",dpc=900000 -- dpcmon_test --load");
	EXPECT(said("# dpc_edu0.isr: count "), "no count");
	EXPECT_STATUS(1, "check --budget " NO_BUDGETS ",dpc=900000 -- sh -c 'dpcmon_test --load; exit 3'");
	EXPECT(said("\nnot ok 7 load.completed\n"), "load");
}

/*
 * A read that can't begin, not even when it is tried again.  Then a read whose data the bus
 * does not carry, and whose message gets lost as well: the next interrupt tells of both, and
 * its DPC has the read done again.
 */
static int lose_a_transfer(void *user)
{
	EXPECT_RET(0, edu_dma(edu_open(O_RDWR), DPC_EDU_DMA_FROM_DEVICE, user, 0, ALL));
	return 0;
}

static int lose(void)
{
	int fd = edu_open(O_RDWR);
	uint8_t *user = map_pages(1);
	pid_t pid;

	edu_bus_master(false);
	EXPECT_RET(-EIO, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, user, 0, ALL));
	edu_bus_master(true);
	ASSERT_RET(0, file_write(OVERDUE_PARAM, "60000"));
	pid = ktap_spawn(lose_a_transfer, user);
	ASSERT(KTAP_WAIT(20, edu_dma_busy(fd)), "the transfer does not begin");
	edu_bus_master(false);
	/* longer than the device takes for a transfer */
	ktap_pause_us(1000000);
	edu_bus_master(true);
	EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
	EXPECT_EQ(ktap_reap(pid, 20), 0);
	ASSERT_RET(0, file_write(OVERDUE_PARAM, "2000"));
	return ktap_failures() ? 1 : 0;
}

/* P4 M3: what the driver told of its device is where it happened. */
TEST(errors, lost_transfers_are_in_the_time_line, 60)
{
	struct json_object *errors, *refused, *lost, *line;
	unsigned int i, dpc = 0, error = 0, work = 0;
	const char *what;

	budgets_off();
	EXPECT_STATUS(0, "record -o /tmp/errors.dat --budget " NO_BUDGETS " -- dpcmon_test --lose");
	EXPECT_STATUS(0, "report /tmp/errors.dat --json /tmp/errors.json --budget " NO_BUDGETS);
	EXPECT(said("  4 errors of the device, see below"), "the summary has no errors");
	EXPECT(said("us DPC, "), "no time line");
	EXPECT(said("us ERROR, "), "no error in it");
	errors = member(interrupt_named(parsed("/tmp/errors.json"), "dpc_edu0"), "errors");
	ASSERT_EQ(number(errors, "count"), 4);
	for (i = 0; i < 3; i++) {
		refused = json_object_array_get_idx(member(errors, "list"), i);
		EXPECT_EQ(number(refused, "code"), 1);
		EXPECT_EQ(number(refused, "retries"), i);
		EXPECT_EQ(json_object_get_int(member(refused, "status")), i < 2 ? 0 : -EIO);
		EXPECT_EQ(number(refused, "first"), 0);
	}
	lost = json_object_array_get_idx(member(errors, "list"), 3);
	EXPECT_EQ(number(lost, "code"), 3);
	EXPECT_EQ(json_object_get_int(member(lost, "status")), 0);
	EXPECT(number(lost, "first") > 0, "it belongs to no interrupt");
	/* offset, count, direction: 0, 4095, 1, as the device's machine has them */
	EXPECT(is_text(lost, "data", "00000000ff0f000001000000"), "%s",
	       json_object_get_string(member(lost, "data")));
	line = member(lost, "timeline");
	for (i = 0; i < json_object_array_length(line); i++) {
		what = json_object_get_string(member(json_object_array_get_idx(line, i), "what"));
		dpc = strcmp(what, "dpc") ? dpc : i + 1;
		error = strcmp(what, "error") ? error : i + 1;
		work = strcmp(what, "work") ? work : i + 1;
	}
	EXPECT(dpc && dpc < error && error < work, "dpc %u, error %u, work %u", dpc, error, work);
}

/* The least that there is to record; ends when it was counted. */
static int burst(void)
{
	struct dpc_snapshot stats;
	int fd = edu_open(O_RDWR);

	ASSERT_RET(0, edu_burst(fd, 20, 500, NULL));
	edu_stats_settled(fd, &stats);
	return ktap_failures() ? 1 : 0;
}

/* Below dpcmon record: ends when everything was counted. */
static int load(void)
{
	uint8_t data[100] = { 0 };
	struct dpc_snapshot stats;
	int fd = edu_open(O_RDWR), i;

	for (i = 0; i < 50; i++)
		ASSERT_RET(0, edu_factorial(fd, i, NULL));
	ASSERT_RET(0, edu_burst(fd, 300, 100, NULL));
	ASSERT_RET(0, edu_burst(fd, 300, 0, NULL));
	ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	edu_stats_settled(fd, &stats);
	return ktap_failures() ? 1 : 0;
}

int main(int argc, char **argv)
{
	ktap_prepare();
	if (argc > 1 && !strcmp(argv[1], "--load"))
		return load();
	if (argc > 1 && !strcmp(argv[1], "--burst"))
		return burst();
	if (argc > 1 && !strcmp(argv[1], "--lose"))
		return lose();
	ASSERT_RET(0, edu_model_set(edu_open(O_RDWR), DPC_MODEL_DPC));
	return ktap_run(argv + 1, NULL, NULL);
}
