// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks the argument of an option and stores it in struct params.  options.c says which
 * function reads the argument of which option.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <linux/dpc_edu.h>

#include "model.h"
#include "object.h"
#include "text.h"
#include "util.h"
#include "value.h"

#define VALUE_ID_CHARS	"abcdefghijklmnopqrstuvwxyz0123456789_"

static void *value_field(struct params *p, const struct option_row *row)
{
	return (char *)p + row->field;
}

int value_flag(struct params *p, const struct option_row *row, const char *arg)
{
	*(bool *)value_field(p, row) = true;
	return 0;
}

int value_text(struct params *p, const struct option_row *row, const char *arg)
{
	*(const char **)value_field(p, row) = arg;
	return 0;
}

int value_clean_text(struct params *p, const struct option_row *row, const char *arg)
{
	/* it points into our own command line, which may be written to */
	text_clean((char *)arg);
	return value_text(p, row, arg);
}

int value_file_or_stdout(struct params *p, const struct option_row *row, const char *arg)
{
	return value_text(p, row, arg ? arg : "-");
}

/* KCIDB's ids are ORIGIN:REST, and it has rules for the characters of both. */
int value_id(struct params *p, const struct option_row *row, const char *arg)
{
	size_t len = strspn(arg, VALUE_ID_CHARS);

	while (arg[len] && *row->extra && strchr(row->extra, arg[len]))
		len += 1 + strspn(arg + len + 1, VALUE_ID_CHARS);
	if (!*arg || arg[len])
		return fail("--%s %s: small letters, digits and _%s are needed", row->name, arg,
			    row->extra);
	return value_text(p, row, arg);
}

static int value_number(const struct option_row *row, const char *arg, uint64_t *value)
{
	if (parse_u64(arg, row->max, value) || *value < row->min)
		return fail("--%s %s: a number from %llu to %llu is needed", row->name, arg,
			    (unsigned long long)row->min, (unsigned long long)row->max);
	return 0;
}

int value_u64(struct params *p, const struct option_row *row, const char *arg)
{
	uint64_t n;

	if (value_number(row, arg, &n))
		return -1;
	*(uint64_t *)value_field(p, row) = n;
	return 0;
}

int value_u32(struct params *p, const struct option_row *row, const char *arg)
{
	uint64_t n;

	if (value_number(row, arg, &n))
		return -1;
	*(uint32_t *)value_field(p, row) = n;
	return 0;
}

static int value_time_from(struct params *p, const struct option_row *row, const char *arg,
			   double least_ns)
{
	static const struct { const char *unit; double ns; } units[] = {
		{ "", 1e9 }, { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "m", 60e9 },
	};
	unsigned int i;
	double value;
	char *end;

	value = strtod(arg, &end);
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (end == arg || strcmp(end, units[i].unit))
			continue;
		/* written so that "nan" fails, too */
		if (!(value * units[i].ns >= least_ns) || value * units[i].ns > 1e15)
			break;
		*(uint64_t *)value_field(p, row) = value * units[i].ns;
		return 0;
	}
	return fail("--%s %s: a time like 10, 10s, 500ms or 2m is needed", row->name, arg);
}

int value_time(struct params *p, const struct option_row *row, const char *arg)
{
	return value_time_from(p, row, arg, 1e3);
}

int value_time_or_0(struct params *p, const struct option_row *row, const char *arg)
{
	return value_time_from(p, row, arg, 0);
}

int value_name(struct params *p, const struct option_row *row, const char *arg)
{
	unsigned int i;

	for (i = 0; row->names(i); i++) {
		if (strcmp(row->names(i), arg))
			continue;
		*(uint32_t *)value_field(p, row) = i;
		return 0;
	}
	return fail("--%s: no such name: %s", row->name, arg);
}

int value_names(struct params *p, const struct option_row *row, const char *arg)
{
	char *copy = xstrdup(arg), *rest = copy, *item;
	uint32_t *set = value_field(p, row);
	unsigned int i, nr = 0;
	int ret = 0;

	while (row->names(nr))
		nr++;
	*set = 0;
	while (!ret && (item = strsep(&rest, ","))) {
		if (!strcmp(item, "all")) {
			*set = (1u << nr) - 1;
			continue;
		}
		for (i = 0; i < nr && strcmp(row->names(i), item); i++)
			;
		if (i < nr)
			*set |= 1u << i;
		else
			ret = fail("--%s: no such name: %s; dpcmon compare --help lists them",
				   row->name, item);
	}
	free(copy);
	return ret;
}

/* Calls @set for every name=us of a list. */
static int value_assign(struct params *p, const struct option_row *row, const char *arg,
			int (*set)(struct params *p, const char *key, uint32_t us))
{
	char *copy = xstrdup(arg), *rest = copy, *item, *equal;
	uint64_t us;
	int ret = 0;

	while (!ret && (item = strsep(&rest, ","))) {
		equal = strchr(item, '=');
		if (equal)
			*equal = '\0';
		if (!equal || parse_u64(equal + 1, row->max, &us))
			ret = fail("--%s %s: name=us is needed, us from 0 to %llu", row->name, arg,
				   (unsigned long long)row->max);
		else if (set(p, item, us))
			ret = fail("--%s: no such name: %s", row->name, item);
	}
	free(copy);
	return ret;
}

int value_budgets(struct params *p, const struct option_row *row, const char *arg)
{
	char *copy = xstrdup(arg), *rest = copy, *item;
	const char *why;
	int ret = 0;

	while (!ret && (item = strsep(&rest, ",")))
		if (budgets_add(&p->budgets, item, row->max, &why))
			ret = fail("--%s %s: %s", row->name, arg, why);
	free(copy);
	return ret;
}

int value_allow(struct params *p, const struct option_row *row, const char *arg)
{
	char *copy = xstrdup(arg), *rest = copy, *item;
	const char *why;
	int ret = 0;

	while (!ret && (item = strsep(&rest, ",")))
		if (budgets_allow(&p->budgets, item, &why))
			ret = fail("--%s %s: %s", row->name, arg, why);
	free(copy);
	return ret;
}

/* A number alone is one of interrupts, not of seconds. */
int value_warmup(struct params *p, const struct option_row *row, const char *arg)
{
	p->budgets.warmup = 0;
	p->budgets.warmup_ns = 0;
	if (!parse_u64(arg, row->max, &p->budgets.warmup))
		return 0;
	return value_time(p, row, arg);
}

static int value_set_body(struct params *p, const char *key, uint32_t us)
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

int value_body(struct params *p, const struct option_row *row, const char *arg)
{
	return value_assign(p, row, arg, value_set_body);
}

int value_model(struct params *p, const struct option_row *row, const char *arg)
{
	if (model_by_name(arg) < 0)
		return fail("--%s %s: no such model; see dpcmon run --help", row->name, arg);
	p->model = arg;
	return 0;
}

int value_cpu(struct params *p, const struct option_row *row, const char *arg)
{
	uint64_t n;

	if (!strcmp(arg, "all"))
		p->cpu = DPC_SNAPSHOT_CPU_ALL;
	else if (!strcmp(arg, "each"))
		p->cpu = STAT_CPU_EACH;
	else if (!parse_u64(arg, 65535, &n))
		p->cpu = n;
	else
		return fail("--%s %s: a CPU number, all or each is needed", row->name, arg);
	return 0;
}

int value_percent(struct params *p, const struct option_row *row, const char *arg)
{
	char *end;
	double value = strtod(arg, &end);

	/* written so that "nan" fails, too */
	if (end == arg || (strcmp(end, "") && strcmp(end, "%")) || !(value >= 0 && value <= 1e6))
		return fail("--%s %s: per cent are needed, as 10%% or 2.5", row->name, arg);
	*(double *)value_field(p, row) = value;
	return 0;
}

int value_pair(struct params *p, const struct option_row *row, const char *arg)
{
	const char *equal = strchr(arg, '=');

	if (!equal || equal == arg || !equal[1] || strchr(equal + 1, '='))
		return fail("--%s %s: two drivers are needed, as ndis.sys=e1000e", row->name, arg);
	if (p->diff.nr_pairs >= DIFF_PAIRS_MAX)
		return fail("--%s: more than %d pairs", row->name, DIFF_PAIRS_MAX);
	/* it points into our own command line, which may be written to */
	text_clean((char *)arg);
	p->diff.pairs[p->diff.nr_pairs++] = arg;
	return 0;
}

int value_once(struct params *p, const struct option_row *row, const char *arg)
{
	p->batch = true;
	p->count = 1;
	return 0;
}
