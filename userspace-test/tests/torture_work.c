// SPDX-License-Identifier: GPL-2.0-only
/* Workers: their choices, their operations, and the account of these. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

struct torture_op torture_ops[TORTURE_OPS_MAX];
unsigned int torture_nr_ops;

/* How long a worker rests before an operation, at most. */
static const unsigned int rest_us[TORTURE_KINDS] = {
	[TORTURE_NODE]		= 2000,
	[TORTURE_EDU]		= 1000,
	[TORTURE_PCI]		= 2000,
	[TORTURE_SYSFS]		= 2000,
	[TORTURE_DEVICES]	= 200000,
	[TORTURE_CPUS]		= 200000,
	[TORTURE_POWER]		= 8000000,
	[TORTURE_MODULES]	= 3000000,
	[TORTURE_MEMORY]	= 2000000,
};

/* ---- Operations ------------------------------------------------------------------- */

void torture_allow(struct torture_op *op, const int *errors)
{
	for (; errors && *errors; errors++)
		op->allowed[*errors] = true;
}

struct torture_op *torture_add(enum torture_kind_id kind, const char *name, unsigned int weight,
			       int (*fn)(struct torture_worker *w, const void *context),
			       const void *context, const int *errors)
{
	struct torture_op *op = &torture_ops[torture_nr_ops++];

	ASSERT(torture_nr_ops < TORTURE_OPS_MAX, "more than %d operations", TORTURE_OPS_MAX);
	*op = (struct torture_op){ .kind = kind, .weight = weight, .fn = fn, .context = context };
	snprintf(op->name, sizeof(op->name), "%s", name);
	op->allowed[0] = true;
	torture_allow(op, errors);
	return op;
}

/* ---- Choices ---------------------------------------------------------------------- */

/* splitmix64, by Sebastiano Vigna, public domain: each bit of @x changes half of the result. */
uint64_t torture_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

uint32_t torture_random(struct torture_worker *w)
{
	w->random += 0x9e3779b97f4a7c15ull;
	return torture_mix(w->random) >> 32;
}

uint32_t torture_below(struct torture_worker *w, uint32_t n)
{
	return (uint64_t)torture_random(w) * n >> 32;
}

bool torture_one_in(struct torture_worker *w, uint32_t n)
{
	return !torture_below(w, n);
}

uint32_t torture_edge(struct torture_worker *w)
{
	static const uint32_t edges[] = {
		0, 1, 2, 7, 31, 32, 64, 255, 256, 4094, 4095, 4096, 65535, 1000000, 1000001,
		0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};

	return edges[torture_below(w, ARRAY_SIZE(edges))];
}

void torture_bytes(struct torture_worker *w, void *p, size_t n)
{
	uint8_t *byte = p;

	while (n--)
		*byte++ = torture_random(w);
}

static const struct torture_op *choose(struct torture_worker *w)
{
	unsigned int i, total = 0, at;

	for (i = 0; i < torture_nr_ops; i++)
		if (torture_ops[i].kind == w->kind)
			total += torture_ops[i].weight;
	at = torture_below(w, total);
	for (i = 0; i < torture_nr_ops; i++) {
		if (torture_ops[i].kind != w->kind)
			continue;
		if (at < torture_ops[i].weight)
			return &torture_ops[i];
		at -= torture_ops[i].weight;
	}
	return NULL;
}

/* ---- A worker's process ----------------------------------------------------------- */

static void on_alarm(int signal)
{
	(void)signal;
}

/* It comes again and again, as the first one may be over before the call begins. */
void torture_alarm(unsigned int us)
{
	struct itimerval timer = { { us / 1000000, us % 1000000 }, { us / 1000000, us % 1000000 } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void leave_files(enum torture_kind_id kind)
{
	switch (kind) {
	case TORTURE_NODE:
		torture_node_leave();
		break;
	case TORTURE_EDU:
		torture_edu_leave();
		break;
	case TORTURE_PCI:
		torture_pci_leave();
		break;
	default:
		break;
	}
}

/* A module is about to be unloaded. */
static void step_aside(struct torture_worker *w)
{
	leave_files(w->kind);
	w->away = true;
	while (torture->leave && !torture->stop)
		ktap_pause_us(1000);
	w->away = false;
}

/* Whether its next operation has to wait, or does not come. */
static bool is_called_off(const struct torture_worker *w)
{
	return torture->stop || (torture->leave && w->kind <= TORTURE_PCI);
}

static void rest(struct torture_worker *w)
{
	unsigned long long end = ktap_now_ns() + torture_below(w, rest_us[w->kind]) * 1000ull;

	while (ktap_now_ns() < end && !is_called_off(w))
		ktap_pause_us(1000);
}

static void account(struct torture_worker *w, const struct torture_op *op, uint64_t number, int err)
{
	unsigned int i = op - torture_ops;

	if (err == TORTURE_ABSENT) {
		torture->absent[i]++;
		return;
	}
	if (err > 0)
		err = 0;
	if (-err >= TORTURE_ERRORS)
		err = -(TORTURE_ERRORS - 1);
	torture->counts[i][-err]++;
	/* A call that was to fail for want of memory says so whatever it is. */
	if (!op->allowed[-err] && !(torture_options.faults && err == -ENOMEM))
		ktap_fail(__FILE__, __LINE__,
			  "%s gave %s, which it does not document (worker %u, operation %llu)",
			  op->name, err ? ktap_errno(err) : "no error", w->number,
			  (unsigned long long)number);
}

static void work_once(struct torture_worker *w)
{
	const struct torture_op *op;
	uint64_t number = w->begun;
	int err;

	w->random = torture_mix(torture_options.seed) ^
		    torture_mix(((uint64_t)w->number << 40) + number);
	rest(w);
	if (is_called_off(w))
		return;
	op = choose(w);
	w->op = op - torture_ops;
	w->begun = number + 1;
	err = op->fn(w, op->context);
	torture_alarm(0);
	account(w, op, number, err);
	w->op = -1;
	/* It leaves the CPUs to those who bring one. */
	if (err == TORTURE_ABSENT)
		ktap_pause_us(20000);
	/* Mostly there is another device then. */
	if (err == -ENODEV && torture_one_in(w, 2))
		leave_files(w->kind);
}

int torture_work(void *worker)
{
	struct torture_worker *w = worker;
	struct sigaction action = { .sa_handler = on_alarm };
	char name[16];

	snprintf(name, sizeof(name), "torture%u", w->number);
	prctl(PR_SET_NAME, name);
	/* Nobody is left when the test is ended from outside. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGALRM, &action, NULL);
	file_write("/proc/self/oom_score_adj", w->kind == TORTURE_MEMORY ? "1000" : "0");
	if (torture_options.faults && w->kind <= TORTURE_PCI)
		file_write("/proc/self/make-it-fail", "1");
	while (!torture->stop) {
		if (is_called_off(w))
			step_aside(w);
		work_once(w);
	}
	leave_files(w->kind);
	return 0;
}

int torture_open(struct torture_worker *w, const char *pattern, int flags)
{
	uint32_t choice = torture_random(w);
	glob_t found;
	int fd;

	if (glob(pattern, 0, NULL, &found))
		return TORTURE_ABSENT;
	fd = open(found.gl_pathv[choice % found.gl_pathc], flags | O_CLOEXEC);
	/* It may have gone meanwhile. */
	if (fd < 0)
		fd = errno == ENOENT || errno == ENODEV || errno == ENXIO ? TORTURE_ABSENT : -errno;
	globfree(&found);
	return fd;
}

void torture_no_violations(void)
{
	int fd = open(NODE_PATH, O_RDONLY | O_CLOEXEC);
	struct dpc_abi abi;

	if (fd < 0)
		return;
	EXPECT_RET(0, node_abi(fd, &abi));
	EXPECT_EQ(abi.violations, 0);
	close(fd);
}

/* ---- Reports ---------------------------------------------------------------------- */

static uint64_t total_of(unsigned int op)
{
	uint64_t total = 0;
	unsigned int i;

	for (i = 0; i < TORTURE_ERRORS; i++)
		total += torture->counts[op][i];
	return total;
}

void torture_report(void)
{
	unsigned int op, i, never = 0;
	char line[400];
	int at;

	for (op = 0; op < torture_nr_ops; op++) {
		if (!total_of(op)) {
			never++;
			continue;
		}
		at = snprintf(line, sizeof(line), "%-30s %8llu: %llu done", torture_ops[op].name,
			      (unsigned long long)total_of(op),
			      (unsigned long long)torture->counts[op][0]);
		for (i = 1; i < TORTURE_ERRORS && at < (int)sizeof(line); i++)
			if (torture->counts[op][i])
				at += snprintf(line + at, sizeof(line) - at, ", %llu %s",
					       (unsigned long long)torture->counts[op][i],
					       strerrorname_np(i) ?: "?");
		if (torture->absent[op] && at < (int)sizeof(line))
			snprintf(line + at, sizeof(line) - at, ", %llu without a device",
				 (unsigned long long)torture->absent[op]);
		ktap_note("%s", line);
	}
	if (never)
		ktap_note("%u of %u kinds of operations had no turn", never, torture_nr_ops);
}

static const char * const kind_names[TORTURE_KINDS] = {
	[TORTURE_NODE]		= "operations on /dev/dpc",
	[TORTURE_EDU]		= "operations on /dev/dpc_edu",
	[TORTURE_PCI]		= "operations on /dev/dpc_pci",
	[TORTURE_SYSFS]		= "attributes and parameters read or written",
	[TORTURE_DEVICES]	= "binds, unbinds, removals, resets of devices",
	[TORTURE_CPUS]		= "CPUs off or on, interrupts moved",
	[TORTURE_POWER]		= "suspends",
	[TORTURE_MODULES]	= "modules loaded and unloaded",
	[TORTURE_MEMORY]	= "times that the memory was taken",
};

void torture_figures(const char *path)
{
	uint64_t total[TORTURE_KINDS] = { 0 }, refused = 0, all = 0;
	FILE *f = fopen(path, "we");
	unsigned int op;
	int kind;

	if (!f)
		return;
	for (op = 0; op < torture_nr_ops; op++) {
		total[torture_ops[op].kind] += total_of(op);
		refused += total_of(op) - torture->counts[op][0];
		all += total_of(op);
	}
	fprintf(f, "seconds\t%u\noperations\t%llu\nof them refused as documented\t%llu\n",
		torture_options.seconds, (unsigned long long)all, (unsigned long long)refused);
	for (kind = 0; kind < TORTURE_KINDS; kind++)
		fprintf(f, "%s\t%llu\n", kind_names[kind], (unsigned long long)total[kind]);
	fprintf(f, "workers killed\t%llu\nworkers stopped and continued\t%llu\n",
		(unsigned long long)torture->killed, (unsigned long long)torture->halted);
	fclose(f);
}
