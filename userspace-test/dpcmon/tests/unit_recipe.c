// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recipes: what the kernel is given for each vector, those that ship, and what is said of
 * a wrong one.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recipe.h"
#include "util.h"

#include "../../tests/ktap.h"

#define HEAD	"{ \"schema\": \"dpcmon-recipe-1\", \"name\": \"n\", \"source\": \"s\", \"tried\": \"t\", "
#define MATCH	"\"match\": [{ \"vendor\": \"0x8086\", \"device\": 16 }], "
#define PLACE	"\"bar\": 0, \"offset\": 4, \"width\": 4"
#define WRITE	"{ \"op\": \"write\", " PLACE ", \"value\": 1 }"
#define UPDATE	"{ \"op\": \"update\", " PLACE ", \"value\": 2, \"mask\": 3 }"
#define FOUR_WRITES	WRITE "," WRITE "," WRITE "," WRITE

/* As a file, whose path is as long as the process lives. */
static const char *file_of(const char *text)
{
	static char path[64];
	FILE *out;

	snprintf(path, sizeof(path), "/tmp/dpcmon-recipe-%d.json", getpid());
	out = fopen(path, "w");
	if (out) {
		fputs(text, out);
		fclose(out);
	}
	return path;
}

static struct recipe *read_text(const char *text)
{
	const char *path = file_of(text);
	struct recipe *r = recipe_read(path);

	unlink(path);
	return r;
}

/* What recipe_read() of @text says, without "dpcmon: " and the path; "" if it is good. */
static void said(const char *text, char *to, size_t size)
{
	int pipes[2], before = dup(STDERR_FILENO);
	const char *path = file_of(text);
	struct recipe *r;
	char all[1024];
	ssize_t len;

	*to = '\0';
	ASSERT(!pipe(pipes), "no pipe");
	dup2(pipes[1], STDERR_FILENO);
	close(pipes[1]);
	r = recipe_read(path);
	dup2(before, STDERR_FILENO);
	close(before);
	len = read(pipes[0], all, sizeof(all) - 1);
	close(pipes[0]);
	all[len > 0 ? len : 0] = '\0';
	all[strcspn(all, "\n")] = '\0';
	if (!r) {
		ASSERT(strstr(all, path), "the file is not named: %s", all);
		snprintf(to, size, "%s", strstr(all, path) + strlen(path) + strlen(": "));
	}
	recipe_free(r);
	unlink(path);
}

static void bad(const char *text, const char *why)
{
	char is[1024];

	said(text, is, sizeof(is));
	EXPECT(!strncmp(is, why, strlen(why)) && *is, "\"%s\", wanted \"%s\": %s", is, why, text);
}

/* A recipe whose sequences are @all. */
static void bad_all(const char *all, const char *why)
{
	char *text = xasprintf(HEAD MATCH "\"all\": %s }", all);

	bad(text, why);
	free(text);
}

/* One with a write to raise, whose members are @members. */
static void bad_access(const char *members, const char *why)
{
	char *all = xasprintf("{ \"raise\": [" WRITE ", { %s }] }", members);

	bad_all(all, why);
	free(all);
}

/* The value that @expression has for @vector. */
static void value_is(const char *expression, unsigned int vector, uint32_t want)
{
	char *text = xasprintf(HEAD MATCH "\"all\": { \"raise\": [{ \"op\": \"write\", " PLACE ", \"value\": %s }] } }",
			       expression);
	struct recipe *r = read_text(text);
	struct dpc_pci_recipe to;

	ASSERT(r, "%s", text);
	EXPECT(!recipe_expand(r, vector, &to), "%s", expression);
	EXPECT(to.access[DPC_PCI_RAISE][0].value == want, "%s for vector %u: %#x, wanted %#x",
	       expression, vector, to.access[DPC_PCI_RAISE][0].value, want);
	recipe_free(r);
	free(text);
}

TEST(recipe, numbers_follow_the_vector)
{
	value_is("16", 7, 16);
	value_is("\"0x10\"", 7, 16);
	value_is("\" 0x10 \"", 7, 16);
	value_is("4294967295", 0, 0xffffffff);
	value_is("\"vector\"", 0, 0);
	value_is("\"vector\"", 1, 1);
	value_is("\"vector\"", 63, 63);
	value_is("\"1 << vector\"", 0, 1);
	value_is("\"1 << vector\"", 1, 2);
	value_is("\"1<<vector\"", 31, 0x80000000);
	value_is("\"0x100000 << vector\"", 4, 0x1000000);
	value_is("\"0xe8 + 4 * vector\"", 0, 0xe8);
	value_is("\"0xe8 + 4 * vector\"", 3, 0xf4);
	value_is("\"0xe8+4*vector\"", 1, 0xec);
}

TEST(recipe, a_number_that_does_not_fit_is_told)
{
	struct recipe *r = read_text(HEAD MATCH "\"all\": { \"raise\": [{ \"op\": \"write\", " PLACE
				     ", \"value\": \"1 << vector\" }] } }");
	struct dpc_pci_recipe to;

	ASSERT(r, "it is good");
	EXPECT(!recipe_expand(r, 31, &to), "31");
	EXPECT(recipe_expand(r, 32, &to), "32");
	EXPECT(recipe_expand(r, 63, &to), "63");
	recipe_free(r);
	bad_access("\"op\": \"write\", \"bar\": 0, \"offset\": 4, \"width\": 1, \"value\": 256",
		   "all.raise[1]: the value for vector 0 does not fit into 1 bytes");
	bad_access("\"op\": \"update\", \"bar\": 0, \"offset\": 4, \"width\": 2, \"value\": 1, \"mask\": \"0x10000\"",
		   "all.raise[1]: the mask for vector 0 does not fit into 2 bytes");
	bad_access("\"op\": \"read\", \"bar\": 0, \"offset\": \"0x8000000000000000\", \"width\": 4",
		   "all.raise[1]: the offset for vector 0 does not fit");
}

TEST(recipe, a_vector_can_have_its_own_sequence)
{
	struct recipe *r = read_text(HEAD MATCH
		"\"all\": { \"raise\": [" WRITE "], \"disable\": [" WRITE "] },"
		"\"vectors\": [{}, { \"raise\": [], \"enable\": [" WRITE "] }] }");
	struct dpc_pci_recipe to;

	ASSERT(r, "it is good");
	EXPECT(recipe_differs(r), "vectors");
	EXPECT(recipe_raises(r), "raise");
	recipe_expand(r, 0, &to);
	EXPECT_EQ(to.nr[DPC_PCI_RAISE], 1);
	EXPECT_EQ(to.nr[DPC_PCI_ENABLE], 0);
	recipe_expand(r, 1, &to);
	EXPECT_EQ(to.nr[DPC_PCI_RAISE], 0);
	EXPECT_EQ(to.nr[DPC_PCI_ENABLE], 1);
	EXPECT_EQ(to.nr[DPC_PCI_DISABLE], 1);
	recipe_expand(r, 2, &to);
	EXPECT_EQ(to.nr[DPC_PCI_RAISE], 1);
	EXPECT_EQ(to.nr[DPC_PCI_ENABLE], 0);
	recipe_free(r);
}

TEST(recipe, all_of_an_access_arrives)
{
	struct recipe *r = read_text(HEAD MATCH
		"\"interrupts\": { \"kind\": \"msi\", \"vectors\": \"0x8\" }, \"all\": {"
		"\"status\": [{ \"op\": \"test\", \"bar\": 5, \"offset\": \"0x12\", \"width\": 2, \"mask\": \"0xf0\" }],"
		"\"acknowledge\": [{ \"op\": \"write_back\", \"bar\": 1, \"offset\": 3, \"width\": 1, \"comment\": \"c\" }],"
		"\"enable\": [{ \"op\": \"read\", " PLACE " }, "
		UPDATE "] } }");
	static const struct dpc_pci_access test = {
		.op = DPC_PCI_TEST, .bar = 5, .offset = 0x12, .width = 2, .mask = 0xf0,
	};
	static const struct dpc_pci_access back = {
		.op = DPC_PCI_WRITE_BACK, .bar = 1, .offset = 3, .width = 1,
	};
	static const struct dpc_pci_access update = {
		.op = DPC_PCI_UPDATE, .offset = 4, .width = 4, .value = 2, .mask = 3,
	};
	static const struct dpc_pci_access none;
	struct dpc_pci_recipe to;

	ASSERT(r, "it is good");
	EXPECT_EQ(r->kind, DPC_PCI_KIND_MSI);
	EXPECT_EQ(r->vectors, 8);
	EXPECT(!recipe_differs(r), "all alike");
	EXPECT(!recipe_raises(r), "no raise");
	EXPECT(recipe_is_for(r, 0x8086, 16), "match");
	EXPECT(!recipe_is_for(r, 0x8086, 17), "another device");
	EXPECT(!recipe_is_for(r, 0x8087, 16), "another vendor");
	memset(&to, 0xa5, sizeof(to));
	recipe_expand(r, 0, &to);
	EXPECT(!memcmp(&to.access[DPC_PCI_STATUS][0], &test, sizeof(test)), "test");
	EXPECT(!memcmp(&to.access[DPC_PCI_ACKNOWLEDGE][0], &back, sizeof(back)), "write_back");
	EXPECT(!memcmp(&to.access[DPC_PCI_ENABLE][1], &update, sizeof(update)), "update");
	EXPECT(!memcmp(&to.access[DPC_PCI_ENABLE][2], &none, sizeof(none)), "beyond the last");
	EXPECT_EQ(to.nr[DPC_PCI_ENABLE], 2);
	EXPECT_EQ(to.nr[DPC_PCI_RAISE], 0);
	recipe_free(r);
}

TEST(recipe, what_is_no_json_is_told_with_its_line)
{
	bad("", "line 1: no JSON");
	bad("{\n \"schema\": \"dpcmon-recipe-1\",\n oops }", "line 3: no JSON");
	bad("{\n", "line 2: no JSON: unexpected end");
	bad(HEAD MATCH "\"all\": {} } }", "line 1: no JSON");
	bad("[]", "{ } with schema, name");
	bad("null", "line 1: no JSON: null");
}

TEST(recipe, what_is_missing_is_told)
{
	bad("{}", "\"schema\" is missing");
	bad("{ \"schema\": \"dpcmon-recipe-2\" }", "schema: this dpcmon reads \"dpcmon-recipe-1\"");
	bad("{ \"schema\": \"dpcmon-recipe-1\" }", "\"name\" is missing");
	bad("{ \"schema\": \"dpcmon-recipe-1\", \"name\": \"\" }", "name: a text is needed");
	bad("{ \"schema\": \"dpcmon-recipe-1\", \"name\": \"n\" }", "\"source\" is missing");
	bad("{ \"schema\": \"dpcmon-recipe-1\", \"name\": \"n\", \"source\": 1 }", "source: a text is needed");
	bad(HEAD "\"all\": {} }", "\"match\" is missing");
	bad(HEAD MATCH "\"comment\": \"c\" }", "\"all\" is missing");
	bad_access("\"bar\": 0, \"offset\": 4, \"width\": 4", "all.raise[1]: \"op\" is missing");
	bad_access("\"op\": \"read\", \"offset\": 4, \"width\": 4", "all.raise[1]: \"bar\" is missing");
	bad_access("\"op\": \"read\", \"bar\": 0, \"width\": 4", "all.raise[1]: \"offset\" is missing");
	bad_access("\"op\": \"read\", \"bar\": 0, \"offset\": 4", "all.raise[1]: \"width\" is missing");
	bad_access("\"op\": \"write\", " PLACE, "all.raise[1]: \"value\" is missing, which the operation write needs");
	bad_access("\"op\": \"update\", " PLACE ", \"value\": 1", "all.raise[1]: \"mask\" is missing");
}

TEST(recipe, what_has_no_meaning_is_told)
{
	bad(HEAD MATCH "\"all\": {}, \"vector\": [] }", "\"vector\" has no meaning here");
	bad(HEAD MATCH "\"all\": {}, \"\": [] }", "\"\" has no meaning here");
	bad(HEAD MATCH "\"all\": {}, \"name, source\": [] }", "\"name, source\" has no meaning here");
	bad_all("{ \"rise\": [] }", "all: \"rise\" has no meaning here: enable, disable");
	bad_access("\"op\": \"read\", " PLACE ", \"val\": 1", "all.raise[1]: \"val\" has no meaning here");
	bad_access("\"op\": \"read\", " PLACE ", \"value\": 1", "all.raise[1].value: has no meaning for the operation read");
	bad_access("\"op\": \"write\", " PLACE ", \"value\": 1, \"mask\": 1", "all.raise[1].mask: has no meaning for the operation write");
	bad_access("\"op\": \"test\", " PLACE ", \"mask\": 1", "all.raise[1].op: test stands in \"status\" only");
	bad_access("\"op\": \"write_back\", " PLACE, "all.raise[1].op: write_back stands in \"acknowledge\" only");
	bad_all("{ \"status\": [" WRITE "] }", "all.status: a test is needed");
	bad(HEAD MATCH "\"all\": {}, \"interrupts\": { \"kinds\": \"msi\" } }", "interrupts: \"kinds\" has no meaning here");
}

TEST(recipe, what_has_another_form_is_told)
{
	bad(HEAD "\"match\": {}, \"all\": {} }", "match: [ ] is needed");
	bad(HEAD "\"match\": [], \"all\": {} }", "match: a card is needed");
	bad(HEAD "\"match\": [1], \"all\": {} }", "match[0]: { } with vendor, device is needed");
	bad(HEAD "\"match\": [{ \"vendor\": \"0x10000\", \"device\": 1 }], \"all\": {} }", "match[0].vendor: a number from 0 to 0xffff");
	bad(HEAD MATCH "\"all\": [] }", "all: { } with enable");
	bad_all("{ \"raise\": {} }", "all.raise: [ ] is needed");
	bad_all("{ \"raise\": [[]] }", "all.raise[0]: { } with op");
	bad_all("{ \"raise\": [" FOUR_WRITES "," FOUR_WRITES "," WRITE "] }",
		"all.raise: 9 are too many: up to 8");
	bad(HEAD MATCH "\"all\": {}, \"interrupts\": { \"kind\": \"apic\" } }",
	    "interrupts.kind: any, msix, msi or line is needed");
	bad(HEAD MATCH "\"all\": {}, \"interrupts\": { \"kind\": null } }", "interrupts.kind: any, msix");
	bad(HEAD MATCH "\"all\": {}, \"interrupts\": { \"vectors\": 65 } }", "interrupts.vectors: a number from 0 to 0x40");
	bad(HEAD MATCH "\"all\": {}, \"vectors\": {} }", "vectors: [ ] is needed");
	bad(HEAD MATCH "\"all\": {}, \"vectors\": [{}, { \"raise\": 1 }] }", "vectors[1].raise: [ ] is needed");
	bad_access("\"op\": \"poke\", " PLACE, "all.raise[1].op: write, read, update, test or write_back is needed");
	bad_access("\"op\": \"read\", \"bar\": 6, \"offset\": 4, \"width\": 4", "all.raise[1].bar: a number from 0 to 0x5");
	bad_access("\"op\": \"read\", \"bar\": \"vector\", \"offset\": 4, \"width\": 4", "all.raise[1].bar: a number from 0 to 0x5");
	bad_access("\"op\": \"read\", \"bar\": 0, \"offset\": 4, \"width\": 3", "all.raise[1]: \"width\" is the bytes");
	bad_access("\"op\": \"read\", \"bar\": 0, \"offset\": -4, \"width\": 4", "all.raise[1].offset: a number is needed");
	bad_access("\"op\": \"read\", \"bar\": 0, \"offset\": 4.5, \"width\": 4", "all.raise[1].offset: a number is needed");
}

TEST(recipe, an_expression_that_is_none_is_told)
{
	static const char * const none[] = {
		"", " ", "x", "-1", "0x", "1 2", "vector 1", "vectors", "1 <<", "<< vector", "1 < vector",
		"1 << 2", "1 + vector", "1 + 2 *", "1 + * vector", "1 * vector", "vector + 1", "1 << vector << vector",
		"0xfffffffffffffffff",
	};
	char *members;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		members = xasprintf("\"op\": \"write\", " PLACE ", \"value\": \"%s\"", none[i]);
		bad_access(members, "all.raise[1].value: a number is needed");
		free(members);
	}
}

/* Those that ship, as far as each can be told without its card. */
TEST(recipe, those_that_ship_are_good)
{
	struct dpc_pci_recipe to;
	struct recipe *r;
	unsigned int v;
	glob_t found;
	size_t i;

	ASSERT(!glob(RECIPES "/*.json", 0, NULL, &found), RECIPES);
	EXPECT_EQ(found.gl_pathc, 5);
	for (i = 0; i < found.gl_pathc; i++) {
		r = recipe_read(found.gl_pathv[i]);
		ASSERT(r, "%s", found.gl_pathv[i]);
		EXPECT(recipe_raises(r), "%s", r->path);
		for (v = 0; v < (r->vectors ? r->vectors : DPC_PCI_VECTORS_MAX); v++)
			EXPECT(!recipe_expand(r, v, &to), "%s, vector %u", r->path, v);
		recipe_free(r);
	}
	globfree(&found);
}

TEST(recipe, the_last_vector_of_e1000e_is_other)
{
	struct recipe *r = recipe_read(RECIPES "/e1000e.json");
	struct dpc_pci_recipe to;

	ASSERT(r, "it is there");
	EXPECT(!recipe_expand(r, 4, &to), "vector 4");
	/* E1000_ICR_OTHER, and E1000_EITR_82574(4) */
	EXPECT_EQ(to.access[DPC_PCI_RAISE][0].value, 0x01000000);
	EXPECT_EQ(to.access[DPC_PCI_ENABLE][2].offset, 0xf8);
	recipe_free(r);
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}
