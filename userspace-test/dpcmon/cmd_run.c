// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon run: drives an edu device, and reports on every interrupt of it.
 */
#include "commands.h"
#include "drive.h"
#include "report_write.h"

int cmd_run(const struct params *p)
{
	return drive(p, &report_writer);
}
