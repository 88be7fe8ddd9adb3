// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event-parse.h>

#include "analysis.h"
#include "symbols.h"
#include "util.h"

struct symbol {
	uint64_t	addr;
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

void symbols_add(struct symbols *s, uint64_t addr, const char *name)
{
	struct symbol *sym = symbols_find(s, addr);
	size_t len = strcspn(name, " \t\n[");

	if (!sym) {
		s->known = xrealloc(s->known, (s->nr_known + 1) * sizeof(*s->known));
		sym = xcalloc(1, sizeof(*sym));
		s->known[s->nr_known++] = sym;
		sym->addr = addr;
	}
	snprintf(sym->name, sizeof(sym->name), "%.*s", (int)len, name);
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

/* "ffffffffc0a1b2c3 t routine [module]": far faster than sscanf(). */
static void symbols_line(struct symbols *s, const char *line)
{
	struct symbol *sym;
	uint64_t addr;
	char *end;

	addr = strtoull(line, &end, 16);
	if (!addr || strlen(end) < 4)
		return;
	sym = symbols_find(s, addr);
	if (sym && !*sym->name)
		symbols_add(s, addr, end + 3);
}

/* Only the few routines of the report are looked up: kallsyms is large. */
void symbols_load_live(struct symbols *s, const struct analysis *a)
{
	char line[512];
	unsigned int i;
	FILE *f;

	symbols_want(s, a->overrun.function);
	for (i = 0; i < a->nr_objects; i++)
		symbols_want_object(s, a->objects[i]);
	f = fopen("/proc/kallsyms", "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f))
		symbols_line(s, line);
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
	const char *name = NULL;
	char text[32];

	if (sym && *sym->name)
		return sym->name;
	if (s->tep)
		name = tep_find_function(s->tep, addr);
	if (!name) {
		snprintf(text, sizeof(text), "0x%" PRIx64, addr);
		name = text;
	}
	symbols_add(s, addr, name);
	return symbols_find(s, addr)->name;
}

const char *symbols_task(const struct symbols *s, int pid)
{
	const char *name;

	if (!pid)
		return "idle";
	name = s->tep ? tep_data_comm_from_pid(s->tep, pid) : NULL;
	return name ? name : "?";
}
