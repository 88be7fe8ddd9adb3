// SPDX-License-Identifier: GPL-2.0-only
/* Tests of ktap.c, on the machine that builds: what a test leaves running. */
#define _GNU_SOURCE
#include "ktap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What one test tells the next. */
static pid_t *left_running;

static int sleeps(void *unused)
{
	(void)unused;
	pause();
	return 0;
}

static int spawns_and_ends(void *unused)
{
	(void)unused;
	left_running[1] = ktap_spawn(sleeps, NULL);
	return 0;
}

TEST(left, a_child_and_a_grandchild_may_be_left)
{
	left_running[0] = ktap_spawn(sleeps, NULL);
	EXPECT_EQ(ktap_reap(ktap_spawn(spawns_and_ends, NULL), 20), 0);
}

TEST(left, the_next_test_meets_neither)
{
	int i;

	for (i = 0; i < 2; i++) {
		ASSERT(left_running[i] > 0, "the test before this one has not run");
		EXPECT(kill(left_running[i], 0) && errno == ESRCH, "process %d is there",
		       left_running[i]);
	}
}

int main(int argc, char **argv)
{
	(void)argc;
	left_running = mmap(NULL, 2 * sizeof(*left_running), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (left_running == MAP_FAILED)
		abort();
	return ktap_run(argv + 1, NULL, NULL);
}
