// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spoils a good trace.dat (of trace_gen, version 6) in every way that is known:
 * one file for each, and a line that says what a reader has to answer.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

#include "../util.h"

#define HOSTILE_HEAD	16		/* of a page */
#define HOSTILE_SIZES	12		/* behind the magic number and the version */
#define HOSTILE_PAGE	14		/* bytes per page */
#define HOSTILE_DONE	0
#define HOSTILE_BUFFER	3
#define HOSTILE_EVENTS	18
#define HOSTILE_SYMBOLS	19
#define HOSTILE_TASKS	21

/* A file in memory.  @room: bytes allocated. */
struct blob {
	char	*data;
	size_t	len;
	size_t	room;
};

/**
 * struct good - where in the good file what is
 * @events: number of systems, and their formats, up to @symbols
 * @symbols: length of kallsyms, and it
 * @tasks: length of the list of tasks, and it
 * @cpus: number of CPUs
 * @table: where each CPU's pages are
 * @pages: those of the first CPU
 */
static struct good {
	struct blob	file;
	size_t		page_size;
	size_t		events;
	size_t		symbols;
	size_t		tasks;
	size_t		cpus;
	size_t		table;
	size_t		pages[2];
	size_t		lens[2];
} good;

static void hostile_die(const char *what)
{
	fprintf(stderr, "hostile_gen: %s: %m\n", what);
	exit(1);
}

static void blob_append(struct blob *b, const void *data, size_t len)
{
	if (b->len + len > b->room) {
		b->room = 2 * (b->len + len);
		b->data = realloc(b->data, b->room);
		if (!b->data)
			hostile_die("memory");
	}
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void blob_number(struct blob *b, uint64_t value, size_t size)
{
	blob_append(b, &value, size);
}

static void blob_put(struct blob *b, size_t at, uint64_t value, size_t size)
{
	memcpy(b->data + at, &value, size);
}

static uint64_t blob_get(const struct blob *b, size_t at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, b->data + at, size);
	return value;
}

static size_t blob_find(const struct blob *b, size_t from, const char *text)
{
	const char *at = memmem(b->data + from, b->len - from, text, strlen(text));

	if (!at)
		hostile_die(text);
	return at - b->data;
}

/* The first @old behind @mark becomes @new, which is as long. */
static void blob_replace(struct blob *b, const char *mark, const char *old, const char *new)
{
	size_t at = blob_find(b, blob_find(b, 0, mark), old);

	memcpy(b->data + at, new, strlen(old));
}

static void good_load(const char *path)
{
	struct blob *b = &good.file;
	char buf[4096];
	FILE *in = fopen(path, "r");
	size_t n, at;

	if (!in)
		hostile_die(path);
	while ((n = fread(buf, 1, sizeof(buf), in)))
		blob_append(b, buf, n);
	fclose(in);
	good.page_size = blob_get(b, HOSTILE_PAGE, 4);
	at = blob_find(b, 0, "header_event") + strlen("header_event") + 1;
	at += 8 + blob_get(b, at, 8);
	good.events = at + 4;		/* no formats of ftrace itself */
	good.symbols = blob_find(b, at, "ffffffffc0a00000") - 4;
	at = good.symbols + 4 + blob_get(b, good.symbols, 4);
	good.tasks = at + 4;
	good.cpus = good.tasks + 8 + blob_get(b, good.tasks, 8);
	good.table = blob_find(b, good.cpus, "flyrecord") + 10;
	for (n = 0; n < 2; n++) {
		good.pages[n] = blob_get(b, good.table + 16 * n, 8);
		good.lens[n] = blob_get(b, good.table + 16 * n + 8, 8);
	}
}

/* ---- Version 6 ------------------------------------------------------------------------- */

/* The first page of a CPU, and the first event there. */
#define PAGE(cpu)	good.pages[cpu]
#define COMMIT(cpu)	(PAGE(cpu) + 8)
#define EVENT(cpu)	(PAGE(cpu) + HOSTILE_HEAD)

static void nothing(struct blob *b) { }
static void page_commit(struct blob *b) { blob_put(b, COMMIT(0), 0x7fffff0, 8); }
static void page_commit_top(struct blob *b) { blob_put(b, COMMIT(0), UINT64_MAX << 32, 8); }

static void page_lost_number(struct blob *b)
{
	blob_put(b, COMMIT(0), (good.page_size - HOSTILE_HEAD) | 3ULL << 30, 8);
}

/* That of CPU 0 has its length in a word of its own. */
static void event_length_zero(struct blob *b) { blob_put(b, EVENT(0) + 4, 0, 4); }
static void event_length_huge(struct blob *b) { blob_put(b, EVENT(0) + 4, 0xfffffff0, 4); }
static void event_reaches_out(struct blob *b) { blob_put(b, COMMIT(1), 20, 8); }
static void events_end_in_a_head(struct blob *b) { blob_put(b, COMMIT(1), 2, 8); }

static void padding_huge(struct blob *b)
{
	blob_put(b, EVENT(1), 1 << 5 | 29, 4);
	blob_put(b, EVENT(1) + 4, 0xfffffff0, 4);
}

static void time_cut_off(struct blob *b)
{
	blob_put(b, COMMIT(1), 4, 8);
	blob_put(b, EVENT(1), 1 << 5 | 30, 4);
}

static void event_too_short(struct blob *b) { blob_put(b, EVENT(1), 2, 4); }
static void event_of_a_word(struct blob *b) { blob_put(b, EVENT(1), 1, 4); }

/* CPU 1 begins with irq_handler_entry: __data_loc at 12, text at 16. */
static void name_outside(struct blob *b) { blob_put(b, EVENT(1) + 16, 8 << 16 | 0xfff0, 4); }
static void name_too_long(struct blob *b) { blob_put(b, EVENT(1) + 16, 0xffff0010, 4); }
static void name_empty(struct blob *b) { blob_put(b, EVENT(1) + 16, 16, 4); }
static void name_without_end(struct blob *b) { memset(b->data + EVENT(1) + 20, 'x', 8); }

/* CPU 0 begins with dpc_interrupt: name at 40, model at 72, 32 bytes each. */
static void interrupt_without_end(struct blob *b) { memset(b->data + EVENT(0) + 48, 'x', 32); }
static void model_without_end(struct blob *b) { memset(b->data + EVENT(0) + 80, 'x', 32); }

/* The fourth event of CPU 1 is dpc_isr_exit: its duration is 585 years. */
static void time_of_centuries(struct blob *b)
{
	blob_put(b, EVENT(1) + 28 + 44 + 48 + 4 + 40, UINT64_MAX, 8);
}

/* The sixth is dpc_entry: it served all interrupts up to the last number there is. */
static void number_that_has_no_next(struct blob *b)
{
	blob_put(b, EVENT(1) + 28 + 44 + 48 + 56 + 20 + 4 + 16, UINT64_MAX, 8);
}

static void field_behind_the_event(struct blob *b)
{
	blob_replace(b, "name: dpc_exit\n", "offset:40", "offset:90");
}

static void field_before_the_event(struct blob *b)
{
	blob_replace(b, "name: dpc_exit\n", "offset:40", "offset:-8");
}

static void field_of_another_size(struct blob *b)
{
	blob_replace(b, "name: dpc_exit\n", "seq;\toffset:16;\tsize:8", "seq;\toffset:16;\tsize:9");
}

static void pointer_of_three_bytes(struct blob *b)
{
	blob_replace(b, "name: dpc_exit\n", "offset:32;\tsize:8", "offset:32;\tsize:3");
}

static void budgets_too_few(struct blob *b)
{
	blob_replace(b, "name: dpc_interrupt\n", "size:24", "size:04");
}

static void common_field_missing(struct blob *b)
{
	blob_replace(b, "name: dpc_isr_exit\n", "common_type", "common_tape");
}

static void number_of_an_event(struct blob *b)
{
	blob_replace(b, "name: dpc_exit\n", "ID: 1505", "ID: 1x05");
}

static void cpus_without_end(struct blob *b) { blob_put(b, good.cpus, UINT32_MAX, 4); }
static void cpu_behind_the_end(struct blob *b) { blob_put(b, good.table + 8, 1ULL << 40, 8); }
static void cpu_wraps(struct blob *b) { blob_put(b, good.table, UINT64_MAX - 100, 8); }

static void cpus_overlap(struct blob *b)
{
	blob_put(b, good.table, 0, 8);
	blob_put(b, good.table + 8, b->len, 8);
}

static void page_cut_off(struct blob *b)
{
	blob_put(b, good.table + 8, good.lens[0] - 100, 8);
}

static void page_size_none(struct blob *b) { blob_put(b, HOSTILE_PAGE, 0, 4); }
static void page_size_huge(struct blob *b) { blob_put(b, HOSTILE_PAGE, 1u << 31, 4); }
static void long_of_three_bytes(struct blob *b) { b->data[HOSTILE_SIZES + 1] = 3; }
static void other_byte_order(struct blob *b) { b->data[HOSTILE_SIZES] = 1; }
static void version_unknown(struct blob *b) { b->data[10] = '\033'; }
static void systems_without_end(struct blob *b) { blob_put(b, good.events, UINT32_MAX, 4); }

static void formats_without_end(struct blob *b)
{
	blob_put(b, good.events + 4 + sizeof("dpc"), UINT32_MAX, 4);
}

static void format_without_end(struct blob *b)
{
	blob_put(b, good.events + 4 + sizeof("dpc") + 4, UINT64_MAX, 8);
}

static void symbols_without_end(struct blob *b) { blob_put(b, good.symbols, UINT32_MAX, 4); }
static void tasks_without_end(struct blob *b) { blob_put(b, good.tasks, 1ULL << 63, 8); }
static void options_without_end(struct blob *b) { b->data[good.cpus + 14] = 77; }
static void half_a_file(struct blob *b) { b->len = good.pages[1] + 100; }
static void only_the_magic(struct blob *b) { b->len = 10; }

/* A reader that calls itself for each bracket needs more stack than there is. */
static void brackets(struct blob *b)
{
	size_t at = blob_find(b, 0, "print fmt: \"id=%u irq=%u seq=%llu first=%llu function=%ps name");
	size_t size = good.events + 4 + sizeof("dpc") + 4, more = 1 << 20, i;
	char *many = malloc(more);
	struct blob longer = { 0 };

	at = blob_find(b, at, "REC->id");
	memset(many, '(', more);
	blob_append(&longer, b->data, at);
	blob_append(&longer, many, more);
	blob_append(&longer, b->data + at, b->len - at);
	blob_put(&longer, size, blob_get(b, size, 8) + more, 8);
	for (i = 0; i < 2; i++)
		blob_put(&longer, good.table + more + 16 * i, good.pages[i] + more, 8);
	free(many);
	free(b->data);
	*b = longer;
}

/* What moves the cursor, sets the window's title, ends a line, or is no UTF-8. */
static void controls(struct blob *b)
{
	blob_replace(b, "101 gen", "gen", "\033[J");
	blob_replace(b, "ffffffffc0a01000", "gen_dpc", "\033[31m\377X");
	memcpy(b->data + EVENT(0) + 48, "\033]0;x\a\n<&", 10);
	memcpy(b->data + EVENT(0) + 80, "\302\2332J\r", 6);
	memcpy(b->data + EVENT(1) + 20, "d\033[7medu", 7);
}

/* ---- Version 7 ------------------------------------------------------------------------- */

/* What is spoilt of a file of version 7 is spoilt while it is made. */
struct seven {
	bool		zip;
	bool		zstd;		/* in place of zlib */
	bool		page;		/* a page with more events than it has room for */
	uint64_t	section_size;	/* added to that of the formats */
	uint32_t	inflated;	/* instead of the length of the formats */
	unsigned int	bombs;		/* sections of formats that are 1 MiB when inflated */
	bool		loop;		/* the options' next ones are themselves */
	uint32_t	cpu;		/* added to the number of the CPU */
	uint32_t	chunks;		/* added to the number of chunks */
	uint32_t	chunk_packed;	/* added to the length of the first chunk */
	uint32_t	chunk_inflated;
	bool		chunk_garbage;
	const char	*compression;	/* instead of that there is */
};

static void seven_deflate(struct blob *b, const struct seven *s, const void *data, size_t len)
{
	size_t bound = compressBound(len) + ZSTD_compressBound(len);
	Bytef *room = malloc(bound);
	uLongf packed = bound;

	if (!room)
		hostile_die("memory");
	if (s->zstd)
		packed = ZSTD_compress(room, bound, data, len, 1);
	else if (compress(room, &packed, data, len) != Z_OK)
		hostile_die("compress");
	blob_append(b, room, packed);
	free(room);
}

/* A section; @at: where it is, if that is wanted.  Compressed if @inflated is a length. */
static uint64_t seven_section(struct blob *b, const struct seven *s, unsigned int id,
			      const void *data, size_t len, uint32_t inflated, uint64_t more)
{
	uint64_t at = b->len, size_at;

	blob_number(b, id, 2);
	blob_number(b, inflated ? 1 : 0, 2);
	blob_number(b, 0, 4);
	size_at = b->len;
	blob_number(b, 0, 8);
	if (inflated) {
		blob_number(b, 0, 4);
		blob_number(b, inflated, 4);
		seven_deflate(b, s, data, len);
		blob_put(b, size_at + 8, b->len - size_at - 16, 4);
	} else {
		blob_append(b, data, len);
	}
	blob_put(b, size_at, b->len - size_at - 8 + more, 8);
	return at;
}

static void seven_option(struct blob *options, unsigned int id, uint64_t section)
{
	blob_number(options, id, 2);
	blob_number(options, 8, 4);
	blob_number(options, section, 8);
}

/* All pages of a CPU as one chunk. */
static void seven_chunk(struct blob *b, const struct seven *s, unsigned int cpu)
{
	char *pages = good.file.data + good.pages[cpu];
	uint64_t commit = 0x7fffff0;
	size_t at;

	if (s->page)
		memcpy(pages + 8, &commit, 8);

	blob_number(b, 1 + s->chunks, 4);
	at = b->len;
	blob_number(b, 0, 4);
	blob_number(b, good.lens[cpu] + s->chunk_inflated, 4);
	seven_deflate(b, s, pages, good.lens[cpu]);
	blob_put(b, at, b->len - at - 8 + s->chunk_packed, 4);
	if (s->chunk_garbage)
		memset(b->data + at + 8, 0x55, b->len - at - 8);
}

static void seven_buffer(struct blob *b, struct blob *options, const struct seven *s)
{
	struct blob option = { 0 };
	unsigned int cpu;
	size_t at;

	blob_number(&option, b->len, 8);
	blob_append(&option, "\0local", 7);	/* no name, and the clock */
	blob_number(&option, good.page_size, 4);
	blob_number(&option, 2, 4);
	seven_section(b, s, HOSTILE_BUFFER, "", 0, 0, 0);
	blob_put(b, b->len - 14, s->zip, 2);
	for (cpu = 0; cpu < 2; cpu++) {
		at = b->len;
		if (s->zip)
			seven_chunk(b, s, cpu);
		else
			blob_append(b, good.file.data + good.pages[cpu], good.lens[cpu]);
		blob_number(&option, cpu + s->cpu, 4);
		blob_number(&option, at, 8);
		blob_number(&option, b->len - at, 8);
	}
	blob_number(options, HOSTILE_BUFFER, 2);
	blob_number(options, option.len, 4);
	blob_append(options, option.data, option.len);
	free(option.data);
}

static void seven_formats(struct blob *b, struct blob *options, const struct seven *s)
{
	static char zeros[1 << 20];
	const char *formats = good.file.data + good.events;
	uint32_t len = good.symbols - good.events;
	unsigned int i;
	uint64_t at;

	at = seven_section(b, s, HOSTILE_EVENTS, formats, len,
			   s->zip ? len + s->inflated : 0, s->section_size);
	seven_option(options, HOSTILE_EVENTS, at);
	if (!s->bombs)
		return;
	at = seven_section(b, s, HOSTILE_EVENTS, zeros, sizeof(zeros), sizeof(zeros), 0);
	for (i = 0; i < s->bombs; i++)
		seven_option(options, HOSTILE_EVENTS, at);
}

static void seven(struct blob *b, const struct seven *s)
{
	const char *file = good.file.data, *how = s->zstd ? "zstd" : s->zip ? "zlib" : "none";
	struct blob options = { 0 };
	uint64_t at, start;

	b->len = 0;
	blob_append(b, file, 10);
	blob_append(b, "7\0\0\10", 4);
	blob_number(b, good.page_size, 4);
	how = s->compression ? s->compression : how;
	blob_append(b, how, strlen(how) + 1);
	blob_append(b, "1", 2);
	start = b->len;
	blob_number(b, 0, 8);
	if (!s->loop)
		seven_formats(b, &options, s);
	at = seven_section(b, s, HOSTILE_SYMBOLS, file + good.symbols,
			   good.tasks - 4 - good.symbols, 0, 0);
	seven_option(&options, HOSTILE_SYMBOLS, at);
	at = seven_section(b, s, HOSTILE_TASKS, file + good.tasks,
			   good.cpus - good.tasks, 0, 0);
	seven_option(&options, HOSTILE_TASKS, at);
	seven_buffer(b, &options, s);
	blob_put(b, start, b->len, 8);
	seven_option(&options, HOSTILE_DONE, s->loop ? b->len : 0);
	seven_section(b, s, 0, options.data, options.len, 0, 0);
	free(options.data);
}

#define SEVEN(name, ...)							\
	static void name(struct blob *b)					\
	{									\
		seven(b, &(struct seven){ __VA_ARGS__ });			\
	}

SEVEN(v7_plain, .zip = false)
SEVEN(v7_zlib, .zip = true)
SEVEN(v7_zstd, .zip = true, .zstd = true)
SEVEN(v7_zstd_garbage, .zip = true, .zstd = true, .chunk_garbage = true)
SEVEN(v7_section_behind_the_end, .section_size = 1 << 30)
SEVEN(v7_section_wraps, .section_size = 1ULL << 63)
SEVEN(v7_section_bomb, .zip = true, .inflated = UINT32_MAX / 2)
SEVEN(v7_section_of_another_length, .zip = true, .inflated = 1)
SEVEN(v7_many_bombs, .zip = true, .bombs = 300)
SEVEN(v7_options_go_round, .loop = true)
SEVEN(v7_number_of_a_cpu, .cpu = 1u << 31)
SEVEN(v7_chunks_without_end, .zip = true, .chunks = UINT32_MAX - 1)
SEVEN(v7_chunk_larger_than_the_file, .zip = true, .chunk_packed = 1 << 30)
SEVEN(v7_chunk_bomb, .zip = true, .chunk_inflated = 1 << 30)
SEVEN(v7_chunk_of_half_a_page, .zip = true, .chunk_inflated = 100)
SEVEN(v7_chunk_garbage, .zip = true, .chunk_garbage = true)
/* It spoils the good pages: no good file is made after it. */
SEVEN(v7_page_commit, .zip = true, .page = true)
SEVEN(v7_compression_unknown, .compression = "\033[31m")

/* ---- All of them ----------------------------------------------------------------------- */

/* @want: of the message; NULL when the file is good, whatever it looks like. */
static const struct hostile {
	const char	*name;
	void		(*make)(struct blob *b);
	const char	*want;
} hostiles[] = {
#define CASE(name, want) { #name, name, want }
	CASE(nothing, NULL),
	CASE(page_commit, "bytes of events, but room for"),
	CASE(page_commit_top, "bytes of events, but room for"),
	CASE(page_lost_number, "no room for the number of lost events"),
	CASE(event_length_zero, "an event without a length"),
	CASE(event_length_huge, "an event reaches behind the events of the page"),
	CASE(event_reaches_out, "an event reaches behind the events of the page"),
	CASE(events_end_in_a_head, "end in the middle of one"),
	CASE(time_cut_off, "end in the middle of one"),
	CASE(padding_huge, "padding reaches behind the events of the page"),
	CASE(event_too_short, "an event irq_handler_entry of 8 bytes, where its format needs 16"),
	CASE(event_of_a_word, "an event of 4 bytes, where each has at least 8"),
	CASE(name_outside, "irq_handler_entry with a text that does not end in it"),
	CASE(name_too_long, "irq_handler_entry with a text that does not end in it"),
	CASE(name_empty, "irq_handler_entry with a text that does not end in it"),
	CASE(name_without_end, "irq_handler_entry with a text that does not end in it"),
	CASE(interrupt_without_end, "dpc_interrupt with a text that does not end in it"),
	CASE(model_without_end, "dpc_interrupt with a text that does not end in it"),
	CASE(field_behind_the_event, "an event dpc_exit of 48 bytes, where its format needs 98"),
	CASE(field_before_the_event, "dpc:dpc_exit has no field duration"),
	CASE(field_of_another_size, "dpc:dpc_exit: field seq has 9 bytes instead of 8"),
	CASE(pointer_of_three_bytes, "field function has 3 bytes instead of 4 or 8"),
	CASE(budgets_too_few, "dpc:dpc_interrupt: field budget_us has 4 bytes instead of 24"),
	CASE(common_field_missing, "dpc:dpc_isr_exit has no field common_type"),
	CASE(number_of_an_event, "this is no format of an event"),
	CASE(cpus_without_end, "CPU"),
	CASE(cpu_behind_the_end, "behind the end of the file"),
	CASE(cpu_wraps, "behind the end of the file"),
	CASE(cpus_overlap, "the CPUs' events overlap"),
	CASE(page_cut_off, "the events end in the middle of a page"),
	CASE(page_size_none, "pages of 0 bytes"),
	CASE(page_size_huge, "pages of 2147483648 bytes"),
	CASE(long_of_three_bytes, "this is no trace.dat"),
	CASE(other_byte_order, "cut off"),
	CASE(version_unknown, "version \"?\" of trace.dat"),
	CASE(systems_without_end, "the formats of events are cut off"),
	CASE(formats_without_end, "format"),
	CASE(format_without_end, "the formats of events are cut off"),
	CASE(symbols_without_end, "the symbols are cut off"),
	CASE(tasks_without_end, "the names of tasks are cut off"),
	CASE(options_without_end, "the options are cut off"),
	CASE(half_a_file, "behind the end of the file"),
	CASE(only_the_magic, "this is no trace.dat"),
	CASE(brackets, NULL),
	CASE(controls, NULL),
	CASE(time_of_centuries, NULL),
	CASE(number_that_has_no_next, NULL),
	CASE(v7_plain, NULL),
	CASE(v7_zlib, NULL),
	CASE(v7_zstd, NULL),
	CASE(v7_zstd_garbage, "a chunk of events can't be inflated"),
	CASE(v7_section_behind_the_end, "a section lies behind the end of the file"),
	CASE(v7_section_wraps, "a section lies behind the end of the file"),
	CASE(v7_section_bomb, "a section would be too large when inflated"),
	CASE(v7_section_of_another_length, "a compressed section can't be inflated"),
	CASE(v7_many_bombs, "a section would be too large when inflated"),
	CASE(v7_options_go_round, "the sections of options have no end"),
	CASE(v7_number_of_a_cpu, "as many CPUs"),
	CASE(v7_chunks_without_end, "a chunk of events"),
	CASE(v7_chunk_larger_than_the_file, "a chunk of events is larger than what is left"),
	CASE(v7_chunk_bomb, "a chunk of events would be too large when inflated"),
	CASE(v7_chunk_of_half_a_page, "a chunk of events is not of whole pages"),
	CASE(v7_chunk_garbage, "a chunk of events can't be inflated"),
	CASE(v7_page_commit, "inflated, CPU 0: the page has 134217712 bytes of events"),
	CASE(v7_compression_unknown, "compressed by \"?[31m\""),
#undef CASE
};

static void hostile_write(const char *dir, const struct hostile *h)
{
	struct blob b = { 0 };
	char path[4096];
	FILE *out;

	blob_append(&b, good.file.data, good.file.len);
	h->make(&b);
	snprintf(path, sizeof(path), "%s/%s", dir, h->name);
	out = fopen(path, "w");
	if (!out || fwrite(b.data, 1, b.len, out) != b.len || fclose(out))
		hostile_die(path);
	free(b.data);
	printf("%s %s\n", h->name, h->want ? h->want : "");
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc != 3) {
		fputs("usage: hostile_gen GOOD DIR\n"
		      "Writes into DIR what becomes of GOOD, a trace.dat of trace_gen with 2 CPUs, if\n"
		      "it is spoilt; for each file a line with its name, and what a reader has to say.\n",
		      stderr);
		return 1;
	}
	good_load(argv[1]);
	for (i = 0; i < ARRAY_SIZE(hostiles); i++)
		hostile_write(argv[2], &hostiles[i]);
	free(good.file.data);
	return 0;
}
