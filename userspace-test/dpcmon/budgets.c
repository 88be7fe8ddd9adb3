// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes the user's budgets from text, and finds those of an object.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "budgets.h"
#include "object.h"
#include "util.h"

const char * const budgets_of_names[BUDGETS_OF_NR] = {
	[BUDGETS_MAX]	= "max",
	[BUDGETS_P50]	= "p50",
	[BUDGETS_P99]	= "p99",
	[BUDGETS_P999]	= "p99.9",
};

/* A name may leave out which project its driver is of, as in the paths of KCIDB. */
#define BUDGETS_PREFIX	"dpc_"

/* Cuts the percentile off the end of @name, if there is one. */
static enum budgets_of budgets_cut_percentile(char *name)
{
	unsigned int i;
	size_t len, of;

	len = strlen(name);
	for (i = 0; i < BUDGETS_OF_NR; i++) {
		of = strlen(budgets_of_names[i]);
		if (len <= of || name[len - of - 1] != '.' ||
		    strcmp(name + len - of, budgets_of_names[i]))
			continue;
		name[len - of - 1] = '\0';
		return i;
	}
	return BUDGETS_MAX;
}

/* "[OBJECT.]STAGE": names of objects may have dots, those of stages have none. */
static int budgets_cut_stage(char *name, struct budgets_rule *rule, const char **why)
{
	char *dot = strrchr(name, '.'), *stage = dot ? dot + 1 : name;
	const char *object = dot ? name : "";

	for (rule->stage = 0; rule->stage < DPC_STAGE_NR; rule->stage++)
		if (!strcmp(stage_keys[rule->stage], stage))
			break;
	*why = "no stage of this name";
	if (rule->stage == DPC_STAGE_NR)
		return -1;
	if (dot)
		*dot = '\0';
	*why = "an object's name or id before the stage is needed";
	if (dot && !*object)
		return -1;
	*why = "the object's name is too long";
	if (strlen(object) >= sizeof(rule->object))
		return -1;
	snprintf(rule->object, sizeof(rule->object), "%.*s", BUDGETS_NAME - 1,
		 object + (*object == '#'));
	return 0;
}

static int budgets_keep(struct budgets *b, const struct budgets_rule *rule, const char **why)
{
	*why = "too many budgets";
	if (b->nr_rules == BUDGETS_RULES)
		return -1;
	b->rules[b->nr_rules++] = *rule;
	return 0;
}

int budgets_add(struct budgets *b, char *text, uint32_t max_us, const char **why)
{
	struct budgets_rule rule = { 0 };
	char *equal = strchr(text, '=');
	uint64_t us;

	*why = "name=us is needed";
	if (!equal)
		return -1;
	*equal = '\0';
	*why = "us is a number from 0 to 1000000";
	if (parse_u64(equal + 1, max_us, &us))
		return -1;
	rule.us = us;
	rule.of = budgets_cut_percentile(text);
	if (budgets_cut_stage(text, &rule, why))
		return -1;
	if (*rule.object || rule.of != BUDGETS_MAX)
		return budgets_keep(b, &rule, why);
	b->given[rule.stage] = true;
	b->us[rule.stage] = us;
	return 0;
}

int budgets_allow(struct budgets *b, char *text, const char **why)
{
	struct budgets_rule rule = { .allows = true };
	char *equal = strchr(text, '='), *end;

	*why = "name=N or name=N% is needed";
	if (!equal)
		return -1;
	*equal = '\0';
	end = equal + 1 + strlen(equal + 1);
	if (end[-1] == '%') {
		end[-1] = '\0';
		rule.percent = strtod(equal + 1, &end);
		*why = "a share from 0% to 100% is needed";
		/* written so that "nan" fails, too */
		if (end == equal + 1 || *end || !(rule.percent >= 0 && rule.percent <= 100))
			return -1;
	} else if (parse_u64(equal + 1, UINT64_MAX, &rule.count)) {
		return -1;
	}
	if (budgets_cut_stage(text, &rule, why))
		return -1;
	return budgets_keep(b, &rule, why);
}

bool budgets_of_times(const struct budgets *b)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (b->given[i])
			return true;
	for (i = 0; i < b->nr_rules; i++)
		if (!b->rules[i].allows && b->rules[i].of == BUDGETS_MAX)
			return true;
	return false;
}

bool budgets_has_rules(const struct budgets *b)
{
	return b->nr_rules || b->warmup || b->warmup_ns;
}

/* Whether @rule is of the object, by its id or name. */
static bool budgets_is_of(const struct budgets_rule *rule, uint32_t id, const char *name)
{
	uint64_t wanted;

	if (!parse_u64(rule->object, UINT32_MAX, &wanted))
		return wanted == id;
	if (!strcmp(rule->object, name))
		return true;
	return !strncmp(name, BUDGETS_PREFIX, strlen(BUDGETS_PREFIX)) &&
	       !strcmp(rule->object, name + strlen(BUDGETS_PREFIX));
}

/* The last rule of the object itself, else the last one of all. */
static const struct budgets_rule *budgets_rule(const struct budgets *b, uint32_t id,
					       const char *name, unsigned int stage,
					       enum budgets_of of, bool allows)
{
	const struct budgets_rule *best = NULL;
	unsigned int i;

	for (i = 0; i < b->nr_rules; i++) {
		const struct budgets_rule *rule = &b->rules[i];

		if (rule->allows != allows || rule->stage != stage || rule->of != of)
			continue;
		if (*rule->object ? budgets_is_of(rule, id, name) : !best || !*best->object)
			best = rule;
	}
	return best;
}

bool budgets_find(const struct budgets *b, uint32_t id, const char *name, unsigned int stage,
		  enum budgets_of of, uint32_t *us)
{
	const struct budgets_rule *rule = budgets_rule(b, id, name, stage, of, false);

	if (rule)
		*us = rule->us;
	else if (of == BUDGETS_MAX && b->given[stage])
		*us = b->us[stage];
	else
		return false;
	return true;
}

uint64_t budgets_allowed(const struct budgets *b, uint32_t id, const char *name,
			 unsigned int stage, uint64_t times)
{
	const struct budgets_rule *rule = budgets_rule(b, id, name, stage, BUDGETS_MAX, true);

	if (!rule)
		return 0;
	return rule->percent ? (uint64_t)(times * rule->percent / 100) : rule->count;
}
