// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon - where the time of an interrupt goes: ISR, DPC, work item
 */
#include "commands.h"
#include "params.h"
#include "parse.h"
#include "util.h"
#include "verdict.h"

static int (* const main_commands[CMD_NR])(const struct params *p) = {
	[CMD_RUN]	= cmd_run,
	[CMD_RECORD]	= cmd_record,
	[CMD_REPORT]	= cmd_report,
	[CMD_STAT]	= cmd_stat,
	[CMD_COMPARE]	= cmd_compare,
	[CMD_TOP]	= cmd_top,
	[CMD_CHECK]	= cmd_check,
	[CMD_LIST]	= cmd_list,
	[CMD_BIND]	= cmd_bind,
	[CMD_UNBIND]	= cmd_unbind,
	[CMD_SYSTEM]	= cmd_system,
	[CMD_DIFF]	= cmd_diff,
};

int main(int argc, char **argv)
{
	struct params params;
	int status = EXIT_ERROR;

	switch (parse_command_line(&params, argc, argv)) {
	case PARSE_DONE:
		status = 0;
		break;
	case PARSE_OK:
		catch_interrupts();
		status = main_commands[params.command](&params);
		break;
	case PARSE_BAD:
		break;
	}
	parse_free(&params);
	return status;
}
