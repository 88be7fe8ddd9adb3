// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "symbols.h"
#include "tasks.h"
#include "text.h"
#include "util.h"

/* An address further behind a routine's start is not in it. */
#define SYMBOL_LENGTH_MAX	(64 << 10)

/* @start: of the routine in which @addr lies, as far as the table was read; 0 before. */
struct symbol {
	uint64_t	addr;
	uint64_t	start;
	char		name[64];
};

static struct symbol *symbols_find(const struct symbols *s, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < s->nr_known; i++)
		if (s->known[i]->addr == addr)
			return s->known[i];
	return NULL;
}

static void symbols_name(struct symbol *sym, const char *name)
{
	text_copy(sym->name, sizeof(sym->name), name, strcspn(name, " \t\n["));
}

void symbols_add(struct symbols *s, uint64_t addr, const char *name)
{
	struct symbol *sym = symbols_find(s, addr);

	if (!sym) {
		s->known = xrealloc(s->known, (s->nr_known + 1) * sizeof(*s->known));
		sym = xcalloc(1, sizeof(*sym));
		s->known[s->nr_known++] = sym;
		sym->addr = addr;
	}
	symbols_name(sym, name);
}

/* A dpc_overrun event carries its routine's name (as "%ps", maybe "[module]"). */
void symbols_load_overruns(struct symbols *s, const struct analysis *a)
{
	if (a->overrun.valid && *a->overrun.routine)
		symbols_add(s, a->overrun.function, a->overrun.routine);
}

static void symbols_want(struct symbols *s, uint64_t addr)
{
	if (addr && !symbols_find(s, addr))
		symbols_add(s, addr, "");
}

static void symbols_want_object(struct symbols *s, const struct object *o)
{
	const struct chain *ch = &o->worst.chain;
	unsigned int i;

	symbols_want(s, o->function);
	for (i = 0; i < STAGE_NR; i++)
		symbols_want(s, o->stage[i].function);
	for (i = 0; i < o->worst.nr_runs; i++)
		symbols_want(s, o->worst.runs[i].function);
	symbols_want(s, ch->isr.function);
	symbols_want(s, ch->dpc.function);
	symbols_want(s, ch->work.function);
	symbols_want(s, ch->complete_function);
}

/* For hundreds of thousands of lines: a fifth of what strtoull() costs. */
static uint64_t symbols_hex(const char *text, const char **end)
{
	uint64_t value = 0;

	for (;; text++) {
		if (*text >= '0' && *text <= '9')
			value = value << 4 | (*text - '0');
		else if (*text >= 'a' && *text <= 'f')
			value = value << 4 | (*text - 'a' + 10);
		else
			break;
	}
	*end = text;
	return value;
}

/* "ffffffffc0a1b2c3 t routine [module]" */
static void symbols_line(struct symbols *s, const char *line)
{
	struct symbol *sym;
	uint64_t addr;
	const char *end;
	unsigned int i;

	addr = symbols_hex(line, &end);
	if (!addr || strlen(end) < 4 || !strchr("tTwW", end[1]))
		return;
	for (i = 0; i < s->nr_known; i++) {
		sym = s->known[i];
		/* the table need not be in order: the nearest start below it */
		if (addr > sym->addr || addr <= sym->start ||
		    sym->addr - addr >= SYMBOL_LENGTH_MAX || (*sym->name && !sym->start))
			continue;
		symbols_name(sym, end + 3);
		sym->start = addr;
	}
}

/* Only the few routines of the report are looked up: kallsyms is large. */
void symbols_load(struct symbols *s, const struct analysis *a, FILE *kallsyms)
{
	char line[512];
	unsigned int i;

	symbols_want(s, a->overrun.function);
	for (i = 0; i < a->nr_objects; i++)
		symbols_want_object(s, a->objects[i]);
	while (fgets(line, sizeof(line), kallsyms))
		symbols_line(s, line);
}

void symbols_load_live(struct symbols *s, const struct analysis *a)
{
	FILE *f = fopen("/proc/kallsyms", "re");

	if (!f)
		return;
	symbols_load(s, a, f);
	fclose(f);
}

void symbols_free(struct symbols *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_known; i++)
		free(s->known[i]);
	free(s->known);
	s->known = NULL;
	s->nr_known = 0;
}

const char *symbols_routine(struct symbols *s, uint64_t addr)
{
	const struct symbol *sym = symbols_find(s, addr);
	char text[32];

	if (sym && *sym->name)
		return sym->name;
	snprintf(text, sizeof(text), "0x%" PRIx64, addr);
	symbols_add(s, addr, text);
	return symbols_find(s, addr)->name;
}

const char *symbols_task(const struct symbols *s, int pid)
{
	const char *name;

	if (!pid)
		return "idle";
	name = s->tasks ? tasks_name(s->tasks, pid) : NULL;
	if (name)
		return name;
	/* as the kernel says it, where it was asked */
	return s->tasks ? "<...>" : "?";
}
