// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results of dpcmon check: KTAP on stdout, then whatever files the command line names.  The
 * writer for reports remembers that it has written, because without results the command
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
#include "util.h"
#include "verdict.h"

int check_write_results(const struct check *c)
{
	const struct params *p = c->params;
	int status;

	check_ktap(c, stdout);
	status = check_exit_status(c);
	if (p->kcidb && check_kcidb(c))
		status = EXIT_ERROR;
	if (p->junit && check_junit(c))
		status = EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		status = EXIT_ERROR;
	}
	return status;
}

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
	status = check_write_results(&c);
	cw->written = true;
	if (p->json && report_json(r, p->json))
		status = EXIT_ERROR;
	if (p->html && report_html(r, p->html))
		status = EXIT_ERROR;
	check_free(&c);
	return status;
}

void check_write_init(struct check_writer *cw)
{
	*cw = (struct check_writer){ .writer.write = check_write };
}
