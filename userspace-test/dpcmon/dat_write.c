// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a trace.dat, version 6, of this machine's trace: first the head with formats
 * and symbols, then the pages of each CPU.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <tracefs.h>

#include "dat_write.h"
#include "instance.h"
#include "util.h"

#define DAT_ALIGN	4096	/* where pages begin */

enum {
	DAT_OPTION_END		= 0,
	DAT_OPTION_CLOCK	= 4,
	DAT_OPTION_UNAME	= 5,
};

static void dat_write_bytes(FILE *out, const void *data, size_t len)
{
	fwrite(data, 1, len, out);
}

static void dat_write_u16(FILE *out, uint16_t n)
{
	dat_write_bytes(out, &n, sizeof(n));
}

static void dat_write_u32(FILE *out, uint32_t n)
{
	dat_write_bytes(out, &n, sizeof(n));
}

static void dat_write_u64(FILE *out, uint64_t n)
{
	dat_write_bytes(out, &n, sizeof(n));
}

static void dat_write_string(FILE *out, const char *text)
{
	dat_write_bytes(out, text, strlen(text) + 1);
}

/* Its length, then @text, which is freed; NULL counts as empty. */
static void dat_write_sized(FILE *out, char *text)
{
	size_t len = text ? strlen(text) : 0;

	dat_write_u64(out, len);
	dat_write_bytes(out, text, len);
	free(text);
}

static void dat_write_option(FILE *out, uint16_t nr, const char *text)
{
	dat_write_u16(out, nr);
	dat_write_u32(out, strlen(text) + 1);
	dat_write_string(out, text);
}

/* ---- Formats ------------------------------------------------------------------- */

static void dat_write_format(FILE *out, const char *system, const char *event)
{
	dat_write_sized(out, tracefs_event_file_read(NULL, system, event, "format", NULL));
}

static void dat_write_ftrace(FILE *out)
{
	char **events = tracefs_system_events(NULL, "ftrace");
	unsigned int nr, i;

	for (nr = 0; events && events[nr]; nr++)
		;
	dat_write_u32(out, nr);
	for (i = 0; i < nr; i++)
		dat_write_format(out, "ftrace", events[i]);
	tracefs_list_free(events);
}

/* An event that is on: "system:event" of set_event. */
struct dat_event {
	const char	*system;
	const char	*name;
	bool		written;
};

/* Those of @text, which they point into; how many, or 0. */
static unsigned int dat_write_list_events(char *text, struct dat_event **list)
{
	struct dat_event *events = NULL;
	unsigned int nr = 0;
	char *line, *name;

	while ((line = strsep(&text, "\n"))) {
		name = strchr(line, ':');
		if (!name)
			continue;
		*name++ = '\0';
		events = xrealloc(events, (nr + 1) * sizeof(*events));
		events[nr++] = (struct dat_event){ .system = line, .name = name };
	}
	*list = events;
	return nr;
}

static void dat_write_system(FILE *out, struct dat_event *events, unsigned int nr)
{
	const char *system = events->system;
	unsigned int i, count = 0;

	for (i = 0; i < nr; i++)
		count += !strcmp(events[i].system, system);
	dat_write_string(out, system);
	dat_write_u32(out, count);
	for (i = 0; i < nr; i++) {
		if (strcmp(events[i].system, system))
			continue;
		events[i].written = true;
		dat_write_format(out, system, events[i].name);
	}
}

/* The formats of all events that were on, system by system. */
static void dat_write_events(FILE *out, const struct instance *i)
{
	char *text = xstrdup(i->setting[INSTANCE_EVENTS] ? i->setting[INSTANCE_EVENTS] : "");
	unsigned int nr, n, before, systems = 0;
	struct dat_event *events;

	nr = dat_write_list_events(text, &events);
	for (n = 0; n < nr; n++) {
		for (before = 0; strcmp(events[before].system, events[n].system); before++)
			;
		systems += before == n;
	}
	dat_write_u32(out, systems);
	for (n = 0; n < nr; n++)
		if (!events[n].written)
			dat_write_system(out, events + n, nr - n);
	free(events);
	free(text);
}

/* ---- Symbols and tasks -------------------------------------------------------------- */

/* Functions only: what an event points to. */
static void dat_write_kallsyms(FILE *out)
{
	FILE *in = xfopen("/proc/kallsyms", "re");
	long at = ftell(out), end;
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	dat_write_u32(out, 0);
	while (in && (len = xgetline(&line, &room, in)) > 0) {
		const char *type = strchr(line, ' ');

		if (type && type[1] && strchr("tTwW", type[1]))
			dat_write_bytes(out, line, len);
	}
	free(line);
	if (in)
		fclose(in);
	end = ftell(out);
	fseek(out, at, SEEK_SET);
	dat_write_u32(out, end - at - sizeof(uint32_t));
	fseek(out, end, SEEK_SET);
}

static void dat_write_printk_formats(FILE *out)
{
	char *text = tracefs_instance_file_read(NULL, "printk_formats", NULL);
	uint32_t len = text ? strlen(text) : 0;

	dat_write_u32(out, len);
	dat_write_bytes(out, text, len);
	free(text);
}

/* ---- All of it ------------------------------------------------------------------------ */

static void dat_write_options(FILE *out, const struct instance *i)
{
	struct utsname name;
	char *text;

	dat_write_bytes(out, "options  ", 10);
	if (i->setting[INSTANCE_CLOCK])
		dat_write_option(out, DAT_OPTION_CLOCK, i->setting[INSTANCE_CLOCK]);
	uname(&name);
	text = xasprintf("%s %s %s %s", name.sysname, name.nodename, name.release, name.machine);
	dat_write_option(out, DAT_OPTION_UNAME, text);
	free(text);
	dat_write_u16(out, DAT_OPTION_END);
}

/* Goes on to the next offset at which pages can begin. */
static void dat_write_align(FILE *out)
{
	static const char zero[DAT_ALIGN];
	long at = ftell(out);

	if (at > 0 && at % DAT_ALIGN)
		dat_write_bytes(out, zero, DAT_ALIGN - at % DAT_ALIGN);
}

void dat_write_head(struct dat_writer *w, FILE *out, const struct instance *i)
{
	unsigned int n;

	w->out = out;
	w->page_size = i->page_size;
	dat_write_bytes(out, "\x17\x08\x44tracing", 10);
	dat_write_string(out, "6");
	fputc(__BYTE_ORDER == __BIG_ENDIAN, out);
	fputc(sizeof(long), out);
	dat_write_u32(out, i->page_size);
	dat_write_string(out, "header_page");
	dat_write_sized(out, tracefs_instance_file_read(NULL, "events/header_page", NULL));
	dat_write_string(out, "header_event");
	dat_write_sized(out, tracefs_instance_file_read(NULL, "events/header_event", NULL));
	dat_write_ftrace(out);
	dat_write_events(out, i);
	dat_write_kallsyms(out);
	dat_write_printk_formats(out);
	dat_write_sized(out, tracefs_instance_file_read(NULL, "saved_cmdlines", NULL));
	dat_write_u32(out, i->nr_cpus);
	dat_write_options(out, i);
	dat_write_bytes(out, "flyrecord", 10);
	w->table = ftell(out);
	for (n = 0; n < 2 * i->nr_cpus; n++)
		dat_write_u64(out, 0);
	dat_write_align(out);
}

void dat_write_cpu(struct dat_writer *w, unsigned int nr, int from)
{
	char *page = xcalloc(1, w->page_size);
	long at = ftell(w->out), end;
	off_t offset = 0;

	while (pread(from, page, w->page_size, offset) == (ssize_t)w->page_size) {
		dat_write_bytes(w->out, page, w->page_size);
		offset += w->page_size;
	}
	free(page);
	end = ftell(w->out);
	fseek(w->out, w->table + nr * 2 * sizeof(uint64_t), SEEK_SET);
	dat_write_u64(w->out, at);
	dat_write_u64(w->out, end - at);
	fseek(w->out, end, SEEK_SET);
}
