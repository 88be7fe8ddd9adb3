// SPDX-License-Identifier: GPL-2.0
/*
 * Parses the command line into struct params, and refuses combinations that make no
 * sense.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/dpc_edu.h>

#include "device.h"
#include "help.h"
#include "load.h"
#include "object.h"
#include "output.h"
#include "params.h"
#include "parse.h"
#include "raiser.h"
#include "series.h"
#include "text.h"
#include "util.h"

static const char * const parse_commands[CMD_NR] = {
	[CMD_RUN]	= "run",
	[CMD_RECORD]	= "record",
	[CMD_REPORT]	= "report",
	[CMD_STAT]	= "stat",
	[CMD_COMPARE]	= "compare",
	[CMD_TOP]	= "top",
	[CMD_CHECK]	= "check",
};

enum opt {
	OPT_INTERRUPTS = 256,
	OPT_PACE,
	OPT_FACTORIALS,
	OPT_DMA,
	OPT_DURATION,
	OPT_MODEL,
	OPT_BODY,
	OPT_BUDGET,
	OPT_TRACE,
	OPT_JSON,
	OPT_JSON_STAT,
	OPT_HTML,
	OPT_NOTE,
	OPT_STOP,
	OPT_SCHED,
	OPT_BUFFER,
	OPT_CPU,
	OPT_RESET,
	OPT_CHECK,
	OPT_INTERVAL,
	OPT_COUNT,
	OPT_MODELS,
	OPT_LOAD,
	OPT_ROUNDS,
	OPT_SEED,
	OPT_RT_PRIORITY,
	OPT_ONCE,
	OPT_KCIDB,
	OPT_KCIDB_ORIGIN,
	OPT_KCIDB_BUILD,
};

#define RUN	(1 << CMD_RUN)
#define RECORD	(1 << CMD_RECORD)
#define REPORT	(1 << CMD_REPORT)
#define STAT	(1 << CMD_STAT)
#define COMPARE	(1 << CMD_COMPARE)
#define TOP	(1 << CMD_TOP)
#define CHECK	(1 << CMD_CHECK)
#define REPORTS	(RUN | RECORD | REPORT | COMPARE | CHECK)
#define ALL	(RUN | RECORD | REPORT | STAT | COMPARE | TOP | CHECK)

static const struct parse_option {
	struct option	option;
	unsigned int	commands;
} parse_options[] = {
	{ { "help", no_argument, NULL, 'h' }, ALL },
	{ { "version", no_argument, NULL, 'V' }, ALL },
	{ { "device", required_argument, NULL, 'd' }, RUN | STAT | COMPARE | TOP | CHECK },
	{ { "output", required_argument, NULL, 'o' }, RECORD },
	{ { "quiet", no_argument, NULL, 'q' }, RUN | RECORD | REPORT | COMPARE },
	{ { "interrupts", required_argument, NULL, OPT_INTERRUPTS }, RUN | COMPARE | CHECK },
	{ { "pace", required_argument, NULL, OPT_PACE }, RUN | COMPARE | CHECK },
	{ { "factorials", required_argument, NULL, OPT_FACTORIALS }, RUN | CHECK },
	{ { "dma", required_argument, NULL, OPT_DMA }, RUN | CHECK },
	{ { "duration", required_argument, NULL, OPT_DURATION }, RUN | RECORD | CHECK },
	{ { "model", required_argument, NULL, OPT_MODEL }, RUN | CHECK },
	{ { "body", required_argument, NULL, OPT_BODY }, RUN | COMPARE | CHECK },
	{ { "trace", required_argument, NULL, OPT_TRACE }, RUN | CHECK },
	{ { "budget", required_argument, NULL, OPT_BUDGET }, REPORTS },
	{ { "json", required_argument, NULL, OPT_JSON }, REPORTS },
	{ { "json", optional_argument, NULL, OPT_JSON_STAT }, STAT },
	{ { "html", required_argument, NULL, OPT_HTML }, REPORTS },
	{ { "note", required_argument, NULL, OPT_NOTE }, REPORTS },
	{ { "stop-on-overrun", no_argument, NULL, OPT_STOP }, RUN | RECORD },
	{ { "sched-switch", no_argument, NULL, OPT_SCHED }, RECORD },
	{ { "buffer", required_argument, NULL, OPT_BUFFER }, RUN | RECORD | CHECK },
	{ { "cpu", required_argument, NULL, OPT_CPU }, STAT },
	{ { "reset", no_argument, NULL, OPT_RESET }, STAT },
	{ { "check", no_argument, NULL, OPT_CHECK }, STAT },
	{ { "interval", required_argument, NULL, OPT_INTERVAL }, STAT | TOP },
	{ { "count", required_argument, NULL, OPT_COUNT }, STAT | TOP },
	{ { "models", required_argument, NULL, OPT_MODELS }, COMPARE },
	{ { "load", required_argument, NULL, OPT_LOAD }, COMPARE },
	{ { "rounds", required_argument, NULL, OPT_ROUNDS }, COMPARE },
	{ { "seed", required_argument, NULL, OPT_SEED }, COMPARE },
	{ { "rt-priority", required_argument, NULL, OPT_RT_PRIORITY }, COMPARE },
	{ { "batch", no_argument, NULL, 'b' }, TOP },
	{ { "once", no_argument, NULL, OPT_ONCE }, TOP },
	{ { "kcidb", required_argument, NULL, OPT_KCIDB }, CHECK },
	{ { "kcidb-origin", required_argument, NULL, OPT_KCIDB_ORIGIN }, CHECK },
	{ { "kcidb-build", required_argument, NULL, OPT_KCIDB_BUILD }, CHECK },
};

static int parse_number(const char *name, const char *text, uint64_t min, uint64_t max,
			uint64_t *value)
{
	if (parse_u64(text, max, value) || *value < min)
		return fail("--%s %s: a number from %llu to %llu is needed", name, text,
			    (unsigned long long)min, (unsigned long long)max);
	return 0;
}

static int parse_u32(const char *name, const char *text, uint32_t min, uint32_t max,
		     uint32_t *value)
{
	uint64_t n;

	if (parse_number(name, text, min, max, &n))
		return -1;
	*value = n;
	return 0;
}

static int parse_time(const char *name, const char *text, uint64_t *ns)
{
	static const struct { const char *unit; double ns; } units[] = {
		{ "", 1e9 }, { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "m", 60e9 },
	};
	unsigned int i;
	double value;
	char *end;

	value = strtod(text, &end);
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (end == text || strcmp(end, units[i].unit))
			continue;
		if (!(value * units[i].ns >= 1e3) || value * units[i].ns > 1e15)
			break;
		*ns = value * units[i].ns;
		return 0;
	}
	return fail("--%s %s: a time like 10, 10s, 500ms or 2m is needed", name, text);
}

/* Calls @set for every name=value of a list; -1 after a message. */
static int parse_list(const char *name, const char *text, uint64_t max,
		      int (*set)(struct params *p, const char *key, uint32_t value),
		       struct params *p)
{
	char *copy = xstrdup(text), *rest = copy, *item, *equal;
	uint64_t value;
	int ret = 0;

	while (!ret && (item = strsep(&rest, ","))) {
		equal = strchr(item, '=');
		if (equal)
			*equal = '\0';
		if (!equal || parse_u64(equal + 1, max, &value))
			ret = fail("--%s %s: name=us is needed, us from 0 to %llu", name, text,
				   (unsigned long long)max);
		else if (set(p, item, value))
			ret = fail("--%s: no such name: %s", name, item);
	}
	free(copy);
	return ret;
}

static int parse_set_budget(struct params *p, const char *key, uint32_t us)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		if (strcmp(stage_keys[i], key))
			continue;
		p->budgets.given[i] = true;
		p->budgets.us[i] = us;
		return 0;
	}
	return -1;
}

static int parse_set_body(struct params *p, const char *key, uint32_t us)
{
	p->body_given = true;
	if (!strcmp(key, "dpc"))
		p->body_dpc_us = us;
	else if (!strcmp(key, "work"))
		p->body_work_us = us;
	else
		return -1;
	return 0;
}

static int parse_cpu(struct params *p, const char *text)
{
	uint64_t n;

	if (!strcmp(text, "all"))
		p->cpu = DPC_EDU_CPU_ALL;
	else if (!strcmp(text, "each"))
		p->cpu = STAT_CPU_EACH;
	else if (!parse_u64(text, 65535, &n))
		p->cpu = n;
	else
		return fail("--cpu %s: a CPU number, all or each is needed", text);
	return 0;
}

/* A list of names, each for a bit of *@set; "all" for all of them. */
static int parse_names(const char *option, const char *text, unsigned int nr,
		       const char *(*name)(unsigned int i), uint32_t *set)
{
	char *copy = xstrdup(text), *rest = copy, *item;
	int ret = 0;
	unsigned int i;

	*set = 0;
	while (!ret && (item = strsep(&rest, ","))) {
		if (!strcmp(item, "all")) {
			*set = (1u << nr) - 1;
			continue;
		}
		for (i = 0; i < nr && strcmp(name(i), item); i++)
			;
		if (i < nr)
			*set |= 1u << i;
		else
			ret = fail("--%s: no such name: %s; dpcmon compare --help lists them",
				   option, item);
	}
	free(copy);
	return ret;
}

static const char *parse_model_name(unsigned int i)
{
	return device_model_name(i);
}

static const char *parse_load_name(unsigned int i)
{
	return load_names[i];
}

/* KCIDB's ids are ORIGIN:REST, and it has rules for both. */
static int parse_kcidb_id(const char *option, const char *text, const char *extra,
			  const char **value)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	while (text[len] && *extra && strchr(extra, text[len]))
		len += 1 + strspn(text + len + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (!*text || text[len])
		return fail("--%s %s: small letters, digits and _%s are needed", option, text,
			    extra);
	*value = text;
	return 0;
}

static int parse_kcidb(struct params *p, int opt, const char *arg)
{
	switch (opt) {
	case OPT_KCIDB:
		p->kcidb = arg;
		return 0;
	case OPT_KCIDB_ORIGIN:
		return parse_kcidb_id("kcidb-origin", arg, "", &p->kcidb_origin);
	case OPT_KCIDB_BUILD:
		return parse_kcidb_id("kcidb-build", arg, "-.+:", &p->kcidb_build);
	default:
		return fail("option not handled");
	}
}

static int parse_compare(struct params *p, int opt, const char *arg)
{
	struct compare_params *c = &p->compare;

	switch (opt) {
	case OPT_MODELS:
		return parse_names("models", arg, DPC_MODEL_NR, parse_model_name, &c->models);
	case OPT_LOAD:
		return parse_names("load", arg, LOAD_NR, parse_load_name, &c->loads);
	case OPT_ROUNDS:
		return parse_u32("rounds", arg, 1, SERIES_MAX, &c->rounds);
	case OPT_SEED:
		return parse_number("seed", arg, 0, UINT64_MAX, &c->seed);
	case OPT_RT_PRIORITY:
		return parse_u32("rt-priority", arg, 1, RAISER_PRIORITY - 2, &c->rt_priority);
	default:
		return parse_kcidb(p, opt, arg);
	}
}

static int parse_model(struct params *p, const char *text)
{
	if (device_model_by_name(text) < 0)
		return fail("--model %s: no such model; see dpcmon run --help", text);
	p->model = text;
	return 0;
}

static int parse_workload(struct params *p, int opt, const char *arg)
{
	switch (opt) {
	case OPT_INTERRUPTS:
		return parse_number("interrupts", arg, 0, 1000000000, &p->interrupts);
	case OPT_PACE:
		return parse_u32("pace", arg, 0, DPC_EDU_PACE_MAX_US, &p->pace_us);
	case OPT_FACTORIALS:
		return parse_number("factorials", arg, 0, 1000000000, &p->factorials);
	case OPT_DMA:
		return parse_number("dma", arg, 0, 1000000000, &p->dmas);
	case OPT_MODEL:
		return parse_model(p, arg);
	case OPT_BODY:
		return parse_list("body", arg, DPC_EDU_BODY_MAX_US, parse_set_body, p);
	case OPT_TRACE:
		p->trace = arg;
		return 0;
	default:
		return parse_compare(p, opt, arg);
	}
}

static int parse_stat(struct params *p, int opt, const char *arg)
{
	switch (opt) {
	case OPT_CPU:
		return parse_cpu(p, arg);
	case OPT_RESET:
		p->reset = true;
		return 0;
	case OPT_CHECK:
		p->check = true;
		return 0;
	case OPT_INTERVAL:
		return parse_time("interval", arg, &p->interval_ns);
	case OPT_COUNT:
		return parse_number("count", arg, 1, 1000000000, &p->count);
	case OPT_JSON_STAT:
		p->json = arg ? arg : "-";
		return 0;
	default:
		return parse_workload(p, opt, arg);
	}
}

static int parse_option(struct params *p, int opt, const char *arg)
{
	switch (opt) {
	case 'd':
		p->device = arg;
		return 0;
	case 'o':
		p->trace = arg;
		return 0;
	case 'q':
		p->quiet = true;
		return 0;
	case 'b':
		p->batch = true;
		return 0;
	case OPT_ONCE:
		p->batch = true;
		p->count = 1;
		return 0;
	case OPT_DURATION:
		return parse_time("duration", arg, &p->duration_ns);
	case OPT_BUDGET:
		return parse_list("budget", arg, DPC_BUDGET_MAX_US, parse_set_budget, p);
	case OPT_JSON:
		p->json = arg;
		return 0;
	case OPT_HTML:
		p->html = arg;
		return 0;
	case OPT_NOTE:
		/* a word of our own command line */
		text_clean((char *)arg);
		p->note = arg;
		return 0;
	case OPT_STOP:
		p->stop_on_overrun = true;
		return 0;
	case OPT_SCHED:
		p->sched_switch = true;
		return 0;
	case OPT_BUFFER:
		return parse_u32("buffer", arg, 8, 1 << 20, &p->buffer_kb);
	default:
		return parse_stat(p, opt, arg);
	}
}

static int parse_command_name(const char *name)
{
	int i;

	for (i = 0; i < CMD_NR; i++)
		if (!strcmp(parse_commands[i], name))
			return i;
	return -1;
}

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
	if (!p->interrupts || p->interrupts > COMPARE_INTERRUPTS_MAX)
		return fail("compare: --interrupts is for each round: 1 to %d",
			    COMPARE_INTERRUPTS_MAX);
	return 0;
}

#define TOP_INTERVAL_MIN_NS	50000000

static void parse_defaults(struct params *p)
{
	memset(p, 0, sizeof(*p));
	p->device = DEVICE_DEFAULT;
	p->pace_us = 100;
	p->buffer_kb = 4096;
	p->cpu = DPC_EDU_CPU_ALL;
	p->kcidb_origin = "dpcmon";
	p->kcidb_build = "unknown";
}

static int parse_finish_workload(struct params *p)
{
	if (p->interrupts || p->factorials || p->dmas)
		return 0;
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

/* Measures a load of its own, a command's, or what was recorded. */
static int parse_finish_check(struct params *p, char **operands)
{
	bool own = p->interrupts || p->factorials || p->dmas || p->duration_ns || p->model ||
		   p->body_given;

	p->child = *operands ? operands : NULL;
	if (!!p->trace + !!p->child + own > 1)
		return fail("check: --trace, a command, and a load of its own exclude each other");
	return parse_finish_workload(p);
}

/* What the options don't say by themselves: operands, and what goes together. */
static int parse_finish(struct params *p, char **operands)
{
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
		return 0;
	case CMD_REPORT:
		p->trace = *operands;
		if (!p->trace || operands[1])
			return fail("report: exactly one trace.dat is needed");
		return 0;
	default:
		/* --json FILE: getopt takes an optional argument only after = */
		if (*operands && p->json && !operands[1]) {
			p->json = *operands;
			return 0;
		}
		return *operands ? fail("stat: unexpected \"%s\"", *operands) : 0;
	}
}

static enum parse_result parse_options_of(struct params *p, int argc, char **argv)
{
	struct option options[ARRAY_SIZE(parse_options) + 1] = { 0 };
	/* after COMMAND of record, options are that program's */
	const char *letters = p->command == CMD_RECORD ? "+hVo:q" :
			      p->command == CMD_CHECK ? "+hVd:" :
			      p->command == CMD_STAT ? "hVd:" :
			      p->command == CMD_TOP ? "hVd:b" :
			      p->command == CMD_RUN || p->command == CMD_COMPARE ? "hVd:q" : "hVq";
	unsigned int i, n = 0;
	int opt;

	for (i = 0; i < ARRAY_SIZE(parse_options); i++)
		if (parse_options[i].commands & (1 << p->command))
			options[n++] = parse_options[i].option;

	while ((opt = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (opt == '?')
			return PARSE_BAD;
		if (opt == 'h') {
			fputs(help_commands[p->command], stdout);
			return PARSE_DONE;
		}
		if (opt == 'V') {
			puts("dpcmon " DPCMON_VERSION);
			return PARSE_DONE;
		}
		if (parse_option(p, opt, optarg))
			return PARSE_BAD;
	}
	return parse_finish(p, argv + optind) || output_check(p) ? PARSE_BAD : PARSE_OK;
}

enum parse_result parse_command_line(struct params *p, int argc, char **argv)
{
	enum parse_result result;
	int command;

	parse_defaults(p);
	if (argc < 2) {
		fputs(help_overall, stderr);
		return PARSE_BAD;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		fputs(help_overall, stdout);
		return PARSE_DONE;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("dpcmon " DPCMON_VERSION);
		return PARSE_DONE;
	}
	command = parse_command_name(argv[1]);
	if (command < 0) {
		fail("no command \"%s\": run, record, report, stat, compare, top or check",
		     argv[1]);
		return PARSE_BAD;
	}
	p->command = command;
	if (command == CMD_COMPARE)
		parse_compare_defaults(p);
	parse_line(p, argc, argv);
	/* getopt names argv[0] in its messages */
	argv[1] = argv[0];
	result = parse_options_of(p, argc - 1, argv + 1);
	if (result == PARSE_BAD)
		fprintf(stderr, "Try: dpcmon %s --help\n", parse_commands[command]);
	return result;
}

void parse_free(struct params *p)
{
	free(p->line);
}
