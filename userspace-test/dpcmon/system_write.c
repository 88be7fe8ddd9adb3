// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what dpcmon system has found in the forms that the command line asks for: text unless
 * stdout is for a program, JSON, a page, OpenMetrics, a trace for a viewer.
 */
#include <stdio.h>

#include "output.h"
#include "params.h"
#include "system_html.h"
#include "system_openmetrics.h"
#include "system_perfetto.h"
#include "system_write.h"
#include "util.h"
#include "verdict.h"

int system_write_files(const struct system_report *r)
{
	const struct params *p = r->params;

	if (p->json && system_json(r, p->json))
		return -1;
	if (p->html && system_html(r, p->html))
		return -1;
	if (p->openmetrics && system_openmetrics(r, p->openmetrics))
		return -1;
	return p->perfetto ? system_perfetto(r, p->perfetto) : 0;
}

static int system_write(struct system_writer *w, const struct system_report *r)
{
	const struct params *p = r->params;

	if (!p->quiet && !output_has_stdout(p))
		system_text(r, stdout);
	if (system_write_files(r))
		return EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		return EXIT_ERROR;
	}
	if (!r->load_failed)
		return system_report_status(r);
	return EXIT_ERROR;
}

struct system_writer system_writer = { .write = system_write };
