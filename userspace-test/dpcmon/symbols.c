// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the name of a routine by its address, in kallsyms.  The few addresses that
 * a report needs are collected first, so that kallsyms is read once and not kept.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "errors.h"
#include "modules.h"
#include "symbols.h"
#include "tasks.h"
#include "text.h"
#include "util.h"

/* An address that is further behind a routine's start, in bytes, is not in it. */
#define SYMBOL_LENGTH_MAX	(64 << 10)
/*
 * The same for a routine of a module.  Modules are at least so far apart: an address that is
 * further away may be that of another module, which has gone.
 */
#define SYMBOL_MODULE_MAX	4096

/*
 * @start: of the routine in which @addr lies, as far as the table was read; 0 before.
 * @gone: the name is of a module that has left
 * @module: that it is in, once @start is known; empty for the kernel
 */
struct symbol {
	uint64_t	addr;
	uint64_t	start;
	bool		gone;
	char		name[128];
	char		module[64];
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

void symbols_want(struct symbols *s, uint64_t addr)
{
	if (addr && !symbols_find(s, addr))
		symbols_add(s, addr, "");
}

static void symbols_want_errors(struct symbols *s, const struct errors *errors)
{
	unsigned int i;

	for (i = 0; i < errors_kept(errors); i++)
		symbols_want(s, errors->list[i].function);
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
	symbols_want_errors(s, &o->errors);
}

/* kallsyms has hundreds of thousands of lines: this takes a fifth of strtoull()'s time. */
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

#define SYMBOL_GONE	"gone:"	/* before the module's name, in a recording */

/* "routine [module] (gone)" */
static void symbols_name_gone(struct symbol *sym, const char *name)
{
	symbols_name(sym, name);
	sym->gone = true;
	snprintf(sym->name + strlen(sym->name), sizeof(sym->name) - strlen(sym->name),
		 " [%s] (gone)", sym->module);
}

/* What @module of "routine\t[module]" says; NULL for the kernel. */
static void symbols_module_name(struct symbol *sym, const char *module)
{
	if (!module)
		module = "[]";
	module++;
	module += !strncmp(module, SYMBOL_GONE, strlen(SYMBOL_GONE)) ? strlen(SYMBOL_GONE) : 0;
	text_copy(sym->module, sizeof(sym->module), module, strcspn(module, "]\n"));
}

/* The routines whose beginning is not known yet, ended by NULL; for free(). */
static struct symbol **symbols_pending(const struct symbols *s)
{
	struct symbol **pending = xcalloc(s->nr_known + 1, sizeof(*pending));
	unsigned int i, nr = 0;

	for (i = 0; i < s->nr_known; i++)
		if (s->known[i]->start != s->known[i]->addr)
			pending[nr++] = s->known[i];
	return pending;
}

/* "ffffffffc0a1b2c3 t routine\t[module]"; @gone: of an older table */
static void symbols_line(struct symbols *s, struct symbol **pending, const char *line, bool gone)
{
	const char *end, *module;
	struct symbol *sym;
	uint64_t addr, max;

	addr = symbols_hex(line, &end);
	if (!addr || strlen(end) < 4 || !strchr("tTwW", end[1]))
		return;
	module = strchr(end, '[');
	max = module ? SYMBOL_MODULE_MAX : SYMBOL_LENGTH_MAX;
	gone = module && (gone || !strncmp(module + 1, SYMBOL_GONE, strlen(SYMBOL_GONE)));
	s->loaded = true;
	for (; (sym = *pending); pending++) {
		/* the table need not be in order: the nearest start below it */
		if (addr > sym->addr || addr <= sym->start || sym->addr - addr >= max)
			continue;
		/* an event has named it: but for its own line, the table knows no better */
		if (*sym->name && !sym->start && (gone || addr != sym->addr))
			continue;
		/* what is there now is not older than what has gone */
		if (gone && *sym->name && !sym->gone)
			continue;
		symbols_module_name(sym, module);
		if (gone)
			symbols_name_gone(sym, end + 3);
		else
			symbols_name(sym, end + 3);
		sym->start = addr;
	}
}

static void symbols_lines(struct symbols *s, FILE *kallsyms, bool gone)
{
	struct symbol **pending = symbols_pending(s);
	char line[512];

	while (fgets(line, sizeof(line), kallsyms))
		symbols_line(s, pending, line, gone);
	free(pending);
}

/* Only the few routines of the report are looked up: kallsyms is large. */
void symbols_load(struct symbols *s, const struct analysis *a, FILE *kallsyms)
{
	unsigned int i;

	symbols_want(s, a->overrun.function);
	symbols_want_errors(s, &a->errors);
	for (i = 0; i < a->nr_objects; i++)
		symbols_want_object(s, a->objects[i]);
	symbols_lines(s, kallsyms, false);
}

void symbols_look_up(struct symbols *s, FILE *kallsyms)
{
	symbols_lines(s, kallsyms, false);
}

void symbols_load_gone(struct symbols *s, FILE *kallsyms)
{
	symbols_lines(s, kallsyms, true);
}

void symbols_load_remembered(struct symbols *s)
{
	FILE *f = modules_symbols();

	if (!f)
		return;
	symbols_load_gone(s, f);
	fclose(f);
}

void symbols_load_live(struct symbols *s, const struct analysis *a)
{
	FILE *f = xfopen("/proc/kallsyms", "re");

	if (!f)
		return;
	symbols_load(s, a, f);
	fclose(f);
	symbols_load_remembered(s);
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
	struct symbol *new;

	if (sym && *sym->name)
		return sym->name;
	symbols_add(s, addr, "");
	new = symbols_find(s, addr);
	snprintf(new->name, sizeof(new->name), "0x%" PRIx64 " (%s)", addr,
		 s->loaded ? "its module is gone" : "no symbols");
	return new->name;
}

const char *symbols_module(const struct symbols *s, uint64_t addr)
{
	const struct symbol *sym = symbols_find(s, addr);

	return sym && sym->start == addr ? sym->module : NULL;
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
