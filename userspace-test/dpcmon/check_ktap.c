// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a check's results as KTAP on stdout.  The numbers and the culprit stand in
 * diagnostic lines above each result.
 */
#include <inttypes.h>

#include "check.h"
#include "check_ktap.h"
#include "hist.h"
#include "measured.h"
#include "symbols.h"

static void ktap_numbers(const struct check_test *t, const char *name, FILE *out)
{
	const struct hist *h = &t->numbers->hist;

	if (!h->count)
		return;
	fprintf(out, "# %s: count %" PRIu64
		", avg %s, p50 %s, p99 %s, p99.9 %s, max %s us", name, h->count,
		MEASURED_US(hist_avg(h)), MEASURED_US(hist_percentile(h, 50, 100)),
		MEASURED_US(hist_percentile(h, 99, 100)),
		MEASURED_US(hist_percentile(h, 999, 1000)), MEASURED_US(hist_max(h)));
	if (t->numbers->budget_ns)
		fprintf(out, "; budget %.0f us, over it %" PRIu64,
			report_us(t->numbers->budget_ns), t->numbers->over_budget);
	fprintf(out, "%s\n", t->budgets);
}

static void ktap_culprit(const struct check *c, const struct check_test *t, const char *name,
			 FILE *out)
{
	if (t->status != CHECK_FAIL)
		return;
	fprintf(out, "# %s: the longest was routine %s, interrupt %" PRIu64 "\n", name,
		symbols_routine(c->report->symbols, t->numbers->function), t->numbers->max_seq);
}

static void ktap_test(const struct check *c, unsigned int nr, FILE *out)
{
	const struct check_test *t = &c->tests[nr];
	char name[NAME_LEN * 2 + DPC_OBJECT_DEVICE_LEN + 64];

	snprintf(name, sizeof(name), "%s.%s", t->object, stage_keys[t->stage]);
	ktap_numbers(t, name, out);
	ktap_culprit(c, t, name, out);
	fprintf(out, "%s %u %s%s\n", t->status == CHECK_FAIL ? "not ok" : "ok", nr + 1, name,
		t->status == CHECK_SKIP ? " # SKIP it did not happen" :
		t->status == CHECK_DONE ? " # SKIP no budget" :
		t->status == CHECK_FEW ? " # SKIP too few times for the percentile" : "");
}

void check_ktap(const struct check *c, FILE *out)
{
	const struct report *r = c->report;
	unsigned int i;

	fprintf(out, "KTAP version 1\n1..%u\n", c->nr + 3);
	fprintf(out, "# dpcmon " DPCMON_VERSION ", kernel %s, %d CPUs, %s%s%s\n", r->kernel,
		r->cpus, r->date, r->params->note ? ", " : "",
		r->params->note ? r->params->note : "");
	for (i = 0; i < r->nr_devices; i++)
		fprintf(out, "# object %s%s%s\n", r->devices[i].label,
			r->devices[i].brought ? ": " : "",
			r->devices[i].brought ? r->devices[i].brought : "");
	for (i = 0; i < c->nr; i++)
		ktap_test(c, i, out);
	if (r->load_failed)
		fprintf(out, "# the load failed: see the messages on stderr\n");
	fprintf(out, "%s %u load.completed\n", r->load_failed ? "not ok" : "ok", ++i);
	if (c->lost)
		fprintf(out, "# %" PRIu64 " events are missing: a larger --buffer helps\n",
			c->lost);
	if (r->a->disturbed)
		fprintf(out, "# others disturbed the trace: %s\n", r->a->disturbed);
	fprintf(out, "%s %u trace.complete\n", c->lost || r->a->disturbed ? "not ok" : "ok", ++i);
	if (!c->judged)
		fprintf(out, "# no stage that was measured has a budget: --budget STAGE=US gives one\n");
	fprintf(out, "%s %u budget.applied\n", c->judged ? "ok" : "not ok", ++i);
}

void check_ktap_bail_out(FILE *out)
{
	fprintf(out, "KTAP version 1\nBail out! nothing was measured: see the messages of dpcmon\n");
}
