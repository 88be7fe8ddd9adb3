// SPDX-License-Identifier: GPL-2.0-only
/*
 * The texts of --help.  What a command is for and its examples are here; its options come
 * from the table of options.c.
 */
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "options.h"
#include "util.h"

#define HELP_COLUMN	26	/* where the text of an option begins */
#define HELP_WIDTH	79	/* of a line, at most */

static const char help_commands[] =
"usage: dpcmon COMMAND [OPTIONS]\n"
"\n"
"Measures where the time of an interrupt goes: in its ISR, in the wait for its\n"
"DPC, in the DPC, in the wait for its work item, in the work item.\n"
"\n"
"commands:\n"
"  list     show the interrupts of all drivers on dpc_core.ko\n"
"  bind     take a PCI card from its driver, to measure its interrupts\n"
"  unbind   give it back\n"
"  run      drive a device, or wait for what it brings, trace it, report\n"
"  record   trace to a file while something else drives the device\n"
"  report   report on a recorded file\n"
"  stat     show the counters of interrupts; needs no tracing\n"
"  compare  put one model after another under an interrupt, and rank them\n"
"  top      watch interrupts in a terminal\n"
"  check    test against budgets, for CI: KTAP on stdout\n"
"  system   show where the time of any driver goes, without any module of ours\n"
"  diff     compare what was measured: before and after, machines, Windows\n"
"\n"
"exit status: 0 all within budget, 2 something over budget, 1 error\n"
"- is what was not measured: of fewer than 2 times there is no p50, of 100 no\n"
"p99, of 1000 no p99.9\n"
"\n"
"examples:\n"
"  dpcmon system --duration 10                   which driver is the slow one?\n"
"  dpcmon run --interrupts 5000                  is my driver fast enough?\n"
"  dpcmon run --interrupts 5000 --html r.html    a page to hand on\n"
"  dpcmon record -o t.dat -- make test           trace your own load\n"
"  dpcmon report t.dat --budget dpc=50           judge it by other budgets\n"
"  dpcmon stat --interval 1                      watch a machine in service\n"
"  dpcmon compare --html c.html                  which model suits this kernel?\n"
"\n"
"dpcmon COMMAND --help tells more; so does man dpcmon.\n";

/* @title: above the options of @group, or NULL. */
struct help_section {
	const char		*title;
	enum option_group	group;
};

/**
 * struct help_page - the help of a command
 * @head: text before the options
 * @section: groups of options, in this order; GROUP_GENERAL (0) ends them.  An empty line
 *	stands before the first one and before each that has a title.
 * @tail: text after the options; begins with an empty line
 */
struct help_page {
	const char		*head;
	struct help_section	section[7];
	const char		*tail;
};

static const struct help_page help_pages[CMD_NR] = {
	[CMD_RUN] = {
		.head =
"usage: dpcmon run [OPTIONS]\n"
"\n"
"Drives an edu device, or a card of dpcmon bind, and measures every interrupt of\n"
"it; the interrupts of any other device it waits for.  Needs root.\n",
		.section = {
			{ "what to do (default: --interrupts 1000 --factorials 20 --dma 5), all at once:",
			  GROUP_WORK },
			{ "what to change for the run; restored afterwards:", GROUP_CHANGE },
			{ NULL, GROUP_BUDGET },
			{ "tracing and reports:", GROUP_TRACE },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"examples:\n"
"  dpcmon run --interrupts 5000 --pace 50\n"
"  dpcmon run --duration 10s --model threaded --json threaded.json\n"
"  dpcmon run --interrupts 1000 --body dpc=200 --stop-on-overrun\n"
"  dpcmon run --budget dpc=50,isr=10 && echo within budget\n",
	},
	[CMD_RECORD] = {
		.head =
"usage: dpcmon record -o FILE [OPTIONS] [--duration TIME | -- COMMAND...]\n"
"\n"
"Records all dpc events and hard interrupts to a trace.dat, in a trace buffer of\n"
"its own, until TIME is over, COMMAND ends, or Ctrl-C; then reports.  Needs root.\n"
"KernelShark and trace-cmd report read the same file.\n",
		.section = {
			{ NULL, GROUP_WORK },
			{ NULL, GROUP_TRACE },
			{ NULL, GROUP_BUDGET },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"examples:\n"
"  dpcmon record -o t.dat --duration 10s\n"
"  dpcmon record -o t.dat -- ./mytest --loops 1000\n",
	},
	[CMD_REPORT] = {
		.head =
"usage: dpcmon report FILE [OPTIONS]\n"
"\n"
"Reports on a trace.dat of dpcmon record, dpcmon run --trace, or\n"
"trace-cmd record -e dpc.  Needs no root and not the machine it came from.\n",
		.section = {
			{ NULL, GROUP_BUDGET },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"examples:\n"
"  dpcmon report t.dat\n"
"  dpcmon report t.dat --budget isr=25,dpc=100,work=1000\n"
"  dpcmon report t.dat -q --json - | jq .verdict\n"
"  dpcmon report t.dat -q --perfetto t.json      to look at in ui.perfetto.dev\n",
	},
	[CMD_STAT] = {
		.head =
"usage: dpcmon stat [OPTIONS]\n"
"\n"
"Shows what interrupts have been counted since their drivers were loaded or\n"
"since the last reset.  They count without any tracing, unless dpc_core's\n"
"accounting is off.  With --interval, what comes and goes is said.\n",
		.section = {
			{ NULL, GROUP_WORK },
		},
		.tail =
"\n"
"examples:\n"
"  dpcmon stat\n"
"  dpcmon stat --cpu each --device 0000:00:04.0\n"
"  dpcmon stat --device dpc_edu0 --json | jq .stages.dpc.over_budget\n"
"  dpcmon stat --device all --json | jq '.objects[] | .id, .interrupts'\n",
	},
	[CMD_COMPARE] = {
		.head =
"usage: dpcmon compare [OPTIONS]\n"
"\n"
"Drives an edu device, or a card of dpcmon bind, through one model after another,\n"
"in mixed order and several rounds, idle and under load, and ranks the models by\n"
"latency, throughput and cost; of any other device it takes the interrupts that\n"
"come, and ranks by latency alone.  Where rounds overlap it says tie; what a\n"
"round could not measure (a p99 of fewer than 100 times, a rate of which no try\n"
"was held, a CPU time below the noise) has no rank.  Needs root.\n",
		.section = {
			{ NULL, GROUP_WORK },
			{ NULL, GROUP_CHANGE },
			{ NULL, GROUP_BUDGET },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"The exit status is 2 if --budget was given and something was over.\n"
"Model, body and budgets are as they were afterwards, however it ends.\n"
"Another dpcmon that wants the device meanwhile is told who has it.\n"
"\n"
"examples:\n"
"  dpcmon compare --html compare.html\n"
"  dpcmon compare --models dpc,tasklet,threaded --load all --rounds 8\n"
"  dpcmon compare --body dpc=20,work=100 --json - | jq .loads[0].ranks\n",
	},
	[CMD_TOP] = {
		.head =
"usage: dpcmon top [OPTIONS]\n"
"\n"
"Shows counters as they change: of one interrupt its stages, budgets, and a\n"
"histogram; of several a row each.  For root also the routine that was the\n"
"furthest over its budget (by the trace event dpc_overrun; nothing else is\n"
"traced).\n"
"\n"
"With --system: of every driver of this machine, on any kernel, without a module\n"
"of this project: what dpcmon system reports, live.\n",
		.section = {
			{ NULL, GROUP_WORK },
			{ NULL, GROUP_BUDGET },
			{ "--system:", GROUP_TRACE },
		},
		.tail =
"\n"
"keys: m switch the model, r set the counters to zero, p pause, d next object,\n"
"o all objects, up and down choose the stage of the histogram or the object,\n"
"Enter shows it, ? help, q quit\n"
"\n"
"An interrupt that goes away is looked for until it is back.\n"
"\n"
"keys with --system: up and down choose, Enter opens and closes a driver, a all\n"
"of them, s sort, r begin the numbers anew, p pause, ? help, q quit\n"
"\n"
"examples:\n"
"  dpcmon top\n"
"  dpcmon top --interval 200ms -d 0000:00:05.0\n"
"  dpcmon top --batch --count 10 > log\n"
"  dpcmon top --system --for audio\n",
	},
	[CMD_LIST] = {
		.head =
"usage: dpcmon list [OPTIONS]\n"
"\n"
"Shows the interrupt objects of all drivers on dpc_core.ko, and what counts the\n"
"DPCs that belong to none.  Their ids, names and device addresses are what\n"
"--device of the other commands takes.\n",
		.section = {
			{ NULL, GROUP_WORK },
		},
		.tail =
"\n"
"examples:\n"
"  dpcmon list\n"
"  dpcmon list --json | jq '.objects[] | select(.held) | .id'\n",
	},
	[CMD_BIND] = {
		.head =
"usage: dpcmon bind ADDRESS [OPTIONS]\n"
"\n"
"Takes a PCI card from its driver, gives it to dpc_pci.ko with the recipe of its\n"
"family, and shows its interrupt objects.  What hangs on the card, such as a\n"
"network interface, is gone until dpcmon unbind; what is at stake is said, and\n"
"asked for.  A disk in use is refused.  Needs root and dpc_pci.ko.\n",
		.section = {
			{ NULL, GROUP_WORK },
		},
		.tail =
"\n"
"Without a recipe, what the card brings is counted and measured, and nothing can\n"
"be raised.  docs/pci.md shows how to write one.\n"
"\n"
"examples:\n"
"  dpcmon bind 0000:03:00.0\n"
"  dpcmon compare --device 0000:03:00.0/0\n"
"  dpcmon unbind 0000:03:00.0\n",
	},
	[CMD_UNBIND] = {
		.head =
"usage: dpcmon unbind ADDRESS\n"
"\n"
"Gives a card back to the driver that it had before dpcmon bind, and says which\n"
"driver has it then; also a card whose dpcmon bind was killed half way.  Needs\n"
"root.\n",
		.tail =
"\n"
"examples:\n"
"  dpcmon unbind 0000:03:00.0\n",
	},
	[CMD_SYSTEM] = {
		.head =
"usage: dpcmon system [OPTIONS] [--duration TIME | --trace FILE | -- COMMAND...]\n"
"\n"
"Shows, driver by driver, how long interrupts, softirqs, timers, network polls,\n"
"interrupt threads and work items take, and how long they waited; says which\n"
"driver is the slow one.  Reads the kernel's own events, so it needs no module.\n"
"Needs root, but not for --trace.\n",
		.section = {
			{ NULL, GROUP_WORK },
			{ NULL, GROUP_BUDGET },
			{ NULL, GROUP_TRACE },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"exit status: 0 all within budget; 2 something over budget; 1 error, events were\n"
"lost, or nothing was measured that has a budget\n"
"\n"
"examples:\n"
"  dpcmon system --duration 10\n"
"  dpcmon system --for audio -o t.dat -- ./mytest\n"
"  dpcmon system --trace t.dat --budget dpc=50 --json system.json\n"
"  dpcmon system --html page.html                a page to hand on\n",
	},
	[CMD_DIFF] = {
		.head =
"usage: dpcmon diff [OPTIONS] A B [C...]\n"
"\n"
"Compares measurements, driver by driver: B against A, row by row, with the\n"
"uncertainty of each number; or more than two, and names the odd one out.\n"
"A file is JSON of dpcmon system, report, stat or compare, a trace.dat, the text\n"
"of xperf -i trace.etl -a dpcisr, or that of Tracerpt's report of DPCs and ISRs.\n",
		.section = {
			{ NULL, GROUP_WORK },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"exit status: 0 nothing got worse by more than --worse and beyond chance; 2\n"
"something did, or of more than two files one is odd; 1 error, or no number could\n"
"be judged\n"
"\n"
"examples:\n"
"  dpcmon diff old.json new.json --worse 5%\n"
"  dpcmon diff rack-*.json --html rack.html\n"
"  dpcmon diff dpcisr.txt linux.json --pair ndis.sys=e1000e --html both.html\n",
	},
	[CMD_CHECK] = {
		.head =
"usage: dpcmon check [OPTIONS] [--trace FILE | -- COMMAND...]\n"
"\n"
"Measures, and prints a test for each stage of each interrupt object as KTAP:\n"
"it passes when no time was over the stage's budget.  Measured is a load like\n"
"that of dpcmon run, of all devices at once, or all interrupts while COMMAND\n"
"runs, or a recorded file.  The first two need root.  With --system, a test for\n"
"each kind of routine of each driver of the kernel, which needs no module.\n",
		.section = {
			{ NULL, GROUP_BUDGET },
			{ "what is measured (default: --interrupts 1000 --factorials 20 --dma 5):",
			  GROUP_WORK },
			{ NULL, GROUP_CHANGE },
			{ NULL, GROUP_TRACE },
			{ "results:", GROUP_RESULT },
			{ NULL, GROUP_REPORT },
		},
		.tail =
"\n"
"KTAP has stdout, so the other forms need a file.  Model, bodies and budgets\n"
"are as they were afterwards.\n"
"\n"
"exit status: 0 within budget; 2 over budget; 1 error, COMMAND failed, events\n"
"are missing, or no stage that was measured has a budget: to skip all is not\n"
"to pass.  COMMAND's output goes to stderr.\n"
"\n"
"examples:\n"
"  dpcmon check --budget isr=25,dpc=100,work=1000\n"
"  dpcmon check --budget dpc=50 --kcidb results.json -- ./mytest --loops 1000\n"
"  dpcmon check --trace t.dat --budget dpc=100 --allow-over dpc=0.1%\n"
"  dpcmon check --warmup 100 --budget dpc.p99=50,edu1.dpc=200\n"
"  dpcmon check --system --for audio -- ./mytest --loops 1000\n",
	},
};

/* The names that an option can have, as lines of their own: "a, b, c". */
static void help_names(FILE *out, const struct option_row *row)
{
	unsigned int i, column = 0;
	const char *name;
	size_t len;

	for (i = 0; (name = row->names(i)); i++) {
		len = strlen(name) + (row->names(i + 1) ? strlen(",") : 0);
		if (column + strlen(" ") + len > HELP_WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		if (!column)
			column = fprintf(out, "%*s", HELP_COLUMN, "");
		else
			column += fprintf(out, " ");
		column += fprintf(out, "%s%s", name, row->names(i + 1) ? "," : "");
	}
	fputc('\n', out);
}

static void help_option(FILE *out, const struct option_row *row)
{
	char *copy = xstrdup(row->help), *rest = copy, *line;
	int width = row->letter ? fprintf(out, "  -%c, --%s", row->letter, row->name) :
				  fprintf(out, "      --%s", row->name);

	if (row->takes == TAKES_ARGUMENT)
		width += fprintf(out, " %s", row->argument);
	if (row->takes == TAKES_OPTIONAL)
		width += fprintf(out, "[=%s]", row->argument);
	/* the text stands beside it if there is a space between the two, else below */
	if (width >= HELP_COLUMN) {
		fputc('\n', out);
		width = 0;
	}
	while ((line = strsep(&rest, "\n"))) {
		if (!strcmp(line, "%N"))
			help_names(out, row);
		else
			fprintf(out, "%*s%s\n", HELP_COLUMN - width, "", line);
		width = 0;
	}
	free(copy);
}

void help_command(FILE *out, enum command command)
{
	const struct help_page *page = &help_pages[command];
	const struct help_section *s;
	unsigned int i;

	fputs(page->head, out);
	for (s = page->section; s->group != GROUP_GENERAL; s++) {
		if (s == page->section || s->title)
			fputc('\n', out);
		if (s->title)
			fprintf(out, "%s\n", s->title);
		for (i = 0; i < options_count; i++)
			if (options_has(&options_rows[i], command) &&
			    options_rows[i].group == s->group)
				help_option(out, &options_rows[i]);
	}
	fputs(page->tail, out);
}

void help_overall(FILE *out)
{
	fputs(help_commands, out);
}
