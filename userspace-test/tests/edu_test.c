// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu_test: the character device and its ioctls; /dev/dpc and /sys/class/dpc, where the
 * core shows the device's interrupt object.
 *
 *   edu_args.c	good and bad input of every call
 *   edu_data.c	factorials, transfers, bursts: what comes out is right
 *   edu_control.c	what the device says of itself, and what changes it
 *   edu_wait.c	who waits, who is told, how a wait ends
 *   edu_stats.c	accounting, budgets, models
 *   edu_models.c	every model
 *   edu_hold.c	settings that a file holds
 *   edu_stress.c	many at once
 *   edu_gone.c	unbinding while everything is in use
 *   node_args.c	good and bad input of every call of /dev/dpc, and who may call
 *   node_objects.c	what the core shows, and that sysfs says the same
 *   node_notices.c	what read() and poll() of /dev/dpc tell
 */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void usage(FILE *to)
{
	fputs("usage: edu_test [OPTION...] [GROUP | GROUP.TEST]...\n"
	      "Tests of /dev/dpc_edu<N> and /dev/dpc, in KTAP; needs root.  Without names: all tests.\n"
	      "  -d, --device PATH   default /dev/dpc_edu0\n"
	      "  -e, --second PATH   another one, default /dev/dpc_edu1\n"
	      "  -m, --model NAME    run them with dpc (default) or another model\n"
	      "  -s, --seed N        of the random data, default 1\n"
	      "  -l, --list          names of the tests\n"
	      "Exit status: 0 all passed or skipped, 1 not, 2 wrong usage.\n", to);
}

static unsigned int edu_seed = 1;

static void edu_before(void)
{
	srandom(edu_seed);
}

/* Try to switch to the other model.  Return: what that said, also in @err. */
static int switch_model(int fd, int *err)
{
	*err = edu_model_set(fd, !edu_model);
	return *err;
}

/* The state every test starts from; NULL when the last one left nothing busy. */
static const char *edu_after(void)
{
	const char *wrong = NULL;
	uint32_t stage;
	int fd = open(edu_path[0], O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return "the device can't be opened any more";
	file_write(TIMEOUT_PARAM, "10000");
	file_write(OVERDUE_PARAM, "2000");
	edu_body_set(fd, 0, 0);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		edu_budget_set(fd, stage, DPC_BUDGET_DEFAULT_US);
	/* A switch of the model flushes all stages: none straddles the reset. */
	if (!KTAP_WAIT(20, switch_model(fd, &err) != -EBUSY))
		wrong = "a request is still in flight after 20 s";
	else if (err || edu_model_set(fd, edu_model))
		wrong = "the model can't be set";
	else if (edu_reset(fd))
		wrong = "the statistics can't be reset";
	close(fd);
	return wrong;
}

static int edu_parse_model(const char *name)
{
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (!strcmp(name, model_names[i]))
			return i;
	return -1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "second", required_argument, NULL, 'e' },
		{ "model", required_argument, NULL, 'm' },
		{ "seed", required_argument, NULL, 's' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "d:e:m:s:lh", options, NULL)) != -1) {
		switch (opt) {
		case 'd':
		case 'e':
			snprintf(edu_path[opt == 'e'], sizeof(edu_path[0]), "%s", optarg);
			continue;
		case 'm':
			edu_model = edu_parse_model(optarg);
			if (edu_model >= 0)
				continue;
			break;
		case 's':
			edu_seed = strtoul(optarg, NULL, 0);
			continue;
		case 'l':
			ktap_list();
			return 0;
		case 'h':
			usage(stdout);
			return 0;
		}
		usage(stderr);
		return 2;
	}
	if (edu_after()) {
		fprintf(stderr, "edu_test: %s: not there, or busy\n", edu_path[0]);
		return 1;
	}
	return ktap_run(argv + optind, edu_before, edu_after);
}
