// SPDX-License-Identifier: GPL-2.0-only
/*
 * bodies_test: dpcmon system on routines that take a known time, of a driver on the library and
 * of one that uses the kernel's own mechanisms.  For a machine in virtual time: elsewhere, a
 * busy host makes an event longer than the 2 us that are allowed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dpcmon_test.h"

#define SYSTEM	"dpcmon system -q --json /tmp/body.json --budget isr=1000000,dpc=1000000 "
#define BENCH	"/lib/modules/dpc/dpc_bench.ko"
#define RESULTS	"/sys/kernel/debug/dpc_bench/results"

static const unsigned int bodies_us[] = { 20, 200, 2000 };

/* Runs @command while dpcmon records. */
static struct json_object *recorded(const char *command)
{
	struct json_object *system;
	char line[300];
	int status;

	snprintf(line, sizeof(line), SYSTEM "-- %s >/tmp/dpcmon.out 2>/tmp/dpcmon.err", command);
	status = status_of(line);
	EXPECT(!status, "%s: status %d", line, status);
	if (status)
		note_output();
	system = parsed("/tmp/body.json");
	EXPECT_EQ(number(system, "lost"), 0);
	EXPECT(!member(system, "disturbed"), "disturbed");
	return system;
}

static const char *text(struct json_object *o, const char *key)
{
	return json_object_get_string(member(o, key));
}

/* The row of @driver of that kind, whose name begins with @name; fails if there is none. */
static struct json_object *row(struct json_object *system, const char *driver, const char *kind,
			       const char *name)
{
	struct json_object *d = member_of(member(system, "drivers"), "driver", driver), *rows, *r;
	size_t i;

	ASSERT(d, "no driver %s", driver);
	rows = member(d, "rows");
	for (i = 0; i < json_object_array_length(rows); i++) {
		r = json_object_array_get_idx(rows, i);
		if (!strcmp(text(r, "kind"), kind) && !strncmp(text(r, "name"), name, strlen(name)))
			return r;
	}
	ASSERT(false, "%s has no %s %s", driver, kind, name);
}

/* As often as was counted, and as long within 5 % or 2 us. */
static void expect(struct json_object *r, unsigned long long count, unsigned long long total_ns,
		   const char *what, unsigned int us)
{
	long long ours = number(member(r, "run"), "total_ns"), theirs = total_ns;

	EXPECT(number(r, "count") == count && number(member(r, "run"), "count") == count,
	       "%s, %u us: %llu, counted %llu", what, us, number(r, "count"), count);
	ASSERT(count, "%s, %u us: nothing", what, us);
	ours /= count;
	theirs /= count;
	EXPECT(llabs(ours - theirs) <= 2000 || llabs(ours - theirs) * 20 <= theirs,
	       "%s, %u us: %lld ns each, counted %lld ns", what, us, ours, theirs);
	ktap_note("%s, %u us: %lld ns each, counted %lld ns", what, us, ours, theirs);
}

TEST(bodies, of_a_driver_on_the_library, 400)
{
	static const unsigned int models[] = {
		DPC_MODEL_TASKLET, DPC_MODEL_BH_WQ, DPC_MODEL_THREADED, DPC_MODEL_WQ,
		DPC_MODEL_KTHREAD,
	};
	int fd = edu_open(O_RDWR);
	struct dpc_model_info info;
	struct json_object *system;
	struct dpc_snapshot s;
	unsigned int i, j;

	edu_budgets_off(fd);
	for (i = 0; i < ARRAY_SIZE(models); i++) {
		ASSERT_RET(0, edu_model_query(fd, models[i], &info));
		if (!info.available)
			continue;
		for (j = 0; j < ARRAY_SIZE(bodies_us); j++) {
			edu_stats_settled(fd, &s);
			ASSERT_RET(0, edu_model_set(fd, models[i]));
			ASSERT_RET(0, edu_body_set_until_close(fd, bodies_us[j], bodies_us[j]));
			ASSERT_RET(0, edu_reset(fd));
			system = recorded("dpcmon_test --burst");
			edu_stats_settled(fd, &s);
			expect(row(system, "dpc_edu", "dpc", "dpc_edu_dpc"),
			       s.stage[DPC_STAGE_DPC].count, s.stage[DPC_STAGE_DPC].total_ns,
			       model_names[models[i]], bodies_us[j]);
			expect(row(system, "dpc_edu", "work", "dpc_edu_work"),
			       s.stage[DPC_STAGE_WORK].count, s.stage[DPC_STAGE_WORK].total_ns,
			       model_names[models[i]], bodies_us[j]);
			json_object_put(system);
		}
	}
	EXPECT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
}

static const struct {
	const char	*mechanism;
	const char	*kind;
	const char	*name;
} mechanisms[] = {
	{ "tasklet", "tasklet", "dpc_bench_body_tasklet" },
	{ "bh_wq", "bh_work", "dpc_bench_body_work" },
	{ "wq", "work", "dpc_bench_body_work" },
	{ "kthread", "kthread_work", "dpc_bench_body_kthread" },
};

/* Whether it is one: "what=body mechanism=tasklet us=20 count=50 total_ns=1012345" */
static bool expect_result(struct json_object *system, const char *line)
{
	unsigned long long count, total_ns;
	char mechanism[16];
	unsigned int i, us;

	if (sscanf(line, "what=body mechanism=%15s us=%u count=%llu total_ns=%llu", mechanism, &us,
		   &count, &total_ns) != 4)
		return false;
	for (i = 0; i < ARRAY_SIZE(mechanisms); i++) {
		if (strcmp(mechanisms[i].mechanism, mechanism))
			continue;
		expect(row(system, "dpc_bench", mechanisms[i].kind, mechanisms[i].name), count,
		       total_ns, mechanism, us);
		return true;
	}
	return false;
}

TEST(bodies, of_a_driver_without_it, 200)
{
	struct json_object *system;
	char line[200];
	unsigned int j, compared;
	FILE *f;

	for (j = 0; j < ARRAY_SIZE(bodies_us); j++) {
		snprintf(line, sizeof(line), "insmod " BENCH " part=body items=40 body_us=%u",
			 bodies_us[j]);
		system = recorded(line);
		f = fopen(RESULTS, "r");
		ASSERT(f, "no " RESULTS);
		for (compared = 0; fgets(line, sizeof(line), f); )
			compared += expect_result(system, line);
		fclose(f);
		/* before 6.9, there is no BH workqueue */
		EXPECT_GE(compared, ARRAY_SIZE(mechanisms) - 1);
		ASSERT_EQ(status_of("rmmod dpc_bench"), 0);
		json_object_put(system);
	}
}

int main(int argc, char **argv)
{
	(void)argc;
	ktap_prepare();
	return ktap_run(argv + 1, NULL, NULL);
}
