// SPDX-License-Identifier: GPL-2.0-only
/*
 * What comes from others: pages of events, formats, names.  Each is kept in memory
 * of exactly its length, so that valgrind or ASan sees a byte read too much.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder.h"
#include "format.h"
#include "page.h"
#include "tasks.h"
#include "text.h"
#include "util.h"

#include "../../tests/ktap.h"

/* ---- Text -------------------------------------------------------------------------- */

static void text_is(const char *from, const char *want)
{
	char *exact = strdup(from), to[64];

	text_copy(to, sizeof(to), exact, strlen(exact));
	EXPECT(!strcmp(to, want), "\"%s\", wanted \"%s\"", to, want);
	text_clean(exact);
	EXPECT(!strcmp(exact, want), "in place: \"%s\", wanted \"%s\"", exact, want);
	free(exact);
}

TEST(text, controls_become_question_marks)
{
	text_is("kworker/0:1", "kworker/0:1");
	text_is("\033[2Jgone\a", "?[2Jgone?");
	text_is("ok\nnot ok 1\r\t", "ok?not ok 1??");
	text_is("\177", "?");
	text_is("\302\233[31m", "??[31m");		/* U+009B, which is ESC [ */
	text_is("a\342\200\256b", "a???b");		/* U+202E turns the line round */
	text_is("a\342\200\250b", "a???b");		/* U+2028 ends it */
}

TEST(text, utf8_stays_if_it_is_valid)
{
	static const char valid[] = "caf\303\251 \342\202\254 \360\237\220\247";

	text_is(valid, valid);
	text_is("\303", "?");				/* cut off */
	text_is("\342\202", "??");
	text_is("\300\257", "??");			/* longer than needed */
	text_is("\355\240\200", "???");			/* half of a pair */
	text_is("\364\220\200\200", "????");		/* beyond Unicode */
	text_is("\377\376", "??");
}

TEST(text, what_does_not_fit_is_left_out_as_a_whole)
{
	char to[6];

	text_copy(to, sizeof(to), "abcdefgh", 8);
	EXPECT(!strcmp(to, "abcde"), "%s", to);
	text_copy(to, sizeof(to), "abcd\303\251", 6);
	EXPECT(!strcmp(to, "abcd"), "%s", to);
	text_copy(to, sizeof(to), "abcdef", 3);
	EXPECT(!strcmp(to, "abc"), "%s", to);
}

/* ---- Pages ------------------------------------------------------------------------- */

#define PAGE_ROOM	64
#define PAGE_HEAD	16

/* A page of PAGE_ROOM bytes, with @commit in its head and @words as its events. */
static void page_of(struct page *p, uint64_t commit, const uint32_t *words, size_t nr)
{
	char *data = calloc(1, PAGE_ROOM);
	uint64_t ts = 1000;

	memcpy(data, &ts, 8);
	memcpy(data + 8, &commit, 8);
	memcpy(data + PAGE_HEAD, words, nr * 4);
	page_init(p, 8, false);
	page_load(p, data, PAGE_ROOM);
}

static void page_is_bad(uint64_t commit, const uint32_t *words, size_t nr, const char *why)
{
	struct page p;

	page_of(&p, commit, words, nr);
	while (page_next(&p))
		EXPECT(p.event + p.len <= p.data + PAGE_ROOM);
	EXPECT(strstr(p.error, why), "\"%s\", wanted \"%s\"", p.error, why);
	EXPECT(page_offset(&p) <= PAGE_ROOM);
	EXPECT(!page_next(&p), "it goes on after an error");
	free((void *)p.data);
}

#define PAGE_IS_BAD(_commit, _why, ...)						\
	page_is_bad(_commit, (uint32_t[]){ __VA_ARGS__ },			\
		    sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, _why)

#define HEAD(_type, _delta) ((uint32_t)(_delta) << 5 | (_type))

TEST(page, events_have_their_time_and_length)
{
	const uint32_t words[] = {
		HEAD(2, 5), 1, 2,		/* 8 bytes */
		HEAD(30, 1), 1,			/* 2^27 + 1 ns pass */
		HEAD(29, 2), 4,			/* padding of 8 bytes */
		HEAD(0, 3), 6, 7,		/* length in a word: 2, rounded up to 4 */
	};
	struct page p;

	page_of(&p, sizeof(words), words, ARRAY_SIZE(words));
	ASSERT(page_next(&p));
	EXPECT_EQ(p.ts, 1005);
	EXPECT_EQ(p.len, 8);
	EXPECT_EQ(p.event - p.data, PAGE_HEAD + 4);
	ASSERT(page_next(&p));
	EXPECT_EQ(p.ts, 1005 + (1 << 27) + 1 + 2 + 3);
	EXPECT_EQ(p.len, 4);
	EXPECT(!page_next(&p));
	EXPECT(!*p.error, "%s", p.error);
	free((void *)p.data);
}

TEST(page, absolute_time_keeps_the_top_bits)
{
	const uint32_t words[] = { HEAD(31, 7), 1, HEAD(1, 0), 0 };
	struct page p;

	page_of(&p, sizeof(words), words, ARRAY_SIZE(words));
	p.ts = 1ULL << 60;
	ASSERT(page_next(&p));
	EXPECT_EQ(p.ts, (1ULL << 60) + (1 << 27) + 7);
	free((void *)p.data);
}

TEST(page, unused_rest_is_the_end)
{
	const uint32_t words[] = { HEAD(1, 0), 0, HEAD(29, 0) };
	struct page p;

	page_of(&p, PAGE_ROOM - PAGE_HEAD, words, ARRAY_SIZE(words));
	EXPECT(page_next(&p));
	EXPECT(!page_next(&p));
	EXPECT(!*p.error, "%s", p.error);
	free((void *)p.data);
}

TEST(page, more_events_than_room_is_an_error)
{
	PAGE_IS_BAD(PAGE_ROOM - PAGE_HEAD + 1, "room for 48", 0);
	PAGE_IS_BAD(0x7ffffff, "room for 48", 0);
	PAGE_IS_BAD(1ULL << 40, "room for 48", 0);
	PAGE_IS_BAD(UINT64_MAX, "room for 48", 0);
}

TEST(page, lost_events_need_room_for_their_number)
{
	PAGE_IS_BAD((PAGE_ROOM - PAGE_HEAD) | 3ULL << 30, "number of lost", HEAD(29, 0));
}

/* As the kernel has it: an int whose upper bit is set, added to a long. */
TEST(page, lost_events_cost_no_others)
{
	const uint32_t words[] = { HEAD(1, 5), 0, 3, 0 };
	const uint64_t some = 8 + (int64_t)INT32_MIN, three = some + (1 << 30);
	struct page p;

	page_of(&p, three, words, ARRAY_SIZE(words));
	EXPECT_EQ(p.lost, 3);
	EXPECT(page_next(&p), "%s", p.error);
	EXPECT(!page_next(&p));
	EXPECT(!*p.error, "%s", p.error);
	free((void *)p.data);
	page_of(&p, some, words, ARRAY_SIZE(words));
	EXPECT_EQ(p.lost, -1);
	EXPECT(page_next(&p), "%s", p.error);
	free((void *)p.data);
}

TEST(page, event_that_reaches_out_is_an_error)
{
	PAGE_IS_BAD(8, "reaches behind", HEAD(28, 0), 0);
	PAGE_IS_BAD(12, "reaches behind", HEAD(0, 0), 0xfffffff0, 0);
	PAGE_IS_BAD(12, "reaches behind", HEAD(0, 0), 0xffffffff, 0);
	PAGE_IS_BAD(12, "padding reaches", HEAD(29, 1), 0xfffffffc, 0);
	PAGE_IS_BAD(12, "padding reaches", HEAD(29, 1), 0xffffffff, 0);
}

TEST(page, event_without_a_length_is_an_error)
{
	PAGE_IS_BAD(8, "without a length", HEAD(0, 0), 0);
	PAGE_IS_BAD(8, "without a length", HEAD(0, 0), 3);
}

TEST(page, events_that_end_in_the_middle_are_an_error)
{
	PAGE_IS_BAD(2, "in the middle", HEAD(1, 0));
	PAGE_IS_BAD(4, "in the middle", HEAD(0, 0));
	PAGE_IS_BAD(4, "in the middle", HEAD(30, 0));
	PAGE_IS_BAD(4, "in the middle", HEAD(31, 0));
	PAGE_IS_BAD(4, "in the middle", HEAD(29, 1));
}

TEST(page, one_shorter_than_its_head_is_an_error)
{
	char *data = calloc(1, 15);
	struct page p;

	page_init(&p, 8, false);
	page_load(&p, data, 15);
	EXPECT(!page_next(&p));
	EXPECT(*p.error);
	free(data);
}

TEST(page, unknown_number_of_lost_events_stays_unknown)
{
	EXPECT_EQ(page_lost(2, 3), 5);
	EXPECT_EQ(page_lost(-1, 3), -1);
	EXPECT_EQ(page_lost(3, -1), -1);
	EXPECT(page_lost(INT64_MAX, 1) > 0);
}

/* ---- Formats ------------------------------------------------------------------------- */

static int format_of(struct formats *fs, const char *text)
{
	char *exact = malloc(strlen(text));
	int ret;

	memcpy(exact, text, strlen(text));
	ret = format_add(fs, "dpc", exact, strlen(text));
	free(exact);
	return ret;
}

TEST(format, fields_are_where_the_text_says)
{
	const struct format_field *field;
	struct formats fs = { 0 };

	ASSERT_EQ(format_of(&fs, "name: one\nID: 7\nformat:\n"
			    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
			    "\tfield:char name[32];\toffset:40;\tsize:32;\tsigned:1;\n"
			    "\tfield:__data_loc char[] text;\toffset:12;\tsize:4;\tsigned:1;\n"
			    "\tfield:void * function;\toffset:16;\tsize:8;\tsigned:0;\n"
			    "\nprint fmt: \"\tfield:int none;\toffset:1;\tsize:4;\"\n"), 0);
	ASSERT(format_find(&fs, "dpc", "one"));
	EXPECT(!format_find(&fs, "irq", "one"));
	EXPECT_EQ(fs.list[0].id, 7);
	EXPECT_EQ(fs.list[0].nr_fields, 4);
	field = format_field(fs.list, "name");
	ASSERT(field);
	EXPECT_EQ(field->offset, 40);
	EXPECT_EQ(field->size, 32);
	field = format_field(fs.list, "text");
	ASSERT(field);
	EXPECT(field->data_loc);
	EXPECT(format_field(fs.list, "function"));
	EXPECT(format_field(fs.list, "common_type"));
	format_free(&fs);
}

TEST(format, field_outside_of_any_event_is_none)
{
	static const char * const bad[] = {
		"offset:-8;\tsize:8", "offset:65536;\tsize:8", "offset:65530;\tsize:8",
		"offset:4294967288;\tsize:8", "offset:18446744073709551608;\tsize:8",
		"offset:8;\tsize:-8", "offset:8;\tsize:99999999999", "offset:;\tsize:8",
		"offset:0x8;\tsize:8", "offset:8", "",
	};
	struct formats fs = { 0 };
	unsigned int i;
	char *text;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		text = xasprintf("name: one\nID: 7\nformat:\n\tfield:u64 seq;\t%s;\tsigned:0;\n",
				 bad[i]);
		ASSERT_EQ(format_of(&fs, text), 0);
		EXPECT(!format_field(&fs.list[i], "seq"), "\"%s\"", bad[i]);
		free(text);
	}
	format_free(&fs);
}

TEST(format, what_is_no_format_is_refused)
{
	struct formats fs = { 0 };

	EXPECT_EQ(format_of(&fs, ""), -1);
	EXPECT_EQ(format_of(&fs, "name: "), -1);
	EXPECT_EQ(format_of(&fs, "name: one\n"), -1);
	EXPECT_EQ(format_of(&fs, "name: one\nID: x\n"), -1);
	EXPECT_EQ(format_of(&fs, "name: one\nID: 65536\n"), -1);
	EXPECT_EQ(format_of(&fs, "name: one\nID: 99999999999999999999\n"), -1);
	EXPECT_EQ(fs.nr, 0);
	format_free(&fs);
}

TEST(format, number_of_formats_and_fields_has_a_limit)
{
	struct formats fs = { 0 };
	size_t len = 0;
	unsigned int i;
	char *text = xcalloc(1, 4096);

	len = sprintf(text, "name: one\nID: 7\n");
	for (i = 0; i < FORMAT_FIELDS + 3; i++)
		len += sprintf(text + len, "\tfield:u8 f%u;\toffset:%u;\tsize:1;\n", i, i);
	for (i = 0; i < FORMATS_MAX; i++)
		ASSERT_EQ(format_of(&fs, text), 0);
	EXPECT_EQ(format_of(&fs, text), -1);
	EXPECT_EQ(fs.list[0].nr_fields, FORMAT_FIELDS);
	format_free(&fs);
	free(text);
}

/* ---- Records ------------------------------------------------------------------------- */

#define RECORD_COMMON								\
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"	\
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"	\
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
#define RECORD_KEY								\
	"\tfield:u32 id;\toffset:8;\tsize:4;\tsigned:0;\n"			\
	"\tfield:u32 irq;\toffset:12;\tsize:4;\tsigned:0;\n"			\
	"\tfield:u64 seq;\toffset:16;\tsize:8;\tsigned:0;\n"			\
	"\tfield:u64 first;\toffset:24;\tsize:8;\tsigned:0;\n"			\
	"\tfield:void * function;\toffset:32;\tsize:8;\tsigned:0;\n"

#define RECORD_IRQ_ENTRY_FORMAT							\
	"name: irq_handler_entry\nID: 3\n" RECORD_COMMON				\
	"\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n"			\
	"\tfield:__data_loc char[] name;\toffset:12;\tsize:4;\tsigned:0;\n"
#define RECORD_IRQ_EXIT_FORMAT							\
	"name: irq_handler_exit\nID: 4\n" RECORD_COMMON				\
	"\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n"

#define RECORD_MARK_FORMAT							\
	"name: print\nID: 5\n" RECORD_COMMON					\
	"\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"		\
	"\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:1;\n"

enum { RECORD_EXIT = 1, RECORD_INTERRUPT, RECORD_IRQ, RECORD_MARK = 5, RECORD_ERROR };

static struct decoder *record_decoder(void)
{
	struct formats fs = { 0 };
	struct decoder *d;

	format_of(&fs, "name: dpc_exit\nID: 1\n" RECORD_COMMON RECORD_KEY
		  "\tfield:u64 duration;\toffset:40;\tsize:8;\tsigned:0;\n");
	format_of(&fs, "name: dpc_interrupt\nID: 2\n" RECORD_COMMON RECORD_KEY
		  "\tfield:char name[8];\toffset:40;\tsize:8;\tsigned:1;\n"
		  "\tfield:char model[8];\toffset:48;\tsize:8;\tsigned:1;\n"
		  "\tfield:u32 budget_us[6];\toffset:56;\tsize:24;\tsigned:0;\n");
	format_of(&fs, "name: dpc_error\nID: 6\n" RECORD_COMMON RECORD_KEY
		  "\tfield:u32 code;\toffset:40;\tsize:4;\tsigned:0;\n"
		  "\tfield:u32 unique;\toffset:44;\tsize:4;\tsigned:0;\n"
		  "\tfield:s32 status;\toffset:48;\tsize:4;\tsigned:1;\n"
		  "\tfield:u32 retries;\toffset:52;\tsize:4;\tsigned:0;\n"
		  "\tfield:u32 sequence;\toffset:56;\tsize:4;\tsigned:0;\n"
		  "\tfield:u32 packet;\toffset:60;\tsize:4;\tsigned:0;\n"
		  "\tfield:char device[8];\toffset:64;\tsize:8;\tsigned:1;\n"
		  "\tfield:__data_loc u8[] data;\toffset:72;\tsize:4;\tsigned:0;\n");
	format_add(&fs, "irq", RECORD_IRQ_ENTRY_FORMAT, strlen(RECORD_IRQ_ENTRY_FORMAT));
	format_add(&fs, "irq", RECORD_IRQ_EXIT_FORMAT, strlen(RECORD_IRQ_EXIT_FORMAT));
	format_add(&fs, "ftrace", RECORD_MARK_FORMAT, strlen(RECORD_MARK_FORMAT));
	d = decoder_new(&fs, false, "the test", "write it anew");
	format_free(&fs);
	return d;
}

/* A record of @len bytes of which @text is at @at. */
static int record_decode(struct decoder *d, unsigned int id, size_t len, size_t at,
			 const char *text, struct dpcmon_event *e)
{
	char *data = calloc(1, len ? len : 1), *complaint;
	int ret;

	if (len >= 2)
		data[0] = id;
	if (text)
		memcpy(data + at, text, strlen(text));
	ret = decoder_decode(d, data, len, e);
	if (ret) {
		complaint = decoder_complaint(d, data, len);
		ktap_note("%s", complaint);
		free(complaint);
	}
	free(data);
	return ret;
}

TEST(record, shorter_than_its_format_is_an_error)
{
	struct decoder *d = record_decoder();
	struct dpcmon_event e;
	size_t len;

	ASSERT(d);
	for (len = 0; len < 48; len++)
		EXPECT_EQ(record_decode(d, RECORD_EXIT, len, 0, NULL, &e), -1);
	EXPECT_EQ(record_decode(d, RECORD_EXIT, 48, 0, NULL, &e), 0);
	EXPECT_EQ(e.type, EV_DPC_EXIT);
	EXPECT_EQ(record_decode(d, 99, 8, 0, NULL, &e), 0);
	EXPECT_EQ(e.type, EV_OTHER);
	EXPECT_EQ(record_decode(d, 99, 7, 0, NULL, &e), -1);
	decoder_free(d);
}

TEST(record, text_that_does_not_end_in_its_field_is_an_error)
{
	struct decoder *d = record_decoder();
	struct dpcmon_event e;

	ASSERT(d);
	EXPECT_EQ(record_decode(d, RECORD_INTERRUPT, 80, 40, "seven__", &e), 0);
	EXPECT_EQ(record_decode(d, RECORD_INTERRUPT, 80, 40, "eight___", &e), -1);
	EXPECT_EQ(record_decode(d, RECORD_INTERRUPT, 80, 48, "eight___", &e), -1);
	EXPECT_EQ(record_decode(d, RECORD_MARK, 20, 16, "abc", &e), 0);
	EXPECT_EQ(record_decode(d, RECORD_MARK, 20, 16, "abcd", &e), -1);
	EXPECT_EQ(record_decode(d, RECORD_MARK, 16, 0, NULL, &e), -1);
	decoder_free(d);
}

TEST(record, name_has_to_lie_in_the_record)
{
	static const struct { uint16_t at, len; int ret; } names[] = {
		{ 16, 4, 0 }, { 16, 8, 0 }, { 20, 4, 0 },
		{ 16, 3, -1 },		/* no NUL at its end */
		{ 16, 0, -1 }, { 16, 9, -1 }, { 24, 1, -1 }, { 0xffff, 1, -1 },
		{ 16, 0xffff, -1 }, { 0xffff, 0xffff, -1 },
	};
	struct decoder *d = record_decoder();
	struct dpcmon_event e;
	unsigned int i;
	char *data;

	ASSERT(d);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		data = calloc(1, 24);
		data[0] = RECORD_IRQ;
		memcpy(data + 12, &names[i], 4);
		memcpy(data + 16, "abc\0def", 8);
		EXPECT(decoder_decode(d, data, 24, &e) == names[i].ret, "%u at %u", names[i].len,
		       names[i].at);
		free(data);
	}
	decoder_free(d);
}

TEST(record, data_of_an_error_have_to_lie_in_the_record)
{
	static const struct { uint16_t at, len; int ret; } places[] = {
		{ 76, 4, 0 }, { 76, 0, 0 }, { 80, 0, 0 }, { 0, 80, 0 },
		{ 76, 5, -1 }, { 77, 4, -1 }, { 81, 0, -1 }, { 0, 81, -1 },
		{ 76, 0xffff, -1 }, { 0xffff, 0, -1 }, { 0xffff, 0xffff, -1 },
	};
	struct decoder *d = record_decoder();
	struct dpcmon_event e;
	char *data, *complaint;
	unsigned int i;

	ASSERT(d);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		data = calloc(1, 80);
		data[0] = RECORD_ERROR;
		memcpy(data + 72, &places[i], 4);
		EXPECT(decoder_decode(d, data, 80, &e) == places[i].ret, "%u at %u",
		       places[i].len, places[i].at);
		if (!places[i].ret) {
			EXPECT_EQ(e.type, EV_ERROR);
			EXPECT_EQ(e.error.len, places[i].len);
			EXPECT(e.error.data == (unsigned char *)data + places[i].at);
		} else {
			complaint = decoder_complaint(d, data, 80);
			EXPECT(strstr(complaint, "data that do not lie in it"), "%s", complaint);
			free(complaint);
		}
		free(data);
	}
	decoder_free(d);
}

/* ---- Tasks --------------------------------------------------------------------------- */

TEST(tasks, names_are_found_and_clean)
{
	static const char text[] =
		"300 late\n1 systemd\n\n x\n7\n8 \033[31m\n-3\n99999999999 large\n2 2nd of two";
	char *exact = malloc(sizeof(text) - 1);
	struct tasks t = { 0 };

	memcpy(exact, text, sizeof(text) - 1);
	tasks_load(&t, exact, sizeof(text) - 1);
	free(exact);
	EXPECT_EQ(t.nr, 4);
	EXPECT(!strcmp(tasks_name(&t, 300), "late"));
	EXPECT(!strcmp(tasks_name(&t, 2), "2nd of two"));
	EXPECT(!strcmp(tasks_name(&t, 8), "?[31m"));
	EXPECT(!tasks_name(&t, 7));
	tasks_free(&t);
	EXPECT(!tasks_name(&t, 1));
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}
