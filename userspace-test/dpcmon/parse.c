// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parses the command line into struct params by the table of options.c, and refuses
 * combinations that make no sense.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/dpc_edu.h>

#include "diff_file.h"
#include "help.h"
#include "load.h"
#include "options.h"
#include "output.h"
#include "params.h"
#include "parse.h"
#include "system_preset.h"
#include "text.h"
#include "util.h"

static int parse_command_name(const char *name)
{
	int i;

	for (i = 0; i < CMD_NR; i++)
		if (!strcmp(options_commands[i], name))
			return i;
	return -1;
}

/* The command line as one text, for the reports; words that a shell would change are quoted. */
static void parse_line(struct params *p, int argc, char **argv)
{
	char *line = xstrdup("dpcmon"), *longer;
	int i;

	for (i = 1; i < argc; i++) {
		bool quote = strpbrk(argv[i], " \t\"'$&;|<>") || !*argv[i];

		longer = xasprintf(quote ? "%s '%s'" : "%s %s", line, argv[i]);
		free(line);
		line = longer;
	}
	text_clean(line);
	p->line = line;
}

static void parse_compare_defaults(struct params *p)
{
	p->interrupts = 500;
	p->pace_us = 500;
	p->compare = (struct compare_params){
		.models = (1u << DPC_MODEL_NR) - 1,
		.loads = 1u << LOAD_NONE | 1u << LOAD_HOG,
		.rounds = 5,
		.seed = 1,
		.rt_priority = 40,
	};
}

#define COMPARE_INTERRUPTS_MAX	100000

static int parse_finish_compare(struct params *p, char **operands)
{
	if (*operands)
		return fail("compare: unexpected \"%s\"", *operands);
	if (budgets_has_rules(&p->budgets))
		return fail("compare: --budget takes stages only, without an object or a percentile");
	if (!p->interrupts || p->interrupts > COMPARE_INTERRUPTS_MAX)
		return fail("compare: --interrupts is for each round: 1 to %d",
			    COMPARE_INTERRUPTS_MAX);
	return 0;
}

static void parse_diff_defaults(struct params *p)
{
	p->diff.worse_percent = 10;
	p->diff.least_ns = NSEC_PER_USEC;
}

static int parse_finish_diff(struct params *p, char **operands)
{
	while (operands[p->diff.nr_files])
		p->diff.nr_files++;
	p->diff.files = operands;
	if (p->diff.nr_files < 2)
		return fail("diff: two files are needed, or more");
	if (p->diff.nr_files > DIFF_FILES_MAX)
		return fail("diff: more than %d files", DIFF_FILES_MAX);
	if (p->diff.nr_pairs && p->diff.nr_files != 2)
		return fail("diff: --pair is for two files");
	return 0;
}

#define TOP_INTERVAL_MIN_NS	50000000

static void parse_defaults(struct params *p)
{
	memset(p, 0, sizeof(*p));
	p->pace_us = 100;
	p->buffer_kb = 4096;
	p->cpu = DPC_SNAPSHOT_CPU_ALL;
	p->preset = SYSTEM_PRESET_NONE;
	p->kcidb_origin = "dpcmon";
	p->kcidb_build = "unknown";
}

/*
 * Without a number of anything, a limit of time means all engines until then; without that,
 * too, a default that takes about a second.
 */
static int parse_finish_workload(struct params *p)
{
	if (p->interrupts || p->factorials || p->dmas)
		return 0;
	p->engines_default = true;
	if (p->duration_ns) {
		p->interrupts = UINT64_MAX;
		p->factorials = UINT64_MAX;
		p->dmas = UINT64_MAX;
		return 0;
	}
	p->interrupts = 1000;
	p->factorials = 20;
	p->dmas = 5;
	return 0;
}

/* Records for a time or while a command runs, or reads what was recorded. */
static int parse_finish_events(struct params *p, char **operands)
{
	p->system = true;
	p->child = *operands ? operands : NULL;
	if (!!p->trace + !!p->child + !!p->duration_ns > 1)
		return fail("%s: --trace, --duration and a command exclude each other",
			    options_commands[p->command]);
	if (p->child && access(*p->child, F_OK) == 0 && access(*p->child, X_OK))
		return fail("%s: %s is no program: to report on a recording, give --trace %s",
			    options_commands[p->command], *p->child, *p->child);
	return 0;
}

static int parse_finish_check_system(struct params *p, char **operands)
{
	unsigned int i;

	if (p->device || p->interrupts || p->factorials || p->dmas || p->wait_ns || p->model ||
	    p->body_given)
		return fail("check: --system takes what comes in --duration TIME, while a command runs, or from --trace FILE: no device, and no load of its own");
	if (p->budgets.warmup || p->budgets.warmup_ns)
		return fail("check: --warmup is for interrupt objects, not for --system");
	for (i = 0; i < p->budgets.nr_rules; i++)
		if (!p->budgets.rules[i].allows && p->budgets.rules[i].of == BUDGETS_MAX)
			return fail("check: with --system, a budget of a single driver is that of a percentile, as %s.dpc.p99=50",
				    p->budgets.rules[i].object);
	return parse_finish_events(p, operands);
}

/* Measures a load of its own, a command's, or what was recorded. */
static int parse_finish_check(struct params *p, char **operands)
{
	bool own = p->device || p->interrupts || p->factorials || p->dmas || p->duration_ns ||
		   p->wait_ns || p->model || p->body_given;

	if (p->system)
		return parse_finish_check_system(p, operands);
	if (p->preset != SYSTEM_PRESET_NONE)
		return fail("check: --for is for --system");
	p->child = *operands ? operands : NULL;
	if (!!p->trace + !!p->child + own > 1)
		return fail("check: --trace, a command, and a load of its own (as --device has one) exclude each other");
	return parse_finish_workload(p);
}

static int parse_finish_system(struct params *p, char **operands)
{
	if (parse_finish_events(p, operands))
		return -1;
	if (p->trace && p->keep)
		return fail("system: --trace reads a recording, --output keeps a new one: give one of them");
	if (budgets_has_rules(&p->budgets))
		return fail("system: --budget takes stages only, without an object or a percentile");
	return 0;
}

/* Of the whole system there are no objects. */
static int parse_finish_top_system(struct params *p)
{
	if (!p->system)
		return p->preset == SYSTEM_PRESET_NONE ? 0 : fail("top: --for is for --system");
	if (p->device)
		return fail("top: --device and --system exclude each other");
	if (budgets_has_rules(&p->budgets))
		return fail("top: with --system, --budget takes stages only, without an object or a percentile");
	return 0;
}

/* A command without operands; but --json FILE: getopt takes an optional argument only after = */
static int parse_finish_plain(struct params *p, char **operands)
{
	if (*operands && p->json && !operands[1]) {
		p->json = *operands;
		return 0;
	}
	return *operands ? fail("%s: unexpected \"%s\"", options_commands[p->command],
				*operands) : 0;
}

/* Checks what no single option can know: operands, and options that exclude each other. */
static int parse_finish(struct params *p, char **operands)
{
	if (p->stop_on_overrun && (p->budgets.warmup || p->budgets.warmup_ns))
		return fail("--stop-on-overrun and --warmup exclude each other: the kernel knows of no warm-up");
	switch (p->command) {
	case CMD_RUN:
		if (*operands)
			return fail("run: unexpected \"%s\"", *operands);
		return parse_finish_workload(p);
	case CMD_RECORD:
		p->child = *operands ? operands : NULL;
		if (!p->trace)
			return fail("record: where to? Give -o FILE");
		if (p->child && p->duration_ns)
			return fail("record: --duration and a command exclude each other");
		return 0;
	case CMD_SYSTEM:
		return parse_finish_system(p, operands);
	case CMD_DIFF:
		return parse_finish_diff(p, operands);
	case CMD_COMPARE:
		return parse_finish_compare(p, operands);
	case CMD_CHECK:
		return parse_finish_check(p, operands);
	case CMD_TOP:
		if (*operands)
			return fail("top: unexpected \"%s\"", *operands);
		if (p->count && !p->batch)
			return fail("top: --count is for --batch");
		if (p->interval_ns && p->interval_ns < TOP_INTERVAL_MIN_NS)
			return fail("top: --interval must be 50ms or more");
		return parse_finish_top_system(p);
	case CMD_REPORT:
		p->trace = *operands;
		if (!p->trace || operands[1])
			return fail("report: exactly one trace.dat is needed");
		return 0;
	case CMD_BIND:
	case CMD_UNBIND:
		p->address = *operands;
		if (!p->address || operands[1])
			return fail("%s: which card? Give its address, as 0000:03:00.0: lspci -D shows them",
				    options_commands[p->command]);
		return 0;
	case CMD_STAT:
		if (p->json && p->openmetrics)
			return fail("stat: --json and --openmetrics exclude each other");
		if (output_is_stdout(p->openmetrics) && p->interval_ns)
			return fail("stat: OpenMetrics text on stdout is of one reading: leave out --interval, or name a file");
		return parse_finish_plain(p, operands);
	default:
		return parse_finish_plain(p, operands);
	}
}

/* getopt returns PARSE_ROW plus the index of a row: this is larger than any letter. */
#define PARSE_ROW	256

/*
 * Fills @options and @letters with what getopt is to know of the options of @command:
 * a long option returns PARSE_ROW and the index of its row, a short one its letter.
 */
static void parse_getopt(enum command command, struct option *options, char *letters)
{
	const struct option_row *row;
	unsigned int i;

	/* COMMAND of record and check has options of its own: stop at the first operand */
	if (command == CMD_RECORD || command == CMD_CHECK)
		*letters++ = '+';
	for (i = 0; i < options_count; i++) {
		row = &options_rows[i];
		if (!options_has(row, command))
			continue;
		*options++ = (struct option){
			.name = row->name,
			.has_arg = row->takes == TAKES_ARGUMENT ? required_argument :
				   row->takes == TAKES_OPTIONAL ? optional_argument : no_argument,
			.val = PARSE_ROW + i,
		};
		if (!row->letter)
			continue;
		*letters++ = row->letter;
		if (row->takes == TAKES_ARGUMENT)
			*letters++ = ':';
	}
	*options = (struct option){ 0 };
	*letters = '\0';
}

/* The row that getopt has found: by its index, or by its letter. */
static const struct option_row *parse_row(enum command command, int opt)
{
	const struct option_row *row = options_rows;

	if (opt >= PARSE_ROW)
		return &options_rows[opt - PARSE_ROW];
	while (row->letter != opt || !options_has(row, command))
		row++;
	return row;
}

/* One option that getopt has found.  PARSE_OK: go on. */
static enum parse_result parse_option(struct params *p, int opt, const char *arg)
{
	const struct option_row *row = parse_row(p->command, opt);

	if (row->set)
		return row->set(p, row, arg) ? PARSE_BAD : PARSE_OK;
	if (row->letter == 'h')
		help_command(stdout, p->command);
	else
		puts("dpcmon " DPCMON_VERSION);
	return PARSE_DONE;
}

static enum parse_result parse_options_of(struct params *p, int argc, char **argv)
{
	struct option *options = xcalloc(options_count + 1, sizeof(*options));
	char *letters = xcalloc(1, strlen("+") + 2 * options_count + 1);
	enum parse_result result = PARSE_OK;
	int opt;

	parse_getopt(p->command, options, letters);
	while (result == PARSE_OK &&
	       (opt = getopt_long(argc, argv, letters, options, NULL)) != -1)
		result = opt == '?' ? PARSE_BAD : parse_option(p, opt, optarg);
	free(options);
	free(letters);
	if (result == PARSE_OK && (parse_finish(p, argv + optind) || output_check(p)))
		result = PARSE_BAD;
	return result;
}

enum parse_result parse_command_line(struct params *p, int argc, char **argv)
{
	enum parse_result result;
	int command;

	parse_defaults(p);
	if (argc < 2) {
		help_overall(stderr);
		return PARSE_BAD;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help_overall(stdout);
		return PARSE_DONE;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("dpcmon " DPCMON_VERSION);
		return PARSE_DONE;
	}
	command = parse_command_name(argv[1]);
	if (command < 0) {
		fail("no command \"%s\": run, record, report, stat, compare, top, check, list, bind, unbind, system or diff",
		     argv[1]);
		return PARSE_BAD;
	}
	p->command = command;
	if (command == CMD_COMPARE)
		parse_compare_defaults(p);
	if (command == CMD_DIFF)
		parse_diff_defaults(p);
	parse_line(p, argc, argv);
	/* getopt names argv[0] in its messages */
	argv[1] = argv[0];
	result = parse_options_of(p, argc - 1, argv + 1);
	if (result == PARSE_BAD)
		fprintf(stderr, "Try: dpcmon %s --help\n", options_commands[command]);
	return result;
}

void parse_free(struct params *p)
{
	free(p->line);
}
