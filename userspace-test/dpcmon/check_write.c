// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report writer of dpcmon check: KTAP on stdout, then whatever files the command
 * line names.  It remembers that it has written, because without results the command
 * must bail out.
 */
#include "analysis.h"
#include "check.h"
#include "check_junit.h"
#include "check_kcidb.h"
#include "check_ktap.h"
#include "check_write.h"
#include "report_html.h"
#include "report_json.h"
#include "report_write.h"
#include "util.h"
#include "verdict.h"

static int check_write(struct report_writer *w, struct report *r)
{
	struct check_writer *cw = (struct check_writer *)w;
	const struct params *p = r->params;
	struct check c = { 0 };
	int status;

	if (!analysis_measured(r->a)) {
		if (r->a->disturbed)
			fail("others disturbed the trace: %s", r->a->disturbed);
		fail("nothing was measured: no stage of any interrupt is in the trace; was the device used while it was traced?");
		return EXIT_ERROR;
	}
	check_judge(&c, r);
	check_ktap(&c, stdout);
	cw->written = true;
	status = check_exit_status(&c);
	if (p->kcidb && check_kcidb(&c))
		status = EXIT_ERROR;
	if (p->junit && check_junit(&c))
		status = EXIT_ERROR;
	if (p->json && report_json(r, p->json))
		status = EXIT_ERROR;
	if (p->html && report_html(r, p->html))
		status = EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		status = EXIT_ERROR;
	}
	check_free(&c);
	return status;
}

void check_write_init(struct check_writer *cw)
{
	*cw = (struct check_writer){ .writer.write = check_write };
}
