// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon diff: what was measured against what was measured before, on another kernel, another
 * machine, or on Windows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "diff_read.h"
#include "diff_report.h"
#include "diff_words.h"
#include "output.h"
#include "params.h"
#include "util.h"
#include "verdict.h"

static int cmd_diff_read(const struct params *p, struct diff_file **files)
{
	unsigned int i;

	for (i = 0; i < p->diff.nr_files; i++) {
		files[i] = diff_read(p, p->diff.files[i]);
		if (!files[i])
			return -1;
	}
	return 0;
}

#define CMD_DIFF_NO_ROW \
	"no row is in two of the files: rows are the same if driver, kind and name are; dpcmon diff A B --pair DRIVER=DRIVER compares drivers of different names"

static int cmd_diff_pairs(const struct params *p, const struct diff *d, struct diff_report *r)
{
	if (!d->nr_common && !p->diff.nr_pairs)
		return fail(CMD_DIFF_NO_ROW);
	for (; r->nr_pairs < p->diff.nr_pairs; r->nr_pairs++)
		if (diff_pair_make(&r->pairs[r->nr_pairs], d, p->diff.pairs[r->nr_pairs]))
			return -1;
	return 0;
}

static int cmd_diff_status(const struct diff_report *r)
{
	char *text;

	if (!diff_report_is_judged(r)) {
		/* twins were asked for, and are shown */
		if (r->nr_pairs)
			return EXIT_WITHIN_BUDGET;
		text = diff_words_not_judged(r->d);
		fail("%s", text);
		free(text);
		return EXIT_ERROR;
	}
	if (r->d->nr_files == 2)
		return r->d->count[DIFF_WORSE] ? EXIT_OVER_BUDGET : EXIT_WITHIN_BUDGET;
	return diff_odd_one(r->d) < 0 ? EXIT_WITHIN_BUDGET : EXIT_OVER_BUDGET;
}

static int cmd_diff_write(const struct params *p, const struct diff_report *r)
{
	if (!p->quiet && !output_is_stdout(p->json) && !output_is_stdout(p->html))
		diff_text(r, stdout);
	if (p->json && diff_json(r, p->json))
		return EXIT_ERROR;
	if (p->html && diff_html(r, p->html))
		return EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		return EXIT_ERROR;
	}
	return cmd_diff_status(r);
}

int cmd_diff(const struct params *p)
{
	struct diff_file *files[DIFF_FILES_MAX] = { NULL };
	struct diff_pair pairs[DIFF_PAIRS_MAX];
	struct diff d = {
		.files = files, .nr_files = p->diff.nr_files,
		.worse_percent = p->diff.worse_percent, .least_ns = p->diff.least_ns,
	};
	struct diff_report r = { .params = p, .d = &d, .pairs = pairs };
	int status = EXIT_ERROR;
	unsigned int i;

	if (!cmd_diff_read(p, files)) {
		diff_make(&d);
		if (!cmd_diff_pairs(p, &d, &r))
			status = cmd_diff_write(p, &r);
		for (i = 0; i < r.nr_pairs; i++)
			diff_pair_free(&pairs[i]);
		diff_free(&d);
	}
	for (i = 0; i < d.nr_files; i++)
		diff_file_free(files[i]);
	return status;
}
