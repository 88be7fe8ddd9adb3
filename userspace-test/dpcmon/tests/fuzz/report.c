// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace.dat up to all that dpcmon report and dpcmon check write of it.
 */
#include "check_write.h"
#include "fuzz.h"
#include "params.h"
#include "report_file.h"
#include "report_write.h"
#include "verdict.h"

/* The file is read once for both commands. */
static int report_all(struct report_writer *w, struct report *r)
{
	const struct params *text = r->params;
	struct params check = {
		.command = CMD_CHECK, .trace = text->trace, .line = text->line, .json = "-",
		.html = "-", .junit = "-", .kcidb = "-", .kcidb_origin = "fuzz",
		.kcidb_build = "fuzz",
	};
	struct check_writer cw;

	if (report_writer.write(&report_writer, r) == EXIT_ERROR)
		return EXIT_ERROR;
	check_write_init(&cw);
	r->params = &check;
	cw.writer.write(&cw.writer, r);
	r->params = text;
	return EXIT_WITHIN_BUDGET;
}

void fuzz_report(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	struct params p = { .command = CMD_REPORT, .trace = path, .line = (char *)path };
	struct report_writer all = { .write = report_all };
	struct fuzz_said said;

	fuzz_listen(&said);
	fuzz_judge(&said, report_file(&p, NULL, false, &all) == EXIT_ERROR);
}
