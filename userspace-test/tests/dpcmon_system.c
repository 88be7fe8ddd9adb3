// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon_test: dpcmon system against what the library and the kernel have counted.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dpcmon_test.h"

#define SYSTEM	"system -q --json /tmp/system.json --budget isr=1000000,dpc=1000000 "
#define BODY_US	2000

/* A routine of the driver, and not the handler of an interrupt that is known by its number. */
static struct json_object *row(struct json_object *system, const char *driver, const char *kind)
{
	struct json_object *d = member_of(member(system, "drivers"), "driver", driver), *rows, *r;
	size_t i;

	ASSERT(d, "no driver %s", driver);
	rows = member(d, "rows");
	for (i = 0; i < json_object_array_length(rows); i++) {
		r = json_object_array_get_idx(rows, i);
		if (!strcmp(json_object_get_string(member(r, "kind")), kind) &&
		    !strstr(json_object_get_string(member(r, "name")), "(irq "))
			return r;
	}
	ASSERT(false, "%s has no %s", driver, kind);
}

static bool near(unsigned long long a, unsigned long long b)
{
	unsigned long long difference = a > b ? a - b : b - a;

	return difference <= 2000 || difference * 20 <= b;
}

/* Counts are equal; times, which begin and end at the events, are within 5 % or 2 us. */
static void expect_stage(struct json_object *r, const struct dpc_stage_snapshot *stage,
			 const char *what)
{
	struct json_object *run = member(r, "run");

	EXPECT(number(r, "count") == stage->count && number(run, "count") == stage->count,
	       "%s: %llu, counted %llu", what, number(r, "count"), stage->count);
	EXPECT(stage->count && near(number(run, "total_ns") / stage->count,
				    stage->total_ns / stage->count),
	       "%s: %llu ns, counted %llu ns", what, number(run, "total_ns"), stage->total_ns);
}

/* The parts are the whole: on one CPU nothing is left over but what is shorter. */
static void expect_worst(struct json_object *r, const char *what)
{
	struct json_object *worst = member(r, "worst"), *parts = member(worst, "parts");
	unsigned long long sum = number(worst, "rest_ns");
	size_t i;

	for (i = 0; i < json_object_array_length(parts); i++)
		sum += number(json_object_array_get_idx(parts, i), "ns");
	EXPECT(sum == number(worst, "ns"), "%s: the parts are %llu of %llu ns", what, sum,
	       number(worst, "ns"));
	EXPECT(json_object_array_length(parts) > 0 && number(worst, "rest_ns") * 20 <= sum,
	       "%s: of %llu ns, %llu are not known", what, sum, number(worst, "rest_ns"));
	EXPECT(number(worst, "ns") >= BODY_US * 1000, "%s: %llu ns at most", what,
	       number(worst, "ns"));
}

static void expect_complete(struct json_object *system)
{
	EXPECT_EQ(number(system, "lost"), 0);
	EXPECT(!member(system, "disturbed"), "%s",
	       json_object_get_string(member(system, "disturbed")));
}

/* Whatever carries it, the driver's stages are the driver's, and as many as it has counted. */
TEST(dpcmon_system, stages_are_the_drivers_with_every_model, 400)
{
	uint32_t model;
	int fd = edu_open(O_RDWR);
	struct json_object *system;
	struct dpc_model_info info;
	struct dpc_snapshot s;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set_until_close(fd, BODY_US, BODY_US));
	for (model = 0; model < DPC_MODEL_NR; model++) {
		ASSERT_RET(0, edu_model_query(fd, model, &info));
		if (!info.available)
			continue;
		edu_stats_settled(fd, &s);
		ASSERT_RET(0, edu_model_set(fd, model));
		ASSERT_RET(0, edu_reset(fd));
		EXPECT_STATUS(0, SYSTEM "-- dpcmon_test --load");
		edu_stats_settled(fd, &s);
		system = parsed("/tmp/system.json");
		expect_complete(system);
		expect_stage(row(system, "dpc_edu", "dpc"), &s.stage[DPC_STAGE_DPC],
			     model_names[model]);
		expect_worst(row(system, "dpc_edu", "dpc"), model_names[model]);
		expect_stage(row(system, "dpc_edu", "work"), &s.stage[DPC_STAGE_WORK],
			     model_names[model]);
		EXPECT_EQ(number(row(system, "dpc_edu", "isr"), "count"),
			  s.stage[DPC_STAGE_ISR].count);
		json_object_put(system);
	}
	edu_stats_settled(fd, &s);
	EXPECT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
}

/*
 * How often the handler ran.  On PREEMPT_RT that is the one that wakes the thread, a row beside
 * that of the ISR, which may serve two interrupts at once.
 */
static unsigned long long handled(struct json_object *system)
{
	struct json_object *rows, *r;
	size_t i;

	rows = member(member_of(member(system, "drivers"), "driver", "dpc_edu"), "rows");
	for (i = 0; i < json_object_array_length(rows); i++) {
		r = json_object_array_get_idx(rows, i);
		if (strstr(json_object_get_string(member(r, "name")), "dpc_edu0 (irq "))
			return number(r, "count");
	}
	return number(row(system, "dpc_edu", "isr"), "count");
}

/* As the kernel counts; softirqs go on while the trace begins and ends. */
TEST(dpcmon_system, counts_are_those_of_the_kernel, 120)
{
	unsigned long long interrupts, hi, row_count;
	int fd = edu_open(O_RDWR);
	struct json_object *system, *softirqs;

	edu_budgets_off(fd);
	EXPECT_STATUS(0, SYSTEM "-- sh -c '"
		      "cat /proc/interrupts >/tmp/i0; cat /proc/softirqs >/tmp/s0; "
		      "dpcmon_test --load; "
		      "cat /proc/interrupts >/tmp/i1; cat /proc/softirqs >/tmp/s1'");
	interrupts = kernel_counted("/tmp/i1", NULL, "dpc_edu0") -
		     kernel_counted("/tmp/i0", NULL, "dpc_edu0");
	hi = kernel_counted("/tmp/s1", "HI:", NULL) - kernel_counted("/tmp/s0", "HI:", NULL);
	system = parsed("/tmp/system.json");
	expect_complete(system);
	EXPECT(interrupts > 0, "no interrupts");
	EXPECT_EQ(handled(system), interrupts);
	softirqs = member_of(member(system, "drivers"), "driver", "kernel");
	softirqs = member_of(member(softirqs, "rows"), "name", "hi");
	ASSERT(softirqs, "no softirq hi");
	row_count = number(softirqs, "count");
	EXPECT(row_count >= hi && row_count <= hi + 5, "%llu, the kernel counted %llu", row_count,
	       hi);
	json_object_put(system);
}

/* What plain trace-cmd recorded, without the library's events: by the name of the interrupt. */
TEST(dpcmon_system, recording_of_trace_cmd_is_read, 120)
{
	struct json_object *system, *isr;
	unsigned long long before, after;
	int fd = edu_open(O_RDWR);

	edu_budgets_off(fd);
	before = kernel_counted("/proc/interrupts", NULL, "dpc_edu0");
	ASSERT_EQ(status_of("trace-cmd record -q -e irq -e workqueue -e sched_switch "
			    "-o /tmp/plain.dat dpcmon_test --load >/tmp/dpcmon.err 2>&1"), 0);
	after = kernel_counted("/proc/interrupts", NULL, "dpc_edu0");
	EXPECT_STATUS(0, SYSTEM "--trace /tmp/plain.dat");
	system = parsed("/tmp/system.json");
	isr = member_of(member(system, "drivers"), "driver", "dpc_edu0");
	ASSERT(isr, "no interrupt dpc_edu0");
	isr = member_of(member(isr, "rows"), "kind", "isr");
	ASSERT(isr, "no isr");
	EXPECT_EQ(number(isr, "count"), after - before);
	EXPECT(number(row(system, "dpc_core", "tasklet"), "count") > 0, "no tasklet");
	json_object_put(system);
}

TEST(dpcmon_system, verdict_is_the_exit_status, 60)
{
	EXPECT_STATUS(2, "system --budget isr=1,dpc=1 -- dpcmon_test --load");
	EXPECT(said("Not fit: "), "no verdict");
	EXPECT(said("dpc_edu: "), "no driver");
	EXPECT_STATUS(1, "system --budget isr=0,dpc=0 -- dpcmon_test --load");
	EXPECT(said("Nothing was measured that has a budget."), "no verdict");
	EXPECT_STATUS(1, "system -- false");
	EXPECT(said("kernel "), "no report of what ran");
	EXPECT_STATUS(1, "system --trace /etc/passwd");
	EXPECT_STATUS(1, "system --duration 1s --trace /tmp/dpcmon.dat");
	EXPECT_STATUS(1, "system --budget edu0.dpc=5");
	EXPECT_STATUS(1, "system --for nothing");
}

TEST(dpcmon_system, check_judges_any_driver, 120)
{
	EXPECT_STATUS(0, "check --system --budget isr=1000000,dpc=1000000 -- dpcmon_test --load");
	EXPECT(said(" dpc_edu.isr\n") && said(" dpc_edu.dpc\n") && said(" kernel.hrtimer\n"),
	       "a driver or kind is missing");
	EXPECT(!said("not ok"), "a test fails");
	EXPECT_STATUS(2, "check --system --budget isr=1,dpc=1 -- dpcmon_test --load");
	EXPECT(said("# dpc_edu.dpc: the longest was that of dpc_edu_dpc"), "no culprit");
	EXPECT_STATUS(1, "check --system -- false");
	EXPECT(said("load.completed") && said("not ok"), "no failed load");
}

TEST(dpcmon_system, metrics_are_for_a_scraper, 120)
{
	EXPECT_STATUS(0, SYSTEM "--openmetrics /tmp/metrics -- dpcmon_test --load");
	EXPECT_EQ(status_of("tail -n 1 /tmp/metrics | grep -qx '# EOF'"), 0);
	EXPECT_EQ(status_of("grep -q '^dpcmon_system_run_seconds_count{driver=\"dpc_edu\"' "
			    "/tmp/metrics"), 0);
	EXPECT_EQ(status_of("grep -q '^dpcmon_system_run_seconds_created' /tmp/metrics"), 0);
	EXPECT_STATUS(0, "stat --cpu each --openmetrics /tmp/metrics");
	EXPECT_EQ(status_of("tail -n 1 /tmp/metrics | grep -qx '# EOF'"), 0);
	EXPECT_EQ(status_of("grep -q '^dpc_stage_seconds_count{.*\"dpc_edu0\",.*cpu=\"1\",' "
			    "/tmp/metrics"), 0);
}

TEST(dpcmon_system, trace_is_for_a_viewer, 120)
{
	struct json_object *events, *e;
	size_t i, begins = 0, ends = 0;

	EXPECT_STATUS(0, SYSTEM "--perfetto /tmp/perfetto.json -- dpcmon_test --load");
	events = json_object_from_file("/tmp/perfetto.json");
	ASSERT(events, "no JSON");
	events = member(events, "traceEvents");
	for (i = 0; i < json_object_array_length(events); i++) {
		e = json_object_array_get_idx(events, i);
		begins += *json_object_get_string(member(e, "ph")) == 'B';
		ends += *json_object_get_string(member(e, "ph")) == 'E';
	}
	EXPECT(begins > 100, "%zu slices", begins);
	EXPECT_EQ(begins, ends);
}

/* What was recorded before is still there, and is not reported as what was not recorded. */
TEST(dpcmon_system, command_that_can_not_be_started_leaves_the_recording, 60)
{
	ASSERT_EQ(status_of("dpcmon system -q -o /tmp/kept.dat --duration 100ms >/dev/null 2>&1; "
			    "cp /tmp/kept.dat /tmp/copy.dat"), 0);
	EXPECT_STATUS(1, "system -o /tmp/kept.dat -- no-such-command");
	EXPECT(!said("kernel "), "a report");
	EXPECT_EQ(status_of("cmp /tmp/kept.dat /tmp/copy.dat"), 0);
	EXPECT_STATUS(1, "record -o /tmp/kept.dat -- no-such-command");
	EXPECT(!said("kernel "), "a report");
	EXPECT_EQ(status_of("cmp /tmp/kept.dat /tmp/copy.dat"), 0);
}

/* ---- Live ----------------------------------------------------------------------------------- */

/* What dpcmon top has written last of the driver's stage @kind: the last column of its line. */
static unsigned long long top_says(const char *kind)
{
	unsigned long long over = 0;
	char line[400], name[32];
	bool ours = false;
	FILE *f = fopen("/tmp/top.out", "r");

	ASSERT(f, "/tmp/top.out: %m");
	snprintf(name, sizeof(name), "    %s ", kind);
	while (fgets(line, sizeof(line), f)) {
		/* "- dpc_edu", then its routines */
		if (*line == '-' || *line == 'k')
			ours = !strncmp(line, "- dpc_edu ", strlen("- dpc_edu "));
		if (ours && !strncmp(line, name, strlen(name)) && !strstr(line, "(irq "))
			sscanf(strrchr(line, ' '), "%llu", &over);
	}
	fclose(f);
	return over;
}

/* The numbers of the live view: all take longer than a microsecond, so all are over budget. */
TEST(dpcmon_system, top_counts_what_comes, 120)
{
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set_until_close(fd, 20, 20));
	edu_stats_settled(fd, &s);
	ASSERT_RET(0, edu_reset(fd));
	unlink("/tmp/top.out");
	ASSERT_EQ(status_of("dpcmon top --system --batch --interval 200ms --budget dpc=1,work=1 "
			    ">/tmp/top.out 2>/tmp/dpcmon.err & echo $! >/tmp/top.pid"), 0);
	ASSERT(KTAP_WAIT(30, !status_of("grep -q '^kernel ' /tmp/top.out")), "it shows nothing");
	ASSERT_EQ(status_of("dpcmon_test --load"), 0);
	edu_stats_settled(fd, &s);
	EXPECT(KTAP_WAIT(30, top_says("dpc") == s.stage[DPC_STAGE_DPC].count), "%llu of %llu DPCs",
	       top_says("dpc"), (unsigned long long)s.stage[DPC_STAGE_DPC].count);
	EXPECT(KTAP_WAIT(30, top_says("work") == s.stage[DPC_STAGE_WORK].count),
	       "%llu of %llu work items", top_says("work"),
	       (unsigned long long)s.stage[DPC_STAGE_WORK].count);
	EXPECT(s.stage[DPC_STAGE_DPC].count > 0, "no load");
	EXPECT_EQ(status_of("kill $(cat /tmp/top.pid)"), 0);
	EXPECT_EQ(status_of("grep -q 'events lost' /tmp/top.out"), 1);
	/* nothing of it stays behind */
	EXPECT(KTAP_WAIT(20, status_of("ls /sys/kernel/tracing/instances | grep -q dpcmon-") == 1),
	       "its trace instance");
}

TEST(dpcmon_system, top_says_that_its_trace_was_switched_off, 60)
{
	unlink("/tmp/top.out");
	ASSERT_EQ(status_of("dpcmon top --system --batch --interval 200ms --budget isr=0,dpc=0,work=1000000 "
			    ">/tmp/top.out 2>/dev/null & echo $! >/tmp/top.pid"), 0);
	ASSERT(KTAP_WAIT(30, !status_of("grep -q '^Fit' /tmp/top.out")), "it measures nothing");
	EXPECT_EQ(status_of("for f in /sys/kernel/tracing/instances/dpcmon-*; do "
			    "echo 0 >$f/tracing_on; done"), 0);
	EXPECT(KTAP_WAIT(30, !status_of("grep -q 'the trace was disturbed' /tmp/top.out")),
	       "not a word");
	EXPECT_EQ(status_of("kill $(cat /tmp/top.pid)"), 0);
}

TEST(dpcmon_system, top_refuses_what_it_can_not_do, 60)
{
	EXPECT_STATUS(1, "top --system");	/* no terminal */
	EXPECT_STATUS(1, "top --system --device dpc_edu0 --once");
	EXPECT_STATUS(1, "top --system --budget edu0.dpc=5 --once");
	EXPECT_STATUS(1, "top --for audio --once");
	EXPECT_STATUS(0, "top --system --for audio --once");
	EXPECT(said("per s"), "no table");
}

/* ---- The worst interrupt of a driver on the library ------------------------------------------ */

/* The part of the worst interrupt that is a wait for the DPC; NULL if there is none. */
static struct json_object *worst_wait(struct json_object *report)
{
	struct json_object *worst = member(interrupt_named(report, "dpc_edu0"), "worst");

	ASSERT(worst, "no worst interrupt");
	return member_of(member(worst, "parts"), "what", "isr_to_dpc");
}

/* With a DPC that takes its time, and with one in a thread that has to be woken. */
TEST(dpcmon_system, waits_of_the_worst_interrupt_are_taken_apart, 180)
{
	static const uint32_t models[] = { DPC_MODEL_DPC, DPC_MODEL_WQ };
	struct json_object *report, *wait, *meanwhile, *parts;
	int fd = edu_open(O_RDWR);
	unsigned long long sum;
	struct dpc_snapshot s;
	size_t i, j;

	edu_budgets_off(fd);
	ASSERT_RET(0, edu_body_set_until_close(fd, BODY_US, BODY_US));
	for (i = 0; i < ARRAY_SIZE(models); i++) {
		edu_stats_settled(fd, &s);
		ASSERT_RET(0, edu_model_set(fd, models[i]));
		EXPECT_STATUS(0, "record -q --sched-switch -o /tmp/wait.dat -- dpcmon_test --load");
		EXPECT_STATUS(0, "report -q --json /tmp/report.json /tmp/wait.dat");
		report = parsed("/tmp/report.json");
		wait = worst_wait(report);
		ASSERT(wait, "%s: it did not wait", model_names[models[i]]);
		meanwhile = member(wait, "meanwhile");
		ASSERT(meanwhile, "%s: not known", model_names[models[i]]);
		parts = member(meanwhile, "parts");
		sum = number(meanwhile, "rest_ns");
		for (j = 0; j < json_object_array_length(parts); j++)
			sum += number(json_object_array_get_idx(parts, j), "ns");
		EXPECT(sum == number(wait, "ns"), "%s: the parts are %llu of %llu ns",
		       model_names[models[i]], sum, number(wait, "ns"));
		EXPECT(number(meanwhile, "rest_ns") * 20 <= sum, "%s: of %llu ns, %llu are not known",
		       model_names[models[i]], sum, number(meanwhile, "rest_ns"));
		json_object_put(report);
	}
	EXPECT_STATUS(0, "report /tmp/wait.dat");
	EXPECT(said("      meanwhile "), "not in the text");
	EXPECT_STATUS(0, "system -q --budget isr=0,dpc=1000000 --trace /tmp/wait.dat");
	edu_stats_settled(fd, &s);
	EXPECT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
	EXPECT_STATUS(0, "record -q -o /tmp/wait.dat -- dpcmon_test --load");
	EXPECT_STATUS(0, "report -q --json /tmp/report.json /tmp/wait.dat");
	report = parsed("/tmp/report.json");
	wait = worst_wait(report);
	EXPECT(!wait || !json_object_object_get(wait, "meanwhile"), "what was not recorded is known");
	json_object_put(report);
}
