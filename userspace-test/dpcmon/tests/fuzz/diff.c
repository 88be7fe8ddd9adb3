// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two files of dpcmon diff, JSON or texts from Windows, with a line of four equal signs between
 * them; without that line, one file that is compared with itself.
 */
#define _GNU_SOURCE
#include <string.h>

#include "commands.h"
#include "fuzz.h"
#include "params.h"
#include "verdict.h"

#define DIFF_BETWEEN	"\n====\n"

static int diff_run(const struct params *p)
{
	struct fuzz_said said;
	int status;

	fuzz_listen(&said);
	status = cmd_diff(p);
	fuzz_judge(&said, status == EXIT_ERROR);
	return status;
}

void fuzz_diff(const uint8_t *data, size_t size)
{
	const uint8_t *between = memmem(data, size, DIFF_BETWEEN, strlen(DIFF_BETWEEN)), *second;
	const char *a = fuzz_file(0, data, between ? (size_t)(between - data) : size), *b = a;
	char *files[3];
	struct params p = {
		.command = CMD_DIFF, .line = (char *)"dpcmon diff", .json = "-", .html = "-",
		.diff = { .files = files, .nr_files = 2, .worse_percent = 10, .least_ns = 1000 },
	};
	int status;

	if (between) {
		second = between + strlen(DIFF_BETWEEN);
		b = fuzz_file(1, second, data + size - second);
	}
	files[0] = (char *)a;
	files[1] = (char *)b;
	files[2] = (char *)a;
	status = diff_run(&p);
	if (status == EXIT_OVER_BUDGET && a == b)
		fuzz_wrong("a file is worse than itself");
	p.json = NULL;
	p.html = NULL;
	if (status != EXIT_ERROR) {
		p.diff.nr_files = 3;
		diff_run(&p);
		p.diff.nr_files = 2;
	}
	/* without both of them, there is no more than a message */
	if (!memmem(data, size, "b.sys", strlen("b.sys")))
		return;
	p.diff.pairs[p.diff.nr_pairs++] = "a.sys=b.sys";
	diff_run(&p);
}
