// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "commands.h"
#include "modules.h"
#include "recorder.h"
#include "util.h"

/* Something was said on stdout: results, or that there are none. */
static bool check_said;

static enum check_status check_judge(const struct stage *s)
{
	if (!s->hist.count)
		return CHECK_SKIP;
	if (s->over_budget)
		return CHECK_FAIL;
	return s->budget_ns ? CHECK_PASS : CHECK_DONE;
}

static char *check_name(struct report *r, const struct object *o)
{
	char *name = report_object_name(r, o), *p;

	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
			*p = '_';
	return name;
}

static void check_fill(struct check *c, struct report *r)
{
	unsigned int i, stage;
	bool exact;

	c->report = r;
	c->lost = analysis_lost_total(r->a, &exact);
	c->judged = analysis_judged(r->a);
	c->tests = xcalloc(r->a->nr_objects * DPC_STAGE_NR + 1, sizeof(*c->tests));
	for (i = 0; i < r->a->nr_objects; i++) {
		const struct object *o = r->a->objects[i];

		c->lost += analysis_missing(o);
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			c->tests[c->nr++] = (struct check_test){
				.object = check_name(r, o),
				.stage = stage,
				.numbers = &o->stage[stage],
				.status = check_judge(&o->stage[stage]),
			};
	}
}

static void check_empty(struct check *c)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++)
		free(c->tests[i].object);
	free(c->tests);
}

static int check_exit_status(const struct check *c)
{
	unsigned int i;

	if (!c->judged)
		fail("nothing was judged: no stage that was measured has a budget: give it one by --budget STAGE=US");

	/* what ended early, is not all, or was not judged, is not within budget */
	if (c->report->load_failed)
		return EXIT_ERROR;
	for (i = 0; i < c->nr; i++)
		if (c->tests[i].status == CHECK_FAIL)
			return EXIT_OVER_BUDGET;
	return c->lost || c->report->a->disturbed || !c->judged ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}

int check_write(struct report *r)
{
	const struct params *p = r->params;
	struct check c = { 0 };
	int status;

	if (!analysis_measured(r->a)) {
		if (r->a->disturbed)
			fail("others disturbed the trace: %s", r->a->disturbed);
		fail("nothing was measured: no stage of any interrupt is in the trace; was the device used while it was traced?");
		return EXIT_ERROR;
	}
	check_fill(&c, r);
	check_ktap(&c, stdout);
	check_said = true;
	status = check_exit_status(&c);
	if (p->kcidb && check_kcidb(&c))
		status = EXIT_ERROR;
	if (p->json && report_json(r, p->json))
		status = EXIT_ERROR;
	if (p->html && report_html(r, p->html))
		status = EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		status = EXIT_ERROR;
	}
	check_empty(&c);
	return status;
}

/* Records to a file without a name, which nobody has to remove, while the command runs. */
static int check_command(const struct params *p)
{
	const char *dir = getenv("TMPDIR");
	struct params with_file = *p;
	struct recorder *rec;
	int status = EXIT_ERROR, child, fd;
	char *path;

	path = xasprintf("%s/dpcmon-XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		fail("%s: %m", path);
		free(path);
		return EXIT_ERROR;
	}
	unlink(path);
	free(path);
	path = xasprintf("/proc/self/fd/%d", fd);
	with_file.trace = path;
	rec = recorder_start(&with_file);
	if (rec) {
		modules_watch();
		child = record_child(p);
		modules_unwatch();
		if (child)
			fail("%s ended with status %d", p->child[0], child);
		if (!recorder_stop(rec))
			status = report_file(&with_file, NULL, child);
	}
	close(fd);
	free(path);
	return status;
}

int cmd_check(const struct params *p)
{
	int status;

	if (p->trace)
		status = report_file(p, NULL, false);
	else if (p->child)
		status = check_command(p);
	else
		status = cmd_run(p);
	if (check_said)
		return status;
	printf("KTAP version 1\nBail out! nothing was measured: see the messages of dpcmon\n");
	if (p->kcidb)
		check_kcidb_error(p);
	return EXIT_ERROR;
}
