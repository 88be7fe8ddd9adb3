// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace.dat up to all that dpcmon system and dpcmon check --system write of it, and up to the
 * rows of dpcmon diff.
 */
#include <json.h>

#include "diff_file.h"
#include "fuzz.h"
#include "json_in.h"
#include "params.h"
#include "system_check.h"
#include "system_file.h"
#include "system_perfetto.h"
#include "system_write.h"
#include "verdict.h"

/* Times of centuries are refused. */
static void system_diff(const struct system_report *r)
{
	struct json_object *o = system_json_object(r);

	diff_file_free(json_in("JSON", o));
	json_object_put(o);
}

/* The file is read once for all; and once more by what shows single events. */
static int system_all(struct system_writer *w, const struct system_report *r)
{
	const struct params *text = r->params;
	struct params files = {
		.command = CMD_SYSTEM, .trace = text->trace, .line = text->line, .json = "-",
		.html = "-", .openmetrics = "-",
	};
	struct params check = {
		.command = CMD_CHECK, .trace = text->trace, .line = text->line, .junit = "-",
		.kcidb = "-", .kcidb_origin = "fuzz", .kcidb_build = "fuzz",
	};
	struct system_report other = *r;
	struct system_checker checker;

	system_writer.write(&system_writer, r);
	other.params = &files;
	system_writer.write(&system_writer, &other);
	system_perfetto(r, "-");
	other.params = &check;
	system_check_init(&checker);
	checker.writer.write(&checker.writer, &other);
	system_diff(r);
	return EXIT_WITHIN_BUDGET;
}

void fuzz_system(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	struct params p = { .command = CMD_SYSTEM, .trace = path, .line = (char *)path };
	struct system_writer all = { .write = system_all };
	struct fuzz_said said;

	fuzz_listen(&said);
	fuzz_judge(&said, system_file(&p, path, false, &all) == EXIT_ERROR);
}
