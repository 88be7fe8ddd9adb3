// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event-parse.h>
#include <zlib.h>
#include <zstd.h>

#include "dat.h"
#include "decode.h"
#include "util.h"

static const char dat_magic[] = "\x17\x08\x44tracing";

/* An uncompressed buffer is read in pieces of this size. */
#define DAT_READ_BYTES		(64 << 10)
/* A chunk that says that it is larger is none. */
#define DAT_CHUNK_MAX		(256u << 20)

#define DAT_FLAG_COMPRESSED	1
#define DAT_SECTION_HEAD	16

/* What is read here returns 0, or one of these. */
#define DAT_BROKEN		(-1)
#define DAT_UNKNOWN		1

/* Of the options that a file has, those that matter here. */
enum dat_option {
	DAT_OPTION_DONE		= 0,
	DAT_OPTION_BUFFER	= 3,
	DAT_OPTION_TSC2NSEC	= 14,
	DAT_OPTION_FTRACE	= 17,
	DAT_OPTION_EVENTS	= 18,
	DAT_OPTION_KALLSYMS	= 19,
	DAT_OPTION_CMDLINES	= 21,
};

enum dat_compression {
	DAT_PLAIN,
	DAT_ZLIB,
	DAT_ZSTD,
};

/* A part of the file, or of what was inflated; after @bad all reads give 0. */
struct dat_bytes {
	const char	*at;
	const char	*end;
	bool		swap;
	bool		bad;
};

/**
 * struct dat_buffer - the pages of one CPU
 * @cpu: its number
 * @at: where in the file the next piece of it begins
 * @end: and where the last one ends
 * @chunks: compressed: how many are left
 * @data: the piece that is read now
 * @room: bytes allocated there
 * @len: bytes that are valid
 * @next: the next page in @data
 */
struct dat_buffer {
	int		cpu;
	uint64_t	at;
	uint64_t	end;
	uint32_t	chunks;
	char		*data;
	size_t		room;
	size_t		len;
	size_t		next;
};

/**
 * struct dat - an open trace.dat
 * @map: the whole file; the events are not read through it, or all of them
 *	would count as our memory
 * @size: of @map
 * @swap: its byte order is not ours
 * @compression: of sections that say that they are compressed
 * @packed: room for a compressed chunk
 * @packed_room: its size
 * @compressed: the events are
 * @kallsyms: inflated, or in @map
 * @kallsyms_at: v7: the section, else 0
 */
struct dat {
	int			fd;
	const char		*map;
	uint64_t		size;
	bool			swap;
	enum dat_compression	compression;
	ZSTD_DCtx		*zstd;
	char			*packed;
	size_t			packed_room;
	struct tep_handle	*tep;
	unsigned int		page_size;
	bool			compressed;
	bool			failed;
	struct dat_buffer	*buffers;
	unsigned int		nr_buffers;
	uint64_t		kallsyms_at;
	struct dat_bytes	kallsyms;
	char			*inflated;
};

/* ---- Reading ------------------------------------------------------------------- */

static const char *dat_take(struct dat_bytes *b, uint64_t n)
{
	const char *at = b->at;

	if (b->bad || n > (uint64_t)(b->end - b->at)) {
		b->bad = true;
		return NULL;
	}
	b->at += n;
	return at;
}

static uint32_t dat_u32(struct dat_bytes *b)
{
	const char *at = dat_take(b, sizeof(uint32_t));
	uint32_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return b->swap ? __builtin_bswap32(value) : value;
}

static uint64_t dat_u64(struct dat_bytes *b)
{
	const char *at = dat_take(b, sizeof(uint64_t));
	uint64_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return b->swap ? __builtin_bswap64(value) : value;
}

static uint16_t dat_u16(struct dat_bytes *b)
{
	const char *at = dat_take(b, sizeof(uint16_t));
	uint16_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return b->swap ? __builtin_bswap16(value) : value;
}

/* Never NULL. */
static const char *dat_string(struct dat_bytes *b)
{
	const char *nul = b->bad ? NULL : memchr(b->at, 0, b->end - b->at);

	if (!nul) {
		b->bad = true;
		return "";
	}
	return dat_take(b, nul + 1 - b->at);
}

/* A number of bytes that stands before them. */
static struct dat_bytes dat_sized(struct dat_bytes *b, uint64_t n)
{
	const char *at = dat_take(b, n);

	if (!at)
		return (struct dat_bytes){ .at = "", .end = "", .bad = true };
	return (struct dat_bytes){ .at = at, .end = at + n, .swap = b->swap };
}

static struct dat_bytes dat_from(const struct dat *d, uint64_t offset)
{
	struct dat_bytes b = { .at = d->map, .end = d->map + d->size, .swap = d->swap };

	dat_take(&b, offset);
	return b;
}

static int dat_inflate(struct dat *d, const void *from, size_t from_len, void *to, size_t to_len)
{
	uLongf len = to_len;

	switch (d->compression) {
	case DAT_ZSTD:
		return ZSTD_decompressDCtx(d->zstd, to, to_len, from, from_len) == to_len ? 0 : -1;
	case DAT_ZLIB:
		return uncompress(to, &len, from, from_len) == Z_OK && len == to_len ? 0 : -1;
	default:
		return -1;
	}
}

/* ---- Sections -------------------------------------------------------------------- */

/*
 * What a section holds.  An inflated copy goes to *@inflated, which the caller
 * frees; it has a NUL behind it.
 */
static struct dat_bytes dat_section(struct dat *d, uint64_t offset, char **inflated)
{
	struct dat_bytes b = dat_from(d, offset), data;
	uint32_t packed, len;
	uint16_t flags;

	*inflated = NULL;
	dat_u16(&b);
	flags = dat_u16(&b);
	dat_u32(&b);
	data = dat_sized(&b, dat_u64(&b));
	if (data.bad || !(flags & DAT_FLAG_COMPRESSED))
		return data;

	packed = dat_u32(&data);
	len = dat_u32(&data);
	data = dat_sized(&data, packed);
	if (data.bad || len > DAT_CHUNK_MAX) {
		data.bad = true;
		return data;
	}
	*inflated = xcalloc(1, (size_t)len + 1);
	if (dat_inflate(d, data.at, packed, *inflated, len))
		data.bad = true;
	data.at = *inflated;
	data.end = *inflated + len;
	return data;
}

/* Formats of ftrace's own events: only the text that somebody wrote is of use. */
static void dat_ftrace(struct dat *d, struct dat_bytes *b)
{
	static const char head[] = "name: print\n";
	uint32_t nr = dat_u32(b);

	for (; nr && !b->bad; nr--) {
		struct dat_bytes format = dat_sized(b, dat_u64(b));
		size_t len = format.end - format.at;

		if (!format.bad && len > strlen(head) && !memcmp(format.at, head, strlen(head)))
			tep_parse_event(d->tep, format.at, len, "ftrace");
	}
}

static bool dat_system_wanted(const char *system)
{
	return !strcmp(system, DPC_SYSTEM) || !strcmp(system, "irq") ||
	       !strcmp(system, "irq_vectors");
}

static void dat_events(struct dat *d, struct dat_bytes *b)
{
	uint32_t systems = dat_u32(b), nr;

	for (; systems && !b->bad; systems--) {
		const char *system = dat_string(b);
		bool wanted = dat_system_wanted(system);

		for (nr = dat_u32(b); nr && !b->bad; nr--) {
			struct dat_bytes format = dat_sized(b, dat_u64(b));

			/* a text form that it can't parse does not matter: the fields count */
			if (wanted && !format.bad)
				tep_parse_event(d->tep, format.at, format.end - format.at, system);
		}
	}
}

static void dat_cmdlines(struct dat *d, struct dat_bytes *b)
{
	struct dat_bytes lines = dat_sized(b, dat_u64(b));
	char *text;

	if (lines.bad)
		return;
	text = xasprintf("%.*s", (int)(lines.end - lines.at), lines.at);
	tep_parse_saved_cmdlines(d->tep, text);
	free(text);
}

static int dat_add_buffer(struct dat *d, int cpu, struct dat_bytes *b)
{
	struct dat_buffer *buffer;
	uint64_t at = dat_u64(b), len = dat_u64(b);

	if (b->bad || at > d->size)
		return DAT_BROKEN;
	d->buffers = xrealloc(d->buffers, (d->nr_buffers + 1) * sizeof(*d->buffers));
	buffer = &d->buffers[d->nr_buffers++];
	*buffer = (struct dat_buffer){ .cpu = cpu, .at = at, .end = at + len };
	return 0;
}

/* ---- Version 6: one after another, in this order ------------------------------------ */

static int dat_options_v6(struct dat *d, struct dat_bytes *b)
{
	for (;;) {
		uint16_t option = dat_u16(b);

		if (b->bad)
			return DAT_BROKEN;
		if (option == DAT_OPTION_TSC2NSEC)
			return DAT_UNKNOWN;
		if (option == DAT_OPTION_DONE)
			return 0;
		dat_sized(b, dat_u32(b));
	}
}

static int dat_head_v6(struct dat *d, struct dat_bytes *b)
{
	const char *kind;
	uint32_t cpus, cpu;
	int ret;

	/* header_page and header_event: what they say is known */
	dat_string(b);
	dat_sized(b, dat_u64(b));
	dat_string(b);
	dat_sized(b, dat_u64(b));
	dat_ftrace(d, b);
	dat_events(d, b);
	d->kallsyms = dat_sized(b, dat_u32(b));
	dat_sized(b, dat_u32(b));	/* formats of trace_printk() */
	dat_cmdlines(d, b);
	cpus = dat_u32(b);
	kind = dat_take(b, 10);
	if (kind && !memcmp(kind, "options  ", 10)) {
		ret = dat_options_v6(d, b);
		if (ret)
			return ret;
		kind = dat_take(b, 10);
	}
	if (!kind)
		return DAT_BROKEN;
	if (memcmp(kind, "flyrecord", 10))
		return DAT_UNKNOWN;
	for (cpu = 0; cpu < cpus; cpu++)
		if (dat_add_buffer(d, cpu, b))
			return DAT_BROKEN;
	return 0;
}

/* ---- Version 7: options say where the sections are ---------------------------------- */

static int dat_buffer_v7(struct dat *d, struct dat_bytes *option)
{
	struct dat_bytes section = dat_from(d, dat_u64(option));
	bool top = !*dat_string(option);
	uint32_t nr;

	/* the top buffer; that of an instance if there is no other */
	if (d->nr_buffers && !top)
		return 0;
	d->nr_buffers = 0;
	dat_string(option);	/* the clock */
	d->page_size = dat_u32(option);
	dat_u16(&section);
	d->compressed = dat_u16(&section) & DAT_FLAG_COMPRESSED;
	for (nr = dat_u32(option); nr && !option->bad; nr--) {
		uint32_t cpu = dat_u32(option);

		if (dat_add_buffer(d, cpu, option))
			return DAT_BROKEN;
	}
	return option->bad || section.bad ? DAT_BROKEN : 0;
}

static int dat_option_section(struct dat *d, uint16_t nr, uint64_t offset)
{
	struct dat_bytes b;
	char *inflated;
	bool bad;

	if (nr == DAT_OPTION_KALLSYMS) {
		d->kallsyms_at = offset;
		return 0;
	}
	b = dat_section(d, offset, &inflated);
	if (nr == DAT_OPTION_FTRACE)
		dat_ftrace(d, &b);
	else if (nr == DAT_OPTION_EVENTS)
		dat_events(d, &b);
	else
		dat_cmdlines(d, &b);
	bad = b.bad;
	free(inflated);
	return bad ? DAT_BROKEN : 0;
}

static int dat_option_v7(struct dat *d, uint16_t nr, struct dat_bytes *option)
{
	switch (nr) {
	case DAT_OPTION_BUFFER:
		return dat_buffer_v7(d, option);
	case DAT_OPTION_FTRACE:
	case DAT_OPTION_EVENTS:
	case DAT_OPTION_KALLSYMS:
	case DAT_OPTION_CMDLINES:
		return dat_option_section(d, nr, dat_u64(option));
	case DAT_OPTION_TSC2NSEC:
		return DAT_UNKNOWN;
	default:
		return 0;
	}
}

/* One section of options; @next: where the next one is, 0 for none. */
static int dat_options_v7(struct dat *d, uint64_t offset, uint64_t *next)
{
	char *inflated;
	struct dat_bytes b = dat_section(d, offset, &inflated), option;
	int ret = 0;
	uint16_t nr;

	*next = 0;
	do {
		nr = dat_u16(&b);
		option = dat_sized(&b, dat_u32(&b));
		if (option.bad)
			ret = DAT_BROKEN;
		else if (nr != DAT_OPTION_DONE)
			ret = dat_option_v7(d, nr, &option);
		else
			*next = dat_u64(&option);
	} while (!ret && nr != DAT_OPTION_DONE);
	free(inflated);
	return ret;
}

static int dat_head_v7(struct dat *d, struct dat_bytes *b)
{
	const char *compression = dat_string(b);
	unsigned int sections;
	uint64_t offset;
	int ret = 0;

	dat_string(b);		/* its version */
	offset = dat_u64(b);
	if (!strcmp(compression, "zstd")) {
		d->compression = DAT_ZSTD;
		d->zstd = ZSTD_createDCtx();
	} else if (!strcmp(compression, "zlib")) {
		d->compression = DAT_ZLIB;
	} else if (strcmp(compression, "none")) {
		return DAT_UNKNOWN;
	}
	/* a chain of them: one without an end is broken */
	for (sections = 0; offset && !ret; sections++)
		ret = sections < 1000 ? dat_options_v7(d, offset, &offset) : DAT_BROKEN;
	return ret;
}

/* ---- All of it ------------------------------------------------------------------------ */

static int dat_head(struct dat *d)
{
	struct dat_bytes b = dat_from(d, 0);
	const char *magic = dat_take(&b, sizeof(dat_magic) - 1), *sizes;
	int version = atoi(dat_string(&b)), ret;
	bool big_endian;

	sizes = dat_take(&b, 2);
	if (b.bad || memcmp(magic, dat_magic, sizeof(dat_magic) - 1) ||
	    (sizes[1] != 4 && sizes[1] != 8))
		return DAT_BROKEN;
	big_endian = sizes[0];
	tep_set_file_bigendian(d->tep, big_endian ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_long_size(d->tep, sizes[1]);
	d->swap = big_endian != tep_is_local_bigendian(d->tep);
	b.swap = d->swap;
	d->page_size = dat_u32(&b);
	if (version != 6 && version != 7)
		return DAT_UNKNOWN;
	ret = version == 6 ? dat_head_v6(d, &b) : dat_head_v7(d, &b);
	if (b.bad)
		return DAT_BROKEN;
	if (ret)
		return ret;
	if (!d->nr_buffers)
		return DAT_UNKNOWN;
	return d->page_size >= 64 && d->page_size <= 1 << 20 ? 0 : DAT_BROKEN;
}

static int dat_map(struct dat *d)
{
	struct stat st;

	if (fstat(d->fd, &st) || !S_ISREG(st.st_mode) || !st.st_size)
		return DAT_BROKEN;
	d->size = st.st_size;
	d->map = mmap(NULL, d->size, PROT_READ, MAP_PRIVATE, d->fd, 0);
	if (d->map != MAP_FAILED)
		return 0;
	d->map = NULL;
	return DAT_UNKNOWN;
}

struct dat *dat_open(const char *path, bool *broken)
{
	struct dat *d = xcalloc(1, sizeof(*d));
	int ret = DAT_BROKEN;

	tep_set_loglevel(TEP_LOG_NONE);
	d->fd = open(path, O_RDONLY | O_CLOEXEC);
	d->tep = tep_alloc();
	if (d->fd >= 0 && d->tep)
		ret = dat_map(d);
	if (!ret)
		ret = dat_head(d);
	*broken = ret == DAT_BROKEN;
	if (!ret)
		return d;
	dat_close(d);
	return NULL;
}

void dat_close(struct dat *d)
{
	unsigned int i;

	if (!d)
		return;
	for (i = 0; i < d->nr_buffers; i++)
		free(d->buffers[i].data);
	free(d->buffers);
	free(d->packed);
	free(d->inflated);
	ZSTD_freeDCtx(d->zstd);
	tep_free(d->tep);
	if (d->map)
		munmap((void *)d->map, d->size);
	if (d->fd >= 0)
		close(d->fd);
	free(d);
}

struct tep_handle *dat_tep(const struct dat *d)
{
	return d->tep;
}

FILE *dat_kallsyms(struct dat *d)
{
	if (d->kallsyms_at && !d->inflated) {
		struct dat_bytes b = dat_section(d, d->kallsyms_at, &d->inflated);

		d->kallsyms = dat_sized(&b, dat_u32(&b));
	}
	if (d->kallsyms.bad || d->kallsyms.at == d->kallsyms.end)
		return NULL;
	return fmemopen((void *)d->kallsyms.at, d->kallsyms.end - d->kallsyms.at, "r");
}

unsigned int dat_page_size(const struct dat *d)
{
	return d->page_size;
}

unsigned int dat_buffers(const struct dat *d)
{
	return d->nr_buffers;
}

int dat_cpu(const struct dat *d, unsigned int nr)
{
	return d->buffers[nr].cpu;
}

/* ---- Pages ------------------------------------------------------------------------------ */

static void dat_room(char **data, size_t *room, size_t len)
{
	if (len <= *room)
		return;
	*data = xrealloc(*data, len);
	*room = len;
}

static int dat_pread(struct dat *d, void *to, size_t len, uint64_t at)
{
	ssize_t got;

	while (len) {
		got = pread(d->fd, to, len, at);
		if (got <= 0)
			return -1;
		to = (char *)to + got;
		len -= got;
		at += got;
	}
	return 0;
}

static int dat_number_at(struct dat *d, uint64_t at, uint32_t *value)
{
	if (dat_pread(d, value, sizeof(*value), at))
		return -1;
	if (d->swap)
		*value = __builtin_bswap32(*value);
	return 0;
}

/* A chunk of whole pages; before the first one stands how many there are. */
static int dat_read_chunk(struct dat *d, struct dat_buffer *b)
{
	uint32_t packed, len;

	if (dat_number_at(d, b->at, &packed) || dat_number_at(d, b->at + 4, &len) ||
	    packed > d->size || len > DAT_CHUNK_MAX)
		return -1;
	dat_room(&d->packed, &d->packed_room, packed);
	dat_room(&b->data, &b->room, len);
	if (dat_pread(d, d->packed, packed, b->at + 8) ||
	    dat_inflate(d, d->packed, packed, b->data, len))
		return -1;
	b->at += 8 + (uint64_t)packed;
	b->len = len;
	return 0;
}

static int dat_read_compressed(struct dat *d, struct dat_buffer *b)
{
	if (!b->data) {
		if (dat_number_at(d, b->at, &b->chunks))
			return -1;
		b->at += 4;
	}
	if (!b->chunks) {
		b->at = b->end;
		return 0;
	}
	b->chunks--;
	return dat_read_chunk(d, b);
}

static int dat_read_plain(struct dat *d, struct dat_buffer *b)
{
	size_t len = DAT_READ_BYTES;

	if (len < d->page_size)
		len = d->page_size;
	len -= len % d->page_size;
	if (len > b->end - b->at)
		len = b->end - b->at;
	dat_room(&b->data, &b->room, len);
	if (dat_pread(d, b->data, len, b->at))
		return -1;
	b->at += len;
	b->len = len;
	return 0;
}

/* The next piece of @b into its @data; nothing at the end. */
static void dat_read(struct dat *d, struct dat_buffer *b)
{
	b->len = 0;
	b->next = 0;
	if (b->at >= b->end)
		return;
	if (d->compressed ? dat_read_compressed(d, b) : dat_read_plain(d, b)) {
		d->failed = true;
		b->at = b->end;
	}
}

void *dat_next_page(struct dat *d, unsigned int nr)
{
	struct dat_buffer *b = &d->buffers[nr];
	char *page;

	if (b->len - b->next < d->page_size)
		dat_read(d, b);
	if (b->len - b->next < d->page_size)
		return NULL;
	page = b->data + b->next;
	b->next += d->page_size;
	return page;
}

bool dat_failed(const struct dat *d)
{
	return d->failed;
}
