// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of all options.  The order of the rows is that of --help, of the man page and
 * of the completion.
 */
#include <stddef.h>

#include <linux/dpc_edu.h>

#include "card.h"
#include "load.h"
#include "model.h"
#include "object.h"
#include "options.h"
#include "raiser.h"
#include "series.h"
#include "system_preset.h"
#include "util.h"
#include "value.h"

const char * const options_commands[CMD_NR] = {
	[CMD_RUN]	= "run",
	[CMD_RECORD]	= "record",
	[CMD_REPORT]	= "report",
	[CMD_STAT]	= "stat",
	[CMD_COMPARE]	= "compare",
	[CMD_TOP]	= "top",
	[CMD_CHECK]	= "check",
	[CMD_LIST]	= "list",
	[CMD_BIND]	= "bind",
	[CMD_UNBIND]	= "unbind",
	[CMD_SYSTEM]	= "system",
	[CMD_DIFF]	= "diff",
};

#define RUN		(1u << CMD_RUN)
#define RECORD		(1u << CMD_RECORD)
#define REPORT		(1u << CMD_REPORT)
#define STAT		(1u << CMD_STAT)
#define COMPARE		(1u << CMD_COMPARE)
#define TOP		(1u << CMD_TOP)
#define CHECK		(1u << CMD_CHECK)
#define LIST		(1u << CMD_LIST)
#define BIND		(1u << CMD_BIND)
#define SYSTEM		(1u << CMD_SYSTEM)
#define DIFF		(1u << CMD_DIFF)
#define REPORTS		(RUN | RECORD | REPORT | COMPARE | CHECK)
#define ALL		((1u << CMD_NR) - 1)

#define FIELD(name)	.field = offsetof(struct params, name)

#define MANY		1000000000	/* more than anybody waits for */

static const char *options_load_name(unsigned int i)
{
	return i < LOAD_NR ? load_names[i] : NULL;
}

static const char *options_stage_name(unsigned int i)
{
	return i < DPC_STAGE_NR ? stage_keys[i] : NULL;
}

static const char *options_body_name(unsigned int i)
{
	static const char * const names[] = { "dpc", "work" };

	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

static const char *options_cpu_name(unsigned int i)
{
	static const char * const names[] = { "all", "each" };

	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

const struct option_row options_rows[] = {
	{
		.name = "help", .letter = 'h', .commands = ALL,
		.man = "Say what the command, or dpcmon itself, can do.",
	}, {
		.name = "version", .letter = 'V', .commands = ALL,
		.man = "Print the version.",
	},

	/* ---- What is done and measured, or shown ------------------------------------ */
	{
		.name = "recipe", .commands = BIND, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(recipe),
		.help =
"its recipe, instead of the first one for this card\n"
"in /etc/dpc/recipes, then among those that ship",
		.man =
"The file with its recipe, instead of the first one for this card in\n"
".IR /etc/dpc/recipes ,\n"
"then among those that ship.",
	}, {
		.name = "kind", .commands = BIND, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "NAME", .complete = COMPLETE_NAME,
		.names = card_kind, .set = value_name, FIELD(kind),
		.help =
"how it interrupts, instead of what the recipe says:\n"
"%N",
		.man =
"How it interrupts, instead of what the recipe says:\n"
"%N\n"
".B any\n"
"is the first of the others that the card has.",
	}, {
		.name = "vectors", .commands = BIND, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u32, FIELD(vectors), .min = 1, .max = DPC_PCI_VECTORS_MAX,
		.help = "how many vectors (default: the recipe's, or all)",
		.man = "How many vectors, 1 to 64; default what the recipe says, or all that the card has.",
	}, {
		.name = "yes", .letter = 'y', .commands = BIND, .group = GROUP_WORK,
		.set = value_flag, FIELD(yes),
		.help = "take it from another driver without asking",
		.man = "Take it from another driver without asking.",
	},
	{
		.name = "system", .commands = CHECK, .group = GROUP_WORK,
		.set = value_flag, FIELD(system),
		.help =
"all drivers by the kernel's own events, as dpcmon\n"
"system; a test for each kind of routine of each\n"
"driver; in --duration (default 10s), while COMMAND\n"
"runs, or of --trace; needs no module of ours",
		.man =
"Judge all drivers of the kernel by its own events, as\n"
".B dpcmon system\n"
"reports on them, so that no module of this project is needed: a test for each kind of\n"
"routine of each driver, and for what these waited.\n"
"Recorded for\n"
".B \\-\\-duration\n"
"(default 10 seconds) or while\n"
".I COMMAND\n"
"runs; or read from the file of\n"
".BR \\-\\-trace .\n"
"The budgets are those of\n"
".BR \\-\\-for ;\n"
".B \\-\\-budget\n"
"changes those of stages, and takes percentiles, of a driver, too\n"
".RB ( e1000e.dpc.p99=50 ).",
	}, {
		.name = "output", .letter = 'o', .commands = RECORD, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(trace),
		.help = "the file",
		.man = "Where to record to.",
	}, {
		.name = "duration", .commands = SYSTEM, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(duration_ns),
		.help = "record for TIME (10, 10s, 500ms, 2m; default 10s)",
		.man = "Record for\n.I TIME\n(10, 10s, 500ms, 2m); default 10 seconds.",
	}, {
		.name = "trace", .commands = SYSTEM, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(trace),
		.help = "report on what was recorded, here or elsewhere",
		.man =
"Report on a trace.dat of dpcmon system, or of trace-cmd with the events that\n"
"THE KERNEL'S OWN EVENTS lists: of any machine and architecture.",
	}, {
		.name = "output", .letter = 'o', .commands = SYSTEM, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(keep),
		.help = "keep the trace as a trace.dat",
		.man = "Keep the trace as a trace.dat.",
	}, {
		.name = "for", .commands = SYSTEM | CHECK, .group = GROUP_BUDGET,
		.takes = TAKES_ARGUMENT, .argument = "USE", .complete = COMPLETE_NAME,
		.names = system_preset_name, .set = value_name, FIELD(preset),
		.help =
"budgets for what the machine is to do:\n"
"%N\n"
"(default windows: isr=25, dpc=100, as Windows asks of\n"
"its drivers); --budget changes single ones; of check\n"
"only with --system",
		.man =
"The budgets for what the machine is to do:\n"
"%N\n"
"The default,\n"
".BR windows ,\n"
"is isr=25,dpc=100, as Windows asks of its drivers;\n"
".B audio\n"
"is isr=100,isr_to_dpc=500,dpc=500,dpc_to_work=5000, for buffers of a millisecond;\n"
".B realtime\n"
"is isr=25,isr_to_dpc=50,dpc=50,dpc_to_work=100, for cycles of a millisecond.\n"
".B \\-\\-budget\n"
"changes single ones.",
	}, {
		.name = "budget", .commands = SYSTEM, .group = GROUP_BUDGET,
		.takes = TAKES_ARGUMENT, .argument = "LIST", .complete = COMPLETE_ASSIGN,
		.names = options_stage_name, .set = value_budgets, .max = DPC_BUDGET_MAX_US,
		.help =
"allowed times in us, 0 for no limit, as stage=us,...:\n"
"isr; isr_to_dpc and dpc for softirqs and interrupt\n"
"threads; dpc_to_work and work for work items",
		.man =
"Allowed times in microseconds, 0 for no limit, as stage=us,...:\n"
".B isr\n"
"for whatever runs in a hard interrupt,\n"
".B isr_to_dpc\n"
"and\n"
".B dpc\n"
"for the wait for a softirq or an interrupt's thread, for each routine in a softirq, and\n"
"for that thread;\n"
".B dpc_to_work\n"
"and\n"
".B work\n"
"for work items.",
	}, {
		.name = "worse", .commands = DIFF, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "PERCENT",
		.set = value_percent, FIELD(diff.worse_percent),
		.help = "by how much a number may grow (default 10%)",
		.man =
"By how many per cent an average, a percentile or a share over budget may grow; default\n"
"10%.",
	}, {
		.name = "least", .commands = DIFF, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time_or_0, FIELD(diff.least_ns),
		.help = "a smaller difference of times is none (default 1us;\n0: every one counts)",
		.man =
"A smaller difference of times is none, however many per cent it is; default 1us, which is\n"
"what tracing itself can cost; 0 takes every difference.",
	}, {
		.name = "pair", .commands = DIFF, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "A=B",
		.set = value_pair,
		.help =
"put driver A of one file beside driver B of the other\n"
"one, as ndis.sys=e1000e; A+C=B takes two together;\n"
"may be given several times",
		.man =
"Put driver\n"
".I A\n"
"of one of two files beside driver\n"
".I B\n"
"of the other one, as\n"
".BR ndis.sys=e1000e ;\n"
".B a.sys+b.sys=c\n"
"takes two together.\n"
"May be given several times.",
	}, {
		.name = "device", .letter = 'd', .commands = RUN | COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "WHICH", .complete = COMPLETE_DEVICE,
		.set = value_text, FIELD(device),
		.help =
"which interrupt, by id (3), name, address of its\n"
"device (0000:00:04.0, with /2 its vector 2) or path\n"
"(/dev/dpc_edu0), as dpcmon list shows them; the only\n"
"one by default",
		.man =
"The interrupt object, by its id\n"
".RB ( 3\n"
"or\n"
".BR #3 ),\n"
"its name\n"
".RB ( dpc_edu0 ),\n"
"the address of its device\n"
".RB ( 0000:00:04.0\n"
"or\n"
".BR 00:04.0 ;\n"
".B 0000:00:04.0/2\n"
"is that of vector 2), or the path of a node,\n"
".I /dev/dpc_edu0\n"
"or\n"
".IR /dev/dpc_pci0 .\n"
".B dpcmon list\n"
"shows them.\n"
"A name or a device that several objects have is an error that lists them.\n"
"Without\n"
".BR \\-\\-device ,\n"
"it is the only interrupt object, if there is only one.",
	}, {
		.name = "device", .letter = 'd', .commands = STAT | TOP | CHECK | LIST,
		.group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "WHICH", .complete = COMPLETE_DEVICE,
		.set = value_text, FIELD(device),
		.help =
"which interrupts, by id (3), name, address of their\n"
"device (0000:00:04.0, with /2 its vector 2) or path\n"
"(/dev/dpc_edu0), as dpcmon list shows them; all by\n"
"default",
		.man =
"The interrupt object, as for\n"
".BR run ;\n"
"the address of a device means all of its objects, and\n"
".B all\n"
"means all that there are.\n"
".B unbound\n"
"and\n"
".B threaded\n"
"are the DPCs that belong to no interrupt object, ordinary and threaded ones.\n"
"Without\n"
".BR \\-\\-device ,\n"
"these are all interrupt objects.",
	}, {
		.name = "trace", .commands = CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(trace),
		.help = "what was recorded by dpcmon record or trace-cmd",
		.man = "Judge what was recorded.",
	}, {
		.name = "models", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "LIST", .complete = COMPLETE_LIST,
		.names = model_name, .set = value_names, FIELD(compare.models),
		.help =
"which models, as NAME,... (default all); what the\n"
"kernel can't do is listed as absent, with what it\n"
"needs:\n"
"%N",
		.man =
"Which models, as NAME,...; default\n"
".BR all .\n"
"One that the kernel can't do is shown as absent, with what it needs.",
	}, {
		.name = "load", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "LIST", .complete = COMPLETE_LIST,
		.names = options_load_name, .set = value_names, FIELD(compare.loads),
		.help =
"default none,hog; all for all of them:\n"
"  none     nothing beside the device\n"
"  hog      an endless ordinary thread on each CPU\n"
"  softirq  UDP over loopback, on each CPU\n"
"  storm    interrupts of a second edu device\n"
"  rt       a SCHED_FIFO thread on each CPU, half of\n"
"           the time",
		.man =
"What runs beside the device, as NAME,...; default\n"
".BR none,hog ;\n"
".B all\n"
"for all of them.\n"
".RS\n"
".TP\n"
".B none\n"
"Nothing.\n"
".TP\n"
".B hog\n"
"An endless ordinary thread on each CPU.\n"
".TP\n"
".B softirq\n"
"UDP broadcasts over the loopback interface to 24 sockets, as many as keep each\n"
"CPU in softirqs for 40 % of the time.\n"
"The interface is switched on for that if it is off.\n"
".TP\n"
".B storm\n"
"Interrupts of a second edu device, on the CPU that takes those of the first, one\n"
"third of what it could take.\n"
"Its model is\n"
".B hardirq\n"
"where the driver has it, so that it is a storm of interrupts and not of what is\n"
"measured.\n"
".TP\n"
".B rt\n"
"A SCHED_FIFO thread on each CPU, 5 ms of every 10 ms.\n"
".RE",
	}, {
		.name = "rt-priority", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		/* the storm's thread has the priority between these and the raiser's */
		.set = value_u32, FIELD(compare.rt_priority), .min = 1, .max = RAISER_PRIORITY - 2,
		.help = "of the load rt (default 40, below interrupt threads)",
		.man =
"Priority of the threads of the load\n"
".BR rt ,\n"
"1 to 88; default 40, below interrupt threads.",
	}, {
		.name = "rounds", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u32, FIELD(compare.rounds), .min = 1, .max = SERIES_MAX,
		.help = "how often all of it (default 5); one compares nothing",
		.man = "How often everything is measured, 1 to 50; default 5.",
	}, {
		.name = "seed", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(compare.seed), .max = UINT64_MAX,
		.help = "of the order (default 1)",
		.man = "Another mixed order of loads and models.",
	}, {
		.name = "interrupts", .commands = RUN | CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(interrupts), .max = MANY,
		.help = "raise N interrupts",
		.man =
"Raise\n"
".I N\n"
"interrupts.\n"
"The device merges raises that come faster than they are served.",
	}, {
		.name = "interrupts", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(interrupts), .max = MANY,
		.help = "in each round (default 500)",
		.man =
"In each round of each model, 1 to 100000; default 500.\n"
"The p99 of a round, by which latency is ranked, needs 100 DPC calls.",
	}, {
		.name = "pace", .commands = RUN | CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "US",
		.set = value_u32, FIELD(pace_us), .max = DPC_EDU_PACE_MAX_US,
		.help = "time between two of them (default 100; 0 = no pause)",
		.man = "Microseconds between two raises, 0 to 1000000; default 100.",
	}, {
		.name = "pace", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "US",
		.set = value_u32, FIELD(pace_us), .max = DPC_EDU_PACE_MAX_US,
		.help = "time between two of them (default 500; 0 = no pause)",
		.man =
"Microseconds between two raises; default 500; 0 raises as fast as it goes, and\n"
"the device then merges raises.",
	}, {
		.name = "wait", .commands = COMPARE, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(wait_ns),
		.help =
"raise nothing: a round takes the interrupts that the\n"
"device brings, for TIME or until --interrupts came;\n"
"so in any case where dpcmon can't raise (default 2s)",
		.man =
"Raise nothing: a round takes the interrupts that the device brings, for\n"
".I TIME\n"
"or until\n"
".B \\-\\-interrupts\n"
"of them have come.\n"
"So in any case, for 2 seconds, where dpcmon can't raise: the device is neither an edu\n"
"device nor a card whose recipe says how.\n"
"CPU time and rate are not measured then, and a round in which nothing came is an\n"
"error.\n"
"A switch of the model, which the driver refuses while a request is in flight, is tried\n"
"for as long, and for a second at least.",
	}, {
		.name = "factorials", .commands = RUN | CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(factorials), .max = MANY,
		.help = "compute N factorials in an edu device, check them",
		.man =
"Compute\n"
".I N\n"
"factorials in an edu device; the results are checked.",
	}, {
		.name = "dma", .commands = RUN | CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(dmas), .max = MANY,
		.help = "N transfers to an edu device and back, compared",
		.man =
".I N\n"
"times: write to an edu device's buffer, read back, compare; sizes and offsets vary.",
	}, {
		.name = "duration", .commands = RUN | CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(duration_ns),
		.help =
"stop after TIME (10, 10s, 500ms, 2m); without a\n"
"number of anything: all that it can until then",
		.man =
"Stop after\n"
".I TIME\n"
"(10, 10s, 500ms, 2m).\n"
"Without a number of anything, it does until then all that it can: an edu device\n"
"interrupts, computes and transfers; a card interrupts.",
	}, {
		.name = "wait", .commands = RUN | CHECK, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(wait_ns),
		.help =
"raise nothing, and measure what comes in TIME; an\n"
"interrupt that dpcmon can't raise is waited for in\n"
"any case (default --duration, or 10s)",
		.man =
"Raise nothing, and measure what the device brings in\n"
".IR TIME .\n"
"An interrupt that dpcmon can't raise, because its device is neither an edu device nor a\n"
"card whose recipe says how, is waited for in any case: for the\n"
".I TIME\n"
"of\n"
".BR \\-\\-duration ,\n"
"or 10 seconds.\n"
"If nothing came, nothing was measured, and that is an error.",
	}, {
		.name = "duration", .commands = RECORD, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(duration_ns),
		.help = "record for TIME: 10, 10s, 500ms, 2m",
		.man =
"Record for\n"
".I TIME\n"
"(10, 10s, 500ms, 2m).",
	}, {
		.name = "sched-switch", .commands = RECORD, .group = GROUP_WORK,
		.set = value_flag, FIELD(sched_switch),
		.help =
"record task switches, softirqs, timers and work\n"
"items too (large): report then says what the CPU\n"
"did while the worst interrupt waited",
		.man =
"Record what\n"
".B dpcmon system\n"
"records, too: task switches, softirqs, timers, work items.\n"
".B report\n"
"then says what the CPU did while the worst interrupt waited for its DPC and its work item, and\n"
".B dpcmon system \\-\\-trace\n"
"reads the file as well.",
	}, {
		.name = "cpu", .commands = STAT, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N|all|each", .complete = COMPLETE_NAME,
		.names = options_cpu_name, .set = value_cpu,
		.help = "one CPU, the sum (default), or every CPU by itself",
		.man = "One CPU, the sum (default), or the sum and every CPU.",
	}, {
		.name = "json", .commands = STAT | LIST, .group = GROUP_WORK,
		.takes = TAKES_OPTIONAL, .argument = "FILE",
		.set = value_file_or_stdout, FIELD(json),
		.help = "JSON to FILE or stdout instead of tables",
		.man = "JSON instead of tables.",
	}, {
		.name = "openmetrics", .commands = STAT, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(openmetrics),
		.help =
"OpenMetrics text for a scraper to FILE (- for stdout)\n"
"instead of tables; with --interval, FILE is replaced",
		.man =
"OpenMetrics text, version 1.0, for Prometheus and others that scrape, instead of\n"
"tables; \\- is stdout.\n"
"With\n"
".B \\-\\-interval\n"
"the file is replaced at each reading, so that whoever reads it sees a whole one.",
	}, {
		.name = "interval", .commands = STAT, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(interval_ns),
		.help = "read again every TIME; JSON: one object per line",
		.man =
"Read again every\n"
".IR TIME ;\n"
"JSON is one object per line then.",
	}, {
		.name = "interval", .commands = TOP, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "TIME",
		.set = value_time, FIELD(interval_ns),
		.help = "read every TIME (default 1s, at least 50ms)",
		.man =
"Read every\n"
".IR TIME ,\n"
"at least 50ms; default 1s.",
	}, {
		.name = "system", .commands = TOP, .group = GROUP_WORK,
		.set = value_flag, FIELD(system),
		.help =
"show every driver of this machine, by the kernel's\n"
"own events: see dpcmon system",
		.man =
"Show every driver of this machine, by the kernel's own events, as\n"
".B dpcmon system\n"
"does; no module of this project is needed.  A line for each driver, what hurts first.",
	}, {
		.name = "for", .commands = TOP, .group = GROUP_BUDGET,
		.takes = TAKES_ARGUMENT, .argument = "USE", .complete = COMPLETE_NAME,
		.names = system_preset_name, .set = value_name, FIELD(preset),
		.help =
"with --system: budgets for what the machine is to do:\n"
"%N\n"
"(default windows)",
		.man =
"With\n"
".BR \\-\\-system :\n"
"the budgets, as for\n"
".BR system .",
	}, {
		.name = "batch", .letter = 'b', .commands = TOP, .group = GROUP_WORK,
		.set = value_flag, FIELD(batch),
		.help = "text on stdout instead of a screen, for a pipe",
		.man =
"Text on stdout instead of a screen; as wide as\n"
".B COLUMNS\n"
"says, or 110.",
	}, {
		.name = "count", .commands = STAT, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(count), .min = 1, .max = MANY,
		.help = "... N times",
		.man =
"End after\n"
".I N\n"
"readings.",
	}, {
		.name = "count", .commands = TOP, .group = GROUP_WORK,
		.takes = TAKES_ARGUMENT, .argument = "N",
		.set = value_u64, FIELD(count), .min = 1, .max = MANY,
		.help = "with --batch: end after N readings",
		.man =
"With\n"
".BR \\-\\-batch :\n"
"end after\n"
".I N\n"
"readings.",
	}, {
		.name = "once", .commands = TOP, .group = GROUP_WORK,
		.set = value_once,
		.help = "a single reading: --batch --count 1",
		.man = ".BR \"\\-\\-batch \\-\\-count 1\" .",
	}, {
		.name = "reset", .commands = STAT, .group = GROUP_WORK,
		.set = value_flag, FIELD(reset),
		.help = "set the counters to zero, after showing them",
		.man = "Set the counters to zero after showing them.",
	}, {
		.name = "check", .commands = STAT, .group = GROUP_WORK,
		.set = value_flag, FIELD(check),
		.help =
"exit status 2 if a counter says over budget, 1 if\n"
"nothing was counted that has a budget",
		.man =
"Exit status 2 when a counter says over budget, 1 when no stage with a budget has\n"
"counted anything.",
	},

	/* ---- What is changed in the device for that ---------------------------------- */
	{
		.name = "model", .commands = RUN | CHECK, .group = GROUP_CHANGE,
		.takes = TAKES_ARGUMENT, .argument = "NAME", .complete = COMPLETE_NAME,
		.names = model_name, .set = value_model,
		.help =
"what carries the second stage:\n"
"%N",
		.man =
"What carries the second stage for this run:\n"
"%N\n"
"docs/models.md tells them apart.\n"
"What the kernel can do is in the device's file\n"
".IR models .\n"
"Restored afterwards.",
	}, {
		.name = "body", .commands = RUN | COMPARE | CHECK, .group = GROUP_CHANGE,
		.takes = TAKES_ARGUMENT, .argument = "dpc=US,work=US", .complete = COMPLETE_ASSIGN,
		.names = options_body_name, .set = value_body, .max = DPC_EDU_BODY_MAX_US,
		.help = "make the routines slower, to try budgets out",
		.man =
"Extra time in the DPC and the work routine, up to 10000 us, to try budgets out;\n"
"none by default.\n"
"Restored afterwards.",
	}, {
		.name = "budget", .commands = REPORTS | TOP, .group = GROUP_BUDGET,
		.takes = TAKES_ARGUMENT, .argument = "LIST", .complete = COMPLETE_ASSIGN,
		.names = options_stage_name, .set = value_budgets, .max = DPC_BUDGET_MAX_US,
		.help =
"allowed times in us, 0 for no limit, as stage=us,...\n"
"edu0.dpc=50 is one of object dpc_edu0 (a name or id),\n"
"dpc.p99=50 of a percentile (p50, p99, p99.9, max);\n"
"stages:\n"
"%N",
		.man =
"Allowed times in microseconds, 0 for no limit, as stage=us,...\n"
"The stages are:\n"
"%N\n"
"The name or the id of an object and a dot before the stage make it a budget of that\n"
"object alone (\n"
".BR edu0.dpc=50 ;\n"
"the dpc_ of a name may be left out).\n"
"A dot and\n"
".BR p50 \", \" p99 \", \" p99.9\n"
"or\n"
".B max\n"
"after it make it one of that percentile\n"
".RB ( dpc.p99=50 );\n"
"a percentile of too few times is not judged, and\n"
".B check\n"
"then ends with status 1.\n"
"A later budget wins over an earlier one, and one of an object over one of all.\n"
"Without it, the budgets are those that the trace announces, else 100 us.\n"
".BR run ,\n"
".B record \\-\\-stop\\-on\\-overrun\n"
"and\n"
".B top\n"
"also set those of single times in the kernel; they are as they were afterwards.\n"
".B compare\n"
"takes those of stages only.",
	}, {
		.name = "allow-over", .commands = RUN | RECORD | REPORT | CHECK,
		.group = GROUP_BUDGET,
		.takes = TAKES_ARGUMENT, .argument = "LIST", .complete = COMPLETE_ASSIGN,
		.names = options_stage_name, .set = value_allow,
		.help =
"how many times may be over the budget, as stage=N,...\n"
"or stage=0.1% of all",
		.man =
"How many times may be over the budget of a stage, as\n"
".B dpc=3\n"
"or, of a hundred,\n"
".BR dpc=0.1% ;\n"
"of an object as for\n"
".BR \\-\\-budget .\n"
"They are still shown and counted.",
	}, {
		.name = "warmup", .commands = RUN | RECORD | REPORT | CHECK,
		.group = GROUP_BUDGET,
		.takes = TAKES_ARGUMENT, .argument = "N|TIME",
		.set = value_warmup, FIELD(budgets.warmup_ns), .max = MANY,
		.help =
"leave out the first N interrupts of each object, or\n"
"those of the first TIME (1s, 500ms)",
		.man =
"Leave out the first N interrupts of each object, or those of the first\n"
".I TIME\n"
"(1s, 500ms) of the trace: they are neither shown nor judged.",
	},

	/* ---- Tracing and reports ----------------------------------------------------- */
	{
		.name = "stop-on-overrun", .commands = RUN | RECORD, .group = GROUP_TRACE,
		.set = value_flag, FIELD(stop_on_overrun),
		.help = "the kernel stops the trace at the first overrun",
		.man =
"The kernel stops the trace at the first\n"
".B dpc_overrun\n"
"event, so that the trace ends at the culprit.\n"
".B run\n"
"then stops too.",
	}, {
		.name = "buffer", .commands = RUN | RECORD | CHECK | SYSTEM | TOP,
		.group = GROUP_TRACE,
		.takes = TAKES_ARGUMENT, .argument = "KB",
		.set = value_u32, FIELD(buffer_kb), .min = 8, .max = 1 << 20,
		.help = "size of the trace buffer per CPU (default 4096)",
		.man = "Size of the trace buffer per CPU; default 4096.",
	}, {
		.name = "trace", .commands = RUN, .group = GROUP_TRACE,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(trace),
		.help = "keep the trace as a trace.dat",
		.man = "Keep the trace as a trace.dat.",
	}, {
		.name = "junit", .commands = CHECK, .group = GROUP_RESULT,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(junit),
		.help = "results as JUnit's XML, for runners that read that",
		.man =
"Write the results as XML in the form of JUnit.  Over budget is a failure; what makes\n"
"the exit status 1 is an error; the time of a test is the longest of the stage.",
	}, {
		.name = "kcidb", .commands = CHECK, .group = GROUP_RESULT,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(kcidb),
		.help = "results for KernelCI's KCIDB, as JSON",
		.man = "Write the results as KernelCI's KCIDB takes them: schema 5.3, array tests.",
	}, {
		.name = "kcidb-origin", .commands = CHECK, .group = GROUP_RESULT,
		.takes = TAKES_ARGUMENT, .argument = "NAME",
		.set = value_id, FIELD(kcidb_origin), .extra = "",
		.help = "who submits them (default dpcmon)",
		.man = "Who submits them; default dpcmon.",
	}, {
		.name = "kcidb-build", .commands = CHECK, .group = GROUP_RESULT,
		.takes = TAKES_ARGUMENT, .argument = "ID",
		.set = value_id, FIELD(kcidb_build), .extra = "-.+:",
		.help = "the build they are of, without the origin",
		.man =
"The build of the kernel that they are of, without the origin; default unknown.",
	}, {
		.name = "json", .commands = REPORTS | SYSTEM | DIFF, .group = GROUP_REPORT,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(json),
		.help = "write the numbers as JSON; - for stdout",
		.man =
"Write the numbers as JSON; \\- is stdout, and then there is no text report.",
	}, {
		.name = "html", .commands = REPORTS | SYSTEM | DIFF, .group = GROUP_REPORT,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(html),
		.help = "write one page with pictures; - for stdout",
		.man =
"Write one self-contained page with tables and pictures; \\- is stdout, and then\n"
"there is no text report.",
	}, {
		.name = "openmetrics", .commands = SYSTEM, .group = GROUP_REPORT,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(openmetrics),
		.help = "write OpenMetrics text for a scraper; - for stdout",
		.man =
"Write OpenMetrics text, version 1.0, for Prometheus and others that scrape; \\- is\n"
"stdout, and then there is no text report.",
	}, {
		.name = "perfetto", .commands = REPORT | SYSTEM, .group = GROUP_REPORT,
		.takes = TAKES_ARGUMENT, .argument = "FILE", .complete = COMPLETE_FILE,
		.set = value_text, FIELD(perfetto),
		.help = "write a trace for ui.perfetto.dev; - for stdout",
		.man =
"Write the recording as JSON in the Trace Event Format, which the viewer of\n"
"ui.perfetto.dev opens: a track for each CPU, tracks for threads, and arrows from requests\n"
"to what they led to; \\- is stdout, and then there is no text report.",
	}, {
		.name = "note", .commands = REPORTS | SYSTEM, .group = GROUP_REPORT,
		.takes = TAKES_ARGUMENT, .argument = "TEXT",
		.set = value_clean_text, FIELD(note),
		.help = "put TEXT into the reports: say where this ran",
		.man = "A text for the reports, such as the machine or the accelerator.",
	}, {
		.name = "quiet", .letter = 'q',
		.commands = RUN | RECORD | REPORT | COMPARE | SYSTEM | DIFF,
		.group = GROUP_REPORT,
		.set = value_flag, FIELD(quiet),
		.help = "no text report",
		.man = "No text report.",
	},
};

const unsigned int options_count = ARRAY_SIZE(options_rows);
