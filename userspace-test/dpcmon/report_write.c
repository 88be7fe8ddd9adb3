// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a report in the forms that the command line asks for: text unless stdout is
 * for a program, JSON, a page.
 */
#include "analysis.h"
#include "output.h"
#include "report.h"
#include "report_html.h"
#include "report_json.h"
#include "report_text.h"
#include "report_write.h"
#include "system_file.h"
#include "system_perfetto.h"
#include "util.h"
#include "verdict.h"

static int report_write(struct report_writer *w, struct report *r)
{
	const struct params *p = r->params;

	if (!analysis_measured(r->a) && !analysis_stopped(r->a)) {
		if (r->a->disturbed)
			fail("others disturbed the trace: %s", r->a->disturbed);
		fail("nothing was measured: no stage of any interrupt is in the trace; was the device used while it was traced?");
		return EXIT_ERROR;
	}
	/* what is on stdout for programs has no table before it */
	if (!p->quiet && !output_has_stdout(p))
		report_text(r, stdout);
	if (p->json && report_json(r, p->json))
		return EXIT_ERROR;
	if (p->html && report_html(r, p->html))
		return EXIT_ERROR;
	if (p->perfetto && system_file(p, p->trace, false, &system_perfetto_writer))
		return EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		return EXIT_ERROR;
	}
	return verdict_exit_status(r->a);
}

struct report_writer report_writer = { .write = report_write };
