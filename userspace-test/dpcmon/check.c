// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges a measurement: one test for each stage of each interrupt object, and the exit
 * status that follows from all of them.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "analysis.h"
#include "check.h"
#include "judge.h"
#include "report.h"
#include "symbols.h"
#include "util.h"
#include "verdict.h"

#define CHECK_ROOT	"dpc"

static enum check_status check_stage(const struct report *r, const struct object *o,
				     unsigned int stage)
{
	switch (judge_stage(r->a, o, stage)) {
	case JUDGE_NOTHING:
		return CHECK_SKIP;
	case JUDGE_OVER:
		return CHECK_FAIL;
	case JUDGE_TOO_FEW:
		return CHECK_FEW;
	case JUDGE_WITHIN:
		return CHECK_PASS;
	case JUDGE_NO_BUDGET:
		break;
	}
	return CHECK_DONE;
}

void check_clean_name(char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' && *name != '-')
			*name = '_';
}

/*
 * Several objects, or one of a name that others have, are told apart by id and device: two
 * cards of one driver are two sets of tests.  The only one keeps its plain name, which is the
 * same whenever its driver is loaded.
 */
static char *check_name(struct report *r, const struct object *o)
{
	const struct report_device *device = report_device(r, o->id);
	char *name;

	if (device && r->nr_devices > 1)
		name = xasprintf("%s-%u-%s", o->name, o->id, device->again);
	else
		name = report_object_name(r, o);
	check_clean_name(name);
	return name;
}

static void check_test(struct check_test *t, struct report *r, const struct object *o,
		       unsigned int stage)
{
	const struct stage *s = &o->stage[stage];
	const char *routine = symbols_routine(r->symbols, s->function);

	*t = (struct check_test){
		.object = check_name(r, o),
		.stage = stage_keys[stage],
		.budgets = judge_words(r->a, o, stage),
		.routine = s->hist.count ? xstrdup(routine) : NULL,
		.model = o->model,
		.irq = o->irq,
		.hist = &s->hist,
		.budget_ns = s->budget_ns,
		.over_budget = s->over_budget,
		.status = check_stage(r, o, stage),
	};
	if (t->status == CHECK_FAIL)
		t->culprit = xasprintf("the longest was routine %s, interrupt %" PRIu64, routine,
				       s->max_seq);
}

void check_add_about(struct check *c, char *line)
{
	c->about = xrealloc(c->about, (c->nr_about + 1) * sizeof(*c->about));
	c->about[c->nr_about++] = line;
}

static void check_describe(struct check *c, const struct report *r)
{
	unsigned int i;

	c->params = r->params;
	c->root = CHECK_ROOT;
	c->kernel = r->kernel;
	c->cpus = r->cpus;
	c->date = r->date;
	c->load_failed = r->load_failed;
	c->disturbed = r->a->disturbed;
	for (i = 0; i < r->nr_devices; i++)
		check_add_about(c, xasprintf("object %s%s%s", r->devices[i].label,
					     r->devices[i].brought ? ": " : "",
					     r->devices[i].brought ? r->devices[i].brought : ""));
}

void check_finish(struct check *c)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++)
		c->judged |= c->tests[i].status == CHECK_PASS || c->tests[i].status == CHECK_FAIL;
}

void check_judge(struct check *c, struct report *r)
{
	unsigned int i, stage;
	bool exact;

	check_describe(c, r);
	c->lost = analysis_lost_total(r->a, &exact);
	c->tests = xcalloc(r->a->nr_objects * DPC_STAGE_NR + 1, sizeof(*c->tests));
	for (i = 0; i < r->a->nr_objects; i++) {
		const struct object *o = r->a->objects[i];

		if (r->only_devices && r->nr_devices && !report_device(r, o->id))
			continue;
		c->lost += analysis_missing(o);
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			check_test(&c->tests[c->nr++], r, o, stage);
	}
	check_finish(c);
}

void check_free(struct check *c)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		free(c->tests[i].object);
		free(c->tests[i].budgets);
		free(c->tests[i].culprit);
		free(c->tests[i].routine);
		if (c->hists)
			hist_free(&c->hists[i]);
	}
	for (i = 0; i < c->nr_about; i++)
		free(c->about[i]);
	free(c->about);
	free(c->hists);
	free(c->tests);
}

/* A percentile that was asked for and could not be told: to leave it out is not to pass. */
static bool check_has_few(const struct check *c)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++)
		if (c->tests[i].status == CHECK_FEW)
			return true;
	return false;
}

int check_exit_status(const struct check *c)
{
	unsigned int i;

	if (!c->judged)
		fail("nothing was judged: no stage that was measured has a budget: give it one by --budget STAGE=US");

	/* what ended early, is not all, or was not judged, is not within budget */
	if (c->load_failed)
		return EXIT_ERROR;
	for (i = 0; i < c->nr; i++)
		if (c->tests[i].status == CHECK_FAIL)
			return EXIT_OVER_BUDGET;
	return c->lost || c->disturbed || !c->judged || check_has_few(c) ? EXIT_ERROR :
									   EXIT_WITHIN_BUDGET;
}
