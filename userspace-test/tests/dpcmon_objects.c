// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon_test: objects that are told apart by id and device, devices that dpcmon does not
 * raise, and those that come and go.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dpcmon_test.h"

#define DRIVER	"/sys/bus/pci/drivers/dpc_edu/"

static bool err_says(const char *what)
{
	static char text[8192];

	if (!file_tail("/tmp/dpcmon.err", text, sizeof(text)) && strstr(text, what))
		return true;
	ktap_note("it says: %s", text);
	return false;
}

static int tool(const char *args)
{
	char line[400];

	snprintf(line, sizeof(line), "dpcmon %s >/tmp/dpcmon.out 2>/tmp/dpcmon.err", args);
	return status_of(line);
}

/* The id of the device @nr, by its address. */
static unsigned long long id_of(int nr)
{
	struct json_object *list, *o;
	char bdf[32];
	size_t i;

	edu_bdf(nr, bdf);
	ASSERT_EQ(tool("list --json"), 0);
	list = member(parsed("/tmp/dpcmon.out"), "objects");
	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		if (!strcmp(json_object_get_string(member(o, "kind")), "interrupt") &&
		    !strcmp(json_object_get_string(member(o, "device")), bdf))
			return number(o, "id");
	}
	ASSERT(false, "%s is not listed", bdf);
}

/* ---- list, and which object is meant ---------------------------------------------------- */

TEST(dpcmon_objects, list_has_a_row_for_each_device)
{
	char text[80], bdf[32];
	int nr;

	edu_need_second();
	EXPECT(id_of(0) != id_of(1), "one id for two devices");
	EXPECT_STATUS(0, "list");
	EXPECT(said("id  name"), "no head");
	for (nr = 0; nr < 2; nr++) {
		edu_bdf(nr, bdf);
		snprintf(text, sizeof(text), "%2llu  dpc_edu%d  interrupt", id_of(nr), nr);
		EXPECT_STATUS(0, "list");
		EXPECT(said(text), "no row \"%s\"", text);
		EXPECT(said(bdf), "no device %s", bdf);
	}
	EXPECT(said(" -  unbound"), "no row for DPCs without an interrupt");
	EXPECT(said(" -  threaded"), "no row for threaded DPCs");
	EXPECT_STATUS(0, "list --device threaded");
	EXPECT(said("-  threaded  threaded"), "what the list shows finds nothing");
	EXPECT(!said("dpc_edu0"), "one is asked for, more are shown");
}

/* What "stat --device @which" shows. */
static unsigned long long id_by(const char *which)
{
	char args[200];

	snprintf(args, sizeof(args), "stat --json --device '%s'", which);
	EXPECT(tool(args) == 0, "%s", args);
	return number(parsed("/tmp/dpcmon.out"), "id");
}

TEST(dpcmon_objects, a_device_has_many_names, 60)
{
	char id[32], bdf[32], vector[40];
	int nr;

	edu_need_second();
	for (nr = 0; nr < 2; nr++) {
		edu_bdf(nr, bdf);
		snprintf(id, sizeof(id), "#%llu", id_of(nr));
		snprintf(vector, sizeof(vector), "%s/0", bdf);
		EXPECT_EQ(id_by(id), id_of(nr));
		EXPECT_EQ(id_by(id + 1), id_of(nr));
		EXPECT_EQ(id_by(bdf), id_of(nr));
		EXPECT_EQ(id_by(strchr(bdf, ':') + 1), id_of(nr));
		EXPECT_EQ(id_by(vector), id_of(nr));
		EXPECT_EQ(id_by(nr ? "dpc_edu1" : "dpc_edu0"), id_of(nr));
		EXPECT_EQ(id_by(edu_path[nr]), id_of(nr));
	}
	EXPECT_EQ(id_by("unbound"), DPC_ID_UNBOUND);
	EXPECT_EQ(id_by("threaded"), DPC_ID_THREADED);
	EXPECT_STATUS(1, "stat -d dpc_edu9");
	EXPECT_STATUS(1, "stat -d '#4000'");
	EXPECT(err_says("no object has this id"), "id");
	EXPECT_STATUS(1, "stat -d 0000:00:04.0/5");
	EXPECT_STATUS(1, "stat -d /dev/null");
	EXPECT(err_says("not a device of dpc_edu.ko or dpc_pci.ko"), "path");
}

TEST(dpcmon_objects, one_of_two_has_to_be_named)
{
	edu_need_second();
	EXPECT_STATUS(1, "run --interrupts 1");
	EXPECT(err_says("there are several interrupt objects: #"), "run");
	EXPECT(err_says("dpc_edu1 (0000:"), "the second one is not named");
	EXPECT(err_says("choose one by --device, with its number, name or address"), "what to do");
	EXPECT_STATUS(1, "compare --rounds 1");
	EXPECT(err_says("dpc_edu1 (0000:") && err_says("choose one by --device"), "compare");
	EXPECT_STATUS(1, "run --device all --interrupts 1");
}

/* ---- All of them -------------------------------------------------------------------------- */

/* Interrupts that "stat --device all" shows of the device @nr. */
static unsigned long long counted(int nr)
{
	unsigned long long id = id_of(nr);
	struct json_object *list, *o;
	size_t i;

	EXPECT_STATUS(0, "stat --json --device all");
	list = member(parsed("/tmp/dpcmon.out"), "objects");
	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		if (number(o, "id") == id)
			return number(o, "interrupts");
	}
	ASSERT(false, "object %llu is not shown", id);
}

TEST(dpcmon_objects, each_device_counts_its_own, 60)
{
	unsigned long long before[2];

	edu_need_second();
	before[0] = counted(0);
	before[1] = counted(1);
	ASSERT_RET(0, edu_burst(edu_open_nr(1, O_RDWR), 7, 1000, NULL));
	EXPECT_EQ(counted(0), before[0]);
	EXPECT_GE(counted(1), before[1] + 1);
	EXPECT_STATUS(0, "top --once");
	EXPECT(said("dpc_edu0 "), "top: the first one");
	EXPECT(said("dpc_edu1 "), "top: the second one");
	EXPECT_STATUS(0, "top --once --device dpc_edu1");
	EXPECT(!said("dpc_edu0 "), "top of one shows another");
}

/* M4: two cards of one driver are two sets of tests. */
TEST(dpcmon_objects, check_has_tests_for_each_device, 90)
{
	char text[120], bdf[32], *p;
	int nr;

	edu_need_second();
	EXPECT_STATUS(0, "check --interrupts 50 --budget " NO_BUDGETS ",isr=900000");
	EXPECT(said("KTAP version 1\n1..15\n"), "not 2 x 6 + 3");
	for (nr = 0; nr < 2; nr++) {
		edu_bdf(nr, bdf);
		for (p = bdf; *p; p++)
			if (*p == ':' || *p == '.')
				*p = '_';
		snprintf(text, sizeof(text), "dpc_edu%d-%llu-%s_0.isr\n", nr, id_of(nr), bdf);
		EXPECT_STATUS(0, "check --interrupts 50 --budget " NO_BUDGETS ",isr=900000");
		EXPECT(said(text), "no test %s", text);
	}
	EXPECT_STATUS(0, "check --device dpc_edu1 --interrupts 50 --budget " NO_BUDGETS ",isr=900000");
	EXPECT(said("KTAP version 1\n1..9\n"), "not 6 + 3");
	EXPECT(said("\nok 1 dpc_edu1.isr\n"), "the name is not plain");
}

/* ---- What dpcmon does not raise ------------------------------------------------------------ */

/*
 * An interrupt every 5 ms or so of the first device, until *@arg.  Each is a burst of its own:
 * in between, no request is in flight, and the model can be switched.
 */
static int bring_interrupts(void *arg)
{
	const bool *stop = arg;
	int fd = edu_open(O_RDWR);

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
		ktap_pause_us(5000);
	}
	return 0;
}

/* M6: nothing came, so nothing was measured, and that is no success. */
TEST(dpcmon_objects, what_did_not_come_is_1, 90)
{
	EXPECT_STATUS(1, "check --device dpc_edu0 --wait 1s --budget isr=900000");
	EXPECT(err_says("nothing came in 1.0 s"), "check");
	EXPECT(!said("\nok 1 "), "something passed");
	EXPECT_STATUS(1, "run --device dpc_edu0 --wait 1s");
	EXPECT_STATUS(1, "compare --device dpc_edu0 --models dpc --load none --rounds 1 --wait 1s");
	EXPECT(err_says("nothing came in 1.0 s of round 1"), "compare");
}

TEST(dpcmon_objects, what_comes_is_measured, 180)
{
	bool *stop = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct json_object *o, *cell;
	pid_t pid;

	ASSERT(stop != MAP_FAILED, "no memory");
	pid = ktap_spawn(bring_interrupts, stop);
	EXPECT_STATUS(0, "check --device dpc_edu0 --wait 2s --budget " NO_BUDGETS ",isr=900000");
	EXPECT(said("dpcmon raised nothing, as --wait says: measured are the "), "not said");
	EXPECT(said("\nok 1 dpc_edu0.isr\n"), "isr");
	EXPECT_STATUS(0, "compare --device dpc_edu0 --models dpc,tasklet --load none --rounds 1 "
		      "--interrupts 20 --wait 10s --json /tmp/wait.json");
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	EXPECT_EQ(ktap_reap(pid, 60), 0);
	EXPECT(said("dpcmon raises nothing: a round takes what the device brings"), "not said");
	o = parsed("/tmp/wait.json");
	EXPECT(!json_object_get_boolean(member(o, "raised_by_dpcmon")), "who raised");
	cell = json_object_array_get_idx(member(json_object_array_get_idx(member(o, "loads"), 0),
						"models"), 0);
	EXPECT_GE(number(cell, "interrupts"), 20);
	EXPECT_EQ(number(cell, "raised"), 0);
	munmap(stop, 4096);
}

/* ---- Budgets for a while ------------------------------------------------------------------- */

/* Budget of the DPC of the first device, in ns. */
static unsigned long long budget_ns(void)
{
	EXPECT_STATUS(0, "stat --json --device dpc_edu0");
	return number(member(member(parsed("/tmp/dpcmon.out"), "stages"), "dpc"), "budget_ns");
}

/* M4: the kernel stops at a budget that it knows for the recording only. */
TEST(dpcmon_objects, a_recording_lends_its_budgets, 90)
{
	int fd = edu_open(O_RDWR);

	budgets_off();
	ASSERT_RET(0, edu_body_set(fd, 2000, 0));
	EXPECT_STATUS(0, "record -q -o /tmp/lent.dat --stop-on-overrun --budget edu1.dpc=500 "
		      "-- dpcmon_test --burst");
	EXPECT_STATUS(2, "record -o /tmp/lent.dat --stop-on-overrun --budget edu0.dpc=500 "
		      "-- dpcmon_test --burst");
	EXPECT(said("Stopped at the first overrun"), "it was not stopped");
	EXPECT_EQ(budget_ns(), 0);
	ASSERT_RET(0, edu_body_set(fd, 0, 0));
}

TEST(dpcmon_objects, top_lends_its_budgets, 90)
{
	budgets_off();
	ASSERT_EQ(status_of("dpcmon top -d dpc_edu0 --batch --interval 200ms --budget dpc=777 "
			    ">/tmp/top.out 2>&1 & echo $! >/tmp/top.pid"), 0);
	EXPECT(KTAP_WAIT(20, budget_ns() == 777000), "it was not set");
	EXPECT_EQ(status_of("kill $(cat /tmp/top.pid)"), 0);
	EXPECT(KTAP_WAIT(20, budget_ns() == 0), "it stays");
	EXPECT_STATUS(0, "top -d dpc_edu0 --once");
}

/* ---- What comes and goes ------------------------------------------------------------------- */

struct unbinding {
	const char	*when;		/* a file; dpcmon is at it when it has written there */
	char		bdf[32];
};

static int unbind_when_it_writes(void *arg)
{
	struct unbinding *u = arg;
	char text[64];

	EXPECT(KTAP_WAIT(50, !file_read(u->when, text, sizeof(text)) && *text), "%s is empty",
	       u->when);
	EXPECT_RET(0, file_write(DRIVER "unbind", u->bdf));
	return 0;
}

/* The process that does so; what an earlier test has left in that file does not count. */
static pid_t unbind_while(struct unbinding *u, const char *when)
{
	unlink(when);
	u->when = when;
	edu_bdf(1, u->bdf);
	return ktap_spawn(unbind_when_it_writes, u);
}

TEST(dpcmon_objects, a_device_that_goes_ends_the_measurement, 120)
{
	unsigned long long before;
	struct unbinding u;
	pid_t pid;

	edu_need_second();
	before = id_of(1);
	/* how far it is, on stderr, comes once the measurement has begun */
	pid = unbind_while(&u, "/tmp/dpcmon.err");
	EXPECT_STATUS(1, "check --device dpc_edu1 --wait 60s --budget isr=900000");
	EXPECT_EQ(ktap_reap(pid, 60), 0);
	EXPECT(err_says("dpc_edu1 (0000:"), "which one");
	EXPECT(err_says("went away in the middle of the measurement"), "that it went away");
	EXPECT_RET(0, file_write(DRIVER "bind", u.bdf));
	EXPECT(KTAP_WAIT(10, !access(edu_path[1], R_OK)), "%s is not back", edu_path[1]);
	EXPECT(id_of(1) > before, "an id was given twice");
}

/* Storms come from a second device. */
TEST(dpcmon_objects, a_load_that_is_absent_is_told, 120)
{
	struct json_object *load;
	char bdf[32];

	edu_need_second();
	edu_bdf(1, bdf);
	EXPECT_RET(0, file_write(DRIVER "unbind", bdf));
	EXPECT_STATUS(0, "compare -d dpc_edu0 --models dpc --interrupts 20 --pace 300 --rounds 1 "
		      "--load none,storm -q --json /tmp/absent.json");
	EXPECT_RET(0, file_write(DRIVER "bind", bdf));
	EXPECT(KTAP_WAIT(10, !access(edu_path[1], R_OK)), "%s is not back", edu_path[1]);
	EXPECT(err_says("load storm is left out: "), "message");
	load = json_object_array_get_idx(member(parsed("/tmp/absent.json"), "loads"), 1);
	EXPECT(!json_object_get_boolean(member(load, "available")), "available");
	EXPECT(member(load, "absent_because"), "why");
}

TEST(dpcmon_objects, stat_follows_what_comes_and_goes, 120)
{
	struct unbinding u;
	pid_t pid;

	edu_need_second();
	pid = unbind_while(&u, "/tmp/dpcmon.out");
	EXPECT_STATUS(0, "stat --interval 1s --count 5");
	EXPECT_EQ(ktap_reap(pid, 60), 0);
	EXPECT(err_says("dpc_edu1 has gone"), "gone");
	EXPECT_RET(0, file_write(DRIVER "bind", u.bdf));
	EXPECT(KTAP_WAIT(10, !access(edu_path[1], R_OK)), "%s is not back", edu_path[1]);
	pid = unbind_while(&u, "/tmp/dpcmon.out");
	EXPECT_STATUS(1, "stat --device dpc_edu1 --interval 1s --count 9");
	EXPECT_EQ(ktap_reap(pid, 60), 0);
	EXPECT_RET(0, file_write(DRIVER "bind", u.bdf));
	EXPECT(KTAP_WAIT(10, !access(edu_path[1], R_OK)), "%s is not back", edu_path[1]);
}
