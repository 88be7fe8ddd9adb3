// SPDX-License-Identifier: GPL-2.0-only
/*
 * torture: everything at once, by choices that a seed gives, for a given time; then all works
 * and nothing is left.
 *
 *   torture_work.c	workers, their choices, the account of what they did
 *   torture_watch.c	which worker hangs, and where
 *   torture_call.c	ioctls with good, random, wrong and unreadable arguments
 *   torture_node.c	users of /dev/dpc
 *   torture_edu.c	users of /dev/dpc_edu<N>
 *   torture_pci.c	users of /dev/dpc_pci<N>
 *   torture_sysfs.c	users of attributes and parameters
 *   torture_devices.c	who binds, unbinds, removes and resets devices
 *   torture_machine.c	CPUs, suspend, memory
 *   torture_modules.c	who unloads and loads modules
 *   torture_after.c	what must be so afterwards
 *
 * Workers are killed, and stopped and continued, meanwhile.
 */
#define _GNU_SOURCE
#include "modules.h"
#include "torture.h"
#include "torture_watch.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIGURES		"/out/figures"
#define TICK_US		20000
#define PROGRESS_S	10
#define END_S		100	/* for all to come to an end */

struct torture_options torture_options = {
	.seconds = 10, .limit_s = 100, .suspend = true, .cpus = true,
};

struct torture_shared *torture;

static const unsigned int workers_of[TORTURE_KINDS] = {
	[TORTURE_NODE]		= 2,
	[TORTURE_EDU]		= 4,
	[TORTURE_PCI]		= 2,
	[TORTURE_SYSFS]		= 2,
	[TORTURE_DEVICES]	= 2,
	[TORTURE_CPUS]		= 1,
	[TORTURE_POWER]		= 1,
	[TORTURE_MODULES]	= 1,
	[TORTURE_MEMORY]	= 1,
};

/* The choices of whom to kill. */
static struct torture_worker killer = { .number = TORTURE_WORKERS_MAX };

/* When each goes on that was stopped. */
static unsigned long long continue_ns[TORTURE_WORKERS_MAX];

static void begin_worker(struct torture_worker *w)
{
	w->op = -1;
	w->away = false;
	w->stopped = false;
	w->pid = ktap_spawn(torture_work, w);
}

static void begin_all(void)
{
	unsigned int i;
	int kind;

	for (kind = 0; kind < TORTURE_KINDS; kind++) {
		if (kind == TORTURE_POWER && !torture_options.suspend)
			continue;
		for (i = 0; i < workers_of[kind]; i++) {
			struct torture_worker *w = &torture->workers[torture->nr_workers];

			w->kind = kind;
			w->number = torture->nr_workers++;
		}
	}
	for (i = 0; i < torture->nr_workers; i++)
		begin_worker(&torture->workers[i]);
}

/* A process has ended: by our signal, or for want of memory; nothing else may end one. */
static void ended(struct torture_worker *w, int status)
{
	if (WIFSIGNALED(status))
		EXPECT(WTERMSIG(status) == SIGKILL, "worker %u was ended by signal %d", w->number,
		       WTERMSIG(status));
	else
		EXPECT(torture->stop, "worker %u has ended with %d", w->number,
		       WEXITSTATUS(status));
	w->pid = 0;
	w->op = -1;
	/* Whoever had the others leave can't have them return any more. */
	if (w->kind == TORTURE_MODULES)
		torture->leave = false;
}

static void reap(void)
{
	unsigned int i;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < torture->nr_workers; i++) {
			struct torture_worker *w = &torture->workers[i];

			if (w->pid != pid)
				continue;
			ended(w, status);
			if (torture->stop)
				break;
			begin_worker(w);
		}
	}
}

static void go_on(struct torture_worker *w)
{
	if (!w->stopped)
		return;
	kill(w->pid, SIGCONT);
	w->stopped = false;
}

/* kill -9, or a stop for a while. */
static void disturb(void)
{
	struct torture_worker *w = &torture->workers[torture_below(&killer, torture->nr_workers)];
	unsigned int what = torture_below(&killer, 100), ms = 1 + torture_below(&killer, 300);

	if (!w->pid)
		return;
	if (what < 4) {
		go_on(w);
		kill(w->pid, SIGKILL);
		torture->killed++;
	} else if (what < 12 && !w->stopped) {
		kill(w->pid, SIGSTOP);
		w->stopped = true;
		continue_ns[w->number] = ktap_now_ns() + ms * 1000000ull;
		torture->halted++;
	}
}

static void go_on_all(bool surely)
{
	unsigned int i;

	for (i = 0; i < torture->nr_workers; i++)
		if (surely || ktap_now_ns() > continue_ns[i])
			go_on(&torture->workers[i]);
}

static bool all_ended(void)
{
	unsigned int i;

	reap();
	for (i = 0; i < torture->nr_workers; i++)
		if (torture->workers[i].pid)
			return false;
	return true;
}

static uint64_t operations(void)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < torture->nr_workers; i++)
		sum += torture->workers[i].begun;
	return sum;
}

/* Until the time is over, or something hangs.  Return: whether nothing did. */
static bool run(void)
{
	unsigned long long start = ktap_now_ns(), now, told = start;
	unsigned long long end = start + torture_options.seconds * 1000000000ull;

	killer.random = torture_mix(torture_options.seed ^ killer.number);
	while ((now = ktap_now_ns()) < end) {
		ktap_pause_us(TICK_US);
		reap();
		disturb();
		go_on_all(false);
		if (!torture_watch((ktap_now_ns() - now) / 1000000))
			return false;
		if (now - told < PROGRESS_S * 1000000000ull)
			continue;
		told = now;
		ktap_note("%llu s: %llu operations, %llu workers killed",
			  (now - start) / 1000000000, (unsigned long long)operations(),
			  (unsigned long long)torture->killed);
	}
	return true;
}

/* Whoever does not end by himself is named, and killed. */
static void end_all(void)
{
	unsigned int i;

	torture->stop = true;
	torture->leave = false;
	go_on_all(true);
	if (KTAP_WAIT(END_S, all_ended()))
		return;
	ktap_fail(__FILE__, __LINE__, "some have not ended after %d s", END_S);
	torture_watch_tell();
	for (i = 0; i < torture->nr_workers; i++)
		if (torture->workers[i].pid)
			kill(torture->workers[i].pid, SIGKILL);
	KTAP_WAIT(20, all_ended());
}

/* Its own watchdog tells more than a limit of the test could. */
TEST(torture, everything_at_once, 1000000)
{
	ktap_note("seed %llu, %u s, %u CPUs, %u devices%s",
		  (unsigned long long)torture_options.seed, torture_options.seconds,
		  torture_cpus(), torture_nr_devices,
		  torture_options.suspend ? "" : "; no suspend: this kernel has no pm_test");
	ASSERT(torture_nr_devices, "there is no device");
	modules_load();
	torture_devices_begin();
	/* When memory is short, others go first. */
	file_write("/proc/self/oom_score_adj", "-1000");
	torture_faults(torture_options.faults);
	begin_all();
	run();
	end_all();
	torture_faults(0);
	torture_no_violations();
	torture_report();
	ktap_note("%llu operations; %llu workers killed, %llu stopped and continued",
		  (unsigned long long)operations(), (unsigned long long)torture->killed,
		  (unsigned long long)torture->halted);
	torture_figures(FIGURES);
}

/* ---- The command line ------------------------------------------------------------- */

static void usage(FILE *to)
{
	fputs("usage: torture [OPTION...]\n"
	      "Everything at once with all devices and modules of this project, in KTAP; needs\n"
	      "root, and a machine that may be harmed, with the modules in /lib/modules/dpc.\n"
	      "  -t, --seconds N   for how long, default 10\n"
	      "  -s, --seed N      of all choices; default another one each time\n"
	      "  -l, --limit N     seconds that one operation may take, default 100\n"
	      "  -f, --faults N    N of a thousand allocations fail (debug kernels), default 0\n"
	      "      --no-suspend  don't suspend the machine\n"
	      "      --no-cpus     take no CPU off\n"
	      "Exit status: 0 all passed or skipped, 1 not, 2 wrong usage.\n", to);
}

static void add_all(void)
{
	torture_node_add();
	torture_edu_add();
	torture_pci_add();
	torture_sysfs_add();
	torture_devices_add();
	torture_machine_add();
	torture_modules_add();
}

/* Returns false for wrong usage. */
static bool parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 's' },
		{ "limit", required_argument, NULL, 'l' },
		{ "faults", required_argument, NULL, 'f' },
		{ "no-suspend", no_argument, NULL, 'S' },
		{ "no-cpus", no_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "t:s:l:f:h", options, NULL)) != -1) {
		switch (opt) {
		case 't':
			torture_options.seconds = strtoul(optarg, NULL, 0);
			break;
		case 's':
			torture_options.seed = strtoull(optarg, NULL, 0);
			break;
		case 'l':
			torture_options.limit_s = strtoul(optarg, NULL, 0);
			break;
		case 'f':
			torture_options.faults = strtoul(optarg, NULL, 0);
			break;
		case 'S':
			torture_options.suspend = false;
			break;
		case 'C':
			torture_options.cpus = false;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			return false;
		}
	}
	return optind == argc;
}

int main(int argc, char **argv)
{
	if (getrandom(&torture_options.seed, sizeof(torture_options.seed), 0) < 0)
		torture_options.seed = time(NULL);
	torture_options.seed &= UINT32_MAX;
	if (!parse(argc, argv)) {
		usage(stderr);
		return 2;
	}
	torture = mmap(NULL, sizeof(*torture), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (torture == MAP_FAILED)
		return 1;
	if (access("/sys/power/pm_test", W_OK))
		torture_options.suspend = false;
	if (torture_options.faults && !torture_has_faults())
		torture_options.faults = 0;
	printf("# seed %llu\n", (unsigned long long)torture_options.seed);
	ktap_prepare();
	torture_find_devices();
	add_all();
	return ktap_run(NULL, NULL, NULL);
}
