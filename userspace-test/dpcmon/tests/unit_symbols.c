// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of routines, also of those whose module has left.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis.h"
#include "modules.h"
#include "symbols.h"
#include "util.h"

#include "../../tests/ktap.h"

#define NOW \
	"ffffffff81000000 T kernel_work\nffffffff81001000 D a_table\n" \
	"ffffffffc0100000 t left_dpc\t[reused]\nffffffffc0300000 t near_end\t[near]\n"
#define BEFORE \
	"ffffffffc0100000 t other\t[left]\nffffffffc0302000 t left_isr\t[left]\n" \
	"ffffffffc0302100 t left_dpc\t[left]\n"

static FILE *table(const char *text)
{
	return fmemopen((void *)text, strlen(text), "r");
}

/* What a report that mentions a routine at @addr calls it. */
static void routine_is(uint64_t addr, const char *now, const char *before, const char *want)
{
	struct dpcmon_event e = { .type = EV_DPC_EXIT, .id = 1, .function = addr, .ns = 1 };
	struct analysis *a = analysis_new(NULL);
	struct symbols s = { 0 };
	const char *name;
	FILE *f;

	analysis_event(a, &e);
	f = now ? table(now) : NULL;
	if (f) {
		symbols_load(&s, a, f);
		fclose(f);
	}
	f = before ? table(before) : NULL;
	if (f) {
		symbols_load_gone(&s, f);
		fclose(f);
	}
	name = symbols_routine(&s, addr);
	EXPECT(!strcmp(name, want), "\"%s\", wanted \"%s\"", name, want);
	symbols_free(&s);
	analysis_free(a);
}

TEST(symbols, a_module_that_left_has_its_names)
{
	routine_is(0xffffffffc0302000, NOW, BEFORE, "left_isr [left] (gone)");
	routine_is(0xffffffffc0302124, NOW, BEFORE, "left_dpc [left] (gone)");
}

TEST(symbols, what_is_there_now_is_not_older_than_what_has_gone)
{
	routine_is(0xffffffffc0100000, NOW, BEFORE, "left_dpc");
	routine_is(0xffffffff81000010, NOW, BEFORE, "kernel_work");
}

/* Not that of the module below it: at least a page lies between two. */
TEST(symbols, an_address_without_a_name_says_why)
{
	routine_is(0xffffffffc0302000, NOW, NULL, "0xffffffffc0302000 (its module is gone)");
	routine_is(0xffffffffc0300fff, NOW, NULL, "near_end");
	routine_is(0xffffffffc0302000, NULL, NULL, "0xffffffffc0302000 (no symbols)");
}

TEST(symbols, a_recording_can_keep_them_too)
{
	routine_is(0xffffffffc0302000, NOW "ffffffffc0302000 t left_isr\t[gone:left]\n", NULL,
		   "left_isr [left] (gone)");
	routine_is(0xffffffffc0302000, NOW "ffffffffc0302000 t left_isr\t[gone:\033[2J]\n", NULL,
		   "left_isr [?[2J] (gone)");
}

/* ---- Modules --------------------------------------------------------------------------- */

static void file_is(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	ASSERT(f, "%s", path);
	fputs(text, f);
	fclose(f);
}

TEST(modules, those_that_use_ours_are_read_once_when_they_come)
{
	char folder[] = "/tmp/dpcmon-unit.XXXXXX", kallsyms[64], core[64], nt[64];
	const char *const holders[] = { core, nt, NULL };
	char path[96], link[96], text[512];
	size_t len;
	FILE *f;

	ASSERT(mkdtemp(folder), "no folder");
	snprintf(kallsyms, sizeof(kallsyms), "%s/kallsyms", folder);
	snprintf(core, sizeof(core), "%s/core", folder);
	ASSERT_EQ(mkdir(core, 0700), 0);
	snprintf(nt, sizeof(nt), "%s/nt", folder);
	ASSERT_EQ(mkdir(nt, 0700), 0);
	/* the first one uses both */
	snprintf(path, sizeof(path), "%s/first", core);
	file_is(path, "");
	snprintf(link, sizeof(link), "%s/first", nt);
	ASSERT_EQ(symlink(path, link), 0);
	file_is(kallsyms, "c0 t kernel\nc1 t first_isr\t[first]\nc2 t stranger\t[other]\n");
	modules_watch_files(holders, kallsyms);
	EXPECT_EQ(modules_known(), 1);

	/* the first one leaves, the second one comes and uses dpc_nt.ko alone */
	unlink(link);
	unlink(path);
	file_is(kallsyms, "c0 t kernel\nd1 t second_isr\t[second]\nc2 t stranger\t[other]\n");
	snprintf(path, sizeof(path), "%s/second", nt);
	file_is(path, "");
	EXPECT(KTAP_WAIT(20, modules_known() == 2), "it was not seen");

	f = modules_symbols();
	ASSERT(f, "nothing was kept");
	len = fread(text, 1, sizeof(text) - 1, f);
	text[len] = '\0';
	fclose(f);
	EXPECT(!strcmp(text, "c1 t first_isr\t[first]\nd1 t second_isr\t[second]\n"), "%s", text);
	unlink(path);
	unlink(kallsyms);
	rmdir(core);
	rmdir(nt);
	rmdir(folder);
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}
