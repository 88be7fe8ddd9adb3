// SPDX-License-Identifier: GPL-2.0-only
/*
 * What dpcmon system gives to others, of reports made by hand: results of a check, a page, metrics.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "openmetrics.h"
#include "params.h"
#include "stat_openmetrics.h"
#include "symbols.h"
#include "system.h"
#include "system_check.h"
#include "system_html.h"
#include "system_openmetrics.h"
#include "system_preset.h"
#include "system_report.h"
#include "util.h"
#include "verdict.h"

#include "../../tests/ktap.h"

#define US		1000ULL

/* A report that a test makes. */
struct made {
	struct params		params;
	struct system		*s;
	struct symbols		symbols;
	struct system_owners	owners;
	struct system_report	r;
};

static void begin(struct made *m)
{
	static const uint64_t budgets[DPC_STAGE_NR] = {
		[DPC_STAGE_ISR] = 25 * US, [DPC_STAGE_DPC] = 100 * US,
	};

	*m = (struct made){
		.params = { .command = CMD_SYSTEM, .line = (char *)"dpcmon",
			    .preset = SYSTEM_PRESET_NONE },
		.s = system_new(budgets, NULL),
	};
	m->r = (struct system_report){
		.params = &m->params, .s = m->s, .symbols = &m->symbols, .owners = &m->owners,
		.kernel = "6.12", .architecture = "", .disturbed = "",
		.date = "2026-11-30 06:00:00 +0000", .cpus = 2,
	};
}

static void made(struct made *m)
{
	system_finish(m->s);
	system_report_make(&m->r);
}

static void end(struct made *m)
{
	system_report_free(&m->r);
	system_free(m->s);
	symbols_free(&m->symbols);
}

static void event(struct made *m, struct system_event e)
{
	system_event(m->s, &e);
}

/* An interrupt of the action @name, from @us on for @length. */
static void irq(struct made *m, const char *name, unsigned int nr, uint64_t us, uint64_t length)
{
	struct system_event e = {
		.type = SYSTEM_IRQ_ENTRY, .pid = 100, .hard = true, .ts = us * US, .number = nr,
		.name = name,
	};

	event(m, e);
	e.type = SYSTEM_IRQ_EXIT;
	e.ts += length * US;
	event(m, e);
}

/* The test of @object and @stage; one that is not there ends the test. */
static const struct check_test *test_of(const struct check *c, const char *object,
					const char *stage)
{
	const struct check_test *found = NULL;
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		if (strcmp(c->tests[i].object, object) || strcmp(c->tests[i].stage, stage))
			continue;
		ASSERT(!found, "two tests %s.%s", object, stage);
		found = &c->tests[i];
	}
	ASSERT(found, "no test %s.%s", object, stage);
	return found;
}

/* ---- dpcmon check --system ------------------------------------------------------------- */

TEST(check, interrupt_has_its_number)
{
	struct check c = { 0 };
	struct made m;

	begin(&m);
	irq(&m, "ahci", 27, 10, 5);
	irq(&m, "ahci", 28, 20, 30);
	made(&m);
	system_check_judge(&c, &m.r);
	EXPECT_EQ(c.nr, 1);
	EXPECT_EQ(test_of(&c, "ahci", "isr")->irq, 28);
	EXPECT_EQ(test_of(&c, "ahci", "isr")->hist->count, 2);
	EXPECT_EQ(test_of(&c, "ahci", "isr")->over_budget, 1);
	EXPECT_EQ(test_of(&c, "ahci", "isr")->status, CHECK_FAIL);
	EXPECT(!strcmp(test_of(&c, "ahci", "isr")->routine, "ahci (irq 28)"), "another routine");
	check_free(&c);
	end(&m);
}

/* Also if nobody knows how many. */
TEST(check, lost_events_are_not_within_budget)
{
	struct check c = { 0 };
	struct made m;

	begin(&m);
	irq(&m, "ahci", 27, 10, 5);
	event(&m, (struct system_event){ .type = SYSTEM_OTHER, .lost = -1, .ts = 20 * US });
	made(&m);
	system_check_judge(&c, &m.r);
	EXPECT_EQ(test_of(&c, "ahci", "isr")->status, CHECK_PASS);
	EXPECT_EQ(check_exit_status(&c), EXIT_ERROR);
	check_free(&c);
	end(&m);
}

/* Of a poll in a thread no event says when it began. */
TEST(check, what_has_no_time_is_skipped)
{
	struct check c = { 0 };
	struct made m;

	begin(&m);
	event(&m, (struct system_event){
		.type = SYSTEM_NAPI_POLL, .pid = 7, .ts = 20 * US, .name = "eth0",
	});
	made(&m);
	system_check_judge(&c, &m.r);
	EXPECT_EQ(test_of(&c, "eth0", "napi")->status, CHECK_UNTIMED);
	EXPECT_EQ(check_exit_status(&c), EXIT_ERROR);
	check_free(&c);
	end(&m);
}

/* KTAP and KCIDB have few letters, and tell tests apart by their names alone. */
TEST(check, names_of_drivers_stay_different)
{
	struct check c = { 0 };
	struct made m;

	begin(&m);
	irq(&m, "a:b", 1, 10, 5);
	irq(&m, "a.b", 2, 20, 5);
	irq(&m, "a b", 3, 30, 5);
	irq(&m, "a_b-2", 4, 40, 5);
	irq(&m, "", 5, 50, 5);
	made(&m);
	system_check_judge(&c, &m.r);
	EXPECT_EQ(c.nr, 5);
	test_of(&c, "a_b", "isr");
	test_of(&c, "a_b-2", "isr");
	test_of(&c, "a_b-3", "isr");
	test_of(&c, "a_b-2-2", "isr");
	test_of(&c, "_", "isr");
	check_free(&c);
	end(&m);
}

/* The order of a report changes with the times, that of tests does not. */
TEST(check, tests_are_in_the_order_of_names)
{
	struct check c = { 0 };
	struct made m;

	begin(&m);
	irq(&m, "z", 1, 10, 50);
	irq(&m, "a", 2, 100, 5);
	made(&m);
	system_check_judge(&c, &m.r);
	ASSERT_EQ(c.nr, 2);
	EXPECT(!strcmp(c.tests[0].object, "a"), "%s is first", c.tests[0].object);
	check_free(&c);
	end(&m);
}

/* ---- dpcmon system --html -------------------------------------------------------------- */

/* What @write makes of it, for free(). */
static char *written(const struct made *m,
		     int (*write)(const struct system_report *r, const char *path))
{
	char path[] = "/tmp/dpcmon-unit-XXXXXX", *text = xcalloc(1, 1 << 20);
	int fd = mkstemp(path);
	FILE *f;

	ASSERT(fd >= 0, "no file");
	close(fd);
	ASSERT_RET(0, write(&m->r, path));
	f = fopen(path, "r");
	ASSERT(f, "it can't be read");
	ASSERT(fread(text, 1, (1 << 20) - 1, f) > 0, "it is empty");
	fclose(f);
	unlink(path);
	return text;
}

TEST(page, names_are_escaped)
{
	struct made m;
	char *text;

	begin(&m);
	irq(&m, "<img src=x>\"&", 1, 10, 50);
	made(&m);
	text = written(&m, system_html);
	EXPECT(!strstr(text, "<img"), "a name is a tag");
	EXPECT(strstr(text, "&lt;img src=x&gt;&quot;&amp;"), "no such name");
	free(text);
	end(&m);
}

TEST(page, furthest_over_its_budget_is_first)
{
	struct made m;
	char *text;

	begin(&m);
	irq(&m, "busy", 1, 1000, 24);
	irq(&m, "busy", 1, 2000, 24);
	irq(&m, "late", 2, 3000, 26);
	irq(&m, "later", 3, 4000, 27);
	made(&m);
	text = written(&m, system_html);
	ASSERT(strstr(text, ">late</a>") && strstr(text, ">later</a>") && strstr(text, ">busy</a>"),
	       "a driver is missing");
	EXPECT(strstr(text, ">later</a>") < strstr(text, ">late</a>"), "late is first");
	EXPECT(strstr(text, ">late</a>") < strstr(text, ">busy</a>"), "busy is before late");
	EXPECT(strstr(text, "class=\"verdict bad\"") < strstr(text, "<h2"), "no verdict first");
	free(text);
	end(&m);
}

/* A tasklet of 2 ms that is interrupted every 20 us. */
static const struct system_row *interrupted_tasklet(struct made *m)
{
	unsigned int i;

	event(m, (struct system_event){
		.type = SYSTEM_SOFTIRQ_ENTRY, .pid = 100, .number = 6, .ts = 90 * US,
	});
	event(m, (struct system_event){
		.type = SYSTEM_TASKLET_ENTRY, .pid = 100, .object = 1, .function = 1,
		.ts = 100 * US,
	});
	for (i = 0; i < 100; i++)
		irq(m, "eth0", 24, 110 + 20 * i, 1 + i % 7);
	event(m, (struct system_event){
		.type = SYSTEM_TASKLET_EXIT, .pid = 100, .object = 1, .ts = 2100 * US,
	});
	for (i = 0; i < m->s->rows.nr; i++)
		if (m->s->rows.list[i]->kind == SYSTEM_TASKLET)
			return m->s->rows.list[i];
	ASSERT(false, "no tasklet");
}

/* The steps of the picture follow each other, and only the shortest are missing. */
TEST(page, steps_of_the_longest_call_are_in_order)
{
	const struct system_worst *w;
	uint64_t shortest = UINT64_MAX;
	struct made m;
	unsigned int i;

	begin(&m);
	w = &interrupted_tasklet(&m)->worst;
	EXPECT_EQ(w->ns, 2000 * US);
	EXPECT(w->nr_steps > SYSTEM_STEPS / 2 && w->nr_steps <= SYSTEM_STEPS, "%u steps",
	       w->nr_steps);
	for (i = 0; i < w->nr_steps; i++) {
		const struct system_stretch *step = &w->steps[i];

		EXPECT(step->from < step->to && step->from >= 100 * US && step->to <= 2100 * US,
		       "a step is not in the call");
		EXPECT(!i || w->steps[i - 1].to <= step->from, "step %u begins too early", i);
		if (step->to - step->from < shortest)
			shortest = step->to - step->from;
	}
	/* 100 stretches of the tasklet are of 13 us and more, those of interrupts of 1 to 7 */
	EXPECT(shortest >= 13 * US, "of %llu ns", (unsigned long long)shortest);
	end(&m);
}

/* A coarse clock gives many the same length: the longest is not left out for them. */
TEST(page, longest_step_is_there_beside_equal_ones)
{
	struct system_stretches s = { 0 };
	struct system_worst w = { 0 };
	uint64_t ts = US;
	unsigned int i;

	system_worst_until(&s, ts, NULL, 1);
	for (i = 0; i < 100; i++) {
		ts += 10 * US;
		system_worst_until(&s, ts, NULL, 1 + i % 2);
	}
	ts += 1000 * US;
	system_worst_until(&s, ts, NULL, 3);
	system_worst_offer(&w, &s, 0, ts, ts - US, 0, true);
	EXPECT_EQ(w.nr_steps, SYSTEM_STEPS);
	EXPECT_EQ(w.steps[SYSTEM_STEPS - 1].pid, 3);
	EXPECT_EQ(w.steps[0].pid, 1);
}

/* ---- OpenMetrics ------------------------------------------------------------------------ */

TEST(openmetrics, labels_are_escaped)
{
	char *labels = NULL;

	openmetrics_label(&labels, "a", "x\\y\"z\n");
	openmetrics_label(&labels, "b", "");
	EXPECT(!strcmp(labels, "a=\"x\\\\y\\\"z\\n\",b=\"\""), "%s", labels);
	free(labels);
}

/* The text that @write writes with @what, for free(). */
static char *made_seconds(uint64_t ns)
{
	static const struct openmetrics_family f = { "t", "gauge", NULL, "A time." };
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);

	openmetrics_seconds(out, &f, "", NULL, ns);
	fclose(out);
	return text;
}

TEST(openmetrics, times_are_exact)
{
	static const struct {
		uint64_t	ns;
		const char	*text;
	} times[] = {
		{ 0, "t 0.0\n" }, { 1, "t 0.000000001\n" }, { 1500, "t 0.0000015\n" },
		{ 10000000000ULL, "t 10.0\n" },
		{ UINT64_MAX, "t 18446744073.709551615\n" },
	};
	unsigned int i;
	char *text;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		text = made_seconds(times[i].ns);
		EXPECT(!strcmp(text, times[i].text), "%s", text);
		free(text);
	}
}

/* Two interrupts of one name and number would be one; two functions of one name need not be. */
TEST(openmetrics, samples_of_one_name_stay_different)
{
	struct made m;
	char *text;

	begin(&m);
	m.r.began_ns = 5;
	event(&m, (struct system_event){ .type = SYSTEM_NAPI_POLL, .pid = 7, .name = "a\"\\b" });
	irq(&m, "eth0", 1, 10, 5);
	event(&m, (struct system_event){
		.type = SYSTEM_TIMER_ENTRY, .pid = 100, .object = 1, .function = 0x1000,
		.ts = 100 * US,
	});
	event(&m, (struct system_event){
		.type = SYSTEM_TIMER_EXIT, .pid = 100, .object = 1, .ts = 101 * US,
	});
	event(&m, (struct system_event){
		.type = SYSTEM_TIMER_ENTRY, .pid = 100, .object = 1, .function = 0x2000,
		.ts = 102 * US,
	});
	event(&m, (struct system_event){
		.type = SYSTEM_TIMER_EXIT, .pid = 100, .object = 1, .ts = 104 * US,
	});
	symbols_add(&m.symbols, 0x1000, "tick");
	symbols_add(&m.symbols, 0x2000, "tick");
	made(&m);
	text = written(&m, system_openmetrics);
	EXPECT(strstr(text, ",kind=\"timer\",routine=\"tick\"} 1\n"), "no tick");
	EXPECT(strstr(text, "routine=\"tick #2\"} 1\n"), "no second tick");
	EXPECT(strstr(text, "routine=\"a\\\"\\\\b\""), "not escaped");
	EXPECT(strstr(text, "run_seconds_created{driver=\"eth0\",kind=\"isr\",routine=\"eth0 ("),
	       "no time of creation");
	EXPECT(strstr(text, "irq 1)\"} 0.000000005\n"), "another time of creation");
	free(text);
	end(&m);
}

/* What an RT kernel does: a call goes with its thread, which others run in between. */
TEST(perfetto, open_calls_go_with_their_thread)
{
	struct system_open calls[SYSTEM_DEPTH];
	struct made m;
	int pid;

	begin(&m);
	event(&m, (struct system_event){
		.type = SYSTEM_WORK_QUEUE, .pid = 5, .cpu = 1, .object = 9, .function = 1,
		.ts = 1 * US,
	});
	event(&m, (struct system_event){
		.type = SYSTEM_WORK_ENTRY, .pid = 100, .object = 9, .function = 1, .ts = 3 * US,
	});
	EXPECT_EQ(system_open_calls(m.s, 0, calls, &pid), 1);
	EXPECT_EQ(pid, 100);
	EXPECT_EQ(calls[0].wait_ns, 2 * US);
	EXPECT_EQ(calls[0].from, 1);
	event(&m, (struct system_event){
		.type = SYSTEM_SWITCH, .pid = 100, .task = 7, .name = "b", .ts = 4 * US,
	});
	EXPECT_EQ(system_open_calls(m.s, 0, calls, &pid), 0);
	EXPECT_EQ(pid, 7);
	event(&m, (struct system_event){
		.type = SYSTEM_SWITCH, .pid = 7, .task = 100, .name = "a", .ts = 5 * US,
	});
	EXPECT_EQ(system_open_calls(m.s, 0, calls, &pid), 1);
	EXPECT_EQ(calls[0].start, 3 * US);
	EXPECT_EQ(system_open_calls(m.s, 5, calls, &pid), 0);
	EXPECT_EQ(pid, -1);
	end(&m);
}

/* Object 3 as a sum, object 4 by CPU, for tests/openmetrics_test. */
static int write_stat(const char *path)
{
	struct dpc_object o = {
		.id = 3, .kind = DPC_OBJECT_INTERRUPT, .irq = 29, .name = "dpc_edu0",
		.device = "0000:00:04.0", .driver = "dpc_edu",
	};
	struct counters c = { .cpu = DPC_SNAPSHOT_CPU_ALL, .interrupts = 7, .violations = 1 };
	struct stat_metrics m = { 0 };
	struct stat_metrics_set *set;
	int ret;

	c.budget_us[DPC_STAGE_DPC] = 100;
	c.stage[DPC_STAGE_DPC] = (struct dpc_stage_stats){
		.count = 6, .total_ns = 500000000, .max_ns = 400000000, .over_budget = 1,
		.hist = { 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3 },
	};
	set = stat_openmetrics_add(&m, &o, &c);
	set->has_raises = true;
	set->raises.raised = 9;
	set->raises.wait = (struct dpc_stage_stats){ .count = 2, .total_ns = 9, .hist = { 2 } };
	o.id = 4;
	stat_openmetrics_add(&m, &o, &c)->split = true;
	for (c.cpu = 0; c.cpu < 2; c.cpu++)
		stat_openmetrics_add(&m, &o, &c)->part = true;
	ret = stat_openmetrics_write(&m, path);
	stat_openmetrics_free(&m);
	return ret ? EXIT_ERROR : 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--stat"))
		return write_stat(argv[2]);
	return ktap_run(argv + 1, NULL, NULL);
}
