// SPDX-License-Identifier: GPL-2.0-only
/*
 * busy_test: dpcmon system on an ordinary machine whose devices are all busy, against what the
 * kernel and other tools have counted at the same time.  The scenario busy prepares the machine.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dpcmon_test.h"

#define FOLDER	"/tmp/busy/"

typedef void (*row_fn)(struct json_object *row, void *arg);

static void each_row(struct json_object *system, row_fn fn, void *arg)
{
	struct json_object *drivers = member(system, "drivers"), *rows;
	size_t i, j;

	for (i = 0; i < json_object_array_length(drivers); i++) {
		rows = member(json_object_array_get_idx(drivers, i), "rows");
		for (j = 0; j < json_object_array_length(rows); j++)
			fn(json_object_array_get_idx(rows, j), arg);
	}
}

static const char *text(struct json_object *o, const char *key)
{
	return json_object_get_string(member(o, key));
}

static bool is_kind(struct json_object *row, const char *kind)
{
	return !strcmp(text(row, "kind"), kind);
}

/* Calls of which begin and end are known. */
static unsigned long long runs(struct json_object *row)
{
	return number(member(row, "run"), "count") - number(row, "unfinished");
}

/* ---- The kernel ------------------------------------------------------------------------ */

/**
 * struct line - a line of /proc/interrupts, or an action in it
 * @number: of the interrupt
 * @action: its name; empty for all of the line
 * @count: how often it came
 */
struct line {
	unsigned long		number;
	char			action[80];
	unsigned long long	count;
};

/* "30:  1  2  PCI-MSIX-0000:00:06.0  1-edge  a, b": the words after the kind of trigger. */
static char *actions(char *line)
{
	char *at = strchr(line, ':') + 1, *end;
	unsigned int word;

	for (strtoull(at, &end, 10); end != at; strtoull(at, &end, 10))
		at = end;
	for (word = 0; word < 2; word++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	return at + strspn(at, " ");
}

static unsigned long long kernel_interrupts(unsigned long irq)
{
	char head[16];

	snprintf(head, sizeof(head), "%3lu:", irq);
	return kernel_counted(FOLDER "interrupts.1", head, NULL) -
	       kernel_counted(FOLDER "interrupts.0", head, NULL);
}

static void count_action(struct json_object *row, void *arg)
{
	struct line *line = arg;
	char title[120];

	snprintf(title, sizeof(title), "%s (irq %lu)", line->action, line->number);
	if (is_kind(row, "isr") && !strcmp(text(row, "name"), title))
		line->count += number(row, "count");
}

static bool is_of_library(const char *action)
{
	return !strncmp(action, "dpc_edu", strlen("dpc_edu"));
}

/*
 * Of interrupts of the library, its own row.  On PREEMPT_RT there is another one for the handler
 * that wakes the thread.
 */
static struct json_object *row_of_library(struct json_object *system)
{
	struct json_object *driver, *row;

	driver = member_of(member(system, "drivers"), "driver", "dpc_edu");
	row = driver ? member_of(member(driver, "rows"), "kind", "isr") : NULL;
	return row && !strstr(text(row, "name"), "(irq ") ? row : NULL;
}

static struct json_object *recorded(void)
{
	struct json_object *system;

	if (access(FOLDER "system.json", R_OK))
		ASSERT_EQ(status_of("busy_record " FOLDER " >/tmp/dpcmon.err 2>&1"), 0);
	system = parsed(FOLDER "system.json");
	EXPECT_EQ(number(system, "lost"), 0);
	EXPECT(!member(system, "disturbed"), "%s", text(system, "disturbed"));
	return system;
}

/* Of each line that has come at all, each action has as many. */
TEST(busy, interrupts_are_those_of_the_kernel, 600)
{
	struct json_object *system = recorded();
	unsigned int found = 0;
	char buffer[400], *rest, *action;
	FILE *f = fopen(FOLDER "interrupts.1", "r");

	ASSERT(f, "no counts of the kernel");
	while (fgets(buffer, sizeof(buffer), f)) {
		struct line line = { .number = strtoul(buffer, &rest, 10) };
		unsigned long long wanted;

		if (!isdigit(buffer[strspn(buffer, " ")]) || *rest != ':')
			continue;
		buffer[strcspn(buffer, "\n")] = '\0';
		wanted = kernel_interrupts(line.number);
		rest = actions(buffer);
		while (wanted && (action = strsep(&rest, ","))) {
			snprintf(line.action, sizeof(line.action), "%s",
				 action + strspn(action, " "));
			line.count = 0;
			each_row(system, count_action, &line);
			if (!line.count && is_of_library(line.action) && row_of_library(system))
				line.count = number(row_of_library(system), "count");
			EXPECT(line.count == wanted, "%s: %llu, the kernel counted %llu",
			       line.action, line.count, wanted);
			ktap_note("%s: %llu", line.action, line.count);
			found++;
		}
	}
	fclose(f);
	EXPECT_GE(found, 5);
}

static unsigned long long kernel_softirqs(const char *name)
{
	char head[24], *at;

	snprintf(head, sizeof(head), " %s:", name);
	for (at = head; *at; at++)
		*at = toupper(*at);
	return kernel_counted(FOLDER "softirqs.1", head, NULL) -
	       kernel_counted(FOLDER "softirqs.0", head, NULL);
}

/* Softirqs go on while the trace begins and ends. */
static void expect_softirq(struct json_object *row, void *arg)
{
	unsigned long long kernel;

	if (!is_kind(row, "softirq"))
		return;
	kernel = kernel_softirqs(text(row, "name"));
	EXPECT(number(row, "count") >= kernel, "%s: %llu, the kernel counted %llu",
	       text(row, "name"), number(row, "count"), kernel);
	*(unsigned int *)arg += kernel > 0;
}

TEST(busy, softirqs_are_not_fewer_than_the_kernel_counts, 600)
{
	unsigned int found = 0;

	each_row(recorded(), expect_softirq, &found);
	EXPECT_GE(found, 4);
}

/* ---- Other tools -------------------------------------------------------------------------- */

/**
 * struct same - a row of another tool, which sums up what has one name
 * @kind: ours, of interrupts, softirqs or work items; and @name, as the other tool has it
 * @theirs: its count
 * @ours: how many dpcmon has of it
 */
struct same {
	char			kind[16];
	char			name[80];
	unsigned long long	theirs;
	unsigned long long	ours;
};

/**
 * struct all_same - all of them
 * @list: the rows
 * @nr: how many
 * @left: rows of dpcmon that the other tool does not have
 * @library: interrupts of the library have a row by their number, too
 */
struct all_same {
	struct same	list[200];
	unsigned int	nr;
	unsigned int	left;
	bool		library;
};

static struct same *same_of(struct all_same *all, const char *kind, const char *name)
{
	struct same *s;

	for (s = all->list; s < all->list + all->nr; s++)
		if (!strcmp(s->kind, kind) && !strcmp(s->name, name))
			return s;
	ASSERT(all->nr < ARRAY_SIZE(all->list), "too many rows");
	s = &all->list[all->nr++];
	snprintf(s->kind, sizeof(s->kind), "%s", kind);
	snprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

/* "  (s)NET_RX:3   | 0001 |   621.385 ms |   736 | ..." */
static void read_kwork(struct all_same *all, char *line)
{
	char *field[4] = { 0 }, *name, *at;
	const char *kind = "isr";
	unsigned int i;

	for (i = 0; i < 4; i++)
		field[i] = strsep(&line, "|");
	if (!field[3] || !isdigit(field[3][strspn(field[3], " ")]))
		return;
	name = field[0] + strspn(field[0], " ");
	name[strcspn(name, " ")] = '\0';
	if (!strncmp(name, "(w)", 3)) {
		kind = "work";
		name += 3;
	} else if (!strncmp(name, "(s)", 3)) {
		kind = "softirq";
		name += 3;
		for (at = name; *at; at++)
			*at = tolower(*at);
		*strchrnul(name, ':') = '\0';
	} else if (strrchr(name, ':')) {
		/* whoever shares a line is counted with the first one's name */
		name = strrchr(name, ':');
	}
	same_of(all, kind, name)->theirs += strtoull(field[3], NULL, 10);
}

/* dpcmon has them by routine, if nothing but the library tells of them.  @name: to the others */
static void add_of_library(struct all_same *all, struct json_object *system, const char *name)
{
	struct json_object *row = row_of_library(system);

	if (row && runs(row) && !all->library)
		same_of(all, "isr", name)->ours += runs(row);
}

/* ":10", as in read_kwork(). */
static const char *line_of_library(void)
{
	FILE *f = fopen(FOLDER "interrupts.1", "r");
	static char name[16];
	char line[400];

	ASSERT(f, "no counts of the kernel");
	while (fgets(line, sizeof(line), f))
		if (strstr(line, " dpc_edu0"))
			snprintf(name, sizeof(name), ":%lu", strtoul(line, NULL, 10));
	fclose(f);
	return name;
}

static void read_all(struct all_same *all, const char *path,
		     void (*read)(struct all_same *all, char *line))
{
	FILE *f = fopen(path, "r");
	char line[400];

	ASSERT(f, "%s", path);
	while (fgets(line, sizeof(line), f))
		read(all, line);
	fclose(f);
	ASSERT(all->nr, "nothing in %s", path);
}

/* perf cuts names of work items that are as long as this, or ends them in a letter of another. */
#define KWORK_NAME_LEN	19

static bool is_cut(const struct same *s, const char *name)
{
	size_t len = strlen(s->name);

	return !strcmp(s->kind, "work") && len >= KWORK_NAME_LEN &&
	       !strncmp(s->name, name, len - 1);
}

/* NULL if the other tool does not have it. */
static struct same *same_or_cut(struct all_same *all, const char *kind, const char *name)
{
	struct same *s;

	for (s = all->list; s < all->list + all->nr; s++)
		if (!strcmp(s->kind, kind) && !strcmp(s->name, name))
			return s;
	for (s = all->list; s < all->list + all->nr; s++)
		if (!strcmp(s->kind, kind) && is_cut(s, name))
			return s;
	return NULL;
}

/* To all but dpcmon, work items of the library are its trampoline. */
static const char *work_name(const char *name)
{
	return is_of_library(name) ? "dpc_work_run" : name;
}

static void add_row(struct json_object *row, void *arg)
{
	const char *kind = text(row, "kind");
	struct all_same *all = arg;
	unsigned long irq;
	struct same *s;
	char name[80];

	if (!strcmp(kind, "bh_work"))
		kind = "work";
	if ((strcmp(kind, "isr") && strcmp(kind, "softirq") && strcmp(kind, "work")) || !runs(row))
		return;
	snprintf(name, sizeof(name), "%s", work_name(text(row, "name")));
	if (sscanf(name, "%*s (irq %lu)", &irq) == 1) {
		all->library |= is_of_library(name);
		snprintf(name, sizeof(name), ":%lu", irq);
	} else if (!strcmp(kind, "isr")) {
		return; /* see add_of_library() */
	}
	s = same_or_cut(all, kind, name);
	if (s) {
		s->ours += runs(row);
		return;
	}
	all->left++;
	ktap_note("only dpcmon has %s %s: %llu", kind, name, runs(row));
}

static void expect_same(struct all_same *all, const char *tool)
{
	unsigned int i;

	for (i = 0; i < all->nr; i++) {
		struct same *s = &all->list[i];

		EXPECT(s->ours == s->theirs, "%s %s: %llu, %s has counted %llu", s->kind, s->name,
		       s->ours, tool, s->theirs);
	}
	EXPECT_EQ(all->left, 0);
}

/* Interrupts, softirqs and work items in the same stretch of time, recorded by both. */
TEST(busy, perf_kwork_counts_the_same, 600)
{
	static struct all_same all;
	struct json_object *system;

	recorded();
	if (access(FOLDER "perf.data", R_OK))
		ktap_skip("no perf in this machine: Debian has it in linux-perf");
	read_all(&all, FOLDER "kwork", read_kwork);
	system = parsed(FOLDER "cut.json");
	each_row(system, add_row, &all);
	add_of_library(&all, system, line_of_library());
	expect_same(&all, "perf kwork");
	EXPECT_GE(all.nr, 10);
}

/* "virtio0-req.0     197" */
static void read_hardirqs(struct all_same *all, char *line)
{
	unsigned long long count;
	char name[64];

	if (sscanf(line, "%63s %llu", name, &count) == 2)
		same_of(all, "isr", name)->theirs += count;
}

/* Of a name, as it has no numbers. */
static void add_named(struct json_object *row, void *arg)
{
	struct all_same *all = arg;
	char name[80];

	snprintf(name, sizeof(name), "%s", text(row, "name"));
	if (!is_kind(row, "isr") || !strstr(name, " (irq "))
		return;
	*strstr(name, " (irq ") = '\0';
	all->library |= is_of_library(name);
	same_of(all, "isr", name)->ours += number(row, "count");
}

/* From before the load to after it, while the devices have nothing else to do. */
TEST(busy, bcc_hardirqs_counts_the_same, 600)
{
	struct json_object *system = recorded();
	static struct all_same all;

	if (access(FOLDER "hardirqs", R_OK))
		ktap_skip("no hardirqs in this machine: Debian has it in libbpf-tools");
	read_all(&all, FOLDER "hardirqs", read_hardirqs);
	each_row(system, add_named, &all);
	add_of_library(&all, system, "dpc_edu0");
	expect_same(&all, "hardirqs");
	EXPECT_GE(all.nr, 4);
}

/* "softirq = timer", then "2 -> 3 : 16 |*  |" for each bucket. */
static void read_softirqs(struct all_same *all, char *line)
{
	unsigned long long count;
	static char name[16];

	if (sscanf(line, "softirq = %15s", name) == 1)
		return;
	if (*name && sscanf(line, " %*u -> %*u : %llu", &count) == 1)
		same_of(all, "softirq", name)->theirs += count;
}

static void add_softirq(struct json_object *row, void *arg)
{
	if (is_kind(row, "softirq"))
		same_of(arg, "softirq", text(row, "name"))->ours += runs(row);
}

/* It begins after dpcmon and ends before it, but not within the load: not more, and not fewer. */
TEST(busy, bcc_softirqs_counts_the_same, 600)
{
	struct json_object *system = recorded();
	static struct all_same all;
	struct same *s;

	if (access(FOLDER "softirqs", R_OK))
		ktap_skip("no softirqs in this machine: Debian has it in libbpf-tools");
	read_all(&all, FOLDER "softirqs", read_softirqs);
	each_row(system, add_softirq, &all);
	for (s = all.list; s < all.list + all.nr; s++) {
		unsigned long long least = kernel_softirqs(s->name);

		EXPECT(s->theirs >= least && s->theirs <= s->ours,
		       "%s: %llu, softirqs has counted %llu, the kernel at least %llu", s->name,
		       s->ours, s->theirs, least);
	}
	EXPECT_GE(all.nr, 4);
}

int main(int argc, char **argv)
{
	(void)argc;
	ktap_prepare();
	return ktap_run(argv + 1, NULL, NULL);
}
