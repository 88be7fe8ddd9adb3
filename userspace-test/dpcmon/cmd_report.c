// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon report: reports on what was recorded, perhaps on another machine.
 */
#include "commands.h"
#include "report_file.h"
#include "report_write.h"
#include "params.h"
#include "system_file.h"
#include "system_perfetto.h"
#include "verdict.h"

int cmd_report(const struct params *p)
{
	int status = report_file(p, NULL, false, &report_writer);

	if (p->perfetto && status != EXIT_ERROR &&
	    system_file(p, p->trace, false, &system_perfetto_writer))
		return EXIT_ERROR;
	return status;
}
