// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the parts of a trace.dat, versions 6 and 7: formats, tasks, symbols, options
 * and the pages of each CPU.  The file may come from anybody, so every offset and
 * length is checked before it is used.
 */
#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "dat.h"
#include "dat_bytes.h"
#include "decoder.h"
#include "format.h"
#include "tasks.h"
#include "util.h"

static const char dat_magic[] = "\x17\x08\x44tracing";

/* An uncompressed buffer is read in pieces of this size. */
#define DAT_READ_BYTES		(64 << 10)
#define DAT_PAGE_MIN		64
#define DAT_PAGE_MAX		(1u << 20)
/* trace-cmd compresses ten pages at a time. */
#define DAT_CHUNK_MAX		(16 * DAT_PAGE_MAX)
/* All of the file's head, inflated: that of a kernel with everything has 30 MiB. */
#define DAT_HEAD_MAX		(256u << 20)
/* Most bytes of pages, of all CPUs, that are held at a time. */
#define DAT_PAGES_MAX		(256u << 20)
/* Most CPUs that Linux can be built for. */
#define DAT_CPUS_MAX		8192
/* Sections of options; there is one, and one more for each program that added to the file. */
#define DAT_OPTIONS_MAX		100

#define DAT_FLAG_COMPRESSED	1

/* The options of a file that matter here. */
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

/**
 * struct dat_buffer - the pages of one CPU
 * @cpu: number of the CPU
 * @at: offset in the file of the next piece
 * @end: offset behind the last piece
 * @piece: offset of the piece that is in @data, for messages
 * @begun: compressed events: @chunks is known
 * @chunks: compressed events: number of chunks that are left
 * @data: the piece that is read now, whole pages
 * @room: bytes that are allocated for @data
 * @len: bytes of @data that are valid
 * @next: offset in @data of the next page
 */
struct dat_buffer {
	unsigned int	cpu;
	uint64_t	at;
	uint64_t	end;
	uint64_t	piece;
	bool		begun;
	uint32_t	chunks;
	char		*data;
	size_t		room;
	size_t		len;
	size_t		next;
};

/**
 * struct dat - an open trace.dat
 * @path: its name, for messages
 * @fd: the file, from which events are read
 * @map: the whole file; the events are not read through it, or all of them would count as
 *	our memory
 * @size: bytes of @map
 * @swap: its byte order is not ours
 * @big_endian: its byte order
 * @long_size: bytes of a long, 4 or 8
 * @compression: how sections are compressed that say that they are
 * @zstd: the state of zstd, with that compression
 * @section: offset of the section that was inflated last, for messages
 * @head: bytes of the head that were inflated so far
 * @rooms: bytes that are allocated for pages
 * @packed: room for a compressed chunk
 * @packed_room: bytes of @packed
 * @formats: the formats of the events that we use
 * @tasks: names of tasks
 * @mult: cycles times @mult, shifted right by @shift, are nanoseconds; 0 if the time stamps
 *	are no cycles
 * @shift: see @mult
 * @page_size: bytes of a page of events
 * @compressed: the events are compressed
 * @failed: there was a message when pages were read
 * @events: bytes of all @buffers, as the file says
 * @chunks: bytes of the events that were read, if they are compressed
 * @buffers: the pages of the CPUs
 * @nr_buffers: length of @buffers
 * @kallsyms_at: version 7: offset of the section with the symbols; 0 if it has none
 * @kallsyms: the symbols, in @map or in @inflated
 * @inflated: room of the symbols, if they were compressed
 */
struct dat {
	const char		*path;
	int			fd;
	const char		*map;
	uint64_t		size;
	bool			swap;
	bool			big_endian;
	unsigned int		long_size;
	enum dat_compression	compression;
	ZSTD_DCtx		*zstd;
	uint64_t		section;
	uint64_t		head;
	uint64_t		rooms;
	char			*packed;
	size_t			packed_room;
	struct formats		formats;
	struct tasks		tasks;
	uint32_t		mult;
	uint32_t		shift;
	unsigned int		page_size;
	bool			compressed;
	bool			failed;
	uint64_t		events;
	uint64_t		chunks;
	struct dat_buffer	*buffers;
	unsigned int		nr_buffers;
	uint64_t		kallsyms_at;
	struct dat_bytes	kallsyms;
	char			*inflated;
};

/* ---- Reading ------------------------------------------------------------------- */

#define DAT_REMEDY	"record it anew with dpcmon record -o FILE"

/*
 * Says that the file is bad at @at, which is in the file; or in a section that was inflated,
 * whose beginning is named then.
 */
static int dat_bad(const struct dat *d, const char *at, const char *what)
{
	uint64_t offset = d->section;

	if (at >= d->map && at <= d->map + d->size)
		offset = at - d->map;
	return fail("%s: byte %" PRIu64 ": %s: " DAT_REMEDY, d->path, offset, what);
}

/* After reading: did it reach behind the end?  @what should have been there. */
static int dat_check(const struct dat *d, const struct dat_bytes *b, const char *what)
{
	return b->bad ? dat_bad(d, b->at, what) : 0;
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
 * Inflates the section @data into *@inflated, which the caller frees, and lets @data point
 * there.  All sections together must stay below DAT_HEAD_MAX: a file of some kB could claim
 * any number of bytes.
 */
static int dat_inflate_section(struct dat *d, struct dat_bytes *data, char **inflated)
{
	uint32_t packed = dat_u32(data), len = dat_u32(data);
	struct dat_bytes from = dat_sized(data, packed);

	if (from.bad)
		return dat_bad(d, data->at, "a compressed section is cut off");
	if (len > DAT_HEAD_MAX - d->head)
		return dat_bad(d, data->at, "a section would be too large when inflated");
	d->head += len;
	*inflated = xcalloc(1, (size_t)len + 1);
	if (dat_inflate(d, from.at, packed, *inflated, len))
		return dat_bad(d, from.at, "a compressed section can't be inflated");
	data->at = *inflated;
	data->end = *inflated + len;
	return 0;
}

/* Finds the contents of the section at @offset; *@inflated is theirs, or NULL. */
static int dat_section(struct dat *d, uint64_t offset, struct dat_bytes *data, char **inflated)
{
	struct dat_bytes b = dat_from(d, offset);
	uint16_t flags;

	*inflated = NULL;
	d->section = offset;
	dat_u16(&b);
	flags = dat_u16(&b);
	dat_u32(&b);
	*data = dat_sized(&b, dat_u64(&b));
	if (dat_check(d, data, "a section lies behind the end of the file"))
		return -1;
	return flags & DAT_FLAG_COMPRESSED ? dat_inflate_section(d, data, inflated) : 0;
}

/* Formats of ftrace's own events: only the text that somebody wrote is of use. */
static int dat_ftrace(struct dat *d, struct dat_bytes *b)
{
	static const char head[] = "name: print\n";
	uint32_t nr = dat_u32(b);

	for (; nr && !b->bad; nr--) {
		struct dat_bytes format = dat_sized(b, dat_u64(b));
		size_t len = format.end - format.at;

		if (len > strlen(head) && !memcmp(format.at, head, strlen(head)) &&
		    format_add(&d->formats, "ftrace", format.at, len))
			return dat_bad(d, format.at, "this is no format of an event");
	}
	return dat_check(d, b, "the formats of ftrace's events are cut off");
}

/*
 * The systems whose events decoder.c and system_decoder.c know.  A trace describes thousands
 * of others.
 */
static bool dat_system_wanted(const char *system)
{
	static const char * const wanted[] = {
		DPC_SYSTEM, "irq", "irq_vectors", "ipi", "timer", "napi", "workqueue", "sched",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strcmp(system, wanted[i]))
			return true;
	return false;
}

static int dat_events(struct dat *d, struct dat_bytes *b)
{
	uint32_t systems = dat_u32(b), nr;

	for (; systems && !b->bad; systems--) {
		const char *system = dat_string(b);
		bool wanted = dat_system_wanted(system);

		for (nr = dat_u32(b); nr && !b->bad; nr--) {
			struct dat_bytes format = dat_sized(b, dat_u64(b));

			if (wanted && !format.bad &&
			    format_add(&d->formats, system, format.at, format.end - format.at))
				return dat_bad(d, format.at, "this is no format of an event");
		}
	}
	return dat_check(d, b, "the formats of events are cut off");
}

static int dat_cmdlines(struct dat *d, struct dat_bytes *b)
{
	struct dat_bytes lines = dat_sized(b, dat_u64(b));

	if (dat_check(d, &lines, "the names of tasks are cut off"))
		return -1;
	tasks_load(&d->tasks, lines.at, lines.end - lines.at);
	return 0;
}

static int dat_cycles(struct dat *d, struct dat_bytes *option)
{
	d->mult = dat_u32(option);
	d->shift = dat_u32(option);
	if (!option->bad && d->shift < 64)
		return 0;
	return dat_bad(d, option->at, "it can't be so what a cycle is in nanoseconds");
}

static int dat_add_buffer(struct dat *d, unsigned int cpu, struct dat_bytes *b)
{
	uint64_t at = dat_u64(b), len = dat_u64(b);

	if (dat_check(d, b, "the list of CPUs is cut off"))
		return -1;
	if (cpu >= DAT_CPUS_MAX || d->nr_buffers == DAT_CPUS_MAX)
		return dat_bad(d, b->at, "no machine has as many CPUs");
	if (len && (at > d->size || len > d->size - at))
		return dat_bad(d, b->at, "a CPU's events lie behind the end of the file: it was not recorded to its end, or cut off");
	/* a page is nobody else's: or a small file could give any number of events */
	d->events += len;
	if (d->events > d->size)
		return dat_bad(d, b->at, "the CPUs' events overlap");
	d->buffers = xrealloc(d->buffers, (d->nr_buffers + 1) * sizeof(*d->buffers));
	d->buffers[d->nr_buffers++] = (struct dat_buffer){
		.cpu = cpu, .at = at, .end = at + len,
	};
	return 0;
}

/* ---- Version 6: one after another, in this order ------------------------------------ */

static int dat_options_v6(struct dat *d, struct dat_bytes *b)
{
	struct dat_bytes option;
	uint16_t nr;

	for (;;) {
		nr = dat_u16(b);
		if (nr == DAT_OPTION_DONE || b->bad)
			return dat_check(d, b, "the options are cut off");
		option = dat_sized(b, dat_u32(b));
		if (nr == DAT_OPTION_TSC2NSEC && dat_cycles(d, &option))
			return -1;
	}
}

static int dat_cpus_v6(struct dat *d, struct dat_bytes *b)
{
	uint32_t cpus = dat_u32(b), cpu;
	const char *kind = dat_take(b, 10);

	if (kind && !memcmp(kind, "options  ", 10)) {
		if (dat_options_v6(d, b))
			return -1;
		kind = dat_take(b, 10);
	}
	if (!kind || memcmp(kind, "flyrecord", 10))
		return dat_bad(d, kind ? kind : b->at, "no \"flyrecord\": there are no events, or not in a form that dpcmon reads");
	for (cpu = 0; cpu < cpus; cpu++)
		if (dat_add_buffer(d, cpu, b))
			return -1;
	return 0;
}

static int dat_head_v6(struct dat *d, struct dat_bytes *b)
{
	/* header_page and header_event: what they say is known */
	dat_string(b);
	dat_sized(b, dat_u64(b));
	dat_string(b);
	dat_sized(b, dat_u64(b));
	if (dat_check(d, b, "the head is cut off") || dat_ftrace(d, b) || dat_events(d, b))
		return -1;
	d->kallsyms = dat_sized(b, dat_u32(b));
	dat_sized(b, dat_u32(b));	/* formats of trace_printk() */
	if (dat_check(d, b, "the symbols are cut off") || dat_cmdlines(d, b))
		return -1;
	return dat_cpus_v6(d, b);
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
	d->events = 0;
	dat_string(option);	/* the clock */
	d->page_size = dat_u32(option);
	dat_u16(&section);
	d->compressed = dat_u16(&section) & DAT_FLAG_COMPRESSED;
	if (dat_check(d, &section, "the events lie behind the end of the file"))
		return -1;
	for (nr = dat_u32(option); nr && !option->bad; nr--) {
		uint32_t cpu = dat_u32(option);

		if (dat_add_buffer(d, cpu, option))
			return -1;
	}
	return dat_check(d, option, "the list of CPUs is cut off");
}

static int dat_option_section(struct dat *d, uint16_t nr, uint64_t offset)
{
	uint64_t section = d->section;
	struct dat_bytes b;
	char *inflated;
	int ret;

	ret = dat_section(d, offset, &b, &inflated);
	if (!ret && nr == DAT_OPTION_FTRACE)
		ret = dat_ftrace(d, &b);
	else if (!ret && nr == DAT_OPTION_EVENTS)
		ret = dat_events(d, &b);
	else if (!ret)
		ret = dat_cmdlines(d, &b);
	free(inflated);
	d->section = section;
	return ret;
}

static int dat_option_v7(struct dat *d, uint16_t nr, struct dat_bytes *option)
{
	uint64_t offset;

	switch (nr) {
	case DAT_OPTION_BUFFER:
		return dat_buffer_v7(d, option);
	case DAT_OPTION_TSC2NSEC:
		return dat_cycles(d, option);
	case DAT_OPTION_FTRACE:
	case DAT_OPTION_EVENTS:
	case DAT_OPTION_CMDLINES:
	case DAT_OPTION_KALLSYMS:
		offset = dat_u64(option);
		if (dat_check(d, option, "an option is cut off"))
			return -1;
		if (nr != DAT_OPTION_KALLSYMS)
			return dat_option_section(d, nr, offset);
		d->kallsyms_at = offset;
		return 0;
	default:
		return 0;
	}
}

/* One section of options; @next: where the next one is, 0 for none. */
static int dat_options_v7(struct dat *d, uint64_t offset, uint64_t *next)
{
	struct dat_bytes b, option;
	char *inflated;
	uint16_t nr;
	int ret;

	*next = 0;
	ret = dat_section(d, offset, &b, &inflated);
	while (!ret) {
		nr = dat_u16(&b);
		option = dat_sized(&b, dat_u32(&b));
		ret = dat_check(d, &b, "the options are cut off");
		if (ret)
			break;
		if (nr == DAT_OPTION_DONE) {
			*next = dat_u64(&option);
			break;
		}
		ret = dat_option_v7(d, nr, &option);
	}
	free(inflated);
	return ret;
}

static int dat_compression_v7(struct dat *d, struct dat_bytes *b)
{
	const char *name = dat_string(b);

	if (!strcmp(name, "zstd")) {
		d->compression = DAT_ZSTD;
		d->zstd = ZSTD_createDCtx();
	} else if (!strcmp(name, "zlib")) {
		d->compression = DAT_ZLIB;
	} else if (strcmp(name, "none")) {
		return fail("%s: compressed by \"%.20s\", where dpcmon knows zstd and zlib: trace-cmd convert -i FILE -o NEW --compression zlib",
			    d->path, name);
	}
	return 0;
}

static int dat_head_v7(struct dat *d, struct dat_bytes *b)
{
	unsigned int sections;
	uint64_t offset;

	if (dat_compression_v7(d, b))
		return -1;
	dat_string(b);		/* its version */
	offset = dat_u64(b);
	if (dat_check(d, b, "the head is cut off"))
		return -1;
	/* a chain of them: one without an end is broken */
	for (sections = 0; offset; sections++) {
		if (sections == DAT_OPTIONS_MAX)
			return dat_bad(d, d->map + d->size, "the sections of options have no end");
		if (dat_options_v7(d, offset, &offset))
			return -1;
	}
	return 0;
}

/* ---- All of it ------------------------------------------------------------------------ */

static int dat_head_of(struct dat *d, const char *version, struct dat_bytes *b)
{
	if (!strcmp(version, "6"))
		return dat_head_v6(d, b);
	if (!strcmp(version, "7"))
		return dat_head_v7(d, b);
	return fail("%s: version \"%.20s\" of trace.dat, where dpcmon knows 6 and 7: record with trace-cmd 2 or 3, or with dpcmon record",
		    d->path, version);
}

static int dat_head(struct dat *d)
{
	struct dat_bytes b = dat_from(d, 0);
	const char *magic = dat_take(&b, sizeof(dat_magic) - 1), *sizes;
	const char *version = dat_string(&b);

	sizes = dat_take(&b, 2);
	if (b.bad || memcmp(magic, dat_magic, sizeof(dat_magic) - 1) ||
	    (sizes[1] != 4 && sizes[1] != 8))
		return dat_bad(d, d->map, "this is no trace.dat");
	d->big_endian = sizes[0];
	d->long_size = sizes[1];
	d->swap = d->big_endian != (__BYTE_ORDER == __BIG_ENDIAN);
	b.swap = d->swap;
	d->page_size = dat_u32(&b);
	if (dat_head_of(d, version, &b))
		return -1;
	if (!d->nr_buffers)
		return fail("%s: there are no events in it: " DAT_REMEDY, d->path);
	if (d->page_size >= DAT_PAGE_MIN && d->page_size <= DAT_PAGE_MAX)
		return 0;
	return fail("%s: pages of %u bytes, where %u to %u are possible: " DAT_REMEDY, d->path,
		    d->page_size, DAT_PAGE_MIN, DAT_PAGE_MAX);
}

static int dat_map(struct dat *d)
{
	struct stat st;

	if (d->fd < 0 || fstat(d->fd, &st))
		return fail("%s: %m", d->path);
	if (!S_ISREG(st.st_mode) || !st.st_size)
		return fail("%s: this is %s: " DAT_REMEDY, d->path,
			    st.st_size ? "no plain file" : "no trace.dat: there is nothing in it");
	d->size = st.st_size;
	d->map = mmap(NULL, d->size, PROT_READ, MAP_PRIVATE, d->fd, 0);
	if (d->map != MAP_FAILED)
		return 0;
	d->map = NULL;
	return fail("%s: %m", d->path);
}

struct dat *dat_open(const char *path)
{
	struct dat *d = xcalloc(1, sizeof(*d));

	d->path = path;
	d->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (!dat_map(d) && !dat_head(d))
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
	format_free(&d->formats);
	tasks_free(&d->tasks);
	if (d->map)
		munmap((void *)d->map, d->size);
	if (d->fd >= 0)
		close(d->fd);
	free(d);
}

const struct formats *dat_formats(const struct dat *d)
{
	return &d->formats;
}

const struct tasks *dat_tasks(const struct dat *d)
{
	return &d->tasks;
}

int dat_kallsyms(struct dat *d, FILE **kallsyms)
{
	struct dat_bytes b;

	*kallsyms = NULL;
	if (d->kallsyms_at && !d->inflated) {
		if (dat_section(d, d->kallsyms_at, &b, &d->inflated))
			return -1;
		d->kallsyms = dat_sized(&b, dat_u32(&b));
		if (dat_check(d, &d->kallsyms, "the symbols are cut off"))
			return -1;
	}
	if (d->kallsyms.at != d->kallsyms.end)
		*kallsyms = xmem(fmemopen((void *)d->kallsyms.at,
					  d->kallsyms.end - d->kallsyms.at, "r"));
	return 0;
}

unsigned int dat_long_size(const struct dat *d)
{
	return d->long_size;
}

bool dat_big_endian(const struct dat *d)
{
	return d->big_endian;
}

unsigned int dat_page_size(const struct dat *d)
{
	return d->page_size;
}

unsigned int dat_buffers(const struct dat *d)
{
	return d->nr_buffers;
}

unsigned int dat_cpu(const struct dat *d, unsigned int nr)
{
	return d->buffers[nr].cpu;
}

bool dat_in_cycles(const struct dat *d)
{
	return d->mult;
}

uint64_t dat_cycles_to_ns(const struct dat *d, uint64_t cycles)
{
	return (__uint128_t)cycles * d->mult >> d->shift;
}

/* ---- Pages ------------------------------------------------------------------------------ */

int dat_bad_page(const struct dat *d, unsigned int nr, size_t offset, const char *what)
{
	const struct dat_buffer *b = &d->buffers[nr];
	size_t at = b->next - d->page_size + offset;

	if (!d->compressed)
		return fail("%s: byte %" PRIu64 ", CPU %u: %s: " DAT_REMEDY, d->path,
			    b->piece + at, b->cpu, what);
	return fail("%s: byte %" PRIu64 ", in it byte %zu when inflated, CPU %u: %s: " DAT_REMEDY,
		    d->path, b->piece, at, b->cpu, what);
}

static int dat_bad_piece(const struct dat *d, const struct dat_buffer *b, const char *what)
{
	return fail("%s: byte %" PRIu64 ", CPU %u: %s: " DAT_REMEDY, d->path, b->at, b->cpu, what);
}

/* Makes @data at least @len bytes long, as far as all of them may be. */
static int dat_room(struct dat *d, char **data, size_t *room, size_t len)
{
	if (len <= *room)
		return 0;
	if (len - *room > DAT_PAGES_MAX - d->rooms)
		return -1;
	d->rooms += len - *room;
	*data = xrealloc(*data, len);
	*room = len;
	return 0;
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

/* The next number before a chunk. */
static int dat_number(struct dat *d, struct dat_buffer *b, uint32_t *value)
{
	if (dat_pread(d, value, sizeof(*value), b->at))
		return dat_bad_piece(d, b, "the compressed events are cut off");
	if (d->swap)
		*value = __builtin_bswap32(*value);
	b->at += sizeof(*value);
	return 0;
}

/*
 * A chunk of whole pages.  It may reach behind the end of the buffer: some versions
 * of trace-cmd forget to count what stands before the chunks.
 */
static int dat_read_chunk(struct dat *d, struct dat_buffer *b)
{
	uint32_t packed, len;

	if (dat_number(d, b, &packed) || dat_number(d, b, &len))
		return -1;
	d->chunks += packed;
	if (b->at > d->size || packed > d->size - b->at || packed > DAT_CHUNK_MAX ||
	    d->chunks > d->size)
		return dat_bad_piece(d, b, "a chunk of events is larger than what is left of the file");
	if (len % d->page_size)
		return dat_bad_piece(d, b, "a chunk of events is not of whole pages");
	if (len > DAT_CHUNK_MAX || dat_room(d, &d->packed, &d->packed_room, packed) ||
	    dat_room(d, &b->data, &b->room, len))
		return dat_bad_piece(d, b, "a chunk of events would be too large when inflated");
	if (dat_pread(d, d->packed, packed, b->at) ||
	    dat_inflate(d, d->packed, packed, b->data, len))
		return dat_bad_piece(d, b, "a chunk of events can't be inflated");
	b->piece = b->at;
	b->at += packed;
	b->len = len;
	return 0;
}

/* The number of chunks stands before the first one; empty chunks are passed over. */
static int dat_read_compressed(struct dat *d, struct dat_buffer *b)
{
	if (!b->begun && b->at == b->end)
		return 0;
	if (!b->begun && dat_number(d, b, &b->chunks))
		return -1;
	b->begun = true;
	while (b->chunks && !b->len) {
		b->chunks--;
		if (dat_read_chunk(d, b))
			return -1;
	}
	return 0;
}

static int dat_read_plain(struct dat *d, struct dat_buffer *b)
{
	size_t len = DAT_READ_BYTES;

	if (b->at == b->end)
		return 0;
	if (len < d->page_size)
		len = d->page_size;
	len -= len % d->page_size;
	if (len > b->end - b->at)
		len = b->end - b->at;
	if (len % d->page_size)
		return dat_bad_piece(d, b, "the events end in the middle of a page");
	if (dat_room(d, &b->data, &b->room, len))
		return dat_bad_piece(d, b, "too many CPUs for pages of this size");
	if (dat_pread(d, b->data, len, b->at))
		return dat_bad_piece(d, b, "the events can't be read, or end here");
	b->piece = b->at;
	b->at += len;
	b->len = len;
	return 0;
}

/* The next piece of @b into its @data; nothing at the end. */
static void dat_read(struct dat *d, struct dat_buffer *b)
{
	b->len = 0;
	b->next = 0;
	if (d->compressed ? dat_read_compressed(d, b) : dat_read_plain(d, b)) {
		d->failed = true;
		b->len = 0;
	}
}

const void *dat_next_page(struct dat *d, unsigned int nr)
{
	struct dat_buffer *b = &d->buffers[nr];
	char *page;

	if (b->next == b->len)
		dat_read(d, b);
	if (b->next == b->len)
		return NULL;
	page = b->data + b->next;
	b->next += d->page_size;
	return page;
}

bool dat_failed(const struct dat *d)
{
	return d->failed;
}
