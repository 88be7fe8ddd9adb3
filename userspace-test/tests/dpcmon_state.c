// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon_test: what dpcmon shares with others, what others do to it, and what it
 * leaves behind, however it ends.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dpcmon_test.h"

#define TRACING		"/sys/kernel/tracing"
#define OURS		TRACING "/instances/dpcmon-*"

static size_t files(const char *pattern)
{
	glob_t found;
	size_t n = 0;

	if (!glob(pattern, 0, NULL, &found))
		n = found.gl_pathc;
	globfree(&found);
	return n;
}

/* How many trace instances of dpcmon there are. */
static size_t instances(void)
{
	return files(OURS);
}

/* Process number of a dpcmon in the background; its stderr goes to the file @err. */
static pid_t start_to(const char *command, const char *err)
{
	char line[400];
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		snprintf(line, sizeof(line), "exec dpcmon %s >/tmp/dpcmon.out 2>%s", command,
			 err);
		execl("/bin/sh", "sh", "-c", line, NULL);
		_exit(127);
	}
	ASSERT(pid > 0, "fork");
	return pid;
}

static pid_t start(const char *command)
{
	return start_to(command, "/tmp/dpcmon.err");
}

static int ended(pid_t pid)
{
	int status = -1;

	ASSERT(KTAP_WAIT(60, waitpid(pid, &status, WNOHANG) == pid), "it does not end");
	return status;
}

/* ---- A buffer of one's own ------------------------------------------------------------- */

static unsigned long long interrupts_of(const char *path)
{
	struct json_object *report = parsed(path);

	EXPECT_EQ(number(report, "lost_events"), 0);
	EXPECT(!member(report, "disturbed"), "%s",
	       json_object_get_string(member(report, "disturbed")));
	return number(interrupt_named(report, "dpc_edu0"), "interrupts");
}

/* One below the other: each has all events of the load. */
TEST(dpcmon_trace, two_recordings_at_once_have_all_events, 120)
{
	int fd = edu_open(O_RDWR);
	struct dpc_edu_info before, after;

	edu_budgets_off(fd);
	edu_info(fd, &before);
	EXPECT_STATUS(0, "record -q -o /tmp/a.dat --json /tmp/a.json -- "
		      "dpcmon record -q -o /tmp/b.dat --json /tmp/b.json -- dpcmon_test --load");
	edu_info(fd, &after);
	EXPECT_EQ(interrupts_of("/tmp/a.json"), after.interrupts - before.interrupts);
	EXPECT_EQ(interrupts_of("/tmp/b.json"), after.interrupts - before.interrupts);
	EXPECT_EQ(instances(), 0);
}

#define TOP_TRIGGER	TRACING "/events/dpc/dpc_isr_exit/trigger"

/* What somebody has left in the top buffer is not ours, and stays. */
TEST(dpcmon_trace, the_top_buffer_is_somebody_elses, 120)
{
	int fd = edu_open(O_RDWR);
	struct dpc_edu_info before, after;
	char text[200];

	edu_budgets_off(fd);
	edu_info(fd, &before);
	ASSERT_RET(0, file_write(TOP_TRIGGER, "traceoff"));
	ASSERT_RET(0, file_write(TRACING "/tracing_on", "0"));
	EXPECT_STATUS(0, "record -q -o /tmp/a.dat --json /tmp/a.json -- dpcmon_test --load");
	edu_info(fd, &after);
	EXPECT_RET(0, file_read(TRACING "/tracing_on", text, sizeof(text)));
	EXPECT(!strncmp(text, "0", 1), "tracing_on: %s", text);
	EXPECT_RET(0, file_read(TOP_TRIGGER, text, sizeof(text)));
	EXPECT(strstr(text, "traceoff"), "trigger: %s", text);
	EXPECT_RET(0, file_write(TOP_TRIGGER, "!traceoff"));
	EXPECT_RET(0, file_write(TRACING "/tracing_on", "1"));
	EXPECT_EQ(interrupts_of("/tmp/a.json"), after.interrupts - before.interrupts);
}

/* What somebody can do to our trace, and what is said of it. */
static const struct {
	const char	*command;
	const char	*said;
} disturbances[] = {
	{ "echo 0 >$T/tracing_on", "switched tracing off" },
	{ "echo 0 >$T/events/dpc/enable", "switched events" },
	{ "echo 'id==12345' >$T/events/dpc/dpc_isr_exit/filter", "set a filter" },
	{ "echo >$T/trace", "cleared the buffer" },
	{ "echo mono >$T/trace_clock", "changed the clock" },
	{ "timeout 1 cat $T/trace_pipe >/dev/null", "somebody else read" },
	{ "echo 1 >$T/set_event_pid", "limited the trace" },
};

static bool err_says(const char *path, const char *what)
{
	static char text[8192];

	return !file_tail(path, text, sizeof(text)) && strstr(text, what);
}

TEST(dpcmon_trace, who_disturbs_a_recording_is_noticed, 240)
{
	size_t i;

	budgets_off();
	for (i = 0; i < ARRAY_SIZE(disturbances); i++) {
		setenv("DISTURB", disturbances[i].command, true);
		EXPECT_STATUS(1, "record -o /tmp/a.dat -- sh -c 'dpcmon_test --burst; "
			      "T=$(echo " OURS "); eval \"$DISTURB\"; dpcmon_test --burst'");
		EXPECT(said(disturbances[i].said), "%s: not said", disturbances[i].command);
		/* the file says it as well */
		EXPECT_STATUS(1, "report /tmp/a.dat");
		EXPECT(said(disturbances[i].said), "%s: not said by the file",
		       disturbances[i].command);
	}
	EXPECT_EQ(instances(), 0);
}

/* Without a file in between. */
TEST(dpcmon_trace, who_disturbs_a_run_is_noticed, 120)
{
	int status;
	pid_t pid;

	pid = start("run -d dpc_edu0 --duration 4s --budget " NO_BUDGETS);
	ASSERT(KTAP_WAIT(60, instances() == 1), "it does not begin");
	/* as soon as it traces; it has not ended by then */
	EXPECT_EQ(status_of("until grep -q 1 " OURS "/tracing_on; do usleep 10000; done; sleep 1; "
			    "echo 0 >$(echo " OURS ")/tracing_on"), 0);
	status = ended(pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %x", status);
	EXPECT(said("switched tracing off"), "not said");
	EXPECT_EQ(instances(), 0);
}

/* ---- What is left behind ----------------------------------------------------------------- */

struct left {
	uint32_t		model;
	uint32_t		budget_us;
	struct dpc_edu_body	body;
};

static struct left left_now(int fd)
{
	struct left left = { 0 };

	left.model = edu_model_get(fd);
	EXPECT_RET(0, edu_budget_get(fd, DPC_STAGE_DPC, &left.budget_us));
	EXPECT_RET(0, edu_body_get(fd, &left.body));
	return left;
}

/* A request of the tool itself may still be in flight when it is killed. */
static void expect_as_before(int fd, const struct left *before, const char *what)
{
	struct left now;

	EXPECT(KTAP_WAIT(20, ({ now = left_now(fd); !memcmp(&now, before, sizeof(now)); })),
	       "%s: model %u, budget %u, body %u", what, now.model, now.budget_us,
	       now.body.dpc_us);
	EXPECT(!files("/tmp/dpcmon-*"), "%s: files in /tmp", what);
}

#define RUN_FOR(_time)	"run -d dpc_edu0 --duration " _time " --model threaded --budget " \
			NO_BUDGETS ",dpc=33 --body dpc=5"
#define RUN		RUN_FOR("60s")
#define COMPARE	"compare -d dpc_edu0 -q --rounds 50 --models dpc,threaded,wq --load none,storm"

static const char * const commands[] = {
	RUN, RUN " --trace /tmp/k.dat", COMPARE, "record -o /tmp/k.dat",
};

/* The next run says what it found, and removes it. */
static void expect_found(const char *what)
{
	bool left = instances();

	EXPECT_STATUS(1, "record -q -o /tmp/next.dat -- true");
	EXPECT(!instances(), "%s: an instance stays", what);
	EXPECT(!left || err_says("/tmp/dpcmon.err", "removed the trace instance"),
	       "%s: not said", what);
}

TEST(dpcmon_state, killed_it_leaves_nothing, 400)
{
	static const unsigned int after_ms[] = { 0, 20, 200, 700 };
	int fd = edu_open(O_RDWR), status;
	struct left before = left_now(fd);
	size_t i, j;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		for (j = 0; j < ARRAY_SIZE(after_ms); j++) {
			pid = start(commands[i]);
			/* the last ones: surely when it has begun */
			if (j >= 2)
				ASSERT(KTAP_WAIT(60, instances()), "it does not begin");
			ktap_pause_us(after_ms[j] * 1000);
			kill(pid, SIGKILL);
			status = ended(pid);
			EXPECT(WIFSIGNALED(status), "%s: status %x", commands[i], status);
			/* it is alone in its group: nobody has stayed there */
			EXPECT(kill(-pid, 0), "%s: a process stays", commands[i]);
			expect_as_before(fd, &before, commands[i]);
		}
		expect_found(commands[i]);
	}
}

TEST(dpcmon_state, every_signal_restores, 200)
{
	static const int signals[] = { SIGHUP, SIGTERM, SIGINT };
	int fd = edu_open(O_RDWR), status;
	struct left before = left_now(fd);
	size_t i, j;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		for (j = 0; j < ARRAY_SIZE(commands); j++) {
			pid = start(commands[j]);
			ASSERT(KTAP_WAIT(60, instances()), "it does not begin");
			kill(pid, signals[i]);
			status = ended(pid);
			EXPECT(WIFEXITED(status), "signal %d, %s: status %x", signals[i],
			       commands[j], status);
			EXPECT(!instances(), "signal %d, %s: an instance stays", signals[i],
			       commands[j]);
			expect_as_before(fd, &before, commands[j]);
		}
	}
}

/* dpcmon compare | head */
TEST(dpcmon_state, a_reader_that_leaves_is_an_error, 120)
{
	int fd = edu_open(O_RDWR);
	struct left before = left_now(fd);

	unlink("/tmp/pipe.status");
	EXPECT_EQ(status_of("{ dpcmon compare -d dpc_edu0 --rounds 1 --interrupts 10 --pace 300 --load none "
			    "--models threaded 2>/tmp/dpcmon.err; "
			    "echo $? >/tmp/pipe.status; } | :"), 0);
	EXPECT(err_says("/tmp/pipe.status", "1"), "its status is not 1");
	EXPECT(err_says("/tmp/dpcmon.err", "Broken pipe"), "it does not say why");
	expect_as_before(fd, &before, "compare | :");
	EXPECT(!instances(), "an instance stays");
}

TEST(dpcmon_state, the_second_run_on_a_device_is_told, 120)
{
	int fd = edu_open(O_RDWR);
	struct left before = left_now(fd);
	/* As long as all that is waited for below takes on a slow machine. */
	pid_t pid = start_to(RUN_FOR("300s"), "/tmp/dpcmon.first.err");
	char who[64];

	ASSERT(KTAP_WAIT(60, left_now(fd).model == DPC_MODEL_THREADED), "it does not begin");
	snprintf(who, sizeof(who), "dpcmon (process %d) holds its settings", pid);
	/* The other one may be about to begin: until then the second may meet its switch. */
	EXPECT(KTAP_WAIT(40, DPCMON("run -d dpc_edu0 --interrupts 1 --model wq") == 1 &&
			 err_says("/tmp/dpcmon.err", who)), "run does not say: %s", who);
	EXPECT_STATUS(1, "compare -d dpc_edu0 --rounds 1 --interrupts 10");
	EXPECT(err_says("/tmp/dpcmon.err", who), "compare does not say: %s", who);
	if (!err_says("/tmp/dpcmon.err", who))
		note_output();
	EXPECT_EQ(left_now(fd).model, DPC_MODEL_THREADED);
	/* looking on is free */
	EXPECT_STATUS(0, "stat -d dpc_edu0");
	kill(pid, SIGTERM);
	ended(pid);
	expect_as_before(fd, &before, "run");
}

/* Somebody ends dpcmon: it ends what it runs. */
TEST(dpcmon_state, a_signal_reaches_the_command_that_is_recorded, 120)
{
	int status;
	pid_t pid;

	unlink("/tmp/started");
	pid = start("record -q -o /tmp/k.dat -- sh -c 'echo >/tmp/started; exec sleep 1000'");
	ASSERT(KTAP_WAIT(60, !access("/tmp/started", F_OK)), "it runs nothing");
	kill(pid, SIGTERM);
	status = ended(pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %x", status);
	EXPECT(kill(-pid, 0), "the command stays");
}
