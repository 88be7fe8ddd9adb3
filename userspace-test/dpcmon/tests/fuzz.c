// SPDX-License-Identifier: GPL-2.0-only
/*
 * For libFuzzer: a file of any content, from opening it to every kind of report, and as a file of
 * dpcmon diff.
 * What comes out has to be printable, whatever went in.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check_write.h"
#include "commands.h"
#include "fuzz.h"
#include "report_file.h"
#include "report_write.h"
#include "system_check.h"
#include "system_file.h"
#include "system_perfetto.h"
#include "system_write.h"
#include "text.h"
#include "util.h"
#include "verdict.h"

/* What the program writes, to stdout or stderr. */
struct written {
	char	*text;
	size_t	len;
	FILE	*file;
};

static int fuzz_fd;
static char *fuzz_path;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_fd = memfd_create("trace.dat", MFD_CLOEXEC);
	if (fuzz_fd < 0)
		abort();
	fuzz_path = xasprintf("/proc/self/fd/%d", fuzz_fd);
	return 0;
}

static FILE *fuzz_catch(struct written *w)
{
	w->file = open_memstream(&w->text, &w->len);
	if (!w->file)
		abort();
	return w->file;
}

/* Lines, and tabs of the style sheet; each else is a character that can be printed. */
static void fuzz_check(struct written *w)
{
	char *clean;
	size_t i;

	fclose(w->file);
	if (strlen(w->text) != w->len)
		abort();
	for (i = 0; i < w->len; i++)
		if (w->text[i] == '\n' || w->text[i] == '\t')
			w->text[i] = ' ';
	clean = xstrdup(w->text);
	text_clean(clean);
	if (strcmp(clean, w->text))
		abort();
	free(clean);
	free(w->text);
}

/* One of @w and @sw is NULL; of dpcmon diff both are. */
static int fuzz_report(const struct params *p, struct report_writer *w, struct system_writer *sw)
{
	FILE *out = stdout, *err = stderr;
	struct written written, said;
	int status;

	stdout = fuzz_catch(&written);
	stderr = fuzz_catch(&said);
	if (p->command == CMD_DIFF)
		status = cmd_diff(p);
	else
		status = w ? report_file(p, NULL, false, w) : system_file(p, p->trace, false, sw);
	stdout = out;
	stderr = err;
	/* an error without a word is none that helps */
	fflush(written.file);
	fflush(said.file);
	if (status == EXIT_ERROR && !said.len && !written.len)
		abort();
	fuzz_check(&written);
	fuzz_check(&said);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct params all = {
		.command = CMD_CHECK, .trace = fuzz_path, .json = "-", .html = "-", .kcidb = "-",
		.junit = "-", .kcidb_origin = "fuzz", .kcidb_build = "fuzz", .line = fuzz_path,
	};
	struct check_writer cw;
	struct system_checker checker;
	struct params text = { .command = CMD_REPORT, .trace = fuzz_path, .line = fuzz_path };
	struct params system = { .command = CMD_SYSTEM, .trace = fuzz_path, .line = fuzz_path };
	struct params json = system, page = system, metrics = system;
	struct params perfetto = system;
	struct params check_system = all;
	char *files[3] = { fuzz_path, fuzz_path, fuzz_path };
	struct params diff = {
		.command = CMD_DIFF, .line = fuzz_path, .json = "-", .html = "-",
		.diff = { .files = files, .nr_files = 2, .worse_percent = 10, .least_ns = 1000 },
	};

	if (ftruncate(fuzz_fd, 0) ||
	    pwrite(fuzz_fd, data, size, 0) != (ssize_t)size)
		abort();
	json.json = "-";
	check_write_init(&cw);
	if (fuzz_report(&all, &cw.writer, NULL) != EXIT_ERROR)
		fuzz_report(&text, &report_writer, NULL);
	fuzz_report(&system, NULL, &system_writer);
	fuzz_report(&json, NULL, &system_writer);
	page.html = "-";
	fuzz_report(&page, NULL, &system_writer);
	metrics.openmetrics = "-";
	fuzz_report(&metrics, NULL, &system_writer);
	perfetto.perfetto = "-";
	fuzz_report(&perfetto, NULL, &system_perfetto_writer);
	system_check_init(&checker);
	fuzz_report(&check_system, NULL, &checker.writer);
	fuzz_report(&diff, NULL, NULL);
	/* a trace was read often enough by now */
	if (size && *data == 0x17)
		return 0;
	diff.diff.nr_files = 3;
	fuzz_report(&diff, NULL, NULL);
	diff.diff.nr_files = 2;
	diff.diff.pairs[diff.diff.nr_pairs++] = "a.sys=a.sys";
	fuzz_report(&diff, NULL, NULL);
	diff.json = NULL;
	diff.html = NULL;
	fuzz_report(&diff, NULL, NULL);
	return 0;
}
