// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a check's results as XML in the form that JUnit has given to all runners.  What
 * makes the exit status 1 is an error here, so that a runner that reads only this file does
 * not take it for a pass; over budget is a failure.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check_junit.h"
#include "check_text.h"
#include "hist.h"
#include "measured.h"
#include "output.h"
#include "params.h"
#include "util.h"

/* All texts are printable UTF-8 already, see text.h. */
static void junit_text(FILE *out, const char *text)
{
	for (; *text; text++)
		if (strchr("<>&\"'", *text))
			fprintf(out, "&#%d;", *text);
		else
			fputc(*text, out);
}

static void junit_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	junit_text(out, value);
	fputc('"', out);
}

static void junit_property(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fputs("   <property", out);
	junit_attribute(out, "name", name);
	junit_attribute(out, "value", value);
	fputs("/>\n", out);
}

/* @seconds: the longest time of the stage; runners draw it over the runs. */
static void junit_case_begin(FILE *out, const char *class, const char *name, double seconds)
{
	fputs("  <testcase", out);
	junit_attribute(out, "classname", class);
	junit_attribute(out, "name", name);
	fprintf(out, " time=\"%.9f\">\n", is_measured(seconds) ? seconds : 0);
}

static void junit_case_end(FILE *out)
{
	fputs("  </testcase>\n", out);
}

/* @tag: failure, error or skipped. */
static void junit_result(FILE *out, const char *tag, const char *type, const char *message)
{
	fprintf(out, "   <%s", tag);
	if (type)
		junit_attribute(out, "type", type);
	junit_attribute(out, "message", message);
	fputs("/>\n", out);
}

static void junit_stage(const struct check *c, const struct check_test *t, FILE *out)
{
	char *numbers = check_text_numbers(t), *class = xasprintf("%s.%s", c->root, t->object);

	junit_case_begin(out, class, t->stage, hist_max(t->hist) / 1e9);
	if (t->status == CHECK_FAIL)
		junit_result(out, "failure", "over_budget", t->culprit);
	else if (t->status == CHECK_FEW)
		junit_result(out, "error", "not_judged", check_text_skip(t));
	else if (check_text_skip(t))
		junit_result(out, "skipped", NULL, check_text_skip(t));
	if (numbers) {
		fputs("   <system-out>", out);
		junit_text(out, numbers);
		fputs("</system-out>\n", out);
	}
	junit_case_end(out);
	free(class);
	free(numbers);
}

static void junit_end(const struct check *c, const struct check_end *end, FILE *out)
{
	const char *name = strchr(end->name, '.') + 1;
	char *class = xasprintf("%s.%.*s", c->root, (int)(name - end->name - 1), end->name);

	junit_case_begin(out, class, name, 0);
	if (!end->passed) {
		end->why[strcspn(end->why, "\n")] = '\0';
		junit_result(out, "error", end->name, end->why);
	}
	junit_case_end(out);
	free(class);
}

/* 2026-11-22 03:09:39 +0100 as 2026-11-22T03:09:39+01:00 */
static void junit_date(FILE *out, const char *date)
{
	if (strlen(date) == 25)
		fprintf(out, " timestamp=\"%.10sT%.8s%.3s:%s\"", date, date + 11, date + 20,
			date + 23);
}

static void junit_begin(FILE *out, unsigned int tests, unsigned int failures,
			unsigned int errors, unsigned int skipped, const char *date)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out, "<testsuites name=\"dpcmon check\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n",
		tests, failures, errors);
	fprintf(out, " <testsuite name=\"dpc\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"0\"",
		tests, failures, errors, skipped);
	junit_date(out, date);
	fputs(">\n  <properties>\n", out);
	junit_property(out, "dpcmon", DPCMON_VERSION);
}

static void junit_write(const struct check *c, FILE *out)
{
	struct check_end ends[CHECK_TEXT_ENDS];
	unsigned int i, count[CHECK_UNTIMED + 1] = { 0 }, errors = 0;

	check_text_ends(c, ends);
	for (i = 0; i < CHECK_TEXT_ENDS; i++)
		errors += !ends[i].passed;
	for (i = 0; i < c->nr; i++)
		count[c->tests[i].status]++;
	junit_begin(out, c->nr + CHECK_TEXT_ENDS, count[CHECK_FAIL], errors + count[CHECK_FEW],
		    count[CHECK_SKIP] + count[CHECK_DONE] + count[CHECK_UNTIMED], c->date);
	junit_property(out, "kernel", c->kernel);
	junit_property(out, "command", c->params->line);
	junit_property(out, "note", c->params->note);
	fputs("  </properties>\n", out);
	for (i = 0; i < c->nr; i++)
		junit_stage(c, &c->tests[i], out);
	for (i = 0; i < CHECK_TEXT_ENDS; i++) {
		junit_end(c, &ends[i], out);
		free(ends[i].why);
	}
	fputs(" </testsuite>\n</testsuites>\n", out);
}

int check_junit(const struct check *c)
{
	struct output out;

	if (output_open(&out, c->params->junit))
		return -1;
	junit_write(c, out.file);
	return output_close(&out, true);
}

int check_junit_error(const struct params *p)
{
	struct output out;

	if (output_open(&out, p->junit))
		return -1;
	junit_begin(out.file, 1, 0, 1, 0, "");
	junit_property(out.file, "command", p->line);
	fputs("  </properties>\n", out.file);
	junit_case_begin(out.file, "dpc", "measured", 0);
	junit_result(out.file, "error", "nothing_measured",
		     "nothing was measured: see the messages of dpcmon");
	junit_case_end(out.file);
	fputs(" </testsuite>\n</testsuites>\n", out.file);
	return output_close(&out, true);
}
