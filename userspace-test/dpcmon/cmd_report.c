// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon report: reports on what was recorded, perhaps on another machine.
 */
#include "commands.h"
#include "report_file.h"
#include "report_write.h"
#include "params.h"

int cmd_report(const struct params *p)
{
	return report_file(p, NULL, false, &report_writer);
}
