// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges a measurement: one test for each stage of each interrupt object, and the exit
 * status that follows from all of them.
 */
#include <ctype.h>
#include <stdlib.h>

#include "analysis.h"
#include "check.h"
#include "judge.h"
#include "report.h"
#include "util.h"
#include "verdict.h"

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

/*
 * Several objects, or one of a name that others have, are told apart by id and device: two
 * cards of one driver are two sets of tests.  The only one keeps its plain name, which is the
 * same whenever its driver is loaded.
 */
static char *check_name(struct report *r, const struct object *o)
{
	const struct report_device *device = report_device(r, o->id);
	char *name, *p;

	if (device && r->nr_devices > 1)
		name = xasprintf("%s-%u-%s", o->name, o->id, device->again);
	else
		name = report_object_name(r, o);

	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
			*p = '_';
	return name;
}

void check_judge(struct check *c, struct report *r)
{
	unsigned int i, stage;
	bool exact;

	c->report = r;
	c->lost = analysis_lost_total(r->a, &exact);
	c->tests = xcalloc(r->a->nr_objects * DPC_STAGE_NR + 1, sizeof(*c->tests));
	for (i = 0; i < r->a->nr_objects; i++) {
		const struct object *o = r->a->objects[i];

		if (r->only_devices && r->nr_devices && !report_device(r, o->id))
			continue;
		c->lost += analysis_missing(o);
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			c->tests[c->nr++] = (struct check_test){
				.object = check_name(r, o),
				.budgets = judge_words(r->a, o, stage),
				.stage = stage,
				.numbers = &o->stage[stage],
				.status = check_stage(r, o, stage),
			};
	}
	for (i = 0; i < c->nr; i++)
		c->judged |= c->tests[i].status == CHECK_PASS || c->tests[i].status == CHECK_FAIL;
}

void check_free(struct check *c)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		free(c->tests[i].object);
		free(c->tests[i].budgets);
	}
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
	if (c->report->load_failed)
		return EXIT_ERROR;
	for (i = 0; i < c->nr; i++)
		if (c->tests[i].status == CHECK_FAIL)
			return EXIT_OVER_BUDGET;
	return c->lost || c->report->a->disturbed || !c->judged || check_has_few(c) ?
	       EXIT_ERROR : EXIT_WITHIN_BUDGET;
}
