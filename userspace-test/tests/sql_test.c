// SPDX-License-Identifier: GPL-2.0-only
/*
 * sql_test: the events of two stages can be joined by the kernel itself, as
 * `trace-cmd sqlhist` and rtla do, because they have the same key (M3).
 */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#define NAME	"dpc_latency"
#define BURSTS	20

static const char query[] =
	"SELECT start.seq, (end.TIMESTAMP_USECS - start.TIMESTAMP_USECS) AS lat "
	"FROM dpc_isr_exit AS start JOIN dpc_entry AS end ON start.seq = end.first";

/* Lines of the trace that are the synthetic event. */
static int count_lines(const char *what, long long *worst)
{
	char *text = tracefs_instance_file_read(NULL, "trace", NULL), *line, *at;
	int n = 0;

	ASSERT(text, "the trace can't be read");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		at = strstr(line, what);
		if (!at || *line == '#')
			continue;
		n++;
		at = strstr(at, "lat=");
		if (at && atoll(at + 4) > *worst)
			*worst = atoll(at + 4);
	}
	free(text);
	return n;
}

static void expect_latencies(void)
{
	int fd = edu_open(O_RDWR), i;
	struct dpc_snapshot stats;
	long long worst = -1;

	tracefs_instance_file_write(NULL, "trace", "");
	ASSERT(tracefs_event_enable(NULL, "synthetic", NAME) >= 0, "%s", strerror(errno));
	tracefs_trace_on(NULL);
	for (i = 0; i < BURSTS; i++)
		EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
	edu_stats_settled(fd, &stats);
	tracefs_event_disable(NULL, "synthetic", NAME);
	EXPECT_GE(count_lines(NAME ":", &worst), BURSTS);
	EXPECT(worst >= 0, "no latency");
	EXPECT(worst < 10000000, "a latency of %lld us", worst);
}

/* M3 */
TEST(sql, libtracefs_joins_isr_and_dpc)
{
	struct tep_handle *tep;
	struct tracefs_synth *synth;
	char *error = NULL;

	tep = tracefs_local_events(NULL);
	ASSERT(tep, "no tracing here: %s", strerror(errno));
	synth = tracefs_sql(tep, NAME, query, &error);
	ASSERT(synth, "%s", error ?: strerror(errno));
	if (tracefs_synth_create(synth) < 0) {
		char *log = tracefs_error_last(NULL);

		ASSERT(false, "%s\n%s", strerror(errno), log ?: "");
	}
	expect_latencies();
	EXPECT_EQ(tracefs_synth_destroy(synth), 0);
	tracefs_synth_free(synth);
}

/* M3. 3.1.6 has no such command, 3.2 and later have. */
TEST(sql, trace_cmd_joins_isr_and_dpc)
{
	char command[600];

	if (system("trace-cmd sqlhist -h >/dev/null 2>&1; [ $? = 0 ] || "
		   "trace-cmd sqlhist -h 2>&1 | grep -q -- '-e '"))
		ktap_skip("this trace-cmd has no sqlhist");
	snprintf(command, sizeof(command), "trace-cmd sqlhist -e -n %s '%s'", NAME, query);
	ASSERT_EQ(system(command), 0);
	expect_latencies();
}

int main(int argc, char **argv)
{
	(void)argc;
	return ktap_run(argv + 1, NULL, NULL);
}
