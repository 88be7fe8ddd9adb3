// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a check's results as KTAP on stdout.  The numbers and the culprit stand in
 * diagnostic lines above each result.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "check_ktap.h"
#include "check_text.h"
#include "params.h"

static void ktap_said(const char *name, const char *text, FILE *out)
{
	if (text)
		fprintf(out, "# %s: %s\n", name, text);
}

static void ktap_test(const struct check *c, unsigned int nr, FILE *out)
{
	const struct check_test *t = &c->tests[nr];
	const char *skip = check_text_skip(t);
	char *name = check_text_name(t), *numbers = check_text_numbers(t);

	ktap_said(name, numbers, out);
	ktap_said(name, t->culprit, out);
	fprintf(out, "%s %u %s%s%s\n", t->status == CHECK_FAIL ? "not ok" : "ok", nr + 1, name,
		skip ? " # SKIP " : "", skip ? skip : "");
	free(numbers);
	free(name);
}

static void ktap_ends(const struct check *c, FILE *out)
{
	struct check_end ends[CHECK_TEXT_ENDS];
	char *line, *rest;
	unsigned int i;

	check_text_ends(c, ends);
	for (i = 0; i < CHECK_TEXT_ENDS; i++) {
		rest = ends[i].why;
		while ((line = strsep(&rest, "\n")))
			if (*line)
				fprintf(out, "# %s\n", line);
		fprintf(out, "%s %u %s\n", ends[i].passed ? "ok" : "not ok", c->nr + 1 + i,
			ends[i].name);
		free(ends[i].why);
	}
}

void check_ktap(const struct check *c, FILE *out)
{
	const char *note = c->params->note;
	unsigned int i;

	fprintf(out, "KTAP version 1\n1..%u\n", c->nr + CHECK_TEXT_ENDS);
	fprintf(out, "# dpcmon " DPCMON_VERSION ", kernel %s, %d CPUs, %s%s%s\n", c->kernel,
		c->cpus, c->date, note ? ", " : "", note ? note : "");
	for (i = 0; i < c->nr_about; i++)
		fprintf(out, "# %s\n", c->about[i]);
	for (i = 0; i < c->nr; i++)
		ktap_test(c, i, out);
	ktap_ends(c, out);
}

void check_ktap_bail_out(FILE *out)
{
	fprintf(out, "KTAP version 1\nBail out! nothing was measured: see the messages of dpcmon\n");
}
