// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu_load: keeps one device busy in every way until it is gone.
 *
 * For scripts that take the device away meanwhile.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USERS	EDU_USES

/* Requests that run, and whose owners are dead. */
static int abandon(void)
{
	pid_t pids[3];
	unsigned int i;

	edu_spawn_dmas(pids, ARRAY_SIZE(pids));
	for (i = 0; i < ARRAY_SIZE(pids); i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct edu_user users[USERS];
	struct dpc_edu_info before, info;
	pid_t pids[USERS];
	int fd, i, bad = 0;

	ktap_prepare();
	if (argc > 1)
		snprintf(edu_path[0], sizeof(edu_path[0]), "%s", argv[1]);
	if (argc > 2 && !strcmp(argv[2], "abandon"))
		return abandon();
	if (argc != 3) {
		fputs("usage: edu_load DEVICE READY-FILE | edu_load DEVICE abandon\n"
		      "Uses DEVICE until it is gone; creates READY-FILE when they all are at it.\n"
		      "Exit status: 0 every user was told ENODEV, 1 not.\n", stderr);
		return 2;
	}
	fd = edu_open(O_RDWR);
	edu_budgets_off(fd);
	/* Nobody who uses the device keeps the core. */
	edu_node_close();
	edu_info(fd, &before);
	for (i = 0; i < USERS; i++) {
		users[i] = (struct edu_user){ .use = i % EDU_USES, .fd = edu_open(O_RDWR) };
		pids[i] = ktap_spawn(edu_use_until_gone, &users[i]);
		close(users[i].fd);
	}
	EXPECT(KTAP_WAIT(20, edu_dma_busy(fd) &&
			 (edu_info(fd, &info), info.interrupts > before.interrupts + 50)), "no load");
	close(fd);
	fd = open(argv[2], O_CREAT | O_WRONLY, 0600);
	if (fd >= 0)
		close(fd);
	for (i = 0; i < USERS; i++)
		bad += ktap_reap(pids[i], EDU_USE_S) != 0;
	return bad || ktap_failures();
}
